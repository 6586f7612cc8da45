//! A collection.

use serde_json::{Value, json};
use store::{StoreError, Tx, record};
use units::{CollectionId, Timestamp};

use super::{moment, whole};
use crate::catalog::{self, RulesMatch};
use crate::shops::Shop;

record! {
    struct Collection {
        id: CollectionId,
        handle: String,
        title: String,
        description_html: String,
        sort_order: String,
        template_suffix: Option<String>,
        image_url: Option<String>,
        image_alt: String,
        image_width: Option<i64>,
        image_height: Option<i64>,
        rules_match: Option<RulesMatch>,
        published_at: Option<Timestamp>,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

pub(super) fn render(tx: &mut Tx, shop: &Shop, id: i64) -> Result<Option<Value>, StoreError> {
    let found: Option<Collection> = tx.optional(
        "SELECT id, handle, title, description_html, sort_order, template_suffix, image_url,
                image_alt, image_width, image_height, rules_match, published_at, created_at, updated_at
           FROM collections
          WHERE shop_id = $shop AND id = $1",
        (id,),
    )?;
    let Some(collection) = found else {
        return Ok(None);
    };
    let rules = catalog::rules_of(tx, &[collection.id])?;
    let image = collection.image_url.as_ref().map(|url| {
        json!({
            "src": whole(shop, url),
            "alt": collection.image_alt,
            "width": collection.image_width,
            "height": collection.image_height,
            "created_at": moment(shop, collection.created_at),
        })
    });
    let mut payload = json!({
        "id": collection.id.get(),
        "admin_graphql_api_id": collection.id.to_string(),
        "handle": collection.handle,
        "title": collection.title,
        "updated_at": moment(shop, collection.updated_at),
        "body_html": collection.description_html,
        "published_at": collection.published_at.map(|at| moment(shop, at)),
        "sort_order": collection.sort_order.to_lowercase().replace('_', "-"),
        "template_suffix": collection.template_suffix,
        "published_scope": "web",
    });
    if let (Some(image), Value::Object(members)) = (image, &mut payload) {
        members.insert("image".to_owned(), image);
    }
    if let (Some(matching), Value::Object(members)) = (collection.rules_match, &mut payload) {
        let rules = rules.into_values().flatten();
        let rules = rules.map(|rule| {
            json!({
                "column": rule.column.as_str().to_lowercase(),
                "relation": rule.relation.as_str().to_lowercase(),
                "condition": rule.condition,
            })
        });
        members.insert("disjunctive".to_owned(), json!(matching == RulesMatch::Any));
        members.insert("rules".to_owned(), rules.collect());
    }
    Ok(Some(payload))
}
