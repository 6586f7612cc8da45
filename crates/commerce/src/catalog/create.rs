//! Making a product.

use store::{StoreError, Tx};
use units::{ProductId, ProductVariantId, handleize};

use super::changes;
use super::errors::{CatalogError, Refusal, Why};
use super::input::ProductInput;
use super::media::with_files;
use super::members::{self, Membership};
use super::options::with_linked;
use super::save::{Change, save};
use super::set::{Extras, MediaRule, whole};
use super::sheet::{Sheet, born};
use super::{combined, smart, sql};
use crate::call::Call;
use crate::metafields::{MetafieldsError, Owned, Owner};
use crate::{metafields, shops};

/// What a product without a letter in its title is called in addresses.
const NAMELESS: &str = "product";

/// Makes a product. Without variants it gets one, with the first value of each option.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create(tx: &mut Tx, call: &Call, input: &ProductInput) -> Result<ProductId, CatalogError> {
    let mut sheet = born(call, Sheet::blank);
    let input = with_linked(tx, call, input)?;
    let input = &*with_files(tx, call, &input, &sheet)?;
    let extras = born(call, |birth| {
        whole(&mut sheet, input, MediaRule::Add, birth, true)
    })?;
    name(tx, &mut sheet, None, input.handle.is_some())?;
    if sheet.product.vendor.is_empty() && input.vendor.is_none() {
        sheet.product.vendor = shops::current(tx)?.name;
    }
    finish(tx, call, None, sheet, input, extras)
}

/// Sees to it that the handle is the product's alone: a wanted one that is taken is refused, one
/// made of the title gets a number.
pub(super) fn name(
    tx: &mut Tx,
    sheet: &mut Sheet,
    before: Option<&str>,
    wanted: bool,
) -> Result<(), CatalogError> {
    let product = &mut sheet.product;
    if product.handle.is_empty() {
        product.handle = free_handle(tx, "products", &product.title, NAMELESS)?;
        return Ok(());
    }
    if before == Some(product.handle.as_str()) || !wanted {
        return Ok(());
    }
    let taken = sql::products_by_handle(tx, &[&product.handle])?;
    if taken.iter().any(|(id, _)| *id != product.id) {
        let why = Why::HandleTaken(product.handle.clone());
        return Err(CatalogError::at(["handle"], why));
    }
    Ok(())
}

/// A handle that nobody has, made of a title.
pub(super) fn free_handle(
    tx: &mut Tx,
    table: &'static str,
    title: &str,
    nameless: &str,
) -> Result<String, CatalogError> {
    let base = match handleize(title) {
        handle if handle.is_empty() => nameless.to_owned(),
        handle => handle,
    };
    let taken = sql::handles_like(tx, table, &base)?;
    let is_free = |handle: &String| !taken.contains(handle);
    if is_free(&base) {
        return Ok(base);
    }
    let numbered = (1..=taken.len() + 1)
        .map(|number| format!("{base}-{number}"))
        .find(is_free);
    Ok(numbered.expect("one number more than there are handles is free"))
}

/// Checks what hangs on the product, then writes it all.
pub(super) fn finish(
    tx: &mut Tx,
    call: &Call,
    before: Option<Sheet>,
    after: Sheet,
    input: &ProductInput,
    extras: Extras,
) -> Result<ProductId, CatalogError> {
    let id = after.product.id;
    let mut owned: Vec<Owned> = Vec::new();
    owned.extend(input.metafields.iter().map(|metafield| Owned {
        owner: Owner::Product,
        owner_id: id.get(),
        metafield: metafield.clone(),
    }));
    let own_count = owned.len();
    owned.extend(extras.metafields);
    let emptied = Emptied {
        product: (input.only_metafields && before.is_some()).then_some(id),
        variants: extras.emptied,
    };
    let planned = metafields::plan(tx, call, &owned).map_err(|error| {
        placed(error, |place| match place.checked_sub(own_count) {
            None => vec!["metafields".to_owned(), place.to_string()],
            Some(_) => vec!["variants".to_owned()],
        })
    })?;
    let membership = Membership::plan(tx, id, input)?;
    let mut changes = [Change {
        before,
        after: Some(after),
        stock: extras.stock,
    }];
    let saved = save(tx, call, &mut changes)?;
    let fewer = emptied.empty(tx, call, &planned)?;
    planned.write(tx)?;
    members::write(tx, call, &membership)?;
    if input.combined {
        combined::combine(tx, id)?;
    }
    if fewer || !planned.metafields().is_empty() {
        smart::sort_in(tx, call, &[id])?;
        if !saved.contains(&true) {
            metafields::tell(tx, call, Owner::Product, &[id.get()])?;
        }
    }
    Ok(id)
}

/// What loses the metafields that are not set anew.
struct Emptied {
    product: Option<ProductId>,
    variants: Vec<ProductVariantId>,
}

impl Emptied {
    /// Deletes what the plan does not set; says whether there was anything.
    fn empty(
        &self,
        tx: &mut Tx,
        call: &Call,
        planned: &metafields::Plan,
    ) -> Result<bool, StoreError> {
        let products: Vec<i64> = self.product.iter().map(|id| id.get()).collect();
        let variants: Vec<i64> = self.variants.iter().map(|id| id.get()).collect();
        let fewer = metafields::delete_others(tx, call, Owner::Product, &products, planned)?;
        let less = metafields::delete_others(tx, call, Owner::ProductVariant, &variants, planned)?;
        Ok(fewer || less)
    }
}

/// The metafields' refusals, at their places in the product's input.
pub(super) fn placed(error: MetafieldsError, at: impl Fn(usize) -> Vec<String>) -> CatalogError {
    match error {
        MetafieldsError::Store(fault) => CatalogError::Store(fault),
        MetafieldsError::TooMany => {
            CatalogError::at(["metafields"], Why::Metafield(error.to_string()))
        }
        MetafieldsError::Refused(refused) => CatalogError::Refused(
            refused
                .into_iter()
                .map(|(place, why)| Refusal::new(at(place), Why::Metafield(why.to_string())))
                .collect(),
        ),
    }
}

/// The refusals as an error, if there are any.
pub(super) fn unless(refusals: Vec<Refusal>) -> Result<(), CatalogError> {
    if refusals.is_empty() {
        return Ok(());
    }
    Err(CatalogError::Refused(refusals))
}

/// A collection's handle in its usual form.
pub(super) fn wanted_handle(handle: &mut String, wanted: Option<&str>) -> Result<(), CatalogError> {
    unless(changes::handle(handle, wanted).into_iter().collect())
}
