//! The Admin API: one file per area.

mod money;
mod shop;

use crate::Registry;

/// Registers every type and field of the Admin API.
pub(crate) fn register(r: &mut Registry) {
    money::register(r);
    shop::register(r);
}
