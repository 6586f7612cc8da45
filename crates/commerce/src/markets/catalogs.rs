//! Catalogs: what markets sell, and at which prices.

use store::{Record, StoreError, Tx, record, text_enum};
use units::{CatalogId, Currency, MarketId, PriceListId, PublicationId, Timestamp, sort_key};

use super::catalog_lists::markets_of;
use super::error::MarketError;
use super::market::Market;
use super::{NAME_CHARS_MAX, price_lists, publication, sql};
use crate::call::Call;
use crate::shops::{self, Shop};

/// Catalogs of one shop, at most.
pub const CATALOGS_MAX: i64 = 250;

text_enum! {
    /// Whether a catalog counts.
    pub enum CatalogStatus {
        /// It does.
        Active = "ACTIVE",
        /// It is kept, and counts no more.
        Archived = "ARCHIVED",
        /// It is being prepared.
        Draft = "DRAFT",
    }
}

record! {
    /// What markets sell, and at which prices.
    #[derive(Clone, PartialEq, Eq)]
    pub struct Catalog {
        /// Id.
        pub id: CatalogId,
        /// What the merchant calls it; unique.
        pub title: String,
        /// Whether it counts.
        pub status: CatalogStatus,
        /// Its prices; those of the shop without.
        pub price_list_id: Option<PriceListId>,
        /// What it has; all that is sold online without.
        pub publication_id: Option<PublicationId>,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

/// A catalog, or what is to change of one.
#[derive(Debug, Clone, Default)]
pub struct CatalogInput {
    /// What the merchant calls it.
    pub title: Option<String>,
    /// Whether it counts.
    pub status: Option<CatalogStatus>,
    /// The markets that it is for, all of them.
    pub markets: Option<Vec<MarketId>>,
    /// Its prices; `Some(None)` takes them away.
    pub price_list: Option<Option<PriceListId>>,
    /// What it has; `Some(None)` takes the choice away.
    pub publication: Option<Option<PublicationId>>,
}

/// Why a catalog is refused, or the store's fault. The texts are for the merchant.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// No such catalog.
    #[error("The catalog wasn't found.")]
    NotFound,
    /// A title is needed.
    #[error("Title can't be blank")]
    TitleBlank,
    /// The title is too long.
    #[error("Title is too long (maximum is {NAME_CHARS_MAX} characters)")]
    TitleTooLong,
    /// Another catalog has the title.
    #[error("Title has already been taken")]
    TitleTaken,
    /// More than a shop has.
    #[error("A shop can have {CATALOGS_MAX} catalogs at most.")]
    TooMany,
    /// No such market.
    #[error("The market wasn't found.")]
    MarketNotFound,
    /// Another catalog is the market's.
    #[error("The market '{0}' has another catalog; a market can have one.")]
    MarketTaken(String),
    /// The market is not one of the catalog's.
    #[error("The catalog isn't assigned to the market.")]
    MarketNotAssigned,
    /// Nothing to add or remove.
    #[error("Name markets to add or to remove.")]
    ContextEmpty,
    /// No such price list.
    #[error("The price list wasn't found.")]
    PriceListNotFound,
    /// The price list is another catalog's.
    #[error("The price list belongs to another catalog.")]
    PriceListTaken,
    /// The price list is in another currency than the market.
    #[error("The price list is in {list}, the market '{market}' is not.")]
    CurrencyMismatch {
        /// The market.
        market: String,
        /// The list's currency.
        list: Currency,
    },
    /// No such publication.
    #[error("The publication wasn't found.")]
    PublicationNotFound,
    /// The publication is another catalog's.
    #[error("The publication belongs to another catalog.")]
    PublicationTaken,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a catalog.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create_catalog(
    tx: &mut Tx,
    call: &Call,
    input: &CatalogInput,
) -> Result<CatalogId, CatalogError> {
    let all: i64 = tx.one(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM catalogs WHERE shop_id = $shop",
        (),
    )?;
    if all >= CATALOGS_MAX {
        return Err(CatalogError::TooMany);
    }
    let mut catalog = Catalog {
        id: call.new_id(),
        title: String::new(),
        status: CatalogStatus::Draft,
        price_list_id: None,
        publication_id: None,
        created_at: call.now,
        updated_at: call.now,
    };
    apply(tx, &mut catalog, input)?;
    if catalog.title.is_empty() {
        return Err(CatalogError::TitleBlank);
    }
    let markets = input.markets.clone().unwrap_or_default();
    check_markets(tx, &catalog, &markets)?;
    tx.execute(
        "INSERT INTO catalogs (shop_id, id, title, title_key, status, price_list_id,
             publication_id, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $7)",
        (
            catalog.id,
            &catalog.title,
            sort_key(&catalog.title),
            catalog.status,
            catalog.price_list_id,
            catalog.publication_id,
            catalog.created_at,
        ),
    )?;
    assign(tx, catalog.id, &markets)?;
    Ok(catalog.id)
}

/// Changes what the input gives of a catalog.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update_catalog(
    tx: &mut Tx,
    call: &Call,
    id: CatalogId,
    input: &CatalogInput,
) -> Result<CatalogId, CatalogError> {
    let mut catalog = lock(tx, id)?.ok_or(CatalogError::NotFound)?;
    apply(tx, &mut catalog, input)?;
    let before = markets_of(tx, &[id])?.pop().unwrap_or_default();
    let markets = input.markets.clone().unwrap_or(before);
    check_markets(tx, &catalog, &markets)?;
    catalog.updated_at = call.now;
    write(tx, &catalog)?;
    if input.markets.is_some() {
        tx.execute(
            "DELETE FROM market_catalogs WHERE shop_id = $shop AND catalog_id = $1",
            (id,),
        )?;
        assign(tx, id, &markets)?;
    }
    Ok(id)
}

