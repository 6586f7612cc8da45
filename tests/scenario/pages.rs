//! Pages: written through the Admin API, read in the shop window and through the Storefront API.

use serde_json::Value;
use tests::{TestShop, json, scenario};

const CREATE: &str = "mutation($page: PageCreateInput!) { pageCreate(page: $page) {
    page { id title handle body bodySummary isPublished publishedAt templateSuffix createdAt
        updatedAt metafield(namespace: \"global\", key: \"title_tag\") { value } }
    userErrors { field message code } } }";
const UPDATE: &str =
    "mutation($id: ID!, $page: PageUpdateInput!) { pageUpdate(id: $id, page: $page) {
    page { id title handle body isPublished publishedAt }
    userErrors { field message code } } }";
const DELETE: &str = "mutation($id: ID!) { pageDelete(id: $id) {
    deletedPageId userErrors { field message code } } }";

async fn given_page(shop: &TestShop, page: Value) -> (String, String) {
    let reply = shop.admin(CREATE, json!({ "page": page })).await.ok();
    (
        reply.text("pageCreate.page.id"),
        reply.text("pageCreate.page.handle"),
    )
}

#[scenario]
async fn what_becomes_of_a_page_is_told(shop: TestShop) {
    let create = "mutation { pageCreate(page: {title: \"About\"}) {
        page { id } userErrors { message } } }";
    let id = shop.admin(create, json!({})).await.ok();
    let id = id.text("pageCreate.page.id");
    let update = "mutation($id: ID!) { pageUpdate(id: $id, page: {title: \"Us\"}) {
        page { events(first: 5) { nodes { action message ... on BasicEvent {
            subjectId subjectType appTitle } } } } userErrors { message } } }";
    let reply = shop.admin(update, json!({ "id": id })).await.ok();
    let told = reply.list("pageUpdate.page.events.nodes");
    assert_eq!(told.len(), 2);
    assert_eq!(told[0]["action"], "create");
    assert_eq!(told[1]["action"], "update");
    assert_eq!(told[1]["message"], "Test app updated this page.");
    assert_eq!(told[1]["subjectType"], "PAGE");
    assert_eq!(told[1]["subjectId"], json!(id));
    let delete =
        "mutation($id: ID!) { pageDelete(id: $id) { deletedPageId userErrors { message } } }";
    let _ = shop.admin(delete, json!({ "id": id })).await.ok();
    let list =
        "{ events(first: 5, query: \"subject_type:PAGE\", reverse: true) { nodes { action } } }";
    let all = shop.admin(list, json!({})).await.ok();
    assert_eq!(all.list("events.nodes").len(), 3);
    assert_eq!(all.text("events.nodes.0.action"), "destroy");
}

