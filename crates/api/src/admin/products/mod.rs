//! Products, their options, variants and pictures.

mod bundle_mutations;
mod bundles;
mod combined;
mod duplicate;
mod inputs;
mod item_mutation;
mod media;
mod media_mutations;
mod mutations;
mod operations;
mod option_mutations;
mod options;
mod pricing;
mod product;
mod refusals;
mod taxonomy;
mod texts;
mod unit_price;
mod variant;
mod variant_inputs;
mod variant_media;
mod variant_mutations;

use commerce::apps::Scope;
use commerce::catalog::{self, Open, Product, ProductSort, Relevance, Shown, VariantSort};
use commerce::metafields::Owner;
use commerce::shops::Shop;
use graphql::{Error, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use store::{Filter, search};
use units::{ProductId, ProductVariantId};

use super::batches::map_page;
use super::counts::Count;
use super::custom_id::CustomId;
use super::priced::Priced;
use super::saved_searches::SavedArgs;
use crate::errors::fault;
use crate::paging::{page, page_error, window};
use crate::searches::compiled;
use crate::{Cx, Registry};

pub(super) use inputs::{MetafieldInput, SeoInput};
pub(super) use product::{Seo, TruncateArgs};
pub(super) use refusals::{Codes, catalog_error};

/// A variant with its stock and the shop's currency.
pub(super) type Variant = Priced<catalog::StockedVariant>;

/// What a list of products takes.
type ProductList = (PageArgs, SavedArgs, ProductsArgs);
/// What a list of variants takes.
type VariantList = (PageArgs, SavedArgs, VariantsArgs);

/// Counts go up to this, as clients expect.
const COUNT_LIMIT: i64 = 10_000;

#[derive(Deserialize)]
struct ProductArgs {
    id: ProductId,
}

#[derive(Deserialize)]
struct VariantArgs {
    id: ProductVariantId,
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
    id: Option<ProductId>,
    handle: Option<String>,
    custom_id: Option<CustomId>,
}

#[derive(Deserialize)]
struct VariantIdentifierArgs {
    identifier: VariantIdentifier,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct VariantIdentifier {
    id: Option<ProductVariantId>,
    custom_id: Option<CustomId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProductsArgs {
    query: Option<String>,
    sort_key: SortKey,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum SortKey {
    CreatedAt,
    Id,
    InventoryTotal,
    ProductType,
    PublishedAt,
    Relevance,
    Title,
    UpdatedAt,
    Vendor,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct VariantsArgs {
    query: Option<String>,
    sort_key: VariantSortKey,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum VariantSortKey {
    FullTitle,
    Id,
    InventoryQuantity,
    Name,
    Position,
    Relevance,
    Sku,
    Title,
}

#[derive(Deserialize)]
struct CountArgs {
    limit: Option<i64>,
    query: Option<String>,
}

impl SortKey {
    const fn order(self) -> ProductSort {
        match self {
            Self::CreatedAt => ProductSort::CreatedAt,
            Self::Id | Self::Relevance => ProductSort::Id,
            Self::InventoryTotal => ProductSort::InventoryTotal,
            Self::ProductType => ProductSort::ProductType,
            Self::PublishedAt => ProductSort::PublishedAt,
            Self::Title => ProductSort::Title,
            Self::UpdatedAt => ProductSort::UpdatedAt,
            Self::Vendor => ProductSort::Vendor,
        }
    }
}

impl VariantSortKey {
    const fn order(self) -> VariantSort {
        match self {
            Self::FullTitle | Self::Name => VariantSort::FullTitle,
            Self::Id | Self::Relevance => VariantSort::Id,
            Self::InventoryQuantity => VariantSort::InventoryQuantity,
            Self::Position => VariantSort::Position,
            Self::Sku => VariantSort::Sku,
            Self::Title => VariantSort::Title,
        }
    }
}

pub(super) fn register(r: &mut Registry) {
    r.query("product", |args: &ProductArgs, cx: &mut Cx| {
        cx.permit("product", Scope::ReadProducts)?;
        by_id(cx, args.id)
    });
    r.query("productByHandle", |args: &HandleArgs, cx: &mut Cx| {
        cx.permit("productByHandle", Scope::ReadProducts)?;
        catalog::product_by_handle(&mut cx.tx, &args.handle).map_err(fault)
    });
    r.query("productByIdentifier", by_identifier);
    r.query("products", products);
    r.query("productsCount", products_count);
    r.query("productVariant", |args: &VariantArgs, cx: &mut Cx| {
        cx.permit("productVariant", Scope::ReadProducts)?;
        Ok(variants(cx, &[args.id])?.pop().flatten())
    });
    r.query("productVariantByIdentifier", variant_by_identifier);
    r.query("productVariants", |args: &VariantList, cx: &mut Cx| {
        product_variants(&args.0, &args.2, Some(&args.1), cx)
    });
    r.object::<Shop>("Shop")
        .load(
            "products",
            |all: &[&Shop], args: &ProductList, cx: &mut Cx| {
                all.iter().map(|_| products(args, cx)).collect()
            },
        )
        .load(
            "productVariants",
            |all: &[&Shop], args: &(PageArgs, VariantsArgs), cx: &mut Cx| {
                let page = |_| product_variants(&args.0, &args.1, None, cx);
                all.iter().map(page).collect()
            },
        );
    r.query("productVariantsCount", variants_count);
    r.connection::<Product>("ProductConnection", "ProductEdge");
    r.connection::<Variant>("ProductVariantConnection", "ProductVariantEdge");
    product::register(r);
    options::register(r);
    variant::register(r);
    media::register(r);
    media_mutations::register(r);
    refusals::register(r);
    mutations::register(r);
    option_mutations::register(r);
    duplicate::register(r);
    crate::measures::register(r);
    taxonomy::register(r);
    variant_media::register(r);
    variant_mutations::register(r);
    item_mutation::register(r);
    pricing::register(r);
    bundles::register(r);
    bundle_mutations::register(r);
    operations::register(r);
    combined::register(r);
    texts::register(r);
}

/// The product of an id, if there is one.
pub(super) fn by_id(cx: &mut Cx, id: ProductId) -> Result<Option<Product>, Error> {
    let found = catalog::products(&mut cx.tx, &[id]).map_err(fault)?;
    Ok(found.into_iter().next().flatten())
}

/// The variants with those ids, in that order.
pub(super) fn variants(
    cx: &mut Cx,
    ids: &[ProductVariantId],
) -> Result<Vec<Option<Variant>>, Error> {
    let currency = cx.shop()?.currency;
    let found = catalog::variants(&mut cx.tx, ids).map_err(fault)?;
    let priced = |row: catalog::StockedVariant| Priced::new(row, currency);
    Ok(found.into_iter().map(|row| row.map(priced)).collect())
}

fn by_identifier(args: &IdentifierArgs, cx: &mut Cx) -> Result<Option<Product>, Error> {
    cx.permit("productByIdentifier", Scope::ReadProducts)?;
    let given = &args.identifier;
    match (&given.id, &given.handle, &given.custom_id) {
        (Some(id), ..) => by_id(cx, *id),
        (None, Some(handle), _) => catalog::product_by_handle(&mut cx.tx, handle).map_err(fault),
        (None, None, Some(custom)) => match custom.find(cx, Owner::Product)? {
            Some(id) => by_id(cx, ProductId(id)),
            None => Ok(None),
        },
        (None, None, None) => Ok(None),
    }
}

fn variant_by_identifier(
    args: &VariantIdentifierArgs,
    cx: &mut Cx,
) -> Result<Option<Variant>, Error> {
    cx.permit("productVariantByIdentifier", Scope::ReadProducts)?;
    let given = &args.identifier;
    let id = match (given.id, &given.custom_id) {
        (None, Some(custom)) => custom
            .find(cx, Owner::ProductVariant)?
            .map(ProductVariantId),
        (id, _) => id,
    };
    let Some(id) = id else {
        return Ok(None);
    };
    Ok(variants(cx, &[id])?.pop().flatten())
}

fn products(args: &ProductList, cx: &mut Cx) -> Result<Page<Product>, Error> {
    cx.permit("products", Scope::ReadProducts)?;
    let (args, saved, wanted) = args;
    let query = &*saved.with(cx, wanted.query.as_deref())?;
    let filter = product_filter(cx, "products", query)?;
    let window = window(args)?;
    // Plain words are ranked; a search by fields has nothing to rank by.
    let relevance = match wanted.sort_key {
        SortKey::Relevance if !query.contains(':') => Relevance::of(query, Open::Never),
        _ => None,
    };
    let found = match relevance {
        Some(text) => catalog::ranked_page(&mut cx.tx, &text, Shown::Everything, &window),
        None => {
            let (all, sort) = (Filter::none(), wanted.sort_key.order());
            catalog::products_found(&mut cx.tx, all, filter, sort, &window)
        }
    };
    found.map(page).map_err(page_error)
}

fn products_count(args: &(CountArgs, SavedArgs), cx: &mut Cx) -> Result<Option<Count>, Error> {
    cx.permit("productsCount", Scope::ReadProducts)?;
    let (args, saved) = args;
    let query = &*saved.with(cx, args.query.as_deref())?;
    let filter = product_filter(cx, "productsCount", query)?;
    let limit = args.limit.unwrap_or(COUNT_LIMIT).clamp(0, COUNT_LIMIT);
    let found = catalog::products_count(&mut cx.tx, filter, limit + 1).map_err(fault)?;
    Ok(Some(Count::up_to(found, limit)))
}

/// The condition of a search among products.
pub(super) fn product_filter(cx: &mut Cx, field: &str, query: &str) -> Result<Filter, Error> {
    let reading = cx.reading()?;
    let found = search::compile(query, &catalog::PRODUCTS, reading);
    Ok(compiled(cx, field, query, found))
}

fn product_variants(
    args: &PageArgs,
    wanted: &VariantsArgs,
    saved: Option<&SavedArgs>,
    cx: &mut Cx,
) -> Result<Page<Variant>, Error> {
    cx.permit("productVariants", Scope::ReadProducts)?;
    let currency = cx.shop()?.currency;
    let query = match saved {
        Some(saved) => saved.with(cx, wanted.query.as_deref())?,
        None => wanted.query.clone().unwrap_or_default(),
    };
    let query = query.as_str();
    let found = search::compile(query, &catalog::VARIANTS, currency);
    let filter = compiled(cx, "productVariants", query, found);
    let order = wanted.sort_key.order();
    let found = catalog::variants_page(&mut cx.tx, filter, order, &window(args)?);
    let found = found.map(page).map_err(page_error)?;
    Ok(map_page(found, |row| Priced::new(row, currency)))
}

fn variants_count(args: &CountArgs, cx: &mut Cx) -> Result<Option<Count>, Error> {
    cx.permit("productVariantsCount", Scope::ReadProducts)?;
    let reading = cx.reading()?;
    let query = args.query.as_deref().unwrap_or_default();
    let found = search::compile(query, &catalog::VARIANTS, reading);
    let filter = compiled(cx, "productVariantsCount", query, found);
    let limit = args.limit.unwrap_or(COUNT_LIMIT).clamp(0, COUNT_LIMIT);
    let found = catalog::variants_count(&mut cx.tx, filter, limit + 1).map_err(fault)?;
    Ok(Some(Count::up_to(found, limit)))
}

/// Products by id, for `node` and for references.
pub(super) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit("product", Scope::ReadProducts)?;
    let ids: Vec<ProductId> = ids.iter().copied().map(ProductId).collect();
    let found = catalog::products(&mut cx.tx, &ids).map_err(fault)?;
    Ok(found.into_iter().map(|product| product.map(obj)).collect())
}

/// Variants by id, for `node` and for references.
pub(super) fn variant_nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit("productVariant", Scope::ReadProducts)?;
    let ids: Vec<ProductVariantId> = ids.iter().copied().map(ProductVariantId).collect();
    let found = variants(cx, &ids)?;
    Ok(found.into_iter().map(|variant| variant.map(obj)).collect())
}
