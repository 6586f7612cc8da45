//! Ending a subscription.

use store::Tx;
use units::{AppId, WebhookSubscriptionId};

use super::{SubscriptionError, sql};

/// Ends a subscription of an app. Deliveries that are not made by then are not made at all.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn delete(
    tx: &mut Tx,
    app: AppId,
    id: WebhookSubscriptionId,
) -> Result<WebhookSubscriptionId, SubscriptionError> {
    if sql::delete(tx, app, id)? == 0 {
        return Err(SubscriptionError::NotFound);
    }
    Ok(id)
}
