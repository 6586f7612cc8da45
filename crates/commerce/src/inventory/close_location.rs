//! Whether a location takes part: closing it, opening it again, deleting it.

use store::{StoreError, Tx};
use units::LocationId;

use super::enter::{Movement, enter};
use super::{Location, QUANTITY_MAX, sql};
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};

/// Items whose stock is moved as a location closes: a lane's turn is short.
const RELOCATED_MAX: usize = 1000;

/// Why a location goes on taking part.
#[derive(Debug, thiserror::Error)]
pub enum CloseError {
    /// There is no such location.
    #[error("Location not found.")]
    NotFound,
    /// It is the shop's first choice.
    #[error("The shop's primary location can't be deactivated.")]
    Primary,
    /// No other location sells online.
    #[error("At least one location must fulfill online orders.")]
    LastOnline,
    /// Stock cannot go where it is.
    #[error("Stock can't be moved to the location that is being deactivated.")]
    SameDestination,
    /// There is no such active location.
    #[error("The destination location doesn't exist or is inactive.")]
    DestinationUnknown,
    /// It holds stock, and it was not said where that goes.
    #[error("The location holds stock. Name a destination location for it.")]
    HoldsStock,
    /// Something is on its way to it, and it was not said where that goes.
    #[error("Stock is on its way to the location. Name a destination location for it.")]
    Expects,
    /// Orders wait for it.
    #[error("The location has fulfillment orders that wait. Move or fulfill them first.")]
    OwesOrders,
    /// More than can be moved at once.
    #[error(
        "The location stocks more than {RELOCATED_MAX} items. Move some of them first, with inventoryDeactivate."
    )]
    TooMuchStock,
    /// The destination cannot take so many.
    #[error("The destination location can't hold so many units of an item.")]
    TooManyUnits,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a location takes no part still.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no such location.
    #[error("Location not found.")]
    NotFound,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a location is there still.
#[derive(Debug, thiserror::Error)]
pub enum DeleteLocationError {
    /// There is no such location.
    #[error("Location not found.")]
    NotFound,
    /// It takes part.
    #[error("The location can't be deleted while it is active. Deactivate it first.")]
    Active,
    /// It holds stock.
    #[error("The location can't be deleted while it has inventory.")]
    HoldsStock,
    /// Orders wait for it.
    #[error("The location can't be deleted while it has pending orders.")]
    OwesOrders,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Closes a location: its stock goes to the destination. One that is closed stays so.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn deactivate_location(
    tx: &mut Tx,
    call: &Call,
    id: LocationId,
    destination: Option<LocationId>,
) -> Result<LocationId, CloseError> {
    let location = sql::location_locked(tx, id)?.ok_or(CloseError::NotFound)?;
    if destination == Some(id) {
        return Err(CloseError::SameDestination);
    }
    let others = sql::sites(tx)?;
    let mut others = others.iter().filter(|site| site.id != id);
    if destination.is_some_and(|to| !others.clone().any(|site| site.id == to)) {
        return Err(CloseError::DestinationUnknown);
    }
    if !location.is_active {
        return Ok(id);
    }
    if location.is_primary {
        return Err(CloseError::Primary);
    }
    if location.fulfills_online_orders && !others.any(|site| site.online) {
        return Err(CloseError::LastOnline);
    }
    relocate(tx, call, &location, destination)?;
    sql::switch_location(tx, id, false, call.now)?;
    let topics = &[Topic::LocationsDeactivate, Topic::LocationsUpdate];
    events::record(tx, call, NewEvent::of(topics, Subject::Location, id))?;
    Ok(id)
}

/// Moves everything that a location holds, or waits for, elsewhere.
fn relocate(
    tx: &mut Tx,
    call: &Call,
    location: &Location,
    destination: Option<LocationId>,
) -> Result<(), CloseError> {
    let most = i64::try_from(RELOCATED_MAX + 1).unwrap_or(i64::MAX);
    let held = sql::stocked_levels_locked(tx, location.id, most)?;
    // Now that its levels are locked, no order can be sent there any more.
    if !sql::owing_orders(tx, &[location.id])?.is_empty() {
        return Err(CloseError::OwesOrders);
    }
    let Some(to) = destination else {
        return match held.first() {
            None => Ok(()),
            Some((_, own)) if own.on_hand() != 0 || own.available != 0 => {
                Err(CloseError::HoldsStock)
            }
            Some(_) => Err(CloseError::Expects),
        };
    };
    if held.len() > RELOCATED_MAX {
        return Err(CloseError::TooMuchStock);
    }
    if held.is_empty() {
        return Ok(());
    }
    let items: Vec<_> = held.iter().map(|(item, _)| *item).collect();
    let there = sql::quantities_locked(tx, &items)?;
    let mut movements = Vec::with_capacity(held.len() * 2);
    for (item, delta) in held {
        let known = there.iter().find(|own| (own.0, own.1) == (item, to));
        let after = known.map_or(delta, |own| own.2 + delta);
        if after.on_hand() > QUANTITY_MAX || after.available > QUANTITY_MAX {
            return Err(CloseError::TooManyUnits);
        }
        let moved = |location, delta| Movement {
            item,
            location,
            delta,
        };
        movements.extend([moved(location.id, -delta), moved(to, delta)]);
    }
    enter(tx, call, "correction", "", &movements)?;
    Ok(())
}

/// Opens a location again. One that is open stays so.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn activate_location(
    tx: &mut Tx,
    call: &Call,
    id: LocationId,
) -> Result<LocationId, OpenError> {
    let location = sql::location_locked(tx, id)?.ok_or(OpenError::NotFound)?;
    if !location.is_active {
        sql::switch_location(tx, id, true, call.now)?;
        let topics = &[Topic::LocationsActivate, Topic::LocationsUpdate];
        events::record(tx, call, NewEvent::of(topics, Subject::Location, id))?;
    }
    Ok(id)
}

/// Deletes a closed location. What happened there goes on telling of it.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn delete_location(
    tx: &mut Tx,
    call: &Call,
    id: LocationId,
) -> Result<LocationId, DeleteLocationError> {
    let found = sql::location_locked(tx, id)?;
    let location = found.ok_or(DeleteLocationError::NotFound)?;
    if location.is_active {
        return Err(DeleteLocationError::Active);
    }
    if !sql::stocked_levels_locked(tx, id, 1)?.is_empty() {
        return Err(DeleteLocationError::HoldsStock);
    }
    if !sql::owing_orders(tx, &[id])?.is_empty() {
        return Err(DeleteLocationError::OwesOrders);
    }
    sql::delete_levels_at(tx, id)?;
    sql::delete_location(tx, id, call.now)?;
    let event = NewEvent::of(&[Topic::LocationsDelete], Subject::Location, id);
    events::record(tx, call, event)?;
    Ok(id)
}
