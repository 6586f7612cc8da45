//! Groups of selling plans: kept, shown and priced.

use serde_json::{Value, json};
use tests::{Card, Cart, Reply, TestShop, Variant, scenario};

pub(crate) const CREATE: &str = "mutation($input: SellingPlanGroupInput!, $resources: SellingPlanGroupResourceInput) {
    sellingPlanGroupCreate(input: $input, resources: $resources) {
        sellingPlanGroup { id name merchantCode options summary appId position
            productsCount { count } productVariantsCount { count }
            sellingPlans(first: 5) { nodes { id name options category position description
                inventoryPolicy { reserve }
                billingPolicy { __typename
                    ... on SellingPlanRecurringBillingPolicy { interval intervalCount minCycles
                        anchors { type day } }
                    ... on SellingPlanFixedBillingPolicy { remainingBalanceChargeTrigger
                        checkoutCharge { type value { __typename
                            ... on SellingPlanCheckoutChargePercentageValue { percentage } } } } }
                deliveryPolicy { __typename
                    ... on SellingPlanRecurringDeliveryPolicy { interval intervalCount intent
                        preAnchorBehavior }
                    ... on SellingPlanFixedDeliveryPolicy { fulfillmentTrigger once: intent } }
                pricingPolicies { __typename
                    ... on SellingPlanFixedPricingPolicy { adjustmentType
                        adjustmentValue { ... on SellingPlanPricingPolicyPercentageValue { percentage } } }
                    ... on SellingPlanRecurringPricingPolicy { adjustmentType afterCycle
                        adjustmentValue { ... on MoneyV2 { amount } } } } } } }
        userErrors { field message code } } }";

const PRODUCT: &str = "mutation { productCreate(product: {title: \"Beans\"}) {
    product { id variants(first: 1) { nodes { id } } } userErrors { message } } }";

/// A plan that sends something every two weeks, ten per cent off, five off after three.
pub(crate) fn fortnightly() -> Value {
    json!({
        "name": "Every two weeks", "options": ["Every two weeks"], "category": "SUBSCRIPTION",
        "billingPolicy": { "recurring": { "interval": "WEEK", "intervalCount": 4, "minCycles": 2,
            "anchors": [{ "type": "WEEKDAY", "day": 1 }] } },
        "deliveryPolicy": { "recurring": { "interval": "WEEK", "intervalCount": 2,
            "intent": "FULFILLMENT_BEGIN", "preAnchorBehavior": "ASAP" } },
        "inventoryPolicy": { "reserve": "ON_SALE" },
        "pricingPolicies": [
            { "fixed": { "adjustmentType": "PERCENTAGE", "adjustmentValue": { "percentage": 10.0 } } },
            { "recurring": { "adjustmentType": "FIXED_AMOUNT", "afterCycle": 3,
                "adjustmentValue": { "fixedValue": "5.00" } } },
        ],
    })
}

/// A plan that takes a quarter of the price now and the rest when it is sent.
fn pre_order() -> Value {
    json!({
        "name": "Pre-order", "options": ["Later"], "category": "PRE_ORDER",
        "billingPolicy": { "fixed": {
            "checkoutCharge": { "type": "PERCENTAGE", "value": { "percentage": 25.0 } },
            "remainingBalanceChargeTrigger": "ON_FULFILLMENT" } },
        "deliveryPolicy": { "fixed": { "fulfillmentTrigger": "UNKNOWN" } },
    })
}

pub(crate) fn group(plans: &[Value]) -> Value {
    json!({ "name": "Subscribe", "merchantCode": "subscribe", "options": ["Delivery"],
        "appId": "beans", "position": 1, "sellingPlansToCreate": plans })
}

