//! Webhooks: subscriptions through the Admin API, deliveries to a receiver that really listens.

use std::time::Duration;

use serde_json::Value;
use tests::{Receiver, TestShop, json, scenario};

const FIELDS: &str = "id topic uri callbackUrl format filter includeFields metafieldNamespaces name
    apiVersion { handle supported } endpoint { __typename ... on WebhookHttpEndpoint { callbackUrl } }";

fn create() -> String {
    format!(
        "mutation($topic: WebhookSubscriptionTopic!, $input: WebhookSubscriptionInput!) {{
            webhookSubscriptionCreate(topic: $topic, webhookSubscription: $input) {{
                webhookSubscription {{ {FIELDS} }} userErrors {{ field message }} }} }}"
    )
}

fn update() -> String {
    format!(
        "mutation($id: ID!, $input: WebhookSubscriptionInput!) {{
            webhookSubscriptionUpdate(id: $id, webhookSubscription: $input) {{
                webhookSubscription {{ {FIELDS} }} userErrors {{ field message }} }} }}"
    )
}

const DELETE: &str = "mutation($id: ID!) { webhookSubscriptionDelete(id: $id) {
    deletedWebhookSubscriptionId userErrors { field message } } }";
const CUSTOMER: &str = "mutation($name: String) { customerCreate(input: {firstName: $name}) {
    customer { id } userErrors { message } } }";

async fn given_subscription(shop: &TestShop, topic: &str, input: Value) -> String {
    let variables = json!({ "topic": topic, "input": input });
    let reply = shop.admin(&create(), variables).await.ok();
    reply.text("webhookSubscriptionCreate.webhookSubscription.id")
}

#[scenario]
async fn a_subscription_is_made_changed_listed_and_ended(shop: TestShop) {
    let input = json!({ "uri": "https://example.com/hooks", "includeFields": ["id"],
        "filter": "id:>1", "name": "mine" });
    let variables = json!({ "topic": "ORDERS_CREATE", "input": input });
    let reply = shop.admin(&create(), variables).await.ok();
    let made = reply.get("webhookSubscriptionCreate.webhookSubscription");
    assert_eq!(made["topic"], "ORDERS_CREATE");
    assert_eq!(made["uri"], "https://example.com/hooks");
    assert_eq!(made["endpoint"]["callbackUrl"], "https://example.com/hooks");
    assert_eq!(made["format"], "JSON");
    assert_eq!(made["name"], "mine");
    assert_eq!(
        made["apiVersion"],
        json!({ "handle": "2026-10", "supported": true })
    );
    let id = made["id"].as_str().unwrap();

    let input = json!({ "callbackUrl": "https://example.com/other" });
    let reply = shop
        .admin(&update(), json!({ "id": id, "input": input }))
        .await
        .ok();
    let changed = reply.get("webhookSubscriptionUpdate.webhookSubscription");
    assert_eq!(changed["uri"], "https://example.com/other");
    assert_eq!(changed["includeFields"], json!(["id"]));

    let query = "{ webhookSubscriptions(first: 5, topics: [ORDERS_CREATE, SHOP_UPDATE]) {
            edges { cursor node { id } } }
        other: webhookSubscriptions(first: 5, topics: [SHOP_UPDATE]) { nodes { id } }
        webhookSubscriptionsCount { count } }";
    let reply = shop.admin(query, json!({})).await.ok();
    assert_eq!(reply.text("webhookSubscriptions.edges.0.node.id"), id);
    assert_eq!(reply.list("other.nodes").len(), 0);
    assert_eq!(reply.number("webhookSubscriptionsCount.count"), 1);

    let reply = shop.admin(DELETE, json!({ "id": id })).await.ok();
    assert_eq!(
        reply.text("webhookSubscriptionDelete.deletedWebhookSubscriptionId"),
        id
    );
    shop.admin(DELETE, json!({ "id": id }))
        .await
        .refused_at("id");
    let input = json!({ "uri": "https://example.com/" });
    shop.admin(&update(), json!({ "id": id, "input": input }))
        .await
        .refused_at("id");
}

#[scenario]
async fn addresses_and_filters_that_cannot_be_are_refused(shop: TestShop) {
    given_subscription(
        &shop,
        "SHOP_UPDATE",
        json!({ "uri": "https://example.com/hooks" }),
    )
    .await;
    let address = "webhookSubscription.callbackUrl";
    for (input, field) in [
        (json!({}), address),
        (json!({ "uri": "ftp://example.com" }), address),
        (json!({ "uri": "https://exa mple.com" }), address),
        (json!({ "uri": "pubsub://project:topic" }), address),
        (
            json!({ "uri": "arn:aws:events:us-east-1::event-source/aws.partner/x" }),
            address,
        ),
        (json!({ "uri": "https://example.com/hooks" }), address),
        (
            json!({ "uri": "https://example.com/", "filter": "bareword" }),
            "webhookSubscription",
        ),
        (
            json!({ "uri": "https://example.com/", "name": "has spaces" }),
            "webhookSubscription.name",
        ),
    ] {
        let variables = json!({ "topic": "SHOP_UPDATE", "input": input });
        shop.admin(&create(), variables).await.refused_at(field);
    }
    let format = json!({ "topic": "SHOP_UPDATE",
        "input": { "uri": "https://example.com/", "format": "XML" } });
    let reply = shop.admin(&create(), format).await;
    assert!(
        !reply.json["errors"].is_null(),
        "XML is not served, and not accepted"
    );
}

