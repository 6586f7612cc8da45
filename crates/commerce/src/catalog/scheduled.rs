//! Telling of what comes to be seen at a date.
//!
//! Nothing is written when the date comes: whatever reads compares it with the moment. What hears of
//! changes is told by a job that waits for the date.

use store::{StoreError, Tx};
use units::{CollectionId, ProductId, Timestamp};

use super::publications::Publishable;
use super::{loads, members};
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};
use crate::queue::{self, JobKind, NewJob};

/// What is published from one moment on, and shall be from another; none for not at all.
pub(super) type Dates = (Publishable, Option<Timestamp>, Option<Timestamp>);

impl Publishable {
    const fn job(self) -> (JobKind, i64) {
        match self {
            Self::Product(id) => (JobKind::PublishedProduct, id.get()),
            Self::Collection(id) => (JobKind::PublishedCollection, id.get()),
        }
    }
}

/// Has what is to be seen later told of at its date, and no longer at a date that was before.
pub(super) fn schedule(tx: &mut Tx, call: &Call, all: &[Dates]) -> Result<(), StoreError> {
    let later = |date: &Option<Timestamp>| date.is_some_and(|date| date > call.now);
    let moved = || all.iter().filter(|(_, before, after)| before != after);
    let gone: Vec<_> = moved()
        .filter(|(_, before, _)| later(before))
        .map(|(what, ..)| what.job())
        .collect();
    if !gone.is_empty() {
        queue::call_off(tx, &gone)?;
    }
    let new = moved().filter_map(|(what, _, after)| {
        let (kind, id) = what.job();
        after
            .filter(|date| *date > call.now)
            .map(|date| NewJob::at(call, kind, id, date))
    });
    let new: Vec<NewJob> = new.collect();
    if new.is_empty() {
        return Ok(());
    }
    queue::add(tx, &new)
}

/// Tells that a product can be seen now, by a job whose date has come.
///
/// # Errors
/// `Store` faults only.
pub fn tell_product(tx: &mut Tx, call: &Call, job: i64, id: ProductId) -> Result<(), StoreError> {
    queue::finish(tx, job)?;
    let found = loads::products(tx, &[id])?.pop().flatten();
    if found.is_some_and(|product| product.is_visible(call.now)) {
        let event = NewEvent::of(&[Topic::ProductsUpdate], Subject::Product, id);
        events::record(tx, call, event)?;
    }
    Ok(())
}

/// Tells that a collection can be seen now, by a job whose date has come.
///
/// # Errors
/// `Store` faults only.
pub fn tell_collection(
    tx: &mut Tx,
    call: &Call,
    job: i64,
    id: CollectionId,
) -> Result<(), StoreError> {
    queue::finish(tx, job)?;
    let found = loads::collections(tx, &[id])?.pop().flatten();
    if found.is_some_and(|own| own.published_at.is_some_and(|since| since <= call.now)) {
        members::tell(tx, call, &[id])?;
    }
    Ok(())
}
