//! Setting metafields: what is there is replaced, what is not is made.

use std::collections::{BTreeMap, BTreeSet};

use store::{StoreError, Tx};

use super::{Metafield, Owner, ValueError, check, is_known, namespace, sql};
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};

/// Metafields that one call sets, at most.
pub const MAX_PER_CALL: usize = 25;
const NAMESPACE_CHARS: std::ops::RangeInclusive<usize> = 3..=255;
const KEY_CHARS: std::ops::RangeInclusive<usize> = 2..=64;

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
    /// An empty value.
    #[error("Value can't be blank")]
    Blank,
    /// Not a value of the type.
    #[error("Value {0}")]
    Value(ValueError),
    /// Somebody else changed it meanwhile.
    #[error("The metafield has been updated since it was loaded.")]
    Stale,
}

/// A refusal of one metafield by its place, or the store's fault.
#[derive(Debug, thiserror::Error)]
pub enum MetafieldsError {
    /// More than one call may set.
    #[error("At most 25 metafields can be set at once.")]
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
        match one(call, input, &name, present.get(&name)) {
            Ok(metafield) => {
                present.insert(name.clone(), metafield.clone());
                if planned.insert(name.clone(), metafield).is_none() {
                    order.push(name);
                }
            }
            Err(why) => refused.push((place, why)),
        }
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
    let kind = match (input.metafield.kind.as_deref(), present) {
        (Some(kind), _) if !kind.is_empty() => kind,
        (_, Some(present)) => &present.kind,
        _ => return Err(MetafieldError::TypeMissing),
    };
    if !is_known(kind) {
        return Err(MetafieldError::TypeUnknown(kind.to_owned()));
    }
    if input.metafield.value.is_empty() {
        return Err(MetafieldError::Blank);
    }
    let value = check(kind, &input.metafield.value).map_err(MetafieldError::Value)?;
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

fn checked_name(
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
pub(super) fn tell(tx: &mut Tx, call: &Call, owner: Owner, ids: &[i64]) -> Result<(), StoreError> {
    let (topics, subject): (&'static [Topic], _) = match owner {
        Owner::Product | Owner::ProductVariant => (&[Topic::ProductsUpdate], Subject::Product),
        Owner::Collection => (&[Topic::CollectionsUpdate], Subject::Collection),
        Owner::Customer => (&[Topic::CustomersUpdate], Subject::Customer),
        Owner::Order => (&[Topic::OrdersUpdated], Subject::Order),
        // No topic tells of content.
        Owner::Page | Owner::Blog | Owner::Article => {
            sql::touch(tx, owner, ids, call.now)?;
            return Ok(());
        }
        Owner::Location | Owner::Shop | Owner::MediaImage | Owner::AppInstallation => {
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
