//! What apps say about products and about the shop.

use serde_json::json;
use tests::{TestShop, scenario};

const PRODUCT: &str = "mutation { productCreate(product: {title: \"Lamp\"}) {
    product { id updatedAt } userErrors { message } } }";

const NOTE: &str = "mutation($all: [ProductResourceFeedbackInput!]!) {
    bulkProductResourceFeedbackCreate(feedbackInput: $all) {
        feedback { productId state messages feedbackGeneratedAt productUpdatedAt }
        userErrors { code field message } } }";

#[scenario]
async fn an_app_says_what_a_product_lacks_and_then_that_all_is_well(shop: TestShop) {
    let made = shop.admin(PRODUCT, json!({})).await.ok();
    let product = made.text("productCreate.product.id");
    let moment = made.text("productCreate.product.updatedAt");
    let said = json!({ "productId": product, "productUpdatedAt": moment, "state": "REQUIRES_ACTION",
        "feedbackGeneratedAt": moment, "messages": ["Needs a picture."] });

    let noted = shop.admin(NOTE, json!({ "all": [said] })).await.ok();

    let own = "bulkProductResourceFeedbackCreate.feedback.0";
    assert_eq!(noted.text(&format!("{own}.productId")), product);
    let query = "query($id: ID!) { productResourceFeedback(id: $id) { state messages }
        product(id: $id) { feedback { summary appFeedback { state }
            details { state app { title } link { url } messages { field message } } } } }";
    let told = shop.admin(query, json!({ "id": product })).await.ok();
    assert_eq!(
        told.text("productResourceFeedback.messages.0"),
        "Needs a picture."
    );
    assert!(
        told.text("product.feedback.summary")
            .ends_with("needs something to be done.")
    );
    assert_eq!(
        told.get("product.feedback.details.0.messages"),
        &json!([{ "field": null, "message": "Needs a picture." }])
    );
    let mut well = said.clone();
    well["state"] = json!("ACCEPTED");
    let refused = shop.admin(NOTE, json!({ "all": [well] })).await;
    let _ = refused.refused("PRESENT");
    well["messages"] = json!([]);
    let _ = shop.admin(NOTE, json!({ "all": [well] })).await.ok();
    let told = shop.admin(query, json!({ "id": product })).await.ok();
    assert_eq!(
        told.text("product.feedback.summary"),
        "No app needs anything to be done."
    );
    let mut stranger = said;
    stranger["productId"] = json!("gid://shopify/Product/1");
    let refused = shop.admin(NOTE, json!({ "all": [stranger] })).await;
    let _ = refused.refused("PRODUCT_NOT_FOUND");
    let none = "{ collections(first: 1) { nodes { feedback { summary details { state } } } } }";
    let _ = shop.admin(none, json!({})).await.ok();
}

#[scenario]
async fn an_app_says_what_the_shop_lacks(shop: TestShop) {
    let query = "mutation($input: ResourceFeedbackCreateInput!) { shopResourceFeedbackCreate(input: $input) {
        feedback { state messages { message } app { id feedback { state } } }
        userErrors { code field message } } }";
    let at = "2020-01-02T03:04:05Z";
    let said = json!({ "state": "REQUIRES_ACTION", "feedbackGeneratedAt": at,
        "messages": ["Is not connected."] });

    let noted = shop.admin(query, json!({ "input": said })).await.ok();

    let own = "shopResourceFeedbackCreate.feedback";
    assert_eq!(
        noted.text(&format!("{own}.messages.0.message")),
        "Is not connected."
    );
    assert_eq!(
        noted.text(&format!("{own}.app.feedback.state")),
        "REQUIRES_ACTION"
    );
    let earlier = json!({ "state": "ACCEPTED", "feedbackGeneratedAt": "2019-01-01T00:00:00Z" });
    let _ = shop
        .admin(query, json!({ "input": earlier }))
        .await
        .refused("OUTDATED_FEEDBACK");
    let blank = json!({ "state": "REQUIRES_ACTION", "feedbackGeneratedAt": at });
    let _ = shop
        .admin(query, json!({ "input": blank }))
        .await
        .refused("BLANK");
    let later = json!({ "state": "ACCEPTED", "feedbackGeneratedAt": "2999-01-01T00:00:00Z" });
    let _ = shop
        .admin(query, json!({ "input": later }))
        .await
        .refused("FEEDBACK_DATE_IN_FUTURE");
}
