//! What webhooks tell of stock, locations, money and consent.

use serde_json::Value;
use tests::{Card, Receiver, TestShop, json, scenario};

async fn subscribe(shop: &TestShop, receiver: &Receiver, topics: &[&str]) {
    let subscribe = "mutation ($topic: WebhookSubscriptionTopic!, $to: WebhookSubscriptionInput!) {
        webhookSubscriptionCreate(topic: $topic, webhookSubscription: $to) {
            webhookSubscription { id } userErrors { message }
        }
    }";
    for topic in topics {
        let to = json!({"topic": topic, "to": {"uri": receiver.url()}});
        shop.admin(subscribe, to).await.ok();
    }
}

/// The body of the only delivery of a topic.
async fn told(receiver: &Receiver, topic: &str) -> Value {
    let told = receiver.wait_for(topic, 1).await;
    assert_eq!(told.len(), 1, "{topic}");
    told[0].json()
}

fn number(gid: &str) -> i64 {
    let number = gid.rsplit('/').next().unwrap_or_default();
    number.parse().expect("a global id ends in a number")
}

#[scenario]
async fn the_last_unit_and_the_money_for_it_are_told(shop: TestShop) {
    let receiver = Receiver::start().await;
    let topics = [
        "INVENTORY_ITEMS_CREATE",
        "INVENTORY_LEVELS_CONNECT",
        "TENDER_TRANSACTIONS_CREATE",
        "VARIANTS_IN_STOCK",
        "VARIANTS_OUT_OF_STOCK",
    ];
    subscribe(&shop, &receiver, &topics).await;
    let variant = shop.given_variant("5.00", 1).await;
    let item = told(&receiver, "inventory_items/create").await;
    assert_eq!(item["id"], number(&variant.item));
    assert_eq!(item["tracked"], true);
    let level = told(&receiver, "inventory_levels/connect").await;
    assert_eq!(level["inventory_item_id"], number(&variant.item));
    assert_eq!(level["location_id"], number(&variant.location));
    let back = told(&receiver, "variants/in_stock").await;
    assert_eq!(back["id"], number(&variant.id));

    let cart = shop.given_cart(&[(&variant, 1)]).await;
    shop.buy(&cart, Card::Approves).await.status(303);

    let gone = told(&receiver, "variants/out_of_stock").await;
    assert_eq!(gone["id"], number(&variant.id));
    assert_eq!(gone["inventory_quantity"], 0);
    let money = told(&receiver, "tender_transactions/create").await;
    assert_eq!(money["currency"], "EUR");
    assert_eq!(money["payment_method"], "credit_card");
    assert!(money["amount"].is_string() && money["order_id"].is_i64());
}

#[scenario]
async fn items_and_locations_are_told_as_they_change(shop: TestShop) {
    let variant = shop.given_variant("5.00", 1).await;
    let receiver = Receiver::start().await;
    let topics = [
        "INVENTORY_ITEMS_UPDATE",
        "INVENTORY_ITEMS_DELETE",
        "LOCATIONS_CREATE",
        "LOCATIONS_UPDATE",
    ];
    subscribe(&shop, &receiver, &topics).await;
    let update = "mutation ($id: ID!) { inventoryItemUpdate(id: $id, input: {cost: \"1.50\"}) {
        inventoryItem { id } userErrors { message } } }";
    shop.admin(update, json!({"id": variant.item})).await.ok();
    let item = told(&receiver, "inventory_items/update").await;
    assert_eq!(item["cost"], "1.50");

    let delete = "mutation ($id: ID!) { productDelete(input: {id: $id}) {
        deletedProductId userErrors { message } } }";
    shop.admin(delete, json!({"id": variant.product}))
        .await
        .ok();
    let item = told(&receiver, "inventory_items/delete").await;
    assert_eq!(item["id"], number(&variant.item));
    assert_eq!(item["admin_graphql_api_id"], variant.item.as_str());

    let add = "mutation { locationAdd(input: {name: \"Attic\", address: {countryCode: DE}}) {
        location { id } userErrors { message } } }";
    let location = shop.admin(add, json!({})).await.ok();
    let location = location.text("locationAdd.location.id");
    let opened = told(&receiver, "locations/create").await;
    assert_eq!(opened["name"], "Attic");
    let edit = "mutation ($id: ID!) { locationEdit(id: $id, input: {name: \"Cellar\"}) {
        location { id } userErrors { message } } }";
    shop.admin(edit, json!({"id": location})).await.ok();
    let changed = told(&receiver, "locations/update").await;
    assert_eq!(changed["name"], "Cellar");
    assert_eq!(changed["country_code"], "DE");
}

