//! A discount, or a code that it got or lost.

use serde_json::{Value, json};
use store::{StoreError, Tx};
use units::DiscountId;

use super::{Due, moment};
use crate::discounts;
use crate::events::Topic;
use crate::shops::Shop;

pub(super) fn render(
    tx: &mut Tx,
    shop: &Shop,
    due: &Due,
    facts: &Value,
) -> Result<Option<Value>, StoreError> {
    let found = discounts::load(tx, &[DiscountId(due.subject_id)])?;
    let Some(discount) = found.into_iter().next().flatten() else {
        return Ok(None);
    };
    let codes = matches!(
        due.topic,
        Topic::DiscountsRedeemcodeAdded | Topic::DiscountsRedeemcodeRemoved
    );
    Ok(Some(if codes {
        json!({
            "admin_graphql_api_id": facts["node"],
            "redeem_code": facts["redeem_code"],
            "updated_at": moment(shop, discount.updated_at),
        })
    } else {
        json!({
            "admin_graphql_api_id": facts["node"],
            "title": discount.title,
            "status": discount.status(due.triggered_at).as_str(),
            "created_at": moment(shop, discount.created_at),
            "updated_at": moment(shop, discount.updated_at),
        })
    }))
}

/// What is told of a discount that is gone.
pub(super) fn gone(shop: &Shop, due: &Due, facts: &Value) -> Value {
    json!({
        "admin_graphql_api_id": facts["node"],
        "deleted_at": moment(shop, due.triggered_at),
    })
}
