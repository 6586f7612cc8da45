//! Variants: what is bought.

use std::collections::BTreeMap;

use commerce::apps::Scope;
use commerce::catalog::{self, Product, ProductVariant, UnitMeasure, VariantSort};
use commerce::markets::Listed;
use graphql::{Error, NoArgs, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use units::{Currency, Money, ProductId, ProductVariantId, WeightUnit};

use super::market;
use super::media::map;
use super::translated;
use crate::errors::{fault, spread};
use crate::images::Image;
use crate::paging::{page_error, window};
use crate::scalars::Id;
use crate::{Cx, Registry};

/// A variant with its stock.
pub(super) type Variant = catalog::StockedVariant;

/// A value of one of a variant's options.
pub(super) struct SelectedOption {
    pub(super) name: String,
    pub(super) value: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SortKey {
    Id,
    #[default]
    Position,
    Relevance,
    Sku,
    Title,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct VariantsArgs {
    sort_key: Option<SortKey>,
}

pub(super) fn register(r: &mut Registry) {
    r.object::<Product>("Product").load("variants", of_products);
    r.connection::<Variant>("ProductVariantConnection", "ProductVariantEdge");
    r.object::<SelectedOption>("SelectedOption")
        .text("name", |option| &option.name)
        .text("value", |option| &option.value);
    r.object::<Variant>("ProductVariant")
        .leaf("id", |it| Id(it.variant.id))
        .text("title", |it| &it.variant.title)
        .text_opt("sku", |it| Some(it.variant.sku.as_str()))
        .text_opt("barcode", |it| {
            Some(it.variant.barcode.as_str()).filter(|code| !code.is_empty())
        })
        .leaf("availableForSale", Variant::is_available)
        .leaf("currentlyNotInStock", |it| {
            it.is_available() && it.variant.tracked && it.sellable <= 0
        })
        .load_leaf("quantityAvailable", quantity)
        .leaf("requiresShipping", |it| it.variant.requires_shipping)
        .leaf("taxable", |it| it.variant.taxable)
        .leaf("weight", |it| weight(&it.variant))
        .text("weightUnit", |it| it.variant.weight_unit.as_str())
        .load("price", |all: &[&Variant], _: &NoArgs, cx: &mut Cx| {
            money(all, cx, price)
        })
        .load("priceV2", |all: &[&Variant], _: &NoArgs, cx: &mut Cx| {
            money(all, cx, price)
        })
        .load(
            "compareAtPrice",
            |all: &[&Variant], _: &NoArgs, cx: &mut Cx| money(all, cx, compare_at),
        )
        .load(
            "compareAtPriceV2",
            |all: &[&Variant], _: &NoArgs, cx: &mut Cx| money(all, cx, compare_at),
        )
        .load("product", product)
        .load("image", image)
        .load("selectedOptions", selected_options);
    crate::measures::register(r);
    r.object::<Variant>("ProductVariant")
        .load("unitPrice", |all: &[&Variant], _: &NoArgs, cx: &mut Cx| {
            let found = market::prices(all, cx).map(|(currency, listed)| {
                let own =
                    |(it, listed): (&&Variant, Listed)| unit_price(&it.variant, listed, currency);
                all.iter().zip(listed).map(own).collect()
            });
            spread(found, all.len())
        })
        .child("unitPriceMeasurement", |it| shown_measure(&it.variant));
}

/// How a variant's price is told to buyers.
fn shown_measure(variant: &ProductVariant) -> Option<UnitMeasure> {
    variant.unit_measure().filter(|_| variant.show_unit_price)
}

fn unit_price(variant: &ProductVariant, listed: Listed, currency: Currency) -> Option<Money> {
    let measure = shown_measure(variant)?;
    Some(Money::new(
        measure.price_minor(listed.price_minor),
        currency,
    ))
}

/// Variants by id, where there are such, and buyers may see their products.
pub(super) fn by_id(cx: &mut Cx, ids: &[ProductVariantId]) -> Result<Vec<Option<Variant>>, Error> {
    catalog::variants(&mut cx.tx, ids).map_err(fault)
}

/// Variants for `node`: only of products that buyers may see.
pub(super) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    let ids: Vec<ProductVariantId> = ids.iter().copied().map(ProductVariantId).collect();
    let found = by_id(cx, &ids)?;
    let products: Vec<ProductId> = found
        .iter()
        .flatten()
        .map(|it| it.variant.product_id)
        .collect();
    let visible = visible(cx, &products)?;
    let seen = |it: &Variant| visible.contains_key(&it.variant.product_id);
    Ok(found
        .into_iter()
        .map(|it| it.filter(&seen).map(obj))
        .collect())
}

/// The products of those ids that buyers may see.
fn visible(cx: &mut Cx, ids: &[ProductId]) -> Result<BTreeMap<ProductId, Product>, Error> {
    let found = catalog::products(&mut cx.tx, ids).map_err(fault)?;
    let seen = market::visible(cx, found)?.into_iter().flatten();
    Ok(seen.map(|product| (product.id, product)).collect())
}

fn of_products(
    products: &[&Product],
    (args, sort): &(PageArgs, VariantsArgs),
    cx: &mut Cx,
) -> Vec<Result<Page<Variant>, Error>> {
    let ids: Vec<ProductId> = products.iter().map(|product| product.id).collect();
    let sort = match sort.sort_key.unwrap_or_default() {
        SortKey::Id => VariantSort::Id,
        SortKey::Position | SortKey::Relevance => VariantSort::Position,
        SortKey::Sku => VariantSort::Sku,
        SortKey::Title => VariantSort::Title,
    };
    let found = window(args).and_then(|window| {
        catalog::variants_of(&mut cx.tx, &ids, sort, &window).map_err(page_error)
    });
    let found = found.map(|pages| pages.into_iter().map(|page| map(page, |it| it)).collect());
    spread(found, products.len())
}

fn money<T>(
    variants: &[&Variant],
    cx: &mut Cx,
    amount: fn(Listed, Currency) -> T,
) -> Vec<Result<T, Error>> {
    let found = market::prices(variants, cx);
    let found = found.map(|(currency, listed)| {
        let own = |listed| amount(listed, currency);
        listed.into_iter().map(own).collect()
    });
    spread(found, variants.len())
}

fn price(listed: Listed, currency: Currency) -> Money {
    Money::new(listed.price_minor, currency)
}

fn compare_at(listed: Listed, currency: Currency) -> Option<Money> {
    let before = listed.compare_at_minor;
    before.map(|minor| Money::new(minor, currency))
}

fn quantity(variants: &[&Variant], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Option<i64>, Error>> {
    let scope = Scope::UnauthenticatedReadProductInventory;
    if let Err(error) = cx.permit("quantityAvailable", scope) {
        return variants.iter().map(|_| Err(error.clone())).collect();
    }
    let counted = |it: &&Variant| Ok(it.variant.tracked.then_some(it.sellable));
    variants.iter().map(counted).collect()
}

#[expect(
    clippy::float_arithmetic,
    reason = "the interface gives weights as floats"
)]
fn weight(variant: &ProductVariant) -> Option<f64> {
    let grams = f64::from(i32::try_from(variant.weight_grams).ok()?);
    let units = grams / variant.weight_unit.grams();
    Some(if variant.weight_unit == WeightUnit::Grams {
        grams
    } else {
        (units * 1e4).round() / 1e4
    })
}

fn product(variants: &[&Variant], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Product, Error>> {
    let ids: Vec<ProductId> = variants.iter().map(|it| it.variant.product_id).collect();
    let found = catalog::products(&mut cx.tx, &ids).map_err(fault);
    let gone = || Error::new("The product of this variant is gone.");
    spread(found, variants.len())
        .into_iter()
        .map(|it| it?.ok_or_else(gone))
        .collect()
}

/// A variant's own picture, else its product's first.
fn image(variants: &[&Variant], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Option<Image>, Error>> {
    let own: Vec<_> = variants
        .iter()
        .filter_map(|it| it.variant.media_id)
        .collect();
    let products: Vec<ProductId> = variants.iter().map(|it| it.variant.product_id).collect();
    let own = if own.is_empty() {
        Ok(Vec::new())
    } else {
        catalog::media(&mut cx.tx, &own)
    };
    let first = if variants.iter().all(|it| it.variant.media_id.is_some()) {
        Ok(vec![None; variants.len()])
    } else {
        catalog::first_media(&mut cx.tx, &products)
    };
    let (own, first) = match (own, first) {
        (Ok(own), Ok(first)) => (own, first),
        (Err(cause), _) | (_, Err(cause)) => return spread(Err(fault(cause)), variants.len()),
    };
    let origin = cx.request.origin();
    let mut own = own.into_iter();
    variants
        .iter()
        .zip(first)
        .map(|(it, first)| {
            let media = it
                .variant
                .media_id
                .and_then(|_| own.next().flatten())
                .or(first);
            Ok(media.map(|media| Image::of(&media, origin)))
        })
        .collect()
}

fn selected_options(
    variants: &[&Variant],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Vec<SelectedOption>, Error>> {
    let mut ids: Vec<ProductId> = variants.iter().map(|it| it.variant.product_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let names = match translated::option_names(cx, &ids) {
        Ok(names) => names,
        Err(error) => return spread(Err(error), variants.len()),
    };
    let options = |it: &&Variant| {
        let place = ids
            .binary_search(&it.variant.product_id)
            .unwrap_or_default();
        let names = names.get(place).map_or(&[][..], Vec::as_slice);
        Ok(chosen(&it.variant, names))
    };
    variants.iter().map(options).collect()
}

/// A variant's values beside the names of its product's options.
pub(super) fn chosen(variant: &ProductVariant, names: &[String]) -> Vec<SelectedOption> {
    let pair = |(name, value): (&String, &str)| SelectedOption {
        name: name.clone(),
        value: value.to_owned(),
    };
    names
        .iter()
        .zip(variant.option_values())
        .map(pair)
        .collect()
}
