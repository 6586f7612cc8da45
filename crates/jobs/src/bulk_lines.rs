//! Carrying on bulk mutations: lines are read from the upload, run a few to a transaction, and
//! what came of them is brought into the file before the next ones are begun.

use std::fmt::Display;

use blobs::BlobError;
use commerce::bulk_operations::{
    self, BulkOperation, ErrorCode, Halt, Line, LineBreaks, Place, State,
};
use commerce::queue;
use store::StoreError;
use units::{ShopId, Timestamp};

use crate::bulk::{added, file};
use crate::worker::Deps;

/// Bytes of an upload that are read at once.
const PIECE_BYTES: u64 = 256 * 1024;
/// Lines of a transaction, at most.
const LINES_MAX: usize = 64;
/// A transaction that takes this long is long enough: buyers wait behind it.
const LONG_MICROS: i64 = 5_000;
/// Transactions before others get the seat,
const TURNS_MAX: usize = 500;
/// and the time before they do: well before the lease ends.
const SEAT_MICROS: i64 = 5_000_000;

/// Carries on one mutation for a while.
pub(crate) async fn carry_on(
    deps: &Deps,
    shop: ShopId,
    job: i64,
    mut operation: BulkOperation,
) -> Result<(), StoreError> {
    let id = operation.id;
    let read = deps
        .db
        .read(shop, move |tx| bulk_operations::unwritten(tx, id));
    let mut unwritten = read.await??;
    let Some(mut upload) = Upload::open(&operation) else {
        let length = operation.file_bytes;
        return broken(deps, (shop, job), &operation, length, &"it stands nowhere").await;
    };
    let begun_at = deps.clock.now();
    let mut most = 1;
    for _ in 0..TURNS_MAX {
        let path = file(deps, shop, id);
        let length = match added(path, operation.file_bytes, unwritten).await {
            Ok(length) => length,
            Err(fault) => {
                let length = operation.file_bytes;
                return broken(deps, (shop, job), &operation, length, &fault).await;
            }
        };
        let canceling = operation.state == State::Canceling;
        let lines = match upload.next(deps, most).await {
            Ok(lines) if lines.is_empty() || canceling => {
                return end(deps, shop, job, &operation, length, None).await;
            }
            Ok(lines) => lines,
            Err(fault) => return broken(deps, (shop, job), &operation, length, &fault).await,
        };
        let (asked, from) = (lines.len(), deps.clock.now());
        let done = deps.bulk.lines(shop, &operation, length, lines, from).await;
        let (after, done) = match done {
            Ok(Some(done)) => done,
            // It is to be ended, or another worker got on with it.
            Ok(None) => return later(deps, shop, job).await,
            Err(Halt::Failed(code)) => {
                return end(deps, shop, job, &operation, length, Some(code)).await;
            }
            Err(Halt::Store(fault)) => return Err(fault),
        };
        let now = deps.clock.now();
        most = if now.micros() - from.micros() > LONG_MICROS {
            (most / 2).max(1)
        } else {
            (most * 2).min(LINES_MAX)
        };
        if usize::try_from(done.count).unwrap_or(0) < asked {
            upload = Upload::at(&operation, done.next);
        }
        operation = after;
        unwritten = done.text;
        if now.micros() - begun_at.micros() > SEAT_MICROS {
            break;
        }
    }
    later(deps, shop, job).await
}

/// Ends an operation that the program cannot carry on.
async fn broken(
    deps: &Deps,
    (shop, job): (ShopId, i64),
    operation: &BulkOperation,
    file_bytes: i64,
    fault: &(dyn Display + Sync),
) -> Result<(), StoreError> {
    tracing::error!(%shop, operation = %operation.id, %fault, "a bulk mutation broke off");
    let code = Some(ErrorCode::InternalServerError);
    end(deps, shop, job, operation, file_bytes, code).await
}

async fn later(deps: &Deps, shop: ShopId, job: i64) -> Result<(), StoreError> {
    let now: Timestamp = deps.clock.now();
    deps.db
        .write(shop, move |tx| queue::postpone(tx, job, now))
        .await
}

async fn end(
    deps: &Deps,
    shop: ShopId,
    job: i64,
    operation: &BulkOperation,
    file_bytes: i64,
    error: Option<ErrorCode>,
) -> Result<(), StoreError> {
    let (call, before) = (deps.call(shop), operation.clone());
    deps.db
        .write(shop, move |tx| {
            bulk_operations::finish(tx, &call, job, &before, file_bytes, error)
        })
        .await
}

/// An upload that is read line by line.
struct Upload {
    key: String,
    breaks: LineBreaks,
}

impl Upload {
    /// The upload of an operation, from where that stands.
    fn open(operation: &BulkOperation) -> Option<Self> {
        let place = operation.left_to_do.parse().ok()?;
        Some(Self::at(operation, place))
    }

    fn at(operation: &BulkOperation, place: Place) -> Self {
        Self {
            key: operation.upload_blob_key(),
            breaks: LineBreaks::from(place),
        }
    }

    /// The next lines, `most` of them or fewer; none at the end.
    async fn next(&mut self, deps: &Deps, most: usize) -> Result<Vec<Line>, BlobError> {
        let size = deps.blobs.known(&self.key).await?.size_bytes;
        let mut lines = Vec::new();
        while lines.len() < most {
            let at = self.breaks.wanted();
            match self.breaks.next(at < size) {
                Some(line) => lines.push(line),
                None if at >= size => break,
                // Rather few lines now than another piece in memory.
                None if !lines.is_empty() => break,
                None => {
                    let at = self.breaks.wanted();
                    let piece = at..size.min(at + PIECE_BYTES);
                    let piece = deps.blobs.range(&self.key, piece).await?;
                    self.breaks.push(&piece);
                }
            }
        }
        Ok(lines)
    }
}
