//! Options whose values are metaobjects, as a metafield of the product lists them.

use std::borrow::Cow;

use store::Tx;
use units::{Gid, MetaobjectId, ProductId};

use super::super::errors::{CatalogError, Refusal, Why};
use super::super::input::{LinkedInput, OptionInput, OptionValueInput, ProductInput};
use super::super::sheet::{OptionSheet, Sheet};
use super::super::smart::set_metafields;
use super::super::update::{change, locked};
use super::error::{OptionWhy, refused, refused_nth};
use super::update::OptionChange;
use crate::call::Call;
use crate::metafields::{self, MetafieldsError, NewMetafield, Owned, Owner};
use crate::metaobjects;

/// The type of the metafields that options can be linked to.
const LIST: &str = "list.metaobject_reference";

/// A whole product's input with the values of its linked options named, and the metafields set
/// that list them.
pub(in crate::catalog) fn with_linked<'a>(
    tx: &mut Tx,
    call: &Call,
    input: &'a ProductInput,
) -> Result<Cow<'a, ProductInput>, CatalogError> {
    let given = input.options.as_deref().unwrap_or_default();
    if given.iter().all(|option| option.linked.is_none()) {
        return Ok(Cow::Borrowed(input));
    }
    let (options, listed) = resolved(tx, call, given, "productOptions")?;
    let mut input = input.clone();
    input.options = Some(options);
    for metafield in listed {
        input.give(metafield);
    }
    Ok(Cow::Owned(input))
}

/// Options with the values of those that are linked named after their metaobjects, and the
/// metafields that list them.
pub(super) fn resolved(
    tx: &mut Tx,
    call: &Call,
    inputs: &[OptionInput],
    list: &str,
) -> Result<(Vec<OptionInput>, Vec<NewMetafield>), CatalogError> {
    let mut options = inputs.to_vec();
    let mut listed: Vec<NewMetafield> = Vec::new();
    for (index, option) in options.iter_mut().enumerate() {
        let refuse = |why| CatalogError::Refused(vec![refused_nth(list, index, why)]);
        let Some(linked) = &mut option.linked else {
            if option.values.iter().any(|value| value.linked.is_some()) {
                return Err(refuse(OptionWhy::LinkedValueWithoutOption));
            }
            continue;
        };
        if !option.values.is_empty() {
            return Err(refuse(OptionWhy::LinkedCombined));
        }
        let namespace = metafields::namespace(call, Some(&linked.namespace));
        let missing =
            OptionWhy::LinkedDefinitionMissing(linked.namespace.clone(), linked.key.clone());
        let Some(namespace) = namespace else {
            return Err(refuse(missing));
        };
        let found = metafields::definition_of(tx, Owner::Product, &namespace, &linked.key)?;
        let Some(definition) = found.filter(|found| found.kind == LIST) else {
            return Err(refuse(missing));
        };
        linked.namespace = namespace;
        let same = |own: &NewMetafield| {
            own.namespace.as_ref() == Some(&linked.namespace) && own.key == linked.key
        };
        if listed.iter().any(same) {
            let why = OptionWhy::LinkedTwice(linked.namespace.clone(), linked.key.clone());
            return Err(refuse(why));
        }
        if linked.values.is_empty() {
            return Err(refuse(OptionWhy::LinkedValuesMissing));
        }
        let name = option.name.as_deref().map(str::trim).unwrap_or_default();
        if name.is_empty() {
            option.name = Some(definition.name);
        }
        option.values = named(tx, &linked.values)?.map_err(refuse)?;
        listed.push(metafield(linked));
    }
    Ok((options, listed))
}

/// Values named after their metaobjects.
fn named(
    tx: &mut Tx,
    gids: &[String],
) -> Result<Result<Vec<OptionValueInput>, OptionWhy>, store::StoreError> {
    let numbers: Vec<Option<MetaobjectId>> = gids.iter().map(|gid| number(gid)).collect();
    let ids: Vec<MetaobjectId> = numbers.iter().copied().flatten().collect();
    let found = metaobjects::load(tx, &ids)?;
    let one = |(gid, id): (&String, Option<MetaobjectId>)| {
        let own = found.iter().find(|own| Some(own.id) == id);
        let own = own.ok_or_else(|| OptionWhy::LinkedValueInvalid(gid.clone()))?;
        Ok(OptionValueInput {
            id: None,
            name: Some(own.display_name.clone()),
            linked: Some(own.id.to_string()),
        })
    };
    Ok(gids.iter().zip(numbers).map(one).collect())
}

