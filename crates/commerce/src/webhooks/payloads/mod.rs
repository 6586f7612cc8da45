//! What webhooks tell: payloads in the shape of the REST resources, one file per kind of row.
//!
//! They tell what the rows say when the first attempt is made. When the row is gone by then,
//! or the event says that it is, they tell its id and the event's facts.

mod billing;
mod bulk_operation;
mod cart;
mod collection;
mod customer;
mod discount;
mod draft_order;
mod fulfillment;
mod inventory_item;
mod inventory_level;
mod lines;
mod location;
mod market;
mod metafield_definition;
mod metafields;
mod metaobject;
mod order;
mod order_transaction;
mod product;
mod refund;
mod selling_plan_group;
mod shop;
mod theme;

use serde_json::{Map, Value, json};
use store::{StoreError, Tx};
use units::{Money, Timestamp};

use super::prepare::Due;
use super::subscription::Subscription;
use crate::Address;
use crate::events::{Subject, Topic};
use crate::shops::Shop;

/// Renders what a delivery tells.
pub(super) fn render(
    tx: &mut Tx,
    shop: &Shop,
    due: &Due,
    subscription: &Subscription,
) -> Result<Value, StoreError> {
    let facts: Value = serde_json::from_str(&due.facts).unwrap_or(Value::Null);
    let id = due.subject_id;
    let found = match due.topic {
        Topic::ThemesDelete
        | Topic::ProductsDelete
        | Topic::CollectionsDelete
        | Topic::InventoryItemsDelete
        | Topic::CustomersDelete
        | Topic::DraftOrdersDelete
        | Topic::MetafieldDefinitionsDelete
        | Topic::MetaobjectsDelete
        | Topic::LocationsDelete
        | Topic::MarketsDelete => None,
        // A level's id is not told.
        Topic::InventoryLevelsDisconnect => Some(facts.clone()),
        Topic::CustomerTagsAdded | Topic::CustomerTagsRemoved => {
            Some(customer::tags(id, &facts, due.triggered_at))
        }
        Topic::CustomersEmailMarketingConsentUpdate => customer::email_consent(tx, shop, id)?,
        Topic::CustomersMarketingConsentUpdate => customer::sms_consent(tx, shop, id)?,
        Topic::TenderTransactionsCreate => order_transaction::tender(tx, shop, id)?,
        Topic::DiscountsDelete => Some(discount::gone(shop, due, &facts)),
        _ => match due.subject {
            Subject::Product => product::render(tx, shop, id)?,
            Subject::Collection => collection::render(tx, shop, id)?,
            Subject::MetafieldDefinition => metafield_definition::render(tx, shop, id)?,
            Subject::Metaobject => metaobject::render(tx, shop, id)?,
            Subject::InventoryLevel => inventory_level::render(tx, shop, id)?,
            Subject::InventoryItem => inventory_item::render(tx, shop, id)?,
            Subject::ProductVariant => product::variant(tx, shop, id)?,
            Subject::Location => location::render(tx, shop, id)?,
            Subject::Customer => customer::render(tx, shop, id)?,
            Subject::Cart => cart::render(tx, shop, &facts)?,
            Subject::Order => order::render(tx, shop, id, &facts)?,
            Subject::DraftOrder => draft_order::render(tx, shop, id)?,
            Subject::OrderTransaction => order_transaction::render(tx, shop, id, &facts)?,
            // Told as they stood.
            Subject::FulfillmentOrder | Subject::ShopLocale => Some(facts.clone()),
            Subject::Market => market::render(tx, id)?,
            Subject::SellingPlanGroup => selling_plan_group::render(tx, shop, id)?,
            Subject::Fulfillment => fulfillment::render(tx, shop, id, &facts)?,
            Subject::Refund => refund::render(tx, shop, id, &facts)?,
            Subject::OnlineStoreTheme => theme::render(tx, shop, id)?,
            Subject::Shop => Some(shop::render(shop)),
            // No topic is about these.
            Subject::Page | Subject::Blog | Subject::Article | Subject::Comment => None,
            Subject::BulkOperation => bulk_operation::render(tx, shop, id)?,
            Subject::AppSubscription => billing::subscription(tx, shop, id, due.triggered_at)?,
            Subject::AppPurchaseOneTime => billing::purchase(tx, shop, id, due.triggered_at)?,
            Subject::Discount => discount::render(tx, shop, due, &facts)?,
        },
    };
    let mut payload = found.unwrap_or_else(|| gone(id, facts));
    if !subscription.metafield_namespaces.0.is_empty()
        && let Value::Object(members) = &mut payload
    {
        let metafields = metafields::render(tx, shop, due.subject, id, subscription)?;
        members.insert("metafields".to_owned(), metafields);
    }
    Ok(payload)
}

/// What is told of a row that is gone.
fn gone(id: i64, facts: Value) -> Value {
    let mut payload = Map::new();
    payload.insert("id".to_owned(), json!(id));
    if let Value::Object(facts) = facts {
        payload.extend(facts);
    }
    Value::Object(payload)
}

/// A moment as REST writes it: in the shop's zone, with its offset.
fn moment(shop: &Shop, at: Timestamp) -> String {
    let zoned = jiff::Timestamp::from_second(at.micros().div_euclid(1_000_000))
        .and_then(|moment| moment.in_tz(&shop.time_zone));
    zoned.map_or_else(
        |_| at.to_string(),
        |at| at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
    )
}

/// An amount of the shop's currency as REST writes it: `"19.90"`.
fn amount(shop: &Shop, minor: i64) -> String {
    Money::new(minor, shop.currency).decimal()
}

/// An address with its host: those of the shop's own files are kept without it.
fn whole(shop: &Shop, url: &str) -> String {
    match url.starts_with('/') {
        true => format!("https://{}{url}", shop.domain),
        false => url.to_owned(),
    }
}

/// A text that says something.
fn filled(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// An address as REST writes it.
fn address(address: &Address) -> Map<String, Value> {
    let country = address.country();
    let name = address.name();
    let value = json!({
        "first_name": address.first_name,
        "last_name": address.last_name,
        "company": address.company,
        "address1": address.address1,
        "address2": address.address2,
        "city": address.city,
        "province": address.province_name(),
        "province_code": address.province_code,
        "country": country.map(|country| country.name),
        "country_code": country.map(|country| country.code),
        "country_name": country.map(|country| country.name),
        "zip": address.zip,
        "phone": address.phone,
        "name": name,
    });
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_row_that_is_gone_its_id_is_told() {
        assert_eq!(gone(7, Value::Null), json!({ "id": 7 }));
        assert_eq!(
            gone(7, json!({ "email": "a@b.co" })),
            json!({ "id": 7, "email": "a@b.co" })
        );
    }
}
