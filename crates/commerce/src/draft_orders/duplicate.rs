//! A new draft like another.

use store::Tx;
use units::DraftOrderId;

use super::create::store_new;
use super::draft_order::{DraftOrder, DraftOrderStatus};
use super::error::DraftOrderError;
use super::sql;
use crate::attributes::to_json;
use crate::call::Call;
use crate::tags;

/// Makes a draft of the same lines and prices as another, for the same customer; nothing of what
/// happened to that one.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn duplicate(
    tx: &mut Tx,
    call: &Call,
    id: DraftOrderId,
) -> Result<DraftOrderId, DraftOrderError> {
    let found = sql::load(tx, &[id])?.pop().flatten();
    let original = found.ok_or(DraftOrderError::NotFound)?;
    let tags = tags::load(tx, tags::Owner::DraftOrder, &[id.get()])?
        .pop()
        .unwrap_or_default();
    let mut lines = original.line_items();
    for line in &mut lines {
        line.id = call.new_id();
        line.uuid = call.new_token();
    }
    let mut draft = DraftOrder {
        id: call.new_id(),
        token: call.new_token(),
        status: DraftOrderStatus::Open,
        order_id: None,
        lines: to_json(&lines),
        invoice_sent_at: None,
        completed_at: None,
        created_at: call.now,
        updated_at: call.now,
        ..original
    };
    store_new(tx, call, &mut draft, &tags)?;
    Ok(draft.id)
}
