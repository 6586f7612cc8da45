//! Setting a product whole: what is not given of its options, variants and pictures goes.

use std::collections::{BTreeMap, BTreeSet};

use store::Tx;
use units::{MediaImageId, ProductId, ProductVariantId, fold};

use super::create::{finish, name, unless};
use super::errors::{CatalogError, Refusal, Why};
use super::input::{ProductInput, VariantInput};
use super::media::with_files;
use super::options::with_linked;
use super::sheet::{Birth, Sheet, born};
use super::stock::Stocked;
use super::{changes, options, sql, variants};
use crate::call::Call;
use crate::metafields::{Owned, Owner};
use crate::shops;

/// Which product is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identifier {
    /// By id: it must be there.
    Id(ProductId),
    /// By handle: it is made when it is not there.
    Handle(String),
}

/// What a sheet cannot hold and still belongs to the change.
#[derive(Default)]
pub(super) struct Extras {
    pub(super) stock: Vec<Stocked>,
    pub(super) metafields: Vec<Owned>,
    /// Variants that have no other metafields than those.
    pub(super) emptied: Vec<ProductVariantId>,
}

/// Whether given pictures come beside those that are there, or instead of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum MediaRule {
    Add,
    Replace,
}

/// Makes the product as given, or brings an existing one to it.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn set(
    tx: &mut Tx,
    call: &Call,
    identifier: Option<&Identifier>,
    input: &ProductInput,
) -> Result<ProductId, CatalogError> {
    let mut input = input.clone();
    let known = match identifier {
        None => None,
        Some(Identifier::Id(id)) => Some(*id),
        Some(Identifier::Handle(handle)) => {
            let found = sql::products_by_handle(tx, &[handle])?;
            if input.handle.is_none() {
                input.handle = Some(handle.clone());
            }
            found.first().map(|(id, _)| *id)
        }
    };
    let before = match known {
        None => None,
        Some(id) => {
            let sheet = Sheet::locked(tx, id)?;
            Some(sheet.ok_or_else(|| CatalogError::at(["id"], Why::ProductMissing))?)
        }
    };
    let is_new = before.is_none();
    let mut after = match &before {
        Some(before) => before.clone(),
        None => born(call, Sheet::blank),
    };
    check_pairs(&input)?;
    let input = with_linked(tx, call, &input)?;
    let input = with_files(tx, call, &input, &after)?.into_owned();
    let extras = born(call, |birth| {
        whole(&mut after, &input, MediaRule::Replace, birth, is_new)
    })?;
    let handle = before.as_ref().map(|before| before.product.handle.as_str());
    name(tx, &mut after, handle, input.handle.is_some())?;
    if is_new && after.product.vendor.is_empty() && input.vendor.is_none() {
        after.product.vendor = shops::current(tx)?.name;
    }
    finish(tx, call, before, after, &input, extras)
}

/// Options and the variants that use them are only understood together.
fn check_pairs(input: &ProductInput) -> Result<(), CatalogError> {
    match (&input.options, &input.variants) {
        (Some(_), None) => Err(CatalogError::at(["variants"], Why::VariantsInputMissing)),
        (None, Some(_)) => Err(CatalogError::at(
            ["productOptions"],
            Why::OptionsInputMissing,
        )),
        _ => Ok(()),
    }
}

/// Puts a whole input onto a sheet.
pub(super) fn whole(
    sheet: &mut Sheet,
    input: &ProductInput,
    media: MediaRule,
    birth: &Birth<'_>,
    is_new: bool,
) -> Result<Extras, CatalogError> {
    unless(changes::apply(sheet, input, is_new))?;
    let refused = |refusal: Refusal| CatalogError::Refused(vec![refusal]);
    match &input.options {
        Some(given) if !given.is_empty() => {
            options::replace(sheet, given, birth).map_err(refused)?;
        }
        Some(_) => {
            options::replace(sheet, &[options::default_option()], birth).map_err(refused)?;
        }
        None if is_new => {
            options::replace(sheet, &[options::default_option()], birth).map_err(refused)?;
        }
        None => {}
    }
    let kept = put_pictures(sheet, input, birth)?;
    let mut extras = Extras::default();
    match &input.variants {
        Some(given) => rebuild(sheet, given, birth, &mut extras).map_err(refused)?,
        None if is_new => {
            let first = variants::first(sheet, birth);
            sheet.variants.push(first);
        }
        None => {}
    }
    if let Some(kept) = kept.filter(|_| media == MediaRule::Replace) {
        keep_pictures(sheet, &kept);
    }
    Ok(extras)
}

