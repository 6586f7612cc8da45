//! Finding shops, from outside any of them.

use store::{Platform, StoreError, record};
use units::ShopId;

use super::sql;

record! {
    /// A shop as a list of shops shows it.
    #[derive(Clone)]
    pub struct Entry {
        /// Its id.
        pub id: ShopId,
        /// The first part of its permanent domain.
        pub handle: String,
        /// Its permanent domain.
        pub domain: String,
        /// The name that buyers see.
        pub name: String,
    }
}

/// Lists of shops end here.
const SHOPS_MAX: i64 = 1000;

/// The shop that a host, in lower case and without its port, belongs to.
///
/// # Errors
/// `Store` faults only.
pub fn by_host(platform: &mut Platform<'_>, host: &str) -> Result<Option<ShopId>, StoreError> {
    sql::by_host(platform, host)
}

/// The shop, when there is exactly one.
///
/// # Errors
/// `Store` faults only.
pub fn only(platform: &mut Platform<'_>) -> Result<Option<ShopId>, StoreError> {
    let two = sql::entries(platform, 2)?;
    Ok(match two.as_slice() {
        [one] => Some(one.id),
        _ => None,
    })
}

/// The shops, the oldest first; a thousand at most.
///
/// # Errors
/// `Store` faults only.
pub fn all(platform: &mut Platform<'_>) -> Result<Vec<Entry>, StoreError> {
    sql::entries(platform, SHOPS_MAX)
}

/// The shop with this handle or domain.
///
/// # Errors
/// `Store` faults only.
pub fn named(platform: &mut Platform<'_>, name: &str) -> Result<Option<ShopId>, StoreError> {
    match sql::by_handle(platform, name)? {
        Some(shop) => Ok(Some(shop)),
        None => sql::by_host(platform, &name.to_ascii_lowercase()),
    }
}
