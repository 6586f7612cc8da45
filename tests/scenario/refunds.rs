//! Giving money and goods back.

use commerce::orders::DisplayFinancialStatus;
use serde_json::{Value, json};
use tests::{TestShop, scenario};

use crate::sale::{STOCK, Sale, given_paid_sale, given_sale, refund};

fn line(id: &str, quantity: i64, restock: &str) -> Value {
    json!({ "lineItemId": id, "quantity": quantity, "restockType": restock })
}

fn lines(list: &[Value]) -> Value {
    json!({ "refundLineItems": list })
}

#[scenario]
async fn a_refund_gives_back_money_goods_and_shipping(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    let _ = sale.fulfill(&shop, &[]).await.ok();
    let more = json!({
        "refundLineItems": [{
            "lineItemId": sale.teapots, "quantity": 1, "restockType": "RETURN",
            "locationId": sale.location,
        }],
        "shipping": { "fullRefund": true },
        "note": "a crack in the lid",
    });
    // One teapot of 10.00 and 4.00 for shipping, with 10 % tax on both.
    let reply = sale.refund(&shop, "15.40", more).await.ok();
    assert_eq!(reply.text("refundCreate.refund.note"), "a crack in the lid");
    assert_eq!(
        reply.text("refundCreate.order.displayFinancialStatus"),
        "PARTIALLY_REFUNDED"
    );
    assert_eq!(
        sale.states(&shop).await,
        "PARTIALLY_REFUNDED FULFILLED 16.5"
    );
    assert_eq!(sale.stock(&shop).await, (STOCK - 1, 0));
    let query = "query($id: ID!) { refund(id: $id) {
        legacyResourceId totalRefundedSet { shopMoney { amount } }
        order { totalRefundedSet { shopMoney { amount } } netPaymentSet { shopMoney { amount } }
                refundDiscrepancySet { shopMoney { amount } }
                lineItems(first: 1) { nodes { currentQuantity refundableQuantity } } }
        duties { amountSet { shopMoney { amount } } }
        orderAdjustments(first: 1) { nodes { id } }
        refundLineItems(first: 5) { nodes {
            quantity restockType restocked location { id } lineItem { id }
            priceSet { shopMoney { amount } } subtotalSet { shopMoney { amount } }
            totalTaxSet { shopMoney { amount } } } }
        transactions(first: 5) { nodes { kind status amountSet { shopMoney { amount } }
            parentTransaction { kind } } }
    } }";
    let id = reply.text("refundCreate.refund.id");
    let reply = shop.admin(query, json!({ "id": id })).await.ok();
    let at = |field: &str| reply.text(&format!("refund.{field}"));
    assert_eq!(at("totalRefundedSet.shopMoney.amount"), "15.4");
    assert_eq!(at("order.netPaymentSet.shopMoney.amount"), "16.5");
    assert_eq!(at("order.refundDiscrepancySet.shopMoney.amount"), "0.0");
    assert_eq!(
        reply.number("refund.order.lineItems.nodes.0.currentQuantity"),
        1
    );
    assert_eq!(
        at("refundLineItems.nodes.0.subtotalSet.shopMoney.amount"),
        "10.0"
    );
    assert_eq!(
        at("refundLineItems.nodes.0.totalTaxSet.shopMoney.amount"),
        "1.0"
    );
    assert_eq!(at("refundLineItems.nodes.0.location.id"), sale.location);
    assert_eq!(at("transactions.nodes.0.kind"), "REFUND");
    assert_eq!(at("transactions.nodes.0.parentTransaction.kind"), "SALE");
}

#[scenario]
async fn units_that_are_called_off_are_not_sent_and_may_be_sold(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    let _ = sale
        .refund(&shop, "11.00", lines(&[line(&sale.teapots, 1, "CANCEL")]))
        .await
        .ok();
    assert_eq!(sale.stock(&shop).await, (STOCK - 1, 1));
    assert_eq!(
        sale.states(&shop).await,
        "PARTIALLY_REFUNDED UNFULFILLED 20.9"
    );
    let too_many = sale.fulfill(&shop, &[(0, 2)]).await;
    too_many.refused_at("fulfillment");
    let _ = sale.fulfill(&shop, &[]).await.ok();
    assert_eq!(
        sale.states(&shop).await,
        "PARTIALLY_REFUNDED FULFILLED 20.9"
    );
}

#[scenario]
async fn what_is_not_restocked_leaves_stock_and_fulfilment_alone(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    let _ = sale
        .refund(
            &shop,
            "11.00",
            lines(&[line(&sale.teapots, 1, "NO_RESTOCK")]),
        )
        .await
        .ok();
    assert_eq!(sale.stock(&shop).await, (STOCK - 2, 2));
    let _ = sale.fulfill(&shop, &[(0, 2)]).await.ok();
}

