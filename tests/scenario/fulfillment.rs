//! Letting goods leave.

use serde_json::json;
use tests::{TestShop, scenario};

use crate::sale::{STOCK, fulfill, given_paid_sale};

#[scenario]
async fn an_order_leaves_in_two_parcels(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    let input = json!({
        "lineItemsByFulfillmentOrder": [{
            "fulfillmentOrderId": sale.fulfillment_order,
            "fulfillmentOrderLineItems": [{ "id": sale.work[0], "quantity": 1 }],
        }],
        "trackingInfo": { "company": "Post", "numbers": ["1", "2"], "url": "https://post.example/1" },
        "notifyCustomer": true,
    });
    let reply = fulfill(&shop, input).await.ok();
    let parcel = "fulfillmentCreate.fulfillment";
    assert_eq!(reply.text(&format!("{parcel}.name")), "#1001-F1");
    assert_eq!(reply.text(&format!("{parcel}.status")), "SUCCESS");
    assert_eq!(reply.number(&format!("{parcel}.totalQuantity")), 1);
    assert_eq!(reply.text(&format!("{parcel}.trackingInfo.1.number")), "2");
    assert_eq!(sale.states(&shop).await, "PAID PARTIALLY_FULFILLED 31.9");
    assert_eq!(sale.stock(&shop).await, (STOCK - 2, 1));

    let _ = sale.fulfill(&shop, &[]).await.ok();
    assert_eq!(sale.states(&shop).await, "PAID FULFILLED 31.9");
    assert_eq!(sale.stock(&shop).await, (STOCK - 2, 0));
    let query = "query($id: ID!) { order(id: $id) {
        closed fulfillmentsCount { count }
        fulfillments(first: 5) { name fulfillmentLineItems(first: 5) { nodes {
            quantity lineItem { title fulfillmentStatus } } } }
        fulfillmentOrders(first: 5) { nodes { status supportedActions { action } } }
    } }";
    let reply = shop.admin(query, json!({ "id": sale.order })).await.ok();
    // What is paid and has left is put away.
    assert_eq!(reply.get("order.closed"), &json!(true));
    assert_eq!(reply.number("order.fulfillmentsCount.count"), 2);
    let second = "order.fulfillments.1.fulfillmentLineItems.nodes";
    assert_eq!(reply.list(second).len(), 2);
    assert_eq!(
        reply.text("order.fulfillmentOrders.nodes.0.status"),
        "CLOSED"
    );
    assert_eq!(
        reply.get("order.fulfillmentOrders.nodes.0.supportedActions"),
        &json!([])
    );
}

#[scenario]
async fn what_cannot_leave_is_refused_and_nothing_moves(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    let other = given_paid_sale(&shop).await;
    let group = |order: &str, lines: serde_json::Value| json!({ "fulfillmentOrderId": order, "fulfillmentOrderLineItems": lines });
    let unknown = "gid://shopify/FulfillmentOrder/1";
    let no_line = "gid://shopify/FulfillmentOrderLineItem/1";
    let cases = [
        (
            json!([group(
                &sale.fulfillment_order,
                json!([{ "id": sale.work[0], "quantity": 3 }])
            )]),
            "Invalid fulfillment order line item quantity requested.",
        ),
        (
            json!([group(
                &sale.fulfillment_order,
                json!([{ "id": no_line, "quantity": 1 }])
            )]),
            "Fulfillment order line item does not exist.",
        ),
        (
            json!([group(
                &sale.fulfillment_order,
                json!([{ "id": other.work[0], "quantity": 1 }])
            )]),
            "Fulfillment order line item does not exist.",
        ),
        (
            json!([{ "fulfillmentOrderId": unknown }]),
            "Fulfillment order does not exist.",
        ),
    ];
    for (groups, message) in cases {
        let reply = fulfill(&shop, json!({ "lineItemsByFulfillmentOrder": groups })).await;
        let errors = reply.get("fulfillmentCreate.userErrors");
        assert_eq!(
            errors,
            &json!([{ "field": ["fulfillment"], "message": message }])
        );
        assert!(reply.get("fulfillmentCreate.fulfillment").is_null());
    }
    let both = json!([
        { "fulfillmentOrderId": sale.fulfillment_order },
        { "fulfillmentOrderId": other.fulfillment_order },
    ]);
    let reply = fulfill(&shop, json!({ "lineItemsByFulfillmentOrder": both })).await;
    let message = reply.text("fulfillmentCreate.userErrors.0.message");
    assert!(message.starts_with("All fulfillment orders must belong to the same order."));
    let nothing = json!([group(
        &sale.fulfillment_order,
        json!([{ "id": sale.work[0], "quantity": 0 }])
    )]);
    let reply = fulfill(&shop, json!({ "lineItemsByFulfillmentOrder": nothing })).await;
    let field = reply.get("fulfillmentCreate.userErrors.0.field").clone();
    let path = [
        "fulfillment",
        "lineItemsByFulfillmentOrder",
        "0",
        "fulfillmentOrderLineItems",
        "0",
        "quantity",
    ];
    assert_eq!(field, json!(path));
    assert_eq!(sale.states(&shop).await, "PAID UNFULFILLED 31.9");
}

