//! A bulk mutation and a bulk query, killed again and again.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use reqwest::Client;
use serde_json::{Value, json};
use tests::{Program, Receiver};

use crate::load::Shop;
use crate::luck::Luck;
use crate::serve;

/// Lines of the mutation: seconds of work.
const LINES: usize = 3_000;
/// The program is killed so often under each operation; it may have ended before.
const KILLS: u32 = 6;
/// When, after it was begun or went on.
const MUTATION_MS: Range<u64> = 60..300;
/// A query is quicker,
const QUERY_MS: Range<u64> = 1..60;
/// so that there are several.
const EXPORTS: u32 = 3;
const PATIENCE: u32 = 1_200;

const CREATE: &str = "mutation ($product: ProductCreateInput!) {
    productCreate(product: $product) { product { id title } userErrors { message } }
}";
const EXPORT: &str = "{ products(sortKey: ID) { edges { node { id title
    variants { edges { node { id price } } } media { edges { node { id } } } } } } }";

pub(crate) async fn run(mut luck: Luck, data: &Path) {
    let receiver = Receiver::start().await;
    let shop = Shop::open(data, &receiver.url(), 1, 1).await;
    let client = tests::client();

    let program = serve(data);
    let url = program.told("url");
    let path = upload(&shop, &client, &url).await;
    let begun = "mutation ($mutation: String!, $path: String!) {
        bulkOperationRunMutation(mutation: $mutation, stagedUploadPath: $path) {
            bulkOperation { id } userErrors { message }
        }
    }";
    let variables = json!({"mutation": CREATE, "path": path});
    let reply = ask(&shop, &client, &url, begun, variables).await;
    let id = text(&reply, "/data/bulkOperationRunMutation/bulkOperation/id");
    let (lines, killed) =
        killed_until_done(&mut luck, data, &shop, program, &id, MUTATION_MS).await;
    println!("the bulk mutation was killed {killed} times in its work");
    assert!(killed > 0, "the mutation was too quick to be killed");
    every_line_once(&lines, data, &shop).await;

    let program = serve(data);
    let whole = export(&shop, &client, &program).await;
    let reference = followed(&shop, &client, &program, &whole).await;
    drop(program);
    let mut killed = 0;
    for _ in 0..EXPORTS {
        let program = serve(data);
        let again = export(&shop, &client, &program).await;
        let (lines, times) =
            killed_until_done(&mut luck, data, &shop, program, &again, QUERY_MS).await;
        assert!(
            lines == reference,
            "the result is another than without a kill"
        );
        killed += times;
    }
    println!("the bulk query was killed {killed} times in its work");
    assert!(killed > 0, "the query was too quick to be killed");
}

async fn export(shop: &Shop, client: &Client, program: &Program) -> String {
    let run = "mutation ($query: String!) {
        bulkOperationRunQuery(query: $query) { bulkOperation { id } userErrors { message } }
    }";
    let url = program.told("url");
    let reply = ask(shop, client, &url, run, json!({"query": EXPORT})).await;
    text(&reply, "/data/bulkOperationRunQuery/bulkOperation/id")
}

/// Kills the program under an operation, again and again, then lets it end; gives the result and
/// how often it was killed before the end.
async fn killed_until_done(
    luck: &mut Luck,
    data: &Path,
    shop: &Shop,
    mut program: Program,
    id: &str,
    moment_ms: Range<u64>,
) -> (String, u32) {
    let client = tests::client();
    let mut killed = 0;
    for _ in 0..KILLS {
        tokio::time::sleep(Duration::from_millis(luck.within(moment_ms.clone()))).await;
        let (status, _) = status(shop, &client, &program.told("url"), id).await;
        program.kill();
        killed += u32::from(status == "RUNNING");
        program = serve(data);
    }
    (followed(shop, &client, &program, id).await, killed)
}

/// Waits for an operation's end, and fetches its result.
async fn followed(shop: &Shop, client: &Client, program: &Program, id: &str) -> String {
    let url = program.told("url");
    for _ in 0..PATIENCE {
        let (status, address) = status(shop, client, &url, id).await;
        if status == "COMPLETED" {
            let path = address.find("/bulk/").map_or("", |at| &address[at..]);
            let reply = client.get(format!("{url}{path}")).send().await;
            let reply = reply.expect("the result is served");
            assert_eq!(reply.status(), 200);
            return reply.text().await.expect("the result is text");
        }
        assert!(matches!(status.as_str(), "CREATED" | "RUNNING"), "{status}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{id} does not end");
}

async fn status(shop: &Shop, client: &Client, url: &str, id: &str) -> (String, String) {
    let query = "query ($id: ID!) { bulkOperation(id: $id) { status url errorCode } }";
    let reply = ask(shop, client, url, query, json!({"id": id})).await;
    let address = reply.pointer("/data/bulkOperation/url");
    let address = address.and_then(Value::as_str).unwrap_or_default();
    (
        text(&reply, "/data/bulkOperation/status"),
        address.to_owned(),
    )
}

async fn ask(shop: &Shop, client: &Client, url: &str, query: &str, variables: Value) -> Value {
    let reply = shop.admin(client, url, query, variables).await;
    reply.expect("the Admin API answers")
}

fn text(reply: &Value, at: &str) -> String {
    let found = reply.pointer(at).and_then(Value::as_str);
    found
        .unwrap_or_else(|| panic!("no {at}: {reply}"))
        .to_owned()
}

/// Uploads the lines and gives their key.
async fn upload(shop: &Shop, client: &Client, url: &str) -> String {
    let stage = "mutation { stagedUploadsCreate(input: [{resource: BULK_MUTATION_VARIABLES,
        filename: \"lines.jsonl\", mimeType: \"text/jsonl\", httpMethod: PUT}]) {
        stagedTargets { url resourceUrl } userErrors { message } } }";
    let reply = ask(shop, client, url, stage, json!({})).await;
    let target = text(&reply, "/data/stagedUploadsCreate/stagedTargets/0/url");
    let at = target.find("/staged-uploads/").expect("a place to send to");
    let lines: String = (0..LINES)
        .map(|number| format!("{{\"product\": {{\"title\": \"Bulk {number}\"}}}}\n"))
        .collect();
    let sent = client
        .put(format!("{url}{}", &target[at..]))
        .body(lines)
        .send()
        .await
        .expect("the upload is taken");
    assert!(sent.status().is_success(), "{}", sent.status());
    text(
        &reply,
        "/data/stagedUploadsCreate/stagedTargets/0/resourceUrl",
    )
}

async fn every_line_once(result: &str, data: &Path, shop: &Shop) {
    let mut ids = BTreeSet::new();
    for (number, line) in result.lines().enumerate() {
        let line: Value = serde_json::from_str(line).expect("a line is JSON");
        assert_eq!(line["__lineNumber"], number);
        let product = &line["data"]["productCreate"]["product"];
        assert_eq!(product["title"], format!("Bulk {number}"));
        ids.insert(product["id"].as_str().unwrap_or_default().to_owned());
    }
    assert_eq!(ids.len(), LINES, "every line is told once");
    let program = serve(data);
    let count = "{ productsCount(query: \"title:Bulk*\", limit: null) { count } }";
    let reply = ask(
        shop,
        &tests::client(),
        &program.told("url"),
        count,
        json!({}),
    )
    .await;
    let count = &reply["data"]["productsCount"]["count"];
    assert_eq!(*count, LINES, "every line took effect once: {reply}");
}
