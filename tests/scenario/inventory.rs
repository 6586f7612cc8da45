//! Stock through the Admin API: setting, adjusting, and what is refused.

use serde_json::{Value, json};
use tests::{Reply, TestShop, Variant, scenario};

use crate::sale::{STOCK, given_teapot};

const GROUP: &str = "inventoryAdjustmentGroup {
    reason changes { name delta quantityAfterChange item { sku } location { name } }
}
userErrors { field message code }";

async fn set(shop: &TestShop, changes: Value) -> Reply {
    let query = format!(
        "mutation($input: InventorySetQuantitiesInput!) {{ inventorySetQuantities(input: $input) {{ {GROUP} }} }}"
    );
    let input = json!({ "name": "available", "reason": "correction", "quantities": changes });
    shop.admin(&query, json!({ "input": input })).await
}

async fn adjust(shop: &TestShop, name: &str, changes: Value) -> Reply {
    let query = format!(
        "mutation($input: InventoryAdjustQuantitiesInput!) {{ inventoryAdjustQuantities(input: $input) {{ {GROUP} }} }}"
    );
    let input = json!({ "name": name, "reason": "damaged", "changes": changes });
    shop.admin(&query, json!({ "input": input })).await
}

fn level(variant: &Variant, more: Value) -> Value {
    let mut level = json!({ "inventoryItemId": variant.item, "locationId": variant.location });
    for (name, value) in more.as_object().into_iter().flatten() {
        level[name] = value.clone();
    }
    json!([level])
}

#[scenario]
async fn a_quantity_is_set_when_it_is_what_the_caller_thinks(shop: TestShop) {
    let teapot = given_teapot(&shop).await;
    let done = set(
        &shop,
        level(
            &teapot,
            json!({ "quantity": 7, "changeFromQuantity": STOCK }),
        ),
    );
    let done = done.await.ok();
    let changes = "inventorySetQuantities.inventoryAdjustmentGroup.changes";
    assert_eq!(done.text(&format!("{changes}.0.name")), "available");
    assert_eq!(done.number(&format!("{changes}.0.delta")), 7 - STOCK);
    assert_eq!(done.number(&format!("{changes}.0.quantityAfterChange")), 7);
    assert_eq!(done.text(&format!("{changes}.1.name")), "on_hand");

    let stale = set(
        &shop,
        level(
            &teapot,
            json!({ "quantity": 9, "changeFromQuantity": STOCK }),
        ),
    );
    stale.await.refused("CHANGE_FROM_QUANTITY_STALE");
    assert_eq!(shop.available(&teapot).await, 7);
}

