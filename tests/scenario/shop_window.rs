//! The shop window: looking around, and filling a cart with forms alone.

use tests::{Reply, TestShop, Value, json, scenario};

/// The cookie that a reply sets, as a browser sends it back.
fn cookie(reply: &Reply) -> String {
    let set = reply.header("Set-Cookie");
    set.split(';').next().unwrap_or_default().to_owned()
}

/// The first text between two others.
fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    let rest = page.split(before).nth(1).unwrap_or_default();
    rest.split(after).next().unwrap_or_default()
}

#[scenario]
async fn a_cart_is_filled_changed_and_emptied_with_forms_alone(shop: TestShop) {
    let variant = shop.given_variant("12.00", 5).await;
    let page = shop
        .get(&format!("/products/{}", variant.handle))
        .await
        .status(200)
        .body();
    let id = between(&page, "name=\"id\" value=\"", "\"").to_owned();

    let added = shop
        .post_form("/cart/add", &[("id", &id), ("quantity", "2")])
        .await
        .status(303);
    assert_eq!(added.header("Location"), "/cart");
    let set = added.header("Set-Cookie");
    assert!(
        set.contains("HttpOnly") && set.contains("SameSite=Lax"),
        "{set}"
    );
    let mine = cookie(&added);
    let cart = shop
        .get_with("/cart", &[("Cookie", &mine)])
        .await
        .status(200)
        .body();
    assert!(cart.contains("24.00"), "{cart}");

    let field = format!("updates[{}]", between(&cart, "name=\"updates[", "]"));
    let headers = [
        ("Cookie", mine.as_str()),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ];
    let post = |body: String| shop.post_raw("/cart", &headers, body.into_bytes());
    post(format!("{field}=9")).await.status(303);
    let clamped = shop.get_with("/cart", &[("Cookie", &mine)]).await.body();
    assert!(clamped.contains("60.00"), "five are left: {clamped}");
    let on = post(format!("{field}=1&checkout=1")).await.status(303);
    assert!(
        on.header("Location").starts_with("/checkouts/cn/"),
        "{}",
        on.header("Location")
    );
    post(format!("{field}=0")).await.status(303);
    let empty = shop.get_with("/cart", &[("Cookie", &mine)]).await.body();
    assert!(empty.contains("There is nothing in it yet"), "{empty}");
}

#[scenario]
async fn what_is_not_sold_is_not_put_into_a_cart(shop: TestShop) {
    for id in ["5", "abc", "", "99999999999999999999"] {
        let reply = shop.post_form("/cart/add", &[("id", id)]).await.status(303);
        assert_eq!(reply.header("Location"), "/cart?notice=unknown", "{id}");
    }
}

#[scenario]
async fn a_search_finds_by_words_and_a_draft_stays_hidden(shop: TestShop) {
    let variant = shop.given_variant("12.00", 5).await;
    let path = format!("/products/{}", variant.handle);
    let found = shop.get("/search?q=teapot").await.status(200).body();
    assert!(found.contains(&path), "{found}");
    let meant = shop.get("/search?q=teapto").await.status(200).body();
    assert!(meant.contains("this is what “teapot” finds"), "{meant}");
    let nothing = shop.get("/search?q=zebra").await.status(200).body();
    assert!(nothing.contains("Nothing found"), "{nothing}");

    let draft = "mutation($id: ID!) { productUpdate(product: {id: $id, status: DRAFT}) {
        product { id } userErrors { field message } } }";
    shop.admin(draft, json!({"id": variant.product})).await.ok();

    shop.get(&path).await.status(404);
    let hidden = shop.get("/search?q=teapot").await.body();
    assert!(hidden.contains("Nothing found"), "{hidden}");
}

