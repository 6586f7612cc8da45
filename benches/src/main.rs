//! Measures the real program over HTTP and prints a table of medians.
//!
//! The load generator runs on one thread of the same machine, so that it takes as
//! little as it can from the server. Commits are durable, the throttle is off.

mod http;
mod load;
mod program;
mod report;
mod shop;
mod size;
mod workloads;

use std::path::Path;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Instant;

use load::{Pace, Work};
use report::{Measured, Single};
use serde_json::json;
use shop::{Product, SCARCE, Shop};
use workloads::{OrderCreate, Purchase, Read};

const HELP: &str = "\
cargo xtask bench [OPTIONS]

  --only NAME[,NAME]   these workloads alone: purchase, purchase_one_variant,
                       purchase_sold_out, order_create, order_create_one_variant,
                       product_page, product_listing, start
  --database KIND      sqlite or postgres alone; both otherwise
  --rounds N           rounds of each workload (3)
  --seconds N          seconds of each round (5)
  --clients N          clients at once (64)

cargo xtask bench size measures a shop of 100,000 products instead; it has options of its own.
";

struct Options {
    only: Vec<String>,
    databases: Vec<&'static str>,
    rounds: usize,
    pace: Pace,
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).peekable();
    let done = match arguments.next_if_eq("size") {
        Some(_) => size::run(arguments),
        None => Options::parse(arguments).and_then(|options| measure(&options)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{}", message.trim_end());
            ExitCode::FAILURE
        }
    }
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Options {
            only: Vec::new(),
            databases: vec!["sqlite", "postgres"],
            rounds: 3,
            pace: Pace {
                clients: 64,
                seconds: 5,
            },
        };
        while let Some(name) = arguments.next() {
            let value = arguments.next().ok_or(HELP)?;
            let number = || {
                value
                    .parse::<usize>()
                    .map_err(|_| format!("{name} wants a number.\n\n{HELP}"))
            };
            match name.as_str() {
                "--only" => options.only = value.split(',').map(str::to_owned).collect(),
                "--database" => options.databases.retain(|kind| *kind == value),
                "--rounds" => options.rounds = number()?.max(1),
                "--seconds" => options.pace.seconds = number()?.max(1) as u64,
                "--clients" => options.pace.clients = number()?.max(1),
                _ => return Err(HELP.to_owned()),
            }
        }
        Ok(options)
    }

    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == name)
    }
}

fn measure(options: &Options) -> Result<(), String> {
    let mut measured = Vec::new();
    let mut singles = Vec::new();
    for database in &options.databases {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let url = match *database {
            "postgres" => new_postgres_database()?,
            _ => String::new(),
        };
        eprintln!("stocking a shop on {database}");
        let mut shop = Shop::open(folder.path(), &url, options.rounds)?;
        let mut bench = Bench {
            options,
            database,
            measured: &mut measured,
        };
        bench.workloads(&shop)?;
        if *database == "sqlite" && options.wants("start") {
            singles.extend(start(&mut shop, options.rounds)?);
        }
    }
    println!("{}", report::table(&measured, &singles));
    let target = program::path()?;
    let target = target
        .parent()
        .and_then(Path::parent)
        .ok_or("no target folder")?;
    let kept = report::keep(&target.join("bench"), &measured, &singles)?;
    println!("All rounds are in {kept}");
    Ok(())
}

struct Bench<'a> {
    options: &'a Options,
    database: &'static str,
    measured: &'a mut Vec<Measured>,
}

