//! Changing files.

use std::collections::BTreeSet;

use store::{StoreError, Tx};
use units::{Gid, MediaImageId};

use super::create::{FileInput, enqueue, new_file, prepare};
use super::delete::remove;
use super::source::mime_of;
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
    /// Where the picture comes from that stands for it.
    pub preview: Option<String>,
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
    let held = held_once(tx, &gids)?;
    if held.iter().any(|file| file.status != FileStatus::Ready) {
        return Err(FileError::NotReady);
    }
    let replaced: Vec<MediaImageId> = held
        .iter()
        .zip(updates)
        .filter(|(_, update)| update.preview.is_some())
        .filter_map(|(file, _)| file.preview_id)
        .collect();
    let mut changed = Vec::with_capacity(held.len());
    let mut stand_ins = Vec::new();
    for (index, (mut file, update)) in held.into_iter().zip(updates).enumerate() {
        apply(tx, call, index, &mut file, update)?;
        if let Some(preview) = stand_in(tx, call, index, &file, update, &stand_ins)? {
            file.preview_id = Some(preview.id);
            stand_ins.push(preview);
        }
        changed.push(file);
    }
    let replaced = sql::lock(tx, &replaced)?;
    remove(tx, call, &replaced)?;
    sql::upsert(tx, &stand_ins)?;
    sql::upsert(tx, &changed)?;
    for file in &changed {
        tell(tx, call, file)?;
    }
    enqueue(tx, call, &stand_ins)?;
    enqueue(tx, call, &changed)?;
    Ok(changed.iter().map(|file| file.id).collect())
}

/// The picture that is to stand for a film or a model.
fn stand_in(
    tx: &mut Tx,
    call: &Call,
    index: usize,
    file: &File,
    update: &FileUpdate,
    before: &[File],
) -> Result<Option<File>, FileError> {
    let Some(preview) = &update.preview else {
        return Ok(None);
    };
    match file.kind {
        // A picture stands for itself: that is its new source.
        FileKind::Image => return Ok(None),
        FileKind::File => return Err(FileError::SourceFixed(index)),
        FileKind::ExternalVideo | FileKind::Model3d | FileKind::Video => {}
    }
    let input = FileInput {
        kind: Some(FileKind::Image),
        source: preview.clone(),
        alt: Some(file.alt.clone()),
        ..FileInput::default()
    };
    prepare(tx, call, index, &input, before).map(Some)
}

/// Takes note that new bytes of some files could not be had: they show what they showed before.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn acknowledge(tx: &mut Tx, call: &Call, gids: &[Gid]) -> Result<Vec<MediaImageId>, FileError> {
    let mut files = held_once(tx, gids)?;
    let has_failed = |file: &File| file.status == FileStatus::Failed && !file.url.is_empty();
    if !files.iter().all(has_failed) {
        return Err(FileError::NotFailed);
    }
    for file in &mut files {
        file.status = FileStatus::Ready;
        file.error_code.clear();
        file.error.clear();
        file.updated_at = call.now;
        if file.kind == FileKind::File {
            mime_of(&file.filename).clone_into(&mut file.mime_type);
        }
    }
    sql::upsert(tx, &files)?;
    for file in &files {
        tell(tx, call, file)?;
    }
    Ok(files.iter().map(|file| file.id).collect())
}

/// The files of those global ids, each named once, locked until commit, in that order.
fn held_once(tx: &mut Tx, gids: &[Gid]) -> Result<Vec<File>, FileError> {
    let numbers: BTreeSet<i64> = gids.iter().map(|gid| gid.number).collect();
    match numbers.len() == gids.len() {
        true => held(tx, gids),
        false => Err(FileError::Twice),
    }
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

/// Tells what shows a file, and whoever wants to hear of that.
pub(super) fn tell(tx: &mut Tx, call: &Call, file: &File) -> Result<(), StoreError> {
    let products = sql::place(tx, file)?;
    let collections = sql::place_pictures(tx, file.id, Some(file), call.now)?;
    record_shown(tx, call, &products, &collections)
}

/// Records that what shows a file changed.
pub(super) fn record_shown(
    tx: &mut Tx,
    call: &Call,
    products: &[i64],
    collections: &[i64],
) -> Result<(), StoreError> {
    let products = products
        .iter()
        .map(|id| NewEvent::of(&[Topic::ProductsUpdate], Subject::Product, *id));
    let collections = collections
        .iter()
        .map(|id| NewEvent::of(&[Topic::CollectionsUpdate], Subject::Collection, *id));
    let events: Vec<_> = products
        .chain(collections)
        .map(|event| (call, event))
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
    let own_preview = (update.preview.as_ref()).filter(|_| file.kind == FileKind::Image);
    if let Some(source) = update.source.as_ref().or(own_preview) {
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
        if file.kind == FileKind::File {
            file.mime_type = new.mime_type;
        }
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
