//! A mutation that is sent again under its key has no second effect.

use tests::{Reply, TestShop, json, scenario};

const CREATE: &str = "mutation($key: String!, $order: OrderCreateOrderInput!) {
    orderCreate(order: $order) @idempotent(key: $key) {
        order { id name }
        userErrors { field message }
    }
}";

async fn create(shop: &TestShop, key: &str, title: &str, quantity: i64) -> Reply {
    let line = json!({"title": title, "quantity": quantity, "priceSet": {"shopMoney": {"amount": "5.00", "currencyCode": "EUR"}}});
    let order = json!({"lineItems": [line]});
    shop.admin(CREATE, json!({"key": key, "order": order}))
        .await
}

async fn orders(shop: &TestShop) -> usize {
    let reply = shop
        .admin("{ orders(first: 9) { nodes { id } } }", json!({}))
        .await;
    reply.ok().list("orders.nodes").len()
}

#[scenario]
async fn an_order_that_is_sent_again_under_its_key_is_made_once(shop: TestShop) {
    let first = create(&shop, "k1", "Mug", 1).await.ok();
    let again = create(&shop, "k1", "Mug", 1).await.ok();

    let id = first.text("orderCreate.order.id");
    assert_eq!(id, again.text("orderCreate.order.id"));
    assert_eq!(orders(&shop).await, 1);
    create(&shop, "k2", "Mug", 1).await.ok();
    assert_eq!(orders(&shop).await, 2);
}

#[scenario]
async fn a_key_stands_for_one_request_alone(shop: TestShop) {
    create(&shop, "k1", "Mug", 1).await.ok();

    let other = create(&shop, "k1", "Mug", 2).await;

    other.error("IDEMPOTENCY_KEY_PARAMETER_MISMATCH");
    assert_eq!(orders(&shop).await, 1);
    create(&shop, "", "Mug", 1).await.error("BAD_REQUEST");
}

#[scenario]
async fn a_refusal_leaves_its_key_free(shop: TestShop) {
    let refused = create(&shop, "k1", "Mug", 0).await;
    assert_eq!(refused.user_errors().len(), 1);
    assert_eq!(orders(&shop).await, 0);

    let made = create(&shop, "k1", "Mug", 1).await.ok();
    assert_ne!(made.text("orderCreate.order.id"), "");
}

#[scenario]
async fn the_header_is_a_key_for_a_single_mutation(shop: TestShop) {
    let tag = |alias: &str| {
        format!(
            "{alias}: productCreate(product: {{title: \"Bowl\"}}) {{ product {{ id }} userErrors {{ message }} }}"
        )
    };
    let post = async |body: String| {
        let token = shop.token(&["read_products", "write_products"]).await;
        let headers = [
            ("Content-Type", "application/json"),
            ("X-Shopify-Access-Token", token.as_str()),
            ("Idempotency-Key", "h1"),
        ];
        let path = "/admin/api/2026-10/graphql.json";
        let body = json!({"query": format!("mutation {{ {body} }}")}).to_string();
        shop.post_raw(path, &headers, body.into_bytes()).await
    };
    post(format!("{} {}", tag("a"), tag("b")))
        .await
        .error("BAD_REQUEST");
    post(tag("a")).await.ok();
    let counted = shop.admin("{ productsCount { count } }", json!({})).await;
    assert_eq!(counted.ok().number("productsCount.count"), 1);
}
