//! The stocked side of a variant.

use serde_json::{Value, json};
use store::{StoreError, Tx};
use units::InventoryItemId;

use super::{amount, moment};
use crate::inventory;
use crate::shops::Shop;

pub(super) fn render(tx: &mut Tx, shop: &Shop, id: i64) -> Result<Option<Value>, StoreError> {
    let found = inventory::items_by_id(tx, &[InventoryItemId(id)])?;
    Ok(found.into_iter().flatten().next().map(|item| {
        let codes: Vec<Value> = item
            .country_codes
            .iter()
            .map(|(country, code)| json!({ "country_code": country, "harmonized_system_code": code }))
            .collect();
        json!({
            "id": item.id.get(),
            "admin_graphql_api_id": item.id.to_string(),
            "sku": item.sku,
            "created_at": moment(shop, item.created_at),
            "updated_at": moment(shop, item.updated_at),
            "requires_shipping": item.requires_shipping,
            "cost": item.cost_minor.map(|minor| amount(shop, minor)),
            "country_code_of_origin": item.country_code_of_origin,
            "province_code_of_origin": item.province_code_of_origin,
            "harmonized_system_code": item.harmonized_system_code,
            "tracked": item.tracked,
            "country_harmonized_system_codes": codes,
        })
    }))
}
