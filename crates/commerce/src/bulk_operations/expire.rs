//! Forgetting results that were kept long enough.

use store::{StoreError, Tx};
use units::{BulkOperationId, Timestamp};

use super::{RESULT_SECONDS, sql};

/// Results that are forgotten in one go.
const FORGOTTEN_MAX: i64 = 100;

/// Forgets the results of operations that ended a week ago, the oldest first; gives whose files
/// are to be deleted.
///
/// # Errors
/// `Store` faults only.
pub fn expire(tx: &mut Tx, now: Timestamp) -> Result<Vec<BulkOperationId>, StoreError> {
    let before = now.plus_seconds(-RESULT_SECONDS);
    let old = sql::ended_before(tx, before, FORGOTTEN_MAX)?;
    if !old.is_empty() {
        sql::forget_results(tx, &old)?;
    }
    Ok(old)
}
