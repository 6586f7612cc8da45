//! Orders: what was sold to whom, what was paid, and where it stands.
//!
//! An order is a record that is amended, never rewritten: its lines snapshot what they sold, its
//! states follow from its rows by the pure functions in `status`.

mod amend;
pub(crate) mod bundles;
pub(crate) mod buyers;
mod capture;
mod close;
mod create;
pub(crate) mod goods;
mod groups;
mod input;
mod invoice;
mod line_item;
mod list;
mod mails;
mod mark_as_paid;
mod order;
mod presentment;
pub(crate) mod rows;
mod sales;
mod sql;
mod status;
mod taxes;
mod update;

pub use capture::{CaptureError, Rest, capture, void};
pub use close::{CloseError, close, open};
pub use create::{Create, CreateError, Created, create};
pub use groups::{LineItemGroup, line_item_groups};
pub use input::{
    CustomerInput, DiscountInput, DiscountKind, DiscountTarget, DiscountValue, InventoryBehaviour,
    LineInput, OrderInput, PersonInput, Receipt, ShippingLineInput, TaxInput, TransactionInput,
};
pub use invoice::{OrderInvoiceError, send_invoice};
pub use line_item::{LineItem, LineValue, OrderTransaction, SelectedOption, ShippingLine, TaxLine};
pub use list::{SortKey, count, list, list_of_customers, parse_search};
pub use mark_as_paid::{MANUAL_GATEWAY, MarkAsPaidError, mark_as_paid};
pub use order::{Order, STATUS_ROUTE};
pub use sales::{count_sales, sales_are_behind};
pub use status::{
    Books, CancelReason, DisplayFinancialStatus, DisplayFulfillmentStatus,
    FulfillmentOrderRequestStatus, FulfillmentOrderStatus, Movement, TransactionKind,
    TransactionStatus, financial_status, fulfillment_status,
};
pub use update::{OrderUpdate, UpdateError, update};

pub use crate::discounts::{DiscountAllocation, DiscountApplication};
pub(crate) use amend::{Amendment, NewTransaction};
pub(crate) use mails::{Mail, post as post_mail};
pub(crate) use mark_as_paid::uncaptured;

use store::page::{Page, PageError, Window};
use store::{StoreError, Tx};
use units::{LineItemId, OrderId, OrderTransactionId};

/// Orders by id, in the ids' order; `None` for those that do not exist.
///
/// # Errors
/// `Store` faults only.
pub fn load(tx: &mut Tx, ids: &[OrderId]) -> Result<Vec<Option<Order>>, StoreError> {
    sql::load(tx, ids)
}

/// The lines of each order.
///
/// # Errors
/// `Store` faults only.
pub fn line_items(tx: &mut Tx, orders: &[OrderId]) -> Result<Vec<Vec<LineItem>>, StoreError> {
    sql::line_items(tx, orders)
}

/// Lines by id, in the ids' order.
///
/// # Errors
/// `Store` faults only.
pub fn line_items_by_id(
    tx: &mut Tx,
    ids: &[LineItemId],
) -> Result<Vec<Option<LineItem>>, StoreError> {
    sql::line_items_by_id(tx, ids)
}

/// The shipping lines of each order.
///
/// # Errors
/// `Store` faults only.
pub fn shipping_lines(
    tx: &mut Tx,
    orders: &[OrderId],
) -> Result<Vec<Vec<ShippingLine>>, StoreError> {
    sql::shipping_lines(tx, orders)
}

/// The movements of money on each order, oldest first.
///
/// # Errors
/// `Store` faults only.
pub fn transactions(
    tx: &mut Tx,
    orders: &[OrderId],
) -> Result<Vec<Vec<OrderTransaction>>, StoreError> {
    sql::transactions(tx, orders)
}

/// Movements of money by id, in the ids' order.
///
/// # Errors
/// `Store` faults only.
pub fn transactions_by_id(
    tx: &mut Tx,
    ids: &[OrderTransactionId],
) -> Result<Vec<Option<OrderTransaction>>, StoreError> {
    sql::transactions_by_id(tx, ids)
}

/// One page of the lines of each order.
///
/// # Errors
/// `BadCursor`, or faults of the store.
pub fn page_of_line_items(
    tx: &mut Tx,
    orders: &[OrderId],
    window: &Window<'_>,
) -> Result<Vec<Page<LineItem>>, PageError> {
    sql::page_of_line_items(tx, orders, window)
}
