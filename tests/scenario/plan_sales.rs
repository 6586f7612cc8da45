//! Sales by selling plans: what is paid now and later, and which discounts they get.

use tests::{Card, Cart, TestShop, Value, Variant, json, scenario};

use crate::discounted_sales::with_codes;
use crate::discounts::{code_create, given_code};
use crate::selling_plans::{ADD, CREATE, fortnightly, given_plans, group};

const ORDER: &str = "{ orders(first: 1) { nodes { id displayFinancialStatus canMarkAsPaid
    totalOutstandingSet { shopMoney { amount } } netPaymentSet { shopMoney { amount } }
    lineItems(first: 1) { nodes { id } }
    transactions { kind status gateway parentTransaction { status }
        amountSet { shopMoney { amount } } } } } }";

const PAY: &str = "mutation($id: ID!) { orderMarkAsPaid(input: { id: $id }) {
    order { displayFinancialStatus } userErrors { field message } } }";

async fn order(shop: &TestShop) -> Value {
    let reply = shop.admin(ORDER, json!({})).await.ok();
    reply.get("orders.nodes.0").clone()
}

/// A cart of two pre-orders at 20.00, of which a quarter is paid now: with 4.90 for the delivery, that
/// is 14.90 of 44.90.
async fn given_pre_order(shop: &TestShop) -> (Cart, String) {
    let variant = shop.given_variant("20.00", 9).await;
    let (cart, _, plan) = given_plans(shop, &variant).await;
    let lines = json!([{ "merchandiseId": variant.id, "quantity": 2, "sellingPlanId": plan }]);
    shop.storefront(ADD, json!({ "id": cart.id, "lines": lines }))
        .await
        .ok();
    (cart, plan)
}

/// Has a plan take another share of the price at the checkout.
async fn charge(shop: &TestShop, plan: &str, percentage: f64) {
    let find =
        "query($id: ID!) { node(id: $id) { id } sellingPlanGroups(first: 1) { nodes { id } } }";
    let found = shop.admin(find, json!({ "id": plan })).await.ok();
    let update = "mutation($id: ID!, $input: SellingPlanGroupInput!) {
        sellingPlanGroupUpdate(id: $id, input: $input) { userErrors { field message code } } }";
    let billing = json!({ "fixed": {
        "checkoutCharge": { "type": "PERCENTAGE", "value": { "percentage": percentage } },
        "remainingBalanceChargeTrigger": "ON_FULFILLMENT" } });
    let input = json!({ "sellingPlansToUpdate": [{ "id": plan, "billingPolicy": billing }] });
    let group = found.text("sellingPlanGroups.nodes.0.id");
    shop.admin(update, json!({ "id": group, "input": input }))
        .await
        .ok();
}

#[scenario]
async fn what_is_paid_now_is_what_the_page_said(shop: TestShop) {
    let (cart, plan) = given_pre_order(&shop).await;
    let page = shop.get(&cart.checkout).await.body();
    assert!(page.contains("Paid later") && page.contains("To pay now"));
    assert!(page.contains("name=\"checkout[due]\" value=\"1490 EUR\""));
    // The total stays, but twice as much of it is to be paid now.
    charge(&shop, &plan, 50.0).await;

    let refused = shop.send_page(&cart, &page, Card::Approves, "DE").await;
    let again = refused.status(422).body();
    assert!(again.contains("The amount to pay has changed"), "{again}");
    assert!(again.contains("name=\"checkout[due]\" value=\"2490 EUR\""));
    shop.send_page(&cart, &again, Card::Approves, "DE")
        .await
        .status(303);
    let order = order(&shop).await;
    assert_eq!(order["netPaymentSet"]["shopMoney"]["amount"], "24.9");
}

#[scenario]
async fn a_suggested_refund_keeps_what_is_still_owed(shop: TestShop) {
    let (cart, _) = given_pre_order(&shop).await;
    shop.buy(&cart, Card::Approves).await.status(303);
    let order = order(&shop).await;
    let suggest = |arguments: &str| {
        format!(
            "query($id: ID!, $lines: [RefundLineItemInput!]) {{ order(id: $id) {{
                suggestedRefund(refundLineItems: $lines {arguments}) {{
                    amountSet {{ shopMoney {{ amount }} }} }} }} }}"
        )
    };
    let lines = json!([{ "lineItemId": order["lineItems"]["nodes"][0]["id"], "quantity": 1 }]);
    let one = json!({ "id": order["id"], "lines": lines });
    let amount = "order.suggestedRefund.amountSet.shopMoney.amount";
    // Of 44.90, 14.90 are paid: without one of the two, 24.90 are owed still.
    let reply = shop.admin(&suggest(""), one).await.ok();
    assert_eq!(reply.text(amount), "0.0");
    let all = json!({ "id": order["id"], "lines": [] });
    let reply = shop
        .admin(&suggest(", suggestFullRefund: true"), all)
        .await
        .ok();
    assert_eq!(reply.text(amount), "14.9");
}

