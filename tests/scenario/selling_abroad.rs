//! Selling in another currency than the shop's: the buyer sees and pays one, the shop books the
//! other, and both are told of every amount.

use tests::{Card, Cart, Receiver, TestShop, Value, Variant, json, scenario};

const ORDER: &str = "query($id: ID!) { order(id: $id) {
    id currencyCode presentmentCurrencyCode displayFinancialStatus
    totalPriceSet { ...bag } subtotalPriceSet { ...bag } totalTaxSet { ...bag }
    totalShippingPriceSet { ...bag } totalDiscountsSet { ...bag } netPaymentSet { ...bag }
    totalReceivedSet { ...bag } totalRefundedSet { ...bag } totalOutstandingSet { ...bag }
    currentTotalPriceSet { ...bag } currentSubtotalPriceSet { ...bag }
    totalPrice subtotalPrice
    discountApplications(first: 5) { nodes { value { ... on MoneyV2 { amount currencyCode } } } }
    lineItems(first: 5) { nodes { id quantity originalUnitPriceSet { ...bag }
        originalTotalSet { ...bag } discountedTotalSet { ...bag } totalDiscountSet { ...bag }
        discountAllocations { allocatedAmountSet { ...bag } }
        taxLines { priceSet { ...bag } } } }
    shippingLine { originalPriceSet { ...bag } discountedPriceSet { ...bag } }
    transactions { id kind status gateway amountSet { ...bag }
        maximumRefundableV2 { amount currencyCode } }
    fulfillmentOrders(first: 1) { nodes { lineItems(first: 1) { nodes {
        originalUnitPriceSet: lineItem { originalUnitPriceSet { ...bag } } } } } }
    } }
    fragment bag on MoneyBag { shopMoney { amount currencyCode }
        presentmentMoney { amount currencyCode } }";

const REFUND: &str = "mutation($input: RefundInput!) {
    refundCreate(input: $input) { refund { id totalRefundedSet {
        shopMoney { amount } presentmentMoney { amount currencyCode } }
        refundLineItems(first: 2) { nodes { subtotalSet { shopMoney { amount }
            presentmentMoney { amount } } priceSet { presentmentMoney { amount } } } }
        transactions(first: 2) { nodes { amountSet { shopMoney { amount }
            presentmentMoney { amount currencyCode } } } } }
    userErrors { field message } } }";

/// A market of Canada, where a euro is worth 1.47 dollars.
pub(crate) async fn given_canada(shop: &TestShop) -> String {
    let create = "mutation($input: MarketCreateInput!) { marketCreate(input: $input) {
        market { id } userErrors { field message code } } }";
    let input = json!({ "name": "Canada", "status": "ACTIVE",
        "conditions": { "regionsCondition": { "regions": [{ "countryCode": "CA" }] } },
        "currencySettings": { "baseCurrency": "CAD", "baseCurrencyManualRate": "1.47" } });
    let reply = shop.admin(create, json!({ "input": input })).await.ok();
    reply.text("marketCreate.market.id")
}

/// A cart of a buyer in Canada.
pub(crate) async fn given_cart_in_canada(
    shop: &TestShop,
    lines: &[(&Variant, i64)],
    input: Value,
) -> Cart {
    let cart = shop.given_cart(lines).await;
    let identify = "mutation($id: ID!, $codes: [String!]!, $cards: [String!]!) {
        cartBuyerIdentityUpdate(cartId: $id, buyerIdentity: { countryCode: CA }) {
            userErrors { field message code } }
        cartDiscountCodesUpdate(cartId: $id, discountCodes: $codes) {
            userErrors { field message code } warnings { code } }
        cartGiftCardCodesUpdate(cartId: $id, giftCardCodes: $cards) {
            userErrors { field message code } } }";
    let codes = input.get("codes").cloned().unwrap_or(json!([]));
    let cards = input.get("cards").cloned().unwrap_or(json!([]));
    let variables = json!({ "id": cart.id, "codes": codes, "cards": cards });
    let reply = shop.storefront(identify, variables).await.ok();
    assert!(reply.list("cartDiscountCodesUpdate.warnings").is_empty());
    cart
}

