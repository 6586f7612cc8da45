//! Money: whole minor units and a currency, never a float.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};

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

/// The same amount in minor units of both currencies, where the currencies stand elsewhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MinorBag {
    /// In the shop's currency.
    pub shop: i64,
    /// In the currency that the buyer saw.
    pub presentment: i64,
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

impl MinorBag {
    /// Nothing.
    pub const ZERO: Self = Self::same(0);

    /// Both amounts the same, when the buyer sees the shop's currency.
    #[must_use]
    pub const fn same(minor: i64) -> Self {
        Self {
            shop: minor,
            presentment: minor,
        }
    }

    /// As rows keep it: the buyer's amount stands there only where the currencies differ.
    #[must_use]
    pub fn kept(shop: i64, presentment: Option<i64>) -> Self {
        Self {
            shop,
            presentment: presentment.unwrap_or(shop),
        }
    }

    /// The same with currencies.
    #[must_use]
    pub const fn in_currencies(self, shop: Currency, presentment: Currency) -> MoneyBag {
        MoneyBag {
            shop: Money::new(self.shop, shop),
            presentment: Money::new(self.presentment, presentment),
        }
    }

    /// So many times the amount.
    #[must_use]
    pub const fn times(self, count: i64) -> Self {
        Self {
            shop: self.shop * count,
            presentment: self.presentment * count,
        }
    }

    /// The amount, where it is above zero.
    #[must_use]
    pub fn or_nothing(self) -> Self {
        Self {
            shop: self.shop.max(0),
            presentment: self.presentment.max(0),
        }
    }

    /// The share of `count` units of `of` in all, rounded down in each currency: the difference of
    /// two such shares sums to the whole, however often it is taken.
    #[must_use]
    pub fn part(self, count: i64, of: i64) -> Self {
        Self {
            shop: part_of(self.shop, count, of),
            presentment: part_of(self.presentment, count, of),
        }
    }

    /// What `presentment` minor units of this amount are, when `taken` went of it before: the parts
    /// sum to the whole in both currencies, and none is below zero.
    #[must_use]
    pub fn next(self, taken: Self, presentment: i64) -> Self {
        let up_to = part_of(self.shop, taken.presentment + presentment, self.presentment);
        Self {
            shop: (up_to - taken.shop).clamp(0, (self.shop - taken.shop).max(0)),
            presentment,
        }
    }
}

impl Add for MinorBag {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            shop: self.shop + other.shop,
            presentment: self.presentment + other.presentment,
        }
    }
}

impl Sub for MinorBag {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self {
            shop: self.shop - other.shop,
            presentment: self.presentment - other.presentment,
        }
    }
}

impl AddAssign for MinorBag {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for MinorBag {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::ZERO, Add::add)
    }
}

/// The share of `count` units in `whole`, of `of` units in all; rounded down.
#[must_use]
pub fn part_of(whole: i64, count: i64, of: i64) -> i64 {
    if of <= 0 {
        return 0;
    }
    let share = i128::from(whole) * i128::from(count) / i128::from(of);
    i64::try_from(share).unwrap_or(if whole < 0 { i64::MIN } else { i64::MAX })
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
    fn parts_sum_to_the_whole_in_both_currencies() {
        for (shop, presentment) in [(735, 1000), (1000, 735), (0, 1), (1, 150), (999, 999)] {
            let whole = MinorBag { shop, presentment };
            for count in 1..8 {
                let shares = (0..count).map(|n| whole.part(n + 1, count) - whole.part(n, count));
                assert_eq!(shares.sum::<MinorBag>(), whole);
            }
            let mut taken = MinorBag::ZERO;
            while taken.presentment < presentment {
                let more = 7.min(presentment - taken.presentment);
                let next = whole.next(taken, more);
                assert!(next.shop >= 0 && next.presentment == more);
                taken += next;
            }
            assert_eq!(taken, whole);
        }
    }

    #[test]
    fn halves_are_rounded_away_from_zero() {
        assert_eq!(divide_half_up(5, 2), 3);
        assert_eq!(divide_half_up(-5, 2), -3);
        assert_eq!(divide_half_up(4, 3), 1);
        assert_eq!(divide_half_up(0, 7), 0);
    }
}
