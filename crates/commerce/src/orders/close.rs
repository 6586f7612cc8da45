//! Putting an order away, and taking it out again.

use store::{StoreError, Tx};
use units::OrderId;

use super::order::Order;
use super::sql;
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};

/// Why an order was neither put away nor taken out.
#[derive(Debug, thiserror::Error)]
pub enum CloseError {
    /// There is no such order.
    #[error("Order does not exist")]
    NotFound,
    /// Ours.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Puts an order away: nothing more is expected of it. One that is away stays as it is.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn close(tx: &mut Tx, call: &Call, id: OrderId) -> Result<OrderId, CloseError> {
    let mut order = sql::lock(tx, id)?.ok_or(CloseError::NotFound)?;
    if order.is_closed() {
        return Ok(id);
    }
    order.closed_at = Some(call.now);
    store_and_tell(tx, call, order)
}

/// Takes an order out again. One that is open stays as it is.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn open(tx: &mut Tx, call: &Call, id: OrderId) -> Result<OrderId, CloseError> {
    let mut order = sql::lock(tx, id)?.ok_or(CloseError::NotFound)?;
    if !order.is_closed() {
        return Ok(id);
    }
    order.closed_at = None;
    store_and_tell(tx, call, order)
}

fn store_and_tell(tx: &mut Tx, call: &Call, mut order: Order) -> Result<OrderId, CloseError> {
    order.updated_at = call.now;
    sql::save(tx, &order)?;
    events::record(
        tx,
        call,
        NewEvent::of(&[Topic::OrdersUpdated], Subject::Order, order.id),
    )?;
    Ok(order.id)
}
