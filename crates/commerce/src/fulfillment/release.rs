//! Taking units off fulfilment orders that will not leave: refunds and cancellations do it.

use store::{StoreError, Tx};
use units::{FulfillmentOrderId, InventoryItemId, LineItemId, LocationId, OrderId};

use super::records::{FulfillmentOrder, FulfillmentOrderLineItem};
use super::sql;
use crate::call::Call;
use crate::orders::FulfillmentOrderStatus;

/// An order's fulfilment orders and their lines, to be worked on.
pub(crate) struct Work {
    order: OrderId,
    orders: Vec<FulfillmentOrder>,
    lines: Vec<FulfillmentOrderLineItem>,
}

/// Units that will not leave: where they are committed, if stock is kept of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Release {
    pub(crate) item: Option<InventoryItemId>,
    pub(crate) location: LocationId,
    pub(crate) quantity: i64,
}

impl Work {
    /// Reads what an order has to send; the order must be locked.
    pub(crate) fn read(tx: &mut Tx, order: OrderId) -> Result<Self, StoreError> {
        Ok(Self {
            order,
            orders: sql::fulfillment_orders(tx, &[order])?
                .pop()
                .unwrap_or_default(),
            lines: sql::lines_of_order(tx, order)?,
        })
    }

    /// The location that sends, or sent, a line; where its stock is kept, if it is.
    pub(crate) fn home_of(
        &self,
        line: LineItemId,
    ) -> Option<(LocationId, Option<InventoryItemId>)> {
        let found = self.lines.iter().find(|own| own.line_item_id == line)?;
        Some((
            self.location_of(found.fulfillment_order_id)?,
            found.inventory_item_id,
        ))
    }

    /// Whether anything has left.
    pub(crate) fn has_begun(&self) -> bool {
        self.lines
            .iter()
            .any(|line| line.remaining_quantity < line.total_quantity)
    }

    /// Takes up to `quantity` units of a line off the fulfilment orders.
    pub(crate) fn release(&mut self, line: LineItemId, quantity: i64) -> Vec<Release> {
        let mut left = quantity;
        let mut released = Vec::new();
        let locations: Vec<(FulfillmentOrderId, LocationId)> = self
            .orders
            .iter()
            .map(|order| (order.id, order.location_id))
            .collect();
        for own in self.lines.iter_mut().filter(|own| own.line_item_id == line) {
            let taken = own.remaining_quantity.min(left);
            let home = locations
                .iter()
                .find(|(id, _)| *id == own.fulfillment_order_id);
            let (Some((_, location)), true) = (home, taken > 0) else {
                continue;
            };
            own.remaining_quantity -= taken;
            own.total_quantity -= taken;
            left -= taken;
            released.push(Release {
                item: own.inventory_item_id,
                location: *location,
                quantity: taken,
            });
        }
        released
    }

    /// Stores the lines, and closes the fulfilment orders that have nothing left to send.
    pub(crate) fn save(&self, tx: &mut Tx, call: &Call) -> Result<(), StoreError> {
        sql::save_lines(tx, &self.lines.iter().collect::<Vec<_>>())?;
        let emptied = |order: &&FulfillmentOrder| {
            let mut own = self
                .lines
                .iter()
                .filter(|line| line.fulfillment_order_id == order.id);
            own.all(|line| line.remaining_quantity == 0)
        };
        self.close(tx, call, emptied)
    }

    /// Closes every fulfilment order that is not done with.
    pub(crate) fn close_all(&self, tx: &mut Tx, call: &Call) -> Result<(), StoreError> {
        self.close(tx, call, |_| true)
    }

    fn close(
        &self,
        tx: &mut Tx,
        call: &Call,
        which: impl FnMut(&&FulfillmentOrder) -> bool,
    ) -> Result<(), StoreError> {
        let closed = FulfillmentOrderStatus::Closed;
        let statuses: Vec<_> = self
            .orders
            .iter()
            .filter(which)
            .filter(|order| order.status.can_become(closed))
            .map(|order| (order.id, closed))
            .collect();
        sql::save_statuses(tx, self.order, &statuses, call.now)
    }

    fn location_of(&self, id: FulfillmentOrderId) -> Option<LocationId> {
        self.orders
            .iter()
            .find(|order| order.id == id)
            .map(|order| order.location_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orders::FulfillmentOrderRequestStatus;
    use units::{FulfillmentOrderLineItemId, Timestamp};

    fn work(remaining: &[i64]) -> Work {
        let order = FulfillmentOrder {
            order_id: OrderId(1),
            id: FulfillmentOrderId(1),
            location_id: LocationId(5),
            status: FulfillmentOrderStatus::Open,
            request_status: FulfillmentOrderRequestStatus::Unsubmitted,
            created_at: Timestamp(0),
            updated_at: Timestamp(0),
        };
        let lines = remaining
            .iter()
            .zip(1..)
            .map(|(remaining, id)| FulfillmentOrderLineItem {
                order_id: OrderId(1),
                fulfillment_order_id: FulfillmentOrderId(1),
                id: FulfillmentOrderLineItemId(id),
                line_item_id: LineItemId(9),
                inventory_item_id: Some(InventoryItemId(3)),
                total_quantity: 4,
                remaining_quantity: *remaining,
            });
        Work {
            order: OrderId(1),
            orders: vec![order],
            lines: lines.collect(),
        }
    }

    #[test]
    fn only_what_has_not_left_is_released() {
        let mut work = work(&[1, 4]);
        let released = work.release(LineItemId(9), 3);
        let quantities: Vec<i64> = released.iter().map(|release| release.quantity).collect();
        assert_eq!(quantities, [1, 2]);
        let kept: Vec<_> = work
            .lines
            .iter()
            .map(|line| (line.total_quantity, line.remaining_quantity))
            .collect();
        assert_eq!(kept, [(3, 0), (2, 2)]);
        assert!(work.has_begun());
        assert!(work.release(LineItemId(8), 1).is_empty());
    }
}
