//! Dates as people write them.
//!
//! As Ruby does, the parts are looked for one after the other: a time of day, a
//! date in one of many orders; what is found is blanked out, and what is missing
//! is taken from the clock.

use jiff::Zoned;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{Span, ToSpan};

/// Longer texts are no dates.
const LONGEST: usize = 128;

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// Names of zones, with their offset in hours.
const ZONES: &[(&str, i32)] = &[
    ("utc", 0),
    ("gmt", 0),
    ("z", 0),
    ("est", -5),
    ("edt", -4),
    ("cst", -6),
    ("cdt", -5),
    ("mst", -7),
    ("mdt", -6),
    ("pst", -8),
    ("pdt", -7),
    ("cet", 1),
    ("cest", 2),
    ("bst", 1),
    ("eet", 2),
    ("jst", 9),
];

/// What has been found so far.
#[derive(Debug, Default)]
struct Found {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    day_of_year: Option<i64>,
    hour: Option<i64>,
    minute: i64,
    second: i64,
    nanosecond: i64,
    /// Seconds east of UTC.
    offset: Option<i32>,
}

/// Reads a text in small letters; none if it is no date.
pub(super) fn parse(text: &str, now: Option<&Zoned>, zone: TimeZone) -> Option<Zoned> {
    if text.len() > LONGEST || !text.is_ascii() {
        return None;
    }
    let mut text = text.as_bytes().to_vec();
    let mut found = Found::default();
    time_of_day(&mut text, &mut found);
    let _ = month_in_middle(&text, &mut found)
        || month_first(&text, &mut found)
        || with_dashes(&text, &mut found)
        || with_slashes(&text, &mut found)
        || with_dots(&text, &mut found)
        || month_alone(&text, &mut found)
        || digits_alone(&text, &mut found);
    found.resolve(now, zone)
}

impl Found {
    fn resolve(self, now: Option<&Zoned>, zone: TimeZone) -> Option<Zoned> {
        let has_date = self.year.is_some() || self.month.is_some() || self.day.is_some();
        if !has_date && self.hour.is_none() {
            return None;
        }
        // What comes before the first part that was given is today's.
        let today = now.map(Zoned::date);
        let year = match self.year {
            Some(year) => year,
            None => i64::from(today?.year()),
        };
        let month = match self.month {
            Some(month) => month,
            None if self.year.is_some() => 1,
            None => i64::from(today?.month()),
        };
        let day = match self.day {
            Some(day) => day,
            None if self.year.is_some() || self.month.is_some() => 1,
            None => i64::from(today?.day()),
        };
        let (month, day) = match self.day_of_year {
            Some(_) => (1, 1),
            None => (month, day),
        };
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        let first = Date::new(i16::try_from(year).ok()?, month as i8, 1).ok()?;
        let days = self.day_of_year.unwrap_or(day) - 1;
        let date = first.checked_add(Span::new().try_days(days).ok()?).ok()?;
        let civil = self.at_time(date)?;
        let zone = match self.offset {
            Some(0) => TimeZone::UTC,
            Some(seconds) => Offset::from_seconds(seconds).ok()?.to_time_zone(),
            None => zone,
        };
        civil.to_zoned(zone).ok()
    }

    fn at_time(&self, date: Date) -> Option<DateTime> {
        let hour = self.hour.unwrap_or(0);
        if hour > 24 || self.minute > 59 || self.second > 60 || hour == 24 && self.minute > 0 {
            return None;
        }
        let time = date.at(0, 0, 0, 0);
        let span = hour
            .hours()
            .minutes(self.minute)
            .seconds(self.second)
            .nanoseconds(self.nanosecond);
        time.checked_add(span).ok()
    }

    fn set_year(&mut self, year: &[u8]) {
        let number = number(year);
        self.year = Some(match (year.len(), number) {
            (..=2, 0..69) => number + 2000,
            (..=2, _) => number + 1900,
            _ => number,
        });
    }
}

fn number(digits: &[u8]) -> i64 {
    digits.iter().fold(0, |number: i64, digit| {
        number
            .saturating_mul(10)
            .saturating_add(i64::from(digit - b'0'))
    })
}

fn digits_at(text: &[u8], at: usize) -> &[u8] {
    let rest = text.get(at..).unwrap_or_default();
    let len = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    &rest[..len]
}

fn spaces_at(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest
        .iter()
        .take_while(|byte| byte.is_ascii_whitespace())
        .count()
}

