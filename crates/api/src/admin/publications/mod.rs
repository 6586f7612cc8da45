//! Where products and collections are published: the online store, and the catalogs of markets.

mod catalogs;
mod mutations;
mod older;
mod publishable;

use commerce::apps::{App, Scope};
use commerce::catalog::{self, Collection, CollectionOrder, ONLINE_STORE, Product, ProductSort};
use commerce::markets::{self, Catalog, CatalogPublication, PriceList};
use graphql::{Error, NoArgs, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use store::{Filter, search};
use units::{AppId, AppInstallationId, CollectionId, ProductId, PublicationId, Timestamp};

use super::counts::Count;
use super::products::Variant;
use crate::errors::{fault, spread};
use crate::paging::{of_list, page, page_error, window};
use crate::scalars::Id;
use crate::searches::compiled;
use crate::{Cx, Registry};

/// The online store's app, by the id that clients know.
const ONLINE_STORE_APP: AppId = AppId(580_111);
/// Counts go up to this unless another limit is asked for.
const COUNT_LIMIT: i64 = 10_000;

/// Where things are published.
#[derive(Clone)]
pub(in crate::admin) enum Publication {
    /// In the online store.
    OnlineStore,
    /// In a catalog of markets.
    Catalog(CatalogPublication),
}

/// What the online store sells: every product that is published to it.
#[derive(Clone)]
struct AppCatalog;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListArgs {
    catalog_type: Option<CatalogType>,
}

#[derive(Deserialize)]
struct LimitArgs {
    limit: Option<i64>,
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

impl Publication {
    const fn is_online(&self) -> bool {
        matches!(self, Self::OnlineStore)
    }

    fn id(&self) -> PublicationId {
        match self {
            Self::OnlineStore => ONLINE_STORE,
            Self::Catalog(own) => own.id,
        }
    }

    /// The condition on the products (`p`) that are in it.
    fn includes(&self) -> Filter {
        match self {
            Self::OnlineStore => Filter::of("p.published_at IS NOT NULL", Vec::new()),
            Self::Catalog(own) => own.terms().includes(),
        }
    }
}

pub(super) fn register(r: &mut Registry) {
    r.query("publication", |args: &IdArgs, cx: &mut Cx| {
        cx.permit("publication", Scope::ReadPublications)?;
        by_id(cx, args.id)
    });
    r.query(
        "publications",
        |(page, args): &(PageArgs, ListArgs), cx: &mut Cx| {
            cx.permit("publications", Scope::ReadPublications)?;
            of_list(&all(cx, args.catalog_type)?, page, |own| {
                own.id().to_string()
            })
        },
    );
    r.query(
        "publicationsCount",
        |args: &(ListArgs, LimitArgs), cx: &mut Cx| {
            cx.permit("publicationsCount", Scope::ReadPublications)?;
            let found = all(cx, args.0.catalog_type)?.len();
            let found = i64::try_from(found).unwrap_or(i64::MAX);
            let limit = args.1.limit.unwrap_or(COUNT_LIMIT).max(0);
            Ok(Some(Count::up_to(found, limit)))
        },
    );
    r.query(
        "publishedProductsCount",
        |args: &PublishedCountArgs, cx: &mut Cx| {
            cx.permit("publishedProductsCount", Scope::ReadPublications)?;
            let Some(own) = by_id(cx, args.publication_id)? else {
                return Ok(None);
            };
            products_count(cx, own.includes(), args.limit).map(Some)
        },
    );
    r.connection::<Publication>("PublicationConnection", "PublicationEdge");
    publication(r);
    app_catalog(r);
    publishable::register(r);
    publishable::on::<Product>(
        r,
        "Product",
        |all, _| Ok(all.iter().map(|own| own.published_at).collect()),
        |own| Some(own.id),
    );
    publishable::on::<Collection>(
        r,
        "Collection",
        |all, _| Ok(all.iter().map(|own| own.published_at).collect()),
        |_| None,
    );
    // A variant is sold where its product is.
    publishable::on::<Variant>(
        r,
        "ProductVariant",
        |all, cx| {
            let ids: Vec<ProductId> = all.iter().map(|own| own.row.variant.product_id).collect();
            let found = catalog::products(&mut cx.tx, &ids).map_err(fault)?;
            Ok(found.into_iter().map(|own| own?.published_at).collect())
        },
        |own| Some(own.row.variant.product_id),
    );
    mutations::register(r);
    older::register(r);
    catalogs::register(r);
}

/// The publication with an id, if there is one.
pub(super) fn by_id(cx: &mut Cx, id: PublicationId) -> Result<Option<Publication>, Error> {
    if id == ONLINE_STORE {
        return Ok(Some(Publication::OnlineStore));
    }
    let found = markets::publications(&mut cx.tx, &[id]).map_err(fault)?;
    Ok(found.into_iter().flatten().next().map(Publication::Catalog))
}

/// The publications of a type of catalogue: the online store is an app's.
fn all(cx: &mut Cx, catalog_type: Option<CatalogType>) -> Result<Vec<Publication>, Error> {
    let mut all = match catalog_type {
        None | Some(CatalogType::App) => vec![Publication::OnlineStore],
        Some(CatalogType::CompanyLocation | CatalogType::Market | CatalogType::None) => Vec::new(),
    };
    if matches!(catalog_type, None | Some(CatalogType::Market)) {
        let more = markets::all_publications(&mut cx.tx).map_err(fault)?;
        all.extend(more.into_iter().map(Publication::Catalog));
    }
    Ok(all)
}

fn publication(r: &mut Registry) {
    r.object::<Publication>("Publication")
        .leaf("id", |own| Id(own.id()))
        .load_leaf("name", |all: &[&Publication], _: &NoArgs, cx: &mut Cx| {
            let name = |own: Option<Catalog>| own.map_or_else(String::new, |own| own.title);
            let names = catalogs(all, cx).map(|found| {
                let named = all.iter().zip(found);
                named
                    .map(|(own, catalog)| match own {
                        Publication::OnlineStore => "Online Store".to_owned(),
                        Publication::Catalog(_) => name(catalog),
                    })
                    .collect()
            });
            spread(names, all.len())
        })
        .leaf("autoPublish", |own| match own {
            // What is made over the API stands nowhere until it is published.
            Publication::OnlineStore => false,
            Publication::Catalog(own) => own.auto_publish,
        })
        .leaf("supportsFuturePublishing", |own| {
            matches!(own, Publication::OnlineStore)
        })
        .child("app", |_| online_store_app())
        .load(
            "catalog",
            |all: &[&Publication], _: &NoArgs, cx: &mut Cx| {
                let found = catalogs(all, cx).map(|found| {
                    let of = |(own, catalog): (&&Publication, Option<Catalog>)| match own {
                        Publication::OnlineStore => Some(obj(AppCatalog)),
                        Publication::Catalog(_) => catalog.map(obj),
                    };
                    all.iter().zip(found).map(of).collect()
                });
                spread(found, all.len())
            },
        );
    contents(r);
}

/// The catalog of each publication, if it is one's.
fn catalogs(all: &[&Publication], cx: &mut Cx) -> Result<Vec<Option<Catalog>>, Error> {
    let ids: Vec<PublicationId> = all.iter().map(|own| own.id()).collect();
    markets::catalogs_publishing(&mut cx.tx, &ids).map_err(fault)
}

/// What is in a publication.
fn contents(r: &mut Registry) {
    r.object::<Publication>("Publication")
        .load(
            "products",
            |all: &[&Publication], args: &(PageArgs, ProductsArgs), cx: &mut Cx| {
                all.iter()
                    .map(|own| published_products(own, args, cx))
                    .collect()
            },
        )
        .load(
            "includedProducts",
            |all: &[&Publication], args: &(PageArgs, ProductsArgs), cx: &mut Cx| {
                all.iter()
                    .map(|own| published_products(own, args, cx))
                    .collect()
            },
        )
        .load(
            "includedProductsCount",
            |all: &[&Publication], args: &CountArgs, cx: &mut Cx| {
                let count = |own: &&Publication| {
                    let found = searched(cx, "includedProductsCount", args.query.as_deref())?;
                    products_count(cx, own.includes().and(found), args.limit).map(Some)
                };
                all.iter().map(count).collect()
            },
        )
        .load(
            "collections",
            |all: &[&Publication], args: &PageArgs, cx: &mut Cx| {
                // Collections are published in the online store alone.
                let filter = |own: &Publication| match own {
                    Publication::OnlineStore => {
                        Filter::of("c.published_at IS NOT NULL", Vec::new())
                    }
                    Publication::Catalog(_) => Filter::of("1 = 0", Vec::new()),
                };
                let page = |own: &&Publication| {
                    let window = window(args)?;
                    let order = CollectionOrder::Id;
                    let found = catalog::collections_page(&mut cx.tx, filter(own), order, &window);
                    found.map(page).map_err(page_error)
                };
                all.iter().map(page).collect()
            },
        )
        .load_leaf(
            "hasCollection",
            |all: &[&Publication], args: &CollectionArgs, cx: &mut Cx| {
                let found = catalog::collections(&mut cx.tx, &[args.id]).map_err(fault);
                let published = found.map(|found| {
                    let mut found = found.into_iter().flatten();
                    found.any(|own| own.published_at.is_some())
                });
                let has = |own: &&Publication| {
                    let here = matches!(own, Publication::OnlineStore);
                    published.clone().map(|published| published && here)
                };
                all.iter().map(has).collect()
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
    let reading = cx.reading()?;
    let query = query.unwrap_or_default();
    let found = search::compile(query, &catalog::PRODUCTS, reading);
    Ok(compiled(cx, field, query, found))
}

fn products_count(cx: &mut Cx, filter: Filter, limit: Option<i64>) -> Result<Count, Error> {
    let limit = limit.unwrap_or(COUNT_LIMIT).clamp(0, COUNT_LIMIT);
    let found = catalog::products_count(&mut cx.tx, filter, limit + 1).map_err(fault)?;
    Ok(Count::up_to(found, limit))
}

fn published_products(
    own: &Publication,
    (args, wanted): &(PageArgs, ProductsArgs),
    cx: &mut Cx,
) -> Result<Page<Product>, Error> {
    let searched = searched(cx, "products", wanted.query.as_deref())?;
    let filter = own.includes().and(searched);
    let window = window(args)?;
    let found = catalog::products_page(&mut cx.tx, filter, ProductSort::Id, &window);
    found.map(page).map_err(page_error)
}

fn app_catalog(r: &mut Registry) {
    r.object::<AppCatalog>("AppCatalog")
        .text("id", |_| "gid://shopify/AppCatalog/1")
        .text("title", |_| "Online Store")
        .text("status", |_| "ACTIVE")
        .child("publication", |_| Some(Publication::OnlineStore))
        // It sells at the shop's own prices.
        .child("priceList", |_| None::<PriceList>);
}

/// The publications of some ids, for `node` and `nodes`.
pub(super) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit("publication", Scope::ReadPublications)?;
    let one = |id: &i64| Ok(by_id(cx, PublicationId(*id))?.map(obj));
    ids.iter().map(one).collect()
}
