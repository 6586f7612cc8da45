//! A movement of money.

use serde_json::{Value, json};
use store::{StoreError, Tx};
use units::{OrderTransactionId, Timestamp};

use super::moment;
use crate::shops::Shop;

pub(super) fn render(
    tx: &mut Tx,
    shop: &Shop,
    id: i64,
    _facts: &Value,
) -> Result<Option<Value>, StoreError> {
    let found: Option<Timestamp> = tx.optional(
        "SELECT created_at FROM order_transactions WHERE shop_id = $shop AND id = $1",
        (id,),
    )?;
    Ok(found.map(|created_at| {
        json!({
            "id": id,
            "admin_graphql_api_id": OrderTransactionId(id).to_string(),
            "created_at": moment(shop, created_at),
        })
    }))
}
