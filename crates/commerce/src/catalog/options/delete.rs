//! Taking options off a product.

use std::collections::BTreeSet;

use store::Tx;
use units::{ProductId, ProductOptionId};

use super::super::errors::{CatalogError, Refusal};
use super::super::sheet::{Birth, Sheet, born};
use super::super::sql;
use super::super::update::change;
use super::error::{OptionWhy, refused, refused_nth};
use super::{carry_over, default_option, replace};
use crate::call::Call;

/// Which variants may go with an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DeletionStrategy {
    /// An option goes only if it has one value, so that no variant is lost.
    #[default]
    Default,
    /// Options go whatever their values, as long as no variant is lost.
    NonDestructive,
    /// Of variants that are the same without the options, the first stays.
    Position,
}

/// Deletes options of a product. Without any it has one variant, without options.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn delete_options(
    tx: &mut Tx,
    call: &Call,
    product: ProductId,
    ids: &[ProductOptionId],
    strategy: DeletionStrategy,
) -> Result<(), CatalogError> {
    let elsewhere: BTreeSet<ProductOptionId> = sql::products_with_options(tx, ids)?
        .into_iter()
        .filter(|(owner, _)| *owner != product)
        .map(|(_, option)| option)
        .collect();
    change(tx, call, product, |sheet| {
        for (index, id) in ids.iter().enumerate() {
            if sheet.options.iter().all(|option| option.option.id != *id) {
                let why = match elsewhere.contains(id) {
                    true => OptionWhy::OfAnotherProduct,
                    false => OptionWhy::Missing,
                };
                let refusal = refused_nth("options", index, why);
                return Err(CatalogError::Refused(vec![refusal]));
            }
        }
        born(call, |birth| remove(sheet, ids, strategy, birth))
            .map_err(|refusal| CatalogError::Refused(vec![refusal]))
    })
}

fn remove(
    sheet: &mut Sheet,
    ids: &[ProductOptionId],
    strategy: DeletionStrategy,
    birth: &Birth<'_>,
) -> Result<(), Refusal> {
    for (index, id) in ids.iter().enumerate() {
        let option = sheet.options.iter().find(|option| option.option.id == *id);
        let several = option.filter(|option| option.values.len() > 1);
        if let (DeletionStrategy::Default, Some(option)) = (strategy, several) {
            let why = OptionWhy::SeveralValues(option.option.name.clone());
            return Err(refused_nth("options", index, why));
        }
    }
    let mut left = sheet.options.clone();
    left.retain(|option| !ids.contains(&option.option.id));
    carry_over(sheet, &left);
    sheet.options = left;
    let mut seen: BTreeSet<Vec<String>> = BTreeSet::new();
    let before = sheet.variants.len();
    sheet
        .variants
        .retain(|variant| seen.insert(variant.option_values().map(str::to_owned).collect()));
    if strategy != DeletionStrategy::Position && sheet.variants.len() < before {
        return Err(refused(["options"], OptionWhy::VariantsWouldGo));
    }
    if sheet.options.is_empty() {
        replace(sheet, &[default_option()], birth)?;
        for variant in &mut sheet.variants {
            variant.option1 = Some(super::DEFAULT_VALUE.to_owned());
        }
    }
    Ok(())
}
