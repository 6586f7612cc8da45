//! After a delivery was tried: heard, to be tried again, or given up.

use store::{StoreError, Tx};
use units::{Timestamp, WebhookDeliveryId};

use super::delivery::DeliveryState;
use super::sql;
use crate::call::Call;
use crate::mails::{self, NewMail};
use crate::{queue, shops};

/// Seconds to wait after each failure: eight retries in four hours.
const WAITS_SECONDS: [i64; 8] = [10, 30, 60, 300, 600, 1_800, 3_600, 8_000];
/// Longer messages and replies are cut here.
const TEXT_CHARS_MAX: usize = 500;

/// How an attempt went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver said 2xx.
    Heard {
        /// What exactly.
        status: u16,
        /// The first of what it said besides.
        excerpt: String,
    },
    /// Anything else, or nothing.
    NotHeard {
        /// What the receiver said, if it said anything.
        status: Option<u16>,
        /// The first of what it said besides.
        excerpt: String,
        /// In words.
        error: String,
    },
    /// The subscription's filter does not want it.
    Unwanted,
    /// The subscription was ended.
    Orphaned,
    /// There is nothing to do any more.
    Settled,
}

/// What follows from an attempt.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    Settle(DeliveryState),
    RetryAt(Timestamp),
    GiveUp,
}

/// Records how an attempt went, and takes the job off or puts it off, in one.
///
/// After the ninth failure the subscription is ended and the merchant told.
///
/// # Errors
/// `Store` faults only.
pub fn record_outcome(
    tx: &mut Tx,
    call: &Call,
    job: i64,
    delivery: WebhookDeliveryId,
    outcome: &Outcome,
) -> Result<(), StoreError> {
    let found = sql::lock_delivery(tx, delivery)?;
    let Some((state, attempts, subscription)) = found else {
        return queue::finish(tx, job);
    };
    // Another worker may have settled it while this one was at it.
    if state != DeliveryState::Pending {
        return queue::finish(tx, job);
    }
    let told = told(outcome);
    let tried = attempts
        + i64::from(matches!(
            outcome,
            Outcome::Heard { .. } | Outcome::NotHeard { .. }
        ));
    let next = next(outcome, attempts, call.now);
    let (state, due_at) = match next {
        Next::Settle(state) => (state, call.now),
        Next::RetryAt(due_at) => (DeliveryState::Pending, due_at),
        Next::GiveUp => (DeliveryState::Failed, call.now),
    };
    sql::settle(tx, delivery, (state, tried), &told, (due_at, call.now))?;
    match next {
        Next::Settle(_) => queue::finish(tx, job),
        Next::RetryAt(due_at) => queue::postpone(tx, job, due_at),
        Next::GiveUp => {
            if sql::delete_any(tx, subscription)? > 0 {
                let merchant = shops::current(tx)?.email;
                let mail = NewMail {
                    kind: "webhook_subscription_removed",
                    recipient: &merchant,
                    about: ("WebhookSubscription", subscription.get()),
                    words: None,
                };
                mails::post(tx, &[(call, mail)])?;
            }
            queue::finish(tx, job)
        }
    }
}

/// What the log keeps of an attempt.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) status: Option<i64>,
    pub(super) excerpt: String,
    pub(super) error: String,
}

fn cut(text: &str) -> String {
    text.chars().take(TEXT_CHARS_MAX).collect()
}

fn told(outcome: &Outcome) -> Told {
    match outcome {
        Outcome::Heard { status, excerpt } => Told {
            status: Some(i64::from(*status)),
            excerpt: cut(excerpt),
            error: String::new(),
        },
        Outcome::NotHeard {
            status,
            excerpt,
            error,
        } => Told {
            status: status.map(i64::from),
            excerpt: cut(excerpt),
            error: cut(error),
        },
        Outcome::Orphaned => Told {
            error: "The subscription was ended.".to_owned(),
            ..Told::default()
        },
        Outcome::Unwanted | Outcome::Settled => Told::default(),
    }
}

fn next(outcome: &Outcome, attempts_before: i64, now: Timestamp) -> Next {
    match outcome {
        Outcome::Heard { .. } => Next::Settle(DeliveryState::Delivered),
        Outcome::Unwanted => Next::Settle(DeliveryState::Filtered),
        Outcome::Orphaned | Outcome::Settled => Next::Settle(DeliveryState::Failed),
        Outcome::NotHeard { .. } => {
            let place = usize::try_from(attempts_before).unwrap_or(usize::MAX);
            match WAITS_SECONDS.get(place) {
                Some(wait) => Next::RetryAt(now.plus_seconds(*wait)),
                None => Next::GiveUp,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed() -> Outcome {
        Outcome::NotHeard {
            status: Some(500),
            excerpt: String::new(),
            error: "The receiver said 500.".to_owned(),
        }
    }

    #[test]
    fn eight_retries_take_four_hours() {
        let mut now = Timestamp(0);
        for attempts in 0..8 {
            match next(&failed(), attempts, now) {
                Next::RetryAt(due_at) => now = due_at,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(now, Timestamp(0).plus_seconds(4 * 3600));
        assert_eq!(next(&failed(), 8, now), Next::GiveUp);
    }

    #[test]
    fn what_was_heard_is_settled() {
        let heard = Outcome::Heard {
            status: 204,
            excerpt: String::new(),
        };
        assert_eq!(
            next(&heard, 3, Timestamp(0)),
            Next::Settle(DeliveryState::Delivered)
        );
    }
}
