//! Changing stock by hand: setting a quantity, or adjusting it by a difference.
//!
//! Both take slices of requests: one read of all items and levels, one decision after the other on
//! a working copy, one write.

use std::collections::{BTreeMap, BTreeSet};

use store::{Slice, StoreError, Tx};
use units::{InventoryAdjustmentGroupId, InventoryItemId, LocationId, Timestamp};

use super::enter::{Entry, Movement, TOPICS, enter_many};
use super::quantities::{Quantities, QuantityName, REASONS};
use super::stock::Policy;
use super::{QUANTITY_MAX, sql};
use crate::call::{Actor, Call};
use crate::events::{self, Subscriptions};
use crate::idempotency::{self, Key, Known};

/// What a change does with its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// They are what the quantities shall be.
    Set,
    /// They are added to the quantities.
    Adjust,
}

/// A request to change one named quantity of some levels.
#[derive(Debug, Clone)]
pub struct ChangeQuantities {
    /// Who asks, and when.
    pub call: Call,
    /// Whether the numbers replace or add.
    pub change: Change,
    /// The quantity's name on the wire.
    pub name: String,
    /// Why, one of [`REASONS`].
    pub reason: String,
    /// The paper behind it, as an address; may be empty.
    pub document: String,
    /// The levels and numbers.
    pub quantities: Vec<QuantityChange>,
    /// The key that makes it happen once.
    pub key: Option<Key>,
}

/// One level's number.
#[derive(Debug, Clone)]
pub struct QuantityChange {
    /// The item.
    pub item: InventoryItemId,
    /// The location.
    pub location: LocationId,
    /// The new quantity, or the difference.
    pub quantity: i64,
    /// What the quantity is expected to be before; unchecked when `None`.
    pub change_from: Option<i64>,
    /// The paper that the merchant's own ledger knows it by.
    pub ledger_document: Option<String>,
}

/// What was changed as one.
#[derive(Debug, Clone)]
pub struct AdjustmentGroup {
    /// Id.
    pub id: InventoryAdjustmentGroupId,
    /// Why.
    pub reason: String,
    /// The paper behind it; may be empty.
    pub document: String,
    /// Who did it, as ledgers keep it.
    pub actor: String,
    /// When.
    pub created_at: Timestamp,
    /// What changed; empty when every quantity was as wanted.
    pub changes: Vec<ChangedQuantity>,
}

/// One quantity that changed.
#[derive(Debug, Clone)]
pub struct ChangedQuantity {
    /// The item.
    pub item: InventoryItemId,
    /// The location.
    pub location: LocationId,
    /// Which quantity.
    pub name: QuantityName,
    /// By how much.
    pub delta: i64,
    /// What it was afterwards, where that is known.
    pub after: Option<i64>,
    /// The paper that the merchant's own ledger knows it by.
    pub ledger_document: Option<String>,
}

