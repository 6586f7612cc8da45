//! The throttle: a leaky bucket of cost points per app and shop.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};
use units::{AppId, ShopId, Timestamp};

/// How many seconds of restoring fill an empty bucket.
const BUCKET_SECONDS: i64 = 20;
/// Buckets of apps that were quiet this long are forgotten.
const QUIET_MICROS: i64 = 600_000_000;
/// At this many buckets the quiet ones are looked for.
const BUCKETS_MAX: usize = 10_000;

/// The buckets of all apps; points are kept in thousandths.
#[derive(Default)]
pub(crate) struct Throttle {
    buckets: Mutex<HashMap<(ShopId, AppId), Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    level_milli: i64,
    at: Timestamp,
}

/// How a bucket stands after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Status {
    maximum: i64,
    available: i64,
    restore: i64,
}

impl Status {
    /// What an app without a throttle is told: the fullest bucket of the largest plan, since
    /// clients divide by these numbers.
    const UNBOUNDED: Self = Self {
        maximum: 20_000,
        available: 20_000,
        restore: 1_000,
    };

    /// As `extensions.cost.throttleStatus` shows it.
    pub(crate) fn json(self) -> Value {
        json!({
            "maximumAvailable": float(self.maximum),
            "currentlyAvailable": self.available,
            "restoreRate": float(self.restore),
        })
    }
}

/// Clients expect `2000.0`, not `2000`.
fn float(points: i64) -> f64 {
    f64::from(i32::try_from(points).unwrap_or(i32::MAX))
}

impl Throttle {
    /// Takes `cost` points at `per_second` restored points; a rate of 0 means no throttle.
    /// `Err` when the bucket holds fewer: nothing is taken then.
    pub(crate) fn take(
        &self,
        whose: (ShopId, AppId),
        per_second: i64,
        cost: i64,
        now: Timestamp,
    ) -> Result<Status, Status> {
        let maximum = per_second * BUCKET_SECONDS;
        if per_second == 0 {
            return Ok(Status::UNBOUNDED);
        }
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= BUCKETS_MAX {
            buckets.retain(|_, bucket| now.0 - bucket.at.0 < QUIET_MICROS);
        }
        let full = Bucket {
            level_milli: maximum * 1000,
            at: now,
        };
        let bucket = buckets.entry(whose).or_insert(full);
        let level = bucket.refilled(per_second, maximum, now);
        let enough = level >= cost * 1000;
        *bucket = Bucket {
            level_milli: if enough { level - cost * 1000 } else { level },
            at: now,
        };
        let status = Status {
            maximum,
            available: bucket.level_milli / 1000,
            restore: per_second,
        };
        if enough { Ok(status) } else { Err(status) }
    }

    /// Gives back what a request asked for beyond what it really cost.
    pub(crate) fn give_back(&self, whose: (ShopId, AppId), status: Status, points: i64) -> Status {
        if points <= 0 {
            return status;
        }
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(bucket) = buckets.get_mut(&whose) else {
            return status;
        };
        bucket.level_milli = (bucket.level_milli + points * 1000).min(status.maximum * 1000);
        Status {
            available: bucket.level_milli / 1000,
            ..status
        }
    }
}

impl Bucket {
    fn refilled(self, per_second: i64, maximum: i64, now: Timestamp) -> i64 {
        let elapsed = (now.0 - self.at.0).clamp(0, 1_000_000 * BUCKET_SECONDS);
        (self.level_milli + elapsed * per_second / 1000).min(maximum * 1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOSE: (ShopId, AppId) = (ShopId(1), AppId(1));

    #[test]
    fn a_bucket_empties_refuses_and_refills() {
        let throttle = Throttle::default();
        let start = Timestamp(0);
        let status = throttle.take(WHOSE, 100, 1500, start).unwrap();
        assert_eq!(status.available, 500);
        let refused = throttle.take(WHOSE, 100, 501, start).unwrap_err();
        assert_eq!(refused.available, 500);
        let later = start.plus_seconds(1);
        assert_eq!(throttle.take(WHOSE, 100, 501, later).unwrap().available, 99);
    }

    #[test]
    fn what_was_not_used_comes_back_but_never_above_the_brim() {
        let throttle = Throttle::default();
        let status = throttle.take(WHOSE, 100, 100, Timestamp(0)).unwrap();
        assert_eq!(throttle.give_back(WHOSE, status, 90).available, 1990);
        assert_eq!(throttle.give_back(WHOSE, status, 90).available, 2000);
    }

    #[test]
    fn a_rate_of_zero_never_refuses() {
        let throttle = Throttle::default();
        let status = throttle.take(WHOSE, 0, 1_000_000, Timestamp(0)).unwrap();
        assert_eq!(status, Status::UNBOUNDED);
        assert_eq!(throttle.give_back(WHOSE, status, 10), status);
    }
}
