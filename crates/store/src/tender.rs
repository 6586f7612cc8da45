//! The thread that carries SQLite's write-ahead log into the database file.
//!
//! Left to the lane, this work and its `fsync` would stand between a batch and its answer.

use std::path::Path;

use crate::error::StoreError;
use crate::queue::Queue;
use crate::sqlite::Sqlite;
use crate::tx::Purpose;

/// Pages in the log from which on it is worth carrying them over: 16 MB.
const PAGES_MIN: i64 = 4_000;
/// Pages from which on the log is started over: 64 MB. Under readers that never pause it would
/// otherwise grow for ever.
const PAGES_MAX: i64 = 16_000;

/// A lane's knocks; one that waits is enough.
pub(crate) type Knocks = Queue<()>;

/// Works until the knocks are closed.
pub(crate) fn work(knocks: &Knocks, path: &Path) {
    let sqlite = match Sqlite::open(path, Purpose::Tend) {
        Ok(sqlite) => sqlite,
        Err(error) => {
            tracing::error!(%error, "the write-ahead log is not tended");
            return;
        }
    };
    while knocks.pop().is_some() {
        if let Err(error) = tend(&sqlite) {
            tracing::warn!(%error, "the write-ahead log could not be carried over");
        }
    }
}

fn tend(sqlite: &Sqlite) -> Result<(), StoreError> {
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