async fn given_product(shop: &TestShop) -> (String, String) {
    let made = shop.admin(PRODUCT, json!({})).await.ok();
    let product = made.text("productCreate.product.id");
    let variant = made.text("productCreate.product.variants.nodes.0.id");
    let price = "mutation($product: ID!, $variants: [ProductVariantsBulkInput!]!) {
        productVariantsBulkUpdate(productId: $product, variants: $variants) { userErrors { message } } }";
    let priced = json!({ "product": product, "variants": [{ "id": variant, "price": "20.00" }] });
    let _ = shop.admin(price, priced).await.ok();
    shop.publish(&product).await;
    (product, variant)
}

async fn given_group(shop: &TestShop, products: &[&str]) -> Reply {
    let asked = json!({ "input": group(&[fortnightly(), pre_order()]),
        "resources": { "productIds": products } });
    shop.admin(CREATE, asked).await.ok()
}

#[scenario]
async fn a_group_is_made_with_its_plans_and_shown_with_its_product(shop: TestShop) {
    let (product, variant) = given_product(&shop).await;

    let made = given_group(&shop, &[&product]).await;

    let own = "sellingPlanGroupCreate.sellingPlanGroup";
    assert_eq!(made.text(&format!("{own}.summary")), "2 selling plans");
    assert_eq!(made.number(&format!("{own}.productsCount.count")), 1);
    let plan = format!("{own}.sellingPlans.nodes.0");
    assert_eq!(
        made.get(&format!("{plan}.billingPolicy")),
        &json!({ "__typename": "SellingPlanRecurringBillingPolicy", "interval": "WEEK",
            "intervalCount": 4, "minCycles": 2, "anchors": [{ "type": "WEEKDAY", "day": 1 }] })
    );
    assert_eq!(
        made.get(&format!("{plan}.pricingPolicies.1")),
        &json!({ "__typename": "SellingPlanRecurringPricingPolicy", "adjustmentType": "FIXED_AMOUNT",
            "afterCycle": 3, "adjustmentValue": { "amount": "5.0" } })
    );
    assert_eq!(
        made.get(&format!(
            "{own}.sellingPlans.nodes.1.billingPolicy.checkoutCharge.value"
        )),
        &json!({ "__typename": "SellingPlanCheckoutChargePercentageValue", "percentage": 25.0 })
    );
    let id = made.text(&format!("{own}.id"));
    let query = "query($id: ID!, $product: ID!, $variant: ID!) {
        sellingPlanGroup(id: $id) { name products(first: 3) { nodes { title } }
            appliesToProduct(productId: $product)
            appliesToProductVariant(productVariantId: $variant)
            appliesToProductVariants(productId: $product)
            productVariants(first: 3) { nodes { id } } }
        found: sellingPlanGroups(first: 3, query: \"subscribe category:PRE_ORDER\", sortKey: NAME) { nodes { id } }
        other: sellingPlanGroups(first: 3, query: \"category:OTHER\") { nodes { id } }
        node(id: $id) { ... on SellingPlanGroup { name } }
        product(id: $product) { sellingPlanGroups(first: 3) { edges { node { id } } }
            sellingPlanGroupsCount { count } }
        productVariant(id: $variant) { sellingPlanGroups(first: 3) { nodes { id } }
            sellingPlanGroupsCount { count } } }";
    let asked = json!({ "id": id, "product": product, "variant": variant });
    let reply = shop.admin(query, asked).await.ok();
    assert_eq!(
        reply.text("sellingPlanGroup.products.nodes.0.title"),
        "Beans"
    );
    assert_eq!(reply.get("sellingPlanGroup.appliesToProduct"), &json!(true));
    assert_eq!(
        reply.get("sellingPlanGroup.appliesToProductVariant"),
        &json!(false)
    );
    assert_eq!(reply.list("found.nodes").len(), 1);
    assert!(reply.list("other.nodes").is_empty());
    assert_eq!(reply.text("node.name"), "Subscribe");
    assert_eq!(reply.text("product.sellingPlanGroups.edges.0.node.id"), id);
    assert_eq!(
        reply.number("productVariant.sellingPlanGroupsCount.count"),
        1
    );
}

#[scenario]
async fn buyers_see_what_a_variant_costs_by_a_plan(shop: TestShop) {
    let (product, _) = given_product(&shop).await;
    given_group(&shop, &[&product]).await;
    let query = "query($id: ID!) { product(id: $id) { requiresSellingPlan
        sellingPlanGroups(first: 2) { nodes { name appName options { name values }
            sellingPlans(first: 3) { nodes { id name recurringDeliveries options { name value }
                priceAdjustments { orderCount adjustmentValue { __typename
                    ... on SellingPlanPercentagePriceAdjustment { adjustmentPercentage }
                    ... on SellingPlanFixedAmountPriceAdjustment { adjustmentAmount { amount } } } }
                billingPolicy { ... on SellingPlanRecurringBillingPolicy { interval intervalCount } }
                deliveryPolicy { ... on SellingPlanRecurringDeliveryPolicy { interval intervalCount } }
                checkoutCharge { type value { ... on SellingPlanCheckoutChargePercentageValue { percentage } } } } } } }
        variants(first: 1) { nodes { sellingPlanAllocations(first: 3) { nodes {
            sellingPlan { name } checkoutChargeAmount { amount } remainingBalanceChargeAmount { amount }
            priceAdjustments { price { amount } compareAtPrice { amount } perDeliveryPrice { amount } } } } } } } }";

    let reply = shop.storefront(query, json!({ "id": product })).await.ok();

    let groups = "product.sellingPlanGroups.nodes.0";
    assert_eq!(
        reply.get(&format!("{groups}.options.0")),
        &json!({ "name": "Delivery", "values": ["Every two weeks", "Later"] })
    );
    let adjustments = format!("{groups}.sellingPlans.nodes.0.priceAdjustments");
    assert_eq!(
        reply.get(&format!("{adjustments}.0")),
        &json!({ "orderCount": 3, "adjustmentValue": {
            "__typename": "SellingPlanPercentagePriceAdjustment", "adjustmentPercentage": 10.0 } })
    );
    let own = "product.variants.nodes.0.sellingPlanAllocations.nodes";
    // Two deliveries of 18.00 are paid for at once.
    assert_eq!(
        reply.get(&format!("{own}.0.priceAdjustments.0")),
        &json!({ "price": { "amount": "36.0" }, "compareAtPrice": { "amount": "40.0" },
            "perDeliveryPrice": { "amount": "18.0" } })
    );
    assert_eq!(
        reply.text(&format!("{own}.0.checkoutChargeAmount.amount")),
        "36.0"
    );
    assert_eq!(
        reply.text(&format!("{own}.1.checkoutChargeAmount.amount")),
        "5.0"
    );
    assert_eq!(
        reply.text(&format!("{own}.1.remainingBalanceChargeAmount.amount")),
        "15.0"
    );
}

