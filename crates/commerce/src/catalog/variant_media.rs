//! Which picture of its product a variant shows.

use std::collections::{BTreeMap, BTreeSet};

use store::Tx;
use units::{MediaImageId, ProductId, ProductVariantId};

use super::errors::{CatalogError, Refusal, Why};
use super::sheet::Sheet;
use super::update::change;
use crate::call::Call;
use crate::files::{FileKind, FileStatus};

/// Variants that one call gives a picture, at most.
const PAIRS_MAX: usize = 100;

/// A variant and pictures, as the caller puts them together.
pub type VariantMedia = (ProductVariantId, Vec<MediaImageId>);

/// Why a variant and a picture do not go together. The texts are for the merchant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MediaWhy {
    /// More variants than a call may name.
    #[error("At most 100 variants can be changed at once")]
    TooManyPairs,
    /// No such variant of this product.
    #[error("Variant does not exist on the specified product")]
    NoVariant,
    /// The variant is named twice.
    #[error("Variant was specified in more than one media input")]
    VariantTwice,
    /// A variant shows one picture.
    #[error("Only one media item can be given to each variant")]
    OneOnly,
    /// No such picture of this product.
    #[error("Media does not exist on the specified product")]
    NoMedia,
    /// Films and models are shown by the product alone.
    #[error("A variant can only show an image")]
    NotAnImage,
    /// The picture is not there yet.
    #[error("Media is not ready yet. Try again when its status is READY.")]
    NotReady,
    /// The variant shows another picture.
    #[error("Variant already has a media item. Detach it first.")]
    HasMedia,
    /// The variant does not show that picture.
    #[error("The specified media is not attached to the specified variant")]
    NotAttached,
}

/// Lets variants that show no picture show one of their product's.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn append_media(
    tx: &mut Tx,
    call: &Call,
    product: ProductId,
    pairs: &[VariantMedia],
) -> Result<(), CatalogError> {
    change(tx, call, product, |sheet| {
        each(sheet, pairs, |sheet, place, id| {
            let media = sheet.media.iter().find(|media| media.id == id);
            let media = media.ok_or(("mediaIds", MediaWhy::NoMedia))?;
            if media.content_type != FileKind::Image {
                return Err(("mediaIds", MediaWhy::NotAnImage));
            }
            if media.status != FileStatus::Ready {
                return Err(("mediaIds", MediaWhy::NotReady));
            }
            let variant = &mut sheet.variants[place];
            if variant.media_id.is_some() {
                return Err(("variantId", MediaWhy::HasMedia));
            }
            variant.media_id = Some(id);
            Ok(())
        })
    })
}

/// Lets variants no longer show the picture that they show.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn detach_media(
    tx: &mut Tx,
    call: &Call,
    product: ProductId,
    pairs: &[VariantMedia],
) -> Result<(), CatalogError> {
    change(tx, call, product, |sheet| {
        each(sheet, pairs, |sheet, place, id| {
            if sheet.media.iter().all(|media| media.id != id) {
                return Err(("mediaIds", MediaWhy::NoMedia));
            }
            let variant = &mut sheet.variants[place];
            if variant.media_id != Some(id) {
                return Err(("mediaIds", MediaWhy::NotAttached));
            }
            variant.media_id = None;
            Ok(())
        })
    })
}

type Misfit = (&'static str, MediaWhy);

/// Runs a rule for each pair; all that is wrong is told at once.
fn each(
    sheet: &mut Sheet,
    pairs: &[VariantMedia],
    rule: impl Fn(&mut Sheet, usize, MediaImageId) -> Result<(), Misfit>,
) -> Result<(), CatalogError> {
    if pairs.len() > PAIRS_MAX {
        return Err(CatalogError::at(
            ["variantMedia"],
            Why::Media(MediaWhy::TooManyPairs),
        ));
    }
    let places: BTreeMap<ProductVariantId, usize> = sheet
        .variants
        .iter()
        .zip(0..)
        .map(|(variant, place)| (variant.id, place))
        .collect();
    let mut seen = BTreeSet::new();
    let mut refused = Vec::new();
    for (index, (variant, media)) in pairs.iter().enumerate() {
        let checked = match (places.get(variant), &media[..]) {
            (None, _) => Err(("variantId", MediaWhy::NoVariant)),
            (Some(_), _) if !seen.insert(*variant) => Err(("variantId", MediaWhy::VariantTwice)),
            (Some(_), []) => Ok(()),
            (Some(place), [id]) => rule(sheet, *place, *id),
            (Some(_), [_, _, ..]) => Err(("mediaIds", MediaWhy::OneOnly)),
        };
        if let Err((field, why)) = checked {
            let at = [
                "variantMedia".to_owned(),
                index.to_string(),
                field.to_owned(),
            ];
            refused.push(Refusal::new(at, Why::Media(why)));
        }
    }
    match refused.is_empty() {
        true => Ok(()),
        false => Err(CatalogError::Refused(refused)),
    }
}
