//! Moving, splitting and calling off fulfilment orders.

use serde_json::json;
use store::{StoreError, Tx};
use units::{FulfillmentOrderId, FulfillmentOrderLineItemId, LocationId};

use super::sheet::{PickError, Sheet, Units};
use super::told;
use crate::call::Call;
use crate::events::Topic;
use crate::inventory::{self, Movement, Policy};
use crate::orders::FulfillmentOrderStatus;

/// Why a fulfilment order stayed as it was.
#[derive(Debug, thiserror::Error)]
pub enum RearrangeError {
    /// There is no such fulfilment order.
    #[error("Fulfillment order does not exist.")]
    NotFound,
    /// It is done with, or held.
    #[error("The fulfillment order's status does not allow this.")]
    Unfit,
    /// Nothing was named.
    #[error("Name at least one line item.")]
    NoLines,
    /// All of it was named.
    #[error("A fulfillment order cannot be split into all of it and nothing.")]
    NothingLeft,
    /// There is no such location that is active.
    #[error("The location does not exist or is not active.")]
    LocationUnknown,
    /// It is there already.
    #[error("The fulfillment order is assigned to this location already.")]
    SameLocation,
    /// The location has not enough.
    #[error("The location does not have enough stock of these line items.")]
    NotStocked,
    /// The units cannot be taken out.
    #[error(transparent)]
    Pick(#[from] PickError),
    /// Ours.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A fulfilment order after it was moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// The one that was named.
    pub original: FulfillmentOrderId,
    /// The one at the new location.
    pub moved: FulfillmentOrderId,
    /// The one with what was not moved.
    pub remaining: Option<FulfillmentOrderId>,
}

/// A fulfilment order after it was split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    /// The one that was named, without what was split off.
    pub original: FulfillmentOrderId,
    /// The one with what was split off.
    pub remaining: FulfillmentOrderId,
}

/// A fulfilment order after it was called off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalledOff {
    /// The one that was named.
    pub order: FulfillmentOrderId,
    /// The one that takes its place.
    pub replacement: Option<FulfillmentOrderId>,
}

/// Lets another location send what remains of a fulfilment order, or `units` of it. The stock
/// that is committed to it moves its commitment along.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn move_to(
    tx: &mut Tx,
    call: &Call,
    id: FulfillmentOrderId,
    location: LocationId,
    units: &Units,
) -> Result<Moved, RearrangeError> {
    let mut sheet = Sheet::open(tx, id)?.ok_or(RearrangeError::NotFound)?;
    let order = sheet.order(id).ok_or(RearrangeError::NotFound)?.clone();
    let held = order.status == FulfillmentOrderStatus::OnHold;
    if !order.status.is_fulfillable() && !held {
        return Err(RearrangeError::Unfit);
    }
    let found = inventory::locations_by_id(tx, &[location])?.pop().flatten();
    if !found.is_some_and(|own| own.is_active) {
        return Err(RearrangeError::LocationUnknown);
    }
    if order.location_id == location {
        return Err(RearrangeError::SameLocation);
    }
    sheet.check(id, units)?;
    let asked = units;
    let units = if units.is_empty() {
        sheet.remaining(id)
    } else {
        units.to_vec()
    };
    if units.is_empty() {
        return Err(RearrangeError::Unfit);
    }
    let moves = moves(tx, &sheet, &units, order.location_id, location)?;
    let whole = sheet.rest(id, &units).is_empty();
    let begun = sheet
        .lines_of(id)
        .any(|line| line.remaining_quantity < line.total_quantity);
    let moved = if whole && !begun {
        sheet.set_location(id, location);
        id
    } else {
        let moved = sheet.part(call, &units, location);
        if whole {
            sheet.set_status(id, FulfillmentOrderStatus::Closed);
        }
        moved
    };
    inventory::enter_of_orders(tx, call, "fulfillment_order_move", &id.to_string(), &moves)?;
    sheet.save(tx, call)?;
    let mut facts = json!({
        "original_fulfillment_order": told::order(&sheet, Some(id)),
        "moved_fulfillment_order": told::order(&sheet, Some(moved)),
        "destination_location_id": location.to_string(),
        "source_location": { "id": order.location_id.to_string() },
        "fulfillment_order_line_items_requested": told::units(asked),
    });
    for part in ["original_fulfillment_order", "moved_fulfillment_order"] {
        let id = if part.starts_with("moved") { moved } else { id };
        let at = sheet.order(id).map(|own| own.location_id.to_string());
        facts[part]["assigned_location_id"] = json!(at);
    }
    told::tell(tx, call, &[Topic::FulfillmentOrdersMoved], id, &facts)?;
    Ok(Moved {
        original: id,
        moved,
        remaining: (!whole).then_some(id),
    })
}

