//! Searches that the merchant kept, by the kind of row that they find.

mod filters;

pub use filters::{SearchFilter, parts};

use store::page::{Filter, Listing, Page, PageError, Sort, SortKind, Window};
use store::{Param, Record, StoreError, Tx, record, text_enum};
use units::{SavedSearchId, Timestamp, fold};

use crate::call::Call;

/// Names, in characters.
const NAME_CHARS_MAX: usize = 40;
/// Queries, in characters.
const QUERY_CHARS_MAX: usize = 8_000;
/// Searches of one kind.
const SEARCHES_MAX: i64 = 1_000;

text_enum! {
    /// What a search finds.
    pub enum ResourceType {
        /// Articles.
        Article = "ARTICLE",
        /// Blogs.
        Blog = "BLOG",
        /// Collections.
        Collection = "COLLECTION",
        /// Customers.
        Customer = "CUSTOMER",
        /// Codes of discounts.
        DiscountRedeemCode = "DISCOUNT_REDEEM_CODE",
        /// Draft orders.
        DraftOrder = "DRAFT_ORDER",
        /// Files.
        File = "FILE",
        /// Orders.
        Order = "ORDER",
        /// Pages.
        Page = "PAGE",
        /// Discounts.
        PriceRule = "PRICE_RULE",
        /// Products.
        Product = "PRODUCT",
        /// Redirects.
        UrlRedirect = "URL_REDIRECT",
    }
}

record! {
    /// A search.
    #[derive(Clone, PartialEq, Eq)]
    pub struct SavedSearch {
        /// Id.
        pub id: SavedSearchId,
        /// What it is called.
        pub name: String,
        /// What it searches by.
        pub query: String,
        /// What it finds.
        pub resource_type: ResourceType,
        /// When it was kept.
        pub created_at: Timestamp,
    }
}

/// Why a search is not kept.
#[derive(Debug, thiserror::Error)]
pub enum SavedSearchError {
    /// No such search.
    #[error("Saved Search does not exist")]
    NotFound,
    /// It is called something.
    #[error("Name can't be blank")]
    NameBlank,
    /// The name is too long.
    #[error("Name is too long (maximum is {NAME_CHARS_MAX} characters)")]
    NameTooLong,
    /// Another one is called so.
    #[error("Name has already been taken")]
    NameTaken,
    /// It searches by something.
    #[error("Query can't be blank")]
    QueryBlank,
    /// The query is too long.
    #[error("Query is too long (maximum is {QUERY_CHARS_MAX} characters)")]
    QueryTooLong,
    /// There are enough.
    #[error("A shop keeps at most {SEARCHES_MAX} searches of a kind. Delete one first.")]
    TooMany,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

const BY_ID: Sort = Sort {
    columns: &[("s.id", SortKind::Int)],
};

/// Keeps a search.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create(
    tx: &mut Tx,
    call: &Call,
    resource_type: ResourceType,
    name: &str,
    query: &str,
) -> Result<SavedSearchId, SavedSearchError> {
    let search = SavedSearch {
        id: call.new_id(),
        name: checked_name(name)?,
        query: checked_query(query)?,
        resource_type,
        created_at: call.now,
    };
    refuse_taken(tx, &search)?;
    if count(tx, resource_type)? >= SEARCHES_MAX {
        return Err(SavedSearchError::TooMany);
    }
    tx.execute(
        "INSERT INTO saved_searches (shop_id, id, name, name_key, query, resource_type, created_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6)",
        (
            search.id,
            &search.name,
            fold(&search.name),
            &search.query,
            resource_type,
            call.now,
        ),
    )?;
    Ok(search.id)
}

/// Changes a search's name, its query or both.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update(
    tx: &mut Tx,
    id: SavedSearchId,
    name: Option<&str>,
    query: Option<&str>,
) -> Result<SavedSearchId, SavedSearchError> {
    let mut search = lock(tx, id)?;
    if let Some(name) = name {
        search.name = checked_name(name)?;
    }
    if let Some(query) = query {
        search.query = checked_query(query)?;
    }
    refuse_taken(tx, &search)?;
    tx.execute(
        "UPDATE saved_searches SET name = $2, name_key = $3, query = $4
          WHERE shop_id = $shop AND id = $1",
        (id, &search.name, fold(&search.name), &search.query),
    )?;
    Ok(id)
}

/// Forgets a search.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn delete(tx: &mut Tx, id: SavedSearchId) -> Result<SavedSearchId, SavedSearchError> {
    lock(tx, id)?;
    tx.execute(
        "DELETE FROM saved_searches WHERE shop_id = $shop AND id = $1",
        (id,),
    )?;
    Ok(id)
}

/// The searches with those ids, one place for each.
///
/// # Errors
/// `Store` faults only.
pub fn by_ids(tx: &mut Tx, ids: &[SavedSearchId]) -> Result<Vec<Option<SavedSearch>>, StoreError> {
    let text = format!(
        "SELECT {} FROM saved_searches WHERE shop_id = $shop AND id = ANY($1)",
        SavedSearch::COLUMNS
    );
    let found: Vec<SavedSearch> = tx.all(&text, (ids,))?;
    let one = |id: &SavedSearchId| found.iter().find(|own| own.id == *id).cloned();
    Ok(ids.iter().map(one).collect())
}

/// A window of the searches for a kind of row.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn list(
    tx: &mut Tx,
    resource_type: ResourceType,
    window: &Window<'_>,
) -> Result<Page<SavedSearch>, PageError> {
    let own = Param::Text(resource_type.as_str().into());
    let listing = Listing {
        select: "SELECT s.id, s.name, s.query, s.resource_type, s.created_at
                   FROM saved_searches s WHERE s.shop_id = $shop",
        filter: Filter::of("s.resource_type = $1", vec![own]),
        sort: &BY_ID,
    };
    store::page::page(tx, &listing, window)
}

fn count(tx: &mut Tx, resource_type: ResourceType) -> Result<i64, StoreError> {
    tx.one(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM saved_searches
          WHERE shop_id = $shop AND resource_type = $1",
        (resource_type,),
    )
}

fn lock(tx: &mut Tx, id: SavedSearchId) -> Result<SavedSearch, SavedSearchError> {
    let text = format!(
        "SELECT {} FROM saved_searches WHERE shop_id = $shop AND id = $1",
        SavedSearch::COLUMNS
    );
    tx.optional_locked(&text, (id,))?
        .ok_or(SavedSearchError::NotFound)
}

fn refuse_taken(tx: &mut Tx, search: &SavedSearch) -> Result<(), SavedSearchError> {
    let other: Option<SavedSearchId> = tx.optional(
        "SELECT id FROM saved_searches
          WHERE shop_id = $shop AND resource_type = $1 AND name_key = $2 AND id <> $3",
        (search.resource_type, fold(&search.name), search.id),
    )?;
    match other {
        Some(_) => Err(SavedSearchError::NameTaken),
        None => Ok(()),
    }
}

fn checked_name(name: &str) -> Result<String, SavedSearchError> {
    let name = name.trim().replace('\0', "");
    match name.chars().count() {
        0 => Err(SavedSearchError::NameBlank),
        count if count > NAME_CHARS_MAX => Err(SavedSearchError::NameTooLong),
        _ => Ok(name),
    }
}

fn checked_query(query: &str) -> Result<String, SavedSearchError> {
    let query = query.trim().replace('\0', "");
    match query.chars().count() {
        0 => Err(SavedSearchError::QueryBlank),
        count if count > QUERY_CHARS_MAX => Err(SavedSearchError::QueryTooLong),
        _ => Ok(query),
    }
}
