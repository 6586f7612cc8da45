//! The queries of refunds.

use store::{Record as _, StoreError, Tx};
use units::{LocationId, OrderId, RefundId};

use super::records::{Refund, RefundLineItem};

pub(super) fn refunds_by_id(
    tx: &mut Tx,
    ids: &[RefundId],
) -> Result<Vec<Option<Refund>>, StoreError> {
    let text = format!(
        "SELECT {} FROM refunds WHERE shop_id = $shop AND id = $1",
        Refund::COLUMNS
    );
    let found: Vec<Vec<Refund>> = tx.each(&text, ids, ())?;
    Ok(found.into_iter().map(|mut rows| rows.pop()).collect())
}

pub(super) fn refunds(tx: &mut Tx, orders: &[OrderId]) -> Result<Vec<Vec<Refund>>, StoreError> {
    let text = format!(
        "SELECT {} FROM refunds WHERE shop_id = $shop AND order_id = $1 ORDER BY id",
        Refund::COLUMNS
    );
    tx.each(&text, orders, ())
}

pub(super) fn refund_lines(
    tx: &mut Tx,
    orders: &[OrderId],
) -> Result<Vec<Vec<RefundLineItem>>, StoreError> {
    let text = format!(
        "SELECT {} FROM refund_line_items WHERE shop_id = $shop AND order_id = $1 ORDER BY id",
        RefundLineItem::COLUMNS
    );
    tx.each(&text, orders, ())
}

pub(super) fn insert_refund(tx: &mut Tx, refund: &Refund) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO refunds (shop_id, order_id, id, note, refunded_minor, shipping_minor,
             shipping_tax_minor, currency, presentment_currency, presentment_refunded_minor,
             presentment_shipping_minor, presentment_shipping_tax_minor, processed_at, created_at,
             updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)",
        (
            refund.order_id,
            refund.id,
            &refund.note,
            refund.refunded_minor,
            refund.shipping_minor,
            refund.shipping_tax_minor,
            refund.currency,
            refund.presentment_currency,
            refund.presentment_refunded_minor,
            refund.presentment_shipping_minor,
            refund.presentment_shipping_tax_minor,
            refund.processed_at,
            refund.created_at,
        ),
    )?;
    Ok(())
}

pub(super) fn insert_refund_lines(tx: &mut Tx, lines: &[RefundLineItem]) -> Result<(), StoreError> {
    let rows: Vec<_> = lines
        .iter()
        .map(|line| {
            (
                line.order_id,
                line.refund_id,
                line.id,
                line.line_item_id,
                line.location_id,
                line.quantity,
                line.restock_type,
                line.subtotal_minor,
                line.tax_minor,
                line.presentment_subtotal_minor,
                line.presentment_tax_minor,
            )
        })
        .collect();
    tx.insert_many(
        "INSERT INTO refund_line_items (shop_id, order_id, refund_id, id, line_item_id,
             location_id, quantity, restock_type, subtotal_minor, tax_minor,
             presentment_subtotal_minor, presentment_tax_minor)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        &rows,
    )?;
    Ok(())
}

/// Which of some locations exist.
pub(super) fn known_locations(
    tx: &mut Tx,
    ids: Vec<LocationId>,
) -> Result<Vec<LocationId>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    tx.all(
        "SELECT id FROM locations
          WHERE shop_id = $shop AND id = ANY($1) AND deleted_at IS NULL",
        (ids,),
    )
}