/// The order that was placed last.
pub(crate) async fn last_order(shop: &TestShop) -> String {
    let query = "{ orders(first: 1, sortKey: CREATED_AT, reverse: true) { nodes { id } } }";
    let reply = shop.admin(query, json!({})).await.ok();
    reply.text("orders.nodes.0.id")
}

pub(crate) async fn read_order(shop: &TestShop, id: &str) -> Value {
    let reply = shop.admin(ORDER, json!({ "id": id })).await.ok();
    reply.get("order").clone()
}

/// Three teapots at 19.99 euros, bought and paid in Canada: 95.37 dollars, 64.87 euros.
async fn given_sale_in_canada(shop: &TestShop) -> String {
    let variant = shop.given_variant("19.99", 9).await;
    given_canada(shop).await;
    let cart = given_cart_in_canada(shop, &[(&variant, 3)], json!({})).await;
    shop.buy_in(&cart, Card::Approves, "CA").await.status(303);
    last_order(shop).await
}

fn bag(own: &str, seen: &str) -> Value {
    json!({ "shopMoney": { "amount": own, "currencyCode": "EUR" },
        "presentmentMoney": { "amount": seen, "currencyCode": "CAD" } })
}

#[scenario]
async fn a_cart_from_abroad_becomes_an_order_in_both_currencies(shop: TestShop) {
    let id = given_sale_in_canada(&shop).await;

    let order = read_order(&shop, &id).await;
    assert_eq!(order["currencyCode"], "EUR");
    assert_eq!(order["presentmentCurrencyCode"], "CAD");
    assert_eq!(order["displayFinancialStatus"], "PAID");
    assert_eq!(order["totalPriceSet"], bag("64.87", "95.37"));
    assert_eq!(order["subtotalPriceSet"], bag("59.97", "88.17"));
    assert_eq!(order["totalShippingPriceSet"], bag("4.9", "7.2"));
    assert_eq!(order["totalReceivedSet"], bag("64.87", "95.37"));
    assert_eq!(order["netPaymentSet"], bag("64.87", "95.37"));
    assert_eq!(order["totalOutstandingSet"], bag("0.0", "0.0"));
    assert_eq!(order["totalPrice"], "64.87");
    let line = &order["lineItems"]["nodes"][0];
    assert_eq!(line["originalUnitPriceSet"], bag("19.99", "29.39"));
    assert_eq!(line["originalTotalSet"], bag("59.97", "88.17"));
    assert_eq!(line["taxLines"][0]["priceSet"], bag("9.58", "14.08"));
    assert_eq!(order["shippingLine"]["originalPriceSet"], bag("4.9", "7.2"));
    let paid = &order["transactions"][0];
    assert_eq!(paid["amountSet"], bag("64.87", "95.37"));
    assert_eq!(
        paid["maximumRefundableV2"],
        json!({ "amount": "95.37", "currencyCode": "CAD" })
    );
}

