//! Fulfilment orders that are held, moved, split and called off, and parcels that are called back.

use commerce::Actor;
use commerce::inventory::{self, NewLocation};
use serde_json::Value;
use tests::{Reply, TestShop, json, scenario};

use crate::sale::{STOCK, Sale, given_paid_sale};

const CANCEL: &str = "mutation($id: ID!) { fulfillmentCancel(id: $id) {
    fulfillment { id status displayStatus } userErrors { field message } } }";
const HOLD: &str = "mutation($id: ID!, $hold: FulfillmentOrderHoldInput!) {
    fulfillmentOrderHold(id: $id, fulfillmentHold: $hold) {
        fulfillmentHold { id reason displayReason reasonNotes handle heldByRequestingApp }
        fulfillmentOrder { id status fulfillmentHolds { id } supportedActions { action }
            lineItems(first: 5) { nodes { totalQuantity } } }
        remainingFulfillmentOrder { id status lineItems(first: 5) { nodes { totalQuantity } } }
        userErrors { field message code } } }";
const RELEASE: &str = "mutation($id: ID!, $holds: [ID!]) {
    fulfillmentOrderReleaseHold(id: $id, holdIds: $holds) {
        fulfillmentOrder { status fulfillmentHolds { id } } userErrors { field message code } } }";
const MOVE: &str = "mutation($id: ID!, $to: ID!, $lines: [FulfillmentOrderLineItemInput!]) {
    fulfillmentOrderMove(id: $id, newLocationId: $to, fulfillmentOrderLineItems: $lines) {
        originalFulfillmentOrder { id status assignedLocation { location { id } } }
        movedFulfillmentOrder { id status assignedLocation { location { id } } }
        remainingFulfillmentOrder { id } userErrors { field message code } } }";
const SPLIT: &str = "mutation($splits: [FulfillmentOrderSplitInput!]!) {
    fulfillmentOrderSplit(fulfillmentOrderSplits: $splits) {
        fulfillmentOrderSplits {
            fulfillmentOrder { id lineItems(first: 5) { nodes { totalQuantity } } }
            remainingFulfillmentOrder { id status lineItems(first: 5) { nodes { totalQuantity } } } }
        userErrors { field message code } } }";
const CALL_OFF: &str = "mutation($id: ID!) { fulfillmentOrderCancel(id: $id) {
    fulfillmentOrder { id status } replacementFulfillmentOrder { id status
        lineItems(first: 5) { nodes { remainingQuantity } } }
    userErrors { field message code } } }";

fn line(id: &str, quantity: i64) -> Value {
    json!({ "id": id, "quantity": quantity })
}

async fn hold(shop: &TestShop, sale: &Sale, more: Value) -> Reply {
    let mut input = json!({ "reason": "INCORRECT_ADDRESS", "reasonNotes": "No such street" });
    for (name, value) in more.as_object().into_iter().flatten() {
        input[name] = value.clone();
    }
    let variables = json!({ "id": sale.fulfillment_order, "hold": input });
    shop.admin(HOLD, variables).await
}

#[scenario]
async fn a_parcel_is_called_back_and_sent_again(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    let sent = sale.fulfill(&shop, &[]).await.ok();
    let parcel = sent.text("fulfillmentCreate.fulfillment.id");
    assert_eq!(sale.stock(&shop).await, (STOCK - 2, 0));
    let reply = shop.admin(CANCEL, json!({ "id": parcel })).await.ok();
    assert_eq!(
        reply.text("fulfillmentCancel.fulfillment.displayStatus"),
        "CANCELED"
    );
    assert_eq!(sale.stock(&shop).await, (STOCK - 2, 2));
    assert_eq!(sale.states(&shop).await, "PAID UNFULFILLED 31.9");
    let again = shop.admin(CANCEL, json!({ "id": parcel })).await;
    again.refused_at("id");
    let unknown = json!({ "id": "gid://shopify/Fulfillment/1" });
    shop.admin(CANCEL, unknown).await.refused_at("id");
    let create = "mutation($id: ID!) { fulfillmentCreateV2(fulfillment: {
        lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: $id }] }) {
        fulfillment { id service { handle location { id } } } userErrors { field message } } }";
    let reply = shop
        .admin(create, json!({ "id": sale.fulfillment_order }))
        .await
        .ok();
    let id = reply.text("fulfillmentCreateV2.fulfillment.id");
    assert_eq!(
        reply.text("fulfillmentCreateV2.fulfillment.service.handle"),
        "manual"
    );
    assert_eq!(sale.states(&shop).await, "PAID FULFILLED 31.9");
    assert_eq!(sale.stock(&shop).await, (STOCK - 2, 0));
    let track = "mutation($id: ID!) { fulfillmentTrackingInfoUpdateV2(fulfillmentId: $id,
        trackingInfoInput: { number: \"42\" }) {
        fulfillment { trackingInfo { number } } userErrors { field message } } }";
    let _ = shop.admin(track, json!({ "id": id })).await.ok();
    let missing = json!({ "id": "gid://shopify/Fulfillment/1" });
    shop.admin(track, missing).await.refused_at("fulfillmentId");
}

