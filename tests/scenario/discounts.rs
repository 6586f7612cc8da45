//! Discounts: from the merchant's terms to what buyers pay.

use serde_json::Value;
use tests::{Receiver, TestShop, json, scenario};

use crate::discounted_sales::{given_pot, with_codes};

const NODE: &str = "codeDiscountNode { id codeDiscount { __typename
    ... on DiscountCodeBasic { title status summary shortSummary usageLimit appliesOncePerCustomer
        asyncUsageCount startsAt endsAt discountClasses codesCount { count }
        codes(first: 5) { nodes { id code asyncUsageCount } }
        combinesWith { orderDiscounts productDiscounts shippingDiscounts }
        minimumRequirement { ... on DiscountMinimumSubtotal {
            greaterThanOrEqualToSubtotal { amount currencyCode } }
            ... on DiscountMinimumQuantity { greaterThanOrEqualToQuantity } }
        customerSelection { ... on DiscountCustomerAll { allCustomers }
            ... on DiscountCustomers { customers { id } } }
        customerGets { value { ... on DiscountPercentage { percentage }
                ... on DiscountAmount { amount { amount } appliesOnEachItem } }
            items { ... on AllDiscountItems { allItems }
                ... on DiscountProducts { products(first: 5) { nodes { id } }
                    productVariants(first: 5) { nodes { id } } }
                ... on DiscountCollections { collections(first: 5) { nodes { id } } } } } }
    ... on DiscountCodeFreeShipping { title status summary maximumShippingPrice { amount }
        codes(first: 5) { nodes { code } }
        destinationSelection { ... on DiscountCountryAll { allCountries }
            ... on DiscountCountries { countries includeRestOfWorld } } }
    ... on DiscountCodeBxgy { title status summary usesPerOrderLimit
        customerBuys { value { ... on DiscountQuantity { quantity } } } } } }
    userErrors { field message code extraInfo }";
pub(crate) const AUTOMATIC: &str = "automaticDiscountNode { id automaticDiscount { __typename
    ... on DiscountAutomaticBasic { title status summary }
    ... on DiscountAutomaticFreeShipping { title status summary }
    ... on DiscountAutomaticBxgy { title status summary usesPerOrderLimit } } }
    userErrors { field message code extraInfo }";

pub(crate) fn mutation(field: &str, argument: &str, input: &str, selection: &str) -> String {
    format!("mutation($d: {input}!) {{ {field}({argument}: $d) {{ {selection} }} }}")
}

fn update(field: &str, argument: &str, input: &str, selection: &str) -> String {
    format!(
        "mutation($id: ID!, $d: {input}!) {{ {field}({argument}: $d, id: $id) {{ {selection} }} }}"
    )
}

fn by_id(field: &str, selection: &str) -> String {
    format!("mutation($id: ID!) {{ {field}(id: $id) {{ {selection} }} }}")
}

pub(crate) fn code_create() -> String {
    mutation(
        "discountCodeBasicCreate",
        "basicCodeDiscount",
        "DiscountCodeBasicInput",
        NODE,
    )
}

fn automatic_create() -> String {
    mutation(
        "discountAutomaticBasicCreate",
        "automaticBasicDiscount",
        "DiscountAutomaticBasicInput",
        AUTOMATIC,
    )
}

/// A code that takes a share off everything, with what is said besides.
fn basic(code: &str, percentage: f64, besides: Value) -> Value {
    let mut input = json!({
        "title": code, "code": code, "startsAt": "2020-01-01T00:00:00Z",
        "customerSelection": { "all": true },
        "customerGets": { "value": { "percentage": percentage }, "items": { "all": true } },
    });
    for (key, value) in besides.as_object().unwrap() {
        input[key] = value.clone();
    }
    input
}

pub(crate) async fn given_code(
    shop: &TestShop,
    code: &str,
    percentage: f64,
    besides: Value,
) -> String {
    let input = basic(code, percentage, besides);
    let reply = shop.admin(&code_create(), json!({ "d": input })).await.ok();
    reply.text("discountCodeBasicCreate.codeDiscountNode.id")
}

pub(crate) async fn given_automatic(shop: &TestShop, input: Value) -> String {
    let mut all = json!({ "title": "Sale", "startsAt": "2020-01-01T00:00:00Z",
        "customerGets": { "value": { "percentage": 0.1 }, "items": { "all": true } } });
    for (key, value) in input.as_object().unwrap() {
        all[key] = value.clone();
    }
    let reply = shop
        .admin(&automatic_create(), json!({ "d": all }))
        .await
        .ok();
    reply.text("discountAutomaticBasicCreate.automaticDiscountNode.id")
}

