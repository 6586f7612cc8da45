//! The program is killed under load, again and again, and must have lost nothing
//! that it acknowledged.

mod bulk;
mod load;
mod luck;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use load::{Acknowledged, Shop};
use luck::Luck;
use server::Trouble;
use store::{Db, StoreError};
use tests::{Program, Receiver, books};
use units::ShopId;

const ROUNDS: u32 = 20;
const LOAD_MS: std::ops::Range<u64> = 150..900;
/// More of each variant than is sold before the end,
const STOCK: i64 = 1_500;
/// but of one, which runs out in the first rounds.
const SCARCE: i64 = 120;
const WEBHOOKS_PATIENCE: Duration = Duration::from_secs(120);

#[test]
fn nothing_acknowledged_is_lost_however_often_the_program_is_killed() {
    let seed = std::env::var("STOCKROOM_CRASH_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or_else(|| u64::from(std::process::id()));
    println!("STOCKROOM_CRASH_SEED={seed} runs the same moments again");
    let data = tempfile::tempdir().expect("the temporary folder is writable");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("threads can be started");
    runtime.block_on(run(Luck::new(seed), data.path()));
}

#[test]
fn bulk_operations_go_on_and_end_the_same_however_often_the_program_is_killed() {
    let seed = u64::from(std::process::id());
    let data = tempfile::tempdir().expect("the temporary folder is writable");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("threads can be started");
    runtime.block_on(bulk::run(Luck::new(seed), data.path()));
}

async fn run(mut luck: Luck, data: &Path) {
    let receiver = Receiver::start().await;
    let shop = Shop::open(data, &receiver.url(), SCARCE, STOCK).await;
    let mut acknowledged = Acknowledged::default();
    for round in 1..=ROUNDS {
        let mut program = serve(data);
        let moment = Duration::from_millis(luck.within(LOAD_MS));
        let loading = tokio::spawn(load::run(
            shop.clone(),
            program.told("url"),
            round,
            luck.next(),
        ));
        tokio::time::sleep(moment).await;
        program.kill();
        let new = loading.await.expect("the load ends");
        println!(
            "round {round}: killed after {} ms, {} orders acknowledged, {} in doubt",
            moment.as_millis(),
            new.orders.len(),
            new.in_doubt.len()
        );
        acknowledged.add(new);
        check(data, &shop, &acknowledged);
    }
    assert!(
        acknowledged.orders.len() > 200,
        "the load hardly sold anything"
    );
    let program = serve(data);
    wait_for_webhooks(&receiver, &acknowledged).await;
    drop(program);
    check(data, &shop, &acknowledged);
}

pub(crate) fn serve(data: &Path) -> Program {
    Program::start(&[
        "serve",
        "--data",
        &data.to_string_lossy(),
        "--listen",
        "127.0.0.1:0",
        "--allow-loopback",
        "--json",
    ])
}

/// Reads what the dead program left behind.
fn check(data: &Path, shop: &Shop, acknowledged: &Acknowledged) {
    let (shop, acknowledged) = (shop.clone(), acknowledged.clone());
    let database = format!("sqlite://{}/stockroom.db", data.display());
    // The store's own threads must not be waited for on an async one.
    let checking = std::thread::spawn(move || {
        let db = open(&database).expect("what the program left behind opens");
        let id = shop.id(&db);
        books::check(&db, id);
        every_order_once(&db, id, &acknowledged);
        nothing_oversold(&db, id);
        db.close();
    });
    checking.join().expect("the check holds");
}

fn open(database: &str) -> Result<Db, Trouble> {
    server::open(database)
}

fn rows<T: store::FromRow + Send + 'static>(db: &Db, shop: ShopId, text: &'static str) -> Vec<T> {
    db.read_blocking(shop, move |tx| tx.all(text, ()))
        .and_then(|rows: Result<Vec<T>, StoreError>| rows)
        .expect("the orders can be read")
}

/// Every buyer has an address of their own, so that their orders can be counted.
fn every_order_once(db: &Db, shop: ShopId, acknowledged: &Acknowledged) {
    let text = "SELECT COALESCE(email, ''), CAST(COUNT(*) AS BIGINT)
                  FROM orders
                 WHERE shop_id = $shop
                 GROUP BY email";
    let found: BTreeMap<String, i64> = rows(db, shop, text).into_iter().collect();
    for email in &acknowledged.orders {
        let count = found.get(email).copied().unwrap_or(0);
        assert_eq!(
            count, 1,
            "the acknowledged order of {email} exists {count} times"
        );
    }
    for (email, count) in found {
        let known = acknowledged.orders.contains(&email) || acknowledged.in_doubt.contains(&email);
        assert!(known, "nobody knows of the order of {email}");
        assert_eq!(count, 1, "{email} was sold to {count} times");
    }
}

fn nothing_oversold(db: &Db, shop: ShopId) {
    let text = "SELECT l.inventory_item_id, l.available, l.committed
                  FROM inventory_levels l
                 WHERE l.shop_id = $shop";
    let levels: Vec<(i64, i64, i64)> = rows(db, shop, text);
    for (item, available, committed) in levels {
        assert!(
            available >= 0,
            "item {item} is oversold: {available} available"
        );
        assert!(
            [STOCK, SCARCE].contains(&(available + committed)),
            "units of item {item} came or went: {available} available, {committed} committed"
        );
    }
    let text =
        "SELECT v.inventory_item_id, CAST(COALESCE(SUM(l.quantity), 0) AS BIGINT), n.committed
                  FROM product_variants v
                  JOIN inventory_levels n
                    ON n.shop_id = $shop AND n.inventory_item_id = v.inventory_item_id
                  LEFT JOIN line_items l ON l.shop_id = $shop AND l.variant_id = v.id
                 WHERE v.shop_id = $shop
                 GROUP BY v.inventory_item_id, n.committed";
    let sold: Vec<(i64, i64, i64)> = rows(db, shop, text);
    for (item, sold, committed) in sold {
        assert_eq!(
            sold, committed,
            "item {item}: sold and committed units differ"
        );
    }
}

/// At least once, and for every acknowledged order.
async fn wait_for_webhooks(receiver: &Receiver, acknowledged: &Acknowledged) {
    let polls = WEBHOOKS_PATIENCE.as_millis() / 100;
    let mut missing = BTreeSet::new();
    for _ in 0..polls {
        let told: BTreeSet<String> = receiver
            .deliveries()
            .iter()
            .filter_map(|delivery| delivery.json()["email"].as_str().map(str::to_owned))
            .collect();
        missing = acknowledged.orders.difference(&told).cloned().collect();
        if missing.is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let first: Vec<&String> = missing.iter().take(5).collect();
    panic!(
        "{} orders were never told of, among them {first:?}",
        missing.len()
    );
}
