//! The queries of what apps are paid.

use store::{StoreError, Tx};
use units::{
    AppId, AppPurchaseOneTimeId, AppSubscriptionId, AppSubscriptionLineItemId, AppUsageRecordId,
    Timestamp,
};

use super::{LineItem, Purchase, Subscription, UsageRecord};

/// Active subscriptions of an app; there is one at a time.
const ACTIVE_MAX: i64 = 50;

macro_rules! subscription {
    ($rest:literal) => {
        concat!(
            "SELECT b.id, b.app_id, b.name, b.status, b.test, b.trial_days, b.return_url, b.secret,
                    b.created_at, b.activated_at, b.updated_at
               FROM app_subscriptions b
              WHERE b.shop_id = $shop",
            $rest
        )
    };
}

macro_rules! line {
    ($rest:literal) => {
        concat!(
            "SELECT b.id, b.subscription_id, b.kind, b.pricing_interval, b.price_minor, b.currency,
                    b.terms, b.discount_minor, b.discount_ppm, b.discount_intervals, b.asked_minor
               FROM app_subscription_line_items b
              WHERE b.shop_id = $shop",
            $rest
        )
    };
}

macro_rules! usage {
    ($rest:literal) => {
        concat!(
            "SELECT b.id, b.line_item_id, b.description, b.price_minor, b.idempotency_key,
                    b.created_at
               FROM app_usage_records b
              WHERE b.shop_id = $shop",
            $rest
        )
    };
}

macro_rules! purchase {
    ($rest:literal) => {
        concat!(
            "SELECT b.id, b.app_id, b.name, b.status, b.test, b.price_minor, b.currency,
                    b.return_url, b.secret, b.created_at, b.updated_at
               FROM app_purchases b
              WHERE b.shop_id = $shop",
            $rest
        )
    };
}

pub(super) const SUBSCRIPTIONS: &str = subscription!("");
pub(super) const USAGE_RECORDS: &str = usage!("");
pub(super) const PURCHASES: &str = purchase!("");

pub(super) fn subscriptions(
    tx: &mut Tx,
    ids: &[AppSubscriptionId],
) -> Result<Vec<Subscription>, StoreError> {
    tx.all(subscription!(" AND b.id = ANY($1)"), (ids,))
}

pub(super) fn lock_subscription(
    tx: &mut Tx,
    id: AppSubscriptionId,
) -> Result<Option<Subscription>, StoreError> {
    tx.optional_locked(subscription!(" AND b.id = $1"), (id,))
}

pub(super) fn active(tx: &mut Tx, app: AppId) -> Result<Vec<Subscription>, StoreError> {
    tx.all(
        subscription!(" AND b.app_id = $1 AND b.status = 'ACTIVE' ORDER BY b.id LIMIT $2"),
        (app, ACTIVE_MAX),
    )
}

pub(super) fn lock_active(tx: &mut Tx, app: AppId) -> Result<Vec<Subscription>, StoreError> {
    tx.all_locked(
        subscription!(" AND b.app_id = $1 AND b.status = 'ACTIVE' ORDER BY b.id"),
        (app,),
    )
}

pub(super) fn insert_subscription(tx: &mut Tx, new: &Subscription) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO app_subscriptions (shop_id, id, app_id, name, status, test, trial_days,
             return_url, secret, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        (
            new.id,
            new.app_id,
            &new.name,
            new.status,
            new.test,
            new.trial_days,
            &new.return_url,
            &new.secret,
            new.created_at,
            new.updated_at,
        ),
    )?;
    Ok(())
}

pub(super) fn update_subscription(tx: &mut Tx, own: &Subscription) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE app_subscriptions
            SET status = $2, activated_at = $3, updated_at = $4
          WHERE shop_id = $shop AND id = $1",
        (own.id, own.status, own.activated_at, own.updated_at),
    )?;
    Ok(())
}

pub(super) fn insert_lines(tx: &mut Tx, lines: &[LineItem]) -> Result<(), StoreError> {
    let rows: Vec<_> = lines
        .iter()
        .zip(0_i64..)
        .map(|(line, position)| {
            (
                line.id,
                line.subscription_id,
                position,
                line.kind,
                line.interval,
                line.price_minor,
                line.currency,
                line.terms.as_str(),
                line.discount_minor,
                line.discount_ppm,
                line.discount_intervals,
            )
        })
        .collect();
    tx.insert_many(
        "INSERT INTO app_subscription_line_items (shop_id, id, subscription_id, position, kind,
             pricing_interval, price_minor, currency, terms, discount_minor, discount_ppm,
             discount_intervals)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        &rows,
    )?;
    Ok(())
}

