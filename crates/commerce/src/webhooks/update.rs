//! Changing a subscription.

use store::Tx;
use units::{AppId, WebhookSubscriptionId};

use super::input::{SubscriptionError, SubscriptionInput, refuse_taken};
use super::sql;
use crate::apps::Scopes;
use crate::call::Call;

/// Changes a subscription of an app with `scopes`. Deliveries that are under way keep their
/// payload and address.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update(
    tx: &mut Tx,
    call: &Call,
    (app, scopes): (AppId, Scopes),
    id: WebhookSubscriptionId,
    input: &SubscriptionInput,
) -> Result<WebhookSubscriptionId, SubscriptionError> {
    let found = sql::lock(tx, app, id)?;
    let mut subscription = found.ok_or(SubscriptionError::NotFound)?;
    input.apply(tx, &mut subscription, scopes)?;
    refuse_taken(tx, app, &subscription)?;
    subscription.updated_at = call.now;
    sql::update(tx, &subscription)?;
    Ok(id)
}
