//! Numbers as filters and tags take them.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_integer::Integer as _;
use num_traits::{Signed as _, ToPrimitive as _, Zero as _};

use super::Value;
use super::decimal::Decimal;
use crate::arena::Arena;
use crate::error::{Error, ErrorKind, Result};

/// A number that a filter computes with.
#[derive(Clone, Debug)]
pub(crate) enum Number {
    Int(i64),
    Big(BigInt),
    Decimal(Decimal),
    /// A float that no decimal holds.
    Float(f64),
}

/// What two numbers may do to each other.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Operation {
    Plus,
    Minus,
    Times,
    DividedBy,
    Modulo,
}

impl Operation {
    /// The operation that the filter of a name is.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "plus" => Operation::Plus,
            "minus" => Operation::Minus,
            "times" => Operation::Times,
            "divided_by" => Operation::DividedBy,
            "modulo" => Operation::Modulo,
            _ => return None,
        })
    }
}

fn divided_by_zero() -> Error {
    Error::new(ErrorKind::ZeroDivision, "divided by 0")
}

impl Number {
    /// What a filter for numbers makes of a value: a text is read as far as it
    /// is a number, anything else is zero.
    pub(crate) fn of(value: Value<'_>) -> Self {
        match value.plain() {
            Value::Int(number) => Number::Int(number),
            Value::Big(number) => Number::Big(number.clone()),
            Value::Float(number) => Number::of_float(number),
            Value::Str(text) => Number::parse(text),
            _ => Number::Int(0),
        }
    }

    fn of_float(number: f64) -> Self {
        Decimal::of_float(number).map_or(Number::Float(number), Number::Decimal)
    }

    fn parse(text: &str) -> Self {
        let trimmed =
            text.trim_matches(|c: char| c.is_ascii_whitespace() || c == '\0' || c == '\x0b');
        if let Some((_, fraction)) = trimmed.split_once('.')
            && let Some(decimal) = Decimal::parse(trimmed)
            && !fraction.is_empty()
        {
            return Number::Decimal(decimal);
        }
        Number::of_int(leading_int(text))
    }

    fn of_int(number: BigInt) -> Self {
        i64::try_from(&number).map_or_else(|_| Number::Big(number), Number::Int)
    }

