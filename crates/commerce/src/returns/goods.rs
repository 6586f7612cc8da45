//! Where refunded goods go: off the fulfilment orders, and back to where they may be sold.

use store::{StoreError, Tx};
use units::{InventoryItemId, LocationId, RefundId, RefundLineItemId};

use super::records::{RefundLineItem, RestockType};
use super::value::{ValuedLine, cancelled_units};
use crate::call::Call;
use crate::fulfillment::Work;
use crate::inventory::{self, Movement};

/// Movements of stock and the refund's lines, to be stored.
#[derive(Default)]
pub(super) struct Goods {
    movements: Vec<Movement>,
    pub(super) lines: Vec<RefundLineItem>,
}

impl Goods {
    /// Takes valued lines off the fulfilment orders and puts back what is restocked.
    pub(super) fn take_back(
        call: &Call,
        refund_id: RefundId,
        work: &mut Work,
        valued: &[ValuedLine],
    ) -> Self {
        let mut goods = Self::default();
        for line in valued {
            let location_id = goods.move_line(work, line);
            let ids = (refund_id, call.new_id::<RefundLineItemId>());
            let restock = line.asked.restock_type;
            goods
                .lines
                .push(RefundLineItem::of(line, ids, restock, location_id));
        }
        goods
    }

    /// Moves one line's units; gives where they were put back.
    fn move_line(&mut self, work: &mut Work, valued: &ValuedLine) -> Option<LocationId> {
        let asked = &valued.asked;
        if asked.restock_type == RestockType::NoRestock {
            return None;
        }
        let home = work.home_of(valued.line.id);
        let to = asked.location_id.or(home.map(|(location, _)| location));
        let cancelled = cancelled_units(&valued.line, asked);
        for release in work.release(valued.line.id, cancelled) {
            if let Some(item) = release.item {
                self.release(item, release.location, to, release.quantity);
            }
        }
        let returned = asked.quantity - cancelled;
        if let (Some((_, Some(item))), Some(to), true) = (home, to, returned > 0) {
            self.movements.push(Movement::restocked(item, to, returned));
        }
        to
    }

    /// Committed units may be sold again, where they were or elsewhere.
    fn release(
        &mut self,
        item: InventoryItemId,
        from: LocationId,
        to: Option<LocationId>,
        quantity: i64,
    ) {
        match to {
            Some(to) if to != from => {
                self.movements
                    .push(Movement::fulfilled(item, from, quantity));
                self.movements.push(Movement::restocked(item, to, quantity));
            }
            _ => self
                .movements
                .push(Movement::released(item, from, quantity)),
        }
    }

    /// Committed units are gone: they will neither be sent nor sold.
    pub(super) fn write_off(&mut self, item: InventoryItemId, at: LocationId, quantity: i64) {
        self.movements.push(Movement::fulfilled(item, at, quantity));
    }

    /// Committed units may be sold again where they are.
    pub(super) fn put_back(&mut self, item: InventoryItemId, at: LocationId, quantity: i64) {
        self.movements.push(Movement::released(item, at, quantity));
    }

    /// The same movements of stock, with other lines.
    pub(super) fn with_lines(&self, lines: Vec<RefundLineItem>) -> Self {
        Self {
            movements: self.movements.clone(),
            lines,
        }
    }

    /// Enters the movements of stock.
    pub(super) fn enter(&self, tx: &mut Tx, call: &Call, document: &str) -> Result<(), StoreError> {
        if !self.movements.is_empty() {
            inventory::enter_of_orders(tx, call, "restock", document, &self.movements)?;
        }
        Ok(())
    }
}