#[scenario]
async fn a_refund_of_an_order_from_abroad_is_in_the_currency_that_was_paid(shop: TestShop) {
    let id = given_sale_in_canada(&shop).await;
    let order = read_order(&shop, &id).await;
    let line = order["lineItems"]["nodes"][0]["id"].clone();
    let paid = order["transactions"][0]["id"].clone();
    let refund = |amount: &str, currency: Value, lines: Value| {
        json!({ "input": { "orderId": id, "currency": currency, "refundLineItems": lines,
            "transactions": [{ "orderId": id, "parentId": paid, "gateway": "bogus",
                "kind": "REFUND", "amount": amount }] } })
    };

    let unsaid = refund("10", Value::Null, json!([]));
    let reply = shop.admin(REFUND, unsaid).await;
    reply.refused_at("currency");
    let euros = refund("10", json!("EUR"), json!([]));
    shop.admin(REFUND, euros).await.refused_at("currency");
    let too_much = refund("95.38", json!("CAD"), json!([]));
    let reply = shop.admin(REFUND, too_much).await;
    let message = reply.user_errors()[0]["message"].to_string();
    assert!(message.contains("95.38"), "{message}");

    let one = json!([{ "lineItemId": line, "quantity": 1, "restockType": "NO_RESTOCK" }]);
    let part = refund("29.39", json!("CAD"), one);
    let reply = shop.admin(REFUND, part).await.ok();
    let made = reply.get("refundCreate.refund");
    assert_eq!(
        made["totalRefundedSet"]["presentmentMoney"]["amount"],
        "29.39"
    );
    assert_eq!(made["totalRefundedSet"]["shopMoney"]["amount"], "19.99");
    let back = &made["refundLineItems"]["nodes"][0]["subtotalSet"];
    assert_eq!(back["shopMoney"]["amount"], "19.99");
    assert_eq!(back["presentmentMoney"]["amount"], "29.39");
    let order = read_order(&shop, &id).await;
    assert_eq!(order["displayFinancialStatus"], "PARTIALLY_REFUNDED");
    assert_eq!(order["currentTotalPriceSet"], bag("44.88", "65.98"));
    assert_eq!(order["totalOutstandingSet"], bag("0.0", "0.0"));

    shop.admin(REFUND, refund("65.99", json!("CAD"), json!([])))
        .await
        .refused_at("");
    for amount in ["0.01", "0.01", "65.96"] {
        let rest = refund(amount, json!("CAD"), json!([]));
        shop.admin(REFUND, rest).await.ok();
    }
    let order = read_order(&shop, &id).await;
    assert_eq!(order["displayFinancialStatus"], "REFUNDED");
    assert_eq!(order["totalRefundedSet"], bag("64.87", "95.37"));
    assert_eq!(order["netPaymentSet"], bag("0.0", "0.0"));
}

#[scenario]
async fn an_order_from_abroad_that_is_cancelled_goes_back_whole(shop: TestShop) {
    let id = given_sale_in_canada(&shop).await;
    let suggest = "query($id: ID!) { order(id: $id) { suggestedRefund(suggestFullRefund: true) {
        amountSet { shopMoney { amount } presentmentMoney { amount currencyCode } }
        shipping { maximumRefundableSet { presentmentMoney { amount } } }
        suggestedTransactions { amountSet { presentmentMoney { amount } } } } } }";
    let reply = shop.admin(suggest, json!({ "id": id })).await.ok();
    let amount = reply.get("order.suggestedRefund.amountSet");
    assert_eq!(amount["presentmentMoney"]["amount"], "95.37");
    assert_eq!(amount["shopMoney"]["amount"], "64.87");

    let cancel = "mutation($id: ID!) { orderCancel(orderId: $id, reason: CUSTOMER, restock: true,
        refundMethod: { originalPaymentMethodsRefund: true }) {
        orderCancelUserErrors { field message code } } }";
    shop.admin(cancel, json!({ "id": id })).await.ok();
    let order = read_order(&shop, &id).await;
    assert_eq!(order["currentTotalPriceSet"], bag("0.0", "0.0"));
    assert_eq!(order["totalRefundedSet"], bag("64.87", "95.37"));
}

