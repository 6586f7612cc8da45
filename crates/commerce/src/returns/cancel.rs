//! Cancelling an order: what has not left will not leave, and the money may go back.

use store::{StoreError, Tx};
use units::{OrderId, RefundId};

use super::create::{Making, Payment, store};
use super::goods::Goods;
use super::records::{RefundLineItem, RestockType};
use super::value::{
    RefundLine, RefundShipping, ValuedLine, repayments, value_lines, value_shipping,
};
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};
use crate::fulfillment::Work;
use crate::orders::{
    self, Amendment, CancelReason, Mail, NewTransaction, OrderTransaction, TransactionKind,
    TransactionStatus, uncaptured,
};

const STAFF_NOTE_CHARS_MAX: usize = 255;

/// How an order is to be cancelled.
#[derive(Debug, Clone)]
pub struct Cancellation {
    /// Why.
    pub reason: CancelReason,
    /// Whether the buyer's money goes back the way it came.
    pub refund: bool,
    /// Whether what was set aside for it may be sold again.
    pub restock: bool,
    /// Whether the buyer gets a mail.
    pub notify_customer: bool,
    /// For the staff's eyes.
    pub staff_note: Option<String>,
}

/// Why an order was not cancelled.
#[derive(Debug, thiserror::Error)]
pub enum CancelError {
    /// There is no such order.
    #[error("Order does not exist")]
    NotFound,
    /// It was cancelled before.
    #[error("Cannot cancel an order that has already been canceled")]
    AlreadyCancelled,
    /// Something of it has left.
    #[error("Cannot cancel an order of which items have already been fulfilled")]
    Fulfilled,
    /// The note is too long.
    #[error("Staff note is too long. Maximum length is {STAFF_NOTE_CHARS_MAX} characters.")]
    LongStaffNote,
    /// Ours.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Cancels an order: its fulfilment orders close, stock is let go, money that was set aside or
/// awaited is let go, and money that was taken goes back when asked.
///
/// Unless the shop keeps the buyer's money, the order comes to nothing and is put away.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn cancel_order(
    tx: &mut Tx,
    call: &Call,
    id: OrderId,
    cancellation: &Cancellation,
) -> Result<OrderId, CancelError> {
    let mut amendment = Amendment::open(tx, id)?.ok_or(CancelError::NotFound)?;
    let note = cancellation.staff_note.as_deref().unwrap_or_default();
    if note.chars().count() > STAFF_NOTE_CHARS_MAX {
        return Err(CancelError::LongStaffNote);
    }
    if amendment.order.is_cancelled() {
        return Err(CancelError::AlreadyCancelled);
    }
    let mut work = Work::read(tx, id)?;
    if work.has_begun() {
        return Err(CancelError::Fulfilled);
    }
    let held = amendment.order.net_payment().presentment;
    let goods = let_go(&mut amendment, &mut work, cancellation.restock);
    work.save(tx, call)?;
    work.close_all(tx, call)?;
    void(tx, call, &mut amendment)?;
    let refund = if cancellation.refund || held <= 0 {
        Some(take_all_off(
            tx,
            call,
            &mut amendment,
            &goods,
            cancellation,
        )?)
    } else {
        amendment.save_lines(tx)?;
        goods.enter(tx, call, &id.to_string())?;
        None
    };
    let order = &mut amendment.order;
    order.cancelled_at = Some(call.now);
    order.cancel_reason = Some(cancellation.reason);
    order.cancel_staff_note = (!note.is_empty()).then(|| note.to_owned());
    if refund.is_some() {
        order.closed_at = order.closed_at.or(Some(call.now));
    }
    amendment.settle(tx, call)?;
    if cancellation.notify_customer {
        let about = (Subject::Order, id.get());
        orders::post_mail(tx, call, Mail::OrderCancelled, &amendment.order, about)?;
    }
    tell(tx, call, id, refund)?;
    Ok(id)
}

