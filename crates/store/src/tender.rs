//! The thread that looks after what a database would otherwise do at a bad moment, or too late:
//! SQLite's write-ahead log, and what PostgreSQL knows about the size of its tables.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::error::StoreError;
use crate::open::Place;
use crate::postgres::{Link, Server};
use crate::queue::Queue;
use crate::sqlite::Sqlite;
use crate::tx::Purpose;

/// Pages in the log from which on it is worth carrying them over: 16 MB.
const PAGES_MIN: i64 = 4_000;
/// Pages from which on the log is started over: 64 MB. Under readers that never pause it would
/// otherwise grow for ever.
const PAGES_MAX: i64 = 16_000;
/// How often the statistics are looked at, at most.
const STATISTICS_EVERY: Duration = Duration::from_secs(1);

/// Renews the statistics of each table that has doubled since they were taken.
///
/// Plans are made once and kept until the statistics change, and a plan that was made on an empty
/// table reads all of it: an order was read back in 4 ms instead of 0.02 a few seconds after the
/// first start. The server's own `autovacuum` does the same, but up to a minute later.
const RENEW: &str = "
DO $$
DECLARE t record;
BEGIN
  FOR t IN
    SELECT c.oid::regclass AS name
      FROM pg_class c
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
       AND pg_stat_get_mod_since_analyze(c.oid) > 10 + GREATEST(c.reltuples, 0)
  LOOP
    EXECUTE format('ANALYZE (SKIP_LOCKED) %s', t.name);
  END LOOP;
END $$;";

/// A lane's knocks; one that waits is enough.
pub(crate) type Knocks = Queue<()>;

/// Works until the knocks are closed.
pub(crate) fn work(knocks: &Knocks, place: &Place) {
    match place {
        Place::File(path) => tend_log(knocks, path),
        Place::Server(server) => tend_statistics(knocks, server),
    }
}

/// Carries the write-ahead log into the database file: left to the lane, this work and its
/// `fsync` would stand between a batch and its answer.
fn tend_log(knocks: &Knocks, path: &Path) {
    let sqlite = match Sqlite::open(path, Purpose::Tend) {
        Ok(sqlite) => sqlite,
        Err(error) => {
            tracing::error!(%error, "the write-ahead log is not tended");
            return;
        }
    };
    while knocks.pop().is_some() {
        if let Err(error) = carry_over(&sqlite) {
            tracing::warn!(%error, "the write-ahead log could not be carried over");
        }
    }
}

fn carry_over(sqlite: &Sqlite) -> Result<(), StoreError> {
    let (pages, carried) = sqlite.checkpoint("NOOP")?;
    if pages - carried < PAGES_MIN && pages < PAGES_MAX {
        return Ok(());
    }
    sqlite.checkpoint("PASSIVE")?;
    if pages >= PAGES_MAX {
        sqlite.checkpoint("RESTART")?;
    }
    Ok(())
}

/// The connection keeps its own role, which owns the tables; the plain role may not `ANALYZE`.
fn tend_statistics(knocks: &Knocks, server: &Server) {
    let server = Server {
        role: None,
        ..server.clone()
    };
    let mut link: Option<Link> = None;
    let mut renewed: Option<Instant> = None;
    while knocks.pop().is_some() {
        if renewed.is_some_and(|at| at.elapsed() < STATISTICS_EVERY) {
            continue;
        }
        link = link.filter(|link| !link.is_closed());
        if let Err(error) = renew(&server, &mut link) {
            tracing::warn!(%error, "the tables' statistics could not be renewed");
        }
        renewed = Some(now());
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a pause between two looks: no value of the trade depends on it"
)]
fn now() -> Instant {
    Instant::now()
}

fn renew(server: &Server, link: &mut Option<Link>) -> Result<(), StoreError> {
    let link = match link {
        Some(link) => link,
        None => link.insert(server.connect()?),
    };
    link.batch(RENEW)
}
