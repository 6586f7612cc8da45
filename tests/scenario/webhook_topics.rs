//! What webhooks tell of stock, locations, money and consent.

use serde_json::Value;
use tests::{Card, Receiver, TestShop, json, scenario};

use crate::sale::given_paid_sale;

pub(crate) async fn subscribe(shop: &TestShop, receiver: &Receiver, topics: &[&str]) {
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
pub(crate) async fn told(receiver: &Receiver, topic: &str) -> Value {
    let told = receiver.wait_for(topic, 1).await;
    assert_eq!(told.len(), 1, "{topic}");
    told[0].json()
}

pub(crate) fn number(gid: &str) -> i64 {
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

#[scenario]
async fn markets_and_languages_are_told(shop: TestShop) {
    let receiver = Receiver::start().await;
    let topics = [
        "MARKETS_CREATE",
        "MARKETS_UPDATE",
        "MARKETS_DELETE",
        "LOCALES_CREATE",
        "LOCALES_UPDATE",
        "LOCALES_DESTROY",
    ];
    subscribe(&shop, &receiver, &topics).await;
    let create = "mutation { marketCreate(input: {name: \"Alps\", conditions: {regionsCondition: {
        regions: [{countryCode: CH}]}}}) { market { id } userErrors { message } } }";
    let made = shop.admin(create, json!({})).await.ok();
    let market = made.text("marketCreate.market.id");
    let told_of = told(&receiver, "markets/create").await;
    assert_eq!(told_of["id"], number(&market));
    assert_eq!(told_of["type"], "region");
    let update = "mutation ($id: ID!) { marketUpdate(id: $id, input: {name: \"Peaks\"}) {
        market { id } userErrors { message } } }";
    shop.admin(update, json!({"id": market})).await.ok();
    assert_eq!(told(&receiver, "markets/update").await["name"], "Peaks");
    let delete =
        "mutation ($id: ID!) { marketDelete(id: $id) { deletedId userErrors { message } } }";
    shop.admin(delete, json!({"id": market})).await.ok();
    let gone = told(&receiver, "markets/delete").await;
    assert_eq!(gone, json!({"id": number(&market)}));

    for (call, topic, published) in [
        ("shopLocaleEnable(locale: \"fr\") {", "create", false),
        (
            "shopLocaleUpdate(locale: \"fr\", shopLocale: {published: true}) {",
            "update",
            true,
        ),
        ("shopLocaleDisable(locale: \"fr\") {", "destroy", true),
    ] {
        let query = format!("mutation {{ {call} userErrors {{ message }} }} }}");
        shop.admin(&query, json!({})).await.ok();
        let told_of = told(&receiver, &format!("locales/{topic}")).await;
        assert_eq!(told_of, json!({"locale": "fr", "published": published}));
    }
}

#[scenario]
async fn selling_plans_are_told(shop: TestShop) {
    let receiver = Receiver::start().await;
    let topics = [
        "SELLING_PLAN_GROUPS_CREATE",
        "SELLING_PLAN_GROUPS_UPDATE",
        "SELLING_PLAN_GROUPS_DELETE",
    ];
    subscribe(&shop, &receiver, &topics).await;
    let create =
        "mutation { sellingPlanGroupCreate(input: {name: \"Often\", merchantCode: \"often\",
        options: [\"Every\"], sellingPlansToCreate: [{name: \"Weekly\", options: [\"Week\"],
            billingPolicy: {recurring: {interval: WEEK, intervalCount: 1}},
            deliveryPolicy: {recurring: {interval: WEEK, intervalCount: 1}},
            pricingPolicies: [{fixed: {adjustmentType: PERCENTAGE,
                adjustmentValue: {percentage: 12.5}}}]}]}) {
        sellingPlanGroup { id } userErrors { message } } }";
    let made = shop.admin(create, json!({})).await.ok();
    let group = made.text("sellingPlanGroupCreate.sellingPlanGroup.id");
    let told_of = told(&receiver, "selling_plan_groups/create").await;
    assert_eq!(told_of["admin_graphql_api_id"], group);
    let plan = &told_of["selling_plans"][0];
    assert_eq!(plan["billing_policy"]["interval"], "week");
    assert_eq!(plan["pricing_policies"][0]["adjustment_value"], "12.5");
    let product = shop.given_variant("5.00", 1).await.product;
    let add = "mutation ($id: ID!, $products: [ID!]!) {
        sellingPlanGroupAddProducts(id: $id, productIds: $products) { userErrors { message } } }";
    shop.admin(add, json!({"id": group, "products": [product]}))
        .await
        .ok();
    let told_of = told(&receiver, "selling_plan_groups/update").await;
    assert_eq!(told_of["products"][0]["admin_graphql_api_id"], product);
    let delete = "mutation ($id: ID!) { sellingPlanGroupDelete(id: $id) {
        deletedSellingPlanGroupId userErrors { message } } }";
    shop.admin(delete, json!({"id": group})).await.ok();
    let gone = told(&receiver, "selling_plan_groups/delete").await;
    let wanted = json!({"id": number(&group), "admin_graphql_api_id": group});
    assert_eq!(gone, wanted);
}

