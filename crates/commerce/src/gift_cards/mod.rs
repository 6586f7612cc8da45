//! Gift cards: money that a shop owes to whoever has a code.
//!
//! A code is shown once and kept as its hash. Every change of a balance is a row of the card's
//! ledger, and the balance is the ledger's sum.

mod change;
mod create;
mod deactivate;
mod error;
mod gift_card;
mod list;
mod spend;
mod sql;
mod update;

pub use change::{Change, credit, debit};
pub use create::{Created, NewGiftCard, create};
pub use deactivate::deactivate;
pub use error::GiftCardError;
pub use gift_card::{GiftCard, GiftCardTransaction, Recipient, TransactionKind};
pub use list::{GiftCardSort, count, list, of_customers, parse_search};
pub(crate) use spend::{Payment, Purse, Repayment, give_back, record};
pub use update::{GiftCardUpdate, update};

use store::page::{Page, PageError, Window};
use store::{StoreError, Tx};
use units::{GiftCardId, GiftCardTransactionId};

/// What transactions on orders call a payment with a gift card.
pub const GATEWAY: &str = "gift_card";

/// Gift cards by id, in the ids' order; `None` for those that do not exist.
///
/// # Errors
/// `Store` faults only.
pub fn load(tx: &mut Tx, ids: &[GiftCardId]) -> Result<Vec<Option<GiftCard>>, StoreError> {
    sql::load(tx, ids)
}

/// The gift cards with these codes, in the codes' order.
///
/// # Errors
/// `Store` faults only.
pub fn by_codes(tx: &mut Tx, codes: &[String]) -> Result<Vec<Option<GiftCard>>, StoreError> {
    let hashes: Vec<String> = codes
        .iter()
        .map(|code| gift_card::code_hash(code))
        .collect();
    sql::by_hashes(tx, &hashes)
}

/// Movements by id, in the ids' order.
///
/// # Errors
/// `Store` faults only.
pub fn transactions_by_id(
    tx: &mut Tx,
    ids: &[GiftCardTransactionId],
) -> Result<Vec<Option<GiftCardTransaction>>, StoreError> {
    sql::transactions_by_id(tx, ids)
}

/// A window of each card's movements after it was issued, oldest first.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn transactions(
    tx: &mut Tx,
    cards: &[GiftCardId],
    window: &Window<'_>,
) -> Result<Vec<Page<GiftCardTransaction>>, PageError> {
    sql::page_of_transactions(tx, cards, window)
}
