//! Customers: their lists, their fields, and what may be done with them.

mod address_book;
mod consent;
mod contact;
mod customer;
mod invitations;
mod mutations;

use commerce::apps::Scope;
use commerce::customers::{self, Customer, CustomerAddress, CustomerSort};
use commerce::metafields::Owner;
use commerce::shops::Shop;
use graphql::{Error, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use store::page::Filter;
use units::{CustomerId, MailingAddressId};

use super::addresses::MailingAddress;
use super::counts::Count;
use super::custom_id::CustomId;
use crate::errors::fault;
use crate::paging::{page, page_error, window};
use crate::searches::compiled;
use crate::{Cx, Registry};

/// Counts go up to this unless another limit is asked for.
const COUNT_LIMIT: i64 = 10_000;

#[derive(Deserialize)]
struct IdArgs {
    id: CustomerId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CustomersArgs {
    query: Option<String>,
    sort_key: CustomerSortKeys,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum CustomerSortKeys {
    CreatedAt,
    Id,
    Location,
    Name,
    Relevance,
    UpdatedAt,
}

#[derive(Deserialize)]
struct CountArgs {
    limit: Option<i64>,
    query: Option<String>,
}

#[derive(Deserialize)]
struct IdentifierArgs {
    identifier: CustomerIdentifierInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum CustomerIdentifierInput {
    Id(CustomerId),
    EmailAddress(String),
    PhoneNumber(String),
    CustomId(CustomId),
}

impl From<CustomerSortKeys> for CustomerSort {
    fn from(key: CustomerSortKeys) -> Self {
        match key {
            CustomerSortKeys::CreatedAt => Self::CreatedAt,
            CustomerSortKeys::Location => Self::Location,
            CustomerSortKeys::Name => Self::Name,
            CustomerSortKeys::UpdatedAt => Self::UpdatedAt,
            // A search matches or it does not: no customer is more relevant than another.
            CustomerSortKeys::Id | CustomerSortKeys::Relevance => Self::Id,
        }
    }
}

pub(super) fn register(r: &mut Registry) {
    r.query("customer", load_customer);
    r.query("customers", list);
    r.object::<Shop>("Shop").load(
        "customers",
        |all: &[&Shop], args: &(PageArgs, CustomersArgs), cx: &mut Cx| {
            all.iter().map(|_| list(args, cx)).collect()
        },
    );
    r.query("customersCount", count);
    r.query("customerByIdentifier", by_identifier);
    r.connection::<Customer>("CustomerConnection", "CustomerEdge");
    r.connection::<MailingAddress>("MailingAddressConnection", "MailingAddressEdge");
    customer::register(r);
    address_book::register(r);
    contact::register(r);
    mutations::register(r);
    consent::register(r);
    invitations::register(r);
}

/// The customers of some ids, for `node` and `nodes`.
pub(crate) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit("customer", Scope::ReadCustomers)?;
    let ids: Vec<CustomerId> = ids.iter().copied().map(CustomerId).collect();
    let found = customers::load_many(&mut cx.tx, &ids).map_err(fault)?;
    let one = |id: &CustomerId| found.iter().find(|own| own.id == *id).cloned().map(obj);
    Ok(ids.iter().map(one).collect())
}

/// The customers' addresses of some ids, for `node` and `nodes`.
pub(crate) fn address_nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit("customer", Scope::ReadCustomers)?;
    let ids: Vec<MailingAddressId> = ids.iter().copied().map(MailingAddressId).collect();
    let found = customers::load_addresses(&mut cx.tx, &ids).map_err(fault)?;
    let one = |id: &MailingAddressId| {
        found
            .iter()
            .find(|own| own.id == *id)
            .cloned()
            .map(|own| obj(mailing_address(own)))
    };
    Ok(ids.iter().map(one).collect())
}

fn mailing_address(kept: CustomerAddress) -> MailingAddress {
    MailingAddress {
        id: format!("{}?model_name=CustomerAddress", kept.id),
        address: kept.address,
    }
}

fn load_customer(args: &IdArgs, cx: &mut Cx) -> Result<Option<Customer>, Error> {
    cx.permit("customer", Scope::ReadCustomers)?;
    let mut found = customers::load_many(&mut cx.tx, &[args.id]).map_err(fault)?;
    Ok(found.pop())
}

fn list(args: &(PageArgs, CustomersArgs), cx: &mut Cx) -> Result<Page<Customer>, Error> {
    cx.permit("customers", Scope::ReadCustomers)?;
    let (args, wanted) = args;
    let filter = search(cx, "customers", wanted.query.as_deref())?;
    let found = customers::list(&mut cx.tx, filter, wanted.sort_key.into(), &window(args)?);
    found.map(page).map_err(page_error)
}

fn count(args: &CountArgs, cx: &mut Cx) -> Result<Count, Error> {
    cx.permit("customersCount", Scope::ReadCustomers)?;
    let filter = search(cx, "customersCount", args.query.as_deref())?;
    let limit = args.limit.unwrap_or(COUNT_LIMIT).max(0);
    let found = customers::count(&mut cx.tx, filter, limit.saturating_add(1)).map_err(fault)?;
    Ok(Count::up_to(found, limit))
}

fn by_identifier(args: &IdentifierArgs, cx: &mut Cx) -> Result<Option<Customer>, Error> {
    cx.permit("customerByIdentifier", Scope::ReadCustomers)?;
    let found = match &args.identifier {
        CustomerIdentifierInput::Id(id) => {
            customers::load_many(&mut cx.tx, &[*id]).map(|mut found| found.pop())
        }
        CustomerIdentifierInput::EmailAddress(email) => customers::find_by_email(&mut cx.tx, email),
        CustomerIdentifierInput::PhoneNumber(phone) => customers::find_by_phone(&mut cx.tx, phone),
        CustomerIdentifierInput::CustomId(custom) => match custom.find(cx, Owner::Customer)? {
            Some(id) => {
                customers::load_many(&mut cx.tx, &[CustomerId(id)]).map(|mut found| found.pop())
            }
            None => Ok(None),
        },
    };
    found.map_err(fault)
}

fn search(cx: &mut Cx, field: &str, query: Option<&str>) -> Result<Filter, Error> {
    let reading = cx.reading()?;
    let query = query.unwrap_or_default();
    Ok(compiled(
        cx,
        field,
        query,
        customers::parse_search(query, reading),
    ))
}
