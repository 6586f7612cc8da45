//! Orders after the sale: reading, searching, changing, paying, closing, cancelling.

use commerce::orders::DisplayFinancialStatus;
use serde_json::json;
use tests::{Receiver, TestShop, scenario};

use crate::sale::{STOCK, given_paid_sale, given_sale};

#[scenario]
async fn an_order_tells_what_was_sold_and_what_it_comes_to(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    let query = "query($id: ID!) { order(id: $id) {
        name email tags closed cancelledAt currencyCode
        displayFinancialStatus displayFulfillmentStatus requiresShipping fullyPaid
        totalPriceSet { shopMoney { amount currencyCode } presentmentMoney { amount } }
        subtotalPriceSet { shopMoney { amount } }
        totalTaxSet { shopMoney { amount } }
        shippingAddress { name city countryCodeV2 formatted }
        shippingLine { title originalPriceSet { shopMoney { amount } } }
        taxLines { title rate priceSet { shopMoney { amount } } }
        discountApplications(first: 3) { nodes { index } }
        returns(first: 3) { nodes { id } }
        paymentGatewayNames
        transactions { kind status gateway amountSet { shopMoney { amount } } }
        lineItems(first: 1) {
            pageInfo { hasNextPage }
            edges { node { name sku quantity originalUnitPriceSet { shopMoney { amount } } } }
        }
    } }";
    let reply = shop.admin(query, json!({ "id": sale.order })).await.ok();
    assert_eq!(reply.text("order.email"), "bea@example.com");
    assert_eq!(reply.get("order.tags"), &json!(["sample"]));
    assert_eq!(reply.text("order.displayFinancialStatus"), "PAID");
    assert_eq!(reply.text("order.totalPriceSet.shopMoney.amount"), "31.9");
    assert_eq!(
        reply.text("order.totalPriceSet.shopMoney.currencyCode"),
        "EUR"
    );
    assert_eq!(
        reply.text("order.subtotalPriceSet.shopMoney.amount"),
        "25.0"
    );
    assert_eq!(reply.text("order.totalTaxSet.shopMoney.amount"), "2.9");
    assert_eq!(reply.text("order.shippingAddress.name"), "Bea Buyer");
    assert_eq!(
        reply.text("order.shippingLine.originalPriceSet.shopMoney.amount"),
        "4.0"
    );
    assert_eq!(reply.get("order.taxLines.0.rate"), &json!(0.1));
    assert_eq!(
        reply.text("order.taxLines.0.priceSet.shopMoney.amount"),
        "2.9"
    );
    assert_eq!(
        reply.get("order.lineItems.pageInfo.hasNextPage"),
        &json!(true)
    );
    assert_eq!(reply.text("order.lineItems.edges.0.node.sku"), "POT-1");
    assert_eq!(reply.text("order.transactions.0.kind"), "SALE");
    let ids = json!({ "ids": [sale.order, sale.fulfillment_order, sale.teapots] });
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }";
    let reply = shop.admin(query, ids).await.ok();
    let kinds: Vec<String> = (0..3)
        .map(|n| reply.text(&format!("nodes.{n}.__typename")))
        .collect();
    assert_eq!(kinds, ["Order", "FulfillmentOrder", "LineItem"]);
}

#[scenario]
async fn orders_are_searched_sorted_and_counted(shop: TestShop) {
    let paid = given_paid_sale(&shop).await;
    let unpaid = given_sale(&shop, DisplayFinancialStatus::Pending).await;
    let query = "query($query: String) {
        orders(first: 10, query: $query, sortKey: ORDER_NUMBER) { nodes { id } }
        ordersCount(query: $query) { count precision }
    }";
    for (search, found) in [
        ("financial_status:paid", vec![&paid.order]),
        ("status:open", vec![&paid.order, &unpaid.order]),
        ("name:1002", vec![&unpaid.order]),
        ("#1001", vec![&paid.order]),
        (
            "tag:sample sku:pot-1 NOT financial_status:pending",
            vec![&paid.order],
        ),
        ("email:nobody@example.com", vec![]),
    ] {
        let reply = shop.admin(query, json!({ "query": search })).await.ok();
        let ids: Vec<String> = (0..found.len())
            .map(|n| reply.text(&format!("orders.nodes.{n}.id")))
            .collect();
        assert_eq!(ids.iter().collect::<Vec<_>>(), found, "{search}");
        assert_eq!(reply.list("orders.nodes").len(), found.len(), "{search}");
        assert_eq!(
            reply.number("ordersCount.count"),
            found.len() as i64,
            "{search}"
        );
    }
    let reply = shop
        .admin(query, json!({ "query": "colour:red" }))
        .await
        .ok();
    assert_eq!(
        reply.json["extensions"]["search"][0]["warnings"][0]["code"],
        "invalid_field"
    );
}

