//! Changing an option of a product: its name, its place, its values.

use std::collections::{BTreeMap, BTreeSet};

use store::Tx;
use units::{ProductId, ProductOptionId, ProductOptionValueId, fold};

use super::super::changes::same;
use super::super::errors::{CatalogError, Refusal};
use super::super::input::OptionValueInput;
use super::super::sheet::{Birth, OptionSheet, Sheet, born};
use super::super::{OPTIONS_MAX, ProductOptionValue, VARIANTS_MAX};
use super::create::{VariantStrategy, sibling};
use super::error::{OptionWhy, refused, refused_nth};
use super::{carry_over, linked, name_of, value_at, value_name_of};
use crate::call::Call;

/// What is to change of an option.
#[derive(Debug, Clone)]
pub struct OptionChange {
    /// The option.
    pub id: ProductOptionId,
    /// Its new name.
    pub name: Option<String>,
    /// Its new place, from 1.
    pub position: Option<i64>,
    /// Values to add, after those that are there.
    pub add: Vec<OptionValueInput>,
    /// Values to rename, by id.
    pub update: Vec<OptionValueInput>,
    /// Values to delete.
    pub delete: Vec<ProductOptionValueId>,
}

/// Changes an option. Its variants' values are renamed and moved along; whether variants are made
/// for new values, and deleted with their value, is the caller's to say.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update_option(
    tx: &mut Tx,
    call: &Call,
    product: ProductId,
    wanted: &OptionChange,
    strategy: VariantStrategy,
) -> Result<(), CatalogError> {
    let wanted = &linked::with_values(tx, product, wanted)?;
    linked::change_with_links(tx, call, product, |sheet| {
        born(call, |birth| apply(sheet, wanted, strategy, birth))
            .map_err(|refusal| CatalogError::Refused(vec![refusal]))
    })
}

fn apply(
    sheet: &mut Sheet,
    wanted: &OptionChange,
    strategy: VariantStrategy,
    birth: &Birth<'_>,
) -> Result<(), Refusal> {
    let mut options = sheet.options.clone();
    let place = options
        .iter()
        .position(|option| option.option.id == wanted.id);
    let place = place.ok_or_else(|| refused(["option", "id"], OptionWhy::Missing))?;
    if let Some(name) = &wanted.name {
        let at = |why| refused(["option", "name"], why);
        let name = name_of(name).map_err(at)?;
        let taken =
            |(at, option): (usize, &OptionSheet)| at != place && same(&option.option.name, &name);
        if options.iter().enumerate().any(taken) {
            return Err(at(OptionWhy::NameTaken(name)));
        }
        options[place].option.name = name;
    }
    let old = &sheet.options[place];
    check_deletions(sheet, old, place, wanted, strategy)?;
    options[place].values = values(old, wanted, birth)?;
    if options[place].values.is_empty() {
        return Err(refused(["optionValuesToDelete"], OptionWhy::NoValuesLeft));
    }
    let added = options[place].values.len() - wanted.add.len();
    let added = options[place].values[added..].to_vec();
    let mut to = place;
    if let Some(position) = wanted.position {
        let most = options.len();
        to = usize::try_from(position)
            .ok()
            .filter(|to| (1..=most).contains(to))
            .ok_or_else(|| refused(["option", "position"], OptionWhy::Position(most)))?
            - 1;
        let option = options.remove(place);
        options.insert(to, option);
    }
    carry_over(sheet, &options);
    sheet.options = options;
    match strategy {
        VariantStrategy::Manage => follow(sheet, to, &added, birth),
        VariantStrategy::LeaveAsIs => Ok(()),
    }
}

/// Values that go must be there, and variants that have one are in the way, unless they go too.
fn check_deletions(
    sheet: &Sheet,
    option: &OptionSheet,
    place: usize,
    wanted: &OptionChange,
    strategy: VariantStrategy,
) -> Result<(), Refusal> {
    let used: BTreeSet<&str> = sheet
        .variants
        .iter()
        .filter_map(|variant| value_at(variant, place))
        .collect();
    for (index, id) in wanted.delete.iter().enumerate() {
        let at = |why| refused_nth("optionValuesToDelete", index, why);
        let value = option.values.iter().find(|value| value.id == *id);
        let value = value.ok_or_else(|| at(OptionWhy::ValueMissing))?;
        if wanted.update.iter().any(|other| other.id == Some(*id)) {
            return Err(at(OptionWhy::ValueConflict));
        }
        if strategy == VariantStrategy::LeaveAsIs && used.contains(value.name.as_str()) {
            return Err(at(OptionWhy::ValueHasVariants(value.name.clone())));
        }
    }
    Ok(())
}

