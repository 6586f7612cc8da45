//! Metaobjects and their definitions.

use serde_json::{Value, json};
use tests::{Receiver, TestShop, scenario};

const DEFINE_TYPE: &str = "mutation($definition: MetaobjectDefinitionCreateInput!) {
    metaobjectDefinitionCreate(definition: $definition) {
        metaobjectDefinition { id type name displayNameKey metaobjectsCount hasThumbnailField
            access { admin storefront customerAccount }
            capabilities { publishable { enabled } translatable { enabled }
                renderable { enabled data { metaTitleKey } }
                onlineStore { enabled data { urlHandle } } }
            fieldDefinitions { key name required type { name category }
                validations { name value } capabilities { adminFilterable { enabled } } } }
        userErrors { field message code elementKey } } }";
const CREATE: &str = "mutation($metaobject: MetaobjectCreateInput!) {
    metaobjectCreate(metaobject: $metaobject) {
        metaobject { id handle type displayName fields { key value jsonValue }
            capabilities { publishable { status } onlineStore { templateSuffix } } }
        userErrors { field message code elementKey } } }";

const SET: &str = "mutation($metafields: [MetafieldsSetInput!]!) {
    metafieldsSet(metafields: $metafields) { userErrors { field message code } } }";
const READ: &str = "query($id: ID!, $product: ID!) {
        metaobject(id: $id) { handle updatedAt createdAt definition { type metaobjectsCount }
            createdByApp { id } values
            field(key: \"works\") { type references(first: 5) { nodes { ... on Product { title } } } }
            none: field(key: \"height\") { key }
            referencedBy(first: 5) { nodes { key name namespace
                referencer { __typename ... on Product { title } } } } }
        product(id: $product) { metafield(namespace: \"custom\", key: \"designer\") {
            reference { __typename ... on Metaobject { displayName } } } }
        byHandle: metaobjectByHandle(handle: {type: \"designer\", handle: \"ada-oak\"}) { id }
        node(id: $id) { ... on Metaobject { type } } }";

async fn given_product(shop: &TestShop, title: &str) -> String {
    let create = "mutation($title: String) { productCreate(product: {title: $title}) {
        product { id handle } userErrors { field message } } }";
    let reply = shop.admin(create, json!({ "title": title })).await.ok();
    reply.text("productCreate.product.id")
}

async fn given_type(shop: &TestShop, definition: Value) -> String {
    let asked = json!({ "definition": definition });
    let reply = shop.admin(DEFINE_TYPE, asked).await.ok();
    reply.text("metaobjectDefinitionCreate.metaobjectDefinition.id")
}

async fn given_entry(shop: &TestShop, metaobject: Value) -> String {
    let reply = shop
        .admin(CREATE, json!({ "metaobject": metaobject }))
        .await;
    reply.ok().text("metaobjectCreate.metaobject.id")
}

fn designers() -> Value {
    json!({ "type": "designer", "name": "Designer", "displayNameKey": "name",
        "access": { "storefront": "PUBLIC_READ" },
        "capabilities": { "publishable": { "enabled": true } },
        "fieldDefinitions": [
            { "key": "name", "name": "Name", "type": "single_line_text_field", "required": true },
            { "key": "born", "type": "number_integer",
              "validations": [{ "name": "min", "value": "1800" }] },
            { "key": "works", "type": "list.product_reference" },
        ] })
}

#[scenario]
async fn metaobjects_are_made_found_and_referred_to(shop: TestShop) {
    let stool = given_product(&shop, "Stool").await;
    let reply = shop
        .admin(DEFINE_TYPE, json!({ "definition": designers() }))
        .await
        .ok();
    let own = "metaobjectDefinitionCreate.metaobjectDefinition";
    let definition = reply.text(&format!("{own}.id"));
    assert_eq!(
        reply.text(&format!("{own}.fieldDefinitions.1.name")),
        "Born"
    );
    let works = format!("[\"{stool}\"]");
    let entry = json!({ "metaobject": { "type": "designer",
        "capabilities": { "publishable": { "status": "ACTIVE" } },
        "fields": [{ "key": "name", "value": "Ada Oak" }, { "key": "born", "value": "1970" },
            { "key": "works", "value": works }] } });
    let reply = shop.admin(CREATE, entry.clone()).await.ok();
    let own = "metaobjectCreate.metaobject";
    assert_eq!(reply.text(&format!("{own}.handle")), "ada-oak");
    assert_eq!(reply.text(&format!("{own}.displayName")), "Ada Oak");
    assert_eq!(
        reply.get(&format!("{own}.fields.1.jsonValue")),
        &json!(1970)
    );
    let ada = reply.text(&format!("{own}.id"));
    let reply = shop.admin(CREATE, entry).await.ok();
    assert_eq!(reply.text(&format!("{own}.handle")), "ada-oak-1");

    let reference = json!({ "name": "Designer", "namespace": "custom", "key": "designer",
        "ownerType": "PRODUCT", "type": "metaobject_reference", "validations": [
            { "name": "metaobject_definition_id", "value": definition }] });
    let define = "mutation($definition: MetafieldDefinitionInput!) {
        metafieldDefinitionCreate(definition: $definition) { userErrors { field message code } } }";
    let _ = shop
        .admin(define, json!({ "definition": reference }))
        .await
        .ok();
    let refer = |id: &str| {
        json!({ "metafields": [{ "ownerId": stool, "namespace": "custom", "key": "designer",
            "value": id }] })
    };
    let _ = shop.admin(SET, refer(&ada)).await.ok();
    shop.admin(SET, refer("gid://shopify/Metaobject/1"))
        .await
        .refused("INVALID_VALUE");

    let asked = json!({ "id": ada, "product": stool });
    let reply = shop.admin(READ, asked).await.ok();
    assert_eq!(reply.number("metaobject.definition.metaobjectsCount"), 2);
    assert_eq!(
        reply.text("metaobject.field.references.nodes.0.title"),
        "Stool"
    );
    assert_eq!(reply.get("metaobject.none"), &Value::Null);
    assert_eq!(reply.get("metaobject.values")["born"], 1970);
    let relation = json!([{ "key": "designer", "name": "Designer", "namespace": "custom",
        "referencer": { "__typename": "Product", "title": "Stool" } }]);
    assert_eq!(reply.get("metaobject.referencedBy.nodes"), &relation);
    assert_eq!(
        reply.text("product.metafield.reference.displayName"),
        "Ada Oak"
    );
    assert_eq!(reply.text("byHandle.id"), ada);
    assert_eq!(reply.text("node.type"), "designer");
}

