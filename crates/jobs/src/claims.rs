//! How much is claimed, by receiver: what bounds a worker.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, Semaphore};

/// Calls to one receiver at a time.
const CALLS_PER_RECEIVER: usize = 16;
/// Jobs of one receiver that are claimed at a time, those under way included. A call takes five
/// seconds at most, so that all of them are done within ten: well before their lease ends.
const CLAIMS_PER_RECEIVER: usize = 2 * CALLS_PER_RECEIVER;
/// Files that are brought at a time, from wherever: each may be held in memory whole.
const FILES_AT_ONCE: usize = 8;
/// Jobs that are claimed at a time, of all receivers.
const CLAIMS_MAX: usize = 1_024;

/// The claims of one worker.
#[derive(Clone, Default)]
pub(crate) struct Claims(Arc<Inner>);

struct Inner {
    receivers: Mutex<HashMap<String, Receiver>>,
    fetches: Semaphore,
    /// Who had the last turn.
    last: Mutex<String>,
    released: Notify,
}

impl Default for Inner {
    fn default() -> Self {
        Self {
            receivers: Mutex::default(),
            fetches: Semaphore::new(FILES_AT_ONCE),
            last: Mutex::default(),
            released: Notify::new(),
        }
    }
}

struct Receiver {
    claimed: usize,
    calls: Arc<Semaphore>,
}

/// One claimed job's share of the bounds; given back when it is dropped.
pub(crate) struct Claim {
    claims: Claims,
    receiver: String,
    /// Permits to call the receiver.
    pub(crate) calls: Arc<Semaphore>,
}

impl Claims {
    /// Who had the last turn: those after it come next.
    pub(crate) fn last(&self) -> String {
        self.last_turn().clone()
    }

    /// Whether nothing more may be claimed.
    pub(crate) fn is_full(&self) -> bool {
        claimed(&self.lock()) >= CLAIMS_MAX
    }

    /// How many more jobs of each of these receivers may be claimed; those that are full are
    /// left out. Where many wait for their turn, each gets few.
    pub(crate) fn room(&self, ready: Vec<String>) -> Vec<(String, usize)> {
        let receivers = self.lock();
        let mut left = CLAIMS_MAX.saturating_sub(claimed(&receivers));
        let share = left
            .checked_div(ready.len())
            .map_or(0, |share| share.max(1));
        let mut room = Vec::new();
        for receiver in ready {
            let claimed = receivers
                .get(&receiver)
                .map_or(0, |receiver| receiver.claimed);
            let free = CLAIMS_PER_RECEIVER
                .saturating_sub(claimed)
                .min(share)
                .min(left);
            if free > 0 {
                left -= free;
                room.push((receiver, free));
            }
        }
        if let Some((last, _)) = room.last() {
            self.last_turn().clone_from(last);
        }
        room
    }

    /// Notes a job as claimed.
    pub(crate) fn add(&self, receiver: &str) -> Claim {
        let mut receivers = self.lock();
        let entry = receivers
            .entry(receiver.to_owned())
            .or_insert_with(|| Receiver {
                claimed: 0,
                calls: Arc::new(Semaphore::new(CALLS_PER_RECEIVER)),
            });
        entry.claimed += 1;
        Claim {
            claims: self.clone(),
            receiver: receiver.to_owned(),
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

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Receiver>> {
        self.0
            .receivers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn last_turn(&self) -> MutexGuard<'_, String> {
        self.0.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn claimed(receivers: &HashMap<String, Receiver>) -> usize {
    receivers.values().map(|receiver| receiver.claimed).sum()
}

impl Claim {
    /// Permits to bring a file.
    pub(crate) fn fetches(&self) -> &Semaphore {
        &self.claims.0.fetches
    }
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

    #[test]
    fn a_full_receiver_leaves_room_for_the_others() {
        let claims = Claims::default();
        let held: Vec<Claim> = (0..CLAIMS_PER_RECEIVER)
            .map(|_| claims.add("slow"))
            .collect();
        let room = claims.room(vec!["fast".to_owned(), "slow".to_owned()]);
        assert_eq!(room, [("fast".to_owned(), CLAIMS_PER_RECEIVER)]);
        drop(held);
        assert!(claims.is_idle());
        assert_eq!(claims.room(vec!["slow".to_owned()]).len(), 1);
    }

    #[test]
    fn where_many_wait_each_gets_few_and_the_next_turn_is_the_others() {
        let claims = Claims::default();
        let many: Vec<String> = (0..500).map(|number| format!("host-{number:03}")).collect();
        let room = claims.room(many);
        assert_eq!(room.len(), 500);
        assert!(room.iter().all(|(_, free)| *free == CLAIMS_MAX / 500));
        assert_eq!(claims.last(), "host-499");
    }

    #[test]
    fn there_is_an_end_to_all_claims_together() {
        let claims = Claims::default();
        let many = (0..2_000).map(|number| format!("host-{number}")).collect();
        let room: usize = claims.room(many).iter().map(|(_, free)| free).sum();
        assert_eq!(room, CLAIMS_MAX);
    }
}
