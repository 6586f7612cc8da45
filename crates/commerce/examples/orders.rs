//! How many carts and orders a second the domain takes, without HTTP: the lane alone.
//!
//! `cargo run --release -p commerce --example orders -- [DATABASE] [ORDERS] [CLIENTS]`
//!
//! The database is a new SQLite file in a temporary folder when none is given. Each case is run
//! with buyers spread over a hundred variants, all on one variant, and all on one that is sold
//! out half-way.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use commerce::carts::{self, CartRef, Edit, NewLine, Target};
use commerce::checkouts::{Outcome, Payment, Submit};
use commerce::orders::{
    Create, CustomerInput, InventoryBehaviour, LineInput, OrderInput, PersonInput,
};
use commerce::shops::{self, NewShop};
use commerce::{Actor, Address, Call, Luck, MIGRATIONS, inventory};
use store::{Db, Options, StoreError};
use units::{Currency, InventoryItemId, ProductVariantId, ShopId, Timestamp, WeightUnit};

const SHOP: ShopId = ShopId(1);
const NOW: Timestamp = Timestamp(1_780_000_000_000_000);
const VARIANTS: i64 = 100;

/// Which variant the buyer of a number wants.
type Variant = fn(usize) -> i64;

fn main() {
    let mut given = std::env::args().skip(1);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = || format!("sqlite://{}/orders.db", folder.path().display());
    let url = given.next().filter(|url| url != "-").unwrap_or_else(file);
    let orders: usize = given
        .next()
        .map_or(50_000, |text| text.parse().expect("a number"));
    let clients: usize = given
        .next()
        .map_or(256, |text| text.parse().expect("a number"));
    let only = given.next();

    let db = Db::open(&url, Options::new(MIGRATIONS, "bench")).expect("a database");
    let call = Call::new(SHOP, Actor::System, NOW, db.ids().clone(), Luck::seeded(7));
    set_up(&db, &call, orders);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .expect("a runtime");
    let wanted = |name: &str| only.as_deref().is_none_or(|only| name.starts_with(only));
    let cases: [(&str, Variant); 3] = [
        ("spread over 100 variants", |n| 1 + n as i64 % VARIANTS),
        ("all on one variant", |_| 1),
        ("sold out half-way", |_| 0),
    ];
    for (name, variant) in cases {
        if wanted("checkout") {
            if variant(0) == 0 {
                runtime.block_on(stock(&db, &call, 0, orders as i64 / 2));
            }
            let carts = runtime.block_on(carts(&db, &call, orders, clients, variant));
            let sold = runtime.block_on(checkouts(&db, &call, carts, clients));
            println!("{name}: {}", sold);
        }
        if wanted("create") {
            if variant(0) == 0 {
                runtime.block_on(stock(&db, &call, 0, orders as i64 / 2));
            }
            println!(
                "{name}: {}",
                runtime.block_on(creates(&db, &call, orders, clients, variant))
            );
        }
    }
    let wrong = db
        .read_blocking(SHOP, commerce::books::check)
        .expect("a reading")
        .expect("books");
    println!(
        "books: {}",
        if wrong.is_empty() {
            "balanced".to_owned()
        } else {
            wrong.join("\n")
        }
    );
    db.close();
}

