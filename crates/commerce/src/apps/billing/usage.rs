//! Use that is paid for, and its cap.

use store::{StoreError, Tx};
use units::{
    AppId, AppSubscriptionId, AppSubscriptionLineItemId, AppUsageRecordId, Money, Timestamp,
};

use super::{LineItem, LineKind, Subscription, SubscriptionStatus, UsageRecord, sql};
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};

const DESCRIPTION_CHARS_MAX: usize = 255;
const KEY_CHARS_MAX: usize = 255;

/// Why use is not recorded, or a cap not asked for.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// The app has no such line.
    #[error("The app has no such subscription line item.")]
    NotFound,
    /// It has a fixed price.
    #[error("The line item is not priced by use.")]
    NotByUse,
    /// Its subscription is not active.
    #[error("The subscription is not active.")]
    NotActive,
    /// It costs nothing or less.
    #[error("Price must be greater than 0")]
    Price,
    /// In another currency.
    #[error("Price must be in {0}.")]
    Currency(units::Currency),
    /// Nobody would know what it was.
    #[error("Description must have 1 to 255 characters.")]
    Description,
    /// A key is too long.
    #[error("Idempotency key must have 1 to 255 characters.")]
    Key,
    /// The cap is reached.
    #[error("Total price exceeds balance remaining")]
    CapReached,
    /// The cap would not rise.
    #[error("The capped amount must be above the present one.")]
    CapNotHigher,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Records a use of an app. The same key gives the same record once more.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn record_usage(
    tx: &mut Tx,
    call: &Call,
    (app, line): (AppId, AppSubscriptionLineItemId),
    (description, price): (&str, Money),
    key: Option<&str>,
) -> Result<AppUsageRecordId, LineError> {
    let (own, line) = locked(tx, app, line)?;
    if !(1..=DESCRIPTION_CHARS_MAX).contains(&description.trim().chars().count()) {
        return Err(LineError::Description);
    }
    if let Some(key) = key {
        if !(1..=KEY_CHARS_MAX).contains(&key.chars().count()) {
            return Err(LineError::Key);
        }
        if let Some(known) = sql::usage_by_key(tx, line.id, key)? {
            return Ok(known);
        }
    }
    check_price(&line, price)?;
    let [from, _] = period(&own, &line, call.now)?;
    let before = sql::used_since(tx, &[(line.id, from)])?.pop().unwrap_or(0);
    let after = before.saturating_add(price.minor);
    if after > line.price_minor {
        return Err(LineError::CapReached);
    }
    let record = UsageRecord {
        id: call.new_id(),
        line_item_id: line.id,
        description: description.trim().to_owned(),
        price_minor: price.minor,
        idempotency_key: key.map(str::to_owned),
        created_at: call.now,
    };
    sql::insert_usage(tx, &record)?;
    if nears(before, after, line.price_minor) {
        let topics = &[Topic::AppSubscriptionsApproachingCappedAmount];
        let event = NewEvent::of(topics, Subject::AppSubscription, own.id.get());
        events::record(tx, call, event.for_app(app))?;
    }
    Ok(record.id)
}

/// Whether use passes nine tenths of the cap.
fn nears(before: i64, after: i64, cap: i64) -> bool {
    let nine_tenths = |used: i64| i128::from(used) * 10 >= i128::from(cap) * 9;
    !nine_tenths(before) && nine_tenths(after)
}

/// Asks the merchant for a higher cap: the present one holds until the answer.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn ask_for_cap(
    tx: &mut Tx,
    app: AppId,
    line: AppSubscriptionLineItemId,
    cap: Money,
) -> Result<AppSubscriptionId, LineError> {
    let (own, line) = locked(tx, app, line)?;
    check_price(&line, cap)?;
    if cap.minor <= line.price_minor {
        return Err(LineError::CapNotHigher);
    }
    sql::ask_for_cap(tx, line.id, cap.minor)?;
    Ok(own.id)
}

/// What use cost in the present period of each line.
///
/// # Errors
/// `Store` faults only.
pub fn balances(
    tx: &mut Tx,
    lines: &[(&Subscription, &LineItem)],
    now: Timestamp,
) -> Result<Vec<Money>, StoreError> {
    let since: Vec<(AppSubscriptionLineItemId, Timestamp)> = lines
        .iter()
        .map(|(own, line)| {
            let period = own.period(line.interval, now);
            (line.id, period.map_or(own.created_at, |[from, _]| from))
        })
        .collect();
    let used = sql::used_since(tx, &since)?;
    let money =
        |((_, line), used): (&(&Subscription, &LineItem), i64)| Money::new(used, line.currency);
    Ok(lines.iter().zip(used).map(money).collect())
}

/// A line that is priced by use, with its active subscription, whose row stays locked: uses
/// queue up.
fn locked(
    tx: &mut Tx,
    app: AppId,
    id: AppSubscriptionLineItemId,
) -> Result<(Subscription, LineItem), LineError> {
    let line = sql::lines(tx, &[id])?.pop().ok_or(LineError::NotFound)?;
    let found = sql::lock_subscription(tx, line.subscription_id)?;
    let own = found
        .filter(|own| own.app_id == app)
        .ok_or(LineError::NotFound)?;
    if line.kind != LineKind::Usage {
        return Err(LineError::NotByUse);
    }
    if own.status != SubscriptionStatus::Active {
        return Err(LineError::NotActive);
    }
    Ok((own, line))
}

fn period(
    own: &Subscription,
    line: &LineItem,
    now: Timestamp,
) -> Result<[Timestamp; 2], LineError> {
    own.period(line.interval, now).ok_or(LineError::NotActive)
}

fn check_price(line: &LineItem, price: Money) -> Result<(), LineError> {
    if price.currency != line.currency {
        return Err(LineError::Currency(line.currency));
    }
    if !price.is_positive() {
        return Err(LineError::Price);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cap_is_near_once_nine_tenths_are_used() {
        assert!(!nears(0, 899, 1_000));
        assert!(nears(899, 900, 1_000));
        assert!(!nears(900, 950, 1_000), "it was told before");
    }
}
