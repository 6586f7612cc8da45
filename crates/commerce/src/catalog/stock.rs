//! The stock that a variant is born with, and that an import or a whole product states.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use store::{StoreError, Tx};
use units::{InventoryItemId, LocationId};

use super::errors::{CatalogError, Why};
use super::sql;
use crate::call::Call;
use crate::events::{NewEvent, Subject, Subscriptions, Topic};
use crate::inventory::{self, Movement, Quantities};

/// What shall be available of an item at a location.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stocked {
    pub(super) item: InventoryItemId,
    /// The shop's primary location when left out.
    pub(super) location: Option<LocationId>,
    pub(super) available: i64,
}

/// Levels to open and movements to enter, worked out before anything is written.
#[derive(Default)]
pub(super) struct StockPlan {
    levels: Vec<(InventoryItemId, LocationId)>,
    movements: Vec<Movement>,
}

/// Works out the levels of new items, at the primary location at least, and what brings the
/// stock that can be sold to what is stated. The levels stay locked until commit.
pub(super) fn plan(
    tx: &mut Tx,
    new_items: &[InventoryItemId],
    stocked: &[Stocked],
) -> Result<StockPlan, CatalogError> {
    if new_items.is_empty() && stocked.is_empty() {
        return Ok(StockPlan::default());
    }
    let locations = sql::locations(tx)?;
    let primary = locations.first().copied();
    let missing = || CatalogError::at(["inventoryQuantities"], Why::LocationMissing);
    let mut wanted: BTreeMap<(InventoryItemId, LocationId), i64> = BTreeMap::new();
    for stock in stocked {
        let location = match stock.location {
            Some(location) if !locations.contains(&location) => return Err(missing()),
            Some(location) => location,
            None => primary.ok_or_else(missing)?,
        };
        wanted.insert((stock.item, location), stock.available);
    }
    let new: BTreeSet<InventoryItemId> = new_items.iter().copied().collect();
    let mut existing: Vec<InventoryItemId> = wanted
        .keys()
        .map(|(item, _)| *item)
        .filter(|item| !new.contains(item))
        .collect();
    existing.dedup();
    let mut held: BTreeMap<(InventoryItemId, LocationId), i64> = BTreeMap::new();
    if !existing.is_empty() {
        for (item, location, available) in sql::available_locked(tx, &existing)? {
            held.insert((item, location), available);
        }
    }
    let everywhere = new_items
        .iter()
        .filter_map(|item| Some((*item, primary?)))
        .chain(wanted.keys().copied());
    let mut plan = StockPlan::default();
    for key in everywhere {
        if let Entry::Vacant(place) = held.entry(key) {
            place.insert(0);
            plan.levels.push(key);
        }
    }
    for ((item, location), available) in wanted {
        let delta = Quantities {
            available: available - held.get(&(item, location)).copied().unwrap_or(0),
            ..Quantities::default()
        };
        if delta.available != 0 {
            plan.movements.push(Movement {
                item,
                location,
                delta,
            });
        }
    }
    Ok(plan)
}

impl StockPlan {
    /// Whether there is nothing to do.
    pub(super) fn is_empty(&self) -> bool {
        self.levels.is_empty() && self.movements.is_empty()
    }

    /// Opens the levels and enters the movements; gives the events for whoever listens to the
    /// former.
    pub(super) fn write<'c>(
        &self,
        tx: &mut Tx,
        call: &'c Call,
        subscriptions: &Subscriptions,
    ) -> Result<Vec<(&'c Call, NewEvent)>, StoreError> {
        let levels: Vec<_> = self
            .levels
            .iter()
            .map(|(item, location)| (*item, *location, call.new_id::<i64>(), call.now))
            .collect();
        sql::insert_levels(tx, &levels)?;
        if !self.movements.is_empty() {
            inventory::enter(tx, call, "correction", "", &self.movements)?;
        }
        if !subscriptions.want(Topic::InventoryLevelsConnect) {
            return Ok(Vec::new());
        }
        let topics = &[Topic::InventoryLevelsConnect];
        let event = |id| NewEvent::of(topics, Subject::InventoryLevel, id);
        Ok(levels.iter().map(|level| (call, event(level.2))).collect())
    }
}
