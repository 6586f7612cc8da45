//! Bringing files' bytes to where the shop serves them from, and taking them away.

use blobs::BlobError;
use bytes::Bytes;
use commerce::files::{self, FileKind, Origin, Settled, Source, Task};
use commerce::queue::{self, Job};
use store::StoreError;
use tokio::task::JoinHandle;
use units::{MediaImageId, ShopId};

use crate::claims::Claim;
use crate::probe::{Held, probe};
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
    let _turn = claim.calls.acquire().await;
    let found = deps.db.read(job.shop, move |tx| files::source(tx, &asked));
    let found = found.await.and_then(|found| found);
    match found.map_err(|fault| fault.to_string())? {
        Source::Unreadable => Err("There is nothing at the address.".to_owned()),
        Source::Own(name) => kept(deps, &files::own_key(job.shop, &name), bytes_max).await,
        Source::Staged(upload) => kept(deps, &upload.blob_key(), bytes_max).await,
        Source::Remote(url) => {
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
    // Not all that is claimed is looked at at once.
    let turn = claim.calls.acquire().await;
    let task = deps
        .db
        .read(job.shop, move |tx| files::task(tx, id))
        .await??;
    let (call, number) = (deps.call(job.shop), job.id);
    let Some(task) = task else {
        return deps
            .db
            .write(job.shop, move |tx| queue::finish(tx, number))
            .await;
    };
    let outcome = seen_to(deps.clone(), task.clone()).await;
    drop(turn);
    deps.db
        .write(job.shop, move |tx| {
            files::settle(tx, &call, number, &task, &outcome)
        })
        .await
}

/// Brings a file apart from its job: bytes that make whatever looks at them fall over are a file
/// that failed, not a job that falls over again.
async fn seen_to(deps: Deps, task: Task) -> Settled {
    let own = task.clone();
    let work = tokio::spawn(async move { bring(&deps, &own).await });
    unless_it_fell(work, &task).await
}

async fn unless_it_fell(work: JoinHandle<Settled>, task: &Task) -> Settled {
    work.await.unwrap_or_else(|fall| {
        tracing::error!(file = %task.id, %fall, "a file made what looked at it fall over");
        failed(task, "The file could not be read.".to_owned())
    })
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
        Origin::Blob(from) => take(deps, task, Held::Kept(&deps.blobs, from)).await,
        Origin::Remote(url) => match deps.outbound.fetch(url, REMOTE_BYTES_MAX).await {
            Ok(bytes) => take(deps, task, Held::Here(&bytes.into())).await,
            Err(why) => failed(task, why),
        },
    }
}

/// Takes bytes, when they are what the file is to be.
async fn take(deps: &Deps, task: &Task, held: Held<'_>) -> Settled {
    let mut probed = match probe(held, task).await {
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
    let kept = match held {
        Held::Kept(_, from) if from == to => Ok(()),
        Held::Kept(blobs, from) => blobs.copy(from, &to).await,
        Held::Here(bytes) => deps.blobs.write(&to, bytes.clone()).await,
    };
    match kept {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn bytes_that_make_a_reader_fall_over_are_a_file_that_failed() {
        let task = Task {
            id: MediaImageId(1),
            source: String::new(),
            kind: FileKind::Image,
            from: Origin::Lost,
            to: "files/1/a.png".to_owned(),
            mime_type: "image/png".to_owned(),
        };
        let work = tokio::spawn(async { panic!("these bytes cannot be read") });
        let Settled::Failed(code, why) = unless_it_fell(work, &task).await else {
            panic!("it did not fail");
        };
        assert_eq!(code, "IMAGE_DOWNLOAD_FAILURE");
        assert_eq!(why, "The file could not be read.");
    }
}
