//! Discounts as buyers get them: in carts, at the checkout, on orders.

use serde_json::Value;
use tests::{Card, Cart, TestShop, Variant, json, scenario};

use crate::buyers::{given_account, sign_in};
use crate::discounts::{AUTOMATIC, given_automatic, given_code, mutation};

const CART: &str = "discountCodes { code applicable }
    cost { subtotalAmount { amount } totalAmount { amount } }
    discountAllocations { __typename discountedAmount { amount }
        discountApplication { allocationMethod targetSelection targetType
            value { ... on PricingPercentageValue { percentage } ... on MoneyV2 { amount } } }
        ... on CartCodeDiscountAllocation { code } ... on CartAutomaticDiscountAllocation { title } }
    lines(first: 5) { nodes { quantity cost { subtotalAmount { amount } totalAmount { amount } }
        discountAllocations { __typename discountedAmount { amount }
            ... on CartCodeDiscountAllocation { code } } } }";

pub(crate) async fn with_codes(shop: &TestShop, cart: &Cart, codes: &[&str]) -> Value {
    let query = format!(
        "mutation($id: ID!, $codes: [String!]!) {{
            cartDiscountCodesUpdate(cartId: $id, discountCodes: $codes) {{
                cart {{ {CART} }} userErrors {{ field message code }}
                warnings {{ code message target }} }} }}"
    );
    let variables = json!({ "id": cart.id, "codes": codes });
    let reply = shop.storefront(&query, variables).await.ok();
    reply.get("cartDiscountCodesUpdate").clone()
}

async fn orders(shop: &TestShop) -> Vec<Value> {
    let query = "{ orders(first: 20) { nodes { discountCodes
        totalDiscountsSet { shopMoney { amount } } totalPriceSet { shopMoney { amount } }
        subtotalPriceSet { shopMoney { amount } }
        totalShippingPriceSet { shopMoney { amount } }
        discountApplications(first: 5) { nodes { __typename index targetType allocationMethod
            targetSelection value { ... on PricingPercentageValue { percentage }
                ... on MoneyV2 { amount } }
            ... on DiscountCodeApplication { code }
            ... on AutomaticDiscountApplication { title } } }
        shippingLine { originalPriceSet { shopMoney { amount } }
            discountedPriceSet { shopMoney { amount } }
            discountAllocations { allocatedAmountSet { shopMoney { amount } } } }
        lineItems(first: 5) { nodes { id quantity
            discountedTotalSet { shopMoney { amount } }
            all: discountedTotalSet(withCodeDiscounts: true) { shopMoney { amount } }
            discountedUnitPriceAfterAllDiscountsSet { shopMoney { amount } }
            totalDiscountSet { shopMoney { amount } }
            discountAllocations { allocatedAmountSet { shopMoney { amount } }
                discountApplication { index ... on DiscountCodeApplication { code } } } } } } } }";
    let reply = shop.admin(query, json!({})).await.ok();
    reply.list("orders.nodes").to_vec()
}

fn amount<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field]["shopMoney"]["amount"]
        .as_str()
        .unwrap_or("none")
}

pub(crate) async fn given_pot(shop: &TestShop) -> Variant {
    shop.given_variant("10.00", 100).await
}

