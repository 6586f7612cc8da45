//! A theme.

use serde_json::{Value, json};
use store::{StoreError, Tx, record};
use units::{OnlineStoreThemeId, Timestamp};

use super::moment;
use crate::shops::Shop;

record! {
    struct Theme {
        id: OnlineStoreThemeId,
        name: String,
        role: String,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

pub(super) fn render(tx: &mut Tx, shop: &Shop, id: i64) -> Result<Option<Value>, StoreError> {
    let found: Option<Theme> = tx.optional(
        "SELECT id, name, role, created_at, updated_at
           FROM themes
          WHERE shop_id = $shop AND id = $1",
        (id,),
    )?;
    Ok(found.map(|theme| {
        json!({
            "id": theme.id.get(),
            "name": theme.name,
            "created_at": moment(shop, theme.created_at),
            "updated_at": moment(shop, theme.updated_at),
            "role": theme.role.to_lowercase(),
            "theme_store_id": null,
            "previewable": true,
            "processing": false,
            "admin_graphql_api_id": theme.id.to_string(),
        })
    }))
}
