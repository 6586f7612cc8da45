//! The shop's days: its time zone at a moment.

use units::Timestamp;

use super::Shop;

/// A time zone as it is at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// What it is called: `CET`.
    pub abbreviation: String,
    /// How many minutes it is before UTC.
    pub offset_minutes: i32,
}

impl Zone {
    /// The offset with its sign: `+0100`.
    #[must_use]
    pub fn offset(&self) -> String {
        let sign = if self.offset_minutes < 0 { '-' } else { '+' };
        let minutes = self.offset_minutes.abs();
        format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
    }
}

impl Shop {
    /// The day in the shop's time zone: `2026-11-23`; in UTC when the zone is not known.
    #[must_use]
    pub fn day_of(&self, at: Timestamp) -> String {
        let moment = jiff::Timestamp::from_second(at.micros().div_euclid(1_000_000));
        let zoned = moment.and_then(|moment| moment.in_tz(&self.time_zone));
        match zoned {
            Ok(zoned) => zoned.strftime("%Y-%m-%d").to_string(),
            Err(_) => at.to_string()[..10].to_owned(),
        }
    }

    /// The shop's time zone as it is at `now`; UTC when the zone is not known.
    #[must_use]
    pub fn zone_at(&self, now: Timestamp) -> Zone {
        let zoned = jiff::Timestamp::from_second(now.micros().div_euclid(1_000_000))
            .and_then(|moment| moment.in_tz(&self.time_zone));
        match zoned {
            Ok(zoned) => Zone {
                abbreviation: zoned.strftime("%Z").to_string(),
                offset_minutes: zoned.offset().seconds() / 60,
            },
            Err(_) => Zone {
                abbreviation: "UTC".to_owned(),
                offset_minutes: 0,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_written_with_its_sign() {
        let offset = |offset_minutes| {
            Zone {
                abbreviation: String::new(),
                offset_minutes,
            }
            .offset()
        };
        assert_eq!(
            [offset(60), offset(-300), offset(330)],
            ["+0100", "-0500", "+0530"]
        );
    }
}