fn number(gid: &str) -> Option<MetaobjectId> {
    let gid: Gid = gid.parse().ok()?;
    (gid.kind == MetaobjectId::KIND).then_some(MetaobjectId(gid.number))
}

/// The metafield that lists an option's metaobjects.
fn metafield(linked: &LinkedInput) -> NewMetafield {
    NewMetafield {
        namespace: Some(linked.namespace.clone()),
        key: linked.key.clone(),
        kind: Some(LIST.to_owned()),
        value: serde_json::json!(linked.values).to_string(),
        ..NewMetafield::default()
    }
}

/// A change of an option with the values that are metaobjects named after them.
pub(super) fn with_values(
    tx: &mut Tx,
    product: ProductId,
    wanted: &OptionChange,
) -> Result<OptionChange, CatalogError> {
    let mut wanted = wanted.clone();
    if wanted.add.is_empty() {
        return Ok(wanted);
    }
    let sheet = locked(tx, product)?;
    let option = sheet
        .options
        .iter()
        .find(|option| option.option.id == wanted.id);
    let is_linked = option.is_some_and(|option| option.option.linked_key.is_some());
    for (index, value) in wanted.add.iter_mut().enumerate() {
        let refuse =
            |why| CatalogError::Refused(vec![refused_nth("optionValuesToAdd", index, why)]);
        match (&value.linked, is_linked) {
            (None, false) => {}
            (None, true) => return Err(refuse(OptionWhy::LinkedValueNeeded)),
            (Some(_), false) => return Err(refuse(OptionWhy::LinkedValueWithoutOption)),
            (Some(gid), true) => {
                let found = named(tx, std::slice::from_ref(gid))?.map_err(refuse)?;
                *value = found.into_iter().next().unwrap_or_default();
            }
        }
    }
    Ok(wanted)
}

/// Changes a product's options; metafields that options are linked to follow their values.
pub(super) fn change_with_links(
    tx: &mut Tx,
    call: &Call,
    product: ProductId,
    rule: impl Fn(&mut Sheet) -> Result<(), CatalogError>,
) -> Result<(), CatalogError> {
    let before = locked(tx, product)?;
    let mut after = before.clone();
    rule(&mut after)?;
    let lists = |sheet: &Sheet| -> Vec<LinkedInput> {
        sheet.options.iter().filter_map(linked_of).collect()
    };
    let (old, new) = (lists(&before), lists(&after));
    let twice = new.iter().enumerate().find(|(place, one)| {
        let earlier = new[..*place].iter();
        earlier
            .clone()
            .any(|other| other.namespace == one.namespace && other.key == one.key)
    });
    if let Some((_, one)) = twice {
        let why = OptionWhy::LinkedTwice(one.namespace.clone(), one.key.clone());
        return Err(CatalogError::Refused(vec![refused(["options"], why)]));
    }
    let owned: Vec<Owned> = new
        .iter()
        .filter(|list| !old.contains(list))
        .map(|list| Owned {
            owner: Owner::Product,
            owner_id: product.get(),
            metafield: metafield(list),
        })
        .collect();
    // Whatever the metafield does not take is refused before anything is written.
    drop(metafields::plan(tx, call, &owned).map_err(in_words)?);
    change(tx, call, product, rule)?;
    if !owned.is_empty() {
        set_metafields(tx, call, &owned).map_err(in_words)?;
    }
    Ok(())
}

fn in_words(error: MetafieldsError) -> CatalogError {
    match error {
        MetafieldsError::Store(fault) => CatalogError::Store(fault),
        refused => {
            let why = OptionWhy::LinkedValueInvalid(refused.to_string());
            CatalogError::Refused(vec![Refusal::new(["options"], Why::Option(why))])
        }
    }
}

/// The metafield that an option is linked to, with the metaobjects that are its values.
fn linked_of(option: &OptionSheet) -> Option<LinkedInput> {
    Some(LinkedInput {
        namespace: option.option.linked_namespace.clone()?,
        key: option.option.linked_key.clone()?,
        values: option
            .values
            .iter()
            .filter_map(|value| value.linked_value.clone())
            .collect(),
    })
}
