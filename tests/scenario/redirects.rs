//! Redirects, and the maps for search engines.

use serde_json::Value;
use tests::{TestShop, json, scenario};

const CREATE: &str =
    "mutation($urlRedirect: UrlRedirectInput!) { urlRedirectCreate(urlRedirect: $urlRedirect) {
    urlRedirect { id path target } userErrors { field message code } } }";
const UPDATE: &str = "mutation($id: ID!, $urlRedirect: UrlRedirectInput!) {
    urlRedirectUpdate(id: $id, urlRedirect: $urlRedirect) {
    urlRedirect { id path target } userErrors { field message code } } }";
const DELETE: &str = "mutation($id: ID!) { urlRedirectDelete(id: $id) {
    deletedUrlRedirectId userErrors { field message code } } }";

fn redirect(path: &str, target: &str) -> Value {
    json!({ "urlRedirect": { "path": path, "target": target } })
}

#[scenario]
async fn an_old_address_leads_on_where_nothing_else_is(shop: TestShop) {
    let variant = shop.given_variant("12.00", 5).await;
    let product = format!("/products/{}", variant.handle);
    let reply = shop.admin(CREATE, redirect("/Old", &product)).await.ok();
    let id = reply.text("urlRedirectCreate.urlRedirect.id");
    shop.admin(CREATE, redirect("/products/gone", "https://example.com/"))
        .await
        .ok();
    shop.admin(CREATE, redirect(&product, "/")).await.ok();

    let moved = shop.get("/old/?a=b").await.status(301);
    assert_eq!(moved.header("Location"), format!("{product}?a=b"));
    let moved = shop.get("/products/gone").await.status(301);
    assert_eq!(moved.header("Location"), "https://example.com/");
    shop.get(&product).await.status(200);

    let query = "{ urlRedirects(first: 5, query: \"path:/old\") { nodes { target } }
        urlRedirectsCount { count } }";
    let reply = shop.admin(query, json!({})).await.ok();
    assert_eq!(reply.list("urlRedirects.nodes").len(), 1);
    assert_eq!(reply.number("urlRedirectsCount.count"), 3);
    let query = "{ urlRedirects(first: 1, query: \"path:/old\") { edges { node { target } } } }";
    let reply = shop.storefront(query, json!({})).await.ok();
    assert_eq!(reply.text("urlRedirects.edges.0.node.target"), product);

    let change = json!({ "id": id, "urlRedirect": { "target": "/cart" } });
    shop.admin(UPDATE, change).await.ok();
    let moved = shop.get("/old").await.status(301);
    assert_eq!(moved.header("Location"), "/cart");
    shop.admin(DELETE, json!({ "id": id })).await.ok();
    shop.get("/old").await.status(404);
}

#[scenario]
async fn what_a_redirect_cannot_be_changes_nothing(shop: TestShop) {
    shop.admin(CREATE, redirect("/old", "/new")).await.ok();
    for (path, target, field, message) in [
        ("/old", "/x", "path", "Path has already been taken"),
        ("/OLD/", "/x", "path", "Path has already been taken"),
        ("", "/x", "path", "Path can't be blank"),
        ("/a", "", "target", "Target can't be blank"),
        ("/a", "/a", "path", "Path can't be the same as target"),
        (
            "/admin/x",
            "/a",
            "path",
            "Path is reserved and can't be redirected",
        ),
    ] {
        let reply = shop.admin(CREATE, redirect(path, target)).await;
        let error = reply.refused("CREATE_FAILED");
        assert_eq!(error["field"], json!(["urlRedirect", field]), "{path}");
        assert_eq!(error["message"], message);
    }
    let missing = "gid://shopify/UrlRedirect/1";
    let change = json!({ "id": missing, "urlRedirect": { "path": "/b" } });
    shop.admin(UPDATE, change).await.refused("DOES_NOT_EXIST");
    shop.admin(DELETE, json!({ "id": missing }))
        .await
        .refused("DOES_NOT_EXIST");
}

#[scenario]
async fn a_sitemap_lists_what_is_shown(shop: TestShop) {
    let variant = shop.given_variant("12.00", 5).await;
    let query = "{ sitemap(type: PRODUCT) { pagesCount { count }
        resources(page: 1) { hasNextPage items { handle updatedAt
            ... on SitemapResource { title image { filepath } } } }
        none: resources(page: 2) { items { handle } } } }";
    let reply = shop.storefront(query, json!({})).await.ok();
    assert_eq!(reply.number("sitemap.pagesCount.count"), 1);
    assert_eq!(
        reply.text("sitemap.resources.items.0.handle"),
        variant.handle
    );
    assert_eq!(reply.get("sitemap.none.items"), &json!([]));
    for kind in ["ARTICLE", "BLOG", "COLLECTION", "PAGE"] {
        let query = format!(
            "{{ sitemap(type: {kind}) {{ resources(page: 1) {{ items {{ handle }} }} }} }}"
        );
        let reply = shop.storefront(&query, json!({})).await.ok();
        assert_eq!(reply.get("sitemap.resources.items"), &json!([]), "{kind}");
    }
}
