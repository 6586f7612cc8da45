//! Changes of a large shop: prices that move products in and out of collections, rules that are asked about all
//! products, products with all their variants. What others wait meanwhile is measured beside it.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::runtime::Builder;

use super::client::{Client, Interface};
use super::fixture::{Fixture, Size, filled};
use super::texts::{
    CHANGE_COLLECTION, CHANGE_PRICES, COLLECTION, PRODUCT_VARIANTS, SET_PRODUCT, UPDATE_PRODUCT,
};
use super::{opened, row, shown};
use crate::http::Connection;

/// Prices that are changed, there and back.
const CHANGES: usize = 20;
/// Variants of the widest product.
const VARIANTS: usize = 2_048;

/// Measures every change on the large shop.
pub(super) fn measured(fixture: &Fixture) -> Result<String, String> {
    let mut client = opened(fixture, Size::Large)?;
    let mut text = row(&[
        "change",
        "floor",
        "took ms",
        "longest wait of another write ms",
        "",
    ]);
    text.push_str("|---|--:|--:|--:|---|\n");
    let mut told = |name: &str, floor: &str, took: &str, other: &str, kept: bool| {
        text.push_str(&row(&[
            name,
            floor,
            took,
            other,
            if kept { "kept" } else { "MISSED" },
        ]));
    };
    let entered = prices(&mut client)?;
    let name = "a price moves a product into and out of a collection of 50,000";
    told(name, "1 s", &shown(entered), "–", entered < 1_000_000);
    let (count, took, waited) = rules(&mut client)?;
    let name = format!("new rules of a collection, asked about all products ({count} are in it)");
    told(&name, "–", &shown(micros(took)), &shown(waited), true);
    let (took, waited) = widest(&mut client)?;
    let name = "the prices of a product's 2,048 variants";
    told(name, "–", &shown(took), &shown(waited), true);
    Ok(text)
}

fn micros(took: Duration) -> u64 {
    u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
}

