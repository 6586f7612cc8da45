//! Entering by hand that an order's money has come.

use store::{StoreError, Tx};
use units::{MinorBag, OrderId};

use super::amend::{Amendment, NewTransaction};
use super::line_item::OrderTransaction;
use super::status::{TransactionKind, TransactionStatus};
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};

/// The gateway of money that came outside of the shop.
pub const MANUAL_GATEWAY: &str = "manual";

/// Why an order was not marked as paid.
#[derive(Debug, thiserror::Error)]
pub enum MarkAsPaidError {
    /// There is no such order.
    #[error("Order does not exist")]
    NotFound,
    /// It is paid, cancelled or refunded.
    #[error("Order cannot be marked as paid.")]
    NotPayable,
    /// Ours.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Enters what an order still lacks as paid: money that was set aside is captured, the rest came
/// by hand.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn mark_as_paid(tx: &mut Tx, call: &Call, id: OrderId) -> Result<OrderId, MarkAsPaidError> {
    let mut amendment = Amendment::open(tx, id)?.ok_or(MarkAsPaidError::NotFound)?;
    if !amendment.order.can_mark_as_paid() {
        return Err(MarkAsPaidError::NotPayable);
    }
    let owed = amendment.order.outstanding();
    let payment = payments(&amendment.transactions, owed, amendment.order.test);
    amendment.enter(tx, call, payment)?;
    amendment.settle(tx, call)?;
    let topics = &[Topic::OrdersPaid, Topic::OrdersUpdated];
    events::record(tx, call, NewEvent::of(topics, Subject::Order, id))?;
    Ok(id)
}

/// How what is owed comes in: captures of what was set aside first, a sale for the rest.
fn payments(so_far: &[OrderTransaction], owed: MinorBag, test: bool) -> Vec<NewTransaction> {
    let mut left = owed;
    let mut payments = Vec::new();
    for authorization in so_far {
        let open = uncaptured(authorization, so_far);
        let presentment = open.presentment.min(left.presentment);
        if presentment > 0 {
            let whole = authorization.amount();
            let amount = whole.next(whole - open, presentment);
            left = (left - amount).or_nothing();
            payments.push(NewTransaction {
                parent_id: Some(authorization.id),
                kind: TransactionKind::Capture,
                gateway: authorization.gateway.clone(),
                test: authorization.test,
                ..by_hand(amount, test)
            });
        }
    }
    // Payments that are awaited, such as cash on delivery, came the way they were announced; what they
    // do not cover (what a selling plan leaves for later) came by hand.
    for awaited in so_far.iter().filter(|own| is_awaited(own, so_far)) {
        let presentment = awaited.amount().presentment.min(left.presentment);
        if presentment > 0 {
            let amount = left.next(MinorBag::ZERO, presentment);
            left = left - amount;
            payments.push(NewTransaction {
                parent_id: Some(awaited.id),
                gateway: awaited.gateway.clone(),
                test: awaited.test,
                ..by_hand(amount, test)
            });
        }
    }
    if left.presentment > 0 {
        payments.push(by_hand(left, test));
    }
    payments
}

/// Whether a payment was announced and has not come.
fn is_awaited(own: &OrderTransaction, all: &[OrderTransaction]) -> bool {
    let came = |other: &OrderTransaction| {
        other.parent_id == Some(own.id) && other.status == TransactionStatus::Success
    };
    own.kind == TransactionKind::Sale
        && own.status == TransactionStatus::Pending
        && !all.iter().any(came)
}

fn by_hand(amount: MinorBag, test: bool) -> NewTransaction {
    NewTransaction {
        parent_id: None,
        refund_id: None,
        kind: TransactionKind::Sale,
        status: TransactionStatus::Success,
        gateway: MANUAL_GATEWAY.to_owned(),
        amount,
        message: "Marked as paid".to_owned(),
        test,
    }
}

/// What of an authorization was neither captured nor let go.
pub(crate) fn uncaptured(transaction: &OrderTransaction, all: &[OrderTransaction]) -> MinorBag {
    let success = TransactionStatus::Success;
    if transaction.kind != TransactionKind::Authorization || transaction.status != success {
        return MinorBag::ZERO;
    }
    let gone = all.iter().filter(|other| {
        other.parent_id == Some(transaction.id)
            && other.status == success
            && matches!(other.kind, TransactionKind::Capture | TransactionKind::Void)
    });
    let gone: MinorBag = gone.map(OrderTransaction::amount).sum();
    (transaction.amount() - gone).or_nothing()
}
