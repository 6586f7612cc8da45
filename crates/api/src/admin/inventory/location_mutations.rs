//! Opening locations, and changing what is known of them.

use commerce::Address;
use commerce::AddressError;
use commerce::apps::Scope;
use commerce::inventory::{self, Location, LocationEdit, LocationError};
use graphql::{Error, MutationCx, NoArgs};
use serde::Deserialize;
use units::LocationId;

use crate::admin::links;
use crate::errors::{UserError, fault, user_error_with_code};
use crate::{Cx, Registry, Request};

#[derive(Deserialize)]
struct AddArgs {
    input: AddInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AddInput {
    name: String,
    address: AddressInput,
    fulfills_online_orders: Option<bool>,
}

#[derive(Deserialize)]
struct EditArgs {
    id: LocationId,
    input: EditInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EditInput {
    name: Option<String>,
    address: Option<EditAddressInput>,
    fulfills_online_orders: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AddressInput {
    address1: Option<String>,
    address2: Option<String>,
    city: Option<String>,
    country_code: String,
    phone: Option<String>,
    province_code: Option<String>,
    zip: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EditAddressInput {
    address1: Option<String>,
    address2: Option<String>,
    city: Option<String>,
    country_code: Option<String>,
    phone: Option<String>,
    province_code: Option<String>,
    zip: Option<String>,
}

/// A location after a mutation, or why it is as it was.
struct LocationPayload {
    location: Option<LocationId>,
    user_errors: Vec<UserError>,
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("locationAdd", add);
    r.mutation("locationEdit", edit);
    for name in ["LocationAddPayload", "LocationEditPayload"] {
        r.object::<LocationPayload>(name)
            .load("location", payload_location)
            .child("userErrors", |own| own.user_errors.clone());
    }
    user_error_with_code(r, "LocationAddUserError");
    user_error_with_code(r, "LocationEditUserError");
}

/// Opens a location.
async fn add(cx: MutationCx<Request>, args: AddArgs) -> Result<LocationPayload, Error> {
    let call = cx.request.permit("locationAdd", Scope::WriteLocations)?;
    let input = args.input;
    let said = LocationEdit {
        name: Some(input.name),
        address: Some(input.address.into_address()),
        fulfills_online_orders: input.fulfills_online_orders,
    };
    let done = cx
        .request
        .write(move |tx| inventory::add_location(tx, &call, &said))
        .await;
    present(done)
}

/// Changes what is known of a location.
async fn edit(cx: MutationCx<Request>, args: EditArgs) -> Result<LocationPayload, Error> {
    let call = cx.request.permit("locationEdit", Scope::WriteLocations)?;
    let (id, input) = (args.id, args.input);
    let said = LocationEdit {
        name: input.name,
        address: input.address.map(EditAddressInput::into_address),
        fulfills_online_orders: input.fulfills_online_orders,
    };
    let done = cx
        .request
        .write(move |tx| inventory::edit_location(tx, &call, id, &said))
        .await;
    present(done)
}

impl AddressInput {
    fn into_address(self) -> Address {
        Address {
            address1: self.address1,
            address2: self.address2,
            city: self.city,
            country_code: Some(self.country_code),
            phone: self.phone,
            province_code: self.province_code,
            zip: self.zip,
            ..Address::default()
        }
    }
}

impl EditAddressInput {
    fn into_address(self) -> Address {
        Address {
            address1: self.address1,
            address2: self.address2,
            city: self.city,
            country_code: self.country_code,
            phone: self.phone,
            province_code: self.province_code,
            zip: self.zip,
            ..Address::default()
        }
    }
}

fn present(done: Result<LocationId, LocationError>) -> Result<LocationPayload, Error> {
    let error = match done {
        Ok(id) => {
            return Ok(LocationPayload {
                location: Some(id),
                user_errors: Vec::new(),
            });
        }
        Err(error) => error,
    };
    let (field, code): (&[&str], &'static str) = match &error {
        LocationError::Store(cause) => return Err(fault(cause.clone())),
        LocationError::NotFound => (&["id"], "NOT_FOUND"),
        LocationError::NameMissing => (&["input", "name"], "BLANK"),
        LocationError::NameTaken => (&["input", "name"], "TAKEN"),
        LocationError::NameTooLong => (&["input", "name"], "TOO_LONG"),
        LocationError::Address(AddressError::CountryInvalid) => {
            (&["input", "address", "countryCode"], "INVALID")
        }
        LocationError::Address(AddressError::ProvinceInvalid) => {
            (&["input", "address", "provinceCode"], "INVALID")
        }
        LocationError::LastOnline => (
            &["input", "fulfillsOnlineOrders"],
            "CANNOT_DISABLE_ONLINE_ORDER_FULFILLMENT",
        ),
        LocationError::TooMany => (&["input"], "GENERIC_ERROR"),
    };
    Ok(LocationPayload {
        location: None,
        user_errors: vec![UserError::new(field, code, &error)],
    })
}

fn payload_location(
    payloads: &[&LocationPayload],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<Location>, Error>> {
    let ids: Vec<Option<LocationId>> = payloads.iter().map(|own| own.location).collect();
    links::locations(cx, &ids)
}
