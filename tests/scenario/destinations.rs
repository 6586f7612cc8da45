//! Where a checkout goes decides in which market it is sold: what its form says, and only then what the
//! cart said of its buyer.

use tests::{Card, TestShop, Value, json, scenario};

use crate::markets::{given_empty_publication, given_list};
use crate::selling_abroad::{given_canada, given_cart_in_canada, last_order, read_order};

const RATE: &str = "mutation($id: ID!, $input: MarketUpdateInput!) {
    marketUpdate(id: $id, input: $input) { market { id } userErrors { message code } } }";

const LINES: &str = "query($id: ID!) { cart(id: $id) { totalQuantity
    lines(first: 5) { nodes { id quantity } } } }";

async fn set_rate(shop: &TestShop, market: &str, rate: &str) {
    let input = json!({ "currencySettings": { "baseCurrencyManualRate": rate } });
    shop.admin(RATE, json!({ "id": market, "input": input }))
        .await
        .ok();
}

async fn orders(shop: &TestShop) -> usize {
    let reply = shop
        .admin("{ orders(first: 5) { nodes { id } } }", json!({}))
        .await
        .ok();
    reply.list("orders.nodes").len()
}

#[scenario]
async fn a_cheap_country_in_the_cart_does_not_make_a_dear_one_cheap(shop: TestShop) {
    let variant = shop.given_variant("100.00", 9).await;
    // A euro is worth ten cents of a dollar: Canada is cheap.
    let market = given_canada(&shop).await;
    set_rate(&shop, &market, "0.10").await;
    let cart = given_cart_in_canada(&shop, &[(&variant, 1)], json!({})).await;
    let page = shop.get(&cart.checkout).await.body();
    assert!(page.contains("value=\"1049 CAD\""), "{page}");

    let refused = shop.send_page(&cart, &page, Card::Approves, "DE").await;
    let again = refused.status(422).body();
    assert!(again.contains("The total has changed"), "{again}");
    assert!(again.contains("value=\"10490 EUR\""), "{again}");
    assert_eq!(orders(&shop).await, 0);

    let sold = shop.send_page(&cart, &again, Card::Approves, "DE").await;
    sold.status(303);
    let order = read_order(&shop, &last_order(&shop).await).await;
    assert_eq!(order["presentmentCurrencyCode"], "EUR");
    assert_eq!(
        order["totalPriceSet"]["presentmentMoney"]["amount"],
        "104.9"
    );
}

#[scenario]
async fn a_form_without_a_sum_is_priced_where_it_goes(shop: TestShop) {
    let variant = shop.given_variant("100.00", 9).await;
    let market = given_canada(&shop).await;
    set_rate(&shop, &market, "0.10").await;
    let cart = given_cart_in_canada(&shop, &[(&variant, 1)], json!({})).await;
    shop.buy(&cart, Card::Approves).await.status(303);
    let order = read_order(&shop, &last_order(&shop).await).await;
    assert_eq!(order["presentmentCurrencyCode"], "EUR");
    assert_eq!(order["totalPrice"], "104.90");
}

#[scenario]
async fn a_rate_that_changes_between_page_and_payment_is_told(shop: TestShop) {
    let variant = shop.given_variant("10.00", 9).await;
    let market = given_canada(&shop).await;
    let cart = given_cart_in_canada(&shop, &[(&variant, 1)], json!({})).await;
    let page = shop.get(&cart.checkout).await.body();
    assert!(page.contains("value=\"2190 CAD\""), "{page}");
    set_rate(&shop, &market, "2.00").await;

    let refused = shop.send_page(&cart, &page, Card::Approves, "CA").await;
    let again = refused.status(422).body();
    assert!(again.contains("The total has changed"), "{again}");
    let sold = shop.send_page(&cart, &again, Card::Approves, "CA").await;
    sold.status(303);
    let order = read_order(&shop, &last_order(&shop).await).await;
    assert_eq!(order["totalPriceSet"]["presentmentMoney"]["amount"], "29.8");
}