/// Takes everything off the fulfilment orders, and their stock out of what is committed.
fn let_go(amendment: &mut Amendment, work: &mut Work, restock: bool) -> Goods {
    let mut goods = Goods::default();
    for line in &mut amendment.lines {
        for release in work.release(line.id, line.fulfillable_quantity) {
            match release.item {
                Some(item) if restock => goods.put_back(item, release.location, release.quantity),
                Some(item) => goods.write_off(item, release.location, release.quantity),
                None => {}
            }
        }
        line.fulfillable_quantity = 0;
    }
    goods
}

/// Lets go what was set aside, and what was awaited.
fn void(tx: &mut Tx, call: &Call, amendment: &mut Amendment) -> Result<(), StoreError> {
    let all = &amendment.transactions;
    let awaited = |transaction: &OrderTransaction| {
        transaction.status == TransactionStatus::Pending
            && transaction.kind == TransactionKind::Sale
            && !all
                .iter()
                .any(|other| other.parent_id == Some(transaction.id))
    };
    let voids: Vec<NewTransaction> = all
        .iter()
        .filter_map(|transaction| {
            let open = uncaptured(transaction, all);
            let amount = if awaited(transaction) {
                transaction.amount()
            } else {
                open
            };
            (amount.presentment > 0).then(|| NewTransaction {
                parent_id: Some(transaction.id),
                refund_id: None,
                kind: TransactionKind::Void,
                status: TransactionStatus::Success,
                gateway: transaction.gateway.clone(),
                amount,
                message: "Voided".to_owned(),
                test: transaction.test,
            })
        })
        .collect();
    if voids.is_empty() {
        Ok(())
    } else {
        amendment.enter(tx, call, voids)
    }
}

/// Refunds all lines, all shipping and all money.
fn take_all_off(
    tx: &mut Tx,
    call: &Call,
    amendment: &mut Amendment,
    released: &Goods,
    cancellation: &Cancellation,
) -> Result<RefundId, StoreError> {
    let asked: Vec<RefundLine> = amendment
        .lines
        .iter()
        .filter(|line| line.current_quantity > 0)
        .map(|line| RefundLine {
            line_item_id: line.id,
            quantity: line.current_quantity,
            // Their stock was let go already.
            restock_type: RestockType::NoRestock,
            location_id: None,
        })
        .collect();
    let valued = value_lines(&mut amendment.lines, &asked)
        .expect("the quantities are the lines' own, so none is too large");
    let shipping = value_shipping(&amendment.order, &amendment.shipping, &RefundShipping::Full)
        .expect("all shipping that is left is no more than what is left");
    let held = amendment.order.net_payment().presentment.max(0);
    let payments = repayments(&amendment.transactions, held)
        .into_iter()
        .filter(|repayment| repayment.amount.presentment > 0)
        .map(|repayment| Payment {
            parent: repayment.parent,
            amount: repayment.amount,
        });
    let id: RefundId = call.new_id();
    let making = Making {
        id,
        note: None,
        processed_at: call.now,
        payments: payments.collect(),
    };
    let goods = released.with_lines(refund_lines(call, id, &valued, cancellation.restock));
    store(tx, call, amendment, making, (&valued, shipping), &goods)?;
    Ok(id)
}

fn refund_lines(
    call: &Call,
    refund_id: RefundId,
    valued: &[ValuedLine],
    restock: bool,
) -> Vec<RefundLineItem> {
    let restock_type = if restock {
        RestockType::Cancel
    } else {
        RestockType::NoRestock
    };
    let line = |valued: &ValuedLine| {
        RefundLineItem::of(valued, (refund_id, call.new_id()), restock_type, None)
    };
    valued.iter().map(line).collect()
}

fn tell(tx: &mut Tx, call: &Call, id: OrderId, refund: Option<RefundId>) -> Result<(), StoreError> {
    let topics = &[Topic::OrdersCancelled, Topic::OrdersUpdated];
    let mut told = vec![(call, NewEvent::of(topics, Subject::Order, id))];
    if let Some(refund) = refund {
        told.push((
            call,
            NewEvent::of(&[Topic::RefundsCreate], Subject::Refund, refund),
        ));
    }
    events::record_many(tx, &told)?;
    Ok(())
}
