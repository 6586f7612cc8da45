//! The Storefront API: one file per area.

mod absent;
mod address;
mod bundles;
mod cart;
mod choice;
mod collections;
mod content;
mod customers;
mod filters;
mod localization;
mod locations;
mod market;
mod media;
mod menus;
mod metafields;
mod metaobjects;
mod node;
mod predictive;
mod products;
mod recommendations;
mod search;
mod selling_plans;
mod shop;
mod swatches;
mod texts;
mod translated;
mod variants;

use crate::{Registry, money};

/// Registers every type and field of the Storefront API.
pub(crate) fn register(r: &mut Registry) {
    money::register(r);
    shop::register(r);
    localization::register(r);
    locations::register(r);
    products::register(r);
    variants::register(r);
    bundles::register(r);
    translated::register(r);
    choice::register(r);
    collections::register(r);
    media::register(r);
    content::register(r);
    menus::register(r);
    metafields::register(r);
    metaobjects::register(r);
    search::register(r);
    texts::register(r);
    filters::register(r);
    recommendations::register(r);
    predictive::register(r);
    selling_plans::register(r);
    node::register(r);
    address::register(r);
    customers::register(r);
    cart::register(r);
    absent::register(r);
}
