//! The queries of fulfilment.

use store::page::{self, Filter, Listing, Page, PageError, Sort, Window};
use store::{Record as _, StoreError, Tx};
use units::{FulfillmentId, FulfillmentOrderId, FulfillmentOrderLineItemId, OrderId, Timestamp};

use super::records::{
    Fulfillment, FulfillmentHold, FulfillmentLineItem, FulfillmentOrder, FulfillmentOrderLineItem,
    FulfillmentStatus, Tracking,
};
use crate::orders::FulfillmentOrderStatus;

pub(super) fn fulfillment_orders_by_id(
    tx: &mut Tx,
    ids: &[FulfillmentOrderId],
) -> Result<Vec<Option<FulfillmentOrder>>, StoreError> {
    let text = format!(
        "SELECT {} FROM fulfillment_orders WHERE shop_id = $shop AND id = $1",
        FulfillmentOrder::COLUMNS
    );
    let found: Vec<Vec<FulfillmentOrder>> = tx.each(&text, ids, ())?;
    Ok(found.into_iter().map(|mut rows| rows.pop()).collect())
}

pub(super) fn fulfillment_orders(
    tx: &mut Tx,
    orders: &[OrderId],
) -> Result<Vec<Vec<FulfillmentOrder>>, StoreError> {
    let text = format!(
        "SELECT {} FROM fulfillment_orders WHERE shop_id = $shop AND order_id = $1 ORDER BY id",
        FulfillmentOrder::COLUMNS
    );
    tx.each(&text, orders, ())
}

pub(super) fn page_of_fulfillment_orders(
    tx: &mut Tx,
    filter: Filter,
    sort: &Sort,
    window: &Window<'_>,
) -> Result<Page<FulfillmentOrder>, PageError> {
    let columns = FulfillmentOrder::COLUMNS;
    let select = format!("SELECT {columns} FROM fulfillment_orders WHERE shop_id = $shop");
    page::page(
        tx,
        &Listing {
            select: &select,
            filter,
            sort,
        },
        window,
    )
}

pub(super) fn fulfillment_order_lines(
    tx: &mut Tx,
    orders: &[(OrderId, FulfillmentOrderId)],
) -> Result<Vec<Vec<FulfillmentOrderLineItem>>, StoreError> {
    // A fulfilment order's lines lie beside those of its order's other ones: read by order.
    let text = format!(
        "SELECT {} FROM fulfillment_order_line_items
          WHERE shop_id = $shop AND order_id = $1 ORDER BY id",
        FulfillmentOrderLineItem::COLUMNS
    );
    let keys: Vec<OrderId> = orders.iter().map(|(order, _)| *order).collect();
    let mut found: Vec<Vec<FulfillmentOrderLineItem>> = tx.each(&text, &keys, ())?;
    for (lines, (_, id)) in found.iter_mut().zip(orders) {
        lines.retain(|line| line.fulfillment_order_id == *id);
    }
    Ok(found)
}

pub(super) fn lines_of_order(
    tx: &mut Tx,
    order: OrderId,
) -> Result<Vec<FulfillmentOrderLineItem>, StoreError> {
    let text = format!(
        "SELECT {} FROM fulfillment_order_line_items
          WHERE shop_id = $shop AND order_id = $1 ORDER BY id",
        FulfillmentOrderLineItem::COLUMNS
    );
    tx.all(&text, (order,))
}

pub(super) fn fulfillments_by_id(
    tx: &mut Tx,
    ids: &[FulfillmentId],
) -> Result<Vec<Option<Fulfillment>>, StoreError> {
    let text = format!(
        "SELECT {} FROM fulfillments WHERE shop_id = $shop AND id = $1",
        Fulfillment::COLUMNS
    );
    let found: Vec<Vec<Fulfillment>> = tx.each(&text, ids, ())?;
    Ok(found.into_iter().map(|mut rows| rows.pop()).collect())
}

pub(super) fn fulfillments(
    tx: &mut Tx,
    orders: &[OrderId],
) -> Result<Vec<Vec<Fulfillment>>, StoreError> {
    let text = format!(
        "SELECT {} FROM fulfillments WHERE shop_id = $shop AND order_id = $1 ORDER BY id",
        Fulfillment::COLUMNS
    );
    tx.each(&text, orders, ())
}

