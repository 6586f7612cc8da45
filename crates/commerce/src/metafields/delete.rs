//! Deleting metafields.

use std::collections::{BTreeMap, BTreeSet};

use store::{StoreError, Tx};

use super::set::{Plan, tell};
use super::{Owner, namespace, sql};
use crate::call::Call;

/// Which metafield is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifier {
    /// The kind of resource.
    pub owner: Owner,
    /// Its id.
    pub owner_id: i64,
    /// The namespace, as it was given.
    pub namespace: String,
    /// The key.
    pub key: String,
}

/// Deletes metafields; says of each whether it was there.
///
/// # Errors
/// `Store` faults only.
pub fn delete(
    tx: &mut Tx,
    call: &Call,
    identifiers: &[Identifier],
) -> Result<Vec<bool>, StoreError> {
    let mut found = vec![None; identifiers.len()];
    for owner in Owner::ALL {
        let of = || identifiers.iter().filter(|one| one.owner == *owner);
        let ids: BTreeSet<i64> = of().map(|one| one.owner_id).collect();
        let keys: BTreeSet<&str> = of().map(|one| one.key.as_str()).collect();
        let (ids, keys): (Vec<i64>, Vec<&str>) =
            (ids.into_iter().collect(), keys.into_iter().collect());
        for metafield in sql::by_keys(tx, *owner, &ids, &keys)? {
            let place = identifiers.iter().position(|one| {
                (one.owner, one.owner_id) == (*owner, metafield.owner_id)
                    && one.key == metafield.key
                    && namespace(call, Some(&one.namespace)).as_deref()
                        == Some(metafield.namespace.as_str())
            });
            if let Some(place) = place {
                found[place] = Some(metafield);
            }
        }
    }
    let gone: Vec<_> = found
        .iter()
        .flatten()
        .map(|metafield| metafield.id)
        .collect();
    if !gone.is_empty() {
        sql::delete(tx, &gone)?;
        let mut owners: BTreeMap<Owner, Vec<i64>> = BTreeMap::new();
        for metafield in found.iter().flatten() {
            let ids = owners.entry(metafield.owner).or_default();
            if !ids.contains(&metafield.owner_id) {
                ids.push(metafield.owner_id);
            }
        }
        for (owner, ids) in owners {
            tell(tx, call, owner, &ids)?;
        }
    }
    Ok(found.iter().map(Option::is_some).collect())
}

/// Deletes what the call may write of some owners' metafields and a plan does not set; says whether
/// there was anything.
///
/// # Errors
/// `Store` faults only.
pub(crate) fn delete_others(
    tx: &mut Tx,
    call: &Call,
    owner: Owner,
    ids: &[i64],
    plan: &Plan,
) -> Result<bool, StoreError> {
    if ids.is_empty() {
        return Ok(false);
    }
    let kept: BTreeSet<_> = plan.metafields().iter().map(|own| own.id).collect();
    let gone: Vec<_> = sql::all_of(tx, owner, ids)?
        .into_iter()
        .filter(|own| namespace(call, Some(&own.namespace)).is_some() && !kept.contains(&own.id))
        .map(|own| own.id)
        .collect();
    if !gone.is_empty() {
        sql::delete(tx, &gone)?;
    }
    Ok(!gone.is_empty())
}

/// Deletes everything that hangs on resources which go themselves.
///
/// # Errors
/// `Store` faults only.
pub fn delete_all(tx: &mut Tx, owner: Owner, ids: &[i64]) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    sql::delete_of(tx, owner, ids)
}
