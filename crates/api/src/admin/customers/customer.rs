//! The fields of a customer.

use commerce::apps::Scope;
use commerce::customers::{self, Customer};
use commerce::orders::{self, Order};
use commerce::tags::{self, Owner};
use graphql::{Error, NoArgs, Page, PageArgs};
use serde::Deserialize;
use units::{CustomerId, MailingAddressId, Money, OrderId};

use super::contact::{EmailAddress, EmailConsent, PhoneNumber, SmsConsent};
use super::mailing_address;
use crate::admin::addresses::MailingAddress;
use crate::admin::batches::{each, fail_all};
use crate::admin::orders::of_customers;
use crate::paging::{page, page_error, window};
use crate::scalars::{DateTime, Id};
use crate::{Cx, Registry};

/// As many addresses as a customer may have come when no number is asked for.
const ADDRESSES_MAX: i64 = 250;

#[derive(Deserialize)]
struct FirstArgs {
    first: Option<i64>,
}

pub(super) fn register(r: &mut Registry) {
    r.object::<Customer>("Customer")
        .leaf("id", |own| Id(own.id))
        .leaf("legacyResourceId", |own| own.id.get().to_string())
        .leaf("firstName", |own| filled(&own.first_name))
        .leaf("lastName", |own| filled(&own.last_name))
        .leaf("displayName", Customer::display_name)
        .text_opt("email", |own| own.email.as_deref())
        .text_opt("phone", |own| own.phone.as_deref())
        .text_opt("note", |own| own.note.as_deref())
        .text("locale", |own| &own.locale)
        .text("state", |own| own.state.as_str())
        .leaf("taxExempt", |own| own.tax_exempt)
        // Taxes have one rate here: nobody is exempt from a single one.
        .leaf("taxExemptions", |_| Vec::<String>::new())
        .leaf("verifiedEmail", |own| own.verified_email)
        .leaf("validEmailAddress", |own| own.email.is_some())
        .leaf("canDelete", Customer::can_delete)
        .leaf("dataSaleOptOut", |_| false)
        .leaf("multipassIdentifier", |_| None::<String>)
        .leaf("productSubscriberStatus", |_| "NEVER_SUBSCRIBED")
        .leaf("numberOfOrders", |own| own.orders_count.to_string())
        .leaf("createdAt", |own| DateTime(own.created_at))
        .leaf("updatedAt", |own| DateTime(own.updated_at))
        .load_leaf("lifetimeDuration", lifetimes)
        .load_leaf("tags", tags_of)
        .load("amountSpent", spent)
        .child("defaultEmailAddress", EmailAddress::of)
        .child("defaultPhoneNumber", PhoneNumber::of)
        .child("emailMarketingConsent", EmailConsent::of)
        .child("smsMarketingConsent", SmsConsent::of)
        .load("defaultAddress", default_addresses)
        .load("addresses", addresses)
        .load("addressesV2", address_pages)
        .load("orders", of_customers)
        .load("lastOrder", last_orders);
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn lifetimes(parents: &[&Customer], _: &NoArgs, cx: &mut Cx) -> Vec<Result<String, Error>> {
    let now = cx.request.now();
    parents.iter().map(|own| Ok(own.lifetime(now))).collect()
}

fn tags_of(parents: &[&Customer], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Vec<String>, Error>> {
    let ids: Vec<i64> = parents.iter().map(|own| own.id.get()).collect();
    let found = tags::load(&mut cx.tx, Owner::Customer, &ids);
    each(parents, found, |_, tags| Ok(tags))
}

fn spent(parents: &[&Customer], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Money, Error>> {
    let shop = cx.shop();
    parents
        .iter()
        .map(|own| Ok(shop.as_ref().map_err(Clone::clone)?.money(own.spent_minor)))
        .collect()
}

fn last_orders(
    parents: &[&Customer],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<Order>, Error>> {
    if let Err(denied) = cx.permit("lastOrder", Scope::ReadOrders) {
        return parents.iter().map(|_| Err(denied.clone())).collect();
    }
    let ids: Vec<OrderId> = parents.iter().filter_map(|own| own.last_order_id).collect();
    match orders::load(&mut cx.tx, &ids) {
        Ok(found) => parents
            .iter()
            .map(|own| {
                let last = found
                    .iter()
                    .flatten()
                    .find(|order| Some(order.id) == own.last_order_id);
                Ok(last.cloned())
            })
            .collect(),
        Err(cause) => fail_all(parents.len(), cause),
    }
}

fn default_addresses(
    parents: &[&Customer],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<MailingAddress>, Error>> {
    let ids: Vec<MailingAddressId> = parents
        .iter()
        .filter_map(|own| own.default_address_id)
        .collect();
    match customers::load_addresses(&mut cx.tx, &ids) {
        Ok(found) => parents
            .iter()
            .map(|own| {
                let kept = found
                    .iter()
                    .find(|kept| Some(kept.id) == own.default_address_id);
                Ok(kept.cloned().map(mailing_address))
            })
            .collect(),
        Err(cause) => fail_all(parents.len(), cause),
    }
}

fn addresses(
    parents: &[&Customer],
    args: &FirstArgs,
    cx: &mut Cx,
) -> Vec<Result<Vec<MailingAddress>, Error>> {
    let first = usize::try_from(args.first.unwrap_or(ADDRESSES_MAX)).unwrap_or(0);
    let found = customers::addresses(&mut cx.tx, &ids(parents));
    each(parents, found, |_, kept| {
        Ok(kept.into_iter().take(first).map(mailing_address).collect())
    })
}

fn address_pages(
    parents: &[&Customer],
    args: &PageArgs,
    cx: &mut Cx,
) -> Vec<Result<Page<MailingAddress>, Error>> {
    let found = window(args).and_then(|window| {
        customers::addresses_page(&mut cx.tx, &ids(parents), &window).map_err(page_error)
    });
    match found {
        Ok(pages) => pages
            .into_iter()
            .map(|found| Ok(shown(page(found))))
            .collect(),
        Err(error) => parents.iter().map(|_| Err(error.clone())).collect(),
    }
}

fn shown(found: Page<customers::CustomerAddress>) -> Page<MailingAddress> {
    crate::admin::batches::map_page(found, mailing_address)
}

fn ids(parents: &[&Customer]) -> Vec<CustomerId> {
    parents.iter().map(|own| own.id).collect()
}
