//! Throwing drafts away.

use store::{StoreError, Tx};
use units::DraftOrderId;

use super::error::DraftOrderError;
use super::sql;
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};
use crate::{metafields, tags};

/// Drafts that are thrown away in one transaction, at most.
pub const BULK_MAX: usize = 250;

/// Throws a draft away; the order that it became, if any, stays.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn delete(tx: &mut Tx, call: &Call, id: DraftOrderId) -> Result<DraftOrderId, DraftOrderError> {
    sql::lock(tx, id)?.ok_or(DraftOrderError::NotFound)?;
    delete_many(tx, call, &[id])?;
    Ok(id)
}

/// Throws drafts away; unknown ids are left out. At most [`BULK_MAX`] at once.
///
/// # Errors
/// `Store` faults only.
pub fn delete_many(tx: &mut Tx, call: &Call, ids: &[DraftOrderId]) -> Result<(), StoreError> {
    let found = sql::load(tx, ids)?;
    let known: Vec<DraftOrderId> = found.into_iter().flatten().map(|own| own.id).collect();
    sql::delete(tx, &known)?;
    let numbers: Vec<i64> = known.iter().map(|id| id.get()).collect();
    metafields::delete_all(tx, metafields::Owner::DraftOrder, &numbers)?;
    let mut told = Vec::with_capacity(known.len());
    for id in known {
        tags::replace(tx, tags::Owner::DraftOrder, id.get(), &[])?;
        let topics = &[Topic::DraftOrdersDelete];
        told.push((call, NewEvent::of(topics, Subject::DraftOrder, id)));
    }
    events::record_many(tx, &told)?;
    Ok(())
}
