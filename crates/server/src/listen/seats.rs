//! How many connections there are, in all and of each peer.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// The seats of a server. Cheap to clone.
#[derive(Clone)]
pub(super) struct Seats(Arc<Inner>);

struct Inner {
    max: usize,
    per_peer_max: usize,
    taken: Mutex<Taken>,
    freed: Notify,
}

#[derive(Default)]
struct Taken {
    all: usize,
    by_peer: HashMap<IpAddr, usize>,
}

/// One connection's seat; free again when it is dropped.
pub(super) struct Seat {
    seats: Seats,
    peer: IpAddr,
}

/// Why there is no seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Full {
    /// All are taken.
    All,
    /// The peer has as many as one may have.
    Peer,
}

impl Seats {
    /// `max` seats, of which one peer gets `per_peer_max`.
    pub(super) fn new(max: usize, per_peer_max: usize) -> Self {
        Self(Arc::new(Inner {
            max,
            per_peer_max,
            taken: Mutex::default(),
            freed: Notify::new(),
        }))
    }

    /// Takes a seat for a peer.
    ///
    /// # Errors
    /// `Full` when there is none for it.
    pub(super) fn take(&self, peer: IpAddr) -> Result<Seat, Full> {
        let peer = household(peer);
        let mut taken = self.lock();
        if taken.all >= self.0.max {
            return Err(Full::All);
        }
        let of_peer = taken.by_peer.entry(peer).or_default();
        if *of_peer >= self.0.per_peer_max {
            return Err(Full::Peer);
        }
        *of_peer += 1;
        taken.all += 1;
        Ok(Seat {
            seats: self.clone(),
            peer,
        })
    }

    /// Waits until no seat is taken.
    pub(super) async fn all_free(&self) {
        loop {
            let freed = self.0.freed.notified();
            if self.lock().all == 0 {
                return;
            }
            freed.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.lock();
        taken.all -= 1;
        if let Some(of_peer) = taken.by_peer.get_mut(&self.peer) {
            *of_peer -= 1;
            if *of_peer == 0 {
                taken.by_peer.remove(&self.peer);
            }
        }
        drop(taken);
        self.seats.0.freed.notify_one();
    }
}

/// Who counts as one peer: an address of version 4, or the 64 bits that name a network of
/// version 6, since its owner has all addresses in it.
fn household(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let network = address.to_bits() >> 64 << 64;
            IpAddr::V6(Ipv6Addr::from_bits(network))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn one_peer_never_has_every_seat() {
        let seats = Seats::new(4, 2);
        let held = [
            seats.take(peer("192.0.2.1")).unwrap(),
            seats.take(peer("::ffff:192.0.2.1")).unwrap(),
        ];
        assert_eq!(seats.take(peer("192.0.2.1")).err(), Some(Full::Peer));
        let others = [
            seats.take(peer("192.0.2.2")).unwrap(),
            seats.take(peer("192.0.2.3")).unwrap(),
        ];
        assert_eq!(seats.take(peer("192.0.2.4")).err(), Some(Full::All));
        drop(held);
        assert!(seats.take(peer("192.0.2.1")).is_ok());
        drop(others);
        assert!(seats.lock().by_peer.is_empty());
    }

    #[test]
    fn the_addresses_of_one_network_count_together() {
        let seats = Seats::new(4, 1);
        let _held = seats.take(peer("2001:db8::1")).unwrap();
        assert_eq!(seats.take(peer("2001:db8::2")).err(), Some(Full::Peer));
        assert!(seats.take(peer("2001:db8:0:1::2")).is_ok());
    }
}
