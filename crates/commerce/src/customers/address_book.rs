//! A customer's addresses, one at a time.

use store::{StoreError, Tx};
use units::{CustomerId, MailingAddressId};

use super::input::ADDRESSES_MAX;
use super::{Customer, CustomerAddress, sql};
use crate::address::{Address, AddressError};
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};

/// Where an address stands among the customer's others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AddressPlace {
    /// Where it is, or last; the only address is the default all the same.
    #[default]
    Kept,
    /// It becomes the default.
    Default,
}

/// Why a customer's addresses are as they were.
#[derive(Debug, thiserror::Error)]
pub enum AddressBookError {
    /// There is no such customer.
    #[error("Customer does not exist")]
    CustomerUnknown,
    /// The customer has no such address.
    #[error("Address does not exist")]
    AddressUnknown,
    /// The customer has the very same address.
    #[error("Address already exists")]
    AddressKnown,
    /// Too many.
    #[error("A customer has at most 100 addresses")]
    TooMany,
    /// The address cannot be.
    #[error(transparent)]
    Invalid(#[from] AddressError),
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A customer and their addresses, to be worked on; the customer's row is locked.
struct Book {
    customer: Customer,
    addresses: Vec<CustomerAddress>,
}

impl Book {
    fn open(tx: &mut Tx, id: CustomerId) -> Result<Self, AddressBookError> {
        let customer = sql::lock(tx, id)?.ok_or(AddressBookError::CustomerUnknown)?;
        let addresses = sql::addresses(tx, &[id])?.pop().unwrap_or_default();
        Ok(Self {
            customer,
            addresses,
        })
    }

    fn get(&self, id: MailingAddressId) -> Result<&CustomerAddress, AddressBookError> {
        let found = self.addresses.iter().find(|own| own.id == id);
        found.ok_or(AddressBookError::AddressUnknown)
    }

    /// Refuses an address that another entry has already.
    fn refuse_known(
        &self,
        address: &Address,
        but: Option<MailingAddressId>,
    ) -> Result<(), AddressBookError> {
        let mut others = self.addresses.iter().filter(|own| Some(own.id) != but);
        if others.any(|own| own.address == *address) {
            return Err(AddressBookError::AddressKnown);
        }
        Ok(())
    }

    /// Stores which address comes first, and tells of the customer's change.
    fn close(
        self,
        tx: &mut Tx,
        call: &Call,
        default: Option<(MailingAddressId, &Address)>,
    ) -> Result<(), StoreError> {
        let key = default.map(|(_, address)| Customer::location_key_of(address));
        let id = self.customer.id;
        let first = default.map(|(id, _)| id);
        sql::set_default_address(tx, id, first, &key.unwrap_or_default())?;
        sql::touch(tx, id, call.now)?;
        let event = NewEvent::of(&[Topic::CustomersUpdate], Subject::Customer, id);
        events::record(tx, call, event)?;
        Ok(())
    }
}

/// Adds an address to a customer's; the first one is the default.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn add_address(
    tx: &mut Tx,
    call: &Call,
    customer: CustomerId,
    address: &Address,
    place: AddressPlace,
) -> Result<MailingAddressId, AddressBookError> {
    let book = Book::open(tx, customer)?;
    let address = address.normalized()?;
    if book.addresses.len() >= ADDRESSES_MAX {
        return Err(AddressBookError::TooMany);
    }
    book.refuse_known(&address, None)?;
    let id: MailingAddressId = call.new_id();
    sql::add_address(tx, customer, id, &address)?;
    let before = book
        .customer
        .default_address_id
        .and_then(|id| book.get(id).ok())
        .map(|own| (own.id, own.address.clone()));
    let default = match before {
        Some((id, own)) if place == AddressPlace::Kept => (id, own),
        _ => (id, address),
    };
    book.close(tx, call, Some((default.0, &default.1)))?;
    Ok(id)
}

/// Changes an address: what `change` fills in is put in place of what was there; another country
/// takes its province with it.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn change_address(
    tx: &mut Tx,
    call: &Call,
    customer: CustomerId,
    id: MailingAddressId,
    change: &Address,
    place: AddressPlace,
) -> Result<MailingAddressId, AddressBookError> {
    let book = Book::open(tx, customer)?;
    let address = merged(&book.get(id)?.address, change).normalized()?;
    book.refuse_known(&address, Some(id))?;
    sql::save_address(tx, id, &address)?;
    let first = match place {
        AddressPlace::Default => Some(id),
        AddressPlace::Kept => book.customer.default_address_id,
    };
    let default = match first {
        Some(first) if first == id => Some((id, address)),
        Some(first) => book
            .get(first)
            .ok()
            .map(|own| (own.id, own.address.clone())),
        None => None,
    };
    let default = default.as_ref().map(|(id, address)| (*id, address));
    book.close(tx, call, default)?;
    Ok(id)
}