#[scenario]
async fn orders_page_both_ways(shop: TestShop) {
    let first = given_paid_sale(&shop).await;
    let second = given_paid_sale(&shop).await;
    let query = "query($after: String) {
        orders(first: 1, after: $after, sortKey: CREATED_AT, reverse: true) {
            nodes { id } pageInfo { hasNextPage endCursor }
        }
    }";
    let reply = shop.admin(query, json!({})).await.ok();
    assert_eq!(reply.text("orders.nodes.0.id"), second.order);
    let cursor = reply.text("orders.pageInfo.endCursor");
    let reply = shop.admin(query, json!({ "after": cursor })).await.ok();
    assert_eq!(reply.text("orders.nodes.0.id"), first.order);
    assert_eq!(reply.get("orders.pageInfo.hasNextPage"), &json!(false));
}

#[scenario]
async fn an_order_of_another_shop_is_not_there(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    let twin = shop.twin().await;
    let note = "mutation($id: ID!) { orderUpdate(input: { id: $id, note: \"theirs\" }) {
        order { note } userErrors { field message } } }";
    let _ = twin.admin(note, json!({ "id": sale.order })).await.ok();
    let query = "query($id: ID!) { order(id: $id) { note } }";
    let ours = shop.admin(query, json!({ "id": sale.order })).await.ok();
    assert!(ours.get("order.note").is_null());
    let unknown = json!({ "id": "gid://shopify/Order/1" });
    assert!(shop.admin(query, unknown).await.ok().get("order").is_null());
}

const UPDATE: &str = "mutation($input: OrderInput!) { orderUpdate(input: $input) {
    order { email phone note tags poNumber customAttributes { key value } shippingAddress { city } }
    userErrors { field message }
} }";

#[scenario]
async fn an_order_is_changed_and_keeps_what_was_not_named(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    let input = json!({
        "id": sale.order, "note": "Ring twice", "tags": ["b", "a"], "poNumber": "PO 7",
        "phone": "030 1234567",
        "customAttributes": [{ "key": "gift", "value": "yes" }],
        "metafields": [{
            "namespace": "custom", "key": "gift", "type": "boolean", "value": "true",
        }],
        "shippingAddress": {
            "lastName": "Nachbar", "address1": "Weg 1", "city": "Köln", "countryCode": "DE",
        },
    });
    let reply = shop.admin(UPDATE, json!({ "input": input })).await.ok();
    let at = |field: &str| reply.text(&format!("orderUpdate.order.{field}"));
    assert_eq!(at("note"), "Ring twice");
    assert_eq!(at("email"), "bea@example.com");
    assert_eq!(at("phone"), "+49301234567");
    assert_eq!(at("poNumber"), "PO 7");
    assert_eq!(at("customAttributes.0.value"), "yes");
    assert_eq!(at("shippingAddress.city"), "Köln");
    assert_eq!(reply.get("orderUpdate.order.tags"), &json!(["a", "b"]));
    let cleared = json!({ "input": { "id": sale.order, "note": null } });
    let reply = shop.admin(UPDATE, cleared).await.ok();
    assert!(reply.get("orderUpdate.order.note").is_null());
}

#[scenario]
async fn an_update_that_makes_no_sense_changes_nothing(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    for (change, field, message) in [
        (
            json!({}),
            json!(null),
            "No valid update parameters have been provided",
        ),
        (
            json!({ "phone": "not a phone" }),
            json!(["phone"]),
            "Phone is invalid",
        ),
        (
            json!({ "email": "nobody" }),
            json!(["email"]),
            "Email is invalid",
        ),
        (
            json!({ "shippingAddress": { "address1": "Weg 1" } }),
            json!(["shippingAddress", "lastName"]),
            "Enter a last name",
        ),
    ] {
        let mut input = change;
        input["id"] = json!(sale.order);
        let reply = shop.admin(UPDATE, json!({ "input": input })).await;
        let errors = reply.get("orderUpdate.userErrors");
        assert_eq!(errors, &json!([{ "field": field, "message": message }]));
    }
    let gone = json!({ "input": { "id": "gid://shopify/Order/1", "note": "x" } });
    let reply = shop.admin(UPDATE, gone).await;
    reply.refused_at("id");
    assert!(reply.get("orderUpdate.order").is_null());
}

