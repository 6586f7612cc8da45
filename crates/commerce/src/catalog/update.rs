//! Changing a product's own fields.

use store::Tx;
use units::{ProductId, Timestamp};

use super::create::{finish, name};
use super::errors::{CatalogError, Why};
use super::input::ProductInput;
use super::media::with_files;
use super::options::with_linked;
use super::save::{Change, save};
use super::set::{MediaRule, whole};
use super::sheet::{Sheet, born};
use crate::call::Call;
use crate::tags;

/// Changes what the input gives; pictures are added.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update(
    tx: &mut Tx,
    call: &Call,
    id: ProductId,
    input: &ProductInput,
) -> Result<(), CatalogError> {
    let before = locked(tx, id)?;
    let mut after = before.clone();
    let input = with_linked(tx, call, input)?;
    let input = &*with_files(tx, call, &input, &before)?;
    let extras = born(call, |birth| {
        whole(&mut after, input, MediaRule::Add, birth, false)
    })?;
    name(
        tx,
        &mut after,
        Some(&before.product.handle),
        input.handle.is_some(),
    )?;
    finish(tx, call, Some(before), after, input, extras)?;
    Ok(())
}

/// Adds tags to a product; those that it has, in any case, are left alone.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn add_tags(
    tx: &mut Tx,
    call: &Call,
    id: ProductId,
    added: &[String],
) -> Result<(), CatalogError> {
    change(tx, call, id, |sheet| {
        sheet.tags = tags::with(&sheet.tags, added).map_err(|error| match error {
            tags::TagsError::Store(fault) => CatalogError::Store(fault),
            tags::TagsError::TooMany => CatalogError::at(["tags"], Why::TooManyTags),
            _ => CatalogError::at(["tags"], Why::TooLong("Tag", tags::TAG_CHARS_MAX)),
        })?;
        Ok(())
    })
}

/// Takes tags off a product; those that it does not have are no error.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn remove_tags(
    tx: &mut Tx,
    call: &Call,
    id: ProductId,
    removed: &[String],
) -> Result<(), CatalogError> {
    change(tx, call, id, |sheet| {
        sheet.tags = tags::without(&sheet.tags, removed);
        Ok(())
    })
}

/// Shows a product in the shop window from a moment on.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn publish(
    tx: &mut Tx,
    call: &Call,
    id: ProductId,
    from: Timestamp,
) -> Result<(), CatalogError> {
    change(tx, call, id, |sheet| {
        sheet.product.published_at = Some(from);
        Ok(())
    })
}

/// Takes a product out of the shop window.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn unpublish(tx: &mut Tx, call: &Call, id: ProductId) -> Result<(), CatalogError> {
    change(tx, call, id, |sheet| {
        sheet.product.published_at = None;
        Ok(())
    })
}

/// A product's sheet, or the refusal that it is not there.
pub(super) fn locked(tx: &mut Tx, id: ProductId) -> Result<Sheet, CatalogError> {
    let sheet = Sheet::locked(tx, id)?;
    sheet.ok_or_else(|| CatalogError::at(["id"], Why::ProductMissing))
}

/// Runs a rule on a product's sheet and writes what differs.
pub(super) fn change(
    tx: &mut Tx,
    call: &Call,
    id: ProductId,
    rule: impl FnOnce(&mut Sheet) -> Result<(), CatalogError>,
) -> Result<(), CatalogError> {
    let before = locked(tx, id)?;
    let mut after = before.clone();
    rule(&mut after)?;
    let mut changes = [Change {
        before: Some(before),
        after: Some(after),
        stock: Vec::new(),
    }];
    save(tx, call, &mut changes)?;
    Ok(())
}
