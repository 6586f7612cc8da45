//! Lists of discounts and of codes: searched, sorted, in windows.

use store::page::{Filter, Listing, Page, PageError, Sort, SortKind, Window};
use store::search::{self, Builder, Comparison, Compiled, Field, FieldKind, Table, Wanted, field};
use store::{Param, StoreError, Tx};
use units::{Currency, DiscountId, Timestamp};

use super::discount::{Discount, Method, RedeemCode};
use super::sql;

/// What discounts are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DiscountSort {
    /// By id, the order in which they were made.
    #[default]
    Id,
    /// By when they were made.
    CreatedAt,
    /// By when they end; those without an end last.
    EndsAt,
    /// By when they begin.
    StartsAt,
    /// By title.
    Title,
    /// By when they last changed.
    UpdatedAt,
}

/// What codes are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CodeSort {
    /// By id, the order in which they were made.
    #[default]
    Id,
    /// By code.
    Code,
    /// By when they were made.
    CreatedAt,
}

const ID: (&str, SortKind) = ("d.id", SortKind::Int);
const BY_ID: Sort = Sort { columns: &[ID] };
const BY_CREATED_AT: Sort = Sort {
    columns: &[("d.created_at", SortKind::Int), ID],
};
const BY_ENDS_AT: Sort = Sort {
    columns: &[
        ("COALESCE(d.ends_at, 9223372036854775807)", SortKind::Int),
        ID,
    ],
};
const BY_STARTS_AT: Sort = Sort {
    columns: &[("d.starts_at", SortKind::Int), ID],
};
const BY_TITLE: Sort = Sort {
    columns: &[("d.title_key", SortKind::Text), ID],
};
const BY_UPDATED_AT: Sort = Sort {
    columns: &[("d.updated_at", SortKind::Int), ID],
};
const CODE_ID: (&str, SortKind) = ("k.id", SortKind::Int);
const CODES_BY_ID: Sort = Sort {
    columns: &[CODE_ID],
};
const CODES_BY_CODE: Sort = Sort {
    columns: &[("k.code_key", SortKind::Text), CODE_ID],
};
const CODES_BY_CREATED_AT: Sort = Sort {
    columns: &[("k.created_at", SortKind::Int), CODE_ID],
};

const METHODS: &[(&str, &str)] = &[("automatic", "automatic"), ("code", "code")];
const CLASSES: &[(&str, &str)] = &[
    ("order", "ORDER"),
    ("product", "PRODUCT"),
    ("shipping", "SHIPPING"),
];
const CODED: &str =
    "SELECT 1 FROM discount_codes k WHERE k.shop_id = $shop AND k.discount_id = d.id";

/// The fields that do not depend on the moment.
const FIELDS: &[Field] = &[
    field(
        "code",
        FieldKind::Exists(CODED, &FieldKind::Text("k.code_key")),
    ),
    field("created_at", FieldKind::Time("d.created_at")),
    field("discount_class", FieldKind::Enum("d.class", CLASSES)),
    field("discount_type", FieldKind::Custom(of_type)),
    field(
        "ends_at",
        FieldKind::Time("COALESCE(d.ends_at, 9223372036854775807)"),
    ),
    field("id", FieldKind::Id("d.id")),
    field("method", FieldKind::Enum("d.method", METHODS)),
    field("starts_at", FieldKind::Time("d.starts_at")),
    field("status", FieldKind::Custom(status)),
    field("times_used", FieldKind::Int("d.usage_count")),
    field("title", FieldKind::Words("d.title_key")),
    field("type", FieldKind::Custom(of_type)),
    field("updated_at", FieldKind::Time("d.updated_at")),
];

const TABLE: Table = Table {
    fields: FIELDS,
    default: &[
        FieldKind::Words("d.title_key"),
        FieldKind::Exists(CODED, &FieldKind::TextPrefix("k.code_key")),
    ],
};

const CODES: Table = Table {
    fields: &[
        field("code", FieldKind::Text("k.code_key")),
        field("created_at", FieldKind::Time("k.created_at")),
        field("id", FieldKind::Id("k.id")),
        field("times_used", FieldKind::Int("k.usage_count")),
    ],
    default: &[FieldKind::TextPrefix("k.code_key")],
};