pub(super) fn fulfillment_lines(
    tx: &mut Tx,
    orders: &[OrderId],
) -> Result<Vec<Vec<FulfillmentLineItem>>, StoreError> {
    let text = format!(
        "SELECT {} FROM fulfillment_line_items
          WHERE shop_id = $shop AND order_id = $1 ORDER BY id",
        FulfillmentLineItem::COLUMNS
    );
    tx.each(&text, orders, ())
}

pub(super) fn insert_fulfillment(tx: &mut Tx, fulfillment: &Fulfillment) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO fulfillments (shop_id, order_id, id, location_id, name, status,
             tracking_company, tracking_numbers, tracking_urls, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        (
            fulfillment.order_id,
            fulfillment.id,
            fulfillment.location_id,
            &fulfillment.name,
            fulfillment.status,
            &fulfillment.tracking_company,
            &fulfillment.tracking_numbers,
            &fulfillment.tracking_urls,
            fulfillment.created_at,
            fulfillment.updated_at,
        ),
    )?;
    Ok(())
}

pub(super) fn save_tracking(
    tx: &mut Tx,
    fulfillment: &Fulfillment,
    tracking: &Tracking,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (numbers, urls) = tracking.stored();
    tx.execute(
        "UPDATE fulfillments
            SET tracking_company = $3, tracking_numbers = $4, tracking_urls = $5, updated_at = $6
          WHERE shop_id = $shop AND order_id = $1 AND id = $2",
        (
            fulfillment.order_id,
            fulfillment.id,
            &tracking.company,
            numbers,
            urls,
            now,
        ),
    )?;
    Ok(())
}

pub(super) fn insert_fulfillment_lines(
    tx: &mut Tx,
    lines: &[FulfillmentLineItem],
) -> Result<(), StoreError> {
    let rows: Vec<_> = lines
        .iter()
        .map(|line| {
            (
                line.order_id,
                line.fulfillment_id,
                line.id,
                line.line_item_id,
                line.fulfillment_order_id,
                line.fulfillment_order_line_item_id,
                line.quantity,
            )
        })
        .collect();
    tx.insert_many(
        "INSERT INTO fulfillment_line_items (shop_id, order_id, fulfillment_id, id, line_item_id,
             fulfillment_order_id, fulfillment_order_line_item_id, quantity)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7)",
        &rows,
    )?;
    Ok(())
}

/// Stores what the lines of an order's fulfilment orders ask for and lack.
pub(super) fn save_lines(
    tx: &mut Tx,
    lines: &[&FulfillmentOrderLineItem],
) -> Result<(), StoreError> {
    let rows: Vec<_> = lines
        .iter()
        .map(|line| line_key_and_quantities(line))
        .collect();
    tx.update_many(
        "UPDATE fulfillment_order_line_items SET total_quantity = $4, remaining_quantity = $5
          WHERE shop_id = $shop AND order_id = $1 AND fulfillment_order_id = $2 AND id = $3",
        &rows,
    )?;
    Ok(())
}

fn line_key_and_quantities(
    line: &FulfillmentOrderLineItem,
) -> (
    OrderId,
    FulfillmentOrderId,
    FulfillmentOrderLineItemId,
    i64,
    i64,
) {
    let FulfillmentOrderLineItem {
        order_id,
        fulfillment_order_id,
        id,
        ..
    } = *line;
    (
        order_id,
        fulfillment_order_id,
        id,
        line.total_quantity,
        line.remaining_quantity,
    )
}

/// Stores new states of an order's fulfilment orders.
pub(super) fn save_statuses(
    tx: &mut Tx,
    order: OrderId,
    statuses: &[(FulfillmentOrderId, FulfillmentOrderStatus)],
    now: Timestamp,
) -> Result<(), StoreError> {
    let rows: Vec<_> = statuses
        .iter()
        .map(|(id, status)| (order, *id, *status, now))
        .collect();
    tx.update_many(
        "UPDATE fulfillment_orders SET status = $3, updated_at = $4
          WHERE shop_id = $shop AND order_id = $1 AND id = $2",
        &rows,
    )?;
    Ok(())
}