#[scenario]
async fn a_cart_gets_what_its_code_gives_and_is_told_what_gives_nothing(shop: TestShop) {
    let pot = given_pot(&shop).await;
    let _ = given_code(&shop, "TENTH", 0.1, json!({})).await;
    let least =
        json!({ "minimumRequirement": { "subtotal": { "greaterThanOrEqualToSubtotal": "500" } } });
    let _ = given_code(&shop, "RICH", 0.5, least).await;
    let later = json!({ "startsAt": "2099-01-01T00:00:00Z" });
    let _ = given_code(&shop, "LATER", 0.5, later).await;
    let cart = shop.given_cart(&[(&pot, 3)]).await;

    let found = with_codes(&shop, &cart, &["tenth", "RICH", "LATER", "NOPE"]).await;
    let codes: Vec<_> = found["cart"]["discountCodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|own| {
            (
                own["code"].as_str().unwrap(),
                own["applicable"].as_bool().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("tenth", true),
        ("RICH", false),
        ("LATER", false),
        ("NOPE", false),
    ];
    assert_eq!(codes, expected);
    let warnings: Vec<_> = found["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|own| own["code"].as_str().unwrap())
        .collect();
    let expected = [
        "DISCOUNT_PURCHASE_NOT_IN_RANGE",
        "DISCOUNT_CURRENTLY_INACTIVE",
        "DISCOUNT_NOT_FOUND",
    ];
    assert_eq!(warnings, expected);
    let cart_now = &found["cart"];
    assert_eq!(cart_now["cost"]["subtotalAmount"]["amount"], "30.0");
    assert_eq!(cart_now["cost"]["totalAmount"]["amount"], "27.0");
    let allocation = &cart_now["discountAllocations"][0];
    assert_eq!(allocation["code"], "tenth");
    assert_eq!(allocation["discountedAmount"]["amount"], "3.0");
    assert_eq!(
        allocation["discountApplication"]["value"]["percentage"],
        10.0
    );
    assert_eq!(
        cart_now["lines"]["nodes"][0]["discountAllocations"],
        json!([])
    );

    let none = with_codes(&shop, &cart, &[]).await;
    assert_eq!(none["cart"]["cost"]["totalAmount"]["amount"], "30.0");
}

#[scenario]
async fn a_discount_on_products_stands_on_their_lines(shop: TestShop) {
    let (pot, cup) = (given_pot(&shop).await, given_pot(&shop).await);
    let gets = json!({ "customerGets": {
        "value": { "discountAmount": { "amount": "2.50", "appliesOnEachItem": true } },
        "items": { "products": { "productVariantsToAdd": [pot.id] } } } });
    let _ = given_code(&shop, "EACH", 0.1, gets).await;
    let cart = shop.given_cart(&[(&pot, 2), (&cup, 1)]).await;
    let found = with_codes(&shop, &cart, &["EACH"]).await;
    assert_eq!(found["warnings"], json!([]));
    assert_eq!(found["cart"]["cost"]["subtotalAmount"]["amount"], "25.0");
    let lines = &found["cart"]["lines"]["nodes"];
    assert_eq!(lines[0]["cost"]["subtotalAmount"]["amount"], "20.0");
    assert_eq!(lines[0]["cost"]["totalAmount"]["amount"], "15.0");
    assert_eq!(
        lines[0]["discountAllocations"][0]["discountedAmount"]["amount"],
        "5.0"
    );
    assert_eq!(lines[1]["discountAllocations"], json!([]));
    let _ = shop.buy(&cart, Card::Approves).await.status(303);
    let order = &orders(&shop).await[0];
    let line = &order["lineItems"]["nodes"][0];
    assert_eq!(amount(line, "all"), "15.0");
    assert_eq!(amount(line, "discountedTotalSet"), "20.0");
    assert_eq!(
        amount(line, "discountedUnitPriceAfterAllDiscountsSet"),
        "7.5"
    );
}

#[scenario]
async fn an_order_keeps_the_discounts_that_its_cart_got(shop: TestShop) {
    let pot = given_pot(&shop).await;
    let combine = json!({ "combinesWith": { "shippingDiscounts": true } });
    let _ = given_code(&shop, "TENTH", 0.1, combine).await;
    let shipping = mutation(
        "discountAutomaticFreeShippingCreate",
        "freeShippingAutomaticDiscount",
        "DiscountAutomaticFreeShippingInput",
        AUTOMATIC,
    );
    let input = json!({ "title": "Free delivery", "startsAt": "2020-01-01T00:00:00Z",
        "combinesWith": { "orderDiscounts": true }, "destination": { "all": true } });
    let _ = shop.admin(&shipping, json!({ "d": input })).await.ok();
    let cart = shop.given_cart(&[(&pot, 3)]).await;
    let _ = with_codes(&shop, &cart, &["TENTH"]).await;
    let _ = shop.buy(&cart, Card::Approves).await.status(303);

    let order = &orders(&shop).await[0];
    assert_eq!(order["discountCodes"], json!(["TENTH"]));
    assert_eq!(amount(order, "subtotalPriceSet"), "27.0");
    let applications = order["discountApplications"]["nodes"].as_array().unwrap();
    assert_eq!(applications.len(), 2);
    assert_eq!(applications[0]["__typename"], "DiscountCodeApplication");
    assert_eq!(applications[0]["value"]["percentage"], 10.0);
    assert_eq!(applications[1]["title"], "Free delivery");
    assert_eq!(applications[1]["targetType"], "SHIPPING_LINE");
    let delivery = &order["shippingLine"];
    assert_eq!(amount(delivery, "discountedPriceSet"), "0.0");
    assert_eq!(
        amount(&delivery["discountAllocations"][0], "allocatedAmountSet"),
        amount(delivery, "originalPriceSet")
    );
    let line = &order["lineItems"]["nodes"][0];
    let allocation = &line["discountAllocations"][0];
    assert_eq!(amount(allocation, "allocatedAmountSet"), "3.0");
    assert_eq!(allocation["discountApplication"]["code"], "TENTH");
    let query = "query($q: String) { orders(first: 5, query: $q) { nodes { id } } }";
    for (text, count) in [("discount_code:tenth", 1), ("discount_code:other", 0)] {
        let reply = shop.admin(query, json!({ "q": text })).await.ok();
        assert_eq!(reply.list("orders.nodes").len(), count, "{text}");
    }
}

#[scenario]
async fn a_refund_gives_back_what_was_paid_for_a_discounted_unit(shop: TestShop) {
    let pot = given_pot(&shop).await;
    let _ = given_code(&shop, "THIRD", 0.333, json!({})).await;
    let cart = shop.given_cart(&[(&pot, 3)]).await;
    let _ = with_codes(&shop, &cart, &["THIRD"]).await;
    let _ = shop.buy(&cart, Card::Approves).await.status(303);
    let query = "{ orders(first: 1) { nodes { id lineItems(first: 1) { nodes { id } } } } }";
    let order = shop.admin(query, json!({})).await.ok();
    let (id, line) = (
        order.text("orders.nodes.0.id"),
        order.text("orders.nodes.0.lineItems.nodes.0.id"),
    );
    let query = "query($id: ID!, $line: ID!) { order(id: $id) {
        suggestedRefund(refundLineItems: [{ lineItemId: $line, quantity: 1 }]) {
            subtotalSet { shopMoney { amount } } } } }";
    let reply = shop
        .admin(query, json!({ "id": id, "line": line }))
        .await
        .ok();
    // 30.00 less 9.99 is 20.01: a third of it.
    assert_eq!(
        reply.text("order.suggestedRefund.subtotalSet.shopMoney.amount"),
        "6.67"
    );
}

