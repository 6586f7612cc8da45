//! Price lists: how a catalog's prices differ from the shop's.

use pricing::{MarketPricing, PPM, RATE_ONE};
use store::page::{Filter, Listing, Page, PageError, Sort, SortKind, Window, page as read_page};
use store::search::{FieldKind, Table, field};
use store::{Param, Record, StoreError, Tx, record};
use units::{CatalogId, Currency, PriceListId, ProductVariantId, Timestamp, sort_key};

use super::terms::CompareAtMode;
use super::{NAME_CHARS_MAX, catalogs, sql};
use crate::call::Call;
use crate::shops::{self, Shop};

/// Price lists of one shop, at most.
const PRICE_LISTS_MAX: i64 = 250;
/// A list raises prices by this much at most, in millionths: ten times.
const RAISE_MAX_PPM: i64 = 10 * PPM;

record! {
    /// How a catalog's prices differ from the shop's.
    #[derive(Clone, PartialEq, Eq)]
    pub struct PriceList {
        /// Id.
        pub id: PriceListId,
        /// What the merchant calls it; unique.
        pub name: String,
        /// The currency of its prices.
        pub currency: Currency,
        /// What it puts on every price that it does not name, or takes off, in millionths.
        pub adjustment_ppm: i64,
        /// What becomes of what goods used to cost.
        pub compare_at_mode: CompareAtMode,
        /// How many prices it names, or more: variants may have gone since ([`fixed_counts`]).
        pub fixed_prices_count: i64,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

/// A price list, or what is to change of one.
#[derive(Debug, Clone, Default)]
pub struct PriceListInput {
    /// What the merchant calls it.
    pub name: Option<String>,
    /// The currency of its prices.
    pub currency: Option<Currency>,
    /// What it does to prices that it does not name.
    pub adjustment: Option<AdjustmentInput>,
    /// The catalog that it is for; `Some(None)` takes it out.
    pub catalog: Option<Option<CatalogId>>,
}

/// What a price list does to prices that it does not name.
#[derive(Debug, Clone, Copy)]
pub struct AdjustmentInput {
    /// In millionths; below zero takes off.
    pub ppm: i64,
    /// What becomes of what goods used to cost; stays as it is when left out.
    pub compare_at_mode: Option<CompareAtMode>,
}

/// Why a price list is refused, or the store's fault. The texts are for the merchant.
#[derive(Debug, thiserror::Error)]
pub enum PriceListError {
    /// No such list.
    #[error("Price list does not exist.")]
    NotFound,
    /// A name is needed.
    #[error("Name can't be blank")]
    NameBlank,
    /// The name is too long.
    #[error("Name is too long (maximum is {NAME_CHARS_MAX} characters)")]
    NameTooLong,
    /// Another list has the name.
    #[error("Name has already been taken")]
    NameTaken,
    /// More than a shop has.
    #[error("A shop can have {PRICE_LISTS_MAX} price lists at most.")]
    TooMany,
    /// Takes off more than everything.
    #[error("The adjustment can't take off more than 100 %.")]
    AdjustmentTooLow,
    /// Puts on too much.
    #[error("The adjustment can't put on more than 1000 %.")]
    AdjustmentTooHigh,
    /// No rate is known for the currency.
    #[error("{0} needs an exchange rate: give it to a market as baseCurrencyManualRate first.")]
    RateMissing(Currency),
    /// The list has fixed prices in its currency.
    #[error("The currency can't change while the list has fixed prices.")]
    CurrencyInUse,
    /// No such catalog.
    #[error("Catalog does not exist.")]
    CatalogNotFound,
    /// The catalog has another list.
    #[error("Catalog has another price list already.")]
    CatalogTaken,
    /// A market of the catalog has another currency.
    #[error("The currency of the price list is not that of the catalog's market.")]
    CurrencyMismatch,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a price list.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create(
    tx: &mut Tx,
    call: &Call,
    input: &PriceListInput,
) -> Result<PriceListId, PriceListError> {
    let shop = shops::current(tx)?;
    let all: i64 = tx.one(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM price_lists WHERE shop_id = $shop",
        (),
    )?;
    if all >= PRICE_LISTS_MAX {
        return Err(PriceListError::TooMany);
    }
    let mut list = PriceList {
        id: call.new_id(),
        name: String::new(),
        currency: shop.currency,
        adjustment_ppm: 0,
        compare_at_mode: CompareAtMode::Adjusted,
        fixed_prices_count: 0,
        created_at: call.now,
        updated_at: call.now,
    };
    apply(tx, &shop, &mut list, input)?;
    if list.name.is_empty() {
        return Err(PriceListError::NameBlank);
    }
    let catalog = catalog_of(tx, &shop, &list, input)?;
    tx.execute(
        "INSERT INTO price_lists (shop_id, id, name, name_key, currency, adjustment_ppm,
             compare_at_mode, fixed_prices_count, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, 0, $7, $7)",
        (
            list.id,
            &list.name,
            sort_key(&list.name),
            list.currency,
            list.adjustment_ppm,
            list.compare_at_mode,
            list.created_at,
        ),
    )?;
    assign(tx, call, &list, catalog)?;
    Ok(list.id)
}

/// Changes what the input gives of a price list.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update(
    tx: &mut Tx,
    call: &Call,
    id: PriceListId,
    input: &PriceListInput,
) -> Result<PriceListId, PriceListError> {
    let shop = shops::current(tx)?;
    let mut list = lock(tx, id)?.ok_or(PriceListError::NotFound)?;
    let before = list.currency;
    apply(tx, &shop, &mut list, input)?;
    if list.currency != before && list.fixed_prices_count > 0 {
        return Err(PriceListError::CurrencyInUse);
    }
    let catalog = catalog_of(tx, &shop, &list, input)?;
    list.updated_at = call.now;
    tx.execute(
        "UPDATE price_lists
            SET name = $2, name_key = $3, currency = $4, adjustment_ppm = $5, compare_at_mode = $6,
                updated_at = $7
          WHERE shop_id = $shop AND id = $1",
        (
            list.id,
            &list.name,
            sort_key(&list.name),
            list.currency,
            list.adjustment_ppm,
            list.compare_at_mode,
            list.updated_at,
        ),
    )?;
    if input.catalog.is_some() {
        assign(tx, call, &list, catalog)?;
    }
    Ok(id)
}

/// Removes a price list with its prices; its catalog goes back to the shop's.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn delete(tx: &mut Tx, id: PriceListId) -> Result<PriceListId, PriceListError> {
    lock(tx, id)?.ok_or(PriceListError::NotFound)?;
    remove(tx, id)?;
    Ok(id)
}

