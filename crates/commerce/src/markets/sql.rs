//! The markets' queries.

use store::{Record, StoreError, Tx};
use units::{Currency, MarketId, Timestamp, sort_key};

use super::MARKETS_MAX;
use super::market::{Market, MarketRegion};

pub(super) fn insert(tx: &mut Tx, market: &Market) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO markets (shop_id, id, name, name_key, handle, status, is_primary, region_level,
             regions_count, currency, rate_billionths, rate_updated_at, rounding, created_at,
             updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)",
        (
            market.id,
            &market.name,
            sort_key(&market.name),
            &market.handle,
            market.status,
            market.is_primary,
            market.region_level,
            market.regions_count,
            market.currency,
            market.rate_billionths,
            market.rate_updated_at,
            market.rounding,
            market.created_at,
        ),
    )?;
    Ok(())
}

pub(super) fn update(tx: &mut Tx, market: &Market) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE markets
            SET name = $2, name_key = $3, handle = $4, status = $5, region_level = $6,
                regions_count = $7, currency = $8, rate_billionths = $9, rate_updated_at = $10,
                rounding = $11, updated_at = $12
          WHERE shop_id = $shop AND id = $1",
        (
            market.id,
            &market.name,
            sort_key(&market.name),
            &market.handle,
            market.status,
            market.region_level,
            market.regions_count,
            market.currency,
            market.rate_billionths,
            market.rate_updated_at,
            market.rounding,
            market.updated_at,
        ),
    )?;
    Ok(())
}

pub(super) fn delete(tx: &mut Tx, id: MarketId) -> Result<(), StoreError> {
    for text in [
        "DELETE FROM market_regions WHERE shop_id = $shop AND market_id = $1",
        "DELETE FROM market_catalogs WHERE shop_id = $shop AND market_id = $1",
        "DELETE FROM market_web_presences WHERE shop_id = $shop AND market_id = $1",
        "DELETE FROM translations WHERE shop_id = $shop AND market_id = $1",
        "DELETE FROM markets WHERE shop_id = $shop AND id = $1",
    ] {
        tx.execute(text, (id,))?;
    }
    Ok(())
}

pub(super) fn lock(tx: &mut Tx, id: MarketId) -> Result<Option<Market>, StoreError> {
    let text = format!(
        "SELECT {} FROM markets WHERE shop_id = $shop AND id = $1",
        Market::COLUMNS
    );
    tx.optional_locked(&text, (id,))
}

/// All markets of the shop, in the order in which they were made.
pub(super) fn all(tx: &mut Tx) -> Result<Vec<Market>, StoreError> {
    let text = format!(
        "SELECT {} FROM markets WHERE shop_id = $shop ORDER BY id LIMIT $1",
        Market::COLUMNS
    );
    tx.all(&text, (MARKETS_MAX,))
}

pub(super) fn by_ids(tx: &mut Tx, ids: &[MarketId]) -> Result<Vec<Market>, StoreError> {
    let text = format!(
        "SELECT {} FROM markets WHERE shop_id = $shop AND id = ANY($1)",
        Market::COLUMNS
    );
    tx.all(&text, (ids,))
}

pub(super) fn count(tx: &mut Tx) -> Result<i64, StoreError> {
    tx.one(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM markets WHERE shop_id = $shop",
        (),
    )
}

pub(super) fn by_name(tx: &mut Tx, key: &str) -> Result<Option<MarketId>, StoreError> {
    tx.optional(
        "SELECT id FROM markets WHERE shop_id = $shop AND name_key = $1",
        (key,),
    )
}

pub(super) fn by_handle(tx: &mut Tx, handle: &str) -> Result<Option<MarketId>, StoreError> {
    tx.optional(
        "SELECT id FROM markets WHERE shop_id = $shop AND handle = $1",
        (handle,),
    )
}

/// The rate that was last given for a currency.
pub(super) fn rate_of(tx: &mut Tx, currency: Currency) -> Result<Option<i64>, StoreError> {
    tx.optional(
        "SELECT rate_billionths FROM markets
          WHERE shop_id = $shop AND currency = $1 AND rate_billionths IS NOT NULL
          ORDER BY rate_updated_at DESC, id
          LIMIT 1",
        (currency,),
    )
}

/// The regions of some markets, by country.
pub(super) fn regions(tx: &mut Tx, markets: &[MarketId]) -> Result<Vec<MarketRegion>, StoreError> {
    let text = format!(
        "SELECT {} FROM market_regions
          WHERE shop_id = $shop AND market_id = ANY($1)
          ORDER BY market_id, country_code",
        MarketRegion::COLUMNS
    );
    tx.all(&text, (markets,))
}

pub(super) fn insert_regions(tx: &mut Tx, regions: &[MarketRegion]) -> Result<(), StoreError> {
    if regions.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = regions
        .iter()
        .map(|region| (region.market_id, &region.country_code, region.id))
        .collect();
    tx.insert_many(
        "INSERT INTO market_regions (shop_id, market_id, country_code, id)
         VALUES ($shop, $1, $2, $3)",
        &rows,
    )?;
    Ok(())
}

pub(super) fn delete_regions(
    tx: &mut Tx,
    market: MarketId,
    countries: &[String],
) -> Result<(), StoreError> {
    if countries.is_empty() {
        return Ok(());
    }
    let countries: Vec<&str> = countries.iter().map(String::as_str).collect();
    tx.execute(
        "DELETE FROM market_regions
          WHERE shop_id = $shop AND market_id = $1 AND country_code = ANY($2)",
        (market, countries),
    )?;
    Ok(())
}

pub(super) fn become_drafts(
    tx: &mut Tx,
    markets: &[MarketId],
    now: Timestamp,
) -> Result<(), StoreError> {
    if !markets.is_empty() {
        tx.execute(
            "UPDATE markets SET status = 'DRAFT', updated_at = $2
              WHERE shop_id = $shop AND id = ANY($1)",
            (markets, now),
        )?;
    }
    Ok(())
}

/// Keeps the shop's count of what makes one buyer's market differ from another's, by which sales
/// know whether to look for a market.
pub(super) fn count_rules(tx: &mut Tx) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE shops
            SET market_rules =
                (SELECT COUNT(*) FROM markets m
                  WHERE m.shop_id = $shop AND m.status = 'ACTIVE'
                    AND (m.is_primary = 0 OR m.regions_count > 1 OR m.region_level = 'ALL'))
                + (SELECT COUNT(*) FROM market_catalogs c WHERE c.shop_id = $shop)
          WHERE id = $shop",
        (),
    )?;
    Ok(())
}
