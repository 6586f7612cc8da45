//! The drafts' queries.

use store::{Record as _, StoreError, Tx};
use units::DraftOrderId;

use super::draft_order::DraftOrder;

fn select(condition: &str) -> String {
    let columns = DraftOrder::COLUMNS;
    format!("SELECT {columns} FROM draft_orders WHERE shop_id = $shop AND {condition}")
}

pub(super) fn load(
    tx: &mut Tx,
    ids: &[DraftOrderId],
) -> Result<Vec<Option<DraftOrder>>, StoreError> {
    let found: Vec<Vec<DraftOrder>> = tx.each(&select("id = $1"), ids, ())?;
    Ok(found.into_iter().map(|mut rows| rows.pop()).collect())
}

pub(super) fn lock(tx: &mut Tx, id: DraftOrderId) -> Result<Option<DraftOrder>, StoreError> {
    tx.optional_locked(&select("id = $1"), (id,))
}

pub(super) fn by_token(tx: &mut Tx, token: &str) -> Result<Option<DraftOrder>, StoreError> {
    tx.optional(&select("token = $1"), (token,))
}

/// The number of the shop's next draft.
pub(super) fn next_number(tx: &mut Tx) -> Result<i64, StoreError> {
    tx.one(
        "INSERT INTO counters (shop_id, name, value)
         VALUES ($shop, 'draft_order_number', 1)
         ON CONFLICT (shop_id, name) DO UPDATE SET value = counters.value + 1
         RETURNING value",
        (),
    )
}

pub(super) fn insert(tx: &mut Tx, draft: &DraftOrder) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO draft_orders (shop_id, id, number, name, token, taxes_included, currency,
             status, attributes, lines, tax_exempt, tax_title, tax_rate_ppm, shipping_taxed,
             visible_to_customer, gross_minor, subtotal_minor, discounts_minor, shipping_minor,
             tax_minor, total_minor, quantity, weight_grams, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, 'OPEN', '[]', '[]', 0, '', 0, 0, 0, 0, 0, 0, 0, 0,
             0, 0, 0, $7, $7)",
        (
            draft.id,
            draft.number,
            &draft.name,
            &draft.token,
            draft.taxes_included,
            draft.currency,
            draft.created_at,
        ),
    )?;
    save(tx, draft)
}

/// Stores all that may change of a draft.
pub(super) fn save(tx: &mut Tx, draft: &DraftOrder) -> Result<(), StoreError> {
    save_words(tx, draft)?;
    tx.execute(
        "UPDATE draft_orders
            SET lines = $2, discount = $3, delivery = $4, tax_exempt = $5, taxes_included = $6,
                tax_title = $7, tax_rate_ppm = $8, shipping_taxed = $9, gross_minor = $10,
                subtotal_minor = $11, discounts_minor = $12, shipping_minor = $13, tax_minor = $14,
                total_minor = $15, quantity = $16, weight_grams = $17
          WHERE shop_id = $shop AND id = $1",
        (
            draft.id,
            &draft.lines,
            &draft.discount,
            &draft.delivery,
            draft.tax_exempt,
            draft.taxes_included,
            &draft.tax_title,
            draft.tax_rate_ppm,
            draft.shipping_taxed,
            draft.gross_minor,
            draft.subtotal_minor,
            draft.discounts_minor,
            draft.shipping_minor,
            draft.tax_minor,
            draft.total_minor,
            draft.quantity,
            draft.weight_grams,
        ),
    )?;
    Ok(())
}

fn save_words(tx: &mut Tx, draft: &DraftOrder) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE draft_orders
            SET status = $2, order_id = $3, customer_id = $4, email = $5, phone = $6, note = $7,
                po_number = $8, source_name = $9, attributes = $10, shipping_address = $11,
                billing_address = $12, visible_to_customer = $13, invoice_sent_at = $14,
                completed_at = $15, updated_at = $16
          WHERE shop_id = $shop AND id = $1",
        (
            draft.id,
            draft.status,
            draft.order_id,
            draft.customer_id,
            &draft.email,
            &draft.phone,
            &draft.note,
            &draft.po_number,
            &draft.source_name,
            &draft.attributes,
            &draft.shipping_address,
            &draft.billing_address,
            draft.visible_to_customer,
            draft.invoice_sent_at,
            draft.completed_at,
            draft.updated_at,
        ),
    )?;
    Ok(())
}

pub(super) fn delete(tx: &mut Tx, ids: &[DraftOrderId]) -> Result<(), StoreError> {
    let ids: Vec<DraftOrderId> = ids.to_vec();
    tx.execute(
        "DELETE FROM draft_orders WHERE shop_id = $shop AND id = ANY($1)",
        (ids,),
    )?;
    Ok(())
}
