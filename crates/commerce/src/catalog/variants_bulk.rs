//! Making, changing and deleting variants of one product, many at a time.

use std::collections::{HashMap, HashSet};

use store::Tx;
use units::{ProductId, ProductVariantId};

use super::changes::put_media;
use super::create::placed;
use super::errors::{CatalogError, Refusal, Why};
use super::input::{MediaInput, VariantInput};
use super::media::with_variants;
use super::save::{Change, save};
use super::set::{Extras, note};
use super::sheet::{Sheet, born};
use super::{options, smart, variants};
use crate::call::Call;
use crate::metafields;

/// What becomes of the only variant that a product has when others are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Strategy {
    /// The default one goes, any other stays.
    #[default]
    Default,
    /// It stays.
    Preserve,
    /// It goes.
    Remove,
}

/// What a bulk change did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BulkUpdate {
    /// The changed variants, as given.
    pub variants: Vec<ProductVariantId>,
    /// What was refused of the others, when the rest was let through.
    pub refused: Vec<Refusal>,
}

/// Makes variants, all or none.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create_variants(
    tx: &mut Tx,
    call: &Call,
    product: ProductId,
    inputs: &[VariantInput],
    media: &[MediaInput],
    strategy: Strategy,
) -> Result<Vec<ProductVariantId>, CatalogError> {
    let before = of(tx, product)?;
    let mut after = before.clone();
    let mut inputs = inputs.to_vec();
    let media = with_variants(tx, call, media, &mut inputs, &before)?;
    put_pictures(&mut after, &media, call)?;
    let lone = after.variants.len() == 1;
    let goes = match strategy {
        Strategy::Default => lone && after.is_default_only(),
        Strategy::Preserve => false,
        Strategy::Remove => lone,
    };
    if goes && !inputs.is_empty() {
        after.variants.clear();
        // The placeholder goes with the variant that it stood for.
        options::prune_default(&mut after);
    }
    let mut extras = Extras::default();
    let mut touched = Vec::with_capacity(inputs.len());
    for (index, input) in inputs.iter().enumerate() {
        let within = |refusal: Refusal| {
            CatalogError::Refused(vec![
                refusal.within(["variants".to_owned(), index.to_string()]),
            ])
        };
        if input.id.is_some() {
            return Err(within(Refusal::new(["id"], Why::VariantIdGiven)));
        }
        let variant =
            born(call, |birth| variants::make(&mut after, input, birth)).map_err(within)?;
        note(&mut extras, &variant, input);
        touched.push((variant.id, index));
        after.variants.push(variant);
    }
    variants::check_all(&after, &touched)
        .map_err(|refusal| CatalogError::Refused(vec![refusal]))?;
    write(tx, call, before, after, extras)?;
    Ok(touched.into_iter().map(|(id, _)| id).collect())
}

/// Changes variants: all or none, or, when the caller asks for it, those that can be.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update_variants(
    tx: &mut Tx,
    call: &Call,
    product: ProductId,
    inputs: &[VariantInput],
    media: &[MediaInput],
    partially: Partial,
) -> Result<BulkUpdate, CatalogError> {
    let before = of(tx, product)?;
    let mut after = before.clone();
    let mut inputs = inputs.to_vec();
    let media = with_variants(tx, call, media, &mut inputs, &before)?;
    put_pictures(&mut after, &media, call)?;
    let mut extras = Extras::default();
    let mut done = BulkUpdate::default();
    let mut places = Places::of(&after);
    for (index, input) in inputs.iter().enumerate() {
        let mark = after.mark();
        match one(&mut after, &mut places, call, input) {
            Ok(variant) => {
                note(&mut extras, &variant, input);
                done.variants.push(variant.id);
            }
            Err(refusal) => {
                after.back_to(&mark);
                let at = ["variants".to_owned(), index.to_string()];
                done.refused.push(refusal.within(at));
            }
        }
    }
    if !done.refused.is_empty() && partially == Partial::Refuse {
        return Err(CatalogError::Refused(done.refused));
    }
    if !done.variants.is_empty() {
        write(tx, call, before, after, extras)?;
    }
    Ok(done)
}

/// Whether a bulk change may be done in part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Partial {
    /// One refusal refuses all.
    #[default]
    Refuse,
    /// What can be done is done.
    Allow,
}

/// How long the lists were that a variant's change may have added to.
struct Mark {
    values: Vec<usize>,
    media: usize,
}

