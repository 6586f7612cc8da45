//! Customers and their addresses.

pub mod accounts;
mod address_book;
mod addresses;
mod consent;
mod create;
mod customer;
mod delete;
mod input;
mod list;
mod marketing;
mod sql;
mod update;

pub use address_book::{
    AddressBookError, AddressPlace, add_address, change_address, make_default_address,
    remove_address,
};
pub use addresses::{CustomerAddress, addresses, addresses_page, replace_addresses};
pub use consent::{update_email_consent, update_sms_consent};
pub use create::create;
pub use customer::{Customer, CustomerState};
pub use delete::delete;
pub use input::{CustomerError, CustomerInput};
pub use list::{CustomerSort, count, list, parse_search};
pub use marketing::{EmailMarketingState, MarketingConsent, OptInLevel, SmsMarketingState};
pub use update::update;

use store::{StoreError, Tx};
use units::{CustomerId, MailingAddressId};

use crate::contact;

/// The customers of the given ids, in no particular order; unknown ids are left out.
///
/// # Errors
/// `Store` faults only.
pub fn load_many(tx: &mut Tx, ids: &[CustomerId]) -> Result<Vec<Customer>, StoreError> {
    sql::load(tx, ids)
}

/// The addresses of the given ids; unknown ids are left out.
///
/// # Errors
/// `Store` faults only.
pub fn load_addresses(
    tx: &mut Tx,
    ids: &[MailingAddressId],
) -> Result<Vec<CustomerAddress>, StoreError> {
    sql::load_addresses(tx, ids)
}

/// The customer with an address of a mailbox.
///
/// # Errors
/// `Store` faults only.
pub fn find_by_email(tx: &mut Tx, email: &str) -> Result<Option<Customer>, StoreError> {
    match contact::email_key(email) {
        Some(key) => sql::by_email_key(tx, &key),
        None => Ok(None),
    }
}

/// The customer with a telephone number, in the international form.
///
/// # Errors
/// `Store` faults only.
pub fn find_by_phone(tx: &mut Tx, phone: &str) -> Result<Option<Customer>, StoreError> {
    match contact::phone(phone, "") {
        Some(phone) => sql::by_phone(tx, &phone),
        None => Ok(None),
    }
}

/// Changes what an order says anew of its buyer, who must be known and locked; unknown ids are
/// left alone.
///
/// # Errors
/// `Store` faults only.
pub(crate) fn revise(
    tx: &mut Tx,
    id: CustomerId,
    change: impl FnOnce(&mut Customer),
) -> Result<(), StoreError> {
    let Some(mut customer) = sql::lock(tx, id)? else {
        return Ok(());
    };
    change(&mut customer);
    sql::update(tx, &customer)
}

/// Enters a slice's newcomers, made with [`Customer::newcomer`]. Their addresses of mailboxes
/// and telephone numbers must not be taken.
///
/// # Errors
/// `Store` faults only.
pub fn enter(tx: &mut Tx, newcomers: &[Customer]) -> Result<(), StoreError> {
    sql::insert(tx, newcomers)
}
