//! A location.

use serde_json::{Value, json};
use store::{StoreError, Tx};
use units::LocationId;

use super::{filled, moment};
use crate::Address;
use crate::inventory;
use crate::shops::Shop;

pub(super) fn render(tx: &mut Tx, shop: &Shop, id: i64) -> Result<Option<Value>, StoreError> {
    let found = inventory::locations_by_id(tx, &[LocationId(id)])?;
    Ok(found.into_iter().flatten().next().map(|location| {
        let address = Address {
            country_code: Some(location.country_code.clone()),
            province_code: Some(location.province_code.clone()).filter(|code| !code.is_empty()),
            ..Address::default()
        };
        let country = address.country();
        json!({
            "id": location.id.get(),
            "admin_graphql_api_id": location.id.to_string(),
            "name": location.name,
            "address1": filled(&location.address1),
            "address2": filled(&location.address2),
            "city": filled(&location.city),
            "zip": filled(&location.zip),
            "province": address.province_name(),
            "province_code": filled(&location.province_code),
            "country": country.map(|country| country.code),
            "country_code": country.map(|country| country.code),
            "country_name": country.map(|country| country.name),
            "phone": filled(&location.phone),
            "created_at": moment(shop, location.created_at),
            "updated_at": moment(shop, location.updated_at),
            "legacy": false,
            "active": location.is_active,
        })
    }))
}
