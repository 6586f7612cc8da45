//! Asking for a bulk operation.

use store::{StoreError, Tx};
use units::{AppId, BulkOperationId};

use super::{BulkOperation, Kind, State, sql};
use crate::apps::Scopes;
use crate::call::Call;
use crate::files::{self, StagedResource};
use crate::queue::{self, NewJob};

/// Operations of a kind that an app has under way in a shop.
const OPEN_MAX: usize = 5;
/// An operation's variables are kept this long, a week.
const RUN_SECONDS_MAX: i64 = 7 * 24 * 3600;
/// Characters of what an app calls an operation.
const IDENTIFIER_CHARS_MAX: usize = 255;
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
    /// The key that the mutation's lines of variables were uploaded under.
    pub upload: Option<String>,
    /// What the app calls it.
    pub client_identifier: Option<String>,
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
    /// The name is too long.
    #[error("The client identifier is longer than {IDENTIFIER_CHARS_MAX} characters.")]
    IdentifierTooLong,
    /// There is no such upload, or nothing was sent to it.
    #[error(
        "The upload does not exist, or its file was not sent: stage one, send it, then give its key."
    )]
    NoSuchFile,
    /// The upload is for something else, or it is too old.
    #[error(
        "The upload is no file of variables that can be used: stage one for BULK_MUTATION_VARIABLES."
    )]
    NotVariables,
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
    let name = new.client_identifier.as_deref().unwrap_or_default();
    if name.chars().count() > IDENTIFIER_CHARS_MAX {
        return Err(RunError::IdentifierTooLong);
    }
    if let Some(key) = &new.upload {
        let upload = files::staged(tx, key)?.filter(|upload| upload.uploaded_bytes.is_some());
        let upload = upload.ok_or(RunError::NoSuchFile)?;
        let is_variables = upload.resource == StagedResource::BulkMutationVariables;
        if !is_variables || upload.expires_at < call.now {
            return Err(RunError::NotVariables);
        }
    }
    if sql::open(tx, new.app, new.kind, OPEN_MAX)? >= OPEN_MAX {
        return Err(RunError::LimitReached);
    }
    if let Some(key) = &new.upload {
        files::keep_upload(tx, key, call.now.plus_seconds(RUN_SECONDS_MAX))?;
    }
    let operation = BulkOperation {
        id: call.new_id(),
        app_id: new.app,
        kind: new.kind,
        document: new.document.clone(),
        upload: new.upload.clone(),
        client_identifier: new.client_identifier.clone(),
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
