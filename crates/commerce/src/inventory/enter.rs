//! Entering movements in the ledger: the only way that a level changes.

use std::collections::{BTreeMap, BTreeSet};

use store::{StoreError, Tx};
use units::{InventoryAdjustmentGroupId, InventoryItemId, LocationId};

use super::quantities::Quantities;
use super::sql;
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Subscriptions, Topic};
use crate::queue::{self, NewJob};
use crate::revisions;

/// What anybody may listen to when stock moves.
pub(crate) const TOPICS: &[Topic] = &[
    Topic::InventoryLevelsConnect,
    Topic::InventoryLevelsUpdate,
    Topic::VariantsInStock,
    Topic::VariantsOutOfStock,
];

/// A change to the stock of one item at one location.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Movement {
    /// The item.
    pub item: InventoryItemId,
    /// Where it moves.
    pub location: LocationId,
    /// By how much, by name.
    pub delta: Quantities,
}

/// Movements that happened as one, for one reason.
#[derive(Debug, Clone)]
pub struct Entry<'c, 'a> {
    /// Who moved them, and when.
    pub call: &'c Call,
    /// The group's id; an order's first entry has the order's own number.
    pub group: InventoryAdjustmentGroupId,
    /// Why: a word of the trade such as `correction` or `order`.
    pub reason: &'a str,
    /// The paper behind it: a global id or address; may be empty.
    pub document: &'a str,
    /// The paper that the merchant's own ledger knows it by.
    pub ledger_document: Option<&'a str>,
    /// What moved.
    pub movements: &'a [Movement],
}

impl Movement {
    /// `quantity` was sold: it can no longer be sold, but is still here.
    #[must_use]
    pub fn sold(item: InventoryItemId, location: LocationId, quantity: i64) -> Self {
        let delta = Quantities {
            available: -quantity,
            committed: quantity,
            ..Quantities::default()
        };
        Self {
            item,
            location,
            delta,
        }
    }

    /// `quantity` that was sold has left the house.
    #[must_use]
    pub fn fulfilled(item: InventoryItemId, location: LocationId, quantity: i64) -> Self {
        let delta = Quantities {
            committed: -quantity,
            ..Quantities::default()
        };
        Self {
            item,
            location,
            delta,
        }
    }

    /// `quantity` that had left is back, and still sold.
    #[must_use]
    pub fn called_back(item: InventoryItemId, location: LocationId, quantity: i64) -> Self {
        let delta = Quantities {
            committed: quantity,
            ..Quantities::default()
        };
        Self {
            item,
            location,
            delta,
        }
    }

    /// `quantity` that was sold may be sold again, without having left.
    #[must_use]
    pub fn released(item: InventoryItemId, location: LocationId, quantity: i64) -> Self {
        let delta = Quantities {
            available: quantity,
            committed: -quantity,
            ..Quantities::default()
        };
        Self {
            item,
            location,
            delta,
        }
    }

    /// `quantity` came back and may be sold again.
    #[must_use]
    pub fn restocked(item: InventoryItemId, location: LocationId, quantity: i64) -> Self {
        let delta = Quantities {
            available: quantity,
            ..Quantities::default()
        };
        Self {
            item,
            location,
            delta,
        }
    }
}

/// Enters one group of movements and tells whoever listens to levels.
///
/// # Errors
/// `Store` faults only: the rules of the trade are the caller's.
pub fn enter(
    tx: &mut Tx,
    call: &Call,
    reason: &str,
    document: &str,
    movements: &[Movement],
) -> Result<InventoryAdjustmentGroupId, StoreError> {
    let group = call.new_id();
    let entry = Entry {
        call,
        group,
        reason,
        document,
        ledger_document: None,
        movements,
    };
    let subscriptions = Subscriptions::load(tx, TOPICS)?;
    let events = enter_many(tx, &subscriptions, &[entry])?;
    events::record_for(tx, &subscriptions, &events)?;
    Ok(group)
}

/// As [`enter`], for orders, which outlive what they sold: what moves of items that were deleted
/// since then is left out, or their levels would come back.
///
/// # Errors
/// `Store` faults only: the rules of the trade are the caller's.
pub fn enter_of_orders(
    tx: &mut Tx,
    call: &Call,
    reason: &str,
    document: &str,
    movements: &[Movement],
) -> Result<InventoryAdjustmentGroupId, StoreError> {
    let items: BTreeSet<InventoryItemId> = movements.iter().map(|own| own.item).collect();
    let items: Vec<InventoryItemId> = items.into_iter().collect();
    let kept: Vec<InventoryItemId> = sql::items_by_id(tx, &items)?
        .into_iter()
        .map(|item| item.id)
        .collect();
    let movements: Vec<Movement> = movements
        .iter()
        .copied()
        .filter(|own| kept.contains(&own.item))
        .collect();
    enter(tx, call, reason, document, &movements)
}

