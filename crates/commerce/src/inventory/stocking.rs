//! Where an item is stocked: stocking it at a location, and no longer.

use std::collections::BTreeMap;

use store::{StoreError, Tx};
use units::{InventoryItemId, InventoryLevelId, LocationId};

use super::enter::{Entry, Movement, enter, enter_many};
use super::quantities::Quantities;
use super::{InventoryLevel, QUANTITY_MAX, sql};
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Subscriptions, Topic};

/// Locations that one call switches.
const SWITCHES_MAX: usize = 50;

/// Whether an item shall be stocked at a location.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Switch {
    /// The location.
    pub location: LocationId,
    /// Whether it shall be.
    pub stocked: bool,
}

/// Why an item is stocked where it was. `at` counts the call's locations from 0.
#[derive(Debug, thiserror::Error)]
pub enum StockingError {
    /// There is no such item.
    #[error("The inventory item could not be found.")]
    ItemUnknown,
    /// There is no such active location.
    #[error("The location could not be found, or takes no part.")]
    LocationUnknown {
        /// Which location.
        at: usize,
    },
    /// There is no such level.
    #[error("The inventory level could not be found.")]
    LevelUnknown,
    /// A quantity is for an item that was not stocked there before.
    #[error("The item is stocked at the location already: set its quantity instead.")]
    StockedAlready,
    /// Below zero, or too high.
    #[error("The quantity must be from 0 to 1,000,000,000.")]
    QuantityOutOfRange,
    /// It would be stocked nowhere.
    #[error("The item has to be stocked at one location at least.")]
    OnlyLocation {
        /// Which location.
        at: usize,
    },
    /// Orders wait for what is there.
    #[error("Units of the item are committed to orders at the location.")]
    Committed {
        /// Which location.
        at: usize,
    },
    /// Something is on its way there.
    #[error("Units of the item are on their way to the location.")]
    Incoming {
        /// Which location.
        at: usize,
    },
    /// Something is set aside there.
    #[error("Units of the item are reserved at the location.")]
    Reserved {
        /// Which location.
        at: usize,
    },
    /// More than one call may switch.
    #[error("At most {SWITCHES_MAX} locations can be switched at a time.")]
    TooMany,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Stocks an item at a location, with so many available from the start. Gives the level; one that
/// was there already stays as it is.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn stock_at(
    tx: &mut Tx,
    call: &Call,
    item: InventoryItemId,
    location: LocationId,
    available: Option<i64>,
) -> Result<InventoryLevelId, StockingError> {
    if sql::items_by_id(tx, &[item])?.is_empty() {
        return Err(StockingError::ItemUnknown);
    }
    if !sql::sites(tx)?.iter().any(|site| site.id == location) {
        return Err(StockingError::LocationUnknown { at: 0 });
    }
    let known = sql::item_levels_locked(tx, item)?;
    let known = known.iter().find(|(_, place, _)| *place == location);
    match (known, available) {
        (Some(_), Some(_)) => return Err(StockingError::StockedAlready),
        (Some((id, _, _)), None) => return Ok(*id),
        (None, Some(available)) if !(0..=QUANTITY_MAX).contains(&available) => {
            return Err(StockingError::QuantityOutOfRange);
        }
        (None, Some(available)) if available > 0 => {
            let movement = Movement::restocked(item, location, available);
            enter(tx, call, "correction", "", &[movement])?;
        }
        (None, _) => open(tx, call, item, &[location])?,
    }
    let levels = sql::item_levels_locked(tx, item)?;
    let level = levels.iter().find(|(_, place, _)| *place == location);
    Ok(level.expect("the level was opened just now").0)
}

/// Opens levels with nothing, and tells of them.
fn open(
    tx: &mut Tx,
    call: &Call,
    item: InventoryItemId,
    locations: &[LocationId],
) -> Result<(), StoreError> {
    for location in locations {
        sql::open_level(tx, call, item, *location)?;
    }
    let levels = sql::item_levels_locked(tx, item)?;
    let opened = levels.iter().filter(|level| locations.contains(&level.1));
    let told: Vec<(&Call, NewEvent)> = opened
        .map(|(id, _, _)| {
            let topics = &[Topic::InventoryLevelsConnect];
            (call, NewEvent::of(topics, Subject::InventoryLevel, *id))
        })
        .collect();
    events::record_many(tx, &told)?;
    Ok(())
}

/// Stocks an item no longer where a level has it. What was there is written off.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn unstock(tx: &mut Tx, call: &Call, level: InventoryLevelId) -> Result<(), StockingError> {
    let found = sql::levels_by_id(tx, &[level])?.pop();
    let found = found.ok_or(StockingError::LevelUnknown)?;
    let off = Switch {
        location: found.location_id,
        stocked: false,
    };
    switch(tx, call, found.inventory_item_id, &[off])?;
    Ok(())
}

