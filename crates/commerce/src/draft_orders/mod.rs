//! Draft orders: what the merchant offers a customer, until it is paid.
//!
//! A draft is one row with its lines in it, priced whenever it is saved; its prices are frozen
//! until it is changed. Completing it makes an order of exactly those prices, once.

mod complete;
mod create;
mod delete;
mod draft_order;
mod duplicate;
mod error;
mod fill;
mod input;
mod invoice;
mod list;
mod pay;
mod price;
mod sql;
mod update;

pub use complete::{CompleteError, Completed, Completion, Settlement, complete};
pub use create::{calculate, create};
pub use delete::{BULK_MAX, delete, delete_many};
pub use draft_order::{
    AppliedDiscount, AppliedDiscountType, Delivery, DraftOrder, DraftOrderLineItem,
    DraftOrderStatus, INVOICE_ROUTE,
};
pub use duplicate::duplicate;
pub use error::DraftOrderError;
pub use input::{DeliveryInput, DraftDiscountInput, DraftLineInput, DraftOrderInput};
pub use invoice::{InvoiceError, send_invoice};
pub use list::{SortKey, count, ids_found, list, parse_search};
pub use pay::{Bill, Paid, PayError, pay};
pub use update::update;

use store::{StoreError, Tx};
use units::DraftOrderId;

/// Drafts by id, in the ids' order; `None` for those that do not exist.
///
/// # Errors
/// `Store` faults only.
pub fn load(tx: &mut Tx, ids: &[DraftOrderId]) -> Result<Vec<Option<DraftOrder>>, StoreError> {
    sql::load(tx, ids)
}

/// The draft of an invoice's secret address.
///
/// # Errors
/// `Store` faults only.
pub fn find_by_token(tx: &mut Tx, token: &str) -> Result<Option<DraftOrder>, StoreError> {
    sql::by_token(tx, token)
}
