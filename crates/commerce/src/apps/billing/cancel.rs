//! Ending a subscription.

use store::{StoreError, Tx};
use units::{AppId, AppSubscriptionId};

use super::{SubscriptionStatus, decide, sql};
use crate::call::Call;

/// Why a subscription is not ended.
#[derive(Debug, thiserror::Error)]
pub enum CancelError {
    /// The app has no such subscription.
    #[error("The app has no such subscription.")]
    NotFound,
    /// It has ended.
    #[error("Cannot transition status from {} to cancelled", .0.as_str().to_lowercase())]
    Ended(SubscriptionStatus),
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Ends an app's subscription at once.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn cancel(
    tx: &mut Tx,
    call: &Call,
    app: AppId,
    id: AppSubscriptionId,
) -> Result<(), CancelError> {
    let found = sql::lock_subscription(tx, id)?.filter(|own| own.app_id == app);
    let mut own = found.ok_or(CancelError::NotFound)?;
    let status = own.status_at(call.now);
    if !status.can_become(SubscriptionStatus::Cancelled) {
        return Err(CancelError::Ended(status));
    }
    own.status = SubscriptionStatus::Cancelled;
    own.updated_at = call.now;
    decide::store(tx, call, &own)?;
    Ok(())
}
