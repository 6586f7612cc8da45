//! Fulfilment: what is to leave, what has left, and letting it leave.

mod mutations;
mod orders;
mod parcels;
mod work;

pub(super) use orders::nodes as order_nodes;
pub(super) use parcels::nodes;

use crate::Registry;

pub(super) fn register(r: &mut Registry) {
    orders::register(r);
    parcels::register(r);
    mutations::register(r);
    work::register(r);
}
