//! A cart in its buyer's market: the currency, the prices and the goods that the buyer sees.

use std::collections::HashMap;

use store::{StoreError, Tx};
use units::{ProductId, ProductVariantId};

use super::cart::Cart;
use super::merchandise::Merchandise;
use crate::markets::{self, Terms};
use crate::shops::Shop;

/// What the buyer's country means for a cart: of where it goes, else of where the buyer says to be,
/// else of the shop's own. `None` in a shop whose buyers are all the same.
pub(crate) fn terms_of(tx: &mut Tx, shop: &Shop, cart: &Cart) -> Result<Option<Terms>, StoreError> {
    if shop.market_rules == 0 {
        return Ok(None);
    }
    let country = cart.country().unwrap_or(&shop.country_code);
    markets::terms(tx, shop, country)
}

/// The shop as buyers see it who see its amounts in another currency.
pub(crate) fn shop_in(shop: &Shop, terms: Option<&Terms>) -> Shop {
    let mut seen = shop.clone();
    if let Some(terms) = terms {
        seen.currency = terms.currency();
        seen.shipping_price_minor = terms.pricing.convert(shop.shipping_price_minor);
    }
    seen
}

/// Merchandise at the market's prices; what is not sold there is left out.
pub(crate) fn in_market(
    tx: &mut Tx,
    terms: &Terms,
    merchandise: HashMap<ProductVariantId, Merchandise>,
) -> Result<HashMap<ProductVariantId, Merchandise>, StoreError> {
    let mut rows: Vec<Merchandise> = merchandise.into_values().collect();
    let products: Vec<ProductId> = rows.iter().map(|row| row.product_id).collect();
    let mut sold = terms.sells(tx, &products)?.into_iter();
    rows.retain(|_| sold.next() == Some(true));
    let wanted: Vec<_> = rows
        .iter()
        .map(|row| (row.variant_id, row.price_minor, row.compare_at_minor))
        .collect();
    let prices = terms.prices(tx, &wanted)?;
    let priced = rows.into_iter().zip(prices).map(|(mut row, listed)| {
        row.price_minor = listed.price_minor;
        row.compare_at_minor = listed.compare_at_minor;
        (row.variant_id, row)
    });
    Ok(priced.collect())
}
