//! The webhooks' queries.

use store::page::{Filter, Listing, Page, PageError, Sort, SortKind, Window, page};
use store::{StoreError, Tx};
use units::{AppId, Timestamp, WebhookDeliveryId, WebhookSubscriptionId};

use super::delivery::{Delivery, DeliveryState};
use super::outcome::Told;
use super::prepare::Due;
use super::subscription::Subscription;
use crate::events::Topic;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT w.id, w.app_id, w.topic, w.uri, w.format, w.api_version, w.name, w.filter,
                    w.include_fields, w.metafield_namespaces, w.created_at, w.updated_at
               FROM webhook_subscriptions w
              WHERE w.shop_id = $shop",
            $rest
        )
    };
}

/// What lists page through.
pub(super) const LISTED: &str = select!("");

pub(super) fn subscriptions(
    tx: &mut Tx,
    ids: &[WebhookSubscriptionId],
) -> Result<Vec<Subscription>, StoreError> {
    tx.all(select!(" AND w.id = ANY($1)"), (ids,))
}

pub(super) fn lock(
    tx: &mut Tx,
    app: AppId,
    id: WebhookSubscriptionId,
) -> Result<Option<Subscription>, StoreError> {
    tx.optional_locked(select!(" AND w.app_id = $1 AND w.id = $2"), (app, id))
}

pub(super) fn same(
    tx: &mut Tx,
    app: AppId,
    topic: Topic,
    uri: &str,
    filter: &str,
) -> Result<Option<WebhookSubscriptionId>, StoreError> {
    tx.optional(
        "SELECT id FROM webhook_subscriptions
          WHERE shop_id = $shop AND app_id = $1 AND topic = $2 AND uri = $3
            AND COALESCE(filter, '') = $4
          ORDER BY id
          LIMIT 1",
        (app, topic, uri, filter),
    )
}

pub(super) fn count_of(tx: &mut Tx, app: AppId, limit: usize) -> Result<usize, StoreError> {
    let found: Vec<i64> = tx.all(
        "SELECT id FROM webhook_subscriptions WHERE shop_id = $shop AND app_id = $1 LIMIT $2",
        (app, i64::try_from(limit).unwrap_or(i64::MAX)),
    )?;
    Ok(found.len())
}

pub(super) fn insert(tx: &mut Tx, new: &Subscription) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO webhook_subscriptions (shop_id, id, app_id, topic, uri, format, api_version,
             name, filter, include_fields, metafield_namespaces, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        (
            new.id,
            new.app_id,
            new.topic,
            &new.uri,
            new.format,
            &new.api_version,
            new.name.as_deref(),
            new.filter.as_deref(),
            &new.include_fields,
            &new.metafield_namespaces,
            new.created_at,
            new.updated_at,
        ),
    )?;
    Ok(())
}

pub(super) fn update(tx: &mut Tx, changed: &Subscription) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE webhook_subscriptions
            SET uri = $2, name = $3, filter = $4, include_fields = $5, metafield_namespaces = $6,
                updated_at = $7
          WHERE shop_id = $shop AND id = $1",
        (
            changed.id,
            &changed.uri,
            changed.name.as_deref(),
            changed.filter.as_deref(),
            &changed.include_fields,
            &changed.metafield_namespaces,
            changed.updated_at,
        ),
    )?;
    Ok(())
}

pub(super) fn delete(
    tx: &mut Tx,
    app: AppId,
    id: WebhookSubscriptionId,
) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM webhook_subscriptions WHERE shop_id = $shop AND app_id = $1 AND id = $2",
        (app, id),
    )
}

pub(super) fn delete_any(tx: &mut Tx, id: WebhookSubscriptionId) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM webhook_subscriptions WHERE shop_id = $shop AND id = $1",
        (id,),
    )
}

/// The secrets that webhooks are signed with, by app; a shop has few apps.
pub(super) fn secrets(tx: &mut Tx) -> Result<Vec<(AppId, String)>, StoreError> {
    tx.all(
        "SELECT id, client_secret FROM apps WHERE shop_id = $shop LIMIT 1000",
        (),
    )
}

pub(super) fn due(tx: &mut Tx, ids: &[WebhookDeliveryId]) -> Result<Vec<Due>, StoreError> {
    tx.all(
        "SELECT d.id, d.event_id, d.subscription_id, d.topic, d.uri, d.state, d.payload,
                d.triggered_at, e.subject_kind, e.subject_id, e.facts
           FROM webhook_deliveries d
           JOIN events e ON e.shop_id = d.shop_id AND e.id = d.event_id
          WHERE d.shop_id = $shop AND d.id = ANY($1)",
        (ids,),
    )
}

