//! How buyers fetch goods at a location.

use commerce::apps::Scope;
use commerce::inventory::{self, LocalPickup, Location, PickupError, PickupTime};
use graphql::{Error, MutationCx, NoArgs};
use serde::Deserialize;
use units::LocationId;

use crate::admin::enums::input_enum;
use crate::admin::payload::{Payload, deleted, payloads};
use crate::errors::{UserError, fault, spread, user_error_with_code};
use crate::{Cx, Registry, Request};

input_enum! {
    /// How soon goods are ready.
    Time(PickupTime)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EnableArgs {
    local_pickup_settings: EnableInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EnableInput {
    location_id: LocationId,
    pickup_time: Time,
    instructions: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DisableArgs {
    location_id: LocationId,
}

/// Settings that were made: they are read by their location.
#[derive(Clone, Copy)]
struct Enabled(LocationId);

pub(super) fn register(r: &mut Registry) {
    r.mutation("locationLocalPickupEnable", enable);
    r.mutation("locationLocalPickupDisable", disable);
    payloads(
        r,
        &["LocationLocalPickupEnablePayload"],
        "localPickupSettings",
        |cx: &mut Cx, own: Enabled| {
            let found = inventory::pickups(&mut cx.tx, &[own.0]).map_err(fault)?;
            Ok(found.into_iter().flatten().next())
        },
    );
    deleted::<LocationId>(r, "LocationLocalPickupDisablePayload", "locationId");
    user_error_with_code(r, "DeliveryLocationLocalPickupSettingsError");
    r.object::<LocalPickup>("DeliveryLocalPickupSettings")
        .text("instructions", |own| &own.instructions)
        .text("pickupTime", |own| own.pickup_time.as_str());
    let times: Vec<&str> = PickupTime::ALL.iter().map(|time| time.as_str()).collect();
    r.enum_values("DeliveryLocalPickupTime", &times);
    r.object::<Location>("Location").load(
        "localPickupSettingsV2",
        |all: &[&Location], _: &NoArgs, cx: &mut Cx| {
            let ids: Vec<LocationId> = all.iter().map(|own| own.id).collect();
            let found = inventory::pickups(&mut cx.tx, &ids).map_err(fault);
            spread(found, all.len())
        },
    );
}

async fn enable(cx: MutationCx<Request>, args: EnableArgs) -> Result<Payload<Enabled>, Error> {
    let field = "locationLocalPickupEnable";
    let call = cx.request.permit(field, Scope::WriteShipping)?;
    let input = args.local_pickup_settings;
    let pickup = LocalPickup {
        location_id: input.location_id,
        pickup_time: input.pickup_time.0,
        instructions: input.instructions.unwrap_or_default(),
    };
    let done = cx
        .request
        .write(move |tx| {
            inventory::enable_pickup(tx, &call, &pickup).map(|()| Enabled(pickup.location_id))
        })
        .await;
    Payload::of(done, |error| {
        refusal(
            error,
            "localPickupSettings",
            &["localPickupSettings", "locationId"],
        )
    })
}

async fn disable(cx: MutationCx<Request>, args: DisableArgs) -> Result<Payload<LocationId>, Error> {
    let field = "locationLocalPickupDisable";
    let call = cx.request.permit(field, Scope::WriteShipping)?;
    let id = args.location_id;
    let done = cx
        .request
        .write(move |tx| inventory::disable_pickup(tx, &call, id).map(|()| id))
        .await;
    Payload::of(done, |error| refusal(error, "locationId", &["locationId"]))
}

fn refusal(error: PickupError, whole: &str, location: &[&str]) -> Result<UserError, Error> {
    let (field, code): (&[&str], _) = match &error {
        PickupError::Store(cause) => return Err(fault(cause.clone())),
        PickupError::LocationMissing(_) => (location, "ACTIVE_LOCATION_NOT_FOUND"),
        PickupError::TooLong => (&[whole, "instructions"], "GENERIC_ERROR"),
    };
    Ok(UserError::new(field, code, &error))
}
