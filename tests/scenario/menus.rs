//! Menus: their links follow what they lead to.

use serde_json::Value;
use tests::{TestShop, json, scenario};

const CREATE: &str =
    "mutation($handle: String!, $title: String!, $items: [MenuItemCreateInput!]!) {
    menuCreate(handle: $handle, title: $title, items: $items) {
    menu { id handle title isDefault items { id title type url resourceId tags
        items { title url items { title url } } } }
    userErrors { field message code } } }";
const UPDATE: &str =
    "mutation($id: ID!, $handle: String, $title: String!, $items: [MenuItemUpdateInput!]!) {
    menuUpdate(id: $id, handle: $handle, title: $title, items: $items) {
    menu { id handle items { id title url } } userErrors { field message code } } }";
const DELETE: &str = "mutation($id: ID!) { menuDelete(id: $id) {
    deletedMenuId userErrors { field message code } } }";

async fn given_page(shop: &TestShop) -> String {
    let create = "mutation { pageCreate(page: {title: \"About\"}) {
        page { id } userErrors { field message } } }";
    let reply = shop.admin(create, json!({})).await.ok();
    reply.text("pageCreate.page.id")
}

fn menu(handle: &str, items: Value) -> Value {
    json!({ "handle": handle, "title": "Menu", "items": items })
}

#[scenario]
async fn a_link_follows_the_handle_of_what_it_leads_to(shop: TestShop) {
    let page = given_page(&shop).await;
    let items = json!([
        { "title": "Shop", "type": "CATALOG", "items": [
            { "title": "About", "type": "PAGE", "resourceId": page, "items": [
                { "title": "Out", "type": "HTTP", "url": "https://example.com/x" } ] } ] },
        { "title": "Home", "type": "FRONTPAGE" },
    ]);
    let reply = shop.admin(CREATE, menu("side", items)).await.ok();
    let made = reply.get("menuCreate.menu");
    assert_eq!(made["isDefault"], false);
    assert_eq!(made["items"][0]["url"], "/collections/all");
    let below = &made["items"][0]["items"][0];
    assert_eq!(below["url"], "/pages/about");
    assert_eq!(below["items"][0]["url"], "https://example.com/x");

    let rename = "mutation($id: ID!) { pageUpdate(id: $id, page: {handle: \"us\"}) {
        page { id } userErrors { field message } } }";
    shop.admin(rename, json!({ "id": page })).await.ok();

    let query = "{ menu(handle: \"side\") { id title itemsCount items { id title url type tags
        resourceId resource { ... on Page { title } }
        items { url resourceId resource { ... on Page { handle } } } } } }";
    let reply = shop.storefront(query, json!({})).await.ok();
    assert_eq!(reply.number("menu.itemsCount"), 4);
    let below = &reply.get("menu.items.0.items.0");
    let url = below["url"].as_str().unwrap_or_default();
    assert!(
        url.starts_with("http") && url.ends_with("/pages/us"),
        "{url}"
    );
    assert_eq!(below["resource"]["handle"], "us");
    assert_eq!(below["resourceId"], page.as_str());
}

#[scenario]
async fn a_link_leads_to_a_text_of_the_terms_or_a_metaobject_with_a_page(shop: TestShop) {
    let policy = "mutation($policy: ShopPolicyInput!) { shopPolicyUpdate(shopPolicy: $policy) {
        shopPolicy { id } userErrors { field message } } }";
    let terms = json!({ "policy": { "type": "REFUND_POLICY", "body": "<p>30 days</p>" } });
    let terms = shop.admin(policy, terms).await.ok();
    let terms = terms.text("shopPolicyUpdate.shopPolicy.id");
    let define = "mutation($definition: MetaobjectDefinitionCreateInput!) {
        metaobjectDefinitionCreate(definition: $definition) {
            metaobjectDefinition { id } userErrors { field message } } }";
    let define_one = |kind: &str, capabilities: Value| {
        json!({ "definition": { "type": kind, "name": kind, "capabilities": capabilities,
            "access": { "storefront": "PUBLIC_READ" },
            "fieldDefinitions": [{ "key": "name", "type": "single_line_text_field" }] } })
    };
    let page = json!({ "onlineStore": { "enabled": true, "data": { "urlHandle": "designers" } },
        "renderable": { "enabled": true, "data": { "metaTitleKey": "name" } } });
    shop.admin(define, define_one("designer", page)).await.ok();
    let plain = define_one("supplier", json!({}));
    shop.admin(define, plain).await.ok();
    let create = "mutation($metaobject: MetaobjectCreateInput!) {
        metaobjectCreate(metaobject: $metaobject) { metaobject { id }
            userErrors { field message } } }";
    let mut entries = Vec::new();
    for kind in ["designer", "supplier"] {
        let entry = json!({ "metaobject": { "type": kind, "handle": "ada",
            "fields": [{ "key": "name", "value": "Ada" }] } });
        let made = shop.admin(create, entry).await.ok();
        entries.push(made.text("metaobjectCreate.metaobject.id"));
    }

    let items = json!([
        { "title": "Refunds", "type": "SHOP_POLICY", "resourceId": terms },
        { "title": "Ada", "type": "METAOBJECT", "resourceId": entries[0] },
    ]);
    let reply = shop.admin(CREATE, menu("side", items)).await.ok();
    let made = reply.list("menuCreate.menu.items");
    assert_eq!(made[0]["url"], "/policies/refund-policy");
    assert_eq!(made[1]["url"], "/pages/designers/ada");
    let query = "{ menu(handle: \"side\") { items { type resource {
        ... on ShopPolicy { body } ... on Metaobject { handle } } } } }";
    let reply = shop.storefront(query, json!({})).await.ok();
    assert_eq!(
        reply.get("menu.items"),
        &json!([
            { "type": "SHOP_POLICY", "resource": { "body": "<p>30 days</p>" } },
            { "type": "METAOBJECT", "resource": { "handle": "ada" } },
        ])
    );
    let without = json!([{ "title": "X", "type": "METAOBJECT", "resourceId": entries[1] }]);
    shop.admin(CREATE, menu("x", without))
        .await
        .refused_at("items.0.resourceId");
}

