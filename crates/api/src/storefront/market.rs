//! The buyer's market: what it sells, and at which prices.

use commerce::catalog::{Product, Shown};
use commerce::markets::Listed;
use graphql::Error;
use store::Filter;
use units::{Currency, ProductId};

use super::variants::Variant;
use crate::Cx;
use crate::errors::fault;

/// What lists show: published, and sold in the buyer's market.
pub(super) fn shown(cx: &mut Cx) -> Result<Shown, Error> {
    let sold = cx.terms()?.map(|terms| terms.sold());
    Ok(Shown::ToBuyers {
        now: cx.request.now(),
        sold: sold.unwrap_or_else(Filter::none),
        in_stock: false,
    })
}

/// Only those of the products that the buyer may see.
pub(super) fn visible(
    cx: &mut Cx,
    found: Vec<Option<Product>>,
) -> Result<Vec<Option<Product>>, Error> {
    let now = cx.request.now();
    let seen = |product: &Product| product.is_visible(now);
    let mut shown: Vec<Option<Product>> = found.into_iter().map(|own| own.filter(seen)).collect();
    let Some(terms) = cx.terms()? else {
        return Ok(shown);
    };
    if terms.publication.is_none() {
        return Ok(shown);
    }
    let ids: Vec<ProductId> = shown.iter().flatten().map(|product| product.id).collect();
    let sold = terms.sells(&mut cx.tx, &ids).map_err(fault)?;
    let mut sold = sold.into_iter();
    for product in &mut shown {
        if product.is_some() && sold.next() != Some(true) {
            *product = None;
        }
    }
    Ok(shown)
}

/// What buyers see of variants' prices, and in which currency.
pub(super) fn prices(variants: &[&Variant], cx: &mut Cx) -> Result<(Currency, Vec<Listed>), Error> {
    let Some(terms) = cx.terms()? else {
        let own = |it: &&Variant| Listed {
            price_minor: it.variant.price_minor,
            compare_at_minor: it.variant.compare_at_minor,
            fixed: false,
        };
        return Ok((cx.shop()?.currency, variants.iter().map(own).collect()));
    };
    let wanted: Vec<_> = variants
        .iter()
        .map(|it| {
            (
                it.variant.id,
                it.variant.price_minor,
                it.variant.compare_at_minor,
            )
        })
        .collect();
    let found = terms.prices(&mut cx.tx, &wanted).map_err(fault)?;
    Ok((terms.currency(), found))
}

/// The products with the lowest and highest prices that buyers see, and their currency.
pub(super) fn repriced(
    products: &[&Product],
    cx: &mut Cx,
) -> Result<(Currency, Vec<(Range, Range)>), Error> {
    let range = |product: &Product| {
        let now = (product.price_min_minor, product.price_max_minor);
        let before = (
            product.compare_at_min_minor.unwrap_or(0),
            product.compare_at_max_minor.unwrap_or(0),
        );
        (now, before)
    };
    let Some(terms) = cx.terms()? else {
        let all = products.iter().map(|product| range(product)).collect();
        return Ok((cx.shop()?.currency, all));
    };
    let mut own: Vec<Product> = products.iter().map(|product| (*product).clone()).collect();
    terms.reprice(&mut cx.tx, &mut own).map_err(fault)?;
    Ok((terms.currency(), own.iter().map(range).collect()))
}

/// The lowest and the highest, in minor units.
pub(super) type Range = (i64, i64);
