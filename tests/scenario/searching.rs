//! The search syntax, where it is not one list's own.

use serde_json::{Value, json};
use tests::{TestShop, scenario};

use crate::storefront_products::{described, set};

async fn given_goods(shop: &TestShop) {
    let location = shop.location().await;
    for (title, tag) in [
        ("Oak stool", "kitchen"),
        ("Oak bench", "garden"),
        ("Garden chair", "garden"),
    ] {
        let only: &[(&str, &[&str])] = &[("Title", &["Default Title"])];
        let variants: &[(&[&str], &str, i64)] = &[(&["Default Title"], "9.00", 3)];
        let mut product = described(&location, title, only, variants);
        product["tags"] = json!([tag]);
        set(shop, &product).await;
    }
}

#[scenario]
async fn a_storefront_ranks_by_words_among_what_meets_the_other_conditions(shop: TestShop) {
    given_goods(&shop).await;
    let query = "query($query: String) { products(first: 5, query: $query, sortKey: RELEVANCE) {
        nodes { title } } }";
    for (words, titles) in [
        ("oak", vec!["Oak bench", "Oak stool"]),
        ("tag:garden", vec!["Garden chair", "Oak bench"]),
        ("oak tag:garden", vec!["Oak bench"]),
        ("tag:garden AND oak", vec!["Oak bench"]),
        ("oa -tag:garden", vec!["Oak stool"]),
        ("tag:kitchen OR chair", vec!["Garden chair", "Oak stool"]),
        ("oak tag:attic", vec![]),
    ] {
        let found = shop.storefront(query, json!({ "query": words })).await.ok();
        let mut found: Vec<&str> = found
            .list("products.nodes")
            .iter()
            .filter_map(|node| node["title"].as_str())
            .collect();
        found.sort_unstable();
        assert_eq!(found, titles, "{words}");
    }
}

#[scenario]
async fn a_storefront_is_told_what_of_a_search_was_not_understood(shop: TestShop) {
    given_goods(&shop).await;
    let lists = [
        "products(first: 1, query: $query)",
        "products(first: 1, query: $query, sortKey: RELEVANCE)",
        "collections(first: 1, query: $query)",
        "pages(first: 1, query: $query)",
        "blogs(first: 1, query: $query)",
        "articles(first: 1, query: $query)",
        "urlRedirects(first: 1, query: $query)",
    ];
    for list in lists {
        let query = format!("query($query: String) {{ {list} {{ nodes {{ id }} }} }}");
        let asked = json!({ "query": "colour_of_it:red" });
        let reply = shop.storefront(&query, asked).await.ok();
        let field = list.split('(').next().unwrap_or_default();
        let told = &reply.json["extensions"]["search"][0];
        assert_eq!(told["path"], json!([field]), "{list}");
        assert_eq!(told["warnings"][0]["field"], "colour_of_it", "{list}");
        assert_eq!(told["warnings"][0]["code"], "invalid_field", "{list}");
    }
}

#[scenario]
async fn moments_are_found_by_years_months_and_now(shop: TestShop) {
    given_goods(&shop).await;
    let year = "{ products(first: 1) { nodes { createdAt } } }";
    let made = shop.admin(year, json!({})).await.ok();
    let made = made.text("products.nodes.0.createdAt");
    let (year, month) = (&made[..4], &made[..7]);
    let query = "query($query: String) { products(first: 9, query: $query) { nodes { id } } }";
    for (words, count) in [
        (format!("created_at:{year}"), 3),
        (format!("created_at:>={year}"), 3),
        (format!("created_at:<{year}"), 0),
        (format!("created_at:{month}"), 3),
        (format!("created_at:>{month}"), 0),
        ("created_at:<=now".to_owned(), 3),
        ("created_at:>now".to_owned(), 0),
        ("created_at:<=2019".to_owned(), 0),
    ] {
        let found = shop.admin(query, json!({ "query": words })).await.ok();
        assert_eq!(found.list("products.nodes").len(), count, "{words}");
        assert_eq!(found.json["extensions"]["search"], Value::Null, "{words}");
    }
}

#[scenario]
async fn a_letter_is_forgiven_in_titles_and_what_begins_so_comes_first(shop: TestShop) {
    let create = "mutation($page: PageCreateInput!) { pageCreate(page: $page) {
        page { id } userErrors { message } } }";
    for title in ["Our garden club", "Garden party", "Kitchen"] {
        let page = json!({ "page": { "title": title, "body": "x", "isPublished": true } });
        let _ = shop.admin(create, page).await.ok();
    }
    let collect = "mutation { collectionCreate(input: {title: \"Garden chairs\"}) {
        collection { id } userErrors { message } } }";
    let made = shop.admin(collect, json!({})).await.ok();
    shop.publish(&made.text("collectionCreate.collection.id"))
        .await;
    let query = "query($query: String!) {
        predictiveSearch(query: $query, types: [PAGE, COLLECTION]) {
            pages { title } collections { title } } }";
    for words in ["garden", "gardne", "gard", "grden"] {
        let found = shop.storefront(query, json!({ "query": words })).await.ok();
        let (pages, collections) = match words {
            // The first four letters must be right.
            "grden" => (json!([]), json!([])),
            _ => (
                json!([{ "title": "Garden party" }, { "title": "Our garden club" }]),
                json!([{ "title": "Garden chairs" }]),
            ),
        };
        assert_eq!(found.get("predictiveSearch.pages"), &pages, "{words}");
        let told = found.get("predictiveSearch.collections");
        assert_eq!(told, &collections, "{words}");
    }
}
