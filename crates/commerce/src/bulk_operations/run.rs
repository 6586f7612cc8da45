//! Asking for a bulk operation.

use store::{StoreError, Tx};
use units::{AppId, BulkOperationId};

use super::{BulkOperation, Kind, State, sql};
use crate::apps::Scopes;
use crate::call::Call;
use crate::queue::{self, NewJob};

/// Operations of a kind that are under way in a shop.
const OPEN_MAX: usize = 5;
/// Bytes of a query or mutation.
const DOCUMENT_BYTES_MAX: usize = 64 * 1024;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct NewBulkOperation {
    /// Whose it is.
    pub app: AppId,
    /// What is done.
    pub kind: Kind,
    /// The query or mutation; it was checked against the interface.
    pub document: String,
    /// Where the mutation's lines of variables were uploaded to.
    pub upload: Option<String>,
    /// What the app may do.
    pub scopes: Scopes,
    /// The release that was asked.
    pub api_version: String,
    /// Scheme and host that the app used.
    pub origin: String,
}

/// Why an operation is not begun.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Five are under way.
    #[error("Five bulk operations are under way already: wait for one to end, or cancel one.")]
    LimitReached,
    /// The text is too long.
    #[error("The text is longer than 64 KB.")]
    DocumentTooLong,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Notes a bulk operation and has it begun.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn run(tx: &mut Tx, call: &Call, new: &NewBulkOperation) -> Result<BulkOperationId, RunError> {
    if new.document.len() > DOCUMENT_BYTES_MAX {
        return Err(RunError::DocumentTooLong);
    }
    if sql::open(tx, new.kind, OPEN_MAX)? >= OPEN_MAX {
        return Err(RunError::LimitReached);
    }
    let operation = BulkOperation {
        id: call.new_id(),
        app_id: new.app,
        kind: new.kind,
        document: new.document.clone(),
        upload: new.upload.clone(),
        scopes: new.scopes,
        api_version: new.api_version.clone(),
        origin: new.origin.clone(),
        state: State::Created,
        error_code: None,
        secret: call.new_token(),
        left_to_do: String::new(),
        object_count: 0,
        root_object_count: 0,
        file_bytes: 0,
        created_at: call.now,
        completed_at: None,
    };
    sql::insert(tx, &operation)?;
    queue::add(tx, &[NewJob::bulk_operation(call, operation.id)])?;
    Ok(operation.id)
}
