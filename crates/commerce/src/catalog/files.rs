//! Files and the products that show them.

use store::Tx;
use units::{Gid, MediaImageId, ProductId};

use super::changes::put_media;
use super::errors::CatalogError;
use super::input::MediaInput;
use super::save::{Change, save};
use super::sheet::{Sheet, born};
use super::{MEDIA_MAX, sql};
use crate::call::Call;
use crate::files::{self, FileError, FileUpdate};

/// What is to change of a file, and of who shows it.
#[derive(Debug, Clone)]
pub struct FileChange {
    /// What is to change of the file itself.
    pub update: FileUpdate,
    /// Products that are to show it.
    pub show_on: Vec<Gid>,
    /// Products that are to show it no more.
    pub take_from: Vec<Gid>,
}

/// Changes files and who shows them, all or none.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn change_files(
    tx: &mut Tx,
    call: &Call,
    changes: &[FileChange],
) -> Result<Vec<MediaImageId>, FileError> {
    for change in changes {
        check(tx, change)?;
    }
    let updates: Vec<FileUpdate> = changes.iter().map(|one| one.update.clone()).collect();
    let ids = files::change(tx, call, &updates)?;
    let found = files::by_ids(tx, &ids)?;
    for ((change, id), file) in changes.iter().zip(&ids).zip(found) {
        for gid in &change.show_on {
            let input = MediaInput {
                id: Some(*id),
                file: file.clone(),
                ..MediaInput::default()
            };
            with_sheet(tx, call, ProductId(gid.number), |sheet| {
                // It was looked up, and there was room.
                let _ = born(call, |birth| put_media(sheet, &input, birth));
            })?;
        }
        for gid in &change.take_from {
            with_sheet(tx, call, ProductId(gid.number), |sheet| {
                sheet.media.retain(|media| media.id != *id);
            })?;
        }
    }
    Ok(ids)
}

/// Deletes files; products show them no more.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn delete_files(
    tx: &mut Tx,
    call: &Call,
    gids: &[Gid],
) -> Result<Vec<MediaImageId>, FileError> {
    let ids = files::delete(tx, call, gids)?;
    for product in sql::products_showing(tx, &ids)? {
        with_sheet(tx, call, product, |sheet| {
            sheet.media.retain(|media| !ids.contains(&media.id));
        })?;
    }
    Ok(ids)
}

/// Sees to it that the products of a change are there, and can show the file.
fn check(tx: &mut Tx, change: &FileChange) -> Result<(), FileError> {
    let targets = || change.show_on.iter().chain(&change.take_from);
    if targets().next().is_some() && change.update.id.kind == "GenericFile" {
        return Err(FileError::TargetUnsupported);
    }
    for gid in targets() {
        let sheet = match gid.kind.as_str() {
            "Product" => Sheet::locked(tx, ProductId(gid.number))?,
            _ => None,
        };
        let sheet = sheet.ok_or(FileError::TargetMissing)?;
        if change.show_on.contains(gid) && sheet.media.len() >= MEDIA_MAX {
            return Err(FileError::ProductFull);
        }
    }
    Ok(())
}

fn with_sheet(
    tx: &mut Tx,
    call: &Call,
    product: ProductId,
    rule: impl FnOnce(&mut Sheet),
) -> Result<(), FileError> {
    let Some(before) = Sheet::locked(tx, product)? else {
        return Ok(());
    };
    let mut after = before.clone();
    rule(&mut after);
    let mut changes = [Change {
        before: Some(before),
        after: Some(after),
        stock: Vec::new(),
    }];
    match save(tx, call, &mut changes) {
        Ok(_) => Ok(()),
        Err(CatalogError::Store(fault)) => Err(FileError::Store(fault)),
        // Nothing of the product but its media changed.
        Err(CatalogError::Refused(_)) => Err(FileError::ProductFull),
    }
}
