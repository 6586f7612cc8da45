//! Bulk operations: a query read to its end, or a mutation run for every line of an upload, by a
//! job, in slices; the outcome is a file of lines.

mod cancel;
mod expire;
mod lines;
mod list;
mod progress;
mod run;
mod sql;

pub use cancel::{CancelError, cancel};
pub use expire::expire;
pub use lines::{Halt, Line, LineBreaks, Lines, Place, finish, holds, record, unwritten};
pub use list::{SortKey, current, list, load, parse_search};
pub use progress::{Next, Slice, advance, begin};
pub use run::{NewBulkOperation, RunError, run};

use std::path::{Path, PathBuf};

use store::{record, text_enum};
use units::{AppId, BulkOperationId, ShopId, Timestamp};

use crate::apps::Scopes;
use crate::files;

/// A result can be fetched for a week.
const RESULT_SECONDS: i64 = 7 * 24 * 3600;

text_enum! {
    /// What is done for every line.
    pub enum Kind {
        /// A query is read to its end.
        Query = "QUERY",
        /// A mutation is run for every line of variables.
        Mutation = "MUTATION",
    }
}

text_enum! {
    /// Where a bulk operation stands.
    pub enum State {
        /// To be begun.
        Created = "CREATED",
        /// Under way.
        Running = "RUNNING",
        /// To be ended at the next step.
        Canceling = "CANCELING",
        /// Ended before its end.
        Canceled = "CANCELED",
        /// Done.
        Completed = "COMPLETED",
        /// Its result is gone.
        Expired = "EXPIRED",
        /// It could not go on.
        Failed = "FAILED",
    }
}

text_enum! {
    /// Why a bulk operation failed.
    pub enum ErrorCode {
        /// The app may not read or write what it asked for.
        AccessDenied = "ACCESS_DENIED",
        /// The program's fault.
        InternalServerError = "INTERNAL_SERVER_ERROR",
    }
}

record! {
    /// A bulk operation.
    #[derive(Clone)]
    pub struct BulkOperation {
        /// Its id.
        pub id: BulkOperationId,
        /// Whose it is.
        pub app_id: AppId,
        /// What is done.
        pub kind: Kind,
        /// The query or mutation.
        pub document: String,
        /// Where the mutation's lines of variables were uploaded to.
        pub upload: Option<String>,
        /// What the app calls it.
        pub client_identifier: Option<String>,
        /// What the app may do in it.
        pub scopes: Scopes,
        /// The release that was asked.
        pub api_version: String,
        /// Scheme and host for addresses in results.
        pub origin: String,
        /// Where it stands.
        pub state: State,
        /// Why it failed, if it did.
        pub error_code: Option<ErrorCode>,
        /// What makes the result's address unguessable.
        pub secret: String,
        /// What is left to be done, as whoever does it noted it; empty before the first slice.
        pub left_to_do: String,
        /// Lines of the result.
        pub object_count: i64,
        /// Those of them that stand below no other.
        pub root_object_count: i64,
        /// How long the result is so far, in bytes.
        pub file_bytes: i64,
        /// When it was asked for.
        pub created_at: Timestamp,
        /// When it ended, however it did.
        pub completed_at: Option<Timestamp>,
    }
}

impl State {
    /// Whether an operation that stands here may come to stand there.
    #[must_use]
    pub const fn can_become(self, next: Self) -> bool {
        match self {
            Self::Created => matches!(next, Self::Running | Self::Canceling),
            Self::Running => matches!(next, Self::Canceling | Self::Completed | Self::Failed),
            Self::Canceling => matches!(next, Self::Canceled | Self::Failed),
            Self::Completed => matches!(next, Self::Expired),
            Self::Canceled | Self::Expired | Self::Failed => false,
        }
    }

    /// Whether something is still to be done.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Created | Self::Running | Self::Canceling)
    }
}

/// Where an operation's result is kept, below the data folder.
#[must_use]
pub fn result_file(data: &Path, shop: ShopId, id: BulkOperationId) -> PathBuf {
    let name = format!("{}.jsonl", id.get());
    data.join("bulk").join(shop.get().to_string()).join(name)
}

impl BulkOperation {
    /// The result's path in the shop, while there is something to be fetched.
    #[must_use]
    pub fn result_path(&self, now: Timestamp) -> Option<String> {
        let there = !self.state.is_open() && self.file_bytes > 0 && !self.is_expired(now);
        there.then(|| format!("/bulk/{}/{}.jsonl", self.id.get(), self.secret))
    }

    /// Where the bytes of its upload are kept.
    #[must_use]
    pub fn upload_blob_key(&self) -> String {
        files::blob_key(self.upload.as_deref().unwrap_or_default())
    }

    /// Where it stands at `now`: a result ends by itself.
    #[must_use]
    pub fn state_at(&self, now: Timestamp) -> State {
        match self.state {
            State::Completed if self.is_expired(now) => State::Expired,
            state => state,
        }
    }

    fn is_expired(&self, now: Timestamp) -> bool {
        self.completed_at
            .is_some_and(|at| at.plus_seconds(RESULT_SECONDS) <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_ended_never_goes_on() {
        for from in State::ALL {
            for to in State::ALL {
                let may = from.can_become(*to);
                assert!(
                    !may || from.is_open() || *to == State::Expired,
                    "{from:?} {to:?}"
                );
                assert!(!may || from != to);
            }
        }
        assert!(State::Created.can_become(State::Running));
        assert!(!State::Created.can_become(State::Completed));
        assert!(State::Canceling.can_become(State::Canceled));
        assert!(!State::Canceling.can_become(State::Completed));
    }
}
