//! A definition of metafields.

use serde_json::{Value, json};
use store::{StoreError, Tx};
use units::MetafieldDefinitionId;

use super::moment;
use crate::metafields::{self, StorefrontAccess};
use crate::shops::Shop;

pub(super) fn render(tx: &mut Tx, shop: &Shop, id: i64) -> Result<Option<Value>, StoreError> {
    let Some(own) = metafields::definitions(tx, &[MetafieldDefinitionId(id)])?.pop() else {
        return Ok(None);
    };
    let valid = metafields::all_valid(tx, &own)?;
    let filterable = if own.admin_filterable {
        "filterable"
    } else {
        "not_filterable"
    };
    Ok(Some(json!({
        "id": own.id.get(),
        "shop_id": shop.id.get(),
        "name": own.name,
        "namespace": own.namespace,
        "key": own.key,
        "description": own.description,
        "owner_type": own.owner.as_str().to_lowercase(),
        "type_name": own.kind,
        "validation_status": if valid { "all_valid" } else { "some_invalid" },
        "pinned_position": own.pinned_position,
        "admin_filterable": own.admin_filterable,
        "admin_filter_status": filterable,
        "unique_values": own.unique_values,
        "storefront_readable": own.storefront_access == StorefrontAccess::PublicRead,
        "api_client_id": own.app_id.map(units::AppId::get),
        "options": own.validations.0,
        "created_at": moment(shop, own.created_at),
        "updated_at": moment(shop, own.updated_at),
    })))
}