#[scenario]
async fn a_code_is_made_with_all_that_is_said_and_found_again(shop: TestShop) {
    let pot = given_pot(&shop).await;
    let input = basic(
        "SPRING25",
        0.25,
        json!({
            "endsAt": "2099-01-01T00:00:00Z", "usageLimit": 10, "appliesOncePerCustomer": true,
            "combinesWith": { "shippingDiscounts": true },
            "minimumRequirement": { "subtotal": { "greaterThanOrEqualToSubtotal": "50" } },
            "customerGets": { "value": { "percentage": 0.25 },
                "items": { "products": { "productsToAdd": [pot.product] } } },
        }),
    );
    let reply = shop.admin(&code_create(), json!({ "d": input })).await.ok();
    let node = reply.get("discountCodeBasicCreate.codeDiscountNode");
    let discount = &node["codeDiscount"];
    assert_eq!(discount["__typename"], "DiscountCodeBasic");
    assert_eq!(discount["status"], "ACTIVE");
    assert_eq!(discount["usageLimit"], 10);
    assert_eq!(discount["appliesOncePerCustomer"], true);
    assert_eq!(discount["discountClasses"], json!(["PRODUCT"]));
    assert_eq!(discount["shortSummary"], "25% off 1 product");
    assert_eq!(discount["combinesWith"]["shippingDiscounts"], true);
    assert_eq!(discount["customerGets"]["value"]["percentage"], 0.25);
    let products = &discount["customerGets"]["items"]["products"]["nodes"];
    assert_eq!(products, &json!([{ "id": pot.product }]));
    let least = &discount["minimumRequirement"]["greaterThanOrEqualToSubtotal"];
    assert_eq!(least["amount"], "50.0");
    assert_eq!(discount["codes"]["nodes"][0]["code"], "SPRING25");

    let query = "query($code: String!, $id: ID!) {
        codeDiscountNodeByCode(code: $code) { id }
        discountNode(id: $id) { id discount { ... on DiscountCodeBasic { title } } }
        codeDiscountNode(id: $id) { id } node(id: $id) { ... on DiscountCodeNode { id } }
        all: discountNodes(first: 5, query: \"status:active AND method:code\") { nodes { id } }
        none: discountNodes(first: 5, query: \"status:expired\") { nodes { id } }
        byCode: discountNodes(first: 5, query: \"code:spring25\", sortKey: ENDS_AT) { nodes { id } }
        codeDiscountNodes(first: 5) { nodes { id } }
        automaticDiscountNodes(first: 5) { nodes { id } }
        discountNodesCount { count } }";
    let id = node["id"].as_str().unwrap();
    let reply = shop
        .admin(query, json!({ "code": "spring25", "id": id }))
        .await
        .ok();
    assert_eq!(reply.text("codeDiscountNodeByCode.id"), id);
    assert_eq!(reply.text("codeDiscountNode.id"), id);
    assert_eq!(reply.text("node.id"), id);
    assert_eq!(reply.text("discountNode.discount.title"), "SPRING25");
    assert_eq!(reply.list("all.nodes").len(), 1);
    assert_eq!(reply.list("none.nodes").len(), 0);
    assert_eq!(reply.list("byCode.nodes").len(), 1);
    assert_eq!(reply.list("codeDiscountNodes.nodes").len(), 1);
    assert_eq!(reply.list("automaticDiscountNodes.nodes").len(), 0);
    assert_eq!(reply.number("discountNodesCount.count"), 1);
}

/// What cannot be said of a discount, where, and the code of the refusal.
fn impossible() -> Vec<(Value, &'static str, &'static str)> {
    let gone = "gid://shopify/Product/1";
    vec![
        (
            json!({ "code": "taken" }),
            "basicCodeDiscount.code",
            "TAKEN",
        ),
        (json!({ "code": " " }), "basicCodeDiscount.code", "BLANK"),
        (json!({ "title": "" }), "basicCodeDiscount.title", "BLANK"),
        (
            json!({ "endsAt": "2019-01-01T00:00:00Z" }),
            "basicCodeDiscount.endsAt",
            "INVALID",
        ),
        (
            json!({ "usageLimit": 0 }),
            "basicCodeDiscount.usageLimit",
            "GREATER_THAN",
        ),
        (
            json!({ "customerGets": { "value": { "percentage": 1.5 }, "items": { "all": true } } }),
            "basicCodeDiscount.customerGets.value.percentage",
            "VALUE_OUTSIDE_RANGE",
        ),
        (
            json!({ "customerGets": { "value": { "percentage": 0.5 } } }),
            "basicCodeDiscount.customerGets.items",
            "BLANK",
        ),
        (
            json!({ "customerGets": { "items": { "all": true } } }),
            "basicCodeDiscount.customerGets.value",
            "MISSING_ARGUMENT",
        ),
        (
            json!({ "customerGets": { "value": { "percentage": 0.5 },
                "items": { "products": { "productsToAdd": [gone] } } } }),
            "basicCodeDiscount.customerGets.items.products.productsToAdd",
            "INVALID",
        ),
        (
            json!({ "minimumRequirement": {
                "subtotal": { "greaterThanOrEqualToSubtotal": "5" },
                "quantity": { "greaterThanOrEqualToQuantity": "5" } } }),
            "basicCodeDiscount.minimumRequirement.subtotal.greaterThanOrEqualToSubtotal",
            "CONFLICT",
        ),
    ]
}

#[scenario]
async fn what_a_discount_cannot_be_is_refused_at_its_field(shop: TestShop) {
    let _ = given_code(&shop, "TAKEN", 0.1, json!({})).await;
    for (besides, field, code) in impossible() {
        let input = basic("FRESH", 0.1, besides);
        let reply = shop.admin(&code_create(), json!({ "d": input })).await;
        let error = reply.refused(code);
        let path: Vec<_> = error["field"].as_array().unwrap().iter().collect();
        let path: Vec<_> = path.iter().filter_map(|part| part.as_str()).collect();
        assert_eq!(path.join("."), field);
    }
    let reply = shop
        .admin("{ discountNodesCount { count } }", json!({}))
        .await
        .ok();
    assert_eq!(reply.number("discountNodesCount.count"), 1);
}

#[scenario]
async fn a_code_is_changed_switched_and_deleted(shop: TestShop) {
    let id = given_code(&shop, "ONE", 0.1, json!({})).await;
    let query = update(
        "discountCodeBasicUpdate",
        "basicCodeDiscount",
        "DiscountCodeBasicInput",
        NODE,
    );
    let change = json!({ "code": "TWO", "usageLimit": 3 });
    let reply = shop
        .admin(&query, json!({ "id": id, "d": change }))
        .await
        .ok();
    let node = reply.get("discountCodeBasicUpdate.codeDiscountNode.codeDiscount");
    assert_eq!(node["codes"]["nodes"][0]["code"], "TWO");
    assert_eq!(node["customerGets"]["value"]["percentage"], 0.1);
    let unknown = "gid://shopify/DiscountCodeNode/1";
    let reply = shop
        .admin(&query, json!({ "id": unknown, "d": change }))
        .await;
    let _ = reply.refused("INVALID");

    for (field, status) in [
        ("discountCodeDeactivate", "EXPIRED"),
        ("discountCodeActivate", "ACTIVE"),
    ] {
        let query = by_id(field, NODE);
        let reply = shop.admin(&query, json!({ "id": id })).await.ok();
        let place = format!("{field}.codeDiscountNode.codeDiscount.status");
        assert_eq!(reply.text(&place), status);
        let reply = shop.admin(&query, json!({ "id": unknown })).await;
        let _ = reply.refused("INVALID");
    }
    let query = by_id(
        "discountCodeDelete",
        "deletedCodeDiscountId userErrors { field message code }",
    );
    let reply = shop.admin(&query, json!({ "id": id })).await.ok();
    assert_eq!(reply.text("discountCodeDelete.deletedCodeDiscountId"), id);
    let reply = shop.admin(&query, json!({ "id": id })).await;
    let _ = reply.refused("INVALID");
}

#[scenario]
async fn codes_are_added_in_bulk_and_taken_away(shop: TestShop) {
    let id = given_code(&shop, "FIRST", 0.1, json!({})).await;
    let query = "mutation($id: ID!, $codes: [DiscountRedeemCodeInput!]!) {
        discountRedeemCodeBulkAdd(discountId: $id, codes: $codes) {
            bulkCreation { id done codesCount importedCount failedCount discountCode { id } }
            userErrors { field message code } } }";
    let codes = json!([{ "code": "SECOND" }, { "code": "first" }, { "code": "THIRD" }]);
    let reply = shop
        .admin(query, json!({ "id": id, "codes": codes }))
        .await
        .ok();
    assert_eq!(
        reply.number("discountRedeemCodeBulkAdd.bulkCreation.importedCount"),
        2
    );
    assert_eq!(
        reply.number("discountRedeemCodeBulkAdd.bulkCreation.failedCount"),
        1
    );
    let unknown = "gid://shopify/DiscountCodeNode/1";
    let reply = shop
        .admin(query, json!({ "id": unknown, "codes": codes }))
        .await;
    let _ = reply.refused("INVALID");

    let codes = "query($id: ID!) { codeDiscountNode(id: $id) { codeDiscount {
        ... on DiscountCodeBasic { codesCount { count }
            codes(first: 5, sortKey: CODE) { nodes { id code } } } } } }";
    let reply = shop.admin(codes, json!({ "id": id })).await.ok();
    let found = reply.list("codeDiscountNode.codeDiscount.codes.nodes");
    let names: Vec<_> = found
        .iter()
        .map(|own| own["code"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["FIRST", "SECOND", "THIRD"]);

    let remove = "mutation($id: ID!, $ids: [ID!]) {
        discountCodeRedeemCodeBulkDelete(discountId: $id, ids: $ids) {
            job { id done } userErrors { field message code } } }";
    let first = &found[0]["id"];
    let variables = json!({ "id": id, "ids": [first, first] });
    let _ = shop.admin(remove, variables).await.ok();
    let reply = shop.admin(codes, json!({ "id": id })).await.ok();
    assert_eq!(
        reply.number("codeDiscountNode.codeDiscount.codesCount.count"),
        2
    );
    let reply = shop
        .admin(remove, json!({ "id": unknown, "ids": [] }))
        .await;
    let _ = reply.refused("INVALID");

    let delete = "mutation($ids: [ID!]) { discountCodeBulkDelete(ids: $ids) {
        job { id done } userErrors { field message code } } }";
    let _ = shop.admin(delete, json!({ "ids": [id] })).await.ok();
    let reply = shop.admin(codes, json!({ "id": id })).await.ok();
    assert!(reply.get("codeDiscountNode").is_null());
    let _ = shop
        .admin(delete, json!({}))
        .await
        .refused("MISSING_ARGUMENT");
}

