//! Carts through the Storefront API: lines, stock, notes, and what is refused.

use commerce::{Actor, catalog};
use serde_json::{Value, json};
use tests::{Card, Reply, TestShop, Variant, checkout_form, scenario};
use units::ProductId;

use crate::sale::{STOCK, given_teapot};

const CART: &str = "cart {
    id totalQuantity note
    cost { subtotalAmount { amount currencyCode } totalAmount { amount } }
    lines(first: 10) { nodes { id quantity attributes { key value } } }
}
userErrors { field message code }
warnings { code target message }";

async fn create(shop: &TestShop, lines: Value) -> Reply {
    let query = format!(
        "mutation($lines: [CartLineInput!]) {{ cartCreate(input: {{lines: $lines}}) {{ {CART} }} }}"
    );
    shop.storefront(&query, json!({ "lines": lines })).await
}

async fn add(shop: &TestShop, cart: &str, lines: Value) -> Reply {
    let query = format!(
        "mutation($id: ID!, $lines: [CartLineInput!]!) {{ cartLinesAdd(cartId: $id, lines: $lines) {{ {CART} }} }}"
    );
    shop.storefront(&query, json!({ "id": cart, "lines": lines }))
        .await
}

async fn update(shop: &TestShop, cart: &str, lines: Value) -> Reply {
    let query = format!(
        "mutation($id: ID!, $lines: [CartLineUpdateInput!]!) {{ cartLinesUpdate(cartId: $id, lines: $lines) {{ {CART} }} }}"
    );
    shop.storefront(&query, json!({ "id": cart, "lines": lines }))
        .await
}

fn of(variant: &Variant, quantity: i64) -> Value {
    json!([{ "merchandiseId": variant.id, "quantity": quantity }])
}

#[scenario]
async fn equal_lines_join_and_others_stand_apart(shop: TestShop) {
    let teapot = given_teapot(&shop).await;
    let made = create(&shop, of(&teapot, 1)).await.ok();
    let cart = made.text("cartCreate.cart.id");
    let joined = add(&shop, &cart, of(&teapot, 2)).await.ok();
    assert_eq!(joined.number("cartLinesAdd.cart.totalQuantity"), 3);
    assert_eq!(joined.list("cartLinesAdd.cart.lines.nodes").len(), 1);
    let subtotal = "cartLinesAdd.cart.cost.subtotalAmount.amount";
    assert_eq!(joined.text(subtotal), "30.0");

    let engraved = json!([{
        "merchandiseId": teapot.id,
        "quantity": 1,
        "attributes": [{ "key": "Engraving", "value": "Bea" }],
    }]);
    let apart = add(&shop, &cart, engraved).await.ok();
    assert_eq!(apart.list("cartLinesAdd.cart.lines.nodes").len(), 2);

    let line = apart.text("cartLinesAdd.cart.lines.nodes.0.id");
    let gone = update(&shop, &cart, json!([{ "id": line, "quantity": 0 }]))
        .await
        .ok();
    assert_eq!(gone.list("cartLinesUpdate.cart.lines.nodes").len(), 1);
    assert_eq!(gone.number("cartLinesUpdate.cart.totalQuantity"), 1);
}

#[scenario]
async fn more_than_there_is_becomes_what_there_is_with_a_warning(shop: TestShop) {
    let teapot = given_teapot(&shop).await;
    let made = create(&shop, of(&teapot, STOCK + 5)).await.ok();
    assert_eq!(made.number("cartCreate.cart.totalQuantity"), STOCK);
    let code = made.text("cartCreate.warnings.0.code");
    assert_eq!(code, "MERCHANDISE_NOT_ENOUGH_STOCK");
    let line = made.text("cartCreate.cart.lines.nodes.0.id");
    assert_eq!(made.text("cartCreate.warnings.0.target"), line);
}

#[scenario]
async fn a_line_that_cannot_be_is_refused_with_its_place(shop: TestShop) {
    let teapot = given_teapot(&shop).await;
    let unknown = json!([{ "merchandiseId": "gid://shopify/ProductVariant/999", "quantity": 1 }]);
    create(&shop, unknown).await.refused("INVALID");
    create(&shop, of(&teapot, -1)).await.refused("LESS_THAN");
    create(&shop, of(&teapot, 2_000_000))
        .await
        .refused("MAXIMUM_EXCEEDED");

    let cart = create(&shop, of(&teapot, 1))
        .await
        .ok()
        .text("cartCreate.cart.id");
    add(&shop, "gid://shopify/Cart/none?key=none", of(&teapot, 1))
        .await
        .refused("INVALID");
    let other_key = format!("{}0", &cart[..cart.len() - 1]);
    let other_key = if other_key == cart {
        format!("{}1", &cart[..cart.len() - 1])
    } else {
        other_key
    };
    add(&shop, &other_key, of(&teapot, 1))
        .await
        .refused("INVALID");
    let no_line = json!([{ "id": "gid://shopify/CartLine/none", "quantity": 1 }]);
    update(&shop, &cart, no_line)
        .await
        .refused("INVALID_MERCHANDISE_LINE");

    let query = "query($id: ID!) { cart(id: $id) { totalQuantity } }";
    let kept = shop.storefront(query, json!({ "id": cart })).await.ok();
    assert_eq!(kept.number("cart.totalQuantity"), 1);
}