/// Takes an address off a customer's; of those that are left the first becomes the default when it
/// was.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn remove_address(
    tx: &mut Tx,
    call: &Call,
    customer: CustomerId,
    id: MailingAddressId,
) -> Result<MailingAddressId, AddressBookError> {
    let book = Book::open(tx, customer)?;
    book.get(id)?;
    sql::delete_address(tx, id)?;
    let mut left = book.addresses.iter().filter(|own| own.id != id);
    let kept = book.customer.default_address_id.filter(|own| *own != id);
    let default = match kept {
        Some(kept) => left.find(|own| own.id == kept),
        None => left.next(),
    };
    let default = default.map(|own| (own.id, own.address.clone()));
    book.close(tx, call, default.as_ref().map(|(id, own)| (*id, own)))?;
    Ok(id)
}

/// Puts an address of a customer first.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn make_default_address(
    tx: &mut Tx,
    call: &Call,
    customer: CustomerId,
    id: MailingAddressId,
) -> Result<CustomerId, AddressBookError> {
    let book = Book::open(tx, customer)?;
    let address = book.get(id)?.address.clone();
    book.close(tx, call, Some((id, &address)))?;
    Ok(customer)
}

fn merged(before: &Address, change: &Address) -> Address {
    let pick = |new: &Option<String>, old: &Option<String>| new.clone().or_else(|| old.clone());
    let moved = change.country_code.is_some() || change.province_code.is_some();
    let kept = |old: &Option<String>| old.clone().filter(|_| !moved && change.province.is_none());
    Address {
        first_name: pick(&change.first_name, &before.first_name),
        last_name: pick(&change.last_name, &before.last_name),
        company: pick(&change.company, &before.company),
        address1: pick(&change.address1, &before.address1),
        address2: pick(&change.address2, &before.address2),
        city: pick(&change.city, &before.city),
        province_code: change
            .province_code
            .clone()
            .or_else(|| kept(&before.province_code)),
        province: change.province.clone().or_else(|| kept(&before.province)),
        zip: pick(&change.zip, &before.zip),
        country_code: pick(&change.country_code, &before.country_code),
        phone: pick(&change.phone, &before.phone),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_keeps_what_it_does_not_name_but_another_country_takes_its_province_with_it() {
        let text = |text: &str| Some(text.to_owned());
        let before = Address {
            city: text("Ottawa"),
            province_code: text("ON"),
            country_code: text("CA"),
            ..Address::default()
        };
        let street = Address {
            address1: text("1 Elgin Street"),
            ..Address::default()
        };
        let after = merged(&before, &street);
        assert_eq!(after.province_code, text("ON"));
        assert_eq!(after.address1, text("1 Elgin Street"));
        let moved = Address {
            country_code: text("DE"),
            ..Address::default()
        };
        let after = merged(&before, &moved);
        assert_eq!((after.province_code, after.city), (None, text("Ottawa")));
    }
}