const PAY: &str = "mutation($id: ID!) { orderMarkAsPaid(input: { id: $id }) {
    order { displayFinancialStatus canMarkAsPaid transactions { kind status gateway }
            totalOutstandingSet { shopMoney { amount } } }
    userErrors { field message }
} }";

#[scenario]
async fn an_unpaid_order_is_marked_as_paid_once(shop: TestShop) {
    let sale = given_sale(&shop, DisplayFinancialStatus::Pending).await;
    let reply = shop.admin(PAY, json!({ "id": sale.order })).await.ok();
    assert_eq!(
        reply.text("orderMarkAsPaid.order.displayFinancialStatus"),
        "PAID"
    );
    assert_eq!(
        reply.text("orderMarkAsPaid.order.totalOutstandingSet.shopMoney.amount"),
        "0.0"
    );
    let again = shop.admin(PAY, json!({ "id": sale.order })).await;
    let errors = again.get("orderMarkAsPaid.userErrors");
    let message = "Order cannot be marked as paid.";
    assert_eq!(errors, &json!([{ "field": ["id"], "message": message }]));
}

#[scenario]
async fn an_order_is_put_away_and_taken_out(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    let close = "mutation($id: ID!) { orderClose(input: { id: $id }) {
        order { closed closedAt } userErrors { field message } } }";
    let reply = shop.admin(close, json!({ "id": sale.order })).await.ok();
    assert_eq!(reply.get("orderClose.order.closed"), &json!(true));
    let closed_at = reply.text("orderClose.order.closedAt");
    let again = shop.admin(close, json!({ "id": sale.order })).await.ok();
    assert_eq!(again.text("orderClose.order.closedAt"), closed_at);
    let open = "mutation($id: ID!) { orderOpen(input: { id: $id }) {
        order { closed } userErrors { field message } } }";
    let reply = shop.admin(open, json!({ "id": sale.order })).await.ok();
    assert_eq!(reply.get("orderOpen.order.closed"), &json!(false));
    let unknown = json!({ "id": "gid://shopify/Order/1" });
    shop.admin(open, unknown.clone()).await.refused_at("id");
    shop.admin(close, unknown).await.refused_at("id");
}

const CANCEL: &str = "mutation(
    $id: ID!, $restock: Boolean!, $refundMethod: OrderCancelRefundMethodInput, $refund: Boolean
) {
    orderCancel(
        orderId: $id, reason: CUSTOMER, restock: $restock, refundMethod: $refundMethod,
        refund: $refund, notifyCustomer: true, staffNote: \"changed her mind\"
    ) {
        job { id done }
        orderCancelUserErrors { field message code }
    }
}";

#[scenario]
async fn a_cancelled_order_gives_back_money_and_stock(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    assert_eq!(sale.stock(&shop).await, (STOCK - 2, 2));
    let method = json!({ "originalPaymentMethodsRefund": true });
    let variables = json!({ "id": sale.order, "restock": true, "refundMethod": method });
    let reply = shop.admin(CANCEL, variables.clone()).await.ok();
    assert_eq!(reply.get("orderCancel.job.done"), &json!(true));
    assert_eq!(reply.get("orderCancel.orderCancelUserErrors"), &json!([]));
    assert_eq!(sale.stock(&shop).await, (STOCK, 0));
    assert_eq!(sale.states(&shop).await, "REFUNDED UNFULFILLED 0.0");
    let query = "query($id: ID!) { order(id: $id) {
        closed cancelReason cancellation { staffNote }
        netPaymentSet { shopMoney { amount } }
        fulfillmentOrders(first: 1) { nodes { status lineItems(first: 2) { nodes {
            totalQuantity remainingQuantity } } } }
        refunds { totalRefundedSet { shopMoney { amount } } transactions(first: 2) { nodes { kind } } }
    } }";
    let reply = shop.admin(query, json!({ "id": sale.order })).await.ok();
    assert_eq!(reply.get("order.closed"), &json!(true));
    assert_eq!(reply.text("order.cancelReason"), "CUSTOMER");
    assert_eq!(
        reply.text("order.cancellation.staffNote"),
        "changed her mind"
    );
    assert_eq!(reply.text("order.netPaymentSet.shopMoney.amount"), "0.0");
    assert_eq!(
        reply.text("order.fulfillmentOrders.nodes.0.status"),
        "CLOSED"
    );
    assert_eq!(
        reply.text("order.refunds.0.totalRefundedSet.shopMoney.amount"),
        "31.9"
    );

    let again = shop.admin(CANCEL, variables).await;
    let error = again.get("orderCancel.orderCancelUserErrors.0");
    assert_eq!(
        error["message"],
        "Cannot cancel an order that has already been canceled"
    );
    assert_eq!(error["code"], "INVALID");
}