/// Why nothing was changed. `at` counts the request's numbers from 0.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The name cannot be changed in this way.
    #[error("The quantity name '{name}' is invalid. It must be one of: {allowed}.")]
    NameInvalid {
        /// What came.
        name: String,
        /// What may come.
        allowed: String,
    },
    /// The reason is none of [`REASONS`].
    #[error("The specified reason is invalid.")]
    ReasonInvalid,
    /// The document is no address.
    #[error("The specified reference document is invalid.")]
    DocumentInvalid,
    /// A ledger document came where the merchant's ledger is not concerned.
    #[error("A ledger document URI is not allowed when adjusting available.")]
    LedgerDocumentNotAllowed {
        /// Which number.
        at: usize,
    },
    /// A ledger document is missing.
    #[error("A ledger document URI is required except when adjusting available.")]
    LedgerDocumentMissing {
        /// Which number.
        at: usize,
    },
    /// The ledger document is no address, or one of the store's own ids.
    #[error("The specified ledger document is invalid.")]
    LedgerDocumentInvalid {
        /// Which number.
        at: usize,
    },
    /// One request may name one ledger document.
    #[error(
        "All changes must have the same ledger document URI or, in the case of adjusting available, no ledger document URI."
    )]
    LedgerDocumentsDiffer,
    /// The same level twice.
    #[error("The combination of inventory item and location must be unique.")]
    LevelTwice {
        /// Which number.
        at: usize,
    },
    /// There is no such item.
    #[error("The specified inventory item could not be found.")]
    ItemUnknown {
        /// Which number.
        at: usize,
    },
    /// There is no such active location.
    #[error("The specified location could not be found.")]
    LocationUnknown {
        /// Which number.
        at: usize,
    },
    /// A quantity cannot be set below zero.
    #[error("The quantity can't be negative.")]
    QuantityNegative {
        /// Which number.
        at: usize,
    },
    /// Beyond [`QUANTITY_MAX`].
    #[error("The quantity can't be higher than 1,000,000,000.")]
    QuantityTooHigh {
        /// Which number.
        at: usize,
    },
    /// Below what may be: what is not sold on order cannot fall below zero.
    #[error("The quantity can't fall below {lowest}.")]
    QuantityTooLow {
        /// Which number.
        at: usize,
        /// How low it may fall.
        lowest: i64,
    },
    /// The quantity was another than expected.
    #[error("The changeFromQuantity argument no longer matches the persisted quantity.")]
    Stale {
        /// Which number.
        at: usize,
    },
    /// The key was used for another request.
    #[error("The idempotency key was used with other parameters.")]
    KeyMismatch,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Sets quantities, alone. Setting the stock on hand changes what is available.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn set_quantities(
    tx: &mut Tx,
    request: ChangeQuantities,
) -> Result<AdjustmentGroup, ChangeError> {
    let change = Change::Set;
    alone(tx, ChangeQuantities { change, ..request })
}

/// Adjusts quantities, alone.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn adjust_quantities(
    tx: &mut Tx,
    request: ChangeQuantities,
) -> Result<AdjustmentGroup, ChangeError> {
    let change = Change::Adjust;
    alone(tx, ChangeQuantities { change, ..request })
}

fn alone(tx: &mut Tx, request: ChangeQuantities) -> Result<AdjustmentGroup, ChangeError> {
    let mut done = ChangeQuantities::run(tx, &mut [request])?;
    done.pop().expect("one request has one result")
}

impl Slice for ChangeQuantities {
    type Done = AdjustmentGroup;
    type Error = ChangeError;

    fn run(
        tx: &mut Tx,
        requests: &mut [Self],
    ) -> Result<Vec<Result<AdjustmentGroup, ChangeError>>, StoreError> {
        let mut keys = idempotency::Book::load(tx, requests.iter().filter_map(|r| r.key.as_ref()))?;
        let mut shelf = Shelf::load(tx, requests)?;
        let mut results = Vec::with_capacity(requests.len());
        let mut moved: Vec<(usize, InventoryAdjustmentGroupId, Vec<Movement>)> = Vec::new();
        for (at, request) in requests.iter().enumerate() {
            let known = request
                .key
                .as_ref()
                .map_or(Known::New, |key| keys.look_up(key));
            let decided = match known {
                Known::Mismatch => Err(ChangeError::KeyMismatch),
                Known::Done(outcome) => replay(tx, &outcome, &results),
                Known::New => decide(&mut shelf, request).map(|(group, movements)| {
                    if let Some(key) = &request.key {
                        keys.keep(key, group.id.get().to_string(), request.call.now);
                    }
                    moved.push((at, group.id, movements));
                    group
                }),
            };
            results.push(decided);
        }
        write(tx, requests, &moved)?;
        keys.save(tx)?;
        Ok(results)
    }
}

