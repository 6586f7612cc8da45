//! The Admin API: one file per area.

mod addresses;
mod apps;
mod batches;
mod billing;
mod bulk_operations;
mod charges;
mod collections;
mod content;
mod counts;
mod customers;
mod draft_orders;
mod enums;
mod files;
mod fulfillment;
pub(crate) mod idempotent;
mod inventory;
mod inventory_items;
mod jobs;
mod links;
mod metafield_definitions;
mod metafields;
mod metaobjects;
mod money;
mod node;
mod orders;
mod priced;
mod products;
mod publications;
mod references;
mod refunds;
mod searches;
mod shop;
mod sold;
mod staff;
mod tags;
mod themes;
mod webhooks;

use crate::Registry;

/// Registers every type and field of the Admin API.
pub(crate) fn register(r: &mut Registry) {
    money::register(r);
    node::register(r);
    shop::register(r);
    addresses::register(r);
    counts::register(r);
    links::register(r);
    staff::register(r);
    apps::register(r);
    billing::register(r);
    charges::register(r);
    customers::register(r);
    webhooks::register(r);
    bulk_operations::register(r);
    inventory::register(r);
    products::register(r);
    collections::register(r);
    content::register(r);
    themes::register(r);
    files::register(r);
    inventory_items::register(r);
    publications::register(r);
    metafields::register(r);
    metafield_definitions::register(r);
    metaobjects::register(r);
    jobs::register(r);
    tags::register(r);
    sold::register(r);
    orders::register(r);
    draft_orders::register(r);
    fulfillment::register(r);
    refunds::register(r);
}