#[scenario]
async fn what_is_held_does_not_leave_until_it_is_let_go(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    let reply = hold(&shop, &sale, json!({ "handle": "check" })).await.ok();
    let at = "fulfillmentOrderHold";
    assert_eq!(
        reply.text(&format!("{at}.fulfillmentOrder.status")),
        "ON_HOLD"
    );
    assert_eq!(
        reply.text(&format!("{at}.fulfillmentHold.displayReason")),
        "Incorrect address"
    );
    assert_eq!(
        reply.get(&format!("{at}.fulfillmentHold.heldByRequestingApp")),
        &json!(true)
    );
    assert!(
        reply
            .get(&format!("{at}.remainingFulfillmentOrder"))
            .is_null()
    );
    let taken = hold(&shop, &sale, json!({ "handle": "check" })).await;
    taken.refused("DUPLICATE_FULFILLMENT_HOLD_HANDLE");
    let second = hold(&shop, &sale, json!({ "handle": "again" })).await.ok();
    let second = second.text("fulfillmentOrderHold.fulfillmentHold.id");
    let refused = sale.fulfill(&shop, &[]).await;
    let _ = refused.refused_at("fulfillment");

    let one = json!({ "id": sale.fulfillment_order, "holds": [second] });
    let reply = shop.admin(RELEASE, one.clone()).await.ok();
    let at = "fulfillmentOrderReleaseHold.fulfillmentOrder";
    assert_eq!(reply.text(&format!("{at}.status")), "ON_HOLD");
    assert_eq!(reply.list(&format!("{at}.fulfillmentHolds")).len(), 1);
    shop.admin(RELEASE, one).await.refused_at("holdIds");
    let all = json!({ "id": sale.fulfillment_order });
    let reply = shop.admin(RELEASE, all.clone()).await.ok();
    assert_eq!(reply.text(&format!("{at}.status")), "OPEN");
    shop.admin(RELEASE, all).await.refused_at("id");
    let unknown = json!({ "id": "gid://shopify/FulfillmentOrder/1" });
    shop.admin(RELEASE, unknown)
        .await
        .refused("FULFILLMENT_ORDER_NOT_FOUND");
    let _ = sale.fulfill(&shop, &[]).await.ok();
}

#[scenario]
async fn a_part_is_held_and_the_rest_leaves(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    let lines = json!({ "fulfillmentOrderLineItems": [line(&sale.work[0], 1)] });
    let reply = hold(&shop, &sale, lines).await.ok();
    let at = "fulfillmentOrderHold";
    assert_eq!(
        reply.get(&format!("{at}.fulfillmentOrder.lineItems.nodes")),
        &json!([{ "totalQuantity": 1 }])
    );
    let rest = format!("{at}.remainingFulfillmentOrder");
    assert_eq!(reply.text(&format!("{rest}.status")), "OPEN");
    assert_eq!(
        reply.get(&format!("{rest}.lineItems.nodes")),
        &json!([{ "totalQuantity": 1 }, { "totalQuantity": 1 }])
    );
    assert_eq!(sale.states(&shop).await, "PAID UNFULFILLED 31.9");
    let much = json!({ "fulfillmentOrderLineItems": [line(&sale.work[0], 9)], "handle": "b" });
    hold(&shop, &sale, much)
        .await
        .refused("FULFILLMENT_ORDER_NOT_SPLITTABLE");
    let other = given_paid_sale(&shop).await;
    let much = json!({ "fulfillmentOrderLineItems": [line(&other.work[0], 9)] });
    hold(&shop, &other, much)
        .await
        .refused("INVALID_LINE_ITEM_QUANTITY");
}