/// The option's values after the change: those that stay, renamed, and the new ones.
fn values(
    option: &OptionSheet,
    wanted: &OptionChange,
    birth: &Birth<'_>,
) -> Result<Vec<ProductOptionValue>, Refusal> {
    let mut renamed: BTreeMap<ProductOptionValueId, (usize, String)> = BTreeMap::new();
    for (index, value) in wanted.update.iter().enumerate() {
        let at = |why| refused_nth("optionValuesToUpdate", index, why);
        let known = value
            .id
            .and_then(|id| option.values.iter().find(|held| held.id == id));
        let known = known.ok_or_else(|| at(OptionWhy::ValueMissing))?;
        let name = match &value.name {
            Some(name) => value_name_of(name).map_err(at)?,
            None => known.name.clone(),
        };
        if renamed.insert(known.id, (index, name)).is_some() {
            return Err(at(OptionWhy::ValueTwice(known.name.clone())));
        }
    }
    let mut values = Vec::with_capacity(option.values.len() + wanted.add.len());
    let mut kept: BTreeSet<String> = BTreeSet::new();
    let stays = |value: &&ProductOptionValue| !wanted.delete.contains(&value.id);
    // Those that keep their names come first, so that the blame falls on the input.
    for value in option
        .values
        .iter()
        .filter(stays)
        .filter(|v| !renamed.contains_key(&v.id))
    {
        kept.insert(fold(&value.name));
    }
    for (index, name) in renamed.values() {
        if !kept.insert(fold(name)) {
            let why = OptionWhy::ValueTaken(name.clone());
            return Err(refused_nth("optionValuesToUpdate", *index, why));
        }
    }
    for value in option.values.iter().filter(stays) {
        let mut value = value.clone();
        if let Some((_, name)) = renamed.get(&value.id) {
            value.name.clone_from(name);
        }
        values.push(value);
    }
    let mut added = BTreeSet::new();
    for (index, value) in wanted.add.iter().enumerate() {
        let at = |why| refused_nth("optionValuesToAdd", index, why);
        let name = value_name_of(value.name.as_deref().unwrap_or_default()).map_err(at)?;
        if kept.contains(&fold(&name)) {
            return Err(at(OptionWhy::ValueTaken(name)));
        }
        if !added.insert(fold(&name)) {
            return Err(at(OptionWhy::ValueTwice(name)));
        }
        values.push(ProductOptionValue {
            id: birth.id(),
            product_id: option.option.product_id,
            option_id: option.option.id,
            position: 0,
            name,
            linked_value: value.linked.clone(),
        });
    }
    if values.len() > VARIANTS_MAX {
        return Err(refused(["optionValuesToAdd"], OptionWhy::TooManyValues));
    }
    Ok(values)
}

/// Makes a variant of each new value for every combination of the other options' values that is
/// there, and deletes those whose value went.
fn follow(
    sheet: &mut Sheet,
    place: usize,
    added: &[ProductOptionValue],
    birth: &Birth<'_>,
) -> Result<(), Refusal> {
    let mut seen = BTreeSet::new();
    let mut new = Vec::new();
    for variant in &sheet.variants {
        let others: Vec<Option<&str>> = (0..OPTIONS_MAX)
            .filter(|at| *at != place)
            .map(|at| value_at(variant, at))
            .collect();
        if new.len() <= VARIANTS_MAX && seen.insert(others) {
            let one = |value: &ProductOptionValue| sibling(variant, place, &value.name, birth);
            new.extend(added.iter().map(one));
        }
    }
    sheet
        .variants
        .retain(|variant| value_at(variant, place).is_some());
    sheet.variants.extend(new);
    if sheet.variants.len() > VARIANTS_MAX {
        return Err(refused(["optionValuesToAdd"], OptionWhy::TooManyVariants));
    }
    if sheet.variants.is_empty() {
        return Err(refused(["optionValuesToDelete"], OptionWhy::NoVariantsLeft));
    }
    Ok(())
}
