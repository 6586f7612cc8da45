//! Gift cards: issued, kept, spent and given back to.

use serde_json::Value;
use tests::{Card, Cart, TestShop, json, scenario};

const CARD: &str = "id balance { amount currencyCode } initialValue { amount } enabled maskedCode
    lastCharacters expiresOn note templateSuffix deactivatedAt createdAt updatedAt
    customer { id } order { id } recipientAttributes { message recipient { id } }";

async fn create(shop: &TestShop, input: Value) -> tests::Reply {
    let query = format!(
        "mutation($input: GiftCardCreateInput!) {{ giftCardCreate(input: $input) {{
            giftCard {{ {CARD} }} giftCardCode userErrors {{ field message code }} }} }}"
    );
    shop.admin(&query, json!({ "input": input })).await
}

/// A gift card's id and code.
async fn given_card(shop: &TestShop, amount: &str) -> (String, String) {
    let reply = create(shop, json!({ "initialValue": amount })).await.ok();
    (
        reply.text("giftCardCreate.giftCard.id"),
        reply.text("giftCardCreate.giftCardCode"),
    )
}

async fn balance(shop: &TestShop, id: &str) -> String {
    let query = "query($id: ID!) { giftCard(id: $id) { balance { amount } } }";
    let reply = shop.admin(query, json!({ "id": id })).await.ok();
    reply.text("giftCard.balance.amount")
}

async fn with_cards(shop: &TestShop, cart: &Cart, codes: &[&str]) -> tests::Reply {
    let query = "mutation($id: ID!, $codes: [String!]!) {
        cartGiftCardCodesUpdate(cartId: $id, giftCardCodes: $codes) {
            cart { appliedGiftCards { id lastCharacters amountUsed { amount } balance { amount }
                presentmentAmountUsed { amount } } cost { totalAmount { amount } } }
            userErrors { field message code } warnings { code } } }";
    shop.storefront(query, json!({ "id": cart.id, "codes": codes }))
        .await
}

#[scenario]
async fn a_card_is_issued_and_its_code_is_shown_once(shop: TestShop) {
    let customer = "mutation { customerCreate(input: { firstName: \"Ada\" }) {
        customer { id } userErrors { message } } }";
    let customer = shop.admin(customer, json!({})).await.ok();
    let customer = customer.text("customerCreate.customer.id");
    let input = json!({ "initialAmount": { "amount": "25.00", "currencyCode": "EUR" },
        "code": "ABCD-1234-efgh", "note": "for Ada", "expiresOn": "2099-12-31",
        "customerId": customer,
        "recipientAttributes": { "id": customer, "message": "Enjoy" } });
    let reply = create(&shop, input).await.ok();
    let card = reply.get("giftCardCreate.giftCard").clone();
    assert_eq!(reply.text("giftCardCreate.giftCardCode"), "abcd1234efgh");
    assert_eq!(card["balance"]["amount"], "25.0");
    assert_eq!(card["maskedCode"], "•••• •••• •••• efgh");
    assert_eq!(card["enabled"], true);
    assert_eq!(card["customer"]["id"], json!(customer));
    assert_eq!(card["recipientAttributes"]["message"], "Enjoy");
    let found =
        "{ giftCards(first: 5, query: \"balance_status:full\", sortKey: BALANCE) { nodes { id } }
        none: giftCards(first: 5, query: \"status:disabled\") { nodes { id } }
        giftCardsCount { count } }";
    let reply = shop.admin(found, json!({})).await.ok();
    assert_eq!(reply.list("giftCards.nodes").len(), 1);
    assert_eq!(reply.list("none.nodes").len(), 0);
    assert_eq!(reply.number("giftCardsCount.count"), 1);
}

