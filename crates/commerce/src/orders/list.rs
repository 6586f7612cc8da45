//! The list of orders: how it is searched, sorted and paged.

use store::page::{self, Filter, Listing, Page, PageError, Sort, SortKind, Window};
use store::search::{self, Builder, Comparison, Compiled, FieldKind, Table, Wanted, field};
use store::{Record as _, StoreError, Tx};
use units::CustomerId;

use super::order::Order;
use crate::metafields::{self, Owner};

/// What a list of orders is sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SortKey {
    /// When they came into being.
    CreatedAt,
    /// What they come to now.
    CurrentTotalPrice,
    /// The customer's name.
    CustomerName,
    /// What is paid.
    FinancialStatus,
    /// What has left.
    FulfillmentStatus,
    /// Their ids.
    Id,
    /// Their running numbers.
    OrderNumber,
    /// The buyer's purchase order number.
    PoNumber,
    /// When they count as placed.
    #[default]
    ProcessedAt,
    /// How many units they had.
    TotalItemsQuantity,
    /// What they came to.
    TotalPrice,
    /// When they last changed.
    UpdatedAt,
}

const INT: SortKind = SortKind::Int;
const TEXT: SortKind = SortKind::Text;

impl SortKey {
    fn sort(self) -> &'static Sort {
        macro_rules! by {
            ($sql:expr, $kind:expr) => {
                &const {
                    Sort {
                        columns: &[($sql, $kind), ("o.id", INT)],
                    }
                }
            };
        }
        match self {
            Self::Id => {
                &const {
                    Sort {
                        columns: &[("o.id", INT)],
                    }
                }
            }
            Self::CreatedAt => by!("o.created_at", INT),
            Self::CurrentTotalPrice => by!(CURRENT_TOTAL, INT),
            Self::CustomerName => by!(CUSTOMER_NAME, TEXT),
            Self::FinancialStatus => by!("o.financial_status", TEXT),
            Self::FulfillmentStatus => by!("o.fulfillment_status", TEXT),
            Self::OrderNumber => by!("o.number", INT),
            Self::PoNumber => by!("COALESCE(o.po_number, '')", TEXT),
            Self::ProcessedAt => by!("o.processed_at", INT),
            Self::TotalItemsQuantity => by!("o.quantity", INT),
            Self::TotalPrice => by!("o.total_minor", INT),
            Self::UpdatedAt => by!("o.updated_at", INT),
        }
    }
}

const CURRENT_TOTAL: &str = "(o.total_minor - o.removed_subtotal_minor - o.removed_shipping_minor
    - CASE WHEN o.taxes_included = 1 THEN 0 ELSE o.removed_tax_minor END)";

const CUSTOMER_NAME: &str = "COALESCE((SELECT c.name_key FROM customers c
    WHERE c.shop_id = o.shop_id AND c.id = o.customer_id), '')";

const FINANCIAL: &[(&str, &str)] = &[
    ("paid", "PAID"),
    ("pending", "PENDING"),
    ("authorized", "AUTHORIZED"),
    ("partially_paid", "PARTIALLY_PAID"),
    ("partially_refunded", "PARTIALLY_REFUNDED"),
    ("refunded", "REFUNDED"),
    ("voided", "VOIDED"),
    ("expired", "EXPIRED"),
];

const FULFILLMENT: &[(&str, &str)] = &[
    ("unfulfilled", "UNFULFILLED"),
    ("unshipped", "UNFULFILLED"),
    ("fulfilled", "FULFILLED"),
    ("shipped", "FULFILLED"),
    ("partial", "PARTIALLY_FULFILLED"),
    ("partially_fulfilled", "PARTIALLY_FULFILLED"),
    ("in_progress", "IN_PROGRESS"),
    ("on_hold", "ON_HOLD"),
    ("scheduled", "SCHEDULED"),
];

