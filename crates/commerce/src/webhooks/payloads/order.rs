//! An order with its lines, payments, parcels and refunds.

use serde_json::{Map, Value, json};
use store::{StoreError, Tx};
use units::{MinorBag, Money, MoneyBag, OrderId};

use super::lines::{Currencies, line_items, money, price_set, shipping_lines, tax_lines};
use super::{address, customer, fulfillment, moment, refund};
use crate::discounts::{DiscountClass, DiscountValue};
use crate::fulfillment as parcels;
use crate::orders::{self, DisplayFulfillmentStatus, LineItem, Order, ShippingLine};
use crate::returns;
use crate::shops::Shop;
use crate::tags;

/// An order's rows, read once.
struct Sheet {
    order: Order,
    lines: Vec<LineItem>,
    shipping: Vec<ShippingLine>,
    tags: Vec<String>,
    gateways: Vec<String>,
}

pub(super) fn render(
    tx: &mut Tx,
    shop: &Shop,
    id: i64,
    _facts: &Value,
) -> Result<Option<Value>, StoreError> {
    let ids = [OrderId(id)];
    let Some(order) = orders::load(tx, &ids)?.pop().flatten() else {
        return Ok(None);
    };
    let customer = match order.customer_id {
        Some(id) => customer::render(tx, shop, id.get())?,
        None => None,
    };
    let transactions = orders::transactions(tx, &ids)?.pop().unwrap_or_default();
    let mut gateways: Vec<String> = Vec::new();
    for transaction in transactions {
        if !gateways.contains(&transaction.gateway) {
            gateways.push(transaction.gateway);
        }
    }
    let sheet = Sheet {
        lines: orders::line_items(tx, &ids)?.pop().unwrap_or_default(),
        shipping: orders::shipping_lines(tx, &ids)?.pop().unwrap_or_default(),
        tags: tags::load(tx, tags::Owner::Order, &[id])?
            .pop()
            .unwrap_or_default(),
        gateways,
        order,
    };
    let mut payload = facts(shop, &sheet);
    payload.extend(states(shop, &sheet));
    payload.extend(buyer(&sheet.order));
    payload.extend(amounts(&sheet));
    payload.extend(current_amounts(&sheet.order));
    payload.insert("customer".to_owned(), json!(customer));
    payload.insert("line_items".to_owned(), line_items(shop, &sheet.lines));
    payload.insert(
        "shipping_lines".to_owned(),
        shipping_lines(Currencies::of(&sheet.order), &sheet.shipping),
    );
    payload.insert("fulfillments".to_owned(), fulfillments(tx, shop, ids[0])?);
    payload.insert("refunds".to_owned(), refunds(tx, shop, ids[0])?);
    Ok(Some(Value::Object(payload)))
}

fn facts(shop: &Shop, sheet: &Sheet) -> Map<String, Value> {
    let order = &sheet.order;
    members(json!({
        "id": order.id.get(),
        "admin_graphql_api_id": order.id.to_string(),
        "app_id": order.app_id.map(|id| id.get()),
        "name": order.name,
        "number": order.number - 1000,
        "order_number": order.number,
        "token": order.token,
        "cart_token": order.checkout_token,
        "checkout_token": order.checkout_token,
        "confirmation_number": order.confirmation_number,
        "source_name": order.source_name,
        "source_identifier": null,
        "source_url": null,
        "order_status_url": order.status_url(&format!("https://{}", shop.domain)),
        "currency": order.currency.as_str(),
        "presentment_currency": order.presentment_currency.as_str(),
        "taxes_included": order.taxes_included,
        "tax_exempt": false,
        "duties_included": false,
        "estimated_taxes": false,
        "test": order.test,
        "po_number": order.po_number,
        "total_weight": order.weight_grams,
        "payment_gateway_names": sheet.gateways,
        "tags": sheet.tags.join(", "),
        "discount_codes": discount_codes(order),
        "discount_applications": applications(order),
        "payment_terms": null,
        "location_id": null,
        "user_id": null,
        "device_id": null,
        "created_at": moment(shop, order.created_at),
        "updated_at": moment(shop, order.updated_at),
        "processed_at": moment(shop, order.processed_at),
    }))
}

fn discount_codes(order: &Order) -> Value {
    let applications = order.discount_applications();
    let codes = applications.iter().filter_map(|own| {
        let kind = match (own.class, own.value) {
            (DiscountClass::Shipping, _) => "shipping",
            (_, DiscountValue::Percentage { .. }) => "percentage",
            (_, DiscountValue::Amount { .. }) => "fixed_amount",
        };
        let amount = money(order.bag(own.amount()).shop);
        Some(json!({ "code": own.code.as_ref()?, "amount": amount, "type": kind }))
    });
    codes.collect()
}