#[scenario]
async fn a_topic_needs_the_scope_to_read_what_it_tells(shop: TestShop) {
    let token = shop.token(&["read_customers"]).await;
    let input = json!({ "uri": "https://example.com/hooks" });
    let orders = json!({ "topic": "ORDERS_CREATE", "input": input });
    shop.admin_with(&token, &create(), orders)
        .await
        .refused_at("topic");
    let customers = json!({ "topic": "CUSTOMERS_CREATE", "input": input });
    let _ = shop.admin_with(&token, &create(), customers).await.ok();
}

#[scenario]
async fn an_event_is_told_signed_and_with_all_headers(shop: TestShop) {
    let receiver = Receiver::start().await;
    let input = json!({ "uri": receiver.url(), "name": "newcomers" });
    given_subscription(&shop, "CUSTOMERS_CREATE", input).await;

    let reply = shop.admin(CUSTOMER, json!({ "name": "Ada" })).await.ok();

    let told = receiver.wait_for("customers/create", 1).await;
    assert!(told[0].is_signed_with(shop.app_secret()));
    assert!(!told[0].is_signed_with("another secret"));
    assert_eq!(told[0].header("Shop-Domain"), shop.domain());
    assert_eq!(told[0].header("API-Version"), "2026-10");
    assert_eq!(told[0].header("Name"), "newcomers");
    for header in ["Webhook-Id", "Event-Id", "Triggered-At"] {
        assert!(!told[0].header(header).is_empty(), "{header}");
    }
    let payload = told[0].json();
    assert_eq!(payload["first_name"], "Ada");
    assert_eq!(
        payload["admin_graphql_api_id"],
        *reply.get("customerCreate.customer.id")
    );
}

#[scenario(alone)]
async fn a_retry_tells_the_same_with_the_same_ids(shop: TestShop) {
    let receiver = Receiver::start().await;
    receiver.answer_next(&[500, 503]);
    given_subscription(&shop, "CUSTOMERS_CREATE", json!({ "uri": receiver.url() })).await;
    let reply = shop.admin(CUSTOMER, json!({ "name": "Ada" })).await.ok();
    let id = reply.text("customerCreate.customer.id");
    receiver.wait_for("customers/create", 1).await;
    let change = "mutation($id: ID!) { customerUpdate(input: {id: $id, firstName: \"Grace\"}) {
        userErrors { message } } }";
    let _ = shop.admin(change, json!({ "id": id })).await.ok();
    shop.advance(Duration::from_secs(11));
    receiver.wait_for("customers/create", 2).await;
    shop.advance(Duration::from_secs(31));

    let told = receiver.wait_for("customers/create", 3).await;

    for again in &told {
        assert_eq!(again.body, told[0].body);
        for header in ["Event-Id", "Webhook-Id", "Hmac-Sha256", "Triggered-At"] {
            assert_eq!(again.header(header), told[0].header(header));
        }
    }
}

#[scenario]
async fn a_product_is_told_in_the_shape_of_rest(shop: TestShop) {
    let receiver = Receiver::start().await;
    given_subscription(&shop, "PRODUCTS_CREATE", json!({ "uri": receiver.url() })).await;

    let variant = shop.given_variant("12.50", 5).await;

    let product = receiver.wait_for("products/create", 1).await[0].json();
    assert_eq!(product["admin_graphql_api_id"], variant.product.as_str());
    assert_eq!(product["variants"][0]["price"], "12.50");
    assert_eq!(product["variants"][0]["product_id"], product["id"]);
}

#[scenario]
async fn a_customers_tags_are_told_as_they_come_and_go(shop: TestShop) {
    let receiver = Receiver::start().await;
    for topic in ["CUSTOMER_TAGS_ADDED", "CUSTOMER_TAGS_REMOVED"] {
        given_subscription(&shop, topic, json!({"uri": receiver.url()})).await;
    }
    let create = "mutation { customerCreate(input: {email: \"t@example.com\", tags: [\"old\"]}) {
        customer { id } userErrors { message }
    } }";
    let id = shop
        .admin(create, json!({}))
        .await
        .ok()
        .text("customerCreate.customer.id");
    let change = "mutation ($id: ID!) {
        tagsAdd(id: $id, tags: [\"new\", \"OLD\"]) { userErrors { message } }
        tagsRemove(id: $id, tags: [\"old\"]) { userErrors { message } }
    }";
    shop.admin(change, json!({"id": id})).await.ok();
    // The tag that the customer began with is told of, too; which one arrives first is open.
    let added = receiver.wait_for("customer.tags_added", 2).await;
    let added = [added[0].json(), added[1].json()];
    assert!(added.iter().all(|told| told["customerId"] == id.as_str()));
    for tags in [json!(["old"]), json!(["new"])] {
        assert!(added.iter().any(|told| told["tags"] == tags), "{tags}");
    }
    let removed = receiver.wait_for("customer.tags_removed", 1).await[0].json();
    assert_eq!(removed["tags"], json!(["old"]));
}
