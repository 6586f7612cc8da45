//! Before a delivery is tried: what is told, to whom, with which headers.
//!
//! The payload is rendered at the first attempt, from a snapshot and outside the lane, and kept
//! before it is sent, so that every further attempt sends the same bytes.

use std::collections::HashMap;

use serde_json::Value;
use store::{StoreError, Tx, record};
use units::{AppId, EventId, Timestamp, WebhookDeliveryId, WebhookSubscriptionId};

use super::delivery::DeliveryState;
use super::filter::Filter;
use super::subscription::{Subscription, TextList};
use super::{payloads, sql};
use crate::events::{Subject, Topic};
use crate::secret;
use crate::shops::{self, Shop};

record! {
    /// A delivery that is due, with the event it tells.
    pub(super) struct Due {
        pub(super) id: WebhookDeliveryId,
        pub(super) event_id: EventId,
        pub(super) subscription_id: WebhookSubscriptionId,
        pub(super) topic: Topic,
        pub(super) uri: String,
        pub(super) state: DeliveryState,
        pub(super) payload: Option<String>,
        pub(super) triggered_at: Timestamp,
        pub(super) subject: Subject,
        pub(super) subject_id: i64,
        pub(super) facts: String,
    }
}

/// A request to be sent.
#[derive(Debug, Clone)]
pub struct Post {
    /// Where.
    pub uri: String,
    /// With which headers, beside the signature.
    pub headers: Vec<(&'static str, String)>,
    /// What.
    pub body: String,
    /// What it is signed with.
    pub secret: String,
}

/// What is to be done with a delivery that is due.
#[derive(Debug, Clone)]
pub enum Prepared {
    /// Nothing: it is settled, or not known.
    Settled,
    /// Nothing: its subscription was ended.
    Orphaned,
    /// Nothing: its subscription does not want the payload.
    Unwanted,
    /// Send it; when the body is new, keep it first.
    Send {
        /// The request.
        post: Box<Post>,
        /// Whether the body was rendered just now.
        is_new: bool,
    },
}

/// Prepares deliveries, in the order of `ids`. Reads only.
///
/// # Errors
/// `Store` faults only.
pub fn prepare(
    tx: &mut Tx,
    ids: &[WebhookDeliveryId],
) -> Result<Vec<(WebhookDeliveryId, Prepared)>, StoreError> {
    let shop = shops::current(tx)?;
    let due: HashMap<WebhookDeliveryId, Due> = sql::due(tx, ids)?
        .into_iter()
        .map(|due| (due.id, due))
        .collect();
    let mut wanted: Vec<_> = due.values().map(|due| due.subscription_id).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let subscriptions: HashMap<_, _> = sql::subscriptions(tx, &wanted)?
        .into_iter()
        .map(|subscription| (subscription.id, subscription))
        .collect();
    let secrets: HashMap<AppId, String> = sql::secrets(tx)?.into_iter().collect();
    ids.iter()
        .map(|id| {
            let Some(due) = due
                .get(id)
                .filter(|due| due.state == DeliveryState::Pending)
            else {
                return Ok((*id, Prepared::Settled));
            };
            let subscription = subscriptions.get(&due.subscription_id);
            let known = subscription
                .and_then(|found| secrets.get(&found.app_id).map(|secret| (found, secret)));
            let Some((subscription, secret)) = known else {
                return Ok((*id, Prepared::Orphaned));
            };
            Ok((*id, prepare_one(tx, &shop, due, subscription, secret)?))
        })
        .collect()
}

fn prepare_one(
    tx: &mut Tx,
    shop: &Shop,
    due: &Due,
    subscription: &Subscription,
    secret: &str,
) -> Result<Prepared, StoreError> {
    let (body, is_new) = match &due.payload {
        Some(body) => (body.clone(), false),
        None => {
            let whole = payloads::render(tx, shop, due, subscription)?;
            if !is_wanted(subscription, &whole) {
                return Ok(Prepared::Unwanted);
            }
            (only(whole, &subscription.include_fields).to_string(), true)
        }
    };
    let post = Post {
        uri: due.uri.clone(),
        headers: headers(shop, due, subscription),
        body,
        secret: secret.to_owned(),
    };
    Ok(Prepared::Send {
        post: Box::new(post),
        is_new,
    })
}

fn headers(shop: &Shop, due: &Due, subscription: &Subscription) -> Vec<(&'static str, String)> {
    let shop_id = shop.id.get();
    let mut headers = vec![
        ("X-Shopify-Topic", due.topic.header()),
        ("X-Shopify-Shop-Domain", shop.domain.clone()),
        ("X-Shopify-API-Version", subscription.api_version.clone()),
        (
            "X-Shopify-Webhook-Id",
            secret::uuid_of("webhook", [shop_id, due.id.get()]),
        ),
        (
            "X-Shopify-Event-Id",
            secret::uuid_of("event", [shop_id, due.event_id.get()]),
        ),
        ("X-Shopify-Triggered-At", due.triggered_at.to_string()),
    ];
    headers.extend(
        subscription
            .name
            .clone()
            .map(|name| ("X-Shopify-Name", name)),
    );
    headers
}

fn is_wanted(subscription: &Subscription, payload: &Value) -> bool {
    // A filter was checked when it was kept.
    let filter = subscription.filter.as_deref().map(Filter::parse);
    filter
        .and_then(Result::ok)
        .flatten()
        .is_none_or(|filter| filter.wants(payload))
}

/// The payload with the wanted fields alone; a dot leads into objects and lists.
fn only(payload: Value, fields: &TextList) -> Value {
    if fields.0.is_empty() {
        return payload;
    }
    let paths: Vec<Vec<&str>> = fields
        .0
        .iter()
        .map(|field| field.split('.').collect())
        .collect();
    let paths: Vec<&[&str]> = paths.iter().map(Vec::as_slice).collect();
    kept(payload, &paths)
}

fn kept(value: Value, paths: &[&[&str]]) -> Value {
    if paths.iter().any(|path| path.is_empty()) {
        return value;
    }
    match value {
        Value::Array(elements) => elements
            .into_iter()
            .map(|element| kept(element, paths))
            .collect(),
        Value::Object(members) => members
            .into_iter()
            .filter_map(|(name, member)| {
                let inner: Vec<&[&str]> = paths
                    .iter()
                    .filter_map(|path| path.split_first())
                    .filter(|(first, _)| **first == name)
                    .map(|(_, rest)| rest)
                    .collect();
                (!inner.is_empty()).then(|| (name, kept(member, &inner)))
            })
            .collect(),
        scalar => scalar,
    }
}

/// Keeps payloads that were rendered just now, and gives those that count: where another worker
/// was first, that worker's.
///
/// # Errors
/// `Store` faults only.
pub fn keep_payloads(
    tx: &mut Tx,
    payloads: &[(WebhookDeliveryId, String)],
) -> Result<HashMap<WebhookDeliveryId, String>, StoreError> {
    sql::keep_payloads(tx, payloads)?;
    let ids: Vec<WebhookDeliveryId> = payloads.iter().map(|(id, _)| *id).collect();
    Ok(sql::payloads(tx, &ids)?.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_wanted_fields_are_told() {
        let payload = json!({
            "id": 1, "title": "Mug", "variants": [{ "id": 2, "price": "1.00" }, { "id": 3 }],
        });
        let fields = |names: &[&str]| TextList(names.iter().map(|&n| n.to_owned()).collect());
        assert_eq!(only(payload.clone(), &fields(&[])), payload);
        assert_eq!(
            only(payload.clone(), &fields(&["id", "nothing"])),
            json!({ "id": 1 })
        );
        assert_eq!(
            only(payload, &fields(&["variants.id"])),
            json!({ "variants": [{ "id": 2 }, { "id": 3 }] })
        );
    }
}