pub(super) fn lines(
    tx: &mut Tx,
    ids: &[AppSubscriptionLineItemId],
) -> Result<Vec<LineItem>, StoreError> {
    tx.all(line!(" AND b.id = ANY($1)"), (ids,))
}

pub(super) fn lines_of(
    tx: &mut Tx,
    ids: &[AppSubscriptionId],
) -> Result<Vec<Vec<LineItem>>, StoreError> {
    tx.each(
        line!(" AND b.subscription_id = $1 ORDER BY b.position"),
        ids,
        (),
    )
}

pub(super) fn cap_is_asked(tx: &mut Tx, id: AppSubscriptionId) -> Result<bool, StoreError> {
    let found: Option<i64> = tx.optional(
        "SELECT id FROM app_subscription_line_items
          WHERE shop_id = $shop AND subscription_id = $1 AND asked_minor IS NOT NULL
          LIMIT 1",
        (id,),
    )?;
    Ok(found.is_some())
}

pub(super) fn ask_for_cap(
    tx: &mut Tx,
    line: AppSubscriptionLineItemId,
    minor: i64,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE app_subscription_line_items SET asked_minor = $2
          WHERE shop_id = $shop AND id = $1",
        (line, minor),
    )?;
    Ok(())
}

/// Answers what was asked of a subscription's caps.
pub(super) fn settle_caps(
    tx: &mut Tx,
    id: AppSubscriptionId,
    accepted: bool,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE app_subscription_line_items
            SET price_minor = CASE WHEN CAST($2 AS BIGINT) = 1 THEN asked_minor
                                   ELSE price_minor END,
                asked_minor = NULL
          WHERE shop_id = $shop AND subscription_id = $1 AND asked_minor IS NOT NULL",
        (id, accepted),
    )?;
    Ok(())
}

pub(super) fn usage_records(
    tx: &mut Tx,
    ids: &[AppUsageRecordId],
) -> Result<Vec<UsageRecord>, StoreError> {
    tx.all(usage!(" AND b.id = ANY($1)"), (ids,))
}

pub(super) fn usage_by_key(
    tx: &mut Tx,
    line: AppSubscriptionLineItemId,
    key: &str,
) -> Result<Option<AppUsageRecordId>, StoreError> {
    tx.optional(
        "SELECT id FROM app_usage_records
          WHERE shop_id = $shop AND line_item_id = $1 AND idempotency_key = $2
          ORDER BY id
          LIMIT 1",
        (line, key),
    )
}

pub(super) fn insert_usage(tx: &mut Tx, new: &UsageRecord) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO app_usage_records (shop_id, id, line_item_id, description, price_minor,
             idempotency_key, created_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6)",
        (
            new.id,
            new.line_item_id,
            &new.description,
            new.price_minor,
            new.idempotency_key.as_deref(),
            new.created_at,
        ),
    )?;
    Ok(())
}

/// What use cost on each line since a moment; a subscription has one line by use.
pub(super) fn used_since(
    tx: &mut Tx,
    lines: &[(AppSubscriptionLineItemId, Timestamp)],
) -> Result<Vec<i64>, StoreError> {
    lines
        .iter()
        .map(|(line, since)| {
            tx.one(
                "SELECT CAST(COALESCE(SUM(price_minor), 0) AS BIGINT)
                   FROM app_usage_records
                  WHERE shop_id = $shop AND line_item_id = $1 AND created_at >= $2",
                (line, since),
            )
        })
        .collect()
}

pub(super) fn purchases(
    tx: &mut Tx,
    ids: &[AppPurchaseOneTimeId],
) -> Result<Vec<Purchase>, StoreError> {
    tx.all(purchase!(" AND b.id = ANY($1)"), (ids,))
}

pub(super) fn lock_purchase(
    tx: &mut Tx,
    id: AppPurchaseOneTimeId,
) -> Result<Option<Purchase>, StoreError> {
    tx.optional_locked(purchase!(" AND b.id = $1"), (id,))
}

pub(super) fn insert_purchase(tx: &mut Tx, new: &Purchase) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO app_purchases (shop_id, id, app_id, name, status, test, price_minor, currency,
             return_url, secret, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        (
            new.id,
            new.app_id,
            &new.name,
            new.status,
            new.test,
            new.price_minor,
            new.currency,
            &new.return_url,
            &new.secret,
            new.created_at,
            new.updated_at,
        ),
    )?;
    Ok(())
}

pub(super) fn update_purchase(tx: &mut Tx, own: &Purchase) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE app_purchases SET status = $2, updated_at = $3
          WHERE shop_id = $shop AND id = $1",
        (own.id, own.status, own.updated_at),
    )?;
    Ok(())
}
