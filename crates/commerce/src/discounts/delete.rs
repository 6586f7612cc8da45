//! Forgetting discounts. Orders keep what they got.

use store::Tx;
use units::DiscountId;

use super::create::tell;
use super::discount::Method;
use super::error::DiscountError;
use super::input::expect;
use super::sql;
use crate::call::Call;
use crate::events::Topic;
use crate::metafields;

/// Deletes a discount with its codes.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn delete(
    tx: &mut Tx,
    call: &Call,
    id: DiscountId,
    method: Method,
) -> Result<DiscountId, DiscountError> {
    let discount = expect(sql::lock(tx, id)?, method)?;
    sql::delete(tx, id)?;
    metafields::delete_all(tx, metafields::Owner::Discount, &[id.get()])?;
    if method == Method::Automatic {
        sql::count_automatic(tx)?;
    }
    tell(tx, call, &discount, &[Topic::DiscountsDelete])?;
    Ok(id)
}

/// Deletes those of the discounts that there are and that come to sales that way; gives how many.
///
/// # Errors
/// `Store` faults only.
pub fn delete_many(
    tx: &mut Tx,
    call: &Call,
    ids: &[DiscountId],
    method: Method,
) -> Result<usize, DiscountError> {
    let mut deleted = 0;
    for id in ids {
        match delete(tx, call, *id, method) {
            Ok(_) => deleted += 1,
            Err(DiscountError::NotFound(_)) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(deleted)
}