pub(super) fn delivery(tx: &mut Tx, id: WebhookDeliveryId) -> Result<Option<Delivery>, StoreError> {
    tx.optional(
        "SELECT id, event_id, subscription_id, app_id, topic, uri, state, attempts, payload,
                response_status, response_excerpt, last_error, triggered_at, due_at, updated_at
           FROM webhook_deliveries
          WHERE shop_id = $shop AND id = $1",
        (id,),
    )
}

pub(super) fn keep_payloads(
    tx: &mut Tx,
    payloads: &[(WebhookDeliveryId, String)],
) -> Result<(), StoreError> {
    tx.update_many(
        "UPDATE webhook_deliveries SET payload = $2
          WHERE shop_id = $shop AND id = $1 AND payload IS NULL",
        payloads,
    )?;
    Ok(())
}

pub(super) fn payloads(
    tx: &mut Tx,
    ids: &[WebhookDeliveryId],
) -> Result<Vec<(WebhookDeliveryId, String)>, StoreError> {
    tx.all(
        "SELECT id, payload FROM webhook_deliveries
          WHERE shop_id = $shop AND id = ANY($1) AND payload IS NOT NULL",
        (ids,),
    )
}

pub(super) fn lock_delivery(
    tx: &mut Tx,
    id: WebhookDeliveryId,
) -> Result<Option<(DeliveryState, i64, WebhookSubscriptionId)>, StoreError> {
    tx.optional_locked(
        "SELECT state, attempts, subscription_id
           FROM webhook_deliveries
          WHERE shop_id = $shop AND id = $1",
        (id,),
    )
}

pub(super) fn settle(
    tx: &mut Tx,
    id: WebhookDeliveryId,
    (state, attempts): (DeliveryState, i64),
    told: &Told,
    (due_at, now): (Timestamp, Timestamp),
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE webhook_deliveries
            SET state = $2, attempts = $3, response_status = $4, last_error = $5, due_at = $6,
                updated_at = $7, response_excerpt = $8
          WHERE shop_id = $shop AND id = $1",
        (
            id,
            state,
            attempts,
            told.status,
            &told.error,
            due_at,
            now,
            &told.excerpt,
        ),
    )?;
    Ok(())
}

/// Where a redelivery goes: to the subscription with this id, else to another of the same app to
/// the same topic, the one to the same address first.
pub(super) fn heir(
    tx: &mut Tx,
    delivery: &Delivery,
) -> Result<Option<(WebhookSubscriptionId, String)>, StoreError> {
    tx.optional(
        "SELECT id, uri
           FROM webhook_subscriptions
          WHERE shop_id = $shop AND app_id = $1 AND topic = $2
          ORDER BY CASE WHEN id = $3 THEN 0 WHEN uri = $4 THEN 1 ELSE 2 END, id
          LIMIT 1",
        (
            delivery.app_id,
            delivery.topic,
            delivery.subscription_id,
            &delivery.uri,
        ),
    )
}

/// Has a delivery told anew, from its first attempt on.
pub(super) fn restart(
    tx: &mut Tx,
    id: WebhookDeliveryId,
    (subscription, uri): (WebhookSubscriptionId, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE webhook_deliveries
            SET state = 'PENDING', attempts = 0, subscription_id = $2, uri = $3, due_at = $4
          WHERE shop_id = $shop AND id = $1",
        (id, subscription, uri, now),
    )?;
    Ok(())
}

/// The primary key is in the order of time, so that this reads little more than it deletes.
pub(super) fn delete_settled(
    tx: &mut Tx,
    before: Timestamp,
    limit: i64,
) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM webhook_deliveries
          WHERE shop_id = $shop
            AND id IN (SELECT id FROM webhook_deliveries
                        WHERE shop_id = $shop AND state <> 'PENDING' AND triggered_at < $1
                        ORDER BY id
                        LIMIT $2)",
        (before, limit),
    )
}

pub(super) fn deliveries(tx: &mut Tx, window: &Window<'_>) -> Result<Page<Delivery>, PageError> {
    const BY_ID: Sort = Sort {
        columns: &[("d.id", SortKind::Int)],
    };
    let listing = Listing {
        select: "SELECT d.id, d.event_id, d.subscription_id, d.app_id, d.topic, d.uri, d.state,
                        d.attempts, d.payload, d.response_status, d.response_excerpt,
                        d.last_error, d.triggered_at, d.due_at, d.updated_at
                   FROM webhook_deliveries d
                  WHERE d.shop_id = $shop",
        filter: Filter::none(),
        sort: &BY_ID,
    };
    page(tx, &listing, window)
}