#[scenario]
async fn a_cancelled_order_whose_money_is_kept_stays_open(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    let variables = json!({ "id": sale.order, "restock": true });
    let _ = shop.admin(CANCEL, variables).await.ok();
    assert_eq!(sale.stock(&shop).await, (STOCK, 0));
    assert_eq!(sale.states(&shop).await, "PAID UNFULFILLED 31.9");
    let query = "query($id: ID!) { order(id: $id) { closed cancelledAt } }";
    let reply = shop.admin(query, json!({ "id": sale.order })).await.ok();
    assert_eq!(reply.get("order.closed"), &json!(false));
    assert!(reply.get("order.cancelledAt").is_string());
}

#[scenario]
async fn an_order_that_has_left_is_not_cancelled(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    let _ = sale.fulfill(&shop, &[(0, 1)]).await.ok();
    let variables = json!({ "id": sale.order, "restock": true, "refund": true });
    let reply = shop.admin(CANCEL, variables).await;
    let error = reply.get("orderCancel.orderCancelUserErrors.0");
    assert_eq!(error["field"], json!(["orderId"]));
    assert_eq!(error["code"], "INVALID");
    assert!(reply.get("orderCancel.job").is_null());
    let both = json!({
        "id": sale.order, "restock": true, "refund": true,
        "refundMethod": { "originalPaymentMethodsRefund": true },
    });
    let reply = shop.admin(CANCEL, both).await;
    let error = reply.get("orderCancel.orderCancelUserErrors.0");
    assert_eq!(error["field"], json!(["refund"]));
}

#[scenario]
async fn orders_need_their_scopes(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    let none = shop.token(&["read_products"]).await;
    let reader = shop.token(&["read_orders"]).await;
    let id = json!({ "id": sale.order });
    for query in [
        "query($id: ID!) { order(id: $id) { id } }",
        "query { orders(first: 1) { nodes { id } } }",
        "query { ordersCount { count } }",
        "query { refund(id: \"gid://shopify/Refund/1\") { id } }",
        "query { fulfillment(id: \"gid://shopify/Fulfillment/1\") { id } }",
        "query { fulfillmentOrders(first: 1) { nodes { id } } }",
        "query { fulfillmentOrder(id: \"gid://shopify/FulfillmentOrder/1\") { id } }",
    ] {
        let _ = shop
            .admin_with(&none, query, id.clone())
            .await
            .error("ACCESS_DENIED");
    }
    for field in ["orderUpdate", "orderMarkAsPaid", "orderClose", "orderOpen"] {
        let query = format!(
            "mutation($id: ID!) {{ {field}(input: {{ id: $id }}) {{ userErrors {{ message }} }} }}"
        );
        let _ = shop
            .admin_with(&reader, &query, id.clone())
            .await
            .error("ACCESS_DENIED");
    }
    let cancel = json!({ "id": sale.order, "restock": true });
    let _ = shop
        .admin_with(&reader, CANCEL, cancel)
        .await
        .error("ACCESS_DENIED");
    let customer = "query($id: ID!) { order(id: $id) { name customer { id } } }";
    let reply = shop.admin_with(&reader, customer, id).await;
    let _ = reply.error("ACCESS_DENIED");
    assert_eq!(reply.text("order.name"), "#1001");
}

