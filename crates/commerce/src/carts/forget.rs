//! Forgetting carts that nobody came back to.

use store::{StoreError, Tx};
use units::Timestamp;

use super::sql;

/// A cart that was not bought is kept this long after its last change: 90 days.
const KEPT_SECONDS: i64 = 90 * 24 * 3_600;
/// Carts that are looked at in one go: a lane's turn is short.
const FORGOTTEN_MAX: i64 = 500;

/// Forgets carts, with the checkouts begun on them, that were never bought and have not changed
/// for 90 days, the oldest first; gives whether there may be more.
///
/// # Errors
/// `Store` faults only.
pub fn forget(tx: &mut Tx, now: Timestamp) -> Result<bool, StoreError> {
    let before = now.plus_seconds(-KEPT_SECONDS);
    let tokens = sql::left_alone(tx, before, FORGOTTEN_MAX)?;
    sql::delete(tx, &tokens)?;
    Ok(i64::try_from(tokens.len()).is_ok_and(|gone| gone >= FORGOTTEN_MAX))
}
