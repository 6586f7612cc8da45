//! Holding a fulfilment order back, and letting it go on.

use serde_json::json;
use store::{StoreError, Tx};
use units::{FulfillmentHoldId, FulfillmentOrderId, FulfillmentOrderLineItemId};

use super::records::{FulfillmentHold, HoldReason};
use super::sheet::{PickError, Sheet};
use super::{sql, told};
use crate::call::{Actor, Call};
use crate::events::Topic;
use crate::orders::FulfillmentOrderStatus;

/// Holds on one fulfilment order, at most.
const HOLDS_MAX: usize = 10;
/// Handles and ids are no longer than this.
const NAME_CHARS_MAX: usize = 64;
/// Notes are no longer than this.
const NOTES_CHARS_MAX: usize = 1000;

/// A hold as it is asked for.
#[derive(Debug, Clone)]
pub struct NewHold {
    /// Why.
    pub reason: HoldReason,
    /// Why, in words.
    pub reason_notes: Option<String>,
    /// What the app knows it by; may be empty.
    pub handle: String,
    /// What another system knows it by.
    pub external_id: Option<String>,
    /// The units that are held; all that remain when empty.
    pub lines: Vec<(FulfillmentOrderLineItemId, i64)>,
}

/// A fulfilment order that is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// The hold.
    pub hold: FulfillmentHoldId,
    /// The fulfilment order.
    pub order: FulfillmentOrderId,
    /// The new fulfilment order of what is not held.
    pub remaining: Option<FulfillmentOrderId>,
}

/// Why a fulfilment order is not held, or not let go.
#[derive(Debug, thiserror::Error)]
pub enum HoldError {
    /// There is no such fulfilment order.
    #[error("Fulfillment order does not exist.")]
    NotFound,
    /// It is being worked on, or done with.
    #[error("The fulfillment order is not in a state in which it can be held.")]
    NotHoldable,
    /// It is not held.
    #[error("The fulfillment order is not on hold.")]
    NotHeld,
    /// The app has a hold of this handle on it.
    #[error(
        "The handle provided for the fulfillment hold is already in use by this app for another hold on this fulfillment order."
    )]
    HandleTaken,
    /// Too many.
    #[error("The maximum number of fulfillment holds for this fulfillment order has been reached.")]
    TooMany,
    /// A part of a fulfilment order that is held already.
    #[error("The fulfillment order can't be split while it is on hold.")]
    NotSplittable,
    /// A text is too long.
    #[error("A handle can be {NAME_CHARS_MAX} characters long, and notes {NOTES_CHARS_MAX}.")]
    TooLong,
    /// There is no such hold.
    #[error("The fulfillment hold does not exist.")]
    HoldUnknown,
    /// The units cannot be taken out.
    #[error(transparent)]
    Pick(#[from] PickError),
    /// Ours.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Holds a fulfilment order, or some of its units, back. What is not held waits on a fulfilment
/// order of its own.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn hold(
    tx: &mut Tx,
    call: &Call,
    id: FulfillmentOrderId,
    new: &NewHold,
) -> Result<Held, HoldError> {
    let mut sheet = Sheet::open(tx, id)?.ok_or(HoldError::NotFound)?;
    let order = sheet.order(id).ok_or(HoldError::NotFound)?.clone();
    let app_id = match call.actor {
        Actor::App(app) => Some(app),
        _ => None,
    };
    let holds = sql::holds(tx, &[id])?.pop().unwrap_or_default();
    let held = order.status == FulfillmentOrderStatus::OnHold;
    if !held && !order.status.can_become(FulfillmentOrderStatus::OnHold) {
        return Err(HoldError::NotHoldable);
    }
    if held && !new.lines.is_empty() {
        return Err(HoldError::NotSplittable);
    }
    if holds.len() >= HOLDS_MAX {
        return Err(HoldError::TooMany);
    }
    let same = |hold: &FulfillmentHold| hold.app_id == app_id && hold.handle == new.handle;
    if holds.iter().any(same) {
        return Err(HoldError::HandleTaken);
    }
    let longer = |text: Option<&str>, most| text.is_some_and(|text| text.chars().count() > most);
    if longer(Some(&new.handle), NAME_CHARS_MAX)
        || longer(new.external_id.as_deref(), NAME_CHARS_MAX)
        || longer(new.reason_notes.as_deref(), NOTES_CHARS_MAX)
    {
        return Err(HoldError::TooLong);
    }
    sheet.check(id, &new.lines)?;
    let rest = if new.lines.is_empty() {
        Vec::new()
    } else {
        sheet.rest(id, &new.lines)
    };
    let remaining = (!rest.is_empty()).then(|| sheet.part(call, &rest, order.location_id));
    sheet.set_status(id, FulfillmentOrderStatus::OnHold);
    let hold = FulfillmentHold {
        fulfillment_order_id: id,
        id: call.new_id(),
        reason: new.reason,
        reason_notes: new.reason_notes.clone(),
        handle: new.handle.clone(),
        external_id: new.external_id.clone(),
        app_id,
        created_at: call.now,
    };
    sql::insert_hold(tx, &hold)?;
    sheet.save(tx, call)?;
    tell_held(tx, call, &sheet, &hold, remaining, held)?;
    Ok(Held {
        hold: hold.id,
        order: id,
        remaining,
    })
}

