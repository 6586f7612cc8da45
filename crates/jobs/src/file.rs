//! Bringing files' bytes to where the shop serves them from, and taking them away.

use blobs::BlobError;
use bytes::Bytes;
use commerce::files::{self, FileKind, Origin, Settled, Source, Task};
use commerce::queue::Job;
use store::StoreError;
use units::{MediaImageId, ShopId};

use crate::claims::Claim;
use crate::probe::probe;
use crate::worker::Deps;

/// Bytes of a remote file that are taken, at most.
const REMOTE_BYTES_MAX: usize = 20 * 1024 * 1024;

/// Sees to one file. A fault leaves the job claimed: it is due again when the lease ends.
pub(crate) async fn settle(deps: Deps, job: Job, claim: Claim) {
    let id = MediaImageId(job.subject_id);
    if let Err(fault) = try_settle(&deps, &job, id, &claim).await {
        tracing::error!(shop = %job.shop, file = %id, %fault, "a file could not be settled");
    }
}

/// Takes away bytes that nobody needs any more.
pub(crate) async fn remove(deps: Deps, job: Job, claim: Claim) {
    if let Err(fault) = try_remove(&deps, &job).await {
        tracing::error!(shop = %job.shop, job = job.id, %fault, "bytes could not be taken away");
    }
    drop(claim);
}

/// The bytes that a text names: an upload's, or those at an address on the web. In words why not.
pub(crate) async fn fetched(
    deps: &Deps,
    job: &Job,
    claim: &Claim,
    from: &str,
    bytes_max: usize,
) -> Result<Bytes, String> {
    let asked = from.to_owned();
    let found = deps.db.read(job.shop, move |tx| files::source(tx, &asked));
    let found = found.await.and_then(|found| found);
    match found.map_err(|fault| fault.to_string())? {
        Source::Unreadable => Err("There is nothing at the address.".to_owned()),
        Source::Own(name) => kept(deps, &files::own_key(job.shop, &name), bytes_max).await,
        Source::Staged(upload) => kept(deps, &upload.blob_key(), bytes_max).await,
        Source::Remote(url) => {
            // Remote hosts are not called by more at a time than their webhooks are.
            let _turns = (claim.calls.acquire().await, claim.fetches().acquire().await);
            let bytes = deps.outbound.fetch(&url, bytes_max).await?;
            Ok(Bytes::from(bytes))
        }
    }
}

/// The bytes under a key, or in words why not.
async fn kept(deps: &Deps, key: &str, bytes_max: usize) -> Result<Bytes, String> {
    let read = deps.blobs.first(key, bytes_max as u64 + 1).await;
    let bytes = read.map_err(|error| in_words(&error))?;
    match bytes.len() > bytes_max {
        true => Err("The file is too large.".to_owned()),
        false => Ok(bytes),
    }
}

/// Takes away uploads whose time is over; says whether there may be more.
pub(crate) async fn sweep(deps: &Deps, shop: ShopId) -> Result<bool, StoreError> {
    let now = deps.clock.now();
    let old = deps
        .db
        .read(shop, move |tx| files::expired_uploads(tx, now))
        .await??;
    let mut tokens = Vec::with_capacity(old.len());
    for upload in old {
        match deps.blobs.delete(&upload.blob_key()).await {
            Ok(()) => tokens.push(upload.token),
            Err(fault) => tracing::warn!(%shop, %fault, "an old upload could not be taken away"),
        }
    }
    let any = !tokens.is_empty();
    if any {
        deps.db
            .write(shop, move |tx| files::forget_uploads(tx, &tokens))
            .await?;
    }
    Ok(any)
}

async fn try_settle(
    deps: &Deps,
    job: &Job,
    id: MediaImageId,
    claim: &Claim,
) -> Result<(), StoreError> {
    // Remote hosts are not called by more at a time than their webhooks are, and no more files are
    // held in memory than there are turns. Who waited so long that another did it has nothing to do.
    let turns = (claim.calls.acquire().await, claim.fetches().acquire().await);
    let task = deps
        .db
        .read(job.shop, move |tx| files::task(tx, id))
        .await??;
    let outcome = match &task {
        None => Settled::Failed("UNKNOWN", String::new()),
        Some(task) => bring(deps, task).await,
    };
    drop(turns);
    let (call, number) = (deps.call(job.shop), job.id);
    let recorded = outcome.clone();
    deps.db
        .write(job.shop, move |tx| {
            files::settle(tx, &call, number, id, &recorded)
        })
        .await?;
    if let (Some(leave), Settled::Ready(_)) = (task.and_then(|task| task.leave), outcome)
        && let Err(fault) = deps.blobs.delete(&leave).await
    {
        tracing::warn!(shop = %job.shop, file = %id, %fault, "a renamed file left its old bytes");
    }
    Ok(())
}