fn write(
    tx: &mut Tx,
    requests: &[ChangeQuantities],
    moved: &[(usize, InventoryAdjustmentGroupId, Vec<Movement>)],
) -> Result<(), StoreError> {
    if moved.iter().all(|(_, _, movements)| movements.is_empty()) {
        return Ok(());
    }
    let entries: Vec<Entry<'_, '_>> = moved
        .iter()
        .map(|(at, group, movements)| {
            let request = &requests[*at];
            let first = request.quantities.first();
            Entry {
                call: &request.call,
                group: *group,
                reason: &request.reason,
                document: &request.document,
                ledger_document: first.and_then(|change| change.ledger_document.as_deref()),
                movements,
            }
        })
        .collect();
    let subscriptions = Subscriptions::load(tx, TOPICS)?;
    let told = enter_many(tx, &subscriptions, &entries)?;
    events::record_for(tx, &subscriptions, &told)?;
    Ok(())
}

/// The outcome of work done before, or earlier in the same slice.
fn replay(
    tx: &mut Tx,
    outcome: &str,
    earlier: &[Result<AdjustmentGroup, ChangeError>],
) -> Result<AdjustmentGroup, ChangeError> {
    let id = InventoryAdjustmentGroupId(outcome.parse().unwrap_or_default());
    let same = earlier.iter().flatten().find(|group| group.id == id);
    match same {
        Some(group) => Ok(group.clone()),
        None => Ok(group_by_id(tx, id)?.unwrap_or(AdjustmentGroup {
            id,
            reason: String::new(),
            document: String::new(),
            actor: Actor::System.to_string(),
            created_at: Timestamp(0),
            changes: Vec::new(),
        })),
    }
}

/// A group of changes, as the ledger has it.
///
/// # Errors
/// `Store` faults only.
pub fn group_by_id(
    tx: &mut Tx,
    id: InventoryAdjustmentGroupId,
) -> Result<Option<AdjustmentGroup>, StoreError> {
    let rows = sql::ledger_of(tx, id)?;
    let Some(first) = rows.first() else {
        return Ok(None);
    };
    let mut group = AdjustmentGroup {
        id,
        reason: first.reason.clone(),
        document: first.document.clone(),
        actor: first.actor.clone(),
        created_at: first.at,
        changes: Vec::new(),
    };
    for row in &rows {
        for name in QuantityName::ALL {
            let delta = row.delta.get(*name);
            if delta != 0 {
                group.changes.push(ChangedQuantity {
                    item: row.item,
                    location: row.location,
                    name: *name,
                    delta,
                    after: None,
                    ledger_document: row.ledger_document.clone(),
                });
            }
        }
    }
    Ok(Some(group))
}

/// What the requests are about, as it stands after those decided so far.
struct Shelf {
    items: BTreeMap<InventoryItemId, Policy>,
    locations: BTreeSet<LocationId>,
    levels: BTreeMap<(InventoryItemId, LocationId), Quantities>,
}

impl Shelf {
    fn load(tx: &mut Tx, requests: &[ChangeQuantities]) -> Result<Self, StoreError> {
        let mut ids: Vec<InventoryItemId> = requests
            .iter()
            .flat_map(|request| request.quantities.iter().map(|change| change.item))
            .collect();
        ids.sort_unstable();
        ids.dedup();
        let levels = sql::quantities_locked(tx, &ids)?;
        Ok(Self {
            items: sql::policies(tx, &ids)?.into_iter().collect(),
            locations: sql::sites(tx)?.into_iter().map(|site| site.id).collect(),
            levels: levels
                .into_iter()
                .map(|(item, location, quantities)| ((item, location), quantities))
                .collect(),
        })
    }
}

