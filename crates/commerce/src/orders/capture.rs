//! Taking money that was set aside, and letting it go.

use store::{StoreError, Tx};
use units::{MinorBag, Money, OrderId, OrderTransactionId};

use super::amend::{Amendment, NewTransaction};
use super::line_item::OrderTransaction;
use super::mark_as_paid::uncaptured;
use super::sql;
use super::status::{DisplayFinancialStatus, TransactionKind, TransactionStatus};
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};

/// Why money stayed where it is.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// There is no such order.
    #[error("Order does not exist")]
    OrderUnknown,
    /// There is no such movement of money on it.
    #[error("Transaction does not exist")]
    TransactionUnknown,
    /// The movement set nothing aside, or nothing of it is left.
    #[error("The transaction has nothing left that could be captured or voided.")]
    NothingLeft,
    /// Not above zero.
    #[error("Amount must be greater than zero")]
    AmountNotPositive,
    /// More than is left.
    #[error("Amount exceeds the amount that is left to capture, {left}.")]
    TooMuch {
        /// What is left.
        left: String,
    },
    /// In another currency than the order's.
    #[error("The amount must be in the currency of the order.")]
    CurrencyMismatch,
    /// Ours.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Takes `amount` of what a movement set aside, a sum above zero in the currency that the buyer saw.
/// With [`Rest::LetGo`] nothing more can be taken of it.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn capture(
    tx: &mut Tx,
    call: &Call,
    order: OrderId,
    parent: OrderTransactionId,
    amount: Money,
    rest: Rest,
) -> Result<OrderTransactionId, CaptureError> {
    let mut amendment = Amendment::open(tx, order)?.ok_or(CaptureError::OrderUnknown)?;
    let (from, left) = set_aside(&amendment, parent)?;
    if amount.currency != amendment.order.presentment_currency {
        return Err(CaptureError::CurrencyMismatch);
    }
    if amount.minor <= 0 {
        return Err(CaptureError::AmountNotPositive);
    }
    if amount.minor > left.presentment {
        let left = amendment.order.presentment(left.presentment).shown();
        return Err(CaptureError::TooMuch { left });
    }
    let whole = from.amount();
    let taken = whole.next(whole - left, amount.minor);
    let mut new = vec![follow(&from, TransactionKind::Capture, taken, "Captured")];
    if rest == Rest::LetGo && left.presentment > amount.minor {
        let gone = left - taken;
        new.push(follow(&from, TransactionKind::Void, gone, "Voided"));
    }
    let at = amendment.transactions.len();
    amendment.enter(tx, call, new)?;
    let id = amendment.transactions[at].id;
    settle(tx, call, &mut amendment)?;
    Ok(id)
}

/// What becomes of the money that a capture does not take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Rest {
    /// It stays set aside.
    #[default]
    Kept,
    /// It is let go.
    LetGo,
}

/// Lets go what is left of what a movement set aside.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn void(
    tx: &mut Tx,
    call: &Call,
    parent: OrderTransactionId,
) -> Result<OrderTransactionId, CaptureError> {
    let found = sql::transactions_by_id(tx, &[parent])?.pop().flatten();
    let order = found.ok_or(CaptureError::TransactionUnknown)?.order_id;
    let mut amendment = Amendment::open(tx, order)?.ok_or(CaptureError::OrderUnknown)?;
    let (from, left) = set_aside(&amendment, parent)?;
    let at = amendment.transactions.len();
    let void = follow(&from, TransactionKind::Void, left, "Voided");
    amendment.enter(tx, call, vec![void])?;
    let id = amendment.transactions[at].id;
    settle(tx, call, &mut amendment)?;
    Ok(id)
}

/// A movement that set money aside, and what of it is left.
fn set_aside(
    amendment: &Amendment,
    parent: OrderTransactionId,
) -> Result<(OrderTransaction, MinorBag), CaptureError> {
    let found = amendment.transaction(parent);
    let found = found.ok_or(CaptureError::TransactionUnknown)?;
    let left = uncaptured(found, &amendment.transactions);
    if left.presentment <= 0 {
        return Err(CaptureError::NothingLeft);
    }
    Ok((found.clone(), left))
}

fn follow(
    from: &OrderTransaction,
    kind: TransactionKind,
    amount: MinorBag,
    message: &str,
) -> NewTransaction {
    NewTransaction {
        parent_id: Some(from.id),
        refund_id: None,
        kind,
        status: TransactionStatus::Success,
        gateway: from.gateway.clone(),
        amount,
        message: message.to_owned(),
        test: from.test,
    }
}

fn settle(tx: &mut Tx, call: &Call, amendment: &mut Amendment) -> Result<(), StoreError> {
    const PAID: &[Topic] = &[Topic::OrdersPaid, Topic::OrdersUpdated];
    const CHANGED: &[Topic] = &[Topic::OrdersUpdated];
    let before = amendment.order.financial_status;
    amendment.settle(tx, call)?;
    let after = amendment.order.financial_status;
    let paid = after == DisplayFinancialStatus::Paid && before != after;
    let topics = if paid { PAID } else { CHANGED };
    let id = amendment.order.id;
    events::record(tx, call, NewEvent::of(topics, Subject::Order, id))?;
    Ok(())
}
