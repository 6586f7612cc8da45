//! Products as storefronts read them: choices, search, filters, recommendations.

use serde_json::{Value, json};
use tests::{TestShop, scenario};

const SET: &str = "mutation($input: ProductSetInput!) {
    productSet(input: $input, synchronous: true) {
        product { id handle variants(first: 50) { nodes { id title } } }
        userErrors { field message code }
    }
}";

/// A product as `productSet` takes it, each variant by its option values, price and stock.
pub(crate) fn described(
    location: &str,
    title: &str,
    options: &[(&str, &[&str])],
    variants: &[(&[&str], &str, i64)],
) -> Value {
    let options_of: Vec<Value> = options
        .iter()
        .map(|(name, values)| {
            let values: Vec<Value> = values
                .iter()
                .map(|value| json!({ "name": value }))
                .collect();
            json!({ "name": name, "values": values })
        })
        .collect();
    let variants_of: Vec<Value> = variants
        .iter()
        .map(|(values, price, stock)| {
            let chosen: Vec<Value> = options
                .iter()
                .zip(*values)
                .map(|((option, _), value)| json!({ "optionName": option, "name": value }))
                .collect();
            json!({
                "price": price,
                "optionValues": chosen,
                "inventoryItem": { "tracked": true },
                "inventoryQuantities": [
                    { "locationId": location, "name": "available", "quantity": stock },
                ],
            })
        })
        .collect();
    json!({
        "title": title,
        "status": "ACTIVE",
        "productOptions": options_of,
        "variants": variants_of,
    })
}

/// Makes a product; gives its id.
pub(crate) async fn set(shop: &TestShop, input: &Value) -> String {
    let reply = shop.admin(SET, json!({ "input": input })).await.ok();
    reply.text("productSet.product.id")
}

#[scenario]
async fn which_combinations_there_are_is_told_in_one_short_text(shop: TestShop) {
    let location = shop.location().await;
    let shirt = described(
        &location,
        "Shirt",
        &[("Colour", &["Red", "Blue"]), ("Size", &["S", "M", "L"])],
        &[
            (&["Red", "S"], "10.00", 1),
            (&["Red", "M"], "10.00", 0),
            (&["Red", "L"], "10.00", 2),
            (&["Blue", "L"], "10.00", 0),
        ],
    );
    let id = set(&shop, &shirt).await;
    let query = "query($id: ID!) { product(id: $id) {
        encodedVariantExistence encodedVariantAvailability } }";
    let reply = shop.storefront(query, json!({ "id": id })).await.ok();
    assert_eq!(
        reply.text("product.encodedVariantExistence"),
        "v1_0:0-2,1:2,"
    );
    assert_eq!(
        reply.text("product.encodedVariantAvailability"),
        "v1_0:0 2,"
    );
}

#[scenario]
async fn a_search_has_what_is_sold_out_in_its_place_or_last_or_not_at_all(shop: TestShop) {
    let location = shop.location().await;
    let only: &[(&str, &[&str])] = &[("Title", &["Default Title"])];
    for (title, price, stock) in [
        ("Oak stool", "10.00", 0),
        ("Oak bench", "20.00", 3),
        ("Oak table", "30.00", 3),
    ] {
        let product = described(
            &location,
            title,
            only,
            &[(&["Default Title"], price, stock)],
        );
        set(&shop, &product).await;
    }
    let query = "query($sold: SearchUnavailableProductsType, $key: SearchSortKeys,
            $reverse: Boolean, $after: String) {
        search(query: \"oak\", first: 2, unavailableProducts: $sold, sortKey: $key,
                reverse: $reverse, after: $after) {
            totalCount
            nodes { ... on Product { title } } pageInfo { hasNextPage endCursor } } }";
    let titles = |variables: Value| {
        let shop = &shop;
        async move {
            let first = shop.storefront(query, variables.clone()).await.ok();
            let mut found: Vec<Value> = first.list("search.nodes").to_vec();
            if first.get("search.pageInfo.hasNextPage") == &json!(true) {
                let mut next = variables;
                next["after"] = json!(first.text("search.pageInfo.endCursor"));
                let second = shop.storefront(query, next).await.ok();
                found.extend(second.list("search.nodes").iter().cloned());
            }
            let title = |node: &Value| node["title"].as_str().unwrap_or_default().to_owned();
            let titles: Vec<String> = found.iter().map(title).collect();
            titles.join(", ").replace("Oak ", "")
        }
    };
    let by_price =
        |sold: &str, reverse: bool| json!({ "sold": sold, "key": "PRICE", "reverse": reverse });
    assert_eq!(titles(by_price("SHOW", false)).await, "stool, bench, table");
    assert_eq!(titles(by_price("LAST", false)).await, "bench, table, stool");
    assert_eq!(titles(by_price("LAST", true)).await, "table, bench, stool");
    assert_eq!(titles(by_price("HIDE", false)).await, "bench, table");
    assert_eq!(
        titles(json!({ "sold": "LAST" })).await,
        "bench, table, stool"
    );
    assert_eq!(
        titles(json!({ "sold": "LAST", "reverse": true })).await,
        "table, bench, stool"
    );
}
