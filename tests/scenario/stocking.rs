//! Where items are stocked, what is set aside there, and locations that close.

use serde_json::Value;
use tests::{Card, Receiver, Reply, TestShop, Variant, json, scenario};

use crate::webhook_topics::{number, subscribe, told};

const ACTIVATE: &str = "mutation ($item: ID!, $at: ID!, $available: Int, $onHand: Int) {
    inventoryActivate(inventoryItemId: $item, locationId: $at, available: $available, onHand: $onHand) {
        inventoryLevel { id isActive canDeactivate deactivationAlert location { id }
            quantities(names: [\"available\", \"on_hand\"]) { name quantity } }
        userErrors { field message } } }";
const DEACTIVATE: &str = "mutation ($level: ID!) { inventoryDeactivate(inventoryLevelId: $level) {
    userErrors { field message } } }";
const TOGGLE: &str = "mutation ($item: ID!, $updates: [InventoryBulkToggleActivationInput!]!) {
    inventoryBulkToggleActivation(inventoryItemId: $item, inventoryItemUpdates: $updates) {
        inventoryItem { id inventoryLevels(first: 5) { nodes { location { id } } } }
        inventoryLevels { location { id } } userErrors { field message code } } }";
const MOVE: &str = "mutation ($input: InventoryMoveQuantitiesInput!) {
    inventoryMoveQuantities(input: $input) {
        inventoryAdjustmentGroup { reason referenceDocumentUri changes {
            name delta quantityAfterChange ledgerDocumentUri } }
        userErrors { field message code } } }";
