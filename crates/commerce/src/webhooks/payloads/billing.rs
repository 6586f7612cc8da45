//! What is told of what apps are paid.

use serde_json::{Value, json};
use store::{StoreError, Tx};
use units::{AppPurchaseOneTimeId, AppSubscriptionId, Timestamp};

use super::moment;
use crate::apps::billing::{self, LineItem, LineKind};
use crate::shops::Shop;

pub(super) fn subscription(
    tx: &mut Tx,
    shop: &Shop,
    id: i64,
    at: Timestamp,
) -> Result<Option<Value>, StoreError> {
    let id = AppSubscriptionId(id);
    let Some(own) = billing::subscriptions(tx, &[id])?.pop() else {
        return Ok(None);
    };
    let lines = billing::line_items(tx, &[id])?.pop().unwrap_or_default();
    let of = |kind| lines.iter().find(|line| line.kind == kind);
    let (recurring, by_use) = (of(LineKind::Recurring), of(LineKind::Usage));
    let used = match by_use {
        Some(line) => billing::balances(tx, &[(&own, line)], at)?.pop(),
        None => None,
    };
    let price = |line: &LineItem| line.price().decimal();
    let interval = |line: &LineItem| line.interval.as_str().to_lowercase();
    Ok(Some(json!({ "app_subscription": {
        "admin_graphql_api_id": own.id.to_string(),
        "name": own.name,
        "status": own.status_at(at).as_str(),
        "admin_graphql_api_shop_id": shop.id.to_string(),
        "created_at": moment(shop, own.created_at),
        "updated_at": moment(shop, own.updated_at),
        "currency": lines.first().map(|line| line.currency.as_str()),
        "price": recurring.map(price),
        "interval": lines.first().map(interval),
        "capped_amount": by_use.map(price),
        "balance_used": used.map(units::Money::decimal),
    }})))
}

pub(super) fn purchase(
    tx: &mut Tx,
    shop: &Shop,
    id: i64,
    at: Timestamp,
) -> Result<Option<Value>, StoreError> {
    let found = billing::purchases(tx, &[AppPurchaseOneTimeId(id)])?.pop();
    Ok(found.map(|own| {
        json!({ "app_purchase_one_time": {
            "admin_graphql_api_id": own.id.to_string(),
            "name": own.name,
            "status": own.status_at(at).as_str(),
            "admin_graphql_api_shop_id": shop.id.to_string(),
            "created_at": moment(shop, own.created_at),
            "updated_at": moment(shop, own.updated_at),
        }})
    }))
}
