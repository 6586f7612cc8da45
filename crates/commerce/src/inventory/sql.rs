//! The stock's queries.

use std::collections::BTreeMap;

use store::{StoreError, Tx, record};
use units::{
    InventoryAdjustmentGroupId, InventoryItemId, InventoryLevelId, LocationId, ProductId,
    ProductVariantId, Timestamp,
};

use super::enter::Entry;
use super::items::NewItem;
use super::locations::NewLocation;
use super::quantities::Quantities;
use super::stock::{Policy, Site};
use super::{InventoryItem, InventoryLevel, Location};
use crate::call::Call;
use crate::revisions;

record! {
    /// A row of the ledger.
    pub(super) struct LedgerRow {
        /// The item.
        pub item: InventoryItemId,
        /// The location.
        pub location: LocationId,
        /// What moved.
        pub delta: Quantities,
        /// Why.
        pub reason: String,
        /// The paper behind it.
        pub document: String,
        /// The paper of the merchant's ledger.
        pub ledger_document: Option<String>,
        /// Who.
        pub actor: String,
        /// When.
        pub at: Timestamp,
    }
}

pub(super) const LOCATION: &str = "SELECT l.id, l.name, l.address1, l.address2, l.city,
        l.province_code, l.zip, l.country_code, l.phone, l.is_active, l.is_primary,
        l.fulfills_online_orders, l.created_at, l.updated_at, l.deactivated_at,
        l.deleted_at
   FROM locations l
  WHERE l.shop_id = $shop";

pub(super) const ITEM: &str = "SELECT i.id, i.variant_id, i.sku, i.tracked, i.requires_shipping,
        i.weight_grams, i.weight_unit, i.cost_minor, i.country_code_of_origin,
        i.province_code_of_origin, i.harmonized_system_code, i.created_at, i.updated_at,
        i.country_codes
   FROM inventory_items i
  WHERE i.shop_id = $shop";

pub(super) const LEVEL: &str =
    "SELECT v.id, v.inventory_item_id, v.location_id, v.available, v.committed,
        v.reserved, v.damaged, v.safety_stock, v.quality_control, v.incoming, v.created_at,
        v.updated_at
   FROM inventory_levels v
   JOIN locations l ON l.shop_id = v.shop_id AND l.id = v.location_id
  WHERE v.shop_id = $shop";

pub(super) fn locations(tx: &mut Tx) -> Result<Vec<Location>, StoreError> {
    tx.all(
        &format!("{LOCATION} AND l.deleted_at IS NULL ORDER BY l.is_primary DESC, l.id LIMIT 1000"),
        (),
    )
}

pub(super) fn locations_by_id(
    tx: &mut Tx,
    ids: &[LocationId],
) -> Result<Vec<Location>, StoreError> {
    tx.all(&format!("{LOCATION} AND l.id = ANY($1)"), (ids,))
}

pub(super) fn holding_stock(
    tx: &mut Tx,
    ids: &[LocationId],
) -> Result<Vec<LocationId>, StoreError> {
    tx.all(
        "SELECT l.id
           FROM locations l
          WHERE l.shop_id = $shop AND l.id = ANY($1)
            AND EXISTS (SELECT 1
                          FROM inventory_levels v
                         WHERE v.shop_id = l.shop_id AND v.location_id = l.id
                           AND v.available + v.committed + v.reserved + v.damaged
                             + v.safety_stock + v.quality_control <> 0)",
        (ids,),
    )
}

pub(super) fn owing_orders(tx: &mut Tx, ids: &[LocationId]) -> Result<Vec<LocationId>, StoreError> {
    tx.all(
        "SELECT l.id
           FROM locations l
          WHERE l.shop_id = $shop AND l.id = ANY($1)
            AND EXISTS (SELECT 1
                          FROM fulfillment_orders f
                         WHERE f.shop_id = l.shop_id AND f.location_id = l.id
                           AND f.status <> 'CLOSED' AND f.status <> 'CANCELLED'
                           AND f.status <> 'INCOMPLETE')",
        (ids,),
    )
}

