//! Collections, metafields and tags.

use serde_json::{Value, json};
use tests::{TestShop, scenario};

async fn given_product(shop: &TestShop, title: &str) -> String {
    let create = "mutation($title: String) { productCreate(product: {title: $title}) {
        product { id } userErrors { field message } } }";
    let reply = shop.admin(create, json!({ "title": title })).await.ok();
    reply.text("productCreate.product.id")
}

#[scenario]
async fn a_collection_shows_its_products_in_the_merchants_order(shop: TestShop) {
    let mut products = Vec::new();
    for title in ["C", "A", "B"] {
        products.push(given_product(&shop, title).await);
    }
    let create = "mutation($input: CollectionInput) { collectionCreate(input: $input) {
        collection { id handle title sortOrder ruleSet { appliedDisjunctively } productsCount { count }
            products(first: 9) { nodes { title } } seo { title }
            image { url altText } }
        userErrors { field message } } }";
    let input = json!({ "title": "Letters", "sortOrder": "MANUAL", "products": products,
        "image": { "src": "/cdn/shop/files/l.png", "altText": "Letters" } });
    let reply = shop.admin(create, json!({ "input": input })).await.ok();
    let nodes = reply.list("collectionCreate.collection.products.nodes");
    let titles: Vec<&Value> = nodes.iter().map(|node| &node["title"]).collect();
    assert_eq!(titles, [&json!("C"), &json!("A"), &json!("B")]);
    assert_eq!(
        reply.get("collectionCreate.collection.ruleSet"),
        &Value::Null
    );
    assert_eq!(
        reply.text("collectionCreate.collection.image.altText"),
        "Letters"
    );
    let id = reply.text("collectionCreate.collection.id");
    let query = "query($id: ID!, $product: ID!) {
        collection(id: $id) { hasProduct(id: $product)
            products(first: 1, sortKey: TITLE, reverse: true) { nodes { title } } }
        collectionByHandle(handle: \"letters\") { id }
        collections(first: 5, query: \"title:letters collection_type:custom\") { nodes { id } }
        product(id: $product) { collections(first: 5) { nodes { handle } } } }";
    let asked = json!({ "id": id, "product": products[0] });
    let reply = shop.admin(query, asked).await.ok();
    assert_eq!(reply.get("collection.hasProduct"), &json!(true));
    assert_eq!(reply.text("collection.products.nodes.0.title"), "C");
    assert_eq!(reply.list("collections.nodes").len(), 1);
    assert_eq!(reply.text("product.collections.nodes.0.handle"), "letters");

    let update = "mutation($input: CollectionInput!) { collectionUpdate(input: $input) {
        collection { title sortOrder } userErrors { field message } } }";
    let changed = json!({ "input": { "id": id, "title": "Alphabet", "sortOrder": "ALPHA_ASC" } });
    let reply = shop.admin(update, changed).await.ok();
    assert_eq!(reply.text("collectionUpdate.collection.title"), "Alphabet");
    let delete = "mutation($id: ID!) { collectionDelete(input: {id: $id}) {
        deletedCollectionId userErrors { field message } } }";
    let _ = shop.admin(delete, json!({ "id": id })).await.ok();
    shop.admin(delete, json!({ "id": id }))
        .await
        .refused_at("id");
}

#[scenario]
async fn products_are_taken_out_of_a_collection(shop: TestShop) {
    let stool = given_product(&shop, "Stool").await;
    let create = "mutation($input: CollectionInput) { collectionCreate(input: $input) {
        collection { id } userErrors { field message } } }";
    let seats = json!({ "input": { "title": "Seats", "products": [stool] } });
    let made = shop.admin(create, seats).await.ok();
    let id = made.text("collectionCreate.collection.id");
    let remove = "mutation($id: ID!, $products: [ID!]!) {
        collectionRemoveProducts(id: $id, productIds: $products) {
            job { id done } userErrors { field message } } }";

    let asked = json!({ "id": id, "products": [stool] });
    let reply = shop.admin(remove, asked).await.ok();

    assert_eq!(reply.get("collectionRemoveProducts.job.done"), &json!(true));
    let query = "query($id: ID!) { collection(id: $id) { productsCount { count } } }";
    let left = shop.admin(query, json!({ "id": id })).await.ok();
    assert_eq!(left.number("collection.productsCount.count"), 0);
    let nowhere = json!({ "id": "gid://shopify/Collection/1", "products": [stool] });
    shop.admin(remove, nowhere.clone()).await.refused_at("id");
    let token = shop.token(&["read_products"]).await;
    shop.admin_with(&token, remove, nowhere)
        .await
        .error("ACCESS_DENIED");
}

