//! Lists of markets: searched, sorted, in windows.

use store::page::{Filter, Listing, Page, PageError, Sort, SortKind, Window, count, page};
use store::search::{Builder, Comparison, FieldKind, Table, Wanted, field};
use store::{Record, StoreError, Tx};

use super::market::Market;

/// What markets are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MarketSort {
    /// By when they were made.
    CreatedAt,
    /// By id, the order in which they were made.
    Id,
    /// By the kinds of their conditions; those without come first.
    ConditionTypes,
    /// By name.
    #[default]
    Name,
    /// By whether they sell.
    Status,
    /// By when they last changed.
    UpdatedAt,
}

const INT: SortKind = SortKind::Int;
const TEXT: SortKind = SortKind::Text;

const fn by(columns: &'static [(&'static str, SortKind)]) -> Sort {
    Sort { columns }
}

impl MarketSort {
    const fn columns(self) -> &'static Sort {
        const CREATED: Sort = by(&[("m.created_at", INT), ("m.id", INT)]);
        const ID: Sort = by(&[("m.id", INT)]);
        const CONDITIONS: Sort = by(&[
            ("CASE WHEN m.region_level IS NULL THEN 0 ELSE 1 END", INT),
            ("m.id", INT),
        ]);
        const NAME: Sort = by(&[("m.name_key", TEXT), ("m.id", INT)]);
        const STATUS: Sort = by(&[("m.status", TEXT), ("m.id", INT)]);
        const UPDATED: Sort = by(&[("m.updated_at", INT), ("m.id", INT)]);
        match self {
            Self::CreatedAt => &CREATED,
            Self::Id => &ID,
            Self::ConditionTypes => &CONDITIONS,
            Self::Name => &NAME,
            Self::Status => &STATUS,
            Self::UpdatedAt => &UPDATED,
        }
    }
}

/// What markets can be searched by.
pub const MARKETS: Table = Table {
    fields: &[
        field("created_at", FieldKind::Time("m.created_at")),
        field("handle", FieldKind::Exact("m.handle")),
        field("id", FieldKind::Id("m.id")),
        field("market_condition_types", FieldKind::Custom(condition)),
        field("market_type", FieldKind::Custom(condition)),
        field("name", FieldKind::Words("m.name_key")),
        field("status", FieldKind::Custom(status)),
        field("updated_at", FieldKind::Time("m.updated_at")),
    ],
    default: &[FieldKind::Words("m.name_key")],
};

fn condition(_: &mut Builder, _: Comparison, wanted: &Wanted) -> Option<String> {
    match wanted.text.to_ascii_lowercase().as_str() {
        "region" => Some("m.region_level IS NOT NULL".to_owned()),
        "none" => Some("m.region_level IS NULL".to_owned()),
        _ => Some("1 = 0".to_owned()),
    }
}

fn status(_: &mut Builder, _: Comparison, wanted: &Wanted) -> Option<String> {
    match wanted.text.to_ascii_lowercase().as_str() {
        "active" => Some("m.status = 'ACTIVE'".to_owned()),
        "draft" => Some("m.status = 'DRAFT'".to_owned()),
        _ => None,
    }
}

fn listing<'a>(select: &'a str, filter: Filter, sort: MarketSort) -> Listing<'a> {
    Listing {
        select,
        filter,
        sort: sort.columns(),
    }
}

/// A page of markets.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn markets_page(
    tx: &mut Tx,
    filter: Filter,
    sort: MarketSort,
    window: &Window<'_>,
) -> Result<Page<Market>, PageError> {
    let select = format!(
        "SELECT {} FROM markets m WHERE m.shop_id = $shop",
        Market::COLUMNS
    );
    page(tx, &listing(&select, filter, sort), window)
}

/// How many markets there are, counted up to `limit`.
///
/// # Errors
/// `Store` faults only.
pub fn markets_count(tx: &mut Tx, filter: Filter, limit: i64) -> Result<i64, StoreError> {
    let select = "SELECT m.id FROM markets m WHERE m.shop_id = $shop";
    count(tx, &listing(select, filter, MarketSort::Id), limit)
}