#[scenario]
async fn goods_that_come_back_unsent_are_not_sent_either(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    let _ = sale
        .refund(&shop, "22.00", lines(&[line(&sale.teapots, 2, "RETURN")]))
        .await
        .ok();
    assert_eq!(sale.stock(&shop).await, (STOCK, 0));
    let _ = sale
        .refund(&shop, "5.50", lines(&[line(&sale.wrap, 1, "RETURN")]))
        .await
        .ok();
    assert_eq!(
        sale.states(&shop).await,
        "PARTIALLY_REFUNDED UNFULFILLED 4.4"
    );
}

#[scenario]
async fn more_than_was_paid_never_goes_back(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    for allowed in [false, true] {
        let reply = sale
            .refund(&shop, "31.91", json!({ "allowOverRefunding": allowed }))
            .await;
        let message = "Refund amount €31.91 is greater than net payment received €31.90";
        let errors = reply.get("refundCreate.userErrors");
        assert_eq!(errors, &json!([{ "field": null, "message": message }]));
        assert!(reply.get("refundCreate.refund").is_null());
        assert_eq!(
            reply.text("refundCreate.order.displayFinancialStatus"),
            "PAID"
        );
    }
    let _ = sale.refund(&shop, "31.90", json!({})).await.ok();
    let again = sale.refund(&shop, "0.01", json!({})).await;
    assert!(again.get("refundCreate.refund").is_null());
    assert_eq!(sale.states(&shop).await, "REFUNDED UNFULFILLED 31.9");
}

#[scenario]
async fn a_refund_that_makes_no_sense_is_refused_with_its_place(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    let other = given_paid_sale(&shop).await;
    let first = |part: &str| json!(["refundLineItems", "0", part]);
    let no_place = json!({
        "lineItemId": sale.teapots, "quantity": 1, "restockType": "RETURN",
        "locationId": "gid://shopify/Location/1",
    });
    let cases = [
        (
            lines(&[line(&sale.teapots, 3, "NO_RESTOCK")]),
            first("quantity"),
        ),
        (
            lines(&[line(&sale.teapots, 0, "NO_RESTOCK")]),
            first("quantity"),
        ),
        (
            lines(&[line(&sale.teapots, -1, "NO_RESTOCK")]),
            first("quantity"),
        ),
        (
            lines(&[line(&other.teapots, 1, "NO_RESTOCK")]),
            first("lineItemId"),
        ),
        (lines(&[no_place]), first("locationId")),
        (
            json!({ "shipping": { "amount": "4.01" } }),
            json!(["shipping", "amount"]),
        ),
        (
            json!({ "shipping": { "amount": "-1" } }),
            json!(["shipping", "amount"]),
        ),
        (json!({ "currency": "USD" }), json!(["currency"])),
    ];
    for (more, field) in cases {
        let reply = sale.refund(&shop, "1.00", more.clone()).await;
        assert_eq!(
            reply.get("refundCreate.userErrors.0.field"),
            &field,
            "{more}"
        );
        assert!(reply.get("refundCreate.refund").is_null(), "{more}");
    }
    let nothing = refund(&shop, json!({ "orderId": sale.order })).await;
    assert!(nothing.get("refundCreate.userErrors.0").is_object());
    let unknown = refund(&shop, json!({ "orderId": "gid://shopify/Order/1" })).await;
    let errors = unknown.get("refundCreate.userErrors");
    assert_eq!(
        errors,
        &json!([{ "field": ["orderId"], "message": "Order does not exist" }])
    );
    assert_eq!(sale.states(&shop).await, "PAID UNFULFILLED 31.9");
}

#[scenario]
async fn only_refunds_of_the_order_s_own_payments_give_money_back(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    let foreign = given_paid_sale(&shop).await.payment(&shop).await;
    let own = sale.payment(&shop).await;
    let transaction = |kind: &str, parent: &str| {
        json!({ "orderId": sale.order, "transactions": [{
            "amount": "1.00", "gateway": "manual", "kind": kind, "orderId": sale.order,
            "parentId": parent,
        }] })
    };
    let reply = refund(&shop, transaction("AUTHORIZATION", &own)).await;
    let message = "Kind authorization is not a valid transaction";
    let errors = reply.get("refundCreate.userErrors");
    assert_eq!(errors, &json!([{ "field": null, "message": message }]));
    let reply = refund(&shop, transaction("REFUND", &foreign)).await;
    reply.refused_at("transactions");
}

