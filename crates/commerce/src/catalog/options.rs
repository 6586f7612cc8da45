//! The rules for options and their values.

mod create;
mod delete;
mod error;
mod linked;
mod reorder;
mod swatches;
mod update;

pub use create::{VariantStrategy, create_options};
pub use delete::{DeletionStrategy, delete_options};
pub use error::OptionWhy;
pub(super) use linked::with_linked;
pub use reorder::reorder_options;
pub use swatches::{Swatch, swatches};
pub use update::{OptionChange, update_option};

use std::collections::BTreeMap;

use super::changes::{LINE_CHARS_MAX, clean, same};
use super::errors::{Refusal, Why};
use super::input::{OptionInput, OptionValueInput, VariantOptionInput};
use super::sheet::{Birth, OptionSheet, Sheet};
use super::{
    DEFAULT_OPTION, DEFAULT_VALUE, OPTIONS_MAX, ProductOption, ProductOptionValue, ProductVariant,
    VARIANTS_MAX,
};

/// The option that a product without options has.
pub(super) fn default_option() -> OptionInput {
    OptionInput {
        name: Some(DEFAULT_OPTION.to_owned()),
        values: vec![OptionValueInput {
            name: Some(DEFAULT_VALUE.to_owned()),
            ..OptionValueInput::default()
        }],
        ..OptionInput::default()
    }
}

/// Replaces all options by those given; what is meant by id or name is kept and renamed, and so
/// are the variants' values.
pub(super) fn replace(
    sheet: &mut Sheet,
    inputs: &[OptionInput],
    birth: &Birth<'_>,
) -> Result<(), Refusal> {
    if inputs.len() > OPTIONS_MAX {
        return Err(Refusal::new(["productOptions"], Why::TooManyOptions));
    }
    let mut ordered: Vec<(usize, &OptionInput)> = inputs.iter().enumerate().collect();
    ordered.sort_by_key(|(index, input)| (input.position.unwrap_or(i64::MAX), *index));
    let mut options: Vec<OptionSheet> = Vec::with_capacity(inputs.len());
    for (index, input) in ordered {
        let within =
            |refusal: Refusal| refusal.within(["productOptions".to_owned(), index.to_string()]);
        let option = one(sheet, input, birth).map_err(within)?;
        let name = &option.option.name;
        if options.iter().any(|other| same(&other.option.name, name)) {
            return Err(within(Refusal::new(
                ["name"],
                Why::DuplicateOption(name.clone()),
            )));
        }
        options.push(option);
    }
    carry_over(sheet, &options);
    sheet.options = options;
    Ok(())
}

fn one(sheet: &Sheet, input: &OptionInput, birth: &Birth<'_>) -> Result<OptionSheet, Refusal> {
    let name = input.name.as_deref().map(str::trim).unwrap_or_default();
    let known = match input.id {
        Some(id) => {
            let known = sheet.options.iter().find(|option| option.option.id == id);
            Some(known.ok_or_else(|| Refusal::new(["id"], Why::OptionMissing))?)
        }
        None => sheet.option_named(name).map(|at| &sheet.options[at]),
    };
    let name = match (name, known) {
        ("", Some(known)) => known.option.name.clone(),
        ("", None) => return Err(Refusal::new(["name"], Why::Blank("Option name"))),
        (name, _) => {
            checked_name(name, "Option name").map_err(|why| Refusal::new(["name"], why))?
        }
    };
    if input.values.is_empty() {
        return Err(Refusal::new(["values"], Why::ValuesMissing(name)));
    }
    if input.values.len() > VARIANTS_MAX {
        return Err(Refusal::new(["values"], Why::TooManyValues));
    }
    let option = ProductOption {
        id: known.map_or_else(|| birth.id(), |known| known.option.id),
        product_id: sheet.product.id,
        position: 0,
        name,
        linked_namespace: input.linked.as_ref().map(|linked| linked.namespace.clone()),
        linked_key: input.linked.as_ref().map(|linked| linked.key.clone()),
    };
    let mut values: Vec<ProductOptionValue> = Vec::with_capacity(input.values.len());
    for (index, value) in input.values.iter().enumerate() {
        let within = |at: &'static str, why| {
            Refusal::new([at], why).within(["values".to_owned(), index.to_string()])
        };
        let name = value.name.as_deref().map(str::trim).unwrap_or_default();
        let kept = match value.id {
            Some(id) => {
                let found = known.and_then(|known| known.values.iter().find(|v| v.id == id));
                Some(found.ok_or_else(|| within("id", Why::OptionValueMissing))?)
            }
            None => known.and_then(|known| match &value.linked {
                Some(linked) => known.linked_to(linked),
                None => known.named(name),
            }),
        };
        let name = match (name, kept) {
            ("", Some(kept)) => kept.name.clone(),
            ("", None) => return Err(within("name", Why::Blank("Option value"))),
            (name, _) => checked_name(name, "Option value").map_err(|why| within("name", why))?,
        };
        if values.iter().any(|other| other.name == name) {
            return Err(within("name", Why::DuplicateValue(name)));
        }
        values.push(ProductOptionValue {
            id: kept.map_or_else(|| birth.id(), |kept| kept.id),
            product_id: sheet.product.id,
            option_id: option.id,
            position: 0,
            name,
            linked_value: value.linked.clone(),
        });
    }
    Ok(OptionSheet { option, values })
}

