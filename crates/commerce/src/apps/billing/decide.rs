//! The merchant's answer.

use store::{StoreError, Tx};
use units::{AppPurchaseOneTimeId, AppSubscriptionId};

use super::{Purchase, PurchaseStatus, Subscription, SubscriptionStatus, sql};
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};

/// What the merchant says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Agreed.
    Accept,
    /// Not agreed.
    Decline,
}

/// Why an answer does not count.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// There is no such question.
    #[error("The app does not ask for this any more.")]
    NotFound,
    /// It was answered, or too late.
    #[error("This was answered already, or not within two days: the app has to ask again.")]
    NotPending,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Answers an app's question for a subscription, or for a higher cap of an active one. The app's
/// subscription until then ends when a new one is agreed to.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn decide_subscription(
    tx: &mut Tx,
    call: &Call,
    id: AppSubscriptionId,
    decision: Decision,
) -> Result<Subscription, DecideError> {
    let mut own = sql::lock_subscription(tx, id)?.ok_or(DecideError::NotFound)?;
    match (own.status_at(call.now), decision) {
        (SubscriptionStatus::Active, _) if sql::cap_is_asked(tx, id)? => {
            sql::settle_caps(tx, id, decision == Decision::Accept)?;
            own.updated_at = call.now;
        }
        (SubscriptionStatus::Pending, Decision::Accept) => {
            for mut old in sql::lock_active(tx, own.app_id)? {
                old.status = SubscriptionStatus::Cancelled;
                old.updated_at = call.now;
                store(tx, call, &old)?;
            }
            own.status = SubscriptionStatus::Active;
            own.activated_at = Some(call.now);
            own.updated_at = call.now;
        }
        (SubscriptionStatus::Pending, Decision::Decline) => {
            own.status = SubscriptionStatus::Declined;
            own.updated_at = call.now;
        }
        _ => return Err(DecideError::NotPending),
    }
    store(tx, call, &own)?;
    Ok(own)
}

/// Stores what changed of a subscription and tells its app.
pub(super) fn store(tx: &mut Tx, call: &Call, own: &Subscription) -> Result<(), StoreError> {
    sql::update_subscription(tx, own)?;
    let topics = &[Topic::AppSubscriptionsUpdate];
    let event = NewEvent::of(topics, Subject::AppSubscription, own.id.get());
    events::record(tx, call, event.for_app(own.app_id))?;
    Ok(())
}

/// Answers an app's question to be paid once.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn decide_purchase(
    tx: &mut Tx,
    call: &Call,
    id: AppPurchaseOneTimeId,
    decision: Decision,
) -> Result<Purchase, DecideError> {
    let mut own = sql::lock_purchase(tx, id)?.ok_or(DecideError::NotFound)?;
    if own.status_at(call.now) != PurchaseStatus::Pending {
        return Err(DecideError::NotPending);
    }
    own.status = match decision {
        Decision::Accept => PurchaseStatus::Active,
        Decision::Decline => PurchaseStatus::Declined,
    };
    own.updated_at = call.now;
    sql::update_purchase(tx, &own)?;
    let topics = &[Topic::AppPurchasesOneTimeUpdate];
    let event = NewEvent::of(topics, Subject::AppPurchaseOneTime, own.id.get());
    events::record(tx, call, event.for_app(own.app_id))?;
    Ok(own)
}
