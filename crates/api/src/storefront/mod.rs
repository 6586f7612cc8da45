//! The Storefront API: one file per area.

use crate::{Registry, money};

/// Registers every type and field of the Storefront API.
pub(crate) fn register(r: &mut Registry) {
    money::register(r);
}
