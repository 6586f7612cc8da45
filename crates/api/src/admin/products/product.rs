//! The fields of a product.

use commerce::catalog::{
    self, CollectionOrder, MediaImage, Product, ProductStatus, VariantSort, plain_text,
};
use commerce::{inventory, tags};
use graphql::{Error, NoArgs, Page, PageArgs};
use serde::Deserialize;
use store::search;
use units::{CollectionId, Money, ProductId};

use super::Variant;
use crate::admin::batches::map_page;
use crate::admin::counts::Count;
use crate::admin::priced::Priced;
use crate::errors::{fault, spread};
use crate::paging::{page, page_error, window};
use crate::scalars::{DateTime, Id};
use crate::searches::compiled;
use crate::{Cx, Registry};

/// The lowest and the highest price.
pub(super) struct PriceRange(pub(super) Money, pub(super) Money);

/// The lowest and the highest price before a reduction.
struct CompareAtRange(Money, Money);

/// What search engines are told.
pub(in crate::admin) struct Seo {
    pub(in crate::admin) title: Option<String>,
    pub(in crate::admin) description: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::admin) struct TruncateArgs {
    truncate_at: Option<usize>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct VariantsArgs {
    sort_key: SortKey,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SortKey {
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
#[serde(rename_all = "camelCase")]
struct CollectionsArgs {
    query: Option<String>,
    sort_key: CollectionSortKey,
}

#[derive(Deserialize)]
struct CollectionArgs {
    id: CollectionId,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum CollectionSortKey {
    Id,
    Relevance,
    Title,
    UpdatedAt,
}

pub(super) fn register(r: &mut Registry) {
    own(r);
    derived(r);
    r.object::<Product>("Product")
        .load("variants", variants)
        .load("collections", collections)
        .load_leaf(
            "inCollection",
            |all: &[&Product], args: &CollectionArgs, cx: &mut Cx| {
                let ids = ids(all);
                let found = catalog::products_in(&mut cx.tx, args.id, &ids).map_err(fault);
                let held = |with: Vec<ProductId>| ids.iter().map(|id| with.contains(id)).collect();
                spread(found.map(held), all.len())
            },
        );
    r.object::<PriceRange>("ProductPriceRangeV2")
        .child("minVariantPrice", |range| range.0)
        .child("maxVariantPrice", |range| range.1);
    r.object::<PriceRange>("ProductPriceRange")
        .child("minVariantPrice", |range| range.0)
        .child("maxVariantPrice", |range| range.1);
    r.object::<CompareAtRange>("ProductCompareAtPriceRange")
        .child("minVariantCompareAtPrice", |range| range.0)
        .child("maxVariantCompareAtPrice", |range| range.1);
    r.object::<Seo>("SEO")
        .text_opt("title", |seo| seo.title.as_deref())
        .text_opt("description", |seo| seo.description.as_deref());
}

fn own(r: &mut Registry) {
    r.object::<Product>("Product")
        .leaf("id", |product| Id(product.id))
        .leaf("storefrontId", |product| Id(product.id))
        .leaf("legacyResourceId", |product| product.id.get().to_string())
        .text("title", |product| &product.title)
        .text("handle", |product| &product.handle)
        .text("descriptionHtml", |product| &product.description_html)
        .text_opt("bodyHtml", |product| {
            Some(product.description_html.as_str())
        })
        .with("description", |product, args: &TruncateArgs| {
            Ok(args.cut(plain_text(&product.description_html)))
        })
        .text("vendor", |product| &product.vendor)
        .text("productType", |product| &product.product_type)
        .text("status", |product| product.status.as_str())
        .text_opt("templateSuffix", |product| {
            product.template_suffix.as_deref()
        })
        .leaf("isGiftCard", |product| product.gift_card)
        // A gift card's page has no template of its own.
        .text_opt("giftCardTemplateSuffix", |_| None)
        .leaf("createdAt", |product| DateTime(product.created_at))
        .leaf("updatedAt", |product| DateTime(product.updated_at))
        .leaf("publishedAt", |product| product.published_at.map(DateTime))
        .leaf("hasOnlyDefaultVariant", |product| {
            product.only_default_variant
        })
        .leaf("totalVariants", |product| product.variants_count)
        .child("variantsCount", |product| {
            Some(Count::exactly(
                usize::try_from(product.variants_count).unwrap_or(0),
            ))
        })
        .child("category", |product| {
            catalog::taxonomy().of_product(&product.category)
        })
        .child("seo", |product| Seo {
            title: product.seo_title.clone(),
            description: product.seo_description.clone(),
        })
        .leaf("requiresSellingPlan", |product| {
            product.requires_selling_plan
        });
}

fn derived(r: &mut Registry) {
    r.object::<Product>("Product")
        .load_leaf("tags", |all: &[&Product], _: &NoArgs, cx: &mut Cx| {
            let ids: Vec<i64> = all.iter().map(|product| product.id.get()).collect();
            let found = tags::load(&mut cx.tx, tags::Owner::Product, &ids);
            spread(found.map_err(fault), all.len())
        })
        .load_leaf(
            "totalInventory",
            |all: &[&Product], _: &NoArgs, cx: &mut Cx| {
                spread(
                    inventory::totals(&mut cx.tx, &ids(all)).map_err(fault),
                    all.len(),
                )
            },
        )
        .load_leaf(
            "tracksInventory",
            |all: &[&Product], _: &NoArgs, cx: &mut Cx| {
                let found = catalog::tracked_variants(&mut cx.tx, &ids(all)).map_err(fault);
                let tracks = |counts: Vec<i64>| counts.into_iter().map(|count| count > 0).collect();
                spread(found.map(tracks), all.len())
            },
        )
        .load_leaf(
            "hasOutOfStockVariants",
            |all: &[&Product], _: &NoArgs, cx: &mut Cx| {
                let found = catalog::out_of_stock_variants(&mut cx.tx, &ids(all)).map_err(fault);
                let any = |counts: Vec<i64>| counts.into_iter().map(|count| count > 0).collect();
                spread(found.map(any), all.len())
            },
        )
        .load(
            "priceRangeV2",
            |all: &[&Product], _: &NoArgs, cx: &mut Cx| prices(all, cx),
        )
        .load("priceRange", |all: &[&Product], _: &NoArgs, cx: &mut Cx| {
            prices(all, cx)
        })
        .load("compareAtPriceRange", compare_at)
        .load_leaf(
            "onlineStoreUrl",
            |all: &[&Product], _: &NoArgs, cx: &mut Cx| {
                let (origin, now) = (cx.request.origin(), cx.request.now());
                let url = |product: &&Product| {
                    let shown = product.is_visible(now);
                    shown.then(|| format!("{origin}/products/{}", product.handle))
                };
                all.iter().map(|product| Ok(url(product))).collect()
            },
        )
        .load_leaf(
            "onlineStorePreviewUrl",
            |all: &[&Product], _: &NoArgs, cx: &mut Cx| {
                let origin = cx.request.origin();
                let url = |product: &&Product| {
                    let shown = product.status != ProductStatus::Archived;
                    shown.then(|| format!("{origin}/products/{}", product.handle))
                };
                all.iter().map(|product| Ok(url(product))).collect()
            },
        );
}

impl TruncateArgs {
    /// The text, cut to so many characters with dots for the rest.
    pub(in crate::admin) fn cut(&self, text: String) -> String {
        let Some(most) = self.truncate_at.filter(|most| text.chars().count() > *most) else {
            return text;
        };
        let kept: String = text.chars().take(most.saturating_sub(3)).collect();
        format!("{}...", kept.trim_end())
    }
}

pub(super) fn ids(products: &[&Product]) -> Vec<ProductId> {
    products.iter().map(|product| product.id).collect()
}

fn prices(all: &[&Product], cx: &mut Cx) -> Vec<Result<PriceRange, Error>> {
    let shop = cx.shop();
    all.iter()
        .map(|product| {
            let shop = shop.clone()?;
            let (least, most) = (product.price_min_minor, product.price_max_minor);
            Ok(PriceRange(shop.money(least), shop.money(most)))
        })
        .collect()
}

fn compare_at(
    all: &[&Product],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<CompareAtRange>, Error>> {
    let shop = cx.shop();
    all.iter()
        .map(|product| {
            let shop = shop.clone()?;
            let range = product
                .compare_at_min_minor
                .zip(product.compare_at_max_minor);
            Ok(range.map(|(least, most)| CompareAtRange(shop.money(least), shop.money(most))))
        })
        .collect()
}

fn variants(
    all: &[&Product],
    args: &(PageArgs, VariantsArgs),
    cx: &mut Cx,
) -> Vec<Result<Page<Variant>, Error>> {
    let order = match args.1.sort_key {
        SortKey::FullTitle | SortKey::Name | SortKey::Title => VariantSort::Title,
        SortKey::Id => VariantSort::Id,
        SortKey::InventoryQuantity => VariantSort::InventoryQuantity,
        SortKey::Position | SortKey::Relevance => VariantSort::Position,
        SortKey::Sku => VariantSort::Sku,
    };
    let mut load = || {
        let currency = cx.shop()?.currency;
        let window = window(&args.0)?;
        let found = catalog::variants_of(&mut cx.tx, &ids(all), order, &window);
        let found = found.map_err(page_error)?;
        let priced = |found| map_page(page(found), |row| Priced::new(row, currency));
        Ok(found.into_iter().map(priced).collect())
    };
    spread(load(), all.len())
}

fn collections(
    all: &[&Product],
    args: &(PageArgs, CollectionsArgs),
    cx: &mut Cx,
) -> Vec<Result<Page<catalog::Collection>, Error>> {
    let order = match args.1.sort_key {
        CollectionSortKey::Id | CollectionSortKey::Relevance => CollectionOrder::Id,
        CollectionSortKey::Title => CollectionOrder::Title,
        CollectionSortKey::UpdatedAt => CollectionOrder::UpdatedAt,
    };
    let mut load = || {
        let window = window(&args.0)?;
        let reading = cx.reading()?;
        let query = args.1.query.as_deref().unwrap_or_default();
        let found = search::compile(query, &catalog::COLLECTIONS, reading);
        let filter = compiled(cx, "collections", query, found);
        let found = catalog::collections_of(&mut cx.tx, &ids(all), filter, order, &window);
        Ok(found.map_err(page_error)?.into_iter().map(page).collect())
    };
    spread(load(), all.len())
}

/// The pictures of each product, paged.
pub(super) fn pictures(
    all: &[&Product],
    args: &PageArgs,
    cx: &mut Cx,
) -> Result<Vec<store::Page<MediaImage>>, Error> {
    catalog::media_of(&mut cx.tx, &ids(all), &window(args)?).map_err(page_error)
}
