//! Locations that hand goods over to buyers.

use store::page::{Filter, Listing, Page, PageError, Sort, SortKind, Window, page};
use store::{StoreError, Tx, record, text_enum};
use units::{InventoryItemId, LocationId};

use super::{ACTIVE_LOCATIONS, Location, sql};
use crate::call::Call;

/// Letters of the instructions, at most.
const INSTRUCTIONS_MAX: usize = 5000;

text_enum! {
    /// How soon goods are ready, by the public API's name.
    pub enum PickupTime {
        /// Within an hour.
        OneHour = "ONE_HOUR",
        /// Within two hours.
        TwoHours = "TWO_HOURS",
        /// Within four hours.
        FourHours = "FOUR_HOURS",
        /// Within a day.
        TwentyFourHours = "TWENTY_FOUR_HOURS",
        /// In two to four days.
        TwoToFourDays = "TWO_TO_FOUR_DAYS",
        /// In five days or more.
        FiveOrMoreDays = "FIVE_OR_MORE_DAYS",
    }
}

impl PickupTime {
    /// As buyers read it.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::OneHour => "Usually ready in 1 hour",
            Self::TwoHours => "Usually ready in 2 hours",
            Self::FourHours => "Usually ready in 4 hours",
            Self::TwentyFourHours => "Usually ready in 24 hours",
            Self::TwoToFourDays => "Usually ready in 2-4 days",
            Self::FiveOrMoreDays => "Usually ready in 5+ days",
        }
    }
}

record! {
    /// How buyers fetch goods at a location.
    #[derive(Clone, PartialEq, Eq)]
    pub struct LocalPickup {
        /// The location.
        pub location_id: LocationId,
        /// How soon they are ready.
        pub pickup_time: PickupTime,
        /// What buyers are told when they are.
        pub instructions: String,
    }
}

/// Why nothing changed.
#[derive(Debug, thiserror::Error)]
pub enum PickupError {
    /// There is no such location, or it is closed.
    #[error("The location {0} was not found, or is not active.")]
    LocationMissing(LocationId),
    /// The instructions are too long.
    #[error("Instructions are too long (maximum is {INSTRUCTIONS_MAX} characters)")]
    TooLong,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What locations that hand goods over are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PickupSort {
    /// By id.
    #[default]
    Id,
    /// By name.
    Name,
    /// By town.
    City,
}

/// Lets buyers fetch goods at a location, or changes how.
///
/// # Errors
/// A refusal writes nothing.
pub fn enable_pickup(tx: &mut Tx, call: &Call, pickup: &LocalPickup) -> Result<(), PickupError> {
    if pickup.instructions.chars().count() > INSTRUCTIONS_MAX {
        return Err(PickupError::TooLong);
    }
    active(tx, pickup.location_id)?;
    tx.execute(
        "INSERT INTO location_pickups (shop_id, location_id, pickup_time, instructions)
         VALUES ($shop, $1, $2, $3)
         ON CONFLICT (shop_id, location_id)
         DO UPDATE SET pickup_time = excluded.pickup_time, instructions = excluded.instructions",
        (pickup.location_id, pickup.pickup_time, &pickup.instructions),
    )?;
    touch(tx, call, pickup.location_id)?;
    Ok(())
}

/// Lets buyers fetch nothing at a location any more.
///
/// # Errors
/// A refusal writes nothing.
pub fn disable_pickup(tx: &mut Tx, call: &Call, location: LocationId) -> Result<(), PickupError> {
    active(tx, location)?;
    tx.execute(
        "DELETE FROM location_pickups WHERE shop_id = $shop AND location_id = $1",
        (location,),
    )?;
    touch(tx, call, location)?;
    Ok(())
}

fn active(tx: &mut Tx, id: LocationId) -> Result<(), PickupError> {
    let found = sql::locations_by_id(tx, &[id])?;
    match found.iter().any(|own| own.is_active) {
        true => Ok(()),
        false => Err(PickupError::LocationMissing(id)),
    }
}

fn touch(tx: &mut Tx, call: &Call, id: LocationId) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE locations SET updated_at = $2 WHERE shop_id = $shop AND id = $1",
        (id, call.now),
    )?;
    Ok(())
}

/// How buyers fetch goods at each location, where they do.
///
/// # Errors
/// `Store` faults only.
pub fn pickups(tx: &mut Tx, ids: &[LocationId]) -> Result<Vec<Option<LocalPickup>>, StoreError> {
    let found: Vec<LocalPickup> = tx.all(
        "SELECT location_id, pickup_time, instructions FROM location_pickups
          WHERE shop_id = $shop AND location_id = ANY($1)",
        (ids,),
    )?;
    let of = |id: &LocationId| found.iter().find(|own| own.location_id == *id).cloned();
    Ok(ids.iter().map(of).collect())
}

/// A window of the active locations that hand goods over.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn pickup_locations(
    tx: &mut Tx,
    sort: PickupSort,
    window: &Window<'_>,
) -> Result<Page<Location>, PageError> {
    const ID: (&str, SortKind) = ("l.id", SortKind::Int);
    const BY_ID: Sort = Sort { columns: &[ID] };
    const BY_NAME: Sort = Sort {
        columns: &[("l.name_key", SortKind::Text), ID],
    };
    const BY_CITY: Sort = Sort {
        columns: &[("l.city", SortKind::Text), ID],
    };
    let handing = "EXISTS (SELECT 1 FROM location_pickups k \
         WHERE k.shop_id = l.shop_id AND k.location_id = l.id)";
    let listing = Listing {
        select: sql::LOCATION,
        filter: Filter::of(ACTIVE_LOCATIONS, Vec::new()).and(Filter::of(handing, Vec::new())),
        sort: match sort {
            PickupSort::Id => &BY_ID,
            PickupSort::Name => &BY_NAME,
            PickupSort::City => &BY_CITY,
        },
    };
    page(tx, &listing, window)
}

/// What each of some items has available at some locations: item, location, units.
///
/// # Errors
/// `Store` faults only.
pub fn available_at(
    tx: &mut Tx,
    items: &[InventoryItemId],
    locations: &[LocationId],
) -> Result<Vec<(InventoryItemId, LocationId, i64)>, StoreError> {
    tx.all(
        "SELECT inventory_item_id, location_id, available FROM inventory_levels
          WHERE shop_id = $shop AND inventory_item_id = ANY($1) AND location_id = ANY($2)",
        (items, locations),
    )
}