#[scenario]
async fn a_closed_fulfilment_order_sends_nothing_more(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    let _ = sale.fulfill(&shop, &[]).await.ok();
    let again = sale.fulfill(&shop, &[]).await;
    let message = again.text("fulfillmentCreate.userErrors.0.message");
    assert!(
        message.ends_with("has an unfulfillable status= closed."),
        "{message}"
    );
}

#[scenario]
async fn of_two_parcels_of_the_same_units_one_leaves(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    let (one, other) = tokio::join!(
        sale.fulfill(&shop, &[(0, 2)]),
        sale.fulfill(&shop, &[(0, 2)]),
    );
    let left = [one, other]
        .iter()
        .filter(|reply| reply.get("fulfillmentCreate.fulfillment").is_object())
        .count();
    assert_eq!(left, 1);
    assert_eq!(sale.stock(&shop).await, (STOCK - 2, 0));
}

#[scenario]
async fn tracking_is_changed_and_read_back(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    let id = sale
        .fulfill(&shop, &[])
        .await
        .ok()
        .text("fulfillmentCreate.fulfillment.id");
    let update = "mutation($id: ID!, $number: String!) {
        fulfillmentTrackingInfoUpdate(
            fulfillmentId: $id, trackingInfoInput: { company: \"Bote\", number: $number }
        ) { fulfillment { trackingInfo { company number url } } userErrors { field message } } }";
    let reply = shop
        .admin(update, json!({ "id": id, "number": "42" }))
        .await
        .ok();
    let info = reply.get("fulfillmentTrackingInfoUpdate.fulfillment.trackingInfo");
    assert_eq!(
        info,
        &json!([{ "company": "Bote", "number": "42", "url": null }])
    );
    let unknown = json!({ "id": "gid://shopify/Fulfillment/1", "number": "42" });
    shop.admin(update, unknown)
        .await
        .refused_at("fulfillmentId");
    let query = "query($id: ID!) { fulfillment(id: $id) {
        order { name } location { name } originAddress { countryCode } requiresShipping
        fulfillmentOrders(first: 2) { nodes { id } } events(first: 1) { nodes { id } }
    } }";
    let reply = shop.admin(query, json!({ "id": id })).await.ok();
    assert_eq!(reply.text("fulfillment.order.name"), "#1001");
    assert_eq!(
        reply.text("fulfillment.fulfillmentOrders.nodes.0.id"),
        sale.fulfillment_order
    );
}