#[scenario]
async fn a_group_and_its_plans_are_changed(shop: TestShop) {
    let made = given_group(&shop, &[]).await;
    let own = "sellingPlanGroupCreate.sellingPlanGroup";
    let id = made.text(&format!("{own}.id"));
    let plans = [0, 1].map(|place| made.text(&format!("{own}.sellingPlans.nodes.{place}.id")));
    let update = "mutation($id: ID!, $input: SellingPlanGroupInput!) {
        sellingPlanGroupUpdate(id: $id, input: $input) { deletedSellingPlanIds
            sellingPlanGroup { name sellingPlans(first: 5) { nodes { id name category } } }
            userErrors { field message code } } }";
    let input = json!({ "name": "Save", "sellingPlansToDelete": [plans[1]],
        "sellingPlansToUpdate": [{ "id": plans[0], "name": "Fortnightly" }] });

    let reply = shop
        .admin(update, json!({ "id": id, "input": input }))
        .await
        .ok();

    assert_eq!(
        reply.get("sellingPlanGroupUpdate.deletedSellingPlanIds"),
        &json!([plans[1]])
    );
    assert_eq!(
        reply.get("sellingPlanGroupUpdate.sellingPlanGroup.sellingPlans.nodes"),
        &json!([{ "id": plans[0], "name": "Fortnightly", "category": "SUBSCRIPTION" }])
    );
    let set = "mutation($metafields: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $metafields) {
        metafields { owner { ... on SellingPlan { name metafield(namespace: \"custom\", key: \"note\") { value } } } }
        userErrors { field message } } }";
    let note = json!({ "metafields": [{ "ownerId": plans[0], "namespace": "custom", "key": "note",
        "type": "single_line_text_field", "value": "fresh" }] });
    let noted = shop.admin(set, note).await.ok();
    assert_eq!(
        noted.get("metafieldsSet.metafields.0.owner"),
        &json!({ "name": "Fortnightly", "metafield": { "value": "fresh" } })
    );
    let stray = json!({ "sellingPlansToUpdate": [{ "id": plans[1], "name": "Gone" }] });
    shop.admin(update, json!({ "id": id, "input": stray }))
        .await
        .refused("PLAN_DOES_NOT_EXIST");
}

#[scenario]
async fn members_are_added_and_removed_until_a_group_is_deleted(shop: TestShop) {
    let (product, variant) = given_product(&shop).await;
    let made = given_group(&shop, &[]).await;
    let id = made.text("sellingPlanGroupCreate.sellingPlanGroup.id");
    let members = [
        (
            "sellingPlanGroupAddProducts",
            "productIds",
            &product,
            "sellingPlanGroup { id }",
        ),
        (
            "sellingPlanGroupAddProductVariants",
            "productVariantIds",
            &variant,
            "sellingPlanGroup { id }",
        ),
        (
            "sellingPlanGroupRemoveProducts",
            "productIds",
            &product,
            "removedProductIds",
        ),
        (
            "sellingPlanGroupRemoveProductVariants",
            "productVariantIds",
            &variant,
            "removedProductVariantIds",
        ),
    ];
    let count = "query($id: ID!) { sellingPlanGroup(id: $id) {
        productsCount { count } productVariantsCount { count } } }";
    for (place, (verb, argument, member, fields)) in members.into_iter().enumerate() {
        let mutation = format!(
            "mutation($id: ID!, $members: [ID!]!) {{ {verb}(id: $id, {argument}: $members) {{
                {fields} userErrors {{ field message code }} }} }}"
        );
        let asked = json!({ "id": id, "members": [member] });
        let _ = shop.admin(&mutation, asked).await.ok();
        let nowhere = json!({ "id": "gid://shopify/SellingPlanGroup/1", "members": [member] });
        shop.admin(&mutation, nowhere)
            .await
            .refused("GROUP_DOES_NOT_EXIST");
        let reply = shop.admin(count, json!({ "id": id })).await.ok();
        let counts = [
            reply.number("sellingPlanGroup.productsCount.count"),
            reply.number("sellingPlanGroup.productVariantsCount.count"),
        ];
        assert_eq!(counts, [[1, 0], [1, 1], [0, 1], [0, 0]][place]);
    }
    let delete = "mutation($id: ID!) { sellingPlanGroupDelete(id: $id) {
        deletedSellingPlanGroupId userErrors { field message code } } }";
    let reply = shop.admin(delete, json!({ "id": id })).await.ok();
    assert_eq!(
        reply.text("sellingPlanGroupDelete.deletedSellingPlanGroupId"),
        id
    );
    shop.admin(delete, json!({ "id": id }))
        .await
        .refused("GROUP_DOES_NOT_EXIST");
}

