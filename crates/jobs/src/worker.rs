//! The loop itself.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use blobs::Blobs;
use commerce::queue::{self, Job, JobKind, Lane};
use commerce::{Actor, Call, Clock, Luck};
use outbound::Outbound;
use store::{Db, Dialect, StoreError};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use units::ShopId;

use crate::bulk::{self, BulkRunner};
use crate::claims::{Claim, Claims};
use crate::{best_sellers, collections, file, housekeeping, redirects, themes, webhook};

/// How long a worker sleeps when nothing was due: a commit is noticed within it.
const POLL: Duration = Duration::from_millis(50);
/// How long it waits after the store was at fault.
const AFTER_FAULT: Duration = Duration::from_secs(1);

/// How long a claim lasts. What is brought from the web may take twenty seconds to come, and is
/// looked at and kept then.
const fn lease_seconds(lane: Lane) -> i64 {
    match lane {
        Lane::Calls => 30,
        Lane::Fetches => 90,
    }
}

/// What a worker works with.
#[derive(Clone)]
pub struct Deps {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// The source of tokens.
    pub luck: Luck,
    /// The HTTP client.
    pub outbound: Outbound,
    /// Where files are kept.
    pub blobs: Blobs,
    /// Who does the work of bulk operations.
    pub bulk: Arc<dyn BulkRunner>,
    /// The folder that results are kept in.
    pub data: PathBuf,
}

/// A worker that runs until it is stopped.
#[derive(Debug)]
pub struct Running {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Deps {
    /// A call in the program's own name, now.
    pub(crate) fn call(&self, shop: ShopId) -> Call {
        let ids = self.db.ids().clone();
        Call::new(
            shop,
            Actor::System,
            self.clock.now(),
            ids,
            self.luck.clone(),
        )
    }
}

impl Running {
    /// Stops claiming, and waits for what is under way: some ten seconds at most.
    pub async fn stop(self) {
        // A worker that ended already listens no more.
        let _ = self.stop.send(true);
        let _ = self.task.await;
    }
}

/// Starts a worker on the current tokio runtime.
#[must_use]
pub fn start(deps: Deps) -> Running {
    let (stop, stopped) = watch::channel(false);
    let task = tokio::spawn(async move {
        tokio::join!(
            run(deps.clone(), stopped.clone()),
            housekeeping::run(deps.clone(), stopped.clone()),
            best_sellers::run(deps, stopped)
        );
    });
    Running { stop, task }
}

/// Does everything that is due now, and what becomes due at this moment by it, and returns when
/// nothing is left: for tests and tools.
///
/// # Errors
/// The store's faults.
pub async fn run_until_idle(deps: &Deps) -> Result<(), StoreError> {
    let claims = Claims::default();
    loop {
        let begun = begin(deps, &claims).await?;
        if begun == 0 && claims.is_idle() {
            return Ok(());
        }
        if begun == 0 {
            claims.released().await;
        }
    }
}

async fn run(deps: Deps, mut stopped: watch::Receiver<bool>) {
    let claims = Claims::default();
    if let Err(fault) = release_the_dead(&deps).await {
        tracing::error!(%fault, "the claims of a process that died could not be given back");
    }
    while !*stopped.borrow() {
        let wait = match begin(&deps, &claims).await {
            // More may be due than was claimed in one go.
            Ok(begun) if begun > 0 => Duration::ZERO,
            Ok(_) => POLL,
            Err(fault) => {
                tracing::error!(%fault, "jobs could not be claimed");
                AFTER_FAULT
            }
        };
        tokio::select! {
            _ = stopped.changed() => break,
            () = tokio::time::sleep(wait) => {}
            () = claims.released(), if wait == POLL => {}
        }
    }
    while !claims.is_idle() {
        claims.released().await;
    }
}

/// An SQLite database belongs to one process: claims from before its start are nobody's.
async fn release_the_dead(deps: &Deps) -> Result<(), StoreError> {
    let now = deps.clock.now();
    deps.db
        .platform_write(move |platform| {
            if platform.dialect() == Dialect::Sqlite {
                queue::release_all(platform, now)?;
            }
            Ok(())
        })
        .await
}

/// Claims what is due and begins it; gives how many jobs it moved on.
async fn begin(deps: &Deps, claims: &Claims) -> Result<usize, StoreError> {
    let (now, open) = (deps.clock.now(), claims.open());
    if open.is_empty() {
        return Ok(0);
    }
    let (is_due, ready) = deps
        .db
        .platform_read(move |platform| {
            let mut ready = Vec::with_capacity(open.len());
            for (lane, last) in open {
                ready.push((lane, queue::ready_receivers(platform, lane, &last)?));
            }
            Ok::<_, StoreError>((queue::is_due(platform, now)?, ready))
        })
        .await??;
    let room: Vec<_> = ready
        .into_iter()
        .map(|(lane, ready)| (lane, claims.room(lane, ready)))
        .filter(|(_, room)| !room.is_empty())
        .collect();
    if room.is_empty() && !is_due {
        return Ok(0);
    }
    let (made_ready, jobs) = deps
        .db
        .platform_write(move |platform| {
            let made_ready = if is_due {
                queue::make_ready(platform, now)?
            } else {
                0
            };
            let mut jobs = Vec::new();
            for (lane, room) in &room {
                let lease_end = now.plus_seconds(lease_seconds(*lane));
                jobs.extend(queue::claim(platform, *lane, room, lease_end)?);
            }
            Ok((made_ready, jobs))
        })
        .await?;
    let moved_on = jobs.len() + usize::try_from(made_ready).unwrap_or(usize::MAX);
    begin_each(deps, claims, jobs);
    Ok(moved_on)
}

/// Begins jobs that were claimed.
fn begin_each(deps: &Deps, claims: &Claims, jobs: Vec<Job>) {
    let mut by_shop: BTreeMap<ShopId, Vec<(Job, Claim)>> = BTreeMap::new();
    for job in jobs {
        let claim = claims.add(job.lane, &job.receiver);
        match job.kind {
            JobKind::Webhook => by_shop.entry(job.shop).or_default().push((job, claim)),
            JobKind::BulkOperation => {
                tokio::spawn(bulk::carry_on(deps.clone(), job, claim));
            }
            JobKind::File => {
                tokio::spawn(file::settle(deps.clone(), job, claim));
            }
            JobKind::RedirectImport => {
                tokio::spawn(redirects::import(deps.clone(), job, claim));
            }
            JobKind::Theme => {
                tokio::spawn(themes::bring(deps.clone(), job, claim));
            }
            JobKind::GoneBlob => {
                tokio::spawn(file::remove(deps.clone(), job, claim));
            }
            JobKind::Sweep => {
                tokio::spawn(collections::sweep(deps.clone(), job, claim));
            }
            JobKind::Stocked => {
                tokio::spawn(collections::sort_in(deps.clone(), job, claim));
            }
            JobKind::PublishedProduct | JobKind::PublishedCollection => {
                tokio::spawn(collections::tell_published(deps.clone(), job, claim));
            }
        }
    }
    for (shop, webhooks) in by_shop {
        tokio::spawn(webhook::deliver(deps.clone(), shop, webhooks));
    }
}