pub(super) fn remove(tx: &mut Tx, id: PriceListId) -> Result<(), StoreError> {
    for text in [
        "UPDATE catalogs SET price_list_id = NULL WHERE shop_id = $shop AND price_list_id = $1",
        "DELETE FROM price_list_prices WHERE shop_id = $shop AND price_list_id = $1",
        "DELETE FROM price_lists WHERE shop_id = $shop AND id = $1",
    ] {
        tx.execute(text, (id,))?;
    }
    Ok(())
}

fn apply(
    tx: &mut Tx,
    shop: &Shop,
    list: &mut PriceList,
    input: &PriceListInput,
) -> Result<(), PriceListError> {
    if let Some(name) = &input.name {
        let name = name.trim().replace('\0', "");
        if name.is_empty() {
            return Err(PriceListError::NameBlank);
        }
        if name.chars().count() > NAME_CHARS_MAX {
            return Err(PriceListError::NameTooLong);
        }
        let other: Option<PriceListId> = tx.optional(
            "SELECT id FROM price_lists WHERE shop_id = $shop AND name_key = $1",
            (sort_key(&name),),
        )?;
        if other.is_some_and(|other| other != list.id) {
            return Err(PriceListError::NameTaken);
        }
        list.name = name;
    }
    if let Some(adjustment) = input.adjustment {
        match adjustment.ppm {
            ppm if ppm < -PPM => return Err(PriceListError::AdjustmentTooLow),
            ppm if ppm > RAISE_MAX_PPM => return Err(PriceListError::AdjustmentTooHigh),
            ppm => list.adjustment_ppm = ppm,
        }
        list.compare_at_mode = adjustment.compare_at_mode.unwrap_or(list.compare_at_mode);
    }
    if let Some(currency) = input.currency {
        if currency != shop.currency && sql::rate_of(tx, currency)?.is_none() {
            return Err(PriceListError::RateMissing(currency));
        }
        list.currency = currency;
    }
    Ok(())
}