    /// The value that is printed.
    pub(crate) fn into_value(self, arena: &Arena) -> Result<Value<'_>> {
        match self {
            Number::Int(number) => Ok(Value::Int(number)),
            Number::Big(number) => arena.number(number),
            Number::Decimal(number) => Ok(Value::Float(number.to_float())),
            Number::Float(number) => Ok(Value::Float(number)),
        }
    }

    fn to_big(&self) -> Option<BigInt> {
        match self {
            Number::Int(number) => Some(BigInt::from(*number)),
            Number::Big(number) => Some(number.clone()),
            Number::Decimal(_) | Number::Float(_) => None,
        }
    }

    fn to_decimal(&self) -> Option<Decimal> {
        match self {
            Number::Int(number) => Some(Decimal::of_int(*number)),
            Number::Decimal(number) => Some(*number),
            Number::Big(_) | Number::Float(_) => None,
        }
    }

    pub(crate) fn to_float(&self) -> f64 {
        match self {
            Number::Int(number) => *number as f64,
            Number::Big(number) => number.to_f64().unwrap_or(f64::INFINITY),
            Number::Decimal(number) => number.to_float(),
            Number::Float(number) => *number,
        }
    }

    pub(crate) fn is_zero(&self) -> bool {
        match self {
            Number::Int(number) => *number == 0,
            Number::Big(number) => number.is_zero(),
            Number::Decimal(number) => number.is_zero(),
            Number::Float(number) => *number == 0.0,
        }
    }

    pub(crate) fn apply(&self, operation: Operation, other: &Number) -> Result<Number> {
        let by_zero =
            matches!(operation, Operation::DividedBy | Operation::Modulo) && other.is_zero();
        if by_zero {
            let whole = self.to_big().is_some() && other.to_big().is_some();
            if whole || matches!(operation, Operation::Modulo) {
                return Err(divided_by_zero());
            }
            // Among decimals a division by zero is infinite, and 0 / 0 is none.
            return Ok(Number::Float(self.to_float() / 0.0));
        }
        if let (Number::Int(left), Number::Int(right)) = (self, other)
            && let Some(result) = small(*left, operation, *right)
        {
            return Ok(Number::Int(result));
        }
        if let (Some(left), Some(right)) = (self.to_big(), other.to_big()) {
            return Ok(Number::of_int(big(&left, operation, &right)));
        }
        if let (Some(left), Some(right)) = (self.to_decimal(), other.to_decimal())
            && let Some(result) = decimal(left, operation, right)
        {
            return Ok(result);
        }
        Ok(Number::Float(float(
            self.to_float(),
            operation,
            other.to_float(),
        )))
    }

    pub(crate) fn abs(self) -> Number {
        match self {
            Number::Int(number) => match number.checked_abs() {
                Some(number) => Number::Int(number),
                None => Number::Big(BigInt::from(number).abs()),
            },
            Number::Big(number) => Number::of_int(number.abs()),
            Number::Decimal(number) => Number::Decimal(number.abs()),
            Number::Float(number) => Number::Float(number.abs()),
        }
    }

    pub(crate) fn compare(&self, other: &Number) -> Option<Ordering> {
        match (self, other) {
            (Number::Int(left), Number::Int(right)) => Some(left.cmp(right)),
            (Number::Decimal(left), Number::Decimal(right)) => left
                .compare(*right)
                .or_else(|| left.to_float().partial_cmp(&right.to_float())),
            _ => match (self.to_big(), other.to_big()) {
                (Some(left), Some(right)) => Some(left.cmp(&right)),
                _ => match (self.to_decimal(), other.to_decimal()) {
                    (Some(left), Some(right)) => left
                        .compare(right)
                        .or_else(|| left.to_float().partial_cmp(&right.to_float())),
                    _ => self.to_float().partial_cmp(&other.to_float()),
                },
            },
        }
    }

    /// Rounded to `places` behind the point; whole numbers stay whole.
    pub(crate) fn round(self, places: i32) -> Result<Number> {
        Ok(match self {
            Number::Decimal(number) => match number.round(places) {
                Some(rounded) if places > 0 => Number::Decimal(rounded),
                Some(rounded) => Number::of_whole(rounded.whole(), rounded.to_float())?,
                None => Number::Decimal(number),
            },
            Number::Float(number) if places > 0 => Number::Float(number),
            Number::Float(number) => Number::of_whole(None, number.round())?,
            whole if places >= 0 => whole,
            Number::Int(number) => Number::of_int(round_int(&BigInt::from(number), -places)),
            Number::Big(number) => Number::of_int(round_int(&number, -places)),
        })
    }

    pub(crate) fn floor(self) -> Result<Number> {
        match self {
            Number::Decimal(number) => Number::of_whole(number.floor(), number.to_float().floor()),
            Number::Float(number) => Number::of_whole(None, number.floor()),
            whole => Ok(whole),
        }
    }

    pub(crate) fn ceil(self) -> Result<Number> {
        match self {
            Number::Decimal(number) => Number::of_whole(number.ceil(), number.to_float().ceil()),
            Number::Float(number) => Number::of_whole(None, number.ceil()),
            whole => Ok(whole),
        }
    }

    fn of_whole(whole: Option<i128>, float: f64) -> Result<Number> {
        if let Some(whole) = whole {
            return Ok(Number::of_int(BigInt::from(whole)));
        }
        match num_traits::FromPrimitive::from_f64(float) {
            Some(whole) => Ok(Number::of_int(whole)),
            None => {
                let mut message = crate::out::Out::unlimited();
                super::decimal::write_float(&mut message, float);
                Err(Error::new(ErrorKind::FloatDomain, message.into_string()))
            }
        }
    }

    /// A whole number of places; anything beyond 400 is as good as that.
    ///
    /// # Errors
    /// A whole number that the reference cannot hand on to Ruby.
    pub(crate) fn places(&self) -> Result<i32> {
        match self {
            Number::Int(number) => match i32::try_from(*number) {
                Ok(places) => Ok(places.clamp(-400, 400)),
                Err(_) => Err(Error::argument("internal")),
            },
            Number::Big(_) => Err(Error::argument("internal")),
            other => Ok(other.to_float().clamp(-400.0, 400.0) as i32),
        }
    }
}