/// Stands for the moment of the search until [`parse_search`] makes a parameter of it.
const NOW: &str = ":now";

fn status(_: &mut Builder, _: Comparison, wanted: &Wanted) -> Option<String> {
    let over = format!("(d.ends_at IS NOT NULL AND d.ends_at <= {NOW})");
    Some(match wanted.text.to_ascii_lowercase().as_str() {
        "active" => format!("(d.starts_at <= {NOW} AND NOT {over})"),
        "scheduled" => format!("(d.starts_at > {NOW} AND NOT {over})"),
        "expired" => over,
        _ => return None,
    })
}

fn of_type(_: &mut Builder, _: Comparison, wanted: &Wanted) -> Option<String> {
    let value =
        |value: &str| format!("(d.kind = 'basic' AND d.terms LIKE '%\"value\":{{\"{value}\":%')");
    Some(match wanted.text.to_ascii_lowercase().as_str() {
        "all" | "all_with_app" => "(1 = 1)".to_owned(),
        "app" => "(1 = 0)".to_owned(),
        "bxgy" => "(d.kind = 'bxgy')".to_owned(),
        "fixed_amount" => format!("({} OR {})", value("amount"), value("amount_each")),
        "free_shipping" => "(d.kind = 'free_shipping')".to_owned(),
        "percentage" => value("percentage"),
        "automatic_discount" | "automatic" => "(d.method = 'automatic')".to_owned(),
        "code_discount" | "code" => "(d.method = 'code')".to_owned(),
        _ => return None,
    })
}

/// Reads a query for discounts, as of a moment.
#[must_use]
pub fn parse_search(query: &str, currency: Currency, now: Timestamp) -> Compiled {
    let mut compiled = search::compile(query, &TABLE, (currency, now));
    let filter = &mut compiled.filter;
    if filter.sql.contains(NOW) {
        filter.params.push(Param::Int(now.micros()));
        let place = format!("${}", filter.params.len());
        filter.sql = filter.sql.replace(NOW, &place);
    }
    compiled
}

/// Reads a query for codes.
#[must_use]
pub fn parse_code_search(query: &str, currency: Currency) -> Compiled {
    search::compile(query, &CODES, currency)
}

/// A window of the discounts that a filter finds, of one way or of both.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn list(
    tx: &mut Tx,
    method: Option<Method>,
    filter: Filter,
    sort: DiscountSort,
    window: &Window<'_>,
) -> Result<Page<Discount>, PageError> {
    store::page::page(tx, &listing(method, filter, sort), window)
}

/// How many discounts a filter finds, counted up to `limit`.
///
/// # Errors
/// The store's faults.
pub fn count(
    tx: &mut Tx,
    method: Option<Method>,
    filter: Filter,
    limit: i64,
) -> Result<i64, StoreError> {
    store::page::count(tx, &listing(method, filter, DiscountSort::Id), limit)
}

/// A window of each discount's codes.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn codes_page(
    tx: &mut Tx,
    discounts: &[DiscountId],
    filter: &Filter,
    sort: CodeSort,
    window: &Window<'_>,
) -> Result<Vec<Page<RedeemCode>>, PageError> {
    let sort = match sort {
        CodeSort::Id => &CODES_BY_ID,
        CodeSort::Code => &CODES_BY_CODE,
        CodeSort::CreatedAt => &CODES_BY_CREATED_AT,
    };
    sql::page_of_codes(tx, discounts, filter, sort, window)
}

fn listing(method: Option<Method>, filter: Filter, sort: DiscountSort) -> Listing<'static> {
    let filter = match method {
        Some(method) => {
            let own = Filter::of("d.method = $1", vec![Param::Text(method.as_str().into())]);
            own.and(filter)
        }
        None => filter,
    };
    let sort = match sort {
        DiscountSort::Id => &BY_ID,
        DiscountSort::CreatedAt => &BY_CREATED_AT,
        DiscountSort::EndsAt => &BY_ENDS_AT,
        DiscountSort::StartsAt => &BY_STARTS_AT,
        DiscountSort::Title => &BY_TITLE,
        DiscountSort::UpdatedAt => &BY_UPDATED_AT,
    };
    Listing {
        select: sql::LISTED,
        filter,
        sort,
    }
}
