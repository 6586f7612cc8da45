//! Opening a location with all that is known of it, and changing what is.

use store::{StoreError, Tx};
use units::LocationId;

use super::locations::{CreateError, NewLocation, create};
use super::{Location, sql};
use crate::address::{Address, AddressError};
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};
use crate::revisions;

/// A name has at most this many characters.
const NAME_CHARS_MAX: usize = 255;

/// What is said about a location; `None` leaves a thing as it is.
#[derive(Debug, Clone, Default)]
pub struct LocationEdit {
    /// What the merchant calls it.
    pub name: Option<String>,
    /// Where it is; a part of it that is `None` stays as it is.
    pub address: Option<Address>,
    /// Whether its stock is sold online.
    pub fulfills_online_orders: Option<bool>,
}

/// Why a location is as it was.
#[derive(Debug, thiserror::Error)]
pub enum LocationError {
    /// There is no such location.
    #[error("Location not found.")]
    NotFound,
    /// It has no name.
    #[error("Add a location name")]
    NameMissing,
    /// Another one is called so.
    #[error("You already have a location with this name")]
    NameTaken,
    /// Too long.
    #[error("Use a shorter location name (up to {NAME_CHARS_MAX} characters)")]
    NameTooLong,
    /// The address cannot be.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// No other location sells online.
    #[error("The only location that fulfills online orders must go on doing so.")]
    LastOnline,
    /// The shop has all it may have.
    #[error("You can't add another location.")]
    TooMany,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Opens a location.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn add_location(
    tx: &mut Tx,
    call: &Call,
    said: &LocationEdit,
) -> Result<LocationId, LocationError> {
    let name = checked_name(tx, said.name.as_deref().unwrap_or_default(), None)?;
    let address = said.address.clone().unwrap_or_default().normalized()?;
    let text = |part: Option<String>| part.unwrap_or_default();
    let new = NewLocation {
        name,
        address1: text(address.address1),
        address2: text(address.address2),
        city: text(address.city),
        province_code: text(address.province_code),
        zip: text(address.zip),
        country_code: text(address.country_code),
        phone: text(address.phone),
    };
    let id = create(tx, call, &new).map_err(|error| match error {
        CreateError::NameMissing => LocationError::NameMissing,
        CreateError::TooMany => LocationError::TooMany,
        CreateError::Store(fault) => LocationError::Store(fault),
    })?;
    if said.fulfills_online_orders == Some(false) {
        let found = sql::locations_by_id(tx, &[id])?.pop();
        let mut location = found.ok_or(LocationError::NotFound)?;
        // The shop's first location has to sell online: there is no other.
        location.fulfills_online_orders = location.is_primary;
        sql::save_location(tx, &location, call.now)?;
    }
    Ok(id)
}

/// Changes what is said about a location.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn edit_location(
    tx: &mut Tx,
    call: &Call,
    id: LocationId,
    said: &LocationEdit,
) -> Result<LocationId, LocationError> {
    let found = sql::location_locked(tx, id)?;
    let mut location = found.ok_or(LocationError::NotFound)?;
    if let Some(name) = &said.name {
        location.name = checked_name(tx, name, Some(id))?;
    }
    if let Some(address) = &said.address {
        readdress(&mut location, address)?;
    }
    if let Some(online) = said.fulfills_online_orders {
        let others = sql::sites(tx)?;
        let other = others.iter().any(|site| site.online && site.id != id);
        if !online && location.fulfills_online_orders && !other {
            return Err(LocationError::LastOnline);
        }
        if location.fulfills_online_orders != online {
            // Whatever is in stock there can be bought now, or no longer.
            revisions::note_all(tx)?;
        }
        location.fulfills_online_orders = online;
    }
    sql::save_location(tx, &location, call.now)?;
    let event = NewEvent::of(&[Topic::LocationsUpdate], Subject::Location, id);
    events::record(tx, call, event)?;
    Ok(id)
}

fn checked_name(tx: &mut Tx, name: &str, own: Option<LocationId>) -> Result<String, LocationError> {
    let name = name.trim();
    if name.is_empty() {
        return Err(LocationError::NameMissing);
    }
    if name.chars().count() > NAME_CHARS_MAX {
        return Err(LocationError::NameTooLong);
    }
    if sql::name_taken(tx, &name.to_lowercase(), own)? {
        return Err(LocationError::NameTaken);
    }
    Ok(name.to_owned())
}

/// Writes the parts of an address that are given onto a location; another country takes its
/// province with it.
fn readdress(location: &mut Location, given: &Address) -> Result<(), AddressError> {
    let moved = given.country_code.is_some();
    let kept = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    let pick = |new: &Option<String>, old: &String| new.clone().or_else(|| kept(old));
    let province = given
        .province_code
        .clone()
        .or_else(|| given.province.clone());
    let whole = Address {
        address1: pick(&given.address1, &location.address1),
        address2: pick(&given.address2, &location.address2),
        city: pick(&given.city, &location.city),
        province_code: province.or_else(|| kept(&location.province_code).filter(|_| !moved)),
        zip: pick(&given.zip, &location.zip),
        country_code: pick(&given.country_code, &location.country_code),
        phone: pick(&given.phone, &location.phone),
        ..Address::default()
    };
    let whole = whole.normalized()?;
    let text = |part: Option<String>| part.unwrap_or_default();
    location.address1 = text(whole.address1);
    location.address2 = text(whole.address2);
    location.city = text(whole.city);
    location.province_code = text(whole.province_code);
    location.zip = text(whole.zip);
    location.country_code = text(whole.country_code);
    location.phone = text(whole.phone);
    Ok(())
}
