//! How much is claimed, by receiver: what bounds a worker.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, Semaphore};

/// Calls to one receiver at a time.
const CALLS_PER_RECEIVER: usize = 16;
/// Jobs of one receiver that are claimed at a time, those under way included. A call takes five
/// seconds at most, so that all of them are done within ten: well before their lease ends.
const CLAIMS_PER_RECEIVER: usize = 2 * CALLS_PER_RECEIVER;
/// Jobs that are claimed at a time, of all receivers.
const CLAIMS_MAX: usize = 1_024;

/// The claims of one worker.
#[derive(Clone, Default)]
pub(crate) struct Claims(Arc<Inner>);

#[derive(Default)]
struct Inner {
    receivers: Mutex<HashMap<String, Receiver>>,
    released: Notify,
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
    /// How many more jobs of each of these receivers may be claimed; those that are full are
    /// left out.
    pub(crate) fn room(&self, due: Vec<String>) -> Vec<(String, usize)> {
        let receivers = self.lock();
        let mut left = CLAIMS_MAX.saturating_sub(receivers.values().map(|r| r.claimed).sum());
        let mut room = Vec::new();
        for receiver in due {
            let claimed = receivers
                .get(&receiver)
                .map_or(0, |receiver| receiver.claimed);
            let free = CLAIMS_PER_RECEIVER.saturating_sub(claimed).min(left);
            if free > 0 {
                left -= free;
                room.push((receiver, free));
            }
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
    fn there_is_an_end_to_all_claims_together() {
        let claims = Claims::default();
        let many = (0..1_000).map(|number| format!("host-{number}")).collect();
        let room: usize = claims.room(many).iter().map(|(_, free)| free).sum();
        assert_eq!(room, CLAIMS_MAX);
    }
}