#[scenario]
async fn a_discount_with_a_limit_is_given_as_often_and_no_oftener(shop: TestShop) {
    let pot = given_pot(&shop).await;
    let id = given_code(&shop, "FEW", 0.5, json!({ "usageLimit": 3 })).await;
    let mut carts = Vec::new();
    for _ in 0..6 {
        let cart = shop.given_cart(&[(&pot, 1)]).await;
        let found = with_codes(&shop, &cart, &["FEW"]).await;
        assert_eq!(found["cart"]["discountCodes"][0]["applicable"], true);
        carts.push(cart);
    }
    let emails: Vec<String> = (0..6).map(|n| format!("buyer{n}@example.com")).collect();
    let bought = bought_at_once(&shop, &carts, &emails).await;
    assert_eq!(bought, 3);
    let query = "query($id: ID!) { codeDiscountNode(id: $id) { codeDiscount {
        ... on DiscountCodeBasic { asyncUsageCount codes(first: 1) { nodes { asyncUsageCount } } } } } }";
    let reply = shop.admin(query, json!({ "id": id })).await.ok();
    assert_eq!(
        reply.number("codeDiscountNode.codeDiscount.asyncUsageCount"),
        3
    );
    let of_code = "codeDiscountNode.codeDiscount.codes.nodes.0.asyncUsageCount";
    assert_eq!(reply.number(of_code), 3);
    let late = shop.given_cart(&[(&pot, 1)]).await;
    let found = with_codes(&shop, &late, &["FEW"]).await;
    assert_eq!(found["warnings"][0]["code"], "DISCOUNT_USAGE_LIMIT_REACHED");
}

/// How many of these carts are bought when all are submitted at once.
async fn bought_at_once(shop: &TestShop, carts: &[Cart], emails: &[String]) -> usize {
    let buy = |at: usize| shop.buy_as(&carts[at], Card::Approves, &emails[at]);
    let (a, b, c, d, e, f) = tokio::join!(buy(0), buy(1), buy(2), buy(3), buy(4), buy(5));
    let bought = [a, b, c, d, e, f];

    bought.iter().filter(|reply| reply.status == 303).count()
}

#[scenario]
async fn who_used_a_code_that_is_once_per_customer_does_not_get_it_again(shop: TestShop) {
    let pot = given_pot(&shop).await;
    let _ = given_code(
        &shop,
        "ONCE",
        0.5,
        json!({ "appliesOncePerCustomer": true }),
    )
    .await;
    for (email, status) in [
        ("ada@example.com", 303),
        ("Ada@example.com", 422),
        ("bob@example.com", 303),
    ] {
        let cart = shop.given_cart(&[(&pot, 1)]).await;
        let _ = with_codes(&shop, &cart, &["ONCE"]).await;
        assert_eq!(
            shop.buy_as(&cart, Card::Approves, email).await.status,
            status,
            "{email}"
        );
    }
    assert_eq!(orders(&shop).await.len(), 2);
}

