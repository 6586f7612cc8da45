//! The two shops: made once, kept, and found again.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Db, Options as StoreOptions};
use units::ShopId;

use super::Options;
use super::client::{Client, Tokens};
use super::goods;
use super::texts::{
    ADD_COLLECTION, ADD_PRODUCTS, COLLECTION, LOCATION, PRODUCT_IDS, PUBLISH, SET_PRODUCT,
};
use crate::shop::{place, prepare};

/// Collections of the small shop: a thousand when it is large.
const COLLECTIONS: usize = 8;
/// What the large shop's own collections ask of a price, and how many of a thousand products have it.
const SMART: [(&str, &str); 3] = [("of-50000", "390"), ("of-10000", "80"), ("of-1000", "9")];
/// Products of the collection that is put together by hand.
const BY_HAND: usize = 5_000;
/// How long a collection may take to fill.
const PATIENCE: Duration = Duration::from_secs(600);

/// Which of the two shops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    Small,
    Large,
}

/// Both shops, ready to be served.
pub(super) struct Fixture {
    folder: PathBuf,
    urls: [String; 2],
    pub(super) tokens: Tokens,
}

/// What is noted beside the shops.
#[derive(Serialize, Deserialize)]
struct Note {
    tokens: Tokens,
    products: usize,
    doublings: u32,
}

impl Fixture {
    /// Finds the shops, or makes them.
    pub(super) fn made(folder: &Path, options: &Options) -> Result<Self, String> {
        let urls = match options.postgres {
            true => [server_url("small")?, server_url("large")?],
            false => [String::new(), String::new()],
        };
        let mut fixture = Self {
            folder: folder.to_owned(),
            urls,
            tokens: Tokens::default(),
        };
        let text = std::fs::read_to_string(fixture.note()).unwrap_or_default();
        let known: Option<Note> = serde_json::from_str(&text).ok();
        let fits =
            |note: &Note| note.products == options.products && note.doublings == options.doublings;
        if let Some(note) = known.filter(|note| fits(note) && !options.anew) {
            fixture.tokens = note.tokens;
            return Ok(fixture);
        }
        fixture.make(options)?;
        Ok(fixture)
    }

    /// The arguments by which the program finds a shop.
    pub(super) fn place(&self, size: Size) -> Vec<String> {
        place(&self.data(size), &self.urls[size as usize])
    }

    /// A folder for what a measurement writes.
    pub(super) fn scratch(&self, name: &str) -> Result<PathBuf, String> {
        let folder = self.folder.join(name);
        std::fs::remove_dir_all(&folder).ok();
        std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        Ok(folder)
    }

    fn data(&self, size: Size) -> PathBuf {
        self.folder.join(match size {
            Size::Small => "small",
            Size::Large => "large",
        })
    }

    fn note(&self) -> PathBuf {
        self.folder.join("note.json")
    }

    fn make(&mut self, options: &Options) -> Result<(), String> {
        let said = |error: std::io::Error| error.to_string();
        std::fs::remove_dir_all(&self.folder).ok();
        std::fs::create_dir_all(self.data(Size::Small)).map_err(said)?;
        if options.postgres {
            new_database("small", None)?;
        }
        let place = self.place(Size::Small);
        let with = |arguments: &[&str]| {
            let rest = place.iter().map(String::as_str);
            let all: Vec<&str> = arguments.iter().copied().chain(rest).collect();
            crate::program::run(&all)
        };
        let (admin, storefront) = prepare(&with)?;
        self.tokens = Tokens { admin, storefront };
        eprintln!("making {} products", options.products);
        let ids = self.stock(options.products)?;
        eprintln!("doubling them {} times", options.doublings);
        if options.postgres {
            new_database("large", Some("small"))?;
        }
        copy(&self.data(Size::Small), &self.data(Size::Large)).map_err(said)?;
        self.grow(&ids, options.doublings)?;
        eprintln!("making the large collections");
        self.collect()?;
        let note = Note {
            tokens: self.tokens.clone(),
            products: options.products,
            doublings: options.doublings,
        };
        let text = serde_json::to_string(&note).map_err(|error| error.to_string())?;
        std::fs::write(self.note(), text).map_err(said)
    }

    /// Stocks the small shop; gives the range that all ids of its goods are in.
    fn stock(&self, products: usize) -> Result<std::ops::Range<i64>, String> {
        // Ids rise with the clock: this is some ten seconds before the first, and after the last.
        const MARGIN: i64 = 10_000 << 12;
        let mut client = Client::open(&self.place(Size::Small), &self.tokens)?;
        let found = client.admin(LOCATION, &json!({}))?;
        let location = found["locations"]["nodes"][0]["id"].clone();
        let mut collections = Vec::new();
        for number in 0..COLLECTIONS {
            let input = json!({ "input": { "title": format!("Shelf {number}") } });
            let made = client.admin(ADD_COLLECTION, &input)?;
            let id = made["collectionCreate"]["collection"]["id"].clone();
            client.admin(PUBLISH, &json!({ "id": id }))?;
            collections.push(id);
        }
        let first = number_of(&collections[0])?;
        let mut last = first;
        for number in 0..products {
            let input = goods::product(number, &location, &collections);
            let made = client.admin(SET_PRODUCT, &json!({ "input": input }))?;
            let id = &made["productSet"]["product"]["id"];
            client.admin(PUBLISH, &json!({ "id": id }))?;
            last = number_of(id)?;
        }
        Ok(first - MARGIN..last + MARGIN)
    }