const SKU: FieldKind = FieldKind::Exists(
    "SELECT 1 FROM line_items l WHERE l.shop_id = o.shop_id AND l.order_id = o.id",
    &FieldKind::Text("lower(COALESCE(l.sku, ''))"),
);
const LINE_PRODUCT: FieldKind = FieldKind::Exists(
    "SELECT 1 FROM line_items l WHERE l.shop_id = o.shop_id AND l.order_id = o.id",
    &FieldKind::Id("l.product_id"),
);
const TAG: FieldKind = FieldKind::Exists(
    "SELECT 1 FROM tags t WHERE t.shop_id = o.shop_id AND t.owner_kind = 'Order' AND t.owner_id = o.id",
    &FieldKind::Text("t.tag_key"),
);
const GATEWAY: FieldKind = FieldKind::Exists(
    "SELECT 1 FROM order_transactions x WHERE x.shop_id = o.shop_id AND x.order_id = o.id",
    &FieldKind::Text("lower(x.gateway)"),
);
const LOCATION: FieldKind = FieldKind::Exists(
    "SELECT 1 FROM fulfillment_orders f WHERE f.shop_id = o.shop_id AND f.order_id = o.id",
    &FieldKind::Id("f.location_id"),
);
const EMAIL: FieldKind = FieldKind::Text("o.email_key");
const CONFIRMATION: FieldKind = FieldKind::Text("lower(o.confirmation_number)");

static TABLE: Table = Table {
    fields: &[
        field("metafields.", FieldKind::Keyed(metafield)),
        field("id", FieldKind::Id("o.id")),
        field("name", FieldKind::Custom(name_is)),
        field("email", EMAIL),
        field("phone", FieldKind::Exact("COALESCE(o.phone, '')")),
        field("status", FieldKind::Custom(status_is)),
        field(
            "financial_status",
            FieldKind::Enum("o.financial_status", FINANCIAL),
        ),
        field(
            "fulfillment_status",
            FieldKind::Enum("o.fulfillment_status", FULFILLMENT),
        ),
        field("created_at", FieldKind::Time("o.created_at")),
        field("updated_at", FieldKind::Time("o.updated_at")),
        field("processed_at", FieldKind::Time("o.processed_at")),
        field("cancelled_at", FieldKind::Time("o.cancelled_at")),
        field("closed_at", FieldKind::Time("o.closed_at")),
        field("tag", TAG),
        field("customer_id", FieldKind::Id("o.customer_id")),
        field("sku", SKU),
        field("product_id", LINE_PRODUCT),
        field("test", FieldKind::Bool("o.test")),
        field("po_number", FieldKind::Exact("COALESCE(o.po_number, '')")),
        field("source_name", FieldKind::Text("lower(o.source_name)")),
        field("channel_id", FieldKind::Never),
        field("confirmation_number", CONFIRMATION),
        field(
            "checkout_token",
            FieldKind::Exact("COALESCE(o.checkout_token, '')"),
        ),
        field(
            "cart_token",
            FieldKind::Exact("COALESCE(o.checkout_token, '')"),
        ),
        field("current_total_price", FieldKind::Money(CURRENT_TOTAL)),
        field("total_price", FieldKind::Money("o.total_minor")),
        field("subtotal_line_items_quantity", FieldKind::Int("o.quantity")),
        field("gateway", GATEWAY),
        field("payment_provider_id", FieldKind::Never),
        field("fulfillment_location_id", LOCATION),
        field("location_id", LOCATION),
        field("discount_code", FieldKind::Custom(discount_code)),
        field("return_status", FieldKind::Custom(return_status_is)),
        field("risk_level", FieldKind::Never),
    ],
    default: &[
        FieldKind::Custom(name_is),
        FieldKind::TextPrefix("o.email_key"),
        FieldKind::Words(CUSTOMER_NAME),
        CONFIRMATION,
        SKU,
    ],
};

/// `1001`, `#1001` and `#10*` all find by name.
fn metafield(
    builder: &mut Builder,
    key: &str,
    comparison: Comparison,
    wanted: &Wanted,
) -> Option<String> {
    metafields::found_by(builder, (Owner::Order, "o.id"), key, comparison, wanted)
}

fn name_is(builder: &mut Builder, comparison: Comparison, wanted: &Wanted) -> Option<String> {
    let name = FieldKind::Text("o.name_key");
    let numbered = Wanted {
        text: format!("#{}", wanted.text),
        ..wanted.clone()
    };
    let whole = builder.condition(&name, comparison, wanted)?;
    let number = builder.condition(&name, comparison, &numbered)?;
    Some(format!("({whole} OR {number})"))
}

