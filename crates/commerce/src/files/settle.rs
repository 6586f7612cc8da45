//! Bringing a file's bytes to where the shop serves them from, and what became of it.

use std::slice;

use store::{StoreError, Tx};
use units::{MediaImageId, ShopId};

use super::create::enqueue;
use super::delete::forget_bytes;
use super::source::{PLACE, Source, name_in};
use super::update::tell;
use super::{File, FileKind, FileStatus, source, sql};
use crate::call::Call;
use crate::queue;

/// What begins the source of a file whose own bytes are brought to another name; the name that they
/// had follows.
pub(super) const RENAMED: &str = "own:";

/// Where the bytes are now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Under a key.
    Blob(String),
    /// On the web.
    Remote(String),
    /// Nowhere any more.
    Lost,
}

/// What is to be done about a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Which file.
    pub id: MediaImageId,
    /// What its bytes were to be made of.
    pub source: String,
    /// What the file is.
    pub kind: FileKind,
    /// Where the bytes are.
    pub from: Origin,
    /// The key that they go to.
    pub to: String,
    /// What kind of bytes they are thought to be.
    pub mime_type: String,
}

/// What was found out about a file's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probed {
    /// How many.
    pub size_bytes: i64,
    /// What kind.
    pub mime_type: String,
    /// Width and height in pixels, as it is shown, when they are known.
    pub dimensions: Option<(i64, i64)>,
    /// How long a film is, in milliseconds, when that is known.
    pub duration_ms: Option<i64>,
    /// What it is called now, where its name did not say what it is.
    pub filename: Option<String>,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// It can be seen.
    Ready(Probed),
    /// It could not be taken: a code of the public API, and why.
    Failed(&'static str, String),
}

/// What a job has to do about a file; nothing when that is done, or the file gone.
///
/// # Errors
/// `Store` faults only.
pub fn task(tx: &mut Tx, id: MediaImageId) -> Result<Option<Task>, StoreError> {
    let found = sql::by_ids(tx, &[id])?.pop().flatten();
    let Some(file) = found.filter(open) else {
        return Ok(None);
    };
    let shop = tx.shop();
    let from = match file.source.strip_prefix(RENAMED) {
        Some(name) => Origin::Blob(own_key(shop, name)),
        None => match source(tx, &file.source)? {
            Source::Staged(upload) => Origin::Blob(upload.blob_key()),
            Source::Own(name) => Origin::Blob(own_key(shop, &name)),
            Source::Remote(url) => Origin::Remote(url),
            Source::Unreadable => Origin::Lost,
        },
    };
    Ok(Some(Task {
        id,
        kind: file.kind,
        from,
        to: own_key(shop, &file.filename),
        mime_type: file.mime_type,
        source: file.source,
    }))
}

/// Records what became of a file, with the job that saw to it.
///
/// # Errors
/// `Store` faults only.
pub fn settle(
    tx: &mut Tx,
    call: &Call,
    job: i64,
    task: &Task,
    outcome: &Settled,
) -> Result<(), StoreError> {
    queue::finish(tx, job)?;
    let Some(mut file) = sql::lock(tx, &[task.id])?.pop() else {
        // It was deleted while its bytes came.
        return match outcome {
            Settled::Ready(probed) => {
                let name = probed.filename.as_deref().unwrap_or(name_in(&task.to));
                forget_bytes(tx, call, &[name])
            }
            Settled::Failed(..) => Ok(()),
        };
    };
    if file.source != task.source {
        return bring_again(tx, call, file, outcome);
    }
    if !open(&file) {
        return Ok(());
    }
    let mut left = None;
    match outcome {
        Settled::Ready(probed) => {
            file.status = FileStatus::Ready;
            file.size_bytes = Some(probed.size_bytes);
            file.mime_type.clone_from(&probed.mime_type);
            (file.width, file.height) = match probed.dimensions {
                Some((width, height)) => (Some(width), Some(height)),
                None => (None, None),
            };
            file.duration_ms = probed.duration_ms;
            if let Some(name) = &probed.filename {
                file.filename.clone_from(name);
            }
            left = file.leaves.take().filter(|name| *name != file.filename);
            // The version tells browsers that keep the bytes when there are others.
            let version = call.now.micros().div_euclid(1_000_000);
            file.url = format!("{PLACE}{}?v={version}", file.filename);
            file.error_code.clear();
            file.error.clear();
        }
        Settled::Failed(code, why) => {
            file.status = FileStatus::Failed;
            (*code).clone_into(&mut file.error_code);
            file.error.clone_from(why);
        }
    }
    file.updated_at = call.now;
    sql::upsert(tx, slice::from_ref(&file))?;
    forget_bytes(tx, call, left.as_deref().as_slice())?;
    tell(tx, call, &file)
}

/// A file that was given another source while bytes of its old one came: where those came last,
/// the new ones are brought again.
fn bring_again(
    tx: &mut Tx,
    call: &Call,
    mut file: File,
    outcome: &Settled,
) -> Result<(), StoreError> {
    let lie_there = matches!(outcome, Settled::Ready(_)) && file.status == FileStatus::Ready;
    if !lie_there {
        return Ok(());
    }
    file.status = FileStatus::Processing;
    sql::upsert(tx, slice::from_ref(&file))?;
    enqueue(tx, call, slice::from_ref(&file))
}

/// Where a file's bytes are kept to be served.
#[must_use]
pub fn own_key(shop: ShopId, filename: &str) -> String {
    format!("files/{}/{filename}", shop.get())
}

fn open(file: &File) -> bool {
    matches!(file.status, FileStatus::Uploaded | FileStatus::Processing)
}
