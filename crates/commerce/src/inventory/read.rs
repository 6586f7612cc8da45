//! Reading stock, for many parents at once.

use std::collections::BTreeMap;

use store::{StoreError, Tx};
use units::{InventoryItemId, InventoryLevelId, LocationId, ProductId};

use super::stock::Policy;
use super::{InventoryItem, InventoryLevel, Location, UNCOUNTED, sql};

/// Every location, the first choice first.
///
/// # Errors
/// `Store` faults only.
pub fn locations(tx: &mut Tx) -> Result<Vec<Location>, StoreError> {
    sql::locations(tx)
}

/// One location per id, where there is one.
///
/// # Errors
/// `Store` faults only.
pub fn locations_by_id(
    tx: &mut Tx,
    ids: &[LocationId],
) -> Result<Vec<Option<Location>>, StoreError> {
    let found = sql::locations_by_id(tx, ids)?;
    Ok(in_order(ids, found, |location| location.id))
}

/// One inventory item per id, where there is one.
///
/// # Errors
/// `Store` faults only.
pub fn items_by_id(
    tx: &mut Tx,
    ids: &[InventoryItemId],
) -> Result<Vec<Option<InventoryItem>>, StoreError> {
    let found = sql::items_by_id(tx, ids)?;
    Ok(in_order(ids, found, |item| item.id))
}

/// How many other items have the stock-keeping unit of each item; 0 for those without one.
///
/// # Errors
/// `Store` faults only.
pub fn duplicate_skus(tx: &mut Tx, ids: &[InventoryItemId]) -> Result<Vec<i64>, StoreError> {
    let found: BTreeMap<InventoryItemId, i64> = sql::same_sku(tx, ids)?.into_iter().collect();
    Ok(ids
        .iter()
        .map(|id| found.get(id).copied().unwrap_or(0))
        .collect())
}

/// One level per id, where there is one.
///
/// # Errors
/// `Store` faults only.
pub fn levels_by_id(
    tx: &mut Tx,
    ids: &[InventoryLevelId],
) -> Result<Vec<Option<InventoryLevel>>, StoreError> {
    let found = sql::levels_by_id(tx, ids)?;
    Ok(in_order(ids, found, |level| level.id))
}

/// Each item's levels at active locations, the shop's first choice first.
///
/// # Errors
/// `Store` faults only.
pub fn levels_of(
    tx: &mut Tx,
    items: &[InventoryItemId],
) -> Result<Vec<Vec<InventoryLevel>>, StoreError> {
    let mut by_item: BTreeMap<InventoryItemId, Vec<InventoryLevel>> = BTreeMap::new();
    for level in sql::levels_of(tx, items)? {
        by_item
            .entry(level.inventory_item_id)
            .or_default()
            .push(level);
    }
    Ok(items
        .iter()
        .map(|item| by_item.get(item).cloned().unwrap_or_default())
        .collect())
}

/// How many of each item may be sold online: the sum over active locations that fulfil online
/// orders, [`UNCOUNTED`] for items whose stock is not counted, 0 for unknown ones.
///
/// # Errors
/// `Store` faults only.
pub fn sellable(tx: &mut Tx, items: &[InventoryItemId]) -> Result<Vec<i64>, StoreError> {
    let found: BTreeMap<InventoryItemId, (bool, i64)> = sql::sellable(tx, items)?
        .into_iter()
        .map(|(item, tracked, available)| (item, (tracked, available)))
        .collect();
    Ok(items
        .iter()
        .map(|item| match found.get(item) {
            None => 0,
            Some((false, _)) => UNCOUNTED,
            Some((true, available)) => *available,
        })
        .collect())
}

/// What is available of each product: the sum over its counted variants and active locations.
///
/// # Errors
/// `Store` faults only.
pub fn totals(tx: &mut Tx, products: &[ProductId]) -> Result<Vec<i64>, StoreError> {
    let found: BTreeMap<ProductId, i64> = sql::totals(tx, products)?.into_iter().collect();
    Ok(products
        .iter()
        .map(|product| found.get(product).copied().unwrap_or(0))
        .collect())
}

/// What happens when the stock of each item is used up; unknown items are left out.
///
/// # Errors
/// `Store` faults only.
pub fn policies(
    tx: &mut Tx,
    items: &[InventoryItemId],
) -> Result<Vec<(InventoryItemId, Policy)>, StoreError> {
    sql::policies(tx, items)
}

/// Whether each location has anything on hand.
///
/// # Errors
/// `Store` faults only.
pub fn hold_stock(tx: &mut Tx, ids: &[LocationId]) -> Result<Vec<bool>, StoreError> {
    let found = sql::holding_stock(tx, ids)?;
    Ok(ids.iter().map(|id| found.contains(id)).collect())
}

/// Whether each location has fulfilment orders that wait.
///
/// # Errors
/// `Store` faults only.
pub fn owe_orders(tx: &mut Tx, ids: &[LocationId]) -> Result<Vec<bool>, StoreError> {
    let found = sql::owing_orders(tx, ids)?;
    Ok(ids.iter().map(|id| found.contains(id)).collect())
}

fn in_order<K: Copy + Ord, T: Clone>(
    ids: &[K],
    found: Vec<T>,
    key: impl Fn(&T) -> K,
) -> Vec<Option<T>> {
    let by_id: BTreeMap<K, T> = found.into_iter().map(|row| (key(&row), row)).collect();
    ids.iter().map(|id| by_id.get(id).cloned()).collect()
}
