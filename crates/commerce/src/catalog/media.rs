//! The pictures of a product.

use store::Tx;
use units::{MediaImageId, ProductId};

use super::changes::put_media;
use super::errors::{CatalogError, Why};
use super::input::MediaInput;
use super::sheet::born;
use super::update::change;
use crate::call::Call;

/// Adds pictures to a product's.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn add_media(
    tx: &mut Tx,
    call: &Call,
    product: ProductId,
    pictures: &[MediaInput],
) -> Result<Vec<MediaImageId>, CatalogError> {
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

/// Takes pictures away; variants that showed one show none.
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
    })
}