/// The commitments that move with units; the new location must have what it takes over.
fn moves(
    tx: &mut Tx,
    sheet: &Sheet,
    units: &Units,
    from: LocationId,
    to: LocationId,
) -> Result<Vec<Movement>, RearrangeError> {
    let mut moves = Vec::new();
    let mut wanted = std::collections::BTreeMap::new();
    for (id, quantity) in units {
        let line = sheet.lines.iter().find(|line| line.id == *id);
        if let Some(item) = line.and_then(|line| line.inventory_item_id) {
            *wanted.entry(item).or_insert(0_i64) += quantity;
        }
    }
    let items: Vec<_> = wanted.keys().copied().collect();
    let mut stock = inventory::Stock::load(tx, items.clone())?;
    let policies = inventory::policies(tx, &items)?;
    for (item, quantity) in wanted {
        let policy = policies
            .iter()
            .find(|(own, _)| *own == item)
            .map_or(Policy::Deny, |(_, policy)| *policy);
        stock
            .take_at(to, item, quantity, policy)
            .ok_or(RearrangeError::NotStocked)?;
        moves.push(Movement::released(item, from, quantity));
        moves.push(Movement::sold(item, to, quantity));
    }
    Ok(moves)
}

/// Splits units off a fulfilment order into one of their own, at the same location.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn split(
    tx: &mut Tx,
    call: &Call,
    id: FulfillmentOrderId,
    units: &[(FulfillmentOrderLineItemId, i64)],
) -> Result<Split, RearrangeError> {
    let mut sheet = Sheet::open(tx, id)?.ok_or(RearrangeError::NotFound)?;
    let order = sheet.order(id).ok_or(RearrangeError::NotFound)?.clone();
    if units.is_empty() {
        return Err(RearrangeError::NoLines);
    }
    if !order.status.is_fulfillable() {
        return Err(RearrangeError::Unfit);
    }
    sheet.check(id, units)?;
    if sheet.rest(id, units).is_empty() {
        return Err(RearrangeError::NothingLeft);
    }
    let remaining = sheet.part(call, units, order.location_id);
    sheet.save(tx, call)?;
    let facts = json!({
        "fulfillment_order": told::order(&sheet, Some(id)),
        "remaining_fulfillment_order": told::order(&sheet, Some(remaining)),
        "replacement_fulfillment_order": null,
        "split_line_items": told::units(units),
    });
    told::tell(tx, call, &[Topic::FulfillmentOrdersSplit], id, &facts)?;
    Ok(Split {
        original: id,
        remaining,
    })
}

/// Calls a fulfilment order off. What remains of it waits on a new one, so that nothing that was
/// sold goes unsent.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn call_off(
    tx: &mut Tx,
    call: &Call,
    id: FulfillmentOrderId,
) -> Result<CalledOff, RearrangeError> {
    let mut sheet = Sheet::open(tx, id)?.ok_or(RearrangeError::NotFound)?;
    let order = sheet.order(id).ok_or(RearrangeError::NotFound)?.clone();
    let fit = matches!(
        order.status,
        FulfillmentOrderStatus::Open | FulfillmentOrderStatus::InProgress
    );
    if !fit {
        return Err(RearrangeError::Unfit);
    }
    let units = sheet.remaining(id);
    let replacement = (!units.is_empty()).then(|| sheet.part(call, &units, order.location_id));
    sheet.set_status(id, FulfillmentOrderStatus::Cancelled);
    sheet.save(tx, call)?;
    let facts = json!({
        "fulfillment_order": told::order(&sheet, Some(id)),
        "replacement_fulfillment_order": told::order(&sheet, replacement),
    });
    told::tell(tx, call, &[Topic::FulfillmentOrdersCancelled], id, &facts)?;
    Ok(CalledOff {
        order: id,
        replacement,
    })
}
