//! Changing files.

use store::{StoreError, Tx};
use units::{Gid, MediaImageId};

use super::create::{FileInput, enqueue, new_file};
use super::stage::plain_name;
use super::{ALT_CHARS_MAX, File, FileError, FileKind, FileStatus, sql};
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};

/// What is to change of a file.
#[derive(Debug, Clone)]
pub struct FileUpdate {
    /// Its global id.
    pub id: Gid,
    /// What it shows.
    pub alt: Option<String>,
    /// What it is to be called.
    pub filename: Option<String>,
    /// Where its new bytes come from.
    pub source: Option<String>,
}

/// Changes files, all or none.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn change(
    tx: &mut Tx,
    call: &Call,
    updates: &[FileUpdate],
) -> Result<Vec<MediaImageId>, FileError> {
    let gids: Vec<Gid> = updates.iter().map(|update| update.id.clone()).collect();
    let held = held(tx, &gids)?;
    if held.iter().any(|file| file.status != FileStatus::Ready) {
        return Err(FileError::NotReady);
    }
    let mut changed = Vec::with_capacity(held.len());
    for (index, (mut file, update)) in held.into_iter().zip(updates).enumerate() {
        apply(tx, call, index, &mut file, update)?;
        changed.push(file);
    }
    sql::upsert(tx, &changed)?;
    for file in &changed {
        tell(tx, call, file)?;
    }
    enqueue(tx, call, &changed)?;
    Ok(changed.iter().map(|file| file.id).collect())
}

/// The files of those global ids, locked until commit, in that order.
pub(super) fn held(tx: &mut Tx, gids: &[Gid]) -> Result<Vec<File>, FileError> {
    let ids: Vec<MediaImageId> = gids.iter().map(|gid| MediaImageId(gid.number)).collect();
    let found = sql::lock(tx, &ids)?;
    let of = |gid: &Gid| {
        found
            .iter()
            .find(|file| file.id.get() == gid.number && file.gid_kind() == gid.kind)
    };
    let missing: Vec<String> = gids
        .iter()
        .filter(|gid| of(gid).is_none())
        .map(ToString::to_string)
        .collect();
    if !missing.is_empty() {
        return Err(FileError::Missing(missing));
    }
    Ok(gids.iter().filter_map(of).cloned().collect())
}

/// Tells the products that show a file, and whoever wants to hear of them.
pub(super) fn tell(tx: &mut Tx, call: &Call, file: &File) -> Result<(), StoreError> {
    let products = sql::place(tx, file)?;
    let events: Vec<_> = products
        .into_iter()
        .map(|id| {
            let topics = &[Topic::ProductsUpdate];
            (call, NewEvent::of(topics, Subject::Product, id))
        })
        .collect();
    events::record_many(tx, &events)?;
    Ok(())
}

fn apply(
    tx: &mut Tx,
    call: &Call,
    index: usize,
    file: &mut File,
    update: &FileUpdate,
) -> Result<(), FileError> {
    if let Some(alt) = &update.alt {
        if alt.chars().count() > ALT_CHARS_MAX {
            return Err(FileError::AltTooLong(index));
        }
        file.alt = alt.replace('\0', "");
    }
    let can_move = matches!(file.kind, FileKind::Image | FileKind::File);
    if let Some(source) = &update.source {
        if !can_move {
            return Err(FileError::SourceFixed(index));
        }
        let input = FileInput {
            kind: Some(file.kind),
            source: source.clone(),
            ..FileInput::default()
        };
        let new = new_file(tx, call, index, &input)?;
        file.source = new.source;
        file.mime_type = new.mime_type;
        file.status = FileStatus::Processing;
        if file.filename.is_empty() {
            file.filename = format!("{}_{}", file.id.get(), new.filename);
        }
    }
    if let Some(filename) = &update.filename {
        rename(tx, index, file, filename, can_move)?;
    }
    file.updated_at = call.now;
    Ok(())
}

fn rename(
    tx: &mut Tx,
    index: usize,
    file: &mut File,
    filename: &str,
    can_move: bool,
) -> Result<(), FileError> {
    if !can_move || file.filename.is_empty() {
        return Err(FileError::FilenameFixed);
    }
    let name = plain_name(filename).ok_or(FileError::FilenameInvalid(index))?;
    let ending = |name: &str| {
        name.rsplit_once('.')
            .map(|(_, ending)| ending.to_lowercase())
    };
    if ending(&name) != ending(&file.filename) {
        return Err(FileError::FilenameExtension(index));
    }
    if name == file.filename {
        return Ok(());
    }
    if sql::by_filename(tx, &name)?.is_some_and(|other| other.id != file.id) {
        return Err(FileError::FilenameTaken(index));
    }
    // Its own bytes are copied to the new name, unless new ones come anyway.
    if file.status == FileStatus::Ready {
        file.source = format!("own:{}", file.filename);
        file.status = FileStatus::Processing;
    }
    file.filename = name;
    Ok(())
}
