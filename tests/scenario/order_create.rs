//! Orders that were sold elsewhere and are entered by an app.

use serde_json::Value;
use tests::{Receiver, Reply, TestShop, json, scenario};

const CREATE: &str = "mutation($order: OrderCreateOrderInput!, $options: OrderCreateOptionsInput) {
    orderCreate(order: $order, options: $options) {
        order {
            id name email note poNumber tags test sourceName statusPageUrl
            displayFinancialStatus displayFulfillmentStatus currencyCode totalWeight
            totalPriceSet { shopMoney { amount } } totalTaxSet { shopMoney { amount } }
            customer { id firstName lastName note taxExempt numberOfOrders }
            customAttributes { key value }
            metafield(namespace: \"erp\", key: \"number\") { value type }
            lineItems(first: 5) { nodes { title sku quantity customAttributes { key value } } }
            fulfillments(first: 5) { name location { id } trackingInfo { company number } }
            transactions(first: 5) { kind status gateway }
        }
        userErrors { field message code }
    } }";

async fn create(shop: &TestShop, order: Value, options: Value) -> Reply {
    let variables = json!({ "order": order, "options": options });
    shop.admin(CREATE, variables).await
}

fn euros(amount: &str) -> Value {
    json!({ "shopMoney": { "amount": amount, "currencyCode": "EUR" } })
}

fn wrap() -> Value {
    json!({ "title": "Gift wrap", "quantity": 1, "priceSet": euros("5.00") })
}

#[scenario]
async fn an_order_is_entered_with_all_that_an_app_knows(shop: TestShop) {
    let pot = shop.given_variant("10.00", 5).await;
    let order = json!({
        "email": "bea@example.com", "note": "Ring twice", "poNumber": "PO 7", "name": "B-1",
        "tags": ["import"], "test": true, "sourceName": "bazaar",
        "customAttributes": [{ "key": "channel", "value": "bazaar" }],
        "metafields": [{ "namespace": "erp", "key": "number", "type": "number_integer", "value": "42" }],
        "lineItems": [
            { "variantId": pot.id, "quantity": 2, "weight": { "unit": "KILOGRAMS", "value": 1.5 },
              "properties": [{ "name": "Engraving", "value": "Bea" }] },
            wrap(),
        ],
        "shippingLines": [{ "title": "Parcel", "priceSet": euros("4.00") }],
        "taxesIncluded": false,
        "taxLines": [{ "title": "Tax", "rate": "0.10" }],
        "transactions": [{ "kind": "SALE", "status": "SUCCESS", "gateway": "bazaar-pay", "amountSet": euros("31.50") }],
    });
    let reply = create(&shop, order, Value::Null).await.ok();
    let at = |field: &str| reply.text(&format!("orderCreate.order.{field}"));
    assert_eq!(at("name"), "B-1");
    assert_eq!(at("sourceName"), "bazaar");
    assert_eq!(at("poNumber"), "PO 7");
    assert_eq!(at("displayFinancialStatus"), "PAID");
    assert_eq!(at("totalPriceSet.shopMoney.amount"), "31.5");
    assert_eq!(at("totalTaxSet.shopMoney.amount"), "2.5");
    assert_eq!(at("totalWeight"), "3000");
    assert_eq!(at("metafield.value"), "42");
    assert_eq!(at("customAttributes.0.value"), "bazaar");
    assert_eq!(at("lineItems.nodes.0.customAttributes.0.key"), "Engraving");
    assert_eq!(at("transactions.0.gateway"), "bazaar-pay");
    assert_eq!(at("customer.numberOfOrders"), "1");
    // The stock is the app's affair unless it says otherwise.
    assert_eq!(shop.available(&pot).await, 5);
}

