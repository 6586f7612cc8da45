//! A cart, by the token in the event's facts.

use serde_json::{Value, json};
use store::{StoreError, Tx};
use units::Timestamp;

use super::moment;
use crate::shops::Shop;

pub(super) fn render(tx: &mut Tx, shop: &Shop, facts: &Value) -> Result<Option<Value>, StoreError> {
    let Some(token) = facts.get("token").and_then(Value::as_str) else {
        return Ok(None);
    };
    let found: Option<(String, String, Timestamp, Timestamp)> = tx.optional(
        "SELECT lines, note, created_at, updated_at FROM carts
          WHERE shop_id = $shop AND token = $1",
        (token,),
    )?;
    Ok(found.map(|(lines, note, created_at, updated_at)| {
        let lines: Value = serde_json::from_str(&lines).unwrap_or_default();
        json!({
            "id": token,
            "token": token,
            "note": note,
            "line_items": lines,
            "created_at": moment(shop, created_at),
            "updated_at": moment(shop, updated_at),
        })
    }))
}
