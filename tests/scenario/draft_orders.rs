//! Draft orders: offered by the merchant, paid by the customer, an order once.

use serde_json::Value;
use tests::{Receiver, Reply, TestShop, json, scenario};

const DRAFT: &str =
    "id name status ready email note2 poNumber tags taxExempt invoiceUrl completedAt
    invoiceSentAt totalQuantityOfLineItems totalPrice subtotalPrice
    customer { id } purchasingEntity { ... on Customer { id } }
    customAttributes { key value } shippingAddress { city } billingAddress { city }
    appliedDiscount { title description value valueType amountSet { shopMoney { amount } } }
    shippingLine { title code custom originalPriceSet { shopMoney { amount } } }
    lineItemsSubtotalPrice { shopMoney { amount } } subtotalPriceSet { shopMoney { amount } }
    totalDiscountsSet { shopMoney { amount } } totalTaxSet { shopMoney { amount } }
    totalPriceSet { shopMoney { amount } } totalShippingPriceSet { shopMoney { amount } }
    metafield(namespace: \"erp\", key: \"number\") { value }
    order { id name displayFinancialStatus totalPriceSet { shopMoney { amount } } }
    lineItems(first: 5) { nodes { id title name sku quantity custom taxable requiresShipping
        variant { id } product { id } originalUnitPriceSet { shopMoney { amount } }
        appliedDiscount { value } discountedTotalSet { shopMoney { amount } } } }";

fn mutation(name: &str, arguments: &str, call: &str) -> String {
    format!(
        "mutation({arguments}) {{ {name}({call}) {{
            draftOrder {{ {DRAFT} }} userErrors {{ field message }} }} }}"
    )
}

async fn create(shop: &TestShop, input: Value) -> Reply {
    let query = mutation(
        "draftOrderCreate",
        "$input: DraftOrderInput!",
        "input: $input",
    );
    shop.admin(&query, json!({ "input": input })).await
}

async fn complete(shop: &TestShop, id: &str, pending: bool) -> Reply {
    let query = mutation(
        "draftOrderComplete",
        "$id: ID!, $pending: Boolean",
        "id: $id, paymentPending: $pending",
    );
    shop.admin(&query, json!({ "id": id, "pending": pending }))
        .await
}

fn euros(amount: &str) -> Value {
    json!({ "amount": amount, "currencyCode": "EUR" })
}

/// Two hours of work at 20.00, less 10 %, and a teapot, less 5.00 on all of it, by courier.
fn offer(pot: &str) -> Value {
    json!({
        "email": "bea@example.com", "note": "By phone", "poNumber": "PO 7", "tags": ["phone"],
        "customAttributes": [{ "key": "source", "value": "phone" }],
        "metafields": [{ "namespace": "erp", "key": "number", "type": "number_integer", "value": "7" }],
        "shippingAddress": { "lastName": "Buyer", "address1": "Am Wall 2", "city": "Bremen",
            "zip": "28195", "countryCode": "DE" },
        "appliedDiscount": { "title": "Loyalty", "description": "regular", "value": 5.0,
            "valueType": "FIXED_AMOUNT" },
        "shippingLine": { "title": "Courier", "priceWithCurrency": euros("7.25") },
        "lineItems": [
            { "title": "Installation", "sku": "WORK", "quantity": 2, "taxable": false,
              "originalUnitPriceWithCurrency": euros("20.00"),
              "appliedDiscount": { "value": 10.0, "valueType": "PERCENTAGE" } },
            { "variantId": pot, "quantity": 1 },
        ],
    })
}

