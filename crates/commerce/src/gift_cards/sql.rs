//! The gift cards' queries.

use std::collections::BTreeMap;

use store::page::{self, Filter, Listing, Page, PageError, Sort, SortKind, Window};
use store::{Record as _, StoreError, Tx};
use units::{GiftCardId, GiftCardTransactionId, OrderTransactionId};

use super::gift_card::{GiftCard, GiftCardTransaction};
use crate::call::Call;

pub(super) const LISTED: &str = "SELECT g.id, g.last_characters, g.currency, g.initial_minor,
        g.balance_minor, g.note, g.expires_on, g.customer_id, g.recipient, g.template_suffix,
        g.app_id, g.deactivated_at, g.created_at, g.updated_at
   FROM gift_cards g
  WHERE g.shop_id = $shop";

pub(super) const LISTED_OF_CUSTOMER: &str = "SELECT g.id, g.last_characters, g.currency,
        g.initial_minor, g.balance_minor, g.note, g.expires_on, g.customer_id, g.recipient,
        g.template_suffix, g.app_id, g.deactivated_at, g.created_at, g.updated_at
   FROM gift_cards g
  WHERE g.shop_id = $shop AND g.customer_id = $1";

pub(super) fn load(tx: &mut Tx, ids: &[GiftCardId]) -> Result<Vec<Option<GiftCard>>, StoreError> {
    let text = format!(
        "SELECT {} FROM gift_cards WHERE shop_id = $shop AND id = $1",
        GiftCard::COLUMNS
    );
    let found: Vec<Vec<GiftCard>> = tx.each(&text, ids, ())?;
    Ok(found.into_iter().map(|mut rows| rows.pop()).collect())
}

pub(super) fn by_hashes(
    tx: &mut Tx,
    hashes: &[String],
) -> Result<Vec<Option<GiftCard>>, StoreError> {
    let text = format!(
        "SELECT {} FROM gift_cards WHERE shop_id = $shop AND code_hash = $1",
        GiftCard::COLUMNS
    );
    let found: Vec<Vec<GiftCard>> = tx.each(&text, hashes, ())?;
    Ok(found.into_iter().map(|mut rows| rows.pop()).collect())
}

pub(super) fn lock(tx: &mut Tx, id: GiftCardId) -> Result<Option<GiftCard>, StoreError> {
    let text = format!(
        "SELECT {} FROM gift_cards WHERE shop_id = $shop AND id = $1",
        GiftCard::COLUMNS
    );
    tx.optional_locked(&text, (id,))
}

pub(super) fn locked(tx: &mut Tx, ids: &[GiftCardId]) -> Result<Vec<GiftCard>, StoreError> {
    let text = format!(
        "SELECT {} FROM gift_cards WHERE shop_id = $shop AND id = ANY($1) ORDER BY id",
        GiftCard::COLUMNS
    );
    tx.all_locked(&text, (ids,))
}

pub(super) fn insert(tx: &mut Tx, card: &GiftCard, hash: &str) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO gift_cards (shop_id, id, code_hash, last_characters, currency, initial_minor,
             balance_minor, note, expires_on, customer_id, recipient, template_suffix, app_id,
             created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $5, $6, $7, $8, $9, $10, $11, $12, $12)",
        (
            card.id,
            hash,
            &card.last_characters,
            card.currency,
            card.initial_minor,
            &card.note,
            &card.expires_on,
            card.customer_id,
            &card.recipient,
            &card.template_suffix,
            card.app_id,
            card.created_at,
        ),
    )?;
    Ok(())
}

pub(super) fn save(tx: &mut Tx, card: &GiftCard) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE gift_cards
            SET balance_minor = $2, note = $3, expires_on = $4, customer_id = $5, recipient = $6,
                template_suffix = $7, deactivated_at = $8, updated_at = $9
          WHERE shop_id = $shop AND id = $1",
        (
            card.id,
            card.balance_minor,
            &card.note,
            &card.expires_on,
            card.customer_id,
            &card.recipient,
            &card.template_suffix,
            card.deactivated_at,
            card.updated_at,
        ),
    )?;
    Ok(())
}

pub(super) fn enter(
    tx: &mut Tx,
    entries: &[(&Call, GiftCardTransaction)],
) -> Result<(), StoreError> {
    let rows: Vec<_> = entries
        .iter()
        .map(|(call, entry)| {
            (
                entry.gift_card_id,
                entry.id,
                entry.kind,
                entry.amount_minor,
                entry.order_id,
                entry.order_transaction_id,
                &entry.note,
                call.actor.to_string(),
                entry.processed_at,
                entry.created_at,
            )
        })
        .collect();
    tx.insert_many(
        "INSERT INTO gift_card_transactions (shop_id, gift_card_id, id, kind, amount_minor,
             order_id, order_transaction_id, note, actor, processed_at, created_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &rows,
    )?;
    Ok(())
}

/// The cards that payments came from.
pub(super) fn cards_of_payments(
    tx: &mut Tx,
    payments: &[OrderTransactionId],
) -> Result<BTreeMap<OrderTransactionId, GiftCardId>, StoreError> {
    let rows: Vec<(OrderTransactionId, GiftCardId)> = tx.all(
        "SELECT order_transaction_id, gift_card_id
           FROM gift_card_transactions
          WHERE shop_id = $shop AND order_transaction_id = ANY($1) AND kind = 'payment'",
        (payments,),
    )?;
    Ok(rows.into_iter().collect())
}

pub(super) fn transactions_by_id(
    tx: &mut Tx,
    ids: &[GiftCardTransactionId],
) -> Result<Vec<Option<GiftCardTransaction>>, StoreError> {
    let text = format!(
        "SELECT {} FROM gift_card_transactions WHERE shop_id = $shop AND id = $1",
        GiftCardTransaction::COLUMNS
    );
    let found: Vec<Vec<GiftCardTransaction>> = tx.each(&text, ids, ())?;
    Ok(found.into_iter().map(|mut rows| rows.pop()).collect())
}

pub(super) fn page_of_transactions(
    tx: &mut Tx,
    cards: &[GiftCardId],
    window: &Window<'_>,
) -> Result<Vec<Page<GiftCardTransaction>>, PageError> {
    let columns = GiftCardTransaction::COLUMNS;
    let listing = Listing {
        select: &format!(
            "SELECT {columns} FROM gift_card_transactions
              WHERE shop_id = $shop AND gift_card_id = $1 AND kind <> 'issue'"
        ),
        filter: Filter::none(),
        sort: &Sort {
            columns: &[("id", SortKind::Int)],
        },
    };
    page::page_each(tx, cards, &listing, window)
}