/// Runs of digits: where each starts, and the digits.
fn runs(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < text.len() && !text[at].is_ascii_digit() {
            at += 1;
        }
        let digits = digits_at(text, at);
        let start = at;
        at += digits.len();
        (!digits.is_empty()).then_some((start, digits))
    })
}

/// `10:30`, `10:30:15.5 pm +02:00`, `10am`; it is blanked out.
fn time_of_day(text: &mut [u8], found: &mut Found) {
    let place = runs(text).find_map(|(start, digits)| {
        let end = start + digits.len();
        let hour = &digits[digits.len().saturating_sub(2)..];
        let clock = text.get(end) == Some(&b':') && !digits_at(text, end + 1).is_empty();
        let half = half_of_day(text, spaces_at(text, end));
        (clock || half.is_some()).then_some((end - hour.len(), end))
    });
    let Some((start, mut end)) = place else {
        return;
    };
    let mut hour = number(&text[start..end]);
    if text.get(end) == Some(&b':') {
        let minute = digits_at(text, end + 1);
        found.minute = number(minute);
        end += 1 + minute.len();
        let second = match text.get(end) {
            Some(b':') => digits_at(text, end + 1),
            _ => &[],
        };
        if !second.is_empty() {
            found.second = number(second);
            end += 1 + second.len();
            let fraction = match text.get(end) {
                Some(b'.' | b',') => digits_at(text, end + 1),
                _ => &[],
            };
            if !fraction.is_empty() {
                let nanoseconds = fraction.iter().chain([b'0'; 9].iter()).take(9);
                found.nanosecond = number(&nanoseconds.copied().collect::<Vec<_>>());
                end += 1 + fraction.len();
            }
        }
    }
    if let Some((afternoon, behind)) = half_of_day(text, spaces_at(text, end)) {
        hour = hour % 12 + if afternoon { 12 } else { 0 };
        end = behind;
    }
    if let Some((offset, behind)) = zone_at(text, spaces_at(text, end)) {
        found.offset = Some(offset);
        end = behind;
    }
    found.hour = Some(hour);
    text[start..end].fill(b' ');
}

/// `am` or `p.m.`: whether it is the afternoon, and where it ends.
fn half_of_day(text: &[u8], at: usize) -> Option<(bool, usize)> {
    let afternoon = match text.get(at)? {
        b'a' => false,
        b'p' => true,
        _ => return None,
    };
    let dot = usize::from(text.get(at + 1) == Some(&b'.'));
    if text.get(at + 1 + dot) != Some(&b'm') {
        return None;
    }
    let end = at + 2 + dot + usize::from(text.get(at + 2 + dot) == Some(&b'.'));
    let word_goes_on = text.get(end).is_some_and(u8::is_ascii_alphanumeric);
    (!word_goes_on).then_some((afternoon, end))
}

/// A zone by name or as `+02:00`: its offset in seconds, and where it ends.
fn zone_at(text: &[u8], at: usize) -> Option<(i32, usize)> {
    let rest = text.get(at..)?;
    let letters = rest
        .iter()
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    let named = ZONES
        .iter()
        .find(|(name, _)| name.as_bytes() == &rest[..letters]);
    let behind_name = at + letters;
    let sign = match (text.get(behind_name), named) {
        (Some(b'+'), _) if letters == 0 || named.is_some() => 1,
        (Some(b'-'), _) if letters == 0 || named.is_some() => -1,
        (_, Some((_, hours))) => return Some((hours * 3600, behind_name)),
        _ => return None,
    };
    let digits = digits_at(text, behind_name + 1);
    let end = behind_name + 1 + digits.len();
    let (hours, minutes, end) = match digits.len() {
        1 | 2 if text.get(end) == Some(&b':') => {
            let minutes = digits_at(text, end + 1);
            (number(digits), number(minutes), end + 1 + minutes.len())
        }
        1 | 2 => (number(digits), 0, end),
        3 | 4 => {
            let split = digits.len() - 2;
            (number(&digits[..split]), number(&digits[split..]), end)
        }
        _ => return None,
    };
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    Some((sign * seconds, end))
}

