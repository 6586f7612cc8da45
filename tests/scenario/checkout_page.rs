//! The hosted checkout, posted whole in one request as a client without JavaScript does.

use tests::{Card, Cart, TestShop, json, scenario};

const WINDOW_HEADERS: [&str; 3] = [
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "X-Request-Id",
];

/// The checkout's token: what stands between `/cn/` and the key.
fn token(cart: &Cart) -> &str {
    let rest = cart.checkout.split("/cn/").nth(1).unwrap_or_default();
    rest.split('?').next().unwrap_or_default()
}

/// The key that opens the checkout.
fn key(cart: &Cart) -> &str {
    cart.checkout.split("key=").nth(1).unwrap_or_default()
}

#[scenario]
async fn the_same_form_twice_is_one_order(shop: TestShop) {
    let variant = shop.given_variant("12.00", 5).await;
    let cart = shop.given_cart(&[(&variant, 2)]).await;

    let first = shop.buy(&cart, Card::Approves).await.status(303);
    let form = tests::checkout_form(key(&cart), "", "buyer@example.com", Card::Approves);
    let again = shop.post_form(&cart.checkout, &form).await.status(303);

    assert_eq!(first.header("Location"), again.header("Location"));
    assert_eq!(shop.available(&variant).await, 3);
    let thanks = shop.get(first.header("Location")).await.status(200).body();
    assert!(
        thanks.contains("Thank you, Bea!") && thanks.contains("#1001"),
        "{thanks}"
    );
    let orders = shop
        .admin("{ orders(first: 5) { nodes { id } } }", json!({}))
        .await
        .ok();
    assert_eq!(orders.list("orders.nodes").len(), 1);
}

#[scenario]
async fn a_declined_card_takes_nothing_and_another_may_be_tried(shop: TestShop) {
    let variant = shop.given_variant("12.00", 5).await;
    let cart = shop.given_cart(&[(&variant, 1)]).await;

    let declined = shop.buy(&cart, Card::Declines).await.status(422).body();
    assert!(declined.contains("The card was declined"), "{declined}");
    assert!(
        declined.contains("value=\"Am Wall 2\""),
        "what was typed is kept"
    );
    let failed = shop.buy(&cart, Card::Fails).await.status(422).body();
    assert!(
        failed.contains("The payment did not go through"),
        "{failed}"
    );
    assert_eq!(shop.available(&variant).await, 5);

    shop.buy(&cart, Card::Approves).await.status(303);
    assert_eq!(shop.available(&variant).await, 4);
}

