//! Setting and adjusting quantities.

use commerce::apps::Scope;
use commerce::idempotency::Key;
use commerce::inventory::{
    AdjustmentGroup, Change, ChangeError, ChangeQuantities, ChangedQuantity, InventoryItem,
    Location, QuantityChange,
};
use commerce::shops;
use graphql::{Error, Maybe, MutationCx, NoArgs};
use serde::Deserialize;
use units::{InventoryItemId, LocationId};

use super::items::items_of;
use crate::admin::{idempotent, links};
use crate::errors::{UserError, fault, user_error_with_code};
use crate::scalars::{DateTime, Id};
use crate::{Cx, Registry, Request};

#[derive(Debug, Deserialize)]
struct SetArgs {
    input: SetInput,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SetInput {
    name: String,
    reason: String,
    reference_document_uri: Option<String>,
    quantities: Vec<QuantityInput>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct QuantityInput {
    inventory_item_id: InventoryItemId,
    location_id: LocationId,
    quantity: i64,
    #[serde(default)]
    change_from_quantity: Maybe<i64>,
}

#[derive(Debug, Deserialize)]
struct OnHandArgs {
    input: OnHandInput,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OnHandInput {
    reason: String,
    reference_document_uri: Option<String>,
    set_quantities: Vec<QuantityInput>,
}

#[derive(Debug, Deserialize)]
struct AdjustArgs {
    input: AdjustInput,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AdjustInput {
    name: String,
    reason: String,
    reference_document_uri: Option<String>,
    changes: Vec<ChangeInput>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ChangeInput {
    inventory_item_id: InventoryItemId,
    location_id: LocationId,
    delta: i64,
    ledger_document_uri: Option<String>,
    #[serde(default)]
    change_from_quantity: Maybe<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ChangesArgs {
    inventory_item_ids: Option<Vec<InventoryItemId>>,
    location_ids: Option<Vec<LocationId>>,
    quantity_names: Option<Vec<String>>,
}

/// The list of the mutation that sets the stock on hand alone.
const ON_HAND: &str = "setQuantities";

/// The codes that it knows.
const ON_HAND_CODES: [&str; 8] = [
    "CHANGE_FROM_QUANTITY_STALE",
    "IDEMPOTENCY_KEY_PARAMETER_MISMATCH",
    "INVALID_INVENTORY_ITEM",
    "INVALID_LOCATION",
    "INVALID_QUANTITY_NEGATIVE",
    "INVALID_QUANTITY_TOO_HIGH",
    "INVALID_REASON",
    "INVALID_REFERENCE_DOCUMENT",
];

/// What was changed, or why nothing was.
pub(super) struct ChangePayload {
    pub(super) group: Option<AdjustmentGroup>,
    pub(super) user_errors: Vec<UserError>,
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("inventorySetQuantities", set_quantities);
    r.mutation("inventoryAdjustQuantities", adjust_quantities);
    r.mutation("inventorySetOnHandQuantities", set_on_hand_quantities);
    for name in [
        "InventorySetOnHandQuantitiesPayload",
        "InventorySetQuantitiesPayload",
        "InventoryAdjustQuantitiesPayload",
    ] {
        r.object::<ChangePayload>(name)
            .child("inventoryAdjustmentGroup", |own| own.group.clone())
            .child("userErrors", |own| own.user_errors.clone());
    }
    user_error_with_code(r, "InventorySetQuantitiesUserError");
    user_error_with_code(r, "InventoryAdjustQuantitiesUserError");
    user_error_with_code(r, "InventorySetOnHandQuantitiesUserError");
    r.object::<AdjustmentGroup>("InventoryAdjustmentGroup")
        .leaf("id", |group| Id(group.id))
        .leaf("createdAt", |group| DateTime(group.created_at))
        .text("reason", |group| &group.reason)
        .leaf("referenceDocumentUri", |group| {
            Some(group.document.clone()).filter(|document| !document.is_empty())
        })
        .load("changes", changes);
    r.object::<ChangedQuantity>("InventoryChange")
        .text("name", |change| change.name.as_str())
        .leaf("delta", |change| change.delta)
        .leaf("quantityAfterChange", |change| change.after)
        .text_opt("ledgerDocumentUri", |change| {
            change.ledger_document.as_deref()
        })
        .load("item", item)
        .load("location", location);
}

async fn set_quantities(cx: MutationCx<Request>, args: SetArgs) -> Result<ChangePayload, Error> {
    const FIELD: &str = "inventorySetQuantities";
    let key = idempotent::key(&cx, FIELD, &format!("{args:?}"))?;
    set(cx, FIELD, key, args.input, "quantities").await
}

/// As setting quantities, for the stock on hand alone.
async fn set_on_hand_quantities(
    cx: MutationCx<Request>,
    args: OnHandArgs,
) -> Result<ChangePayload, Error> {
    const FIELD: &str = "inventorySetOnHandQuantities";
    let key = idempotent::key(&cx, FIELD, &format!("{args:?}"))?;
    let input = SetInput {
        name: "on_hand".to_owned(),
        reason: args.input.reason,
        reference_document_uri: args.input.reference_document_uri,
        quantities: args.input.set_quantities,
    };
    set(cx, FIELD, key, input, ON_HAND).await
}

async fn set(
    cx: MutationCx<Request>,
    field: &'static str,
    key: Option<Key>,
    input: SetInput,
    list: &'static str,
) -> Result<ChangePayload, Error> {
    let call = cx.request.permit(field, Scope::WriteInventory)?;
    let absent = |change: &QuantityInput| matches!(change.change_from_quantity, Maybe::Undefined);
    if key.is_none() || input.quantities.iter().any(absent) {
        check_strictness(&cx, field, key.is_none()).await?;
    }
    let quantities = input.quantities.into_iter().map(|change| QuantityChange {
        item: change.inventory_item_id,
        location: change.location_id,
        quantity: change.quantity,
        change_from: expected(change.change_from_quantity),
        ledger_document: None,
    });
    let request = ChangeQuantities {
        call,
        change: Change::Set,
        name: input.name,
        reason: input.reason,
        document: input.reference_document_uri.unwrap_or_default(),
        quantities: quantities.collect(),
        key,
    };
    present(cx.request.submit(request).await, list)
}

async fn adjust_quantities(
    cx: MutationCx<Request>,
    args: AdjustArgs,
) -> Result<ChangePayload, Error> {
    const FIELD: &str = "inventoryAdjustQuantities";
    let call = cx.request.permit(FIELD, Scope::WriteInventory)?;
    let key = idempotent::key(&cx, FIELD, &format!("{args:?}"))?;
    let input = args.input;
    let absent = |change: &ChangeInput| matches!(change.change_from_quantity, Maybe::Undefined);
    if key.is_none() || input.changes.iter().any(absent) {
        check_strictness(&cx, FIELD, key.is_none()).await?;
    }
    let quantities = input.changes.into_iter().map(|change| QuantityChange {
        item: change.inventory_item_id,
        location: change.location_id,
        quantity: change.delta,
        change_from: expected(change.change_from_quantity),
        ledger_document: change.ledger_document_uri,
    });
    let request = ChangeQuantities {
        call,
        change: Change::Adjust,
        name: input.name,
        reason: input.reason,
        document: input.reference_document_uri.unwrap_or_default(),
        quantities: quantities.collect(),
        key,
    };
    present(cx.request.submit(request).await, "changes")
}

/// What the quantity is expected to be; null skips the check.
fn expected(quantity: Maybe<i64>) -> Option<i64> {
    match quantity {
        Maybe::Value(quantity) => Some(quantity),
        Maybe::Undefined | Maybe::Null => None,
    }
}

/// A strict shop demands a key, and a word about the quantity before the change.
async fn check_strictness(
    cx: &MutationCx<Request>,
    field: &str,
    keyless: bool,
) -> Result<(), Error> {
    let shop = cx.request.read(shops::current).await.map_err(fault)?;
    if !shop.map_err(fault)?.strict_idempotency {
        return Ok(());
    }
    if keyless {
        return Err(idempotent::key_missing(field));
    }
    let message = "The changeFromQuantity argument is required; null skips the check.";
    Err(Error::new(message).code("INVALID_FIELD_ARGUMENTS"))
}

fn present(
    done: Result<AdjustmentGroup, ChangeError>,
    list: &'static str,
) -> Result<ChangePayload, Error> {
    match done {
        Ok(group) => Ok(ChangePayload {
            group: Some(group).filter(|group| !group.changes.is_empty()),
            user_errors: Vec::new(),
        }),
        Err(error) => Ok(ChangePayload {
            group: None,
            user_errors: vec![refused(error, list)?],
        }),
    }
}

fn refused(error: ChangeError, list: &'static str) -> Result<UserError, Error> {
    use ChangeError as E;
    let setting = list != "changes";
    let (at, part, code) = match &error {
        E::NameInvalid { .. } if setting => (None, "name", "INVALID_NAME"),
        E::NameInvalid { .. } => (None, "name", "INVALID_QUANTITY_NAME"),
        E::ReasonInvalid => (None, "reason", "INVALID_REASON"),
        E::DocumentInvalid => (None, "referenceDocumentUri", "INVALID_REFERENCE_DOCUMENT"),
        E::LedgerDocumentNotAllowed { at } => {
            (Some(*at), "ledgerDocumentUri", "INVALID_AVAILABLE_DOCUMENT")
        }
        E::LedgerDocumentMissing { at } => {
            (Some(*at), "ledgerDocumentUri", "INVALID_QUANTITY_DOCUMENT")
        }
        E::LedgerDocumentInvalid { at } => {
            (Some(*at), "ledgerDocumentUri", "INVALID_LEDGER_DOCUMENT")
        }
        E::LedgerDocumentsDiffer => (None, list, "MAX_ONE_LEDGER_DOCUMENT"),
        E::LevelTwice { at } => (
            Some(*at),
            "locationId",
            "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR",
        ),
        E::ItemUnknown { at } => (Some(*at), "inventoryItemId", "INVALID_INVENTORY_ITEM"),
        E::LocationUnknown { at } => (Some(*at), "locationId", "INVALID_LOCATION"),
        E::QuantityNegative { at } => (Some(*at), "quantity", "INVALID_QUANTITY_NEGATIVE"),
        E::QuantityTooHigh { at } => (Some(*at), amount(setting), "INVALID_QUANTITY_TOO_HIGH"),
        E::QuantityTooLow { at, .. } => (Some(*at), amount(setting), "INVALID_QUANTITY_TOO_LOW"),
        E::Stale { at } => (
            Some(*at),
            "changeFromQuantity",
            "CHANGE_FROM_QUANTITY_STALE",
        ),
        E::KeyMismatch => (None, "", "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"),
        E::Store(cause) => return Err(fault(cause.clone())),
    };
    let place = at.map(|at| at.to_string());
    let path: Vec<&str> = match (&place, part) {
        (Some(at), part) => vec!["input", list, at, part],
        (None, "") => Vec::new(),
        (None, part) => vec!["input", part],
    };
    // The older mutation knows fewer codes.
    let known = list != ON_HAND || ON_HAND_CODES.contains(&code);
    let code = known.then_some(code);
    Ok(UserError::new(&path, code, &error))
}

const fn amount(setting: bool) -> &'static str {
    if setting { "quantity" } else { "delta" }
}

fn changes(
    groups: &[&AdjustmentGroup],
    args: &ChangesArgs,
    _: &mut Cx,
) -> Vec<Result<Vec<ChangedQuantity>, Error>> {
    let wanted = |change: &&ChangedQuantity| {
        let items = args.inventory_item_ids.as_ref();
        let places = args.location_ids.as_ref();
        let names = args.quantity_names.as_ref();
        items.is_none_or(|items| items.contains(&change.item))
            && places.is_none_or(|places| places.contains(&change.location))
            && names.is_none_or(|names| names.iter().any(|name| name == change.name.as_str()))
    };
    groups
        .iter()
        .map(|group| Ok(group.changes.iter().filter(wanted).cloned().collect()))
        .collect()
}

fn item(
    changes: &[&ChangedQuantity],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<InventoryItem>, Error>> {
    let ids: Vec<_> = changes.iter().map(|change| change.item).collect();
    let found = items_of(cx, &ids).into_iter();
    found.map(|item| item.map(Some)).collect()
}

fn location(
    changes: &[&ChangedQuantity],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<Location>, Error>> {
    let ids: Vec<_> = changes.iter().map(|change| Some(change.location)).collect();
    links::locations(cx, &ids)
}
