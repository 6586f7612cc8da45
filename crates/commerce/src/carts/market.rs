//! A cart in its buyer's market: the currency, the prices and the goods that the buyer sees.

use std::collections::{HashMap, HashSet};

use pricing::MarketPricing;
use store::{StoreError, Tx};
use units::{ProductId, ProductVariantId};

use super::merchandise::Merchandise;
use crate::markets::{self, Terms};
use crate::shops::Shop;

/// What a country means for a cart that goes there; without one, the shop's own. `None` in a shop
/// whose buyers are all the same.
pub(crate) fn terms_of(
    tx: &mut Tx,
    shop: &Shop,
    country: Option<&str>,
) -> Result<Option<Terms>, StoreError> {
    if shop.market_rules == 0 {
        return Ok(None);
    }
    markets::terms_shown(tx, shop, country.unwrap_or(&shop.country_code))
}

/// What the shop's delivery costs in a market, in minor units of its currency.
pub(crate) fn shipping_minor(shop: &Shop, market: Option<&MarketPricing>) -> i64 {
    let own = shop.shipping_price_minor;
    market.map_or(own, |market| market.convert(own))
}

/// A market with merchandise at its prices.
#[derive(Debug)]
pub(crate) struct Land<G = HashMap<ProductVariantId, Merchandise>> {
    pub(crate) terms: Terms,
    /// What the market sells.
    pub(crate) merchandise: G,
}

/// The markets of several carts, each read once, by the country of its buyers.
#[derive(Debug)]
pub(crate) struct Lands<G = HashMap<ProductVariantId, Merchandise>> {
    countries: HashMap<String, usize>,
    unsold: HashSet<String>,
    lands: Vec<Land<G>>,
}

impl<G> Default for Lands<G> {
    fn default() -> Self {
        Self {
            countries: HashMap::new(),
            unsold: HashSet::new(),
            lands: Vec::new(),
        }
    }
}

impl<G: Default> Lands<G> {
    /// Reads the markets of these countries and of the shop's own; nothing in a shop whose buyers
    /// are all the same. Where the shop does not sell, buyers see the terms of its own country.
    pub(crate) fn read<'c>(
        tx: &mut Tx,
        shop: &'c Shop,
        countries: impl Iterator<Item = &'c str>,
    ) -> Result<Self, StoreError> {
        let mut lands = Self::default();
        if shop.market_rules == 0 {
            return Ok(lands);
        }
        let mut all: Vec<&str> = countries.chain([shop.country_code.as_str()]).collect();
        all.sort_unstable();
        all.dedup();
        let mut found = markets::terms_in(tx, shop, &all)?;
        for country in all {
            let Some(terms) = found.remove(country) else {
                lands.unsold.insert(country.to_owned());
                continue;
            };
            let known = lands
                .lands
                .iter()
                .position(|land| land.terms.market.id == terms.market.id);
            let place = known.unwrap_or_else(|| {
                lands.lands.push(Land {
                    terms,
                    merchandise: G::default(),
                });
                lands.lands.len() - 1
            });
            lands.countries.insert(country.to_owned(), place);
        }
        if let Some(own) = lands.countries.get(&shop.country_code).copied() {
            for country in &lands.unsold {
                lands.countries.insert(country.clone(), own);
            }
        }
        Ok(lands)
    }

    /// The market whose terms buyers in a country see; without a country, the shop's own.
    pub(crate) fn of(&self, shop: &Shop, country: Option<&str>) -> Option<&Land<G>> {
        let country = country.unwrap_or(&shop.country_code);
        self.lands.get(*self.countries.get(country)?)
    }

    /// Whether the shop delivers to one of the countries that were read: each, as long as it has no
    /// market but its own; else those that a market names.
    pub(crate) fn sells_in(&self, country: &str) -> bool {
        !self.unsold.contains(country)
    }

    /// The markets.
    pub(crate) fn each(&mut self) -> impl Iterator<Item = &mut Land<G>> {
        self.lands.iter_mut()
    }
}

impl Lands {
    /// Prices merchandise in each of the markets.
    pub(super) fn price(
        &mut self,
        tx: &mut Tx,
        merchandise: &HashMap<ProductVariantId, Merchandise>,
    ) -> Result<(), StoreError> {
        for land in &mut self.lands {
            land.merchandise = in_market(tx, &land.terms, merchandise.clone())?;
        }
        Ok(())
    }
}

/// The shop as buyers see it who see its amounts in another currency.
pub(crate) fn shop_in(shop: &Shop, terms: Option<&Terms>) -> Shop {
    let mut seen = shop.clone();
    if let Some(terms) = terms {
        seen.currency = terms.currency();
        seen.shipping_price_minor = shipping_minor(shop, Some(&terms.pricing));
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
