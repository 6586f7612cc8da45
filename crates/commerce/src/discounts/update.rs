//! Changing a discount.

use store::Tx;
use units::{DiscountId, DiscountRedeemCodeId};

use super::create::{check_automatic, tell};
use super::discount::{Kind, Method, code_key};
use super::error::DiscountError;
use super::input::{DiscountInput, checked_code, expect};
use super::sql;
use crate::call::Call;
use crate::events::Topic;
use crate::shops;

/// Changes a discount of a kind; what is not said stays. A new code takes the place of the only
/// one there is, or joins several.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update(
    tx: &mut Tx,
    call: &Call,
    id: DiscountId,
    method: Method,
    kind: Kind,
    input: &DiscountInput,
) -> Result<DiscountId, DiscountError> {
    let mut discount = expect(sql::lock(tx, id)?, method)?;
    if discount.kind != kind {
        return Err(DiscountError::OtherKind);
    }
    let shop = shops::current(tx)?;
    input.apply(tx, &mut discount, shop.currency)?;
    discount.updated_at = call.now;
    match method {
        Method::Automatic => {
            check_automatic(tx, call, &discount)?;
            sql::save(tx, &discount)?;
        }
        Method::Code => {
            let code = input.code.as_deref().map(checked_code).transpose()?;
            let taken = match code {
                Some(code) => sql::discount_of_code(tx, &code_key(code))?,
                None => None,
            };
            if taken.is_some_and(|owner| owner != id) {
                return Err(DiscountError::CodeTaken);
            }
            match code {
                Some(code) if discount.codes_count == 1 => {
                    sql::rename_code(tx, id, code, &code_key(code))?;
                }
                Some(code) if taken.is_none() => {
                    let code_id: DiscountRedeemCodeId = call.new_id();
                    sql::insert_codes(tx, call, id, &[(code_id, code)])?;
                    discount.codes_count += 1;
                }
                _ => {}
            }
            sql::save(tx, &discount)?;
        }
    }
    tell(tx, call, &discount, &[Topic::DiscountsUpdate])?;
    Ok(id)
}
