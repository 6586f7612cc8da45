//! Bulk mutations: a mutation run for every line of an upload.

use commerce::bulk_operations::Kind;
use serde_json::Value;
use tests::{Receiver, Reply, TestShop, json, scenario};

use crate::bulk_operations::{ended, given_open, lines, subscribe};

const RUN: &str = "mutation ($mutation: String!, $path: String!) {
    bulkOperationRunMutation(mutation: $mutation, stagedUploadPath: $path, groupObjects: false) {
        bulkOperation { id status type query }
        userErrors { field message code }
    }
}";

const CREATE: &str = "mutation ($product: ProductCreateInput!) {
    productCreate(product: $product) { product { id title } userErrors { field message } }
}";

/// Uploads bytes for a resource and gives their key.
async fn given_upload(shop: &TestShop, resource: &str, bytes: &str) -> String {
    let stage = "mutation ($input: [StagedUploadInput!]!) { stagedUploadsCreate(input: $input) {
        stagedTargets { url parameters { name value } } userErrors { message } } }";
    let input = json!([{"resource": resource, "filename": "lines.jsonl",
        "mimeType": "text/jsonl", "httpMethod": "POST"}]);
    let target = shop.admin(stage, json!({"input": input})).await.ok();
    let mut body = String::new();
    let mut key = String::new();
    for parameter in target.list("stagedUploadsCreate.stagedTargets.0.parameters") {
        let text = |name: &str| parameter[name].as_str().unwrap_or_default().to_owned();
        let (name, value) = (text("name"), text("value"));
        body +=
            &format!("--e\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        if name == "key" {
            key = value;
        }
    }
    body += &format!(
        "--e\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n{bytes}\r\n--e--\r\n"
    );
    let headers = [("Content-Type", "multipart/form-data; boundary=e")];
    shop.post_raw("/staged-uploads/", &headers, body.into_bytes())
        .await
        .status(201);
    key
}

async fn run(shop: &TestShop, mutation: &str, upload: &str) -> Reply {
    let path = given_upload(shop, "BULK_MUTATION_VARIABLES", upload).await;
    let asked = json!({"mutation": mutation, "path": path});
    let reply = shop.admin(RUN, asked).await.ok();
    let id = reply.text("bulkOperationRunMutation.bulkOperation.id");
    ended(shop, &id).await
}

#[scenario]
async fn a_mutation_is_run_for_every_line_and_told_in_their_order(shop: TestShop) {
    let receiver = Receiver::start().await;
    subscribe(&shop, &receiver).await;
    let upload = concat!(
        r#"{"product": {"title": "One"}}"#,
        "\n\n",
        r#"{"product": {"title": ""}}"#,
        "\nno JSON\n",
        r#"{"product": {"colour": "red"}}"#,
        "\r\n",
        r#"{"product": {"title": "Two"}}"#,
    );

    let done = run(&shop, CREATE, upload).await;

    assert_eq!(done.text("node.status"), "COMPLETED");
    assert_eq!(done.text("node.objectCount"), "5");
    assert_eq!(done.text("node.rootObjectCount"), "5");
    let lines = lines(&shop, &done.text("node.url")).await;
    let numbers: Vec<i64> = lines
        .iter()
        .filter_map(|line| line["__lineNumber"].as_i64())
        .collect();
    assert_eq!(numbers, [0, 1, 2, 3, 4]);
    assert_eq!(lines[0]["data"]["productCreate"]["product"]["title"], "One");
    let refused = &lines[1]["data"]["productCreate"]["userErrors"];
    assert_eq!(refused.as_array().map(Vec::len), Some(1));
    assert_eq!(lines[2]["errors"][0]["extensions"]["code"], "BAD_REQUEST");
    assert!(
        lines[3]["errors"][0]["message"]
            .as_str()
            .is_some_and(|told| told.contains("colour"))
    );
    assert_eq!(lines[4]["data"]["productCreate"]["product"]["title"], "Two");
    let found = shop
        .admin(
            "{ products(first: 9, sortKey: ID) { nodes { title } } }",
            json!({}),
        )
        .await;
    let titles: Vec<&str> = found
        .list("products.nodes")
        .iter()
        .filter_map(|node| node["title"].as_str())
        .collect();
    assert_eq!(titles, ["One", "Two"]);
    let told = receiver.wait_for("bulk_operations/finish", 1).await;
    assert_eq!(told[0].json()["type"], "mutation");
    let current =
        "{ currentBulkOperation(type: MUTATION) { type } none: currentBulkOperation { id } }";
    let current = shop.admin(current, json!({})).await.ok();
    assert_eq!(current.text("currentBulkOperation.type"), "MUTATION");
    assert!(current.get("none").is_null());
}

#[scenario]
async fn orders_and_stock_are_written_line_by_line_too(shop: TestShop) {
    let variant = shop.given_variant("5.00", 3).await;
    let order = "mutation ($order: OrderCreateOrderInput!) {
        orderCreate(order: $order, options: {inventoryBehaviour: DECREMENT_OBEYING_POLICY}) {
            order { id totalPriceSet { shopMoney { amount } } } userErrors { message }
        }
    }";
    let line = json!({"order": {"lineItems": [{"variantId": variant.id, "quantity": 1}]}});
    let upload = format!("{line}\n").repeat(5);

    let done = run(&shop, order, &upload).await;

    let lines = lines(&shop, &done.text("node.url")).await;
    let sold = |line: &&Value| line["data"]["orderCreate"]["order"]["id"].is_string();
    assert_eq!(lines.iter().filter(sold).count(), 3);
    assert_eq!(lines.len(), 5);
    assert_eq!(shop.available(&variant).await, 0);
}

