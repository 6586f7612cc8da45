//! Lists of gift cards: searched, sorted, in windows.

use store::page::{Filter, Listing, Page, PageError, Sort, SortKind, Window};
use store::search::{self, Builder, Comparison, Compiled, FieldKind, Table, Wanted, field};
use store::{StoreError, Tx};
use units::CustomerId;

use super::gift_card::GiftCard;
use super::sql;

/// What gift cards are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum GiftCardSort {
    /// By id, the order in which they were issued.
    #[default]
    Id,
    /// By what was spent of them.
    AmountSpent,
    /// By what is left.
    Balance,
    /// By the end of the code.
    Code,
    /// By when they were issued.
    CreatedAt,
    /// By their customer's name; those without one first.
    CustomerName,
    /// By when they were taken out of use; those in use last.
    DisabledAt,
    /// By their last day; those without one last.
    ExpiresOn,
    /// By what they began with.
    InitialValue,
    /// By when they last changed.
    UpdatedAt,
}

const ID: (&str, SortKind) = ("g.id", SortKind::Int);

macro_rules! by {
    ($name:ident, $sql:literal, $kind:ident) => {
        const $name: Sort = Sort {
            columns: &[($sql, SortKind::$kind), ID],
        };
    };
}

const BY_ID: Sort = Sort { columns: &[ID] };
by!(BY_AMOUNT_SPENT, "(g.initial_minor - g.balance_minor)", Int);
by!(BY_BALANCE, "g.balance_minor", Int);
by!(BY_CODE, "g.last_characters", Text);
by!(BY_CREATED_AT, "g.created_at", Int);
by!(
    BY_CUSTOMER_NAME,
    "COALESCE((SELECT c.name_key FROM customers c WHERE c.shop_id = g.shop_id AND c.id = g.customer_id), '')",
    Text
);
by!(
    BY_DISABLED_AT,
    "COALESCE(g.deactivated_at, 9223372036854775807)",
    Int
);
by!(BY_EXPIRES_ON, "COALESCE(g.expires_on, '9999-12-31')", Text);
by!(BY_INITIAL_VALUE, "g.initial_minor", Int);
by!(BY_UPDATED_AT, "g.updated_at", Int);

const ENABLED: &str = "CASE WHEN g.deactivated_at IS NULL THEN 1 ELSE 0 END";
const BUYER: &str = "SELECT 1 FROM customers c WHERE c.shop_id = $shop AND c.id = g.customer_id";

const TABLE: Table = Table {
    fields: &[
        field("balance_status", FieldKind::Custom(balance_status)),
        field("created_at", FieldKind::Time("g.created_at")),
        field("customer_id", FieldKind::Id("g.customer_id")),
        field("enabled", FieldKind::Bool(ENABLED)),
        field("expires_on", FieldKind::Exact("g.expires_on")),
        field("id", FieldKind::Id("g.id")),
        field("initial_value", FieldKind::Money("g.initial_minor")),
        field("last_characters", FieldKind::Exact("g.last_characters")),
        field("source", FieldKind::Custom(source)),
        field("status", FieldKind::Custom(status)),
        field("updated_at", FieldKind::Time("g.updated_at")),
    ],
    default: &[
        FieldKind::Exact("g.last_characters"),
        FieldKind::Exists(BUYER, &FieldKind::Words("c.name_key")),
        FieldKind::Exists(BUYER, &FieldKind::TextPrefix("c.email_key")),
    ],
};

fn balance_status(_: &mut Builder, _: Comparison, wanted: &Wanted) -> Option<String> {
    let condition = match wanted.text.to_ascii_lowercase().as_str() {
        "full" => "(g.balance_minor = g.initial_minor)",
        "partial" => "(g.balance_minor > 0 AND g.balance_minor < g.initial_minor)",
        "empty" => "(g.balance_minor = 0)",
        "full_or_partial" => "(g.balance_minor > 0)",
        _ => return None,
    };
    Some(condition.to_owned())
}

fn status(_: &mut Builder, _: Comparison, wanted: &Wanted) -> Option<String> {
    let condition = match wanted.text.to_ascii_lowercase().as_str() {
        "enabled" => "(g.deactivated_at IS NULL)",
        "disabled" => "(g.deactivated_at IS NOT NULL)",
        _ => return None,
    };
    Some(condition.to_owned())
}

fn source(_: &mut Builder, _: Comparison, wanted: &Wanted) -> Option<String> {
    let condition = match wanted.text.to_ascii_lowercase().as_str() {
        "manual" => "(g.app_id IS NULL)",
        "api_client" => "(g.app_id IS NOT NULL)",
        "purchased" => "(1 = 0)",
        _ => return None,
    };
    Some(condition.to_owned())
}

/// Reads a query for gift cards. Amounts in it are in `currency`.
#[must_use]
pub fn parse_search(query: &str, reading: impl Into<search::Reading>) -> Compiled {
    search::compile(query, &TABLE, reading)
}

/// A window of the gift cards that a filter finds.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn list(
    tx: &mut Tx,
    filter: Filter,
    sort: GiftCardSort,
    window: &Window<'_>,
) -> Result<Page<GiftCard>, PageError> {
    store::page::page(tx, &listing(sql::LISTED, filter, sort), window)
}

/// A window of each customer's gift cards.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn of_customers(
    tx: &mut Tx,
    customers: &[CustomerId],
    sort: GiftCardSort,
    window: &Window<'_>,
) -> Result<Vec<Page<GiftCard>>, PageError> {
    let listing = listing(sql::LISTED_OF_CUSTOMER, Filter::none(), sort);
    store::page::page_each(tx, customers, &listing, window)
}

/// How many gift cards a filter finds, counted up to `limit`.
///
/// # Errors
/// The store's faults.
pub fn count(tx: &mut Tx, filter: Filter, limit: i64) -> Result<i64, StoreError> {
    let listing = listing(sql::LISTED, filter, GiftCardSort::Id);
    store::page::count(tx, &listing, limit)
}

fn listing(select: &'static str, filter: Filter, sort: GiftCardSort) -> Listing<'static> {
    let sort = match sort {
        GiftCardSort::Id => &BY_ID,
        GiftCardSort::AmountSpent => &BY_AMOUNT_SPENT,
        GiftCardSort::Balance => &BY_BALANCE,
        GiftCardSort::Code => &BY_CODE,
        GiftCardSort::CreatedAt => &BY_CREATED_AT,
        GiftCardSort::CustomerName => &BY_CUSTOMER_NAME,
        GiftCardSort::DisabledAt => &BY_DISABLED_AT,
        GiftCardSort::ExpiresOn => &BY_EXPIRES_ON,
        GiftCardSort::InitialValue => &BY_INITIAL_VALUE,
        GiftCardSort::UpdatedAt => &BY_UPDATED_AT,
    };
    Listing {
        select,
        filter,
        sort,
    }
}