#[scenario]
async fn a_cancellation_is_told_to_whoever_listens(shop: TestShop) {
    let receiver = Receiver::start().await;
    let subscribe = "mutation($topic: WebhookSubscriptionTopic!, $uri: String!) {
        webhookSubscriptionCreate(topic: $topic, webhookSubscription: { uri: $uri }) {
            webhookSubscription { id } userErrors { field message }
        } }";
    for topic in [
        "ORDERS_CANCELLED",
        "REFUNDS_CREATE",
        "FULFILLMENTS_CREATE",
        "ORDERS_FULFILLED",
    ] {
        let variables = json!({ "topic": topic, "uri": receiver.url() });
        let _ = shop.admin(subscribe, variables).await.ok();
    }
    let sale = given_paid_sale(&shop).await;
    let _ = shop
        .admin(
            CANCEL,
            json!({ "id": sale.order, "restock": true, "refund": true }),
        )
        .await
        .ok();
    let cancelled = receiver.wait_for("orders/cancelled", 1).await;
    let order = &cancelled[0].json();
    assert_eq!(order["admin_graphql_api_id"], json!(sale.order));
    assert_eq!(order["financial_status"], "refunded");
    assert_eq!(order["cancel_reason"], "customer");
    assert_eq!(order["total_price"], "31.90");
    assert_eq!(order["current_total_price"], "0.00");
    assert_eq!(order["line_items"][0]["quantity"], 2);
    let refunds = receiver.wait_for("refunds/create", 1).await;
    assert_eq!(refunds[0].json()["transactions"][0]["amount"], "31.90");

    let sale = given_paid_sale(&shop).await;
    let _ = sale.fulfill(&shop, &[]).await.ok();
    let parcels = receiver.wait_for("fulfillments/create", 1).await;
    assert_eq!(parcels[0].json()["status"], "success");
    assert_eq!(parcels[0].json()["line_items"][0]["quantity"], 2);
    let fulfilled = receiver.wait_for("orders/fulfilled", 1).await;
    assert_eq!(fulfilled[0].json()["fulfillment_status"], "fulfilled");
}

#[scenario]
async fn money_that_was_set_aside_is_taken_or_let_go(shop: TestShop) {
    let capture = "mutation($input: OrderCaptureInput!) { orderCapture(input: $input) {
        transaction { kind status amountSet { shopMoney { amount } } } userErrors { field message } } }";
    let void = "mutation($id: ID!) { transactionVoid(parentTransactionId: $id) {
        transaction { kind } userErrors { field message code } } }";
    let sale = given_sale(&shop, DisplayFinancialStatus::Authorized).await;
    let payment = sale.payment(&shop).await;
    let input = |amount: &str| json!({ "input": { "id": sale.order, "parentTransactionId": payment, "amount": amount } });
    shop.admin(capture, input("99.00"))
        .await
        .refused_at("amount");
    let reply = shop.admin(capture, input("10.00")).await.ok();
    assert_eq!(reply.text("orderCapture.transaction.kind"), "CAPTURE");
    assert_eq!(sale.states(&shop).await, "PARTIALLY_PAID UNFULFILLED 31.9");
    let reply = shop.admin(void, json!({ "id": payment })).await.ok();
    assert_eq!(reply.text("transactionVoid.transaction.kind"), "VOID");
    shop.admin(void, json!({ "id": payment }))
        .await
        .refused("AUTH_NOT_VOIDABLE");
    shop.admin(capture, input("1.00"))
        .await
        .refused_at("parentTransactionId");
    let unknown = json!({ "id": "gid://shopify/OrderTransaction/1" });
    shop.admin(void, unknown)
        .await
        .refused("TRANSACTION_NOT_FOUND");

    let sale = given_sale(&shop, DisplayFinancialStatus::Authorized).await;
    let payment = sale.payment(&shop).await;
    let input =
        json!({ "input": { "id": sale.order, "parentTransactionId": payment, "amount": "31.90" } });
    let _ = shop.admin(capture, input).await.ok();
    assert_eq!(sale.states(&shop).await, "PAID UNFULFILLED 31.9");
}

#[scenario]
async fn an_order_s_invoice_is_sent_to_its_buyer(shop: TestShop) {
    let sale = given_paid_sale(&shop).await;
    let send = "mutation($id: ID!, $email: EmailInput) { orderInvoiceSend(id: $id, email: $email) {
        order { id } userErrors { field message code } } }";
    let email = json!({ "subject": "Your order", "customMessage": "Thank you." });
    let variables = json!({ "id": sale.order, "email": email });
    let reply = shop.admin(send, variables).await.ok();
    assert_eq!(reply.text("orderInvoiceSend.order.id"), sale.order);
    let wrong = json!({ "id": sale.order, "email": { "to": "nobody" } });
    shop.admin(send, wrong)
        .await
        .refused("ORDER_INVOICE_SEND_UNSUCCESSFUL");
    let query = "query($id: ID!) { orderByIdentifier(identifier: { id: $id }) { name } }";
    let reply = shop.admin(query, json!({ "id": sale.order })).await.ok();
    assert_eq!(reply.text("orderByIdentifier.name"), "#1001");
}