/// Whether two numbers are whole and small enough for floats to divide them as
/// decimals do.
pub(crate) fn is_exact(left: i64, right: f64) -> bool {
    const EXACT: u64 = 1 << 53;
    let whole = right as i64;
    whole != 0
        && whole as f64 == right
        && left.unsigned_abs() < EXACT
        && whole.unsigned_abs() < EXACT
}

pub(crate) fn small(left: i64, operation: Operation, right: i64) -> Option<i64> {
    match operation {
        Operation::Plus => left.checked_add(right),
        Operation::Minus => left.checked_sub(right),
        Operation::Times => left.checked_mul(right),
        Operation::DividedBy => {
            let quotient = left.checked_div(right)?;
            let rounded_up = left % right != 0 && (left < 0) != (right < 0);
            Some(quotient - i64::from(rounded_up))
        }
        Operation::Modulo => {
            let rest = left.checked_rem(right)?;
            Some(if rest != 0 && (rest < 0) != (right < 0) {
                rest + right
            } else {
                rest
            })
        }
    }
}

fn big(left: &BigInt, operation: Operation, right: &BigInt) -> BigInt {
    match operation {
        Operation::Plus => left + right,
        Operation::Minus => left - right,
        Operation::Times => left * right,
        Operation::DividedBy => left.div_floor(right),
        Operation::Modulo => left.mod_floor(right),
    }
}

fn decimal(left: Decimal, operation: Operation, right: Decimal) -> Option<Number> {
    Some(Number::Decimal(match operation {
        Operation::Plus => left.add(right)?,
        Operation::Minus => left.subtract(right)?,
        Operation::Times => match left.multiply(right)? {
            zero if zero.is_zero() && left.is_negative() != right.is_negative() => {
                return Some(Number::Float(-0.0));
            }
            product => product,
        },
        Operation::DividedBy if left.is_zero() && right.is_negative() => {
            return Some(Number::Float(-0.0));
        }
        Operation::DividedBy => return left.divide(right).map(Number::Float),
        Operation::Modulo => left.modulo(right)?,
    }))
}

fn float(left: f64, operation: Operation, right: f64) -> f64 {
    match operation {
        Operation::Plus => left + right,
        Operation::Minus => left - right,
        Operation::Times => left * right,
        Operation::DividedBy => left / right,
        Operation::Modulo => left - right * (left / right).floor(),
    }
}

/// Rounded to tens, hundreds and so on, halves away from zero.
fn round_int(number: &BigInt, zeros: i32) -> BigInt {
    let unit = BigInt::from(10).pow(zeros.unsigned_abs());
    let half = &unit / 2;
    let magnitude: BigInt = (number.abs() + half) / &unit * &unit;
    if number.is_negative() {
        -magnitude
    } else {
        magnitude
    }
}

/// Reads as much of a text as is a whole number, as Ruby's `to_i`: spaces, a
/// sign, digits with single underscores between; zero if there is none.
pub(crate) fn leading_int(text: &str) -> BigInt {
    let (negative, digits) = signed_digits(text);
    let mut read = String::new();
    let mut after_digit = false;
    for letter in digits.chars() {
        match letter {
            '0'..='9' => {
                read.push(letter);
                after_digit = true;
            }
            '_' if after_digit => after_digit = false,
            _ => break,
        }
    }
    let magnitude: BigInt = read.parse().unwrap_or_default();
    if negative { -magnitude } else { magnitude }
}

