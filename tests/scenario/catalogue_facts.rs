//! What a catalogue tells beside its lists: texts that products share, counts, prices elsewhere.

use serde_json::{Value, json};
use tests::{TestShop, scenario};

async fn given_product(shop: &TestShop, title: &str, kind: &str, tags: &[&str]) -> String {
    let query = "mutation($product: ProductCreateInput!) { productCreate(product: $product) {
        product { id } userErrors { message } } }";
    let product =
        json!({ "title": title, "productType": kind, "vendor": "Oak & Co", "tags": tags });
    let made = shop.admin(query, json!({ "product": product })).await.ok();
    let id = made.text("productCreate.product.id");
    shop.publish(&id).await;
    id
}

#[scenario]
async fn tags_types_and_vendors_are_told_once_each_and_paged(shop: TestShop) {
    let _ = given_product(&shop, "Stool", "Seat", &["Wood", "low"]).await;
    let _ = given_product(&shop, "Bench", "Seat", &["wood", "garden"]).await;
    let hidden = given_product(&shop, "Lamp", "Light", &["brass"]).await;
    let draft = "mutation($id: ID!) { productUpdate(product: {id: $id, status: DRAFT}) {
        userErrors { message } } }";
    let _ = shop.admin(draft, json!({ "id": hidden })).await.ok();

    let query = "query($after: String, $before: String) {
        productTags(first: 2, after: $after) { nodes edges { cursor node }
            pageInfo { hasNextPage hasPreviousPage endCursor } }
        last: productTags(last: 2, before: $before) { nodes pageInfo { hasPreviousPage } }
        turned: productTags(first: 9, reverse: true) { nodes }
        productTypes(first: 9) { nodes } productVendors(first: 9) { edges { node } }
        shop { productTags(first: 1) { nodes } productTypes(first: 9) { edges { node } }
            productVendors(first: 9) { edges { node } } customerTags(first: 3) { nodes }
            draftOrderTags(first: 3) { nodes } } }";
    let told = shop.admin(query, json!({})).await.ok();

    assert_eq!(told.get("productTags.nodes"), &json!(["brass", "garden"]));
    assert_eq!(told.get("productTags.pageInfo.hasNextPage"), true);
    assert_eq!(told.get("last.nodes"), &json!(["low", "Wood"]));
    assert_eq!(
        told.get("turned.nodes"),
        &json!(["Wood", "low", "garden", "brass"])
    );
    assert_eq!(told.get("productTypes.nodes"), &json!(["Light", "Seat"]));
    assert_eq!(
        told.get("productVendors.edges"),
        &json!([{ "node": "Oak & Co" }])
    );
    assert_eq!(told.get("shop.productTags.nodes"), &json!(["brass"]));
    let after = told.text("productTags.pageInfo.endCursor");
    let next = shop
        .admin(query, json!({ "after": after, "before": "low" }))
        .await
        .ok();
    assert_eq!(next.get("productTags.nodes"), &json!(["low", "Wood"]));
    assert_eq!(next.get("last.nodes"), &json!(["brass", "garden"]));
    let seen = "{ productTags(first: 9) { edges { node } } productTypes(first: 9) { nodes } }";
    let seen = shop.storefront(seen, json!({})).await.ok();
    let node = |text: &str| json!({ "node": text });
    let shown = [node("garden"), node("low"), node("Wood")];
    assert_eq!(seen.list("productTags.edges"), &shown);
    assert_eq!(seen.get("productTypes.nodes"), &json!(["Seat"]));
}

#[scenario]
async fn lists_and_counts_take_a_search_that_was_kept(shop: TestShop) {
    let _ = given_product(&shop, "Stool", "Seat", &[]).await;
    let _ = given_product(&shop, "Bench", "Seat", &[]).await;
    let _ = given_product(&shop, "Lamp", "Light", &[]).await;
    let keep = "mutation($input: SavedSearchCreateInput!) { savedSearchCreate(input: $input) {
        savedSearch { id } userErrors { message } } }";
    let input = json!({ "resourceType": "PRODUCT", "name": "Seats", "query": "product_type:Seat" });
    let kept = shop.admin(keep, json!({ "input": input })).await.ok();
    let id = kept.text("savedSearchCreate.savedSearch.id");

    let query = "query($id: ID!) {
        products(first: 5, savedSearchId: $id, query: \"title:Stool\") { nodes { title } }
        productsCount(savedSearchId: $id) { count precision }
        most: productsCount(limit: 1) { count precision }
        collectionsCount { count precision } locationsCount { count }
        shop { products(first: 5, savedSearchId: $id) { nodes { title } }
            collections(first: 1) { nodes { id } } locations(first: 1) { nodes { id } }
            customers(first: 1) { nodes { id } } orders(first: 1) { nodes { id } }
            inventoryItems(first: 3) { nodes { id inventoryHistoryUrl
                trackedEditable { locked reason } } } } }";
    let found = shop.admin(query, json!({ "id": id })).await.ok();

    assert_eq!(found.get("products.nodes"), &json!([{ "title": "Stool" }]));
    assert_eq!(
        found.get("productsCount"),
        &json!({ "count": 2, "precision": "EXACT" })
    );
    assert_eq!(
        found.get("most"),
        &json!({ "count": 1, "precision": "AT_LEAST" })
    );
    assert_eq!(found.number("locationsCount.count"), 1);
    assert_eq!(found.list("shop.products.nodes").len(), 2);
    assert_eq!(found.list("shop.inventoryItems.nodes").len(), 3);
}