#[scenario]
async fn metaobjects_are_listed_searched_and_sorted(shop: TestShop) {
    let _ = given_type(&shop, designers()).await;
    for (name, born) in [("Cleo", "1990"), ("Ada", "1970"), ("Bela", "1990")] {
        let _ = given_entry(
            &shop,
            json!({ "type": "designer", "fields": [{ "key": "name", "value": name },
                { "key": "born", "value": born }] }),
        )
        .await;
    }
    let list = "query($query: String, $sort: String, $reverse: Boolean) {
        metaobjects(type: \"designer\", first: 2, query: $query, sortKey: $sort, reverse: $reverse) {
            nodes { displayName } edges { cursor node { handle } } pageInfo { hasNextPage endCursor } } }";
    let names = |reply: &tests::Reply| -> Vec<String> {
        let nodes = reply.list("metaobjects.nodes").iter();
        nodes
            .map(|node| node["displayName"].as_str().unwrap().to_owned())
            .collect()
    };
    let asked = json!({ "sort": "display_name" });
    let reply = shop.admin(list, asked).await.ok();
    assert_eq!(names(&reply), ["Ada", "Bela"]);
    assert_eq!(reply.get("metaobjects.pageInfo.hasNextPage"), &json!(true));
    let asked = json!({ "query": "fields.born:1990", "sort": "display_name", "reverse": true });
    let reply = shop.admin(list, asked).await.ok();
    assert_eq!(names(&reply), ["Cleo", "Bela"]);
    for (query, wanted) in [
        ("display_name:Ad*", &["Ada"][..]),
        ("handle:bela", &["Bela"]),
        ("ada", &["Ada"]),
        ("fields.name:nobody", &[]),
    ] {
        let reply = shop.admin(list, json!({ "query": query })).await.ok();
        assert_eq!(names(&reply), wanted, "{query}");
    }
    let reply = shop
        .admin(list, json!({ "query": "colour:red" }))
        .await
        .ok();
    let warned = &reply.json["extensions"]["search"][0]["warnings"][0]["code"];
    assert_eq!(warned, "invalid_field");
}