#[scenario]
async fn a_collection_of_nothing_that_exists_is_refused(shop: TestShop) {
    let create = "mutation($input: CollectionInput) { collectionCreate(input: $input) {
        collection { id } userErrors { field message } } }";
    let blank = json!({ "input": { "title": "" } });
    shop.admin(create, blank).await.refused_at("title");
    let unknown = json!({ "input": { "title": "X", "products": ["gid://shopify/Product/1"] } });
    shop.admin(create, unknown).await.refused_at("products");
    let add = "mutation($id: ID!) { collectionAddProducts(id: $id, productIds: []) {
        collection { id } userErrors { field message } } }";
    let nowhere = json!({ "id": "gid://shopify/Collection/1" });
    shop.admin(add, nowhere.clone()).await.refused_at("id");
    let token = shop.token(&["read_products"]).await;
    shop.admin_with(&token, add, nowhere.clone())
        .await
        .error("ACCESS_DENIED");
    let mutations = [
        "mutation { collectionCreate(input: {title: \"X\"}) { collection { id } } }",
        "mutation { collectionUpdate(input: {title: \"X\"}) { collection { id } } }",
        "mutation { collectionDelete(input: {id: \"gid://shopify/Collection/1\"}) { deletedCollectionId } }",
    ];
    for mutation in mutations {
        shop.admin_with(&token, mutation, json!({}))
            .await
            .error("ACCESS_DENIED");
    }
}

const SET: &str =
    "mutation($metafields: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $metafields) {
    metafields { id namespace key value type compareDigest jsonValue }
    userErrors { field message code } } }";