/// Enters a slice's movements. The events for whoever listens to levels are handed back, to be
/// recorded with the slice's others.
///
/// # Errors
/// `Store` faults only: the rules of the trade are the caller's.
pub fn enter_many<'c>(
    tx: &mut Tx,
    subscriptions: &Subscriptions,
    entries: &[Entry<'c, '_>],
) -> Result<Vec<(&'c Call, NewEvent)>, StoreError> {
    let mut levels: BTreeMap<(InventoryItemId, LocationId), (Quantities, &'c Call)> =
        BTreeMap::new();
    for entry in entries {
        for movement in entry.movements {
            let key = (movement.item, movement.location);
            let level = levels
                .entry(key)
                .or_insert((Quantities::default(), entry.call));
            level.0 += movement.delta;
            level.1 = entry.call;
        }
    }
    if levels.is_empty() {
        return Ok(Vec::new());
    }
    let items: Vec<InventoryItemId> = levels.keys().map(|(item, _)| *item).collect();
    let connects = subscriptions.want(Topic::InventoryLevelsConnect);
    let before: BTreeSet<_> = match connects {
        true => sql::level_ids(tx, items.clone())?.into_iter().collect(),
        false => BTreeSet::new(),
    };
    sql::move_levels(tx, &levels)?;
    sql::insert_ledger(tx, entries)?;
    follow(tx, &levels)?;
    let mut told = Vec::new();
    if connects || subscriptions.want(Topic::InventoryLevelsUpdate) {
        for own in sql::level_ids(tx, items.clone())? {
            let Some((_, call)) = levels.get(&(own.1, own.2)) else {
                continue;
            };
            let topics: &'static [Topic] = match connects && !before.contains(&own) {
                true => &[Topic::InventoryLevelsConnect, Topic::InventoryLevelsUpdate],
                false => &[Topic::InventoryLevelsUpdate],
            };
            told.push((*call, NewEvent::of(topics, Subject::InventoryLevel, own.0)));
        }
    }
    let turns = [Topic::VariantsInStock, Topic::VariantsOutOfStock];
    if turns.iter().any(|topic| subscriptions.want(*topic)) {
        told.extend(turned(tx, &levels, items)?);
    }
    Ok(told)
}

/// The variants of which the last unit went, or the first came back.
fn turned<'c>(
    tx: &mut Tx,
    levels: &BTreeMap<(InventoryItemId, LocationId), (Quantities, &'c Call)>,
    items: Vec<InventoryItemId>,
) -> Result<Vec<(&'c Call, NewEvent)>, StoreError> {
    let mut told = Vec::new();
    for (item, variant, after) in sql::tracked_totals(tx, items)? {
        let own = levels.range((item, LocationId(i64::MIN))..=(item, LocationId(i64::MAX)));
        let mut before = after;
        let mut by = None;
        for (_, (delta, call)) in own {
            before -= delta.available;
            by = Some(*call);
        }
        let topics: &'static [Topic] = match (before > 0, after > 0) {
            (true, false) => &[Topic::VariantsOutOfStock],
            (false, true) => &[Topic::VariantsInStock],
            _ => continue,
        };
        if let Some(call) = by {
            told.push((call, NewEvent::of(topics, Subject::ProductVariant, variant)));
        }
    }
    Ok(told)
}

/// Notes the items that can be bought, or cannot, other than before, and asks for the products to be sorted into
/// collections whose rules look at stock, if there are such rules.
fn follow(
    tx: &mut Tx,
    levels: &BTreeMap<(InventoryItemId, LocationId), (Quantities, &Call)>,
) -> Result<(), StoreError> {
    let moved: BTreeMap<InventoryItemId, &Call> = levels
        .iter()
        .filter(|(_, (delta, _))| delta.available != 0)
        .map(|((item, _), (_, call))| (*item, *call))
        .collect();
    if moved.is_empty() {
        return Ok(());
    }
    let mut turned = Vec::new();
    let mut is_watched = false;
    for (item, location, after, watched) in levels_after(tx, moved.keys().copied().collect())? {
        is_watched |= watched;
        let Some((delta, _)) = levels.get(&(item, location)) else {
            continue;
        };
        if (after > 0) != (after - delta.available > 0) {
            turned.push(item);
        }
    }
    revisions::note_items(tx, &turned)?;
    if !is_watched {
        return Ok(());
    }
    let jobs: Vec<NewJob> = moved
        .into_iter()
        .map(|(item, call)| NewJob::stocked(call, item))
        .collect();
    queue::add(tx, &jobs)
}

/// What is available of items at each location now, and whether a rule of a collection looks at stock.
fn levels_after(
    tx: &mut Tx,
    items: Vec<InventoryItemId>,
) -> Result<Vec<(InventoryItemId, LocationId, i64, bool)>, StoreError> {
    tx.all(
        "SELECT inventory_item_id, location_id, available,
                CAST(CASE WHEN EXISTS (SELECT 1 FROM collection_rules r
                                        WHERE r.shop_id = $shop
                                          AND r.attribute = 'VARIANT_INVENTORY')
                          THEN 1 ELSE 0 END AS BIGINT)
           FROM inventory_levels
          WHERE shop_id = $shop AND inventory_item_id = ANY($1)",
        (items,),
    )
}
