//! The media of a product: pictures, films and models.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use store::Tx;
use units::{Gid, MediaImageId, ProductId};

use super::changes::put_media;
use super::errors::{CatalogError, Refusal, Why};
use super::input::{MediaInput, ProductInput, VariantInput};
use super::sheet::{Sheet, born};
use super::sql;
use super::update::{change, locked};
use crate::call::Call;
use crate::files::{self, File, FileError, FileInput, FileKind, FileUpdate};

/// What came of media that were to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddedMedia {
    /// Those that the product shows now.
    pub added: Vec<MediaImageId>,
    /// Why others are not among them.
    pub refused: Vec<Refusal>,
}

/// Adds those of some media to a product's that can be.
///
/// # Errors
/// A refusal of the whole writes nothing; `Store` is safe to retry.
pub fn add_media(
    tx: &mut Tx,
    call: &Call,
    product: ProductId,
    pictures: &[MediaInput],
) -> Result<AddedMedia, CatalogError> {
    let held = locked(tx, product)?;
    let mut done = AddedMedia {
        added: Vec::with_capacity(pictures.len()),
        refused: Vec::new(),
    };
    let mut fitting = Vec::with_capacity(pictures.len());
    for (index, picture) in each_prepared(tx, call, pictures, &held)?
        .into_iter()
        .enumerate()
    {
        match picture {
            Ok(picture) => fitting.push((index, picture)),
            Err(why) => done.refused.push(at_source(index, why)),
        }
    }
    if fitting.is_empty() {
        return Ok(done);
    }
    change(tx, call, product, |sheet| {
        for (index, picture) in &fitting {
            match born(call, |birth| put_media(sheet, picture, birth)) {
                Ok(id) => done.added.push(id),
                Err(why) => done.refused.push(at_source(*index, why)),
            }
        }
        Ok(())
    })?;
    done.refused.sort_by(|one, other| one.at.cmp(&other.at));
    Ok(done)
}

fn at_source(index: usize, why: Why) -> Refusal {
    let at = [
        "media".to_owned(),
        index.to_string(),
        "originalSource".to_owned(),
    ];
    Refusal::new(at, why)
}

/// What is to change of a medium.
#[derive(Debug, Clone)]
pub struct MediaChange {
    /// Its global id.
    pub id: Gid,
    /// What it shows.
    pub alt: Option<String>,
    /// Where the picture comes from that stands for it.
    pub preview: Option<String>,
}

/// Changes what media show, and the pictures that stand for them.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update_media(
    tx: &mut Tx,
    call: &Call,
    product: ProductId,
    changes: &[MediaChange],
) -> Result<(), CatalogError> {
    let refuse = |index: usize, field: &str, why: Why| {
        let at = ["media".to_owned(), index.to_string(), field.to_owned()];
        CatalogError::at(at, why)
    };
    let inputs = changes.iter().map(|change| MediaInput {
        id: Some(MediaImageId(change.id.number)),
        alt: change.alt.clone(),
        ..MediaInput::default()
    });
    let inputs: Vec<MediaInput> = inputs.collect();
    // All is tried before anything is written.
    let mut after = locked(tx, product)?;
    for (index, input) in inputs.iter().enumerate() {
        born(call, |birth| put_media(&mut after, input, birth)).map_err(|why| {
            let field = match why {
                Why::MediaMissing => "id",
                _ => "alt",
            };
            refuse(index, field, why)
        })?;
    }
    let (places, updates): (Vec<usize>, Vec<FileUpdate>) = changes
        .iter()
        .enumerate()
        .filter(|(_, change)| change.preview.is_some())
        .map(|(place, change)| {
            let update = FileUpdate {
                id: change.id.clone(),
                alt: None,
                filename: None,
                source: None,
                preview: change.preview.clone(),
            };
            (place, update)
        })
        .unzip();
    if !updates.is_empty() {
        files::change(tx, call, &updates).map_err(|error| match error {
            FileError::Store(fault) => CatalogError::Store(fault),
            why => {
                let place = why.place().and_then(|place| places.get(place));
                let place = place.or(places.first()).copied().unwrap_or_default();
                refuse(place, "previewImageSource", Why::File(why.to_string()))
            }
        })?;
    }
    change(tx, call, product, |sheet| {
        for input in &inputs {
            // It was tried above.
            let _ = born(call, |birth| put_media(sheet, input, birth));
        }
        Ok(())
    })
}