/// The catalog that the list is for after the change, when it can be.
fn catalog_of(
    tx: &mut Tx,
    shop: &Shop,
    list: &PriceList,
    input: &PriceListInput,
) -> Result<Option<catalogs::Catalog>, PriceListError> {
    let catalog = match input.catalog {
        Some(None) => return Ok(None),
        Some(Some(id)) => {
            let found = catalogs::lock(tx, id)?.ok_or(PriceListError::CatalogNotFound)?;
            if found.price_list_id.is_some_and(|other| other != list.id) {
                return Err(PriceListError::CatalogTaken);
            }
            found
        }
        None => match super::catalogs_with(tx, &[list.id])?.pop().flatten() {
            Some(found) => found,
            None => return Ok(None),
        },
    };
    let ids = super::markets_of(tx, &[catalog.id])?.pop();
    let markets = super::markets(tx, &ids.unwrap_or_default())?;
    let fits = |market: &super::Market| market.currency_in(shop.currency) == list.currency;
    if !markets.iter().flatten().all(fits) {
        return Err(PriceListError::CurrencyMismatch);
    }
    Ok(Some(catalog))
}

fn assign(
    tx: &mut Tx,
    call: &Call,
    list: &PriceList,
    catalog: Option<catalogs::Catalog>,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE catalogs SET price_list_id = NULL WHERE shop_id = $shop AND price_list_id = $1",
        (list.id,),
    )?;
    if let Some(mut catalog) = catalog {
        catalog.price_list_id = Some(list.id);
        catalog.updated_at = call.now;
        catalogs::write(tx, &catalog)?;
    }
    Ok(())
}

pub(super) fn lock(tx: &mut Tx, id: PriceListId) -> Result<Option<PriceList>, StoreError> {
    let text = format!(
        "SELECT {} FROM price_lists WHERE shop_id = $shop AND id = $1",
        PriceList::COLUMNS
    );
    tx.optional_locked(&text, (id,))
}

/// The price lists with those ids, one place for each.
///
/// # Errors
/// `Store` faults only.
pub fn by_ids(tx: &mut Tx, ids: &[PriceListId]) -> Result<Vec<Option<PriceList>>, StoreError> {
    let text = format!(
        "SELECT {} FROM price_lists WHERE shop_id = $shop AND id = ANY($1)",
        PriceList::COLUMNS
    );
    let found: Vec<PriceList> = tx.all(&text, (ids,))?;
    let one = |id: &PriceListId| found.iter().find(|own| own.id == *id).cloned();
    Ok(ids.iter().map(one).collect())
}

/// How many prices each list names.
///
/// # Errors
/// `Store` faults only.
pub fn fixed_counts(tx: &mut Tx, ids: &[PriceListId]) -> Result<Vec<i64>, StoreError> {
    let found: Vec<(PriceListId, i64)> = tx.all(
        "SELECT price_list_id, CAST(COUNT(*) AS BIGINT) FROM price_list_prices
          WHERE shop_id = $shop AND price_list_id = ANY($1)
          GROUP BY price_list_id",
        (ids,),
    )?;
    let one = |id: &PriceListId| {
        let own = found.iter().find(|(list, _)| list == id);
        own.map_or(0, |(_, count)| *count)
    };
    Ok(ids.iter().map(one).collect())
}

/// What price lists are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PriceListSort {
    /// By id, the order in which they were made.
    #[default]
    Id,
    /// By name.
    Name,
}

