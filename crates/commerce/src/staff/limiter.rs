//! Against guessing: failures to sign in are counted, by account, by caller, and by both.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use units::Timestamp;

/// The window, in seconds.
const WINDOW_SECONDS: i64 = 15 * 60;
/// Keys that are remembered; the oldest goes first.
const KEYS_MAX: usize = 10_000;

/// What failures are counted by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Guesses {
    /// One caller's at one account: ten are borne.
    At {
        /// Shop and address.
        account: String,
        /// The caller's IP address.
        caller: String,
    },
    /// One caller's at any account: thirty are borne.
    By(String),
    /// Anybody's at one account: three hundred are borne, so that no stranger locks its owner out in passing.
    Against(String),
}

impl Guesses {
    /// Failures in a row that are borne within the window.
    const fn failures_max(&self) -> u32 {
        match self {
            Self::At { .. } => 10,
            Self::By(_) => 30,
            Self::Against(_) => 300,
        }
    }
}

/// Remembers failures to sign in, in this process. Share one per server.
#[derive(Debug, Default)]
pub struct SignInLimiter {
    failures: Mutex<HashMap<Guesses, Failures>>,
}

/// Too many failures; try again later.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Too many attempts to sign in. Try again in {retry_after_seconds} seconds.")]
pub struct TooManySignIns {
    /// For the `Retry-After` header.
    pub retry_after_seconds: i64,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    since: Timestamp,
}

impl SignInLimiter {
    /// Whether another attempt may be made. Ask before verifying the password, which is expensive.
    ///
    /// # Errors
    /// When there were too many failures within 15 minutes.
    pub fn check(&self, key: &Guesses, now: Timestamp) -> Result<(), TooManySignIns> {
        let failures = self.lock();
        let Some(found) = failures.get(key) else {
            return Ok(());
        };
        let left = seconds_left(*found, now);
        if found.count < key.failures_max() || left <= 0 {
            return Ok(());
        }
        Err(TooManySignIns {
            retry_after_seconds: left,
        })
    }

    /// Notes a failure under a key.
    pub fn failed(&self, key: &Guesses, now: Timestamp) {
        let mut failures = self.lock();
        if failures.len() >= KEYS_MAX && !failures.contains_key(key) {
            failures.retain(|_, found| seconds_left(*found, now) > 0);
            let oldest = failures.iter().min_by_key(|(_, found)| found.since);
            if failures.len() >= KEYS_MAX
                && let Some(oldest) = oldest.map(|(key, _)| key.clone())
            {
                failures.remove(&oldest);
            }
        }
        let found = failures.entry(key.clone()).or_insert(Failures {
            count: 0,
            since: now,
        });
        if seconds_left(*found, now) <= 0 {
            *found = Failures {
                count: 0,
                since: now,
            };
        }
        found.count = found.count.saturating_add(1);
    }

    /// Forgets a key's failures, after somebody signed in under it.
    pub fn succeeded(&self, key: &Guesses) {
        self.lock().remove(key);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Guesses, Failures>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn seconds_left(failures: Failures, now: Timestamp) -> i64 {
    let end = failures.since.plus_seconds(WINDOW_SECONDS);
    (end.micros() - now.micros() + 999_999).div_euclid(1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(account: &str, caller: &str) -> Guesses {
        Guesses::At {
            account: account.to_owned(),
            caller: caller.to_owned(),
        }
    }

    #[test]
    fn ten_failures_bar_a_caller_from_an_account_for_a_quarter_of_an_hour() {
        let limiter = SignInLimiter::default();
        let moment = |seconds| Timestamp(0).plus_seconds(seconds);
        let ada = at("ada", "1.2.3.4");
        for second in 0..10 {
            assert_eq!(limiter.check(&ada, moment(second)), Ok(()));
            limiter.failed(&ada, moment(second));
        }
        let barred = limiter.check(&ada, moment(10)).unwrap_err();
        assert_eq!(barred.retry_after_seconds, 890);
        assert_eq!(limiter.check(&at("bob", "1.2.3.4"), moment(10)), Ok(()));
        assert_eq!(limiter.check(&at("ada", "5.6.7.8"), moment(10)), Ok(()));
        assert_eq!(limiter.check(&ada, moment(900)), Ok(()));
    }

    #[test]
    fn a_stranger_does_not_lock_an_owner_out_but_a_crowd_is_stopped() {
        let limiter = SignInLimiter::default();
        let account = Guesses::Against("ada".to_owned());
        for _ in 0..299 {
            limiter.failed(&account, Timestamp(0));
        }
        assert_eq!(limiter.check(&account, Timestamp(0)), Ok(()));
        limiter.failed(&account, Timestamp(0));
        assert!(limiter.check(&account, Timestamp(0)).is_err());
    }

    #[test]
    fn signing_in_forgets_the_failures_before() {
        let limiter = SignInLimiter::default();
        let ada = at("ada", "1.2.3.4");
        for _ in 0..9 {
            limiter.failed(&ada, Timestamp(0));
        }
        limiter.succeeded(&ada);
        limiter.failed(&ada, Timestamp(0));
        assert_eq!(limiter.check(&ada, Timestamp(0)), Ok(()));
    }

    #[test]
    fn a_flood_of_callers_is_forgotten_oldest_first() {
        let limiter = SignInLimiter::default();
        for key in 0..=KEYS_MAX {
            let caller = Guesses::By(key.to_string());
            limiter.failed(&caller, Timestamp(i64::try_from(key).unwrap()));
        }
        assert_eq!(limiter.lock().len(), KEYS_MAX);
        assert!(!limiter.lock().contains_key(&Guesses::By("0".to_owned())));
    }
}
