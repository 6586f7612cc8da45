//! A customer with addresses.

use serde_json::{Value, json};
use store::{StoreError, Tx};
use units::{CustomerId, MailingAddressId, Timestamp};

use super::{address, moment};
use crate::customers::{self, Customer, CustomerAddress};
use crate::shops::Shop;

pub(super) fn render(tx: &mut Tx, shop: &Shop, id: i64) -> Result<Option<Value>, StoreError> {
    let id = CustomerId(id);
    let Some(customer) = customers::load_many(tx, &[id])?.pop() else {
        return Ok(None);
    };
    let addresses = customers::addresses(tx, &[id])?.pop().unwrap_or_default();
    Ok(Some(json(shop, &customer, &addresses)))
}

/// What is told of tags that a customer got or lost.
pub(super) fn tags(id: i64, facts: &Value, at: Timestamp) -> Value {
    json!({
        "customerId": CustomerId(id).to_string(),
        "tags": facts["tags"],
        "occurredAt": at.to_string(),
    })
}

fn json(shop: &Shop, customer: &Customer, addresses: &[CustomerAddress]) -> Value {
    let default = customer.default_address_id;
    let rendered: Vec<Value> = addresses
        .iter()
        .map(|address| address_json(address, default))
        .collect();
    let first = addresses
        .iter()
        .position(|address| Some(address.id) == default);
    json!({
        "id": customer.id.get(),
        "admin_graphql_api_id": customer.id.to_string(),
        "created_at": moment(shop, customer.created_at),
        "updated_at": moment(shop, customer.updated_at),
        "first_name": filled(&customer.first_name),
        "last_name": filled(&customer.last_name),
        "state": customer.state.as_str().to_lowercase(),
        "note": customer.note,
        "verified_email": customer.verified_email,
        "multipass_identifier": null,
        "tax_exempt": customer.tax_exempt,
        "email": customer.email,
        "phone": customer.phone,
        "currency": shop.currency.as_str(),
        "addresses": rendered,
        "tax_exemptions": [],
        "default_address": first.and_then(|place| rendered.get(place)),
    })
}

fn address_json(kept: &CustomerAddress, default: Option<MailingAddressId>) -> Value {
    let mut members = address(&kept.address);
    members.insert("id".to_owned(), json!(kept.id.get()));
    members.insert("customer_id".to_owned(), json!(kept.customer_id.get()));
    members.insert("default".to_owned(), json!(Some(kept.id) == default));
    Value::Object(members)
}

fn filled(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}
