//! Bulk operations: queries that are read to their end, and their results.

use std::time::Duration;

use commerce::Actor;
use commerce::apps::Scopes;
use commerce::bulk_operations::{self, Kind, NewBulkOperation, RunError};
use serde_json::Value;
use tests::{Receiver, Reply, TestShop, json, scenario};

const RUN: &str = "mutation ($query: String!) {
    bulkOperationRunQuery(query: $query) {
        bulkOperation { id status type query objectCount url }
        userErrors { field message code }
    }
}";

const FIND: &str = "query ($id: ID!) {
    node(id: $id) {
        ... on BulkOperation {
            id status errorCode objectCount rootObjectCount fileSize url partialDataUrl
            createdAt completedAt
        }
    }
}";

async fn run(shop: &TestShop, query: &str) -> String {
    let reply = shop.admin(RUN, json!({"query": query})).await.ok();
    assert_eq!(
        reply.text("bulkOperationRunQuery.bulkOperation.status"),
        "CREATED"
    );
    reply.text("bulkOperationRunQuery.bulkOperation.id")
}

/// Follows an operation until it has ended.
pub(crate) async fn ended(shop: &TestShop, id: &str) -> Reply {
    for _ in 0..500 {
        let reply = shop.admin(FIND, json!({"id": id})).await.ok();
        let status = reply.text("node.status");
        if !matches!(status.as_str(), "CREATED" | "RUNNING" | "CANCELING") {
            return reply;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{id} does not end");
}

/// The lines of a result.
pub(crate) async fn lines(shop: &TestShop, url: &str) -> Vec<Value> {
    let path = url.find("/bulk/").map(|at| &url[at..]);
    let reply = shop
        .get(path.expect("the address of a result"))
        .await
        .status(200);
    assert_eq!(reply.header("content-type"), "application/jsonl");
    reply
        .body()
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line is JSON"))
        .collect()
}

/// Products that have so many variants each.
async fn given_products(shop: &TestShop, variants: &[usize]) {
    for (number, variants) in variants.iter().enumerate() {
        let values: Vec<Value> = (0..*variants)
            .map(|v| json!({"name": format!("V{v}")}))
            .collect();
        let variant = |v| {
            json!({
                "optionValues": [{"optionName": "Kind", "name": format!("V{v}")}],
                "price": "1.00",
            })
        };
        let input = json!({
            "title": format!("Product {number}"),
            "tags": [format!("t{number}")],
            "productOptions": [{"name": "Kind", "values": values}],
            "variants": (0..*variants).map(variant).collect::<Vec<_>>(),
        });
        let set = "mutation ($input: ProductSetInput!) {
            productSet(input: $input, synchronous: true) { product { id } userErrors { message } }
        }";
        shop.admin(set, json!({"input": input})).await.ok();
    }
}

const PRODUCTS: &str = "{
    products(first: 1, sortKey: ID) {
        edges { cursor node {
            __typename id title
            shop: vendor
            variants { edges { node { id title } } pageInfo { hasNextPage } }
        } }
    }
}";

#[scenario]
async fn a_query_is_read_to_its_end_with_children_behind_their_parents(shop: TestShop) {
    // More than a page below one product, and more products than a page has.
    given_products(&shop, &[3, 120, 1]).await;
    for _ in 0..52 {
        shop.given_variant("1.00", 1).await;
    }
    let receiver = Receiver::start().await;
    subscribe(&shop, &receiver).await;

    let id = run(&shop, PRODUCTS).await;
    let done = ended(&shop, &id).await;

    assert_eq!(done.text("node.status"), "COMPLETED");
    assert_eq!(done.text("node.objectCount"), (55 + 124 + 52).to_string());
    assert_eq!(done.text("node.rootObjectCount"), "55");
    assert!(done.get("node.errorCode").is_null() && done.get("node.partialDataUrl").is_null());
    let lines = lines(&shop, &done.text("node.url")).await;
    assert_eq!(lines.len(), 55 + 124 + 52);
    let mut parent = Value::Null;
    let mut variants = 0;
    for line in &lines {
        match line.get("__parentId") {
            Some(above) => {
                assert_eq!(*above, parent);
                assert!(
                    line["id"]
                        .as_str()
                        .is_some_and(|id| id.contains("/ProductVariant/"))
                );
                variants += 1;
            }
            None => {
                parent = line["id"].clone();
                assert!(line.get("variants").is_none() && line["title"].is_string());
            }
        }
    }
    assert_eq!(variants, 124 + 52);
    let bytes = done.text("node.fileSize").parse::<usize>().expect("a size");
    let text: usize = lines.iter().map(|line| line.to_string().len() + 1).sum();
    assert_eq!(bytes, text);

    let told = receiver.wait_for("bulk_operations/finish", 1).await;
    assert!(told[0].is_signed_with(shop.app_secret()));
    let payload = told[0].json();
    assert_eq!(payload["admin_graphql_api_id"], id.as_str());
    assert_eq!(payload["status"], "completed");
    assert_eq!(payload["type"], "query");
}