#[scenario]
async fn a_metaobject_is_changed_by_its_id_or_its_handle(shop: TestShop) {
    let definition = given_type(&shop, designers()).await;
    let ada = given_entry(
        &shop,
        json!({ "type": "designer", "handle": "ada", "fields": [{ "key": "name", "value": "Ada" }] }),
    )
    .await;
    let update = "mutation($id: ID!, $metaobject: MetaobjectUpdateInput!) {
        metaobjectUpdate(id: $id, metaobject: $metaobject) {
            metaobject { handle displayName field(key: \"born\") { value } }
            userErrors { field message code elementKey } } }";
    let changed = json!({ "id": ada, "metaobject": { "handle": "ada-oak",
        "fields": [{ "key": "name", "value": "Ada Oak" }, { "key": "born", "value": "1970" }] } });
    let reply = shop.admin(update, changed).await.ok();
    assert_eq!(
        reply.text("metaobjectUpdate.metaobject.displayName"),
        "Ada Oak"
    );
    assert_eq!(
        reply.text("metaobjectUpdate.metaobject.field.value"),
        "1970"
    );
    let upsert = "mutation($handle: MetaobjectHandleInput!, $metaobject: MetaobjectUpsertInput) {
        metaobjectUpsert(handle: $handle, metaobject: $metaobject) {
            metaobject { id handle field(key: \"born\") { value } }
            userErrors { field message code } } }";
    let asked = |handle: &str| {
        json!({ "handle": { "type": "designer", "handle": handle },
            "metaobject": { "fields": [{ "key": "name", "value": "Ada" }] } })
    };
    let reply = shop.admin(upsert, asked("ada-oak")).await.ok();
    assert_eq!(reply.text("metaobjectUpsert.metaobject.id"), ada);
    assert_eq!(
        reply.text("metaobjectUpsert.metaobject.field.value"),
        "1970"
    );
    let reply = shop.admin(upsert, asked("bela")).await.ok();
    assert_ne!(reply.text("metaobjectUpsert.metaobject.id"), ada);
    assert_eq!(reply.text("metaobjectUpsert.metaobject.handle"), "bela");
    let taken = json!({ "id": ada, "metaobject": { "handle": "bela" } });
    shop.admin(update, taken).await.refused("TAKEN");
    let define = "mutation($id: ID!, $definition: MetaobjectDefinitionUpdateInput!) {
        metaobjectDefinitionUpdate(id: $id, definition: $definition) {
            metaobjectDefinition { name displayNameKey fieldDefinitions { key name } }
            userErrors { field message code } } }";
    let changed = json!({ "id": definition, "definition": { "name": "Maker",
        "displayNameKey": "nick", "resetFieldOrder": true, "fieldDefinitions": [
            { "create": { "key": "nick", "type": "single_line_text_field" } },
            { "update": { "key": "name", "name": "Full name" } },
            { "delete": { "key": "works" } }] } });
    let reply = shop.admin(define, changed).await.ok();
    let fields = json!([{ "key": "nick", "name": "Nick" }, { "key": "name", "name": "Full name" },
        { "key": "born", "name": "Born" }]);
    let own = "metaobjectDefinitionUpdate.metaobjectDefinition.fieldDefinitions";
    assert_eq!(reply.get(own), &fields);
    let read = "query($id: ID!) { metaobject(id: $id) { displayName fields { key value } } }";
    let reply = shop.admin(read, json!({ "id": ada })).await.ok();
    assert_eq!(reply.text("metaobject.displayName"), "Ada Oak");
    assert_eq!(reply.list("metaobject.fields").len(), 3);
    let missing = json!({ "id": definition, "definition": { "displayNameKey": "height" } });
    shop.admin(define, missing)
        .await
        .refused("UNDEFINED_OBJECT_FIELD");
}

#[scenario]
async fn an_old_handle_leads_to_the_new_one_when_that_is_wanted(shop: TestShop) {
    let mut designers = designers();
    designers["capabilities"]["onlineStore"] =
        json!({ "enabled": true, "data": { "urlHandle": "designers" } });
    designers["capabilities"]["renderable"] =
        json!({ "enabled": true, "data": { "metaTitleKey": "name" } });
    let _ = given_type(&shop, designers).await;
    let ada = given_entry(
        &shop,
        json!({ "type": "designer", "handle": "ada", "fields": [{ "key": "name", "value": "Ada" }] }),
    )
    .await;
    let update = "mutation($id: ID!, $metaobject: MetaobjectUpdateInput!) {
        metaobjectUpdate(id: $id, metaobject: $metaobject) {
            metaobject { handle } userErrors { field message code } } }";
    let moved =
        json!({ "id": ada, "metaobject": { "handle": " Ada  OAK II", "redirectNewHandle": true } });
    let reply = shop.admin(update, moved).await.ok();
    assert_eq!(
        reply.text("metaobjectUpdate.metaobject.handle"),
        "ada-oak-ii"
    );
    let list = "{ urlRedirects(first: 5) { nodes { path target } } }";
    let redirects = shop.admin(list, json!({})).await.ok();
    assert_eq!(
        redirects.get("urlRedirects.nodes"),
        &json!([{ "path": "/pages/designers/ada", "target": "/pages/designers/ada-oak-ii" }])
    );
}

