//! Putting money on a gift card, and taking it off.

use store::Tx;
use units::{GiftCardId, GiftCardTransactionId, Money, Timestamp};

use super::create::BALANCE_MINOR_MAX;
use super::error::GiftCardError;
use super::gift_card::{GiftCard, GiftCardTransaction, TransactionKind};
use super::sql;
use crate::call::Call;
use crate::shops;

/// Money that moves on a gift card.
#[derive(Debug, Clone)]
pub struct Change {
    /// How much, above zero, in the card's currency.
    pub amount: Money,
    /// What is noted about it.
    pub note: Option<String>,
    /// When it counts as done; now when `None`.
    pub processed_at: Option<Timestamp>,
}

/// Puts money on a gift card and enters it in the card's ledger.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn credit(
    tx: &mut Tx,
    call: &Call,
    id: GiftCardId,
    change: &Change,
) -> Result<GiftCardTransactionId, GiftCardError> {
    make(tx, call, id, change, TransactionKind::Credit)
}

/// Takes money off a gift card and enters it in the card's ledger.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn debit(
    tx: &mut Tx,
    call: &Call,
    id: GiftCardId,
    change: &Change,
) -> Result<GiftCardTransactionId, GiftCardError> {
    make(tx, call, id, change, TransactionKind::Debit)
}

/// The card's row stays locked until commit, so that changes of one card queue up.
fn make(
    tx: &mut Tx,
    call: &Call,
    id: GiftCardId,
    change: &Change,
    kind: TransactionKind,
) -> Result<GiftCardTransactionId, GiftCardError> {
    let mut card = sql::lock(tx, id)?.ok_or(GiftCardError::NotFound)?;
    let today = shops::current(tx)?.day_of(call.now);
    check_card(&card, &today)?;
    let amount_minor = signed(change.amount, &card, kind)?;
    let balance = balance_after(&card, amount_minor)?;
    let processed_at = check_moment(change.processed_at, call.now)?;
    card.balance_minor = balance;
    card.updated_at = call.now;
    let entry = GiftCardTransaction {
        gift_card_id: id,
        id: call.new_id(),
        kind,
        amount_minor,
        order_id: None,
        order_transaction_id: None,
        note: change.note.clone(),
        processed_at,
        created_at: call.now,
    };
    let entered = entry.id;
    sql::save(tx, &card)?;
    sql::enter(tx, &[(call, entry)])?;
    Ok(entered)
}

fn check_card(card: &GiftCard, today: &str) -> Result<(), GiftCardError> {
    if card.deactivated_at.is_some() {
        return Err(GiftCardError::Deactivated);
    }
    if card.is_expired(today) {
        return Err(GiftCardError::Expired);
    }
    Ok(())
}

fn signed(amount: Money, card: &GiftCard, kind: TransactionKind) -> Result<i64, GiftCardError> {
    if !amount.is_positive() {
        return Err(GiftCardError::AmountNotPositive);
    }
    if amount.currency != card.currency {
        return Err(GiftCardError::CurrencyMismatch {
            card: card.currency,
        });
    }
    Ok(match kind {
        TransactionKind::Debit | TransactionKind::Payment => -amount.minor,
        TransactionKind::Issue | TransactionKind::Credit | TransactionKind::Refund => amount.minor,
    })
}

fn balance_after(card: &GiftCard, amount_minor: i64) -> Result<i64, GiftCardError> {
    let balance = card.balance_minor.saturating_add(amount_minor);
    if balance < 0 {
        return Err(GiftCardError::NotEnough {
            left: card.balance(),
        });
    }
    if amount_minor > 0 && balance > BALANCE_MINOR_MAX {
        let most = Money::new(BALANCE_MINOR_MAX, card.currency);
        return Err(GiftCardError::LimitExceeded(most));
    }
    Ok(balance)
}

fn check_moment(given: Option<Timestamp>, now: Timestamp) -> Result<Timestamp, GiftCardError> {
    match given {
        Some(at) if at > now => Err(GiftCardError::ProcessedInFuture),
        Some(at) if at.micros() < 0 => Err(GiftCardError::ProcessedInvalid),
        Some(at) => Ok(at),
        None => Ok(now),
    }
}