#[scenario]
async fn what_customers_are_called_is_told_however_it_is_said(shop: TestShop) {
    let receiver = Receiver::start().await;
    let topics = ["CUSTOMER_TAGS_ADDED", "CUSTOMER_TAGS_REMOVED"];
    subscribe(&shop, &receiver, &topics).await;
    let create = "mutation { customerCreate(input: {email: \"bea@example.com\",
        tags: [\"new\", \"vip\"]}) { customer { id } userErrors { message } } }";
    let made = shop.admin(create, json!({})).await.ok();
    let id = made.text("customerCreate.customer.id");
    let added = told(&receiver, "customer.tags_added").await;
    assert_eq!(added["tags"], json!(["new", "vip"]));
    assert_eq!(added["customerId"], id);
    let update = "mutation ($id: ID!) { customerUpdate(input: {id: $id, tags: [\"vip\"]}) {
        customer { tags } userErrors { message } } }";
    shop.admin(update, json!({"id": id})).await.ok();
    let removed = told(&receiver, "customer.tags_removed").await;
    assert_eq!(removed["tags"], json!(["new"]));
}

#[scenario]
async fn holds_of_a_fulfilment_order_are_told(shop: TestShop) {
    let receiver = Receiver::start().await;
    let topics = [
        "FULFILLMENT_ORDERS_PLACED_ON_HOLD",
        "FULFILLMENT_ORDERS_HOLD_RELEASED",
        "FULFILLMENT_HOLDS_ADDED",
        "FULFILLMENT_HOLDS_RELEASED",
    ];
    subscribe(&shop, &receiver, &topics).await;
    let sale = given_paid_sale(&shop).await;
    let own = sale.fulfillment_order.clone();
    let hold = "mutation ($id: ID!) { fulfillmentOrderHold(id: $id, fulfillmentHold: {
        reason: OTHER, reasonNotes: \"Wait\"}) { userErrors { message } } }";
    shop.admin(hold, json!({"id": own})).await.ok();
    let placed = told(&receiver, "fulfillment_orders/placed_on_hold").await;
    assert_eq!(placed["fulfillment_order"]["status"], "on_hold");
    assert_eq!(placed["created_fulfillment_hold"]["reason_notes"], "Wait");
    let added = told(&receiver, "fulfillment_holds/added").await;
    assert_eq!(added["fulfillment_order"]["id"], own);
    let release = "mutation ($id: ID!) { fulfillmentOrderReleaseHold(id: $id) {
        userErrors { message } } }";
    shop.admin(release, json!({"id": own})).await.ok();
    let free = told(&receiver, "fulfillment_orders/hold_released").await;
    assert_eq!(
        free,
        json!({"fulfillment_order": {"id": own, "status": "open"}})
    );
    let released = told(&receiver, "fulfillment_holds/released").await;
    assert_eq!(released["fulfillment_hold"], added["fulfillment_hold"]);
}

#[scenario]
async fn the_way_of_a_fulfilment_order_is_told(shop: TestShop) {
    let receiver = Receiver::start().await;
    let topics = [
        "FULFILLMENT_ORDERS_MOVED",
        "FULFILLMENT_ORDERS_SPLIT",
        "FULFILLMENT_ORDERS_CANCELLED",
    ];
    subscribe(&shop, &receiver, &topics).await;
    let sale = given_paid_sale(&shop).await;
    let own = sale.fulfillment_order.clone();
    let split = "mutation ($splits: [FulfillmentOrderSplitInput!]!) {
        fulfillmentOrderSplit(fulfillmentOrderSplits: $splits) { userErrors { message } } }";
    let lines = json!([{"id": sale.work[0], "quantity": 1}]);
    let splits = json!([{"fulfillmentOrderId": own, "fulfillmentOrderLineItems": lines}]);
    shop.admin(split, json!({"splits": splits})).await.ok();
    let parted = told(&receiver, "fulfillment_orders/split").await;
    assert_eq!(parted["split_line_items"], lines);
    let other = parted["remaining_fulfillment_order"]["id"].clone();

    let open = "mutation { locationAdd(input: {name: \"Attic\", address: {countryCode: DE}}) {
        location { id } userErrors { message } } }";
    let attic = shop.admin(open, json!({})).await.ok();
    let attic = attic.text("locationAdd.location.id");
    let item = "query ($id: ID!) { fulfillmentOrder(id: $id) { lineItems(first: 1) { nodes {
        inventoryItemId } } } }";
    let item = shop.admin(item, json!({"id": own})).await.ok();
    let item = item.text("fulfillmentOrder.lineItems.nodes.0.inventoryItemId");
    let stock = "mutation ($item: ID!, $at: ID!) { inventoryActivate(inventoryItemId: $item,
        locationId: $at, available: 5) { userErrors { message } } }";
    shop.admin(stock, json!({"item": item, "at": attic}))
        .await
        .ok();
    let carry =
        "mutation ($id: ID!, $to: ID!) { fulfillmentOrderMove(id: $id, newLocationId: $to) {
        userErrors { message } } }";
    shop.admin(carry, json!({"id": own, "to": attic}))
        .await
        .ok();
    let moved = told(&receiver, "fulfillment_orders/moved").await;
    assert_eq!(moved["destination_location_id"], attic);
    assert_eq!(moved["source_location"]["id"], sale.location);
    assert_eq!(
        moved["moved_fulfillment_order"]["assigned_location_id"],
        attic
    );

    let cancel =
        "mutation ($id: ID!) { fulfillmentOrderCancel(id: $id) { userErrors { message } } }";
    shop.admin(cancel, json!({"id": other})).await.ok();
    let off = told(&receiver, "fulfillment_orders/cancelled").await;
    assert_eq!(off["fulfillment_order"]["status"], "cancelled");
    assert_eq!(off["replacement_fulfillment_order"]["status"], "open");
}
