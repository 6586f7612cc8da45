//! A refund with its lines and payments.

use serde_json::{Value, json};
use store::{StoreError, Tx};
use units::{MinorBag, RefundId};

use super::lines::{line_item, money, price_set};
use super::{moment, order_transaction};
use crate::orders::{self, LineItem};
use crate::returns::{self, Refund, RefundLineItem};
use crate::shops::Shop;

pub(super) fn render(
    tx: &mut Tx,
    shop: &Shop,
    id: i64,
    _facts: &Value,
) -> Result<Option<Value>, StoreError> {
    let found = returns::refunds_by_id(tx, &[RefundId(id)])?
        .into_iter()
        .next()
        .flatten();
    found.map(|own| refund(tx, shop, &own)).transpose()
}

/// A refund as orders tell it.
pub(super) fn refund(tx: &mut Tx, shop: &Shop, own: &Refund) -> Result<Value, StoreError> {
    let sold = orders::line_items(tx, &[own.order_id])?
        .pop()
        .unwrap_or_default();
    let mut lines = returns::refund_lines(tx, &[own.order_id])?
        .pop()
        .unwrap_or_default();
    lines.retain(|line| line.refund_id == own.id);
    let mut payments = orders::transactions(tx, &[own.order_id])?
        .pop()
        .unwrap_or_default();
    payments.retain(|payment| payment.refund_id == Some(own.id));
    let payments: Vec<Value> = payments
        .iter()
        .map(|payment| order_transaction::transaction(shop, payment))
        .collect();
    let restocked = lines.iter().any(RefundLineItem::is_restocked);
    let lines: Vec<Value> = lines
        .iter()
        .map(|line| refund_line(shop, own, line, &sold))
        .collect();
    Ok(json!({
        "id": own.id.get(),
        "admin_graphql_api_id": own.id.to_string(),
        "order_id": own.order_id.get(),
        "note": own.note,
        "restock": restocked,
        "user_id": null,
        "return": null,
        "created_at": moment(shop, own.created_at),
        "processed_at": moment(shop, own.processed_at),
        "duties": [],
        "total_duties_set": price_set(own.bag(MinorBag::ZERO)),
        "order_adjustments": [],
        "refund_shipping_lines": shipping(own),
        "refund_line_items": lines,
        "transactions": payments,
    }))
}

fn shipping(own: &Refund) -> Value {
    if own.shipping().presentment == 0 {
        return json!([]);
    }
    json!([{
        "subtotal_amount_set": price_set(own.bag(own.shipping())),
        "tax_amount_set": price_set(own.bag(own.shipping_tax())),
    }])
}

fn refund_line(shop: &Shop, own: &Refund, line: &RefundLineItem, sold: &[LineItem]) -> Value {
    let (subtotal, tax) = (own.bag(line.subtotal()), own.bag(line.tax()));
    let sold = sold.iter().find(|sold| sold.id == line.line_item_id);
    json!({
        "id": line.id.get(),
        "line_item_id": line.line_item_id.get(),
        "location_id": line.location_id.map(|id| id.get()),
        "quantity": line.quantity,
        "restock_type": line.restock_type.as_str().to_ascii_lowercase(),
        "subtotal": money(subtotal.shop),
        "subtotal_set": price_set(subtotal),
        "total_tax": money(tax.shop),
        "total_tax_set": price_set(tax),
        "line_item": sold.map(|sold| line_item(shop, sold, sold.quantity)),
    })
}
