//! Refunding: money goes back to the buyer, goods come off the order.

use store::{StoreError, Tx};
use units::{
    Currency, LocationId, MinorBag, Money, OrderId, OrderTransactionId, RefundId, Timestamp,
};

use super::goods::Goods;
use super::records::{Refund, RefundAmounts};
use super::sql;
use super::value::{
    RefundLine, RefundShipping, ValueError, ValuedLine, ValuedShipping, value_lines, value_shipping,
};
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};
use crate::fulfillment::Work;
use crate::gift_cards::{self, Repayment};
use crate::idempotency::{self, Key, Known};
use crate::orders::{
    self, Amendment, Mail, NewTransaction, OrderTransaction, TransactionKind, TransactionStatus,
};
use crate::shops;

const NOTE_CHARS_MAX: usize = 5000;

/// What goes back.
#[derive(Debug, Clone, Default)]
pub struct NewRefund {
    /// Units of lines.
    pub lines: Vec<RefundLine>,
    /// Shipping.
    pub shipping: RefundShipping,
    /// Money; none when only goods come off the order.
    pub transactions: Vec<RefundTransaction>,
    /// Why.
    pub note: Option<String>,
    /// Whether the buyer gets a mail.
    pub notify_customer: bool,
    /// The currency that the caller thinks in: the one that the buyer saw. It has to be said where
    /// that is not the shop's.
    pub currency: Option<Currency>,
    /// When it counts as made; none for now.
    pub processed_at: Option<Timestamp>,
}

/// Money that goes back.
#[derive(Debug, Clone)]
pub struct RefundTransaction {
    /// What the caller calls it, by the public API's name; only `REFUND` will do.
    pub kind: String,
    /// How much, as a decimal in the currency that the buyer saw.
    pub amount: String,
    /// The gateway of the payment, used when the payment itself is not named.
    pub gateway: String,
    /// The payment that it goes back on.
    pub parent_id: Option<OrderTransactionId>,
}

