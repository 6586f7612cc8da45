//! The addresses of a customer; the first, unless another was chosen, is the default.

use store::page::{Page, PageError, Window};
use store::{StoreError, Tx, record};
use units::{CustomerId, MailingAddressId};

use super::{Customer, sql};
use crate::address::Address;
use crate::call::Call;

record! {
    /// One address of a customer.
    #[derive(Clone)]
    pub struct CustomerAddress {
        /// Its id.
        pub id: MailingAddressId,
        /// Whose it is.
        pub customer_id: CustomerId,
        /// The address.
        pub address: Address,
    }
}

/// Puts `addresses`, as [`Address::normalized`] gives them, in place of those before; the first
/// becomes the default.
///
/// # Errors
/// `Store` faults only.
pub fn replace_addresses(
    tx: &mut Tx,
    call: &Call,
    customer: CustomerId,
    addresses: &[Address],
) -> Result<Vec<MailingAddressId>, StoreError> {
    let ids: Vec<MailingAddressId> = addresses.iter().map(|_| call.new_id()).collect();
    sql::delete_addresses(tx, customer)?;
    sql::insert_addresses(tx, customer, &ids, addresses)?;
    let key = addresses
        .first()
        .map(Customer::location_key_of)
        .unwrap_or_default();
    sql::set_default_address(tx, customer, ids.first().copied(), &key)?;
    Ok(ids)
}

/// Each customer's addresses, in order: at most 100, which is how many one may have.
///
/// # Errors
/// `Store` faults only.
pub fn addresses(
    tx: &mut Tx,
    customers: &[CustomerId],
) -> Result<Vec<Vec<CustomerAddress>>, StoreError> {
    sql::addresses(tx, customers)
}

/// A window of each customer's addresses.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn addresses_page(
    tx: &mut Tx,
    customers: &[CustomerId],
    window: &Window<'_>,
) -> Result<Vec<Page<CustomerAddress>>, PageError> {
    sql::addresses_page(tx, customers, window)
}
