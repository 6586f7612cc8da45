//! Starting a server, in this process: the binary and the tests do the same.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use blobs::Blobs;
use commerce::bulk_operations::{BulkOperation, ErrorCode, Line, Slice};
use commerce::{Actor, Call, shops};
use outbound::Outbound;
use store::{Access, Db, Options};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use units::{ShopId, Timestamp};

use crate::directory::bare;
use crate::listen::{self, Bounds};
use crate::router::{Front, router};
use crate::settings::{Jobs, Settings, Tls};
use crate::tls;
use crate::trouble::Trouble;

/// A server that runs, until it is shut down.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its database.
    pub db: Db,
    /// Its APIs.
    pub api: Arc<api::Api>,
    /// What it was started with.
    pub settings: Settings,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
    jobs: Option<jobs::Running>,
}

/// Opens the database, which brings its tables up to date; no listener yet.
///
/// # Errors
/// Whole sentences that say how to go on.
pub fn open(database: &str) -> Result<Db, Trouble> {
    let options = Options::new(commerce::MIGRATIONS, env!("CARGO_PKG_VERSION"));
    Ok(Db::open(database, options)?)
}

/// Opens the database for a short command, beside a server that may be running on it.
///
/// # Errors
/// Whole sentences that say how to go on.
pub fn visit(database: &str) -> Result<Db, Trouble> {
    let mut options = Options::new(commerce::MIGRATIONS, env!("CARGO_PKG_VERSION"));
    options.access = Access::Visit;
    Ok(Db::open(database, options)?)
}

/// Opens the database and serves its shops. It makes no shop.
///
/// # Errors
/// Whole sentences that say how to go on.
pub async fn start(settings: Settings) -> Result<Running, Trouble> {
    // The port first: a busy one must not touch the database.
    let listener = listen::bind(settings.listen).await?;
    let database = settings.database.clone();
    let db = tokio::task::spawn_blocking(move || open(&database))
        .await
        .map_err(|cause| Trouble::Input(format!("The database was not opened: {cause}.")))??;
    serve(settings, listener, db).await
}

/// Serves an open database on a bound listener.
///
/// # Errors
/// When the certificate cannot be used, or the Storefront schema was generated for another build.
pub async fn serve(
    settings: Settings,
    listener: tokio::net::TcpListener,
    db: Db,
) -> Result<Running, Trouble> {
    read_taxonomy(&settings.data)?;
    let address = listener
        .local_addr()
        .map_err(|cause| Trouble::CannotListen {
            address: settings.listen,
            cause,
        })?;
    let tls = match settings.tls {
        Tls::Off => None,
        _ => {
            let known = db.platform_read(shops::all).await??;
            let domains: Vec<String> = known.into_iter().map(|shop| shop.domain).collect();
            tls::server_config(&settings.tls, &settings.data, &domains)?
        }
    };
    let api = Arc::new(api::Api::new(db.clone(), settings.luck.clone()));
    // The storefront's first, alone: its first reply is what buyers wait for. Admin requests wait
    // for theirs.
    let storefront = Arc::clone(&api);
    tokio::task::spawn_blocking(move || storefront.load_storefront())
        .await
        .map_err(|cause| Trouble::Schema(format!("The Storefront schema broke off: {cause}.")))?
        .map_err(Trouble::Schema)?;
    let admin_ready = load(&api, api::Api::load_admin);
    let front = Front::new(
        db.clone(),
        Arc::clone(&api),
        &settings,
        tls.is_some(),
        admin_ready,
    )?;
    let (stop, stopped) = watch::channel(false);
    let serving = tokio::spawn(listen::serve(
        listener,
        tls,
        router(Arc::new(front)),
        stopped,
        Bounds::of_this_machine(),
    ));
    let jobs = match settings.jobs {
        Jobs::Running => Some(jobs::start(job_deps(&db, &settings, &api)?)),
        Jobs::ByHand => None,
    };
    Ok(Running {
        address,
        db,
        api,
        settings,
        stop,
        serving,
        jobs,
    })
}

/// Works with the whole published list of product categories, if it lies in the data folder as
/// `taxonomy.txt`; without it, with the list that comes with the program.
fn read_taxonomy(data: &Path) -> Result<(), Trouble> {
    let file = data.join("taxonomy.txt");
    let list = match std::fs::read_to_string(&file) {
        Ok(list) => list,
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(()),
        Err(cause) => {
            let told = format!("{} cannot be read: {cause}.", file.display());
            return Err(Trouble::Input(told));
        }
    };
    let count = commerce::catalog::adopt_taxonomy(list).map_err(|wrong| {
        let told = format!("{} cannot be used: {wrong}.", file.display());
        Trouble::Input(told)
    })?;
    tracing::info!(count, "the list of product categories was read in");
    Ok(())
}