#[scenario]
async fn what_a_card_cannot_be_is_refused(shop: TestShop) {
    let _ = create(&shop, json!({ "initialValue": "5", "code": "taken1234" }))
        .await
        .ok();
    let gone = "gid://shopify/Customer/1";
    for (input, code) in [
        (json!({ "initialValue": "0" }), "GREATER_THAN"),
        (json!({ "initialValue": "-5" }), "GREATER_THAN"),
        (json!({}), "MISSING_ARGUMENT"),
        (
            json!({ "initialValue": "10000000" }),
            "GIFT_CARD_LIMIT_EXCEEDED",
        ),
        (
            json!({ "initialAmount": { "amount": "5", "currencyCode": "JPY" } }),
            "INVALID",
        ),
        (json!({ "initialValue": "5", "code": "abc" }), "TOO_SHORT"),
        (
            json!({ "initialValue": "5", "code": "x".repeat(21) }),
            "TOO_LONG",
        ),
        (
            json!({ "initialValue": "5", "code": "bad!code1" }),
            "INVALID",
        ),
        (
            json!({ "initialValue": "5", "code": "TAKEN-1234" }),
            "TAKEN",
        ),
        (
            json!({ "initialValue": "5", "customerId": gone }),
            "CUSTOMER_NOT_FOUND",
        ),
    ] {
        let _ = create(&shop, input).await.refused(code);
    }
}

#[scenario]
async fn money_is_put_on_a_card_and_taken_off_but_not_below_nothing(shop: TestShop) {
    let (id, _) = given_card(&shop, "10").await;
    let credit = "mutation($id: ID!, $amount: Decimal!, $currency: CurrencyCode!) {
        giftCardCredit(id: $id, creditInput: { creditAmount: {
            amount: $amount, currencyCode: $currency }, note: \"thanks\" }) {
            giftCardCreditTransaction { id amount { amount } note giftCard { balance { amount } } }
            userErrors { field message code } } }";
    let debit = "mutation($id: ID!, $amount: Decimal!, $currency: CurrencyCode!) {
        giftCardDebit(id: $id, debitInput: { debitAmount: {
            amount: $amount, currencyCode: $currency } }) {
            giftCardDebitTransaction { id amount { amount } giftCard { balance { amount } } }
            userErrors { field message code } } }";
    let of = |id: &str, amount: &str, currency: &str| json!({ "id": id, "amount": amount, "currency": currency });
    let reply = shop.admin(credit, of(&id, "5.00", "EUR")).await.ok();
    let entry = reply.get("giftCardCredit.giftCardCreditTransaction");
    assert_eq!(entry["amount"]["amount"], "5.0");
    assert_eq!(entry["giftCard"]["balance"]["amount"], "15.0");
    let reply = shop.admin(debit, of(&id, "12.50", "EUR")).await.ok();
    let entry = reply.get("giftCardDebit.giftCardDebitTransaction");
    assert_eq!(entry["amount"]["amount"], "-12.5");
    for query in [credit, debit] {
        let _ = shop
            .admin(query, of(&id, "0", "EUR"))
            .await
            .refused("NEGATIVE_OR_ZERO_AMOUNT");
        let _ = shop
            .admin(query, of(&id, "1", "USD"))
            .await
            .refused("MISMATCHING_CURRENCY");
        let unknown = "gid://shopify/GiftCard/1";
        let _ = shop
            .admin(query, of(unknown, "1", "EUR"))
            .await
            .refused("GIFT_CARD_NOT_FOUND");
    }
    let _ = shop
        .admin(debit, of(&id, "2.51", "EUR"))
        .await
        .refused("INSUFFICIENT_FUNDS");
    assert_eq!(balance(&shop, &id).await, "2.5");
    let query = "query($id: ID!) { giftCard(id: $id) { transactions(first: 5) { nodes {
        __typename id amount { amount } } } } }";
    let reply = shop.admin(query, json!({ "id": id })).await.ok();
    assert_eq!(reply.list("giftCard.transactions.nodes").len(), 2);
}

