//! Giving a product more options.

use std::collections::BTreeSet;

use store::Tx;
use units::{ProductId, fold};

use super::super::changes::same;
use super::super::errors::{CatalogError, Refusal};
use super::super::input::OptionInput;
use super::super::sheet::{Birth, OptionSheet, Sheet, born};
use super::super::{OPTIONS_MAX, ProductOption, ProductOptionValue, ProductVariant, VARIANTS_MAX};
use super::error::{OptionWhy, refused, refused_nth};
use super::{carry_over, linked, name_of, set_values, value_at, value_name_of};
use crate::call::Call;

/// Whether variants follow the values of the options.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum VariantStrategy {
    /// No variant is made, and none is deleted.
    #[default]
    LeaveAsIs,
    /// A variant is made for each new combination, and one whose value goes is deleted.
    Manage,
}

/// Adds options to a product. The variants that are there get the first value of each; those for
/// the other values are made when they are to be managed. The placeholder of a product without
/// options goes.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create_options(
    tx: &mut Tx,
    call: &Call,
    product: ProductId,
    inputs: &[OptionInput],
    strategy: VariantStrategy,
) -> Result<(), CatalogError> {
    let (inputs, _) = linked::resolved(tx, call, inputs, "options")?;
    linked::change_with_links(tx, call, product, |sheet| {
        born(call, |birth| add(sheet, &inputs, strategy, birth))
            .map_err(|refusal| CatalogError::Refused(vec![refusal]))
    })
}

fn add(
    sheet: &mut Sheet,
    inputs: &[OptionInput],
    strategy: VariantStrategy,
    birth: &Birth<'_>,
) -> Result<(), Refusal> {
    let mut options = match sheet.is_default_only() {
        true => Vec::new(),
        false => sheet.options.clone(),
    };
    let mut made: Vec<OptionSheet> = Vec::with_capacity(inputs.len());
    for (index, input) in inputs.iter().enumerate() {
        let option = one(sheet, input, birth).map_err(|why| refused_nth("options", index, why))?;
        let name = &option.option.name;
        let named = |other: &OptionSheet| same(&other.option.name, name);
        let why = match (made.iter().any(named), options.iter().any(named)) {
            (true, _) => OptionWhy::NameTwice(name.clone()),
            (false, true) => OptionWhy::NameTaken(name.clone()),
            (false, false) => {
                made.push(option);
                continue;
            }
        };
        return Err(refused_nth("options", index, why));
    }
    if options.len() + made.len() > OPTIONS_MAX {
        return Err(refused(["options"], OptionWhy::TooMany));
    }
    if strategy == VariantStrategy::Manage {
        let all = made.iter().try_fold(sheet.variants.len(), |count, option| {
            count.checked_mul(option.values.len())
        });
        if all.is_none_or(|all| all > VARIANTS_MAX) {
            return Err(refused(["options"], OptionWhy::TooManyVariants));
        }
    }
    insert(&mut options, made.clone(), inputs)?;
    carry_over(sheet, &options);
    sheet.options = options;
    for variant in &mut sheet.variants {
        let values = sheet.options.iter().enumerate().map(|(place, option)| {
            let held = value_at(variant, place).map(str::to_owned);
            held.or_else(|| option.values.first().map(|value| value.name.clone()))
        });
        let values = values.collect();
        set_values(variant, values);
    }
    if strategy == VariantStrategy::Manage {
        for option in &made {
            multiply(sheet, option, birth);
        }
    }
    Ok(())
}

fn one(sheet: &Sheet, input: &OptionInput, birth: &Birth<'_>) -> Result<OptionSheet, OptionWhy> {
    let name = name_of(input.name.as_deref().unwrap_or_default())?;
    if input.values.is_empty() {
        return Err(OptionWhy::ValuesMissing(name));
    }
    if input.values.len() > VARIANTS_MAX {
        return Err(OptionWhy::TooManyValues);
    }
    let option = ProductOption {
        id: birth.id(),
        product_id: sheet.product.id,
        position: 0,
        name,
        linked_namespace: input.linked.as_ref().map(|linked| linked.namespace.clone()),
        linked_key: input.linked.as_ref().map(|linked| linked.key.clone()),
    };
    let mut values = Vec::with_capacity(input.values.len());
    let mut seen = BTreeSet::new();
    for value in &input.values {
        let name = value_name_of(value.name.as_deref().unwrap_or_default())?;
        if !seen.insert(fold(&name)) {
            return Err(OptionWhy::ValueTwice(name));
        }
        values.push(ProductOptionValue {
            id: birth.id(),
            product_id: sheet.product.id,
            option_id: option.id,
            position: 0,
            name,
            linked_value: value.linked.clone(),
        });
    }
    Ok(OptionSheet { option, values })
}

/// Puts new options at their places, or after those that are there.
fn insert(
    options: &mut Vec<OptionSheet>,
    made: Vec<OptionSheet>,
    inputs: &[OptionInput],
) -> Result<(), Refusal> {
    let placed = inputs.iter().filter(|input| input.position.is_some());
    if ![0, inputs.len()].contains(&placed.count()) {
        return Err(refused(["options"], OptionWhy::PositionMissing));
    }
    let most = options.len() + made.len();
    let mut ordered: Vec<(usize, OptionSheet)> = Vec::with_capacity(made.len());
    for (index, (option, input)) in made.into_iter().zip(inputs).enumerate() {
        let place = match input.position {
            None => most,
            Some(position) => usize::try_from(position)
                .ok()
                .filter(|place| (1..=most).contains(place))
                .ok_or_else(|| refused_nth("options", index, OptionWhy::Position(most)))?,
        };
        ordered.push((place, option));
    }
    ordered.sort_by_key(|(place, _)| *place);
    for (place, option) in ordered {
        options.insert((place - 1).min(options.len()), option);
    }
    Ok(())
}

/// Makes of each variant one more for each further value of an option, right behind it.
fn multiply(sheet: &mut Sheet, option: &OptionSheet, birth: &Birth<'_>) {
    let place = sheet
        .options
        .iter()
        .position(|held| held.option.id == option.option.id);
    let place = place.expect("the option was put onto the sheet");
    let mut all = Vec::with_capacity(sheet.variants.len() * option.values.len());
    for variant in sheet.variants.drain(..) {
        let others: Vec<ProductVariant> = option.values[1..]
            .iter()
            .map(|value| sibling(&variant, place, &value.name, birth))
            .collect();
        all.push(variant);
        all.extend(others);
    }
    sheet.variants = all;
}

/// A variant like another but for one value. What is a variant's alone (its article number, its
/// barcode, its picture, its stock) it does not have.
pub(super) fn sibling(
    variant: &ProductVariant,
    place: usize,
    value: &str,
    birth: &Birth<'_>,
) -> ProductVariant {
    let mut new = ProductVariant {
        id: birth.id(),
        inventory_item_id: birth.id(),
        sku: String::new(),
        barcode: String::new(),
        media_id: None,
        created_at: birth.now,
        updated_at: birth.now,
        ..variant.clone()
    };
    let values = (0..OPTIONS_MAX).map(|at| match at == place {
        true => Some(value.to_owned()),
        false => value_at(variant, at).map(str::to_owned),
    });
    set_values(&mut new, values.collect());
    new
}
