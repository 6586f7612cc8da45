//! A market.

use serde_json::{Value, json};
use store::{StoreError, Tx};
use units::MarketId;

use crate::markets;

pub(super) fn render(tx: &mut Tx, id: i64) -> Result<Option<Value>, StoreError> {
    let found = markets::markets(tx, &[MarketId(id)])?.pop().flatten();
    Ok(found.map(|own| {
        json!({
            "id": own.id.get(),
            "name": own.name,
            "status": own.status.as_str().to_lowercase(),
            "type": if own.region_level.is_some() { "region" } else { "none" },
        })
    }))
}
