//! Changing what is known about a customer.

use store::Tx;
use units::CustomerId;

use super::input::{CustomerError, CustomerInput, refuse_taken};
use super::{addresses, sql};
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};
use crate::{shops, tags};

/// Changes what is known about a customer; what the input does not name stays as it is.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update(
    tx: &mut Tx,
    call: &Call,
    id: CustomerId,
    input: &CustomerInput,
) -> Result<CustomerId, CustomerError> {
    if input.email_marketing.is_some() || input.sms_marketing.is_some() {
        return Err(CustomerError::ConsentOnUpdate);
    }
    let mut customer = sql::lock(tx, id)?.ok_or(CustomerError::NotFound)?;
    let shop = shops::current(tx)?;
    input.apply(&mut customer, &shop.country_code)?;
    let addresses = input.normalized_addresses()?;
    let tags = input.normalized_tags()?;
    refuse_taken(tx, &customer)?;
    let metafields = input.planned_metafields(tx, call, id)?;

    customer.updated_at = call.now;
    sql::update(tx, &customer)?;
    if let Some(addresses) = addresses {
        addresses::replace_addresses(tx, call, id, &addresses)?;
    }
    if let Some(tags) = tags {
        tags::retag_customer(tx, call, id, &tags)?;
    }
    metafields.write(tx)?;
    let event = NewEvent::of(&[Topic::CustomersUpdate], Subject::Customer, id);
    events::record(tx, call, event)?;
    Ok(id)
}
