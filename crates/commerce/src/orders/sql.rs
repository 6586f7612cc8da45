//! The orders' queries.

use store::page::{self, Filter, Listing, Page, PageError, Sort, SortKind, Window};
use store::{Record as _, StoreError, Tx};
use units::{CustomerId, LineItemId, OrderId, OrderTransactionId};

use super::line_item::{LineItem, OrderTransaction, ShippingLine};
use super::order::Order;
use crate::address::Address;

pub(super) fn load(tx: &mut Tx, ids: &[OrderId]) -> Result<Vec<Option<Order>>, StoreError> {
    let text = format!(
        "SELECT {} FROM orders WHERE shop_id = $shop AND id = $1",
        Order::COLUMNS
    );
    let found: Vec<Vec<Order>> = tx.each(&text, ids, ())?;
    Ok(found.into_iter().map(|mut rows| rows.pop()).collect())
}

pub(super) fn lock(tx: &mut Tx, id: OrderId) -> Result<Option<Order>, StoreError> {
    let text = format!(
        "SELECT {} FROM orders WHERE shop_id = $shop AND id = $1",
        Order::COLUMNS
    );
    tx.optional_locked(&text, (id,))
}

pub(super) fn line_items(
    tx: &mut Tx,
    orders: &[OrderId],
) -> Result<Vec<Vec<LineItem>>, StoreError> {
    let text = format!(
        "SELECT {} FROM line_items WHERE shop_id = $shop AND order_id = $1 ORDER BY id",
        LineItem::COLUMNS
    );
    tx.each(&text, orders, ())
}

pub(super) fn page_of_line_items(
    tx: &mut Tx,
    orders: &[OrderId],
    window: &Window<'_>,
) -> Result<Vec<Page<LineItem>>, PageError> {
    let columns = LineItem::COLUMNS;
    let listing = Listing {
        select: &format!(
            "SELECT {columns} FROM line_items WHERE shop_id = $shop AND order_id = $1"
        ),
        filter: Filter::none(),
        sort: &Sort {
            columns: &[("id", SortKind::Int)],
        },
    };
    page::page_each(tx, orders, &listing, window)
}

pub(super) fn line_items_by_id(
    tx: &mut Tx,
    ids: &[LineItemId],
) -> Result<Vec<Option<LineItem>>, StoreError> {
    let text = format!(
        "SELECT {} FROM line_items WHERE shop_id = $shop AND id = $1",
        LineItem::COLUMNS
    );
    let found: Vec<Vec<LineItem>> = tx.each(&text, ids, ())?;
    Ok(found.into_iter().map(|mut rows| rows.pop()).collect())
}

pub(super) fn shipping_lines(
    tx: &mut Tx,
    orders: &[OrderId],
) -> Result<Vec<Vec<ShippingLine>>, StoreError> {
    let text = format!(
        "SELECT {} FROM shipping_lines WHERE shop_id = $shop AND order_id = $1 ORDER BY id",
        ShippingLine::COLUMNS
    );
    tx.each(&text, orders, ())
}

pub(super) fn transactions(
    tx: &mut Tx,
    orders: &[OrderId],
) -> Result<Vec<Vec<OrderTransaction>>, StoreError> {
    let text = format!(
        "SELECT {} FROM order_transactions WHERE shop_id = $shop AND order_id = $1 ORDER BY id",
        OrderTransaction::COLUMNS
    );
    tx.each(&text, orders, ())
}

pub(super) fn transactions_by_id(
    tx: &mut Tx,
    ids: &[OrderTransactionId],
) -> Result<Vec<Option<OrderTransaction>>, StoreError> {
    let text = format!(
        "SELECT {} FROM order_transactions WHERE shop_id = $shop AND id = $1",
        OrderTransaction::COLUMNS
    );
    let found: Vec<Vec<OrderTransaction>> = tx.each(&text, ids, ())?;
    Ok(found.into_iter().map(|mut rows| rows.pop()).collect())
}

