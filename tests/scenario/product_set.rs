//! Setting a product whole: what a given list leaves out goes.

use serde_json::{Value, json};
use tests::{Receiver, TestShop, scenario};

const SET: &str = "mutation($input: ProductSetInput!, $id: ProductSetIdentifiers) {
    productSet(input: $input, identifier: $id, synchronous: true) {
        product { id tags collections(first: 5) { nodes { title } }
            metafields(first: 9) { nodes { namespace key value } }
            variants(first: 2) { nodes { id metafields(first: 9) { nodes { key value } } } } }
        userErrors { field message code } } }";

async fn set(shop: &TestShop, id: Option<&str>, input: Value) -> Value {
    let identifier = id.map(|id| json!({ "id": id }));
    let asked = json!({ "input": input, "id": identifier });
    let reply = shop.admin(SET, asked).await.ok();
    reply.get("productSet.product").clone()
}

fn text(key: &str, value: &str) -> Value {
    json!({ "namespace": "custom", "key": key, "type": "single_line_text_field", "value": value })
}

#[scenario]
async fn metafields_that_a_given_list_leaves_out_go(shop: TestShop) {
    let size = json!([{ "optionName": "Size", "name": "S" }]);
    let options = json!([{ "name": "Size", "values": [{ "name": "S" }] }]);
    let first = json!({ "title": "Mug", "tags": ["clay"], "productOptions": options,
        "metafields": [text("glaze", "blue"), text("maker", "Ada")],
        "variants": [{ "optionValues": size, "price": "4.00",
            "metafields": [text("shelf", "A1"), text("row", "2")] }] });
    let made = set(&shop, None, first).await;
    let id = made["id"].as_str().unwrap_or_default().to_owned();
    let receiver = Receiver::start().await;
    let subscribe = "mutation($uri: String!) { webhookSubscriptionCreate(topic: PRODUCTS_UPDATE,
        webhookSubscription: {uri: $uri}) { userErrors { field message } } }";
    let uri = json!({ "uri": receiver.url() });
    let _ = shop.admin(subscribe, uri).await.ok();

    let fewer = json!({ "metafields": [text("maker", "Bela")] });
    let fewer = set(&shop, Some(&id), fewer).await;
    assert_eq!(
        fewer["metafields"]["nodes"],
        json!([{ "namespace": "custom", "key": "maker", "value": "Bela" }])
    );
    let variant = &fewer["variants"]["nodes"][0];
    assert_eq!(
        variant["metafields"]["nodes"].as_array().map(Vec::len),
        Some(2)
    );
    receiver.wait_for("products/update", 1).await;

    // What is not given at all stays.
    let renamed = set(&shop, Some(&id), json!({ "title": "Cup" })).await;
    assert_eq!(renamed["metafields"], fewer["metafields"]);
    assert_eq!(renamed["tags"], json!(["clay"]));

    let variants = json!([{ "optionValues": size, "metafields": [text("row", "3")] }]);
    let input = json!({ "productOptions": options, "variants": variants, "metafields": [],
        "tags": [] });
    let bare = set(&shop, Some(&id), input).await;
    assert_eq!(bare["metafields"]["nodes"], json!([]));
    assert_eq!(bare["tags"], json!([]));
    let variant = &bare["variants"]["nodes"][0];
    assert_eq!(variant["id"], fewer["variants"]["nodes"][0]["id"]);
    assert_eq!(
        variant["metafields"]["nodes"],
        json!([{ "key": "row", "value": "3" }])
    );
}

#[scenario]
async fn a_list_that_is_refused_takes_nothing_away(shop: TestShop) {
    let made = set(
        &shop,
        None,
        json!({ "title": "Mug", "metafields": [text("glaze", "blue")] }),
    )
    .await;
    let wrong = json!({ "metafields": [
        { "namespace": "custom", "key": "height", "type": "number_integer", "value": "tall" }] });
    let asked = json!({ "input": wrong, "id": { "id": made["id"] } });
    shop.admin(SET, asked).await.refused("INVALID_METAFIELD");
    let twice =
        json!({ "input": { "id": made["id"], "title": "Cup" }, "id": { "id": made["id"] } });
    shop.admin(SET, twice).await.refused("ID_NOT_ALLOWED");
    let same = set(&shop, made["id"].as_str(), json!({ "title": "Mug" })).await;
    assert_eq!(same["metafields"], made["metafields"]);
}