/// The month whose name starts at `at`, and where the word ends.
fn month_at(text: &[u8], at: usize) -> Option<(i64, usize)> {
    if at > 0 && text[at - 1].is_ascii_alphabetic() {
        return None;
    }
    let rest = text.get(at..)?;
    let month = MONTHS
        .iter()
        .position(|name| rest.starts_with(name.as_bytes()))?;
    let letters = rest
        .iter()
        .take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'.');
    Some((month as i64 + 1, at + letters.count()))
}

/// Behind spaces, dashes, commas.
fn gap(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let gap = rest
        .iter()
        .take_while(|byte| byte.is_ascii_whitespace() || matches!(byte, b',' | b'-' | b'\''));
    at + gap.count()
}

/// Behind `st`, `nd`, `rd` and `th`.
fn ordinal(text: &[u8], at: usize) -> usize {
    match text.get(at..at + 2) {
        Some(b"st" | b"nd" | b"rd" | b"th") => at + 2,
        _ => at,
    }
}

/// `5 jan 2020`, `5th of january`, `5-jan-2020`.
fn month_in_middle(text: &[u8], found: &mut Found) -> bool {
    for (start, day) in runs(text) {
        let mut at = gap(text, ordinal(text, start + day.len()));
        if text.get(at..at + 3) == Some(b"of ") {
            at = spaces_at(text, at + 3);
        }
        let Some((month, end)) = month_at(text, at) else {
            continue;
        };
        found.month = Some(month);
        let year = digits_at(text, gap(text, end));
        if day.len() > 2 {
            // `2020-jan-5`
            found.set_year(day);
            found.day = (!year.is_empty()).then(|| number(year));
            return true;
        }
        found.day = Some(number(day));
        if !year.is_empty() {
            found.set_year(year);
        }
        return true;
    }
    false
}

/// `january 5, 2020`, `jan 5`, `jan 2020`.
fn month_first(text: &[u8], found: &mut Found) -> bool {
    for start in 0..text.len() {
        let Some((month, end)) = month_at(text, start) else {
            continue;
        };
        let at = gap(text, end);
        let first = digits_at(text, at);
        if first.is_empty() {
            return false;
        }
        found.month = Some(month);
        if first.len() > 2 {
            found.set_year(first);
            return true;
        }
        found.day = Some(number(first));
        let year = digits_at(text, gap(text, ordinal(text, at + first.len())));
        if !year.is_empty() {
            found.set_year(year);
        }
        return true;
    }
    false
}

/// Three numbers with a separator between them.
fn three(text: &[u8], separator: u8) -> Option<[&[u8]; 3]> {
    runs(text).find_map(|(start, first)| {
        let end = start + first.len();
        let at = spaces_at(text, end + 1);
        let second = digits_at(text, at);
        let behind = at + second.len();
        let third = digits_at(text, behind + 1);
        let separated = text.get(end) == Some(&separator) && text.get(behind) == Some(&separator);
        (separated && !second.is_empty() && !third.is_empty()).then_some([first, second, third])
    })
}

/// Year, month and day in the order in which they stand, but for a year that
/// stands last.
fn year_first(found: &mut Found, [first, second, third]: [&[u8]; 3]) -> bool {
    let (year, day) = match third.len() > 2 && first.len() <= 2 {
        true => (third, first),
        false => (first, third),
    };
    found.set_year(year);
    found.month = Some(number(second));
    found.day = Some(number(day));
    true
}

/// `2020-01-05`, `05-01-2020`, `2020-123`.
fn with_dashes(text: &[u8], found: &mut Found) -> bool {
    if let Some(parts) = three(text, b'-') {
        return year_first(found, parts);
    }
    for (start, year) in runs(text) {
        let end = start + year.len();
        let days = digits_at(text, end + 1);
        if year.len() == 4 && text.get(end) == Some(&b'-') && days.len() == 3 {
            found.set_year(year);
            found.day_of_year = Some(number(days));
            return true;
        }
    }
    false
}

/// `2020/01/05`, `05/01/2020`, `2020/1`, `1/5`.
fn with_slashes(text: &[u8], found: &mut Found) -> bool {
    if let Some(parts) = three(text, b'/') {
        return year_first(found, parts);
    }
    for (start, first) in runs(text) {
        let end = start + first.len();
        let second = digits_at(text, spaces_at(text, end + 1));
        if text.get(end) != Some(&b'/') || second.is_empty() {
            continue;
        }
        if first.len() > 2 {
            found.set_year(first);
            found.month = Some(number(second));
        } else {
            found.month = Some(number(first));
            found.day = Some(number(second));
        }
        return true;
    }
    false
}

