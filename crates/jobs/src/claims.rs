//! How much is claimed, by receiver: what bounds a worker.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use commerce::queue::Lane;
use tokio::sync::{Notify, Semaphore};

/// Calls to one receiver at a time.
const CALLS_PER_RECEIVER: usize = 16;
/// Files that are brought from the web at a time: each is held in memory whole. A job that brings
/// one is claimed when there is room for it, and no sooner: nobody waits with a claim in hand.
const FETCHES_MAX: usize = 8;
/// Files that one host is asked for at a time: a slow one leaves room for others.
const FETCHES_PER_RECEIVER: usize = 4;

/// What may be claimed in a lane at a time.
const fn bounds(lane: Lane) -> Bounds {
    match lane {
        // A call takes five seconds at most, so that all of a receiver's are done within ten: well
        // before their lease ends.
        Lane::Calls => Bounds {
            per_receiver: 2 * CALLS_PER_RECEIVER,
            in_all: 1_024,
        },
        Lane::Fetches => Bounds {
            per_receiver: FETCHES_PER_RECEIVER,
            in_all: FETCHES_MAX,
        },
    }
}

struct Bounds {
    /// Jobs of one receiver, those under way included.
    per_receiver: usize,
    /// Jobs of all receivers.
    in_all: usize,
}

/// The claims of one worker.
#[derive(Clone, Default)]
pub(crate) struct Claims(Arc<Inner>);

#[derive(Default)]
struct Inner {
    receivers: Mutex<HashMap<(Lane, String), Receiver>>,
    /// Who had the last turn in each lane.
    last: Mutex<HashMap<Lane, String>>,
    released: Notify,
}

struct Receiver {
    claimed: usize,
    calls: Arc<Semaphore>,
}

/// One claimed job's share of the bounds; given back when it is dropped.
pub(crate) struct Claim {
    claims: Claims,
    receiver: (Lane, String),
    /// Permits to call the receiver.
    pub(crate) calls: Arc<Semaphore>,
}

impl Claims {
    /// The lanes in which more may be claimed, each with who had the last turn there: those after
    /// it come next.
    pub(crate) fn open(&self) -> Vec<(Lane, String)> {
        let receivers = self.lock();
        let last = self.last_turns();
        [Lane::Calls, Lane::Fetches]
            .into_iter()
            .filter(|lane| claimed(&receivers, *lane) < bounds(*lane).in_all)
            .map(|lane| (lane, last.get(&lane).cloned().unwrap_or_default()))
            .collect()
    }

    /// How many more jobs of each of a lane's receivers may be claimed; those that are full are
    /// left out. Where many wait for their turn, each gets few.
    pub(crate) fn room(&self, lane: Lane, ready: Vec<String>) -> Vec<(String, usize)> {
        let receivers = self.lock();
        let bounds = bounds(lane);
        let mut left = bounds.in_all.saturating_sub(claimed(&receivers, lane));
        let share = left
            .checked_div(ready.len())
            .map_or(0, |share| share.max(1));
        let mut room = Vec::new();
        for receiver in ready {
            let place = (lane, receiver);
            let claimed = receivers.get(&place).map_or(0, |found| found.claimed);
            let free = bounds
                .per_receiver
                .saturating_sub(claimed)
                .min(share)
                .min(left);
            if free > 0 {
                left -= free;
                room.push((place.1, free));
            }
        }
        if let Some((last, _)) = room.last() {
            self.last_turns().insert(lane, last.clone());
        }
        room
    }

    /// Notes a job as claimed.
    pub(crate) fn add(&self, lane: Lane, receiver: &str) -> Claim {
        let receiver = (lane, receiver.to_owned());
        let mut receivers = self.lock();
        let entry = receivers
            .entry(receiver.clone())
            .or_insert_with(|| Receiver {
                claimed: 0,
                calls: Arc::new(Semaphore::new(CALLS_PER_RECEIVER)),
            });
        entry.claimed += 1;
        Claim {
            claims: self.clone(),
            receiver,
            calls: Arc::clone(&entry.calls),
        }
    }

    /// Whether nothing is claimed.
    pub(crate) fn is_idle(&self) -> bool {
        self.lock().is_empty()
    }

    /// Waits until a claim is given back.
    pub(crate) async fn released(&self) {
        self.0.released.notified().await;
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(Lane, String), Receiver>> {
        self.0
            .receivers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn last_turns(&self) -> MutexGuard<'_, HashMap<Lane, String>> {
        self.0.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn claimed(receivers: &HashMap<(Lane, String), Receiver>, lane: Lane) -> usize {
    let of_lane = receivers.iter().filter(|((of, _), _)| *of == lane);
    of_lane.map(|(_, receiver)| receiver.claimed).sum()
}

impl Drop for Claim {
    fn drop(&mut self) {
        let mut receivers = self.claims.lock();
        if let Some(receiver) = receivers.get_mut(&self.receiver) {
            receiver.claimed -= 1;
            if receiver.claimed == 0 {
                receivers.remove(&self.receiver);
            }
        }
        drop(receivers);
        self.claims.0.released.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PER_RECEIVER: usize = bounds(Lane::Calls).per_receiver;
    const IN_ALL: usize = bounds(Lane::Calls).in_all;

    #[test]
    fn a_full_receiver_leaves_room_for_the_others() {
        let claims = Claims::default();
        let held: Vec<Claim> = (0..PER_RECEIVER)
            .map(|_| claims.add(Lane::Calls, "slow"))
            .collect();
        let room = claims.room(Lane::Calls, vec!["fast".to_owned(), "slow".to_owned()]);
        assert_eq!(room, [("fast".to_owned(), PER_RECEIVER)]);
        drop(held);
        assert!(claims.is_idle());
        assert_eq!(claims.room(Lane::Calls, vec!["slow".to_owned()]).len(), 1);
    }

    #[test]
    fn where_many_wait_each_gets_few_and_the_next_turn_is_the_others() {
        let claims = Claims::default();
        let many: Vec<String> = (0..500).map(|number| format!("host-{number:03}")).collect();
        let room = claims.room(Lane::Calls, many);
        assert_eq!(room.len(), 500);
        assert!(room.iter().all(|(_, free)| *free == IN_ALL / 500));
        let turn = (Lane::Calls, "host-499".to_owned());
        assert_eq!(claims.open(), [turn, (Lane::Fetches, String::new())]);
    }

    #[test]
    fn there_is_an_end_to_all_claims_together() {
        let claims = Claims::default();
        let many = (0..2_000).map(|number| format!("host-{number}")).collect();
        let room = claims.room(Lane::Calls, many);
        let room: usize = room.iter().map(|(_, free)| free).sum();
        assert_eq!(room, IN_ALL);
    }

    #[test]
    fn slow_hosts_of_files_take_no_turn_from_calls_and_one_of_them_none_from_the_others() {
        let claims = Claims::default();
        let host = |number: usize| format!("pictures-{number}");
        let one = claims.room(Lane::Fetches, vec![host(0)]);
        assert_eq!(one, [(host(0), FETCHES_PER_RECEIVER)]);
        let many = (0..500).map(host).collect();
        let held: Vec<Claim> = claims
            .room(Lane::Fetches, many)
            .iter()
            .map(|(host, free)| {
                assert_eq!(*free, 1);
                claims.add(Lane::Fetches, host)
            })
            .collect();
        assert_eq!(held.len(), FETCHES_MAX);
        assert_eq!(claims.open(), [(Lane::Calls, String::new())]);
        let room = claims.room(Lane::Calls, vec![host(0)]);
        assert_eq!(room, [(host(0), PER_RECEIVER)]);
    }
}