async fn try_remove(deps: &Deps, job: &Job) -> Result<(), StoreError> {
    let id = job.subject_id;
    let gone = deps
        .db
        .read(job.shop, move |tx| files::gone(tx, &[id]))
        .await??;
    for (_, key) in &gone {
        if let Err(fault) = deps.blobs.delete(key).await {
            tracing::warn!(shop = %job.shop, key, %fault, "bytes could not be taken away yet");
            return Ok(());
        }
    }
    let number = job.id;
    deps.db
        .write(job.shop, move |tx| files::forget_gone(tx, number, id))
        .await
}

/// Looks at the bytes and brings them to their key. What is there already stays until the new bytes
/// are known to be good.
async fn bring(deps: &Deps, task: &Task) -> Settled {
    match &task.from {
        Origin::Lost => failed(task, "The upload is gone. Make a new one.".to_owned()),
        Origin::Blob(from) => take(deps, task, from).await,
        Origin::Remote(url) => {
            let bytes = match deps.outbound.fetch(url, REMOTE_BYTES_MAX).await {
                Ok(bytes) => bytes,
                Err(why) => return failed(task, why),
            };
            let waiting = format!("incoming/{}", task.to);
            if let Err(error) = deps.blobs.write(&waiting, bytes).await {
                return failed(task, in_words(&error));
            }
            let found = take(deps, task, &waiting).await;
            if let Err(fault) = deps.blobs.delete(&waiting).await {
                tracing::warn!(key = waiting, %fault, "bytes that were fetched stayed behind");
            }
            found
        }
    }
}

/// Takes the bytes under a key, when they are what the file is to be.
async fn take(deps: &Deps, task: &Task, from: &str) -> Settled {
    let mut probed = match probe(&deps.blobs, from, task).await {
        Ok(Settled::Ready(probed)) => probed,
        Ok(refused) => return refused,
        Err(error) => return failed(task, in_words(&error)),
    };
    let mut to = task.to.clone();
    if let Some(name) = telling_name(task, &probed.mime_type) {
        let folder = task.to.rsplit_once('/').map_or("", |(folder, _)| folder);
        to = format!("{folder}/{name}");
        probed.filename = Some(name);
    }
    if from == to {
        return Settled::Ready(probed);
    }
    match deps.blobs.copy(from, &to).await {
        Ok(()) => Settled::Ready(probed),
        Err(error) => failed(task, in_words(&error)),
    }
}

fn failed(task: &Task, why: String) -> Settled {
    let code = match task.kind {
        FileKind::Image => "IMAGE_DOWNLOAD_FAILURE",
        FileKind::Video => "VIDEO_VALIDATION_ERROR",
        FileKind::Model3d => "MODEL3D_VALIDATION_ERROR",
        FileKind::File | FileKind::ExternalVideo => "GENERIC_FILE_DOWNLOAD_FAILURE",
    };
    Settled::Failed(code, why)
}

/// A name that says what a picture is, for one whose own does not: addresses on the web may end in
/// anything.
fn telling_name(task: &Task, mime_type: &str) -> Option<String> {
    let ending = match mime_type {
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "image/avif" => "avif",
        "image/svg+xml" => "svg",
        _ => return None,
    };
    let name = task.to.rsplit('/').next().unwrap_or_default();
    // No other file has the number.
    let telling = format!("{name}_{}.{ending}", task.id.get());
    (!files::mime_of(name).starts_with("image/")).then_some(telling)
}

fn in_words(error: &BlobError) -> String {
    match error {
        BlobError::NotFound(_) => "The upload is gone. Make a new one.".to_owned(),
        BlobError::Key(_) | BlobError::Store(_) => {
            tracing::error!(%error, "the file store failed");
            "The file could not be stored.".to_owned()
        }
    }
}
