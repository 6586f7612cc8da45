//! Setting metafields: what is there is replaced, what is not is made.

use std::collections::{BTreeMap, BTreeSet};

use store::{StoreError, Tx};

use super::definition::{Definition, definitions_by_keys};
use super::referred::missing;
use super::{Metafield, Owner, ValueError, check, is_known, namespace, sql, types};
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};

/// Metafields that one call sets, at most.
pub const MAX_PER_CALL: usize = 25;
pub(super) const NAMESPACE_CHARS: std::ops::RangeInclusive<usize> = 3..=255;
pub(super) const KEY_CHARS: std::ops::RangeInclusive<usize> = 2..=64;

/// A value to set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewMetafield {
    /// The namespace; the calling app's own when left out.
    pub namespace: Option<String>,
    /// The key.
    pub key: String,
    /// The type; that of the present value when left out.
    pub kind: Option<String>,
    /// The value as text.
    pub value: String,
    /// Only if the present value has this digest; `Some(None)`: only if there is none.
    pub compare_digest: Option<Option<String>>,
}

/// A value to set on a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owned {
    /// The kind of resource.
    pub owner: Owner,
    /// Its id.
    pub owner_id: i64,
    /// The value.
    pub metafield: NewMetafield,
}

/// Why one metafield is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MetafieldError {
    /// The resource is not there.
    #[error("Owner does not exist.")]
    OwnerMissing,
    /// The namespace belongs to another app, or none is known for `$app`.
    #[error(
        "Access to this namespace and key on Metafields for this resource type is not allowed."
    )]
    NotAuthorized,
    /// Too few characters; the field and the least.
    #[error("{0} is too short (minimum is {1} characters)")]
    TooShort(&'static str, usize),
    /// Too many characters; the field and the most.
    #[error("{0} is too long (maximum is {1} characters)")]
    TooLong(&'static str, usize),
    /// Other characters than letters, digits, hyphens and underscores.
    #[error("{0} can only contain letters, digits, hyphens and underscores")]
    Characters(&'static str),
    /// Nothing is there to take the type from.
    #[error("Type can't be blank")]
    TypeMissing,
    /// No such type.
    #[error("Type '{0}' is not a metafield type")]
    TypeUnknown(String),
    /// Another type than the definition's.
    #[error("Type must be consistent with the definition's type: {0}")]
    TypeMismatch(String),
    /// An empty value.
    #[error("Value can't be blank")]
    Blank,
    /// Not a value of the type.
    #[error("Value {0}")]
    Value(ValueError),
    /// Somebody else changed it meanwhile.
    #[error(
        "The resource has been updated since it was loaded. Try again with an updated `compareDigest` value."
    )]
    Stale,
}

/// A refusal of one metafield by its place, or the store's fault.
#[derive(Debug, thiserror::Error)]
pub enum MetafieldsError {
    /// More than one call may set.
    #[error("Exceeded the maximum metafields input limit of 25.")]
    TooMany,
    /// The metafields to blame, by place; nothing was written.
    #[error("{}", .0.first().map(|(_, why)| why.to_string()).unwrap_or_default())]
    Refused(Vec<(usize, MetafieldError)>),
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Metafields that were checked and wait to be written.
#[derive(Debug, Default)]
#[must_use]
pub struct Plan {
    metafields: Vec<Metafield>,
}

impl Plan {
    /// The metafields, in the order they were given.
    #[must_use]
    pub fn metafields(&self) -> &[Metafield] {
        &self.metafields
    }

    /// Writes them, without an event of their own.
    ///
    /// # Errors
    /// `Store` faults only.
    pub fn write(&self, tx: &mut Tx) -> Result<(), StoreError> {
        sql::upsert(tx, &self.metafields)
    }
}

/// Sets up to 25 metafields, all or none, and tells of their owners' change.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn set(tx: &mut Tx, call: &Call, inputs: &[Owned]) -> Result<Vec<Metafield>, MetafieldsError> {
    if inputs.len() > MAX_PER_CALL {
        return Err(MetafieldsError::TooMany);
    }
    let mut wanted: BTreeMap<Owner, BTreeSet<i64>> = BTreeMap::new();
    for input in inputs {
        wanted
            .entry(input.owner)
            .or_default()
            .insert(input.owner_id);
    }
    let mut missing = Vec::new();
    for (owner, ids) in &wanted {
        let ids: Vec<i64> = ids.iter().copied().collect();
        let found: BTreeSet<i64> = sql::existing_locked(tx, *owner, &ids)?
            .into_iter()
            .collect();
        missing.extend(
            inputs
                .iter()
                .enumerate()
                .filter(|(_, input)| input.owner == *owner && !found.contains(&input.owner_id))
                .map(|(place, _)| (place, MetafieldError::OwnerMissing)),
        );
    }
    if !missing.is_empty() {
        missing.sort_by_key(|(place, _)| *place);
        return Err(MetafieldsError::Refused(missing));
    }
    let plan = plan(tx, call, inputs)?;
    plan.write(tx)?;
    for (owner, ids) in wanted {
        let ids: Vec<i64> = ids.into_iter().collect();
        tell(tx, call, owner, &ids)?;
    }
    Ok(plan.metafields)
}