#[scenario]
async fn a_metaobject_that_does_not_fit_its_definition_is_refused(shop: TestShop) {
    let _ = given_type(&shop, designers()).await;
    let field = |key: &str, value: &str| json!({ "key": key, "value": value });
    let name = || field("name", "Ada");
    for (fields, code) in [
        (json!([]), "OBJECT_FIELD_REQUIRED"),
        (
            json!([name(), field("height", "1")]),
            "UNDEFINED_OBJECT_FIELD",
        ),
        (json!([name(), name()]), "DUPLICATE_FIELD_INPUT"),
        (json!([name(), field("born", "x")]), "INVALID_VALUE"),
        (json!([name(), field("born", "1700")]), "INVALID_VALUE"),
        (
            json!([name(), field("works", "[\"gid://shopify/Order/1\"]")]),
            "INVALID_VALUE",
        ),
    ] {
        let asked = json!({ "metaobject": { "type": "designer", "fields": fields } });
        shop.admin(CREATE, asked).await.refused(code);
    }
    let unknown = json!({ "metaobject": { "type": "nobody", "fields": [] } });
    shop.admin(CREATE, unknown)
        .await
        .refused("UNDEFINED_OBJECT_TYPE");
    let page = json!({ "metaobject": { "type": "designer", "fields": [name()],
        "capabilities": { "onlineStore": { "templateSuffix": "x" } } } });
    shop.admin(CREATE, page)
        .await
        .refused("CAPABILITY_NOT_ENABLED");

    let types = |changes: Value| {
        let mut definition = designers();
        definition["type"] = json!("other");
        for (name, value) in changes.as_object().unwrap() {
            definition[name] = value.clone();
        }
        json!({ "definition": definition })
    };
    let one = |field: Value| json!({ "fieldDefinitions": [field], "displayNameKey": null });
    for (changes, code) in [
        (json!({ "type": "designer" }), "TAKEN"),
        (json!({ "type": "de" }), "TOO_SHORT"),
        (json!({ "type": "a b c" }), "INVALID"),
        (
            json!({ "displayNameKey": "height" }),
            "UNDEFINED_OBJECT_FIELD",
        ),
        (
            json!({ "access": { "admin": "MERCHANT_READ" } }),
            "ADMIN_ACCESS_INPUT_NOT_ALLOWED",
        ),
        (
            one(json!({ "key": "handle", "type": "url" })),
            "RESERVED_NAME",
        ),
        (one(json!({ "key": "size", "type": "string" })), "INCLUSION"),
        (
            one(json!({ "key": "size", "type": "metaobject_reference" })),
            "INVALID_OPTION",
        ),
    ] {
        shop.admin(DEFINE_TYPE, types(changes)).await.refused(code);
    }
    let update = "mutation { metaobjectUpdate(id: \"gid://shopify/Metaobject/1\", metaobject: {}) {
        userErrors { field code message } } }";
    shop.admin(update, json!({}))
        .await
        .refused("RECORD_NOT_FOUND");
}

