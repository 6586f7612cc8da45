//! A cart, by the token in the event's facts. Its key is never told: it opens the cart.

use serde_json::{Value, json};
use store::{StoreError, Tx};
use units::Money;

use super::lines::{money, price_set};
use super::moment;
use crate::carts::{self, CartView, LineView};
use crate::shops::Shop;

pub(super) fn render(tx: &mut Tx, shop: &Shop, facts: &Value) -> Result<Option<Value>, StoreError> {
    let Some(token) = facts.get("token").and_then(Value::as_str) else {
        return Ok(None);
    };
    let Some(cart) = carts::sql::by_token(tx, token)? else {
        return Ok(None);
    };
    // As it was when it changed: that is what the event tells.
    let changed_at = cart.updated_at;
    let view = carts::view_of(tx, cart, changed_at)?;
    Ok(Some(json!({
        "id": token,
        "token": token,
        "note": Some(&view.cart.note).filter(|note| !note.is_empty()),
        "line_items": view.lines.iter().map(|own| line(&view, own)).collect::<Value>(),
        "created_at": moment(shop, view.cart.created_at),
        "updated_at": moment(shop, view.cart.updated_at),
    })))
}

fn line(cart: &CartView, view: &LineView) -> Value {
    let discounts: Vec<Value> = view
        .discounts
        .iter()
        .filter_map(|own| Some((cart.granted.applications.get(own.application)?, own)))
        .map(|(application, own)| {
            let amount = Money::new(own.amount_minor, view.total.currency);
            json!({ "title": application.title, "amount": money(amount) })
        })
        .collect();
    let sold = &view.merchandise;
    let properties: serde_json::Map<String, Value> = view
        .line
        .attributes
        .iter()
        .map(|attribute| (attribute.key.clone(), json!(attribute.value)))
        .collect();
    let currency = view.total.currency;
    let off = Money::new(view.total.minor - view.discounted.minor, currency);
    let each = Money::new(view.discounted.minor / view.line.quantity.max(1), currency);
    json!({
        "id": sold.variant_id.get(),
        "variant_id": sold.variant_id.get(),
        "product_id": sold.product_id.get(),
        "key": view.line.id,
        "quantity": view.line.quantity,
        "title": sold.product_title,
        "variant_title": sold.title,
        "vendor": sold.vendor,
        "sku": Some(&sold.sku).filter(|sku| !sku.is_empty()),
        "grams": sold.weight_grams,
        "gift_card": sold.gift_card,
        "taxable": sold.taxable,
        "properties": properties,
        "price": money(view.price),
        "price_set": price_set(cart.bag(view.price)),
        "original_price": money(view.price),
        "original_line_price": money(view.total),
        "discounted_price": money(each),
        "line_price": money(view.discounted),
        "line_price_set": price_set(cart.bag(view.discounted)),
        "total_discount": money(off),
        "discounts": discounts,
    })
}