pub(super) fn count_locations(tx: &mut Tx) -> Result<i64, StoreError> {
    tx.one(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM locations
          WHERE shop_id = $shop AND deleted_at IS NULL",
        (),
    )
}

pub(super) fn insert_location(
    tx: &mut Tx,
    call: &Call,
    id: LocationId,
    location: &NewLocation,
    primary: bool,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO locations (shop_id, id, name, name_key, address1, address2, city,
             province_code, zip, country_code, phone, is_active, is_primary,
             fulfills_online_orders, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11, 1, $12, $12)",
        (
            id,
            location.name.trim(),
            location.name.trim().to_lowercase(),
            &location.address1,
            &location.address2,
            &location.city,
            &location.province_code,
            &location.zip,
            &location.country_code,
            &location.phone,
            primary,
            call.now,
        ),
    )?;
    Ok(())
}

pub(super) fn insert_item(
    tx: &mut Tx,
    call: &Call,
    id: InventoryItemId,
    item: &NewItem,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO inventory_items (shop_id, id, variant_id, sku, tracked, requires_shipping,
             weight_grams, weight_unit, cost_minor, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $9)",
        (
            id,
            item.variant,
            &item.sku,
            item.tracked,
            item.requires_shipping,
            item.weight_grams,
            item.weight_unit,
            item.cost_minor,
            call.now,
        ),
    )?;
    Ok(())
}

pub(super) fn items_by_id(
    tx: &mut Tx,
    ids: &[InventoryItemId],
) -> Result<Vec<InventoryItem>, StoreError> {
    tx.all(&format!("{ITEM} AND i.id = ANY($1)"), (ids,))
}

/// How many other items have each item's stock-keeping unit.
pub(super) fn same_sku(
    tx: &mut Tx,
    ids: &[InventoryItemId],
) -> Result<Vec<(InventoryItemId, i64)>, StoreError> {
    tx.all(
        "SELECT i.id, CAST((SELECT COUNT(*)
                              FROM inventory_items o
                             WHERE o.shop_id = i.shop_id AND o.sku = i.sku AND o.id <> i.id)
                           AS BIGINT)
           FROM inventory_items i
          WHERE i.shop_id = $shop AND i.id = ANY($1) AND i.sku <> ''",
        (ids,),
    )
}

/// What happens when each item's stock is used up; unknown items are left out.
pub(super) fn policies(
    tx: &mut Tx,
    ids: &[InventoryItemId],
) -> Result<Vec<(InventoryItemId, Policy)>, StoreError> {
    tx.all(
        "SELECT i.id, COALESCE(v.inventory_policy, 'DENY')
           FROM inventory_items i
           LEFT JOIN product_variants v ON v.shop_id = i.shop_id AND v.id = i.variant_id
          WHERE i.shop_id = $shop AND i.id = ANY($1)",
        (ids,),
    )
}

pub(super) fn levels_by_id(
    tx: &mut Tx,
    ids: &[InventoryLevelId],
) -> Result<Vec<InventoryLevel>, StoreError> {
    tx.all(&format!("{LEVEL} AND v.id = ANY($1)"), (ids,))
}

pub(super) fn levels_of(
    tx: &mut Tx,
    items: &[InventoryItemId],
) -> Result<Vec<InventoryLevel>, StoreError> {
    tx.all(
        &format!(
            "{LEVEL} AND v.inventory_item_id = ANY($1) AND l.is_active = 1
             ORDER BY v.inventory_item_id, l.is_primary DESC, v.location_id"
        ),
        (items,),
    )
}

pub(super) fn sellable(
    tx: &mut Tx,
    items: &[InventoryItemId],
) -> Result<Vec<(InventoryItemId, bool, i64)>, StoreError> {
    tx.all(
        "SELECT i.id, i.tracked, CAST(COALESCE((
                    SELECT SUM(CASE WHEN v.available > 0 THEN v.available ELSE 0 END)
                      FROM inventory_levels v
                      JOIN locations l ON l.shop_id = v.shop_id AND l.id = v.location_id
                     WHERE v.shop_id = i.shop_id AND v.inventory_item_id = i.id
                       AND l.is_active = 1 AND l.fulfills_online_orders = 1), 0) AS BIGINT)
           FROM inventory_items i
          WHERE i.shop_id = $shop AND i.id = ANY($1)",
        (items,),
    )
}

