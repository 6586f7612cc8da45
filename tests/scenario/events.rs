//! What happened, as it can be looked up.

use tests::{TestShop, json, scenario};

#[scenario]
async fn what_happened_is_listed_for_the_shop_and_for_each_row(shop: TestShop) {
    let variant = shop.given_variant("5.00", 3).await;
    let order = shop.given_order(&variant, 1).await;
    let query = "query ($product: ID!, $order: ID!) {
        events(first: 20, sortKey: CREATED_AT, query: \"subject_type:PRODUCT\") { nodes {
            id action message createdAt appTitle attributeToApp attributeToUser criticalAlert
            ... on BasicEvent { subjectId subjectType author arguments additionalContent
                additionalData secondaryMessage }
            ... on CommentEvent { rawMessage edited by: author { id } attachments { url } } } }
        eventsCount(query: \"subject_type:ORDER\") { count precision }
        product(id: $product) { events(first: 5) { nodes { id action } } }
        order(id: $order) { events(first: 5, reverse: true) { edges { cursor node { action } } } }
        onlineStore { passwordProtection { enabled } }
    }";
    let asked = json!({"product": variant.product, "order": order});
    let found = shop.admin(query, asked).await.ok();
    let first = found.get("events.nodes.0");
    assert_eq!(first["action"], "create");
    assert_eq!(first["subjectId"], variant.product.as_str());
    assert_eq!(first["subjectType"], "PRODUCT");
    assert_eq!(first["attributeToApp"], true);
    let told = first["message"].as_str().unwrap_or_default();
    assert!(told.ends_with(" created this product."), "{told}");
    assert_eq!(found.text("product.events.nodes.0.action"), "create");
    let actions: Vec<&str> = found
        .list("order.events.edges")
        .iter()
        .filter_map(|edge| edge["node"]["action"].as_str())
        .collect();
    assert!(actions.contains(&"placed"), "{actions:?}");
    assert!(found.number("eventsCount.count") >= 1);

    let id = first["id"].clone();
    let one = "query ($id: ID!) { event(id: $id) { id action } node(id: $id) { id } }";
    let same = shop.admin(one, json!({"id": id})).await.ok();
    assert_eq!(same.get("event.id"), &id);
    assert_eq!(same.get("node.id"), &id);
    // Who may not read products does not hear of them.
    let token = shop.token(&["read_orders"]).await;
    let other = shop.admin_with(&token, one, json!({"id": id})).await.ok();
    assert!(other.get("event").is_null());
}