const LEVELS: &str = "query ($item: ID!) { inventoryItem(id: $item) {
    inventoryLevels(first: 5) { nodes { id location { id } canDeactivate deactivationAlert
        quantities(names: [\"available\", \"committed\", \"damaged\"]) { quantity } } } } }";

async fn given_location(shop: &TestShop, name: &str) -> String {
    let add = "mutation ($name: String!) { locationAdd(input: {name: $name,
        address: {countryCode: DE}}) { location { id } userErrors { message } } }";
    let made = shop.admin(add, json!({"name": name})).await.ok();
    made.text("locationAdd.location.id")
}

async fn levels(shop: &TestShop, item: &str) -> Vec<Value> {
    let read = shop.admin(LEVELS, json!({"item": item})).await.ok();
    read.list("inventoryItem.inventoryLevels.nodes").to_vec()
}

#[scenario]
async fn an_item_is_stocked_somewhere_and_no_longer(shop: TestShop) {
    let receiver = Receiver::start().await;
    let pot = shop.given_variant("10.00", 3).await;
    let attic = given_location(&shop, "Attic").await;
    let topics = ["INVENTORY_LEVELS_CONNECT", "INVENTORY_LEVELS_DISCONNECT"];
    subscribe(&shop, &receiver, &topics).await;
    let only = levels(&shop, &pot.item).await;
    assert_eq!(only[0]["canDeactivate"], false);
    assert!(only[0]["deactivationAlert"].is_string());
    shop.admin(DEACTIVATE, json!({"level": only[0]["id"]}))
        .await
        .refused_at("inventoryLevelId");

    let stocked = json!({"item": pot.item, "at": attic, "onHand": 4});
    let reply = shop.admin(ACTIVATE, stocked.clone()).await.ok();
    let level = reply.get("inventoryActivate.inventoryLevel").clone();
    assert_eq!(level["quantities"][0]["quantity"], 4);
    assert_eq!(level["canDeactivate"], true);
    let connected = told(&receiver, "inventory_levels/connect").await;
    assert_eq!(connected["location_id"], number(&attic));
    shop.admin(ACTIVATE, stocked).await.refused_at("onHand");
    let again = json!({"item": pot.item, "at": attic});
    let again = shop.admin(ACTIVATE, again).await.ok();
    assert_eq!(
        again.get("inventoryActivate.inventoryLevel.id"),
        &level["id"]
    );
    for (wrong, field) in [
        (
            json!({"item": pot.item, "at": "gid://shopify/Location/1"}),
            "locationId",
        ),
        (
            json!({"item": "gid://shopify/InventoryItem/1", "at": attic}),
            "inventoryItemId",
        ),
        (
            json!({"item": pot.item, "at": attic, "available": 1, "onHand": 1}),
            "onHand",
        ),
    ] {
        shop.admin(ACTIVATE, wrong).await.refused_at(field);
    }

    shop.admin(DEACTIVATE, json!({"level": level["id"]}))
        .await
        .ok();
    let gone = told(&receiver, "inventory_levels/disconnect").await;
    let wanted = json!({"inventory_item_id": number(&pot.item), "location_id": number(&attic)});
    assert_eq!(gone, wanted);
    assert_eq!(levels(&shop, &pot.item).await.len(), 1);
    shop.admin(DEACTIVATE, json!({"level": level["id"]}))
        .await
        .refused_at("inventoryLevelId");
}

#[scenario]
async fn what_orders_wait_for_stays_stocked(shop: TestShop) {
    let pot = shop.given_variant("10.00", 3).await;
    let cart = shop.given_cart(&[(&pot, 1)]).await;
    shop.buy(&cart, Card::Approves).await.status(303);
    let item = pot.item.clone();
    let there = given_location(&shop, "Attic").await;
    let here = pot.location.clone();
    let update = |at: &str, activate: bool| json!({"locationId": at, "activate": activate});
    let both = json!({"item": item, "updates": [update(&there, true), update(&here, false)]});
    shop.admin(TOGGLE, both)
        .await
        .refused("COMMITTED_INVENTORY_AT_LOCATION");
    assert_eq!(levels(&shop, &item).await.len(), 1);
    let one = json!({"item": item, "updates": [update(&there, true)]});
    let reply = shop.admin(TOGGLE, one).await.ok();
    let at = "inventoryBulkToggleActivation";
    assert_eq!(
        reply
            .list(&format!("{at}.inventoryItem.inventoryLevels.nodes"))
            .len(),
        2
    );
    assert_eq!(
        reply.text(&format!("{at}.inventoryLevels.0.location.id")),
        there
    );
    let off = json!({"item": item, "updates": [update(&there, false)]});
    shop.admin(TOGGLE, off.clone()).await.ok();
    shop.admin(TOGGLE, off).await.refused("LOCATION_NOT_FOUND");
}

fn moved(pot: &Variant, quantity: i64, to: &str, paper: Option<&str>) -> Value {
    let at = &pot.location;
    json!({"reason": "damaged", "referenceDocumentUri": "app://report/1", "changes": [{
        "inventoryItemId": pot.item, "quantity": quantity,
        "from": {"locationId": at, "name": "available"},
        "to": {"locationId": at, "name": to, "ledgerDocumentUri": paper}}]})
}

async fn try_to_move(shop: &TestShop, input: Value) -> Reply {
    shop.admin(MOVE, json!({"input": input})).await
}

#[scenario]
async fn units_are_moved_between_names_with_their_papers(shop: TestShop) {
    let pot = shop.given_variant("10.00", 3).await;
    let paper = Some("erp://1");
    let reply = try_to_move(&shop, moved(&pot, 2, "damaged", paper))
        .await
        .ok();
    let changes = reply.list("inventoryMoveQuantities.inventoryAdjustmentGroup.changes");
    let wanted = json!([
        {"name": "available", "delta": -2, "quantityAfterChange": 1, "ledgerDocumentUri": null},
        {"name": "damaged", "delta": 2, "quantityAfterChange": 2, "ledgerDocumentUri": "erp://1"},
    ]);
    assert_eq!(json!(changes), wanted);
    for (input, code) in [
        (moved(&pot, 2, "damaged", paper), "MOVE_QUANTITIES_FAILED"),
        (
            moved(&pot, -1, "damaged", paper),
            "INVALID_QUANTITY_NEGATIVE",
        ),
        (moved(&pot, 1, "damaged", None), "INVALID_QUANTITY_DOCUMENT"),
        (
            moved(&pot, 1, "damaged", Some("gid://shopify/Order/1")),
            "INTERNAL_LEDGER_DOCUMENT",
        ),
        (moved(&pot, 1, "on_hand", paper), "INVALID_QUANTITY_NAME"),
        (moved(&pot, 1, "available", None), "SAME_QUANTITY_NAME"),
    ] {
        try_to_move(&shop, input).await.refused(code);
    }
    let mut stale = moved(&pot, 1, "damaged", paper);
    stale["changes"][0]["from"]["changeFromQuantity"] = json!(7);
    try_to_move(&shop, stale)
        .await
        .refused("CHANGE_FROM_QUANTITY_STALE");
}

const CLOSE: &str = "mutation ($id: ID!, $to: ID) {
    locationDeactivate(locationId: $id, destinationLocationId: $to) {
        location { isActive deactivatedAt activatable deletable }
        locationDeactivateUserErrors { field message code } } }";
const OPEN: &str = "mutation ($id: ID!) { locationActivate(locationId: $id) {
    location { isActive deactivatedAt } locationActivateUserErrors { field message code } } }";
const DELETE: &str = "mutation ($id: ID!) { locationDelete(locationId: $id) {
    deletedLocationId locationDeleteUserErrors { field message code } } }";