/// Puts the given pictures beside those that are there; gives them in order.
fn put_pictures(
    sheet: &mut Sheet,
    input: &ProductInput,
    birth: &Birth<'_>,
) -> Result<Option<Vec<MediaImageId>>, CatalogError> {
    let Some(given) = &input.media else {
        return Ok(None);
    };
    let mut put = Vec::with_capacity(given.len());
    for (index, picture) in given.iter().enumerate() {
        let id = changes::put_media(sheet, picture, birth).map_err(|why| {
            let at = [
                "media".to_owned(),
                index.to_string(),
                "originalSource".to_owned(),
            ];
            CatalogError::at(at, why)
        })?;
        put.push(id);
    }
    Ok(Some(put))
}

/// Drops all pictures but those given, which come first, and those that a variant shows.
fn keep_pictures(sheet: &mut Sheet, kept: &[MediaImageId]) {
    let shown: BTreeSet<MediaImageId> = sheet
        .variants
        .iter()
        .filter_map(|variant| variant.media_id)
        .collect();
    sheet
        .media
        .retain(|media| kept.contains(&media.id) || shown.contains(&media.id));
    sheet.media.sort_by_key(|media| {
        kept.iter()
            .position(|id| *id == media.id)
            .unwrap_or(kept.len())
    });
}

/// Makes the variants those given: by id, by the same values, or new.
fn rebuild(
    sheet: &mut Sheet,
    given: &[VariantInput],
    birth: &Birth<'_>,
    extras: &mut Extras,
) -> Result<(), Refusal> {
    if given.is_empty() {
        return Err(Refusal::new(["variants"], Why::VariantsInputMissing));
    }
    if given.len() > super::VARIANTS_MAX {
        return Err(Refusal::new(["variants"], Why::TooManyVariants));
    }
    let old = std::mem::take(&mut sheet.variants);
    let by_values: BTreeMap<Vec<String>, usize> = old
        .iter()
        .enumerate()
        .map(|(place, variant)| (variant.option_values().map(fold).collect(), place))
        .collect();
    let by_id: BTreeMap<ProductVariantId, &super::ProductVariant> =
        old.iter().map(|variant| (variant.id, variant)).collect();
    let mut used: BTreeSet<ProductVariantId> = given.iter().filter_map(|input| input.id).collect();
    let mut touched = Vec::with_capacity(given.len());
    let mut made = Vec::with_capacity(given.len());
    for (index, input) in given.iter().enumerate() {
        let within = |refusal: Refusal| refusal.within(["variants".to_owned(), index.to_string()]);
        let known = match input.id {
            Some(id) => {
                let found = by_id.get(&id).copied();
                Some(found.ok_or_else(|| within(Refusal::new(["id"], Why::VariantMissing)))?)
            }
            None => {
                let values =
                    options::choose(sheet, None, &input.option_values, birth).map_err(within)?;
                let key: Vec<String> = values.iter().flatten().map(|value| fold(value)).collect();
                let found = by_values.get(&key).map(|place| &old[*place]);
                found.filter(|variant| used.insert(variant.id))
            }
        };
        let variant = match known {
            Some(known) => variants::change(sheet, known, input, birth).map_err(within)?,
            None => variants::make(sheet, input, birth).map_err(within)?,
        };
        note(extras, &variant, input);
        touched.push((variant.id, index));
        made.push(variant);
    }
    sheet.variants = made;
    variants::check_all(sheet, &touched)
}

/// What of a variant's input goes beside the sheet.
pub(super) fn note(extras: &mut Extras, variant: &super::ProductVariant, input: &VariantInput) {
    extras.stock.extend(input.stock.iter().map(|stock| Stocked {
        item: variant.inventory_item_id,
        location: stock.location,
        available: stock.available,
    }));
    if input.only_metafields {
        extras.emptied.push(variant.id);
    }
    extras
        .metafields
        .extend(input.metafields.iter().map(|metafield| Owned {
            owner: Owner::ProductVariant,
            owner_id: variant.id.get(),
            metafield: metafield.clone(),
        }));
}