#[scenario]
async fn another_location_sends_what_it_has(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    let call = shop.call(Actor::System);
    let opened = shop
        .db()
        .write(shop.id(), move |tx| {
            let location = NewLocation {
                name: "Harbour".to_owned(),
                country_code: "DE".to_owned(),
                ..NewLocation::default()
            };
            inventory::create_location(tx, &call, &location)
        })
        .await;
    let harbour = opened.expect("another location opens").to_string();
    let to = json!({ "id": sale.fulfillment_order, "to": harbour });
    // It has none of the teapots yet.
    shop.admin(MOVE, to.clone())
        .await
        .refused_at("newLocationId");
    let item = "query($id: ID!) { order(id: $id) { lineItems(first: 1) { nodes {
        variant { inventoryItem { id } } } } } }";
    let found = shop.admin(item, json!({ "id": sale.order })).await.ok();
    let item = found.text("order.lineItems.nodes.0.variant.inventoryItem.id");
    let stock = "mutation($item: ID!, $location: ID!) { inventorySetQuantities(input: {
        name: \"available\", reason: \"correction\", quantities: [{ inventoryItemId: $item,
            locationId: $location, quantity: 5, changeFromQuantity: null }] }) { userErrors { message } } }";
    let variables = json!({ "item": item, "location": harbour });
    let _ = shop.admin(stock, variables).await.ok();

    let one =
        json!({ "id": sale.fulfillment_order, "to": harbour, "lines": [line(&sale.work[0], 1)] });
    let reply = shop.admin(MOVE, one).await.ok();
    let at = "fulfillmentOrderMove";
    let moved = reply.text(&format!("{at}.movedFulfillmentOrder.id"));
    assert_ne!(moved, sale.fulfillment_order);
    assert_eq!(
        reply.text(&format!("{at}.remainingFulfillmentOrder.id")),
        sale.fulfillment_order
    );
    let reply = shop.admin(MOVE, to.clone()).await.ok();
    assert_eq!(
        reply.text(&format!("{at}.movedFulfillmentOrder.id")),
        sale.fulfillment_order
    );
    assert_eq!(
        reply.text(&format!(
            "{at}.originalFulfillmentOrder.assignedLocation.location.id"
        )),
        harbour
    );
    // Ten at home, five at the harbour, and two of those are promised.
    assert_eq!(sale.stock(&shop).await, (STOCK + 5 - 2, 2));
    shop.admin(MOVE, to).await.refused_at("newLocationId");
    let nowhere = json!({ "id": sale.fulfillment_order, "to": "gid://shopify/Location/1" });
    shop.admin(MOVE, nowhere).await.refused_at("newLocationId");
    let _ = sale.fulfill(&shop, &[]).await.ok();
}

#[scenario]
async fn a_fulfilment_order_is_split_and_called_off(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    let splits = |lines: Value| {
        let split = json!({ "fulfillmentOrderId": sale.fulfillment_order, "fulfillmentOrderLineItems": lines });
        json!({ "splits": [split] })
    };
    let reply = shop
        .admin(SPLIT, splits(json!([line(&sale.work[1], 1)])))
        .await
        .ok();
    let at = "fulfillmentOrderSplit.fulfillmentOrderSplits.0";
    assert_eq!(
        reply.get(&format!("{at}.fulfillmentOrder.lineItems.nodes")),
        &json!([{ "totalQuantity": 2 }])
    );
    assert_eq!(
        reply.get(&format!("{at}.remainingFulfillmentOrder.lineItems.nodes")),
        &json!([{ "totalQuantity": 1 }])
    );
    shop.admin(SPLIT, splits(json!([])))
        .await
        .refused("NO_LINE_ITEMS_PROVIDED_TO_SPLIT");
    shop.admin(SPLIT, splits(json!([line(&sale.work[0], 2)])))
        .await
        .refused("INVALID_LINE_ITEM_QUANTITY");

    let id = json!({ "id": sale.fulfillment_order });
    let reply = shop.admin(CALL_OFF, id.clone()).await.ok();
    let at = "fulfillmentOrderCancel";
    assert_eq!(
        reply.text(&format!("{at}.fulfillmentOrder.status")),
        "CANCELLED"
    );
    assert_eq!(
        reply.get(&format!("{at}.replacementFulfillmentOrder.lineItems.nodes")),
        &json!([{ "remainingQuantity": 2 }])
    );
    assert_eq!(sale.stock(&shop).await, (STOCK - 2, 2));
    shop.admin(CALL_OFF, id).await.refused_at("id");
    assert_eq!(sale.states(&shop).await, "PAID UNFULFILLED 31.9");
}