/// Why nothing was refunded.
#[derive(Debug, thiserror::Error)]
pub enum RefundError {
    /// There is no such order.
    #[error("Order does not exist")]
    OrderNotFound,
    /// Nothing at all goes back.
    #[error("A refund needs line items, shipping or transactions.")]
    Empty,
    /// The note is too long.
    #[error("Note is too long (maximum is {NOTE_CHARS_MAX} characters)")]
    LongNote,
    /// A line or shipping cannot be refunded as asked.
    #[error(transparent)]
    Value(#[from] ValueError),
    /// There is no such location.
    #[error("Location does not exist")]
    LocationNotFound {
        /// Which of the lines.
        at: usize,
    },
    /// The buyer saw another currency.
    #[error("Currency must be {order}, the presentment currency of the order")]
    OtherCurrency {
        /// The buyer's.
        order: Currency,
    },
    /// The order has two currencies, and it was not said which is meant.
    #[error("Currency is required: the order was paid in {order}, not in the shop's currency")]
    CurrencyMissing {
        /// The buyer's.
        order: Currency,
    },
    /// Only refunds give money back.
    #[error("Kind {0} is not a valid transaction")]
    BadKind(String),
    /// The amount is no decimal above zero.
    #[error("Amount must be greater than zero")]
    BadAmount {
        /// Which of the transactions.
        at: usize,
    },
    /// The payment is none of the order's, or brought no money in.
    #[error("Transactions require a parent_id associated with the order")]
    ParentNotFound,
    /// More than the shop holds of the buyer's money.
    #[error("Refund amount {amount} is greater than net payment received {net}")]
    TooMuch {
        /// What should go back, as people write it.
        amount: String,
        /// What the shop holds.
        net: String,
    },
    /// More than is left of the payment.
    #[error("Refund amount {amount} is greater than the {left} left of the transaction")]
    TooMuchOfPayment {
        /// What should go back.
        amount: String,
        /// What is left of it.
        left: String,
    },
    /// The shop demands an idempotency key.
    #[error("The refund needs an idempotency key.")]
    KeyMissing,
    /// The idempotency key was used for another request.
    #[error("The same idempotency key cannot be used with different parameters.")]
    KeyMismatch,
    /// Ours.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Gives money back and takes goods and shipping off an order.
///
/// The order's row stays locked until commit, so that two refunds cannot give the same money
/// back. A key that was used for the same refund gives that refund again.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create(
    tx: &mut Tx,
    call: &Call,
    order: OrderId,
    new: &NewRefund,
    key: Option<&Key>,
) -> Result<RefundId, RefundError> {
    if key.is_none() && shops::current(tx)?.strict_idempotency {
        return Err(RefundError::KeyMissing);
    }
    if let Some(key) = key {
        match idempotency::look_up(tx, key)? {
            Known::New => {}
            Known::Mismatch => return Err(RefundError::KeyMismatch),
            Known::Done(outcome) => return Ok(RefundId(outcome.parse().unwrap_or_default())),
        }
    }
    let mut amendment = Amendment::open(tx, order)?.ok_or(RefundError::OrderNotFound)?;
    check(&amendment, new)?;
    check_locations(tx, &new.lines)?;
    let mut lines = amendment.lines.clone();
    let valued = value_lines(&mut lines, &new.lines)?;
    let shipping = value_shipping(&amendment.order, &amendment.shipping, &new.shipping)?;
    let payments = payments(&amendment, &new.transactions)?;

    let mut work = Work::read(tx, order)?;
    amendment.lines = lines;
    let id: RefundId = call.new_id();
    let goods = Goods::take_back(call, id, &mut work, &valued);
    if !valued.is_empty() {
        work.save(tx, call)?;
    }
    let making = Making {
        id,
        note: new.note.clone().filter(|note| !note.trim().is_empty()),
        processed_at: new.processed_at.unwrap_or(call.now),
        payments,
    };
    store(
        tx,
        call,
        &mut amendment,
        making,
        (&valued, shipping),
        &goods,
    )?;
    amendment.settle(tx, call)?;
    if let Some(key) = key {
        idempotency::keep(tx, key, id.get().to_string(), call.now)?;
    }
    if new.notify_customer {
        let about = (Subject::Refund, id.get());
        orders::post_mail(tx, call, Mail::RefundNotification, &amendment.order, about)?;
    }
    let refund = NewEvent::of(&[Topic::RefundsCreate], Subject::Refund, id);
    let updated = NewEvent::of(&[Topic::OrdersUpdated], Subject::Order, order);
    events::record_many(tx, &[(call, refund), (call, updated)])?;
    Ok(id)
}

/// A refund about to be stored.
pub(super) struct Making {
    pub(super) id: RefundId,
    pub(super) note: Option<String>,
    pub(super) processed_at: Timestamp,
    pub(super) payments: Vec<Payment>,
}

/// A payment and what of it goes back.
pub(super) struct Payment {
    pub(super) parent: OrderTransaction,
    pub(super) amount: MinorBag,
}

/// Stores a refund with its lines and movements of money, and takes its worth off the order.
pub(super) fn store(
    tx: &mut Tx,
    call: &Call,
    amendment: &mut Amendment,
    making: Making,
    (valued, shipping): (&[ValuedLine], ValuedShipping),
    goods: &Goods,
) -> Result<(), StoreError> {
    let order = &mut amendment.order;
    let subtotal = valued.iter().map(|line| line.value.subtotal).sum();
    let tax: MinorBag = valued.iter().map(|line| line.value.tax).sum();
    order.take_off(subtotal, shipping.amount, tax + shipping.tax);
    let amounts = RefundAmounts {
        refunded: making.payments.iter().map(|payment| payment.amount).sum(),
        shipping: shipping.amount,
        shipping_tax: shipping.tax,
    };
    let times = (making.processed_at, call.now);
    let refund = Refund::of(order, making.id, making.note, amounts, times);
    sql::insert_refund(tx, &refund)?;
    sql::insert_refund_lines(tx, &goods.lines)?;
    // A cancellation changes lines that it does not value: those that were refunded before.
    amendment.save_lines(tx)?;
    goods.enter(tx, call, &making.id.to_string())?;
    let money = making.payments.into_iter().map(|payment| NewTransaction {
        parent_id: Some(payment.parent.id),
        refund_id: Some(making.id),
        kind: TransactionKind::Refund,
        status: TransactionStatus::Success,
        gateway: payment.parent.gateway,
        amount: payment.amount,
        message: "Refunded".to_owned(),
        test: payment.parent.test,
    });
    let first = amendment.transactions.len();
    amendment.enter(tx, call, money.collect())?;
    let back: Vec<Repayment> = amendment.transactions[first..]
        .iter()
        .filter(|transaction| transaction.gateway == gift_cards::GATEWAY)
        .filter_map(|transaction| {
            Some(Repayment {
                paid_by: transaction.parent_id?,
                refund: transaction.id,
                amount_minor: transaction.amount().shop,
            })
        })
        .collect();
    gift_cards::give_back(tx, call, amendment.order.id, &back)
}

fn check(amendment: &Amendment, new: &NewRefund) -> Result<(), RefundError> {
    let shipping = new.shipping != RefundShipping::Nothing;
    if new.lines.is_empty() && new.transactions.is_empty() && !shipping {
        return Err(RefundError::Empty);
    }
    if new
        .note
        .as_ref()
        .is_some_and(|note| note.chars().count() > NOTE_CHARS_MAX)
    {
        return Err(RefundError::LongNote);
    }
    let order = amendment.order.presentment_currency;
    let money = shipping || !new.transactions.is_empty();
    match new.currency {
        Some(currency) if currency != order => Err(RefundError::OtherCurrency { order }),
        None if money && amendment.order.is_abroad() => Err(RefundError::CurrencyMissing { order }),
        _ => Ok(()),
    }
}

fn check_locations(tx: &mut Tx, lines: &[RefundLine]) -> Result<(), RefundError> {
    let named: Vec<LocationId> = lines.iter().filter_map(|line| line.location_id).collect();
    let known = sql::known_locations(tx, named)?;
    let unknown = |line: &RefundLine| line.location_id.is_some_and(|id| !known.contains(&id));
    match lines.iter().position(unknown) {
        Some(at) => Err(RefundError::LocationNotFound { at }),
        None => Ok(()),
    }
}

/// The payments that money goes back on.
fn payments(
    amendment: &Amendment,
    asked: &[RefundTransaction],
) -> Result<Vec<Payment>, RefundError> {
    let order = &amendment.order;
    let mut payments: Vec<Payment> = Vec::with_capacity(asked.len());
    for (at, asked) in asked.iter().enumerate() {
        if asked.kind != TransactionKind::Refund.as_str() {
            return Err(RefundError::BadKind(asked.kind.to_ascii_lowercase()));
        }
        let amount = Money::parse(&asked.amount, order.presentment_currency);
        let amount = amount.ok().filter(|amount| amount.is_positive());
        let amount = amount.ok_or(RefundError::BadAmount { at })?.minor;
        let parent = parent(amendment, asked, &payments)?.clone();
        let before = parent.refunded(&amendment.transactions) + asked_of(&payments, &parent);
        payments.push(Payment {
            amount: parent.amount().next(before, amount),
            parent,
        });
    }
    let total: i64 = payments.iter().map(|own| own.amount.presentment).sum();
    let net = order.net_payment().presentment;
    if total > net {
        return Err(RefundError::TooMuch {
            amount: written(order.presentment(total)),
            net: written(order.presentment(net)),
        });
    }
    for payment in &payments {
        let amount = asked_of(&payments, &payment.parent).presentment;
        let left = payment
            .parent
            .refundable(&amendment.transactions)
            .presentment;
        if amount > left {
            return Err(RefundError::TooMuchOfPayment {
                amount: written(order.presentment(amount)),
                left: written(order.presentment(left)),
            });
        }
    }
    Ok(payments)
}

/// What of one payment goes back by these.
fn asked_of(payments: &[Payment], parent: &OrderTransaction) -> MinorBag {
    let same = payments.iter().filter(|own| own.parent.id == parent.id);
    same.map(|own| own.amount).sum()
}

/// The payment that a caller named, or the first of the gateway with anything left.
fn parent<'a>(
    amendment: &'a Amendment,
    asked: &RefundTransaction,
    before: &[Payment],
) -> Result<&'a OrderTransaction, RefundError> {
    let found = match asked.parent_id {
        Some(id) => amendment
            .transaction(id)
            .filter(|parent| parent.is_income()),
        None => amendment.transactions.iter().find(|parent| {
            let left = parent.refundable(&amendment.transactions).presentment;
            parent.gateway == asked.gateway && left > asked_of(before, parent).presentment
        }),
    };
    found.ok_or(RefundError::ParentNotFound)
}

/// An amount as people write it: `$25.00`, `€25.00`, `25.00 CHF`.
pub(super) fn written(money: Money) -> String {
    let sign = match money.currency.to_string().as_str() {
        "USD" | "CAD" | "AUD" | "NZD" | "SGD" | "HKD" | "MXN" => "$",
        "EUR" => "€",
        "GBP" => "£",
        "JPY" | "CNY" => "¥",
        "INR" => "₹",
        _ => return money.to_string(),
    };
    format!("{sign}{}", money.decimal())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_people_do() {
        assert_eq!(written(Money::new(2500, Currency::EUR)), "€25.00");
        assert_eq!(written(Money::new(500, Currency::JPY)), "¥500");
    }
}
