//! Markets: their fields and lists.

use commerce::apps::Scope;
use commerce::markets::{
    self, Catalog, MARKETS, Market, MarketRegion, MarketSort, MarketStatus, PriceList, RegionLevel,
};
use graphql::{Error, NoArgs, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use store::{Filter, search};
use units::{Country, Currency, MarketId, Timestamp};

use super::presences::WebPresence;
use super::{lists_by_ids, markets_by_ids};
use crate::admin::counts::Count;
use crate::errors::{fault, spread};
use crate::paging::{of_list, page, page_error, window};
use crate::scalars::{DateTime, Id};
use crate::searches::compiled;
use crate::{Cx, Registry};

pub(super) const READ: Scope = Scope::ReadMarkets;

const BILLION: i64 = 1_000_000_000;

/// A currency as a market or a country has it.
#[derive(Clone)]
struct CurrencySetting {
    currency: Currency,
    /// In billionths.
    rate: Option<i64>,
    updated_at: Option<Timestamp>,
}

/// How a market's currency is set up.
#[derive(Clone)]
struct CurrencySettings {
    base: CurrencySetting,
    rounding: bool,
}

/// What a market is decided by.
struct Conditions(Market);

/// The countries of a market.
struct RegionsCondition(Market);

/// A country of a market, with its currency.
#[derive(Clone)]
pub(super) struct Region {
    pub(super) row: MarketRegion,
    country: Country,
    currency: CurrencySetting,
}

#[derive(Deserialize)]
struct IdArgs {
    id: MarketId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CountryArgs {
    country_code: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListArgs {
    query: Option<String>,
    sort_key: SortKey,
    #[serde(rename = "type")]
    kind: Option<Kind>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SortKey {
    CreatedAt,
    Id,
    MarketConditionTypes,
    MarketType,
    Name,
    Status,
    UpdatedAt,
}

/// Kinds of markets, as arguments name them.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Kind {
    None,
    Region,
}

impl From<SortKey> for MarketSort {
    fn from(key: SortKey) -> Self {
        match key {
            SortKey::CreatedAt => Self::CreatedAt,
            SortKey::Id => Self::Id,
            SortKey::MarketConditionTypes | SortKey::MarketType => Self::ConditionTypes,
            SortKey::Name => Self::Name,
            SortKey::Status => Self::Status,
            SortKey::UpdatedAt => Self::UpdatedAt,
        }
    }
}

pub(super) fn kind(market: &Market) -> Kind {
    match market.region_level {
        Some(_) => Kind::Region,
        None => Kind::None,
    }
}

pub(super) fn register(r: &mut Registry) {
    r.query("market", |args: &IdArgs, cx: &mut Cx| {
        cx.permit("market", READ)?;
        Ok(markets_by_ids(cx, &[args.id])?.pop().flatten())
    });
    r.query("markets", list);
    r.query("primaryMarket", |_: &NoArgs, cx: &mut Cx| {
        cx.permit("primaryMarket", READ)?;
        let found = markets::primary(&mut cx.tx).map_err(fault)?;
        found.ok_or_else(|| Error::new("This shop has no market yet.").code("NOT_FOUND"))
    });
    r.query("marketByGeography", |args: &CountryArgs, cx: &mut Cx| {
        cx.permit("marketByGeography", READ)?;
        let shop = cx.shop()?;
        let found = markets::terms(&mut cx.tx, &shop, &args.country_code).map_err(fault)?;
        Ok(found.map(|terms| terms.market))
    });
    r.connection::<Market>("MarketConnection", "MarketEdge");
    fields(r);
    related(r);
    currencies(r);
    regions(r);
}

fn list((args, wanted): &(PageArgs, ListArgs), cx: &mut Cx) -> Result<Page<Market>, Error> {
    cx.permit("markets", READ)?;
    let reading = cx.reading()?;
    let query = wanted.query.as_deref().unwrap_or_default();
    let found = search::compile(query, &MARKETS, reading);
    let filter = compiled(cx, "markets", query, found);
    let kind = match wanted.kind {
        None => Filter::none(),
        Some(Kind::Region) => Filter::of("m.region_level IS NOT NULL", Vec::new()),
        Some(Kind::None) => Filter::of("m.region_level IS NULL", Vec::new()),
    };
    let filter = filter.and(kind);
    let found = markets::markets_page(&mut cx.tx, filter, wanted.sort_key.into(), &window(args)?);
    found.map(page).map_err(page_error)
}

fn fields(r: &mut Registry) {
    r.object::<Market>("Market")
        .leaf("id", |own| Id(own.id))
        .text("name", |own| &own.name)
        .text("handle", |own| &own.handle)
        .text("status", |own| own.status.as_str())
        .leaf("enabled", |own| own.status == MarketStatus::Active)
        .leaf("primary", |own| own.is_primary)
        .text("type", |own| match kind(own) {
            Kind::Region => "REGION",
            Kind::None => "NONE",
        })
        .load("currencySettings", settings)
        .child("conditions", |own| {
            own.region_level.map(|_| Conditions(own.clone()))
        })
        .load(
            "regions",
            |all: &[&Market], args: &PageArgs, cx: &mut Cx| region_pages(all, args, cx),
        )
        .load("webPresence", |all: &[&Market], _: &NoArgs, cx: &mut Cx| {
            let found = WebPresence::of_markets(cx, all);
            let first =
                found.map(|own| own.into_iter().map(|own| own.into_iter().next()).collect());
            spread(first, all.len())
        })
        .load(
            "webPresences",
            |all: &[&Market], args: &PageArgs, cx: &mut Cx| match WebPresence::of_markets(cx, all) {
                Ok(found) => found
                    .into_iter()
                    .map(|own| of_list(&own, args, WebPresence::cursor))
                    .collect(),
                Err(error) => all.iter().map(|_| Err(error.clone())).collect(),
            },
        );
}

/// The catalog of a market, and its prices.
fn related(r: &mut Registry) {
    r.object::<Market>("Market")
        .load(
            "catalogs",
            |all: &[&Market], args: &PageArgs, cx: &mut Cx| match catalogs(all, cx) {
                Ok(found) => found
                    .into_iter()
                    .map(|own| {
                        of_list(&Vec::from_iter(own), args, |catalog| catalog.id.to_string())
                    })
                    .collect(),
                Err(error) => all.iter().map(|_| Err(error.clone())).collect(),
            },
        )
        .load(
            "catalogsCount",
            |all: &[&Market], _: &NoArgs, cx: &mut Cx| {
                let count = |own: Option<Catalog>| Some(Count::exactly(usize::from(own.is_some())));
                let found = catalogs(all, cx);
                spread(
                    found.map(|found| found.into_iter().map(count).collect()),
                    all.len(),
                )
            },
        )
        .load("priceList", |all: &[&Market], _: &NoArgs, cx: &mut Cx| {
            spread(price_lists(all, cx), all.len())
        });
}

fn ids(all: &[&Market]) -> Vec<MarketId> {
    all.iter().map(|own| own.id).collect()
}

fn catalogs(all: &[&Market], cx: &mut Cx) -> Result<Vec<Option<Catalog>>, Error> {
    markets::catalogs_of(&mut cx.tx, &ids(all)).map_err(fault)
}

fn price_lists(all: &[&Market], cx: &mut Cx) -> Result<Vec<Option<PriceList>>, Error> {
    let lists: Vec<_> = catalogs(all, cx)?
        .into_iter()
        .map(|own| own.and_then(|catalog| catalog.price_list_id))
        .collect();
    let wanted: Vec<_> = lists.iter().copied().flatten().collect();
    let mut found = lists_by_ids(cx, &wanted)?.into_iter();
    let next = |list: Option<_>| list.and_then(|_| found.next().flatten());
    Ok(lists.into_iter().map(next).collect())
}

fn setting(market: &Market, shop: Currency) -> CurrencySetting {
    CurrencySetting {
        currency: market.currency_in(shop),
        rate: market.rate_billionths,
        updated_at: market.rate_updated_at,
    }
}

fn settings(
    all: &[&Market],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<CurrencySettings>, Error>> {
    let shop = match cx.shop() {
        Ok(shop) => shop,
        Err(error) => return spread(Err(error), all.len()),
    };
    let of = |market: &&Market| {
        Ok(Some(CurrencySettings {
            base: setting(market, shop.currency),
            rounding: market.rounding,
        }))
    };
    all.iter().map(of).collect()
}

fn currencies(r: &mut Registry) {
    r.object::<CurrencySettings>("MarketCurrencySettings")
        .child("baseCurrency", |own| own.base.clone())
        // Each market has one currency.
        .leaf("localCurrencies", |_| false)
        .leaf("roundingEnabled", |own| own.rounding);
    r.object::<CurrencySetting>("CurrencySetting")
        .text("currencyCode", |own| own.currency.as_str())
        .text("currencyName", |own| own.currency.name())
        .leaf("enabled", |_| true)
        .leaf("manualRate", |own| own.rate.map(rate_text))
        .leaf("rateUpdatedAt", |own| own.updated_at.map(DateTime));
}

/// A rate in billionths as a decimal: `1.085`.
fn rate_text(billionths: i64) -> String {
    let text = format!("{}.{:09}", billionths / BILLION, billionths % BILLION);
    let digits = text.trim_end_matches('0');
    match digits.strip_suffix('.') {
        Some(whole) => format!("{whole}.0"),
        None => digits.to_owned(),
    }
}

fn regions(r: &mut Registry) {
    r.object::<Conditions>("MarketConditions")
        .leaf("conditionTypes", |_| vec!["REGION".to_owned()])
        .child("regionsCondition", |own| {
            Some(RegionsCondition(own.0.clone()))
        });
    r.object::<RegionsCondition>("RegionsCondition")
        .text_opt("applicationLevel", |own| {
            own.0.region_level.map(RegionLevel::as_str)
        })
        .load(
            "regions",
            |all: &[&RegionsCondition], args: &PageArgs, cx: &mut Cx| {
                let markets: Vec<&Market> = all.iter().map(|own| &own.0).collect();
                region_pages(&markets, args, cx)
            },
        );
    r.connection::<Obj>("MarketRegionConnection", "MarketRegionEdge");
    r.object::<Region>("MarketRegionCountry")
        .leaf("id", |own| Id(own.row.id))
        .leaf("name", |own| own.country.name)
        .leaf("code", |own| own.country.code)
        .child("currency", |own| own.currency.clone());
}

/// Regions with what is known of their countries.
pub(super) fn presented<'m>(
    cx: &mut Cx,
    rows: impl Iterator<Item = &'m MarketRegion>,
) -> Result<Vec<Region>, Error> {
    let shop = cx.shop()?;
    let rows: Vec<&MarketRegion> = rows.collect();
    let mut wanted: Vec<MarketId> = rows.iter().map(|row| row.market_id).collect();
    wanted.dedup();
    let markets = markets_by_ids(cx, &wanted)?;
    let region = |row: &&MarketRegion| {
        let mut own = markets.iter().flatten();
        let market = own.find(|market| market.id == row.market_id)?;
        Some(Region {
            country: Country::of(&row.country_code)?,
            currency: setting(market, shop.currency),
            row: (*row).clone(),
        })
    };
    Ok(rows.iter().filter_map(region).collect())
}

fn region_pages(all: &[&Market], args: &PageArgs, cx: &mut Cx) -> Vec<Result<Page<Obj>, Error>> {
    let shop = match cx.shop() {
        Ok(shop) => shop,
        Err(error) => return spread(Err(error), all.len()),
    };
    let lists = match markets::region_lists(&mut cx.tx, &ids(all)).map_err(fault) {
        Ok(lists) => lists,
        Err(error) => return spread(Err(error), all.len()),
    };
    let one = |(market, rows): (&&Market, Vec<MarketRegion>)| {
        let region = |row: MarketRegion| {
            Some(Region {
                country: Country::of(&row.country_code)?,
                currency: setting(market, shop.currency),
                row,
            })
        };
        let regions: Vec<Region> = rows.into_iter().filter_map(region).collect();
        let found = of_list(&regions, args, |own| own.row.id.to_string())?;
        Ok(Page {
            nodes: found.nodes.into_iter().map(obj).collect(),
            cursors: found.cursors,
            has_next_page: found.has_next_page,
            has_previous_page: found.has_previous_page,
            ..Page::default()
        })
    };
    all.iter().zip(lists).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_written_without_needless_zeros() {
        assert_eq!(rate_text(1_085_000_000), "1.085");
        assert_eq!(rate_text(162_000_000_000), "162.0");
        assert_eq!(rate_text(1), "0.000000001");
    }
}