#[scenario]
async fn products_and_variants_join_and_leave_groups(shop: TestShop) {
    let (product, variant) = given_product(&shop).await;
    let made = given_group(&shop, &[]).await;
    let id = made.text("sellingPlanGroupCreate.sellingPlanGroup.id");
    let cases = [
        ("productJoinSellingPlanGroups", "product", &product, 1),
        ("productLeaveSellingPlanGroups", "product", &product, 0),
        (
            "productVariantJoinSellingPlanGroups",
            "productVariant",
            &variant,
            1,
        ),
        (
            "productVariantLeaveSellingPlanGroups",
            "productVariant",
            &variant,
            0,
        ),
    ];
    for (verb, field, member, left) in cases {
        let mutation = format!(
            "mutation($id: ID!, $groups: [ID!]!) {{ {verb}(id: $id, sellingPlanGroupIds: $groups) {{
                {field} {{ sellingPlanGroupsCount {{ count }} }}
                userErrors {{ field message code }} }} }}"
        );
        let asked = json!({ "id": member, "groups": [id] });
        let reply = shop.admin(&mutation, asked).await.ok();
        let count = format!("{verb}.{field}.sellingPlanGroupsCount.count");
        assert_eq!(reply.number(&count), left);
        let unknown = json!({ "id": member, "groups": ["gid://shopify/SellingPlanGroup/1"] });
        shop.admin(&mutation, unknown)
            .await
            .refused("GROUP_DOES_NOT_EXIST");
    }
    // A product that goes leaves no trace in its groups.
    let join = "mutation($id: ID!, $products: [ID!]!) {
        sellingPlanGroupAddProducts(id: $id, productIds: $products) { userErrors { message } } }";
    let _ = shop
        .admin(join, json!({ "id": id, "products": [product] }))
        .await
        .ok();
    let delete = "mutation($id: ID!) { productDelete(input: {id: $id}) { deletedProductId } }";
    let _ = shop.admin(delete, json!({ "id": product })).await.ok();
}