/// Moves the variants' values to their options' new places and names.
fn carry_over(sheet: &mut Sheet, options: &[OptionSheet]) {
    let moved: Vec<Option<(usize, BTreeMap<&str, &str>)>> = options
        .iter()
        .map(|option| {
            let same = |before: &OptionSheet| before.option.id == option.option.id;
            let place = sheet.options.iter().position(same)?;
            let after: BTreeMap<_, &str> = option
                .values
                .iter()
                .map(|value| (value.id, value.name.as_str()))
                .collect();
            let names = sheet.options[place].values.iter();
            let names = names.filter_map(|old| Some((old.name.as_str(), *after.get(&old.id)?)));
            Some((place, names.collect()))
        })
        .collect();
    for variant in &mut sheet.variants {
        let held: Vec<Option<String>> = moved
            .iter()
            .map(|moved| {
                let (place, names) = moved.as_ref()?;
                let value = value_at(variant, *place)?;
                names.get(value).map(|name| (*name).to_owned())
            })
            .collect();
        set_values(variant, held);
    }
}

/// The values of a variant after the input: existing ones by id or name, new ones by name.
/// Values that the input leaves out stay as `current` has them.
pub(super) fn choose(
    sheet: &mut Sheet,
    current: Option<&ProductVariant>,
    inputs: &[VariantOptionInput],
    birth: &Birth<'_>,
) -> Result<Vec<Option<String>>, Refusal> {
    if inputs.len() > sheet.options.len() {
        return Err(Refusal::new(["optionValues"], Why::UnknownOptions));
    }
    let mut chosen: Vec<Option<String>> = (0..sheet.options.len())
        .map(|place| current.and_then(|variant| value_at(variant, place).map(str::to_owned)))
        .collect();
    for (index, input) in inputs.iter().enumerate() {
        let within = |at: &'static str, why| {
            Refusal::new([at], why).within(["optionValues".to_owned(), index.to_string()])
        };
        let place = meant(sheet, input).map_err(|(at, why)| within(at, why))?;
        chosen[place] =
            Some(value(sheet, place, input, birth).map_err(|(at, why)| within(at, why))?);
    }
    if let Some(place) = chosen.iter().position(Option::is_none) {
        let name = sheet.options[place].option.name.clone();
        return Err(Refusal::new(["optionValues"], Why::ValueMissing(name)));
    }
    Ok(chosen)
}

