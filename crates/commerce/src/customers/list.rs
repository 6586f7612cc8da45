//! Lists of customers: searched, sorted, in windows.

use store::page::{Filter, Listing, Page, PageError, Sort, SortKind, Window};
use store::search::{self, Builder, Comparison, Compiled, FieldKind, Table, Wanted, field};
use store::{StoreError, Tx};
use units::Country;

use super::{Customer, sql};
use crate::metafields::{self, Owner};

/// What customers are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CustomerSort {
    /// By id, the order in which they became known.
    #[default]
    Id,
    /// By when they became known.
    CreatedAt,
    /// By when they last changed.
    UpdatedAt,
    /// By last name, then first name.
    Name,
    /// By country, province and town of the default address.
    Location,
}

const ID: (&str, SortKind) = ("c.id", SortKind::Int);
const BY_ID: Sort = Sort { columns: &[ID] };
const BY_CREATED_AT: Sort = Sort {
    columns: &[("c.created_at", SortKind::Int), ID],
};
const BY_UPDATED_AT: Sort = Sort {
    columns: &[("c.updated_at", SortKind::Int), ID],
};
const BY_NAME: Sort = Sort {
    columns: &[("c.name_key", SortKind::Text), ID],
};
const BY_LOCATION: Sort = Sort {
    columns: &[("c.location_key", SortKind::Text), ID],
};

const STATES: &[(&str, &str)] = &[
    ("declined", "DECLINED"),
    ("disabled", "DISABLED"),
    ("enabled", "ENABLED"),
    ("invited", "INVITED"),
];
const CONSENTS: &[(&str, &str)] = &[
    ("invalid", "INVALID"),
    ("not_subscribed", "NOT_SUBSCRIBED"),
    ("pending", "PENDING"),
    ("redacted", "REDACTED"),
    ("subscribed", "SUBSCRIBED"),
    ("unsubscribed", "UNSUBSCRIBED"),
];
const TAGGED: &str = "SELECT 1 FROM tags t WHERE t.shop_id = $shop \
                      AND t.owner_kind = 'Customer' AND t.owner_id = c.id";
const ORDERED: &str = "SELECT 1 FROM orders o WHERE o.shop_id = $shop AND o.customer_id = c.id";
const AGREED: &str = "CASE WHEN c.email_marketing_state = 'SUBSCRIBED' THEN 1 ELSE 0 END";

const TABLE: Table = Table {
    fields: &[
        field("metafields.", FieldKind::Keyed(metafield)),
        field("accepts_marketing", FieldKind::Bool(AGREED)),
        field("country", FieldKind::Custom(country)),
        field("created_at", FieldKind::Time("c.created_at")),
        field("customer_date", FieldKind::Time("c.created_at")),
        field("email", FieldKind::Text("c.email_key")),
        field(
            "email_marketing_state",
            FieldKind::Enum("c.email_marketing_state", CONSENTS),
        ),
        field("first_name", FieldKind::Text("c.first_name_key")),
        field("id", FieldKind::Id("c.id")),
        field("last_abandoned_order_date", FieldKind::Never),
        field("last_name", FieldKind::Text("c.last_name_key")),
        field(
            "order_date",
            FieldKind::Exists(ORDERED, &FieldKind::Time("o.processed_at")),
        ),
        field("orders_count", FieldKind::Int("c.orders_count")),
        field("phone", FieldKind::Exact("c.phone")),
        field(
            "sms_marketing_state",
            FieldKind::Enum("c.sms_marketing_state", CONSENTS),
        ),
        field("state", FieldKind::Enum("c.state", STATES)),
        field(
            "tag",
            FieldKind::Exists(TAGGED, &FieldKind::Text("t.tag_key")),
        ),
        field("total_spent", FieldKind::Money("c.spent_minor")),
        field("updated_at", FieldKind::Time("c.updated_at")),
    ],
    default: &[
        FieldKind::Words("c.name_key"),
        FieldKind::TextPrefix("c.email_key"),
        FieldKind::TextPrefix("c.phone"),
    ],
};

fn metafield(
    builder: &mut Builder,
    key: &str,
    comparison: Comparison,
    wanted: &Wanted,
) -> Option<String> {
    metafields::found_by(builder, (Owner::Customer, "c.id"), key, comparison, wanted)
}

/// A country by code or name, of any of the customer's addresses.
fn country(builder: &mut Builder, _: Comparison, wanted: &Wanted) -> Option<String> {
    let code = Country::named(&wanted.text)?.code;
    let place = builder.text(code);
    Some(format!(
        "EXISTS (SELECT 1 FROM customer_addresses a WHERE a.shop_id = $shop \
         AND a.customer_id = c.id AND a.country_code = {place})"
    ))
}

/// Reads a query for customers. Amounts in it are in `currency`.
#[must_use]
pub fn parse_search(query: &str, reading: impl Into<search::Reading>) -> Compiled {
    search::compile(query, &TABLE, reading)
}

/// A window of the customers that a filter finds.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn list(
    tx: &mut Tx,
    filter: Filter,
    sort: CustomerSort,
    window: &Window<'_>,
) -> Result<Page<Customer>, PageError> {
    store::page::page(tx, &listing(filter, sort), window)
}

/// How many customers a filter finds, counted up to `limit`.
///
/// # Errors
/// The store's faults.
pub fn count(tx: &mut Tx, filter: Filter, limit: i64) -> Result<i64, StoreError> {
    store::page::count(tx, &listing(filter, CustomerSort::Id), limit)
}

fn listing(filter: Filter, sort: CustomerSort) -> Listing<'static> {
    let sort = match sort {
        CustomerSort::Id => &BY_ID,
        CustomerSort::CreatedAt => &BY_CREATED_AT,
        CustomerSort::UpdatedAt => &BY_UPDATED_AT,
        CustomerSort::Name => &BY_NAME,
        CustomerSort::Location => &BY_LOCATION,
    };
    Listing {
        select: sql::LISTED,
        filter,
        sort,
    }
}