#[scenario]
async fn plans_that_make_no_sense_are_refused(shop: TestShop) {
    let changed = |place: &str, value: Value| {
        let mut plan = fortnightly();
        plan[place] = value;
        plan
    };
    let once = json!({ "fixed": { "fulfillmentTrigger": "ASAP" } });
    let odd = json!({ "recurring": { "interval": "WEEK", "intervalCount": 3 } });
    let all = json!([{ "fixed": { "adjustmentType": "PERCENTAGE", "adjustmentValue": { "percentage": 101.0 } } }]);
    let mixed = json!([{ "fixed": { "adjustmentType": "PRICE", "adjustmentValue": { "percentage": 1.0 } } }]);
    let later = json!([{ "recurring": { "adjustmentType": "PERCENTAGE", "afterCycle": 1,
        "adjustmentValue": { "percentage": 1.0 } } }]);
    let cases = [
        (vec![], "SELLING_PLAN_COUNT_LOWER_BOUND"),
        (
            vec![fortnightly(), fortnightly()],
            "SELLING_PLAN_DUPLICATE_NAME",
        ),
        (vec![changed("name", json!(""))], "BLANK"),
        (vec![changed("options", json!([]))], "WRONG_LENGTH"),
        (
            vec![changed("billingPolicy", Value::Null)],
            "SELLING_PLAN_BILLING_POLICY_MISSING",
        ),
        (
            vec![changed("deliveryPolicy", once)],
            "BILLING_AND_DELIVERY_POLICY_TYPES_MUST_BE_THE_SAME",
        ),
        (
            vec![changed("deliveryPolicy", odd)],
            "SELLING_PLAN_BILLING_CYCLE_MUST_BE_A_MULTIPLE_OF_DELIVERY_CYCLE",
        ),
        (vec![changed("pricingPolicies", all)], "INVALID"),
        (
            vec![changed("pricingPolicies", mixed)],
            "PRICING_POLICY_ADJUSTMENT_VALUE_AND_TYPE_MUST_MATCH",
        ),
        (
            vec![changed("pricingPolicies", later)],
            "SELLING_PLAN_PRICING_POLICIES_MUST_CONTAIN_A_FIXED_PRICING_POLICY",
        ),
    ];
    for (plans, code) in cases {
        let asked = json!({ "input": group(&plans) });
        shop.admin(CREATE, asked).await.refused(code);
    }
    let nowhere = json!({ "input": group(&[fortnightly()]),
        "resources": { "productIds": ["gid://shopify/Product/1"] } });
    shop.admin(CREATE, nowhere)
        .await
        .refused("PRODUCT_DOES_NOT_EXIST");
}