#[scenario]
async fn a_draft_is_priced_as_it_is_said(shop: TestShop) {
    let pot = shop.given_variant("50.00", 3).await;
    let reply = create(&shop, offer(&pot.id)).await.ok();
    let at = |field: &str| reply.text(&format!("draftOrderCreate.draftOrder.{field}"));
    assert_eq!(at("name"), "#D1");
    assert_eq!(at("status"), "OPEN");
    assert_eq!(at("appliedDiscount.amountSet.shopMoney.amount"), "5.0");
    assert_eq!(at("lineItemsSubtotalPrice.shopMoney.amount"), "86.0");
    assert_eq!(at("subtotalPriceSet.shopMoney.amount"), "81.0");
    assert_eq!(at("totalDiscountsSet.shopMoney.amount"), "9.0");
    assert_eq!(at("totalShippingPriceSet.shopMoney.amount"), "7.25");
    assert_eq!(at("totalPriceSet.shopMoney.amount"), "88.25");
    assert_eq!(at("totalPrice"), "88.25");
    assert_eq!(at("shippingLine.code"), "custom");
    assert_eq!(at("shippingAddress.city"), "Bremen");
    assert_eq!(at("metafield.value"), "7");
    let lines = "lineItems.nodes";
    assert_eq!(at(&format!("{lines}.0.title")), "Installation");
    assert_eq!(
        at(&format!("{lines}.0.discountedTotalSet.shopMoney.amount")),
        "36.0"
    );
    assert_eq!(at(&format!("{lines}.1.variant.id")), pot.id);
    // A draft holds no stock.
    assert_eq!(shop.available(&pot).await, 3);

    let id = at("id");
    let query = "query($id: ID!) { draftOrder(id: $id) { name } node(id: $id) { id __typename }
        draftOrders(first: 5, query: \"status:open tag:phone\", sortKey: UPDATED_AT) {
            edges { cursor node { id } } pageInfo { hasNextPage } }
        none: draftOrders(first: 5, query: \"status:completed\") { nodes { id } }
        draftOrdersCount { count } }";
    let reply = shop.admin(query, json!({ "id": id })).await.ok();
    assert_eq!(reply.text("node.__typename"), "DraftOrder");
    assert_eq!(reply.text("draftOrders.edges.0.node.id"), id);
    assert!(reply.list("none.nodes").is_empty());
    assert_eq!(reply.number("draftOrdersCount.count"), 1);
}

#[scenario]
async fn a_draft_is_calculated_without_being_kept(shop: TestShop) {
    let pot = shop.given_variant("50.00", 3).await;
    let query = "mutation($input: DraftOrderInput!) { draftOrderCalculate(input: $input) {
        calculatedDraftOrder {
            currencyCode totalPriceSet { shopMoney { amount } } subtotalPriceSet { shopMoney { amount } }
            taxLines { title rate } lineItems { title uuid quantity discountedTotalSet { shopMoney { amount } }
                variant { id } weight { value } }
            availableShippingRates { handle title price { amount } }
        } userErrors { field message } } }";
    let reply = shop
        .admin(query, json!({ "input": offer(&pot.id) }))
        .await
        .ok();
    let at = "draftOrderCalculate.calculatedDraftOrder";
    assert_eq!(
        reply.text(&format!("{at}.totalPriceSet.shopMoney.amount")),
        "88.25"
    );
    assert_eq!(
        reply.text(&format!("{at}.availableShippingRates.0.price.amount")),
        "4.9"
    );
    let count = shop
        .admin("{ draftOrdersCount { count } }", json!({}))
        .await
        .ok();
    assert_eq!(count.number("draftOrdersCount.count"), 0);
    let nothing = shop
        .admin(query, json!({ "input": { "lineItems": [] } }))
        .await;
    nothing.refused_at("");
}