#[scenario]
async fn what_is_damaged_is_adjusted_with_its_paper(shop: TestShop) {
    let teapot = given_teapot(&shop).await;
    let paper = json!({ "delta": 2, "ledgerDocumentUri": "erp://damage/1" });
    let _ = adjust(&shop, "damaged", level(&teapot, paper)).await.ok();
    let without = adjust(&shop, "damaged", level(&teapot, json!({ "delta": 1 }))).await;
    without.refused("INVALID_QUANTITY_DOCUMENT");
    let query = "query($id: ID!) { inventoryItem(id: $id) {
        tracked sku
        inventoryLevels(first: 5) { nodes { quantities(names: [\"on_hand\", \"damaged\"]) { name quantity } } }
    } }";
    let item = shop.admin(query, json!({ "id": teapot.item })).await.ok();
    let quantities = "inventoryItem.inventoryLevels.nodes.0.quantities";
    assert_eq!(item.number(&format!("{quantities}.0.quantity")), STOCK + 2);
    assert_eq!(item.number(&format!("{quantities}.1.quantity")), 2);
}

#[scenario]
async fn a_change_that_cannot_be_changes_nothing(shop: TestShop) {
    let teapot = given_teapot(&shop).await;
    let negative = set(&shop, level(&teapot, json!({ "quantity": -1 }))).await;
    negative.refused("INVALID_QUANTITY_NEGATIVE");
    let huge = set(&shop, level(&teapot, json!({ "quantity": 2_000_000_000 }))).await;
    huge.refused("INVALID_QUANTITY_TOO_HIGH");
    let below = adjust(
        &shop,
        "available",
        level(&teapot, json!({ "delta": -STOCK - 1 })),
    )
    .await;
    below.refused("INVALID_QUANTITY_TOO_LOW");
    let named = adjust(&shop, "committed", level(&teapot, json!({ "delta": 1 }))).await;
    named.refused("INVALID_QUANTITY_NAME");
    let mut nowhere = level(&teapot, json!({ "quantity": 1 }));
    nowhere[0]["locationId"] = json!("gid://shopify/Location/999");
    set(&shop, nowhere).await.refused("INVALID_LOCATION");
    let mut nothing = level(&teapot, json!({ "quantity": 1 }));
    nothing[0]["inventoryItemId"] = json!("gid://shopify/InventoryItem/999");
    set(&shop, nothing).await.refused("INVALID_INVENTORY_ITEM");
    assert_eq!(shop.available(&teapot).await, STOCK);
}

#[scenario]
async fn stock_needs_its_scopes(shop: TestShop) {
    let teapot = given_teapot(&shop).await;
    let token = shop.token(&["read_inventory"]).await;
    let query = "mutation($input: InventorySetQuantitiesInput!) {
        inventorySetQuantities(input: $input) { userErrors { message } }
    }";
    let changes = level(&teapot, json!({ "quantity": 1 }));
    let input = json!({ "name": "available", "reason": "correction", "quantities": changes });
    let refused = shop
        .admin_with(&token, query, json!({ "input": input }))
        .await;
    refused.error("ACCESS_DENIED");
    let places = shop
        .admin_with(
            &token,
            "{ locations(first: 1) { nodes { id } } }",
            json!({}),
        )
        .await;
    places.error("ACCESS_DENIED");
}

#[scenario]
async fn the_stock_on_hand_is_set_by_its_own_mutation(shop: TestShop) {
    let pot = shop.given_variant("10.00", 3).await;
    let set = "mutation($input: InventorySetOnHandQuantitiesInput!) {
        inventorySetOnHandQuantities(input: $input) {
            inventoryAdjustmentGroup { reason changes { name delta } }
            userErrors { field message code } } }";
    let input = |location: &str, quantity: i64| {
        let one =
            json!({ "inventoryItemId": pot.item, "locationId": location, "quantity": quantity });
        json!({ "input": { "reason": "cycle_count_available", "setQuantities": [one] } })
    };
    let _ = shop.admin(set, input(&pot.location, 9)).await.ok();
    assert_eq!(shop.available(&pot).await, 9);
    let refused = shop.admin(set, input(&pot.location, -1)).await;
    refused.refused("INVALID_QUANTITY_NEGATIVE");
    let refused = shop.admin(set, input("gid://shopify/Location/1", 1)).await;
    refused.refused("INVALID_LOCATION");
}

#[scenario]
async fn an_item_is_changed_by_its_own_id(shop: TestShop) {
    let pot = shop.given_variant("10.00", 3).await;
    let update = "mutation($id: ID!, $input: InventoryItemInput!) {
        inventoryItemUpdate(id: $id, input: $input) {
            inventoryItem { id sku tracked unitCost { amount } countryCodeOfOrigin
                measurement { weight { unit value } } variant { sku } }
            userErrors { field message } } }";
    let input = json!({ "sku": "POT-9", "cost": "4.50", "countryCodeOfOrigin": "DE",
        "measurement": { "weight": { "unit": "KILOGRAMS", "value": 1.5 } } });
    let variables = json!({ "id": pot.item, "input": input });
    let reply = shop.admin(update, variables).await.ok();
    let at = "inventoryItemUpdate.inventoryItem";
    assert_eq!(reply.text(&format!("{at}.sku")), "POT-9");
    assert_eq!(reply.text(&format!("{at}.variant.sku")), "POT-9");
    assert_eq!(reply.text(&format!("{at}.unitCost.amount")), "4.5");
    assert_eq!(
        reply.get(&format!("{at}.measurement.weight.value")),
        &json!(1.5)
    );
    let unknown = json!({ "id": "gid://shopify/InventoryItem/1", "input": { "sku": "X" } });
    shop.admin(update, unknown).await.refused_at("id");
}