#[scenario]
async fn a_description_cannot_run_anything(shop: TestShop) {
    let variant = shop.given_variant("12.00", 5).await;
    let describe = "mutation($id: ID!, $html: String!) {
        productUpdate(product: {id: $id, descriptionHtml: $html}) {
            product { id } userErrors { field message } } }";
    let html = "<p onclick=\"x()\">Fine</p><script>alert(1)</script><img src=x onerror=y>";
    shop.admin(describe, json!({"id": variant.product, "html": html}))
        .await
        .ok();

    let page = shop
        .get(&format!("/products/{}", variant.handle))
        .await
        .status(200)
        .body();

    assert!(page.contains("<p>Fine</p>"), "{page}");
    assert!(!page.contains("<script") && !page.contains("onclick") && !page.contains("onerror"));
}

#[scenario]
async fn addresses_that_lead_nowhere_say_so(shop: TestShop) {
    for path in [
        "/nowhere",
        "/products/nothing",
        "/collections/nothing",
        "/search?after=zzz",
    ] {
        let page = shop.get(path).await.status(404);
        assert!(page.body().contains("Page not found"), "{path}");
    }
    let api = shop
        .get("/admin/api/2026-10/nothing.json")
        .await
        .status(404);
    assert_eq!(api.body(), "{\"errors\":\"Not Found\"}");
    let other = shop.get_with("/", &[("Host", "nobody.example")]).await;
    assert!(
        other.status == 404 || other.status == 200,
        "{}",
        other.status
    );
}

#[scenario]
async fn addresses_and_forms_that_cannot_be_read_are_answered_with_pages(shop: TestShop) {
    let variant = shop.given_variant("12.00", 5).await;
    let path = format!("/products/{}?variant=abc", variant.handle);
    assert!(shop.get(&path).await.status(200).body().contains("12.00"));
    let _ = shop.get("/search?q=%ff&page=x").await.status(200);
    let json = [("Content-Type", "application/json")];
    for path in ["/cart", "/admin/sign-in"] {
        let refused = shop.post_raw(path, &json, b"{}".to_vec()).await.status(415);
        assert!(
            refused.body().contains("<h1>"),
            "{path}: {}",
            refused.body()
        );
    }
    for path in ["/admin/nope", "/admin/orders/abc"] {
        let page = shop.get(path).await.status(404).body();
        assert!(page.contains("Back to the orders"), "{path}: {page}");
    }
}

#[scenario]
async fn the_first_selectable_variant_is_found_however_many_there_are(shop: TestShop) {
    let names = |name: &str, count: usize| -> Vec<Value> {
        let name = |number| json!({ "name": format!("{name}{number}") });
        (0..count).map(name).collect()
    };
    let (sizes, colours) = (names("S", 26), names("C", 10));
    let variants: Vec<Value> = sizes
        .iter()
        .flat_map(|size| colours.iter().map(move |colour| (size, colour)))
        .map(|(size, colour)| {
            json!({ "price": "1.00", "optionValues": [
                { "optionName": "Size", "name": size["name"] },
                { "optionName": "Colour", "name": colour["name"] }] })
        })
        .collect();
    let input = json!({ "title": "Many", "handle": "many", "status": "ACTIVE",
        "productOptions": [
            { "name": "Size", "values": sizes }, { "name": "Colour", "values": colours }],
        "variants": variants });
    let set = "mutation($input: ProductSetInput!) { productSet(input: $input) {
        product { id } userErrors { field message } } }";
    let made = shop.admin(set, json!({ "input": input })).await.ok();
    shop.publish(&made.text("productSet.product.id")).await;

    let query = "{ product(handle: \"many\") { options { name optionValues {
        name firstSelectableVariant { title } } } } }";
    let reply = shop.storefront(query, json!({})).await.ok();

    let title = |option: usize, value: usize| {
        reply.text(&format!(
            "product.options.{option}.optionValues.{value}.firstSelectableVariant.title"
        ))
    };
    assert_eq!(title(0, 25), "S25 / C0");
    assert_eq!(title(1, 9), "S0 / C9");
}