#[scenario]
async fn the_stock_is_taken_as_the_app_says(shop: TestShop) {
    let pot = shop.given_variant("10.00", 3).await;
    let order = json!({ "lineItems": [{ "variantId": pot.id, "quantity": 2 }] });
    let obeying = json!({ "inventoryBehaviour": "DECREMENT_OBEYING_POLICY" });
    let _ = create(&shop, order.clone(), obeying.clone()).await.ok();
    assert_eq!(shop.available(&pot).await, 1);
    let reply = create(&shop, order.clone(), obeying).await;
    let error = reply.refused("INVENTORY_CLAIM_FAILED");
    assert_eq!(error["field"], json!(["order", "lineItems", "0"]));
    assert_eq!(shop.available(&pot).await, 1);
}

#[scenario]
async fn an_order_that_left_already_is_entered_with_its_parcel(shop: TestShop) {
    let pot = shop.given_variant("10.00", 5).await;
    let order = json!({
        "email": "bea@example.com",
        "lineItems": [{ "variantId": pot.id, "quantity": 2 }, wrap()],
        "financialStatus": "PAID",
        "fulfillment": { "locationId": pot.location, "trackingCompany": "Post", "trackingNumber": "42" },
    });
    let options =
        json!({ "inventoryBehaviour": "DECREMENT_OBEYING_POLICY", "sendFulfillmentReceipt": true });
    let reply = create(&shop, order, options).await.ok();
    let at = |field: &str| reply.text(&format!("orderCreate.order.{field}"));
    assert_eq!(at("displayFulfillmentStatus"), "FULFILLED");
    assert_eq!(at("fulfillments.0.location.id"), pot.location);
    assert_eq!(at("fulfillments.0.trackingInfo.0.number"), "42");
    assert_eq!(shop.available(&pot).await, 3);

    let unknown = json!({
        "lineItems": [wrap()],
        "fulfillment": { "locationId": "gid://shopify/Location/1" },
    });
    let reply = create(&shop, unknown, Value::Null).await;
    reply.refused_at("order.fulfillment.locationId");
    let sent = json!({ "lineItems": [wrap()], "fulfillmentStatus": "FULFILLED" });
    let reply = create(&shop, sent, Value::Null).await.ok();
    assert_eq!(
        reply.text("orderCreate.order.displayFulfillmentStatus"),
        "FULFILLED"
    );
}

#[scenario]
async fn the_buyer_is_found_entered_or_changed(shop: TestShop) {
    let upsert = |first: &str| {
        json!({
            "lineItems": [wrap()],
            "customer": { "toUpsert": { "email": "Bea@example.com", "firstName": first, "taxExempt": true } },
        })
    };
    let reply = create(&shop, upsert("Bea"), Value::Null).await.ok();
    let bea = reply.text("orderCreate.order.customer.id");
    let reply = create(&shop, upsert("Beatrix"), Value::Null).await.ok();
    assert_eq!(reply.text("orderCreate.order.customer.id"), bea);
    assert_eq!(
        reply.text("orderCreate.order.customer.firstName"),
        "Beatrix"
    );
    let by_id = json!({
        "lineItems": [wrap()],
        "customer": { "toUpsert": { "id": bea, "lastName": "Buyer" } },
    });
    let reply = create(&shop, by_id, Value::Null).await.ok();
    assert_eq!(reply.text("orderCreate.order.customer.lastName"), "Buyer");
    let associate = json!({ "lineItems": [wrap()], "customer": { "toAssociate": { "id": bea } } });
    let reply = create(&shop, associate, Value::Null).await.ok();
    assert_eq!(reply.text("orderCreate.order.customer.numberOfOrders"), "4");
    let stranger = json!({
        "lineItems": [wrap()],
        "customer": { "toAssociate": { "email": "nobody@example.com" } },
    });
    let reply = create(&shop, stranger, Value::Null).await;
    reply.refused_at("order.customer");
}