#[scenario]
async fn a_draft_becomes_one_order_at_its_own_prices(shop: TestShop) {
    let pot = shop.given_variant("50.00", 3).await;
    let reply = create(&shop, offer(&pot.id)).await.ok();
    let id = reply.text("draftOrderCreate.draftOrder.id");
    // The catalogue's price rises; the draft's does not.
    let dearer = "mutation($product: ID!, $id: ID!) { productVariantsBulkUpdate(
        productId: $product, variants: [{ id: $id, price: \"99.00\" }]) { userErrors { message } } }";
    let variables = json!({ "product": pot.product, "id": pot.id });
    let _ = shop.admin(dearer, variables).await.ok();

    let done = complete(&shop, &id, false).await.ok();
    let at = |field: &str| done.text(&format!("draftOrderComplete.draftOrder.{field}"));
    assert_eq!(at("status"), "COMPLETED");
    assert_eq!(at("order.displayFinancialStatus"), "PAID");
    assert_eq!(at("order.totalPriceSet.shopMoney.amount"), "88.25");
    assert_eq!(shop.available(&pot).await, 2);
    let order = at("order.id");
    let query = "query($id: ID!) { order(id: $id) {
        note poNumber tags sourceName totalDiscountsSet { shopMoney { amount } }
        customAttributes { key } shippingAddress { city }
        lineItems(first: 5) { nodes { title totalDiscountSet { shopMoney { amount } } } } } }";
    let reply = shop.admin(query, json!({ "id": order })).await.ok();
    assert_eq!(reply.text("order.note"), "By phone");
    assert_eq!(reply.text("order.sourceName"), "shopify_draft_order");
    assert_eq!(
        reply.text("order.totalDiscountsSet.shopMoney.amount"),
        "9.0"
    );

    // Whoever asks again finds the order that there is.
    let again = complete(&shop, &id, false).await;
    let error = again.refused_at("");
    assert_eq!(error["message"], "This order has been paid");
    assert_eq!(again.text("draftOrderComplete.draftOrder.order.id"), order);
    assert_eq!(shop.available(&pot).await, 2);
    let unknown = complete(&shop, "gid://shopify/DraftOrder/1", false).await;
    unknown.refused_at("id");
}

#[scenario]
async fn of_two_completions_at_once_one_makes_the_order(shop: TestShop) {
    let pot = shop.given_variant("50.00", 3).await;
    let reply = create(&shop, offer(&pot.id)).await.ok();
    let id = reply.text("draftOrderCreate.draftOrder.id");
    let (one, other) = tokio::join!(complete(&shop, &id, true), complete(&shop, &id, true));
    let refused = [&one, &other]
        .iter()
        .filter(|reply| !reply.user_errors().is_empty())
        .count();
    assert_eq!(refused, 1);
    let orders = shop
        .admin(
            "{ orders(first: 5) { nodes { displayFinancialStatus } } }",
            json!({}),
        )
        .await
        .ok();
    assert_eq!(
        orders.get("orders.nodes"),
        &json!([{ "displayFinancialStatus": "PENDING" }])
    );
}

#[scenario]
async fn a_draft_of_more_than_there_is_stays_a_draft(shop: TestShop) {
    let pot = shop.given_variant("50.00", 1).await;
    let lines = json!([{ "variantId": pot.id, "quantity": 2 }]);
    let reply = create(&shop, json!({ "lineItems": lines })).await.ok();
    let id = reply.text("draftOrderCreate.draftOrder.id");
    let refused = complete(&shop, &id, false).await;
    refused.refused_at("");
    assert_eq!(refused.text("draftOrderComplete.draftOrder.status"), "OPEN");
    assert_eq!(shop.available(&pot).await, 1);
}