pub(crate) const ADD: &str = "mutation($id: ID!, $lines: [CartLineInput!]!) { cartLinesAdd(cartId: $id, lines: $lines) {
    cart { cost { subtotalAmount { amount } checkoutChargeAmount { amount } totalAmount { amount } }
        lines(first: 5) { nodes { id quantity cost { amountPerQuantity { amount } totalAmount { amount } }
            ... on CartLine { sellingPlanAllocation { sellingPlan { id name options { name value } }
                checkoutChargeAmount { amount } remainingBalanceChargeAmount { amount }
                priceAdjustments { price { amount } compareAtPrice { amount }
                    perDeliveryPrice { amount } } } } } } }
    userErrors { field message code } } }";

/// A cart with nothing in it, and the plans of a group that is offered with a product: by
/// subscription, and before it is there.
pub(crate) async fn given_plans(shop: &TestShop, variant: &Variant) -> (Cart, String, String) {
    let made = given_group(shop, &[&variant.product]).await;
    let plan = |at: usize| {
        let own = "sellingPlanGroupCreate.sellingPlanGroup.sellingPlans.nodes";
        made.text(&format!("{own}.{at}.id"))
    };
    (shop.given_cart(&[]).await, plan(0), plan(1))
}

#[scenario]
async fn a_cart_takes_a_plan_at_its_price_and_the_order_remembers_it(shop: TestShop) {
    let variant = shop.given_variant("20.00", 9).await;
    let (cart, plan, _) = given_plans(&shop, &variant).await;
    let by_plan = json!({ "merchandiseId": variant.id, "quantity": 1, "sellingPlanId": plan });
    let once = json!({ "merchandiseId": variant.id, "quantity": 1 });
    let lines = json!([by_plan, once, by_plan]);
    let reply = shop
        .storefront(ADD, json!({ "id": cart.id, "lines": lines }))
        .await
        .ok();
    let lines = reply.list("cartLinesAdd.cart.lines.nodes");
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["quantity"], 2);
    // Ten per cent off, and two deliveries are paid at once.
    assert_eq!(lines[0]["cost"]["amountPerQuantity"]["amount"], "36.0");
    let allocation = &lines[0]["sellingPlanAllocation"];
    assert_eq!(allocation["sellingPlan"]["id"], plan);
    let first = &allocation["priceAdjustments"][0];
    assert_eq!(first["price"]["amount"], "36.0");
    assert_eq!(first["perDeliveryPrice"]["amount"], "18.0");
    assert!(lines[1]["sellingPlanAllocation"].is_null());
    assert_eq!(
        reply.text("cartLinesAdd.cart.cost.subtotalAmount.amount"),
        "92.0"
    );

    let other = shop.given_variant("5.00", 9).await;
    let wrong = json!([{ "merchandiseId": other.id, "sellingPlanId": plan }]);
    let refused = shop
        .storefront(ADD, json!({ "id": cart.id, "lines": wrong }))
        .await;
    refused.refused("SELLING_PLAN_NOT_APPLICABLE");
    let update = "mutation($id: ID!, $lines: [CartLineUpdateInput!]!) {
        cartLinesUpdate(cartId: $id, lines: $lines) { cart { lines(first: 5) { nodes { quantity } } }
            userErrors { field message code } } }";
    let change =
        json!({ "id": cart.id, "lines": [{ "id": lines[1]["id"], "sellingPlanId": plan }] });
    let joined = shop.storefront(update, change).await.ok();
    let left = joined.get("cartLinesUpdate.cart.lines.nodes");
    assert_eq!(*left, json!([{ "quantity": 3 }]));

    shop.buy(&cart, Card::Approves).await.status(303);
    let order = "{ orders(first: 1) { nodes { totalPriceSet { shopMoney { amount } }
        lineItems(first: 2) { nodes { quantity originalUnitPriceSet { shopMoney { amount } }
            sellingPlan { name sellingPlanId } } } } } }";
    let reply = shop.admin(order, json!({})).await.ok();
    let line = reply.get("orders.nodes.0.lineItems.nodes.0");
    assert_eq!(
        line["sellingPlan"],
        json!({ "name": "Every two weeks", "sellingPlanId": plan })
    );
    assert_eq!(line["originalUnitPriceSet"]["shopMoney"]["amount"], "36.0");
}