#[scenario]
async fn an_automatic_discount_is_made_changed_switched_and_deleted(shop: TestShop) {
    let id = given_automatic(&shop, json!({})).await;
    let change = update(
        "discountAutomaticBasicUpdate",
        "automaticBasicDiscount",
        "DiscountAutomaticBasicInput",
        AUTOMATIC,
    );
    let input = json!({ "title": "Summer sale" });
    let reply = shop
        .admin(&change, json!({ "id": id, "d": input }))
        .await
        .ok();
    let title = "discountAutomaticBasicUpdate.automaticDiscountNode.automaticDiscount.title";
    assert_eq!(reply.text(title), "Summer sale");
    let reply = shop
        .admin(&change, json!({ "id": id, "d": { "title": "" } }))
        .await;
    let _ = reply.refused("BLANK");
    let reply = shop
        .admin(&automatic_create(), json!({ "d": { "title": "x" } }))
        .await;
    let _ = reply.refused("BLANK");

    for (field, status) in [
        ("discountAutomaticDeactivate", "EXPIRED"),
        ("discountAutomaticActivate", "ACTIVE"),
    ] {
        let query = by_id(field, AUTOMATIC);
        let reply = shop.admin(&query, json!({ "id": id })).await.ok();
        let place = format!("{field}.automaticDiscountNode.automaticDiscount.status");
        assert_eq!(reply.text(&place), status);
        let code = "gid://shopify/DiscountAutomaticNode/1";
        let reply = shop.admin(&query, json!({ "id": code })).await;
        let _ = reply.refused("INVALID");
    }
    let query = by_id(
        "discountAutomaticDelete",
        "deletedAutomaticDiscountId userErrors { field message code }",
    );
    let reply = shop.admin(&query, json!({ "id": id })).await.ok();
    assert_eq!(
        reply.text("discountAutomaticDelete.deletedAutomaticDiscountId"),
        id
    );
    let reply = shop.admin(&query, json!({ "id": id })).await;
    let _ = reply.refused("INVALID");
    let other = given_automatic(&shop, json!({})).await;
    let delete = "mutation($ids: [ID!]) { discountAutomaticBulkDelete(ids: $ids) {
        job { id } userErrors { field message code } } }";
    let _ = shop.admin(delete, json!({ "ids": [other] })).await.ok();
    let _ = shop
        .admin(delete, json!({}))
        .await
        .refused("MISSING_ARGUMENT");
    let reply = shop
        .admin("{ discountNodesCount { count } }", json!({}))
        .await
        .ok();
    assert_eq!(reply.number("discountNodesCount.count"), 0);
}

