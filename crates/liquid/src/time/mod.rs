//! Times: the clock that a host gives, how dates are read, how they are
//! written.

mod format;
mod parse;

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

pub(crate) use format::write;

use crate::value::Value;

/// What time it is, and where; for `'now' | date` and for times without a zone.
#[derive(Clone, Debug)]
pub struct Clock(Zoned);

impl Clock {
    /// A clock that stands still.
    ///
    /// `seconds` count from 1970 in UTC, `zone` is an IANA name like
    /// `Europe/Berlin`.
    ///
    /// # Errors
    /// The time is out of range, or the zone is not known.
    pub fn new(seconds: i64, zone: &str) -> Result<Self, jiff::Error> {
        Ok(Clock(Timestamp::from_second(seconds)?.in_tz(zone)?))
    }

    /// A clock that shows a given time in its zone.
    pub fn at(now: Zoned) -> Self {
        Clock(now)
    }

    /// The time that it shows.
    pub fn now(&self) -> &Zoned {
        &self.0
    }
}

/// The time that a value stands for; none if it is no time.
pub(crate) fn of_value(value: Value<'_>, clock: Option<&Clock>) -> Option<Zoned> {
    let zone = || clock.map_or(TimeZone::UTC, |clock| clock.0.time_zone().clone());
    match value.plain() {
        Value::Int(seconds) => Some(Timestamp::from_second(seconds).ok()?.to_zoned(zone())),
        Value::Str(text) => {
            if text.is_empty() {
                return None;
            }
            if text.bytes().all(|byte| byte.is_ascii_digit()) {
                let seconds = text.parse().ok()?;
                return Some(Timestamp::from_second(seconds).ok()?.to_zoned(zone()));
            }
            let text = text.to_lowercase();
            if text == "now" || text == "today" {
                return clock.map(|clock| clock.0.clone());
            }
            parse::parse(&text, clock.map(|clock| &clock.0), zone())
        }
        _ => None,
    }
}
