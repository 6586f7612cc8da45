//! A subscription: which app wants to hear of what, and where.

use std::borrow::Cow;

use store::{FromColumn, Param, StoreError, ToParam, Tx, Value, record, text_enum};
use units::{AppId, Timestamp, WebhookSubscriptionId};

use super::sql;
use crate::events::Topic;

text_enum! {
    /// How a payload is written.
    pub enum Format {
        /// JSON, the only one that is served.
        Json = "JSON",
    }
}

/// A list of names, kept as JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextList(pub Vec<String>);

record! {
    /// A subscription to a topic.
    #[derive(Clone)]
    pub struct Subscription {
        /// Its id.
        pub id: WebhookSubscriptionId,
        /// Whose it is.
        pub app_id: AppId,
        /// What it is about.
        pub topic: Topic,
        /// Where it is told.
        pub uri: String,
        /// How it is written.
        pub format: Format,
        /// The release of the API that its payloads follow.
        pub api_version: String,
        /// A name that its deliveries carry.
        pub name: Option<String>,
        /// Which payloads are wanted, as a search query; all without one.
        pub filter: Option<String>,
        /// The fields that are wanted; all when empty.
        pub include_fields: TextList,
        /// The namespaces of metafields that come with the payload.
        pub metafield_namespaces: TextList,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

/// The subscriptions of the given ids; unknown ids are left out.
///
/// # Errors
/// `Store` faults only.
pub fn load_many(
    tx: &mut Tx,
    ids: &[WebhookSubscriptionId],
) -> Result<Vec<Subscription>, StoreError> {
    sql::subscriptions(tx, ids)
}

impl ToParam for TextList {
    fn to_param(&self) -> Param<'_> {
        let json = serde_json::to_string(&self.0).expect("a list of texts is JSON");
        Param::Text(Cow::Owned(json))
    }
}

impl FromColumn for TextList {
    const WANTED: &'static str = "a list of texts in JSON";

    fn from_column(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Text(text) => serde_json::from_str(text).ok().map(Self),
            _ => None,
        }
    }
}
