//! Putting a product's options and their values in another order.

use std::collections::{BTreeMap, BTreeSet};

use store::Tx;
use units::ProductId;

use super::super::errors::{CatalogError, Refusal};
use super::super::input::{OptionInput, OptionValueInput};
use super::super::sheet::{OptionSheet, Sheet};
use super::super::update::change;
use super::error::{OptionWhy, refused, refused_nth};
use super::{carry_over, value_at};
use crate::call::Call;

/// Puts options, and the values of those that list theirs, in the given order. All options must be
/// named, and all values of a list, by id or by name. The variants follow: the first option's
/// values decide, then the second's, then the third's.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn reorder_options(
    tx: &mut Tx,
    call: &Call,
    product: ProductId,
    order: &[OptionInput],
) -> Result<(), CatalogError> {
    change(tx, call, product, |sheet| {
        arrange(sheet, order).map_err(|refusal| CatalogError::Refused(vec![refusal]))
    })
}

fn arrange(sheet: &mut Sheet, order: &[OptionInput]) -> Result<(), Refusal> {
    check_keys(order)?;
    let mut options: Vec<OptionSheet> = Vec::with_capacity(sheet.options.len());
    for (index, wanted) in order.iter().enumerate() {
        let found = match (wanted.id, wanted.name.as_deref()) {
            (Some(id), _) => sheet.options.iter().find(|option| option.option.id == id),
            (None, name) => sheet
                .option_named(name.unwrap_or_default().trim())
                .map(|place| &sheet.options[place]),
        };
        let option = found.ok_or_else(|| {
            let name = || wanted.name.clone().unwrap_or_default();
            let unknown = |id: units::ProductOptionId| OptionWhy::IdUnknown(id.get());
            let why = wanted
                .id
                .map_or_else(|| OptionWhy::NameUnknown(name()), unknown);
            refused(["options"], why)
        })?;
        if options
            .iter()
            .any(|other| other.option.id == option.option.id)
        {
            let why = OptionWhy::NameTwice(option.option.name.clone());
            return Err(refused_nth("options", index, why));
        }
        let mut option = option.clone();
        if !wanted.values.is_empty() {
            arrange_values(&mut option, &wanted.values, index)?;
        }
        options.push(option);
    }
    let named: BTreeSet<_> = options.iter().map(|option| option.option.id).collect();
    if let Some(left) = sheet.options.iter().find(|o| !named.contains(&o.option.id)) {
        let why = OptionWhy::LeftOut(left.option.name.clone());
        return Err(refused(["options"], why));
    }
    carry_over(sheet, &options);
    sheet.options = options;
    sort(sheet);
    Ok(())
}

/// Ids or names, everywhere the same.
fn check_keys(order: &[OptionInput]) -> Result<(), Refusal> {
    let (mut ids, mut names) = (0, 0);
    for (index, option) in order.iter().enumerate() {
        let own = (option.id.is_some(), option.name.is_some());
        let values = option
            .values
            .iter()
            .map(|v| (v.id.is_some(), v.name.is_some()));
        for key in std::iter::once(own).chain(values) {
            match key {
                (true, false) => ids += 1,
                (false, true) => names += 1,
                (true, true) => return Err(refused(["options"], OptionWhy::KeysMixed)),
                (false, false) => return Err(refused_nth("options", index, OptionWhy::KeyMissing)),
            }
        }
    }
    match ids > 0 && names > 0 {
        true => Err(refused(["options"], OptionWhy::KeysMixed)),
        false => Ok(()),
    }
}

fn arrange_values(
    option: &mut OptionSheet,
    order: &[OptionValueInput],
    index: usize,
) -> Result<(), Refusal> {
    let mut places: BTreeMap<units::ProductOptionValueId, usize> = BTreeMap::new();
    for (place, wanted) in order.iter().enumerate() {
        let found = match (wanted.id, wanted.name.as_deref()) {
            (Some(id), _) => option.values.iter().find(|value| value.id == id),
            (None, name) => option.named(name.unwrap_or_default().trim()),
        };
        let value = found.ok_or_else(|| {
            let name = || wanted.name.clone().unwrap_or_default();
            let unknown = |id: units::ProductOptionValueId| OptionWhy::ValueIdUnknown(id.get());
            let why = wanted
                .id
                .map_or_else(|| OptionWhy::ValueUnknown(name()), unknown);
            refused(["options"], why)
        })?;
        if places.insert(value.id, place).is_some() {
            let why = OptionWhy::ValueTwice(value.name.clone());
            return Err(refused_nth("options", index, why));
        }
    }
    if let Some(left) = option
        .values
        .iter()
        .find(|value| !places.contains_key(&value.id))
    {
        let why = OptionWhy::ValueLeftOut(left.name.clone());
        return Err(refused_nth("options", index, why));
    }
    option
        .values
        .sort_by_key(|value| places.get(&value.id).copied());
    Ok(())
}

/// Sorts the variants by the places of their values.
fn sort(sheet: &mut Sheet) {
    let places: Vec<BTreeMap<&str, usize>> = sheet
        .options
        .iter()
        .map(|option| {
            let values = option.values.iter().enumerate();
            values
                .map(|(place, value)| (value.name.as_str(), place))
                .collect()
        })
        .collect();
    sheet.variants.sort_by_cached_key(|variant| {
        let places = places.iter().enumerate().map(|(at, places)| {
            let value = value_at(variant, at);
            value.and_then(|value| places.get(value).copied())
        });
        places.collect::<Vec<_>>()
    });
}