impl Sheet {
    fn mark(&self) -> Mark {
        Mark {
            values: self
                .options
                .iter()
                .map(|option| option.values.len())
                .collect(),
            media: self.media.len(),
        }
    }

    /// Drops what a refused change has added.
    fn back_to(&mut self, mark: &Mark) {
        for (option, length) in self.options.iter_mut().zip(&mark.values) {
            option.values.truncate(*length);
        }
        self.media.truncate(mark.media);
    }
}

/// Where each variant stands, and which combinations of values are taken: looked up for each of
/// up to 2,048 variants.
struct Places {
    by_id: HashMap<ProductVariantId, usize>,
    taken: HashSet<Vec<String>>,
}

impl Places {
    fn of(sheet: &Sheet) -> Self {
        let variants = sheet.variants.iter();
        Self {
            by_id: variants
                .clone()
                .zip(0..)
                .map(|(variant, at)| (variant.id, at))
                .collect(),
            taken: variants.map(values).collect(),
        }
    }
}

fn values(variant: &super::ProductVariant) -> Vec<String> {
    variant.option_values().map(str::to_owned).collect()
}

fn one(
    sheet: &mut Sheet,
    places: &mut Places,
    call: &Call,
    input: &VariantInput,
) -> Result<super::ProductVariant, Refusal> {
    let id = input
        .id
        .ok_or_else(|| Refusal::new(["id"], Why::VariantIdMissing))?;
    let place = places.by_id.get(&id).copied();
    let place = place.ok_or_else(|| Refusal::new(["id"], Why::VariantMissing))?;
    if !input.stock.is_empty() {
        return Err(Refusal::new(
            ["inventoryQuantities"],
            Why::QuantitiesOnUpdate,
        ));
    }
    let current = sheet.variants[place].clone();
    let changed = born(call, |birth| {
        variants::change(sheet, &current, input, birth)
    })?;
    let (before, now) = (values(&current), values(&changed));
    if before != now {
        if places.taken.contains(&now) {
            let why = Why::VariantExists(now.join(" / "));
            return Err(Refusal::new(["optionValues"], why));
        }
        places.taken.remove(&before);
        places.taken.insert(now);
    }
    sheet.variants[place] = changed.clone();
    Ok(changed)
}

/// Deletes variants of a product; one at least must stay. Option values that no variant has any
/// more go, too.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn delete_variants(
    tx: &mut Tx,
    call: &Call,
    product: ProductId,
    ids: &[ProductVariantId],
) -> Result<(), CatalogError> {
    let before = of(tx, product)?;
    let known: HashSet<_> = before.variants.iter().map(|variant| variant.id).collect();
    let gone: HashSet<_> = ids.iter().copied().collect();
    for (index, id) in ids.iter().enumerate() {
        if !known.contains(id) {
            let at = ["variantsIds".to_owned(), index.to_string()];
            return Err(CatalogError::at(at, Why::VariantOfAnotherProduct));
        }
    }
    let mut after = before.clone();
    after.variants.retain(|variant| !gone.contains(&variant.id));
    if after.variants.is_empty() {
        return Err(CatalogError::at(["variantsIds"], Why::LastVariant));
    }
    options::prune(&mut after);
    write(tx, call, before, after, Extras::default())
}

fn of(tx: &mut Tx, product: ProductId) -> Result<Sheet, CatalogError> {
    let sheet = Sheet::locked(tx, product)?;
    sheet.ok_or_else(|| CatalogError::at(["productId"], Why::ProductMissing))
}

fn put_pictures(sheet: &mut Sheet, media: &[MediaInput], call: &Call) -> Result<(), CatalogError> {
    for (index, picture) in media.iter().enumerate() {
        born(call, |birth| put_media(sheet, picture, birth)).map_err(|why| {
            let at = [
                "media".to_owned(),
                index.to_string(),
                "originalSource".to_owned(),
            ];
            CatalogError::at(at, why)
        })?;
    }
    Ok(())
}

fn write(
    tx: &mut Tx,
    call: &Call,
    before: Sheet,
    after: Sheet,
    extras: Extras,
) -> Result<(), CatalogError> {
    let product = before.product.id;
    let planned = metafields::plan(tx, call, &extras.metafields)
        .map_err(|error| placed(error, |_| vec!["variants".to_owned()]))?;
    let mut changes = [Change {
        before: Some(before),
        after: Some(after),
        stock: extras.stock,
    }];
    save(tx, call, &mut changes)?;
    planned.write(tx)?;
    if !planned.metafields().is_empty() {
        smart::sort_in(tx, call, &[product])?;
    }
    Ok(())
}
