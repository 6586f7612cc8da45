//! Ids: 53-bit numbers that rise with time and are unique across processes and restarts.
//!
//! 41 bits of milliseconds since 2024, 8 bits of sequence and 4 bits of the process's node.
//! Under load the generator borrows milliseconds ahead of the clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use units::Timestamp;

/// 2024-01-01T00:00:00Z in milliseconds since 1970.
const EPOCH_MS: i64 = 1_704_067_200_000;
const NODE_BITS: u32 = 4;
const SEQUENCE_BITS: u32 = 8;
/// How many processes may make ids on one database at a time.
pub(crate) const NODES: i64 = 1 << NODE_BITS;
/// How far ahead the persisted mark is set: two seconds of ticks.
const AHEAD: i64 = 2_000 << SEQUENCE_BITS;

/// Makes ids. Clones share one sequence.
#[derive(Debug, Clone)]
pub struct Ids(Arc<State>);

#[derive(Debug)]
struct State {
    /// The last tick and the node: `tick << 4 | node`, where a tick is `ms << 8 | sequence`.
    last: AtomicI64,
    /// The tick up to which the database knows that ids may exist.
    reserved: AtomicI64,
}

impl Ids {
    /// Starts after `mark`, the persisted tick.
    pub(crate) fn new(node: i64, mark: i64) -> Self {
        Self(Arc::new(State {
            last: AtomicI64::new(mark << NODE_BITS | node),
            reserved: AtomicI64::new(mark),
        }))
    }

    /// The next id: above every earlier one of this process, and near the clock.
    #[must_use]
    pub fn next(&self, now: Timestamp) -> i64 {
        let clock = (now.millis() - EPOCH_MS).max(0) << SEQUENCE_BITS;
        let mut last = self.0.last.load(Ordering::Relaxed);
        loop {
            let node = last & (NODES - 1);
            let tick = ((last >> NODE_BITS) + 1).max(clock);
            let next = tick << NODE_BITS | node;
            match self.0.last.compare_exchange_weak(
                last,
                next,
                Ordering::Relaxed,
                Ordering::Relaxed,
            ) {
                Ok(_) => return id_of(tick, node),
                Err(seen) => last = seen,
            }
        }
    }

    /// The mark to persist, when ids beyond the persisted one have been made.
    pub(crate) fn to_persist(&self) -> Option<i64> {
        let tick = self.0.last.load(Ordering::Relaxed) >> NODE_BITS;
        (tick > self.0.reserved.load(Ordering::Relaxed)).then_some(tick + AHEAD)
    }

    /// Notes that the mark is stored.
    pub(crate) fn persisted(&self, mark: i64) {
        self.0.reserved.fetch_max(mark, Ordering::Relaxed);
    }
}

/// The sequence stands above the node, so ids of one process rise within a millisecond.
const fn id_of(tick: i64, node: i64) -> i64 {
    tick << NODE_BITS | node
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_790_000_000_000_000);

    #[test]
    fn ids_rise_even_when_the_clock_goes_back() {
        let ids = Ids::new(3, 0);
        let first = ids.next(NOW);
        let second = ids.next(Timestamp(NOW.0 - 5_000_000));
        assert!(second > first);
        assert_eq!(first & 15, 3);
    }

    #[test]
    fn ids_fit_a_javascript_number_until_2093() {
        let ids = Ids::new(15, 0);
        let last = Timestamp::parse("2093-01-01T00:00:00Z").unwrap();
        assert!(ids.next(last) < 1 << 53);
    }

    #[test]
    fn a_restart_goes_on_above_the_mark() {
        let ids = Ids::new(0, 0);
        let used: Vec<i64> = (0..10_000).map(|_| ids.next(NOW)).collect();
        let mark = ids.to_persist().unwrap();
        ids.persisted(mark);
        assert!(ids.to_persist().is_none());
        let again = Ids::new(0, mark);
        let hour_before = Timestamp(NOW.0 - 3_600_000_000);
        assert!(again.next(hour_before) > *used.last().unwrap());
    }

    #[test]
    fn four_threads_never_make_the_same_id() {
        let ids = Ids::new(1, 0);
        let made: Vec<i64> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| (0..5_000).map(|_| ids.next(NOW)).collect::<Vec<_>>()))
                .collect();
            threads
                .into_iter()
                .flat_map(|thread| thread.join().unwrap())
                .collect()
        });
        let distinct: std::collections::HashSet<i64> = made.iter().copied().collect();
        assert_eq!(distinct.len(), made.len());
    }
}