#[scenario]
async fn a_deposit_that_is_awaited_and_the_rest_come_in_apart(shop: TestShop) {
    let (cart, _) = given_pre_order(&shop).await;
    shop.buy_in(&cart, Card::OnInvoice, "DE").await.status(303);
    let before = order(&shop).await;
    assert_eq!(before["totalOutstandingSet"]["shopMoney"]["amount"], "44.9");
    shop.admin(PAY, json!({ "id": before["id"] })).await.ok();
    let after = order(&shop).await;
    assert_eq!(after["displayFinancialStatus"], "PAID");
    let told = after["transactions"].as_array().unwrap().iter();
    let told = told.map(|own| {
        let amount = &own["amountSet"]["shopMoney"]["amount"];
        json!([own["status"], amount, own["parentTransaction"]["status"]])
    });
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            json!(["PENDING", "14.9", null]),
            json!(["SUCCESS", "14.9", "PENDING"]),
            json!(["SUCCESS", "30.0", null]),
        ]
    );
}

#[scenario]
async fn what_was_given_back_may_be_paid_again(shop: TestShop) {
    let variant = shop.given_variant("20.00", 9).await;
    let cart = shop.given_cart(&[(&variant, 1)]).await;
    shop.buy(&cart, Card::Approves).await.status(303);
    let id = order(&shop).await["id"].clone();
    let refund = "mutation($input: RefundInput!) { refundCreate(input: $input) {
        userErrors { field message } } }";
    let input = json!({ "orderId": id, "transactions": [{ "orderId": id, "gateway": "bogus",
        "kind": "REFUND", "amount": "5.00" }] });
    shop.admin(refund, json!({ "input": input })).await.ok();
    let owing = order(&shop).await;
    assert_eq!(owing["displayFinancialStatus"], "PARTIALLY_REFUNDED");
    assert_eq!(owing["totalOutstandingSet"]["shopMoney"]["amount"], "5.0");
    assert_eq!(owing["canMarkAsPaid"], true);

    shop.admin(PAY, json!({ "id": id })).await.ok();
    let paid = order(&shop).await;
    assert_eq!(paid["netPaymentSet"]["shopMoney"]["amount"], "24.9");
    assert_eq!(paid["canMarkAsPaid"], false);
    let again = shop.admin(PAY, json!({ "id": id })).await;
    again.refused_at("id");
}

/// A cart with a subscription at 36.00 and the same goods once at 20.00.
async fn given_mixed_cart(shop: &TestShop) -> Cart {
    let variant = shop.given_variant("20.00", 9).await;
    let (cart, plan, _) = given_plans(shop, &variant).await;
    let by_plan = json!({ "merchandiseId": variant.id, "sellingPlanId": plan });
    let lines = json!([by_plan, { "merchandiseId": variant.id }]);
    shop.storefront(ADD, json!({ "id": cart.id, "lines": lines }))
        .await
        .ok();
    cart
}

fn applies(one_time: bool, subscription: bool) -> Value {
    json!({ "customerGets": { "appliesOnOneTimePurchase": one_time,
        "appliesOnSubscription": subscription, "value": { "percentage": 0.5 },
        "items": { "all": true } } })
}

#[scenario]
async fn a_discount_is_for_the_purchases_that_it_says(shop: TestShop) {
    let cart = given_mixed_cart(&shop).await;
    given_code(&shop, "ONCE", 0.5, json!({})).await;
    given_code(&shop, "AGAIN", 0.5, applies(false, true)).await;
    given_code(&shop, "BOTH", 0.5, applies(true, true)).await;
    for (code, subtotal) in [("ONCE", "46.0"), ("AGAIN", "38.0"), ("BOTH", "28.0")] {
        let seen = with_codes(&shop, &cart, &[code]).await;
        assert_eq!(
            seen["cart"]["cost"]["totalAmount"]["amount"], subtotal,
            "{code}"
        );
    }
    let nothing = json!({ "d": { "title": "X", "code": "X", "startsAt": "2020-01-01T00:00:00Z",
        "customerGets": applies(false, false)["customerGets"] } });
    let refused = shop.admin(&code_create(), nothing).await;
    refused.refused("APPLIES_ON_NOTHING");
}

