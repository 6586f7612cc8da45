//! The Admin API: one file per area.

mod addresses;
mod batches;
mod counts;
mod fulfillment;
mod idempotent;
mod links;
mod money;
mod orders;
mod priced;
mod refunds;
mod searches;
mod shop;

use crate::Registry;

/// Registers every type and field of the Admin API.
pub(crate) fn register(r: &mut Registry) {
    money::register(r);
    shop::register(r);
    addresses::register(r);
    counts::register(r);
    links::register(r);
    orders::register(r);
    fulfillment::register(r);
    refunds::register(r);
}