pub(super) fn totals(
    tx: &mut Tx,
    products: &[ProductId],
) -> Result<Vec<(ProductId, i64)>, StoreError> {
    tx.all(
        "SELECT p.product_id, CAST(SUM(v.available) AS BIGINT)
           FROM product_variants p
           JOIN inventory_items i
             ON i.shop_id = p.shop_id AND i.id = p.inventory_item_id AND i.tracked = 1
           JOIN inventory_levels v
             ON v.shop_id = p.shop_id AND v.inventory_item_id = p.inventory_item_id
           JOIN locations l
             ON l.shop_id = v.shop_id AND l.id = v.location_id AND l.is_active = 1
          WHERE p.shop_id = $shop AND p.product_id = ANY($1)
          GROUP BY p.product_id",
        (products,),
    )
}

/// The active locations, the shop's first choice first.
pub(super) fn sites(tx: &mut Tx) -> Result<Vec<Site>, StoreError> {
    tx.all(
        "SELECT id, fulfills_online_orders
           FROM locations
          WHERE shop_id = $shop AND is_active = 1
          ORDER BY is_primary DESC, id
          LIMIT 1000",
        (),
    )
}

pub(super) fn levels(
    tx: &mut Tx,
    items: Vec<InventoryItemId>,
) -> Result<Vec<(InventoryItemId, LocationId, i64)>, StoreError> {
    tx.all(
        "SELECT inventory_item_id, location_id, available
           FROM inventory_levels
          WHERE shop_id = $shop AND inventory_item_id = ANY($1)",
        (items,),
    )
}

pub(super) fn levels_locked(
    tx: &mut Tx,
    items: Vec<InventoryItemId>,
) -> Result<Vec<(InventoryItemId, LocationId, i64)>, StoreError> {
    tx.all_locked(
        "SELECT inventory_item_id, location_id, available
           FROM inventory_levels
          WHERE shop_id = $shop AND inventory_item_id = ANY($1)
          ORDER BY inventory_item_id, location_id",
        (items,),
    )
}

pub(super) fn quantities_locked(
    tx: &mut Tx,
    items: &[InventoryItemId],
) -> Result<Vec<(InventoryItemId, LocationId, Quantities)>, StoreError> {
    tx.all_locked(
        "SELECT inventory_item_id, location_id, available, committed, reserved, damaged,
                safety_stock, quality_control, incoming
           FROM inventory_levels
          WHERE shop_id = $shop AND inventory_item_id = ANY($1)
          ORDER BY inventory_item_id, location_id",
        (items,),
    )
}

pub(super) fn open_level(
    tx: &mut Tx,
    call: &Call,
    item: InventoryItemId,
    location: LocationId,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO inventory_levels (shop_id, inventory_item_id, location_id, id, available,
             committed, reserved, damaged, safety_stock, quality_control, incoming, created_at,
             updated_at)
         VALUES ($shop, $1, $2, $3, 0, 0, 0, 0, 0, 0, 0, $4, $4)
         ON CONFLICT (shop_id, inventory_item_id, location_id) DO NOTHING",
        (item, location, call.new_id::<InventoryLevelId>(), call.now),
    )?;
    Ok(())
}