/// Checks metafields whose owners are known to be there, or are about to be.
///
/// # Errors
/// A refusal; nothing is written in any case.
pub fn plan(tx: &mut Tx, call: &Call, inputs: &[Owned]) -> Result<Plan, MetafieldsError> {
    let mut present = present(tx, inputs)?;
    let definitions = defined(tx, inputs)?;
    let mut refused = Vec::new();
    let mut planned: BTreeMap<(Owner, i64, String, String), Metafield> = BTreeMap::new();
    let mut order = Vec::new();
    for (place, input) in inputs.iter().enumerate() {
        let Some(namespace) = namespace(call, input.metafield.namespace.as_deref()) else {
            refused.push((place, MetafieldError::NotAuthorized));
            continue;
        };
        let name = (
            input.owner,
            input.owner_id,
            namespace,
            input.metafield.key.clone(),
        );
        let definition = definitions.iter().find(|known| {
            (known.owner, &known.namespace, &known.key) == (name.0, &name.2, &name.3)
        });
        match one(call, input, &name, present.get(&name), definition) {
            Ok(metafield) => {
                present.insert(name.clone(), metafield.clone());
                if planned.insert(name.clone(), metafield).is_none() {
                    order.push(name);
                }
            }
            Err(why) => refused.push((place, why)),
        }
    }
    if refused.is_empty() {
        refused = misplaced(tx, inputs, &definitions, &planned)?;
    }
    if !refused.is_empty() {
        return Err(MetafieldsError::Refused(refused));
    }
    let metafields = order
        .iter()
        .filter_map(|name| planned.remove(name))
        .collect();
    Ok(Plan { metafields })
}

/// The definitions that may be of the inputs.
fn defined(tx: &mut Tx, inputs: &[Owned]) -> Result<Vec<Definition>, StoreError> {
    let owners: BTreeSet<Owner> = inputs.iter().map(|input| input.owner).collect();
    let keys: BTreeSet<&str> = inputs
        .iter()
        .map(|input| input.metafield.key.as_str())
        .collect();
    let owners: Vec<Owner> = owners.into_iter().collect();
    let keys: Vec<&str> = keys.into_iter().collect();
    definitions_by_keys(tx, &owners, &keys)
}

/// What only the other rows can tell: references to what is not there and to metaobjects of another
/// definition, and values that must be unique and are not.
fn misplaced(
    tx: &mut Tx,
    inputs: &[Owned],
    definitions: &[Definition],
    planned: &BTreeMap<Name, Metafield>,
) -> Result<Vec<(usize, MetafieldError)>, StoreError> {
    let place = |own: &Metafield| {
        let same = |input: &Owned| {
            (input.owner, input.owner_id, &input.metafield.key)
                == (own.owner, own.owner_id, &own.key)
        };
        inputs.iter().rposition(same).unwrap_or_default()
    };
    let mut refused = Vec::new();
    let all: Vec<&Metafield> = planned.values().collect();
    let values: Vec<(&str, &str)> = all.iter().map(|own| (&*own.kind, &*own.value)).collect();
    for (own, lost) in all.iter().zip(missing(tx, &values)?) {
        let why = |lost| MetafieldError::Value(ValueError::Lost(lost));
        refused.extend(lost.map(|lost| (place(own), why(lost))));
    }
    if !refused.is_empty() {
        refused.sort_by_key(|(place, _)| *place);
        return Ok(refused);
    }
    for definition in definitions {
        let wanted = definition.validations.metaobject_definitions();
        let own: Vec<&Metafield> = planned
            .values()
            .filter(|metafield| definition.is_for(metafield))
            .collect();
        if !wanted.is_empty() {
            let meant: BTreeSet<_> = own
                .iter()
                .flat_map(|own| types::metaobjects(&own.kind, &own.value))
                .collect();
            let meant: Vec<_> = meant.into_iter().collect();
            let known = sql::definitions_of_metaobjects(tx, &meant)?;
            let fits = |id| {
                known
                    .iter()
                    .any(|(one, of)| *one == id && wanted.contains(of))
            };
            let bad = own.iter().filter(|own| {
                let mut meant = types::metaobjects(&own.kind, &own.value).into_iter();
                !meant.all(fits)
            });
            let why = || MetafieldError::Value(ValueError::Lost("a metaobject"));
            refused.extend(bad.map(|own| (place(own), why())));
        }
        if definition.unique_values {
            for own in &own {
                let name = (own.owner, own.namespace.as_str(), own.key.as_str());
                let others = sql::with_value(tx, name, &own.value)?;
                let stored = others
                    .iter()
                    .any(|(owner, value)| *owner != own.owner_id && *value == own.value);
                let given = planned.values().any(|other| {
                    definition.is_for(other)
                        && other.owner_id != own.owner_id
                        && other.value == own.value
                });
                if stored || given {
                    refused.push((place(own), MetafieldError::Value(ValueError::Taken)));
                }
            }
        }
    }
    refused.sort_by_key(|(place, _)| *place);
    Ok(refused)
}

