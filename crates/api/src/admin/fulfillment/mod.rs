//! Fulfilment: what is to leave, what has left, and letting it leave.

mod mutations;
mod orders;
mod parcels;

use crate::Registry;

pub(super) fn register(r: &mut Registry) {
    orders::register(r);
    parcels::register(r);
    mutations::register(r);
}
