//! Stock: items, levels and locations, and the mutations that change quantities.

mod change;
mod items;
mod levels;
mod location_mutations;
mod location_states;
mod locations;
mod moves;
mod pickup;
mod stocking;

pub(super) use items::Weight;

use crate::Registry;

pub(super) fn register(r: &mut Registry) {
    items::register(r);
    levels::register(r);
    locations::register(r);
    location_mutations::register(r);
    pickup::register(r);
    location_states::register(r);
    change::register(r);
    moves::register(r);
    stocking::register(r);
}