/// What jobs work with, also for those who run them by hand.
///
/// # Errors
/// When the HTTP client does not start.
pub fn job_deps(db: &Db, settings: &Settings, api: &Arc<api::Api>) -> Result<jobs::Deps, Trouble> {
    let options = outbound::Options {
        loopback_allowed: settings.loopback_allowed,
    };
    let outbound = Outbound::new(options)
        .map_err(|cause| Trouble::Input(format!("The HTTP client did not start: {cause}.")))?;
    Ok(jobs::Deps {
        db: db.clone(),
        clock: settings.clock.clone(),
        luck: settings.luck.clone(),
        outbound,
        blobs: blobs(settings)?,
        bulk: Arc::new(ApiRunner(Arc::clone(api))),
        data: settings.data.clone(),
    })
}

/// Where files are kept: a bucket, or folders under the data folder.
///
/// # Errors
/// When the bucket's description or the folder cannot be used.
pub(crate) fn blobs(settings: &Settings) -> Result<Blobs, Trouble> {
    let (made, what) = match &settings.bucket {
        Some(bucket) => (Blobs::bucket(bucket), "bucket"),
        None => (Blobs::folder(&settings.data), "folder"),
    };
    made.map_err(|cause| Trouble::Input(format!("The {what} of files cannot be used: {cause}")))
}

/// The Admin API, as jobs reach it.
struct ApiRunner(Arc<api::Api>);

impl jobs::BulkRunner for ApiRunner {
    fn slice<'a>(
        &'a self,
        shop: ShopId,
        operation: &'a BulkOperation,
        now: Timestamp,
    ) -> Pin<Box<dyn Future<Output = Result<Slice, ErrorCode>> + Send + 'a>> {
        Box::pin(self.0.bulk_slice(shop, operation, now))
    }

    fn lines<'a>(
        &'a self,
        shop: ShopId,
        operation: &'a BulkOperation,
        file_bytes: i64,
        lines: Vec<Line>,
        now: Timestamp,
    ) -> jobs::LinesDone<'a> {
        Box::pin(self.0.bulk_lines(shop, operation, file_bytes, lines, now))
    }
}

/// Waits for something that was begun; at once when whoever does it is gone.
pub(crate) async fn wait_until(mut ready: watch::Receiver<bool>) {
    let _ = ready.wait_for(|ready| *ready).await;
}

/// Loads a schema off the async threads; the receiver turns true when it is done.
fn load(
    api: &Arc<api::Api>,
    load: impl FnOnce(&api::Api) -> Result<(), String> + Send + 'static,
) -> watch::Receiver<bool> {
    let (done, loaded) = watch::channel(false);
    let api = Arc::clone(api);
    tokio::task::spawn_blocking(move || {
        if let Err(why) = load(&api) {
            tracing::error!(%why, "a schema does not load");
        }
        done.send_replace(true);
    });
    loaded
}

impl Running {
    /// Scheme and address: `http://127.0.0.1:8080`.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.settings.tls == Tls::Off {
            "http"
        } else {
            "https"
        };
        let host = if self.address.ip().is_unspecified() {
            format!("127.0.0.1:{}", self.address.port())
        } else {
            self.address.to_string()
        };
        format!("{scheme}://{host}")
    }

    /// A call at this moment, in the name of the program itself.
    #[must_use]
    pub fn call(&self, shop: ShopId) -> Call {
        system_call(&self.db, &self.settings, shop)
    }

    /// Stops accepting, lets what is under way end, and closes the database.
    pub async fn shutdown(self) {
        self.stop.send_replace(true);
        if let Err(cause) = self.serving.await {
            tracing::error!(%cause, "the listener ended badly");
        }
        if let Some(jobs) = self.jobs {
            jobs.stop().await;
        }
        self.db.close();
    }
}

/// A call in the name of the program itself.
#[must_use]
pub fn system_call(db: &Db, settings: &Settings, shop: ShopId) -> Call {
    let (now, luck) = (settings.clock.now(), settings.luck.clone());
    Call::new(shop, Actor::System, now, db.ids().clone(), luck)
}

/// The shop that a command names, by handle or domain.
///
/// # Errors
/// `NoSuchShop`, listing those that are there.
pub fn named_shop(db: &Db, name: &str) -> Result<ShopId, Trouble> {
    let wanted = bare(name.trim_start_matches("https://").trim_end_matches('/')).to_owned();
    let (found, all) = db.platform_read_blocking(move |platform| {
        Ok::<_, store::StoreError>((shops::named(platform, &wanted)?, shops::all(platform)?))
    })??;
    found.ok_or_else(|| {
        let handles: Vec<&str> = all
            .iter()
            .take(20)
            .map(|shop| shop.handle.as_str())
            .collect();
        let known = if handles.is_empty() {
            "It holds none yet: open one with `stockroom shop create`.".to_owned()
        } else {
            format!("It holds: {}.", handles.join(", "))
        };
        Trouble::NoSuchShop {
            wanted: name.to_owned(),
            known,
        }
    })
}