#[scenario]
async fn a_shop_with_markets_delivers_only_where_one_of_them_sells(shop: TestShop) {
    let variant = shop.given_variant("10.00", 9).await;
    let cart = shop.given_cart(&[(&variant, 1)]).await;
    // Without a market beside its own, a shop sells everywhere at its own prices.
    shop.buy_in(&cart, Card::Approves, "FR").await.status(303);

    given_canada(&shop).await;
    let cart = shop.given_cart(&[(&variant, 1)]).await;
    let page = shop.get(&cart.checkout).await.body();
    assert!(page.contains("<option value=\"CA\">") && !page.contains("<option value=\"FR\">"));
    let refused = shop.send_page(&cart, &page, Card::Approves, "FR").await;
    let again = refused.status(422).body();
    assert!(again.contains("does not deliver to France"), "{again}");
    assert_eq!(orders(&shop).await, 1);
    shop.send_page(&cart, &again, Card::Approves, "DE")
        .await
        .status(303);
}

#[scenario]
async fn a_country_in_no_market_sees_the_terms_of_the_shop_s_own(shop: TestShop) {
    let variant = shop.given_variant("10.00", 9).await;
    given_canada(&shop).await;
    let reply = shop.admin("{ primaryMarket { id } }", json!({})).await.ok();
    // Ten per cent dearer at home.
    given_list(&shop, &reply.text("primaryMarket.id"), "EUR").await;
    let cart = shop.given_cart(&[(&variant, 1)]).await;
    let identify = "mutation($id: ID!) { cartBuyerIdentityUpdate(cartId: $id,
        buyerIdentity: { countryCode: FR }) { cart { cost { subtotalAmount { amount currencyCode } } }
        userErrors { code } } }";
    let reply = shop
        .storefront(identify, json!({ "id": cart.id }))
        .await
        .ok();
    assert_eq!(
        *reply.get("cartBuyerIdentityUpdate.cart.cost.subtotalAmount"),
        json!({ "amount": "11.0", "currencyCode": "EUR" })
    );
}

/// A variant that only Germany buys, and one that Canada buys too.
async fn given_unsold_in_canada(shop: &TestShop) -> [tests::Variant; 2] {
    let unsold = shop.given_variant("10.00", 9).await;
    let market = given_canada(shop).await;
    let (catalog, _) = given_list(shop, &market, "CAD").await;
    given_empty_publication(shop, &catalog).await;
    [unsold, shop.given_variant("20.00", 9).await]
}

#[scenario]
async fn what_is_not_sold_where_a_checkout_goes_is_told_and_left_out(shop: TestShop) {
    let [unsold, sold] = given_unsold_in_canada(&shop).await;
    let cart = shop.given_cart(&[(&unsold, 1), (&sold, 1)]).await;
    let page = shop.get(&cart.checkout).await.body();
    assert!(page.contains("value=\"3490 EUR\""), "{page}");

    let refused = shop.send_page(&cart, &page, Card::Approves, "CA").await;
    let again = refused.status(422).body();
    assert!(again.contains("not where this goes"), "{again}");
    // 20.00 at 1.47 and ten per cent dearer, and the delivery.
    assert!(again.contains("value=\"3954 CAD\""), "{again}");
    shop.send_page(&cart, &again, Card::Approves, "CA")
        .await
        .status(303);
    let order = read_order(&shop, &last_order(&shop).await).await;
    let lines = order["lineItems"]["nodes"].as_array().unwrap();
    assert_eq!(lines.len(), 1);
    assert_eq!(
        (shop.available(&unsold).await, shop.available(&sold).await),
        (9, 8)
    );

    let alone = shop.given_cart(&[(&unsold, 1)]).await;
    let page = shop.get(&alone.checkout).await.body();
    let refused = shop.send_page(&alone, &page, Card::Approves, "CA").await;
    let empty = refused.status(422).body();
    assert!(empty.contains("There is nothing to buy"), "{empty}");
}