/// Puts a catalog into markets and takes it out of others.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn move_catalog(
    tx: &mut Tx,
    call: &Call,
    id: CatalogId,
    add: &[MarketId],
    remove: &[MarketId],
) -> Result<CatalogId, CatalogError> {
    let catalog = lock(tx, id)?.ok_or(CatalogError::NotFound)?;
    if add.is_empty() && remove.is_empty() {
        return Err(CatalogError::ContextEmpty);
    }
    let mut markets = markets_of(tx, &[id])?.pop().unwrap_or_default();
    if !remove.iter().all(|market| markets.contains(market)) {
        return Err(CatalogError::MarketNotAssigned);
    }
    markets.retain(|market| !remove.contains(market));
    markets.extend(add.iter().copied());
    let input = CatalogInput {
        markets: Some(markets),
        ..CatalogInput::default()
    };
    update_catalog(tx, call, catalog.id, &input)
}

/// Removes a catalog; its price list and publication go with it when `dependents` do.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn delete_catalog(
    tx: &mut Tx,
    id: CatalogId,
    dependents: Dependents,
) -> Result<CatalogId, CatalogError> {
    let catalog = lock(tx, id)?.ok_or(CatalogError::NotFound)?;
    for text in [
        "DELETE FROM market_catalogs WHERE shop_id = $shop AND catalog_id = $1",
        "DELETE FROM catalogs WHERE shop_id = $shop AND id = $1",
    ] {
        tx.execute(text, (id,))?;
    }
    if dependents == Dependents::Go {
        if let Some(list) = catalog.price_list_id {
            price_lists::remove(tx, list)?;
        }
        if let Some(publication) = catalog.publication_id {
            publication::remove(tx, publication)?;
        }
    }
    sql::count_rules(tx)?;
    Ok(id)
}

/// What becomes of what only a removed catalog uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dependents {
    /// It is removed too.
    Go,
    /// It stays.
    Stay,
}

fn apply(tx: &mut Tx, catalog: &mut Catalog, input: &CatalogInput) -> Result<(), CatalogError> {
    if let Some(title) = &input.title {
        let title = title.trim().replace('\0', "");
        if title.is_empty() {
            return Err(CatalogError::TitleBlank);
        }
        if title.chars().count() > NAME_CHARS_MAX {
            return Err(CatalogError::TitleTooLong);
        }
        let other: Option<CatalogId> = tx.optional(
            "SELECT id FROM catalogs WHERE shop_id = $shop AND title_key = $1",
            (sort_key(&title),),
        )?;
        if other.is_some_and(|other| other != catalog.id) {
            return Err(CatalogError::TitleTaken);
        }
        catalog.title = title;
    }
    if let Some(status) = input.status {
        catalog.status = status;
    }
    if let Some(list) = input.price_list {
        if let Some(list) = list {
            price_lists::lock(tx, list)?.ok_or(CatalogError::PriceListNotFound)?;
            let other: Option<CatalogId> = tx.optional(
                "SELECT id FROM catalogs WHERE shop_id = $shop AND price_list_id = $1",
                (list,),
            )?;
            if other.is_some_and(|other| other != catalog.id) {
                return Err(CatalogError::PriceListTaken);
            }
        }
        catalog.price_list_id = list;
    }
    if let Some(wanted) = input.publication {
        if let Some(wanted) = wanted {
            publication::lock(tx, wanted)?.ok_or(CatalogError::PublicationNotFound)?;
            let other: Option<CatalogId> = tx.optional(
                "SELECT id FROM catalogs WHERE shop_id = $shop AND publication_id = $1",
                (wanted,),
            )?;
            if other.is_some_and(|other| other != catalog.id) {
                return Err(CatalogError::PublicationTaken);
            }
        }
        catalog.publication_id = wanted;
    }
    Ok(())
}

