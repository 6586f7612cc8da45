//! Forgetting a customer who never bought.

use store::Tx;
use units::CustomerId;

use super::CustomerError;
use super::{accounts, sql};
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};
use crate::{metafields, tags};

/// Deletes a customer whom no order refers to, with addresses, tags and metafields.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn delete(tx: &mut Tx, call: &Call, id: CustomerId) -> Result<CustomerId, CustomerError> {
    let customer = sql::lock(tx, id)?.ok_or(CustomerError::NotFound)?;
    if !customer.can_delete() || sql::has_orders(tx, id)? {
        return Err(CustomerError::HasOrders);
    }
    accounts::delete(tx, id)?;
    sql::delete(tx, id)?;
    tags::replace(tx, tags::Owner::Customer, id.get(), &[])?;
    metafields::delete_all(tx, metafields::Owner::Customer, &[id.get()])?;
    let event = NewEvent::of(&[Topic::CustomersDelete], Subject::Customer, id);
    events::record(tx, call, event)?;
    Ok(id)
}
