//! Measures the write lanes: an order of 11 statements, as single closures and as slices, from
//! 64 and 512 clients, on SQLite and, when its address is given, PostgreSQL.
//!
//! `cargo run --release -p store --example lanes [-- SECONDS [POSTGRES [WORD]]]`: only the lines
//! that hold the word are measured, such as `SQLite` or `slices | 64`.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use store::{Db, Migration, Options, Served, Slice, StoreError, Tx};
use units::{ShopId, Timestamp};

const SHOP: ShopId = ShopId(1);
const VARIANTS: i64 = 1_000;
const STOCK: i64 = 1_000_000_000;

const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    name: "orders",
    sql: "
CREATE TABLE variants (
    shop_id BIGINT NOT NULL, id BIGINT NOT NULL, title TEXT NOT NULL, price_minor BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE TABLE levels (
    shop_id BIGINT NOT NULL, variant_id BIGINT NOT NULL,
    available BIGINT NOT NULL CHECK (available >= 0), committed BIGINT NOT NULL,
    PRIMARY KEY (shop_id, variant_id)
);
CREATE TABLE counters (
    shop_id BIGINT NOT NULL, name TEXT NOT NULL, last BIGINT NOT NULL,
    PRIMARY KEY (shop_id, name)
);
CREATE TABLE keys (
    shop_id BIGINT NOT NULL, key TEXT NOT NULL, order_id BIGINT NOT NULL,
    PRIMARY KEY (shop_id, key)
);
CREATE TABLE ledger (
    shop_id BIGINT NOT NULL, id BIGINT NOT NULL, variant_id BIGINT NOT NULL,
    delta BIGINT NOT NULL, reason TEXT NOT NULL, at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE TABLE orders (
    shop_id BIGINT NOT NULL, id BIGINT NOT NULL, number BIGINT NOT NULL, email TEXT NOT NULL,
    total_minor BIGINT NOT NULL, currency TEXT NOT NULL, at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);
CREATE UNIQUE INDEX orders_by_number ON orders (shop_id, number);
CREATE TABLE line_items (
    shop_id BIGINT NOT NULL, order_id BIGINT NOT NULL, id BIGINT NOT NULL,
    variant_id BIGINT NOT NULL, title TEXT NOT NULL, quantity BIGINT NOT NULL,
    price_minor BIGINT NOT NULL,
    PRIMARY KEY (shop_id, order_id, id)
);
CREATE TABLE transactions (
    shop_id BIGINT NOT NULL, order_id BIGINT NOT NULL, id BIGINT NOT NULL, kind TEXT NOT NULL,
    amount_minor BIGINT NOT NULL, at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, order_id, id)
);
CREATE TABLE fulfillment_orders (
    shop_id BIGINT NOT NULL, order_id BIGINT NOT NULL, id BIGINT NOT NULL, status TEXT NOT NULL,
    PRIMARY KEY (shop_id, order_id, id)
);
CREATE TABLE events (
    shop_id BIGINT NOT NULL, id BIGINT NOT NULL, topic TEXT NOT NULL, subject BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, id)
);",
}];

/// An order that a client asks for; its ids are made before.
#[derive(Clone)]
struct Order {
    key: String,
    variant: i64,
    ids: [i64; 6],
    now: Timestamp,
}