#[scenario]
async fn every_shop_begins_with_two_menus_that_stay(shop: TestShop) {
    let query =
        "{ menus(first: 5) { nodes { id handle title isDefault items(limit: 1) { title url } } } }";
    let reply = shop.admin(query, json!({})).await.ok();
    let menus = reply.list("menus.nodes");
    assert_eq!(menus[0]["handle"], "main-menu");
    assert_eq!(menus[0]["items"], json!([{ "title": "Home", "url": "/" }]));
    assert_eq!(menus[1]["handle"], "footer");
    let (id, page) = (&menus[0]["id"], given_page(&shop).await);

    let items = json!([{ "title": "About us", "type": "PAGE", "resourceId": page }]);
    let change = json!({ "id": id, "title": "Main menu", "items": items });
    let reply = shop.admin(UPDATE, change).await.ok();
    let item = reply.text("menuUpdate.menu.items.0.id");
    let home = shop.get("/").await.status(200).body();
    assert!(home.contains("href=\"/pages/about\""), "{home}");

    let kept = json!([{ "id": item, "title": "Us", "type": "PAGE", "resourceId": page }]);
    let change = json!({ "id": id, "title": "Main menu", "items": kept });
    let reply = shop.admin(UPDATE, change).await.ok();
    assert_eq!(reply.text("menuUpdate.menu.items.0.id"), item);
    shop.admin(DELETE, json!({ "id": id }))
        .await
        .refused("UNABLE_TO_DELETE_DEFAULT_MENU");
    let renamed = json!({ "id": id, "handle": "other", "title": "X", "items": [] });
    shop.admin(UPDATE, renamed).await.refused_at("handle");
}

#[scenario]
async fn what_a_menu_cannot_be_changes_nothing(shop: TestShop) {
    let deep = json!([{ "title": "1", "type": "SEARCH", "items": [{ "title": "2", "type": "SEARCH",
        "items": [{ "title": "3", "type": "SEARCH", "items": [{ "title": "4", "type": "SEARCH" }] }] }] }]);
    let gone = json!([{ "title": "A", "type": "PAGE", "resourceId": "gid://shopify/Page/1" }]);
    let kind = json!([{ "title": "A", "type": "PAGE", "resourceId": "gid://shopify/Product/1" }]);
    let reply = shop.admin(CREATE, menu("x", deep)).await;
    reply.refused("NESTING_TOO_DEEP");
    for (items, field) in [
        (gone, "items.0.resourceId"),
        (kind, "items.0.resourceId"),
        (
            json!([{ "title": "A", "type": "BLOG" }]),
            "items.0.resourceId",
        ),
        (json!([{ "title": " ", "type": "SEARCH" }]), "items.0.title"),
        (
            json!([{ "title": "A", "type": "HTTP", "url": "javascript:alert(1)" }]),
            "items.0.url",
        ),
    ] {
        shop.admin(CREATE, menu("x", items)).await.refused_at(field);
    }
    let taken = menu("footer", json!([]));
    shop.admin(CREATE, taken).await.refused_at("handle");
    let missing = json!({ "id": "gid://shopify/Menu/1", "title": "X", "items": [] });
    shop.admin(UPDATE, missing).await.refused("NOT_FOUND");
    let own = shop.admin(CREATE, menu("own", json!([]))).await.ok();
    let own = own.text("menuCreate.menu.id");
    shop.admin(DELETE, json!({ "id": own })).await.ok();
    shop.admin(DELETE, json!({ "id": own }))
        .await
        .refused("MENU_DOES_NOT_EXIST");
}
