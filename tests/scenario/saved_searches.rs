//! Searches that the merchant keeps.

use tests::{TestShop, json, scenario};

const CREATE: &str =
    "mutation ($input: SavedSearchCreateInput!) { savedSearchCreate(input: $input) {
    savedSearch { id legacyResourceId name query resourceType searchTerms filters { key value } }
    userErrors { field message } } }";
const UPDATE: &str =
    "mutation ($input: SavedSearchUpdateInput!) { savedSearchUpdate(input: $input) {
    savedSearch { id name query } userErrors { field message } } }";
const DELETE: &str =
    "mutation ($input: SavedSearchDeleteInput!) { savedSearchDelete(input: $input) {
    deletedSavedSearchId shop { id } userErrors { field message } } }";

#[scenario]
async fn a_search_is_kept_used_changed_and_forgotten(shop: TestShop) {
    let redirect = "mutation ($to: UrlRedirectInput!) { urlRedirectCreate(urlRedirect: $to) {
        urlRedirect { id } userErrors { message } } }";
    for path in ["/old-tea", "/old-mug"] {
        let to = json!({"to": {"path": path, "target": "/new"}});
        shop.admin(redirect, to).await.ok();
    }
    let input = json!({"resourceType": "URL_REDIRECT", "name": "Tea", "query": "path:/old-tea"});
    let kept = shop.admin(CREATE, json!({"input": input})).await.ok();
    let id = kept.text("savedSearchCreate.savedSearch.id");
    let filter = kept.get("savedSearchCreate.savedSearch.filters.0");
    assert_eq!(filter, &json!({"key": "path", "value": "/old-tea"}));
    assert_eq!(kept.text("savedSearchCreate.savedSearch.searchTerms"), "");

    let use_it = "query ($id: ID!) {
        urlRedirects(first: 5, savedSearchId: $id) { nodes { path } }
        urlRedirectsCount(savedSearchId: $id) { count }
        urlRedirectSavedSearches(first: 5) { nodes { id name } }
        productSavedSearches(first: 5) { nodes { id } }
        node(id: $id) { ... on SavedSearch { query } }
    }";
    let found = shop.admin(use_it, json!({"id": id})).await.ok();
    assert_eq!(found.list("urlRedirects.nodes").len(), 1);
    assert_eq!(found.number("urlRedirectsCount.count"), 1);
    assert_eq!(found.text("urlRedirectSavedSearches.nodes.0.name"), "Tea");
    assert!(found.list("productSavedSearches.nodes").is_empty());
    assert_eq!(found.text("node.query"), "path:/old-tea");

    let input = json!({"id": id, "query": "path:/old*"});
    shop.admin(UPDATE, json!({"input": input})).await.ok();
    let found = shop.admin(use_it, json!({"id": id})).await.ok();
    assert_eq!(found.list("urlRedirects.nodes").len(), 2);
    let gone = shop.admin(DELETE, json!({"input": {"id": id}})).await.ok();
    assert_eq!(gone.text("savedSearchDelete.deletedSavedSearchId"), id);
    let late = shop.admin(DELETE, json!({"input": {"id": id}})).await;
    late.refused_at("input.id");
}

#[scenario]
async fn a_search_needs_a_name_of_its_own_and_a_query(shop: TestShop) {
    let search = |name: &str, query: &str| json!({"input": {"resourceType": "PRODUCT", "name": name, "query": query}});
    shop.admin(CREATE, search("Mugs", "tag:mug")).await.ok();
    for (name, query, field) in [
        (" ", "a", "input.name"),
        ("mugs", "a", "input.name"),
        (&*"x".repeat(41), "a", "input.name"),
        ("New", " ", "input.query"),
    ] {
        shop.admin(CREATE, search(name, query))
            .await
            .refused_at(field);
    }
    let input = json!({"input": {"id": "gid://shopify/SavedSearch/7", "name": "A"}});
    shop.admin(UPDATE, input).await.refused_at("input.id");
    let token = shop.token(&["write_orders"]).await;
    let reply = shop.admin_with(&token, CREATE, search("Other", "a")).await;
    reply.error("ACCESS_DENIED");
}
