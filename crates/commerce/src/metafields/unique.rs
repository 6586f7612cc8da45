//! Finding a row by a value of its own that no other row has.

use store::{StoreError, Tx};

use super::{Owner, definition_of, sql};

/// The row of a kind whose metafield has a value; none when there is no such row, or when no
/// definition says that values are one row's alone.
///
/// # Errors
/// `Store` faults only.
pub fn owner_of(
    tx: &mut Tx,
    owner: Owner,
    namespace: &str,
    key: &str,
    value: &str,
) -> Result<Option<i64>, StoreError> {
    let definition = definition_of(tx, owner, namespace, key)?;
    if definition.is_none_or(|definition| !definition.unique_values) {
        return Ok(None);
    }
    let found = sql::with_value(tx, (owner, namespace, key), value)?;
    let same = |(id, held): (i64, String)| (held == value).then_some(id);
    Ok(found.into_iter().find_map(same))
}
