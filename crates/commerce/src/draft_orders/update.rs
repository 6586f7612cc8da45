//! Changing a draft.

use store::Tx;
use units::DraftOrderId;

use super::create::planned;
use super::error::DraftOrderError;
use super::fill::fill;
use super::input::DraftOrderInput;
use super::sql;
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};
use crate::{shops, tags};

/// Changes what is said of a draft, and prices it anew. What became an order stays as it is.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update(
    tx: &mut Tx,
    call: &Call,
    id: DraftOrderId,
    input: &DraftOrderInput,
) -> Result<DraftOrderId, DraftOrderError> {
    let mut draft = sql::lock(tx, id)?.ok_or(DraftOrderError::NotFound)?;
    if draft.is_completed() {
        return Err(DraftOrderError::Completed);
    }
    let shop = shops::current(tx)?;
    fill(tx, call, &shop, &mut draft, input)?;
    let tags = input.tags.as_deref().map(tags::checked).transpose()?;
    let metafields = planned(tx, call, id, &input.metafields)?;
    sql::save(tx, &draft)?;
    if let Some(tags) = tags {
        tags::replace(tx, tags::Owner::DraftOrder, id.get(), &tags)?;
    }
    metafields.write(tx)?;
    let event = NewEvent::of(&[Topic::DraftOrdersUpdate], Subject::DraftOrder, id);
    events::record(tx, call, event)?;
    Ok(id)
}