#[derive(Debug, thiserror::Error)]
enum OrderError {
    #[error("sold out")]
    SoldOut,
    #[error(transparent)]
    Store(#[from] StoreError),
}

const KEY: &str = "INSERT INTO keys (shop_id, key, order_id) VALUES ($shop, $1, $2)";
const LEDGER: &str = "INSERT INTO ledger (shop_id, id, variant_id, delta, reason, at)
     VALUES ($shop, $1, $2, $3, 'order', $4)";
const ORDER: &str = "INSERT INTO orders (shop_id, id, number, email, total_minor, currency, at)
     VALUES ($shop, $1, $2, $3, $4, 'EUR', $5)";
const LINE: &str =
    "INSERT INTO line_items (shop_id, order_id, id, variant_id, title, quantity, price_minor)
     VALUES ($shop, $1, $2, $3, $4, 1, $5)";
const TRANSACTION: &str = "INSERT INTO transactions (shop_id, order_id, id, kind, amount_minor, at)
     VALUES ($shop, $1, $2, 'SALE', $3, $4)";
const FULFILLMENT_ORDER: &str = "INSERT INTO fulfillment_orders (shop_id, order_id, id, status)
     VALUES ($shop, $1, $2, 'OPEN')";
const EVENT: &str = "INSERT INTO events (shop_id, id, topic, subject, at)
     VALUES ($shop, $1, 'orders/create', $2, $3)";

/// Eleven statements, one order.
fn single(tx: &mut Tx, order: &Order) -> Result<i64, OrderError> {
    let [id, line, transaction, fulfillment, ledger, event] = order.ids;
    let known: Option<i64> = tx.optional(
        "SELECT order_id FROM keys WHERE shop_id = $shop AND key = $1",
        (&order.key,),
    )?;
    if let Some(known) = known {
        return Ok(known);
    }
    let (title, price, available): (String, i64, i64) = tx.one(
        "SELECT v.title, v.price_minor, l.available FROM variants v
           JOIN levels l ON l.shop_id = v.shop_id AND l.variant_id = v.id
          WHERE v.shop_id = $shop AND v.id = $1",
        (order.variant,),
    )?;
    if available < 1 {
        return Err(OrderError::SoldOut);
    }
    let number: i64 = tx.one(
        "UPDATE counters SET last = last + 1 WHERE shop_id = $shop AND name = 'orders'
         RETURNING last",
        (),
    )?;
    tx.execute(
        "UPDATE levels SET available = available - 1, committed = committed + 1
          WHERE shop_id = $shop AND variant_id = $1 AND available >= 1",
        (order.variant,),
    )?;
    tx.execute(LEDGER, (ledger, order.variant, -1_i64, order.now))?;
    tx.execute(ORDER, (id, number, "buyer@example.com", price, order.now))?;
    tx.execute(LINE, (id, line, order.variant, &title, price))?;
    tx.execute(TRANSACTION, (id, transaction, price, order.now))?;
    tx.execute(FULFILLMENT_ORDER, (id, fulfillment))?;
    tx.execute(EVENT, (event, id, order.now))?;
    tx.execute(KEY, (&order.key, id))?;
    Ok(id)
}

impl Slice for Order {
    type Done = i64;
    type Error = OrderError;