#[scenario]
async fn a_page_is_written_and_read_everywhere(shop: TestShop) {
    let page = json!({ "title": "About us", "body": "<p>Open <b>daily</b>.</p>",
        "templateSuffix": "contact", "metafields": [{ "namespace": "global", "key": "title_tag",
            "type": "single_line_text_field", "value": "About the shop" }] });
    let reply = shop.admin(CREATE, json!({ "page": page })).await.ok();
    let made = reply.get("pageCreate.page");
    assert_eq!(made["handle"], "about-us");
    assert_eq!(made["bodySummary"], "Open daily.");
    assert_eq!(made["isPublished"], true);
    assert_eq!(made["templateSuffix"], "contact");
    assert_eq!(made["metafield"]["value"], "About the shop");

    let query = "{ page(handle: \"about-us\") { id title body bodySummary handle onlineStoreUrl
            seo { title description } trackingParameters updatedAt createdAt }
        pageByHandle(handle: \"about-us\") { title }
        pages(first: 5, query: \"title:about\", sortKey: TITLE) { nodes { handle } } }";
    let reply = shop.storefront(query, json!({})).await.ok();
    assert_eq!(reply.text("page.seo.title"), "About the shop");
    assert!(
        reply
            .text("page.onlineStoreUrl")
            .ends_with("/pages/about-us")
    );
    assert_eq!(reply.text("pageByHandle.title"), "About us");
    assert_eq!(reply.get("pages.nodes"), &json!([{ "handle": "about-us" }]));
    let shown = shop.get("/pages/about-us").await.status(200).body();
    assert!(shown.contains("<p>Open <b>daily</b>.</p>"), "{shown}");

    let list = "{ pages(first: 5, query: \"published_status:published\", sortKey: UPDATED_AT) {
            nodes { title } } pagesCount { count }
        node(id: \"ID\") { ... on Page { title } } }";
    let list = list.replace("ID", made["id"].as_str().unwrap_or_default());
    let reply = shop.admin(&list, json!({})).await.ok();
    assert_eq!(reply.number("pagesCount.count"), 1);
    assert_eq!(reply.text("node.title"), "About us");
}

#[scenario]
async fn a_handle_that_was_asked_for_is_refused_when_taken_and_one_that_was_not_gets_a_number(
    shop: TestShop,
) {
    let page = json!({ "title": "About" });
    assert_eq!(given_page(&shop, page.clone()).await.1, "about");
    assert_eq!(given_page(&shop, page).await.1, "about-1");

    let taken = json!({ "title": "Other", "handle": "About" });
    let reply = shop.admin(CREATE, json!({ "page": taken })).await;

    let error = reply.refused("TAKEN");
    assert_eq!(error["field"], json!(["page", "handle"]));
    assert_eq!(error["message"], "Handle has already been taken");
}

#[scenario]
async fn what_a_page_cannot_be_writes_nothing(shop: TestShop) {
    let long = "x".repeat(256);
    for (page, code) in [
        (json!({ "title": " " }), "BLANK"),
        (json!({ "title": long }), "TOO_LONG"),
        (json!({ "title": "A", "handle": long }), "TOO_LONG"),
        (json!({ "title": "A", "handle": "!!!" }), "INVALID"),
        (
            json!({ "title": "A", "body": "a".repeat(600 * 1024) }),
            "TOO_BIG",
        ),
        (
            json!({ "title": "A", "isPublished": true, "publishDate": "2099-01-01T00:00:00Z" }),
            "INVALID_PUBLISH_DATE",
        ),
        (
            json!({ "title": "A", "metafields": [{ "namespace": "custom", "key": "n",
                "type": "number_integer", "value": "x" }] }),
            "INVALID_VALUE",
        ),
    ] {
        shop.admin(CREATE, json!({ "page": page }))
            .await
            .refused(code);
    }
    let count = shop.admin("{ pagesCount { count } }", json!({})).await.ok();
    assert_eq!(count.number("pagesCount.count"), 0);
}

#[scenario]
async fn a_page_that_is_hidden_or_for_later_is_not_shown(shop: TestShop) {
    let later =
        json!({ "title": "Later", "isPublished": false, "publishDate": "2099-01-01T00:00:00Z" });
    let reply = shop.admin(CREATE, json!({ "page": later })).await.ok();
    let made = reply.get("pageCreate.page");
    assert_eq!(made["isPublished"], false);
    assert_eq!(made["publishedAt"], "2099-01-01T00:00:00Z");
    let (id, _) = given_page(&shop, json!({ "title": "Draft", "isPublished": false })).await;

    let query =
        "query($id: ID!) { pages(first: 5) { nodes { handle } } page(handle: \"later\") { id }
        node(id: $id) { id } }";
    let reply = shop.storefront(query, json!({ "id": id })).await.ok();
    assert_eq!(reply.get("pages.nodes"), &json!([]));
    assert_eq!(reply.get("page"), &Value::Null);
    assert_eq!(reply.get("node"), &Value::Null);
    shop.get("/pages/draft").await.status(404);

    let change = json!({ "id": id, "page": { "isPublished": true } });
    shop.admin(UPDATE, change).await.ok();
    shop.get("/pages/draft").await.status(200);
}

#[scenario]
async fn a_new_handle_leads_from_the_old_one_and_a_deleted_page_is_gone(shop: TestShop) {
    let (id, _) = given_page(&shop, json!({ "title": "Old name" })).await;
    let change = json!({ "handle": "new-name", "title": "New name", "redirectNewHandle": true });
    let reply = shop
        .admin(UPDATE, json!({ "id": id, "page": change }))
        .await
        .ok();
    assert_eq!(reply.text("pageUpdate.page.handle"), "new-name");
    let moved = shop.get("/pages/old-name?x=1").await.status(301);
    assert_eq!(moved.header("Location"), "/pages/new-name?x=1");

    let reply = shop.admin(DELETE, json!({ "id": id })).await.ok();
    assert_eq!(reply.text("pageDelete.deletedPageId"), id);
    shop.admin(DELETE, json!({ "id": id }))
        .await
        .refused("NOT_FOUND");
    shop.admin(UPDATE, json!({ "id": id, "page": { "title": "X" } }))
        .await
        .refused("NOT_FOUND");
    shop.get("/pages/new-name").await.status(404);
}

#[scenario]
async fn another_shop_s_page_with_the_same_id_stays_as_it_is(shop: TestShop) {
    let (id, _) = given_page(&shop, json!({ "title": "About" })).await;
    let twin = shop.twin().await;

    shop.admin(UPDATE, json!({ "id": id, "page": { "title": "Changed" } }))
        .await
        .ok();

    let query = "query($id: ID!) { page(id: $id) { title } }";
    let reply = twin.admin(query, json!({ "id": id })).await.ok();
    assert_eq!(reply.text("page.title"), "About");
}