#[scenario]
async fn of_two_refunds_of_the_whole_one_is_made(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    let (one, other) = tokio::join!(
        sale.refund(&shop, "31.90", json!({})),
        sale.refund(&shop, "31.90", json!({})),
    );
    let made = [one, other]
        .iter()
        .filter(|reply| reply.get("refundCreate.refund").is_object())
        .count();
    assert_eq!(made, 1);
}

#[scenario]
async fn a_key_makes_a_refund_happen_once(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    let payment = sale.payment(&shop).await;
    let ask = |amount: &str| {
        let query = "mutation($input: RefundInput!) {
            refundCreate(input: $input) @idempotent(key: \"once\") {
                refund { id } userErrors { field message } } }";
        let input = json!({ "orderId": sale.order, "transactions": [{
            "amount": amount, "gateway": "manual", "kind": "REFUND",
            "orderId": sale.order, "parentId": payment,
        }] });
        shop.admin(query, json!({ "input": input }))
    };
    let first = ask("5.00").await.ok().text("refundCreate.refund.id");
    let again = ask("5.00").await.ok().text("refundCreate.refund.id");
    assert_eq!(first, again);
    let _ = ask("6.00")
        .await
        .error("IDEMPOTENCY_KEY_PARAMETER_MISMATCH");
    let query = "query($id: ID!) { order(id: $id) { totalRefundedSet { shopMoney { amount } } } }";
    let reply = shop.admin(query, json!({ "id": sale.order })).await.ok();
    assert_eq!(reply.text("order.totalRefundedSet.shopMoney.amount"), "5.0");
}

#[scenario]
async fn what_a_refund_would_come_to_is_told_before(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    let whole = suggested(&shop, &sale, "suggestFullRefund: true").await;
    assert_eq!(whole["amountSet"]["shopMoney"]["amount"], "31.9");
    assert_eq!(whole["subtotalSet"]["shopMoney"]["amount"], "25.0");
    assert_eq!(whole["totalTaxSet"]["shopMoney"]["amount"], "2.9");
    assert_eq!(
        whole["shipping"]["maximumRefundableSet"]["shopMoney"]["amount"],
        "4.0"
    );
    assert_eq!(whole["refundLineItems"][0]["quantity"], 2);
    assert_eq!(
        whole["suggestedTransactions"][0]["amountSet"]["shopMoney"]["amount"],
        "31.9"
    );
    assert_eq!(
        whole["suggestedTransactions"][0]["parentTransaction"]["kind"],
        "SALE"
    );
    let part = format!(
        "refundLineItems: [{{ lineItemId: \"{}\", quantity: 1 }}], shippingAmount: \"2\"",
        sale.teapots
    );
    let part = suggested(&shop, &sale, &part).await;
    assert_eq!(part["amountSet"]["shopMoney"]["amount"], "13.2");
    let unpaid = given_sale(&shop, DisplayFinancialStatus::Pending).await;
    let nothing = suggested(&shop, &unpaid, "suggestFullRefund: true").await;
    assert_eq!(nothing["amountSet"]["shopMoney"]["amount"], "0.0");
}

async fn suggested(shop: &TestShop, sale: &Sale, arguments: &str) -> Value {
    let query = format!(
        "query($id: ID!) {{ order(id: $id) {{ suggestedRefund({arguments}) {{
            amountSet {{ shopMoney {{ amount }} }}
            subtotalSet {{ shopMoney {{ amount }} }}
            totalTaxSet {{ shopMoney {{ amount }} }}
            maximumRefundableSet {{ shopMoney {{ amount }} }}
            shipping {{ amountSet {{ shopMoney {{ amount }} }}
                        maximumRefundableSet {{ shopMoney {{ amount }} }} }}
            refundLineItems {{ quantity lineItem {{ id }} subtotalSet {{ shopMoney {{ amount }} }} }}
            suggestedTransactions {{ kind gateway parentTransaction {{ kind }}
                                     amountSet {{ shopMoney {{ amount }} }} }}
        }} }} }}"
    );
    let reply = shop.admin(&query, json!({ "id": sale.order })).await.ok();
    reply.get("order.suggestedRefund").clone()
}

#[scenario]
async fn refunding_needs_its_scope(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    let token = shop.token(&["read_orders"]).await;
    let query = "mutation($id: ID!) { refundCreate(input: { orderId: $id }) {
        userErrors { message } } }";
    let _ = shop
        .admin_with(&token, query, json!({ "id": sale.order }))
        .await
        .error("ACCESS_DENIED");
}
