//! Forgetting deliveries that were settled long ago, so that their log does not grow for ever.

use store::{StoreError, Tx};
use units::Timestamp;

use super::sql;

/// A settled delivery is kept this long, for the merchant to look at.
const KEPT_SECONDS: i64 = 7 * 24 * 3600;
/// Deliveries that are forgotten in one go: a lane's turn is short.
const FORGOTTEN_MAX: i64 = 500;

/// Forgets deliveries that were settled and happened more than a week ago, the oldest first;
/// gives whether there may be more.
///
/// # Errors
/// `Store` faults only.
pub fn forget(tx: &mut Tx, now: Timestamp) -> Result<bool, StoreError> {
    let before = now.plus_seconds(-KEPT_SECONDS);
    let gone = sql::delete_settled(tx, before, FORGOTTEN_MAX)?;
    Ok(i64::try_from(gone).is_ok_and(|gone| gone >= FORGOTTEN_MAX))
}