#[scenario]
async fn a_code_for_what_is_bought_once_gives_nothing_to_a_subscription(shop: TestShop) {
    let variant = shop.given_variant("20.00", 9).await;
    let (cart, plan, _) = given_plans(&shop, &variant).await;
    let lines = json!([{ "merchandiseId": variant.id, "sellingPlanId": plan }]);
    shop.storefront(ADD, json!({ "id": cart.id, "lines": lines }))
        .await
        .ok();
    given_code(&shop, "ONCE", 0.5, json!({})).await;
    let seen = with_codes(&shop, &cart, &["ONCE"]).await;
    assert_eq!(
        seen["warnings"][0]["code"],
        "DISCOUNT_INCOMPATIBLE_PURCHASE_TYPE"
    );
    let free = "mutation($d: DiscountCodeFreeShippingInput!) {
        discountCodeFreeShippingCreate(freeShippingCodeDiscount: $d) {
            codeDiscountNode { codeDiscount { ... on DiscountCodeFreeShipping {
                appliesOnOneTimePurchase appliesOnSubscription } } }
            userErrors { field code message } } }";
    let input = |code: &str, subscription: bool| {
        json!({ "d": { "title": code, "code": code, "startsAt": "2020-01-01T00:00:00Z",
            "destination": { "all": true }, "appliesOnSubscription": subscription } })
    };
    shop.admin(free, input("SENTONCE", false)).await.ok();
    let made = shop.admin(free, input("SENT", true)).await.ok();
    let node = made.get("discountCodeFreeShippingCreate.codeDiscountNode.codeDiscount");
    assert_eq!(
        *node,
        json!({ "appliesOnOneTimePurchase": true, "appliesOnSubscription": true })
    );
    let seen = with_codes(&shop, &cart, &["SENTONCE"]).await;
    assert_eq!(
        seen["warnings"][0]["code"],
        "DISCOUNT_INCOMPATIBLE_PURCHASE_TYPE"
    );
    let seen = with_codes(&shop, &cart, &["SENT"]).await;
    assert_eq!(seen["warnings"], json!([]));
}

async fn given_former_price(shop: &TestShop, variant: &Variant, price: &str) {
    let update = "mutation($product: ID!, $variants: [ProductVariantsBulkInput!]!) {
        productVariantsBulkUpdate(productId: $product, variants: $variants) {
            userErrors { field message } } }";
    let variants = json!([{ "id": variant.id, "compareAtPrice": price }]);
    let variables = json!({ "product": variant.product, "variants": variants });
    shop.admin(update, variables).await.ok();
}

#[scenario]
async fn the_first_delivery_costs_what_the_fixed_policy_says(shop: TestShop) {
    let variant = shop.given_variant("20.00", 9).await;
    given_former_price(&shop, &variant, "25.00").await;
    let mut plan = fortnightly();
    // The later price is named first.
    plan["pricingPolicies"].as_array_mut().unwrap().reverse();
    let asked = json!({ "input": group(&[plan]),
        "resources": { "productIds": [variant.product] } });
    let made = shop.admin(CREATE, asked).await.ok();
    let plan = made.text("sellingPlanGroupCreate.sellingPlanGroup.sellingPlans.nodes.0.id");
    let cart = shop.given_cart(&[]).await;
    let lines = json!([{ "merchandiseId": variant.id, "sellingPlanId": plan }]);
    shop.storefront(ADD, json!({ "id": cart.id, "lines": lines }))
        .await
        .ok();
    let cost = "query($id: ID!) { cart(id: $id) { lines(first: 1) { nodes { cost {
        amountPerQuantity { amount } compareAtAmountPerQuantity { amount } } } } } }";
    let reply = shop.storefront(cost, json!({ "id": cart.id })).await.ok();
    // Two deliveries, ten per cent off each, and what two used to cost.
    assert_eq!(
        *reply.get("cart.lines.nodes.0.cost"),
        json!({ "amountPerQuantity": { "amount": "36.0" },
            "compareAtAmountPerQuantity": { "amount": "50.0" } })
    );
}
