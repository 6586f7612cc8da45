//! Bundles: products that are put together of others.

use serde_json::{Value, json};
use tests::{Card, Cart, Reply, TestShop, scenario};
use units::{Currency, Money};

use crate::discounted_sales::with_codes;
use crate::discounts::given_code;
use crate::selling_abroad::{given_canada, last_order, read_order};

const CREATE: &str = "mutation($input: ProductBundleCreateInput!) { productBundleCreate(input: $input) {
    productBundleOperation { id status product { id title hasVariantsThatRequiresComponents
        options { name values }
        variants(first: 9) { nodes { id title price requiresComponents inventoryQuantity availableForSale
            productVariantComponents(first: 5) { nodes { quantity productVariant { title product { title } } } } } }
        bundleComponents(first: 5) { nodes { quantity componentProduct { title }
            quantityOption { name values { name quantity } parentOption { name } }
            componentVariantsCount { count } componentVariants(first: 5) { nodes { title } }
            optionSelections { componentOption { name } parentOption { name }
                values { value selectionStatus } } } }
        bundleConsolidatedOptions { name selections { value } } }
        userErrors { message code } }
    userErrors { field message } } }";

pub(crate) const RELATE: &str = "mutation($input: [ProductVariantRelationshipUpdateInput!]!) {
    productVariantRelationshipBulkUpdate(input: $input) {
        parentProductVariants { id price requiresComponents inventoryQuantity
            productVariantComponents(first: 5) { nodes { quantity productVariant { id } } } }
        userErrors { code field message } } }";

/// A product with sizes, each with a price and that much in stock.
pub(crate) async fn given_product(
    shop: &TestShop,
    title: &str,
    sizes: &[(&str, &str, i64)],
) -> Reply {
    let location = shop.location().await;
    let values: Vec<Value> = sizes
        .iter()
        .map(|(name, ..)| json!({ "name": name }))
        .collect();
    let variants: Vec<Value> = sizes
        .iter()
        .map(|(name, price, available)| {
            json!({ "price": price, "optionValues": [{ "optionName": "Size", "name": name }],
                "inventoryItem": { "tracked": true },
                "inventoryQuantities": [
                    { "locationId": location, "name": "available", "quantity": available }] })
        })
        .collect();
    let input = json!({ "title": title, "variants": variants,
        "productOptions": [{ "name": "Size", "values": values }] });
    let query =
        "mutation($input: ProductSetInput!) { productSet(input: $input, synchronous: true) {
        product { id options { id } variants(first: 5) { nodes { id } } }
        userErrors { field message } } }";
    let made = shop.admin(query, json!({ "input": input })).await.ok();
    shop.publish(&made.text("productSet.product.id")).await;
    made
}

fn component(product: &Reply, name: &str, values: &[&str], quantity: i64) -> Value {
    json!({ "productId": product.text("productSet.product.id"), "quantity": quantity,
        "optionSelections": [{ "name": name, "values": values,
            "componentOptionId": product.text("productSet.product.options.0.id") }] })
}

fn variant(product: &Reply, place: usize) -> String {
    product.text(&format!("productSet.product.variants.nodes.{place}.id"))
}

#[scenario]
async fn a_bundle_has_the_choices_of_its_components_and_what_they_leave(shop: TestShop) {
    let (_, made) = given_bundle(&shop).await;

    let own = "productBundleCreate.productBundleOperation";
    assert_eq!(made.text(&format!("{own}.status")), "COMPLETE");
    let product = format!("{own}.product");
    assert_eq!(
        made.get(&format!("{product}.options")),
        &json!([{ "name": "Shirt size", "values": ["S", "M"] }])
    );
    assert_eq!(
        made.get(&format!("{product}.hasVariantsThatRequiresComponents")),
        true
    );
    // Seven shirts and four pairs of mugs; three of the larger shirts.
    let first = format!("{product}.variants.nodes.0");
    assert_eq!(made.text(&format!("{first}.price")), "20.00");
    assert_eq!(made.number(&format!("{first}.inventoryQuantity")), 4);
    let second = format!("{product}.variants.nodes.1");
    assert_eq!(made.number(&format!("{second}.inventoryQuantity")), 3);
    assert_eq!(made.get(&format!("{second}.requiresComponents")), true);
    assert_eq!(
        made.get(&format!("{second}.productVariantComponents.nodes")),
        &json!([
            { "quantity": 1, "productVariant": { "title": "M", "product": { "title": "Shirt" } } },
            { "quantity": 2, "productVariant": { "title": "One", "product": { "title": "Mug" } } },
        ])
    );
    let part = format!("{product}.bundleComponents.nodes.0");
    assert_eq!(
        made.text(&format!("{part}.componentProduct.title")),
        "Shirt"
    );
    assert_eq!(
        made.number(&format!("{part}.componentVariantsCount.count")),
        2
    );
    assert_eq!(
        made.get(&format!("{part}.optionSelections.0")),
        &json!({ "componentOption": { "name": "Size" }, "parentOption": { "name": "Shirt size" },
            "values": [{ "value": "S", "selectionStatus": "SELECTED" },
                       { "value": "M", "selectionStatus": "SELECTED" }] })
    );
}