#[scenario]
async fn of_what_does_not_combine_the_best_is_given(shop: TestShop) {
    let pot = given_pot(&shop).await;
    let _ = given_automatic(&shop, json!({})).await;
    let _ = given_code(&shop, "BETTER", 0.2, json!({})).await;
    let _ = given_code(&shop, "WORSE", 0.05, json!({})).await;
    let cart = shop.given_cart(&[(&pot, 1)]).await;
    let found = with_codes(&shop, &cart, &[]).await;
    assert_eq!(found["cart"]["cost"]["totalAmount"]["amount"], "9.0");
    assert_eq!(found["cart"]["discountAllocations"][0]["title"], "Sale");
    let found = with_codes(&shop, &cart, &["WORSE"]).await;
    assert_eq!(found["warnings"][0]["code"], "DISCOUNT_CODE_NOT_HONOURED");
    let found = with_codes(&shop, &cart, &["WORSE", "BETTER"]).await;
    assert_eq!(found["cart"]["cost"]["totalAmount"]["amount"], "8.0");
    let codes = &found["cart"]["discountCodes"];
    assert_eq!(
        (&codes[0]["applicable"], &codes[1]["applicable"]),
        (&json!(false), &json!(true))
    );
}

#[scenario]
async fn a_code_is_typed_at_the_checkout(shop: TestShop) {
    let pot = given_pot(&shop).await;
    let _ = given_code(&shop, "TENTH", 0.1, json!({})).await;
    let cart = shop.given_cart(&[(&pot, 2)]).await;
    let token = cart.id.split("key=").nth(1).unwrap().to_owned();
    let rate = "standard";
    let mut form: Vec<(&str, &str)> =
        tests::checkout_form(&token, rate, "ada@example.com", Card::Approves).to_vec();
    form.retain(|(name, _)| *name != "checkout[shipping_rate]");
    let mut wrong = form.clone();
    wrong.push(("checkout[reduction_code]", "NOPE"));
    let page = shop.post_form(&cart.checkout, &wrong).await.status(422);
    assert!(page.body().contains("does not exist"), "{}", page.body());
    form.push(("checkout[reduction_code]", "tenth"));
    let _ = shop.post_form(&cart.checkout, &form).await.status(303);
    let order = &orders(&shop).await[0];
    assert_eq!(order["discountCodes"], json!(["tenth"]));
    assert_eq!(amount(order, "totalDiscountsSet"), "2.0");
}

#[scenario]
async fn a_buyer_sees_what_discounts_took_off_their_order(shop: TestShop) {
    given_account(&shop, "ada@example.com").await;
    let token = sign_in(&shop, "ada@example.com", "tulips").await;
    let pot = given_pot(&shop).await;
    let _ = given_code(&shop, "TENTH", 0.1, json!({})).await;
    let cart = shop.given_cart(&[(&pot, 3)]).await;
    let _ = with_codes(&shop, &cart, &["TENTH"]).await;
    let identify = "mutation($cart: ID!, $token: String!) {
        cartBuyerIdentityUpdate(cartId: $cart, buyerIdentity: {customerAccessToken: $token}) {
            userErrors { code field message } } }";
    let buyer = json!({ "cart": cart.id, "token": token });
    let _ = shop.storefront(identify, buyer).await.ok();
    let _ = shop.buy(&cart, Card::Approves).await.status(303);

    let query = "query($token: String!) { customer(customerAccessToken: $token) {
        orders(first: 1) { nodes {
            discountApplications(first: 5) { edges { node { __typename allocationMethod
                targetSelection targetType
                value { ... on PricingPercentageValue { percentage } ... on MoneyV2 { amount } }
                ... on DiscountCodeApplication { code applicable } } } }
            shippingDiscountAllocations { allocatedAmount { amount } }
            lineItems(first: 5) { nodes { discountAllocations { allocatedAmount { amount }
                discountApplication { __typename } } } } } } } }";
    let reply = shop.storefront(query, json!({ "token": token })).await.ok();

    let order = "customer.orders.nodes.0";
    assert_eq!(
        reply.get(&format!("{order}.discountApplications.edges.0.node")),
        &json!({ "__typename": "DiscountCodeApplication", "allocationMethod": "ACROSS",
            "targetSelection": "ALL", "targetType": "LINE_ITEM", "value": { "percentage": 10.0 },
            "code": "TENTH", "applicable": true })
    );
    assert_eq!(
        reply.get(&format!("{order}.lineItems.nodes.0.discountAllocations")),
        &json!([{ "allocatedAmount": { "amount": "3.0" },
            "discountApplication": { "__typename": "DiscountCodeApplication" } }])
    );
    let shipping = format!("{order}.shippingDiscountAllocations");
    assert_eq!(reply.get(&shipping), &json!([]));
}
