//! Collections, as buyers see them.

use commerce::catalog::{
    self, COLLECTIONS, Collected, Collection, CollectionOrder, CollectionProducts, Product,
    ProductList, ProductSort, Source, listed_collections, plain_text,
};
use commerce::translations::Resource;
use graphql::{Error, NoArgs, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use store::search;
use units::CollectionId;

use super::filters::{self, ProductFilterInput};
use super::market;
use super::media::map;
use super::products::{HandleArgs, IdOrHandleArgs, Seo, TruncateArgs, truncated};
use super::translated;
use crate::errors::{fault, spread};
use crate::images::Image;
use crate::paging::{page_error, window};
use crate::scalars::{DateTime, Id};
use crate::searches::compiled;
use crate::{Cx, Registry};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SortKey {
    Id,
    Relevance,
    Title,
    UpdatedAt,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CollectionsArgs {
    query: Option<String>,
    sort_key: Option<SortKey>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum ProductsSortKey {
    BestSelling,
    CollectionDefault,
    Created,
    Id,
    Manual,
    Price,
    Relevance,
    Title,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProductsArgs {
    filters: Option<Vec<ProductFilterInput>>,
    sort_key: Option<ProductsSortKey>,
}

pub(super) fn register(r: &mut Registry) {
    r.query("collection", |args: &IdOrHandleArgs, cx: &mut Cx| {
        collection(args, cx)
    });
    r.query("collectionByHandle", |args: &HandleArgs, cx: &mut Cx| {
        by_handle(&args.handle, cx)
    });
    r.query("collections", collections);
    r.connection::<Collection>("CollectionConnection", "CollectionEdge");
    r.object::<Collection>("Collection")
        .leaf("id", |collection| Id(collection.id))
        .text("title", |collection| &collection.title)
        .text("handle", |collection| &collection.handle)
        .with("description", |collection, args: &TruncateArgs| {
            Ok(truncated(plain_text(&collection.description_html), args))
        })
        .text("descriptionHtml", |collection| &collection.description_html)
        .leaf("updatedAt", |collection| DateTime(collection.updated_at))
        .text_opt("trackingParameters", |_| None)
        .child("seo", |collection| Seo {
            title: collection.seo_title.clone(),
            description: collection.seo_description.clone(),
        })
        .load_leaf(
            "onlineStoreUrl",
            |all: &[&Collection], _: &NoArgs, cx: &mut Cx| {
                let origin = cx.request.origin();
                let url = |it: &&Collection| Some(format!("{origin}/collections/{}", it.handle));
                all.iter().map(|it| Ok(url(it))).collect()
            },
        )
        .load("image", |all: &[&Collection], _: &NoArgs, cx: &mut Cx| {
            let origin = cx.request.origin();
            let image = |it: &&Collection| {
                let shown = it
                    .image_url
                    .as_deref()
                    .map(|url| (url, it.image_alt.as_str()));
                let size = (it.image_width, it.image_height);
                Image::kept("CollectionImage", it.image_id, shown, size, origin)
            };
            all.iter().map(|it| Ok(image(it))).collect()
        })
        .load("products", products);
    r.object::<Product>("Product")
        .load("collections", of_products);
}

fn collection(args: &IdOrHandleArgs, cx: &mut Cx) -> Result<Option<Collection>, Error> {
    match (&args.id, &args.handle) {
        (Some(id), _) => {
            let Ok(id) = CollectionId::parse(id) else {
                return Ok(None);
            };
            let found = catalog::collections(&mut cx.tx, &[id]).map_err(fault)?;
            Ok(found.into_iter().flatten().find(|it| is_visible(it, cx)))
        }
        (None, Some(handle)) => by_handle(handle, cx),
        (None, None) => {
            Err(Error::new("Give the collection's id or its handle.").code("BAD_REQUEST"))
        }
    }
}

fn by_handle(handle: &str, cx: &mut Cx) -> Result<Option<Collection>, Error> {
    let mut found = catalog::collection_by_handle(&mut cx.tx, handle).map_err(fault)?;
    if found.is_none()
        && let Some(id) = translated::named(cx, Resource::Collection, handle)?
    {
        let by_id = catalog::collections(&mut cx.tx, &[CollectionId(id)]).map_err(fault)?;
        found = by_id.into_iter().next().flatten();
    }
    Ok(found.filter(|it| is_visible(it, cx)))
}

fn is_visible(collection: &Collection, cx: &Cx) -> bool {
    collection
        .published_at
        .is_some_and(|since| since <= cx.request.now())
}

fn collections(
    (page, args): &(PageArgs, CollectionsArgs),
    cx: &mut Cx,
) -> Result<Page<Collection>, Error> {
    let window = window(page)?;
    let query = args.query.as_deref().unwrap_or_default();
    let found = search::compile(query, &COLLECTIONS, cx.reading()?);
    let searched = compiled(cx, "collections", query, found);
    let filter = listed_collections(cx.request.now()).and(searched);
    let order = match args.sort_key.unwrap_or(SortKey::Id) {
        SortKey::Id | SortKey::Relevance => CollectionOrder::Id,
        SortKey::Title => CollectionOrder::Title,
        SortKey::UpdatedAt => CollectionOrder::UpdatedAt,
    };
    let found =
        catalog::collections_page(&mut cx.tx, filter, order, &window).map_err(page_error)?;
    Ok(map(found, |it| it))
}

fn of_products(
    products: &[&Product],
    args: &PageArgs,
    cx: &mut Cx,
) -> Vec<Result<Page<Collection>, Error>> {
    let ids: Vec<_> = products.iter().map(|product| product.id).collect();
    let visible = listed_collections(cx.request.now());
    let found = window(args).and_then(|window| {
        let order = CollectionOrder::Id;
        catalog::collections_of(&mut cx.tx, &ids, visible, order, &window).map_err(page_error)
    });
    spread(
        found.map(|all| all.into_iter().map(|it| map(it, |it| it)).collect()),
        products.len(),
    )
}

fn products(
    collections: &[&Collection],
    (page, args): &(PageArgs, ProductsArgs),
    cx: &mut Cx,
) -> Vec<Result<Page<Product>, Error>> {
    let order = match args.sort_key.unwrap_or(ProductsSortKey::CollectionDefault) {
        ProductsSortKey::CollectionDefault | ProductsSortKey::Relevance => {
            CollectionProducts::AsCollected
        }
        ProductsSortKey::Manual => CollectionProducts::Manual,
        ProductsSortKey::BestSelling => CollectionProducts::By(ProductSort::BestSelling),
        ProductsSortKey::Created => CollectionProducts::By(ProductSort::CreatedAt),
        ProductsSortKey::Id => CollectionProducts::By(ProductSort::Id),
        ProductsSortKey::Price => CollectionProducts::By(ProductSort::Price),
        ProductsSortKey::Title => CollectionProducts::By(ProductSort::Title),
    };
    spread(
        products_pages(page, args.filters.as_deref(), collections, order, cx),
        collections.len(),
    )
}

fn products_pages(
    page: &PageArgs,
    filters: Option<&[ProductFilterInput]>,
    collections: &[&Collection],
    order: CollectionProducts,
    cx: &mut Cx,
) -> Result<Vec<Page<Product>>, Error> {
    let window = window(page)?;
    let chosen = filters::chosen(filters, cx)?;
    let shown = market::shown(cx)?;
    let keys: Vec<Collected> = collections.iter().copied().map(Collected::from).collect();
    let found = catalog::products_of(&mut cx.tx, &keys, (&shown, &chosen), order, &window)
        .map_err(page_error)?;
    let with_filters = |(page, own): (store::Page<Product>, &Collected)| Page {
        extra: filters::narrowed_list(ProductList {
            shown: shown.clone(),
            among: Source::Collection(own.id),
            chosen: chosen.clone(),
        }),
        ..map(page, |it| it)
    };
    Ok(found.into_iter().zip(&keys).map(with_filters).collect())
}

/// Collections for `node`: only those that buyers may see.
pub(super) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    let ids: Vec<CollectionId> = ids.iter().copied().map(CollectionId).collect();
    let found = catalog::collections(&mut cx.tx, &ids).map_err(fault)?;
    Ok(found
        .into_iter()
        .map(|it| it.filter(|it| is_visible(it, cx)).map(obj))
        .collect())
}
