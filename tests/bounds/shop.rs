//! A shop that counts what is done for it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use api::{Api, Incoming};
use commerce::apps::{Scopes, TokenKind};
use serde_json::{Value, json};
use server::{NewKeys, Settings};
use store::{Db, Options, Watch, Watched};
use tests::{new_postgres_database, new_shop};
use tokio::runtime::Runtime;
use units::ShopId;

use crate::operations::{Interface, Operation};

/// How many products, customers and orders a small shop has.
pub(crate) const SMALL: usize = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// What an operation cost.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cost {
    pub(crate) statements: u64,
    /// Steps of SQLite's machine, or rows and entries that PostgreSQL read.
    pub(crate) work: u64,
}

#[derive(Default)]
struct Seen {
    cost: Cost,
    /// Each text's plan, as it was made last.
    plans: BTreeMap<String, Vec<String>>,
}

pub(crate) struct Shop {
    pub(crate) engine: Engine,
    db: Db,
    api: Api,
    id: ShopId,
    settings: Settings,
    admin_token: String,
    storefront_token: String,
    runtime: Runtime,
    seen: Arc<Mutex<Seen>>,
    watch: Watch,
    ids: Range<i64>,
    _folder: tempfile::TempDir,
}

impl Shop {
    pub(crate) fn open(engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = Settings {
            database: match engine {
                Engine::Sqlite => format!("sqlite://{}/bounds.db", folder.path().display()),
                Engine::Postgres => indexed_database(),
            },
            ..Settings::default()
        };
        let seen: Arc<Mutex<Seen>> = Arc::default();
        let noted = Arc::clone(&seen);
        let watch = Watch::new(move |watched| note(&noted, watched));
        let options = Options {
            watch: Some(watch.clone()),
            ..Options::new(commerce::MIGRATIONS, "bounds")
        };
        let db = Db::open(&settings.database, options).expect("a database");
        let id = server::open_shop(&db, &settings, &new_shop("bounds")).expect("a shop");
        let keys = NewKeys {
            title: "Bounds".to_owned(),
            scopes: Scopes::all(),
            throttle_per_second: 0,
            fixed: None,
        };
        let keys = server::install_app(&db, &settings, id, &keys).expect("an app");
        let runtime = tokio::runtime::Builder::new_current_thread();
        Self {
            engine,
            api: Api::new(db.clone(), settings.luck.clone()),
            db,
            id,
            settings,
            admin_token: keys.admin_token,
            storefront_token: keys.storefront_token,
            runtime: { runtime }.build().expect("a runtime"),
            seen,
            watch,
            ids: 0..0,
            _folder: folder,
        }
    }

    /// Stocks a small shop.
    pub(crate) fn stock(&mut self) {
        let start = self.db.ids().next(self.settings.clock.now());
        crate::stock::stock(self);
        let end = self.db.ids().next(self.settings.clock.now());
        self.ids = start..end;
        if self.engine == Engine::Postgres {
            connect(&self.settings.database)
                .batch_execute("ANALYZE")
                .expect("statistics");
        }
    }

    /// Doubles the shop, and has plans made anew. Gives the names of PostgreSQL's long tables.
    pub(crate) fn grow(&self, doublings: u32) -> Vec<String> {
        const LONG: &str = "SELECT relname::text FROM pg_class
             WHERE relkind = 'r' AND reltuples > 1000 AND relnamespace = current_schema()::regnamespace";
        fixtures::grow(&self.db, self.id, &self.ids, doublings).expect("a larger shop");
        fixtures::gather(&self.db, self.id, "everything").expect("a large collection");
        self.watch.plan_again();
        self.seen().plans.clear();
        if self.engine == Engine::Sqlite {
            return Vec::new();
        }
        let mut client = connect(&self.settings.database);
        client.batch_execute("ANALYZE").expect("new statistics");
        let rows = client.query(LONG, &[]).expect("the names of tables");
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// Runs an operation, which must not fail, and says what it cost.
    pub(crate) fn ask(&self, operation: &Operation) -> Cost {
        self.seen().cost = Cost::default();
        self.query(
            operation.interface,
            operation.text,
            operation.variables.clone(),
        );
        self.seen().cost
    }

    /// The data of a reply.
    pub(crate) fn query(&self, interface: Interface, text: &str, variables: Value) -> Value {
        let (kind, token) = match interface {
            Interface::Admin => (TokenKind::Admin, &self.admin_token),
            Interface::Storefront => (TokenKind::StorefrontPublic, &self.storefront_token),
        };
        let incoming = Incoming {
            shop: self.id,
            origin: "https://bounds.example".to_owned(),
            version: "2026-10".to_owned(),
            token: Some((kind, token.clone())),
            idempotency_key: None,
            caller: None,
            body: json!({ "query": text, "variables": variables })
                .to_string()
                .into_bytes(),
            now: self.settings.clock.now(),
        };
        let reply = self.runtime.block_on(async {
            match interface {
                Interface::Admin => self.api.admin(incoming).await,
                Interface::Storefront => self.api.storefront(incoming).await,
            }
        });
        let mut json: Value = serde_json::from_slice(&reply.body).expect("JSON");
        let text_of = String::from_utf8_lossy(&reply.body).into_owned();
        assert!(json.get("errors").is_none(), "{text}\n{text_of}");
        let refused = text_of.contains("UserErrors\":[{") || text_of.contains("userErrors\":[{");
        assert!(!refused, "{text}\n{text_of}");
        json["data"].take()
    }

    /// The plans of all statements that have run since the last growth.
    pub(crate) fn plans(&self) -> BTreeMap<String, Vec<String>> {
        self.seen().plans.clone()
    }

    pub(crate) fn close(self) {
        self.db.close();
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A database that reads a table whole only where no index can be of use: on a hundred rows it would
/// otherwise rather read them all, which says nothing of a hundred thousand.
fn indexed_database() -> String {
    let url = new_postgres_database();
    let words = "DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I SET enable_seqscan = off', current_database());
    END $$";
    connect(&url).batch_execute(words).expect("a setting");
    url
}

fn connect(url: &str) -> postgres::Client {
    postgres::Client::connect(url, postgres::NoTls).expect("a server")
}

fn note(seen: &Mutex<Seen>, watched: &Watched<'_>) {
    // The maker of ids asks for more every few seconds, whoever happens to need one.
    if watched.text.contains("id_leases") {
        return;
    }
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    seen.cost.statements += 1;
    seen.cost.work += watched.work;
    if !watched.plan.is_empty() {
        let plan = watched.plan.to_vec();
        seen.plans.insert(watched.text.to_owned(), plan);
    }
}
