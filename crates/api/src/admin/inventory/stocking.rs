//! Where an item is stocked.

use commerce::apps::Scope;
use commerce::inventory::{self, InventoryItem, InventoryLevel, StockingError, Switch};
use graphql::{Error, MutationCx, NoArgs};
use serde::Deserialize;
use units::{InventoryItemId, InventoryLevelId, LocationId};

use super::items::items_of;
use crate::admin::payload::Payload;
use crate::errors::{UserError, fault, user_error_with_code};
use crate::{Cx, Registry, Request};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ActivateArgs {
    inventory_item_id: InventoryItemId,
    location_id: LocationId,
    available: Option<i64>,
    on_hand: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeactivateArgs {
    inventory_level_id: InventoryLevelId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ToggleArgs {
    inventory_item_id: InventoryItemId,
    inventory_item_updates: Vec<ToggleInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ToggleInput {
    activate: bool,
    location_id: LocationId,
}

/// The level of an item that is stocked somewhere, or why it is not.
type Activated = Payload<InventoryLevelId>;
/// Nothing, or why an item is stocked somewhere still.
struct Deactivated {
    user_errors: Vec<UserError>,
}
/// An item with the levels that it was given.
struct Toggled {
    item: Option<InventoryItemId>,
    levels: Vec<InventoryLevelId>,
    user_errors: Vec<UserError>,
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("inventoryActivate", activate);
    r.mutation("inventoryDeactivate", deactivate);
    r.mutation("inventoryBulkToggleActivation", toggle);
    crate::admin::payload::payloads(
        r,
        &["InventoryActivatePayload"],
        "inventoryLevel",
        level_by_id,
    );
    r.object::<Deactivated>("InventoryDeactivatePayload")
        .child("userErrors", |own| own.user_errors.clone());
    r.object::<Toggled>("InventoryBulkToggleActivationPayload")
        .load("inventoryItem", toggled_item)
        .load("inventoryLevels", toggled_levels)
        .child("userErrors", |own| own.user_errors.clone());
    user_error_with_code(r, "InventoryBulkToggleActivationUserError");
}

/// Stocks an item at a location.
async fn activate(cx: MutationCx<Request>, args: ActivateArgs) -> Result<Activated, Error> {
    let call = cx
        .request
        .permit("inventoryActivate", Scope::WriteInventory)?;
    let (item, location) = (args.inventory_item_id, args.location_id);
    // Of what is stocked anew nothing is committed: what is on hand is available.
    let quantity = match (args.available, args.on_hand) {
        (Some(_), Some(_)) => {
            let message = "Name either what is available or what is on hand.";
            let error = UserError::new(&["onHand"], None, &message);
            return Ok(Payload::refused(error));
        }
        (available, on_hand) => available.or(on_hand),
    };
    let named = if args.on_hand.is_some() {
        "onHand"
    } else {
        "available"
    };
    let done = cx
        .request
        .write(move |tx| inventory::stock_at(tx, &call, item, location, quantity))
        .await;
    Payload::of(done, |error| {
        let field = match &error {
            StockingError::Store(cause) => return Err(fault(cause.clone())),
            StockingError::ItemUnknown => "inventoryItemId",
            StockingError::StockedAlready | StockingError::QuantityOutOfRange => named,
            _ => "locationId",
        };
        Ok(UserError::new(&[field], None, &error))
    })
}

/// Stocks an item at a location no longer.
async fn deactivate(cx: MutationCx<Request>, args: DeactivateArgs) -> Result<Deactivated, Error> {
    let call = cx
        .request
        .permit("inventoryDeactivate", Scope::WriteInventory)?;
    let level = args.inventory_level_id;
    let done = cx
        .request
        .write(move |tx| inventory::unstock(tx, &call, level))
        .await;
    let user_errors = match done {
        Ok(()) => Vec::new(),
        Err(StockingError::Store(cause)) => return Err(fault(cause)),
        Err(error) => vec![UserError::new(&["inventoryLevelId"], None, &error)],
    };
    Ok(Deactivated { user_errors })
}

/// Stocks an item at some locations, and no longer at others.
async fn toggle(cx: MutationCx<Request>, args: ToggleArgs) -> Result<Toggled, Error> {
    let call = cx
        .request
        .permit("inventoryBulkToggleActivation", Scope::WriteInventory)?;
    let item = args.inventory_item_id;
    let switches: Vec<Switch> = args
        .inventory_item_updates
        .into_iter()
        .map(|own| Switch {
            location: own.location_id,
            stocked: own.activate,
        })
        .collect();
    let done = cx
        .request
        .write(move |tx| inventory::switch(tx, &call, item, &switches))
        .await;
    let error = match done {
        Ok(levels) => {
            return Ok(Toggled {
                item: Some(item),
                levels,
                user_errors: Vec::new(),
            });
        }
        Err(error) => error,
    };
    Ok(Toggled {
        item: None,
        levels: Vec::new(),
        user_errors: vec![toggle_refusal(&error)?],
    })
}

fn toggle_refusal(error: &StockingError) -> Result<UserError, Error> {
    use StockingError as E;
    let (at, code) = match error {
        E::Store(cause) => return Err(fault(cause.clone())),
        E::ItemUnknown => (None, "INVENTORY_ITEM_NOT_FOUND"),
        E::LocationUnknown { at } => (Some(*at), "LOCATION_NOT_FOUND"),
        E::OnlyLocation { at } => (Some(*at), "CANNOT_DEACTIVATE_FROM_ONLY_LOCATION"),
        E::Committed { at } => (Some(*at), "COMMITTED_INVENTORY_AT_LOCATION"),
        E::Incoming { at } => (Some(*at), "INCOMING_INVENTORY_AT_LOCATION"),
        E::Reserved { at } => (Some(*at), "RESERVED_INVENTORY_AT_LOCATION"),
        E::LevelUnknown | E::StockedAlready | E::QuantityOutOfRange | E::TooMany => {
            (None, "GENERIC_ERROR")
        }
    };
    let place = at.map(|at: usize| at.to_string());
    let path: Vec<&str> = match (&place, error) {
        (Some(at), _) => vec!["inventoryItemUpdates", at, "locationId"],
        (None, E::ItemUnknown) => vec!["inventoryItemId"],
        (None, _) => vec!["inventoryItemUpdates"],
    };
    Ok(UserError::new(&path, code, error))
}

fn level_by_id(cx: &mut Cx, id: InventoryLevelId) -> Result<Option<InventoryLevel>, Error> {
    let found = inventory::levels_by_id(&mut cx.tx, &[id]).map_err(fault)?;
    Ok(found.into_iter().next().flatten())
}

fn toggled_item(
    payloads: &[&Toggled],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<InventoryItem>, Error>> {
    // A root field has one payload: nothing is gained by gathering ids.
    let item = |own: &&Toggled| match own.item {
        Some(id) => items_of(cx, &[id]).into_iter().next().transpose(),
        None => Ok(None),
    };
    payloads.iter().map(item).collect()
}

fn toggled_levels(
    payloads: &[&Toggled],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<Vec<InventoryLevel>>, Error>> {
    let levels = |own: &&Toggled| {
        let found = inventory::levels_by_id(&mut cx.tx, &own.levels).map_err(fault)?;
        let found: Vec<InventoryLevel> = found.into_iter().flatten().collect();
        Ok(own.item.map(|_| found))
    };
    payloads.iter().map(levels).collect()
}