/// A page of price lists.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn page(
    tx: &mut Tx,
    sort: PriceListSort,
    window: &Window<'_>,
) -> Result<Page<PriceList>, PageError> {
    const ID: Sort = Sort {
        columns: &[("l.id", SortKind::Int)],
    };
    const NAME: Sort = Sort {
        columns: &[("l.name_key", SortKind::Text), ("l.id", SortKind::Int)],
    };
    let select = format!(
        "SELECT {} FROM price_lists l WHERE l.shop_id = $shop",
        PriceList::COLUMNS
    );
    let listing = Listing {
        select: &select,
        filter: Filter::none(),
        sort: match sort {
            PriceListSort::Id => &ID,
            PriceListSort::Name => &NAME,
        },
    };
    read_page(tx, &listing, window)
}

/// How the shop's prices become those that a list does not name: at the rate of a market in its
/// currency. One to one where no market has one any more.
///
/// # Errors
/// `Store` faults only.
pub fn pricing_of(tx: &mut Tx, shop: &Shop, list: &PriceList) -> Result<MarketPricing, StoreError> {
    let plain = MarketPricing::same(shop.currency).adjusted(list.adjustment_ppm);
    if list.currency == shop.currency {
        return Ok(plain);
    }
    let market: Option<(i64, bool)> = tx.optional(
        "SELECT m.rate_billionths, m.rounding
           FROM markets m
           LEFT JOIN market_catalogs mc ON mc.shop_id = m.shop_id AND mc.market_id = m.id
           LEFT JOIN catalogs c
             ON c.shop_id = mc.shop_id AND c.id = mc.catalog_id AND c.price_list_id = $1
          WHERE m.shop_id = $shop AND m.currency = $2 AND m.rate_billionths IS NOT NULL
          ORDER BY CASE WHEN c.id IS NULL THEN 1 ELSE 0 END, m.id
          LIMIT 1",
        (list.id, list.currency),
    )?;
    let (rate, rounded) = market.unwrap_or((RATE_ONE, false));
    Ok(plain.at_rate(list.currency, rate, rounded))
}

/// What the prices of a list can be searched by.
pub const PRICES: Table = Table {
    fields: &[
        field("product_id", FieldKind::Id("v.product_id")),
        field("variant_id", FieldKind::Id("v.id")),
    ],
    default: &[],
};

record! {
    /// A variant with what a price list makes of it.
    #[derive(Clone)]
    pub struct VariantPrice {
        /// The variant.
        pub variant_id: ProductVariantId,
        /// The shop's price.
        pub price_minor: i64,
        /// What it used to be.
        pub compare_at_minor: Option<i64>,
        /// The list's price, where it names it.
        pub fixed_minor: Option<i64>,
        /// What that used to be.
        pub fixed_compare_at_minor: Option<i64>,
    }
}

/// A page of a list's prices, by variant: those that it names, those that follow from the shop's,
/// or all.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn prices_page(
    tx: &mut Tx,
    list: PriceListId,
    named: Option<bool>,
    filter: Filter,
    window: &Window<'_>,
) -> Result<Page<VariantPrice>, PageError> {
    const ID: Sort = Sort {
        columns: &[("v.id", SortKind::Int)],
    };
    let own = match named {
        Some(true) => Filter::of("f.variant_id IS NOT NULL", Vec::new()),
        Some(false) => Filter::of("f.variant_id IS NULL", Vec::new()),
        None => Filter::none(),
    };
    let listing = Listing {
        select: "SELECT v.id, v.price_minor, v.compare_at_minor, f.price_minor, f.compare_at_minor
           FROM product_variants v
           LEFT JOIN price_list_prices f
             ON f.shop_id = v.shop_id AND f.price_list_id = $1 AND f.variant_id = v.id
          WHERE v.shop_id = $shop",
        filter: own.and(filter),
        sort: &ID,
    };
    let own = vec![Param::Int(list.get())];
    store::page::page_with(tx, own, &listing, window)
}
