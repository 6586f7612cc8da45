//! The media of a product: pictures, films and models.

use std::borrow::Cow;
use std::collections::HashMap;

use store::Tx;
use units::{Gid, MediaImageId, ProductId};

use super::changes::put_media;
use super::errors::{CatalogError, Why};
use super::input::{MediaInput, ProductInput, VariantInput};
use super::sheet::{Sheet, born};
use super::sql;
use super::update::{change, locked};
use crate::call::Call;
use crate::files::{self, File, FileError, FileInput, FileKind};

/// Adds media to a product's.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn add_media(
    tx: &mut Tx,
    call: &Call,
    product: ProductId,
    pictures: &[MediaInput],
) -> Result<Vec<MediaImageId>, CatalogError> {
    let held = locked(tx, product)?;
    let pictures = prepared(tx, call, pictures, &held)?;
    let mut added = Vec::with_capacity(pictures.len());
    change(tx, call, product, |sheet| {
        for (index, picture) in pictures.iter().enumerate() {
            let id = born(call, |birth| put_media(sheet, picture, birth)).map_err(|why| {
                let at = [
                    "media".to_owned(),
                    index.to_string(),
                    "originalSource".to_owned(),
                ];
                CatalogError::at(at, why)
            })?;
            added.push(id);
        }
        Ok(())
    })?;
    Ok(added)
}

/// Changes what media show.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update_media(
    tx: &mut Tx,
    call: &Call,
    product: ProductId,
    changes: &[(MediaImageId, Option<String>)],
) -> Result<(), CatalogError> {
    change(tx, call, product, |sheet| {
        for (index, (id, alt)) in changes.iter().enumerate() {
            let input = MediaInput {
                id: Some(*id),
                alt: alt.clone(),
                ..MediaInput::default()
            };
            born(call, |birth| put_media(sheet, &input, birth)).map_err(|why| {
                let field = match why {
                    Why::MediaMissing => "id",
                    _ => "alt",
                };
                let at = ["media".to_owned(), index.to_string(), field.to_owned()];
                CatalogError::at(at, why)
            })?;
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
    let mut alone = Vec::new();
    for file in files::by_ids(tx, ids)?.into_iter().flatten() {
        if sql::products_showing(tx, &[file.id])?.is_empty() {
            alone.push(Gid {
                kind: file.gid_kind().to_owned(),
                number: file.id.get(),
            });
        }
    }
    files::delete(tx, call, &alone).map_err(in_words)?;
    Ok(())
}

/// Looks up the files that stand behind some media: uploads, films, models, and files that the
/// shop has already. A picture on the web stays there.
pub(super) fn prepared(
    tx: &mut Tx,
    call: &Call,
    given: &[MediaInput],
    held: &Sheet,
) -> Result<Vec<MediaInput>, CatalogError> {
    let mut all = given.to_vec();
    let mut new: Vec<File> = Vec::new();
    for (index, input) in all.iter_mut().enumerate() {
        input.file = None;
        match (input.id, input.url.as_deref()) {
            (Some(id), _) if !held.media.iter().any(|media| media.id == id) => {
                let file = files::by_ids(tx, &[id])?.pop().flatten();
                input.file = file.filter(|file| file.kind != FileKind::File);
            }
            (None, Some(url)) => {
                let kind = input.kind.unwrap_or(FileKind::Image);
                if kind == FileKind::Image && !files::is_upload(url) {
                    continue;
                }
                let asked = FileInput {
                    kind: Some(kind),
                    source: url.to_owned(),
                    alt: input.alt.clone(),
                    ..FileInput::default()
                };
                let file = files::prepare(tx, call, index, &asked, &new);
                let file = file.map_err(|error| match in_words(error) {
                    CatalogError::Refused(refused) => {
                        let at = [
                            "media".to_owned(),
                            index.to_string(),
                            "originalSource".to_owned(),
                        ];
                        let why = refused.into_iter().next().map_or(Why::Url, |one| one.why);
                        CatalogError::at(at, why)
                    }
                    fault => fault,
                })?;
                new.push(file.clone());
                input.file = Some(file);
            }
            _ => {}
        }
    }
    Ok(all)
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
        media.file.clone_from(&ready[places[&key(media)]].file);
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
