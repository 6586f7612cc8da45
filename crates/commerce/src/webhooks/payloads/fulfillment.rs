//! A parcel that left.

use serde_json::{Value, json};
use store::{StoreError, Tx};
use units::FulfillmentId;

use super::lines::line_item;
use super::{address, moment};
use crate::fulfillment::{self, Fulfillment, FulfillmentStatus};
use crate::orders;
use crate::shops::Shop;

pub(super) fn render(
    tx: &mut Tx,
    shop: &Shop,
    id: i64,
    _facts: &Value,
) -> Result<Option<Value>, StoreError> {
    let found = fulfillment::fulfillments_by_id(tx, &[FulfillmentId(id)])?;
    let Some(own) = found.into_iter().next().flatten() else {
        return Ok(None);
    };
    let mut payload = parcel(tx, shop, &own)?;
    let order = orders::load(tx, &[own.order_id])?.pop().flatten();
    if let (Value::Object(members), Some(order)) = (&mut payload, order) {
        let destination = order.shipping_address().map(|to| address(&to));
        members.insert("email".to_owned(), json!(order.email));
        members.insert("destination".to_owned(), json!(destination));
    }
    Ok(Some(payload))
}

/// A parcel as orders tell it.
pub(super) fn parcel(tx: &mut Tx, shop: &Shop, own: &Fulfillment) -> Result<Value, StoreError> {
    let sold = orders::line_items(tx, &[own.order_id])?
        .pop()
        .unwrap_or_default();
    let packed = fulfillment::fulfillment_lines(tx, &[own.order_id])?
        .pop()
        .unwrap_or_default();
    let packed = packed.iter().filter(|line| line.fulfillment_id == own.id);
    let lines: Vec<Value> = packed
        .filter_map(|packed| {
            let line = sold.iter().find(|line| line.id == packed.line_item_id)?;
            Some(line_item(shop, line, packed.quantity))
        })
        .collect();
    let tracking = own.tracking();
    let status = match own.status {
        FulfillmentStatus::Success => "success",
        FulfillmentStatus::Cancelled => "cancelled",
        FulfillmentStatus::Error => "error",
        FulfillmentStatus::Failure => "failure",
    };
    Ok(json!({
        "id": own.id.get(),
        "admin_graphql_api_id": own.id.to_string(),
        "order_id": own.order_id.get(),
        "location_id": own.location_id.get(),
        "name": own.name,
        "status": status,
        "shipment_status": null,
        "service": "manual",
        "receipt": {},
        "origin_address": null,
        "tracking_company": tracking.company,
        "tracking_number": tracking.numbers.first(),
        "tracking_numbers": tracking.numbers,
        "tracking_url": tracking.urls.first(),
        "tracking_urls": tracking.urls,
        "created_at": moment(shop, own.created_at),
        "updated_at": moment(shop, own.updated_at),
        "line_items": lines,
    }))
}
