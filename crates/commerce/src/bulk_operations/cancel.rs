//! Ending a bulk operation before its end.

use store::{StoreError, Tx};
use units::{AppId, BulkOperationId};

use super::{State, sql};

/// Why an operation is not ended.
#[derive(Debug, thiserror::Error)]
pub enum CancelError {
    /// The app has no such operation.
    #[error("Bulk operation does not exist")]
    NotFound,
    /// It has ended.
    #[error("A bulk operation cannot be canceled when it is {}.", .0.as_str().to_lowercase())]
    Ended(State),
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Has an app's operation end at its next step; what it found so far is kept.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn cancel(tx: &mut Tx, app: AppId, id: BulkOperationId) -> Result<(), CancelError> {
    let found = sql::lock(tx, id)?.filter(|found| found.app_id == app);
    let operation = found.ok_or(CancelError::NotFound)?;
    match operation.state {
        State::Canceling => Ok(()),
        state if state.can_become(State::Canceling) => {
            sql::set_state(tx, id, State::Canceling)?;
            Ok(())
        }
        state => Err(CancelError::Ended(state)),
    }
}
