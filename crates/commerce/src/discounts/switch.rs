//! Giving a discount from now on, or no longer.

use store::Tx;
use units::DiscountId;

use super::create::{check_automatic, tell};
use super::discount::{Method, Status};
use super::error::DiscountError;
use super::input::expect;
use super::sql;
use crate::call::Call;
use crate::events::Topic;

/// Gives a discount from now on, without an end. One that is given already stays as it is.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn activate(
    tx: &mut Tx,
    call: &Call,
    id: DiscountId,
    method: Method,
) -> Result<DiscountId, DiscountError> {
    let mut discount = expect(sql::lock(tx, id)?, method)?;
    match discount.status(call.now) {
        Status::Active => return Ok(id),
        Status::Scheduled => discount.starts_at = call.now,
        Status::Expired => discount.ends_at = None,
    }
    discount.updated_at = call.now;
    if method == Method::Automatic {
        check_automatic(tx, call, &discount)?;
    }
    sql::save(tx, &discount)?;
    tell(tx, call, &discount, &[Topic::DiscountsUpdate])?;
    Ok(id)
}

/// Gives a discount no longer. One that is over stays as it is.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn deactivate(
    tx: &mut Tx,
    call: &Call,
    id: DiscountId,
    method: Method,
) -> Result<DiscountId, DiscountError> {
    let mut discount = expect(sql::lock(tx, id)?, method)?;
    if discount.status(call.now) == Status::Expired {
        return Ok(id);
    }
    if discount.starts_at > call.now {
        discount.starts_at = call.now;
    }
    discount.ends_at = Some(call.now);
    discount.updated_at = call.now;
    sql::save(tx, &discount)?;
    tell(tx, call, &discount, &[Topic::DiscountsUpdate])?;
    Ok(id)
}
