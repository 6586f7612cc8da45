//! Taking a gift card out of use. It cannot be undone.

use store::Tx;
use units::GiftCardId;

use super::error::GiftCardError;
use super::sql;
use crate::call::Call;

/// Takes a gift card out of use; what is on it stays on it. Doing it again changes nothing.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn deactivate(tx: &mut Tx, call: &Call, id: GiftCardId) -> Result<GiftCardId, GiftCardError> {
    let mut card = sql::lock(tx, id)?.ok_or(GiftCardError::NotFound)?;
    if card.deactivated_at.is_none() {
        card.deactivated_at = Some(call.now);
        card.updated_at = call.now;
        sql::save(tx, &card)?;
    }
    Ok(id)
}
