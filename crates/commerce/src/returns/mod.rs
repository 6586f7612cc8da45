//! Returns: refunds of money and goods, and cancellations.

mod cancel;
mod create;
mod goods;
mod records;
mod sql;
mod suggest;
mod value;

pub use cancel::{CancelError, Cancellation, cancel_order};
pub use create::{NewRefund, RefundError, RefundTransaction, create};
pub use records::{Refund, RefundLineItem, RestockType};
pub use suggest::{RefundIdea, SuggestError, SuggestedRefund, suggest};
pub use value::{RefundLine, RefundShipping, Repayment, ValueError, ValuedLine, ValuedShipping};

use store::{StoreError, Tx};
use units::{OrderId, RefundId};

/// Refunds by id, in the ids' order.
///
/// # Errors
/// `Store` faults only.
pub fn refunds_by_id(tx: &mut Tx, ids: &[RefundId]) -> Result<Vec<Option<Refund>>, StoreError> {
    sql::refunds_by_id(tx, ids)
}

/// The refunds of each order, oldest first.
///
/// # Errors
/// `Store` faults only.
pub fn refunds(tx: &mut Tx, orders: &[OrderId]) -> Result<Vec<Vec<Refund>>, StoreError> {
    sql::refunds(tx, orders)
}

/// The lines of all refunds of each order.
///
/// # Errors
/// `Store` faults only.
pub fn refund_lines(
    tx: &mut Tx,
    orders: &[OrderId],
) -> Result<Vec<Vec<RefundLineItem>>, StoreError> {
    sql::refund_lines(tx, orders)
}
