//! Subscribing to a topic.

use store::Tx;
use units::{AppId, WebhookSubscriptionId};

use super::input::{SUBSCRIPTIONS_MAX, SubscriptionError, SubscriptionInput, refuse_taken};
use super::sql;
use super::subscription::{Format, Subscription, TextList};
use crate::apps::Scopes;
use crate::call::Call;
use crate::events::Topic;

/// Subscribes an app with `scopes` to a topic, in the payloads of an API version.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create(
    tx: &mut Tx,
    call: &Call,
    (app, scopes): (AppId, Scopes),
    api_version: &str,
    topic: Topic,
    input: &SubscriptionInput,
) -> Result<WebhookSubscriptionId, SubscriptionError> {
    let mut subscription = Subscription {
        id: call.new_id(),
        app_id: app,
        topic,
        uri: String::new(),
        format: Format::Json,
        api_version: api_version.to_owned(),
        name: None,
        filter: None,
        include_fields: TextList::default(),
        metafield_namespaces: TextList::default(),
        created_at: call.now,
        updated_at: call.now,
    };
    input.apply(tx, &mut subscription, scopes)?;
    refuse_taken(tx, app, &subscription)?;
    if sql::count_of(tx, app, SUBSCRIPTIONS_MAX)? >= SUBSCRIPTIONS_MAX {
        return Err(SubscriptionError::TooMany);
    }
    sql::insert(tx, &subscription)?;
    Ok(subscription.id)
}