fn set_up(db: &Db, call: &Call, orders: usize) {
    let shop = NewShop {
        handle: "bench".to_owned(),
        name: "Bench".to_owned(),
        email: "owner@example.com".to_owned(),
        currency: Currency::USD,
        time_zone: "UTC".to_owned(),
        address1: String::new(),
        city: String::new(),
        zip: String::new(),
        country_code: "US".to_owned(),
        test_shop: true,
        taxes_included: false,
        tax_title: "Tax".to_owned(),
        tax_rate_ppm: 80_000,
        shipping_title: "Standard".to_owned(),
        shipping_price_minor: 500,
        shipping_taxed: false,
    };
    db.platform_write_blocking(move |platform| shops::create(platform, SHOP, &shop, NOW))
        .expect("a shop");
    let call = call.clone();
    db.write_blocking(SHOP, move |tx| {
        let place = inventory::NewLocation {
            name: "Warehouse".to_owned(),
            ..Default::default()
        };
        let location = inventory::create_location(tx, &call, &place).expect("a location");
        for number in 0..=VARIANTS {
            insert_variant(tx, &call, number)?;
            let stock = inventory::Movement::restocked(
                InventoryItemId(number),
                location,
                if number == 0 { 0 } else { 4 * orders as i64 },
            );
            inventory::enter(tx, &call, "correction", "", &[stock])?;
        }
        Ok::<_, StoreError>(())
    })
    .expect("merchandise");
}

fn insert_variant(tx: &mut store::Tx, call: &Call, number: i64) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO products (shop_id, id, title, title_key, handle, description_html, vendor,
             vendor_key, product_type, product_type_key, category, status, gift_card,
             price_min_minor, price_max_minor, variants_count, only_default_variant, published_at,
             created_at, updated_at)
         VALUES ($shop, $1, $2, $2, $3, '', 'Maker', 'maker', '', '', '', 'ACTIVE', 0, 1999, 1999,
             1, 0, $4, $4, $4)",
        (
            number,
            format!("Product {number}"),
            format!("product-{number}"),
            NOW,
        ),
    )?;
    tx.execute(
        "INSERT INTO product_variants (shop_id, id, product_id, position, title, option1, sku,
             barcode, price_minor, taxable, tax_code, inventory_policy, inventory_item_id,
             created_at, updated_at)
         VALUES ($shop, $1, $1, 1, 'Blue', 'Blue', $2, '', 1999, 1, '', 'DENY', $1, $3, $3)",
        (number, format!("SKU-{number}"), NOW),
    )?;
    tx.execute(
        "INSERT INTO product_options (shop_id, id, product_id, position, name)
         VALUES ($shop, $1, $1, 1, 'Colour')",
        (number,),
    )?;
    tx.execute(
        "INSERT INTO inventory_items (shop_id, id, variant_id, sku, tracked, requires_shipping,
             weight_grams, weight_unit, created_at, updated_at)
         VALUES ($shop, $1, $1, $2, 1, 1, 250, $3, $4, $4)",
        (number, format!("SKU-{number}"), WeightUnit::Grams, call.now),
    )?;
    Ok(())
}

/// Raises an item's stock to what is wanted of it.
async fn stock(db: &Db, call: &Call, item: i64, quantity: i64) {
    let request = inventory::ChangeQuantities {
        call: call.clone(),
        change: inventory::Change::Set,
        name: "available".to_owned(),
        reason: "correction".to_owned(),
        document: String::new(),
        quantities: vec![inventory::QuantityChange {
            item: InventoryItemId(item),
            location: db
                .read(SHOP, |tx| inventory::locations(tx).map(|all| all[0].id))
                .await
                .expect("a reading")
                .expect("a location"),
            quantity,
            change_from: None,
            ledger_document: None,
        }],
        key: None,
    };
    db.submit(SHOP, request).await.expect("stock");
}

/// Runs `orders` requests of `clients` clients and says how fast they went.
async fn rate<F, R>(orders: usize, clients: usize, request: F) -> u128
where
    F: Fn(usize) -> R + Send + Sync + 'static,
    R: Future<Output = ()> + Send,
{
    let next = Arc::new(AtomicUsize::new(0));
    let request = Arc::new(request);
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
    let start = Instant::now();
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..clients {
        let (next, request) = (next.clone(), request.clone());
        running.spawn(async move {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                if at >= orders {
                    break;
                }
                request(at).await;
            }
        });
    }
    while let Some(done) = running.join_next().await {
        done.expect("no panic");
    }
    orders as u128 * 1_000_000 / start.elapsed().as_micros().max(1)
}

