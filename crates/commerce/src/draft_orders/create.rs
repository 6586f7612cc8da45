//! A new draft.

use store::Tx;
use units::DraftOrderId;

use super::draft_order::DraftOrder;
use super::error::DraftOrderError;
use super::fill::{fill, newcomer};
use super::input::DraftOrderInput;
use super::sql;
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};
use crate::metafields::{self, NewMetafield, Owned, Plan};
use crate::{shops, tags};

/// Makes a draft of what is said, priced.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create(
    tx: &mut Tx,
    call: &Call,
    input: &DraftOrderInput,
) -> Result<DraftOrderId, DraftOrderError> {
    let mut draft = calculate(tx, call, input)?;
    let tags = tags::checked(input.tags.as_deref().unwrap_or_default())?;
    let metafields = planned(tx, call, draft.id, &input.metafields)?;
    store_new(tx, call, &mut draft, &tags)?;
    metafields.write(tx)?;
    Ok(draft.id)
}

/// What a draft of this would be like; nothing is written.
///
/// # Errors
/// The refusals of [`create`], and faults of the store.
pub fn calculate(
    tx: &mut Tx,
    call: &Call,
    input: &DraftOrderInput,
) -> Result<DraftOrder, DraftOrderError> {
    let shop = shops::current(tx)?;
    let mut draft = newcomer(call, &shop);
    let nothing = DraftOrderInput {
        lines: Some(input.lines.clone().unwrap_or_default()),
        ..input.clone()
    };
    fill(tx, call, &shop, &mut draft, &nothing)?;
    Ok(draft)
}

/// Gives a draft its number, stores it, and tells of it.
pub(super) fn store_new(
    tx: &mut Tx,
    call: &Call,
    draft: &mut DraftOrder,
    tags: &[String],
) -> Result<(), store::StoreError> {
    draft.number = sql::next_number(tx)?;
    draft.name = format!("#D{}", draft.number);
    sql::insert(tx, draft)?;
    tags::replace(tx, tags::Owner::DraftOrder, draft.id.get(), tags)?;
    let event = NewEvent::of(&[Topic::DraftOrdersCreate], Subject::DraftOrder, draft.id);
    events::record(tx, call, event)?;
    Ok(())
}

/// Metafields of a draft, checked and ready to be written.
pub(super) fn planned(
    tx: &mut Tx,
    call: &Call,
    id: DraftOrderId,
    given: &[NewMetafield],
) -> Result<Plan, DraftOrderError> {
    if given.len() > metafields::MAX_PER_CALL {
        return Err(metafields::MetafieldsError::TooMany.into());
    }
    let owned = given.iter().map(|metafield| Owned {
        owner: metafields::Owner::DraftOrder,
        owner_id: id.get(),
        metafield: metafield.clone(),
    });
    let owned: Vec<Owned> = owned.collect();
    Ok(metafields::plan(tx, call, &owned)?)
}
