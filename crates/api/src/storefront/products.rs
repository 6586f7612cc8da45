//! Products, as buyers see them.

use std::collections::{BTreeMap, BTreeSet};

use commerce::apps::Scope;
use commerce::catalog::{
    self, Category, ListSort, Open, OptionWithValues, Product, ProductList, ProductSort,
    RANKED_MAX, Relevance, ResultSort, STOREFRONT_PRODUCTS, Shown, SoldOut, Source, VariantSort,
    plain_text,
};
use commerce::tags;
use commerce::translations::Resource;
use graphql::{Error, NoArgs, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use store::{Filter, Window, search};
use units::{Money, ProductId};

use super::filters;
use super::market::{self, Range};
use super::media::map;
use super::swatches;
use super::translated;
use super::variants::Variant;
use crate::errors::{fault, spread};
use crate::paging::{page_error, window};
use crate::scalars::{DateTime, Id};
use crate::searches::compiled;
use crate::{Cx, Registry};

/// The lowest and the highest price.
struct PriceRange(Money, Money);

/// What search engines are told.
pub(super) struct Seo {
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct IdOrHandleArgs {
    pub(super) id: Option<String>,
    pub(super) handle: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct HandleArgs {
    pub(super) handle: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SortKey {
    BestSelling,
    CreatedAt,
    Id,
    Price,
    ProductType,
    Relevance,
    Title,
    UpdatedAt,
    Vendor,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProductsArgs {
    query: Option<String>,
    sort_key: Option<SortKey>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TruncateArgs {
    truncate_at: Option<usize>,
}

#[derive(Debug, Deserialize)]
struct FirstArgs {
    first: Option<usize>,
}

pub(super) fn register(r: &mut Registry) {
    r.query("product", |args: &IdOrHandleArgs, cx: &mut Cx| {
        product(args, cx)
    });
    r.query("productByHandle", |args: &HandleArgs, cx: &mut Cx| {
        by_handle(&args.handle, cx)
    });
    r.query("products", products);
    r.connection::<Product>("ProductConnection", "ProductEdge");
    r.object::<Product>("Product")
        .leaf("id", |product| Id(product.id))
        .text("title", |product| &product.title)
        .text("handle", |product| &product.handle)
        .with("description", |product, args: &TruncateArgs| {
            Ok(truncated(plain_text(&product.description_html), args))
        })
        .text("descriptionHtml", |product| &product.description_html)
        .text("vendor", |product| &product.vendor)
        .text("productType", |product| &product.product_type)
        .leaf("createdAt", |product| DateTime(product.created_at))
        .leaf("updatedAt", |product| DateTime(product.updated_at))
        .leaf("publishedAt", |product| {
            DateTime(product.published_at.unwrap_or(product.created_at))
        })
        .leaf("isGiftCard", |product| product.gift_card)
        .child("category", |product| {
            catalog::taxonomy().of_product(&product.category)
        })
        .child("seo", |product| Seo {
            title: product.seo_title.clone(),
            description: product.seo_description.clone(),
        })
        .load_leaf(
            "onlineStoreUrl",
            |products: &[&Product], _: &NoArgs, cx: &mut Cx| {
                let origin = cx.request.origin();
                let url =
                    |product: &&Product| Some(format!("{origin}/products/{}", product.handle));
                products.iter().map(|product| Ok(url(product))).collect()
            },
        )
        .load_leaf("availableForSale", available)
        .load_leaf("totalInventory", total_inventory)
        .load_leaf("tags", tags_of)
        .load("priceRange", |all: &[&Product], _: &NoArgs, cx: &mut Cx| {
            ranges(all, cx, |(now, _)| now)
        })
        .load(
            "compareAtPriceRange",
            |all: &[&Product], _: &NoArgs, cx: &mut Cx| ranges(all, cx, |(_, before)| before),
        )
        .load("options", options)
        // Everything can be bought once, and no search is traced.
        .leaf("requiresSellingPlan", |product| {
            product.requires_selling_plan
        })
        .text_opt("trackingParameters", |_| None);
    parts(r);
    option_types(r);
}

/// What products are made of.
fn parts(r: &mut Registry) {
    r.object::<PriceRange>("ProductPriceRange")
        .child("minVariantPrice", |range| range.0)
        .child("maxVariantPrice", |range| range.1);
    r.object::<Seo>("SEO")
        .text_opt("title", |seo| seo.title.as_deref())
        .text_opt("description", |seo| seo.description.as_deref());
    r.object::<Category>("TaxonomyCategory")
        .leaf("id", Category::gid)
        .text("name", Category::name)
        .child("ancestors", |category| {
            let above = catalog::taxonomy().ancestors(category);
            above.collect::<Vec<_>>()
        });
}

/// The option whose value it is, for the first variant that can be chosen with it.
struct Value {
    product: ProductId,
    option: usize,
    value: catalog::ProductOptionValue,
}

fn option_types(r: &mut Registry) {
    r.object::<OptionWithValues>("ProductOption")
        .leaf("id", |it| Id(it.option.id))
        .text("name", |it| &it.option.name)
        .leaf("values", |it| {
            it.values
                .iter()
                .map(|used| used.value.name.clone())
                .collect::<Vec<_>>()
        })
        .child("optionValues", |it| {
            let value = |used: &catalog::UsedValue| Value {
                product: it.option.product_id,
                option: usize::try_from(it.option.position).unwrap_or(1),
                value: used.value.clone(),
            };
            it.values.iter().map(value).collect::<Vec<_>>()
        });
    r.object::<Value>("ProductOptionValue")
        .leaf("id", |it| Id(it.value.id))
        .text("name", |it| &it.value.name)
        .load("swatch", |all: &[&Value], _: &NoArgs, cx: &mut Cx| {
            let values: Vec<_> = all.iter().map(|own| &own.value).collect();
            spread(swatches::of(&values, cx), all.len())
        })
        .load("firstSelectableVariant", first_selectable);
    swatches::register(r);
}

pub(super) fn product(args: &IdOrHandleArgs, cx: &mut Cx) -> Result<Option<Product>, Error> {
    match (&args.id, &args.handle) {
        (Some(id), _) => {
            let Ok(id) = ProductId::parse(id) else {
                return Ok(None);
            };
            let found = catalog::products(&mut cx.tx, &[id]).map_err(fault)?;
            Ok(market::visible(cx, found)?.pop().flatten())
        }
        (None, Some(handle)) => by_handle(handle, cx),
        (None, None) => Err(Error::new("Give the product's id or its handle.").code("BAD_REQUEST")),
    }
}

fn by_handle(handle: &str, cx: &mut Cx) -> Result<Option<Product>, Error> {
    let mut found = catalog::product_by_handle(&mut cx.tx, handle).map_err(fault)?;
    if found.is_none()
        && let Some(id) = translated::named(cx, Resource::Product, handle)?
    {
        found = catalog::products(&mut cx.tx, &[ProductId(id)])
            .map_err(fault)?
            .pop()
            .flatten();
    }
    Ok(market::visible(cx, vec![found])?.pop().flatten())
}

fn products((page, args): &(PageArgs, ProductsArgs), cx: &mut Cx) -> Result<Page<Product>, Error> {
    let window = window(page)?;
    let shown = market::shown(cx)?;
    let query = args.query.as_deref().unwrap_or_default();
    let sort = match args.sort_key.unwrap_or(SortKey::Id) {
        SortKey::Relevance => return by_relevance(query, shown, &window, cx),
        SortKey::BestSelling => ProductSort::BestSelling,
        SortKey::CreatedAt => ProductSort::CreatedAt,
        SortKey::Id => ProductSort::Id,
        SortKey::Price => ProductSort::Price,
        SortKey::ProductType => ProductSort::ProductType,
        SortKey::Title => ProductSort::Title,
        SortKey::UpdatedAt => ProductSort::UpdatedAt,
        SortKey::Vendor => ProductSort::Vendor,
    };
    let searched = searched(query, cx)?;
    let among = match searched.sql.is_empty() {
        true => Source::All,
        false => Source::Where(searched.clone()),
    };
    let found = catalog::products_found(&mut cx.tx, shown.filter(), searched, sort, &window);
    let found = found.map_err(page_error)?;
    Ok(Page {
        extra: filters::narrowed_list(ProductList {
            shown,
            among,
            chosen: Vec::new(),
        }),
        ..map(found, |product| product)
    })
}

/// The condition of a query in the search syntax; what was not understood becomes a warning.
fn searched(query: &str, cx: &mut Cx) -> Result<Filter, Error> {
    let found = search::compile(query, &STOREFRONT_PRODUCTS, cx.reading()?);
    Ok(compiled(cx, "products", query, found))
}

fn by_relevance(
    query: &str,
    shown: Shown,
    window: &Window<'_>,
    cx: &mut Cx,
) -> Result<Page<Product>, Error> {
    let (words, found) = search::compile_apart(query, &STOREFRONT_PRODUCTS, cx.reading()?);
    let conditions = compiled(cx, "products", query, found);
    let among = match Relevance::of(&words, Open::Last) {
        Some(text) => {
            let ranked = text.among(&mut cx.tx, RANKED_MAX).map_err(fault)?;
            ranked.meeting(&mut cx.tx, &conditions).map_err(fault)?
        }
        None if conditions.sql.is_empty() => Source::All,
        None => Source::Where(conditions),
    };
    let list = ProductList {
        shown,
        among,
        chosen: Vec::new(),
    };
    let sort = ListSort::Results(ResultSort::Relevance, SoldOut::InPlace);
    let found = catalog::list_page(&mut cx.tx, &list, sort, window).map_err(page_error)?;
    Ok(Page {
        extra: filters::narrowed_list(list),
        ..map(found, |product| product)
    })
}

/// Products for `node`: only those that buyers may see.
pub(super) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    let ids: Vec<ProductId> = ids.iter().copied().map(ProductId).collect();
    let found = catalog::products(&mut cx.tx, &ids).map_err(fault)?;
    let found = market::visible(cx, found)?;
    Ok(found.into_iter().map(|it| it.map(obj)).collect())
}

/// A text cut to what was asked for, at a character.
pub(super) fn truncated(text: String, args: &TruncateArgs) -> String {
    match args.truncate_at {
        Some(chars) if text.chars().count() > chars => text
            .chars()
            .take(chars.saturating_sub(1))
            .chain(['…'])
            .collect(),
        _ => text,
    }
}

fn ids(products: &[&Product]) -> Vec<ProductId> {
    products.iter().map(|product| product.id).collect()
}

fn available(products: &[&Product], _: &NoArgs, cx: &mut Cx) -> Vec<Result<bool, Error>> {
    spread(
        catalog::available(&mut cx.tx, &ids(products)).map_err(fault),
        products.len(),
    )
}

fn total_inventory(
    products: &[&Product],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<i64>, Error>> {
    let scope = Scope::UnauthenticatedReadProductInventory;
    let found = cx
        .permit("totalInventory", scope)
        .and_then(|()| commerce::inventory::totals(&mut cx.tx, &ids(products)).map_err(fault));
    spread(
        found.map(|all| all.into_iter().map(Some).collect()),
        products.len(),
    )
}

fn tags_of(products: &[&Product], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Vec<String>, Error>> {
    let numbers: Vec<i64> = products.iter().map(|product| product.id.get()).collect();
    let scope = Scope::UnauthenticatedReadProductTags;
    let found = cx
        .permit("tags", scope)
        .and_then(|()| tags::load(&mut cx.tx, tags::Owner::Product, &numbers).map_err(fault));
    spread(found, products.len())
}

fn ranges(
    products: &[&Product],
    cx: &mut Cx,
    which: fn((Range, Range)) -> Range,
) -> Vec<Result<PriceRange, Error>> {
    let found = market::repriced(products, cx).map(|(currency, ranges)| {
        let range = |both| {
            let (low, high) = which(both);
            PriceRange(Money::new(low, currency), Money::new(high, currency))
        };
        ranges.into_iter().map(range).collect()
    });
    spread(found, products.len())
}

fn options(
    products: &[&Product],
    args: &FirstArgs,
    cx: &mut Cx,
) -> Vec<Result<Vec<OptionWithValues>, Error>> {
    let first = args.first.unwrap_or(catalog::OPTIONS_MAX);
    let found = catalog::options(&mut cx.tx, &ids(products)).map_err(fault);
    let cut = |options: Vec<OptionWithValues>| options.into_iter().take(first).collect();
    spread(
        found.map(|all| all.into_iter().map(cut).collect()),
        products.len(),
    )
}

/// Variants of each product among which a value's first is looked for before all others.
const LOOKED_AT: usize = 250;
/// Products of which all variants are looked through in one go, where that was not enough.
const LOOKED_THROUGH_MAX: usize = 10;

/// The first variant that has a value and can be bought, else the first that has it.
fn first_selectable(
    values: &[&Value],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<Variant>, Error>> {
    match variants_to_select(values, cx) {
        Ok(known) => {
            let first = |value: &&Value| Ok(first_having(&known[&value.product], value).cloned());
            values.iter().map(first).collect()
        }
        Err(error) => spread(Err(error), values.len()),
    }
}

/// The variants among which each value's first is.
fn variants_to_select(
    values: &[&Value],
    cx: &mut Cx,
) -> Result<BTreeMap<ProductId, store::Page<Variant>>, Error> {
    let mut read = |products: BTreeSet<ProductId>, count: usize| {
        let products: Vec<ProductId> = products.into_iter().collect();
        let window = Window::first(count);
        let pages = catalog::variants_of(&mut cx.tx, &products, VariantSort::Position, &window)
            .map_err(page_error)?;
        Ok::<_, Error>(products.into_iter().zip(pages).collect::<Vec<_>>())
    };
    let all = values.iter().map(|value| value.product).collect();
    let mut known: BTreeMap<_, _> = read(all, LOOKED_AT)?.into_iter().collect();
    let further: BTreeSet<ProductId> = values
        .iter()
        .filter(|value| {
            let page = &known[&value.product];
            let found = first_having(page, value);
            page.has_next_page && !found.is_some_and(Variant::is_available)
        })
        .map(|value| value.product)
        .collect();
    if further.len() > LOOKED_THROUGH_MAX {
        let why = format!(
            "`firstSelectableVariant` would look through all variants of more than {LOOKED_THROUGH_MAX} products that have over {LOOKED_AT} each: ask for fewer products at once."
        );
        return Err(Error::new(why).code("BAD_REQUEST"));
    }
    known.extend(read(further, catalog::VARIANTS_MAX)?);
    Ok(known)
}

fn first_having<'a>(page: &'a store::Page<Variant>, value: &Value) -> Option<&'a Variant> {
    let mut having = page.nodes.iter().filter(|variant| {
        let place = value.option.saturating_sub(1);
        let chosen = variant.variant.option_values().nth(place);
        chosen == Some(value.value.name.as_str())
    });
    let any = having.clone().next();
    having.find(|variant| variant.is_available()).or(any)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_cut_at_a_character() {
        let cut = |at| truncated("Größe".to_owned(), &TruncateArgs { truncate_at: at });
        assert_eq!(
            [cut(None), cut(Some(5)), cut(Some(4))],
            ["Größe", "Größe", "Grö…"]
        );
        assert_eq!(cut(Some(0)), "…");
    }
}
