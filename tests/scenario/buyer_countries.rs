//! The country of a buyer: chosen in the browser, in the cart, or on the checkout's page; what a page shows,
//! what codes give and what the order costs are of one country.

use tests::{Card, Cart, Reply, TestShop, Value, json, scenario};

use crate::discounts::given_code;
use crate::markets::given_list;
use crate::selling_abroad::{given_canada, last_order, read_order};

/// The fields of a checkout's page, for an address in Canada, with a code to be taken in.
async fn try_code(shop: &TestShop, cart: &Cart, country: &str, code: &str) -> Reply {
    let page = shop.get(&cart.checkout).await.body();
    let token = page.split("name=\"authenticity_token\" value=\"").nth(1);
    let token = token.and_then(|rest| rest.split('"').next()).unwrap();
    let form = [
        ("authenticity_token", token),
        ("checkout[shipping_address][country]", country),
        ("checkout[reduction_code]", code),
        ("checkout[apply]", "1"),
    ];
    shop.post_form(&cart.checkout, &form).await
}

#[scenario]
async fn a_code_is_judged_where_the_checkout_s_form_says(shop: TestShop) {
    let variant = shop.given_variant("100.00", 9).await;
    let market = given_canada(&shop).await;
    // Goods cost a tenth more in Canada: there alone they come to what the code asks for.
    given_list(&shop, &market, "CAD").await;
    let least =
        json!({ "minimumRequirement": { "subtotal": { "greaterThanOrEqualToSubtotal": "105" } } });
    let _ = given_code(&shop, "RICH", 0.5, least).await;
    let cart = shop.given_cart(&[(&variant, 1)]).await;

    let home = try_code(&shop, &cart, "DE", "RICH")
        .await
        .status(422)
        .body();
    assert!(!home.contains("Remove <span"), "{home}");
    let page = try_code(&shop, &cart, "CA", "RICH")
        .await
        .status(200)
        .body();
    assert!(page.contains("80.85"), "half of 161.70 dollars: {page}");

    let sold = shop.send_page(&cart, &page, Card::Approves, "CA").await;
    sold.status(303);
    let order = read_order(&shop, &last_order(&shop).await).await;
    let off = &order["totalDiscountsSet"]["presentmentMoney"];
    assert_eq!(*off, json!({ "amount": "80.85", "currencyCode": "CAD" }));
}

#[scenario]
async fn a_cart_that_is_looked_at_follows_the_country_that_the_browser_chose(shop: TestShop) {
    let variant = shop.given_variant("19.99", 9).await;
    given_canada(&shop).await;
    let id = variant.id.rsplit('/').next().unwrap_or_default();
    let form = [("id", id), ("quantity", "1")];
    let added = shop.post_form("/cart/add", &form).await.status(303);
    let mine = added.header("Set-Cookie");
    let mine = mine.split(';').next().unwrap_or_default();
    let at_home = [("Cookie", mine)];
    let cart = shop.get_with("/cart", &at_home).await.body();
    assert!(cart.contains("19.99"), "{cart}");

    let both = format!("{mine}; localization=CA");
    let abroad = [
        ("Cookie", both.as_str()),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ];
    let cart = shop.get_with("/cart", &abroad).await.body();
    assert!(cart.contains("29.39") && !cart.contains("19.99"), "{cart}");
    // Nothing was written, so that another choice is followed as well.
    let cart = shop.get_with("/cart", &at_home).await.body();
    assert!(cart.contains("19.99"), "{cart}");

    let on = shop
        .post_raw("/cart", &abroad, b"checkout=1".to_vec())
        .await;
    let page = shop.get(on.status(303).header("Location")).await.body();
    assert!(page.contains("29.39") && page.contains("CAD"), "{page}");
}

#[scenario]
async fn a_checkout_without_its_key_tells_nothing_of_an_address(shop: TestShop) {
    let variant = shop.given_variant("19.99", 9).await;
    given_canada(&shop).await;
    let cart = shop.given_cart(&[(&variant, 1)]).await;
    let bare = cart.checkout.split('?').next().unwrap_or_default();
    let before = shop.get(bare).await.status(200).body();
    let add = "mutation($id: ID!, $new: [CartSelectableAddressInput!]!) {
        cartDeliveryAddressesAdd(cartId: $id, addresses: $new) { userErrors { message code } } }";
    let new = json!([{ "selected": true, "address": { "deliveryAddress": {
        "lastName": "Buyer", "address1": "9 Elm St", "city": "Toronto", "provinceCode": "ON",
        "zip": "M4B 1B3", "countryCode": "CA" } } }]);
    shop.storefront(add, json!({ "id": cart.id, "new": new }))
        .await
        .ok();

    let page = shop.get(&cart.checkout).await.body();
    assert!(page.contains("Toronto") && page.contains("29.39"), "{page}");
    let page = shop.get(bare).await.status(200).body();
    assert_eq!(page, before);

    // The form's token, which that page gives away, opens no more.
    let token = page.split("name=\"authenticity_token\" value=\"").nth(1);
    let token = token.and_then(|rest| rest.split('"').next()).unwrap();
    let form = [("authenticity_token", token), ("checkout[apply]", "1")];
    let page = shop.post_form(bare, &form).await.body();
    assert!(page.contains("19.99") && !page.contains("CAD"), "{page}");
}

#[scenario]
async fn an_address_that_is_chosen_later_is_judged_in_its_own_country(shop: TestShop) {
    let variant = shop.given_variant("100.00", 9).await;
    let market = given_canada(&shop).await;
    given_list(&shop, &market, "CAD").await;
    let least =
        json!({ "minimumRequirement": { "subtotal": { "greaterThanOrEqualToSubtotal": "105" } } });
    let _ = given_code(&shop, "RICH", 0.5, least).await;
    let cart = shop.given_cart(&[(&variant, 1)]).await;
    let address = |country: &str, selected: bool| {
        json!({ "selected": selected, "address": { "deliveryAddress": {
            "lastName": "Buyer", "address1": "9 Elm St", "city": "There", "zip": "10119",
            "countryCode": country } } })
    };
    let add = "mutation($id: ID!, $new: [CartSelectableAddressInput!]!) {
        cartDeliveryAddressesAdd(cartId: $id, addresses: $new) {
            cart { delivery { addresses { id } } } userErrors { message code } } }";
    let new = json!([address("DE", true), address("CA", false)]);
    let reply = shop
        .storefront(add, json!({ "id": cart.id, "new": new }))
        .await
        .ok();
    let other = reply.text("cartDeliveryAddressesAdd.cart.delivery.addresses.1.id");

    let choose = "mutation($id: ID!, $changed: [CartSelectableAddressUpdateInput!]!) {
        cartDeliveryAddressesUpdate(cartId: $id, addresses: $changed) {
            cart { cost { subtotalAmount { amount currencyCode } } }
            userErrors { message code } }
        cartDiscountCodesUpdate(cartId: $id, discountCodes: [\"RICH\"]) {
            warnings { code } userErrors { message code } } }";
    let changed: Value = json!([{ "id": other, "selected": true }]);
    let reply = shop
        .storefront(choose, json!({ "id": cart.id, "changed": changed }))
        .await
        .ok();
    let cost = reply.get("cartDeliveryAddressesUpdate.cart.cost.subtotalAmount");
    assert_eq!(*cost, json!({ "amount": "161.7", "currencyCode": "CAD" }));
    assert!(reply.list("cartDiscountCodesUpdate.warnings").is_empty());
}