/// Shirts in two sizes, and a bundle of one with two mugs.
async fn given_bundle(shop: &TestShop) -> (Reply, Reply) {
    let shirt = given_product(shop, "Shirt", &[("S", "10.00", 7), ("M", "12.00", 3)]).await;
    let mug = given_product(shop, "Mug", &[("One", "5.00", 8)]).await;
    let components = [
        component(&shirt, "Shirt size", &["S", "M"], 1),
        component(&mug, "Mug", &["One"], 2),
    ];
    let input = json!({ "title": "Breakfast", "components": components });
    let made = shop.admin(CREATE, json!({ "input": input })).await.ok();
    (shirt, made)
}

#[scenario]
async fn components_tell_what_they_are_part_of(shop: TestShop) {
    let (shirt, made) = given_bundle(&shop).await;
    let own = "productBundleCreate.productBundleOperation";
    let query = "query($operation: ID!, $shirt: ID!, $variant: ID!) {
        productOperation(id: $operation) { status product { title }
            ... on ProductBundleOperation { id userErrors { message } } }
        product(id: $shirt) { productParents(first: 3) { nodes { title } } }
        productVariant(id: $variant) { productParents(first: 3) { nodes { title } } }
        bundles: products(first: 3, query: \"bundles:true\") { nodes { title } }
        whole: products(first: 3, query: \"has_only_composites:true\") { nodes { title } } }";
    let asked = json!({ "operation": made.text(&format!("{own}.id")),
        "shirt": shirt.text("productSet.product.id"), "variant": variant(&shirt, 0) });
    let found = shop.admin(query, asked).await.ok();
    assert_eq!(found.text("productOperation.product.title"), "Breakfast");
    assert_eq!(
        found.text("product.productParents.nodes.0.title"),
        "Breakfast"
    );
    assert_eq!(
        found.text("productVariant.productParents.nodes.0.title"),
        "Breakfast"
    );
    assert_eq!(
        found.get("bundles.nodes"),
        &json!([{ "title": "Breakfast" }])
    );
    assert_eq!(found.get("whole.nodes"), &json!([{ "title": "Breakfast" }]));
}

/// The bundle, on sale: its product, and the variant with the smaller shirt.
pub(crate) async fn given_bundle_on_sale(shop: &TestShop) -> (String, String) {
    let (_, made) = given_bundle(shop).await;
    let product = "productBundleCreate.productBundleOperation.product";
    let id = made.text(&format!("{product}.id"));
    shop.publish(&id).await;
    (id, made.text(&format!("{product}.variants.nodes.0.id")))
}

#[scenario]
async fn a_storefront_shows_what_a_bundle_is_made_of(shop: TestShop) {
    let (bundle, _) = given_bundle_on_sale(&shop).await;
    let seen =
        "query($id: ID!) { product(id: $id) { availableForSale variants(first: 1) { nodes { id
        requiresComponents availableForSale components(first: 3) { nodes { quantity
            productVariant { title groupedBy(first: 2) { nodes { title } } } } } } } }
        products(first: 3, query: \"available_for_sale:true\") { nodes { id } } }";
    let seen = shop.storefront(seen, json!({ "id": bundle })).await.ok();
    assert_eq!(seen.get("product.availableForSale"), true);
    let own = "product.variants.nodes.0";
    assert_eq!(seen.get(&format!("{own}.requiresComponents")), true);
    assert_eq!(seen.list(&format!("{own}.components.nodes")).len(), 2);
    let grouped = format!("{own}.components.nodes.1.productVariant.groupedBy.nodes");
    assert_eq!(seen.list(&grouped).len(), 2);
    let listed = seen.list("products.nodes");
    assert!(
        listed.iter().any(|own| own["id"] == bundle.as_str()),
        "{listed:?}"
    );
}

