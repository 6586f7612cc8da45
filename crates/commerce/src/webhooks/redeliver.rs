//! Telling an event again because somebody of the staff says so.

use store::{StoreError, Tx};
use units::WebhookDeliveryId;

use super::delivery::DeliveryState;
use super::sql;
use crate::call::Call;
use crate::queue::{self, NewJob};

/// Why an event is not told again.
#[derive(Debug, thiserror::Error)]
pub enum RedeliverError {
    /// There is no such delivery.
    #[error("The delivery is not in the log any more.")]
    NotFound,
    /// It waits for its next attempt.
    #[error("It is still being told: the log says when next.")]
    Pending,
    /// Its subscription did not want it.
    #[error("The subscription's filter does not want it.")]
    Filtered,
    /// Nobody listens.
    #[error("The app no longer subscribes to this topic: have it subscribe again first.")]
    NobodyListens,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Tells a settled delivery again, the same bytes with the same ids, and as often as a new one
/// when it is not heard. When its subscription was ended, the app's present one hears it.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn redeliver(tx: &mut Tx, call: &Call, id: WebhookDeliveryId) -> Result<(), RedeliverError> {
    let locked = sql::lock_delivery(tx, id)?;
    let found = sql::delivery(tx, id)?.filter(|_| locked.is_some());
    let delivery = found.ok_or(RedeliverError::NotFound)?;
    match delivery.state {
        DeliveryState::Pending => return Err(RedeliverError::Pending),
        DeliveryState::Filtered => return Err(RedeliverError::Filtered),
        DeliveryState::Delivered | DeliveryState::Failed => {}
    }
    let (subscription, uri) = sql::heir(tx, &delivery)?.ok_or(RedeliverError::NobodyListens)?;
    sql::restart(tx, id, (subscription, &uri), call.now)?;
    queue::add(tx, &[NewJob::webhook(call, &uri, id)])?;
    Ok(())
}
