//! Customers, as they see themselves.

use commerce::customers;
pub(super) use commerce::customers::Customer;
use commerce::customers::EmailMarketingState;
use graphql::{Error, NoArgs};

use super::address::MailingAddress;
use crate::errors::fault;
use crate::scalars::{DateTime, Id};
use crate::{Cx, Registry};

pub(super) fn register(r: &mut Registry) {
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
        .load("defaultAddress", default_address);
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
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
    let found = match customers::load_addresses(&mut cx.tx, &ids) {
        Ok(found) => found,
        Err(cause) => {
            let error = fault(cause);
            return customers.iter().map(|_| Err(error.clone())).collect();
        }
    };
    let address = |customer: &&Customer| {
        let wanted = customer.default_address_id?;
        let kept = found.iter().find(|kept| kept.id == wanted)?;
        Some(MailingAddress {
            id: format!("{}?model_name=CustomerAddress", kept.id),
            address: kept.address.clone(),
        })
    };
    customers
        .iter()
        .map(|customer| Ok(address(customer)))
        .collect()
}
