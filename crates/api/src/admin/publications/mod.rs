//! Where products and collections are published: the online store is the one publication.

mod mutations;
mod publishable;

pub(super) use mutations::user_error;

use commerce::apps::{App, Scope};
use commerce::catalog::{self, Collection, CollectionOrder, ONLINE_STORE, Product, ProductSort};
use graphql::{Error, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use store::{Filter, search};
use units::{AppId, AppInstallationId, CollectionId, ProductId, PublicationId, Timestamp};

use super::counts::Count;
use super::products::Variant;
use super::searches::compiled;
use crate::errors::fault;
use crate::paging::{of_list, page, page_error, window};
use crate::scalars::Id;
use crate::{Cx, Registry};

/// The online store's app, by the id that clients know.
const ONLINE_STORE_APP: AppId = AppId(580_111);
/// Counts go up to this unless another limit is asked for.
const COUNT_LIMIT: i64 = 10_000;

/// The online store.
#[derive(Clone)]
struct OnlineStore;

/// What the online store sells: every product that is published to it.
#[derive(Clone)]
struct AppCatalog;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListArgs {
    catalog_type: Option<CatalogType>,
}

/// Kinds of catalogs, as arguments name them.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum CatalogType {
    App,
    CompanyLocation,
    Market,
    None,
}

#[derive(Deserialize)]
struct IdArgs {
    id: PublicationId,
}

#[derive(Deserialize)]
struct CollectionArgs {
    id: CollectionId,
}