pub(crate) async fn subscribe(shop: &TestShop, receiver: &Receiver) {
    let subscribe = "mutation ($to: WebhookSubscriptionInput!) {
        webhookSubscriptionCreate(topic: BULK_OPERATIONS_FINISH, webhookSubscription: $to) {
            webhookSubscription { id } userErrors { message }
        }
    }";
    let to = json!({"to": {"uri": receiver.url(), "format": "JSON"}});
    shop.admin(subscribe, to).await.ok();
}

#[scenario]
async fn three_levels_and_conditions_are_followed(shop: TestShop) {
    given_products(&shop, &[2, 1]).await;
    let set = "mutation ($metafields: [MetafieldsSetInput!]!) {
        metafieldsSet(metafields: $metafields) { metafields { id } userErrors { message } }
    }";
    let found = shop
        .admin("{ productVariants(first: 5) { nodes { id } } }", json!({}))
        .await;
    let metafields: Vec<Value> = found
        .list("productVariants.nodes")
        .iter()
        .map(|variant| {
            json!({"ownerId": variant["id"], "namespace": "abc", "key": "bcd", "value": "c",
                   "type": "single_line_text_field"})
        })
        .collect();
    shop.admin(set, json!({"metafields": metafields}))
        .await
        .ok();

    let query = "query Deep {
        products { edges { node { ...Product } } }
        locations { edges { node { id name } } }
    }
    fragment Product on Product {
        id
        variants(reverse: true) { edges { node { id ... on ProductVariant {
            metafields(namespace: \"abc\") { edges { node { id value } } }
        } } } }
    }";
    let id = run(&shop, query).await;
    let done = ended(&shop, &id).await;
    let lines = lines(&shop, &done.text("node.url")).await;

    let kinds: Vec<&str> = lines
        .iter()
        .filter_map(|line| line["id"].as_str()?.split('/').nth(3))
        .collect();
    let (product, variant, metafield) = ("Product", "ProductVariant", "Metafield");
    assert_eq!(
        kinds,
        [
            product, variant, metafield, variant, metafield, product, variant, metafield,
            "Location"
        ]
    );
    assert_eq!(lines[2]["__parentId"], lines[1]["id"]);
    assert_eq!(done.text("node.rootObjectCount"), "3");
}

#[scenario]
async fn a_query_that_cannot_be_exported_is_refused(shop: TestShop) {
    let deep = "{ collections { edges { node { id products { edges { node { id variants { edges {
        node { id metafields { edges { node { id } } } } } } } } } } } } }";
    let many = "{ products { edges { node { id variants { edges { node { id } } }
        media { edges { node { id } } } collections { edges { node { id } } }
        metafields { edges { node { id } } }
        more: metafields(namespace: \"x\") { edges { node { id } } } } } } }";
    for (query, message) in [
        ("{ shop { id } }", "at least one connection"),
        ("{ products { nodes { id } } }", "edges { node"),
        (
            "{ node(id: \"gid://shopify/Product/1\") { id } }",
            "cannot begin with",
        ),
        (
            "{ products { edges { node { title variants { edges { node { id } } } } } } }",
            "select `id`",
        ),
        ("{ products { edges { node { id colour } } } }", "not valid"),
        (
            "query ($a: String) { products(query: $a) { edges { node { id } } } }",
            "no variables",
        ),
        ("{ products { edges { node { id } } }", "not valid"),
        (
            "mutation { tagsAdd(id: \"gid://shopify/Product/1\", tags: []) { node { id } } }",
            "not a mutation",
        ),
        (deep, "nested 2 deep"),
        (many, "at most 5"),
    ] {
        let reply = shop.admin(RUN, json!({"query": query})).await;
        let refusal = reply.refused("INVALID");
        assert_eq!(refusal["field"], json!(["query"]));
        let told = refusal["message"].as_str().unwrap_or_default();
        assert!(told.contains(message), "{query}: {told}");
        assert!(reply.get("bulkOperationRunQuery.bulkOperation").is_null());
    }
}

#[scenario]
async fn an_export_without_the_scope_to_read_fails(shop: TestShop) {
    let token = shop.token(&["read_locations"]).await;
    let reply = shop
        .admin_with(&token, RUN, json!({"query": PRODUCTS}))
        .await
        .ok();
    let done = ended(&shop, &reply.text("bulkOperationRunQuery.bulkOperation.id")).await;
    assert_eq!(done.text("node.status"), "FAILED");
    assert_eq!(done.text("node.errorCode"), "ACCESS_DENIED");
    assert!(done.get("node.url").is_null());
}

