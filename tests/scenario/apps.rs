//! Apps, their tokens, the staff they may know, and what the shop says of itself.

use tests::{TestShop, json, scenario};

const CREATE: &str = "mutation($title: String!) {
    storefrontAccessTokenCreate(input: {title: $title}) { shop { id }
        storefrontAccessToken { id title accessToken createdAt accessScopes { handle } }
        userErrors { field message } } }";
const DELETE: &str = "mutation($id: ID!) { storefrontAccessTokenDelete(input: {id: $id}) {
    deletedStorefrontAccessTokenId userErrors { field message } } }";

#[scenario]
async fn a_storefront_s_token_opens_the_storefront_until_it_is_deleted(shop: TestShop) {
    let reply = shop.admin(CREATE, json!({ "title": "Window" })).await.ok();
    let made = reply.get("storefrontAccessTokenCreate.storefrontAccessToken");
    let token = made["accessToken"].as_str().unwrap();
    assert_eq!(token.len(), 32);
    let scopes = made["accessScopes"].as_array().unwrap();
    assert!(!scopes.is_empty());
    for scope in scopes {
        assert!(
            scope["handle"]
                .as_str()
                .unwrap()
                .starts_with("unauthenticated_")
        );
    }
    let _ = shop
        .storefront_with(token, "{ shop { name } }", json!({}))
        .await
        .ok();
    let list = "{ shop { storefrontAccessTokens(first: 50) { nodes { id accessToken } } } }";
    let reply = shop.admin(list, json!({})).await.ok();
    let listed = reply.list("shop.storefrontAccessTokens.nodes");
    assert!(listed.iter().any(|own| own["accessToken"] == token));

    let reply = shop.admin(DELETE, json!({ "id": made["id"] })).await.ok();
    let deleted = reply.get("storefrontAccessTokenDelete.deletedStorefrontAccessTokenId");
    assert_eq!(deleted, &made["id"]);
    shop.admin(DELETE, json!({ "id": made["id"] }))
        .await
        .refused_at("input.id");
}

#[scenario]
async fn a_token_needs_a_title_and_a_scope_to_pass_on(shop: TestShop) {
    shop.admin(CREATE, json!({ "title": "  " }))
        .await
        .refused_at("input.title");
    let token = shop.token(&["write_products"]).await;
    shop.admin_with(&token, CREATE, json!({ "title": "X" }))
        .await
        .error("ACCESS_DENIED");
    let id = "gid://shopify/StorefrontAccessToken/1";
    shop.admin_with(&token, DELETE, json!({ "id": id }))
        .await
        .error("ACCESS_DENIED");
}

#[scenario]
async fn an_app_knows_its_installation_and_its_scopes(shop: TestShop) {
    let token = shop.token(&["read_products", "write_orders"]).await;
    let query = "{ currentAppInstallation { id launchUrl accessScopes { handle description }
            app { id title handle apiKey }
            activeSubscriptions { id lineItems { plan { pricingDetails { __typename } } } }
            oneTimePurchases(first: 1) { edges { node { id } } pageInfo { hasNextPage } } }
        app { id } publicApiVersions { handle displayName supported } }";
    let reply = shop.admin_with(&token, query, json!({})).await.ok();
    let handles: Vec<_> = reply
        .list("currentAppInstallation.accessScopes")
        .iter()
        .map(|scope| scope["handle"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(handles, ["read_products", "write_orders"]);
    assert_eq!(
        reply.get("currentAppInstallation.activeSubscriptions"),
        &json!([])
    );
    assert_eq!(
        reply.get("currentAppInstallation.app.id"),
        reply.get("app.id")
    );
    assert_eq!(reply.text("publicApiVersions.0.handle"), "2026-10");
    let node = "query($id: ID!) { node(id: $id) { ... on AppInstallation { app { id } } } }";
    let id = reply.text("currentAppInstallation.id");
    let found = shop.admin(node, json!({ "id": id })).await.ok();
    assert_eq!(found.get("node.app.id"), reply.get("app.id"));
}

#[scenario]
async fn the_shop_says_what_it_is_in_both_interfaces(shop: TestShop) {
    let query = "{ shop { id name email contactEmail myshopifyDomain currencyCode ianaTimezone url
        primaryDomain { host url sslEnabled } plan { displayName partnerDevelopment shopifyPlus }
        shopAddress { country countryCodeV2 formatted } features { storefront giftCards }
        paymentSettings { supportedDigitalWallets } enabledPresentmentCurrencies shipsToCountries
        timezoneAbbreviation timezoneOffset timezoneOffsetMinutes taxesIncluded taxShipping
        weightUnit unitSystem shopOwnerName shopPolicies { body } setupRequired } }";
    let reply = shop.admin(query, json!({})).await.ok();
    assert_eq!(reply.text("shop.myshopifyDomain"), shop.domain());
    assert_eq!(reply.text("shop.primaryDomain.host"), shop.domain());
    assert_eq!(
        reply.get("shop.features"),
        &json!({ "storefront": true, "giftCards": false })
    );

    let query = "{ shop { id name moneyFormat primaryDomain { host } brand { slogan }
            paymentSettings { countryCode currencyCode enabledPresentmentCurrencies }
            privacyPolicy { body } shipsToCountries }
        localization { country { isoCode name currency { isoCode name symbol } unitSystem }
            language { isoCode endonymName name } availableCountries { isoCode } } }";
    let window = shop.storefront(query, json!({})).await.ok();
    assert_eq!(window.text("shop.name"), reply.text("shop.name"));
    assert!(window.text("shop.moneyFormat").contains("{{amount"));
    let currency = window.text("localization.country.currency.isoCode");
    assert_eq!(currency, reply.text("shop.currencyCode"));
    let country = reply.text("shop.shopAddress.countryCodeV2");
    assert_eq!(window.text("localization.country.isoCode"), country);
}

#[scenario]
async fn another_market_than_the_shop_s_is_refused_in_words(shop: TestShop) {
    let query = "query @inContext(country: JP, language: JA) { localization { country { name } } }";
    let reply = shop.storefront(query, json!({})).await;
    let message = reply.error("INVALID_CONTEXT")["message"].as_str().unwrap();
    assert!(message.contains("JP"), "{message}");
}

#[scenario]
async fn staff_are_shown_to_apps_that_may_know_them(shop: TestShop) {
    let query = "{ staffMembers(first: 5) { nodes { id email isShopOwner active } } }";
    let token = shop.token(&["read_orders"]).await;
    shop.admin_with(&token, query, json!({}))
        .await
        .error("ACCESS_DENIED");
    let _ = shop.admin(query, json!({})).await.ok();
}

#[scenario]
async fn unknown_ids_and_tokens_are_told_apart(shop: TestShop) {
    let node = "query($id: ID!) { node(id: $id) { id } }";
    let reply = shop
        .admin(node, json!({ "id": "gid://shopify/Nonsense/1" }))
        .await;
    assert_eq!(
        reply.error("RESOURCE_NOT_FOUND")["message"],
        "Invalid id: gid://shopify/Nonsense/1"
    );
    let reply = shop
        .admin(node, json!({ "id": "gid://shopify/Customer/1" }))
        .await
        .ok();
    assert!(reply.get("node").is_null());
    let reply = shop.admin(node, json!({ "id": "not an id" })).await;
    assert!(
        reply.body().contains("Invalid global id 'not an id'"),
        "{}",
        reply.body()
    );
    for token in ["", "shpat_00000000000000000000000000000000"] {
        let _ = shop
            .admin_with(token, "{ shop { id } }", json!({}))
            .await
            .status(401);
    }
}
