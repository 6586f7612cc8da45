//! Deleting metaobjects.

use store::{StoreError, Tx};
use units::{MetaobjectDefinitionId, MetaobjectId};

use super::entry::event;
use super::error::{MetaobjectError, Refusal, Why};
use super::{Metaobject, own_type, sql};
use crate::call::Call;
use crate::events::{self, Topic};

/// Entries that are deleted in one turn.
const CHUNK: usize = 250;

/// Deletes a metaobject; what refers to it refers to nothing then.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn delete(tx: &mut Tx, call: &Call, id: MetaobjectId) -> Result<(), MetaobjectError> {
    let found = sql::lock(tx, id)?.filter(|own| own_type(call, &own.kind).is_some());
    let own = found.ok_or_else(|| MetaobjectError::at(["id"], Why::NotFound))?;
    remove(tx, call, &[own])?;
    Ok(())
}

/// Deletes those metaobjects that are there, 250 at most; tells of the others.
///
/// # Errors
/// `Store` faults only.
pub fn delete_many(
    tx: &mut Tx,
    call: &Call,
    ids: &[MetaobjectId],
) -> Result<Vec<Refusal>, StoreError> {
    let ids = &ids[..ids.len().min(CHUNK)];
    let mut found = sql::load(tx, ids)?;
    found.retain(|own| own_type(call, &own.kind).is_some());
    remove(tx, call, &found)?;
    let missing = ids
        .iter()
        .enumerate()
        .filter(|(_, id)| !found.iter().any(|own| own.id == **id));
    Ok(missing
        .map(|(place, _)| Refusal {
            index: Some(place),
            ..Refusal::new(["where", "ids"], Why::NotFound)
        })
        .collect())
}

/// Deletes some of a definition's metaobjects; `true` as long as there may be more.
///
/// # Errors
/// `Store` faults only.
pub fn delete_some(
    tx: &mut Tx,
    call: &Call,
    definition: MetaobjectDefinitionId,
) -> Result<bool, StoreError> {
    let found = sql::entries_after(tx, definition, MetaobjectId(0), CHUNK)?;
    remove(tx, call, &found)?;
    Ok(found.len() == CHUNK)
}

fn remove(tx: &mut Tx, call: &Call, entries: &[Metaobject]) -> Result<(), StoreError> {
    if entries.is_empty() {
        return Ok(());
    }
    let ids: Vec<MetaobjectId> = entries.iter().map(|own| own.id).collect();
    sql::delete(tx, &ids)?;
    let events: Vec<_> = entries
        .iter()
        .map(|own| (call, event(&[Topic::MetaobjectsDelete], own)))
        .collect();
    events::record_many(tx, &events)?;
    Ok(())
}