#[scenario]
async fn a_location_is_opened_and_changed(shop: TestShop) {
    let add = "mutation($input: LocationAddInput!) { locationAdd(input: $input) {
        location { id name fulfillsOnlineOrders localPickupSettingsV2 { instructions }
            fulfillmentService { handle } address { city countryCode } }
        userErrors { field message code } } }";
    let input = |name: &str, country: &str| {
        json!({ "input": { "name": name, "fulfillsOnlineOrders": false,
            "address": { "city": "Kiel", "countryCode": country, "provinceCode": "ON" } } })
    };
    let reply = shop.admin(add, input("Harbour", "DE")).await.ok();
    let at = "locationAdd.location";
    assert_eq!(reply.text(&format!("{at}.address.city")), "Kiel");
    assert_eq!(
        reply.get(&format!("{at}.fulfillsOnlineOrders")),
        &json!(false)
    );
    assert!(reply.get(&format!("{at}.fulfillmentService")).is_null());
    let id = reply.text(&format!("{at}.id"));
    shop.admin(add, input("harbour", "DE"))
        .await
        .refused("TAKEN");
    shop.admin(add, input("Depot", "US"))
        .await
        .refused("INVALID");

    let edit =
        "mutation($id: ID!, $input: LocationEditInput!) { locationEdit(id: $id, input: $input) {
        location { name fulfillsOnlineOrders address { address1 city } }
        userErrors { field message code } } }";
    let input = json!({ "name": "Quay", "address": { "address1": "Kai 1" } });
    let reply = shop
        .admin(edit, json!({ "id": id, "input": input }))
        .await
        .ok();
    assert_eq!(
        reply.get("locationEdit.location.address"),
        &json!({ "address1": "Kai 1", "city": "Kiel" })
    );
    let offline =
        json!({ "id": shop.location().await, "input": { "fulfillsOnlineOrders": false } });
    shop.admin(edit, offline)
        .await
        .refused("CANNOT_DISABLE_ONLINE_ORDER_FULFILLMENT");
    let unknown = json!({ "id": "gid://shopify/Location/1", "input": { "name": "X" } });
    shop.admin(edit, unknown).await.refused("NOT_FOUND");
}

const ENABLE: &str = "mutation($settings: DeliveryLocationLocalPickupEnableInput!) {
    locationLocalPickupEnable(localPickupSettings: $settings) {
        localPickupSettings { pickupTime instructions } userErrors { field message code } } }";
const DISABLE: &str = "mutation($id: ID!) { locationLocalPickupDisable(locationId: $id) {
    locationId userErrors { field message code } } }";
const SHOPS: &str = "query($id: ID!) {
    locations(first: 5, sortKey: NAME) { nodes { name address { city formatted } } }
    node(id: $id) { ... on ProductVariant { storeAvailability(first: 5) { nodes {
        available quantityAvailable pickUpTime location { name } } } } } }";

#[scenario]
async fn buyers_see_where_goods_can_be_fetched(shop: TestShop) {
    let variant = shop.given_variant("12.00", 5).await;
    let location = "{ location { id localPickupSettingsV2 { pickupTime } } }";
    let before = shop.admin(location, json!({})).await.ok();
    assert!(before.get("location.localPickupSettingsV2").is_null());
    let id = before.get("location.id").clone();
    let asked = json!({ "id": variant.id });
    let nobody = shop.storefront(SHOPS, asked.clone()).await.ok();
    assert_eq!(nobody.list("locations.nodes").len(), 0);
    assert_eq!(nobody.list("node.storeAvailability.nodes").len(), 0);

    let settings = json!({ "settings": { "locationId": id, "pickupTime": "TWO_HOURS",
        "instructions": "Ring the bell." } });
    let enabled = shop.admin(ENABLE, settings).await.ok();
    assert_eq!(
        enabled.get("locationLocalPickupEnable.localPickupSettings"),
        &json!({ "pickupTime": "TWO_HOURS", "instructions": "Ring the bell." })
    );
    let found = shop.storefront(SHOPS, asked.clone()).await.ok();
    assert_eq!(found.text("locations.nodes.0.address.city"), "Bremen");
    let there = found.get("node.storeAvailability.nodes.0");
    assert_eq!(there["available"], true);
    assert_eq!(there["quantityAvailable"], 5);
    assert_eq!(there["pickUpTime"], "Usually ready in 2 hours");

    let disabled = shop.admin(DISABLE, json!({ "id": id })).await.ok();
    assert_eq!(disabled.get("locationLocalPickupDisable.locationId"), &id);
    let nobody = shop.storefront(SHOPS, asked).await.ok();
    assert_eq!(nobody.list("locations.nodes").len(), 0);
}

#[scenario]
async fn goods_cannot_be_fetched_where_there_is_no_location(shop: TestShop) {
    let nowhere = "gid://shopify/Location/1";
    let settings = json!({ "settings": { "locationId": nowhere, "pickupTime": "ONE_HOUR" } });
    let refused = shop.admin(ENABLE, settings).await;
    refused.refused("ACTIVE_LOCATION_NOT_FOUND");
    let refused = shop.admin(DISABLE, json!({ "id": nowhere })).await;
    refused.refused("ACTIVE_LOCATION_NOT_FOUND");
}
