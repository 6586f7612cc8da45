//! The Storefront API: one file per area.

mod shop;

use crate::{Registry, money};

/// Registers every type and field of the Storefront API.
pub(crate) fn register(r: &mut Registry) {
    money::register(r);
    shop::register(r);
}
