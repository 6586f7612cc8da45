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