fn applications(order: &Order) -> Value {
    let applications = order.discount_applications();
    let all = applications.iter().map(|own| {
        let (value, kind) = match own.value {
            DiscountValue::Percentage { percentage_ppm } => {
                let per_cent =
                    format!("{}.{:04}", percentage_ppm / 10_000, percentage_ppm % 10_000);
                let text = per_cent.trim_end_matches('0');
                let text = if text.ends_with('.') {
                    format!("{text}0")
                } else {
                    text.to_owned()
                };
                (text, "percentage")
            }
            DiscountValue::Amount { amount_minor, .. } => {
                let amount = Money::new(amount_minor, order.currency);
                (amount.decimal(), "fixed_amount")
            }
        };
        let mut member = json!({
            "type": own.kind.rest_name(),
            "target_type": own.target_type().to_ascii_lowercase(),
            "target_selection": own.selection.as_str().to_ascii_lowercase(),
            "allocation_method": own.method.as_str().to_ascii_lowercase(),
            "value": value,
            "value_type": kind,
        });
        match &own.code {
            Some(code) => member["code"] = json!(code),
            None => {
                member["title"] = json!(own.title);
                member["description"] = json!(own.description);
            }
        }
        member
    });
    all.collect()
}

fn states(shop: &Shop, sheet: &Sheet) -> Map<String, Value> {
    let order = &sheet.order;
    let fulfillment = match order.fulfillment_status {
        DisplayFulfillmentStatus::Fulfilled => Some("fulfilled"),
        DisplayFulfillmentStatus::PartiallyFulfilled => Some("partial"),
        _ => None,
    };
    members(json!({
        "confirmed": true,
        "financial_status": order.financial_status.as_str().to_ascii_lowercase(),
        "fulfillment_status": fulfillment,
        "cancel_reason": order.cancel_reason.map(|reason| reason.as_str().to_ascii_lowercase()),
        "cancelled_at": order.cancelled_at.map(|at| moment(shop, at)),
        "closed_at": order.closed_at.map(|at| moment(shop, at)),
    }))
}

fn buyer(order: &Order) -> Map<String, Value> {
    let attributes: Vec<Value> = order
        .attributes()
        .iter()
        .map(|attribute| json!({ "name": attribute.key, "value": attribute.value }))
        .collect();
    members(json!({
        "email": order.email,
        "contact_email": order.email,
        "phone": order.phone,
        "note": order.note,
        "note_attributes": attributes,
        "customer_locale": order.locale,
        "browser_ip": null,
        "client_details": null,
        "landing_site": null,
        "referring_site": null,
        "billing_address": order.billing_address().map(|own| address(&own)),
        "shipping_address": order.shipping_address().map(|own| address(&own)),
    }))
}

fn amounts(sheet: &Sheet) -> Map<String, Value> {
    let order = &sheet.order;
    let mut all = Map::new();
    for (name, amount) in [
        ("subtotal_price", order.subtotal()),
        (
            "total_line_items_price",
            sheet.lines.iter().map(LineItem::original_total).sum(),
        ),
        ("total_discounts", order.discounts()),
        ("total_tax", order.tax()),
        ("total_price", order.total()),
    ] {
        put(&mut all, name, order.bag(amount));
    }
    let shipping = sheet.shipping.iter().map(ShippingLine::price).sum();
    all.insert(
        "total_shipping_price_set".to_owned(),
        price_set(order.bag(shipping)),
    );
    let outstanding = order.bag(order.outstanding()).shop;
    all.insert("total_outstanding".to_owned(), money(outstanding));
    let nothing = order.bag(MinorBag::ZERO).shop;
    all.insert("total_tip_received".to_owned(), money(nothing));
    let taxes = sheet.lines.iter().flat_map(LineItem::tax_lines);
    let taxes = taxes.chain(sheet.shipping.iter().flat_map(ShippingLine::tax_lines));
    let taxes = tax_lines(Currencies::of(order), taxes);
    all.insert("tax_lines".to_owned(), taxes);
    all
}

fn current_amounts(order: &Order) -> Map<String, Value> {
    let mut all = Map::new();
    for (name, amount) in [
        ("current_subtotal_price", order.current_subtotal()),
        ("current_total_discounts", order.discounts()),
        ("current_total_tax", order.current_tax()),
        ("current_total_price", order.current_total()),
    ] {
        put(&mut all, name, order.bag(amount));
    }
    all.insert(
        "current_shipping_price_set".to_owned(),
        price_set(order.bag(order.current_shipping())),
    );
    for name in [
        "current_total_duties_set",
        "original_total_duties_set",
        "current_total_additional_fees_set",
        "original_total_additional_fees_set",
    ] {
        all.insert(name.to_owned(), Value::Null);
    }
    all
}

/// An amount by itself, and in both currencies.
fn put(all: &mut Map<String, Value>, name: &str, amount: MoneyBag) {
    all.insert(name.to_owned(), money(amount.shop));
    all.insert(format!("{name}_set"), price_set(amount));
}

fn fulfillments(tx: &mut Tx, shop: &Shop, order: OrderId) -> Result<Value, StoreError> {
    let found = parcels::fulfillments(tx, &[order])?
        .pop()
        .unwrap_or_default();
    let mut all = Vec::with_capacity(found.len());
    for parcel in found {
        all.push(fulfillment::parcel(tx, shop, &parcel)?);
    }
    Ok(Value::Array(all))
}

fn refunds(tx: &mut Tx, shop: &Shop, order: OrderId) -> Result<Value, StoreError> {
    let found = returns::refunds(tx, &[order])?.pop().unwrap_or_default();
    let mut all = Vec::with_capacity(found.len());
    for own in found {
        all.push(refund::refund(tx, shop, &own)?);
    }
    Ok(Value::Array(all))
}

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}
