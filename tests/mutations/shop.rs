//! A shop in this process: its clock and its luck follow from a seed.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use api::{Api, Incoming};
use commerce::apps::{Scopes, TokenKind};
use commerce::{Actor, Call, Clock, Luck, books};
use jobs::Deps;
use serde_json::{Value, json};
use server::{NewKeys, Settings};
use store::{Db, Options, StoreError, Tx};
use tests::{Engine, new_postgres_database, new_shop};
use tokio::runtime::Runtime;
use units::{ShopId, Timestamp};

/// What passes from one call to the next.
const STEP_MICROS: i64 = 7_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interface {
    Admin,
    Storefront,
}

impl Interface {
    /// A mutation's name where those of both interfaces stand.
    pub(crate) fn key(self, mutation: &str) -> String {
        match self {
            Self::Admin => mutation.to_owned(),
            Self::Storefront => format!("storefront.{mutation}"),
        }
    }

    /// The interface and mutation of such a name, or of `orderCreate authorized`.
    pub(crate) fn of_key(key: &str) -> (Self, &str) {
        let name = key.split(' ').next().unwrap_or(key);
        match name.strip_prefix("storefront.") {
            Some(name) => (Self::Storefront, name),
            None => (Self::Admin, name),
        }
    }
}

pub(crate) struct Shop {
    db: Db,
    api: Arc<Api>,
    id: ShopId,
    now: Arc<AtomicI64>,
    admin_token: String,
    storefront_token: String,
    pub(crate) deps: Deps,
    pub(crate) runtime: Runtime,
    _folder: tempfile::TempDir,
}

impl Shop {
    pub(crate) fn open(engine: Engine, seed: u64) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let now = Arc::new(AtomicI64::new(1_780_000_000_000_000));
        let read = Arc::clone(&now);
        let settings = Settings {
            database: match engine {
                Engine::Sqlite => format!("sqlite://{}/mutations.db", folder.path().display()),
                Engine::Postgres => new_postgres_database(),
            },
            data: folder.path().to_owned(),
            clock: Clock::new(move || Timestamp(read.load(Ordering::Relaxed))),
            luck: Luck::seeded(seed),
            ..Settings::default()
        };
        let options = Options::new(commerce::MIGRATIONS, "mutations");
        let db = Db::open(&settings.database, options).expect("a database");
        let id = server::open_shop(&db, &settings, &new_shop("mutations")).expect("a shop");
        let keys = NewKeys {
            title: "Mutations".to_owned(),
            scopes: Scopes::all(),
            throttle_per_second: 0,
            fixed: None,
        };
        let keys = server::install_app(&db, &settings, id, &keys).expect("an app");
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build();
        let api = Arc::new(Api::new(db.clone(), settings.luck.clone()));
        Self {
            deps: server::job_deps(&db, &settings, &api).expect("what jobs work with"),
            api,
            db,
            id,
            now,
            admin_token: keys.admin_token,
            storefront_token: keys.storefront_token,
            runtime: runtime.expect("a runtime"),
            _folder: folder,
        }
    }

    /// The reply to an operation, some seconds after the last one.
    pub(crate) fn ask(&self, interface: Interface, text: &str, variables: &Value) -> Value {
        self.wait(STEP_MICROS);
        let (kind, token) = match interface {
            Interface::Admin => (TokenKind::Admin, &self.admin_token),
            Interface::Storefront => (TokenKind::StorefrontPublic, &self.storefront_token),
        };
        let incoming = Incoming {
            shop: self.id,
            origin: "https://mutations.example".to_owned(),
            version: "2026-10".to_owned(),
            token: Some((kind, token.clone())),
            idempotency_key: None,
            caller: None,
            body: json!({ "query": text, "variables": variables })
                .to_string()
                .into_bytes(),
            now: self.deps.clock.now(),
        };
        let reply = self.runtime.block_on(async {
            match interface {
                Interface::Admin => self.api.admin(incoming).await,
                Interface::Storefront => self.api.storefront(incoming).await,
            }
        });
        serde_json::from_slice(&reply.body).expect("JSON")
    }

    /// Time passes.
    pub(crate) fn wait(&self, micros: i64) {
        self.now.fetch_add(micros, Ordering::Relaxed);
    }

    /// The jobs that are due are done.
    pub(crate) fn work(&self) {
        let done = self.runtime.block_on(jobs::run_until_idle(&self.deps));
        done.expect("jobs");
    }

    /// What may be forgotten is forgotten.
    pub(crate) fn tidy(&self) {
        let done = self.runtime.block_on(jobs::keep_house(&self.deps));
        done.expect("housekeeping");
    }

    /// Something that no API does; a refusal is fine.
    pub(crate) fn write<T: Send + 'static, E: From<StoreError> + Send + 'static>(
        &self,
        what: impl FnMut(&mut Tx) -> Result<T, E> + Send + 'static,
    ) -> Option<T> {
        self.db.write_blocking(self.id, what).ok()
    }

    pub(crate) fn db(&self) -> &Db {
        &self.db
    }

    /// A call of an operation, now.
    pub(crate) fn call(&self, actor: Actor) -> Call {
        let (now, luck) = (self.deps.clock.now(), self.deps.luck.clone());
        Call::new(self.id, actor, now, self.db.ids().clone(), luck)
    }

    pub(crate) fn id(&self) -> ShopId {
        self.id
    }

    /// What of the books is wrong, a line each. Selling what is not there is left to the simulation: a call may ask
    /// for just that (`DECREMENT_IGNORING_POLICY`), and a policy may change when it has happened.
    pub(crate) fn wrong_books(&self) -> String {
        let wrong = self.db.read_blocking(self.id, books::check);
        let mut wrong = wrong.and_then(|wrong| wrong).expect("books");
        wrong.retain(|line| !line.starts_with("nothing is sold that was not there"));
        wrong.join("\n")
    }

    pub(crate) fn close(self) {
        self.db.close();
    }
}
