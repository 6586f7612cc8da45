//! Amounts and moments as people read them on a page.

use jiff::tz::TimeZone;

use crate::money::Money;
use crate::time::Timestamp;

impl Money {
    /// As a shop window shows it: `€1,299.00`, `¥500`, `12.50 CHF`.
    #[must_use]
    pub fn shown(self) -> String {
        let sign = if self.minor < 0 { "−" } else { "" };
        let decimal = Self::new(self.minor.saturating_abs(), self.currency).decimal();
        let (whole, part) = match decimal.split_once('.') {
            Some((whole, part)) => (whole, format!(".{part}")),
            None => (decimal.as_str(), String::new()),
        };
        let grouped = grouped(whole);
        match symbol(self.currency.as_str()) {
            Some(symbol) => format!("{sign}{symbol}{grouped}{part}"),
            None => format!("{sign}{grouped}{part} {}", self.currency),
        }
    }
}

impl Timestamp {
    /// Date and time in an IANA zone: `3 October 2026 at 14:05`; in UTC when nobody knows the zone.
    #[must_use]
    pub fn shown(self, zone: &str) -> String {
        self.formatted(zone, "%-d %B %Y at %H:%M")
    }

    /// Date and time in a narrow column: `3 Oct 2026, 14:05`.
    #[must_use]
    pub fn shown_short(self, zone: &str) -> String {
        self.formatted(zone, "%-d %b %Y, %H:%M")
    }

    /// The date alone, in an IANA zone: `3 October 2026`.
    #[must_use]
    pub fn shown_date(self, zone: &str) -> String {
        self.formatted(zone, "%-d %B %Y")
    }

    fn formatted(self, zone: &str, how: &str) -> String {
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(moment) => moment.to_zoned(zone).strftime(how).to_string(),
            Err(_) => self.to_string(),
        }
    }
}

fn grouped(whole: &str) -> String {
    let mut text = String::with_capacity(whole.len() + whole.len() / 3);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Signs that readers of English take for one currency only, near enough.
pub(crate) fn symbol(code: &str) -> Option<&'static str> {
    Some(match code {
        "USD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        "JPY" => "¥",
        "INR" => "₹",
        "KRW" => "₩",
        "CAD" => "CA$",
        "AUD" => "A$",
        "NZD" => "NZ$",
        "BRL" => "R$",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::currency::Currency;

    #[test]
    fn amounts_are_shown_with_their_sign_and_thousands() {
        let shown = |minor, code| Money::new(minor, Currency::parse(code).unwrap()).shown();
        assert_eq!(shown(129_900, "EUR"), "€1,299.00");
        assert_eq!(shown(500, "JPY"), "¥500");
        assert_eq!(shown(123_456_789, "USD"), "$1,234,567.89");
        assert_eq!(shown(-5, "USD"), "−$0.05");
        assert_eq!(shown(1250, "CHF"), "12.50 CHF");
    }

    #[test]
    fn moments_are_shown_in_the_shops_zone() {
        let moment = Timestamp::parse("2026-10-03T12:05:00Z").unwrap();
        assert_eq!(moment.shown("Europe/Berlin"), "3 October 2026 at 14:05");
        assert_eq!(moment.shown("Nowhere/Atall"), "3 October 2026 at 12:05");
        assert_eq!(moment.shown_date("UTC"), "3 October 2026");
        assert_eq!(moment.shown_short("UTC"), "3 Oct 2026, 12:05");
    }
}