#[scenario]
async fn no_more_automatic_discounts_are_active_at_once_than_sales_look_at(shop: TestShop) {
    for _ in 0..25 {
        let _ = given_automatic(&shop, json!({})).await;
    }
    let input = json!({ "title": "One more", "startsAt": "2020-01-01T00:00:00Z",
        "customerGets": { "value": { "percentage": 0.1 }, "items": { "all": true } } });
    let reply = shop.admin(&automatic_create(), json!({ "d": input })).await;
    let _ = reply.refused("ACTIVE_PERIOD_OVERLAP");
}

#[scenario]
async fn free_delivery_by_a_code_is_made_and_changed(shop: TestShop) {
    let shipping = mutation(
        "discountCodeFreeShippingCreate",
        "freeShippingCodeDiscount",
        "DiscountCodeFreeShippingInput",
        NODE,
    );
    let input = json!({ "title": "Ship", "code": "SHIP", "startsAt": "2020-01-01T00:00:00Z",
        "destination": { "countries": { "add": ["DE"] } }, "maximumShippingPrice": "20" });
    let reply = shop.admin(&shipping, json!({ "d": input })).await.ok();
    let node = reply
        .get("discountCodeFreeShippingCreate.codeDiscountNode")
        .clone();
    assert_eq!(
        node["codeDiscount"]["destinationSelection"]["countries"],
        json!(["DE"])
    );
    let refused = json!({ "title": "x", "code": "X", "startsAt": "2020-01-01T00:00:00Z",
        "combinesWith": { "shippingDiscounts": true } });
    let reply = shop.admin(&shipping, json!({ "d": refused })).await;
    let _ = reply.refused("INVALID_COMBINES_WITH_FOR_DISCOUNT_CLASS");
    let change = update(
        "discountCodeFreeShippingUpdate",
        "freeShippingCodeDiscount",
        "DiscountCodeFreeShippingInput",
        NODE,
    );
    let input = json!({ "destination": { "all": true }, "maximumShippingPrice": null });
    let reply = shop
        .admin(&change, json!({ "id": node["id"], "d": input }))
        .await
        .ok();
    let after = reply.get("discountCodeFreeShippingUpdate.codeDiscountNode.codeDiscount");
    assert_eq!(after["destinationSelection"]["allCountries"], true);
    let input = json!({ "destination": { "countries": { "add": ["XX"] } } });
    let reply = shop
        .admin(&change, json!({ "id": node["id"], "d": input }))
        .await;
    assert!(
        reply.status != 200 || reply.body().contains("error") || reply.body().contains("INVALID")
    );
}