pub(crate) const CREATE_CART: &str =
    "mutation($lines: [CartLineInput!]) { cartCreate(input: { lines: $lines }) {
    cart { id checkoutUrl cost { totalAmount { amount } } lines(first: 5) { nodes { quantity } } }
    warnings { code } userErrors { code } } }";

const SOLD: &str = "{ orders(first: 1) { nodes { totalPriceSet { shopMoney { amount } }
    totalDiscountsSet { shopMoney { amount } }
    lineItems(first: 9) { nodes { title variantTitle quantity
        originalUnitPriceSet { shopMoney { amount } } discountedTotalSet { shopMoney { amount } }
        discountAllocations { allocatedAmountSet { shopMoney { amount } } }
        lineItemGroup { id title quantity variantId productId variantSku } } } } } }";

/// Buys so many of a bundle; gives what came of it.
pub(crate) async fn buy(shop: &TestShop, variant: &str, quantity: i64) -> Reply {
    let lines = json!([{ "merchandiseId": variant, "quantity": quantity }]);
    let reply = shop
        .storefront(CREATE_CART, json!({ "lines": lines }))
        .await
        .ok();
    let id = reply.text("cartCreate.cart.id");
    let token = id.split("Cart/").nth(1).unwrap_or_default().to_owned();
    let cart = Cart {
        id,
        checkout: format!("/checkouts/cn/{token}"),
    };
    shop.buy_in(&cart, Card::Approves, "DE").await
}

#[scenario]
async fn a_bundle_is_sold_as_what_it_is_made_of(shop: TestShop) {
    let (bundle, variant) = given_bundle_on_sale(&shop).await;
    // A shirt for 10.00 and two mugs for 5.00 each, now together for 15.01.
    let price = "mutation($id: ID!, $variants: [ProductVariantsBulkInput!]!) {
        productVariantsBulkUpdate(productId: $id, variants: $variants) { userErrors { message } } }";
    let variants = json!([{ "id": variant, "price": "15.01" }]);
    let _ = shop
        .admin(price, json!({ "id": bundle, "variants": variants }))
        .await
        .ok();
    buy(&shop, &variant, 1).await.status(303);

    let order = shop.admin(SOLD, json!({})).await.ok();
    assert_eq!(
        order.text("orders.nodes.0.totalPriceSet.shopMoney.amount"),
        "19.91"
    );
    let lines = order.list("orders.nodes.0.lineItems.nodes");
    let told: Vec<Value> = lines
        .iter()
        .map(|line| {
            let price = &line["originalUnitPriceSet"]["shopMoney"]["amount"];
            json!([line["title"], line["quantity"], price])
        })
        .collect();
    // Half of it for the shirt, and the other half for the mugs.
    assert_eq!(
        told,
        [json!(["Shirt", 1, "7.51"]), json!(["Mug", 2, "3.75"])]
    );
    let group = &lines[0]["lineItemGroup"];
    assert_eq!(group["title"], "Breakfast - S");
    assert_eq!(group["quantity"], 1);
    assert_eq!(group["variantId"], variant.as_str());
    assert_eq!(group["productId"], bundle.as_str());
    assert_eq!(lines[1]["lineItemGroup"]["id"], group["id"]);
    let left = "{ productVariants(first: 9, query: \"tag_not:x\") { nodes { title inventoryQuantity
        requiresComponents } } }";
    let left = shop.admin(left, json!({})).await.ok();
    let left: Vec<String> = left
        .list("productVariants.nodes")
        .iter()
        .map(|own| format!("{} {}", own["title"], own["inventoryQuantity"]))
        .collect();
    // Six small shirts and six mugs are left, of which three bundles can be made.
    assert_eq!(
        left,
        ["\"S\" 6", "\"M\" 3", "\"One\" 6", "\"S\" 3", "\"M\" 3"]
    );
}