pub(super) fn insert_transactions(
    tx: &mut Tx,
    transactions: &[&OrderTransaction],
) -> Result<(), StoreError> {
    let rows: Vec<_> = transactions
        .iter()
        .map(|transaction| {
            (
                transaction.order_id,
                transaction.id,
                transaction.parent_id,
                transaction.refund_id,
                transaction.kind,
                transaction.status,
                &transaction.gateway,
                transaction.amount_minor,
                transaction.currency,
                transaction.presentment_minor,
                transaction.presentment_currency,
                &transaction.authorization_code,
                &transaction.error_code,
                &transaction.message,
                transaction.test,
                transaction.processed_at,
                transaction.created_at,
            )
        })
        .collect();
    tx.insert_many(
        "INSERT INTO order_transactions (shop_id, order_id, id, parent_id, refund_id, kind, status,
             gateway, amount_minor, currency, presentment_minor, presentment_currency,
             authorization_code, error_code, message, test, processed_at, created_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
             $17)",
        &rows,
    )?;
    Ok(())
}

/// Stores what an amendment may change of an order.
pub(super) fn save(tx: &mut Tx, order: &Order) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE orders
            SET received_minor = $2, refunded_minor = $3, removed_subtotal_minor = $4,
                removed_shipping_minor = $5, removed_tax_minor = $6, financial_status = $7,
                fulfillment_status = $8, cancel_reason = $9, cancel_staff_note = $10,
                cancelled_at = $11, closed_at = $12, updated_at = $13,
                presentment_received_minor = $14, presentment_refunded_minor = $15,
                presentment_removed_subtotal_minor = $16,
                presentment_removed_shipping_minor = $17, presentment_removed_tax_minor = $18
          WHERE shop_id = $shop AND id = $1",
        (
            order.id,
            order.received_minor,
            order.refunded_minor,
            order.removed_subtotal_minor,
            order.removed_shipping_minor,
            order.removed_tax_minor,
            order.financial_status,
            order.fulfillment_status,
            order.cancel_reason,
            &order.cancel_staff_note,
            order.cancelled_at,
            order.closed_at,
            order.updated_at,
            order.presentment_received_minor,
            order.presentment_refunded_minor,
            order.presentment_removed_subtotal_minor,
            order.presentment_removed_shipping_minor,
            order.presentment_removed_tax_minor,
        ),
    )?;
    Ok(())
}

/// What a caller may write anew on an order.
pub(super) struct Details<'a> {
    pub(super) order: &'a Order,
    pub(super) attributes: &'a str,
    pub(super) shipping_address: Option<Address>,
}

pub(super) fn save_details(tx: &mut Tx, details: &Details<'_>) -> Result<(), StoreError> {
    let order = details.order;
    tx.execute(
        "UPDATE orders
            SET email = $2, phone = $3, note = $4, po_number = $5, attributes = $6,
                shipping_address = $7, updated_at = $8
          WHERE shop_id = $shop AND id = $1",
        (
            order.id,
            &order.email,
            &order.phone,
            &order.note,
            &order.po_number,
            details.attributes,
            &details.shipping_address,
            order.updated_at,
        ),
    )?;
    Ok(())
}

/// Stores the quantities of an order's lines.
pub(super) fn save_quantities(tx: &mut Tx, lines: &[&LineItem]) -> Result<(), StoreError> {
    let rows: Vec<_> = lines
        .iter()
        .map(|line| {
            (
                line.order_id,
                line.id,
                line.current_quantity,
                line.fulfillable_quantity,
            )
        })
        .collect();
    tx.update_many(
        "UPDATE line_items SET current_quantity = $3, fulfillable_quantity = $4
          WHERE shop_id = $shop AND order_id = $1 AND id = $2",
        &rows,
    )?;
    Ok(())
}

/// How many units an order's fulfilment orders ask for, and how many of them have not left.
pub(super) fn units_to_fulfill(tx: &mut Tx, order: OrderId) -> Result<(i64, i64), StoreError> {
    tx.one(
        "SELECT CAST(COALESCE(SUM(total_quantity), 0) AS BIGINT),
                CAST(COALESCE(SUM(remaining_quantity), 0) AS BIGINT)
           FROM fulfillment_order_line_items
          WHERE shop_id = $shop AND order_id = $1",
        (order,),
    )
}

/// Adds to what a customer has spent.
pub(super) fn add_spent(tx: &mut Tx, customer: CustomerId, minor: i64) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE customers SET spent_minor = spent_minor + $2
          WHERE shop_id = $shop AND id = $1",
        (customer, minor),
    )?;
    Ok(())
}