/// Stores new fulfilment orders.
pub(super) fn insert_orders(tx: &mut Tx, orders: &[&FulfillmentOrder]) -> Result<(), StoreError> {
    let rows: Vec<_> = orders
        .iter()
        .map(|own| {
            (
                own.order_id,
                own.id,
                own.location_id,
                own.status,
                own.request_status,
                own.created_at,
                own.updated_at,
            )
        })
        .collect();
    tx.insert_many(
        "INSERT INTO fulfillment_orders (shop_id, order_id, id, location_id, status,
             request_status, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7)",
        &rows,
    )?;
    Ok(())
}

/// Stores where fulfilment orders stand, and who sends them.
pub(super) fn save_orders(
    tx: &mut Tx,
    orders: &[&FulfillmentOrder],
    now: Timestamp,
) -> Result<(), StoreError> {
    let rows: Vec<_> = orders
        .iter()
        .map(|own| (own.order_id, own.id, own.location_id, own.status, now))
        .collect();
    tx.update_many(
        "UPDATE fulfillment_orders SET location_id = $3, status = $4, updated_at = $5
          WHERE shop_id = $shop AND order_id = $1 AND id = $2",
        &rows,
    )?;
    Ok(())
}

/// Stores new lines of fulfilment orders.
pub(super) fn insert_lines(
    tx: &mut Tx,
    lines: &[&FulfillmentOrderLineItem],
) -> Result<(), StoreError> {
    let rows: Vec<_> = lines
        .iter()
        .map(|line| {
            (
                line.order_id,
                line.fulfillment_order_id,
                line.id,
                line.line_item_id,
                line.inventory_item_id,
                line.total_quantity,
                line.remaining_quantity,
            )
        })
        .collect();
    tx.insert_many(
        "INSERT INTO fulfillment_order_line_items (shop_id, order_id, fulfillment_order_id, id,
             line_item_id, inventory_item_id, total_quantity, remaining_quantity)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7)",
        &rows,
    )?;
    Ok(())
}

/// Takes lines away that ask for nothing any more.
pub(super) fn delete_lines(
    tx: &mut Tx,
    lines: &[&FulfillmentOrderLineItem],
) -> Result<(), StoreError> {
    for line in lines {
        tx.execute(
            "DELETE FROM fulfillment_order_line_items
              WHERE shop_id = $shop AND order_id = $1 AND fulfillment_order_id = $2 AND id = $3",
            (line.order_id, line.fulfillment_order_id, line.id),
        )?;
    }
    Ok(())
}

/// Stores where a parcel stands.
pub(super) fn save_status(
    tx: &mut Tx,
    fulfillment: &Fulfillment,
    status: FulfillmentStatus,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE fulfillments SET status = $3, updated_at = $4
          WHERE shop_id = $shop AND order_id = $1 AND id = $2",
        (fulfillment.order_id, fulfillment.id, status, now),
    )?;
    Ok(())
}

pub(super) fn holds(
    tx: &mut Tx,
    orders: &[FulfillmentOrderId],
) -> Result<Vec<Vec<FulfillmentHold>>, StoreError> {
    let text = format!(
        "SELECT {} FROM fulfillment_holds
          WHERE shop_id = $shop AND fulfillment_order_id = $1 ORDER BY id",
        FulfillmentHold::COLUMNS
    );
    tx.each(&text, orders, ())
}

pub(super) fn insert_hold(tx: &mut Tx, hold: &FulfillmentHold) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO fulfillment_holds (shop_id, fulfillment_order_id, id, reason, reason_notes,
             handle, external_id, app_id, created_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8)",
        (
            hold.fulfillment_order_id,
            hold.id,
            hold.reason,
            &hold.reason_notes,
            &hold.handle,
            &hold.external_id,
            hold.app_id,
            hold.created_at,
        ),
    )?;
    Ok(())
}

pub(super) fn delete_hold(tx: &mut Tx, hold: &FulfillmentHold) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM fulfillment_holds
          WHERE shop_id = $shop AND fulfillment_order_id = $1 AND id = $2",
        (hold.fulfillment_order_id, hold.id),
    )?;
    Ok(())
}
