//! What is told of a fulfilment order's way: it is told as it stands then, since it may move on
//! before a payload is rendered.

use serde_json::{Value, json};
use store::{StoreError, Tx};
use units::{FulfillmentOrderId, FulfillmentOrderLineItemId};

use super::records::FulfillmentHold;
use super::sheet::Sheet;
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};

/// Records an event about a fulfilment order; the facts are its payload.
pub(super) fn tell(
    tx: &mut Tx,
    call: &Call,
    topics: &'static [Topic],
    id: FulfillmentOrderId,
    facts: &Value,
) -> Result<(), StoreError> {
    let event = NewEvent {
        facts: facts.to_string(),
        ..NewEvent::of(topics, Subject::FulfillmentOrder, id)
    };
    events::record(tx, call, event)?;
    Ok(())
}

/// A fulfilment order of a sheet, as payloads tell it; null when there is none.
pub(super) fn order(sheet: &Sheet, id: Option<FulfillmentOrderId>) -> Value {
    let found = id.and_then(|id| sheet.order(id));
    found.map_or(
        Value::Null,
        |own| json!({ "id": own.id.to_string(), "status": own.status.as_str().to_lowercase() }),
    )
}

/// Units of lines.
pub(super) fn units(units: &[(FulfillmentOrderLineItemId, i64)]) -> Value {
    let told = |(id, quantity): &(FulfillmentOrderLineItemId, i64)| json!({ "id": id.to_string(), "quantity": quantity });
    units.iter().map(told).collect()
}

/// A hold.
pub(super) fn hold(own: &FulfillmentHold) -> Value {
    json!({
        "id": own.id.to_string(),
        "reason": own.reason.as_str().to_lowercase(),
        "reason_notes": own.reason_notes,
        "handle": Some(&own.handle).filter(|handle| !handle.is_empty()),
    })
}