#[scenario]
async fn a_draft_is_changed_duplicated_and_thrown_away(shop: TestShop) {
    let pot = shop.given_variant("50.00", 3).await;
    let reply = create(&shop, offer(&pot.id)).await.ok();
    let id = reply.text("draftOrderCreate.draftOrder.id");
    let update = mutation(
        "draftOrderUpdate",
        "$id: ID!, $input: DraftOrderInput!",
        "id: $id, input: $input",
    );
    let input = json!({ "appliedDiscount": null, "note": "", "tags": ["b", "a"] });
    let reply = shop
        .admin(&update, json!({ "id": id, "input": input }))
        .await
        .ok();
    let at = "draftOrderUpdate.draftOrder";
    assert!(reply.get(&format!("{at}.appliedDiscount")).is_null());
    assert!(reply.get(&format!("{at}.note2")).is_null());
    assert_eq!(reply.get(&format!("{at}.tags")), &json!(["a", "b"]));
    assert_eq!(
        reply.text(&format!("{at}.totalPriceSet.shopMoney.amount")),
        "93.25"
    );
    let much = json!({ "appliedDiscount": { "value": 150.0, "valueType": "PERCENTAGE" } });
    let refused = shop
        .admin(&update, json!({ "id": id, "input": much }))
        .await;
    refused.refused_at("input.appliedDiscount.value");

    let tag = "mutation($id: ID!) { tagsAdd(id: $id, tags: [\"c\"]) { node { id } userErrors { message } } }";
    let _ = shop.admin(tag, json!({ "id": id })).await.ok();
    let duplicate = mutation("draftOrderDuplicate", "$id: ID!", "id: $id");
    let reply = shop.admin(&duplicate, json!({ "id": id })).await.ok();
    let at = "draftOrderDuplicate.draftOrder";
    assert_eq!(reply.text(&format!("{at}.name")), "#D2");
    assert_eq!(reply.get(&format!("{at}.tags")), &json!(["a", "b", "c"]));
    let other = reply.text(&format!("{at}.id"));
    let unknown = json!({ "id": "gid://shopify/DraftOrder/1" });
    shop.admin(&duplicate, unknown).await.refused_at("id");

    let delete = "mutation($id: ID!) { draftOrderDelete(input: { id: $id }) {
        deletedId userErrors { field message } } }";
    let reply = shop.admin(delete, json!({ "id": id })).await.ok();
    assert_eq!(reply.text("draftOrderDelete.deletedId"), id);
    shop.admin(delete, json!({ "id": id }))
        .await
        .refused_at("id");
    let bulk = "mutation($ids: [ID!], $search: String) {
        draftOrderBulkDelete(ids: $ids, search: $search) { job { done } userErrors { field message } } }";
    shop.admin(bulk, json!({})).await.refused_at("ids");
    let _ = shop.admin(bulk, json!({ "search": "tag:a" })).await.ok();
    let query = "query($id: ID!) { draftOrder(id: $id) { id } }";
    let gone = shop.admin(query, json!({ "id": other })).await.ok();
    assert!(gone.get("draftOrder").is_null());
}

#[scenario]
async fn a_draft_that_cannot_be_is_refused_by_the_place_that_is_wrong(shop: TestShop) {
    let work = |more: Value| {
        let mut line = json!({ "title": "Work", "quantity": 1, "originalUnitPrice": "10.00" });
        for (name, value) in more.as_object().into_iter().flatten() {
            line[name] = value.clone();
        }
        json!({ "lineItems": [line] })
    };
    let cases = [
        (json!({ "lineItems": [] }), "", "Add at least 1 product"),
        (
            json!({ "lineItems": [{ "variantId": "gid://shopify/ProductVariant/1", "quantity": 1 }] }),
            "",
            "Product with ID 1 is no longer available.",
        ),
        (
            json!({ "lineItems": [{ "quantity": 1, "originalUnitPrice": "10.00" }] }),
            "",
            "Merchandise title is empty.",
        ),
        (
            work(json!({ "quantity": 0 })),
            "lineItems.0.quantity",
            "Quantity must be greater than or equal to 1",
        ),
        (
            work(json!({ "originalUnitPrice": "-1.00" })),
            "",
            "Cannot send negative price for line_item",
        ),
        (
            work(json!({ "appliedDiscount": { "value": 12.345, "valueType": "PERCENTAGE" } })),
            "lineItems.0.appliedDiscount.value",
            "Applied discount value can have at most 2 digits after decimal point",
        ),
        (
            json!({ "email": "nobody", "lineItems": [{ "title": "Work", "quantity": 1 }] }),
            "email",
            "Email is invalid",
        ),
    ];
    for (input, field, message) in cases {
        let reply = create(&shop, input).await;
        assert_eq!(reply.refused_at(field)["message"], message);
    }
}

/// The path of an address.
fn path(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest[rest.find('/').unwrap_or(0)..].to_owned()
}

