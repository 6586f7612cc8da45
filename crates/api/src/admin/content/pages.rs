//! Pages.

use commerce::content::{self, PAGES, Page, PageInput, PageSort, published, summary};
use graphql::{Error, Maybe, MutationCx, NoArgs, Obj, PageArgs};
use serde::Deserialize;
use store::{Filter, search};
use units::{PageId, Timestamp};

use super::refusals::{Codes, user_error};
use super::{COUNT_LIMIT, READ, WRITE};
use crate::admin::batches::as_nodes;
use crate::admin::counts::Count;
use crate::admin::payload::{Payload, deleted, payloads};
use crate::admin::products::MetafieldInput;
use crate::admin::saved_searches::SavedArgs;
use crate::errors::fault;
use crate::paging::{page, page_error, window};
use crate::scalars::{DateTime, Id};
use crate::searches::compiled;
use crate::{Cx, Registry, Request};

#[derive(Deserialize)]
struct IdArgs {
    id: PageId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PagesArgs {
    query: Option<String>,
    sort_key: SortKey,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SortKey {
    Id,
    PublishedAt,
    Title,
    UpdatedAt,
}

#[derive(Deserialize)]
struct CountArgs {
    limit: Option<i64>,
}

#[derive(Deserialize)]
struct CreateArgs {
    page: CreateInput,
}

#[derive(Deserialize)]
struct UpdateArgs {
    id: PageId,
    page: UpdateInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateInput {
    title: String,
    handle: Option<String>,
    body: Option<String>,
    #[serde(default)]
    template_suffix: Maybe<String>,
    is_published: Option<bool>,
    publish_date: Option<Timestamp>,
    metafields: Option<Vec<MetafieldInput>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateInput {
    title: Option<String>,
    handle: Option<String>,
    body: Option<String>,
    #[serde(default)]
    template_suffix: Maybe<String>,
    is_published: Option<bool>,
    publish_date: Option<Timestamp>,
    redirect_new_handle: Option<bool>,
    metafields: Option<Vec<MetafieldInput>>,
}

impl From<SortKey> for PageSort {
    fn from(key: SortKey) -> Self {
        match key {
            SortKey::Id => Self::Id,
            SortKey::PublishedAt => Self::PublishedAt,
            SortKey::Title => Self::Title,
            SortKey::UpdatedAt => Self::UpdatedAt,
        }
    }
}

impl CreateInput {
    fn into_input(self) -> PageInput {
        PageInput {
            title: Some(self.title),
            handle: self.handle,
            body_html: self.body,
            template_suffix: self.template_suffix.given(),
            is_published: self.is_published,
            publish_date: self.publish_date,
            redirect_new_handle: None,
            metafields: self
                .metafields
                .iter()
                .flatten()
                .map(MetafieldInput::metafield)
                .collect(),
        }
    }
}

impl UpdateInput {
    fn into_input(self) -> PageInput {
        PageInput {
            title: self.title,
            handle: self.handle,
            body_html: self.body,
            template_suffix: self.template_suffix.given(),
            is_published: self.is_published,
            publish_date: self.publish_date,
            redirect_new_handle: self.redirect_new_handle,
            metafields: self
                .metafields
                .iter()
                .flatten()
                .map(MetafieldInput::metafield)
                .collect(),
        }
    }
}

pub(super) fn register(r: &mut Registry) {
    r.query("page", |args: &IdArgs, cx: &mut Cx| {
        cx.permit_any("page", READ)?;
        by_id(cx, args.id)
    });
    r.query("pages", list);
    r.query("pagesCount", |args: &CountArgs, cx: &mut Cx| {
        cx.permit_any("pagesCount", READ)?;
        let limit = args.limit.unwrap_or(COUNT_LIMIT).clamp(0, COUNT_LIMIT);
        let found = content::pages_count(&mut cx.tx, Filter::none(), limit + 1);
        Ok(Some(Count::up_to(found.map_err(fault)?, limit)))
    });
    r.connection::<Page>("PageConnection", "PageEdge");
    r.object::<Page>("Page")
        .leaf("id", |own| Id(own.id))
        .text("title", |own| &own.title)
        .text("handle", |own| &own.handle)
        .text("body", |own| &own.body_html)
        .leaf("bodySummary", |own| summary(&own.body_html))
        .text_opt("templateSuffix", |own| own.template_suffix.as_deref())
        .load_leaf("isPublished", |all: &[&Page], _: &NoArgs, cx: &mut Cx| {
            let now = cx.request.now();
            let shown = |own: &&Page| Ok(published(own.published_at, now));
            all.iter().map(shown).collect()
        })
        .leaf("publishedAt", |own| own.published_at.map(DateTime))
        .leaf("createdAt", |own| DateTime(own.created_at))
        .leaf("updatedAt", |own| DateTime(own.updated_at));
    r.mutation("pageCreate", create);
    r.mutation("pageUpdate", update);
    r.mutation("pageDelete", delete);
    let shown = &["PageCreatePayload", "PageUpdatePayload"];
    payloads(r, shown, "page", by_id);
    deleted::<PageId>(r, "PageDeletePayload", "deletedPageId");
}

fn by_id(cx: &mut Cx, id: PageId) -> Result<Option<Page>, Error> {
    let found = content::pages(&mut cx.tx, &[id]).map_err(fault)?;
    Ok(found.into_iter().next().flatten())
}

fn list(
    args: &(PageArgs, SavedArgs, PagesArgs),
    cx: &mut Cx,
) -> Result<graphql::Page<Page>, Error> {
    cx.permit_any("pages", READ)?;
    let (args, saved, wanted) = args;
    let reading = cx.reading()?;
    let query = &*saved.with(cx, wanted.query.as_deref())?;
    let filter = compiled(cx, "pages", query, search::compile(query, &PAGES, reading));
    let found = content::pages_page(&mut cx.tx, filter, wanted.sort_key.into(), &window(args)?);
    found.map(page).map_err(page_error)
}

async fn create(cx: MutationCx<Request>, args: CreateArgs) -> Result<Payload<PageId>, Error> {
    let call = cx.request.permit_any("pageCreate", WRITE)?;
    let input = args.page.into_input();
    let done = cx
        .request
        .write(move |tx| content::create_page(tx, &call, &input))
        .await;
    Payload::of(done, |error| user_error(error, Codes::Page))
}

async fn update(cx: MutationCx<Request>, args: UpdateArgs) -> Result<Payload<PageId>, Error> {
    let call = cx.request.permit_any("pageUpdate", WRITE)?;
    let (id, input) = (args.id, args.page.into_input());
    let done = cx
        .request
        .write(move |tx| content::update_page(tx, &call, id, &input))
        .await;
    Payload::of(done, |error| user_error(error, Codes::Page))
}

async fn delete(cx: MutationCx<Request>, args: IdArgs) -> Result<Payload<PageId>, Error> {
    let call = cx.request.permit_any("pageDelete", WRITE)?;
    let done = cx
        .request
        .write(move |tx| content::delete_page(tx, &call, args.id))
        .await;
    Payload::of(done, |error| user_error(error, Codes::Page))
}

/// Pages by id, for `node` and for references.
pub(in crate::admin) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit_any("page", READ)?;
    let ids: Vec<PageId> = ids.iter().copied().map(PageId).collect();
    as_nodes(content::pages(&mut cx.tx, &ids))
}
