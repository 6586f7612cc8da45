//! Collections of products.

mod inputs;
mod more;
mod mutations;
mod rules;

use commerce::apps::Scope;
use commerce::catalog::{
    self, Collected, Collection, CollectionOrder, CollectionProducts, Product, ProductSort, Shown,
    plain_text,
};
use commerce::metafields::Owner;
use commerce::shops::Shop;
use graphql::{Error, NoArgs, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use store::{Filter, search};
use units::{CollectionId, ProductId};

use crate::admin::counts::Count;
use crate::admin::custom_id::CustomId;
use crate::admin::products::{Seo, TruncateArgs};
use crate::admin::saved_searches::SavedArgs;
use crate::errors::{fault, spread};
use crate::images::Image;
use crate::paging::{page, page_error, window};
use crate::scalars::{DateTime, Id};
use crate::searches::compiled;
use crate::{Cx, Registry};

/// Counts go up to this, as clients expect.
const COUNT_LIMIT: i64 = 10_000;

#[derive(Deserialize)]
struct IdArgs {
    id: CollectionId,
}

#[derive(Deserialize)]
struct HandleArgs {
    handle: String,
}

#[derive(Deserialize)]
struct IdentifierArgs {
    identifier: Identifier,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Identifier {
    id: Option<CollectionId>,
    handle: Option<String>,
    custom_id: Option<CustomId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CollectionsArgs {
    query: Option<String>,
    sort_key: SortKey,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SortKey {
    Id,
    Relevance,
    Title,
    UpdatedAt,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProductsArgs {
    sort_key: ProductSortKey,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum ProductSortKey {
    BestSelling,
    CollectionDefault,
    Created,
    Id,
    Manual,
    Price,
    Relevance,
    Title,
}

/// What a list of collections takes.
type CollectionList = (PageArgs, SavedArgs, CollectionsArgs);

#[derive(Deserialize)]
struct CountArgs {
    limit: Option<i64>,
    query: Option<String>,
}

#[derive(Deserialize)]
struct ProductArgs {
    id: ProductId,
}

pub(in crate::admin) fn register(r: &mut Registry) {
    r.query("collection", |args: &IdArgs, cx: &mut Cx| {
        cx.permit("collection", Scope::ReadProducts)?;
        by_id(cx, args.id)
    });
    r.query("collectionByHandle", |args: &HandleArgs, cx: &mut Cx| {
        cx.permit("collectionByHandle", Scope::ReadProducts)?;
        catalog::collection_by_handle(&mut cx.tx, &args.handle).map_err(fault)
    });
    r.query("collectionByIdentifier", by_identifier);
    r.query("collections", collections);
    r.query("collectionsCount", collections_count);
    r.object::<Shop>("Shop").load(
        "collections",
        |all: &[&Shop], args: &CollectionList, cx: &mut Cx| {
            all.iter().map(|_| collections(args, cx)).collect()
        },
    );
    r.connection::<Collection>("CollectionConnection", "CollectionEdge");
    fields(r);
    rules::register(r);
    mutations::register(r);
    more::register(r);
}

fn fields(r: &mut Registry) {
    r.object::<Collection>("Collection")
        .leaf("id", |own| Id(own.id))
        .leaf("storefrontId", |own| Id(own.id))
        .leaf("legacyResourceId", |own| own.id.get().to_string())
        .text("title", |own| &own.title)
        .text("handle", |own| &own.handle)
        .text("descriptionHtml", |own| &own.description_html)
        .with("description", |own, args: &TruncateArgs| {
            Ok(args.cut(plain_text(&own.description_html)))
        })
        .text("sortOrder", |own| own.sort_order.as_str())
        .text_opt("templateSuffix", |own| own.template_suffix.as_deref())
        .leaf("updatedAt", |own| DateTime(own.updated_at))
        .child("productsCount", |own| {
            Some(Count::exactly(
                usize::try_from(own.products_count).unwrap_or(0),
            ))
        })
        .load("ruleSet", rules::of)
        .child("seo", |own| Seo {
            title: own.seo_title.clone(),
            description: own.seo_description.clone(),
        })
        .load("image", |all: &[&Collection], _: &NoArgs, cx: &mut Cx| {
            let origin = cx.request.origin();
            let image = |own: &&Collection| {
                let shown = own
                    .image_url
                    .as_deref()
                    .map(|url| (url, own.image_alt.as_str()));
                let size = (own.image_width, own.image_height);
                Ok(Image::kept(
                    "CollectionImage",
                    own.image_id,
                    shown,
                    size,
                    origin,
                ))
            };
            all.iter().map(image).collect()
        })
        .load("products", products)
        .load_leaf(
            "hasProduct",
            |all: &[&Collection], args: &ProductArgs, cx: &mut Cx| {
                let ids: Vec<CollectionId> = all.iter().map(|own| own.id).collect();
                let found = catalog::collections_with(&mut cx.tx, &ids, args.id).map_err(fault);
                let held =
                    |with: Vec<CollectionId>| ids.iter().map(|id| with.contains(id)).collect();
                spread(found.map(held), all.len())
            },
        );
}

/// The collection of an id, if there is one.
pub(super) fn by_id(cx: &mut Cx, id: CollectionId) -> Result<Option<Collection>, Error> {
    let found = catalog::collections(&mut cx.tx, &[id]).map_err(fault)?;
    Ok(found.into_iter().next().flatten())
}

fn by_identifier(args: &IdentifierArgs, cx: &mut Cx) -> Result<Option<Collection>, Error> {
    cx.permit("collectionByIdentifier", Scope::ReadProducts)?;
    let given = &args.identifier;
    match (&given.id, &given.handle, &given.custom_id) {
        (Some(id), ..) => by_id(cx, *id),
        (None, Some(handle), _) => catalog::collection_by_handle(&mut cx.tx, handle).map_err(fault),
        (None, None, Some(custom)) => match custom.find(cx, Owner::Collection)? {
            Some(id) => by_id(cx, CollectionId(id)),
            None => Ok(None),
        },
        (None, None, None) => Ok(None),
    }
}

fn collections(args: &CollectionList, cx: &mut Cx) -> Result<Page<Collection>, Error> {
    cx.permit("collections", Scope::ReadProducts)?;
    let (args, saved, wanted) = args;
    let query = saved.with(cx, wanted.query.as_deref())?;
    let filter = searched(cx, "collections", &query)?;
    let order = match wanted.sort_key {
        SortKey::Id | SortKey::Relevance => CollectionOrder::Id,
        SortKey::Title => CollectionOrder::Title,
        SortKey::UpdatedAt => CollectionOrder::UpdatedAt,
    };
    let found = catalog::collections_page(&mut cx.tx, filter, order, &window(args)?);
    found.map(page).map_err(page_error)
}

fn collections_count(args: &(CountArgs, SavedArgs), cx: &mut Cx) -> Result<Option<Count>, Error> {
    cx.permit("collectionsCount", Scope::ReadProducts)?;
    let (args, saved) = args;
    let query = saved.with(cx, args.query.as_deref())?;
    let filter = searched(cx, "collectionsCount", &query)?;
    let limit = args.limit.unwrap_or(COUNT_LIMIT).clamp(0, COUNT_LIMIT);
    let found = catalog::collections_count(&mut cx.tx, filter, limit + 1).map_err(fault)?;
    Ok(Some(Count::up_to(found, limit)))
}

fn searched(cx: &mut Cx, field: &str, query: &str) -> Result<Filter, Error> {
    let reading = cx.reading()?;
    let found = search::compile(query, &catalog::COLLECTIONS, reading);
    Ok(compiled(cx, field, query, found))
}

fn products(
    all: &[&Collection],
    args: &(PageArgs, ProductsArgs),
    cx: &mut Cx,
) -> Vec<Result<Page<Product>, Error>> {
    let order = match args.1.sort_key {
        ProductSortKey::CollectionDefault | ProductSortKey::Relevance => {
            CollectionProducts::AsCollected
        }
        ProductSortKey::Manual => CollectionProducts::Manual,
        ProductSortKey::BestSelling => CollectionProducts::By(ProductSort::BestSelling),
        ProductSortKey::Created => CollectionProducts::By(ProductSort::CreatedAt),
        ProductSortKey::Id => CollectionProducts::By(ProductSort::Id),
        ProductSortKey::Price => CollectionProducts::By(ProductSort::Price),
        ProductSortKey::Title => CollectionProducts::By(ProductSort::Title),
    };
    let keys: Vec<Collected> = all.iter().copied().map(Collected::from).collect();
    let mut load = || {
        let window = window(&args.0)?;
        let whole = (&Shown::Everything, &[][..]);
        let found = catalog::products_of(&mut cx.tx, &keys, whole, order, &window);
        Ok(found.map_err(page_error)?.into_iter().map(page).collect())
    };
    spread(load(), all.len())
}

/// Collections by id, for `node` and for references.
pub(in crate::admin) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit("collection", Scope::ReadProducts)?;
    let ids: Vec<CollectionId> = ids.iter().copied().map(CollectionId).collect();
    let found = catalog::collections(&mut cx.tx, &ids).map_err(fault)?;
    Ok(found.into_iter().map(|own| own.map(obj)).collect())
}