#[scenario]
async fn a_cart_that_goes_abroad_lets_go_of_what_is_not_sold_there(shop: TestShop) {
    let [unsold, sold] = given_unsold_in_canada(&shop).await;
    let cart = shop.given_cart(&[(&unsold, 1), (&sold, 2)]).await;
    let identify = "mutation($id: ID!) { cartBuyerIdentityUpdate(cartId: $id,
        buyerIdentity: { countryCode: CA }) { cart { totalQuantity }
        warnings { code message } userErrors { code } } }";
    let reply = shop
        .storefront(identify, json!({ "id": cart.id }))
        .await
        .ok();
    let changed = reply.get("cartBuyerIdentityUpdate");
    assert_eq!(
        changed["warnings"][0]["code"],
        "PRODUCT_UNAVAILABLE_IN_BUYER_LOCATION"
    );
    assert_eq!(changed["cart"]["totalQuantity"], 2);
    let add =
        "mutation($id: ID!, $lines: [CartLineInput!]!) { cartLinesAdd(cartId: $id, lines: $lines) {
        warnings { code } userErrors { code } } }";
    let lines = json!([{ "merchandiseId": unsold.id }]);
    let reply = shop
        .storefront(add, json!({ "id": cart.id, "lines": lines }))
        .await
        .ok();
    let warnings: &Value = reply.get("cartLinesAdd.warnings");
    assert_eq!(
        *warnings,
        json!([{ "code": "PRODUCT_UNAVAILABLE_IN_BUYER_LOCATION" }])
    );
    let left = shop.storefront(LINES, json!({ "id": cart.id })).await.ok();
    assert_eq!(left.list("cart.lines.nodes").len(), 1);
    shop.buy_in(&cart, Card::Approves, "CA").await.status(303);
}

#[scenario]
async fn what_needs_no_delivery_is_sold_where_the_bill_goes(shop: TestShop) {
    let variant = shop.given_variant("10.00", 9).await;
    given_canada(&shop).await;
    let update = "mutation($product: ID!, $variants: [ProductVariantsBulkInput!]!) {
        productVariantsBulkUpdate(productId: $product, variants: $variants) {
            userErrors { field message } } }";
    let download = json!([{ "id": variant.id, "inventoryItem": { "requiresShipping": false } }]);
    let variables = json!({ "product": variant.product, "variants": download });
    shop.admin(update, variables).await.ok();
    let cart = shop.given_cart(&[(&variant, 1)]).await;
    let page = shop.get(&cart.checkout).await.body();
    let refused = shop.send_page(&cart, &page, Card::Approves, "CA").await;
    let again = refused.status(422).body();
    assert!(again.contains("value=\"1470 CAD\""), "{again}");
    shop.send_page(&cart, &again, Card::Approves, "CA")
        .await
        .status(303);
    let query = "{ orders(first: 1) { nodes { presentmentCurrencyCode
        shippingAddress { city } billingAddress { city countryCodeV2 } } } }";
    let reply = shop.admin(query, json!({})).await.ok();
    let order = reply.get("orders.nodes.0");
    assert_eq!(order["presentmentCurrencyCode"], "CAD");
    assert!(order["shippingAddress"].is_null());
    assert_eq!(
        order["billingAddress"],
        json!({ "city": "Bremen", "countryCodeV2": "CA" })
    );
}

#[scenario]
async fn a_line_that_costs_nothing_is_not_lost_without_a_word(shop: TestShop) {
    let cup = shop.given_variant("10.00", 5).await;
    let sample = shop.given_variant("0.00", 5).await;
    let cart = shop.given_cart(&[(&cup, 1), (&sample, 1)]).await;
    let page = shop.get(&cart.checkout).await.body();
    let hide = "mutation($id: ID!) { productUpdate(product: { id: $id, status: DRAFT }) {
        userErrors { message } } }";
    let asked = json!({ "id": sample.product });
    let _ = shop.admin(hide, asked).await.ok();
    let told = shop.send_page(&cart, &page, Card::Approves, "DE").await;
    let told = told.status(422).body();
    assert_eq!(orders(&shop).await, 0);
    // The page shown again is without it, and buys the rest.
    let bought = shop.send_page(&cart, &told, Card::Approves, "DE").await;
    bought.status(303);
    assert_eq!(orders(&shop).await, 1);
}
