//! The queue of what must still be done outside: written in the transaction that wants it,
//! claimed by workers, taken off in the transaction that records the outcome.
//!
//! A job is *ready* once its time has come. A claim moves its time behind the lease, so that a
//! worker that dies loses it: every job is done at least once, whoever dies when. Jobs are kept
//! apart by receiver, the host that will be called, and receivers take turns, so that slow and
//! dead ones delay nobody else: who only has jobs that wait for their time is not even looked at.
//! What brings files from the web is in a lane of its own, so that it delays nothing but itself.

use store::{Platform, StoreError, Tx, record, text_enum};
use units::{BulkOperationId, CollectionId, InventoryItemId, ShopId, Timestamp, WebhookDeliveryId};

use crate::call::Call;

/// Who is called for jobs that call nobody but the shop's own file store.
const FILES: &str = "files";
/// Who is called for jobs that sort products into collections: nobody.
const COLLECTIONS: &str = "collections";
/// Receivers that get a turn in one go; the others' comes next.
const RECEIVERS_MAX: usize = 1_000;
/// Jobs that are made ready in one go.
const READY_MAX: i64 = 1_000;

text_enum! {
    /// What is to be done.
    pub enum JobKind {
        /// Post a webhook; the subject is its delivery.
        Webhook = "webhook",
        /// Carry on a bulk operation; the subject is the operation.
        BulkOperation = "bulk_operation",
        /// Bring a file's bytes; the subject is the file.
        File = "file",
        /// Take bytes away; the subject is their row.
        GoneBlob = "gone_blob",
        /// Read a file of redirects, or take it in; the subject is the import.
        RedirectImport = "redirect_import",
        /// Bring the files of a theme; the subject is the theme.
        Theme = "theme",
        /// Look through products for a collection's new rules; the subject is the collection.
        Sweep = "sweep",
        /// Sort a product into collections; the subject is the item whose stock moved.
        Stocked = "stocked",
        /// Tell that a product can be seen from now on; the subject is the product.
        PublishedProduct = "published_product",
        /// Tell that a collection can be seen from now on; the subject is the collection.
        PublishedCollection = "published_collection",
    }
}

text_enum! {
    /// What a job waits among, and is bounded with.
    pub enum Lane {
        /// Calls, and work of the shop's own.
        Calls = "calls",
        /// Files from the web: each is held in memory whole.
        Fetches = "fetches",
    }
}

/// A job to be written.
#[derive(Debug, Clone)]
pub struct NewJob {
    id: i64,
    kind: JobKind,
    lane: Lane,
    receiver: String,
    subject_id: i64,
    due_at: Timestamp,
    /// Whether its time has come when it is written.
    ready: bool,
}

record! {
    /// A job that a worker has claimed.
    #[derive(Clone)]
    pub struct Job {
        /// Its id.
        pub id: i64,
        /// The shop it is done for.
        pub shop: ShopId,
        /// What is to be done.
        pub kind: JobKind,
        /// What it waited among.
        pub lane: Lane,
        /// The host that will be called.
        pub receiver: String,
        /// The row it is about.
        pub subject_id: i64,
    }
}

impl NewJob {
    /// To post a webhook to an address, at once.
    #[must_use]
    pub fn webhook(call: &Call, uri: &str, delivery: WebhookDeliveryId) -> Self {
        Self {
            id: call.new_id(),
            kind: JobKind::Webhook,
            lane: Lane::Calls,
            receiver: host(uri).to_ascii_lowercase(),
            subject_id: delivery.get(),
            due_at: call.now,
            ready: true,
        }
    }

    /// To carry on a bulk operation, at once. No host is called: each counts as a receiver of
    /// its own, whose name no host has.
    #[must_use]
    pub fn bulk_operation(call: &Call, operation: BulkOperationId) -> Self {
        Self {
            id: call.new_id(),
            kind: JobKind::BulkOperation,
            lane: Lane::Calls,
            receiver: format!("bulk operation {}", operation.get()),
            subject_id: operation.get(),
            due_at: call.now,
            ready: true,
        }
    }

    /// To bring a file's bytes, at once, from an address on the web or from where they lie.
    #[must_use]
    pub fn file(call: &Call, address: Option<&str>, file: i64) -> Self {
        Self {
            id: call.new_id(),
            kind: JobKind::File,
            lane: address.map_or(Lane::Calls, |_| Lane::Fetches),
            receiver: address.map_or(FILES, host).to_ascii_lowercase(),
            subject_id: file,
            due_at: call.now,
            ready: true,
        }
    }

