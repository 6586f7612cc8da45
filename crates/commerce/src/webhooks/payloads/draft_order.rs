//! A draft order with its lines.

use serde_json::{Value, json};
use store::{StoreError, Tx};
use units::{DraftOrderId, MoneyBag};

use super::lines::{Currencies, money, price_set, shipping_lines, tax_lines};
use super::{address, customer, moment};
use crate::attributes::Attribute;
use crate::draft_orders::{self, AppliedDiscount, DraftOrder, DraftOrderLineItem};
use crate::shops::Shop;
use crate::tags;

pub(super) fn render(tx: &mut Tx, shop: &Shop, id: i64) -> Result<Option<Value>, StoreError> {
    let found = draft_orders::load(tx, &[DraftOrderId(id)])?;
    let Some(draft) = found.into_iter().next().flatten() else {
        return Ok(None);
    };
    let customer = match draft.customer_id {
        Some(id) => customer::render(tx, shop, id.get())?,
        None => None,
    };
    let tags = tags::load(tx, tags::Owner::DraftOrder, &[id])?
        .pop()
        .unwrap_or_default();
    let lines = draft.line_items();
    let shipping = draft.shipping_line();
    let taxes = lines.iter().flat_map(|line| line.tax_lines.clone());
    let taxes = taxes.chain(shipping.iter().flat_map(|line| line.tax_lines()));
    let of = |minor: i64| draft.money(minor);
    let currencies = Currencies::own(draft.currency);
    let set = |minor: i64| price_set(MoneyBag::same(of(minor)));
    let shown = shipping_lines(currencies, shipping.as_slice());
    Ok(Some(json!({
        "id": draft.id.get(),
        "admin_graphql_api_id": draft.id.to_string(),
        "name": draft.name,
        "status": draft.status.as_str().to_ascii_lowercase(),
        "order_id": draft.order_id.map(|id| id.get()),
        "note": draft.note,
        "note_attributes": pairs(&draft.attributes()),
        "email": draft.email,
        "phone": draft.phone,
        "po_number": draft.po_number,
        "tags": tags.join(", "),
        "currency": draft.currency.as_str(),
        "taxes_included": draft.taxes_included,
        "tax_exempt": draft.tax_exempt,
        "tax_exemptions": [],
        "tax_lines": tax_lines(currencies, taxes),
        "invoice_sent_at": draft.invoice_sent_at.map(|at| moment(shop, at)),
        "invoice_url": format!("https://{}{}", shop.domain, draft.invoice_path(tx.shop())),
        "created_at": moment(shop, draft.created_at),
        "updated_at": moment(shop, draft.updated_at),
        "completed_at": draft.completed_at.map(|at| moment(shop, at)),
        "customer": customer,
        "shipping_address": draft.shipping_address().map(|own| address(&own)),
        "billing_address": draft.billing_address().map(|own| address(&own)),
        "applied_discount": draft.applied_discount().map(|own| applied(&draft, &own)),
        "shipping_line": shown.get(0),
        "line_items": lines.iter().map(|own| line(&draft, own)).collect::<Vec<_>>(),
        "subtotal_price": money(of(draft.subtotal_minor)),
        "subtotal_price_set": set(draft.subtotal_minor),
        "total_tax": money(of(draft.tax_minor)),
        "total_tax_set": set(draft.tax_minor),
        "total_price": money(of(draft.total_minor)),
        "total_price_set": set(draft.total_minor),
        "total_discounts_set": set(draft.discounts_minor),
        "total_line_items_price_set": set(draft.gross_minor),
        "total_shipping_price_set": set(draft.shipping_minor),
        "payment_terms": null,
    })))
}

fn line(draft: &DraftOrder, own: &DraftOrderLineItem) -> Value {
    let of = |minor: i64| draft.money(minor);
    let currencies = Currencies::own(draft.currency);
    json!({
        "id": own.id().get(),
        "admin_graphql_api_id": own.id().to_string(),
        "uuid": own.uuid,
        "variant_id": own.variant_id().map(|id| id.get()),
        "product_id": own.product_id().map(|id| id.get()),
        "custom": own.variant_id().is_none(),
        "title": own.title,
        "variant_title": own.variant_title,
        "name": own.name(),
        "sku": own.sku,
        "vendor": own.vendor,
        "quantity": own.quantity,
        "requires_shipping": own.requires_shipping,
        "taxable": own.taxable,
        "gift_card": own.gift_card,
        "fulfillment_service": "manual",
        "grams": own.weight_grams,
        "properties": pairs(&own.attributes),
        "applied_discount": own.discount.as_ref().map(|own| applied(draft, own)),
        "tax_lines": tax_lines(currencies, own.tax_lines.iter().cloned()),
        "price": money(of(own.price_minor)),
        "price_set": price_set(MoneyBag::same(of(own.price_minor))),
    })
}

fn applied(draft: &DraftOrder, own: &AppliedDiscount) -> Value {
    let value = own.value_hundredths;
    json!({
        "title": own.title,
        "description": own.description,
        "value": format!("{}.{:02}", value / 100, value % 100),
        "value_type": own.value_type.as_str().to_ascii_lowercase(),
        "amount": money(draft.money(own.amount_minor)),
    })
}

fn pairs(attributes: &[Attribute]) -> Vec<Value> {
    let pair = |own: &Attribute| json!({ "name": own.key, "value": own.value });
    attributes.iter().map(pair).collect()
}