#[scenario]
async fn a_bundle_s_price_and_discount_are_shared_out_to_the_cent(shop: TestShop) {
    let (_, variant) = given_bundle_on_sale(&shop).await;
    let set = given_product(&shop, "Set", &[("One", "10.00", 0)]).await;
    shop.publish(&set.text("productSet.product.id")).await;
    let cup = given_product(&shop, "Cup", &[("One", "4.00", 9)]).await;
    let parent = set.text("productSet.product.variants.nodes.0.id");
    let pieces =
        json!([{ "id": cup.text("productSet.product.variants.nodes.0.id"), "quantity": 3 }]);
    let input = json!([{ "parentProductVariantId": parent,
        "productVariantRelationshipsToCreate": pieces,
        "priceInput": { "calculation": "FIXED", "price": "10.00" } }]);
    shop.admin(RELATE, json!({ "input": input })).await.ok();
    given_code(&shop, "TENTH", 0.1, json!({})).await;
    let lines = json!([{ "merchandiseId": parent, "quantity": 1 }, { "merchandiseId": variant }]);
    let reply = shop
        .storefront(CREATE_CART, json!({ "lines": lines }))
        .await
        .ok();
    assert_eq!(reply.list("cartCreate.cart.lines.nodes").len(), 2);
    let id = reply.text("cartCreate.cart.id");
    let cart = Cart {
        checkout: format!("/checkouts/cn/{}", id.split("Cart/").nth(1).unwrap()),
        id,
    };
    let seen = with_codes(&shop, &cart, &["TENTH"]).await;
    assert_eq!(seen["cart"]["cost"]["totalAmount"]["amount"], "27.0");
    shop.buy_in(&cart, Card::Approves, "DE").await.status(303);

    let order = shop.admin(SOLD, json!({})).await.ok();
    assert_eq!(
        order.text("orders.nodes.0.totalPriceSet.shopMoney.amount"),
        "31.9"
    );
    assert_eq!(
        order.text("orders.nodes.0.totalDiscountsSet.shopMoney.amount"),
        "3.0"
    );
    let lines = order.list("orders.nodes.0.lineItems.nodes");
    let cups: Vec<Value> = lines
        .iter()
        .filter(|line| line["title"] == "Cup")
        .map(|line| {
            let price = &line["originalUnitPriceSet"]["shopMoney"]["amount"];
            json!([line["quantity"], price])
        })
        .collect();
    // Ten euros for three cups: one costs a cent more.
    assert_eq!(cups, [json!([1, "3.34"]), json!([2, "3.33"])]);
}

#[scenario]
async fn a_bundle_that_goes_abroad_adds_up_in_both_currencies(shop: TestShop) {
    let (bundle, variant) = given_bundle_on_sale(&shop).await;
    let price = "mutation($id: ID!, $variants: [ProductVariantsBulkInput!]!) {
        productVariantsBulkUpdate(productId: $id, variants: $variants) { userErrors { message } } }";
    let variants = json!([{ "id": variant, "price": "19.97" }]);
    let _ = shop
        .admin(price, json!({ "id": bundle, "variants": variants }))
        .await
        .ok();
    given_canada(&shop).await;
    given_code(&shop, "THIRD", 0.33, json!({})).await;
    let lines = json!([{ "merchandiseId": variant, "quantity": 3 }]);
    let reply = shop
        .storefront(CREATE_CART, json!({ "lines": lines }))
        .await
        .ok();
    let id = reply.text("cartCreate.cart.id");
    let cart = Cart {
        checkout: format!("/checkouts/cn/{}", id.split("Cart/").nth(1).unwrap()),
        id,
    };
    with_codes(&shop, &cart, &["THIRD"]).await;
    let page = shop.get(&cart.checkout).await.body();
    let refused = shop.send_page(&cart, &page, Card::Approves, "CA").await;
    let again = refused.status(422).body();
    let sold = shop.send_page(&cart, &again, Card::Approves, "CA").await;
    sold.status(303);

    let order = read_order(&shop, &last_order(&shop).await).await;
    let seen = |value: &Value| value["presentmentMoney"]["amount"].to_string();
    // Three at 29.36 (19.97 at 1.47), less 33 per cent, and 7.20 for the delivery.
    assert_eq!(seen(&order["totalPriceSet"]), "\"66.21\"");
    let lines = order["lineItems"]["nodes"].as_array().unwrap();
    let units: i64 = lines
        .iter()
        .filter_map(|line| line["quantity"].as_i64())
        .sum();
    assert_eq!(units, 9, "{lines:?}");
    let cents = |bag: &Value| {
        let text = bag["presentmentMoney"]["amount"].as_str().unwrap();
        let money = Money::parse(text, Currency::parse("CAD").unwrap());
        money.unwrap().minor
    };
    let whole = lines.iter().map(|line| cents(&line["originalTotalSet"]));
    assert_eq!(whole.sum::<i64>(), 8808);
    let off = lines.iter().map(|line| {
        let taken = line["discountAllocations"].as_array().unwrap();
        cents(&taken[0]["allocatedAmountSet"])
    });
    assert_eq!(off.sum::<i64>(), 2907);
}

