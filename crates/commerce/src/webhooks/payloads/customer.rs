//! A customer with addresses.

use serde_json::{Value, json};
use store::{StoreError, Tx};
use units::{CustomerId, MailingAddressId, Timestamp};

use super::{address, filled, moment};
use crate::customers::{self, Customer, CustomerAddress, OptInLevel};
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

/// Whether somebody may be written to.
pub(super) fn email_consent(
    tx: &mut Tx,
    shop: &Shop,
    id: i64,
) -> Result<Option<Value>, StoreError> {
    let found = customers::load_many(tx, &[CustomerId(id)])?.pop();
    Ok(found.map(|customer| {
        json!({
            "customer_id": id,
            "email_address": customer.email,
            "email_marketing_consent": {
                "state": customer.email_marketing_state.as_str().to_lowercase(),
                "opt_in_level": level(customer.email_marketing_level),
                "consent_updated_at": customer.email_marketing_updated_at.map(|at| moment(shop, at)),
            },
        })
    }))
}

/// Whether somebody may be texted.
pub(super) fn sms_consent(tx: &mut Tx, shop: &Shop, id: i64) -> Result<Option<Value>, StoreError> {
    let found = customers::load_many(tx, &[CustomerId(id)])?.pop();
    Ok(found.map(|customer| {
        json!({
            "id": id,
            "phone": customer.phone,
            "sms_marketing_consent": {
                "state": customer.sms_marketing_state.as_str().to_lowercase(),
                "opt_in_level": level(customer.sms_marketing_level),
                "consent_updated_at": customer.sms_marketing_updated_at.map(|at| moment(shop, at)),
                "consent_collected_from": "OTHER",
            },
        })
    }))
}

fn level(level: Option<OptInLevel>) -> Option<String> {
    level.map(|level| level.as_str().to_lowercase())
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