#[scenario]
async fn a_card_is_changed_and_taken_out_of_use(shop: TestShop) {
    let (id, code) = given_card(&shop, "10").await;
    let update = "mutation($id: ID!, $input: GiftCardUpdateInput!) {
        giftCardUpdate(id: $id, input: $input) { giftCard { note expiresOn }
            userErrors { field message } } }";
    let input = json!({ "note": "mended", "expiresOn": "2099-01-01" });
    let reply = shop
        .admin(update, json!({ "id": id, "input": input }))
        .await
        .ok();
    assert_eq!(reply.text("giftCardUpdate.giftCard.note"), "mended");
    let reply = shop
        .admin(
            update,
            json!({ "id": id, "input": { "note": "n".repeat(256) } }),
        )
        .await;
    let _ = reply.refused_at("input.note");

    let deactivate = "mutation($id: ID!) { giftCardDeactivate(id: $id) {
        giftCard { enabled deactivatedAt } userErrors { field message code } } }";
    let reply = shop.admin(deactivate, json!({ "id": id })).await.ok();
    assert_eq!(
        reply.get("giftCardDeactivate.giftCard.enabled"),
        &json!(false)
    );
    let reply = shop
        .admin(deactivate, json!({ "id": "gid://shopify/GiftCard/1" }))
        .await;
    let _ = reply.refused("GIFT_CARD_NOT_FOUND");
    let pot = shop.given_variant("10.00", 5).await;
    let cart = shop.given_cart(&[(&pot, 1)]).await;
    let _ = with_cards(&shop, &cart, &[&code]).await.refused("INVALID");
}

#[scenario]
async fn a_cart_is_paid_with_a_card_first_and_gets_back_to_it(shop: TestShop) {
    let pot = shop.given_variant("30.00", 5).await;
    let (id, code) = given_card(&shop, "12.50").await;
    let cart = shop.given_cart(&[(&pot, 1)]).await;
    let reply = with_cards(&shop, &cart, &[&code]).await.ok();
    let applied = reply
        .get("cartGiftCardCodesUpdate.cart.appliedGiftCards")
        .clone();
    assert_eq!(applied[0]["amountUsed"]["amount"], "12.5");
    let page = shop.buy(&cart, Card::Declines).await;
    assert_ne!(page.status, 303);
    assert_eq!(balance(&shop, &id).await, "12.5");
    let _ = shop.buy(&cart, Card::Approves).await.status(303);
    assert_eq!(balance(&shop, &id).await, "0.0");

    let query = "{ orders(first: 1) { nodes { id displayFinancialStatus paymentGatewayNames
        totalPriceSet { shopMoney { amount } } totalReceivedSet { shopMoney { amount } }
        transactions { id kind status gateway amountSet { shopMoney { amount } } } } } }";
    let reply = shop.admin(query, json!({})).await.ok();
    let order = reply.get("orders.nodes.0").clone();
    assert_eq!(order["displayFinancialStatus"], "PAID");
    assert_eq!(order["paymentGatewayNames"], json!(["gift_card", "bogus"]));
    let paid = &order["transactions"][0];
    assert_eq!(
        (&paid["gateway"], &paid["kind"]),
        (&json!("gift_card"), &json!("SALE"))
    );
    assert_eq!(paid["amountSet"]["shopMoney"]["amount"], "12.5");

    let refund = "mutation($input: RefundInput!) { refundCreate(input: $input) {
        refund { id } userErrors { field message } } }";
    let input = json!({ "orderId": order["id"], "transactions": [{ "orderId": order["id"],
        "parentId": paid["id"], "kind": "REFUND", "gateway": "gift_card", "amount": "10.00" }] });
    let _ = shop.admin(refund, json!({ "input": input })).await.ok();
    assert_eq!(balance(&shop, &id).await, "10.0");
}