    /// To read a file of redirects, or to take it in, at once, from an address on the web or from
    /// where it lies.
    #[must_use]
    pub fn redirect_import(call: &Call, address: Option<&str>, import: i64) -> Self {
        Self {
            kind: JobKind::RedirectImport,
            ..Self::file(call, address, import)
        }
    }

    /// To bring the files of a theme, at once, from an address on the web or from where they lie.
    #[must_use]
    pub fn theme(call: &Call, address: Option<&str>, theme: i64) -> Self {
        Self {
            kind: JobKind::Theme,
            ..Self::file(call, address, theme)
        }
    }

    /// To look through products for a collection's new rules, at once.
    #[must_use]
    pub fn sweep(call: &Call, collection: CollectionId) -> Self {
        Self {
            id: call.new_id(),
            kind: JobKind::Sweep,
            lane: Lane::Calls,
            receiver: format!("collection {}", collection.get()),
            subject_id: collection.get(),
            due_at: call.now,
            ready: true,
        }
    }

    /// To sort the product of an item whose stock moved into collections, at once.
    #[must_use]
    pub fn stocked(call: &Call, item: InventoryItemId) -> Self {
        Self {
            id: call.new_id(),
            kind: JobKind::Stocked,
            lane: Lane::Calls,
            receiver: COLLECTIONS.to_owned(),
            subject_id: item.get(),
            due_at: call.now,
            ready: true,
        }
    }

    /// To do something about a row when a moment to come has come.
    #[must_use]
    pub fn at(call: &Call, kind: JobKind, subject_id: i64, moment: Timestamp) -> Self {
        Self {
            id: call.new_id(),
            kind,
            lane: Lane::Calls,
            receiver: turn_of(kind, subject_id),
            subject_id,
            due_at: moment,
            ready: false,
        }
    }

    /// To take bytes away, at once.
    #[must_use]
    pub fn gone_blob(call: &Call, row: i64) -> Self {
        Self {
            id: call.new_id(),
            kind: JobKind::GoneBlob,
            lane: Lane::Calls,
            receiver: FILES.to_owned(),
            subject_id: row,
            due_at: call.now,
            ready: true,
        }
    }
}

/// The host and port of an address.
fn host(uri: &str) -> &str {
    let rest = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host)
}

/// Writes jobs, in the transaction of what wants them done.
///
/// # Errors
/// `Store` faults only.
pub fn add(tx: &mut Tx, jobs: &[NewJob]) -> Result<(), StoreError> {
    let rows: Vec<_> = jobs
        .iter()
        .map(|job| {
            (
                job.id,
                job.kind,
                job.lane,
                job.receiver.as_str(),
                job.subject_id,
                job.due_at,
                job.ready,
            )
        })
        .collect();
    tx.insert_many(
        "INSERT INTO jobs (id, shop, kind, lane, receiver, subject_id, due_at, ready, claimed)
         VALUES ($1, $shop, $2, $3, $4, $5, $6, $7, 0)",
        &rows,
    )?;
    Ok(())
}

/// Whose turn a job is that waits for its moment: nobody is called, and each row has its own.
fn turn_of(kind: JobKind, subject_id: i64) -> String {
    format!("{} {subject_id}", kind.as_str())
}

/// Takes off what waits for a moment, by kind and subject.
///
/// # Errors
/// `Store` faults only.
pub fn call_off(tx: &mut Tx, jobs: &[(JobKind, i64)]) -> Result<(), StoreError> {
    let receivers: Vec<String> = jobs.iter().map(|(kind, id)| turn_of(*kind, *id)).collect();
    let receivers: Vec<&str> = receivers.iter().map(String::as_str).collect();
    tx.execute(
        "DELETE FROM jobs WHERE shop = $shop AND ready = 0 AND receiver = ANY($1)",
        (receivers,),
    )?;
    Ok(())
}

/// Takes a job off, in the transaction of its outcome.
///
/// # Errors
/// `Store` faults only.
pub fn finish(tx: &mut Tx, job: i64) -> Result<(), StoreError> {
    tx.execute("DELETE FROM jobs WHERE shop = $shop AND id = $1", (job,))?;
    Ok(())
}

/// Puts a job off until `due_at`, in the transaction of its outcome.
///
/// # Errors
/// `Store` faults only.
pub fn postpone(tx: &mut Tx, job: i64, due_at: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE jobs SET due_at = $2, ready = 0, claimed = 0 WHERE shop = $shop AND id = $1",
        (job, due_at),
    )?;
    Ok(())
}

