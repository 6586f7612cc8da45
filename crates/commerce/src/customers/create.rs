//! A new customer.

use store::Tx;
use units::CustomerId;

use super::input::{CustomerError, CustomerInput, refuse_taken};
use super::{Customer, addresses, sql};
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};
use crate::{shops, tags};

/// Takes up a customer.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create(
    tx: &mut Tx,
    call: &Call,
    input: &CustomerInput,
) -> Result<CustomerId, CustomerError> {
    let shop = shops::current(tx)?;
    let mut customer = Customer::newcomer(call, &shop.language);
    input.apply(&mut customer, &shop.country_code)?;
    input.apply_consent(&mut customer)?;
    let addresses = input.normalized_addresses()?.unwrap_or_default();
    let tags = input.normalized_tags()?.unwrap_or_default();
    refuse_taken(tx, &customer)?;
    let metafields = input.planned_metafields(tx, call, customer.id)?;

    sql::insert(tx, std::slice::from_ref(&customer))?;
    addresses::replace_addresses(tx, call, customer.id, &addresses)?;
    metafields.write(tx)?;
    let event = NewEvent::of(&[Topic::CustomersCreate], Subject::Customer, customer.id);
    events::record(tx, call, event)?;
    tags::retag_customer(tx, call, customer.id, &tags)?;
    Ok(customer.id)
}