#[scenario]
async fn what_the_app_may_not_do_is_refused_in_every_line(shop: TestShop) {
    let path = given_upload(
        &shop,
        "BULK_MUTATION_VARIABLES",
        "{\"product\": {\"title\": \"A\"}}\n",
    )
    .await;
    let token = shop.token(&["read_products"]).await;
    let asked = json!({"mutation": CREATE, "path": path});
    let reply = shop.admin_with(&token, RUN, asked).await.ok();
    let id = reply.text("bulkOperationRunMutation.bulkOperation.id");
    let done = ended(&shop, &id).await;
    let lines = lines(&shop, &done.text("node.url")).await;
    assert_eq!(lines[0]["errors"][0]["extensions"]["code"], "ACCESS_DENIED");
    let count = shop.admin("{ productsCount { count } }", json!({})).await;
    assert_eq!(count.number("productsCount.count"), 0);
}

#[scenario]
async fn what_cannot_be_run_for_every_line_is_refused(shop: TestShop) {
    let upload = given_upload(&shop, "BULK_MUTATION_VARIABLES", "{}\n").await;
    let two = "mutation ($id: ID!) { a: tagsAdd(id: $id, tags: []) { node { id } }
        b: tagsAdd(id: $id, tags: []) { node { id } } }";
    let nested = "mutation ($id: ID!) { bulkOperationCancel(id: $id) { userErrors { message } } }";
    for mutation in [
        "{ shop { id } }",
        two,
        nested,
        "mutation { x }",
        "mutation {",
    ] {
        let asked = json!({"mutation": mutation, "path": upload});
        let reply = shop.admin(RUN, asked).await;
        let refusal = reply.refused("INVALID_MUTATION");
        assert_eq!(refusal["field"], json!(["mutation"]));
    }
    let file = given_upload(&shop, "FILE", "{}\n").await;
    let lost = upload.replace("lines", "other");
    for (path, code) in [
        ("nowhere", "NO_SUCH_FILE"),
        (lost.as_str(), "NO_SUCH_FILE"),
        (file.as_str(), "INVALID_STAGED_UPLOAD_FILE"),
    ] {
        let asked = json!({"mutation": CREATE, "path": path});
        let reply = shop.admin(RUN, asked).await;
        assert_eq!(reply.refused(code)["field"], json!(["stagedUploadPath"]));
    }
    given_open(&shop, Kind::Mutation, 5).await;
    let asked = json!({"mutation": CREATE, "path": upload});
    shop.admin(RUN, asked).await.refused("LIMIT_REACHED");
}

#[scenario]
async fn what_a_cancelled_mutation_did_is_told_to_the_last_line(shop: TestShop) {
    let upload: String = (0..400)
        .map(|number| format!("{{\"product\": {{\"title\": \"P{number}\"}}}}\n"))
        .collect();
    let path = given_upload(&shop, "BULK_MUTATION_VARIABLES", &upload).await;
    let asked = json!({"mutation": CREATE, "path": path});
    let reply = shop.admin(RUN, asked).await.ok();
    let id = reply.text("bulkOperationRunMutation.bulkOperation.id");
    let cancel = "mutation ($id: ID!) {
        bulkOperationCancel(id: $id) { bulkOperation { status } userErrors { field } }
    }";
    shop.admin(cancel, json!({"id": id})).await;

    let done = ended(&shop, &id).await;

    let whole = done.text("node.status") == "COMPLETED";
    let field = if whole {
        "node.url"
    } else {
        "node.partialDataUrl"
    };
    let count = shop.admin("{ productsCount { count } }", json!({})).await;
    let count = count.number("productsCount.count");
    assert_eq!(done.text("node.objectCount"), count.to_string());
    if count > 0 {
        let told = lines(&shop, &done.text(field)).await;
        assert_eq!(i64::try_from(told.len()), Ok(count));
    }
}

#[scenario]
async fn an_operation_is_found_by_what_the_app_calls_it(shop: TestShop) {
    let path = given_upload(&shop, "BULK_MUTATION_VARIABLES", "{}\n").await;
    let run = "mutation ($mutation: String!, $path: String!, $name: String) {
        bulkOperationRunMutation(mutation: $mutation, stagedUploadPath: $path,
            clientIdentifier: $name) { bulkOperation { id } userErrors { field code } } }";
    let asked = |name: &str| json!({"mutation": CREATE, "path": path, "name": name});
    let reply = shop.admin(run, asked("spring")).await.ok();
    let id = reply.text("bulkOperationRunMutation.bulkOperation.id");
    let find =
        "query ($query: String!) { bulkOperations(first: 5, query: $query) { nodes { id } } }";
    for (name, wanted) in [("spring", json!([{"id": id}])), ("autumn", json!([]))] {
        let query = json!({"query": format!("client_identifier:{name}")});
        let found = shop.admin(find, query).await.ok();
        assert_eq!(found.get("bulkOperations.nodes"), &wanted);
    }
    shop.admin(run, asked(&"x".repeat(256)))
        .await
        .refused_at("clientIdentifier");
    ended(&shop, &id).await;
}