/// Moves pictures to new places, counted from 0, one after the other.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn reorder_media(
    tx: &mut Tx,
    call: &Call,
    product: ProductId,
    moves: &[(MediaImageId, usize)],
) -> Result<(), CatalogError> {
    change(tx, call, product, |sheet| {
        for (index, (id, to)) in moves.iter().enumerate() {
            let from = sheet.media.iter().position(|media| media.id == *id);
            let from = from.ok_or_else(|| {
                CatalogError::at(["moves".to_owned(), index.to_string()], Why::MediaMissing)
            })?;
            let media = sheet.media.remove(from);
            let to = (*to).min(sheet.media.len());
            sheet.media.insert(to, media);
        }
        Ok(())
    })
}

/// Takes media away; variants that showed one show none. Files that no other product shows go
/// with them.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn delete_media(
    tx: &mut Tx,
    call: &Call,
    product: ProductId,
    ids: &[MediaImageId],
) -> Result<(), CatalogError> {
    change(tx, call, product, |sheet| {
        for (index, id) in ids.iter().enumerate() {
            if !sheet.media.iter().any(|media| media.id == *id) {
                let at = ["mediaIds".to_owned(), index.to_string()];
                return Err(CatalogError::at(at, Why::MediaMissing));
            }
        }
        sheet.media.retain(|media| !ids.contains(&media.id));
        Ok(())
    })?;
    let shown = sql::shown(tx, ids)?;
    let files = files::by_ids(tx, ids)?.into_iter().flatten();
    let alone: Vec<Gid> = files
        .filter(|file| !shown.contains(&file.id))
        .map(|file| Gid {
            kind: file.gid_kind().to_owned(),
            number: file.id.get(),
        })
        .collect();
    files::delete(tx, call, &alone).map_err(in_words)?;
    Ok(())
}

/// Looks up the files that stand behind some media: new ones, whose bytes follow, and those that
/// the shop has already. What the product shows from the same address is meant by it again; a path
/// in the shop stays what it is.
pub(super) fn prepared(
    tx: &mut Tx,
    call: &Call,
    given: &[MediaInput],
    held: &Sheet,
) -> Result<Vec<MediaInput>, CatalogError> {
    let all = each_prepared(tx, call, given, held)?;
    let checked = all
        .into_iter()
        .enumerate()
        .map(|(index, one)| one.map_err(|why| CatalogError::Refused(vec![at_source(index, why)])));
    checked.collect()
}

fn each_prepared(
    tx: &mut Tx,
    call: &Call,
    given: &[MediaInput],
    held: &Sheet,
) -> Result<Vec<Result<MediaInput, Why>>, CatalogError> {
    let known = sources(tx, given, held)?;
    let foreign = |id: &MediaImageId| !held.media.iter().any(|media| media.id == *id);
    let ids: Vec<MediaImageId> = given.iter().filter_map(|input| input.id).collect();
    let ids: Vec<MediaImageId> = ids.into_iter().filter(foreign).collect();
    let others = match ids[..] {
        [] => Vec::new(),
        _ => files::by_ids(tx, &ids)?,
    };
    let mut all = Vec::with_capacity(given.len());
    let new = taken_up(tx, call, given, &known)?;
    for input in given {
        let mut input = input.clone();
        input.file = None;
        match (input.id, input.url.as_deref().map(str::trim)) {
            (Some(id), _) if foreign(&id) => {
                let file = others.iter().flatten().find(|file| file.id == id);
                input.file = file.filter(|file| file.kind != FileKind::File).cloned();
            }
            (None, Some(url)) => {
                input.id = known.get(url).copied();
                match new.get(url) {
                    Some(Ok(file)) => input.file = Some(file.clone()),
                    Some(Err(why)) => {
                        all.push(Err(why.clone()));
                        continue;
                    }
                    None => {}
                }
            }
            _ => {}
        }
        all.push(Ok(input));
    }
    Ok(all)
}

fn in_other_words(refused: &FileError) -> Why {
    match refused {
        FileError::SourceInvalid(_) | FileError::SourceBlank(_) => Why::Url,
        other => Why::File(other.to_string()),
    }
}

/// A path in the shop, without a host.
fn is_path(url: &str) -> bool {
    url.starts_with('/') && !url.starts_with("//")
}