fn decide(
    shelf: &mut Shelf,
    request: &ChangeQuantities,
) -> Result<(AdjustmentGroup, Vec<Movement>), ChangeError> {
    let name = checked_name(request)?;
    if !REASONS.contains(&request.reason.as_str()) {
        return Err(ChangeError::ReasonInvalid);
    }
    if !(request.document.is_empty() || is_address(&request.document)) {
        return Err(ChangeError::DocumentInvalid);
    }
    if request.change == Change::Adjust {
        check_ledger_documents(name, &request.quantities)?;
    }
    let mut group = AdjustmentGroup {
        id: request.call.new_id(),
        reason: request.reason.clone(),
        document: request.document.clone(),
        actor: request.call.actor.to_string(),
        created_at: request.call.now,
        changes: Vec::new(),
    };
    let mut movements = Vec::new();
    let mut seen = BTreeSet::new();
    for (at, change) in request.quantities.iter().enumerate() {
        if !seen.insert((change.item, change.location)) && request.change == Change::Set {
            return Err(ChangeError::LevelTwice { at });
        }
        // Later numbers of an adjustment may concern the same level as earlier ones.
        let earlier: Quantities = movements
            .iter()
            .filter(|moved: &&Movement| {
                (moved.item, moved.location) == (change.item, change.location)
            })
            .fold(Quantities::default(), |sum, moved| sum + moved.delta);
        let before = level(shelf, change, at)? + earlier;
        let delta = Quantities::only(name, difference(request.change, name, &before, change, at)?);
        let after = before + delta;
        check_bounds(shelf, change.item, name, (&delta, &after), at)?;
        if delta == Quantities::default() {
            continue;
        }
        group.changes.extend(changed(change, name, &delta, &after));
        movements.push(Movement {
            item: change.item,
            location: change.location,
            delta,
        });
    }
    for moved in &movements {
        *shelf
            .levels
            .entry((moved.item, moved.location))
            .or_default() += moved.delta;
    }
    Ok((group, movements))
}

/// The names that a change may have: setting knows the two that are counted, adjusting all that
/// are not sums or the orders' own.
fn checked_name(request: &ChangeQuantities) -> Result<QuantityName, ChangeError> {
    use QuantityName::{
        Available, Damaged, Incoming, OnHand, QualityControl, Reserved, SafetyStock,
    };
    let allowed: &[QuantityName] = match request.change {
        Change::Set => &[Available, OnHand],
        Change::Adjust => &[
            Available,
            Damaged,
            Incoming,
            QualityControl,
            Reserved,
            SafetyStock,
        ],
    };
    QuantityName::parse(&request.name)
        .filter(|name| allowed.contains(name))
        .ok_or_else(|| {
            let names: Vec<&str> = allowed.iter().map(|name| name.as_str()).collect();
            ChangeError::NameInvalid {
                name: request.name.clone(),
                allowed: names.join(", "),
            }
        })
}

fn check_ledger_documents(
    name: QuantityName,
    changes: &[QuantityChange],
) -> Result<(), ChangeError> {
    for (at, change) in changes.iter().enumerate() {
        match &change.ledger_document {
            Some(_) if name == QuantityName::Available => {
                return Err(ChangeError::LedgerDocumentNotAllowed { at });
            }
            None if name != QuantityName::Available => {
                return Err(ChangeError::LedgerDocumentMissing { at });
            }
            Some(document) if !is_address(document) || document.starts_with("gid://shopify/") => {
                return Err(ChangeError::LedgerDocumentInvalid { at });
            }
            _ if change.ledger_document != changes[0].ledger_document => {
                return Err(ChangeError::LedgerDocumentsDiffer);
            }
            _ => {}
        }
    }
    Ok(())
}

fn level(shelf: &Shelf, change: &QuantityChange, at: usize) -> Result<Quantities, ChangeError> {
    if !shelf.items.contains_key(&change.item) {
        return Err(ChangeError::ItemUnknown { at });
    }
    if !shelf.locations.contains(&change.location) {
        return Err(ChangeError::LocationUnknown { at });
    }
    let key = (change.item, change.location);
    Ok(shelf.levels.get(&key).copied().unwrap_or_default())
}

