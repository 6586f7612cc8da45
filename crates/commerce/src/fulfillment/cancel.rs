//! Calling a parcel back: its goods are to be sent again.

use store::{StoreError, Tx};
use units::FulfillmentId;

use super::records::{FulfillmentLineItem, FulfillmentStatus};
use super::sheet::Sheet;
use super::sql;
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};
use crate::inventory::{self, Movement};
use crate::orders::FulfillmentOrderStatus;

/// Why a parcel was not called back.
#[derive(Debug, thiserror::Error)]
pub enum CancelFulfillmentError {
    /// There is no such parcel.
    #[error("Fulfillment not found.")]
    NotFound,
    /// It was called back before.
    #[error("Fulfillment is already cancelled.")]
    Cancelled,
    /// Ours.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Calls a parcel back: what it held waits on its fulfilment orders again, which open anew, and
/// its stock is committed again. What was taken off the order since does not come back.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn cancel(
    tx: &mut Tx,
    call: &Call,
    id: FulfillmentId,
) -> Result<FulfillmentId, CancelFulfillmentError> {
    let find =
        |tx: &mut Tx| Ok::<_, StoreError>(sql::fulfillments_by_id(tx, &[id])?.pop().flatten());
    let found = find(tx)?.ok_or(CancelFulfillmentError::NotFound)?;
    let sheet = Sheet::of_order(tx, found.order_id)?;
    let mut sheet = sheet.ok_or(CancelFulfillmentError::NotFound)?;
    // Read again: the order is locked now.
    let parcel = find(tx)?.ok_or(CancelFulfillmentError::NotFound)?;
    if !parcel.status.can_become(FulfillmentStatus::Cancelled) {
        return Err(CancelFulfillmentError::Cancelled);
    }
    let packed = sql::fulfillment_lines(tx, &[parcel.order_id])?;
    let packed = packed.into_iter().next().unwrap_or_default();
    let alive = alive(tx, &parcel, &packed)?;
    let mut moves = Vec::new();
    for own in packed.iter().filter(|line| line.fulfillment_id == id) {
        let back = take_back(&mut sheet, own, &alive);
        let line = sheet
            .lines
            .iter()
            .find(|line| line.id == own.fulfillment_order_line_item_id);
        if let Some(item) = line.and_then(|line| line.inventory_item_id)
            && back > 0
        {
            moves.push(Movement::called_back(item, parcel.location_id, back));
        }
    }
    sql::save_status(tx, &parcel, FulfillmentStatus::Cancelled, call.now)?;
    inventory::enter_of_orders(tx, call, "fulfillment", &id.to_string(), &moves)?;
    sheet.save(tx, call)?;
    let event = NewEvent::of(&[Topic::FulfillmentsUpdate], Subject::Fulfillment, id);
    events::record(tx, call, event)?;
    Ok(id)
}

/// The lines of the order's other parcels that were not called back.
fn alive(
    tx: &mut Tx,
    parcel: &super::records::Fulfillment,
    packed: &[FulfillmentLineItem],
) -> Result<Vec<FulfillmentLineItem>, StoreError> {
    let parcels = sql::fulfillments(tx, &[parcel.order_id])?;
    let parcels = parcels.into_iter().next().unwrap_or_default();
    let counts = |line: &&FulfillmentLineItem| {
        parcels.iter().any(|own| {
            own.id == line.fulfillment_id
                && own.id != parcel.id
                && own.status == FulfillmentStatus::Success
        })
    };
    Ok(packed.iter().filter(counts).cloned().collect())
}

/// Lets a packed line wait again; gives how many of its units do.
fn take_back(sheet: &mut Sheet, own: &FulfillmentLineItem, alive: &[FulfillmentLineItem]) -> i64 {
    let sent: i64 = alive
        .iter()
        .filter(|line| line.line_item_id == own.line_item_id)
        .map(|line| line.quantity)
        .sum();
    let waiting: i64 = sheet
        .lines
        .iter()
        .filter(|line| line.line_item_id == own.line_item_id)
        .map(|line| line.remaining_quantity)
        .sum();
    let Some(sold) = sheet.amendment.line_mut(own.line_item_id) else {
        return 0;
    };
    let back = own
        .quantity
        .min((sold.current_quantity - sent - waiting).max(0));
    sold.fulfillable_quantity += back;
    let wanted = own.fulfillment_order_line_item_id;
    if let Some(line) = sheet.lines.iter_mut().find(|line| line.id == wanted) {
        line.remaining_quantity += back;
        line.total_quantity -= own.quantity - back;
    }
    let order = sheet.order(own.fulfillment_order_id);
    let open = FulfillmentOrderStatus::Open;
    if back > 0 && order.is_some_and(|order| order.status.can_become(open)) {
        sheet.set_status(own.fulfillment_order_id, open);
    }
    back
}
