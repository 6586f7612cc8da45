//! Menus, redirects and the maps for search engines.

use commerce::apps::Scope;
use commerce::content::{
    self, Item, ItemKind, Mapped, MappedKind, Menu, REDIRECTS, RedirectSort, UrlRedirect,
};
use graphql::{Error, NoArgs, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use store::search;
use units::{Gid, MenuId, Timestamp};

use super::media::map;
use super::node;
use super::products::HandleArgs;
use crate::errors::{fault, spread};
use crate::paging::{page_error, window};
use crate::scalars::{DateTime, Id};
use crate::searches::compiled;
use crate::{Cx, Registry, references};

/// Entries of a map are counted this far.
const COUNT_MAX: i64 = 1_000_000;
/// Pages of one map, at most.
const PAGES_MAX: i64 = 4_000;

/// A map of the things of one kind.
#[derive(Clone, Copy)]
struct Sitemap(MappedKind);

/// How many pages a map has.
struct PagesCount(i64);

/// One page of a map.
struct Resources {
    items: Vec<Mapped>,
    more: bool,
}

/// An entry that is a metaobject.
struct MappedMetaobject {
    own: Mapped,
    kind: String,
}

/// The picture of an entry.
struct SitemapImage {
    path: String,
    alt: Option<String>,
    updated_at: Timestamp,
}

#[derive(Debug, Deserialize)]
struct RedirectsArgs {
    query: Option<String>,
}

#[derive(Debug, Deserialize)]
struct SitemapArgs {
    #[serde(rename = "type")]
    kind: SitemapType,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SitemapType {
    Article,
    Blog,
    Collection,
    Metaobject,
    Page,
    Product,
}

#[derive(Debug, Deserialize)]
struct NumberArgs {
    page: i64,
}

pub(super) fn register(r: &mut Registry) {
    r.query("menu", |args: &HandleArgs, cx: &mut Cx| {
        cx.permit("menu", Scope::UnauthenticatedReadContent)?;
        content::menu_by_handle(&mut cx.tx, &args.handle).map_err(fault)
    });
    let kinds: Vec<&str> = ItemKind::ALL.iter().map(|kind| kind.as_str()).collect();
    r.enum_values("MenuItemType", &kinds);
    r.object::<Menu>("Menu")
        .leaf("id", |own| Id(own.id))
        .text("handle", |own| &own.handle)
        .text("title", |own| &own.title)
        .load("items", |all: &[&Menu], _: &NoArgs, cx: &mut Cx| {
            spread(items(all, cx), all.len())
        })
        .load_leaf("itemsCount", |all: &[&Menu], _: &NoArgs, cx: &mut Cx| {
            let count = |items: Vec<Item>| items.iter().map(Item::count).sum::<usize>();
            let found = items(all, cx);
            spread(
                found.map(|found| found.into_iter().map(count).collect()),
                all.len(),
            )
        });
    r.object::<Item>("MenuItem")
        .leaf("id", |own| Id(own.id))
        .text("title", |own| &own.title)
        .text("type", |own| own.kind.as_str())
        .leaf("resourceId", Item::resource_gid)
        .leaf("tags", |own| own.tags.clone())
        .child("items", |own| own.items.clone())
        .load_leaf("url", |all: &[&Item], _: &NoArgs, cx: &mut Cx| {
            let origin = cx.request.origin();
            let url = |own: &&Item| Ok(own.path.as_deref().map(|path| absolute(path, origin)));
            all.iter().map(url).collect()
        })
        .load("resource", resource);
    r.query("urlRedirects", redirects);
    r.connection::<UrlRedirect>("UrlRedirectConnection", "UrlRedirectEdge");
    r.object::<UrlRedirect>("UrlRedirect")
        .leaf("id", |own| Id(own.id))
        .text("path", |own| &own.path)
        .text("target", |own| &own.target);
    sitemap(r);
}

fn sitemap(r: &mut Registry) {
    r.query("sitemap", |args: &SitemapArgs, _: &mut Cx| {
        Ok(Sitemap(match args.kind {
            SitemapType::Article => MappedKind::Article,
            SitemapType::Blog => MappedKind::Blog,
            SitemapType::Collection => MappedKind::Collection,
            SitemapType::Metaobject => MappedKind::Metaobject,
            SitemapType::Page => MappedKind::Page,
            SitemapType::Product => MappedKind::Product,
        }))
    });
    r.object::<Sitemap>("Sitemap")
        .load("pagesCount", |all: &[&Sitemap], _: &NoArgs, cx: &mut Cx| {
            all.iter().map(|own| pages_count(own, cx)).collect()
        })
        .load(
            "resources",
            |all: &[&Sitemap], args: &NumberArgs, cx: &mut Cx| {
                all.iter().map(|own| resources(own, args, cx)).collect()
            },
        );
    r.object::<PagesCount>("Count")
        .leaf("count", |own| own.0)
        .text("precision", |_| "EXACT");
    r.object::<Resources>("PaginatedSitemapResources")
        .leaf("hasNextPage", |own| own.more)
        .child("items", |own| -> Vec<Obj> {
            let shown = |own: Mapped| match own.metaobject_type.clone() {
                None => obj(own),
                Some(kind) => obj(MappedMetaobject { own, kind }),
            };
            own.items.iter().cloned().map(shown).collect()
        });
    r.object::<Mapped>("SitemapResource")
        .text("handle", |own| &own.handle)
        .text_opt("title", |own| Some(own.title.as_str()))
        .leaf("updatedAt", |own| DateTime(own.updated_at))
        .child("image", |own| {
            own.image_url.as_ref().map(|url| SitemapImage {
                path: url.clone(),
                alt: own.image_alt.clone().filter(|alt| !alt.is_empty()),
                updated_at: own.updated_at,
            })
        });
    r.object::<MappedMetaobject>("SitemapResourceMetaobject")
        .text("handle", |own| &own.own.handle)
        .text("type", |own| &own.kind)
        .text_opt("onlineStoreUrlHandle", |own| own.own.url_handle.as_deref())
        .leaf("updatedAt", |own| DateTime(own.own.updated_at));
    r.object::<SitemapImage>("SitemapImage")
        .text_opt("filepath", |own| Some(own.path.as_str()))
        .text_opt("alt", |own| own.alt.as_deref())
        .leaf("updatedAt", |own| DateTime(own.updated_at));
}

fn items(all: &[&Menu], cx: &mut Cx) -> Result<Vec<Vec<Item>>, Error> {
    let ids: Vec<MenuId> = all.iter().map(|own| own.id).collect();
    content::items(&mut cx.tx, &ids).map_err(fault)
}

/// What each entry leads to, where that is something that buyers see.
fn resource(all: &[&Item], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Option<Obj>, Error>> {
    let gid = |own: &&Item| {
        let (kind, number) = (own.kind.resource_kind()?, own.resource_id?);
        Some(Gid {
            kind: kind.to_owned(),
            number,
        })
    };
    let gids: Vec<Option<Gid>> = all.iter().map(gid).collect();
    spread(references::load(cx, node::of_kind, &gids), all.len())
}

/// Addresses of the shop's own places are kept without their host.
fn absolute(path: &str, origin: &str) -> String {
    match path.starts_with('/') {
        true => format!("{origin}{path}"),
        false => path.to_owned(),
    }
}

fn redirects(
    (page, args): &(PageArgs, RedirectsArgs),
    cx: &mut Cx,
) -> Result<Page<UrlRedirect>, Error> {
    let window = window(page)?;
    let query = args.query.as_deref().unwrap_or_default();
    let found = search::compile(query, &REDIRECTS, cx.reading()?);
    let filter = compiled(cx, "urlRedirects", query, found);
    let found = content::redirects_page(&mut cx.tx, filter, RedirectSort::Id, &window);
    Ok(map(found.map_err(page_error)?, |it| it))
}

fn pages_count(sitemap: &Sitemap, cx: &mut Cx) -> Result<Option<PagesCount>, Error> {
    let now = cx.request.now();
    let found = content::mapped_count(&mut cx.tx, sitemap.0, now, COUNT_MAX).map_err(fault)?;
    let size = i64::try_from(content::SITEMAP_PAGE).unwrap_or(i64::MAX);
    Ok(Some(PagesCount((found + size - 1) / size)))
}

fn resources(
    sitemap: &Sitemap,
    args: &NumberArgs,
    cx: &mut Cx,
) -> Result<Option<Resources>, Error> {
    let number = usize::try_from(args.page).ok();
    let Some(number) = number.filter(|_| (1..=PAGES_MAX).contains(&args.page)) else {
        return Ok(None);
    };
    let now = cx.request.now();
    let (items, more) = content::mapped(&mut cx.tx, sitemap.0, now, number).map_err(fault)?;
    Ok(Some(Resources { items, more }))
}
