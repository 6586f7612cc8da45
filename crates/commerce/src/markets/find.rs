//! Looking markets up: by id, by country, and all that a shop sells in.

use std::collections::BTreeMap;

use store::{StoreError, Tx};
use units::{Country, Currency, MarketId, MarketRegionId};

use super::market::{Market, MarketRegion, MarketStatus, RegionLevel};
use super::sql;
use super::terms::{Terms, terms};
use crate::shops::Shop;

/// A country that a shop sells in, with the market that its buyers are in.
#[derive(Debug, Clone)]
pub struct SoldIn {
    /// The country.
    pub country: Country,
    /// The currency that its buyers see.
    pub currency: Currency,
    /// The market; none in a shop that has none of its own.
    pub market: Option<Market>,
}

/// The markets with those ids, one place for each.
///
/// # Errors
/// `Store` faults only.
pub fn markets(tx: &mut Tx, ids: &[MarketId]) -> Result<Vec<Option<Market>>, StoreError> {
    let found = sql::by_ids(tx, ids)?;
    let one = |id: &MarketId| found.iter().find(|market| market.id == *id).cloned();
    Ok(ids.iter().map(one).collect())
}

/// The market of the shop's own country.
///
/// # Errors
/// `Store` faults only.
pub fn primary(tx: &mut Tx) -> Result<Option<Market>, StoreError> {
    Ok(sql::all(tx)?.into_iter().find(|market| market.is_primary))
}

/// The regions of each market, by country.
///
/// # Errors
/// `Store` faults only.
pub fn region_lists(tx: &mut Tx, ids: &[MarketId]) -> Result<Vec<Vec<MarketRegion>>, StoreError> {
    let mut by_market: BTreeMap<MarketId, Vec<MarketRegion>> = BTreeMap::new();
    for region in sql::regions(tx, ids)? {
        by_market.entry(region.market_id).or_default().push(region);
    }
    let own = |id: &MarketId| by_market.get(id).cloned().unwrap_or_default();
    Ok(ids.iter().map(own).collect())
}

/// The regions with those ids, one place for each.
///
/// # Errors
/// `Store` faults only.
pub fn regions(
    tx: &mut Tx,
    ids: &[MarketRegionId],
) -> Result<Vec<Option<MarketRegion>>, StoreError> {
    let found: Vec<MarketRegion> = tx.all(
        "SELECT id, country_code, market_id FROM market_regions
          WHERE shop_id = $shop AND id = ANY($1)",
        (ids,),
    )?;
    let one = |id: &MarketRegionId| found.iter().find(|region| region.id == *id).cloned();
    Ok(ids.iter().map(one).collect())
}

/// The countries that the shop sells in, by name, each with its market; of several that name a
/// country, the one with the fewest regions counts. A market of all regions counts last.
///
/// # Errors
/// `Store` faults only.
pub fn served_countries(tx: &mut Tx, shop: &Shop) -> Result<Vec<SoldIn>, StoreError> {
    let mut all = sql::all(tx)?;
    all.retain(|market| market.status == MarketStatus::Active);
    all.sort_by_key(|market| (market.regions_count, market.id));
    let ids: Vec<MarketId> = all.iter().map(|market| market.id).collect();
    let lists = region_lists(tx, &ids)?;
    let mut chosen: BTreeMap<&'static str, SoldIn> = BTreeMap::new();
    let mut enter = |code: &str, market: Option<&Market>| {
        if let Some(country) = Country::of(code) {
            chosen.entry(country.name).or_insert_with(|| SoldIn {
                country,
                currency: market.map_or(shop.currency, |own| own.currency_in(shop.currency)),
                market: market.cloned(),
            });
        }
    };
    for (market, regions) in all.iter().zip(&lists) {
        for region in regions {
            enter(&region.country_code, Some(market));
        }
    }
    let anywhere = |market: &&Market| market.region_level == Some(RegionLevel::All);
    if let Some(market) = all.iter().find(anywhere) {
        Country::all().for_each(|country| enter(country.code, Some(market)));
    }
    enter(&shop.country_code, None);
    Ok(chosen.into_values().collect())
}

/// The terms of one market for each currency that buyers see somewhere; none for the shop's own,
/// which comes first.
///
/// # Errors
/// `Store` faults only.
pub fn terms_by_currency(
    tx: &mut Tx,
    shop: &Shop,
) -> Result<Vec<(Currency, Option<Terms>)>, StoreError> {
    let mut all = vec![(shop.currency, None)];
    if shop.market_rules == 0 {
        return Ok(all);
    }
    for sold in served_countries(tx, shop)? {
        if all.iter().any(|(currency, _)| *currency == sold.currency) {
            continue;
        }
        if let Some(terms) = terms(tx, shop, sold.country.code)? {
            all.push((sold.currency, Some(terms)));
        }
    }
    Ok(all)
}

/// The currencies that buyers see somewhere, by code; the shop's own is one of them.
///
/// # Errors
/// `Store` faults only.
pub fn enabled_currencies(tx: &mut Tx, shop: &Shop) -> Result<Vec<Currency>, StoreError> {
    if shop.market_rules == 0 {
        return Ok(vec![shop.currency]);
    }
    let active = sql::all(tx)?
        .into_iter()
        .filter(|market| market.status == MarketStatus::Active);
    let mut found: Vec<Currency> = active
        .map(|market| market.currency_in(shop.currency))
        .chain([shop.currency])
        .collect();
    found.sort_unstable();
    found.dedup();
    Ok(found)
}