#[scenario]
async fn who_buys_two_gets_one_by_a_code_or_without(shop: TestShop) {
    let (pot, cup) = (given_pot(&shop).await, given_pot(&shop).await);
    let create = |field: &str, argument: &str, input: &str| mutation(field, argument, input, NODE);
    let two_for_one = |code: Option<&str>| {
        let mut input = json!({ "title": "Two and one", "startsAt": "2020-01-01T00:00:00Z",
            "customerBuys": { "value": { "quantity": "2" },
                "items": { "products": { "productsToAdd": [pot.product] } } },
            "customerGets": { "value": { "discountOnQuantity": { "quantity": "1",
                "effect": { "percentage": 1.0 } } },
                "items": { "products": { "productsToAdd": [cup.product] } } } });
        if let Some(code) = code {
            input["code"] = json!(code);
        }
        input
    };
    let bxgy = create(
        "discountCodeBxgyCreate",
        "bxgyCodeDiscount",
        "DiscountCodeBxgyInput",
    );
    let reply = shop
        .admin(&bxgy, json!({ "d": two_for_one(Some("TWO1")) }))
        .await
        .ok();
    let node = reply.get("discountCodeBxgyCreate.codeDiscountNode").clone();
    assert_eq!(
        node["codeDiscount"]["customerBuys"]["value"]["quantity"],
        "2"
    );
    let mut all = two_for_one(Some("ALL"));
    all["customerGets"]["items"] = json!({ "all": true });
    let _ = shop
        .admin(&bxgy, json!({ "d": all }))
        .await
        .refused("INVALID");
    let cart = shop.given_cart(&[(&pot, 2), (&cup, 1)]).await;
    let found = with_codes(&shop, &cart, &["TWO1"]).await;
    assert_eq!(found["cart"]["cost"]["subtotalAmount"]["amount"], "20.0");
    let change = update(
        "discountCodeBxgyUpdate",
        "bxgyCodeDiscount",
        "DiscountCodeBxgyInput",
        NODE,
    );
    let variables = json!({ "id": node["id"], "d": { "usesPerOrderLimit": 1 } });
    let reply = shop.admin(&change, variables).await.ok();
    let place = "discountCodeBxgyUpdate.codeDiscountNode.codeDiscount.usesPerOrderLimit";
    assert_eq!(reply.number(place), 1);
    let variables = json!({ "id": node["id"], "d": { "usesPerOrderLimit": 0 } });
    let _ = shop.admin(&change, variables).await.refused("GREATER_THAN");
    automatic_kinds(&shop, two_for_one(None)).await;
}

