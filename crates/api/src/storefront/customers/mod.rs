//! Customers, as they see themselves: their record, addresses, orders and accounts.

mod accounts;
mod addresses;
mod discounts;
mod orders;
mod payloads;

use commerce::apps::Scope;
pub(super) use commerce::customers::Customer;
use commerce::customers::{self, EmailMarketingState, accounts as doors};
use commerce::orders::{Order, SortKey};
use commerce::tags;
use graphql::{Error, NoArgs, Page, PageArgs};
use serde::Deserialize;
use store::StoreError;
use units::CustomerId;

use super::address::MailingAddress;
use super::media::map;
use crate::errors::{fault, spread};
use crate::paging::{page_error, window};
use crate::scalars::{DateTime, Id};
use crate::searches::compiled;
use crate::{Cx, Registry};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CustomerArgs {
    customer_access_token: String,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum OrderSort {
    Id,
    ProcessedAt,
    Relevance,
    TotalPrice,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OrdersArgs {
    query: Option<String>,
    sort_key: Option<OrderSort>,
}

/// A way to sign in through somebody else; no customer has one.
#[derive(Clone, Copy)]
enum SocialLogin {}

pub(super) fn register(r: &mut Registry) {
    r.query("customer", |args: &CustomerArgs, cx: &mut Cx| {
        cx.permit("customer", Scope::UnauthenticatedReadCustomers)?;
        let now = cx.request.now();
        doors::authenticate(&mut cx.tx, &args.customer_access_token, now).map_err(fault)
    });
    r.object::<Customer>("Customer")
        .leaf("id", |customer| Id(customer.id))
        .text_opt("email", |customer| customer.email.as_deref())
        .text_opt("phone", |customer| customer.phone.as_deref())
        .text_opt("firstName", |customer| some(&customer.first_name))
        .text_opt("lastName", |customer| some(&customer.last_name))
        .leaf("displayName", |customer| customer.display_name())
        .leaf("acceptsMarketing", |customer| {
            customer.email_marketing_state == EmailMarketingState::Subscribed
        })
        .leaf("createdAt", |customer| DateTime(customer.created_at))
        .leaf("updatedAt", |customer| DateTime(customer.updated_at))
        .leaf("numberOfOrders", |customer| {
            customer.orders_count.to_string()
        })
        // No picture is kept of a customer, and nobody signs in through somebody else.
        .leaf("avatarUrl", |_| None::<String>)
        .child("socialLoginProvider", |_| None::<SocialLogin>)
        .load_leaf("tags", tags_of)
        .load("defaultAddress", default_address)
        .load("addresses", addresses_of)
        .load("orders", orders_of);
    r.object::<SocialLogin>("SocialLoginProvider")
        .leaf("handle", |own| -> String { match *own {} });
    r.connection::<MailingAddress>("MailingAddressConnection", "MailingAddressEdge");
    accounts::register(r);
    addresses::register(r);
    orders::register(r);
    discounts::register(r);
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

fn ids(customers: &[&Customer]) -> Vec<CustomerId> {
    customers.iter().map(|customer| customer.id).collect()
}

/// The customers of ids, in their order.
pub(super) fn by_id(
    ids: &[Option<CustomerId>],
    cx: &mut Cx,
) -> Result<Vec<Option<Customer>>, Error> {
    let wanted: Vec<CustomerId> = ids.iter().flatten().copied().collect();
    if wanted.is_empty() {
        return Ok(ids.iter().map(|_| None).collect());
    }
    let found = customers::load_many(&mut cx.tx, &wanted).map_err(fault)?;
    let one = |id: &Option<CustomerId>| found.iter().find(|it| Some(it.id) == *id).cloned();
    Ok(ids.iter().map(one).collect())
}

fn tags_of(customers: &[&Customer], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Vec<String>, Error>> {
    let numbers: Vec<i64> = customers.iter().map(|customer| customer.id.get()).collect();
    let found = cx
        .permit("tags", Scope::UnauthenticatedReadCustomerTags)
        .and_then(|()| tags::load(&mut cx.tx, tags::Owner::Customer, &numbers).map_err(fault));
    spread(found, customers.len())
}

fn default_address(
    customers: &[&Customer],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<MailingAddress>, Error>> {
    let ids: Vec<_> = customers
        .iter()
        .filter_map(|customer| customer.default_address_id)
        .collect();
    let found = if ids.is_empty() {
        Ok(Vec::new())
    } else {
        customers::load_addresses(&mut cx.tx, &ids)
    };
    let address = |found: &[customers::CustomerAddress], customer: &Customer| {
        let wanted = customer.default_address_id?;
        found
            .iter()
            .find(|kept| kept.id == wanted)
            .map(MailingAddress::of)
    };
    let all = |found: Vec<customers::CustomerAddress>| {
        customers
            .iter()
            .map(|customer| address(&found, customer))
            .collect()
    };
    spread(found.map(all).map_err(fault), customers.len())
}

fn addresses_of(
    customers: &[&Customer],
    args: &PageArgs,
    cx: &mut Cx,
) -> Vec<Result<Page<MailingAddress>, Error>> {
    let found = window(args).and_then(|window| {
        customers::addresses_page(&mut cx.tx, &ids(customers), &window).map_err(page_error)
    });
    let shown = |page| map(page, |kept| MailingAddress::of(&kept));
    spread(
        found.map(|pages| pages.into_iter().map(shown).collect()),
        customers.len(),
    )
}

fn orders_of(
    customers: &[&Customer],
    (page, args): &(PageArgs, OrdersArgs),
    cx: &mut Cx,
) -> Vec<Result<Page<Order>, Error>> {
    spread(orders_pages(customers, page, args, cx), customers.len())
}

fn orders_pages(
    customers: &[&Customer],
    page: &PageArgs,
    args: &OrdersArgs,
    cx: &mut Cx,
) -> Result<Vec<Page<Order>>, Error> {
    let window = window(page)?;
    let query = args.query.as_deref().unwrap_or_default();
    let found = commerce::orders::parse_search(query, cx.reading()?);
    let filter = compiled(cx, "orders", query, found);
    let sort = match args.sort_key.unwrap_or(OrderSort::Id) {
        OrderSort::Id | OrderSort::Relevance => SortKey::Id,
        OrderSort::ProcessedAt => SortKey::ProcessedAt,
        OrderSort::TotalPrice => SortKey::TotalPrice,
    };
    let found =
        commerce::orders::list_of_customers(&mut cx.tx, &ids(customers), filter, sort, &window)
            .map_err(page_error)?;
    let counted = |(page, customer): (store::Page<Order>, &&Customer)| Page {
        total_count: Some(customer.orders_count),
        ..map(page, |order| order)
    };
    Ok(found.into_iter().zip(customers).map(counted).collect())
}

/// The customer of a token, looked up before something is written for them.
pub(super) async fn signed_in(
    request: &crate::Request,
    token: &str,
) -> Result<Option<Customer>, Error> {
    let (token, now) = (token.to_owned(), request.now());
    let found = request.read(move |tx| doors::authenticate(tx, &token, now));
    found
        .await
        .and_then(|found: Result<Option<Customer>, StoreError>| found)
        .map_err(fault)
}
