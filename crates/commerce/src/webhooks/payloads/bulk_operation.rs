//! What is told of a bulk operation that has ended.

use serde_json::{Value, json};
use store::{StoreError, Tx};
use units::BulkOperationId;

use super::moment;
use crate::bulk_operations::{self, ErrorCode};
use crate::shops::Shop;

pub(super) fn render(tx: &mut Tx, shop: &Shop, id: i64) -> Result<Option<Value>, StoreError> {
    let found = bulk_operations::load(tx, &[BulkOperationId(id)])?.pop();
    Ok(found.map(|operation| {
        json!({
            "admin_graphql_api_id": operation.id.to_string(),
            "completed_at": operation.completed_at.map(|at| moment(shop, at)),
            "created_at": moment(shop, operation.created_at),
            "error_code": operation.error_code.map(ErrorCode::as_str).map(str::to_lowercase),
            "status": operation.state.as_str().to_lowercase(),
            "type": operation.kind.as_str().to_lowercase(),
        })
    }))
}