#[scenario]
async fn metafields_are_set_read_referred_to_and_deleted(shop: TestShop) {
    let id = given_product(&shop, "Stool").await;
    let bench = given_product(&shop, "Bench").await;
    let field = |key: &str, kind: &str, value: &str| json!({ "ownerId": id, "namespace": "custom", "key": key, "type": kind, "value": value });
    let own = json!({ "ownerId": id, "key": "secret", "type": "boolean", "value": "true" });
    let list = format!("[\"{bench}\"]");
    let asked = json!({ "metafields": [
        field("height", "number_integer", "45"),
        field("pair", "product_reference", &bench),
        field("set", "list.product_reference", &list),
        own,
    ] });
    let gone = format!("[\"{bench}\", \"gid://shopify/Product/1\"]");
    let lost = json!({ "metafields": [field("set", "list.product_reference", &gone)] });
    shop.admin(SET, lost).await.refused("INVALID_VALUE");
    let reply = shop.admin(SET, asked).await.ok();
    assert_eq!(
        reply.get("metafieldsSet.metafields.0.jsonValue"),
        &json!(45)
    );
    assert!(
        reply
            .text("metafieldsSet.metafields.3.namespace")
            .starts_with("app--")
    );
    let query = "query($id: ID!) { product(id: $id) {
        height: metafield(namespace: \"custom\", key: \"height\") { value compareDigest }
        own: metafield(namespace: \"$app\", key: \"secret\") { value }
        pair: metafield(namespace: \"custom\", key: \"pair\") {
            reference { __typename ... on Product { title } } }
        set: metafield(namespace: \"custom\", key: \"set\") {
            references(first: 5) { nodes { ... on Product { title } } } }
        metafields(first: 2, namespace: \"custom\") { nodes { key } pageInfo { hasNextPage } }
        listed: metafields(first: 5, keys: [\"custom.height\"]) { edges { node { key } } }
    } }";
    let reply = shop.admin(query, json!({ "id": id })).await.ok();
    assert_eq!(reply.text("product.own.value"), "true");
    assert_eq!(reply.text("product.pair.reference.title"), "Bench");
    assert_eq!(
        reply.get("product.set.references.nodes"),
        &json!([{ "title": "Bench" }])
    );
    assert_eq!(reply.list("product.metafields.nodes").len(), 2);
    assert_eq!(
        reply.get("product.metafields.pageInfo.hasNextPage"),
        &json!(true)
    );
    assert_eq!(reply.list("product.listed.edges").len(), 1);

    let mut stale = field("height", "number_integer", "46");
    stale["compareDigest"] = json!("other");
    shop.admin(SET, json!({ "metafields": [stale] }))
        .await
        .refused("STALE_OBJECT");
    let delete = "mutation($metafields: [MetafieldIdentifierInput!]!) {
        metafieldsDelete(metafields: $metafields) {
            deletedMetafields { key namespace ownerId } userErrors { field message } } }";
    let named = |key: &str| json!({ "ownerId": id, "namespace": "custom", "key": key });
    let asked = json!({ "metafields": [named("height"), named("width")] });
    let reply = shop.admin(delete, asked).await.ok();
    let gone = json!([{ "key": "height", "namespace": "custom", "ownerId": id }, null]);
    assert_eq!(reply.get("metafieldsDelete.deletedMetafields"), &gone);
}

#[scenario]
async fn one_bad_metafield_keeps_all_out(shop: TestShop) {
    let id = given_product(&shop, "Stool").await;
    let good = json!({ "ownerId": id, "namespace": "custom", "key": "height",
        "type": "number_integer", "value": "45" });
    let bad = json!({ "ownerId": id, "namespace": "custom", "key": "width",
        "type": "number_integer", "value": "wide" });
    let reply = shop
        .admin(SET, json!({ "metafields": [good.clone(), bad] }))
        .await;
    reply.refused("INVALID_VALUE");
    assert_eq!(
        reply.refused_at("metafields.1.value")["message"],
        "Value must be an integer"
    );
    let nobody = json!({ "ownerId": "gid://shopify/Product/1", "namespace": "custom",
        "key": "height", "type": "number_integer", "value": "45" });
    shop.admin(SET, json!({ "metafields": [nobody] }))
        .await
        .refused("INVALID");
    let many: Vec<Value> = (0..26).map(|_| good.clone()).collect();
    shop.admin(SET, json!({ "metafields": many }))
        .await
        .refused("LESS_THAN_OR_EQUAL_TO");
    let token = shop.token(&["read_products"]).await;
    let asked = json!({ "metafields": [good] });
    shop.admin_with(&token, SET, asked)
        .await
        .error("ACCESS_DENIED");
    let delete = "mutation($id: ID!) { metafieldsDelete(metafields: [{ownerId: $id,
        namespace: \"custom\", key: \"height\"}]) { userErrors { message } } }";
    shop.admin_with(&token, delete, json!({ "id": id }))
        .await
        .error("ACCESS_DENIED");
}

#[scenario]
async fn tags_are_added_and_removed_whatever_their_case(shop: TestShop) {
    let id = given_product(&shop, "Stool").await;
    let add = "mutation($id: ID!, $tags: [String!]!) { tagsAdd(id: $id, tags: $tags) {
        node { id ... on Product { tags } } userErrors { field message } } }";
    let asked = json!({ "id": id, "tags": ["New", "oak, solid"] });
    let reply = shop.admin(add, asked).await.ok();
    assert_eq!(
        reply.get("tagsAdd.node.tags"),
        &json!(["New", "oak", "solid"])
    );
    let remove = "mutation($id: ID!) { tagsRemove(id: $id, tags: [\"NEW\", \"none\"]) {
        node { ... on Product { tags } } userErrors { field message } } }";
    let reply = shop.admin(remove, json!({ "id": id })).await.ok();
    assert_eq!(reply.get("tagsRemove.node.tags"), &json!(["oak", "solid"]));
    let found = shop.admin(
        "{ products(first: 5, query: \"tag:Oak solid\") { nodes { id } } }",
        json!({}),
    );
    assert_eq!(
        found.await.ok().list("products.nodes").len(),
        1,
        "tags are searched words, too"
    );
    let many: Vec<String> = (0..250).map(|n| format!("t{n}")).collect();
    shop.admin(add, json!({ "id": id, "tags": many }))
        .await
        .refused_at("tags");
    let unknown = json!({ "id": "gid://shopify/Customer/1", "tags": ["x"] });
    shop.admin(add, unknown).await.refused_at("id");
    let token = shop.token(&["read_products"]).await;
    let asked = json!({ "id": id, "tags": ["x"] });
    shop.admin_with(&token, add, asked.clone())
        .await
        .error("ACCESS_DENIED");
    shop.admin_with(&token, remove, json!({ "id": id }))
        .await
        .error("ACCESS_DENIED");
    let wrong = json!({ "id": "gid://shopify/Location/1", "tags": ["x"] });
    shop.admin(add, wrong).await.error("RESOURCE_NOT_FOUND");
}