/// `2020.01.05`, `5.1.2020`.
fn with_dots(text: &[u8], found: &mut Found) -> bool {
    three(text, b'.').is_some_and(|parts| year_first(found, parts))
}

/// A month's name and nothing else.
fn month_alone(text: &[u8], found: &mut Found) -> bool {
    let month = (0..text.len()).find_map(|at| month_at(text, at));
    found.month = month.map(|(month, _)| month);
    month.is_some()
}

/// `20200105`, `20200105t101500z`, `0105`, `05`.
fn digits_alone(text: &[u8], found: &mut Found) -> bool {
    let Some((start, digits)) = runs(text).next() else {
        return false;
    };
    let two = |at: usize| digits.get(at..at + 2).map(number);
    match digits.len() {
        2 => found.day = two(0),
        4 => (found.month, found.day) = (two(0), two(2)),
        6 => {
            found.set_year(&digits[..2]);
            (found.month, found.day) = (two(2), two(4));
        }
        8 | 12 | 14 => {
            found.set_year(&digits[..4]);
            (found.month, found.day) = (two(4), two(6));
            if let (Some(hour), Some(minute)) = (two(8), two(10)) {
                (found.hour, found.minute) = (Some(hour), minute);
                found.second = two(12).unwrap_or(0);
            }
        }
        _ => return false,
    }
    let end = start + digits.len();
    let time = digits_at(text, end + 1);
    if digits.len() == 8 && text.get(end) == Some(&b't') && matches!(time.len(), 4 | 6) {
        let part = |at: usize| time.get(at..at + 2).map(number);
        found.hour = part(0);
        found.minute = part(2).unwrap_or(0);
        found.second = part(4).unwrap_or(0);
        found.offset = zone_at(text, end + 1 + time.len()).map(|(offset, _)| offset);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_ruby_reads_them() {
        let now: Zoned = "2024-01-01T00:01:58[UTC]".parse().unwrap();
        for (text, expected) in [
            ("01/05/2024", Some("2024-05-01T00:00:00+00:00")),
            ("1/2", Some("2024-01-02T00:00:00+00:00")),
            ("2024/1", Some("2024-01-01T00:00:00+00:00")),
            ("jan", Some("2024-01-01T00:00:00+00:00")),
            ("5 jan", Some("2024-01-05T00:00:00+00:00")),
            ("jan 2020", Some("2020-01-01T00:00:00+00:00")),
            ("march 14, 2016", Some("2016-03-14T00:00:00+00:00")),
            ("12:30", Some("2024-01-01T12:30:00+00:00")),
            ("12", Some("2024-01-12T00:00:00+00:00")),
            ("2024", None),
            ("5", None),
            ("monday", None),
            ("10am", Some("2024-01-01T10:00:00+00:00")),
            (
                "2024-01-05t10:00:00.5+02:00",
                Some("2024-01-05T10:00:00+02:00"),
            ),
            ("20240105t101500z", Some("2024-01-05T10:15:00+00:00")),
            ("2024-02-30", Some("2024-03-01T00:00:00+00:00")),
            (
                "3rd feb 2001 04:05:06 pm",
                Some("2001-02-03T16:05:06+00:00"),
            ),
            ("2016-03-14 10:00:00 est", Some("2016-03-14T10:00:00-05:00")),
            (
                "fri jul 16 01:00:00 2004",
                Some("2004-07-16T01:00:00+00:00"),
            ),
            (
                "fri, 15 jul 2016 10:00:00 gmt",
                Some("2016-07-15T10:00:00+00:00"),
            ),
            ("12.5.2020", Some("2020-05-12T00:00:00+00:00")),
            ("5-jan-2020", Some("2020-01-05T00:00:00+00:00")),
            ("99-1-5", Some("1999-01-05T00:00:00+00:00")),
            ("2010-123", Some("2010-05-03T00:00:00+00:00")),
            ("2024-01-05 25:00", None),
            ("tomorrow", None),
            ("sept 9", Some("2024-09-09T00:00:00+00:00")),
            ("2024-13-01", None),
            ("01-02-2020", Some("2020-02-01T00:00:00+00:00")),
        ] {
            let read = parse(text, Some(&now), TimeZone::UTC);
            let read = read.map(|time| time.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string());
            assert_eq!(read.as_deref(), expected, "{text}");
        }
    }
}