/// Tells of a hold, and when it is the first one, that the fulfilment order waits now.
fn tell_held(
    tx: &mut Tx,
    call: &Call,
    sheet: &Sheet,
    hold: &FulfillmentHold,
    remaining: Option<FulfillmentOrderId>,
    held: bool,
) -> Result<(), StoreError> {
    let id = hold.fulfillment_order_id;
    let order = told::order(sheet, Some(id));
    let added = json!({ "fulfillment_order": order, "fulfillment_hold": told::hold(hold) });
    told::tell(tx, call, &[Topic::FulfillmentHoldsAdded], id, &added)?;
    if held {
        return Ok(());
    }
    let mut order = order;
    order["fulfillment_holds"] = json!([told::hold(hold)]);
    let placed = json!({
        "fulfillment_order": order,
        "remaining_fulfillment_order": told::order(sheet, remaining),
        "held_fulfillment_order_line_items": told::units(&sheet.remaining(id)),
        "created_fulfillment_hold": told::hold(hold),
    });
    told::tell(
        tx,
        call,
        &[Topic::FulfillmentOrdersPlacedOnHold],
        id,
        &placed,
    )
}

/// Which holds are let go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Release {
    /// All of them.
    All,
    /// Those of some ids.
    Holds(Vec<FulfillmentHoldId>),
    /// Those that another system knows by an id.
    External(String),
}

/// Lets holds go; without any left, the fulfilment order is open again.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn release_hold(
    tx: &mut Tx,
    call: &Call,
    id: FulfillmentOrderId,
    release: &Release,
) -> Result<FulfillmentOrderId, HoldError> {
    let mut sheet = Sheet::open(tx, id)?.ok_or(HoldError::NotFound)?;
    let order = sheet.order(id).ok_or(HoldError::NotFound)?;
    if order.status != FulfillmentOrderStatus::OnHold {
        return Err(HoldError::NotHeld);
    }
    let holds = sql::holds(tx, &[id])?.pop().unwrap_or_default();
    let meant = |hold: &&FulfillmentHold| match release {
        Release::All => true,
        Release::Holds(ids) => ids.contains(&hold.id),
        Release::External(external) => hold.external_id.as_ref() == Some(external),
    };
    let gone: Vec<&FulfillmentHold> = holds.iter().filter(meant).collect();
    if gone.is_empty() && *release != Release::All {
        return Err(HoldError::HoldUnknown);
    }
    for hold in &gone {
        sql::delete_hold(tx, hold)?;
    }
    if gone.len() == holds.len() {
        sheet.set_status(id, FulfillmentOrderStatus::Open);
    }
    sheet.save(tx, call)?;
    let order = told::order(&sheet, Some(id));
    for hold in &gone {
        let released = json!({ "fulfillment_order": order, "fulfillment_hold": told::hold(hold) });
        told::tell(tx, call, &[Topic::FulfillmentHoldsReleased], id, &released)?;
    }
    if gone.len() == holds.len() {
        let free = json!({ "fulfillment_order": order });
        told::tell(tx, call, &[Topic::FulfillmentOrdersHoldReleased], id, &free)?;
    }
    Ok(id)
}
