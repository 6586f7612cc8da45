//! Where products and collections are published.

use std::time::Duration;

use commerce::Actor;
use serde_json::{Value, json};
use tests::{Receiver, TestShop, scenario};

const PUBLISH: &str = "mutation($id: ID!, $input: [PublicationInput!]!) {
    publishablePublish(id: $id, input: $input) {
        shop { id }
        publishable { publishedOnCurrentPublication availablePublicationsCount { count }
            resourcePublicationsCount { count } ... on Product { id } ... on Collection { id } }
        userErrors { field message } } }";
const UNPUBLISH: &str = "mutation($id: ID!, $input: [PublicationInput!]!) {
    publishableUnpublish(id: $id, input: $input) {
        publishable { resourcePublicationsCount { count } } userErrors { field message } } }";

/// A product that was made and is published nowhere yet.
async fn given_product(shop: &TestShop) -> String {
    let create = "mutation { productCreate(product: {title: \"Stool\"}) {
        product { id } userErrors { message } } }";
    let reply = shop.admin(create, json!({})).await.ok();
    reply.text("productCreate.product.id")
}

async fn online_store(shop: &TestShop) -> String {
    let query = "{ publications(first: 5) { nodes { id name autoPublish supportsFuturePublishing
        app { title } catalog { id title } } edges { cursor } pageInfo { hasNextPage } } }";
    let reply = shop.admin(query, json!({})).await.ok();
    assert_eq!(reply.text("publications.nodes.0.name"), "Online Store");
    assert_eq!(reply.text("publications.nodes.0.app.title"), "Online Store");
    reply.text("publications.nodes.0.id")
}

#[scenario]
async fn a_product_is_seen_as_long_as_it_is_published(shop: TestShop) {
    let id = given_product(&shop).await;
    let publication = online_store(&shop).await;
    let seen = "query($id: ID!) { product(id: $id) { title } }";
    let hidden = shop.storefront(seen, json!({ "id": id })).await.ok();
    assert_eq!(hidden.get("product"), &Value::Null);
    let input = json!({ "id": id, "input": [{ "publicationId": publication }] });
    let reply = shop.admin(PUBLISH, input.clone()).await.ok();
    let own = "publishablePublish.publishable";
    assert_eq!(
        reply.number(&format!("{own}.resourcePublicationsCount.count")),
        1
    );
    assert_eq!(reply.text(&format!("{own}.id")), id);
    let shown = shop.storefront(seen, json!({ "id": id })).await.ok();
    assert_eq!(shown.text("product.title"), "Stool");
    let read = "query($id: ID!, $publication: ID!) {
        product(id: $id) { publishedOnPublication(publicationId: $publication)
            unpublishedPublications(first: 5) { nodes { id } }
            resourcePublicationsV2(first: 5) { nodes { isPublished publication { name }
                publishable { ... on Product { title } } } }
            variants(first: 1) { nodes { publishedOnPublication(publicationId: $publication) } } }
        publication(id: $publication) { includedProductsCount { count }
            products(first: 5) { nodes { title } } collections(first: 5) { nodes { id } } }
        publishedProductsCount(publicationId: $publication) { count }
        publicationsCount { count } }";
    let asked = json!({ "id": id, "publication": publication });
    let reply = shop.admin(read, asked).await.ok();
    assert_eq!(reply.get("product.publishedOnPublication"), &json!(true));
    assert!(
        reply
            .list("product.unpublishedPublications.nodes")
            .is_empty()
    );
    let own = "product.resourcePublicationsV2.nodes.0";
    assert_eq!(reply.text(&format!("{own}.publishable.title")), "Stool");
    let variant = "product.variants.nodes.0.publishedOnPublication";
    assert_eq!(reply.get(variant), &json!(true));
    assert_eq!(reply.text("publication.products.nodes.0.title"), "Stool");
    assert_eq!(reply.number("publishedProductsCount.count"), 1);
    let reply = shop.admin(UNPUBLISH, input).await.ok();
    let own = "publishableUnpublish.publishable.resourcePublicationsCount.count";
    assert_eq!(reply.number(own), 0);
    let hidden = shop.storefront(seen, json!({ "id": id })).await.ok();
    assert_eq!(hidden.get("product"), &Value::Null);

    shop.publish(&id).await;
    let withdraw = "mutation($id: ID!) { publishableUnpublishToCurrentChannel(id: $id) {
        publishable { publishedOnCurrentChannel } userErrors { field message } } }";
    let reply = shop.admin(withdraw, json!({ "id": id })).await.ok();
    let own = "publishableUnpublishToCurrentChannel.publishable.publishedOnCurrentChannel";
    assert_eq!(reply.get(own), &json!(false));
}