#[scenario]
async fn no_more_bundles_are_sold_than_their_components_make(shop: TestShop) {
    let (_, variant) = given_bundle_on_sale(&shop).await;
    // Eight mugs make four bundles.
    let lines = json!([{ "merchandiseId": variant, "quantity": 9 }]);
    let reply = shop
        .storefront(CREATE_CART, json!({ "lines": lines }))
        .await
        .ok();
    assert_eq!(
        *reply.get("cartCreate.warnings"),
        json!([{ "code": "MERCHANDISE_NOT_ENOUGH_STOCK" }])
    );
    assert_eq!(reply.number("cartCreate.cart.lines.nodes.0.quantity"), 4);
    let id = reply.text("cartCreate.cart.id");
    let cart = Cart {
        checkout: format!("/checkouts/cn/{}", id.split("Cart/").nth(1).unwrap()),
        id,
    };
    let page = shop.get(&cart.checkout).await.body();
    buy(&shop, &variant, 1).await.status(303);
    let late = shop.send_page(&cart, &page, Card::Approves, "DE").await;
    let late = late.status(422).body();
    assert!(late.contains("4 wanted, 3 left"), "{late}");
    buy(&shop, &variant, 3).await.status(303);
    let seen = "query($id: ID!) { node(id: $id) { ... on ProductVariant { availableForSale } } }";
    let seen = shop.storefront(seen, json!({ "id": variant })).await.ok();
    assert_eq!(*seen.get("node.availableForSale"), json!(false));
}

#[scenario]
async fn a_bundle_is_changed_and_keeps_the_prices_that_the_merchant_set(shop: TestShop) {
    let shirt = given_product(&shop, "Shirt", &[("S", "10.00", 7), ("M", "12.00", 3)]).await;
    let input = json!({ "title": "Shirts", "components": [component(&shirt, "Size", &["S"], 2)] });
    let made = shop.admin(CREATE, json!({ "input": input })).await.ok();
    let product = "productBundleCreate.productBundleOperation.product";
    let id = made.text(&format!("{product}.id"));
    let own = made.text(&format!("{product}.variants.nodes.0.id"));
    let price = "mutation($id: ID!, $variants: [ProductVariantsBulkInput!]!) {
        productVariantsBulkUpdate(productId: $id, variants: $variants) { userErrors { message } } }";
    let variants = json!([{ "id": own, "price": "15.00" }]);
    let _ = shop
        .admin(price, json!({ "id": id, "variants": variants }))
        .await
        .ok();

    let query = "mutation($input: ProductBundleUpdateInput!) { productBundleUpdate(input: $input) {
        productBundleOperation { product { title variants(first: 5) { nodes { id price title } } } }
        userErrors { field message } } }";
    let mut part = component(&shirt, "Size", &["S", "M"], 2);
    part["quantityOption"] = Value::Null;
    let input = json!({ "productId": id, "title": "Pair of shirts", "components": [part] });
    let changed = shop.admin(query, json!({ "input": input })).await.ok();

    let product = "productBundleUpdate.productBundleOperation.product";
    assert_eq!(changed.text(&format!("{product}.title")), "Pair of shirts");
    assert_eq!(
        changed.get(&format!("{product}.variants.nodes.0")),
        &json!({ "id": own, "price": "15.00", "title": "S" })
    );
    assert_eq!(
        changed.text(&format!("{product}.variants.nodes.1.price")),
        "24.00"
    );
    let plain = json!({ "productId": shirt.text("productSet.product.id"), "title": "No bundle" });
    let refused = shop.admin(query, json!({ "input": plain })).await;
    let _ = refused.refused_at("input.productId");
    let nested =
        json!({ "title": "Twice", "components": [{ "productId": id, "optionSelections": [] }] });
    let refused = shop.admin(CREATE, json!({ "input": nested })).await;
    assert_eq!(
        refused.user_errors()[0]["message"],
        "A bundle can't be a component of a bundle"
    );
    let none = json!({ "title": "Nothing", "components": [] });
    let refused = shop.admin(CREATE, json!({ "input": none })).await;
    let _ = refused.refused_at("input.components");
}

