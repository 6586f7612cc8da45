//! Which shop a request is for, by the host that it names.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{PoisonError, RwLock};

use commerce::shops;
use store::{Db, StoreError};
use units::{ShopId, Timestamp};

/// How long the only shop counts as the only one: a second may be opened by another process.
const ONLY_SECONDS: i64 = 1;
/// Hosts that were asked for and found; more than this many are looked up each time.
const HOSTS_MAX: usize = 100_000;

/// The shops' domains, remembered as they are asked for.
pub(crate) struct Directory {
    db: Db,
    found: RwLock<HashMap<Box<str>, ShopId>>,
    only: RwLock<Option<(Timestamp, ShopId)>>,
}

/// What a host leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Host {
    /// This shop.
    Shop(ShopId),
    /// No shop: nobody has that domain.
    Unknown,
    /// A loopback name while several shops, or none, live here.
    Ambiguous,
}

impl Directory {
    /// A directory that has learned nothing yet.
    #[must_use]
    pub(crate) fn new(db: Db) -> Self {
        Self {
            db,
            found: RwLock::default(),
            only: RwLock::default(),
        }
    }

    /// The shop behind a host, given with or without its port.
    ///
    /// # Errors
    /// `Store` faults.
    pub(crate) async fn find(&self, host: &str, now: Timestamp) -> Result<Host, StoreError> {
        let name = bare(host);
        if is_loopback(name) {
            return self.only(now).await;
        }
        if let Some(shop) = self.remembered(name) {
            return Ok(Host::Shop(shop));
        }
        let name = name.to_ascii_lowercase();
        let wanted = name.clone();
        let shop = self
            .db
            .platform_read(move |platform| shops::by_host(platform, &wanted))
            .await??;
        Ok(match shop {
            Some(shop) => {
                self.remember(name, shop);
                Host::Shop(shop)
            }
            None => Host::Unknown,
        })
    }

    async fn only(&self, now: Timestamp) -> Result<Host, StoreError> {
        let known = *self.only.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((until, shop)) = known
            && now < until
        {
            return Ok(Host::Shop(shop));
        }
        let shop = self.db.platform_read(shops::only).await??;
        *self.only.write().unwrap_or_else(PoisonError::into_inner) =
            shop.map(|shop| (now.plus_seconds(ONLY_SECONDS), shop));
        Ok(shop.map_or(Host::Ambiguous, Host::Shop))
    }

    fn remembered(&self, name: &str) -> Option<ShopId> {
        let found = self.found.read().unwrap_or_else(PoisonError::into_inner);
        found.get(name).copied()
    }

    fn remember(&self, name: String, shop: ShopId) {
        let mut found = self.found.write().unwrap_or_else(PoisonError::into_inner);
        if found.len() < HOSTS_MAX {
            found.insert(name.into_boxed_str(), shop);
        }
    }
}

/// A host without its port: `[::1]:80` → `::1`, `a.example:80` → `a.example`.
#[must_use]
pub(crate) fn bare(host: &str) -> &str {
    if let Some(rest) = host.strip_prefix('[') {
        return rest.split_once(']').map_or(rest, |(address, _)| address);
    }
    host.split_once(':')
        .map_or(host, |(name, _)| name)
        .trim_end_matches('.')
}

fn is_loopback(name: &str) -> bool {
    name.eq_ignore_ascii_case("localhost")
        || name.ends_with(".localhost")
        || name
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_read_with_or_without_its_port() {
        assert_eq!(bare("a.example:8080"), "a.example");
        assert_eq!(bare("a.example."), "a.example");
        assert_eq!(bare("[::1]:8080"), "::1");
    }

    #[test]
    fn loopback_is_this_machine_by_any_name() {
        assert!(is_loopback("127.0.0.1") && is_loopback("127.8.0.1") && is_loopback("localhost"));
        assert!(is_loopback("::1") && is_loopback("demo.localhost"));
        assert!(!is_loopback("localhost.example") && !is_loopback("192.168.1.2"));
    }
}