#[scenario]
async fn fulfilment_orders_are_listed_with_where_they_go(shop: TestShop) {
    let done = given_paid_sale(&shop).await;
    let _ = done.fulfill(&shop, &[]).await.ok();
    let sale = given_paid_sale(&shop).await;
    let query = "query($closed: Boolean) {
        fulfillmentOrders(first: 5, includeClosed: $closed, query: \"status:open OR status:closed\") {
            nodes {
                id status requestStatus orderName orderId
                destination { lastName city countryCode email }
                assignedLocation { name countryCode location { id } }
                deliveryMethod { methodType presentedName }
                merchantRequests(first: 1) { nodes { id } }
                fulfillmentHolds { id }
                supportedActions { action }
                lineItems(first: 5) { nodes { productTitle sku remainingQuantity lineItem { quantity } } }
            }
        } }";
    let reply = shop.admin(query, json!({ "closed": true })).await.ok();
    assert_eq!(reply.list("fulfillmentOrders.nodes").len(), 2);
    let reply = shop.admin(query, json!({})).await.ok();
    assert_eq!(reply.list("fulfillmentOrders.nodes").len(), 1);
    let at = |field: &str| reply.text(&format!("fulfillmentOrders.nodes.0.{field}"));
    assert_eq!(at("id"), sale.fulfillment_order);
    assert_eq!(at("orderName"), "#1002");
    assert_eq!(at("destination.city"), "Bremen");
    assert_eq!(at("destination.email"), "bea@example.com");
    assert_eq!(at("deliveryMethod.methodType"), "SHIPPING");
    assert_eq!(at("deliveryMethod.presentedName"), "Parcel");
    assert_eq!(at("supportedActions.0.action"), "CREATE_FULFILLMENT");
    assert_eq!(at("assignedLocation.location.id"), sale.location);
    assert_eq!(at("lineItems.nodes.0.productTitle"), "Teapot");
}

#[scenario]
async fn fulfilling_needs_its_scope(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    let token = shop.token(&["write_orders"]).await;
    let create = "mutation($id: ID!) { fulfillmentCreate(fulfillment: {
        lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: $id }] }) { userErrors { message } } }";
    let id = json!({ "id": sale.fulfillment_order });
    let _ = shop
        .admin_with(&token, create, id)
        .await
        .error("ACCESS_DENIED");
    let update = "mutation { fulfillmentTrackingInfoUpdate(
        fulfillmentId: \"gid://shopify/Fulfillment/1\", trackingInfoInput: {}) {
        userErrors { message } } }";
    let _ = shop
        .admin_with(&token, update, json!({}))
        .await
        .error("ACCESS_DENIED");
    let allowed = shop
        .token(&["write_merchant_managed_fulfillment_orders"])
        .await;
    let id = json!({ "id": sale.fulfillment_order });
    let _ = shop.admin_with(&allowed, create, id).await.ok();
}

#[scenario]
async fn a_tracking_address_is_one_of_the_web(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    let create = "mutation($id: ID!, $url: URL) { fulfillmentCreate(fulfillment: {
        trackingInfo: { number: \"1\", url: $url }
        lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: $id }] }) {
        fulfillment { id } userErrors { field message } } }";
    let with = |url: &str| json!({ "id": sale.fulfillment_order, "url": url });
    let refused = shop.admin(create, with("javascript:alert(1)")).await;
    let said = refused.refused_at("fulfillment")["message"].to_string();
    assert!(said.contains("must begin with https://"), "{said}");

    let sent = shop
        .admin(create, with("https://post.example/1"))
        .await
        .ok();
    let id = sent.text("fulfillmentCreate.fulfillment.id");
    let update = "mutation($id: ID!, $url: URL) { fulfillmentTrackingInfoUpdate(
        fulfillmentId: $id, trackingInfoInput: { url: $url }) {
        fulfillment { trackingInfo { url } } userErrors { field message } } }";
    let with = |url: &str| json!({ "id": id, "url": url });
    let refused = shop.admin(update, with("data:text/html,x")).await;
    let said = refused.refused_at("trackingInfoInput.url")["message"].to_string();
    assert!(said.contains("must begin with https://"), "{said}");
    let taken = shop.admin(update, with("http://post.example/2")).await.ok();
    let url = taken.text("fulfillmentTrackingInfoUpdate.fulfillment.trackingInfo.0.url");
    assert_eq!(url, "http://post.example/2");
}
