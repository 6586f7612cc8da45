//! Subscriptions to webhooks.

use commerce::events::Topic as EventTopic;
use commerce::webhooks::{
    self, Endpoint, Format as PayloadFormat, Subscription, SubscriptionError, SubscriptionInput,
    SubscriptionSort, Wanted,
};
use graphql::{Error, Maybe, MutationCx, NoArgs, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use units::WebhookSubscriptionId;

use super::apps::ApiVersion;
use super::counts::Count;
use super::enums::input_enum;
use crate::errors::{UserError, fault};
use crate::paging::{page, page_error, window};
use crate::scalars::{DateTime, Id};
use crate::searches::compiled;
use crate::{Cx, Registry, Request};

/// Counts go up to this unless another limit is asked for.
const COUNT_LIMIT: i64 = 10_000;

input_enum! {
    /// What a webhook can be about.
    Topic(EventTopic)
}
input_enum! {
    /// How a payload is written.
    Format(PayloadFormat)
}

struct Http(String);
struct EventBridge(String);
struct PubSub(String, String);

#[derive(Deserialize)]
struct IdArgs {
    id: WebhookSubscriptionId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListArgs {
    callback_url: Option<String>,
    uri: Option<String>,
    format: Option<Format>,
    query: Option<String>,
    sort_key: SortKeys,
    topics: Option<Vec<Topic>>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SortKeys {
    CreatedAt,
    Id,
}

#[derive(Deserialize)]
struct CountArgs {
    limit: Option<i64>,
    query: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateArgs {
    topic: Topic,
    webhook_subscription: WebhookSubscriptionInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateArgs {
    id: WebhookSubscriptionId,
    webhook_subscription: WebhookSubscriptionInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WebhookSubscriptionInput {
    callback_url: Option<String>,
    uri: Option<String>,
    /// JSON is the only one that is served, and so the only one that can be given.
    #[serde(rename = "format")]
    _format: Option<Format>,
    #[serde(default)]
    filter: Maybe<String>,
    include_fields: Option<Vec<String>>,
    metafield_namespaces: Option<Vec<String>>,
    #[serde(default)]
    name: Maybe<String>,
}

struct Payload {
    subscription: Option<WebhookSubscriptionId>,
    user_errors: Vec<UserError>,
}

struct DeletePayload(Payload);

impl WebhookSubscriptionInput {
    fn into_input(self) -> SubscriptionInput {
        SubscriptionInput {
            uri: self.uri.or(self.callback_url),
            filter: self.filter.given(),
            include_fields: self.include_fields,
            metafield_namespaces: self.metafield_namespaces,
            name: self.name.given(),
        }
    }
}

pub(super) fn register(r: &mut Registry) {
    r.query("webhookSubscription", load);
    r.query("webhookSubscriptions", list);
    r.query("webhookSubscriptionsCount", count);
    r.mutation("webhookSubscriptionCreate", create);
    r.mutation("webhookSubscriptionUpdate", update);
    r.mutation("webhookSubscriptionDelete", delete);
    let topics: Vec<&str> = EventTopic::ALL.iter().map(|topic| topic.as_str()).collect();
    r.enum_values("WebhookSubscriptionTopic", &topics);
    r.enum_values("WebhookSubscriptionFormat", &["JSON"]);
    r.connection::<Subscription>("WebhookSubscriptionConnection", "WebhookSubscriptionEdge");
    r.object::<Subscription>("WebhookSubscription")
        .leaf("id", |own| Id(own.id))
        .leaf("legacyResourceId", |own| own.id.get().to_string())
        .text("topic", |own| own.topic.as_str())
        .text("uri", |own| &own.uri)
        .text("callbackUrl", |own| &own.uri)
        .child("endpoint", endpoint)
        .text("format", |own| own.format.as_str())
        .child("apiVersion", |own| ApiVersion(own.api_version.clone()))
        .text_opt("name", |own| own.name.as_deref())
        .text_opt("filter", |own| own.filter.as_deref())
        .leaf("includeFields", |own| own.include_fields.0.clone())
        .leaf("metafieldNamespaces", |own| {
            own.metafield_namespaces.0.clone()
        })
        .leaf("createdAt", |own| DateTime(own.created_at))
        .leaf("updatedAt", |own| DateTime(own.updated_at));
    r.object::<Http>("WebhookHttpEndpoint")
        .text("callbackUrl", |own| &own.0);
    r.object::<EventBridge>("WebhookEventBridgeEndpoint")
        .text("arn", |own| &own.0);
    r.object::<PubSub>("WebhookPubSubEndpoint")
        .text("pubSubProject", |own| &own.0)
        .text("pubSubTopic", |own| &own.1);
    for payload in [
        "WebhookSubscriptionCreatePayload",
        "WebhookSubscriptionUpdatePayload",
    ] {
        r.object::<Payload>(payload)
            .load("webhookSubscription", subscription)
            .child("userErrors", |own| own.user_errors.clone());
    }
    r.object::<DeletePayload>("WebhookSubscriptionDeletePayload")
        .leaf("deletedWebhookSubscriptionId", |own| {
            own.0.subscription.map(Id)
        })
        .child("userErrors", |own| own.0.user_errors.clone());
}

/// The app's own subscriptions of some ids, for `node` and `nodes`.
pub(crate) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    let ids: Vec<_> = ids.iter().copied().map(WebhookSubscriptionId).collect();
    let found = own(cx, &ids)?;
    let one = |id: &WebhookSubscriptionId| found.iter().find(|own| own.id == *id);
    Ok(ids.iter().map(|id| one(id).cloned().map(obj)).collect())
}

fn own(cx: &mut Cx, ids: &[WebhookSubscriptionId]) -> Result<Vec<Subscription>, Error> {
    let app = cx.request.app();
    let mut found = webhooks::load_many(&mut cx.tx, ids).map_err(fault)?;
    found.retain(|subscription| subscription.app_id == app);
    Ok(found)
}

fn endpoint(subscription: &Subscription) -> Obj {
    match Endpoint::of(&subscription.uri) {
        Endpoint::Http { callback_url } => obj(Http(callback_url)),
        Endpoint::EventBridge { arn } => obj(EventBridge(arn)),
        Endpoint::PubSub { project, topic } => obj(PubSub(project, topic)),
    }
}

fn load(args: &IdArgs, cx: &mut Cx) -> Result<Option<Subscription>, Error> {
    Ok(own(cx, &[args.id])?.pop())
}

fn list(args: &(PageArgs, ListArgs), cx: &mut Cx) -> Result<Page<Subscription>, Error> {
    let (args, asked) = args;
    let query = asked.query.as_deref().unwrap_or_default();
    let found = webhooks::parse_search(query, cx.request.now());
    let filter = compiled(cx, "webhookSubscriptions", query, found);
    let wanted = Wanted {
        uri: asked.uri.clone().or_else(|| asked.callback_url.clone()),
        topics: asked.topics.iter().flatten().map(|topic| topic.0).collect(),
    };
    // Every subscription is of the one format that is served.
    let _ = asked.format.map(|format| format.0);
    let sort = match asked.sort_key {
        SortKeys::CreatedAt => SubscriptionSort::CreatedAt,
        SortKeys::Id => SubscriptionSort::Id,
    };
    let app = cx.request.app();
    let found = webhooks::list(&mut cx.tx, app, &wanted, filter, sort, &window(args)?);
    found.map(page).map_err(page_error)
}

fn count(args: &CountArgs, cx: &mut Cx) -> Result<Count, Error> {
    let query = args.query.as_deref().unwrap_or_default();
    let found = webhooks::parse_search(query, cx.request.now());
    let filter = compiled(cx, "webhookSubscriptionsCount", query, found);
    let limit = args.limit.unwrap_or(COUNT_LIMIT).max(0);
    let app = cx.request.app();
    let found = webhooks::count(&mut cx.tx, app, filter, limit.saturating_add(1));
    Ok(Count::up_to(found.map_err(fault)?, limit))
}

/// Subscribes the token's app to a topic. Which scope it needs follows from the topic.
async fn create(cx: MutationCx<Request>, args: CreateArgs) -> Result<Payload, Error> {
    let (call, asking) = cx.request.as_app("webhookSubscriptionCreate")?;
    let (topic, version) = (args.topic.0, cx.request.version());
    let input = args.webhook_subscription.into_input();
    let done = cx
        .request
        .write(move |tx| webhooks::create(tx, &call, asking, version, topic, &input))
        .await;
    present(done)
}

/// Changes a subscription of the token's app.
async fn update(cx: MutationCx<Request>, args: UpdateArgs) -> Result<Payload, Error> {
    let (call, asking) = cx.request.as_app("webhookSubscriptionUpdate")?;
    let id = args.id;
    let input = args.webhook_subscription.into_input();
    let done = cx
        .request
        .write(move |tx| webhooks::update(tx, &call, asking, id, &input))
        .await;
    present(done)
}

/// Ends a subscription of the token's app.
async fn delete(cx: MutationCx<Request>, args: IdArgs) -> Result<DeletePayload, Error> {
    let (_, (app, _)) = cx.request.as_app("webhookSubscriptionDelete")?;
    let id = args.id;
    let done = cx
        .request
        .write(move |tx| webhooks::delete(tx, app, id))
        .await;
    present(done).map(DeletePayload)
}

fn subscription(
    payloads: &[&Payload],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<Subscription>, Error>> {
    payloads
        .iter()
        .map(|payload| match payload.subscription {
            None => Ok(None),
            Some(id) => Ok(own(cx, &[id])?.pop()),
        })
        .collect()
}

fn present(done: Result<WebhookSubscriptionId, SubscriptionError>) -> Result<Payload, Error> {
    Ok(match done {
        Ok(id) => Payload {
            subscription: Some(id),
            user_errors: Vec::new(),
        },
        Err(error) => Payload {
            subscription: None,
            user_errors: vec![user_error(error)?],
        },
    })
}

fn user_error(error: SubscriptionError) -> Result<UserError, Error> {
    let field: &[&str] = match error {
        SubscriptionError::Store(cause) => return Err(fault(cause)),
        SubscriptionError::NotFound => &["id"],
        SubscriptionError::Endpoint(_) | SubscriptionError::Taken => {
            &["webhookSubscription", "callbackUrl"]
        }
        SubscriptionError::MissingScope(_) => &["topic"],
        SubscriptionError::Filter(_)
        | SubscriptionError::TooMany
        | SubscriptionError::TooManyNames => &["webhookSubscription"],
        SubscriptionError::NameInvalid => &["webhookSubscription", "name"],
    };
    Ok(UserError::new(field, None, &error))
}
