//! Moments in queries: `2026-10-21T23:39:20Z`, `2026-10-21`, `2026-10`, `2026`, `now`.

use units::Timestamp;

/// What a text means: from a moment until before another. `now` is only known where a clock is.
///
/// Moments are shown to the second, and a date means its whole day in UTC, as a year or a month alone
/// means all of it.
pub(super) fn span(text: &str, now: Option<Timestamp>) -> Option<(Timestamp, Timestamp)> {
    const SECOND: i64 = 1;
    const DAY: i64 = 86_400;
    let text = text.trim();
    if text.eq_ignore_ascii_case("now") {
        let from = now?;
        return Some((from, from.plus_seconds(SECOND)));
    }
    if let Some(span) = year_or_month(text) {
        return Some(span);
    }
    let from = Timestamp::parse(text)
        .or_else(|_| Timestamp::parse(&format!("{text}Z")))
        .ok()?;
    let length = if text.len() <= 10 { DAY } else { SECOND };
    Some((from, from.plus_seconds(length)))
}

fn year_or_month(text: &str) -> Option<(Timestamp, Timestamp)> {
    let (year, month) = match text.split_once('-') {
        None => (text, None),
        Some((year, month)) if month.len() == 2 => (year, Some(month.parse::<u32>().ok()?)),
        Some(_) => return None,
    };
    if year.len() != 4 {
        return None;
    }
    let year: u32 = year.parse().ok()?;
    let first = |year: u32, month: u32| Timestamp::parse(&format!("{year:04}-{month:02}-01")).ok();
    Some(match month {
        None => (first(year, 1)?, first(year + 1, 1)?),
        Some(12) => (first(year, 12)?, first(year + 1, 1)?),
        Some(month) => (first(year, month)?, first(year, month + 1)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn a_moment_is_a_second_a_day_a_month_or_a_year() {
        for (text, from, until) in [
            (
                "2026-10-21T23:39:20Z",
                "2026-10-21T23:39:20Z",
                "2026-10-21T23:39:21Z",
            ),
            ("2026-10-21", "2026-10-21", "2026-10-22"),
            ("2026-12", "2026-12-01", "2027-01-01"),
            ("2024", "2024-01-01", "2025-01-01"),
        ] {
            assert_eq!(span(text, None), Some((at(from), at(until))), "{text}");
        }
        for text in ["now", "", "20261", "2026-13", "soon", "2026-1"] {
            assert_eq!(span(text, None), None, "{text}");
        }
        let now = at("2026-10-21T23:39:20Z");
        assert_eq!(span("NOW", Some(now)), Some((now, now.plus_seconds(1))));
    }
}
