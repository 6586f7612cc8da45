//! Looking catalogs up, and lists of them.

use store::page::{Filter, Listing, Page, PageError, Sort, SortKind, Window, count, page};
use store::search::{Builder, Comparison, FieldKind, Table, Wanted, field};
use store::{Record, StoreError, Tx};
use units::{CatalogId, MarketId, PriceListId, PublicationId};

use super::catalogs::{Catalog, CatalogStatus};

/// The catalogs with those ids, one place for each.
///
/// # Errors
/// `Store` faults only.
pub fn catalogs(tx: &mut Tx, ids: &[CatalogId]) -> Result<Vec<Option<Catalog>>, StoreError> {
    let text = format!(
        "SELECT {} FROM catalogs WHERE shop_id = $shop AND id = ANY($1)",
        Catalog::COLUMNS
    );
    let found: Vec<Catalog> = tx.all(&text, (ids,))?;
    let one = |id: &CatalogId| found.iter().find(|own| own.id == *id).cloned();
    Ok(ids.iter().map(one).collect())
}

/// The catalog of each market, if it has one.
///
/// # Errors
/// `Store` faults only.
pub fn catalogs_of(tx: &mut Tx, markets: &[MarketId]) -> Result<Vec<Option<Catalog>>, StoreError> {
    let text = "SELECT mc.market_id, c.id, c.title, c.status, c.price_list_id, c.publication_id,
                c.created_at, c.updated_at
           FROM market_catalogs mc
           JOIN catalogs c ON c.shop_id = mc.shop_id AND c.id = mc.catalog_id
          WHERE mc.shop_id = $shop AND mc.market_id = ANY($1)";
    let found: Vec<(MarketId, Catalog)> = tx.all(text, (markets,))?;
    let one = |id: &MarketId| {
        let own = found.iter().find(|(market, _)| market == id);
        own.map(|(_, catalog)| catalog.clone())
    };
    Ok(markets.iter().map(one).collect())
}

/// The catalog that has each price list, if one has.
///
/// # Errors
/// `Store` faults only.
pub fn catalogs_with(
    tx: &mut Tx,
    lists: &[PriceListId],
) -> Result<Vec<Option<Catalog>>, StoreError> {
    let text = format!(
        "SELECT {} FROM catalogs WHERE shop_id = $shop AND price_list_id = ANY($1)",
        Catalog::COLUMNS
    );
    let found: Vec<Catalog> = tx.all(&text, (lists,))?;
    let one = |id: &PriceListId| {
        let own = found.iter().find(|own| own.price_list_id == Some(*id));
        own.cloned()
    };
    Ok(lists.iter().map(one).collect())
}

/// The markets of each catalog, by id.
///
/// # Errors
/// `Store` faults only.
pub fn markets_of(tx: &mut Tx, ids: &[CatalogId]) -> Result<Vec<Vec<MarketId>>, StoreError> {
    let found: Vec<(CatalogId, MarketId)> = tx.all(
        "SELECT catalog_id, market_id FROM market_catalogs
          WHERE shop_id = $shop AND catalog_id = ANY($1)
          ORDER BY catalog_id, market_id",
        (ids,),
    )?;
    let own = |id: &CatalogId| {
        let own = found.iter().filter(|(catalog, _)| catalog == id);
        own.map(|(_, market)| *market).collect()
    };
    Ok(ids.iter().map(own).collect())
}

/// The catalog that has each publication, if one has.
///
/// # Errors
/// `Store` faults only.
pub fn catalogs_publishing(
    tx: &mut Tx,
    publications: &[PublicationId],
) -> Result<Vec<Option<Catalog>>, StoreError> {
    let text = format!(
        "SELECT {} FROM catalogs WHERE shop_id = $shop AND publication_id = ANY($1)",
        Catalog::COLUMNS
    );
    let found: Vec<Catalog> = tx.all(&text, (publications,))?;
    let one = |id: &PublicationId| {
        let own = found.iter().find(|own| own.publication_id == Some(*id));
        own.cloned()
    };
    Ok(publications.iter().map(one).collect())
}

/// What catalogs are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CatalogSort {
    /// By id, the order in which they were made.
    #[default]
    Id,
    /// By title.
    Title,
}

impl CatalogSort {
    const fn columns(self) -> &'static Sort {
        const ID: Sort = Sort {
            columns: &[("c.id", SortKind::Int)],
        };
        const TITLE: Sort = Sort {
            columns: &[("c.title_key", SortKind::Text), ("c.id", SortKind::Int)],
        };
        match self {
            Self::Id => &ID,
            Self::Title => &TITLE,
        }
    }
}

const IN_MARKET: &str =
    "SELECT 1 FROM market_catalogs x WHERE x.shop_id = $shop AND x.catalog_id = c.id";

/// What catalogs can be searched by.
pub const CATALOGS: Table = Table {
    fields: &[
        field("app_id", FieldKind::Never),
        field("company_id", FieldKind::Never),
        field("company_location_id", FieldKind::Never),
        field("id", FieldKind::Id("c.id")),
        field(
            "market_id",
            FieldKind::Exists(IN_MARKET, &FieldKind::Id("x.market_id")),
        ),
        field("status", FieldKind::Custom(status)),
        field("title", FieldKind::Words("c.title_key")),
    ],
    default: &[FieldKind::Words("c.title_key")],
};

fn status(_: &mut Builder, _: Comparison, wanted: &Wanted) -> Option<String> {
    let status = CatalogStatus::parse(&wanted.text.to_ascii_uppercase())?;
    Some(format!("c.status = '{}'", status.as_str()))
}

/// A page of catalogs.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn catalogs_page(
    tx: &mut Tx,
    filter: Filter,
    sort: CatalogSort,
    window: &Window<'_>,
) -> Result<Page<Catalog>, PageError> {
    let select = format!(
        "SELECT {} FROM catalogs c WHERE c.shop_id = $shop",
        Catalog::COLUMNS
    );
    let listing = Listing {
        select: &select,
        filter,
        sort: sort.columns(),
    };
    page(tx, &listing, window)
}

/// How many catalogs there are, counted up to `limit`.
///
/// # Errors
/// `Store` faults only.
pub fn catalogs_count(tx: &mut Tx, filter: Filter, limit: i64) -> Result<i64, StoreError> {
    let listing = Listing {
        select: "SELECT c.id FROM catalogs c WHERE c.shop_id = $shop",
        filter,
        sort: CatalogSort::Id.columns(),
    };
    count(tx, &listing, limit)
}
