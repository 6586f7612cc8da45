//! Anything by its global id.

use graphql::{Error, Obj};
use serde::Deserialize;
use units::Gid;

use super::{
    apps, billing, bulk_operations, collections, content, customers, discounts, draft_orders,
    events, files, fulfillment, gift_cards, inventory_items, markets, metafield_definitions,
    metafields, metaobjects, orders, products, publications, refunds, saved_searches,
    selling_plans, themes, webhooks,
};
use crate::{Cx, Registry, references};

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
    ("BasicEvent", events::nodes),
    ("BulkOperation", bulk_operations::nodes),
    ("Collection", collections::nodes),
    ("Comment", content::comment_nodes),
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
    ("Market", markets::nodes),
    ("MarketCatalog", markets::catalog_nodes),
    ("MarketRegionCountry", markets::region_nodes),
    ("MarketWebPresence", markets::presence_nodes),
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
    ("PriceList", markets::price_list_nodes),
    ("Product", products::nodes),
    ("ProductVariant", products::variant_nodes),
    ("Publication", publications::nodes),
    ("Refund", refunds::nodes),
    ("SavedSearch", saved_searches::nodes),
    ("SellingPlan", selling_plans::plan_nodes),
    ("SellingPlanGroup", selling_plans::nodes),
    ("ShopPolicy", content::policy_nodes),
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
    let ids: Vec<Option<Gid>> = args.ids.iter().cloned().map(Some).collect();
    references::load(cx, of_kind, &ids)
}

/// Rows of a kind by number; nothing for kinds that are not looked up.
pub(super) fn of_kind(cx: &mut Cx, kind: &str, numbers: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    match KINDS.iter().find(|(known, _)| *known == kind) {
        Some((_, load)) => load(cx, numbers),
        None => Ok(numbers.iter().map(|_| None).collect()),
    }
}

/// What an id stands for; nothing for kinds that are not looked up.
pub(super) fn referred(cx: &mut Cx, id: &Gid) -> Result<Option<Obj>, Error> {
    Ok(of_kind(cx, &id.kind, &[id.number])?.pop().flatten())
}

fn loader(id: &Gid) -> Result<Load, Error> {
    let known = KINDS.iter().find(|(kind, _)| *kind == id.kind);
    let unknown = || Error::new(format!("Invalid id: {id}")).code("RESOURCE_NOT_FOUND");
    known.map(|(_, load)| *load).ok_or_else(unknown)
}