#[scenario]
async fn metaobjects_are_deleted_one_by_one_in_bulk_and_with_their_type(shop: TestShop) {
    let definition = given_type(&shop, designers()).await;
    let mut ids = Vec::new();
    for name in ["A1", "B2", "C3", "D4"] {
        let fields = json!([{ "key": "name", "value": name }]);
        let entry = json!({ "type": "designer", "fields": fields });
        ids.push(given_entry(&shop, entry).await);
    }
    let delete = "mutation($id: ID!) { metaobjectDelete(id: $id) {
        deletedId userErrors { field message code } } }";
    let reply = shop.admin(delete, json!({ "id": ids[0] })).await.ok();
    assert_eq!(reply.text("metaobjectDelete.deletedId"), ids[0]);
    shop.admin(delete, json!({ "id": ids[0] }))
        .await
        .refused("RECORD_NOT_FOUND");
    let bulk = "mutation($where: MetaobjectBulkDeleteWhereCondition!) {
        metaobjectBulkDelete(where: $where) { job { id done }
            userErrors { field message code elementIndex } } }";
    let some = json!({ "where": { "ids": [ids[0], ids[1]] } });
    let reply = shop.admin(bulk, some).await;
    assert_eq!(reply.refused("RECORD_NOT_FOUND")["elementIndex"], 0);
    let unknown = json!({ "where": { "type": "nobody" } });
    shop.admin(bulk, unknown).await.refused("RECORD_NOT_FOUND");
    shop.admin(bulk, json!({ "where": {} }))
        .await
        .error("INVALID_FIELD_ARGUMENTS");
    let reply = shop
        .admin(bulk, json!({ "where": { "type": "designer" } }))
        .await
        .ok();
    assert_eq!(reply.get("metaobjectBulkDelete.job.done"), &json!(true));
    let count = "query($id: ID!) { metaobjectDefinition(id: $id) { metaobjectsCount } }";
    let reply = shop.admin(count, json!({ "id": definition })).await.ok();
    assert_eq!(reply.number("metaobjectDefinition.metaobjectsCount"), 0);
    let entry = json!({ "type": "designer", "fields": [{ "key": "name", "value": "E5" }] });
    let last = given_entry(&shop, entry).await;
    let forget = "mutation($id: ID!) { metaobjectDefinitionDelete(id: $id) {
        deletedId userErrors { field message code } } }";
    let reply = shop.admin(forget, json!({ "id": definition })).await.ok();
    assert_eq!(
        reply.text("metaobjectDefinitionDelete.deletedId"),
        definition
    );
    shop.admin(forget, json!({ "id": definition }))
        .await
        .refused("RECORD_NOT_FOUND");
    let read = "query($id: ID!) { metaobject(id: $id) { id }
        metaobjectDefinitionByType(type: \"designer\") { id }
        metaobjectDefinitions(first: 5) { nodes { id } edges { cursor } } }";
    let reply = shop.admin(read, json!({ "id": last })).await.ok();
    assert_eq!(reply.get("metaobject"), &Value::Null);
    assert!(reply.list("metaobjectDefinitions.nodes").is_empty());
}