    fn grow(&self, ids: &std::ops::Range<i64>, doublings: u32) -> Result<(), String> {
        let said = |error: &dyn std::fmt::Display| error.to_string();
        let url = match self.urls[Size::Large as usize].as_str() {
            "" => format!("sqlite://{}/stockroom.db", self.data(Size::Large).display()),
            url => url.to_owned(),
        };
        let options = StoreOptions::new(commerce::MIGRATIONS, "bench");
        let db = Db::open(&url, options).map_err(|error| said(&error))?;
        let shop = db
            .platform_read_blocking(|platform| platform.one::<i64>("SELECT MIN(id) FROM shops", ()))
            .and_then(|shop| shop)
            .map_err(|error| said(&error))?;
        let start = Instant::now();
        fixtures::grow(&db, ShopId(shop), ids, doublings).map_err(|error| said(&error))?;
        db.close();
        eprintln!("doubled in {} s", start.elapsed().as_secs());
        if url.starts_with("postgres") {
            client(&url)?
                .batch_execute("VACUUM ANALYZE")
                .map_err(|error| said(&error))?;
        }
        Ok(())
    }

    /// Makes the large shop's collections, and waits until they are filled.
    fn collect(&self) -> Result<(), String> {
        let mut client = Client::open(&self.place(Size::Large), &self.tokens)?;
        for (handle, most) in SMART {
            let rule =
                json!({ "column": "VARIANT_PRICE", "relation": "LESS_THAN", "condition": most });
            let input = json!({
                "title": handle, "handle": handle, "sortOrder": "PRICE_ASC",
                "ruleSet": { "appliedDisjunctively": false, "rules": [rule] },
            });
            let made = client.admin(ADD_COLLECTION, &json!({ "input": input }))?;
            client.admin(
                PUBLISH,
                &json!({ "id": made["collectionCreate"]["collection"]["id"] }),
            )?;
            let (count, took) = filled(&mut client, handle)?;
            eprintln!("{handle}: {count} products after {} ms", took.as_millis());
        }
        let input =
            json!({ "input": { "title": "by-hand", "handle": "by-hand", "sortOrder": "MANUAL" } });
        let made = client.admin(ADD_COLLECTION, &input)?;
        let id = made["collectionCreate"]["collection"]["id"].clone();
        client.admin(PUBLISH, &json!({ "id": id }))?;
        let mut after = Value::Null;
        for _ in 0..BY_HAND / 250 {
            let page = client.admin(PRODUCT_IDS, &json!({ "after": after }))?;
            let nodes = page["products"]["nodes"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            let ids: Vec<&Value> = nodes.iter().map(|node| &node["id"]).collect();
            client.admin(ADD_PRODUCTS, &json!({ "id": id, "productIds": ids }))?;
            after = page["products"]["pageInfo"]["endCursor"].clone();
        }
        Ok(())
    }
}

/// Waits until a collection's count stands still; gives it, and how long it rose.
pub(super) fn filled(client: &mut Client, handle: &str) -> Result<(i64, Duration), String> {
    let start = Instant::now();
    let (mut count, mut risen) = (-1, start);
    while start.elapsed() < PATIENCE {
        let found = client.admin(COLLECTION, &json!({ "handle": handle }))?;
        let now = found["collectionByIdentifier"]["productsCount"]["count"].as_i64();
        let now = now.ok_or_else(|| format!("there is no collection {handle}"))?;
        if now != count {
            (count, risen) = (now, Instant::now());
        }
        if risen.elapsed() > Duration::from_secs(3) {
            return Ok((count, risen - start));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Err(format!(
        "{handle} was not filled in {} s",
        PATIENCE.as_secs()
    ))
}

/// The number at the end of a global id.
fn number_of(id: &Value) -> Result<i64, String> {
    let number = id
        .as_str()
        .and_then(|id| id.rsplit('/').next()?.parse().ok());
    number.ok_or_else(|| format!("{id} is no id"))
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn server() -> Result<String, String> {
    let url = std::env::var("STOCKROOM_TEST_POSTGRES");
    url.map_err(|_| "STOCKROOM_TEST_POSTGRES is not set: run `cargo xtask bench`.".to_owned())
}

fn server_url(name: &str) -> Result<String, String> {
    let url = server()?;
    let (server, _) = url
        .rsplit_once('/')
        .ok_or("the address names no database")?;
    Ok(format!("{server}/bench_size_{name}"))
}

fn client(url: &str) -> Result<postgres::Client, String> {
    postgres::Client::connect(url, postgres::NoTls).map_err(|error| error.to_string())
}

fn new_database(name: &str, like: Option<&str>) -> Result<(), String> {
    let mut server = client(&server()?)?;
    let like = like.map_or_else(String::new, |like| format!(" TEMPLATE bench_size_{like}"));
    let texts = [
        format!("DROP DATABASE IF EXISTS bench_size_{name} WITH (FORCE)"),
        format!("CREATE DATABASE bench_size_{name}{like}"),
    ];
    for text in texts {
        let done = server.batch_execute(&text);
        done.map_err(|error| error.to_string())?;
    }
    Ok(())
}
