//! Anything by its global id.

use std::collections::BTreeMap;

use graphql::{Error, Obj};
use serde::Deserialize;
use units::Gid;

use super::{
    apps, billing, bulk_operations, collections, content, customers, discounts, draft_orders,
    files, fulfillment, gift_cards, inventory_items, metafield_definitions, metafields,
    metaobjects, orders, products, publications, refunds, themes, webhooks,
};
use crate::{Cx, Registry};

/// Loads the rows of one kind: one value for each id, none where there is no such row.
type Load = fn(&mut Cx, &[i64]) -> Result<Vec<Option<Obj>>, Error>;

/// Ids in one call.
const IDS_MAX: usize = 250;

/// Each kind of id that can be looked up.
const KINDS: &[(&str, Load)] = &[
    ("App", apps::nodes),
    ("AppInstallation", apps::installation_nodes),
    ("AppPurchaseOneTime", billing::purchase_nodes),
    ("AppSubscription", billing::subscription_nodes),
    ("AppUsageRecord", billing::usage_nodes),
    ("Article", content::article_nodes),
    ("Blog", content::blog_nodes),
    ("BulkOperation", bulk_operations::nodes),
    ("Collection", collections::nodes),
    ("Customer", customers::nodes),
    ("DiscountAutomaticNode", discounts::automatic_nodes),
    ("DiscountCodeNode", discounts::code_nodes),
    ("DiscountNode", discounts::nodes),
    ("DraftOrder", draft_orders::nodes),
    ("ExternalVideo", files::external_video_nodes),
    ("Fulfillment", fulfillment::nodes),
    ("FulfillmentOrder", fulfillment::order_nodes),
    ("GenericFile", files::generic_nodes),
    ("GiftCard", gift_cards::nodes),
    ("InventoryItem", inventory_items::nodes),
    ("LineItem", orders::line_nodes),
    ("MailingAddress", customers::address_nodes),
    ("MediaImage", files::image_nodes),
    ("Menu", content::menu_nodes),
    ("Metafield", metafields::nodes),
    ("MetafieldDefinition", metafield_definitions::nodes),
    ("Metaobject", metaobjects::nodes),
    ("MetaobjectDefinition", metaobjects::definition_nodes),
    ("Model3d", files::model_nodes),
    ("OnlineStoreTheme", themes::nodes),
    ("Order", orders::nodes),
    ("OrderTransaction", orders::transaction_nodes),
    ("Page", content::page_nodes),
    ("Product", products::nodes),
    ("ProductVariant", products::variant_nodes),
    ("Publication", publications::nodes),
    ("Refund", refunds::nodes),
    ("UrlRedirect", content::redirect_nodes),
    ("Video", files::video_nodes),
    ("WebhookSubscription", webhooks::nodes),
];

#[derive(Deserialize)]
struct NodeArgs {
    id: Gid,
}

#[derive(Deserialize)]
struct NodesArgs {
    ids: Vec<Gid>,
}

pub(super) fn register(r: &mut Registry) {
    r.query("node", node);
    r.query("nodes", nodes);
}

fn node(args: &NodeArgs, cx: &mut Cx) -> Result<Option<Obj>, Error> {
    let load = loader(&args.id)?;
    Ok(load(cx, &[args.id.number])?.pop().flatten())
}

/// One load for each kind, whatever the order of the ids.
fn nodes(args: &NodesArgs, cx: &mut Cx) -> Result<Vec<Option<Obj>>, Error> {
    if args.ids.len() > IDS_MAX {
        let message = format!(
            "The input array size of {} is greater than {IDS_MAX}.",
            args.ids.len()
        );
        return Err(Error::new(message).code("MAX_INPUT_SIZE_EXCEEDED"));
    }
    for id in &args.ids {
        loader(id)?;
    }
    let ids: Vec<Option<&Gid>> = args.ids.iter().map(Some).collect();
    referred_many(cx, &ids)
}

/// What some ids stand for, with one load for each kind; nothing for kinds that are not looked up.
pub(super) fn referred_many(cx: &mut Cx, ids: &[Option<&Gid>]) -> Result<Vec<Option<Obj>>, Error> {
    let mut kinds: BTreeMap<&str, Vec<(usize, i64)>> = BTreeMap::new();
    for (place, id) in ids.iter().enumerate() {
        if let Some(id) = id {
            let of_kind = kinds.entry(id.kind.as_str()).or_default();
            of_kind.push((place, id.number));
        }
    }
    let mut found: Vec<Option<Obj>> = ids.iter().map(|_| None).collect();
    for (kind, wanted) in kinds {
        let Some((_, load)) = KINDS.iter().find(|(known, _)| *known == kind) else {
            continue;
        };
        let numbers: Vec<i64> = wanted.iter().map(|(_, number)| *number).collect();
        for ((place, _), value) in wanted.iter().zip(load(cx, &numbers)?) {
            found[*place] = value;
        }
    }
    Ok(found)
}

/// What an id stands for; nothing for kinds that are not looked up.
pub(super) fn referred(cx: &mut Cx, id: &Gid) -> Result<Option<Obj>, Error> {
    match loader(id) {
        Ok(load) => Ok(load(cx, &[id.number])?.pop().flatten()),
        Err(_) => Ok(None),
    }
}

fn loader(id: &Gid) -> Result<Load, Error> {
    let known = KINDS.iter().find(|(kind, _)| *kind == id.kind);
    let unknown = || Error::new(format!("Invalid id: {id}")).code("RESOURCE_NOT_FOUND");
    known.map(|(_, load)| *load).ok_or_else(unknown)
}