#[scenario]
async fn an_amount_off_and_a_gift_card_are_worth_what_the_rate_says(shop: TestShop) {
    let variant = shop.given_variant("19.99", 9).await;
    given_canada(&shop).await;
    let discount = "mutation($input: DiscountCodeBasicInput!) {
        discountCodeBasicCreate(basicCodeDiscount: $input) { codeDiscountNode { id }
            userErrors { field message code } } }";
    let input = json!({ "title": "Five", "code": "FIVE", "startsAt": "2020-01-01T00:00:00Z",
        "context": { "all": "ALL" }, "minimumRequirement": {
            "subtotal": { "greaterThanOrEqualToSubtotal": "59.00" } },
        "customerGets": { "items": { "all": true },
            "value": { "discountAmount": { "amount": "5.00", "appliesOnEachItem": false } } } });
    shop.admin(discount, json!({ "input": input })).await.ok();
    let card = "mutation { giftCardCreate(input: { initialValue: \"20.00\" }) {
        giftCard { id } giftCardCode userErrors { field message code } } }";
    let reply = shop.admin(card, json!({})).await.ok();
    let code = reply.text("giftCardCreate.giftCardCode");
    let card = reply.text("giftCardCreate.giftCard.id");

    let typed = json!({ "codes": ["FIVE"], "cards": [code] });
    let cart = given_cart_in_canada(&shop, &[(&variant, 3)], typed).await;
    let read = "query($id: ID!) { cart(id: $id) { cost { totalAmount { amount currencyCode } }
        discountAllocations { discountedAmount { amount currencyCode } }
        appliedGiftCards { amountUsed { amount currencyCode } balance { amount }
            presentmentAmountUsed { amount currencyCode } } } }";
    let seen = shop.storefront(read, json!({ "id": cart.id })).await.ok();
    let off = seen.get("cart.discountAllocations.0.discountedAmount");
    assert_eq!(*off, json!({ "amount": "7.35", "currencyCode": "CAD" }));
    let used = seen.get("cart.appliedGiftCards.0");
    assert_eq!(
        used["amountUsed"],
        json!({ "amount": "20.0", "currencyCode": "EUR" })
    );
    // 20.00 of the 59.87 euros that the 88.02 dollars are: 29.403 dollars, rounded down.
    assert_eq!(
        used["presentmentAmountUsed"],
        json!({ "amount": "29.4", "currencyCode": "CAD" })
    );

    shop.buy_in(&cart, Card::Approves, "CA").await.status(303);
    let order = read_order(&shop, &last_order(&shop).await).await;
    assert_eq!(order["totalDiscountsSet"], bag("5.0", "7.35"));
    assert_eq!(order["totalPriceSet"], bag("59.87", "88.02"));
    let value = &order["discountApplications"]["nodes"][0]["value"];
    assert_eq!(*value, json!({ "amount": "7.35", "currencyCode": "CAD" }));
    let paid = order["transactions"].as_array().unwrap();
    assert_eq!(paid[0]["gateway"], "gift_card");
    assert_eq!(paid[0]["amountSet"], bag("20.0", "29.4"));
    assert_eq!(paid[1]["amountSet"], bag("39.87", "58.62"));
    assert_eq!(order["totalOutstandingSet"], bag("0.0", "0.0"));

    let id = order["id"].clone();
    let refund = |amount: &str| {
        json!({ "input": { "orderId": id, "currency": "CAD", "transactions": [{
            "orderId": id, "parentId": paid[0]["id"], "gateway": "gift_card", "kind": "REFUND",
            "amount": amount }] } })
    };
    // A cent there is less than one here: it comes back with the rest.
    shop.admin(REFUND, refund("0.01")).await.ok();
    shop.admin(REFUND, refund("29.39")).await.ok();
    let balance = "query($id: ID!) { giftCard(id: $id) { balance { amount }
        transactions(first: 5) { nodes { amount { amount } } } } }";
    let reply = shop.admin(balance, json!({ "id": card })).await.ok();
    assert_eq!(reply.text("giftCard.balance.amount"), "20.0");
    assert_eq!(
        *reply.get("giftCard.transactions.nodes"),
        json!([{ "amount": { "amount": "-20.0" } }, { "amount": { "amount": "20.0" } }])
    );
}

#[scenario]
async fn money_that_is_awaited_from_abroad_comes_in_in_both_currencies(shop: TestShop) {
    let variant = shop.given_variant("19.99", 9).await;
    given_canada(&shop).await;
    let cart = given_cart_in_canada(&shop, &[(&variant, 3)], json!({})).await;
    shop.buy_in(&cart, Card::OnInvoice, "CA").await.status(303);
    let id = last_order(&shop).await;
    let order = read_order(&shop, &id).await;
    assert_eq!(order["displayFinancialStatus"], "PENDING");
    assert_eq!(order["totalOutstandingSet"], bag("64.87", "95.37"));
    let pay = "mutation($id: ID!) { orderMarkAsPaid(input: { id: $id }) {
        order { displayFinancialStatus } userErrors { field message } } }";
    shop.admin(pay, json!({ "id": id })).await.ok();
    let order = read_order(&shop, &id).await;
    assert_eq!(order["totalReceivedSet"], bag("64.87", "95.37"));
    assert_eq!(order["displayFinancialStatus"], "PAID");
}