#[scenario]
async fn a_product_that_is_deleted_leaves_the_cart_with_a_warning(shop: TestShop) {
    let teapot = given_teapot(&shop).await;
    let cart = create(&shop, of(&teapot, 1))
        .await
        .ok()
        .text("cartCreate.cart.id");
    delete(&shop, &teapot).await;

    let query = format!(
        "mutation($id: ID!) {{ cartNoteUpdate(cartId: $id, note: \"hello\") {{ {CART} }} }}"
    );
    let reply = shop.storefront(&query, json!({ "id": cart })).await.ok();
    assert!(reply.list("cartNoteUpdate.cart.lines.nodes").is_empty());
    let code = reply.text("cartNoteUpdate.warnings.0.code");
    assert_eq!(code, "MERCHANDISE_OUT_OF_STOCK");
}

#[scenario]
async fn what_the_catalogue_shows_can_be_bought_and_nothing_else(shop: TestShop) {
    let variant = shop.given_variant("12.00", 5).await;
    let update = "mutation($product: ProductUpdateInput!) {
        productUpdate(product: $product) { userErrors { field message } }
    }";
    let set = |status: &str| json!({ "product": { "id": variant.product, "status": status } });
    let shown = "query($id: ID!) { product(id: $id) { id } }";

    // Unlisted: in no list, but shown and sold to who knows its address.
    shop.admin(update, set("UNLISTED")).await.ok();
    let found = shop
        .storefront(shown, json!({ "id": variant.product }))
        .await
        .ok();
    assert_eq!(found.text("product.id"), variant.product);
    let made = create(&shop, of(&variant, 1)).await.ok();
    assert_eq!(made.number("cartCreate.cart.totalQuantity"), 1);
    let cart = shop.given_cart(&[(&variant, 1)]).await;
    shop.buy(&cart, Card::Approves).await.status(303);

    // A draft is neither shown nor sold, and leaves carts that have it.
    let cart = made.text("cartCreate.cart.id");
    shop.admin(update, set("DRAFT")).await.ok();
    create(&shop, of(&variant, 1)).await.refused("INVALID");
    let query = "query($id: ID!) { cart(id: $id) { totalQuantity } }";
    let left = shop.storefront(query, json!({ "id": cart })).await.ok();
    assert_eq!(left.number("cart.totalQuantity"), 0);
}

#[scenario]
async fn what_is_to_be_published_later_cannot_be_bought_yet(shop: TestShop) {
    let variant = shop.given_variant("12.00", 5).await;
    let cart = shop.given_cart(&[(&variant, 1)]).await;
    let tomorrow = shop.call(Actor::System).now.plus_seconds(86_400);
    let id = ProductId::parse(&variant.product).expect("a product's id");
    let delayed = shop.db().write(shop.id(), move |tx| {
        tx.execute(
            "UPDATE products SET published_at = $2 WHERE shop_id = $shop AND id = $1",
            (id, tomorrow),
        )
    });
    delayed.await.expect("the product is delayed");

    let shown = "query($id: ID!) { product(id: $id) { id } }";
    let found = shop
        .storefront(shown, json!({ "id": variant.product }))
        .await
        .ok();
    assert!(found.get("product").is_null());
    create(&shop, of(&variant, 1)).await.refused("INVALID");
    let page = shop.get(&cart.checkout).await.status(422);
    assert!(page.body().contains("nothing to buy"), "{}", page.body());
    let key = cart.id.rsplit("key=").next().expect("the cart's key");
    let form = checkout_form(key, "standard", "bea@example.com", Card::Approves);
    shop.post_form(&cart.checkout, &form).await.status(422);
    assert_eq!(shop.available(&variant).await, 5);
}

/// Deletes a variant's product.
pub(crate) async fn delete(shop: &TestShop, variant: &Variant) {
    let id = ProductId::parse(&variant.product).expect("a product's id");
    let call = shop.call(Actor::System);
    let deleted = shop
        .db()
        .write(shop.id(), move |tx| catalog::delete(tx, &call, id));
    deleted.await.expect("the product is deleted");
}
