//! What an app says about a subscription, and what cannot be said.

use store::{StoreError, Tx};
use units::AppId;

use super::endpoint::{EndpointError, Reach, checked};
use super::filter::Filter;
use super::sql;
use super::subscription::{Subscription, TextList};
use crate::apps::{Scope, Scopes};
use crate::events::Topic;
use crate::shops;

/// Subscriptions of one app.
pub(super) const SUBSCRIPTIONS_MAX: usize = 1_000;
/// Names in a list.
const NAMES_MAX: usize = 250;
/// A filter is no longer than this.
const FILTER_CHARS_MAX: usize = 8_000;

/// What is said about a subscription. `None` leaves a field as it is, `Some(None)` empties it.
#[derive(Debug, Clone, Default)]
pub struct SubscriptionInput {
    /// Where it is told.
    pub uri: Option<String>,
    /// Which payloads are wanted.
    pub filter: Option<Option<String>>,
    /// The fields that are wanted.
    pub include_fields: Option<Vec<String>>,
    /// The namespaces of metafields that come along.
    pub metafield_namespaces: Option<Vec<String>>,
    /// A name that its deliveries carry.
    pub name: Option<Option<String>>,
}

/// Why nothing was changed about a subscription.
#[derive(Debug, thiserror::Error)]
pub enum SubscriptionError {
    /// There is no such subscription of this app.
    #[error("Webhook subscription does not exist")]
    NotFound,
    /// The address cannot be.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The same thing is told there already.
    #[error("Address for this topic has already been taken")]
    Taken,
    /// The app may not read what the topic is about.
    #[error("The topic needs the access scope {}", .0.as_str())]
    MissingScope(Scope),
    /// A value in the filter stands without a field, or it is too long.
    #[error("{0}")]
    Filter(String),
    /// Not a name.
    #[error("Name can only have 1 to 50 letters, digits, underscores and hyphens")]
    NameInvalid,
    /// Too many names in a list.
    #[error("Fields and namespaces are at most 250")]
    TooManyNames,
    /// The app has as many as it may have.
    #[error("An app has at most 1000 webhook subscriptions: delete one first")]
    TooMany,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SubscriptionInput {
    /// Writes what is said onto `subscription`, checked.
    pub(super) fn apply(
        &self,
        tx: &mut Tx,
        subscription: &mut Subscription,
        scopes: Scopes,
    ) -> Result<(), SubscriptionError> {
        if let Some(scope) = needed(subscription.topic).filter(|scope| !scopes.allow(*scope)) {
            return Err(SubscriptionError::MissingScope(scope));
        }
        if let Some(uri) = &self.uri {
            let test_shop = shops::current(tx)?.test_shop;
            let reach = if test_shop {
                Reach::Testing
            } else {
                Reach::Public
            };
            subscription.uri = checked(uri, reach)?;
        }
        if let Some(filter) = &self.filter {
            subscription.filter = filter.as_deref().map(checked_filter).transpose()?;
        }
        if let Some(names) = &self.include_fields {
            subscription.include_fields = name_list(names)?;
        }
        if let Some(names) = &self.metafield_namespaces {
            subscription.metafield_namespaces = name_list(names)?;
        }
        if let Some(name) = &self.name {
            if name.as_deref().is_some_and(|name| !is_name(name)) {
                return Err(SubscriptionError::NameInvalid);
            }
            subscription.name.clone_from(name);
        }
        if subscription.uri.is_empty() {
            return Err(EndpointError::Blank.into());
        }
        Ok(())
    }
}

/// Refuses a subscription that says what another of the app says already.
pub(super) fn refuse_taken(
    tx: &mut Tx,
    app: AppId,
    subscription: &Subscription,
) -> Result<(), SubscriptionError> {
    let filter = subscription.filter.as_deref().unwrap_or_default();
    let same = sql::same(tx, app, subscription.topic, &subscription.uri, filter)?;
    if same.is_some_and(|id| id != subscription.id) {
        return Err(SubscriptionError::Taken);
    }
    Ok(())
}

/// The scope to read what topics are about, by what their names begin with; none for what concerns the app itself.
const NEEDED: &[(&str, Option<Scope>)] = &[
    ("APP_", None),
    ("BULK_OPERATIONS_", None),
    ("CARTS_", Some(Scope::ReadOrders)),
    ("COLLECTIONS_", Some(Scope::ReadProducts)),
    ("CUSTOMERS_", Some(Scope::ReadCustomers)),
    ("CUSTOMER_", Some(Scope::ReadCustomers)),
    ("DISCOUNTS_", Some(Scope::ReadDiscounts)),
    ("DRAFT_ORDERS_", Some(Scope::ReadDraftOrders)),
    ("FULFILLMENTS_", Some(Scope::ReadFulfillments)),
    (
        "FULFILLMENT_",
        Some(Scope::ReadMerchantManagedFulfillmentOrders),
    ),
    ("INVENTORY_", Some(Scope::ReadInventory)),
    ("LOCALES_", Some(Scope::ReadLocales)),
    ("LOCATIONS_", Some(Scope::ReadLocations)),
    ("MARKETS_", Some(Scope::ReadMarkets)),
    ("METAFIELD_DEFINITIONS_", Some(Scope::ReadContent)),
    ("METAOBJECTS_", Some(Scope::ReadMetaobjects)),
    ("ORDERS_", Some(Scope::ReadOrders)),
    ("ORDER_", Some(Scope::ReadOrders)),
    ("PRODUCTS_", Some(Scope::ReadProducts)),
    ("REFUNDS_", Some(Scope::ReadOrders)),
    ("SELLING_PLAN_GROUPS_", Some(Scope::ReadProducts)),
    ("SHOP_", None),
    ("TENDER_TRANSACTIONS_", Some(Scope::ReadOrders)),
    ("THEMES_", Some(Scope::ReadThemes)),
    ("VARIANTS_", Some(Scope::ReadProducts)),
];

fn needed(topic: Topic) -> Option<Scope> {
    let mut lines = NEEDED.iter();
    let own = lines.find(|(beginning, _)| topic.as_str().starts_with(beginning));
    own.expect("a test finds a line for every topic").1
}

fn checked_filter(text: &str) -> Result<String, SubscriptionError> {
    if text.chars().count() > FILTER_CHARS_MAX {
        return Err(SubscriptionError::Filter("Filter is too long".to_owned()));
    }
    Filter::parse(text).map_err(|error| SubscriptionError::Filter(error.to_string()))?;
    Ok(text.to_owned())
}

fn name_list(names: &[String]) -> Result<TextList, SubscriptionError> {
    if names.len() > NAMES_MAX || names.iter().any(|name| name.len() > 255) {
        return Err(SubscriptionError::TooManyNames);
    }
    Ok(TextList(names.to_vec()))
}

fn is_name(name: &str) -> bool {
    (1..=50).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        assert!(is_name("orders_1-a") && !is_name("") && !is_name("has spaces"));
    }

    #[test]
    fn a_topic_needs_the_scope_to_read_what_it_tells() {
        assert_eq!(needed(Topic::OrdersCreate), Some(Scope::ReadOrders));
        assert_eq!(needed(Topic::ShopUpdate), None);
        for topic in Topic::ALL {
            let lines = NEEDED.iter();
            let own = lines.filter(|(beginning, _)| topic.as_str().starts_with(beginning));
            assert_eq!(own.count(), 1, "{topic:?} has one line of `NEEDED`");
        }
    }
}
