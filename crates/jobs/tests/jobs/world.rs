//! A shop with an app, on a database of its own.

use std::pin::Pin;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use commerce::apps::{self, App, NewApp, Scopes};
use commerce::bulk_operations::{BulkOperation, ErrorCode, Halt, Line, Slice};
use commerce::customers::{self, CustomerInput};
use commerce::events::Topic;
use commerce::shops::{self, NewShop};
use commerce::webhooks::{self, Delivery, SubscriptionInput};
use commerce::{Actor, Call, Clock, Luck};
use jobs::Deps;
use outbound::{Options as Reach, Outbound};
use store::{Db, Options, Window};
use units::{Currency, CustomerId, ShopId, Timestamp, WebhookSubscriptionId};

pub(crate) const SHOP: ShopId = ShopId(11);

pub(crate) struct World {
    pub(crate) deps: Deps,
    pub(crate) app: App,
    now: Arc<AtomicI64>,
    _folder: Option<tempfile::TempDir>,
}

/// Runs a test on both databases, side by side in one runtime.
pub(crate) fn on_both<F: Future<Output = ()>>(test: impl Fn(World) -> F) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        test(sqlite()).await;
        test(postgres()).await;
    });
}

fn sqlite() -> World {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("shop.db").display());
    World::open(&url, Some(folder))
}

fn postgres() -> World {
    static SCHEMAS: AtomicU32 = AtomicU32::new(0);
    let server = server();
    let number = SCHEMAS.fetch_add(1, Ordering::Relaxed);
    let schema = format!("jobs_{}_{number}", std::process::id());
    let mark = if server.contains('?') { '&' } else { '?' };
    let url = format!("{server}{mark}options=-csearch_path%3D{schema}");
    // The synchronous client must not run on a thread of the runtime.
    std::thread::spawn(move || {
        let mut client = ::postgres::Client::connect(server, ::postgres::NoTls).unwrap();
        client
            .batch_execute(&format!("CREATE SCHEMA {schema}"))
            .unwrap();
        World::open(&url, None)
    })
    .join()
    .unwrap()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the test command passes the address of its private server in the environment"
)]
fn server() -> &'static str {
    static SERVER: OnceLock<String> = OnceLock::new();
    SERVER.get_or_init(|| {
        std::env::var("STOCKROOM_TEST_POSTGRES").expect(
            "STOCKROOM_TEST_POSTGRES is not set: run the tests with `cargo xtask test`, \
             which starts a private PostgreSQL server",
        )
    })
}

impl World {
    fn open(url: &str, folder: Option<tempfile::TempDir>) -> Self {
        let db = Db::open(url, Options::new(commerce::MIGRATIONS, "0.1.0")).unwrap();
        let now = Arc::new(AtomicI64::new(1_790_000_000_000_000));
        let read = Arc::clone(&now);
        let deps = Deps {
            db,
            clock: Clock::new(move || Timestamp(read.load(Ordering::Relaxed))),
            luck: Luck::seeded(7),
            outbound: Outbound::new(Reach {
                loopback_allowed: true,
            })
            .unwrap(),
            blobs: blobs::Blobs::folder(&std::env::temp_dir().join("stockroom-jobs-files"))
                .unwrap(),
            bulk: Arc::new(NoBulk),
            data: std::env::temp_dir(),
        };
        let begin = deps.clone();
        let app = std::thread::spawn(move || open_shop(&begin))
            .join()
            .unwrap();
        Self {
            deps,
            app,
            now,
            _folder: folder,
        }
    }

    pub(crate) fn call(&self) -> Call {
        call(&self.deps)
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.now.fetch_add(seconds * 1_000_000, Ordering::Relaxed);
    }

    pub(crate) async fn subscribe(&self, input: SubscriptionInput) -> WebhookSubscriptionId {
        let (call, app) = (self.call(), self.app.id);
        self.deps
            .db
            .write(SHOP, move |tx| {
                let asking = (app, Scopes::all());
                webhooks::create(tx, &call, asking, "2026-10", Topic::CustomersCreate, &input)
            })
            .await
            .unwrap()
    }

    pub(crate) async fn customer(&self, first_name: &str) -> CustomerId {
        let call = self.call();
        let input = CustomerInput {
            first_name: Some(Some(first_name.to_owned())),
            ..CustomerInput::default()
        };
        self.deps
            .db
            .write(SHOP, move |tx| customers::create(tx, &call, &input))
            .await
            .unwrap()
    }

    pub(crate) async fn run(&self) {
        jobs::run_until_idle(&self.deps).await.unwrap();
    }

    pub(crate) async fn deliveries(&self) -> Vec<Delivery> {
        let page = self
            .deps
            .db
            .read(SHOP, |tx| webhooks::deliveries(tx, &Window::first(100)));
        page.await.unwrap().unwrap().nodes
    }
}

/// To an address, with everything else left as it is.
pub(crate) fn to(uri: &str) -> SubscriptionInput {
    SubscriptionInput {
        uri: Some(uri.to_owned()),
        ..SubscriptionInput::default()
    }
}

fn call(deps: &Deps) -> Call {
    let ids = deps.db.ids().clone();
    Call::new(
        SHOP,
        Actor::System,
        deps.clock.now(),
        ids,
        deps.luck.clone(),
    )
}

fn open_shop(deps: &Deps) -> App {
    let shop = NewShop {
        handle: "lanterns".to_owned(),
        name: "Lanterns".to_owned(),
        email: "owner@example.com".to_owned(),
        currency: Currency::EUR,
        time_zone: "Europe/Berlin".to_owned(),
        address1: "Hafenstraße 1".to_owned(),
        city: "Hamburg".to_owned(),
        zip: "20359".to_owned(),
        country_code: "DE".to_owned(),
        test_shop: true,
        taxes_included: true,
        tax_title: "VAT".to_owned(),
        tax_rate_ppm: 190_000,
        shipping_title: "Standard".to_owned(),
        shipping_price_minor: 490,
        shipping_taxed: true,
    };
    let now = deps.clock.now();
    deps.db
        .platform_write_blocking(move |platform| shops::create(platform, SHOP, &shop, now))
        .unwrap();
    let call = call(deps);
    let new = NewApp {
        title: "Watcher".to_owned(),
        client_id: None,
        client_secret: Some("a secret that both know".to_owned()),
        throttle_per_second: 0,
    };
    deps.db
        .write_blocking(SHOP, move |tx| apps::create(tx, &call, &new))
        .unwrap()
}

/// No bulk operation is begun in these tests.
struct NoBulk;

impl jobs::BulkRunner for NoBulk {
    fn slice<'a>(
        &'a self,
        _: ShopId,
        _: &'a BulkOperation,
        _: Timestamp,
    ) -> Pin<Box<dyn Future<Output = Result<Slice, ErrorCode>> + Send + 'a>> {
        Box::pin(async { Err(ErrorCode::InternalServerError) })
    }

    fn lines<'a>(
        &'a self,
        _: ShopId,
        _: &'a BulkOperation,
        _: i64,
        _: Vec<Line>,
        _: Timestamp,
    ) -> jobs::LinesDone<'a> {
        Box::pin(async { Err(Halt::Failed(ErrorCode::InternalServerError)) })
    }
}
