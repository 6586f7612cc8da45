//! Whether a location takes part: closing it, opening it again, deleting it.

use commerce::apps::Scope;
use commerce::inventory::{self, CloseError, DeleteLocationError, Location, OpenError};
use graphql::{Error, MutationCx, NoArgs};
use serde::Deserialize;
use units::LocationId;

use crate::admin::links;
use crate::admin::payload::Payload;
use crate::errors::{UserError, fault, user_error_with_code};
use crate::scalars::Id;
use crate::{Cx, Registry, Request};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct IdArgs {
    location_id: LocationId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeactivateArgs {
    location_id: LocationId,
    destination_location_id: Option<LocationId>,
}

type Closed = Payload<LocationId>;

pub(super) fn register(r: &mut Registry) {
    r.mutation("locationActivate", activate);
    r.mutation("locationDeactivate", deactivate);
    r.mutation("locationDelete", delete);
    for (name, errors) in [
        ("LocationActivatePayload", "locationActivateUserErrors"),
        ("LocationDeactivatePayload", "locationDeactivateUserErrors"),
    ] {
        r.object::<Closed>(name)
            .load("location", location)
            .child(errors, |own| own.user_errors.clone());
    }
    r.object::<Closed>("LocationDeletePayload")
        .leaf("deletedLocationId", |own| own.done.map(Id))
        .child("locationDeleteUserErrors", |own| own.user_errors.clone());
    user_error_with_code(r, "LocationActivateUserError");
    user_error_with_code(r, "LocationDeactivateUserError");
    user_error_with_code(r, "LocationDeleteUserError");
}

/// Opens a location again.
async fn activate(cx: MutationCx<Request>, args: IdArgs) -> Result<Closed, Error> {
    let call = cx
        .request
        .permit("locationActivate", Scope::WriteLocations)?;
    let id = args.location_id;
    let done = cx
        .request
        .write(move |tx| inventory::activate_location(tx, &call, id))
        .await;
    Payload::of(done, |error| match &error {
        OpenError::Store(cause) => Err(fault(cause.clone())),
        OpenError::NotFound => Ok(UserError::new(ID, "LOCATION_NOT_FOUND", &error)),
    })
}

/// Closes a location.
async fn deactivate(cx: MutationCx<Request>, args: DeactivateArgs) -> Result<Closed, Error> {
    let call = cx
        .request
        .permit("locationDeactivate", Scope::WriteLocations)?;
    let (id, to) = (args.location_id, args.destination_location_id);
    let done = cx
        .request
        .write(move |tx| inventory::deactivate_location(tx, &call, id, to))
        .await;
    Payload::of(done, close_refusal)
}

/// Deletes a closed location.
async fn delete(cx: MutationCx<Request>, args: IdArgs) -> Result<Closed, Error> {
    let call = cx.request.permit("locationDelete", Scope::WriteLocations)?;
    let id = args.location_id;
    let done = cx
        .request
        .write(move |tx| inventory::delete_location(tx, &call, id))
        .await;
    Payload::of(done, |error| {
        let code = match &error {
            DeleteLocationError::Store(cause) => return Err(fault(cause.clone())),
            DeleteLocationError::NotFound => "LOCATION_NOT_FOUND",
            DeleteLocationError::Active => "LOCATION_IS_ACTIVE",
            DeleteLocationError::HoldsStock => "LOCATION_HAS_INVENTORY",
            DeleteLocationError::OwesOrders => "LOCATION_HAS_PENDING_ORDERS",
        };
        Ok(UserError::new(ID, code, &error))
    })
}

const ID: &[&str] = &["locationId"];
const DESTINATION: &[&str] = &["destinationLocationId"];

fn close_refusal(error: CloseError) -> Result<UserError, Error> {
    let (field, code) = match &error {
        CloseError::Store(cause) => return Err(fault(cause.clone())),
        CloseError::NotFound => (ID, "LOCATION_NOT_FOUND"),
        CloseError::Primary => (ID, "PERMANENTLY_BLOCKED_FROM_DEACTIVATION_ERROR"),
        CloseError::LastOnline => (ID, "CANNOT_DISABLE_ONLINE_ORDER_FULFILLMENT"),
        CloseError::SameDestination => (DESTINATION, "DESTINATION_LOCATION_IS_THE_SAME_LOCATION"),
        CloseError::DestinationUnknown => {
            (DESTINATION, "DESTINATION_LOCATION_NOT_FOUND_OR_INACTIVE")
        }
        CloseError::HoldsStock => (ID, "HAS_ACTIVE_INVENTORY_ERROR"),
        CloseError::Expects => (ID, "HAS_INCOMING_MOVEMENTS_ERROR"),
        CloseError::OwesOrders => (ID, "HAS_FULFILLMENT_ORDERS_ERROR"),
        CloseError::TooMuchStock | CloseError::TooManyUnits => {
            (DESTINATION, "FAILED_TO_RELOCATE_ACTIVE_INVENTORIES")
        }
    };
    Ok(UserError::new(field, code, &error))
}

fn location(payloads: &[&Closed], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Option<Location>, Error>> {
    let ids: Vec<Option<LocationId>> = payloads.iter().map(|own| own.done).collect();
    links::locations(cx, &ids)
}
