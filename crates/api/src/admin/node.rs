//! Anything by its global id.

use std::collections::BTreeMap;

use graphql::{Error, Obj};
use serde::Deserialize;
use units::Gid;

use super::{
    apps, bulk_operations, collections, content, customers, fulfillment, inventory_items,
    metafields, orders, products, refunds, webhooks,
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
    ("Article", content::article_nodes),
    ("Blog", content::blog_nodes),
    ("BulkOperation", bulk_operations::nodes),
    ("Collection", collections::nodes),
    ("Customer", customers::nodes),
    ("Fulfillment", fulfillment::nodes),
    ("FulfillmentOrder", fulfillment::order_nodes),
    ("InventoryItem", inventory_items::nodes),
    ("LineItem", orders::line_nodes),
    ("MailingAddress", customers::address_nodes),
    ("MediaImage", products::media_nodes),
    ("Menu", content::menu_nodes),
    ("Metafield", metafields::nodes),
    ("Order", orders::nodes),
    ("OrderTransaction", orders::transaction_nodes),
    ("Page", content::page_nodes),
    ("Product", products::nodes),
    ("ProductVariant", products::variant_nodes),
    ("Refund", refunds::nodes),
    ("UrlRedirect", content::redirect_nodes),
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
    let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, id) in args.ids.iter().enumerate() {
        loader(id)?;
        places.entry(id.kind.as_str()).or_default().push(place);
    }
    let mut found: Vec<Option<Obj>> = args.ids.iter().map(|_| None).collect();
    for places in places.values() {
        let Some(first) = places.first() else {
            continue;
        };
        let numbers: Vec<i64> = places.iter().map(|place| args.ids[*place].number).collect();
        let loaded = loader(&args.ids[*first])?(cx, &numbers)?;
        for (place, value) in places.iter().zip(loaded) {
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
