//! Checkouts: one cart becomes one order, or stays a cart.

use serde_json::json;
use tests::{Card, TestShop, Variant, scenario};

use crate::carts::delete;
use crate::sale::{STOCK, given_teapot};

async fn orders(shop: &TestShop) -> i64 {
    let reply = shop
        .admin("{ ordersCount { count } }", json!({}))
        .await
        .ok();
    reply.number("ordersCount.count")
}

/// Sets what is available of a variant.
async fn given_stock(shop: &TestShop, variant: &Variant, quantity: i64) {
    let query = "mutation($input: InventorySetQuantitiesInput!) {
        inventorySetQuantities(input: $input) { userErrors { field message code } }
    }";
    let quantities = json!([{
        "inventoryItemId": variant.item, "locationId": variant.location, "quantity": quantity,
    }]);
    let input = json!({ "name": "available", "reason": "correction", "quantities": quantities });
    let _ = shop.admin(query, json!({ "input": input })).await.ok();
}

#[scenario]
async fn a_checkout_takes_stock_and_money_and_answers_the_same_when_sent_again(shop: TestShop) {
    let teapot = given_teapot(&shop).await;
    let cart = shop.given_cart(&[(&teapot, 2)]).await;
    let [first, again] = shop.buy_twice(&cart, Card::Approves).await;
    let (first, again) = (first.status(303), again.status(303));
    assert_eq!(again.header("Location"), first.header("Location"));
    assert_eq!(orders(&shop).await, 1);
    assert_eq!(shop.available(&teapot).await, STOCK - 2);

    let query = "{ orders(first: 1) { nodes { displayFinancialStatus totalPriceSet { shopMoney { amount } } } } }";
    let order = shop.admin(query, json!({})).await.ok();
    assert_eq!(order.text("orders.nodes.0.displayFinancialStatus"), "PAID");
}

#[scenario]
async fn a_card_that_does_not_pay_changes_nothing(shop: TestShop) {
    let teapot = given_teapot(&shop).await;
    let cart = shop.given_cart(&[(&teapot, 1)]).await;
    for card in [Card::Declines, Card::Fails] {
        let page = shop.buy(&cart, card).await;
        assert_ne!(page.status, 303, "{card:?} bought");
    }
    assert_eq!(orders(&shop).await, 0);
    assert_eq!(shop.available(&teapot).await, STOCK);
    let _ = shop.buy(&cart, Card::Approves).await.status(303);
    assert_eq!(orders(&shop).await, 1);
}

#[scenario]
async fn stock_that_runs_out_between_cart_and_checkout_is_not_sold(shop: TestShop) {
    let teapot = given_teapot(&shop).await;
    let late = shop.given_cart(&[(&teapot, 2)]).await;
    given_stock(&shop, &teapot, 1).await;
    let page = shop.buy(&late, Card::Approves).await;
    assert_ne!(page.status, 303);
    assert_eq!(orders(&shop).await, 0);
    assert_eq!(shop.available(&teapot).await, 1);
}

#[scenario]
async fn a_product_deleted_before_the_checkout_is_not_sold(shop: TestShop) {
    let teapot = given_teapot(&shop).await;
    let cart = shop.given_cart(&[(&teapot, 1)]).await;
    delete(&shop, &teapot).await;
    let page = shop.buy(&cart, Card::Approves).await;
    assert_ne!(page.status, 303);
    assert_eq!(orders(&shop).await, 0);
}

#[scenario]
async fn of_many_buyers_exactly_as_many_get_one_as_there_are(shop: TestShop) {
    let teapot = given_teapot(&shop).await;
    given_stock(&shop, &teapot, 3).await;
    let mut carts = Vec::new();
    for _ in 0..6 {
        carts.push(shop.given_cart(&[(&teapot, 1)]).await);
    }
    let mut sold = 0;
    for cart in &carts {
        sold += i64::from(shop.buy(cart, Card::Approves).await.status == 303);
    }
    assert_eq!((sold, orders(&shop).await), (3, 3));
    assert_eq!(shop.available(&teapot).await, 0);
}
