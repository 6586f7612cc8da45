//! Reading fulfilment orders and parcels.

use store::page::{Filter, Page, PageError, Sort, SortKind, Window};
use store::search::{self, Compiled, FieldKind, Table, field};
use store::{StoreError, Tx};
use units::{FulfillmentId, FulfillmentOrderId, OrderId};

use super::records::{
    Fulfillment, FulfillmentHold, FulfillmentLineItem, FulfillmentOrder, FulfillmentOrderLineItem,
};
use super::sql;
use crate::orders::FulfillmentOrderStatus;

/// What a list of fulfilment orders is sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SortKey {
    /// Their ids.
    #[default]
    Id,
    /// When they last changed.
    UpdatedAt,
}

/// Something that may be done with a fulfilment order, by the public API's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SupportedAction {
    /// Goods may leave on it.
    CreateFulfillment,
    /// Another location may send it.
    Move,
    /// It may be held back.
    Hold,
    /// A part of it may be sent on its own.
    Split,
    /// It may go on.
    ReleaseHold,
}

impl SupportedAction {
    /// The public API's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CreateFulfillment => "CREATE_FULFILLMENT",
            Self::Move => "MOVE",
            Self::Hold => "HOLD",
            Self::Split => "SPLIT",
            Self::ReleaseHold => "RELEASE_HOLD",
        }
    }
}

/// What may be done with a fulfilment order as it stands.
#[must_use]
pub fn supported_actions(status: FulfillmentOrderStatus) -> Vec<SupportedAction> {
    use FulfillmentOrderStatus as S;
    use SupportedAction as A;
    match status {
        S::Open => vec![A::CreateFulfillment, A::Move, A::Hold, A::Split],
        S::InProgress => vec![A::CreateFulfillment, A::Move, A::Split],
        S::OnHold => vec![A::ReleaseHold, A::Hold, A::Move],
        S::Scheduled | S::Incomplete | S::Cancelled | S::Closed => Vec::new(),
    }
}

impl SortKey {
    fn sort(self) -> &'static Sort {
        const INT: SortKind = SortKind::Int;
        match self {
            Self::Id => {
                &const {
                    Sort {
                        columns: &[("id", INT)],
                    }
                }
            }
            Self::UpdatedAt => {
                &const {
                    Sort {
                        columns: &[("updated_at", INT), ("id", INT)],
                    }
                }
            }
        }
    }
}

const STATUSES: &[(&str, &str)] = &[
    ("open", "OPEN"),
    ("in_progress", "IN_PROGRESS"),
    ("on_hold", "ON_HOLD"),
    ("scheduled", "SCHEDULED"),
    ("incomplete", "INCOMPLETE"),
    ("cancelled", "CANCELLED"),
    ("closed", "CLOSED"),
];

const REQUEST_STATUSES: &[(&str, &str)] = &[
    ("unsubmitted", "UNSUBMITTED"),
    ("submitted", "SUBMITTED"),
    ("accepted", "ACCEPTED"),
    ("rejected", "REJECTED"),
    ("closed", "CLOSED"),
];

static TABLE: Table = Table {
    fields: &[
        field("id", FieldKind::Id("id")),
        field("status", FieldKind::Enum("status", STATUSES)),
        field(
            "request_status",
            FieldKind::Enum("request_status", REQUEST_STATUSES),
        ),
        field("assigned_location_id", FieldKind::Id("location_id")),
        field("order_id", FieldKind::Id("order_id")),
        field("created_at", FieldKind::Time("created_at")),
        field("updated_at", FieldKind::Time("updated_at")),
    ],
    default: &[FieldKind::Id("id")],
};

/// Reads a search for fulfilment orders.
#[must_use]
pub fn parse_search(query: &str, reading: impl Into<search::Reading>) -> Compiled {
    search::compile(query, &TABLE, reading)
}

/// Which fulfilment orders a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those with something left to do.
    Open,
    /// All of them.
    All,
}

/// One page of the fulfilment orders that a search finds.
///
/// # Errors
/// `BadCursor`, or faults of the store.
pub fn list(
    tx: &mut Tx,
    which: Which,
    filter: Filter,
    sort: SortKey,
    window: &Window<'_>,
) -> Result<Page<FulfillmentOrder>, PageError> {
    let filter = match which {
        Which::All => filter,
        Which::Open => filter.and(Filter::of(
            "status <> 'CLOSED' AND status <> 'CANCELLED'",
            Vec::new(),
        )),
    };
    sql::page_of_fulfillment_orders(tx, filter, sort.sort(), window)
}

/// Fulfilment orders by id, in the ids' order.
///
/// # Errors
/// `Store` faults only.
pub fn fulfillment_orders_by_id(
    tx: &mut Tx,
    ids: &[FulfillmentOrderId],
) -> Result<Vec<Option<FulfillmentOrder>>, StoreError> {
    sql::fulfillment_orders_by_id(tx, ids)
}

/// The fulfilment orders of each order.
///
/// # Errors
/// `Store` faults only.
pub fn fulfillment_orders(
    tx: &mut Tx,
    orders: &[OrderId],
) -> Result<Vec<Vec<FulfillmentOrder>>, StoreError> {
    sql::fulfillment_orders(tx, orders)
}

/// The lines of each fulfilment order, named with its order.
///
/// # Errors
/// `Store` faults only.
pub fn fulfillment_order_lines(
    tx: &mut Tx,
    orders: &[(OrderId, FulfillmentOrderId)],
) -> Result<Vec<Vec<FulfillmentOrderLineItem>>, StoreError> {
    sql::fulfillment_order_lines(tx, orders)
}

/// The holds on each fulfilment order, oldest first.
///
/// # Errors
/// `Store` faults only.
pub fn holds(
    tx: &mut Tx,
    ids: &[FulfillmentOrderId],
) -> Result<Vec<Vec<FulfillmentHold>>, StoreError> {
    sql::holds(tx, ids)
}

/// Parcels by id, in the ids' order.
///
/// # Errors
/// `Store` faults only.
pub fn fulfillments_by_id(
    tx: &mut Tx,
    ids: &[FulfillmentId],
) -> Result<Vec<Option<Fulfillment>>, StoreError> {
    sql::fulfillments_by_id(tx, ids)
}

/// The parcels of each order, oldest first.
///
/// # Errors
/// `Store` faults only.
pub fn fulfillments(tx: &mut Tx, orders: &[OrderId]) -> Result<Vec<Vec<Fulfillment>>, StoreError> {
    sql::fulfillments(tx, orders)
}

/// The lines of all parcels of each order.
///
/// # Errors
/// `Store` faults only.
pub fn fulfillment_lines(
    tx: &mut Tx,
    orders: &[OrderId],
) -> Result<Vec<Vec<FulfillmentLineItem>>, StoreError> {
    sql::fulfillment_lines(tx, orders)
}