#[scenario]
async fn a_location_closes_when_its_stock_goes_elsewhere(shop: TestShop) {
    let pot = shop.given_variant("10.00", 3).await;
    let attic = given_location(&shop, "Attic").await;
    let stocked = json!({"item": pot.item, "at": attic, "available": 4});
    shop.admin(ACTIVATE, stocked).await.ok();
    let nowhere = "gid://shopify/Location/1";
    for (id, to, wanted) in [
        (
            pot.location.as_str(),
            None,
            "PERMANENTLY_BLOCKED_FROM_DEACTIVATION_ERROR",
        ),
        (&attic, None, "HAS_ACTIVE_INVENTORY_ERROR"),
        (
            &attic,
            Some(attic.as_str()),
            "DESTINATION_LOCATION_IS_THE_SAME_LOCATION",
        ),
        (
            &attic,
            Some(nowhere),
            "DESTINATION_LOCATION_NOT_FOUND_OR_INACTIVE",
        ),
        (nowhere, None, "LOCATION_NOT_FOUND"),
    ] {
        let asked = json!({"id": id, "to": to});
        shop.admin(CLOSE, asked).await.refused(wanted);
    }
    shop.admin(DELETE, json!({"id": attic}))
        .await
        .refused("LOCATION_IS_ACTIVE");
    let asked = json!({"id": attic, "to": pot.location});
    shop.admin(CLOSE, asked).await.ok();
    let left = levels(&shop, &pot.item).await;
    assert_eq!(left[0]["quantities"][0]["quantity"], 7);
}

#[scenario]
async fn a_location_closes_opens_and_is_deleted(shop: TestShop) {
    let receiver = Receiver::start().await;
    let attic = given_location(&shop, "Attic").await;
    let topics = [
        "LOCATIONS_ACTIVATE",
        "LOCATIONS_DEACTIVATE",
        "LOCATIONS_DELETE",
    ];
    subscribe(&shop, &receiver, &topics).await;
    let reply = shop.admin(CLOSE, json!({"id": attic})).await.ok();
    let location = reply.get("locationDeactivate.location");
    assert_eq!(location["isActive"], false);
    assert!(location["deactivatedAt"].is_string());
    assert_eq!(location["deletable"], true);
    let told_of = told(&receiver, "locations/deactivate").await;
    assert_eq!(told_of["active"], false);

    let reply = shop.admin(OPEN, json!({"id": attic})).await.ok();
    assert_eq!(
        reply.get("locationActivate.location.deactivatedAt"),
        &Value::Null
    );
    assert_eq!(told(&receiver, "locations/activate").await["active"], true);
    shop.admin(CLOSE, json!({"id": attic})).await.ok();
    shop.admin(DELETE, json!({"id": attic})).await.ok();
    let gone = told(&receiver, "locations/delete").await;
    assert_eq!(gone, json!({"id": number(&attic)}));
    for query in [DELETE, OPEN] {
        shop.admin(query, json!({"id": attic}))
            .await
            .refused("LOCATION_NOT_FOUND");
    }
    let read = "query ($id: ID!) { location(id: $id) { id }
        locations(first: 5, includeInactive: true) { nodes { id } } }";
    let read = shop.admin(read, json!({"id": attic})).await.ok();
    assert!(read.get("location").is_null());
    assert_eq!(read.list("locations.nodes").len(), 1);
    given_location(&shop, "Attic").await;
}

#[scenario]
async fn orders_of_what_was_deleted_go_on_without_its_stock(shop: TestShop) {
    let pot = shop.given_variant("10.00", 9).await;
    let orders = [
        shop.given_order(&pot, 1).await,
        shop.given_order(&pot, 2).await,
    ];
    let delete = "mutation ($id: ID!) { productDelete(input: {id: $id}) {
        deletedProductId userErrors { message } } }";
    shop.admin(delete, json!({"id": pot.product})).await.ok();

    let work =
        "query ($id: ID!) { order(id: $id) { fulfillmentOrders(first: 1) { nodes { id } } } }";
    let work = shop.admin(work, json!({"id": orders[0]})).await.ok();
    let work = work.text("order.fulfillmentOrders.nodes.0.id");
    let send = "mutation ($id: ID!) { fulfillmentCreate(fulfillment: {
        lineItemsByFulfillmentOrder: [{fulfillmentOrderId: $id}]}) {
        fulfillment { id } userErrors { message } } }";
    let sent = shop.admin(send, json!({"id": work})).await.ok();
    let parcel = sent.text("fulfillmentCreate.fulfillment.id");
    let back = "mutation ($id: ID!) { fulfillmentCancel(id: $id) {
        fulfillment { status } userErrors { message } } }";
    shop.admin(back, json!({"id": parcel})).await.ok();
    let cancel =
        "mutation ($id: ID!) { orderCancel(orderId: $id, reason: CUSTOMER, restock: true) {
        job { done } orderCancelUserErrors { message } } }";
    for order in orders {
        shop.admin(cancel, json!({"id": order})).await.ok();
    }
}
