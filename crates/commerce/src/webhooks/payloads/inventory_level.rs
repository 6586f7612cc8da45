//! Stock of an item at a location.

use serde_json::{Value, json};
use store::{StoreError, Tx};
use units::{InventoryItemId, InventoryLevelId, LocationId, Timestamp};

use super::moment;
use crate::shops::Shop;

pub(super) fn render(tx: &mut Tx, shop: &Shop, id: i64) -> Result<Option<Value>, StoreError> {
    let found: Option<(InventoryItemId, LocationId, i64, Timestamp)> = tx.optional(
        "SELECT inventory_item_id, location_id, available, updated_at
           FROM inventory_levels
          WHERE shop_id = $shop AND id = $1",
        (id,),
    )?;
    Ok(found.map(|(item, location, available, updated_at)| {
        let gid = InventoryLevelId(id).to_string();
        json!({
            "admin_graphql_api_id": format!("{gid}?inventory_item_id={}", item.get()),
            "inventory_item_id": item.get(),
            "location_id": location.get(),
            "available": available,
            "updated_at": moment(shop, updated_at),
        })
    }))
}
