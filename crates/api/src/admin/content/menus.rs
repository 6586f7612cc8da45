//! Menus.

use commerce::apps::Scope;
use commerce::content::{self, Item, ItemInput, ItemKind, MENUS, Menu, MenuError, MenuSort};
use graphql::{Error, MutationCx, Obj, Page, PageArgs};
use serde::Deserialize;
use store::search;
use units::{Gid, MenuId, MenuItemId};

use crate::admin::batches::as_nodes;
use crate::admin::enums::input_enum;
use crate::admin::payload::{Payload, deleted, payloads};
use crate::errors::{UserError, fault, spread};
use crate::paging::{page, page_error, window};
use crate::scalars::Id;
use crate::searches::compiled;
use crate::{Cx, Registry, Request};

/// Opens menus.
const READ: Scope = Scope::ReadOnlineStoreNavigation;
/// Writes them.
const WRITE: Scope = Scope::WriteOnlineStoreNavigation;

input_enum! {
    /// What an entry leads to.
    Kind(ItemKind)
}

#[derive(Deserialize)]
struct IdArgs {
    id: MenuId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MenusArgs {
    query: Option<String>,
    sort_key: SortKey,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SortKey {
    Id,
    Title,
    UpdatedAt,
}

#[derive(Deserialize)]
struct ItemsArgs {
    limit: Option<usize>,
}

#[derive(Deserialize)]
struct CreateArgs {
    handle: String,
    title: String,
    items: Vec<CreateItem>,
}

#[derive(Deserialize)]
struct UpdateArgs {
    id: MenuId,
    handle: Option<String>,
    title: String,
    items: Vec<UpdateItem>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateItem {
    title: String,
    #[serde(rename = "type")]
    kind: Kind,
    resource_id: Option<Gid>,
    url: Option<String>,
    tags: Option<Vec<String>>,
    items: Option<Vec<CreateItem>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateItem {
    id: Option<MenuItemId>,
    title: String,
    #[serde(rename = "type")]
    kind: Kind,
    resource_id: Option<Gid>,
    url: Option<String>,
    tags: Option<Vec<String>>,
    items: Option<Vec<UpdateItem>>,
}

impl From<SortKey> for MenuSort {
    fn from(key: SortKey) -> Self {
        match key {
            SortKey::Id => Self::Id,
            SortKey::Title => Self::Title,
            SortKey::UpdatedAt => Self::UpdatedAt,
        }
    }
}

impl CreateItem {
    fn into_input(self) -> ItemInput {
        UpdateItem {
            id: None,
            title: self.title,
            kind: self.kind,
            resource_id: self.resource_id,
            url: self.url,
            tags: self.tags,
            items: None,
        }
        .with(self.items.into_iter().flatten().map(Self::into_input))
    }
}

impl UpdateItem {
    fn into_input(mut self) -> ItemInput {
        let items = self.items.take();
        self.with(items.into_iter().flatten().map(Self::into_input))
    }

    fn with(self, items: impl Iterator<Item = ItemInput>) -> ItemInput {
        ItemInput {
            id: self.id,
            title: self.title,
            kind: self.kind.0,
            resource: self.resource_id.map(|gid| (gid.kind, gid.number)),
            url: self.url,
            tags: self.tags.unwrap_or_default(),
            items: items.collect(),
        }
    }
}

pub(super) fn register(r: &mut Registry) {
    r.query("menu", |args: &IdArgs, cx: &mut Cx| {
        cx.permit("menu", READ)?;
        by_id(cx, args.id)
    });
    r.query("menus", list);
    r.connection::<Menu>("MenuConnection", "MenuEdge");
    let kinds: Vec<&str> = ItemKind::ALL.iter().map(|kind| kind.as_str()).collect();
    r.enum_values("MenuItemType", &kinds);
    r.object::<Menu>("Menu")
        .leaf("id", |own| Id(own.id))
        .text("handle", |own| &own.handle)
        .text("title", |own| &own.title)
        .leaf("isDefault", |own| own.is_default)
        .load("items", items);
    r.object::<Item>("MenuItem")
        .leaf("id", |own| Id(own.id))
        .text("title", |own| &own.title)
        .text("type", |own| own.kind.as_str())
        .text_opt("url", |own| own.path.as_deref())
        .leaf("resourceId", Item::resource_gid)
        .leaf("tags", |own| own.tags.clone())
        .child("items", |own| own.items.clone());
    r.mutation("menuCreate", create);
    r.mutation("menuUpdate", update);
    r.mutation("menuDelete", delete);
    let shown = &["MenuCreatePayload", "MenuUpdatePayload"];
    payloads(r, shown, "menu", by_id);
    deleted::<MenuId>(r, "MenuDeletePayload", "deletedMenuId");
}

fn by_id(cx: &mut Cx, id: MenuId) -> Result<Option<Menu>, Error> {
    let found = content::menus(&mut cx.tx, &[id]).map_err(fault)?;
    Ok(found.into_iter().next().flatten())
}

fn list(args: &(PageArgs, MenusArgs), cx: &mut Cx) -> Result<Page<Menu>, Error> {
    cx.permit("menus", READ)?;
    let (args, wanted) = args;
    let reading = cx.reading()?;
    let query = wanted.query.as_deref().unwrap_or_default();
    let filter = compiled(cx, "menus", query, search::compile(query, &MENUS, reading));
    let found = content::menus_page(&mut cx.tx, filter, wanted.sort_key.into(), &window(args)?);
    found.map(page).map_err(page_error)
}

fn items(all: &[&Menu], args: &ItemsArgs, cx: &mut Cx) -> Vec<Result<Vec<Item>, Error>> {
    let ids: Vec<MenuId> = all.iter().map(|own| own.id).collect();
    let found = content::items(&mut cx.tx, &ids).map_err(fault);
    let limit = args.limit.unwrap_or(usize::MAX);
    let cut = |items: Vec<Item>| items.into_iter().take(limit).collect();
    spread(
        found.map(|found| found.into_iter().map(cut).collect()),
        all.len(),
    )
}

async fn create(cx: MutationCx<Request>, args: CreateArgs) -> Result<Payload<MenuId>, Error> {
    let call = cx.request.permit("menuCreate", WRITE)?;
    let items: Vec<ItemInput> = args.items.into_iter().map(CreateItem::into_input).collect();
    let (handle, title) = (args.handle, args.title);
    let done = cx
        .request
        .write(move |tx| content::create_menu(tx, &call, &handle, &title, &items))
        .await;
    Payload::of(done, user_error)
}

async fn update(cx: MutationCx<Request>, args: UpdateArgs) -> Result<Payload<MenuId>, Error> {
    let call = cx.request.permit("menuUpdate", WRITE)?;
    let items: Vec<ItemInput> = args.items.into_iter().map(UpdateItem::into_input).collect();
    let (id, handle, title) = (args.id, args.handle, args.title);
    let done = cx
        .request
        .write(move |tx| content::update_menu(tx, &call, id, (handle.as_deref(), &title), &items))
        .await;
    Payload::of(done, user_error)
}

async fn delete(cx: MutationCx<Request>, args: IdArgs) -> Result<Payload<MenuId>, Error> {
    cx.request.permit("menuDelete", WRITE)?;
    let done = cx
        .request
        .write(move |tx| content::delete_menu(tx, args.id))
        .await;
    Payload::of(done, |error| {
        let missing = matches!(error, MenuError::NotFound);
        let mut shown = user_error(error)?;
        shown.code = match missing {
            true => Some("MENU_DOES_NOT_EXIST"),
            false => Some("UNABLE_TO_DELETE_DEFAULT_MENU"),
        };
        Ok(shown)
    })
}

fn user_error(error: MenuError) -> Result<UserError, Error> {
    if let MenuError::Store(cause) = error {
        return Err(fault(cause));
    }
    let (place, last) = match &error {
        MenuError::TooDeep(place) => (Some(place), "items"),
        MenuError::ItemMissing(place) => (Some(place), "id"),
        MenuError::ItemTitleBlank(place) => (Some(place), "title"),
        MenuError::ResourceMissing(place) | MenuError::ResourceNeeded(place) => {
            (Some(place), "resourceId")
        }
        MenuError::UrlInvalid(place) => (Some(place), "url"),
        MenuError::NotFound | MenuError::Default => (None, "id"),
        MenuError::TitleBlank | MenuError::TitleTooLong => (None, "title"),
        MenuError::HandleBlank | MenuError::HandleTaken | MenuError::DefaultHandle => {
            (None, "handle")
        }
        MenuError::TooManyItems | MenuError::Store(_) => (None, "items"),
    };
    let mut field = Vec::new();
    for index in place.into_iter().flatten() {
        field.extend(["items".to_owned(), index.to_string()]);
    }
    field.push(last.to_owned());
    let code = match &error {
        MenuError::TooDeep(_) => Some("NESTING_TOO_DEEP"),
        MenuError::NotFound | MenuError::ItemMissing(_) | MenuError::ResourceMissing(_) => {
            Some("NOT_FOUND")
        }
        MenuError::Default
        | MenuError::DefaultHandle
        | MenuError::TitleBlank
        | MenuError::TitleTooLong
        | MenuError::HandleBlank
        | MenuError::HandleTaken
        | MenuError::TooManyItems
        | MenuError::ItemTitleBlank(_)
        | MenuError::ResourceNeeded(_)
        | MenuError::UrlInvalid(_)
        | MenuError::Store(_) => None,
    };
    let field: Vec<&str> = field.iter().map(String::as_str).collect();
    Ok(UserError::new(&field, code, &error))
}

/// Menus by id, for `node`.
pub(in crate::admin) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit("menu", READ)?;
    let ids: Vec<MenuId> = ids.iter().copied().map(MenuId).collect();
    as_nodes(content::menus(&mut cx.tx, &ids))
}