#[scenario]
async fn a_storefront_reads_published_metaobjects_of_open_types(shop: TestShop) {
    let mut open = designers();
    open["capabilities"]["onlineStore"] =
        json!({ "enabled": true, "data": { "urlHandle": "designers" } });
    open["capabilities"]["renderable"] =
        json!({ "enabled": true, "data": { "metaTitleKey": "name" } });
    let _ = given_type(&shop, open).await;
    let mut closed = designers();
    closed["type"] = json!("supplier");
    closed["access"] = json!({ "storefront": "NONE" });
    let _ = given_type(&shop, closed).await;
    let stool = given_product(&shop, "Stool").await;
    let entry = |kind: &str, name: &str, status: &str| {
        json!({ "type": kind, "capabilities": { "publishable": { "status": status } },
            "fields": [{ "key": "name", "value": name },
                { "key": "works", "value": format!("[\"{stool}\"]") }] })
    };
    for (kind, name, status) in [
        ("designer", "Ada", "ACTIVE"),
        ("designer", "Bela", "DRAFT"),
        ("supplier", "Cleo", "ACTIVE"),
    ] {
        let _ = given_entry(&shop, entry(kind, name, status)).await;
    }
    shop.publish(&stool).await;
    let query = "{ metaobjects(type: \"designer\", first: 5, sortKey: \"updated_at\", reverse: true) {
            nodes { id handle type updatedAt onlineStoreUrl seo { title { value } }
                fields { key value type }
                field(key: \"works\") { references(first: 5) { nodes { ... on Product { title } } } } }
            edges { node { handle } } }
        closed: metaobjects(type: \"supplier\", first: 5) { nodes { handle } }
        ada: metaobject(handle: {type: \"designer\", handle: \"ada\"}) { handle }
        bela: metaobject(handle: {type: \"designer\", handle: \"bela\"}) { handle } }";
    let reply = shop.storefront(query, json!({})).await.ok();
    assert_eq!(reply.list("metaobjects.nodes").len(), 1);
    let own = "metaobjects.nodes.0";
    assert_eq!(
        reply.text(&format!("{own}.field.references.nodes.0.title")),
        "Stool"
    );
    assert_eq!(reply.text(&format!("{own}.seo.title.value")), "Ada");
    assert!(
        reply
            .text(&format!("{own}.onlineStoreUrl"))
            .ends_with("/pages/designers/ada")
    );
    assert!(reply.list("closed.nodes").is_empty());
    let map =
        "{ sitemap(type: METAOBJECT) { pagesCount { count } resources(page: 1) { items { handle
        ... on SitemapResourceMetaobject { type onlineStoreUrlHandle } } } } }";
    let mapped = shop.storefront(map, json!({})).await.ok();
    assert_eq!(
        mapped.get("sitemap.resources.items"),
        &json!([{ "handle": "ada", "type": "designer", "onlineStoreUrlHandle": "designers" }])
    );
    assert_eq!(reply.text("ada.handle"), "ada");
    assert_eq!(reply.get("bela"), &Value::Null);
}

#[scenario]
async fn webhooks_tell_of_metaobjects(shop: TestShop) {
    let receiver = Receiver::start().await;
    let subscribe = "mutation($topic: WebhookSubscriptionTopic!, $uri: String!) {
        webhookSubscriptionCreate(topic: $topic, webhookSubscription: {uri: $uri}) {
            webhookSubscription { id } userErrors { field message } } }";
    for topic in ["METAOBJECTS_CREATE", "METAOBJECTS_DELETE"] {
        let asked = json!({ "topic": topic, "uri": receiver.url() });
        let _ = shop.admin(subscribe, asked).await.ok();
    }
    let _ = given_type(&shop, designers()).await;
    let entry = json!({ "type": "designer", "fields": [{ "key": "name", "value": "Ada" }] });
    let ada = given_entry(&shop, entry).await;
    let told = receiver.wait_for("metaobjects/create", 1).await;
    let payload = told[0].json();
    assert_eq!(payload["id"], ada);
    assert_eq!(payload["fields"]["name"], "Ada");
    assert_eq!(payload["capabilities"]["publishable"]["status"], "draft");
    let delete = "mutation($id: ID!) { metaobjectDelete(id: $id) { userErrors { message } } }";
    let _ = shop.admin(delete, json!({ "id": ada })).await.ok();
    let told = receiver.wait_for("metaobjects/delete", 1).await;
    assert_eq!(told[0].json()["handle"], "ada");
}

#[scenario]
async fn what_a_twin_shop_deletes_stays_in_this_one(shop: TestShop) {
    let definition = given_type(&shop, designers()).await;
    let fields = json!([{ "key": "name", "value": "Ada" }]);
    let entry = json!({ "type": "designer", "fields": fields });
    let ada = given_entry(&shop, entry).await;
    let twin = shop.twin().await;
    let forget = "mutation($id: ID!) { metaobjectDefinitionDelete(id: $id) {
        deletedId userErrors { field message code } } }";
    let _ = twin.admin(forget, json!({ "id": definition })).await.ok();
    let read =
        "query($id: ID!) { metaobject(id: $id) { displayName field(key: \"name\") { value } }
        metaobjects(type: \"designer\", first: 5) { nodes { id } } }";
    let gone = twin.admin(read, json!({ "id": ada })).await.ok();
    assert_eq!(gone.get("metaobject"), &Value::Null);
    assert!(gone.list("metaobjects.nodes").is_empty());
    let kept = shop.admin(read, json!({ "id": ada })).await.ok();
    assert_eq!(kept.text("metaobject.field.value"), "Ada");
    assert_eq!(kept.list("metaobjects.nodes").len(), 1);
}