#[scenario]
async fn an_order_that_cannot_be_is_refused_by_the_place_that_is_wrong(shop: TestShop) {
    let heavy = json!({ "title": "Anvil", "quantity": 1, "priceSet": euros("5.00"),
        "weight": { "unit": "GRAMS", "value": -1.0 } });
    let cases = [
        (json!({ "lineItems": [] }), "order.lineItems"),
        (
            json!({ "lineItems": [{ "title": "Wrap", "quantity": 0, "priceSet": euros("5.00") }] }),
            "order.lineItems.0.quantity",
        ),
        (json!({ "lineItems": [heavy] }), "order.lineItems.0"),
        (
            json!({ "lineItems": [wrap()], "email": "nobody" }),
            "order.email",
        ),
        (
            json!({ "lineItems": [wrap()], "metafields": [{ "namespace": "erp", "key": "number", "type": "number_integer", "value": "many" }] }),
            "order.metafields",
        ),
        (
            json!({ "lineItems": [wrap()], "currency": "USD" }),
            "order.currency",
        ),
    ];
    for (order, field) in cases {
        create(&shop, order, Value::Null).await.refused_at(field);
    }
    let count = shop
        .admin("{ ordersCount { count } }", json!({}))
        .await
        .ok();
    assert_eq!(count.number("ordersCount.count"), 0);
}

#[scenario]
async fn the_address_that_a_webhook_tells_shows_the_order(shop: TestShop) {
    let receiver = Receiver::start().await;
    let subscribe = "mutation($uri: String!) {
        webhookSubscriptionCreate(topic: ORDERS_CREATE, webhookSubscription: { uri: $uri }) {
            webhookSubscription { id } userErrors { field message }
        } }";
    let _ = shop
        .admin(subscribe, json!({ "uri": receiver.url() }))
        .await
        .ok();
    let reply = create(&shop, json!({ "lineItems": [wrap()] }), Value::Null)
        .await
        .ok();
    let told = receiver.wait_for("orders/create", 1).await[0].json();
    let told = told["order_status_url"].as_str().unwrap_or_default();
    let path = |url: &str| {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        rest[rest.find('/').unwrap_or(0)..].to_owned()
    };
    assert!(told.starts_with(&format!("https://{}/", shop.domain())));
    let url = reply.text("orderCreate.order.statusPageUrl");
    assert_eq!(path(&url), path(told));
    let page = shop.get(&path(told)).await.status(200).body();
    assert!(page.contains("Order #1001") && page.contains("Gift wrap"));
    // Who does not have the secret sees nothing, and neither does who mistypes it.
    let guessed = path(told).rsplit_once('/').unwrap().0.to_owned();
    let _ = shop.get(&format!("{guessed}/1")).await.status(404);
    let page = shop.get("/orders/abc/1").await.status(404).body();
    assert!(page.contains("Page not found"), "{page}");
}

#[scenario]
async fn a_code_takes_off_what_it_says(shop: TestShop) {
    let order = |code: Value| {
        let lines = json!([wrap(), { "title": "Tea", "quantity": 2, "priceSet": euros("10.00") }]);
        json!({ "lineItems": lines, "discountCode": code })
    };
    let cases = [
        (
            json!({ "itemPercentageDiscountCode": { "code": "TEN", "percentage": 10.0 } }),
            "22.5",
        ),
        (
            json!({ "itemFixedDiscountCode": { "code": "FIVE", "amountSet": euros("5.00") } }),
            "20.0",
        ),
        (
            json!({ "itemFixedDiscountCode": { "code": "ALL", "amountSet": euros("99.00") } }),
            "0.0",
        ),
    ];
    for (code, total) in cases {
        let reply = create(&shop, order(code), Value::Null).await.ok();
        assert_eq!(
            reply.text("orderCreate.order.totalPriceSet.shopMoney.amount"),
            total
        );
    }
    let much = json!({ "itemPercentageDiscountCode": { "code": "MUCH", "percentage": 101.0 } });
    let reply = create(&shop, order(much), Value::Null).await;
    reply.refused_at("order.discountCode");
}