/// Whether the time of a job has come that is not ready yet: one that was put off, or whose
/// worker died.
///
/// # Errors
/// `Store` faults only.
pub fn is_due(platform: &mut Platform<'_>, now: Timestamp) -> Result<bool, StoreError> {
    let due: Option<i64> = platform.optional(
        "SELECT id FROM jobs WHERE ready = 0 AND due_at <= $1 ORDER BY due_at, id LIMIT 1",
        (now,),
    )?;
    Ok(due.is_some())
}

/// Makes jobs ready whose time has come, up to a thousand, the longest due first; gives how many.
///
/// # Errors
/// `Store` faults only.
pub fn make_ready(platform: &mut Platform<'_>, now: Timestamp) -> Result<u64, StoreError> {
    platform.execute(
        "UPDATE jobs SET ready = 1
          WHERE id IN (SELECT id FROM jobs
                        WHERE ready = 0 AND due_at <= $1
                        ORDER BY due_at, id
                        LIMIT $2)
            AND ready = 0 AND due_at <= $1",
        (now, READY_MAX),
    )
}

/// Up to a thousand receivers that have jobs of a lane ready, by name from the one after `after`
/// and round to it: whoever got no turn now is among the first the next time. One index seek each.
///
/// # Errors
/// `Store` faults only.
pub fn ready_receivers(
    platform: &mut Platform<'_>,
    lane: Lane,
    after: &str,
) -> Result<Vec<String>, StoreError> {
    let mut receivers = receivers_after(platform, lane, after, RECEIVERS_MAX)?;
    let more = RECEIVERS_MAX - receivers.len();
    if more > 0 && !after.is_empty() {
        let first = receivers_after(platform, lane, "", more)?;
        receivers.extend(first.into_iter().take_while(|name| name.as_str() <= after));
    }
    Ok(receivers)
}

fn receivers_after(
    platform: &mut Platform<'_>,
    lane: Lane,
    after: &str,
    max: usize,
) -> Result<Vec<String>, StoreError> {
    let max = i64::try_from(max).unwrap_or(i64::MAX);
    platform.all(
        "WITH RECURSIVE turns (receiver, number) AS (
             SELECT MIN(receiver), CAST(1 AS BIGINT) FROM jobs
              WHERE ready = 1 AND lane = $1 AND receiver > $2
             UNION ALL
             SELECT (SELECT MIN(jobs.receiver) FROM jobs
                      WHERE jobs.ready = 1 AND jobs.lane = $1 AND jobs.receiver > turns.receiver),
                    turns.number + 1
               FROM turns
              WHERE turns.receiver IS NOT NULL AND turns.number < $3)
         SELECT receiver FROM turns WHERE receiver IS NOT NULL ORDER BY number",
        (lane, after, max),
    )
}

/// Claims up to so many ready jobs of each receiver of a lane, oldest first, until `lease_end`.
///
/// # Errors
/// `Store` faults only.
pub fn claim(
    platform: &mut Platform<'_>,
    lane: Lane,
    receivers: &[(String, usize)],
    lease_end: Timestamp,
) -> Result<Vec<Job>, StoreError> {
    let mut claimed = Vec::new();
    for (receiver, limit) in receivers {
        let limit = i64::try_from(*limit).unwrap_or(i64::MAX);
        claimed.extend(platform.all::<Job>(
            "UPDATE jobs SET due_at = $1, ready = 0, claimed = 1
              WHERE id IN (SELECT id FROM jobs
                            WHERE ready = 1 AND lane = $2 AND receiver = $3
                            ORDER BY due_at, id
                            LIMIT $4)
                AND ready = 1
             RETURNING id, shop, kind, lane, receiver, subject_id",
            (lease_end, lane, receiver, limit),
        )?);
    }
    claimed.sort_by_key(|job| job.id);
    Ok(claimed)
}

/// Gives back all claims. Only for a process that has the database to itself and has just
/// started: whoever made them is dead.
///
/// # Errors
/// `Store` faults only.
pub fn release_all(platform: &mut Platform<'_>, now: Timestamp) -> Result<u64, StoreError> {
    platform.execute(
        "UPDATE jobs SET due_at = $1, ready = 1, claimed = 0 WHERE ready = 0 AND claimed = 1",
        (now,),
    )
}

/// How many jobs wait, counted up to 10,000.
///
/// # Errors
/// `Store` faults only.
pub fn waiting(platform: &mut Platform<'_>) -> Result<i64, StoreError> {
    platform.one(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT id FROM jobs LIMIT 10000) AS waiting",
        (),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_is_the_host_and_port() {
        assert_eq!(host("https://example.com/hooks?x=1"), "example.com");
        assert_eq!(host("http://127.0.0.1:8080"), "127.0.0.1:8080");
        assert_eq!(host("https://user@example.com:444/x"), "example.com:444");
    }
}