#[scenario]
async fn an_order_keeps_the_rate_that_it_was_sold_at(shop: TestShop) {
    let variant = shop.given_variant("19.99", 9).await;
    let market = given_canada(&shop).await;
    let cart = given_cart_in_canada(&shop, &[(&variant, 1)], json!({})).await;
    let page = shop.get(&cart.checkout).await.body();
    assert!(page.contains("36.59"), "{page}");
    shop.buy_in(&cart, Card::Approves, "CA").await.status(303);
    let id = last_order(&shop).await;
    let before = read_order(&shop, &id).await;
    let update = "mutation($id: ID!, $input: MarketUpdateInput!) {
        marketUpdate(id: $id, input: $input) { market { id } userErrors { message code } } }";
    let input = json!({ "currencySettings": { "baseCurrencyManualRate": "2.00" } });
    shop.admin(update, json!({ "id": market, "input": input }))
        .await
        .ok();
    assert_eq!(read_order(&shop, &id).await, before);
}

#[scenario(alone)]
async fn webhooks_tell_both_currencies(shop: TestShop) {
    let receiver = Receiver::start().await;
    let subscribe =
        "mutation($topic: WebhookSubscriptionTopic!, $input: WebhookSubscriptionInput!) {
        webhookSubscriptionCreate(topic: $topic, webhookSubscription: $input) {
            userErrors { message } } }";
    for topic in ["ORDERS_CREATE", "ORDER_TRANSACTIONS_CREATE"] {
        let input = json!({ "uri": receiver.url() });
        shop.admin(subscribe, json!({ "topic": topic, "input": input }))
            .await
            .ok();
    }
    given_sale_in_canada(&shop).await;
    let told = receiver.wait_for("orders/create", 1).await[0].json();
    assert_eq!(told["currency"], "EUR");
    assert_eq!(told["presentment_currency"], "CAD");
    assert_eq!(told["total_price"], "64.87");
    let total = &told["total_price_set"];
    assert_eq!(total["shop_money"]["amount"], "64.87");
    assert_eq!(total["presentment_money"]["amount"], "95.37");
    assert_eq!(total["presentment_money"]["currency_code"], "CAD");
    let price = &told["line_items"][0]["price_set"];
    assert_eq!(price["presentment_money"]["amount"], "29.39");
    let shipping = &told["shipping_lines"][0]["price_set"];
    assert_eq!(shipping["presentment_money"]["amount"], "7.20");
    let paid = receiver.wait_for("order_transactions/create", 1).await[0].json();
    assert_eq!(paid["amount"], "95.37");
    assert_eq!(paid["currency"], "CAD");
}

#[scenario]
async fn prices_are_narrowed_in_the_currency_of_the_buyer_s_market(shop: TestShop) {
    let cheap = shop.given_variant("10.00", 5).await;
    let dear = shop.given_variant("20.00", 5).await;
    given_canada(&shop).await;
    let narrow = "query($filters: [ProductFilter!]) @inContext(country: CA) {
        search(query: \"teapot\", first: 5, types: [PRODUCT], productFilters: $filters) {
            nodes { ... on Product { id } }
            productFilters { id values { input } } } }";
    // 14.70 and 29.40 dollars.
    let within =
        |min: f64, max: f64| json!({ "filters": [{ "price": { "min": min, "max": max } }] });
    let reply = shop.storefront(narrow, within(14.7, 29.39)).await.ok();
    assert_eq!(*reply.get("search.nodes"), json!([{ "id": cheap.product }]));
    let reply = shop.storefront(narrow, within(14.71, 29.4)).await.ok();
    assert_eq!(*reply.get("search.nodes"), json!([{ "id": dear.product }]));
    let filters = reply.list("search.productFilters");
    let price = filters.iter().find(|own| own["id"] == "filter.v.price");
    let input = price.expect("a price filter")["values"][0]["input"].to_string();
    assert!(input.contains("29.4"), "{input}");
}
