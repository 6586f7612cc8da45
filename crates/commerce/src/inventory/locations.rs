//! Opening a location.

use store::{StoreError, Tx};
use units::LocationId;

use super::sql;
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};

/// More locations than this are refused.
const LOCATIONS_MAX: i64 = 1000;

/// What a location begins with.
#[derive(Debug, Clone, Default)]
pub struct NewLocation {
    /// What the merchant calls it.
    pub name: String,
    /// Street and number.
    pub address1: String,
    /// Flat, floor, building.
    pub address2: String,
    /// Town.
    pub city: String,
    /// Province code.
    pub province_code: String,
    /// Postal code.
    pub zip: String,
    /// ISO 3166-1 code of its country.
    pub country_code: String,
    /// Telephone.
    pub phone: String,
}

/// Why a location was not opened.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// It has no name.
    #[error("A location needs a name.")]
    NameMissing,
    /// The shop has all it may have.
    #[error("A shop can have {LOCATIONS_MAX} locations.")]
    TooMany,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Opens a location. The shop's first one is its first choice for every order.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create(tx: &mut Tx, call: &Call, location: &NewLocation) -> Result<LocationId, CreateError> {
    if location.name.trim().is_empty() {
        return Err(CreateError::NameMissing);
    }
    let so_far = sql::count_locations(tx)?;
    if so_far >= LOCATIONS_MAX {
        return Err(CreateError::TooMany);
    }
    let id = call.new_id();
    sql::insert_location(tx, call, id, location, so_far == 0)?;
    let event = NewEvent::of(&[Topic::LocationsCreate], Subject::Location, id);
    events::record(tx, call, event)?;
    Ok(id)
}
