//! A customer's addresses, one at a time.

use commerce::apps::Scope;
use commerce::customers::{self, AddressBookError, AddressPlace, Customer};
use commerce::{Address, AddressError};
use graphql::{Error, MutationCx};
use serde::Deserialize;
use units::{CustomerId, MailingAddressId};

use super::mailing_address;
use crate::admin::addresses::{MailingAddress, MailingAddressInput};
use crate::admin::payload::{Payload, deleted, payloads};
use crate::errors::{UserError, fault};
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

pub(super) fn register(r: &mut Registry) {
    r.mutation("customerAddressCreate", create);
    r.mutation("customerAddressUpdate", update);
    r.mutation("customerAddressDelete", delete);
    r.mutation("customerUpdateDefaultAddress", make_default);
    let shown = &[
        "CustomerAddressCreatePayload",
        "CustomerAddressUpdatePayload",
    ];
    payloads(r, shown, "address", address);
    let gone = "CustomerAddressDeletePayload";
    deleted::<MailingAddressId>(r, gone, "deletedAddressId");
    let shown = &["CustomerUpdateDefaultAddressPayload"];
    payloads(r, shown, "customer", customer);
}

/// Adds an address.
async fn create(
    cx: MutationCx<Request>,
    args: CreateArgs,
) -> Result<Payload<MailingAddressId>, Error> {
    let call = cx
        .request
        .permit("customerAddressCreate", Scope::WriteCustomers)?;
    let address: Address = args.address.into_address();
    let (id, place) = (args.customer_id, place(args.set_as_default));
    let done = cx
        .request
        .write(move |tx| customers::add_address(tx, &call, id, &address, place))
        .await;
    Payload::of(done, user_error)
}

/// Changes an address.
async fn update(
    cx: MutationCx<Request>,
    args: UpdateArgs,
) -> Result<Payload<MailingAddressId>, Error> {
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
    Payload::of(done, user_error)
}

/// Takes an address away.
async fn delete(
    cx: MutationCx<Request>,
    args: OneArgs,
) -> Result<Payload<MailingAddressId>, Error> {
    let call = cx
        .request
        .permit("customerAddressDelete", Scope::WriteCustomers)?;
    let (id, address) = (args.customer_id, args.address_id);
    let done = cx
        .request
        .write(move |tx| customers::remove_address(tx, &call, id, address))
        .await;
    Payload::of(done, user_error)
}

/// Puts an address first.
async fn make_default(
    cx: MutationCx<Request>,
    args: OneArgs,
) -> Result<Payload<CustomerId>, Error> {
    let call = cx
        .request
        .permit("customerUpdateDefaultAddress", Scope::WriteCustomers)?;
    let (id, address) = (args.customer_id, args.address_id);
    let done = cx
        .request
        .write(move |tx| customers::make_default_address(tx, &call, id, address))
        .await;
    Payload::of(done, user_error)
}

fn place(set_as_default: Option<bool>) -> AddressPlace {
    match set_as_default {
        Some(true) => AddressPlace::Default,
        _ => AddressPlace::Kept,
    }
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

fn address(cx: &mut Cx, id: MailingAddressId) -> Result<Option<MailingAddress>, Error> {
    let mut found = customers::load_addresses(&mut cx.tx, &[id]).map_err(fault)?;
    Ok(found.pop().map(mailing_address))
}

fn customer(cx: &mut Cx, id: CustomerId) -> Result<Option<Customer>, Error> {
    let mut found = customers::load_many(&mut cx.tx, &[id]).map_err(fault)?;
    Ok(found.pop())
}
