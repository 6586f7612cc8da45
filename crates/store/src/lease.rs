//! The lease of a node number, which keeps the ids of processes apart.
//!
//! A lease has an epoch, and the mark is persisted only under the process's own epoch, in the
//! same transaction as the rows whose ids lie beyond the old mark. So a process whose place was
//! taken can never commit an id that its successor may make.

use crate::error::StoreError;
use crate::platform::Platform;

/// A process's place on a database.
#[derive(Debug)]
pub(crate) struct Lease {
    node: i64,
    epoch: i64,
}

impl Lease {
    /// Takes the node, which no living process holds; gives the mark to start after: the highest
    /// of all nodes, so that ids rise across a restart whichever node it gets.
    pub(crate) fn take(platform: &mut Platform<'_>, node: i64) -> Result<(Self, i64), StoreError> {
        let epoch = platform.one(
            "INSERT INTO id_leases (node, epoch, mark) VALUES ($1, 1, 0)
             ON CONFLICT (node) DO UPDATE SET epoch = id_leases.epoch + 1
             RETURNING epoch",
            (node,),
        )?;
        let mark = platform.one("SELECT CAST(MAX(mark) AS BIGINT) FROM id_leases", ())?;
        Ok((Self { node, epoch }, mark))
    }

    /// Stores a new mark inside a batch.
    pub(crate) fn persist(&self, platform: &mut Platform<'_>, mark: i64) -> Result<(), StoreError> {
        let changed = platform.execute(
            "UPDATE id_leases SET mark = CASE WHEN mark > $3 THEN mark ELSE $3 END
              WHERE node = $1 AND epoch = $2",
            (self.node, self.epoch, mark),
        )?;
        if changed == 1 {
            return Ok(());
        }
        Err(StoreError::Database(
            "another process has taken this one's place on the database: restart this one"
                .to_owned(),
        ))
    }
}