    /// Eleven statements, many orders.
    fn run(tx: &mut Tx, orders: &mut [Self]) -> Served<Self> {
        let mut wanted: Vec<i64> = orders.iter().map(|order| order.variant).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let keys: Vec<&str> = orders.iter().map(|order| order.key.as_str()).collect();
        let known: Vec<(String, i64)> = tx.all(
            "SELECT key, order_id FROM keys WHERE shop_id = $shop AND key = ANY($1)",
            (&keys,),
        )?;
        let mut variants: Vec<(i64, String, i64, i64)> = tx.all_locked(
            "SELECT v.id, v.title, v.price_minor, l.available FROM variants v
               JOIN levels l ON l.shop_id = v.shop_id AND l.variant_id = v.id
              WHERE v.shop_id = $shop AND v.id = ANY($1) ORDER BY v.id",
            (&wanted,),
        )?;
        let mut sold = vec![0_i64; variants.len()];
        let mut taken: Vec<(&Order, usize)> = Vec::with_capacity(orders.len());
        let results = orders
            .iter()
            .map(|order| {
                if let Some((_, id)) = known.iter().find(|(key, _)| *key == order.key) {
                    return Ok(*id);
                }
                let place = variants.binary_search_by_key(&order.variant, |variant| variant.0);
                let place = place.map_err(|_| OrderError::SoldOut)?;
                if variants[place].3 < 1 {
                    return Err(OrderError::SoldOut);
                }
                variants[place].3 -= 1;
                sold[place] += 1;
                taken.push((order, place));
                Ok(order.ids[0])
            })
            .collect();
        if taken.is_empty() {
            return Ok(results);
        }
        let count = taken.len() as i64;
        let last: i64 = tx.one(
            "UPDATE counters SET last = last + $1 WHERE shop_id = $shop AND name = 'orders'
             RETURNING last",
            (count,),
        )?;
        let levels: Vec<(i64, i64)> = variants
            .iter()
            .zip(&sold)
            .map(|(variant, sold)| (variant.0, *sold))
            .collect();
        tx.update_many(
            "UPDATE levels SET available = available - $2, committed = committed + $2
              WHERE shop_id = $shop AND variant_id = $1",
            &levels,
        )?;
        write_rows(tx, &taken, &variants, last - count)?;
        Ok(results)
    }
}

fn write_rows(
    tx: &mut Tx,
    taken: &[(&Order, usize)],
    variants: &[(i64, String, i64, i64)],
    before: i64,
) -> Result<(), StoreError> {
    type Variant = (i64, String, i64, i64);
    fn rows<'a, P>(
        taken: &'a [(&'a Order, usize)],
        variants: &'a [Variant],
        row: impl Fn(&'a Order, &'a Variant, i64) -> P,
    ) -> Vec<P> {
        let places = taken.iter().zip(1..);
        places
            .map(|((order, place), number)| row(order, &variants[*place], number))
            .collect()
    }
    let ledger = rows(taken, variants, |o, v, _| (o.ids[4], v.0, -1_i64, o.now));
    tx.insert_many(LEDGER, &ledger)?;
    let orders = rows(taken, variants, |o, v, number| {
        (o.ids[0], before + number, "buyer@example.com", v.2, o.now)
    });
    tx.insert_many(ORDER, &orders)?;
    let lines = rows(taken, variants, |o, v, _| {
        (o.ids[0], o.ids[1], v.0, v.1.as_str(), v.2)
    });
    tx.insert_many(LINE, &lines)?;
    let transactions = rows(taken, variants, |o, v, _| (o.ids[0], o.ids[2], v.2, o.now));
    tx.insert_many(TRANSACTION, &transactions)?;
    let fulfillments = rows(taken, variants, |o, _, _| (o.ids[0], o.ids[3]));
    tx.insert_many(FULFILLMENT_ORDER, &fulfillments)?;
    let events = rows(taken, variants, |o, _, _| (o.ids[5], o.ids[0], o.now));
    tx.insert_many(EVENT, &events)?;
    let keys = rows(taken, variants, |o, _, _| (o.key.as_str(), o.ids[0]));
    tx.insert_many(KEY, &keys)?;
    Ok(())
}

#[derive(Clone, Copy, PartialEq)]
enum Style {
    Closures,
    Slices,
}

/// Where the buyers buy.
#[derive(Clone, Copy)]
enum Aim {
    Spread,
    One,
    SoldOut,
}

fn main() {
    let seconds = std::env::args().nth(1).and_then(|text| text.parse().ok());
    let time = Duration::from_secs(seconds.unwrap_or(3));
    let word = std::env::args().nth(3).unwrap_or_default();
    println!("| database | style | clients | buying | orders/s | refused/s | p50 ms | p99 ms |");
    println!("|---|---|---|---|---|---|---|---|");
    let folder = tempfile::tempdir_in(".").expect("a folder for the database");
    let file = format!("sqlite://{}", folder.path().join("bench.db").display());
    bench("SQLite", &file, time, &word);
    if let Some(server) = std::env::args().nth(2) {
        let mut client = postgres::Client::connect(&server, postgres::NoTls).expect("a server");
        let schema = format!("lanes_{}", std::process::id());
        client
            .batch_execute(&format!("CREATE SCHEMA {schema}"))
            .expect("a schema");
        bench(
            "PostgreSQL",
            &format!("{server}?options=-csearch_path%3D{schema}"),
            time,
            &word,
        );
        client
            .batch_execute(&format!("DROP SCHEMA {schema} CASCADE"))
            .expect("a schema to drop");
    }
}

fn bench(name: &str, url: &str, time: Duration, word: &str) {
    let db = Db::open(url, Options::new(MIGRATIONS, "0.1.0")).expect("a database");
    seed(&db);
    for style in [Style::Closures, Style::Slices] {
        let lines = [
            (1, Aim::Spread),
            (64, Aim::Spread),
            (512, Aim::Spread),
            (64, Aim::One),
            (512, Aim::SoldOut),
        ];
        for (clients, aim) in lines {
            let line = line(name, style, clients, aim);
            if line.contains(word) {
                measure(&line, &db, style, clients, aim, time);
            }
        }
    }
    db.close();
}