/// Adds to each level, opening those that are missing.
pub(super) fn move_levels(
    tx: &mut Tx,
    levels: &BTreeMap<(InventoryItemId, LocationId), (Quantities, &Call)>,
) -> Result<(), StoreError> {
    let rows: Vec<_> = levels
        .iter()
        .map(|((item, location), (delta, call))| {
            (
                *item,
                *location,
                call.new_id::<InventoryLevelId>(),
                delta.available,
                delta.committed,
                delta.reserved,
                delta.damaged,
                delta.safety_stock,
                delta.quality_control,
                delta.incoming,
                call.now,
            )
        })
        .collect();
    tx.insert_many(
        "INSERT INTO inventory_levels (shop_id, inventory_item_id, location_id, id, available,
             committed, reserved, damaged, safety_stock, quality_control, incoming, created_at,
             updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
         ON CONFLICT (shop_id, inventory_item_id, location_id) DO UPDATE
            SET available = inventory_levels.available + excluded.available,
                committed = inventory_levels.committed + excluded.committed,
                reserved = inventory_levels.reserved + excluded.reserved,
                damaged = inventory_levels.damaged + excluded.damaged,
                safety_stock = inventory_levels.safety_stock + excluded.safety_stock,
                quality_control = inventory_levels.quality_control + excluded.quality_control,
                incoming = inventory_levels.incoming + excluded.incoming,
                updated_at = excluded.updated_at",
        &rows,
    )?;
    Ok(())
}

pub(super) fn insert_ledger(tx: &mut Tx, entries: &[Entry<'_, '_>]) -> Result<(), StoreError> {
    let actors: Vec<String> = entries
        .iter()
        .map(|entry| entry.call.actor.to_string())
        .collect();
    let mut rows = Vec::new();
    // Entries of one group differ in their papers.
    let mut positions: BTreeMap<InventoryAdjustmentGroupId, i64> = BTreeMap::new();
    for (entry, actor) in entries.iter().zip(&actors) {
        for movement in entry.movements {
            let delta = &movement.delta;
            let position = positions.entry(entry.group).or_insert(0_i64);
            *position += 1;
            rows.push((
                entry.group,
                *position,
                movement.item,
                movement.location,
                delta.available,
                delta.committed,
                delta.reserved,
                delta.damaged,
                delta.safety_stock,
                delta.quality_control,
                delta.incoming,
                entry.reason,
                entry.document,
                entry.ledger_document,
                actor.as_str(),
                entry.call.now,
            ));
        }
    }
    tx.insert_many(
        "INSERT INTO inventory_ledger (shop_id, group_id, position, inventory_item_id, location_id,
             available, committed, reserved, damaged, safety_stock, quality_control, incoming,
             reason, document, ledger_document, actor, at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        &rows,
    )?;
    Ok(())
}

pub(super) fn level_ids(
    tx: &mut Tx,
    items: Vec<InventoryItemId>,
) -> Result<Vec<(InventoryLevelId, InventoryItemId, LocationId)>, StoreError> {
    tx.all(
        "SELECT id, inventory_item_id, location_id
           FROM inventory_levels
          WHERE shop_id = $shop AND inventory_item_id = ANY($1)
          ORDER BY inventory_item_id, location_id",
        (items,),
    )
}

/// How many units of items whose stock is counted can be sold, with their variants.
pub(super) fn tracked_totals(
    tx: &mut Tx,
    items: Vec<InventoryItemId>,
) -> Result<Vec<(InventoryItemId, ProductVariantId, i64)>, StoreError> {
    tx.all(
        "SELECT i.id, i.variant_id,
                COALESCE((SELECT CAST(SUM(l.available) AS BIGINT)
                            FROM inventory_levels l
                           WHERE l.shop_id = $shop AND l.inventory_item_id = i.id), 0)
           FROM inventory_items i
          WHERE i.shop_id = $shop AND i.id = ANY($1) AND i.tracked = 1
          ORDER BY i.id",
        (items,),
    )
}

pub(super) fn ledger_of(
    tx: &mut Tx,
    group: InventoryAdjustmentGroupId,
) -> Result<Vec<LedgerRow>, StoreError> {
    tx.all(
        "SELECT inventory_item_id, location_id, available, committed, reserved, damaged,
                safety_stock, quality_control, incoming, reason, document, ledger_document, actor,
                at
           FROM inventory_ledger
          WHERE shop_id = $shop AND group_id = $1
          ORDER BY position",
        (group,),
    )
}

