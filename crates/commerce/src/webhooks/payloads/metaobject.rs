//! A metaobject.

use serde_json::{Map, Value, json};
use store::{StoreError, Tx};
use units::MetaobjectId;

use super::moment;
use crate::metaobjects;
use crate::shops::Shop;

pub(super) fn render(tx: &mut Tx, shop: &Shop, id: i64) -> Result<Option<Value>, StoreError> {
    let Some(own) = metaobjects::load(tx, &[MetaobjectId(id)])?.pop() else {
        return Ok(None);
    };
    let Some(definition) = metaobjects::definitions(tx, &[own.definition_id])?.pop() else {
        return Ok(None);
    };
    let values = metaobjects::values(tx, &[own.id])?.pop();
    let fields: Map<String, Value> = values
        .into_iter()
        .flatten()
        .map(|(key, value)| (key, Value::String(value)))
        .collect();
    let mut capabilities = Map::new();
    if definition.publishable {
        let status = own.status.as_str().to_lowercase();
        capabilities.insert("publishable".to_owned(), json!({ "status": status }));
    }
    if definition.online_store {
        let template = json!({ "template_suffix": own.template_suffix });
        capabilities.insert("online_store".to_owned(), template);
    }
    Ok(Some(json!({
        "id": own.id.to_string(),
        "type": own.kind,
        "handle": own.handle,
        "display_name": own.display_name,
        "definition_id": own.definition_id.to_string(),
        "fields": fields,
        "capabilities": capabilities,
        "created_by_app_id": own.app_id.to_string(),
        "created_by_staff_id": null,
        "created_at": moment(shop, own.created_at),
        "updated_at": moment(shop, own.updated_at),
    })))
}