async fn automatic_kinds(shop: &TestShop, two_for_one: Value) {
    let kinds = [
        (
            "discountAutomaticBxgyCreate",
            "discountAutomaticBxgyUpdate",
            "automaticBxgyDiscount",
            "DiscountAutomaticBxgyInput",
            two_for_one,
        ),
        (
            "discountAutomaticFreeShippingCreate",
            "discountAutomaticFreeShippingUpdate",
            "freeShippingAutomaticDiscount",
            "DiscountAutomaticFreeShippingInput",
            json!({ "title": "Ship", "startsAt": "2020-01-01T00:00:00Z" }),
        ),
    ];
    for (create, change, argument, input, given) in kinds {
        let query = mutation(create, argument, input, AUTOMATIC);
        let reply = shop.admin(&query, json!({ "d": given })).await.ok();
        let id = reply.text(&format!("{create}.automaticDiscountNode.id"));
        let reply = shop.admin(&query, json!({ "d": { "title": "x" } })).await;
        let _ = reply.refused("BLANK");
        let query = update(change, argument, input, AUTOMATIC);
        let variables = json!({ "id": id, "d": { "title": "Renamed" } });
        let reply = shop.admin(&query, variables).await.ok();
        let place = format!("{change}.automaticDiscountNode.automaticDiscount.title");
        assert_eq!(reply.text(&place), "Renamed");
        let variables = json!({ "id": id, "d": { "title": "" } });
        let _ = shop.admin(&query, variables).await.refused("BLANK");
    }
}

#[scenario]
async fn discounts_are_told_by_webhooks(shop: TestShop) {
    let receiver = Receiver::start().await;
    for topic in [
        "DISCOUNTS_CREATE",
        "DISCOUNTS_UPDATE",
        "DISCOUNTS_DELETE",
        "DISCOUNTS_REDEEMCODE_ADDED",
    ] {
        let query = "mutation($topic: WebhookSubscriptionTopic!, $uri: String!) {
            webhookSubscriptionCreate(topic: $topic, webhookSubscription: { uri: $uri }) {
                webhookSubscription { id } userErrors { field message } } }";
        let variables = json!({ "topic": topic, "uri": receiver.url() });
        let _ = shop.admin(query, variables).await.ok();
    }
    let id = given_code(&shop, "TOLD", 0.1, json!({})).await;
    let created = receiver.wait_for("discounts/create", 1).await;
    let told = created[0].json();
    assert_eq!(told["admin_graphql_api_id"], json!(id));
    assert_eq!(
        (&told["title"], &told["status"]),
        (&json!("TOLD"), &json!("ACTIVE"))
    );
    let add = "mutation($id: ID!) { discountRedeemCodeBulkAdd(discountId: $id,
        codes: [{ code: \"MORE\" }]) { userErrors { message } } }";
    let _ = shop.admin(add, json!({ "id": id })).await.ok();
    let added = receiver.wait_for("discounts/redeemcode_added", 1).await;
    assert_eq!(added[0].json()["redeem_code"]["code"], "MORE");
    let delete = by_id("discountCodeDelete", "userErrors { message }");
    let _ = shop.admin(&delete, json!({ "id": id })).await.ok();
    let gone = receiver.wait_for("discounts/delete", 1).await;
    assert_eq!(gone[0].json()["admin_graphql_api_id"], json!(id));
}
