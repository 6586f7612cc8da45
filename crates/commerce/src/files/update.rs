//! Changing files.

use std::collections::BTreeSet;

use store::{StoreError, Tx};
use units::{Gid, MediaImageId};

use super::create::{FileInput, enqueue, new_file, prepare};
use super::settle::RENAMED;
use super::source::{PLACE, Source, mime_of, name_in, sources};
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
    let texts: Vec<&str> = held
        .iter()
        .zip(updates)
        .filter_map(|(file, update)| new_source(file, update))
        .collect();
    let mut sources = sources(tx, &texts)?.into_iter();
    let names: Vec<String> = updates
        .iter()
        .filter_map(|update| plain_name(update.filename.as_deref()?))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut others = sql::by_filenames(tx, &names)?;
    let stand_ins = stand_ins(tx, call, &held, updates)?;
    let mut changed = Vec::with_capacity(held.len());
    for (index, (mut file, update)) in held.into_iter().zip(updates).enumerate() {
        let source = new_source(&file, update).and_then(|_| sources.next());
        apply(call, index, &mut file, update, source)?;
        if let Some(filename) = &update.filename {
            rename(index, &mut file, filename, &others)?;
            others.retain(|other| other.id != file.id);
            others.push(file.clone());
        }
        let preview = stand_ins.iter().find(|(place, _)| *place == index);
        if let Some((_, preview)) = preview {
            file.preview_id = Some(preview.id);
        }
        changed.push(file);
    }
    let ids = changed.iter().map(|file| file.id).collect();
    changed.extend(stand_ins.into_iter().map(|(_, file)| file));
    sql::upsert(tx, &changed)?;
    for file in &changed {
        tell(tx, call, file)?;
    }
    enqueue(tx, call, &changed)?;
    Ok(ids)
}

/// Where a file's own new bytes come from. A picture stands for itself: what is to stand for it is
/// its new source.
fn new_source<'a>(file: &File, update: &'a FileUpdate) -> Option<&'a str> {
    let preview = (update.preview.as_ref()).filter(|_| file.kind == FileKind::Image);
    update.source.as_ref().or(preview).map(String::as_str)
}

/// The pictures that are to stand for films and models, each with the place of what it stands for.
/// One that stands there already is given new bytes, and seen as it was until they are here.
fn stand_ins(
    tx: &mut Tx,
    call: &Call,
    held: &[File],
    updates: &[FileUpdate],
) -> Result<Vec<(usize, File)>, FileError> {
    let mut inputs = Vec::new();
    for (index, (file, update)) in held.iter().zip(updates).enumerate() {
        match (&update.preview, file.kind) {
            (None, _) | (Some(_), FileKind::Image) => {}
            (Some(_), FileKind::File) => return Err(FileError::SourceFixed(index)),
            (Some(source), FileKind::ExternalVideo | FileKind::Model3d | FileKind::Video) => {
                let input = FileInput {
                    kind: Some(FileKind::Image),
                    source: source.clone(),
                    alt: Some(file.alt.clone()),
                    ..FileInput::default()
                };
                inputs.push((index, input));
            }
        }
    }
    if inputs.is_empty() {
        return Ok(Vec::new());
    }
    let old: Vec<MediaImageId> = inputs
        .iter()
        .filter_map(|(index, _)| held[*index].preview_id)
        .collect();
    let old = sql::lock(tx, &old)?;
    let inputs: Vec<(usize, &FileInput)> = inputs.iter().map(|(at, input)| (*at, input)).collect();
    let mut found = Vec::with_capacity(inputs.len());
    for ((index, _), file) in inputs.iter().zip(prepare(tx, call, &inputs)?) {
        let mut file = file?;
        let preview = held[*index].preview_id;
        if let Some(old) = old.iter().find(|old| Some(old.id) == preview) {
            file = File {
                source: file.source,
                alt: file.alt,
                status: FileStatus::Processing,
                updated_at: call.now,
                ..old.clone()
            };
        }
        found.push((*index, file));
    }
    Ok(found)
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
        file.source.clone_from(&file.url);
        if let Some(name) = file.leaves.take() {
            file.filename = name;
        }
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
    call: &Call,
    index: usize,
    file: &mut File,
    update: &FileUpdate,
    source: Option<Source>,
) -> Result<(), FileError> {
    if let Some(alt) = &update.alt {
        if alt.chars().count() > ALT_CHARS_MAX {
            return Err(FileError::AltTooLong(index));
        }
        file.alt = alt.replace('\0', "");
    }
    if let (Some(given), Some(source)) = (new_source(file, update), source) {
        if !can_move(file) {
            return Err(FileError::SourceFixed(index));
        }
        let input = FileInput {
            kind: Some(file.kind),
            source: given.to_owned(),
            ..FileInput::default()
        };
        let new = new_file(call, index, &input, source)?;
        file.source = new.source;
        if file.kind == FileKind::File {
            file.mime_type = new.mime_type;
        }
        file.status = FileStatus::Processing;
        if file.filename.is_empty() {
            file.filename = format!("{}_{}", file.id.get(), new.filename);
        }
    }
    file.updated_at = call.now;
    Ok(())
}

/// Whether a file can get other bytes, or another name.
fn can_move(file: &File) -> bool {
    matches!(file.kind, FileKind::Image | FileKind::File)
}

/// Gives a file another name; what it is seen by keeps its own until the bytes lie under that.
fn rename(index: usize, file: &mut File, filename: &str, others: &[File]) -> Result<(), FileError> {
    if !can_move(file) || file.filename.is_empty() {
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
    let is_taken = |other: &File| other.id != file.id && other.holds(&name);
    if others.iter().any(is_taken) {
        return Err(FileError::FilenameTaken(index));
    }
    // Its own bytes are copied to the new name, unless new ones come anyway.
    if file.status == FileStatus::Ready {
        file.source = format!("{RENAMED}{}", file.filename);
        file.status = FileStatus::Processing;
    }
    let old = std::mem::replace(&mut file.filename, name);
    let seen = file.url.strip_prefix(PLACE).map(name_in);
    if seen == Some(old.as_str()) {
        file.leaves = Some(old);
    }
    Ok(())
}