/// Changes prices so that a product enters and leaves the large collection; gives the longest time until it is seen
/// there, in microseconds.
fn prices(client: &mut Client) -> Result<u64, String> {
    let mut longest = 0;
    for number in 0..CHANGES {
        let handle = format!("goods-{}", number * 10 + 2);
        let found = client.admin(PRODUCT_VARIANTS, &json!({ "handle": handle }))?;
        let product = found["productByIdentifier"].clone();
        let variants = product["variants"]["nodes"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let change = |price: &dyn Fn(&Value) -> Value| {
            let one = |variant: &Value| json!({ "id": variant["id"], "price": price(variant) });
            let variants: Vec<Value> = variants.iter().map(one).collect();
            json!({ "product": product["id"], "variants": variants })
        };
        for price in ["1.00", "5000.00"] {
            let start = Instant::now();
            client.admin(CHANGE_PRICES, &change(&|_| json!(price)))?;
            loop {
                let found = client.admin(PRODUCT_VARIANTS, &json!({ "handle": handle }))?;
                let held = found["productByIdentifier"]["inCollection"]["nodes"].as_array();
                let is_in =
                    held.is_some_and(|all| all.iter().any(|one| one["handle"] == "of-50000"));
                if is_in == (price == "1.00") {
                    break;
                }
                if start.elapsed() > Duration::from_secs(10) {
                    return Err(format!("{handle} at {price} never moved"));
                }
            }
            longest = longest.max(micros(start.elapsed()));
        }
        client.admin(CHANGE_PRICES, &change(&|variant| variant["price"].clone()))?;
    }
    Ok(longest)
}

/// Gives the collection of 10,000 other rules, and its own again; gives how many products the others admit, how long
/// it took to ask about all, and the longest that another write waited meanwhile.
fn rules(client: &mut Client) -> Result<(i64, Duration, u64), String> {
    let found = client.admin(COLLECTION, &json!({ "handle": "of-10000" }))?;
    let id = found["collectionByIdentifier"]["id"].clone();
    let ruled = |most: &str| {
        let rule = json!({ "column": "VARIANT_PRICE", "relation": "LESS_THAN", "condition": most });
        json!({ "input": { "id": id, "ruleSet": { "appliedDisjunctively": false, "rules": [rule] } } })
    };
    let others = Others::begin(client)?;
    let start = Instant::now();
    client.admin(CHANGE_COLLECTION, &ruled("200"))?;
    let told = start.elapsed();
    let (count, took) = filled(client, "of-10000")?;
    let waited = others.end()?;
    client.admin(CHANGE_COLLECTION, &ruled("80"))?;
    filled(client, "of-10000")?;
    Ok((count, told + took, waited))
}

/// Changes the prices of all variants of a product with the most there can be.
fn widest(client: &mut Client) -> Result<(u64, u64), String> {
    let values = |most: usize| {
        (0..most)
            .map(|it| json!({ "name": format!("v{it}") }))
            .collect::<Vec<_>>()
    };
    let options = json!([
        { "name": "One", "values": values(32) }, { "name": "Two", "values": values(64) },
    ]);
    let variants: Vec<Value> = (0..VARIANTS)
        .map(|number| {
            json!({ "price": "6000.00", "optionValues": [
                { "optionName": "One", "name": format!("v{}", number / 64) },
                { "optionName": "Two", "name": format!("v{}", number % 64) },
            ] })
        })
        .collect();
    let handle = format!("widest-{}", std::process::id());
    let input = json!({
        "title": "Widest", "handle": handle, "productOptions": options, "variants": variants,
    });
    let made = client.admin(SET_PRODUCT, &json!({ "input": input }))?;
    let product = made["productSet"]["product"]["id"].clone();
    let mut ids = Vec::new();
    let mut after = Value::Null;
    while ids.len() < VARIANTS {
        let text = "query($id: ID!, $after: String) {
            product(id: $id) { variants(first: 250, after: $after) { nodes { id } pageInfo { endCursor } } }
        }";
        let page = client.admin(text, &json!({ "id": product, "after": after }))?;
        let page = &page["product"]["variants"];
        let nodes = page["nodes"].as_array().cloned().unwrap_or_default();
        if nodes.is_empty() {
            return Err(format!("only {} variants were made", ids.len()));
        }
        ids.extend(nodes.into_iter().map(|node| node["id"].clone()));
        after = page["pageInfo"]["endCursor"].clone();
    }
    let others = Others::begin(client)?;
    let mut longest = 0;
    for price in ["6001.00", "6002.00", "6003.00"] {
        let variants: Vec<Value> = ids
            .iter()
            .map(|id| json!({ "id": id, "price": price }))
            .collect();
        let start = Instant::now();
        client.admin(
            CHANGE_PRICES,
            &json!({ "product": product, "variants": variants }),
        )?;
        longest = longest.max(micros(start.elapsed()));
    }
    Ok((longest, others.end()?))
}

/// Another client that changes one product over and over, and notes how long it waited.
struct Others {
    stop: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<Result<u64, String>>,
}

impl Others {
    fn begin(client: &mut Client) -> Result<Self, String> {
        let found = client.admin(PRODUCT_VARIANTS, &json!({ "handle": "goods-1" }))?;
        let product = found["productByIdentifier"]["id"].clone();
        let requests = [0, 1].map(|turn| {
            let input =
                json!({ "product": { "id": product, "seo": { "title": format!("turn {turn}") } } });
            client.request(Interface::Admin, UPDATE_PRODUCT, &input)
        });
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, address) = (Arc::clone(&stop), client.program.address);
        let thread = std::thread::spawn(move || writing(address, &requests, &stopped));
        Ok(Self { stop, thread })
    }

    fn end(self) -> Result<u64, String> {
        self.stop.store(true, Ordering::Relaxed);
        let done = self.thread.join();
        done.map_err(|_| PoisonError::new(()).to_string())?
    }
}

fn writing(address: SocketAddr, requests: &[Vec<u8>], stop: &AtomicBool) -> Result<u64, String> {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let connection = Connection::open(address).await;
        let mut connection = connection.map_err(|error| error.to_string())?;
        let mut longest = 0;
        for request in requests.iter().cycle() {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            let start = Instant::now();
            let reply = connection
                .send(request)
                .await
                .map_err(|error| error.to_string())?;
            if reply.status != 200 {
                return Err(format!("another write failed: {}", reply.shown()));
            }
            longest = longest.max(micros(start.elapsed()));
        }
        Ok(longest)
    })
}
