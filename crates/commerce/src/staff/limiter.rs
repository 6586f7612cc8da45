//! Against guessing: failures to sign in are counted, by address and by caller.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use units::Timestamp;

/// Failures in a row that are borne within the window.
const FAILURES_MAX: u32 = 10;
/// The window, in seconds.
const WINDOW_SECONDS: i64 = 15 * 60;
/// Keys that are remembered; the oldest goes first.
const KEYS_MAX: usize = 10_000;

/// Remembers failures to sign in, in this process. Share one per server.
#[derive(Debug, Default)]
pub struct SignInLimiter {
    failures: Mutex<HashMap<String, Failures>>,
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
    /// Whether another attempt may be made under a key, such as `shop/address` or a caller's IP.
    /// Ask before verifying the password, which is expensive.
    ///
    /// # Errors
    /// When there were ten failures within 15 minutes.
    pub fn check(&self, key: &str, now: Timestamp) -> Result<(), TooManySignIns> {
        let failures = self.lock();
        let Some(found) = failures.get(key) else {
            return Ok(());
        };
        let left = seconds_left(*found, now);
        if found.count < FAILURES_MAX || left <= 0 {
            return Ok(());
        }
        Err(TooManySignIns {
            retry_after_seconds: left,
        })
    }

    /// Notes a failure under a key.
    pub fn failed(&self, key: &str, now: Timestamp) {
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
        let found = failures.entry(key.to_owned()).or_insert(Failures {
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
    pub fn succeeded(&self, key: &str) {
        self.lock().remove(key);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Failures>> {
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

    #[test]
    fn ten_failures_bar_an_address_for_a_quarter_of_an_hour() {
        let limiter = SignInLimiter::default();
        let at = |seconds| Timestamp(0).plus_seconds(seconds);
        for second in 0..10 {
            assert_eq!(limiter.check("ada", at(second)), Ok(()));
            limiter.failed("ada", at(second));
        }
        let barred = limiter.check("ada", at(10)).unwrap_err();
        assert_eq!(barred.retry_after_seconds, 890);
        assert_eq!(limiter.check("bob", at(10)), Ok(()));
        assert_eq!(limiter.check("ada", at(900)), Ok(()));
    }

    #[test]
    fn signing_in_forgets_the_failures_before() {
        let limiter = SignInLimiter::default();
        for _ in 0..9 {
            limiter.failed("ada", Timestamp(0));
        }
        limiter.succeeded("ada");
        limiter.failed("ada", Timestamp(0));
        assert_eq!(limiter.check("ada", Timestamp(0)), Ok(()));
    }

    #[test]
    fn a_flood_of_addresses_is_forgotten_oldest_first() {
        let limiter = SignInLimiter::default();
        for key in 0..=KEYS_MAX {
            limiter.failed(&key.to_string(), Timestamp(i64::try_from(key).unwrap()));
        }
        assert_eq!(limiter.lock().len(), KEYS_MAX);
        assert!(!limiter.lock().contains_key("0"));
    }
}