fn difference(
    kind: Change,
    name: QuantityName,
    before: &Quantities,
    change: &QuantityChange,
    at: usize,
) -> Result<i64, ChangeError> {
    let so_far = before.get(name);
    if change
        .change_from
        .is_some_and(|expected| expected != so_far)
    {
        return Err(ChangeError::Stale { at });
    }
    if change.quantity > QUANTITY_MAX {
        return Err(ChangeError::QuantityTooHigh { at });
    }
    match kind {
        Change::Set if change.quantity < 0 => Err(ChangeError::QuantityNegative { at }),
        Change::Set => Ok(change.quantity - so_far),
        Change::Adjust if change.quantity < -QUANTITY_MAX => Err(ChangeError::QuantityTooLow {
            at,
            lowest: -QUANTITY_MAX,
        }),
        Change::Adjust => Ok(change.quantity),
    }
}

fn check_bounds(
    shelf: &Shelf,
    item: InventoryItemId,
    name: QuantityName,
    (delta, after): (&Quantities, &Quantities),
    at: usize,
) -> Result<(), ChangeError> {
    let falls = delta.get(name) < 0;
    let sold_on = shelf.items.get(&item) == Some(&Policy::Continue);
    let touched = match name {
        QuantityName::OnHand => after.available,
        other => after.get(other),
    };
    let lowest = match name {
        QuantityName::Available | QuantityName::OnHand if sold_on => -QUANTITY_MAX,
        _ => 0,
    };
    if falls && touched < lowest {
        return Err(ChangeError::QuantityTooLow { at, lowest });
    }
    if touched > QUANTITY_MAX || after.on_hand() > QUANTITY_MAX {
        return Err(ChangeError::QuantityTooHigh { at });
    }
    Ok(())
}

/// What a reply tells: the quantity that changed, and the stock on hand when it changed with it.
fn changed(
    change: &QuantityChange,
    name: QuantityName,
    delta: &Quantities,
    after: &Quantities,
) -> Vec<ChangedQuantity> {
    let first = match name {
        QuantityName::OnHand => QuantityName::Available,
        other => other,
    };
    [first, QuantityName::OnHand]
        .into_iter()
        .filter(|name| delta.get(*name) != 0)
        .map(|name| ChangedQuantity {
            item: change.item,
            location: change.location,
            name,
            delta: delta.get(name),
            after: Some(after.get(name)),
            ledger_document: change.ledger_document.clone(),
        })
        .collect()
}

/// An absolute address of any scheme.
pub(super) fn is_address(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else {
        return false;
    };
    let letters = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
    !scheme.is_empty()
        && scheme.bytes().all(letters)
        && !rest.is_empty()
        && text.len() <= 2048
        && !text.bytes().any(|b| b.is_ascii_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_scheme_and_something_behind_it() {
        assert!(is_address("logistics://warehouse/2026/42"));
        assert!(is_address("gid://my-app/Count/1"));
        for text in ["", "x", "://x", "https://", "a b://c", "https://a b"] {
            assert!(!is_address(text), "{text}");
        }
    }

    #[test]
    fn a_ledger_document_goes_with_everything_but_what_is_available() {
        let change = |document: Option<&str>| QuantityChange {
            item: InventoryItemId(1),
            location: LocationId(1),
            quantity: 1,
            change_from: None,
            ledger_document: document.map(str::to_owned),
        };
        let check = check_ledger_documents;
        assert!(check(QuantityName::Available, &[change(None)]).is_ok());
        assert!(check(QuantityName::Damaged, &[change(Some("erp://1"))]).is_ok());
        assert!(matches!(
            check(QuantityName::Available, &[change(Some("erp://1"))]),
            Err(ChangeError::LedgerDocumentNotAllowed { at: 0 })
        ));
        assert!(matches!(
            check(QuantityName::Damaged, &[change(None)]),
            Err(ChangeError::LedgerDocumentMissing { at: 0 })
        ));
        assert!(matches!(
            check(
                QuantityName::Damaged,
                &[change(Some("gid://shopify/Order/1"))]
            ),
            Err(ChangeError::LedgerDocumentInvalid { at: 0 })
        ));
        assert!(matches!(
            check(
                QuantityName::Damaged,
                &[change(Some("erp://1")), change(Some("erp://2"))]
            ),
            Err(ChangeError::LedgerDocumentsDiffer)
        ));
    }
}
