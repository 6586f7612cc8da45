//! Money: whole minor units and a currency, never a float.

use std::fmt;

use crate::currency::Currency;

/// An amount in minor units of a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    /// Cents, pence, yen: the currency's smallest unit.
    pub minor: i64,
    /// The currency of the amount.
    pub currency: Currency,
}

/// The same amount in the shop's currency and in the one that the buyer saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MoneyBag {
    /// In the shop's currency.
    pub shop: Money,
    /// In the currency that the buyer saw.
    pub presentment: Money,
}

/// Why a text is no amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not a decimal number.
    #[error("'{0}' is not an amount such as 19.99")]
    NotANumber(String),
    /// More than the store can count.
    #[error("'{0}' is too large an amount")]
    TooLarge(String),
}

/// Amounts beyond this many minor units are refused on the way in, so that sums cannot overflow.
const MINOR_MAX: i128 = 1_000_000_000_000_000;

impl Money {
    /// An amount of `minor` units.
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in a currency.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// Whether the amount is above zero.
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.minor > 0
    }

    /// Reads a decimal such as `19.99` or `-0.5`; decimals beyond the currency's are
    /// rounded half up, away from zero.
    ///
    /// # Errors
    /// When the text is no number, or more than 10¹⁵ minor units.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let wrong = || MoneyError::NotANumber(text.to_owned());
        let trimmed = text.trim();
        let (negative, digits) = match trimmed.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, trimmed.strip_prefix('+').unwrap_or(trimmed)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction)
        {
            return Err(wrong());
        }
        let too_large = || MoneyError::TooLarge(text.to_owned());
        let exponent = currency.exponent() as usize;
        let kept: String = fraction
            .chars()
            .chain("000".chars())
            .take(exponent)
            .collect();
        let joined = format!("0{whole}{kept}");
        let significant = joined.trim_start_matches('0');
        if significant.len() > 18 {
            return Err(too_large());
        }
        let mut minor: i128 = if significant.is_empty() {
            0
        } else {
            significant.parse().map_err(|_| wrong())?
        };
        if fraction
            .as_bytes()
            .get(exponent)
            .is_some_and(|next| *next >= b'5')
        {
            minor += 1;
        }
        if minor > MINOR_MAX {
            return Err(too_large());
        }
        let minor = i64::try_from(minor).map_err(|_| too_large())?;
        Ok(Self::new(if negative { -minor } else { minor }, currency))
    }

    /// The decimal with all of the currency's places: `31.90`, `500` for yen.
    #[must_use]
    pub fn decimal(self) -> String {
        let exponent = self.currency.exponent() as usize;
        let sign = if self.minor < 0 { "-" } else { "" };
        let per = self.currency.minor_per_major().unsigned_abs();
        let (whole, part) = (
            self.minor.unsigned_abs() / per,
            self.minor.unsigned_abs() % per,
        );
        if exponent == 0 {
            return format!("{sign}{whole}");
        }
        format!("{sign}{whole}.{part:0exponent$}")
    }

    /// The decimal as `MoneyV2.amount` writes it: trailing zeros dropped, one place kept
    /// (`31.9`, `0.0`), as seen in recorded replies.
    #[must_use]
    pub fn decimal_short(self) -> String {
        let full = self.decimal();
        let Some((whole, part)) = full.split_once('.') else {
            return format!("{full}.0");
        };
        let part = part.trim_end_matches('0');
        format!("{whole}.{}", if part.is_empty() { "0" } else { part })
    }
}

impl MoneyBag {
    /// Both amounts the same, when the buyer sees the shop's currency.
    #[must_use]
    pub const fn same(money: Money) -> Self {
        Self {
            shop: money,
            presentment: money,
        }
    }
}

/// `numerator / denominator`, rounded half up (away from zero).
/// `denominator` must be above zero.
#[must_use]
pub const fn divide_half_up(numerator: i128, denominator: i128) -> i128 {
    let doubled = numerator.abs() * 2 + denominator;
    let magnitude = doubled.div_euclid(denominator * 2);
    if numerator < 0 { -magnitude } else { magnitude }
}

/// For people and messages: `19.99 EUR`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decimal(), self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minor(text: &str, currency: Currency) -> Option<i64> {
        Money::parse(text, currency).ok().map(|money| money.minor)
    }

    #[test]
    fn decimals_are_read_to_the_minor_unit() {
        assert_eq!(minor("19.99", Currency::EUR), Some(1999));
        assert_eq!(minor("19.9", Currency::EUR), Some(1990));
        assert_eq!(minor(".5", Currency::EUR), Some(50));
        assert_eq!(minor("-0.5", Currency::EUR), Some(-50));
        assert_eq!(minor("19.995", Currency::EUR), Some(2000));
        assert_eq!(minor("500", Currency::JPY), Some(500));
        assert_eq!(minor("0", Currency::JPY), Some(0));
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in ["", ".", "1,000", "1e3", "abc", "--1", "1.2.3", "NaN"] {
            assert_eq!(minor(text, Currency::EUR), None, "{text}");
        }
        assert!(matches!(
            Money::parse("99999999999999999999", Currency::EUR),
            Err(MoneyError::TooLarge(_))
        ));
    }

    #[test]
    fn amounts_are_written_as_the_wire_wants_them() {
        assert_eq!(Money::new(3190, Currency::EUR).decimal(), "31.90");
        assert_eq!(Money::new(3190, Currency::EUR).decimal_short(), "31.9");
        assert_eq!(Money::new(0, Currency::EUR).decimal_short(), "0.0");
        assert_eq!(Money::new(500, Currency::JPY).decimal_short(), "500.0");
        assert_eq!(Money::new(-5, Currency::EUR).decimal(), "-0.05");
    }

    #[test]
    fn halves_are_rounded_away_from_zero() {
        assert_eq!(divide_half_up(5, 2), 3);
        assert_eq!(divide_half_up(-5, 2), -3);
        assert_eq!(divide_half_up(4, 3), 1);
        assert_eq!(divide_half_up(0, 7), 0);
    }
}