#[scenario]
async fn a_pre_order_pays_its_first_part_at_the_checkout(shop: TestShop) {
    let variant = shop.given_variant("20.00", 9).await;
    let (cart, _, plan) = given_plans(&shop, &variant).await;
    let lines = json!([{ "merchandiseId": variant.id, "quantity": 2, "sellingPlanId": plan }]);
    let reply = shop
        .storefront(ADD, json!({ "id": cart.id, "lines": lines }))
        .await
        .ok();
    let cost = reply.get("cartLinesAdd.cart.cost");
    assert_eq!(cost["totalAmount"]["amount"], "40.0");
    assert_eq!(cost["checkoutChargeAmount"]["amount"], "10.0");
    shop.buy(&cart, Card::Approves).await.status(303);
    let order = "{ orders(first: 1) { nodes { displayFinancialStatus
        totalPriceSet { shopMoney { amount } } totalReceivedSet { shopMoney { amount } }
        totalOutstandingSet { shopMoney { amount } } } } }";
    let reply = shop.admin(order, json!({})).await.ok();
    let order = reply.get("orders.nodes.0");
    assert_eq!(order["displayFinancialStatus"], "PARTIALLY_PAID");
    // A quarter of the goods now, and all of the delivery.
    assert_eq!(order["totalReceivedSet"]["shopMoney"]["amount"], "14.9");
    assert_eq!(order["totalOutstandingSet"]["shopMoney"]["amount"], "30.0");
}

#[scenario]
async fn a_product_may_be_sold_by_plans_alone(shop: TestShop) {
    let variant = shop.given_variant("20.00", 9).await;
    let (cart, plan, _) = given_plans(&shop, &variant).await;
    let require =
        "mutation($id: ID!) { productUpdate(product: { id: $id, requiresSellingPlan: true }) {
        product { requiresSellingPlan } userErrors { message } } }";
    let reply = shop
        .admin(require, json!({ "id": variant.product }))
        .await
        .ok();
    assert_eq!(
        *reply.get("productUpdate.product.requiresSellingPlan"),
        json!(true)
    );
    let once = json!([{ "merchandiseId": variant.id }]);
    let refused = shop
        .storefront(ADD, json!({ "id": cart.id, "lines": once }))
        .await;
    refused.refused("VARIANT_REQUIRES_SELLING_PLAN");
    let lines = json!([{ "merchandiseId": variant.id, "sellingPlanId": plan }]);
    shop.storefront(ADD, json!({ "id": cart.id, "lines": lines }))
        .await
        .ok();
    let seen = "query($id: ID!) { product(id: $id) { requiresSellingPlan } }";
    let reply = shop
        .storefront(seen, json!({ "id": variant.product }))
        .await
        .ok();
    assert_eq!(*reply.get("product.requiresSellingPlan"), json!(true));
}
