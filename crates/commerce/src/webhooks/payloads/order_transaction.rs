//! A movement of money.

use serde_json::{Value, json};
use store::{StoreError, Tx};
use units::{Money, OrderTransactionId};

use super::lines::money;
use super::moment;
use crate::orders::{self, OrderTransaction, TransactionKind};
use crate::shops::Shop;

pub(super) fn render(
    tx: &mut Tx,
    shop: &Shop,
    id: i64,
    _facts: &Value,
) -> Result<Option<Value>, StoreError> {
    let found = orders::transactions_by_id(tx, &[OrderTransactionId(id)])?;
    Ok(found
        .into_iter()
        .next()
        .flatten()
        .map(|own| transaction(shop, &own)))
}

/// Money that came in or went back: a negative amount.
pub(super) fn tender(tx: &mut Tx, shop: &Shop, id: i64) -> Result<Option<Value>, StoreError> {
    let found = orders::transactions_by_id(tx, &[OrderTransactionId(id)])?;
    Ok(found.into_iter().flatten().next().map(|own| {
        let paid = own.money().presentment;
        let minor = match own.kind {
            TransactionKind::Refund => -paid.minor,
            _ => paid.minor,
        };
        json!({
            "id": own.id.get(),
            "order_id": own.order_id.get(),
            "amount": money(Money::new(minor, paid.currency)),
            "currency": paid.currency.as_str(),
            "user_id": null,
            "test": own.test,
            "processed_at": moment(shop, own.processed_at),
            "remote_reference": own.authorization_code,
            "payment_details": null,
            "payment_method": match own.gateway.as_str() {
                "manual" | "gift_card" => own.gateway.as_str(),
                _ => "credit_card",
            },
        })
    }))
}

/// A movement as refunds tell it, in the currency in which it was paid.
pub(super) fn transaction(shop: &Shop, own: &OrderTransaction) -> Value {
    let paid = own.money().presentment;
    json!({
        "id": own.id.get(),
        "admin_graphql_api_id": own.id.to_string(),
        "order_id": own.order_id.get(),
        "parent_id": own.parent_id.map(|id| id.get()),
        "kind": own.kind.as_str().to_ascii_lowercase(),
        "status": own.status.as_str().to_ascii_lowercase(),
        "gateway": own.gateway,
        "message": own.message,
        "amount": money(paid),
        "currency": paid.currency.as_str(),
        "authorization": own.authorization_code,
        "payment_id": own.authorization_code,
        "error_code": own.error_code,
        "test": own.test,
        "receipt": {},
        "device_id": null,
        "location_id": null,
        "user_id": null,
        "created_at": moment(shop, own.created_at),
        "processed_at": moment(shop, own.processed_at),
    })
}