/// The files that media's addresses make, by address: those of all at once, and of one address one.
fn taken_up(
    tx: &mut Tx,
    call: &Call,
    given: &[MediaInput],
    known: &HashMap<String, MediaImageId>,
) -> Result<HashMap<String, Result<File, Why>>, CatalogError> {
    let mut asked: Vec<FileInput> = Vec::new();
    let mut urls = HashSet::new();
    for input in given.iter().filter(|input| input.id.is_none()) {
        let Some(url) = input.url.as_deref().map(str::trim) else {
            continue;
        };
        if !known.contains_key(url) && !is_path(url) && urls.insert(url) {
            asked.push(FileInput {
                kind: Some(input.kind.unwrap_or(FileKind::Image)),
                source: url.to_owned(),
                alt: input.alt.clone(),
                ..FileInput::default()
            });
        }
    }
    let inputs: Vec<(usize, &FileInput)> = asked.iter().enumerate().collect();
    let files = files::prepare(tx, call, &inputs)?;
    let mut found = HashMap::with_capacity(asked.len());
    for (input, file) in asked.iter().zip(files) {
        let file = match file {
            Err(FileError::Store(fault)) => return Err(CatalogError::Store(fault)),
            other => other.map_err(|refused| in_other_words(&refused)),
        };
        found.insert(input.source.clone(), file);
    }
    Ok(found)
}

/// Which of the addresses given the product shows already, and as what.
fn sources(
    tx: &mut Tx,
    given: &[MediaInput],
    held: &Sheet,
) -> Result<HashMap<String, MediaImageId>, CatalogError> {
    let asked: Vec<&str> = given
        .iter()
        .filter(|input| input.id.is_none())
        .filter_map(|input| input.url.as_deref().map(str::trim))
        .collect();
    if asked.is_empty() || held.media.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<MediaImageId> = held.media.iter().map(|media| media.id).collect();
    let files = files::by_ids(tx, &ids)?;
    let home = files::home(tx, &asked)?;
    let mut known = HashMap::new();
    for url in asked {
        let shown = held.media.iter().find(|media| {
            let file = files.iter().flatten().find(|file| file.id == media.id);
            // What could not be brought is tried anew.
            home.is_seen_at(&media.url, url) || file.is_some_and(|file| file.is_from(url))
        });
        if let Some(media) = shown {
            known.insert(url.to_owned(), media.id);
        }
    }
    Ok(known)
}

/// A whole product's input with its media's files looked up.
pub(super) fn with_files<'a>(
    tx: &mut Tx,
    call: &Call,
    input: &'a ProductInput,
    held: &Sheet,
) -> Result<Cow<'a, ProductInput>, CatalogError> {
    let shown = |variants: &Vec<VariantInput>| variants.iter().any(|one| one.media.is_some());
    if input.media.is_none() && !input.variants.as_ref().is_some_and(shown) {
        return Ok(Cow::Borrowed(input));
    }
    let mut input = input.clone();
    let given = input.media.clone().unwrap_or_default();
    let variants = input.variants.as_deref_mut().unwrap_or_default();
    let media = with_variants(tx, call, &given, variants, held)?;
    input.media = input.media.map(|_| media);
    Ok(Cow::Owned(input))
}

/// The media with their files looked up, and the variants' own with them: a picture that both
/// name is one.
pub(super) fn with_variants(
    tx: &mut Tx,
    call: &Call,
    given: &[MediaInput],
    variants: &mut [VariantInput],
    held: &Sheet,
) -> Result<Vec<MediaInput>, CatalogError> {
    let key = |media: &MediaInput| (media.id, media.url.clone());
    let mut places: HashMap<_, usize> = HashMap::new();
    let mut all: Vec<MediaInput> = given.to_vec();
    for (place, media) in all.iter().enumerate() {
        places.entry(key(media)).or_insert(place);
    }
    for media in variants.iter().filter_map(|variant| variant.media.as_ref()) {
        places.entry(key(media)).or_insert_with(|| {
            all.push(media.clone());
            all.len() - 1
        });
    }
    let mut ready = prepared(tx, call, &all, held)?;
    for media in variants
        .iter_mut()
        .filter_map(|variant| variant.media.as_mut())
    {
        let found = &ready[places[&key(media)]];
        media.file.clone_from(&found.file);
        media.id = found.id;
    }
    ready.truncate(given.len());
    Ok(ready)
}

fn in_words(error: FileError) -> CatalogError {
    match error {
        FileError::Store(fault) => CatalogError::Store(fault),
        refused => CatalogError::at(["media"], Why::File(refused.to_string())),
    }
}