/// Whether the catalog can be the markets': they are there, have no other, and its prices are in
/// their currency.
fn check_markets(tx: &mut Tx, catalog: &Catalog, markets: &[MarketId]) -> Result<(), CatalogError> {
    if markets.is_empty() {
        return Ok(());
    }
    let shop = shops::current(tx)?;
    let list = currency_of(tx, catalog)?;
    let found = super::markets(tx, markets)?;
    for market in found {
        let market = market.ok_or(CatalogError::MarketNotFound)?;
        let other = of_market(tx, market.id)?;
        if other.is_some_and(|other| other != catalog.id) {
            return Err(CatalogError::MarketTaken(market.name));
        }
        if let Some(list) = list.filter(|list| *list != market.currency_in(shop.currency)) {
            return Err(CatalogError::CurrencyMismatch {
                market: market.name,
                list,
            });
        }
    }
    Ok(())
}

fn currency_of(tx: &mut Tx, catalog: &Catalog) -> Result<Option<Currency>, StoreError> {
    let Some(id) = catalog.price_list_id else {
        return Ok(None);
    };
    Ok(price_lists::by_ids(tx, &[id])?
        .pop()
        .flatten()
        .map(|list| list.currency))
}

fn assign(tx: &mut Tx, id: CatalogId, markets: &[MarketId]) -> Result<(), StoreError> {
    let mut markets = markets.to_vec();
    markets.sort_unstable();
    markets.dedup();
    let rows: Vec<_> = markets.iter().map(|market| (*market, id)).collect();
    if !rows.is_empty() {
        tx.insert_many(
            "INSERT INTO market_catalogs (shop_id, market_id, catalog_id) VALUES ($shop, $1, $2)",
            &rows,
        )?;
    }
    sql::count_rules(tx)
}

pub(super) fn write(tx: &mut Tx, catalog: &Catalog) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE catalogs
            SET title = $2, title_key = $3, status = $4, price_list_id = $5, publication_id = $6,
                updated_at = $7
          WHERE shop_id = $shop AND id = $1",
        (
            catalog.id,
            &catalog.title,
            sort_key(&catalog.title),
            catalog.status,
            catalog.price_list_id,
            catalog.publication_id,
            catalog.updated_at,
        ),
    )?;
    Ok(())
}

pub(super) fn lock(tx: &mut Tx, id: CatalogId) -> Result<Option<Catalog>, StoreError> {
    let text = format!(
        "SELECT {} FROM catalogs WHERE shop_id = $shop AND id = $1",
        Catalog::COLUMNS
    );
    tx.optional_locked(&text, (id,))
}

/// The catalog of a market.
fn of_market(tx: &mut Tx, market: MarketId) -> Result<Option<CatalogId>, StoreError> {
    tx.optional(
        "SELECT catalog_id FROM market_catalogs WHERE shop_id = $shop AND market_id = $1",
        (market,),
    )
}

/// What is to change of a market's catalog.
#[derive(Debug, Default)]
pub(super) struct Moved {
    clear: bool,
    set: Option<CatalogId>,
}

impl Moved {
    pub(super) fn write(&self, tx: &mut Tx, market: MarketId) -> Result<(), StoreError> {
        if self.clear {
            tx.execute(
                "DELETE FROM market_catalogs WHERE shop_id = $shop AND market_id = $1",
                (market,),
            )?;
        }
        if let Some(catalog) = self.set {
            tx.execute(
                "INSERT INTO market_catalogs (shop_id, market_id, catalog_id)
                 VALUES ($shop, $1, $2)",
                (market, catalog),
            )?;
        }
        Ok(())
    }
}

/// Checks what a change of a market makes of its catalog: one at most, in its currency.
pub(super) fn moved(
    tx: &mut Tx,
    market: &Market,
    shop: &Shop,
    add: &[CatalogId],
    delete: &[CatalogId],
) -> Result<Moved, MarketError> {
    let before = of_market(tx, market.id)?;
    if delete.iter().any(|id| Some(*id) != before) {
        return Err(MarketError::CatalogNotFound);
    }
    let clear = !delete.is_empty();
    let kept = before.filter(|_| !clear);
    let mut wanted = add.to_vec();
    wanted.dedup();
    wanted.retain(|id| Some(*id) != kept);
    if wanted.len() > 1 || (kept.is_some() && !wanted.is_empty()) {
        return Err(MarketError::CatalogTaken);
    }
    let set = wanted.pop();
    if let Some(id) = set.or(kept) {
        let catalog = lock(tx, id)?.ok_or(MarketError::CatalogNotFound)?;
        let list = currency_of(tx, &catalog)?;
        if let Some(list) = list.filter(|list| *list != market.currency_in(shop.currency)) {
            return Err(MarketError::CatalogCurrency(list));
        }
    }
    Ok(Moved { clear, set })
}