/// Stocks an item at some locations, and no longer at others. Gives the levels of the former.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn switch(
    tx: &mut Tx,
    call: &Call,
    item: InventoryItemId,
    switches: &[Switch],
) -> Result<Vec<InventoryLevelId>, StockingError> {
    if switches.len() > SWITCHES_MAX {
        return Err(StockingError::TooMany);
    }
    if sql::items_by_id(tx, &[item])?.is_empty() {
        return Err(StockingError::ItemUnknown);
    }
    let active: Vec<LocationId> = sql::sites(tx)?.into_iter().map(|site| site.id).collect();
    let levels: BTreeMap<LocationId, (InventoryLevelId, Quantities)> =
        sql::item_levels_locked(tx, item)?
            .into_iter()
            .map(|(id, location, quantities)| (location, (id, quantities)))
            .collect();
    let mut after: Vec<LocationId> = levels.keys().copied().collect();
    for (at, own) in switches.iter().enumerate() {
        match (own.stocked, levels.get(&own.location)) {
            (true, _) if !active.contains(&own.location) => {
                return Err(StockingError::LocationUnknown { at });
            }
            (false, None) => return Err(StockingError::LocationUnknown { at }),
            (false, Some((_, quantities))) => free_to_go(quantities, at)?,
            (true, _) => {}
        }
        after.retain(|location| *location != own.location);
        after.extend(own.stocked.then_some(own.location));
        if !after.iter().any(|location| active.contains(location)) {
            return Err(StockingError::OnlyLocation { at });
        }
    }
    let new: Vec<LocationId> = after
        .iter()
        .copied()
        .filter(|location| !levels.contains_key(location))
        .collect();
    let gone: Vec<(LocationId, InventoryLevelId, Quantities)> = levels
        .iter()
        .filter(|(location, _)| !after.contains(location))
        .map(|(location, (id, quantities))| (*location, *id, *quantities))
        .collect();
    write_off(tx, call, item, &gone)?;
    if !new.is_empty() {
        open(tx, call, item, &new)?;
    }
    let wanted: Vec<LocationId> = switches
        .iter()
        .filter(|own| own.stocked)
        .map(|own| own.location)
        .collect();
    let levels = sql::item_levels_locked(tx, item)?.into_iter();
    Ok(levels
        .filter(|(_, location, _)| wanted.contains(location))
        .map(|(id, _, _)| id)
        .collect())
}

/// Why an item cannot be taken off each level; `Ok` where it can.
///
/// # Errors
/// `Store` faults only.
pub fn can_unstock(
    tx: &mut Tx,
    levels: &[&InventoryLevel],
) -> Result<Vec<Result<(), StockingError>>, StoreError> {
    let items: Vec<InventoryItemId> = levels.iter().map(|own| own.inventory_item_id).collect();
    let all = sql::levels_of(tx, &items)?;
    let elsewhere = |own: &InventoryLevel| {
        let mut all = all.iter();
        all.any(|other| other.inventory_item_id == own.inventory_item_id && other.id != own.id)
    };
    Ok(levels
        .iter()
        .map(|own| match elsewhere(own) {
            true => free_to_go(&own.quantities, 0),
            false => Err(StockingError::OnlyLocation { at: 0 }),
        })
        .collect())
}

/// Whether nobody waits for anything of a level.
fn free_to_go(quantities: &Quantities, at: usize) -> Result<(), StockingError> {
    match quantities {
        own if own.committed != 0 => Err(StockingError::Committed { at }),
        own if own.incoming != 0 => Err(StockingError::Incoming { at }),
        own if own.reserved != 0 => Err(StockingError::Reserved { at }),
        _ => Ok(()),
    }
}

/// Takes what is left out of the ledger, closes the levels, and tells of it.
fn write_off(
    tx: &mut Tx,
    call: &Call,
    item: InventoryItemId,
    gone: &[(LocationId, InventoryLevelId, Quantities)],
) -> Result<(), StoreError> {
    if gone.is_empty() {
        return Ok(());
    }
    let left = gone.iter().filter(|own| own.2 != Quantities::default());
    let movements: Vec<Movement> = left
        .map(|(location, _, quantities)| Movement {
            item,
            location: *location,
            delta: -*quantities,
        })
        .collect();
    // That a level changed is not told: it is gone, and that is.
    let topics = [Topic::VariantsInStock, Topic::VariantsOutOfStock];
    let subscriptions = Subscriptions::load(tx, &topics)?;
    let entry = Entry {
        call,
        group: call.new_id(),
        reason: "correction",
        document: "",
        ledger_document: None,
        movements: &movements,
    };
    let told = enter_many(tx, &subscriptions, &[entry])?;
    events::record_for(tx, &subscriptions, &told)?;
    let ids: Vec<InventoryLevelId> = gone.iter().map(|(_, id, _)| *id).collect();
    sql::delete_levels(tx, &ids)?;
    let told: Vec<(&Call, NewEvent)> = gone
        .iter()
        .map(|(location, id, _)| (call, disconnected(item, *location, *id)))
        .collect();
    events::record_many(tx, &told)?;
    Ok(())
}

fn disconnected(item: InventoryItemId, location: LocationId, id: InventoryLevelId) -> NewEvent {
    let topics = &[Topic::InventoryLevelsDisconnect];
    NewEvent {
        facts: format!(
            "{{\"inventory_item_id\":{},\"location_id\":{}}}",
            item.get(),
            location.get()
        ),
        ..NewEvent::of(topics, Subject::InventoryLevel, id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_waits_for_stays_where_it_is() {
        let one = |name| Quantities::only(name, 1);
        use super::super::quantities::QuantityName as N;
        assert!(free_to_go(&one(N::Available), 0).is_ok());
        assert!(free_to_go(&one(N::Damaged), 0).is_ok());
        for name in [N::Committed, N::Incoming, N::Reserved] {
            assert!(free_to_go(&one(name), 0).is_err(), "{name:?}");
        }
    }
}
