//! Paying orders with gift cards, and giving payments back.

use std::collections::BTreeMap;

use store::{StoreError, Tx};
use units::{GiftCardId, MinorBag, OrderId, OrderTransactionId, Timestamp};

use super::gift_card::{GiftCard, GiftCardTransaction, TransactionKind};
use super::sql;
use crate::call::Call;
use crate::shops::Shop;

/// The gift cards of a slice of checkouts, locked, and what is left on them as it is decided.
#[derive(Debug, Default)]
pub(crate) struct Purse {
    cards: BTreeMap<GiftCardId, GiftCard>,
    zone: Option<Shop>,
}

/// A payment with a gift card that is about to be written.
#[derive(Debug, Clone)]
pub(crate) struct Payment<'a> {
    pub(crate) call: &'a Call,
    pub(crate) card: GiftCardId,
    pub(crate) order: OrderId,
    pub(crate) transaction: OrderTransactionId,
    /// Minor units of the shop's currency, above zero.
    pub(crate) amount_minor: i64,
}

/// A payment that goes back to its card.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Repayment {
    /// The transaction that paid.
    pub(crate) paid_by: OrderTransactionId,
    /// The transaction that gives back.
    pub(crate) refund: OrderTransactionId,
    /// Minor units of the shop's currency, not below zero.
    pub(crate) amount_minor: i64,
}

impl Purse {
    /// Reads the cards and locks them until commit; nothing is read without cards.
    pub(crate) fn lock(
        tx: &mut Tx,
        shop: &Shop,
        cards: impl Iterator<Item = i64>,
    ) -> Result<Self, StoreError> {
        let mut ids: Vec<GiftCardId> = cards.map(GiftCardId).collect();
        if ids.is_empty() {
            return Ok(Self::default());
        }
        ids.sort_unstable();
        ids.dedup();
        let found = sql::locked(tx, &ids)?;
        Ok(Self {
            cards: found.into_iter().map(|card| (card.id, card)).collect(),
            zone: Some(shop.clone()),
        })
    }

    /// Takes what is due off these cards, one after the other, as far as they go.
    pub(crate) fn take(
        &mut self,
        cards: &[i64],
        due: MinorBag,
        now: Timestamp,
    ) -> Vec<(GiftCardId, MinorBag)> {
        let Some(shop) = &self.zone else {
            return Vec::new();
        };
        let today = shop.day_of(now);
        let mut left = due;
        let mut taken = Vec::new();
        for id in cards {
            let Some(card) = self.cards.get_mut(&GiftCardId(*id)) else {
                continue;
            };
            let usable = card.is_usable(&today) && card.currency == shop.currency;
            let amount = card.pays(left);
            if usable && amount.shop > 0 {
                card.balance_minor -= amount.shop;
                left = left - amount;
                taken.push((card.id, amount));
            }
        }
        taken
    }

    /// Puts back what was taken for a payment that did not come about.
    pub(crate) fn put_back(&mut self, taken: &[(GiftCardId, MinorBag)]) {
        for (id, amount) in taken {
            if let Some(card) = self.cards.get_mut(id) {
                card.balance_minor += amount.shop;
            }
        }
    }
}

/// Writes a slice's payments: balances and ledger.
pub(crate) fn record(tx: &mut Tx, payments: &[Payment<'_>]) -> Result<(), StoreError> {
    if payments.is_empty() {
        return Ok(());
    }
    let entries: Vec<(&Call, GiftCardTransaction)> = payments
        .iter()
        .map(|payment| {
            let entry = GiftCardTransaction {
                gift_card_id: payment.card,
                id: payment.call.new_id(),
                kind: TransactionKind::Payment,
                amount_minor: -payment.amount_minor,
                order_id: Some(payment.order),
                order_transaction_id: Some(payment.transaction),
                note: None,
                processed_at: payment.call.now,
                created_at: payment.call.now,
            };
            (payment.call, entry)
        })
        .collect();
    move_balances(tx, &entries)?;
    sql::enter(tx, &entries)
}

/// Gives payments back to the cards that they came from. Also to one that is out of use: the
/// money is the buyer's, and the ledger says where it is.
pub(crate) fn give_back(
    tx: &mut Tx,
    call: &Call,
    order: OrderId,
    repayments: &[Repayment],
) -> Result<(), StoreError> {
    if repayments.is_empty() {
        return Ok(());
    }
    let paid: Vec<OrderTransactionId> = repayments.iter().map(|each| each.paid_by).collect();
    let cards = sql::cards_of_payments(tx, &paid)?;
    let entries: Vec<(&Call, GiftCardTransaction)> = repayments
        .iter()
        // A cent of the buyer's currency may be less than one of the shop's: it adds up with the next.
        .filter(|each| each.amount_minor > 0)
        .filter_map(|each| {
            let entry = GiftCardTransaction {
                gift_card_id: *cards.get(&each.paid_by)?,
                id: call.new_id(),
                kind: TransactionKind::Refund,
                amount_minor: each.amount_minor,
                order_id: Some(order),
                order_transaction_id: Some(each.refund),
                note: None,
                processed_at: call.now,
                created_at: call.now,
            };
            Some((call, entry))
        })
        .collect();
    move_balances(tx, &entries)?;
    sql::enter(tx, &entries)
}

fn move_balances(tx: &mut Tx, entries: &[(&Call, GiftCardTransaction)]) -> Result<(), StoreError> {
    let mut sums: BTreeMap<GiftCardId, (i64, Timestamp)> = BTreeMap::new();
    for (call, entry) in entries {
        let sum = sums.entry(entry.gift_card_id).or_insert((0, call.now));
        sum.0 += entry.amount_minor;
        sum.1 = call.now;
    }
    let rows: Vec<_> = sums
        .into_iter()
        .map(|(card, (amount, at))| (card, amount, at))
        .collect();
    tx.update_many(
        "UPDATE gift_cards SET balance_minor = balance_minor + $2, updated_at = $3
          WHERE shop_id = $shop AND id = $1",
        &rows,
    )?;
    Ok(())
}