fn signed_digits(text: &str) -> (bool, &str) {
    let text = text.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '\x0b');
    match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    }
}

/// The whole number as an `i64`, or the nearest end of its range.
pub(crate) fn saturate(number: &BigInt) -> i64 {
    i64::try_from(number).unwrap_or(if number.is_negative() {
        i64::MIN
    } else {
        i64::MAX
    })
}

/// A whole number where one is demanded: an integer, or a text that is wholly
/// one.
///
/// # Errors
/// `invalid integer` for all other values.
pub(crate) fn to_integer(value: Value<'_>) -> Result<i64> {
    let parsed = match value.plain() {
        Value::Int(number) => return Ok(number),
        Value::Big(number) => return Ok(saturate(number)),
        Value::Str(text) => parse_integer(text),
        _ => None,
    };
    match parsed {
        Some(number) => Ok(saturate(&number)),
        None => Err(Error::argument("invalid integer")),
    }
}

/// Reads what Ruby's `Integer()` takes: spaces around, a sign, a base prefix,
/// single underscores between digits. Of numbers beyond 64 bits the end may be
/// a zero byte behind spaces, which the recorded behaviour allows.
fn parse_integer(text: &str) -> Option<BigInt> {
    let space = |c: char| c.is_ascii_whitespace() || c == '\x0b';
    let (text, has_zero) = match text.split_once('\0') {
        Some((before, _)) => (before, true),
        None => (text, false),
    };
    let (negative, rest) = signed_digits(text.trim_end_matches(space));
    let (radix, digits) = match rest.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &rest[2..]),
        [b'0', b'b' | b'B', ..] => (2, &rest[2..]),
        [b'0', b'o' | b'O', ..] => (8, &rest[2..]),
        [b'0', _, ..] => (8, &rest[1..]),
        _ => (10, rest),
    };
    if digits.is_empty() || digits.ends_with('_') || digits.starts_with('_') && radix == 10 {
        return None;
    }
    let mut clean = String::with_capacity(digits.len());
    let mut previous = '0';
    for letter in digits.chars() {
        match letter {
            '_' if previous == '_' => return None,
            '_' => {}
            _ if letter.is_digit(radix) => clean.push(letter),
            _ => return None,
        }
        previous = letter;
    }
    let magnitude = BigInt::parse_bytes(clean.as_bytes(), radix)?;
    if has_zero && magnitude.bits() <= 64 {
        return None;
    }
    Some(if negative { -magnitude } else { magnitude })
}

/// A whole number wherever one can be made out: an integer, a float's whole
/// part, the start of a text, zero for nil.
///
/// # Errors
/// `invalid integer` for values that are no numbers at all.
pub(crate) fn to_leading_integer(value: Value<'_>) -> Result<i64> {
    match value.plain() {
        Value::Int(number) => Ok(number),
        Value::Big(number) => Ok(saturate(number)),
        Value::Float(number) => Ok(number as i64),
        Value::Str(text) => Ok(saturate(&leading_int(text))),
        Value::Nil => Ok(0),
        _ => Err(Error::argument("invalid integer")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_read_as_ruby_reads_them() {
        for (text, number) in [
            ("12", Some(12)),
            (" -7\n", Some(-7)),
            ("1_000", Some(1000)),
            ("0x1f", Some(31)),
            ("010", Some(8)),
            ("1__0", None),
            ("1.5", None),
            ("", None),
            ("a", None),
            ("12\0", None),
        ] {
            assert_eq!(to_integer(Value::Str(text)).ok(), number, "{text:?}");
        }
    }

    #[test]
    fn the_start_of_a_text_may_be_a_number() {
        for (text, number) in [("12abc", 12), (" -3.9", -3), ("x", 0), ("1_2__3", 12)] {
            assert_eq!(saturate(&leading_int(text)), number, "{text:?}");
        }
    }
}