type Name = (Owner, i64, String, String);

fn present(tx: &mut Tx, inputs: &[Owned]) -> Result<BTreeMap<Name, Metafield>, StoreError> {
    let mut present = BTreeMap::new();
    for owner in Owner::ALL {
        let of = || inputs.iter().filter(|input| input.owner == *owner);
        let ids: BTreeSet<i64> = of().map(|input| input.owner_id).collect();
        let keys: BTreeSet<&str> = of().map(|input| input.metafield.key.as_str()).collect();
        let (ids, keys): (Vec<i64>, Vec<&str>) =
            (ids.into_iter().collect(), keys.into_iter().collect());
        for metafield in sql::by_keys(tx, *owner, &ids, &keys)? {
            let name = (
                *owner,
                metafield.owner_id,
                metafield.namespace.clone(),
                metafield.key.clone(),
            );
            present.insert(name, metafield);
        }
    }
    Ok(present)
}

fn one(
    call: &Call,
    input: &Owned,
    name: &Name,
    present: Option<&Metafield>,
    definition: Option<&Definition>,
) -> Result<Metafield, MetafieldError> {
    let (_, _, namespace, key) = name;
    checked_name("Namespace", namespace, &NAMESPACE_CHARS)?;
    checked_name("Key", key, &KEY_CHARS)?;
    if let Some(expected) = &input.metafield.compare_digest {
        let digest = present.map(Metafield::compare_digest);
        if *expected != digest {
            return Err(MetafieldError::Stale);
        }
    }
    let given = input.metafield.kind.as_deref();
    let kind = match (given.filter(|kind| !kind.is_empty()), definition, present) {
        (Some(kind), Some(definition), _) if kind != definition.kind => {
            return Err(MetafieldError::TypeMismatch(definition.kind.clone()));
        }
        (Some(kind), _, _) => kind,
        (None, Some(definition), _) => &definition.kind,
        (None, None, Some(present)) => &present.kind,
        (None, None, None) => return Err(MetafieldError::TypeMissing),
    };
    if !is_known(kind) {
        return Err(MetafieldError::TypeUnknown(kind.to_owned()));
    }
    if input.metafield.value.is_empty() {
        return Err(MetafieldError::Blank);
    }
    let value = check(kind, &input.metafield.value).map_err(MetafieldError::Value)?;
    if let Some(definition) = definition {
        let held = definition.validations.hold(kind, &value);
        held.map_err(MetafieldError::Value)?;
    }
    Ok(Metafield {
        id: present.map_or_else(|| call.new_id(), |present| present.id),
        owner: input.owner,
        owner_id: input.owner_id,
        namespace: namespace.clone(),
        key: key.clone(),
        kind: kind.to_owned(),
        value,
        created_at: present.map_or(call.now, |present| present.created_at),
        updated_at: call.now,
    })
}

pub(super) fn checked_name(
    what: &'static str,
    name: &str,
    chars: &std::ops::RangeInclusive<usize>,
) -> Result<(), MetafieldError> {
    let length = name.chars().count();
    if length < *chars.start() {
        return Err(MetafieldError::TooShort(what, *chars.start()));
    }
    if length > *chars.end() {
        return Err(MetafieldError::TooLong(what, *chars.end()));
    }
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if !name.bytes().all(fits) {
        return Err(MetafieldError::Characters(what));
    }
    Ok(())
}

/// Dates the owners' change and records it.
pub(crate) fn tell(tx: &mut Tx, call: &Call, owner: Owner, ids: &[i64]) -> Result<(), StoreError> {
    let (topics, subject): (&'static [Topic], _) = match owner {
        Owner::Product | Owner::ProductVariant => (&[Topic::ProductsUpdate], Subject::Product),
        Owner::Collection => (&[Topic::CollectionsUpdate], Subject::Collection),
        Owner::Customer => (&[Topic::CustomersUpdate], Subject::Customer),
        Owner::Order => (&[Topic::OrdersUpdated], Subject::Order),
        // No topic tells of content, and those of discounts tell no metafields.
        Owner::Page | Owner::Blog | Owner::Article | Owner::Market | Owner::Discount => {
            sql::touch(tx, owner, ids, call.now)?;
            return Ok(());
        }
        Owner::DraftOrder => (&[Topic::DraftOrdersUpdate], Subject::DraftOrder),
        Owner::Location
        | Owner::Shop
        | Owner::MediaImage
        | Owner::GiftCardTransaction
        | Owner::SellingPlan
        | Owner::AppInstallation => {
            return Ok(());
        }
    };
    let told = sql::touch(tx, owner, ids, call.now)?;
    let events: Vec<_> = told
        .into_iter()
        .map(|id| (call, NewEvent::of(topics, subject, id)))
        .collect();
    events::record_many(tx, &events)?;
    Ok(())
}