impl Bench<'_> {
    fn workloads(&mut self, shop: &Shop) -> Result<(), String> {
        let all: Vec<&Product> = shop.products.iter().collect();
        self.rounds("product_page", shop, || Ok(Read::product_page(shop)))?;
        self.rounds("product_listing", shop, || Ok(Read::product_listing(shop)))?;
        self.rounds("order_create", shop, || Ok(OrderCreate::of(shop, &all)))?;
        let one = || Ok(OrderCreate::of(shop, &all[..1]));
        self.rounds("order_create_one_variant", shop, one)?;
        self.rounds("purchase", shop, || Ok(Purchase::of(shop, &all)))?;
        self.rounds("purchase_one_variant", shop, || {
            Ok(Purchase::of(shop, &all[..1]))
        })?;
        if self.options.wants("purchase_sold_out") {
            self.sold_out(shop)?;
        }
        Ok(())
    }

    fn rounds<W: Work>(
        &mut self,
        name: &str,
        shop: &Shop,
        work: impl FnOnce() -> Result<W, String>,
    ) -> Result<(), String> {
        if !self.options.wants(name) {
            return Ok(());
        }
        eprintln!("{name} on {}", self.database);
        let work = Rc::new(work()?);
        let warm = Pace {
            seconds: 1,
            ..self.options.pace
        };
        load::round(&shop.program, warm, Rc::clone(&work))?;
        let mut rounds = Vec::new();
        for _ in 0..self.options.rounds {
            let round = load::round(&shop.program, self.options.pace, Rc::clone(&work))?;
            if round.refused > 0 {
                return Err(format!("{name}: {} were refused", round.refused));
            }
            rounds.push(round);
        }
        self.keep(name, rounds);
        Ok(())
    }

    /// Buyers of one variant after there is none left: exactly the stock is sold.
    fn sold_out(&mut self, shop: &Shop) -> Result<(), String> {
        eprintln!("purchase_sold_out on {}", self.database);
        let mut rounds = Vec::new();
        for product in &shop.scarce {
            let work = Rc::new(Purchase::of(shop, &[product]));
            let round = load::round(&shop.program, self.options.pace, work)?;
            let left = available(shop, product)?;
            let sold = i64::try_from(round.done).unwrap_or(i64::MAX);
            if sold != SCARCE - left || left < 0 || (round.refused > 0 && left != 0) {
                return Err(format!("{sold} of {SCARCE} were sold, yet {left} are left"));
            }
            rounds.push(round);
        }
        self.keep("purchase_sold_out", rounds);
        Ok(())
    }

    fn keep(&mut self, name: &str, rounds: Vec<load::Round>) {
        self.measured.push(Measured {
            name: name.to_owned(),
            database: self.database,
            clients: self.options.pace.clients,
            rounds,
        });
    }
}

fn available(shop: &Shop, product: &Product) -> Result<i64, String> {
    let query = "query left($id: ID!) {
        node(id: $id) { ... on ProductVariant { quantityAvailable } }
    }";
    let reply = shop.storefront(query, &json!({"id": product.variant}))?;
    let left = reply["node"]["quantityAvailable"].as_i64();
    left.ok_or_else(|| format!("no quantity in {reply}"))
}

/// The wait for the first Storefront reply after a start on an existing
/// database, and the memory that the program holds when nothing happens.
fn start(shop: &mut Shop, rounds: usize) -> Result<Vec<Single>, String> {
    let mut ready = Vec::new();
    let mut first = Vec::new();
    let mut resident = Vec::new();
    for _ in 0..rounds {
        shop.restart()?;
        let waited = Instant::now();
        one_read(shop)?;
        let ready_after = shop.program.ready_after;
        ready.push(milliseconds(ready_after));
        first.push(milliseconds(ready_after + waited.elapsed()));
        std::thread::sleep(std::time::Duration::from_secs(2));
        resident.push(megabytes(shop.program.resident_bytes()));
    }
    let single = |name, unit, values| Single { name, unit, values };
    Ok(vec![
        single("start until ready", "ms", ready),
        single("start until the first Storefront reply", "ms", first),
        single("resident memory, idle", "MB", resident),
    ])
}

fn one_read(shop: &Shop) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let mut connection = http::Connection::open(shop.program.address)
            .await
            .map_err(|error| error.to_string())?;
        Read::product_listing(shop)
            .once(&mut connection, 0, 0)
            .await
            .map(drop)
    })
}

#[expect(clippy::float_arithmetic, reason = "a wait is no money")]
fn milliseconds(duration: std::time::Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

#[expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "a size is no money"
)]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1_048_576.0
}

fn new_postgres_database() -> Result<String, String> {
    let url = std::env::var("STOCKROOM_TEST_POSTGRES")
        .map_err(|_| "STOCKROOM_TEST_POSTGRES is not set: run `cargo xtask bench`.".to_owned())?;
    let name = format!("bench_{}", std::process::id());
    let mut client =
        postgres::Client::connect(&url, postgres::NoTls).map_err(|error| error.to_string())?;
    client
        .batch_execute(&format!("CREATE DATABASE {name}"))
        .map_err(|error| error.to_string())?;
    let (server, _) = url
        .rsplit_once('/')
        .ok_or("the address names no database")?;
    Ok(format!("{server}/{name}"))
}
