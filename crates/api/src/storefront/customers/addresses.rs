//! What customers do with their addresses.

use commerce::apps::Scope;
use commerce::customers::{self, AddressBookError, AddressPlace, Customer, CustomerAddress};
use commerce::{Actor, Address, AddressError, Call};
use graphql::{Error, MutationCx, NoArgs};
use serde::Deserialize;
use units::{CustomerId, MailingAddressId};

use super::accounts::no_token;
use super::{by_id, signed_in};
use crate::errors::{UserError, fault, spread};
use crate::storefront::address::MailingAddress;
use crate::{Cx, Registry, Request};

/// What a mutation of the addresses answers.
#[derive(Default)]
struct Done {
    customer: Option<CustomerId>,
    address: Option<MailingAddressId>,
    errors: Vec<UserError>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MailingAddressInput {
    address1: Option<String>,
    address2: Option<String>,
    city: Option<String>,
    company: Option<String>,
    country: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    phone: Option<String>,
    province: Option<String>,
    zip: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateArgs {
    address: MailingAddressInput,
    customer_access_token: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateArgs {
    address: MailingAddressInput,
    customer_access_token: String,
    id: MailingAddressId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeleteArgs {
    customer_access_token: String,
    id: MailingAddressId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DefaultArgs {
    address_id: MailingAddressId,
    customer_access_token: String,
}

impl MailingAddress {
    /// A customer's address, as buyers see it.
    pub(super) fn of(kept: &CustomerAddress) -> Self {
        Self {
            id: global_id(kept.id),
            address: kept.address.clone(),
        }
    }
}

fn global_id(id: MailingAddressId) -> String {
    format!("{id}?model_name=CustomerAddress")
}

pub(super) fn register(r: &mut Registry) {
    for name in [
        "CustomerAddressCreatePayload",
        "CustomerAddressUpdatePayload",
    ] {
        r.object::<Done>(name).load("customerAddress", address);
    }
    r.object::<Done>("CustomerAddressDeletePayload")
        .leaf("deletedCustomerAddressId", |it| it.address.map(global_id));
    r.object::<Done>("CustomerDefaultAddressUpdatePayload")
        .load("customer", customer);
    for name in [
        "CustomerAddressCreatePayload",
        "CustomerAddressUpdatePayload",
        "CustomerAddressDeletePayload",
        "CustomerDefaultAddressUpdatePayload",
    ] {
        r.object::<Done>(name)
            .child("customerUserErrors", |it| it.errors.clone())
            .child("userErrors", |it| it.errors.clone());
    }
    mutations(r);
}

fn mutations(r: &mut Registry) {
    r.mutation(
        "customerAddressCreate",
        |cx: MutationCx<Request>, args: CreateArgs| {
            let address = args.address.into_address();
            change(
                cx,
                "customerAddressCreate",
                args.customer_access_token,
                move |tx, call, who| {
                    customers::add_address(tx, call, who, &address, AddressPlace::Kept)
                },
            )
        },
    );
    r.mutation(
        "customerAddressUpdate",
        |cx: MutationCx<Request>, args: UpdateArgs| {
            let (address, id) = (args.address.into_address(), args.id);
            change(
                cx,
                "customerAddressUpdate",
                args.customer_access_token,
                move |tx, call, who| {
                    customers::change_address(tx, call, who, id, &address, AddressPlace::Kept)
                },
            )
        },
    );
    r.mutation(
        "customerAddressDelete",
        |cx: MutationCx<Request>, args: DeleteArgs| {
            let id = args.id;
            change(
                cx,
                "customerAddressDelete",
                args.customer_access_token,
                move |tx, call, who| customers::remove_address(tx, call, who, id),
            )
        },
    );
    r.mutation(
        "customerDefaultAddressUpdate",
        |cx: MutationCx<Request>, args: DefaultArgs| {
            let (token, id) = (args.customer_access_token, args.address_id);
            change(
                cx,
                "customerDefaultAddressUpdate",
                token,
                move |tx, call, who| customers::make_default_address(tx, call, who, id).map(|_| id),
            )
        },
    );
}

/// Changes the addresses of the customer who presents a token.
async fn change(
    cx: MutationCx<Request>,
    field: &'static str,
    token: String,
    mut operation: impl FnMut(
        &mut store::Tx,
        &Call,
        CustomerId,
    ) -> Result<MailingAddressId, AddressBookError>
    + Send
    + 'static,
) -> Result<Done, Error> {
    let request = &cx.request;
    request.permit(field, Scope::UnauthenticatedWriteCustomers)?;
    let Some(known) = signed_in(request, &token).await? else {
        return Ok(refused(no_token()));
    };
    let call = request.buyer().acting_as(Actor::Customer(known.id));
    let done = request
        .write(move |tx| operation(tx, &call, known.id))
        .await;
    match done {
        Ok(address) => Ok(Done {
            customer: Some(known.id),
            address: Some(address),
            errors: Vec::new(),
        }),
        Err(error) => Ok(refused(user_error(error)?)),
    }
}

fn refused(error: UserError) -> Done {
    Done {
        errors: vec![error],
        ..Done::default()
    }
}

fn user_error(error: AddressBookError) -> Result<UserError, Error> {
    const ADDRESS: &[&str] = &["address"];
    let (field, code): (&[&str], _) = match error {
        AddressBookError::Store(cause) => return Err(fault(cause)),
        AddressBookError::CustomerUnknown => return Ok(no_token()),
        AddressBookError::AddressUnknown => (&["id"], "NOT_FOUND"),
        AddressBookError::AddressKnown => (ADDRESS, "TAKEN"),
        AddressBookError::TooMany => (ADDRESS, "INVALID"),
        AddressBookError::Invalid(AddressError::CountryInvalid) => {
            (&["address", "country"], "INVALID")
        }
        AddressBookError::Invalid(AddressError::ProvinceInvalid) => {
            (&["address", "province"], "INVALID")
        }
    };
    Ok(UserError::new(field, code, &error))
}

fn address(done: &[&Done], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Option<MailingAddress>, Error>> {
    let ids: Vec<MailingAddressId> = done.iter().filter_map(|it| it.address).collect();
    let found = if ids.is_empty() {
        Ok(Vec::new())
    } else {
        customers::load_addresses(&mut cx.tx, &ids)
    };
    let one = |found: &[CustomerAddress], it: &Done| {
        let kept = found.iter().find(|kept| Some(kept.id) == it.address);
        kept.map(MailingAddress::of)
    };
    spread(
        found
            .map(|found| done.iter().map(|it| one(&found, it)).collect())
            .map_err(fault),
        done.len(),
    )
}

fn customer(done: &[&Done], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Option<Customer>, Error>> {
    let ids: Vec<Option<CustomerId>> = done.iter().map(|it| it.customer).collect();
    spread(by_id(&ids, cx), done.len())
}

impl MailingAddressInput {
    fn into_address(self) -> Address {
        Address {
            first_name: self.first_name,
            last_name: self.last_name,
            company: self.company,
            address1: self.address1,
            address2: self.address2,
            city: self.city,
            // Names and codes are both taken: normalising tells which it is.
            province: self.province,
            zip: self.zip,
            country_code: self.country,
            phone: self.phone,
            ..Address::default()
        }
    }
}
