//! An order's fulfilment orders, to be parted, moved and put on hold.

use store::{StoreError, Tx};
use units::{FulfillmentOrderId, FulfillmentOrderLineItemId, LocationId};

use super::records::{FulfillmentOrder, FulfillmentOrderLineItem};
use super::sql;
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};
use crate::orders::{Amendment, FulfillmentOrderRequestStatus, FulfillmentOrderStatus};

/// Units of a fulfilment order's lines.
pub type Units = [(FulfillmentOrderLineItemId, i64)];

/// Why units cannot be taken out of a fulfilment order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PickError {
    /// Not above zero.
    #[error("The quantity must be greater than 0.")]
    QuantityNotPositive,
    /// The fulfilment order has no such line.
    #[error("The fulfillment order line item does not exist.")]
    LineUnknown,
    /// The same line twice.
    #[error("A line item is named more than once.")]
    LineTwice,
    /// More than remains.
    #[error("Invalid fulfillment order line item quantity requested.")]
    TooMany,
}

/// An order and its fulfilment orders; the order's row is locked.
pub(super) struct Sheet {
    pub(super) amendment: Amendment,
    pub(super) orders: Vec<FulfillmentOrder>,
    pub(super) lines: Vec<FulfillmentOrderLineItem>,
    new_orders: Vec<FulfillmentOrderId>,
    new_lines: Vec<FulfillmentOrderLineItemId>,
}

impl Sheet {
    /// Locks the order of a fulfilment order and reads all that it has to send.
    pub(super) fn open(tx: &mut Tx, id: FulfillmentOrderId) -> Result<Option<Self>, StoreError> {
        let found = sql::fulfillment_orders_by_id(tx, &[id])?.pop().flatten();
        let Some(found) = found else {
            return Ok(None);
        };
        Self::of_order(tx, found.order_id)
    }

    /// As [`Sheet::open`], for an order.
    pub(super) fn of_order(tx: &mut Tx, id: units::OrderId) -> Result<Option<Self>, StoreError> {
        let Some(amendment) = Amendment::open(tx, id)? else {
            return Ok(None);
        };
        let orders = sql::fulfillment_orders(tx, &[id])?;
        Ok(Some(Self {
            amendment,
            orders: orders.into_iter().next().unwrap_or_default(),
            lines: sql::lines_of_order(tx, id)?,
            new_orders: Vec::new(),
            new_lines: Vec::new(),
        }))
    }

    pub(super) fn order(&self, id: FulfillmentOrderId) -> Option<&FulfillmentOrder> {
        self.orders.iter().find(|order| order.id == id)
    }

    pub(super) fn lines_of(
        &self,
        id: FulfillmentOrderId,
    ) -> impl Iterator<Item = &FulfillmentOrderLineItem> {
        let own = move |line: &&FulfillmentOrderLineItem| line.fulfillment_order_id == id;
        self.lines.iter().filter(own)
    }

    /// All that remains of a fulfilment order.
    pub(super) fn remaining(
        &self,
        id: FulfillmentOrderId,
    ) -> Vec<(FulfillmentOrderLineItemId, i64)> {
        let lines = self.lines_of(id).filter(|line| line.remaining_quantity > 0);
        lines
            .map(|line| (line.id, line.remaining_quantity))
            .collect()
    }

    /// What remains of a fulfilment order beside `units`.
    pub(super) fn rest(
        &self,
        id: FulfillmentOrderId,
        units: &Units,
    ) -> Vec<(FulfillmentOrderLineItemId, i64)> {
        let taken = |line: FulfillmentOrderLineItemId| {
            let own = units.iter().find(|(own, _)| *own == line);
            own.map_or(0, |(_, quantity)| *quantity)
        };
        let all = self.remaining(id).into_iter();
        let rest = all.map(|(line, quantity)| (line, quantity - taken(line)));
        rest.filter(|(_, quantity)| *quantity > 0).collect()
    }

    /// Checks that a fulfilment order has these units to give.
    pub(super) fn check(&self, id: FulfillmentOrderId, units: &Units) -> Result<(), PickError> {
        for (at, (line_id, quantity)) in units.iter().enumerate() {
            if *quantity <= 0 {
                return Err(PickError::QuantityNotPositive);
            }
            if units[..at].iter().any(|(other, _)| other == line_id) {
                return Err(PickError::LineTwice);
            }
            let line = self.lines_of(id).find(|line| line.id == *line_id);
            let line = line.ok_or(PickError::LineUnknown)?;
            if *quantity > line.remaining_quantity {
                return Err(PickError::TooMany);
            }
        }
        Ok(())
    }

    /// Moves units that were checked into a new, open fulfilment order at a location.
    pub(super) fn part(
        &mut self,
        call: &Call,
        units: &Units,
        location_id: LocationId,
    ) -> FulfillmentOrderId {
        let id: FulfillmentOrderId = call.new_id();
        let order_id = self.amendment.order.id;
        self.orders.push(FulfillmentOrder {
            order_id,
            id,
            location_id,
            status: FulfillmentOrderStatus::Open,
            request_status: FulfillmentOrderRequestStatus::Unsubmitted,
            created_at: call.now,
            updated_at: call.now,
        });
        self.new_orders.push(id);
        let mut parted = Vec::with_capacity(units.len());
        for line in &mut self.lines {
            let Some((_, quantity)) = units.iter().find(|(own, _)| *own == line.id) else {
                continue;
            };
            line.total_quantity -= quantity;
            line.remaining_quantity -= quantity;
            parted.push(FulfillmentOrderLineItem {
                fulfillment_order_id: id,
                id: call.new_id(),
                total_quantity: *quantity,
                remaining_quantity: *quantity,
                ..line.clone()
            });
        }
        self.new_lines.extend(parted.iter().map(|line| line.id));
        self.lines.extend(parted);
        id
    }

    /// Sets where a fulfilment order stands.
    pub(super) fn set_status(&mut self, id: FulfillmentOrderId, status: FulfillmentOrderStatus) {
        if let Some(order) = self.orders.iter_mut().find(|order| order.id == id) {
            order.status = status;
        }
    }

    /// Sets which location sends a fulfilment order.
    pub(super) fn set_location(&mut self, id: FulfillmentOrderId, location_id: LocationId) {
        if let Some(order) = self.orders.iter_mut().find(|order| order.id == id) {
            order.location_id = location_id;
        }
    }

    /// Stores the fulfilment orders and their lines, works the order's states out again and tells
    /// of its change.
    pub(super) fn save(&mut self, tx: &mut Tx, call: &Call) -> Result<(), StoreError> {
        let is_new = |id: &FulfillmentOrderId| self.new_orders.contains(id);
        let (new, old): (Vec<_>, Vec<_>) = self.orders.iter().partition(|own| is_new(&own.id));
        sql::insert_orders(tx, &new)?;
        sql::save_orders(tx, &old, call.now)?;
        let is_new = |line: &&FulfillmentOrderLineItem| self.new_lines.contains(&line.id);
        let (new, old): (Vec<_>, Vec<_>) = self.lines.iter().partition(is_new);
        sql::insert_lines(tx, &new)?;
        sql::save_lines(tx, &old)?;
        let empty: Vec<_> = old
            .into_iter()
            .filter(|line| line.total_quantity == 0)
            .collect();
        sql::delete_lines(tx, &empty)?;
        self.amendment.save_lines(tx)?;
        self.amendment.settle(tx, call)?;
        let order = self.amendment.order.id;
        let event = NewEvent::of(&[Topic::OrdersUpdated], Subject::Order, order);
        events::record(tx, call, event)?;
        Ok(())
    }
}
