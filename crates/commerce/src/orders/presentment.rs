//! What buyers in another currency saw of new orders, written beside the shop's amounts. A slice
//! without such orders is not touched: a purchase in the shop's own currency pays nothing for this.

use store::{StoreError, Tx};

use super::rows::NewOrder;

pub(super) fn write(tx: &mut Tx, orders: &[NewOrder<'_>]) -> Result<(), StoreError> {
    let abroad: Vec<&NewOrder<'_>> = orders.iter().filter(|own| own.seen.is_some()).collect();
    if abroad.is_empty() {
        return Ok(());
    }
    set_orders(tx, &abroad)?;
    set_lines(tx, &abroad)?;
    set_shipping_lines(tx, &abroad)?;
    set_transactions(tx, &abroad)
}

fn set_orders(tx: &mut Tx, orders: &[&NewOrder<'_>]) -> Result<(), StoreError> {
    let rows: Vec<_> = orders
        .iter()
        .filter_map(|order| Some((order.id, order.seen?)))
        .map(|(id, seen)| {
            let amounts = seen.amounts;
            (
                id,
                seen.currency,
                seen.rate_billionths,
                amounts.subtotal_minor,
                amounts.discounts_minor,
                amounts.shipping_minor,
                amounts.tax_minor,
                amounts.total_minor,
                amounts.received_minor,
            )
        })
        .collect();
    tx.update_many(
        "UPDATE orders
            SET presentment_currency = $2, rate_billionths = $3, presentment_subtotal_minor = $4,
                presentment_discounts_minor = $5, presentment_shipping_minor = $6,
                presentment_tax_minor = $7, presentment_total_minor = $8,
                presentment_received_minor = $9, presentment_refunded_minor = 0,
                presentment_removed_subtotal_minor = 0, presentment_removed_shipping_minor = 0,
                presentment_removed_tax_minor = 0
          WHERE shop_id = $shop AND id = $1",
        &rows,
    )?;
    Ok(())
}

fn set_lines(tx: &mut Tx, orders: &[&NewOrder<'_>]) -> Result<(), StoreError> {
    let rows: Vec<_> = orders
        .iter()
        .filter_map(|order| Some((order, order.seen?.currency)))
        .flat_map(|(order, currency)| order.lines.iter().map(move |line| (order, currency, line)))
        .filter_map(|(order, currency, line)| {
            let seen = line.seen?;
            Some((
                order.id,
                line.id,
                currency,
                seen.price_minor,
                seen.discount_minor,
                seen.tax_minor,
            ))
        })
        .collect();
    tx.update_many(
        "UPDATE line_items
            SET presentment_currency = $3, presentment_price_minor = $4,
                presentment_discount_minor = $5, presentment_tax_minor = $6
          WHERE shop_id = $shop AND order_id = $1 AND id = $2",
        &rows,
    )?;
    Ok(())
}

fn set_shipping_lines(tx: &mut Tx, orders: &[&NewOrder<'_>]) -> Result<(), StoreError> {
    let rows: Vec<_> = orders
        .iter()
        .flat_map(|order| order.shipping_lines.iter().map(move |line| (order, line)))
        .filter_map(|(order, line)| {
            let seen = line.seen?;
            Some((
                order.id,
                line.id,
                seen.price_minor,
                seen.discount_minor,
                seen.tax_minor,
            ))
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    tx.update_many(
        "UPDATE shipping_lines
            SET presentment_price_minor = $3, presentment_discount_minor = $4,
                presentment_tax_minor = $5
          WHERE shop_id = $shop AND order_id = $1 AND id = $2",
        &rows,
    )?;
    Ok(())
}

fn set_transactions(tx: &mut Tx, orders: &[&NewOrder<'_>]) -> Result<(), StoreError> {
    let rows: Vec<_> = orders
        .iter()
        .filter_map(|order| Some((order, order.seen?.currency)))
        .flat_map(|(order, currency)| {
            let all = order.transactions.iter();
            all.map(move |own| (order.id, own.id, currency, own.presentment_minor))
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    tx.update_many(
        "UPDATE order_transactions SET presentment_currency = $3, presentment_minor = $4
          WHERE shop_id = $shop AND order_id = $1 AND id = $2",
        &rows,
    )?;
    Ok(())
}