#[scenario]
async fn customs_numbers_of_countries_are_kept_with_the_item(shop: TestShop) {
    let lamp = shop.given_variant("20.00", 1).await;
    let query = "query($id: ID!) { productVariant(id: $id) { inventoryItem { id } } }";
    let item = shop.admin(query, json!({ "id": lamp.id })).await.ok();
    let item = item.text("productVariant.inventoryItem.id");
    let change = "mutation($id: ID!, $input: InventoryItemInput!) {
        inventoryItemUpdate(id: $id, input: $input) {
            inventoryItem { countryHarmonizedSystemCodes(first: 5) {
                nodes { countryCode harmonizedSystemCode } } }
            userErrors { field message } } }";
    let codes = json!([{ "countryCode": "US", "harmonizedSystemCode": "9405.10" },
        { "countryCode": "CA", "harmonizedSystemCode": "9405110000" }]);
    let input = |codes: &Value| json!({ "countryHarmonizedSystemCodes": codes });

    let changed = shop
        .admin(change, json!({ "id": item, "input": input(&codes) }))
        .await
        .ok();

    assert_eq!(
        changed.get("inventoryItemUpdate.inventoryItem.countryHarmonizedSystemCodes.nodes"),
        &json!([{ "countryCode": "CA", "harmonizedSystemCode": "9405110000" },
            { "countryCode": "US", "harmonizedSystemCode": "940510" }])
    );
    let wrong = json!([{ "countryCode": "US", "harmonizedSystemCode": "lamps" }]);
    let refused = shop
        .admin(change, json!({ "id": item, "input": input(&wrong) }))
        .await;
    let _ = refused.refused_at("input.countryHarmonizedSystemCodes");
}

#[scenario]
async fn a_price_is_told_for_other_currencies_and_countries(shop: TestShop) {
    let lamp = shop.given_variant("20.00", 1).await;
    let market = "mutation($input: MarketCreateInput!) { marketCreate(input: $input) {
        market { id } userErrors { field message } } }";
    let input = json!({ "name": "Switzerland", "status": "ACTIVE",
        "conditions": { "regionsCondition": { "regions": [{ "countryCode": "CH" }] } },
        "currencySettings": { "baseCurrency": "CHF", "baseCurrencyManualRate": "2.0",
            "roundingEnabled": false } });
    let _ = shop.admin(market, json!({ "input": input })).await.ok();

    let query = "query($id: ID!) { productVariant(id: $id) {
        presentmentPrices(first: 5) { nodes { price { amount currencyCode } compareAtPrice { amount } } }
        only: presentmentPrices(first: 5, presentmentCurrencies: [CHF]) {
            edges { node { price { amount } } } }
        swiss: contextualPricing(context: { country: CH }) { price { amount currencyCode }
            compareAtPrice { amount } unitPrice { amount }
            quantityRule { minimum maximum increment isDefault originType } }
        home: contextualPricing(context: {}) { price { currencyCode } }
        product { contextualPricing(context: { country: CH }) { fixedQuantityRulesCount
            priceRange { minVariantPrice { amount currencyCode } maxVariantPrice { amount } } } } } }";
    let told = shop.admin(query, json!({ "id": lamp.id })).await.ok();

    let own = "productVariant";
    assert_eq!(
        told.list(&format!("{own}.presentmentPrices.nodes")).len(),
        2
    );
    assert_eq!(
        told.text(&format!("{own}.only.edges.0.node.price.amount")),
        "40.0"
    );
    assert_eq!(
        told.get(&format!("{own}.swiss.price")),
        &json!({ "amount": "40.0", "currencyCode": "CHF" })
    );
    let range = format!("{own}.product.contextualPricing.priceRange.minVariantPrice");
    assert_eq!(told.text(&format!("{range}.currencyCode")), "CHF");
}

#[scenario]
async fn products_and_variants_are_found_by_what_is_documented(shop: TestShop) {
    let _ = given_product(&shop, "Stool", "Seat", &["wood"]).await;
    let chair = "mutation { productCreate(product: {title: \"Armchair\",
        category: \"gid://shopify/TaxonomyCategory/fr-7\"}) { userErrors { message } } }";
    let _ = shop.admin(chair, json!({})).await.ok();

    let query =
        "query { category: products(first: 5, query: \"category_id:fr\") { nodes { title } }
        exact: products(first: 5, query: \"category_id:fr-7\") { nodes { title } }
        shown: products(first: 5, query: \"published_status:online_store:visible title:Stool\") {
            nodes { title } }
        there: products(first: 5, query: \"publication_ids:1\") { nodes { title } }
        nowhere: products(first: 5, query: \"publication_ids:7\") { nodes { title } }
        wanting: products(first: 5, query: \"error_feedback:true\") { nodes { title } }
        plain: productVariants(first: 5, query: \"requires_components:false managed_by:none\") {
            nodes { title } }
        single: productVariants(first: 5, query: \"exclude_composite:true\") { nodes { title } }
        files(first: 5, query: \"used_in:none\") { nodes { id } }
        locations(first: 5, query: \"legacy:false\") { nodes { id } }
        collections(first: 5, query: \"published_at:>2020-01-01\") { nodes { id } } }";
    let found = shop.admin(query, json!({})).await.ok();

    let armchair = json!([{ "title": "Armchair" }]);
    assert_eq!(found.get("category.nodes"), &armchair);
    assert_eq!(found.get("exact.nodes"), &armchair);
    assert_eq!(found.get("shown.nodes"), &json!([{ "title": "Stool" }]));
    assert_eq!(found.list("there.nodes").len(), 1);
    for none in ["nowhere", "wanting", "files"] {
        assert_eq!(found.list(&format!("{none}.nodes")).len(), 0, "{none}");
    }
    assert_eq!(found.list("plain.nodes").len(), 2);
    assert_eq!(found.list("single.nodes").len(), 2);
    assert_eq!(found.list("locations.nodes").len(), 1);
    assert!(found.json["extensions"]["search"].is_null());
}
