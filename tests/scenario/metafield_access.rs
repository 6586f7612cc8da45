//! Who reads custom data: what an app keeps for itself, and what hangs on what a token may not read.

use serde_json::{Value, json};
use tests::{TestShop, scenario};

const SET: &str = "mutation($metafields: [MetafieldsSetInput!]!) {
    metafieldsSet(metafields: $metafields) { metafields { id namespace }
        userErrors { field message code } } }";

/// A metafield of the test app's own, and one that all share, on the same owner.
async fn given_metafields(shop: &TestShop, owner: &str) -> (String, String, String) {
    let field = |namespace: &str| {
        json!({ "ownerId": owner, "namespace": namespace, "key": "secret",
            "type": "single_line_text_field", "value": namespace })
    };
    let asked = json!({ "metafields": [field("$app"), field("custom")] });
    let reply = shop.admin(SET, asked).await.ok();
    (
        reply.text("metafieldsSet.metafields.0.id"),
        reply.text("metafieldsSet.metafields.0.namespace"),
        reply.text("metafieldsSet.metafields.1.id"),
    )
}

#[scenario]
async fn what_an_app_keeps_in_its_own_namespace_no_other_app_reads(shop: TestShop) {
    let teapot = shop.given_variant("12.00", 1).await;
    let (own, namespace, shared) = given_metafields(&shop, &teapot.product).await;
    let read = "query($product: ID!, $own: ID!, $shared: ID!, $namespace: String!,
            $keys: [String!]) {
        product(id: $product) {
            one: metafield(namespace: $namespace, key: \"secret\") { value }
            all: metafields(first: 9) { nodes { value } }
            its: metafields(first: 9, namespace: $namespace) { nodes { value } }
            named: metafields(first: 9, keys: $keys) { nodes { value } } }
        node(id: $own) { id }
        nodes(ids: [$own, $shared]) { id } }";
    let asked = json!({ "product": teapot.product, "own": own, "shared": shared,
        "namespace": namespace, "keys": [format!("{namespace}.secret"), "custom.secret"] });
    let mine = shop.admin(read, asked.clone()).await.ok();
    assert_eq!(mine.text("product.one.value"), "$app");
    assert_eq!(mine.list("product.all.nodes").len(), 2);
    assert_eq!(mine.list("product.its.nodes").len(), 1);
    assert_eq!(mine.list("product.named.nodes").len(), 2);
    assert_eq!(mine.text("node.id"), own);

    let other = shop.another_app().await;
    let theirs = shop.admin_with(&other, read, asked).await.ok();
    let shown = json!([{ "value": "custom" }]);
    assert_eq!(theirs.get("product.one"), &Value::Null);
    assert_eq!(theirs.get("product.all.nodes"), &shown);
    assert_eq!(theirs.get("product.its.nodes"), &json!([]));
    assert_eq!(theirs.get("product.named.nodes"), &shown);
    assert_eq!(theirs.get("node"), &Value::Null);
    assert_eq!(theirs.get("nodes"), &json!([null, { "id": shared }]));

    let stolen = json!({ "metafields": [{ "ownerId": teapot.product, "namespace": namespace,
        "key": "secret", "type": "single_line_text_field", "value": "mine" }] });
    shop.admin_with(&other, SET, stolen)
        .await
        .refused("APP_NOT_AUTHORIZED");
}

#[scenario]
async fn definitions_of_an_apps_own_are_not_shown_to_another(shop: TestShop) {
    let define = "mutation($definition: MetafieldDefinitionInput!) {
        metafieldDefinitionCreate(definition: $definition) {
            createdDefinition { id namespace } userErrors { field message code } } }";
    let definition = json!({ "name": "Secret", "namespace": "$app", "key": "secret",
        "ownerType": "CUSTOMER", "type": "single_line_text_field" });
    let asked = json!({ "definition": definition });
    let made = shop.admin(define, asked).await.ok();
    let own = "metafieldDefinitionCreate.createdDefinition";
    let read = "query($id: ID!, $namespace: String!) {
        metafieldDefinitions(first: 5, ownerType: CUSTOMER) { nodes { id } }
        its: metafieldDefinitions(first: 5, ownerType: CUSTOMER, namespace: $namespace) {
            nodes { id } }
        metafieldDefinition(id: $id) { id }
        node(id: $id) { id } }";
    let asked = json!({ "id": made.get(&format!("{own}.id")),
        "namespace": made.get(&format!("{own}.namespace")) });
    let mine = shop.admin(read, asked.clone()).await.ok();
    assert_eq!(mine.list("metafieldDefinitions.nodes").len(), 1);
    let other = shop.another_app().await;
    let theirs = shop.admin_with(&other, read, asked).await.ok();
    assert!(theirs.list("metafieldDefinitions.nodes").is_empty());
    assert!(theirs.list("its.nodes").is_empty());
    assert_eq!(theirs.get("metafieldDefinition"), &Value::Null);
    assert_eq!(theirs.get("node"), &Value::Null);
}

#[scenario]
async fn a_metafield_needs_the_scope_of_what_it_hangs_on(shop: TestShop) {
    let create = "mutation { customerCreate(input: {email: \"ada@example.com\"}) {
        customer { id } userErrors { message } } }";
    let made = shop.admin(create, json!({})).await.ok();
    let (_, _, shared) = given_metafields(&shop, &made.text("customerCreate.customer.id")).await;
    let read = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Metafield { value } } }";
    let asked = json!({ "ids": [shared] });
    let products = shop.token(&["read_products"]).await;
    shop.admin_with(&products, read, asked.clone())
        .await
        .error("ACCESS_DENIED");
    let customers = shop.token(&["read_customers"]).await;
    let reply = shop.admin_with(&customers, read, asked).await.ok();
    assert_eq!(reply.get("nodes"), &json!([{ "value": "custom" }]));
}