#[scenario]
async fn variants_are_related_priced_and_parted_again(shop: TestShop) {
    let set = given_product(&shop, "Set", &[("One", "1.00", 0)]).await;
    let cup = given_product(&shop, "Cup", &[("S", "4.00", 9), ("L", "6.00", 5)]).await;
    let parent = variant(&set, 0);

    let pieces = json!([{ "id": variant(&cup, 0), "quantity": 3 }, { "id": variant(&cup, 1), "quantity": 1 }]);
    let input = json!([{ "parentProductVariantId": parent,
        "productVariantRelationshipsToCreate": pieces, "priceInput": { "calculation": "COMPONENTS_SUM" } }]);
    let twice = json!([input[0], input[0]]);
    let twice = shop.admin(RELATE, json!({ "input": twice })).await;
    let _ = twice.refused("DUPLICATE_PRODUCT_VARIANT_RELATIONSHIP");
    let made = shop.admin(RELATE, json!({ "input": input })).await.ok();

    let own = "productVariantRelationshipBulkUpdate.parentProductVariants.0";
    assert_eq!(made.text(&format!("{own}.price")), "18.00");
    assert_eq!(made.number(&format!("{own}.inventoryQuantity")), 3);
    let again = shop.admin(RELATE, json!({ "input": input })).await;
    let _ = again.refused("DUPLICATE_PRODUCT_VARIANT_RELATIONSHIP");
    let nested = json!([{ "parentProductVariantId": variant(&cup, 1),
        "productVariantRelationshipsToCreate": [{ "id": parent, "quantity": 1 }] }]);
    let _ = shop
        .admin(RELATE, json!({ "input": nested }))
        .await
        .refused("NESTED_PARENT_PRODUCT_VARIANT");
    let change = json!([{ "parentProductId": set.text("productSet.product.id"),
        "productVariantRelationshipsToUpdate": [{ "id": variant(&cup, 0), "quantity": 9 }],
        "productVariantRelationshipsToRemove": [variant(&cup, 1)],
        "priceInput": { "calculation": "FIXED", "price": "30.00" } }]);
    let changed = shop.admin(RELATE, json!({ "input": change })).await.ok();
    assert_eq!(changed.text(&format!("{own}.price")), "30.00");
    assert_eq!(changed.number(&format!("{own}.inventoryQuantity")), 1);
    let part =
        json!([{ "parentProductVariantId": parent, "removeAllProductVariantRelationships": true }]);
    let parted = shop.admin(RELATE, json!({ "input": part })).await.ok();
    assert_eq!(parted.get(&format!("{own}.requiresComponents")), false);
    assert_eq!(
        parted
            .list(&format!("{own}.productVariantComponents.nodes"))
            .len(),
        0
    );
}

#[scenario]
async fn a_bundle_that_lost_a_component_is_sold_no_more(shop: TestShop) {
    let (_, variant) = given_bundle_on_sale(&shop).await;
    let lines = json!([{ "merchandiseId": variant, "quantity": 1 }]);
    let made = shop
        .storefront(CREATE_CART, json!({ "lines": lines }))
        .await
        .ok();
    let id = made.text("cartCreate.cart.id");
    let mugs = "{ products(first: 1, query: \"title:Mug\") { nodes { id } } }";
    let mugs = shop.admin(mugs, json!({})).await.ok();
    let delete = "mutation($id: ID!) { productDelete(input: { id: $id }) {
        deletedProductId userErrors { message } } }";
    let mug = mugs.text("products.nodes.0.id");
    let _ = shop.admin(delete, json!({ "id": mug })).await.ok();

    let seen = "query($id: ID!, $cart: ID!) { cart(id: $cart) { totalQuantity }
        node(id: $id) { ... on ProductVariant { availableForSale } } }";
    let asked = json!({ "id": variant, "cart": id });
    let seen = shop.storefront(seen, asked).await.ok();
    assert_eq!(*seen.get("node.availableForSale"), json!(false));
    assert_eq!(seen.number("cart.totalQuantity"), 0);
}