const EMAIL: &str = "mutation ($id: ID!, $state: CustomerEmailMarketingState!) {
    customerEmailMarketingConsentUpdate(input: {customerId: $id, emailMarketingConsent: {
        marketingState: $state, marketingOptInLevel: SINGLE_OPT_IN,
        consentUpdatedAt: \"2026-01-02T03:04:05Z\" }}) {
        customer { defaultEmailAddress { marketingState marketingOptInLevel } }
        userErrors { field message code }
    }
}";
const SMS: &str = "mutation ($id: ID!, $state: CustomerSmsMarketingState!) {
    customerSmsMarketingConsentUpdate(input: {customerId: $id, smsMarketingConsent: {
        marketingState: $state, marketingOptInLevel: CONFIRMED_OPT_IN }}) {
        customer { defaultPhoneNumber { marketingState } }
        userErrors { field message code }
    }
}";

#[scenario]
async fn who_may_be_written_to_is_noted_and_told(shop: TestShop) {
    let receiver = Receiver::start().await;
    let topics = [
        "CUSTOMERS_EMAIL_MARKETING_CONSENT_UPDATE",
        "CUSTOMERS_MARKETING_CONSENT_UPDATE",
    ];
    subscribe(&shop, &receiver, &topics).await;
    let create = "mutation ($input: CustomerInput!) { customerCreate(input: $input) {
        customer { id } userErrors { message } } }";
    let input = json!({"input": {"email": "bea@example.com", "phone": "+4930123456"}});
    let customer = shop.admin(create, input).await.ok();
    let id = customer.text("customerCreate.customer.id");

    let reply = shop
        .admin(EMAIL, json!({"id": id, "state": "SUBSCRIBED"}))
        .await
        .ok();
    let at = "customerEmailMarketingConsentUpdate.customer.defaultEmailAddress";
    assert_eq!(reply.text(&format!("{at}.marketingState")), "SUBSCRIBED");
    assert_eq!(
        reply.text(&format!("{at}.marketingOptInLevel")),
        "SINGLE_OPT_IN"
    );
    let consent = told(&receiver, "customers_email_marketing_consent/update").await;
    assert_eq!(consent["email_address"], "bea@example.com");
    assert_eq!(consent["email_marketing_consent"]["state"], "subscribed");

    let reply = shop
        .admin(SMS, json!({"id": id, "state": "SUBSCRIBED"}))
        .await
        .ok();
    let at = "customerSmsMarketingConsentUpdate.customer.defaultPhoneNumber.marketingState";
    assert_eq!(reply.text(at), "SUBSCRIBED");
    let consent = told(&receiver, "customers_marketing_consent/update").await;
    assert_eq!(consent["phone"], "+4930123456");
    let level = &consent["sms_marketing_consent"]["opt_in_level"];
    assert_eq!(level, "confirmed_opt_in");
}

#[scenario]
async fn consent_of_nobody_or_without_an_address_is_refused(shop: TestShop) {
    let create = "mutation { customerCreate(input: {firstName: \"Bea\"}) {
        customer { id } userErrors { message } } }";
    let customer = shop.admin(create, json!({})).await.ok();
    let id = customer.text("customerCreate.customer.id");
    let subscribed = |id: &str| json!({"id": id, "state": "SUBSCRIBED"});
    shop.admin(EMAIL, subscribed(&id))
        .await
        .refused("MISSING_ARGUMENT");
    shop.admin(SMS, subscribed(&id))
        .await
        .refused("MISSING_ARGUMENT");
    let unknown = "gid://shopify/Customer/7";
    shop.admin(EMAIL, subscribed(unknown))
        .await
        .refused("INVALID");
    shop.admin(SMS, subscribed(unknown))
        .await
        .refused("INVALID");
}
