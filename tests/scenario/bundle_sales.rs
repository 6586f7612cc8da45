//! Bundles as they are sold: what they are by themselves, what is attached to them, and how much an order holds.

use tests::{Card, Cart, TestShop, Value, json, scenario};

use crate::product_bundles::{CREATE_CART, RELATE, buy, given_bundle_on_sale, given_product};

#[scenario]
async fn a_bundle_is_sold_whatever_its_components_are_by_themselves(shop: TestShop) {
    let (_, variant) = given_bundle_on_sale(&shop).await;
    let found = shop
        .admin(
            "{ products(first: 2, query: \"-title:Breakfast\") { nodes { id } } }",
            json!({}),
        )
        .await
        .ok();
    let update = "mutation($p: ProductUpdateInput!) { productUpdate(product: $p) {
        userErrors { message } } }";
    for (product, status) in found
        .list("products.nodes")
        .iter()
        .zip(["DRAFT", "ARCHIVED"])
    {
        let input = json!({ "id": product["id"], "status": status });
        shop.admin(update, json!({ "p": input })).await.ok();
    }
    buy(&shop, &variant, 1).await.status(303);
}

#[scenario]
async fn what_is_attached_to_a_bundle_stands_on_it_once(shop: TestShop) {
    let (_, variant) = given_bundle_on_sale(&shop).await;
    let attributes = json!([{ "key": "Engraving", "value": "For Ada" }]);
    let lines = json!([{ "merchandiseId": variant, "quantity": 1, "attributes": attributes }]);
    let reply = shop
        .storefront(CREATE_CART, json!({ "lines": lines }))
        .await
        .ok();
    let id = reply.text("cartCreate.cart.id");
    let cart = Cart {
        checkout: format!("/checkouts/cn/{}", id.split("Cart/").nth(1).unwrap()),
        id,
    };
    shop.buy_in(&cart, Card::Approves, "DE").await.status(303);
    let told = "{ orders(first: 1) { nodes { lineItems(first: 5) { nodes {
        customAttributes { key value }
        lineItemGroup { id customAttributes { key value } } } } } } }";
    let order = shop.admin(told, json!({})).await.ok();
    let lines = order.list("orders.nodes.0.lineItems.nodes");
    assert_eq!(lines.len(), 2);
    for line in lines {
        assert_eq!(line["customAttributes"], json!([]));
        assert_eq!(line["lineItemGroup"]["customAttributes"], attributes);
    }
}

#[scenario]
async fn a_cart_holds_no_more_components_than_an_order_has_lines(shop: TestShop) {
    let cups: Vec<Value> = (0..126)
        .map(|at| json!({ "name": format!("{at}") }))
        .collect();
    let variants: Vec<Value> = (0..126)
        .map(|at| {
            json!({ "price": "1.00",
                "optionValues": [{ "optionName": "Size", "name": format!("{at}") }] })
        })
        .collect();
    let input = json!({ "title": "Cups", "variants": variants,
        "productOptions": [{ "name": "Size", "values": cups }] });
    let query =
        "mutation($input: ProductSetInput!) { productSet(input: $input, synchronous: true) {
        product { id variants(first: 150) { nodes { id } } } userErrors { field message } } }";
    let made = shop.admin(query, json!({ "input": input })).await.ok();
    let pieces: Vec<Value> = made
        .list("productSet.product.variants.nodes")
        .iter()
        .map(|own| json!({ "id": own["id"], "quantity": 1 }))
        .collect();
    let mut sets = Vec::new();
    for name in ["One", "Two", "Three", "Four"] {
        let set = given_product(&shop, name, &[("One", "10.00", 0)]).await;
        let parent = set.text("productSet.product.variants.nodes.0.id");
        let input = json!([{ "parentProductVariantId": parent,
            "productVariantRelationshipsToCreate": pieces }]);
        shop.admin(RELATE, json!({ "input": input })).await.ok();
        sets.push(json!({ "merchandiseId": parent }));
    }
    // Four times 126 are more than 500.
    shop.storefront(CREATE_CART, json!({ "lines": sets }))
        .await
        .refused("CART_TOO_LARGE");
    sets.pop();
    shop.storefront(CREATE_CART, json!({ "lines": sets }))
        .await
        .ok();
}
