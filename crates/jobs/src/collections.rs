//! Filling collections by their rules, and telling of what came to be seen.

use commerce::catalog;
use commerce::queue::{self, Job, JobKind};
use store::StoreError;
use units::{CollectionId, InventoryItemId, ProductId};

use crate::claims::Claim;
use crate::worker::Deps;

/// Turns of one sweep before others' jobs get theirs.
const TURNS_MAX: usize = 100;

/// Looks through the shop's products for a collection's new rules. A fault leaves the job claimed:
/// it is due again when the lease ends, and goes on where it was.
pub(crate) async fn sweep(deps: Deps, job: Job, claim: Claim) {
    if let Err(fault) = try_sweep(&deps, &job).await {
        let collection = job.subject_id;
        tracing::error!(shop = %job.shop, collection, %fault, "a collection was not filled");
    }
    drop(claim);
}

/// Sorts the product of an item whose stock moved into collections.
pub(crate) async fn sort_in(deps: Deps, job: Job, claim: Claim) {
    let (call, number) = (deps.call(job.shop), job.id);
    let item = InventoryItemId(job.subject_id);
    let done = deps
        .db
        .write(job.shop, move |tx| {
            catalog::sort_in_stocked(tx, &call, number, item)
        })
        .await;
    if let Err(fault) = done {
        tracing::error!(shop = %job.shop, %item, %fault, "a product was not sorted in");
    }
    drop(claim);
}

/// Tells that a product or collection can be seen, now that its date has come.
pub(crate) async fn tell_published(deps: Deps, job: Job, claim: Claim) {
    let (call, number, subject) = (deps.call(job.shop), job.id, job.subject_id);
    let is_product = job.kind == JobKind::PublishedProduct;
    let done = deps
        .db
        .write(job.shop, move |tx| match is_product {
            true => catalog::tell_product(tx, &call, number, ProductId(subject)),
            false => catalog::tell_collection(tx, &call, number, CollectionId(subject)),
        })
        .await;
    if let Err(fault) = done {
        tracing::error!(shop = %job.shop, subject, %fault, "a publication was not told of");
    }
    drop(claim);
}

async fn try_sweep(deps: &Deps, job: &Job) -> Result<(), StoreError> {
    let (number, collection) = (job.id, CollectionId(job.subject_id));
    for _ in 0..TURNS_MAX {
        let call = deps.call(job.shop);
        let more = deps
            .db
            .write(job.shop, move |tx| {
                catalog::sweep(tx, &call, number, collection)
            })
            .await?;
        if !more {
            return Ok(());
        }
    }
    let now = deps.clock.now();
    deps.db
        .write(job.shop, move |tx| queue::postpone(tx, number, now))
        .await
}