#[scenario]
async fn a_product_is_published_when_its_moment_comes(shop: TestShop) {
    let id = given_product(&shop).await;
    let publication = online_store(&shop).await;
    let input = json!({ "id": id, "input": [{ "publicationId": publication,
        "publishDate": "2999-01-01T00:00:00Z" }] });
    let reply = shop.admin(PUBLISH, input).await.ok();
    let own = "publishablePublish.publishable.publishedOnCurrentPublication";
    assert_eq!(reply.get(own), &json!(false));
    let seen = "query($id: ID!) { product(id: $id) { title } }";
    let hidden = shop.storefront(seen, json!({ "id": id })).await.ok();
    assert_eq!(hidden.get("product"), &Value::Null);
    let planned = "query($id: ID!) { product(id: $id) {
        all: resourcePublications(first: 5, onlyPublished: false) { nodes { publishDate isPublished } }
        now: resourcePublications(first: 5) { nodes { isPublished } } } }";
    let reply = shop.admin(planned, json!({ "id": id })).await.ok();
    assert_eq!(reply.get("product.all.nodes.0.isPublished"), &json!(false));
    assert_eq!(
        reply.text("product.all.nodes.0.publishDate"),
        "2999-01-01T00:00:00Z"
    );
    assert!(reply.list("product.now.nodes").is_empty());
}

#[scenario]
async fn a_collection_is_published_and_withdrawn(shop: TestShop) {
    let create = "mutation { collectionCreate(input: {title: \"Letters\"}) {
        collection { id availablePublicationsCount { count } } userErrors { message } } }";
    let reply = shop.admin(create, json!({})).await.ok();
    let id = reply.text("collectionCreate.collection.id");
    let publication = online_store(&shop).await;
    let input = json!({ "id": id, "input": [{ "publicationId": publication }] });
    let seen = "{ collection(handle: \"letters\") { title } }";
    let hidden = shop.storefront(seen, json!({})).await.ok();
    assert_eq!(hidden.get("collection"), &Value::Null);
    let _ = shop.admin(PUBLISH, input.clone()).await.ok();
    let shown = shop.storefront(seen, json!({})).await.ok();
    assert_eq!(shown.text("collection.title"), "Letters");
    let _ = shop.admin(UNPUBLISH, input).await.ok();
    let hidden = shop.storefront(seen, json!({})).await.ok();
    assert_eq!(hidden.get("collection"), &Value::Null);
}

#[scenario]
async fn a_collection_is_published_and_withdrawn_by_its_own_mutations(shop: TestShop) {
    let create = "mutation { collectionCreate(input: {title: \"Letters\"}) {
        collection { id } userErrors { message } } }";
    let reply = shop.admin(create, json!({})).await.ok();
    let id = reply.text("collectionCreate.collection.id");
    let publication = online_store(&shop).await;
    let withdraw =
        "mutation($input: CollectionUnpublishInput!) { collectionUnpublish(input: $input) {
        collection { id } shop { id } userErrors { field message } } }";
    let publish = "mutation($input: CollectionPublishInput!) { collectionPublish(input: $input) {
        collection { id } shop { id } userErrors { field message } } }";
    let seen = "{ collection(handle: \"letters\") { title } }";
    let input = json!({ "input": { "id": id,
        "collectionPublications": [{ "publicationId": publication }] } });

    let reply = shop.admin(withdraw, input.clone()).await.ok();
    assert_eq!(reply.text("collectionUnpublish.collection.id"), id);
    let hidden = shop.storefront(seen, json!({})).await.ok();
    assert_eq!(hidden.get("collection"), &Value::Null);
    let reply = shop.admin(publish, input).await.ok();
    assert_eq!(reply.text("collectionPublish.collection.id"), id);
    let shown = shop.storefront(seen, json!({})).await.ok();
    assert_eq!(shown.text("collection.title"), "Letters");

    let nothing = json!({ "input": { "id": "gid://shopify/Collection/1",
        "collectionPublications": [{ "publicationId": publication }] } });
    for mutation in [withdraw, publish] {
        let reply = shop.admin(mutation, nothing.clone()).await;
        reply.refused_at("id");
    }
}

