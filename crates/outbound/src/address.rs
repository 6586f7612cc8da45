//! Which addresses are on the public internet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Addresses of one name that are looked at.
const ADDRESSES_MAX: usize = 16;

/// A name that leads nowhere public.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not on the public internet")]
pub(crate) struct NotPublic(pub(crate) String);

/// Which addresses may be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reach {
    /// Whether this machine may: for development.
    pub(crate) loopback: bool,
}

impl Reach {
    pub(crate) fn allows(self, address: IpAddr) -> bool {
        is_public(address) || (self.loopback && address.to_canonical().is_loopback())
    }
}

/// Resolves names, and gives the client no address that must not be called: those it gives are
/// those that are connected to, whatever the name resolves to a moment later.
pub(crate) struct CheckedResolver(pub(crate) Reach);

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let found = tokio::net::lookup_host((host.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found
                .take(ADDRESSES_MAX)
                .filter(|address| reach.allows(address.ip()))
                .collect();
            if allowed.is_empty() {
                return Err(NotPublic(host).into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Whether an address belongs to the public internet: not to this machine, a private network,
/// a link, a multicast group, or a range that is reserved.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let reserved = a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b));
    !(reserved
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let inner = |high: u16, low: u16| {
        let [x, y] = high.to_be_bytes();
        let [z, w] = low.to_be_bytes();
        is_public_v4(Ipv4Addr::new(x, y, z, w))
    };
    // Addresses that carry one of the older kind are as public as that.
    if (a, b, c, d, e, f) == (0x64, 0xff9b, 0, 0, 0, 0) {
        return inner(g, h);
    }
    if a == 0x2002 {
        return inner(b, c);
    }
    let global = (a & 0xe000) == 0x2000;
    let special = a == 0x2001 && (b < 0x0200 || b == 0x0db8);
    global && !special && a != 0x3fff
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public(text: &str) -> bool {
        is_public(text.parse().unwrap())
    }

    #[test]
    fn the_public_internet_may_be_called() {
        for address in [
            "93.184.216.34",
            "8.8.8.8",
            "2606:2800:220:1::1",
            "2002:5db8:d822::1",
        ] {
            assert!(public(address), "{address}");
        }
    }

    #[test]
    fn private_and_reserved_addresses_may_not() {
        for address in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "64:ff9b::10.0.0.1",
            "2002:7f00:1::1",
            "2001:db8::1",
        ] {
            assert!(!public(address), "{address}");
        }
    }

    #[test]
    fn the_development_switch_opens_this_machine_alone() {
        let reach = Reach { loopback: true };
        assert!(reach.allows("127.0.0.1".parse().unwrap()) && reach.allows("::1".parse().unwrap()));
        assert!(!reach.allows("192.168.1.1".parse().unwrap()));
    }
}