#[scenario]
async fn a_card_that_covers_everything_pays_alone(shop: TestShop) {
    let pot = shop.given_variant("30.00", 5).await;
    let (id, code) = given_card(&shop, "100").await;
    let cart = shop.given_cart(&[(&pot, 1)]).await;
    let add = "mutation($id: ID!, $codes: [String!]!) {
        cartGiftCardCodesAdd(cartId: $id, giftCardCodes: $codes) {
            cart { appliedGiftCards { id } } userErrors { field code message } warnings { code } } }";
    let remove = "mutation($id: ID!, $ids: [ID!]!) {
        cartGiftCardCodesRemove(cartId: $id, appliedGiftCardIds: $ids) {
            cart { appliedGiftCards { id } } userErrors { field code message } warnings { code } } }";
    let variables = json!({ "id": cart.id, "codes": [code] });
    let reply = shop.storefront(add, variables.clone()).await.ok();
    let applied = reply.text("cartGiftCardCodesAdd.cart.appliedGiftCards.0.id");
    let variables_of = |applied: &str| json!({ "id": cart.id, "ids": [applied] });
    let reply = shop.storefront(remove, variables_of(&applied)).await.ok();
    assert!(
        reply
            .list("cartGiftCardCodesRemove.cart.appliedGiftCards")
            .is_empty()
    );
    let _ = shop
        .storefront(remove, variables_of(&applied))
        .await
        .refused("INVALID");
    let wrong = json!({ "id": cart.id, "codes": ["nothing1234"] });
    let _ = shop.storefront(add, wrong).await.refused("INVALID");
    let _ = shop.storefront(add, variables).await.ok();
    // The card would be declined: nobody asks it.
    let _ = shop.buy(&cart, Card::Declines).await.status(303);
    let query = "{ orders(first: 1) { nodes { displayFinancialStatus
        totalPriceSet { shopMoney { amount } } transactions { gateway } } } }";
    let reply = shop.admin(query, json!({})).await.ok();
    assert_eq!(reply.text("orders.nodes.0.displayFinancialStatus"), "PAID");
    assert_eq!(reply.list("orders.nodes.0.transactions").len(), 1);
    assert_ne!(balance(&shop, &id).await, "100.0");
}

#[scenario]
async fn two_carts_never_spend_the_same_money(shop: TestShop) {
    let pot = shop.given_variant("8.00", 50).await;
    let (id, code) = given_card(&shop, "20").await;
    let mut carts = Vec::new();
    for _ in 0..4 {
        let cart = shop.given_cart(&[(&pot, 1)]).await;
        let _ = with_cards(&shop, &cart, &[&code]).await.ok();
        carts.push(cart);
    }
    let buy = |at: usize| shop.buy(&carts[at], Card::Approves);
    let (a, b, c, d) = tokio::join!(buy(0), buy(1), buy(2), buy(3));
    for reply in [a, b, c, d] {
        assert_eq!(reply.status, 303);
    }
    assert_eq!(balance(&shop, &id).await, "0.0");
    let query = "{ orders(first: 5) { nodes { transactions { gateway
        amountSet { shopMoney { amount } } } } } }";
    let reply = shop.admin(query, json!({})).await.ok();
    let paid: f64 = reply
        .list("orders.nodes")
        .iter()
        .flat_map(|order| order["transactions"].as_array().unwrap().clone())
        .filter(|own| own["gateway"] == "gift_card")
        .map(|own| {
            own["amountSet"]["shopMoney"]["amount"]
                .as_str()
                .unwrap()
                .parse::<f64>()
                .unwrap()
        })
        .sum();
    assert_eq!(paid.to_string(), "20");
}

#[scenario]
async fn codes_of_gift_cards_cannot_be_guessed_at_will(shop: TestShop) {
    let variant = shop.given_variant("5.00", 1).await;
    let cart = shop.given_cart(&[(&variant, 1)]).await;
    let add = "mutation($id: ID!, $codes: [String!]!) {
        cartGiftCardCodesUpdate(cartId: $id, giftCardCodes: $codes) {
            cart { id } userErrors { code message } } }";
    let guess = json!({ "id": cart.id, "codes": ["0000111122223333"] });
    for _ in 0..30 {
        shop.storefront(add, guess.clone()).await.refused("INVALID");
    }
    shop.storefront(add, guess).await.error("THROTTLED");
}
