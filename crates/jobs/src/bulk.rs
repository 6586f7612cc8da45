//! Carrying on bulk operations: a slice of the work, its lines into the file, the outcome recorded.
//!
//! The file is cut to the length that was recorded before anything is added to it, so that a
//! slice that was written but not recorded is written again and counts once.

use std::fs::{self, File, OpenOptions};
use std::future::Future;
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::pin::Pin;

use commerce::bulk_operations::{
    self, BulkOperation, ErrorCode, Halt, Kind, Line, Lines, Next, Slice,
};
use commerce::queue::{self, Job};
use store::StoreError;
use tokio::sync::Semaphore;
use units::{BulkOperationId, ShopId, Timestamp};

use crate::bulk_lines;
use crate::claims::Claim;
use crate::worker::Deps;

/// Slices at a time: they read a lot, and buyers come first.
static SLICES: Semaphore = Semaphore::const_new(2);
/// When both seats are taken, a job comes back after this.
const BUSY_MICROS: i64 = 100_000;
/// A slice that took longer counts for nothing: its lease may have ended.
const SLICE_MICROS_MAX: i64 = 20_000_000;

/// Lines that are being run: the operation as it stands then, and what came of them.
pub type LinesDone<'a> =
    Pin<Box<dyn Future<Output = Result<Option<(BulkOperation, Lines)>, Halt>> + Send + 'a>>;

/// Does the work of a bulk operation, a slice at a time.
pub trait BulkRunner: Send + Sync {
    /// The next part of the work, and what is left of it.
    ///
    /// # Errors
    /// Why the operation cannot go on.
    fn slice<'a>(
        &'a self,
        shop: ShopId,
        operation: &'a BulkOperation,
        now: Timestamp,
    ) -> Pin<Box<dyn Future<Output = Result<Slice, ErrorCode>> + Send + 'a>>;

    /// Runs a mutation for the first of these lines, as many as fit into one transaction that is
    /// short, and records what came of them there. The operation's file is so long, in bytes.
    ///
    /// Gives the operation as it stands then; none when it does not stand where it stood.
    ///
    /// # Errors
    /// Why the lines were not done.
    fn lines<'a>(
        &'a self,
        shop: ShopId,
        operation: &'a BulkOperation,
        file_bytes: i64,
        lines: Vec<Line>,
        now: Timestamp,
    ) -> LinesDone<'a>;
}

/// Where an operation's result is kept.
pub(crate) fn file(deps: &Deps, shop: ShopId, id: BulkOperationId) -> PathBuf {
    bulk_operations::result_file(&deps.data, shop, id)
}

/// Carries on one operation by a slice. A fault leaves the job claimed: it is due again when the
/// lease ends.
pub(crate) async fn carry_on(deps: Deps, job: Job, claim: Claim) {
    let (shop, id) = (job.shop, BulkOperationId(job.subject_id));
    if let Err(fault) = slice(&deps, &job, id).await {
        tracing::error!(%shop, operation = %id, %fault, "a bulk operation was not carried on");
    }
    drop(claim);
}

async fn slice(deps: &Deps, job: &Job, id: BulkOperationId) -> Result<(), StoreError> {
    let shop = job.shop;
    let Ok(_seat) = SLICES.try_acquire() else {
        let due_at = Timestamp(deps.clock.now().micros() + BUSY_MICROS);
        let job = job.id;
        return deps
            .db
            .write(shop, move |tx| queue::postpone(tx, job, due_at))
            .await;
    };
    let (call, job) = (deps.call(shop), job.id);
    let begun_at = call.now;
    let begun = deps
        .db
        .write(shop, move |tx| bulk_operations::begin(tx, &call, job, id))
        .await?;
    let Some(operation) = begun else {
        return Ok(());
    };
    if operation.kind == Kind::Mutation {
        return bulk_lines::carry_on(deps, shop, job, operation).await;
    }
    let next = match deps.bulk.slice(shop, &operation, begun_at).await {
        Err(code) => Next::Failed(code),
        Ok(_) if deps.clock.now().micros() - begun_at.micros() > SLICE_MICROS_MAX => {
            tracing::warn!(%shop, operation = %id, "a slice of a bulk operation took too long");
            return Ok(());
        }
        Ok(slice) => written(file(deps, shop, id), operation.file_bytes, slice).await,
    };
    let call = deps.call(shop);
    deps.db
        .write(shop, move |tx| {
            bulk_operations::advance(tx, &call, job, &operation, &next)
        })
        .await
}

async fn written(path: PathBuf, from: i64, slice: Slice) -> Next {
    let shown = path.display().to_string();
    let done = tokio::task::spawn_blocking(move || {
        let length = append(&path, from, &slice.lines)?;
        Ok::<_, io::Error>(Next::Written(slice, length))
    });
    let fault: Box<dyn std::error::Error + Send + Sync> = match done.await {
        Ok(Ok(next)) => return next,
        Ok(Err(cause)) => cause.into(),
        Err(cause) => cause.into(),
    };
    tracing::error!(path = shown, %fault, "a bulk operation's result was not written");
    Next::Failed(ErrorCode::InternalServerError)
}

/// As [`append`], off the async threads.
pub(crate) async fn added(path: PathBuf, from: i64, lines: String) -> Result<i64, io::Error> {
    let done = tokio::task::spawn_blocking(move || append(&path, from, lines.as_bytes())).await;
    done.unwrap_or_else(|cause| Err(io::Error::other(cause)))
}

/// Cuts a file to `from` bytes and adds lines, durably; gives its length.
fn append(path: &Path, from: i64, lines: &[u8]) -> io::Result<i64> {
    let from = u64::try_from(from).unwrap_or(0);
    if from == 0 && lines.is_empty() {
        return Ok(0);
    }
    if let Some(folder) = path.parent()
        && from == 0
    {
        fs::create_dir_all(folder)?;
    }
    let mut file = OpenOptions::new()
        .create(from == 0)
        .truncate(false)
        .write(true)
        .open(path)?;
    if file.metadata()?.len() < from {
        let why = "the file is shorter than it was";
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, why));
    }
    file.set_len(from)?;
    file.seek(SeekFrom::End(0))?;
    file.write_all(lines)?;
    file.sync_all()?;
    if let Some(folder) = path.parent()
        && from == 0
    {
        File::open(folder)?.sync_all()?;
    }
    let length = from + lines.len() as u64;
    Ok(i64::try_from(length).unwrap_or(i64::MAX))
}

/// Forgets results that were kept long enough; gives whether there may be more.
pub(crate) async fn expire(deps: &Deps, shop: ShopId) -> Result<bool, StoreError> {
    let now = deps.clock.now();
    let old = deps
        .db
        .write(shop, move |tx| bulk_operations::expire(tx, now))
        .await?;
    for id in &old {
        let path = file(deps, shop, *id);
        if let Err(cause) = tokio::fs::remove_file(&path).await
            && cause.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(path = %path.display(), %cause, "an old result was not deleted");
        }
    }
    Ok(!old.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_but_not_recorded_is_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("7/9.jsonl");
        assert_eq!(append(&path, 0, b"one\n").unwrap(), 4);
        assert_eq!(append(&path, 4, b"lost\n").unwrap(), 9);
        assert_eq!(append(&path, 4, b"two\n").unwrap(), 8);
        assert_eq!(fs::read(&path).unwrap(), b"one\ntwo\n");
        assert!(append(&path, 100, b"x").is_err());
    }
}