#[scenario]
async fn what_cannot_be_published_is_refused(shop: TestShop) {
    let id = given_product(&shop).await;
    let publication = online_store(&shop).await;
    for verb in [PUBLISH, UNPUBLISH] {
        let nothing = json!({ "id": "gid://shopify/Product/1",
            "input": [{ "publicationId": publication }] });
        shop.admin(verb, nothing).await.refused_at("id");
        let nowhere = json!({ "id": id,
            "input": [{ "publicationId": "gid://shopify/Publication/9" }] });
        shop.admin(verb, nowhere)
            .await
            .refused_at("input.0.publicationId");
        let blank = json!({ "id": id, "input": [{}] });
        shop.admin(verb, blank)
            .await
            .refused_at("input.0.publicationId");
        let order = json!({ "id": "gid://shopify/Order/1",
            "input": [{ "publicationId": publication }] });
        shop.admin(verb, order).await.refused_at("id");
    }
    let current = "mutation { publishablePublishToCurrentChannel(id: \"gid://shopify/Product/1\") {
        userErrors { field message } } }";
    shop.admin(current, json!({})).await.refused_at("id");
}

#[scenario]
async fn a_product_is_published_by_its_own_mutations(shop: TestShop) {
    let variant = shop.given_variant("12.00", 5).await;
    let publications = "{ publications(first: 1) { nodes { id } } }";
    let online = shop.admin(publications, json!({})).await.ok();
    let online = online.get("publications.nodes.0.id").clone();
    let verb = |verb: &str| {
        let upper = verb[..1].to_uppercase() + &verb[1..];
        format!(
            "mutation($input: {upper}Input!) {{ {verb}(input: $input) {{
                product {{ publishedOnCurrentPublication }} shop {{ name }} userErrors {{ field message }} }} }}"
        )
    };
    let input = json!({ "input": { "id": variant.product,
        "productPublications": [{ "publicationId": online }] } });
    for (field, published) in [("productUnpublish", false), ("productPublish", true)] {
        let reply = shop.admin(&verb(field), input.clone()).await.ok();
        let path = format!("{field}.product.publishedOnCurrentPublication");
        assert_eq!(reply.get(&path), &json!(published));
    }
    let nothing = json!({ "input": { "id": "gid://shopify/Product/1",
        "productPublications": [{ "publicationId": online }] } });
    for field in ["productUnpublish", "productPublish"] {
        let reply = shop.admin(&verb(field), nothing.clone()).await;
        reply.refused_at("id");
        assert!(reply.get(&format!("{field}.product")).is_null());
    }
}

#[scenario(alone)]
async fn what_is_published_later_is_told_of_when_its_date_comes(shop: TestShop) {
    let id = given_product(&shop).await;
    let publication = online_store(&shop).await;
    let receiver = Receiver::start().await;
    let subscribe = "mutation($uri: URL!) { webhookSubscriptionCreate(topic: PRODUCTS_UPDATE,
        webhookSubscription: { callbackUrl: $uri }) { webhookSubscription { id } userErrors { message } } }";
    let _ = shop
        .admin(subscribe, json!({ "uri": receiver.url() }))
        .await
        .ok();
    let query = "mutation($input: ProductPublishInput!) { productPublish(input: $input) {
        product { resourcePublicationsV2(first: 2, onlyPublished: false) { nodes { isPublished publishDate } } }
        shop { id } userErrors { field message } } }";
    let soon = |hours: u64| {
        let at = shop
            .call(Actor::System)
            .now
            .plus_seconds(i64::try_from(hours * 3600).unwrap());
        json!({ "id": id, "productPublications": [{ "publicationId": publication,
            "publishDate": at.to_string() }] })
    };

    let _ = shop.admin(query, json!({ "input": soon(1) })).await.ok();
    let later = shop.admin(query, json!({ "input": soon(2) })).await.ok();

    let node = later.get("productPublish.product.resourcePublicationsV2.nodes.0");
    assert_eq!(node["isPublished"], false);
    let _ = receiver.wait_for("products/update", 2).await;
    // The first date is off; at the second one it is seen, and told of once.
    shop.advance(Duration::from_secs(90 * 60));
    let seen = "query($id: ID!) { product(id: $id) { title } }";
    let hidden = shop.storefront(seen, json!({ "id": id })).await.ok();
    assert_eq!(hidden.get("product"), &Value::Null);
    shop.advance(Duration::from_secs(60 * 60));
    let told = receiver.wait_for("products/update", 3).await;
    assert_eq!(told.len(), 3);
    let shown = shop.storefront(seen, json!({ "id": id })).await.ok();
    assert_eq!(shown.text("product.title"), "Stool");
    let off = "mutation($input: ProductUnpublishInput!) { productUnpublish(input: $input) {
        product { publishedOnCurrentPublication } userErrors { field message } } }";
    let gone = shop.admin(off, json!({ "input": soon(1) })).await.ok();
    assert_eq!(
        gone.get("productUnpublish.product.publishedOnCurrentPublication"),
        false
    );
    let missing = json!({ "id": "gid://shopify/Product/1", "productPublications": [] });
    let refused = shop.admin(query, json!({ "input": missing })).await;
    assert!(!refused.user_errors().is_empty());
}