#[scenario]
async fn a_customer_pays_an_invoice_once(shop: TestShop) {
    let pot = shop.given_variant("50.00", 3).await;
    let reply = create(&shop, offer(&pot.id)).await.ok();
    let id = reply.text("draftOrderCreate.draftOrder.id");
    let send = mutation(
        "draftOrderInvoiceSend",
        "$id: ID!, $email: EmailInput",
        "id: $id, email: $email",
    );
    let wrong = json!({ "id": id, "email": { "to": "nobody" } });
    shop.admin(&send, wrong).await.refused_at("email.to");
    let email = json!({ "subject": "Your offer", "customMessage": "As agreed." });
    let sent = shop
        .admin(&send, json!({ "id": id, "email": email }))
        .await
        .ok();
    let at = "draftOrderInvoiceSend.draftOrder";
    assert_eq!(sent.text(&format!("{at}.status")), "INVOICE_SENT");

    let invoice = path(&sent.text(&format!("{at}.invoiceUrl")));
    let page = shop.get(&invoice).await.status(200).body();
    assert!(
        page.contains("Invoice #D1") && page.contains("88.25"),
        "{page}"
    );
    assert!(page.contains("Am Wall 2"), "{page}");
    let form = |number: &'static str, total: &'static str| {
        [
            ("checkout[email]", "bea@example.com"),
            ("checkout[shipping_address][last_name]", "Buyer"),
            ("checkout[shipping_address][address1]", "Am Wall 2"),
            ("checkout[shipping_address][city]", "Bremen"),
            ("checkout[shipping_address][zip]", "28195"),
            ("checkout[shipping_address][country]", "DE"),
            ("checkout[payment][gateway]", "bogus"),
            ("checkout[payment][number]", number),
            ("checkout[total]", total),
        ]
    };
    let declined = shop.post_form(&invoice, &form("2", "8825 EUR")).await;
    assert!(declined.status(422).body().contains("declined"));
    let changed = shop.post_form(&invoice, &form("1", "100 EUR")).await;
    assert!(changed.status(422).body().contains("total has changed"));
    let nowhere = shop.post_form(&invoice, &[("checkout[email]", "x")]).await;
    let _ = nowhere.status(422);
    assert_eq!(shop.available(&pot).await, 3);

    let paid = shop
        .post_form(&invoice, &form("1", "8825 EUR"))
        .await
        .status(303);
    let status = paid.header("Location").to_owned();
    assert!(shop.get(&status).await.status(200).body().contains("#1001"));
    let twice = shop.post_form(&invoice, &form("1", "8825 EUR")).await;
    assert_eq!(twice.status(303).header("Location"), status);
    let opened = shop.get(&invoice).await.status(303);
    assert_eq!(opened.header("Location"), status);
    assert_eq!(shop.available(&pot).await, 2);
    shop.admin(&send, json!({ "id": id })).await.refused_at("");
    let guessed = format!("{invoice}0");
    let _ = shop.get(&guessed).await.status(404);
}

#[scenario]
async fn drafts_are_told_to_whoever_listens(shop: TestShop) {
    let receiver = Receiver::start().await;
    let subscribe = "mutation($topic: WebhookSubscriptionTopic!, $uri: String!) {
        webhookSubscriptionCreate(topic: $topic, webhookSubscription: { uri: $uri }) {
            webhookSubscription { id } userErrors { field message }
        } }";
    for topic in [
        "DRAFT_ORDERS_CREATE",
        "DRAFT_ORDERS_UPDATE",
        "DRAFT_ORDERS_DELETE",
    ] {
        let variables = json!({ "topic": topic, "uri": receiver.url() });
        let _ = shop.admin(subscribe, variables).await.ok();
    }
    let pot = shop.given_variant("50.00", 3).await;
    let reply = create(&shop, offer(&pot.id)).await.ok();
    let id = reply.text("draftOrderCreate.draftOrder.id");
    let told = receiver.wait_for("draft_orders/create", 1).await[0].json();
    assert_eq!(told["admin_graphql_api_id"], json!(id));
    assert_eq!(told["total_price"], "88.25");
    assert_eq!(told["applied_discount"]["value"], "5.00");
    assert_eq!(told["line_items"][0]["title"], "Installation");
    assert_eq!(told["shipping_line"]["title"], "Courier");
    let _ = complete(&shop, &id, false).await.ok();
    let told = receiver.wait_for("draft_orders/update", 1).await[0].json();
    assert_eq!(told["status"], "completed");
    let delete =
        "mutation($id: ID!) { draftOrderDelete(input: { id: $id }) { userErrors { message } } }";
    let _ = shop.admin(delete, json!({ "id": id })).await.ok();
    let told = receiver.wait_for("draft_orders/delete", 1).await[0].json();
    assert!(id.ends_with(&told["id"].to_string()));
}