#[scenario(alone)]
async fn a_result_cannot_be_guessed_and_ends_after_a_week(shop: TestShop) {
    shop.given_variant("1.00", 1).await;
    let id = run(&shop, "{ products { edges { node { id } } } }").await;
    let url = ended(&shop, &id).await.text("node.url");
    let path = url[url.find("/bulk/").expect("a result")..].to_owned();
    shop.get(&path).await.status(200);
    let last = path.replace(".jsonl", "0.jsonl");
    shop.get(&last).await.status(404);
    let other = shop.twin().await;
    other
        .get(&path.replace("/bulk/", "/bulk/1"))
        .await
        .status(404);

    shop.advance(Duration::from_secs(7 * 24 * 3600));
    shop.get(&path).await.status(404);
    let late = shop.admin(FIND, json!({"id": id})).await;
    assert_eq!(late.text("node.status"), "EXPIRED");
    assert!(late.get("node.url").is_null());
}

#[scenario]
async fn an_operation_that_has_ended_cannot_be_cancelled(shop: TestShop) {
    let cancel = "mutation ($id: ID!) {
        bulkOperationCancel(id: $id) {
            bulkOperation { id status } userErrors { field message }
        }
    }";
    let id = run(&shop, "{ products { edges { node { id } } } }").await;
    let done = ended(&shop, &id).await;
    assert_eq!(done.text("node.objectCount"), "0");
    assert!(done.get("node.url").is_null(), "nothing was found");
    let late = shop.admin(cancel, json!({"id": id})).await;
    late.refused_at("id");
    assert_eq!(
        late.text("bulkOperationCancel.bulkOperation.status"),
        "COMPLETED"
    );
    let unknown = json!({"id": "gid://shopify/BulkOperation/7"});
    shop.admin(cancel, unknown).await.refused_at("id");
}

#[scenario]
async fn an_operation_can_be_cancelled_and_its_kind_listed(shop: TestShop) {
    shop.given_variant("1.00", 1).await;
    let both = "mutation ($query: String!) {
        bulkOperationRunQuery(query: $query) { bulkOperation { id } userErrors { message } }
    }";
    let id = shop
        .admin(both, json!({"query": PRODUCTS}))
        .await
        .ok()
        .text("bulkOperationRunQuery.bulkOperation.id");
    let cancel = "mutation ($id: ID!) {
        bulkOperationCancel(id: $id) { bulkOperation { id status } userErrors { field } }
    }";
    let reply = shop.admin(cancel, json!({"id": id})).await;
    let done = ended(&shop, &id).await.text("node.status");
    // The job may have been quicker than the call.
    assert_eq!(done == "CANCELED", reply.user_errors().is_empty());

    let listed = "{
        currentBulkOperation { id type }
        bulkOperation(id: \"ID\") { id }
        bulkOperations(first: 5, query: \"type:QUERY\", sortKey: CREATED_AT) { nodes { id } edges { cursor } }
        none: bulkOperations(first: 5, query: \"status:RUNNING\") { nodes { id } }
    }";
    let listed = shop.admin(&listed.replace("ID", &id), json!({})).await.ok();
    assert_eq!(listed.text("currentBulkOperation.id"), id);
    assert_eq!(listed.text("currentBulkOperation.type"), "QUERY");
    assert_eq!(listed.text("bulkOperation.id"), id);
    assert_eq!(listed.list("bulkOperations.nodes").len(), 1);
    assert!(listed.list("none.nodes").is_empty());
}

#[scenario]
async fn a_sixth_operation_of_a_kind_is_refused_until_one_has_ended(shop: TestShop) {
    given_open(&shop, Kind::Query, 5).await;
    let query = "{ products { edges { node { id } } } }";
    let sixth = shop.admin(RUN, json!({"query": query})).await;
    sixth.refused("LIMIT_REACHED");
    assert!(sixth.get("bulkOperationRunQuery.bulkOperation").is_null());

    let open = shop
        .admin("{ currentBulkOperation { id status } }", json!({}))
        .await;
    assert_eq!(open.text("currentBulkOperation.status"), "CREATED");
    let ended = "UPDATE bulk_operations SET state = 'CANCELED' WHERE shop_id = $shop";
    shop.db()
        .write(shop.id(), move |tx| tx.execute(ended, ()))
        .await
        .expect("the operations end");
    let id = run(&shop, query).await;
    let _done = crate::bulk_operations::ended(&shop, &id).await;
}

/// Operations that no worker takes up.
pub(crate) async fn given_open(shop: &TestShop, kind: Kind, count: usize) {
    let call = shop.call(Actor::System);
    let app = "SELECT MIN(id) FROM apps WHERE shop_id = $shop";
    shop.db()
        .write(shop.id(), move |tx| {
            let new = NewBulkOperation {
                app: tx.one(app, ())?,
                kind,
                document: String::new(),
                upload: None,
                client_identifier: None,
                scopes: Scopes::default(),
                api_version: "2026-10".to_owned(),
                origin: String::new(),
            };
            for _ in 0..count {
                bulk_operations::run(tx, &call, &new)?;
            }
            tx.execute("DELETE FROM jobs WHERE shop = $shop", ())?;
            Ok::<_, RunError>(())
        })
        .await
        .expect("five can be open");
}
