//! What products and variants cost in other currencies and countries.

use std::rc::Rc;

use commerce::catalog::Product;
use commerce::markets::{self, Listed, Terms};
use graphql::{Error, Page, PageArgs};
use serde::Deserialize;
use units::{Currency, Money, ProductVariantId};

use super::Variant;
use super::product::PriceRange;
use crate::errors::{fault, spread};
use crate::paging::of_list;
use crate::{Cx, Registry};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CurrenciesArgs {
    presentment_currencies: Option<Vec<Currency>>,
}

#[derive(Deserialize)]
struct ContextArgs {
    context: Context,
}

#[derive(Deserialize)]
struct Context {
    country: Option<String>,
}

/// A variant's price in one currency.
#[derive(Clone)]
struct PricePair {
    price: Money,
    compare_at: Option<Money>,
}

/// What a variant costs somewhere.
struct VariantPricing {
    pair: PricePair,
    unit: Option<Money>,
}

/// What a product costs somewhere.
struct ProductPricing(Money, Money);

/// How many of a variant may be bought: there is no rule but the usual one.
struct QuantityRule;

pub(super) fn register(r: &mut Registry) {
    r.object::<Variant>("ProductVariant")
        .load("presentmentPrices", presentment_prices)
        .load("contextualPricing", of_variants);
    r.object::<Product>("Product")
        .load("contextualPricing", of_products);
    r.connection::<PricePair>(
        "ProductVariantPricePairConnection",
        "ProductVariantPricePairEdge",
    );
    r.object::<PricePair>("ProductVariantPricePair")
        .child("price", |own| own.price)
        .child("compareAtPrice", |own| own.compare_at);
    r.object::<VariantPricing>("ProductVariantContextualPricing")
        .child("price", |own| own.pair.price)
        .child("compareAtPrice", |own| own.pair.compare_at)
        .child("unitPrice", |own| own.unit)
        .child("quantityRule", |_| QuantityRule);
    r.object::<QuantityRule>("QuantityRule")
        .leaf("increment", |_| 1)
        .leaf("isDefault", |_| true)
        .leaf("maximum", |_| None::<i32>)
        .leaf("minimum", |_| 1)
        .leaf("originType", |_| "RELATIVE");
    r.object::<ProductPricing>("ProductContextualPricing")
        // No price list has rules on quantities.
        .leaf("fixedQuantityRulesCount", |_| 0)
        .child("priceRange", |own| PriceRange(own.0, own.1));
}

/// The variants' prices by some terms; the shop's own without.
fn listed(cx: &mut Cx, all: &[&Variant], terms: Option<&Terms>) -> Result<Vec<Listed>, Error> {
    let own: Vec<(ProductVariantId, i64, Option<i64>)> = all
        .iter()
        .map(|own| {
            let variant = &own.row.variant;
            (variant.id, variant.price_minor, variant.compare_at_minor)
        })
        .collect();
    match terms {
        Some(terms) => terms.prices(&mut cx.tx, &own).map_err(fault),
        None => {
            let shops = |(_, price_minor, compare_at_minor)| Listed {
                price_minor,
                compare_at_minor,
                fixed: false,
            };
            Ok(own.into_iter().map(shops).collect())
        }
    }
}

fn pair(listed: &Listed, currency: Currency) -> PricePair {
    let money = |minor| Money::new(minor, currency);
    PricePair {
        price: money(listed.price_minor),
        compare_at: listed.compare_at_minor.map(money),
    }
}

fn presentment_prices(
    all: &[&Variant],
    args: &(PageArgs, CurrenciesArgs),
    cx: &mut Cx,
) -> Vec<Result<Page<PricePair>, Error>> {
    let mut load = || {
        let shop = cx.shop()?;
        let mut known = markets::terms_by_currency(&mut cx.tx, &shop).map_err(fault)?;
        if let Some(wanted) = &args.1.presentment_currencies {
            known.retain(|(currency, _)| wanted.contains(currency));
        }
        let mut pairs: Vec<Vec<PricePair>> = vec![Vec::new(); all.len()];
        for (currency, terms) in &known {
            let found = listed(cx, all, terms.as_ref())?;
            for (pairs, listed) in pairs.iter_mut().zip(&found) {
                pairs.push(pair(listed, *currency));
            }
        }
        let page = |pairs: Vec<PricePair>| {
            of_list(&pairs, &args.0, |own| {
                own.price.currency.as_str().to_owned()
            })
        };
        pairs.into_iter().map(page).collect::<Result<Vec<_>, _>>()
    };
    spread(load(), all.len())
}

/// The terms of buyers in the country that is asked about; none where the shop's own hold.
fn terms_of(cx: &mut Cx, context: &Context) -> Result<(Option<Rc<Terms>>, Currency), Error> {
    let shop = cx.shop()?;
    let terms = match &context.country {
        Some(country) if shop.market_rules > 0 => {
            markets::terms_shown(&mut cx.tx, &shop, country).map_err(fault)?
        }
        _ => None,
    };
    let currency = terms.as_ref().map_or(shop.currency, Terms::currency);
    Ok((terms.map(Rc::new), currency))
}

fn of_variants(
    all: &[&Variant],
    args: &ContextArgs,
    cx: &mut Cx,
) -> Vec<Result<VariantPricing, Error>> {
    let mut load = || {
        let (terms, currency) = terms_of(cx, &args.context)?;
        let found = listed(cx, all, terms.as_deref())?;
        let priced = |(own, listed): (&&Variant, &Listed)| {
            let measure = own.row.variant.unit_measure();
            let unit = measure.map(|own| own.price_minor(listed.price_minor));
            VariantPricing {
                pair: pair(listed, currency),
                unit: unit.map(|minor| Money::new(minor, currency)),
            }
        };
        Ok(all.iter().zip(&found).map(priced).collect())
    };
    spread(load(), all.len())
}

fn of_products(
    all: &[&Product],
    args: &ContextArgs,
    cx: &mut Cx,
) -> Vec<Result<ProductPricing, Error>> {
    let mut load = || {
        let (terms, currency) = terms_of(cx, &args.context)?;
        let mut own: Vec<Product> = all.iter().map(|product| (*product).clone()).collect();
        if let Some(terms) = terms {
            terms.reprice(&mut cx.tx, &mut own).map_err(fault)?;
        }
        let money = |minor| Money::new(minor, currency);
        let range = |product: &Product| {
            let (least, most) = (product.price_min_minor, product.price_max_minor);
            ProductPricing(money(least), money(most))
        };
        Ok(own.iter().map(range).collect())
    };
    spread(load(), all.len())
}
