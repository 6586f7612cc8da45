//! The metafields that a subscription wants beside the payload.

use serde_json::Value;
use serde_json::json;
use store::{StoreError, Tx};
use units::{MetafieldId, Timestamp};

use super::moment;
use crate::events::Subject;
use crate::metafields::{self, Owner};
use crate::shops::Shop;
use crate::webhooks::Subscription;

type Row = (
    MetafieldId,
    String,
    String,
    String,
    String,
    Timestamp,
    Timestamp,
);

pub(super) fn render(
    tx: &mut Tx,
    shop: &Shop,
    subject: Subject,
    id: i64,
    subscription: &Subscription,
) -> Result<Value, StoreError> {
    let Some(owner) = owner(subject) else {
        return Ok(json!([]));
    };
    let app = subscription.app_id;
    let named = subscription.metafield_namespaces.0.iter();
    let own = named.map(|given| metafields::read_namespace(app, Some(given)));
    let namespaces: Vec<String> = own
        .filter(|own| !metafields::is_foreign(app, own))
        .collect();
    let rows: Vec<Row> = tx.all(
        "SELECT id, namespace, key, type, value, created_at, updated_at
           FROM metafields
          WHERE shop_id = $shop AND owner_kind = $1 AND owner_id = $2 AND namespace = ANY($3)
          ORDER BY namespace, key
          LIMIT 250",
        (owner, id, namespaces),
    )?;
    let rendered = rows
        .into_iter()
        .map(|(own, namespace, key, kind, value, created, updated)| {
            json!({
                "id": own.get(),
                "admin_graphql_api_id": own.to_string(),
                "namespace": namespace,
                "key": key,
                "type": kind,
                "value": value,
                "owner_id": id,
                "owner_resource": owner.as_str().to_lowercase(),
                "created_at": moment(shop, created),
                "updated_at": moment(shop, updated),
            })
        });
    Ok(rendered.collect())
}

/// The kind of row that metafields hang on, where a subject is one.
fn owner(subject: Subject) -> Option<Owner> {
    match subject {
        Subject::Product => Some(Owner::Product),
        Subject::Collection => Some(Owner::Collection),
        Subject::Customer => Some(Owner::Customer),
        Subject::Order => Some(Owner::Order),
        Subject::DraftOrder => Some(Owner::DraftOrder),
        Subject::Shop => Some(Owner::Shop),
        Subject::ProductVariant => Some(Owner::ProductVariant),
        Subject::Location => Some(Owner::Location),
        Subject::Market => Some(Owner::Market),
        Subject::Page => Some(Owner::Page),
        Subject::Blog => Some(Owner::Blog),
        Subject::Article => Some(Owner::Article),
        Subject::MetafieldDefinition
        | Subject::Metaobject
        | Subject::InventoryLevel
        | Subject::InventoryItem
        | Subject::Cart
        | Subject::FulfillmentOrder
        | Subject::ShopLocale
        | Subject::SellingPlanGroup
        | Subject::OrderTransaction
        | Subject::Fulfillment
        | Subject::Refund
        | Subject::OnlineStoreTheme
        | Subject::Comment
        | Subject::BulkOperation
        | Subject::AppSubscription
        | Subject::AppPurchaseOneTime
        | Subject::Discount => None,
    }
}
