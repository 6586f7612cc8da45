//! Databases for tests: a temporary file, and a schema of its own on the test server.

use std::sync::atomic::{AtomicU32, Ordering};

use store::{Db, Migration, Options};
use units::ShopId;

pub(crate) const SHOP: ShopId = ShopId(1);
pub(crate) const TWIN: ShopId = ShopId(2);

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    name: "items",
    sql: "
CREATE TABLE items (
    shop_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    title TEXT NOT NULL,
    stock BIGINT NOT NULL CHECK (stock >= 0),
    note TEXT,
    PRIMARY KEY (shop_id, id)
);
CREATE INDEX items_by_title ON items (shop_id, title, id);
CREATE TABLE parts (
    shop_id BIGINT NOT NULL,
    item_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    title TEXT NOT NULL,
    PRIMARY KEY (shop_id, item_id, id),
    FOREIGN KEY (shop_id, item_id) REFERENCES items (shop_id, id)
);
CREATE TABLE shops (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL
);",
}];

/// A database of one test; it goes with the value.
pub(crate) struct World {
    pub(crate) db: Db,
    pub(crate) url: String,
    _folder: Option<tempfile::TempDir>,
}

/// Runs a test on both databases, each with two shops.
pub(crate) fn on_both(test: impl Fn(&World)) {
    test(&sqlite());
    test(&postgres());
}

pub(crate) fn options() -> Options {
    Options::new(MIGRATIONS, "0.1.0")
}

pub(crate) fn sqlite() -> World {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("shop.db").display());
    World {
        db: Db::open(&url, options()).unwrap(),
        url,
        _folder: Some(folder),
    }
}

pub(crate) fn postgres() -> World {
    let url = postgres_url();
    World {
        db: Db::open(&url, options()).unwrap(),
        url,
        _folder: None,
    }
}

/// A fresh schema on the test server.
pub(crate) fn postgres_url() -> String {
    static SCHEMAS: AtomicU32 = AtomicU32::new(0);
    let server = server();
    let schema = format!(
        "store_{}_{}",
        std::process::id(),
        SCHEMAS.fetch_add(1, Ordering::Relaxed)
    );
    let mut client = ::postgres::Client::connect(&server, ::postgres::NoTls).unwrap();
    client
        .batch_execute(&format!("CREATE SCHEMA {schema}"))
        .unwrap();
    within(&server, &schema)
}

/// The address of a schema.
pub(crate) fn within(server: &str, schema: &str) -> String {
    let mark = if server.contains('?') { '&' } else { '?' };
    format!("{server}{mark}options=-csearch_path%3D{schema}")
}

#[expect(
    clippy::disallowed_methods,
    reason = "the test command passes the address of its private server in the environment"
)]
pub(crate) fn server() -> String {
    std::env::var("STOCKROOM_TEST_POSTGRES").expect(
        "STOCKROOM_TEST_POSTGRES is not set: run the tests with `cargo xtask test`, \
         which starts a private PostgreSQL server",
    )
}

impl World {
    /// An item of either shop, with the same id in both.
    pub(crate) fn given_items(&self, ids: &[i64]) {
        for shop in [SHOP, TWIN] {
            let rows: Vec<(i64, String, i64)> = ids
                .iter()
                .map(|id| (*id, format!("{} of {}", id, shop.get()), 10))
                .collect();
            self.db
                .write_blocking(shop, move |tx| {
                    tx.insert_many(
                        "INSERT INTO items (shop_id, id, title, stock) VALUES ($shop, $1, $2, $3)",
                        &rows,
                    )
                })
                .unwrap();
        }
    }

    pub(crate) fn stock(&self, shop: ShopId, id: i64) -> i64 {
        self.db
            .read_blocking(shop, move |tx| {
                tx.one(
                    "SELECT stock FROM items WHERE shop_id = $shop AND id = $1",
                    (id,),
                )
            })
            .unwrap()
            .unwrap()
    }

    pub(crate) fn commits(&self, shop: ShopId) -> i64 {
        self.db
            .read_blocking(shop, |tx| tx.commit_number())
            .unwrap()
            .unwrap()
    }
}