#[scenario]
async fn who_knows_the_token_of_a_checkout_alone_may_buy_but_sees_nothing_of_others(
    shop: TestShop,
) {
    let variant = shop.given_variant("12.00", 5).await;
    let cart = shop.given_cart(&[(&variant, 1)]).await;
    let query = "mutation($id: ID!) {
        cartBuyerIdentityUpdate(cartId: $id, buyerIdentity: {email: \"ada@example.com\"}) {
            cart { id } userErrors { message }
        }
    }";
    shop.storefront(query, json!({"id": cart.id})).await.ok();
    let path = format!("/checkouts/cn/{}", token(&cart));

    let page = shop.get(&path).await.status(200).body();
    assert!(!page.contains(key(&cart)), "the key is not given away");
    assert!(!page.contains("ada@example.com"), "{page}");
    let proof = page
        .split("name=\"authenticity_token\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap_or_default();
    shop.get(&format!("{path}?key={proof}")).await.status(404);

    let form = |email| tests::checkout_form(proof, "", email, Card::Approves);
    let placed = shop
        .post_form(&path, &form("ada@example.com"))
        .await
        .status(303);
    shop.get(placed.header("Location")).await.status(200);
    let again = shop
        .post_form(&path, &form("ada@example.com"))
        .await
        .status(303);
    assert_eq!(again.header("Location"), placed.header("Location"));
    // A stranger who had opened the page before learns nothing of the order.
    shop.post_form(&path, &form("eve@example.com"))
        .await
        .status(404);
    shop.get(&format!("{path}/thank-you?key={proof}"))
        .await
        .status(404);
    assert_eq!(shop.available(&variant).await, 4);
}

#[scenario]
async fn each_missing_field_says_so_beside_itself(shop: TestShop) {
    let variant = shop.given_variant("12.00", 5).await;
    let cart = shop.given_cart(&[(&variant, 1)]).await;
    let form = [
        ("authenticity_token", key(&cart)),
        ("checkout[email]", "nobody"),
        ("checkout[shipping_address][city]", "<b>Bremen</b>"),
        ("checkout[shipping_address][country]", "DE"),
        ("checkout[payment][gateway]", "bogus"),
        ("checkout[payment][number]", "1"),
    ];

    let page = shop.post_form(&cart.checkout, &form).await.status(422);
    let body = page.body();

    for field in ["email", "last_name", "address1", "zip"] {
        assert!(
            body.contains(&format!("id=\"{field}-wrong\"")),
            "{field}: {body}"
        );
    }
    assert!(!body.contains("id=\"city-wrong\""));
    assert!(body.contains("&lt;b&gt;Bremen&lt;/b&gt;") && !body.contains("<b>Bremen"));
    assert_eq!(body.matches("aria-invalid=\"true\"").count(), 4);
    for header in WINDOW_HEADERS {
        assert_ne!(page.header(header), "", "{header}");
    }
    assert_eq!(shop.available(&variant).await, 5);
}

#[scenario]
async fn a_real_card_s_number_is_refused_and_not_repeated(shop: TestShop) {
    let variant = shop.given_variant("12.00", 5).await;
    let cart = shop.given_cart(&[(&variant, 1)]).await;
    let mut form = tests::checkout_form(key(&cart), "", "buyer@example.com", Card::Approves);
    form[11].1 = "4242424242424242";

    let body = shop
        .post_form(&cart.checkout, &form)
        .await
        .status(422)
        .body();

    assert!(
        body.contains("Real card numbers are never accepted"),
        "{body}"
    );
    assert!(
        !body.contains("4242"),
        "the number is not written into the page"
    );
}

#[scenario]
async fn the_last_one_is_sold_once(shop: TestShop) {
    let variant = shop.given_variant("12.00", 1).await;
    let mine = shop.given_cart(&[(&variant, 1)]).await;
    let yours = shop.given_cart(&[(&variant, 1)]).await;

    shop.buy(&mine, Card::Approves).await.status(303);
    let late = shop.buy(&yours, Card::Approves).await.status(422).body();

    assert!(late.contains("There is not enough left"), "{late}");
    assert_eq!(shop.available(&variant).await, 0);
}

#[scenario]
async fn a_product_that_is_gone_cannot_be_bought(shop: TestShop) {
    let variant = shop.given_variant("12.00", 5).await;
    let cart = shop.given_cart(&[(&variant, 1)]).await;
    let delete = "mutation($id: ID!) { productDelete(input: {id: $id}) {
        deletedProductId userErrors { field message } } }";
    shop.admin(delete, json!({"id": variant.product}))
        .await
        .ok();

    let form = tests::checkout_form(key(&cart), "", "buyer@example.com", Card::Approves);
    let late = shop
        .post_form(&cart.checkout, &form)
        .await
        .status(422)
        .body();

    assert!(late.contains("no longer sold"), "{late}");
}

#[scenario]
async fn a_checkout_shows_itself_by_its_token_and_sells_by_its_key(shop: TestShop) {
    let variant = shop.given_variant("12.00", 5).await;
    let cart = shop.given_cart(&[(&variant, 1)]).await;
    let path = format!("/checkouts/cn/{}", token(&cart));

    shop.get(&cart.checkout).await.status(200);
    shop.get(&path).await.status(200);
    shop.get(&format!("{path}?key=0123456789abcdef0123456789abcdef"))
        .await
        .status(404);
    let form = tests::checkout_form("0123456789abcdef", "", "buyer@example.com", Card::Approves);
    shop.post_form(&path, &form).await.status(404);
    shop.get(&format!("{path}/thank-you?key={}", key(&cart)))
        .await
        .status(404);
    assert_eq!(shop.available(&variant).await, 5);
}

#[scenario]
async fn a_changed_total_is_shown_before_it_is_paid(shop: TestShop) {
    let variant = shop.given_variant("12.00", 5).await;
    let cart = shop.given_cart(&[(&variant, 1)]).await;
    let mut form = tests::checkout_form(key(&cart), "", "b@example.com", Card::Approves).to_vec();
    form.push(("checkout[total]", "1 EUR"));

    let body = shop
        .post_form(&cart.checkout, &form)
        .await
        .status(422)
        .body();

    assert!(body.contains("The total has changed"), "{body}");
    assert_eq!(shop.available(&variant).await, 5);
}
