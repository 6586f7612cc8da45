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

const IMPORT: &str = "mutation ($url: URL!) { urlRedirectImportCreate(url: $url) {
    urlRedirectImport { id finished count } userErrors { field message code } } }";
const SUBMIT: &str = "mutation ($id: ID!) { urlRedirectImportSubmit(id: $id) {
    job { id done } userErrors { field message code } } }";
const IMPORTED: &str = "query ($id: ID!) { urlRedirectImport(id: $id) {
    id count createdCount updatedCount failedCount finished finishedAt
    previewRedirects { path target } } }";

/// Follows an import until a field says something.
async fn until(shop: &TestShop, id: &str, field: &str) -> Value {
    for _ in 0..500 {
        let reply = shop.admin(IMPORTED, json!({"id": id})).await.ok();
        let import = reply.get("urlRedirectImport");
        if !import[field].is_null() && import[field] != json!(false) {
            return import.clone();
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("{id} is never {field}");
}

#[scenario]
async fn a_file_of_redirects_is_read_shown_and_taken_in_once(shop: TestShop) {
    let create = "mutation { urlRedirectCreate(urlRedirect: {path: \"/a\", target: \"/old\"}) {
        urlRedirect { id } userErrors { message } } }";
    shop.admin(create, json!({})).await.ok();
    let mut file = String::from("Redirect from,Redirect to\n/a,/new\n/cart,/b\n");
    for number in 0..120 {
        file += &format!("/old-{number},/new-{number}\n");
    }
    let url = given_file(&shop, &file).await;
    let made = shop.admin(IMPORT, json!({"url": url})).await.ok();
    let id = made.text("urlRedirectImportCreate.urlRedirectImport.id");
    let read = until(&shop, &id, "count").await;
    assert_eq!(read["count"], 122);
    assert_eq!(read["finished"], false);
    assert_eq!(
        read["previewRedirects"][0],
        json!({"path": "/a", "target": "/new"})
    );
    assert!(read["createdCount"].is_null());

    let submitted = shop.admin(SUBMIT, json!({"id": id})).await.ok();
    assert_eq!(
        submitted.get("urlRedirectImportSubmit.job.done"),
        &json!(true)
    );
    let done = until(&shop, &id, "finished").await;
    assert_eq!(done["createdCount"], 120);
    assert_eq!(done["updatedCount"], 1);
    assert_eq!(done["failedCount"], 1);
    shop.admin(SUBMIT, json!({"id": id}))
        .await
        .refused("ALREADY_IMPORTED");
    let count = shop
        .admin("{ urlRedirectsCount { count } }", json!({}))
        .await;
    assert_eq!(count.number("urlRedirectsCount.count"), 121);
    let unknown = json!({"id": "gid://shopify/UrlRedirectImport/7"});
    shop.admin(SUBMIT, unknown).await.refused("NOT_FOUND");
    shop.admin(IMPORT, json!({"url": "nowhere"}))
        .await
        .refused("NOT_FOUND");
}

/// Uploads a file and gives its address.
async fn given_file(shop: &TestShop, text: &str) -> String {
    let stage = "mutation { stagedUploadsCreate(input: [{resource: URL_REDIRECT_IMPORT, filename: \"r.csv\",
        mimeType: \"text/csv\", httpMethod: PUT}]) {
        stagedTargets { url resourceUrl } userErrors { message } } }";
    let target = shop.admin(stage, json!({})).await.ok();
    let url = target.text("stagedUploadsCreate.stagedTargets.0.url");
    let path = &url[url.find("/staged-uploads/").expect("a place to send to")..];
    shop.put_raw(path, &[], text.as_bytes().to_vec())
        .await
        .status(201);
    target.text("stagedUploadsCreate.stagedTargets.0.resourceUrl")
}

#[scenario]
async fn redirects_are_deleted_by_id_by_search_and_all(shop: TestShop) {
    let create = "mutation ($to: UrlRedirectInput!) { urlRedirectCreate(urlRedirect: $to) {
        urlRedirect { id } userErrors { message } } }";
    let mut ids = Vec::new();
    for path in ["/a", "/b", "/c", "/d", "/e"] {
        let to = json!({"to": {"path": path, "target": "/new"}});
        let made = shop.admin(create, to).await.ok();
        ids.push(made.text("urlRedirectCreate.urlRedirect.id"));
    }
    let left = |shop: TestShop| async move {
        let count = shop
            .admin("{ urlRedirectsCount { count } }", json!({}))
            .await;
        count.number("urlRedirectsCount.count")
    };
    let by_ids = "mutation ($ids: [ID!]!) { urlRedirectBulkDeleteByIds(ids: $ids) {
        job { id } userErrors { code field } } }";
    shop.admin(by_ids, json!({"ids": [ids[0]]})).await.ok();
    assert_eq!(left(shop.clone()).await, 4);
    shop.admin(by_ids, json!({"ids": []}))
        .await
        .refused("IDS_EMPTY");
    let by_search = "mutation ($search: String!) { urlRedirectBulkDeleteBySearch(search: $search) {
        job { id } userErrors { code field } } }";
    shop.admin(by_search, json!({"search": "path:/b"}))
        .await
        .ok();
    assert_eq!(left(shop.clone()).await, 3);
    for unclear in ["colour:red", " "] {
        let reply = shop.admin(by_search, json!({"search": unclear})).await;
        reply.refused("INVALID_SEARCH_ARGUMENT");
    }
    let save = "mutation { savedSearchCreate(input: {resourceType: URL_REDIRECT, name: \"C\",
        query: \"path:/c\"}) { savedSearch { id } userErrors { message } } }";
    let saved = shop.admin(save, json!({})).await.ok();
    let by_saved = "mutation ($id: ID!) { urlRedirectBulkDeleteBySavedSearch(savedSearchId: $id) {
        job { id } userErrors { code field } } }";
    let id = saved.text("savedSearchCreate.savedSearch.id");
    shop.admin(by_saved, json!({"id": id})).await.ok();
    assert_eq!(left(shop.clone()).await, 2);
    let unknown = json!({"id": "gid://shopify/SavedSearch/7"});
    shop.admin(by_saved, unknown)
        .await
        .refused("SAVED_SEARCH_NOT_FOUND");
    let all = "mutation { urlRedirectBulkDeleteAll { job { id } userErrors { field } } }";
    shop.admin(all, json!({})).await.ok();
    assert_eq!(left(shop.clone()).await, 0);
}