/// Orders that got a discount by a code, whatever its case.
fn discount_code(builder: &mut Builder, _: Comparison, wanted: &Wanted) -> Option<String> {
    let code = serde_json::to_string(&wanted.text.to_lowercase()).ok()?;
    let escaped: String = code
        .chars()
        .flat_map(|c| {
            matches!(c, '%' | '_' | '!')
                .then_some('!')
                .into_iter()
                .chain([c])
        })
        .collect();
    let place = builder.text(format!("%\"code\":{escaped}%"));
    Some(format!(
        "LOWER(o.discount_applications) LIKE {place} ESCAPE '!'"
    ))
}

fn status_is(_: &mut Builder, _: Comparison, wanted: &Wanted) -> Option<String> {
    let sql = match wanted.text.to_ascii_lowercase().as_str() {
        "open" => "(o.closed_at IS NULL AND o.cancelled_at IS NULL)",
        "closed" => "o.closed_at IS NOT NULL",
        "cancelled" | "canceled" => "o.cancelled_at IS NOT NULL",
        "not_closed" => "o.closed_at IS NULL",
        "any" | "*" | "" => "1 = 1",
        _ => return None,
    };
    Some(sql.to_owned())
}

/// No order has a return yet, so all stand alike.
fn return_status_is(_: &mut Builder, _: Comparison, wanted: &Wanted) -> Option<String> {
    let none = matches!(
        wanted.text.to_ascii_lowercase().as_str(),
        "no_return" | "*" | ""
    );
    Some(if none { "1 = 1" } else { "1 = 0" }.to_owned())
}

/// Reads a search for orders; amounts in it are of the shop's currency.
#[must_use]
pub fn parse_search(query: &str, reading: impl Into<search::Reading>) -> Compiled {
    search::compile(query, &TABLE, reading)
}

/// One page of the orders that a search finds.
///
/// # Errors
/// `BadCursor`, or faults of the store.
pub fn list(
    tx: &mut Tx,
    filter: Filter,
    sort: SortKey,
    window: &Window<'_>,
) -> Result<Page<Order>, PageError> {
    let select = select("o.shop_id = $shop");
    page::page(
        tx,
        &Listing {
            select: &select,
            filter,
            sort: sort.sort(),
        },
        window,
    )
}

/// One page of the orders of each customer.
///
/// # Errors
/// `BadCursor`, or faults of the store.
pub fn list_of_customers(
    tx: &mut Tx,
    customers: &[CustomerId],
    filter: Filter,
    sort: SortKey,
    window: &Window<'_>,
) -> Result<Vec<Page<Order>>, PageError> {
    let select = select("o.shop_id = $shop AND o.customer_id = $1");
    page::page_each(
        tx,
        customers,
        &Listing {
            select: &select,
            filter,
            sort: sort.sort(),
        },
        window,
    )
}

/// How many orders a search finds, counted up to `limit`.
///
/// # Errors
/// `Store` faults only.
pub fn count(tx: &mut Tx, filter: Filter, limit: i64) -> Result<i64, StoreError> {
    let select = select("o.shop_id = $shop");
    page::count(
        tx,
        &Listing {
            select: &select,
            filter,
            sort: SortKey::Id.sort(),
        },
        limit,
    )
}

fn select(condition: &str) -> String {
    let columns: Vec<String> = Order::COLUMNS
        .split(", ")
        .map(|column| format!("o.{column}"))
        .collect();
    format!(
        "SELECT {} FROM orders o WHERE {condition}",
        columns.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use units::Currency;

    use super::*;

    #[test]
    fn known_fields_are_understood_and_others_warned_of() {
        let found = parse_search(
            "status:open AND financial_status:paid created_at:>=2026-01-01 tag:x -test:true",
            Currency::EUR,
        );
        assert!(found.warnings.is_empty(), "{:?}", found.warnings);
        let found = parse_search("colour:red", Currency::EUR);
        assert_eq!(found.warnings.len(), 1);
    }

    #[test]
    fn every_sort_ends_with_the_id() {
        for key in [SortKey::Id, SortKey::TotalPrice, SortKey::CustomerName] {
            assert_eq!(key.sort().columns.last().unwrap().0, "o.id");
        }
    }
}
