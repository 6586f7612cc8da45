//! A customer's addresses, one at a time.

use commerce::apps::Scope;
use commerce::customers::{self, AddressBookError, AddressPlace, Customer};
use commerce::{Address, AddressError};
use graphql::{Error, MutationCx, NoArgs};
use serde::Deserialize;
use units::{CustomerId, MailingAddressId};

use super::mailing_address;
use crate::admin::addresses::{MailingAddress, MailingAddressInput};
use crate::admin::batches::fail_all;
use crate::errors::{UserError, fault};
use crate::scalars::Id;
use crate::{Cx, Registry, Request};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateArgs {
    customer_id: CustomerId,
    address: MailingAddressInput,
    set_as_default: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateArgs {
    customer_id: CustomerId,
    address_id: MailingAddressId,
    address: MailingAddressInput,
    set_as_default: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OneArgs {
    customer_id: CustomerId,
    address_id: MailingAddressId,
}

/// An address after a mutation, or why it is as it was.
struct AddressPayload {
    address: Option<MailingAddressId>,
    user_errors: Vec<UserError>,
}

/// The address that is gone, or why it is still there.
struct DeletePayload(AddressPayload);

/// A customer after a mutation, or why they are as they were.
struct CustomerPayload {
    customer: Option<CustomerId>,
    user_errors: Vec<UserError>,
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("customerAddressCreate", create);
    r.mutation("customerAddressUpdate", update);
    r.mutation("customerAddressDelete", delete);
    r.mutation("customerUpdateDefaultAddress", make_default);
    for payload in [
        "CustomerAddressCreatePayload",
        "CustomerAddressUpdatePayload",
    ] {
        r.object::<AddressPayload>(payload)
            .load("address", payload_address)
            .child("userErrors", |own| own.user_errors.clone());
    }
    r.object::<DeletePayload>("CustomerAddressDeletePayload")
        .leaf("deletedAddressId", |own| own.0.address.map(Id))
        .child("userErrors", |own| own.0.user_errors.clone());
    r.object::<CustomerPayload>("CustomerUpdateDefaultAddressPayload")
        .load("customer", payload_customer)
        .child("userErrors", |own| own.user_errors.clone());
}

/// Adds an address.
async fn create(cx: MutationCx<Request>, args: CreateArgs) -> Result<AddressPayload, Error> {
    let call = cx
        .request
        .permit("customerAddressCreate", Scope::WriteCustomers)?;
    let address: Address = args.address.into_address();
    let (id, place) = (args.customer_id, place(args.set_as_default));
    let done = cx
        .request
        .write(move |tx| customers::add_address(tx, &call, id, &address, place))
        .await;
    present(done)
}

/// Changes an address.
async fn update(cx: MutationCx<Request>, args: UpdateArgs) -> Result<AddressPayload, Error> {
    let call = cx
        .request
        .permit("customerAddressUpdate", Scope::WriteCustomers)?;
    let change: Address = args.address.into_address();
    let (id, address) = (args.customer_id, args.address_id);
    let place = place(args.set_as_default);
    let done = cx
        .request
        .write(move |tx| customers::change_address(tx, &call, id, address, &change, place))
        .await;
    present(done)
}

/// Takes an address away.
async fn delete(cx: MutationCx<Request>, args: OneArgs) -> Result<DeletePayload, Error> {
    let call = cx
        .request
        .permit("customerAddressDelete", Scope::WriteCustomers)?;
    let (id, address) = (args.customer_id, args.address_id);
    let done = cx
        .request
        .write(move |tx| customers::remove_address(tx, &call, id, address))
        .await;
    present(done).map(DeletePayload)
}

/// Puts an address first.
async fn make_default(cx: MutationCx<Request>, args: OneArgs) -> Result<CustomerPayload, Error> {
    let call = cx
        .request
        .permit("customerUpdateDefaultAddress", Scope::WriteCustomers)?;
    let (id, address) = (args.customer_id, args.address_id);
    let done = cx
        .request
        .write(move |tx| customers::make_default_address(tx, &call, id, address))
        .await;
    Ok(match done {
        Ok(id) => CustomerPayload {
            customer: Some(id),
            user_errors: Vec::new(),
        },
        Err(error) => CustomerPayload {
            customer: None,
            user_errors: vec![user_error(error)?],
        },
    })
}

fn place(set_as_default: Option<bool>) -> AddressPlace {
    match set_as_default {
        Some(true) => AddressPlace::Default,
        _ => AddressPlace::Kept,
    }
}

fn present(done: Result<MailingAddressId, AddressBookError>) -> Result<AddressPayload, Error> {
    Ok(match done {
        Ok(id) => AddressPayload {
            address: Some(id),
            user_errors: Vec::new(),
        },
        Err(error) => AddressPayload {
            address: None,
            user_errors: vec![user_error(error)?],
        },
    })
}

fn user_error(error: AddressBookError) -> Result<UserError, Error> {
    let field: &[&str] = match &error {
        AddressBookError::Store(cause) => return Err(fault(cause.clone())),
        AddressBookError::CustomerUnknown => &["customerId"],
        AddressBookError::AddressUnknown => &["addressId"],
        AddressBookError::AddressKnown | AddressBookError::TooMany => &["address"],
        AddressBookError::Invalid(AddressError::CountryInvalid) => &["address", "country"],
        AddressBookError::Invalid(AddressError::ProvinceInvalid) => &["address", "province"],
    };
    Ok(UserError::new(field, None, &error))
}

fn payload_address(
    payloads: &[&AddressPayload],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<MailingAddress>, Error>> {
    let ids: Vec<MailingAddressId> = payloads.iter().filter_map(|own| own.address).collect();
    match customers::load_addresses(&mut cx.tx, &ids) {
        Ok(found) => payloads
            .iter()
            .map(|own| {
                let kept = found.iter().find(|kept| Some(kept.id) == own.address);
                Ok(kept.cloned().map(mailing_address))
            })
            .collect(),
        Err(cause) => fail_all(payloads.len(), cause),
    }
}

fn payload_customer(
    payloads: &[&CustomerPayload],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<Customer>, Error>> {
    let ids: Vec<CustomerId> = payloads.iter().filter_map(|own| own.customer).collect();
    match customers::load_many(&mut cx.tx, &ids) {
        Ok(found) => payloads
            .iter()
            .map(|own| {
                let customer = found.iter().find(|found| Some(found.id) == own.customer);
                Ok(customer.cloned())
            })
            .collect(),
        Err(cause) => fail_all(payloads.len(), cause),
    }
}