#[derive(Deserialize)]
struct CountArgs {
    limit: Option<i64>,
    query: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PublishedCountArgs {
    limit: Option<i64>,
    publication_id: PublicationId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProductsArgs {
    query: Option<String>,
}

pub(super) fn register(r: &mut Registry) {
    r.query("publication", |args: &IdArgs, cx: &mut Cx| {
        cx.permit("publication", Scope::ReadPublications)?;
        Ok((args.id == ONLINE_STORE).then_some(OnlineStore))
    });
    r.query(
        "publications",
        |(page, args): &(PageArgs, ListArgs), cx: &mut Cx| {
            cx.permit("publications", Scope::ReadPublications)?;
            of_list(&all(args.catalog_type), page, |_| ONLINE_STORE.to_string())
        },
    );
    r.query("publicationsCount", |args: &ListArgs, cx: &mut Cx| {
        cx.permit("publicationsCount", Scope::ReadPublications)?;
        Ok(Some(Count::exactly(all(args.catalog_type).len())))
    });
    r.query(
        "publishedProductsCount",
        |args: &PublishedCountArgs, cx: &mut Cx| {
            cx.permit("publishedProductsCount", Scope::ReadPublications)?;
            if args.publication_id != ONLINE_STORE {
                return Ok(None);
            }
            products_count(cx, Filter::none(), args.limit).map(Some)
        },
    );
    r.connection::<OnlineStore>("PublicationConnection", "PublicationEdge");
    publication(r);
    app_catalog(r);
    publishable::register(r);
    publishable::on::<Product>(r, "Product", |all, _| {
        Ok(all.iter().map(|own| own.published_at).collect())
    });
    publishable::on::<Collection>(r, "Collection", |all, _| {
        Ok(all.iter().map(|own| own.published_at).collect())
    });
    // A variant is sold where its product is.
    publishable::on::<Variant>(r, "ProductVariant", |all, cx| {
        let ids: Vec<ProductId> = all.iter().map(|own| own.row.variant.product_id).collect();
        let found = catalog::products(&mut cx.tx, &ids).map_err(fault)?;
        Ok(found.into_iter().map(|own| own?.published_at).collect())
    });
    mutations::register(r);
}

/// The publications of a type of catalogue: the online store is an app's.
fn all(catalog_type: Option<CatalogType>) -> Vec<OnlineStore> {
    match catalog_type {
        None | Some(CatalogType::App) => vec![OnlineStore],
        Some(CatalogType::CompanyLocation | CatalogType::Market | CatalogType::None) => Vec::new(),
    }
}

fn publication(r: &mut Registry) {
    r.object::<OnlineStore>("Publication")
        .leaf("id", |_| Id(ONLINE_STORE))
        .text("name", |_| "Online Store")
        .leaf("autoPublish", |_| true)
        .leaf("supportsFuturePublishing", |_| true)
        .child("app", |_| online_store_app())
        .child("catalog", |_| Some(obj(AppCatalog)))
        .load(
            "products",
            |all: &[&OnlineStore], args: &(PageArgs, ProductsArgs), cx: &mut Cx| {
                all.iter().map(|_| published_products(args, cx)).collect()
            },
        )
        .load(
            "includedProducts",
            |all: &[&OnlineStore], args: &(PageArgs, ProductsArgs), cx: &mut Cx| {
                all.iter().map(|_| published_products(args, cx)).collect()
            },
        )
        .load(
            "includedProductsCount",
            |all: &[&OnlineStore], args: &CountArgs, cx: &mut Cx| {
                let count = |_: &&OnlineStore| {
                    let found = searched(cx, "includedProductsCount", args.query.as_deref())?;
                    products_count(cx, found, args.limit).map(Some)
                };
                all.iter().map(count).collect()
            },
        )
        .load(
            "collections",
            |all: &[&OnlineStore], args: &PageArgs, cx: &mut Cx| {
                let filter = || Filter::of("c.published_at IS NOT NULL", Vec::new());
                let page = |_: &&OnlineStore| {
                    let window = window(args)?;
                    let order = CollectionOrder::Id;
                    let found = catalog::collections_page(&mut cx.tx, filter(), order, &window);
                    found.map(page).map_err(page_error)
                };
                all.iter().map(page).collect()
            },
        )
        .load_leaf(
            "hasCollection",
            |all: &[&OnlineStore], args: &CollectionArgs, cx: &mut Cx| {
                let found = catalog::collections(&mut cx.tx, &[args.id]).map_err(fault);
                let has = found.map(|found| {
                    let mut found = found.into_iter().flatten();
                    found.any(|own| own.published_at.is_some())
                });
                all.iter().map(|_| has.clone()).collect()
            },
        );
}

/// The app that the online store is, which every shop has.
fn online_store_app() -> App {
    App {
        id: ONLINE_STORE_APP,
        installation_id: AppInstallationId(ONLINE_STORE_APP.get()),
        title: "Online Store".to_owned(),
        handle: "online_store".to_owned(),
        client_id: "online_store".to_owned(),
        client_secret: String::new(),
        throttle_per_second: 0,
        created_at: Timestamp(0),
    }
}

fn searched(cx: &mut Cx, field: &str, query: Option<&str>) -> Result<Filter, Error> {
    let currency = cx.shop()?.currency;
    let query = query.unwrap_or_default();
    let found = search::compile(query, &catalog::PRODUCTS, currency);
    Ok(compiled(cx, field, query, found))
}

fn only_published(filter: Filter) -> Filter {
    Filter::of("p.published_at IS NOT NULL", Vec::new()).and(filter)
}

fn products_count(cx: &mut Cx, filter: Filter, limit: Option<i64>) -> Result<Count, Error> {
    let limit = limit.unwrap_or(COUNT_LIMIT).clamp(0, COUNT_LIMIT);
    let filter = only_published(filter);
    let found = catalog::products_count(&mut cx.tx, filter, limit + 1).map_err(fault)?;
    Ok(Count::up_to(found, limit))
}

fn published_products(
    (args, wanted): &(PageArgs, ProductsArgs),
    cx: &mut Cx,
) -> Result<Page<Product>, Error> {
    let filter = only_published(searched(cx, "products", wanted.query.as_deref())?);
    let window = window(args)?;
    let found = catalog::products_page(&mut cx.tx, filter, ProductSort::Id, &window);
    found.map(page).map_err(page_error)
}

fn app_catalog(r: &mut Registry) {
    r.object::<AppCatalog>("AppCatalog")
        .text("id", |_| "gid://shopify/AppCatalog/1")
        .text("title", |_| "Online Store")
        .text("status", |_| "ACTIVE")
        .child("publication", |_| Some(OnlineStore));
}

/// The publications of some ids, for `node` and `nodes`.
pub(super) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit("publication", Scope::ReadPublications)?;
    let one = |id: &i64| (*id == ONLINE_STORE.get()).then(|| obj(OnlineStore));
    Ok(ids.iter().map(one).collect())
}