async fn carts(
    db: &Db,
    call: &Call,
    orders: usize,
    clients: usize,
    variant: Variant,
) -> Vec<CartRef> {
    let made = Arc::new(std::sync::Mutex::new(Vec::with_capacity(orders)));
    let (db, call, keep) = (db.clone(), call.clone(), made.clone());
    let per_second = rate(orders, clients, move |at| {
        let write = carts::Write {
            call: call.acting_as(Actor::Buyer),
            target: Target::New,
            edits: vec![Edit::AddLines(vec![NewLine {
                merchandise: ProductVariantId(variant(at)),
                quantity: 1,
                attributes: Vec::new(),
                selling_plan: None,
            }])],
        };
        let (done, keep) = (db.submit(SHOP, write), keep.clone());
        async move {
            let written = done.await.expect("a cart");
            keep.lock().expect("no panic").push(written.cart);
        }
    })
    .await;
    println!("  {per_second} carts a second");
    std::mem::take(&mut *made.lock().expect("no panic"))
}

async fn checkouts(db: &Db, call: &Call, carts: Vec<CartRef>, clients: usize) -> String {
    let orders = carts.len();
    let sold = Arc::new(AtomicUsize::new(0));
    let (db, call, counted) = (db.clone(), call.clone(), sold.clone());
    let per_second = rate(orders, clients, move |at| {
        let cart = carts[at].clone();
        let submit = Submit {
            call: call.acting_as(Actor::Buyer),
            token: cart.token,
            proof: cart.secret,
            email: format!("buyer{at}@example.com"),
            shipping_address: Some(home()),
            billing_address: None,
            shipping_rate: None,
            payment: Payment {
                gateway: "bogus".to_owned(),
                number: Some("1".to_owned()),
            },
            expected_total: None,
            expected_due: None,
            expected_quantity: None,
        };
        let (done, counted) = (db.submit(SHOP, submit), counted.clone());
        async move {
            if let Ok(Outcome::Placed(_)) = done.await {
                counted.fetch_add(1, Ordering::Relaxed);
            }
        }
    })
    .await;
    let sold = sold.load(Ordering::Relaxed);
    format!("{per_second} checkouts a second, {sold} of {orders} placed")
}

async fn creates(db: &Db, call: &Call, orders: usize, clients: usize, variant: Variant) -> String {
    let sold = Arc::new(AtomicUsize::new(0));
    let (db, call, counted) = (db.clone(), call.clone(), sold.clone());
    let per_second = rate(orders, clients, move |at| {
        let input = OrderInput {
            lines: vec![LineInput {
                variant: Some(ProductVariantId(variant(at))),
                quantity: 1,
                ..LineInput::default()
            }],
            customer: CustomerInput::Upsert(PersonInput {
                email: Some(format!("app{at}@example.com")),
                first_name: Some("Ada".to_owned()),
                last_name: Some("Lovelace".to_owned()),
                ..PersonInput::default()
            }),
            shipping_address: Some(home()),
            financial_status: Some(commerce::orders::DisplayFinancialStatus::Paid),
            inventory: InventoryBehaviour::DecrementObeyingPolicy,
            ..OrderInput::default()
        };
        let create = Create {
            call: call.clone(),
            input,
        };
        let (done, counted) = (db.submit(SHOP, create), counted.clone());
        async move {
            if done.await.is_ok() {
                counted.fetch_add(1, Ordering::Relaxed);
            }
        }
    })
    .await;
    let sold = sold.load(Ordering::Relaxed);
    format!("{per_second} orderCreates a second, {sold} of {orders} created")
}

fn home() -> Address {
    Address {
        first_name: Some("Ada".to_owned()),
        last_name: Some("Lovelace".to_owned()),
        address1: Some("1 Main Street".to_owned()),
        city: Some("Springfield".to_owned()),
        province_code: Some("IL".to_owned()),
        zip: Some("62701".to_owned()),
        country_code: Some("US".to_owned()),
        ..Address::default()
    }
}
