//! The queries behind stock and exports.

use store::{StoreError, Tx};
use units::{InventoryItemId, LocationId, ProductId, Timestamp};

/// The shop's locations that are open, the primary one first.
pub(in crate::catalog) fn locations(tx: &mut Tx) -> Result<Vec<LocationId>, StoreError> {
    tx.all(
        "SELECT id FROM locations WHERE shop_id = $shop AND is_active = 1
          ORDER BY is_primary DESC, id",
        (),
    )
}

/// What is available of the items at a location.
pub(in crate::catalog) fn available_at(
    tx: &mut Tx,
    location: LocationId,
    items: &[InventoryItemId],
) -> Result<Vec<(InventoryItemId, i64)>, StoreError> {
    tx.all(
        "SELECT inventory_item_id, available
           FROM inventory_levels
          WHERE shop_id = $shop AND location_id = $1 AND inventory_item_id = ANY($2)",
        (location, items),
    )
}

/// How many products the shop has.
pub(in crate::catalog) fn count_products(tx: &mut Tx) -> Result<i64, StoreError> {
    tx.one(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM products WHERE shop_id = $shop",
        (),
    )
}

/// The products after one, by id.
pub(in crate::catalog) fn products_after(
    tx: &mut Tx,
    after: ProductId,
    limit: i64,
) -> Result<Vec<ProductId>, StoreError> {
    tx.all(
        "SELECT id FROM products WHERE shop_id = $shop AND id > $1 ORDER BY id LIMIT $2",
        (after, limit),
    )
}

/// What is available of the items, by item and location; the rows stay locked until commit.
pub(in crate::catalog) fn available_locked(
    tx: &mut Tx,
    items: &[InventoryItemId],
) -> Result<Vec<(InventoryItemId, LocationId, i64)>, StoreError> {
    tx.all_locked(
        "SELECT inventory_item_id, location_id, available
           FROM inventory_levels
          WHERE shop_id = $shop AND inventory_item_id = ANY($1)
          ORDER BY inventory_item_id, location_id",
        (items,),
    )
}

pub(in crate::catalog) fn insert_levels(
    tx: &mut Tx,
    levels: &[(InventoryItemId, LocationId, i64, Timestamp)],
) -> Result<(), StoreError> {
    if levels.is_empty() {
        return Ok(());
    }
    tx.insert_many(
        "INSERT INTO inventory_levels (shop_id, inventory_item_id, location_id, id, available,
             committed, reserved, damaged, safety_stock, quality_control, incoming, created_at,
             updated_at)
         VALUES ($shop, $1, $2, $3, 0, 0, 0, 0, 0, 0, 0, $4, $4)",
        levels,
    )?;
    Ok(())
}
