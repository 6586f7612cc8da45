//! The servers that scenarios run against: one per process and database, or one of
//! their own for those that set the clock.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use commerce::Clock;
use server::{Running, Settings, Tls};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use units::Timestamp;

use crate::shop::TestShop;

/// The database under a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// One file, in a temporary folder.
    Sqlite,
    /// A database of its own in the cluster that `STOCKROOM_TEST_POSTGRES` names.
    Postgres,
}

/// The server under a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Server {
    /// One for all scenarios of the process.
    Shared,
    /// One of its own, whose clock it may set.
    Alone,
    /// One of its own that speaks https.
    Secure,
}

/// A server with its database.
pub(crate) struct World {
    pub(crate) running: Running,
    pub(crate) client: reqwest::Client,
    server: Server,
    ahead_micros: Arc<AtomicI64>,
    shops: AtomicU32,
    // Dropped after the server, whose files it holds.
    _folder: TempDir,
}

impl World {
    fn start(engine: Engine, server: Server) -> Arc<Self> {
        let folder = tempfile::Builder::new()
            .prefix("stockroom-scenario-")
            .tempdir()
            .expect("the temporary folder is writable");
        let ahead_micros = Arc::new(AtomicI64::new(0));
        let settings = Settings {
            database: database(engine, folder.path()),
            data: PathBuf::from(folder.path()),
            clock: clock(Arc::clone(&ahead_micros)),
            loopback_allowed: true,
            tls: match server {
                Server::Secure => Tls::SelfSigned,
                Server::Shared | Server::Alone => Tls::Off,
            },
            ..Settings::default()
        };
        let running = runtime()
            .block_on(server::start(settings))
            .unwrap_or_else(|trouble| panic!("the server does not start: {trouble}"));
        Arc::new(World {
            running,
            client: crate::client(),
            server,
            ahead_micros,
            shops: AtomicU32::new(0),
            _folder: folder,
        })
    }

    /// The server that scenarios on this database share.
    fn shared(engine: Engine) -> Arc<Self> {
        static SHARED: [OnceLock<Arc<World>>; 2] = [OnceLock::new(), OnceLock::new()];
        let world = SHARED[engine as usize].get_or_init(|| World::start(engine, Server::Shared));
        Arc::clone(world)
    }

    /// A number that no other shop of this server has had.
    pub(crate) fn next_shop(&self) -> u32 {
        self.shops.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Sets the server's clock forward.
    pub(crate) fn advance(&self, by: Duration) {
        assert!(
            self.server != Server::Shared,
            "only a `#[scenario(alone)]` may set the clock"
        );
        let micros = i64::try_from(by.as_micros()).expect("a test spans less than an age");
        self.ahead_micros.fetch_add(micros, Ordering::Relaxed);
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.running.settings.clock.now()
    }
}

/// The machine's time, and as much as a scenario has set it forward.
fn clock(ahead_micros: Arc<AtomicI64>) -> Clock {
    Clock::new(move || {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let micros = since.map_or(0, |since| since.as_micros());
        let now = i64::try_from(micros).expect("the clock stands in this age");
        Timestamp(now + ahead_micros.load(Ordering::Relaxed))
    })
}

fn database(engine: Engine, folder: &Path) -> String {
    match engine {
        Engine::Sqlite => format!("sqlite://{}/stockroom.db", folder.display()),
        Engine::Postgres => new_postgres_database(),
    }
}

/// Makes a database in the test cluster. The cluster is thrown away as a whole.
///
/// # Panics
/// When no cluster is named, or it refuses.
#[must_use]
pub fn new_postgres_database() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let url = std::env::var("STOCKROOM_TEST_POSTGRES").unwrap_or_else(|_| {
        panic!(
            "STOCKROOM_TEST_POSTGRES names no PostgreSQL to test on: run `cargo xtask test --only \
             scenario`, which starts one, or name one whose role may make databases."
        )
    });
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("scenario_{}_{count}", std::process::id());
    let mut client = postgres::Client::connect(&url, postgres::NoTls)
        .unwrap_or_else(|error| panic!("{url} does not answer: {error}"));
    client
        .batch_execute(&format!("CREATE DATABASE {name}"))
        .unwrap_or_else(|error| panic!("the database {name} cannot be made: {error}"));
    let (server, _) = url.rsplit_once('/').expect("the address names a database");
    format!("{server}/{name}")
}

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("threads can be started")
    })
}

/// Runs a scenario against a new shop on one database; afterwards the shop's
/// jobs are run and its books checked. This is what `#[scenario]` calls.
pub fn run<F: Future<Output = ()>>(
    engine: Engine,
    name: &str,
    server: Server,
    scenario: impl FnOnce(TestShop) -> F,
) {
    let world = match server {
        Server::Shared => World::shared(engine),
        Server::Alone | Server::Secure => World::start(engine, server),
    };
    let shop = TestShop::open(Arc::clone(&world), name);
    let kept = shop.clone();
    let runtime = runtime();
    runtime.block_on(async {
        scenario(shop).await;
        kept.settle().await;
    });
    kept.check_books();
    drop(kept);
    if server != Server::Shared
        && let Some(world) = Arc::into_inner(world)
    {
        runtime.block_on(world.running.shutdown());
    }
}