fn seed(db: &Db) {
    db.write_blocking(SHOP, |tx| {
        let variants: Vec<(i64, String, i64)> = (0..=VARIANTS)
            .map(|id| (id, format!("Variant {id}"), 1_000 + id))
            .collect();
        tx.insert_many(
            "INSERT INTO variants (shop_id, id, title, price_minor) VALUES ($shop, $1, $2, $3)",
            &variants,
        )?;
        let levels: Vec<(i64, i64)> = (0..=VARIANTS)
            .map(|id| (id, if id == VARIANTS { 0 } else { STOCK }))
            .collect();
        tx.insert_many(
            "INSERT INTO levels (shop_id, variant_id, available, committed)
             VALUES ($shop, $1, $2, 0)",
            &levels,
        )?;
        tx.execute(
            "INSERT INTO counters (shop_id, name, last) VALUES ($shop, 'orders', 1000)",
            (),
        )
    })
    .map_err(|error: StoreError| error)
    .expect("a seeded shop");
}

fn line(name: &str, style: Style, clients: i64, aim: Aim) -> String {
    let style = match style {
        Style::Closures => "closures",
        Style::Slices => "slices",
    };
    let aim = match aim {
        Aim::Spread => "many variants",
        Aim::One => "one variant",
        Aim::SoldOut => "half sold out",
    };
    format!("{name} | {style} | {clients} | {aim}")
}

fn measure(line: &str, db: &Db, style: Style, clients: i64, aim: Aim, time: Duration) {
    static RUNS: AtomicI64 = AtomicI64::new(0);
    let run = RUNS.fetch_add(1, Ordering::Relaxed);
    let start = now();
    let counts = Arc::new([AtomicU64::new(0), AtomicU64::new(0)]);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let mut waits: Vec<u32> = runtime.block_on(async {
        let tasks: Vec<_> = (0..clients)
            .map(|client| {
                tokio::spawn(buy(
                    db.clone(),
                    style,
                    aim,
                    [run, client],
                    start + time,
                    Arc::clone(&counts),
                ))
            })
            .collect();
        let mut waits = Vec::new();
        for task in tasks {
            waits.extend(task.await.expect("a client that ends"));
        }
        waits
    });
    let elapsed_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(1);
    waits.sort_unstable();
    let at = |percent: usize| -> String {
        let micros = waits.get(waits.len() * percent / 100).copied();
        let micros = micros.unwrap_or(0);
        format!("{}.{:02}", micros / 1000, micros % 1000 / 10)
    };
    let rate = |count: usize| counts[count].load(Ordering::Relaxed) * 1000 / elapsed_ms;
    println!(
        "| {line} | {} | {} | {} | {} |",
        rate(0),
        rate(1),
        at(50),
        at(99),
    );
}

/// One client: orders again as soon as the last order is answered. Gives the waits in µs.
async fn buy(
    db: Db,
    style: Style,
    aim: Aim,
    [run, client]: [i64; 2],
    until: Instant,
    counts: Arc<[AtomicU64; 2]>,
) -> Vec<u32> {
    let mut waits = Vec::new();
    let mut turn = 0_i64;
    while now() < until {
        turn += 1;
        let clock = Timestamp(1_790_000_000_000_000);
        let order = Order {
            key: format!("{run}-{client}-{turn}"),
            variant: match aim {
                Aim::Spread => (client * 7919 + turn * 31) % VARIANTS,
                Aim::One => 1,
                Aim::SoldOut if turn % 2 == 0 => VARIANTS,
                Aim::SoldOut => 2,
            },
            ids: std::array::from_fn(|_| db.ids().next(clock)),
            now: clock,
        };
        let sent = now();
        let done = match style {
            Style::Closures => db.write(SHOP, move |tx| single(tx, &order)).await,
            Style::Slices => db.submit(SHOP, order).await,
        };
        waits.push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX));
        match done {
            Ok(_) => counts[0].fetch_add(1, Ordering::Relaxed),
            Err(OrderError::SoldOut) => counts[1].fetch_add(1, Ordering::Relaxed),
            Err(OrderError::Store(error)) => panic!("{error}"),
        };
    }
    waits
}

#[expect(clippy::disallowed_methods, reason = "a benchmark is a stopwatch")]
fn now() -> Instant {
    Instant::now()
}