/// The levels of an item, by location.
pub(super) fn item_levels_locked(
    tx: &mut Tx,
    item: InventoryItemId,
) -> Result<Vec<(InventoryLevelId, LocationId, Quantities)>, StoreError> {
    tx.all_locked(
        "SELECT id, location_id, available, committed, reserved, damaged, safety_stock,
                quality_control, incoming
           FROM inventory_levels
          WHERE shop_id = $shop AND inventory_item_id = $1
          ORDER BY location_id",
        (item,),
    )
}

/// The levels at a location that hold anything, or wait for it: so many at most.
pub(super) fn stocked_levels_locked(
    tx: &mut Tx,
    location: LocationId,
    most: i64,
) -> Result<Vec<(InventoryItemId, Quantities)>, StoreError> {
    tx.all_locked(
        "SELECT inventory_item_id, available, committed, reserved, damaged, safety_stock,
                quality_control, incoming
           FROM inventory_levels
          WHERE shop_id = $shop AND location_id = $1
            AND (available <> 0 OR committed <> 0 OR reserved <> 0 OR damaged <> 0
                 OR safety_stock <> 0 OR quality_control <> 0 OR incoming <> 0)
          ORDER BY inventory_item_id
          LIMIT $2",
        (location, most),
    )
}

pub(super) fn delete_levels(tx: &mut Tx, ids: &[InventoryLevelId]) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM inventory_levels WHERE shop_id = $shop AND id = ANY($1)",
        (ids,),
    )?;
    Ok(())
}

pub(super) fn delete_levels_at(tx: &mut Tx, location: LocationId) -> Result<(), StoreError> {
    // Whatever was in stock there may be sold out now.
    revisions::note_all(tx)?;
    tx.execute(
        "DELETE FROM inventory_levels WHERE shop_id = $shop AND location_id = $1",
        (location,),
    )?;
    Ok(())
}

pub(super) fn switch_location(
    tx: &mut Tx,
    id: LocationId,
    active: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    revisions::note_all(tx)?;
    tx.execute(
        "UPDATE locations SET is_active = $2, deactivated_at = $3, updated_at = $4
          WHERE shop_id = $shop AND id = $1",
        (id, active, Some(now).filter(|_| !active), now),
    )?;
    Ok(())
}

pub(super) fn delete_location(
    tx: &mut Tx,
    id: LocationId,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE locations SET deleted_at = $2, updated_at = $2 WHERE shop_id = $shop AND id = $1",
        (id, now),
    )?;
    Ok(())
}

/// A location that was not deleted, locked.
pub(super) fn location_locked(tx: &mut Tx, id: LocationId) -> Result<Option<Location>, StoreError> {
    tx.optional_locked(
        &format!("{LOCATION} AND l.id = $1 AND l.deleted_at IS NULL"),
        (id,),
    )
}

/// Whether another location has a name, whatever its case.
pub(super) fn name_taken(
    tx: &mut Tx,
    name_key: &str,
    but: Option<LocationId>,
) -> Result<bool, StoreError> {
    let found: Option<LocationId> = tx.optional(
        "SELECT id FROM locations
          WHERE shop_id = $shop AND name_key = $1 AND id <> $2 AND deleted_at IS NULL
          ORDER BY id LIMIT 1",
        (name_key, but.unwrap_or(LocationId(0))),
    )?;
    Ok(found.is_some())
}

pub(super) fn save_location(
    tx: &mut Tx,
    location: &Location,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE locations
            SET name = $2, name_key = $3, address1 = $4, address2 = $5, city = $6,
                province_code = $7, zip = $8, country_code = $9, phone = $10,
                fulfills_online_orders = $11, updated_at = $12
          WHERE shop_id = $shop AND id = $1",
        (
            location.id,
            &location.name,
            location.name.to_lowercase(),
            &location.address1,
            &location.address2,
            &location.city,
            &location.province_code,
            &location.zip,
            &location.country_code,
            &location.phone,
            location.fulfills_online_orders,
            now,
        ),
    )?;
    Ok(())
}