type Misfit = (&'static str, Why);

/// Which option the input means.
fn meant(sheet: &Sheet, input: &VariantOptionInput) -> Result<usize, Misfit> {
    if let Some(id) = input.option_id {
        let place = sheet
            .options
            .iter()
            .position(|option| option.option.id == id);
        return place.ok_or(("optionId", Why::OptionMissing));
    }
    if let Some(name) = input.option_name.as_deref() {
        let place = sheet.option_named(name.trim());
        return place.ok_or(("optionName", Why::OptionMissing));
    }
    if let Some(id) = input.id {
        let holds = |option: &OptionSheet| option.values.iter().any(|value| value.id == id);
        let place = sheet.options.iter().position(holds);
        return place.ok_or(("id", Why::OptionValueMissing));
    }
    match sheet.options.len() {
        1 => Ok(0),
        _ => Err(("optionName", Why::OptionMissing)),
    }
}

/// The value that the input means, added to the option when it is a new one.
fn value(
    sheet: &mut Sheet,
    place: usize,
    input: &VariantOptionInput,
    birth: &Birth<'_>,
) -> Result<String, Misfit> {
    let product_id = sheet.product.id;
    let option = &mut sheet.options[place];
    if let Some(id) = input.id {
        let found = option.values.iter().find(|value| value.id == id);
        return found
            .map(|value| value.name.clone())
            .ok_or(("id", Why::OptionValueMissing));
    }
    if let Some(linked) = &input.linked {
        let found = option.linked_to(linked).map(|value| value.name.clone());
        return found.ok_or(("linkedMetafieldValue", Why::OptionValueMissing));
    }
    let name = input.name.as_deref().map(str::trim).unwrap_or_default();
    if let Some(known) = option.named(name) {
        return Ok(known.name.clone());
    }
    if option.option.linked_key.is_some() {
        return Err(("name", Why::Option(OptionWhy::LinkedValueNeeded)));
    }
    if name.is_empty() {
        return Err(("name", Why::Blank("Option value")));
    }
    if option.values.len() >= VARIANTS_MAX {
        return Err(("name", Why::TooManyValues));
    }
    let name = checked_name(name, "Option value").map_err(|why| ("name", why))?;
    option.values.push(ProductOptionValue {
        id: birth.id(),
        product_id,
        option_id: option.option.id,
        position: 0,
        name: name.clone(),
        linked_value: None,
    });
    Ok(name)
}

/// Drops the values that no variant has.
pub(super) fn prune(sheet: &mut Sheet) {
    for place in 0..sheet.options.len() {
        let used: std::collections::BTreeSet<&str> = sheet
            .variants
            .iter()
            .filter_map(|variant| value_at(variant, place))
            .collect();
        let option = &mut sheet.options[place];
        option
            .values
            .retain(|value| used.contains(value.name.as_str()));
    }
}

/// Drops the value of a product without options, which goes with its only variant.
pub(super) fn prune_default(sheet: &mut Sheet) {
    for option in &mut sheet.options {
        if option.option.name == DEFAULT_OPTION {
            option.values.retain(|value| value.name != DEFAULT_VALUE);
        }
    }
}

/// The variant's value of the option at a place.
pub(super) fn value_at(variant: &ProductVariant, place: usize) -> Option<&str> {
    match place {
        0 => variant.option1.as_deref(),
        1 => variant.option2.as_deref(),
        _ => variant.option3.as_deref(),
    }
}

/// Gives the variant its values, in the options' order.
pub(super) fn set_values(variant: &mut ProductVariant, values: Vec<Option<String>>) {
    let mut values = values.into_iter();
    variant.option1 = values.next().flatten();
    variant.option2 = values.next().flatten();
    variant.option3 = values.next().flatten();
}

fn checked_name(name: &str, what: &'static str) -> Result<String, Why> {
    if name.chars().count() > LINE_CHARS_MAX {
        return Err(Why::TooLong(what, LINE_CHARS_MAX));
    }
    Ok(clean(name).into_owned())
}

/// An option's name in its usual form.
fn name_of(name: &str) -> Result<String, OptionWhy> {
    match checked_name(name.trim(), "Option name") {
        _ if name.trim().is_empty() => Err(OptionWhy::NameMissing),
        Ok(name) if name.contains(" / ") => Err(OptionWhy::NameInvalid(name)),
        Ok(name) => Ok(name),
        Err(_) => Err(OptionWhy::NameTooLong),
    }
}

/// A value's name in its usual form.
fn value_name_of(name: &str) -> Result<String, OptionWhy> {
    match checked_name(name.trim(), "Option value") {
        _ if name.trim().is_empty() => Err(OptionWhy::ValueBlank),
        Ok(name) => Ok(name),
        Err(_) => Err(OptionWhy::ValueTooLong),
    }
}
