//! Decimal arithmetic on numbers with a fraction.
//!
//! Liquid computes with the decimal digits that a float prints, so that
//! `0.1 + 0.2` is `0.3`. Here a decimal is a whole number of up to 38 digits and
//! a scale; where that does not hold a result, plain floats take over, whose
//! error is far below the digits that are printed.

use std::cmp::Ordering;
use std::fmt::Write as _;

/// `coefficient / 10^scale`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Decimal {
    coefficient: i128,
    scale: i32,
}

const POWERS: [i128; 39] = {
    let mut powers = [1_i128; 39];
    let mut at = 1;
    while at < 39 {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// Powers of ten that a float holds exactly.
const FLOATS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// Up to here whole floats are exact, and fifteen digits tell floats apart.
const EXACT: i128 = 1 << 53;
const FIFTEEN_DIGITS: f64 = 1e15;

fn power(exponent: i32) -> Option<i128> {
    POWERS.get(usize::try_from(exponent).ok()?).copied()
}

/// A few bytes to format a float in, without the heap.
struct Digits {
    bytes: [u8; 40],
    len: usize,
}

impl std::fmt::Write for Digits {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let end = self.len + text.len();
        self.bytes
            .get_mut(self.len..end)
            .ok_or(std::fmt::Error)?
            .copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

impl Digits {
    fn of(arguments: std::fmt::Arguments<'_>) -> Option<Self> {
        let mut digits = Digits {
            bytes: [0; 40],
            len: 0,
        };
        digits.write_fmt(arguments).ok()?;
        Some(digits)
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.len]).unwrap_or_default()
    }
}

/// `number * factor`, if that is a whole number of at most fifteen digits from
/// which the number can be made again; then no shorter decimal can be.
#[inline]
fn scaled(number: f64, factor: f64) -> Option<i64> {
    let shifted = number * factor;
    if shifted.is_nan() || shifted.abs() >= FIFTEEN_DIGITS {
        return None;
    }
    let whole = (shifted + 0.5_f64.copysign(shifted)) as i64;
    (whole as f64 / factor == number).then_some(whole)
}

impl Decimal {
    pub(crate) fn of_int(number: i64) -> Self {
        Decimal {
            coefficient: number.into(),
            scale: 0,
        }
    }

    /// The shortest decimal that reads as this float; none for infinities and
    /// for magnitudes beyond 38 digits.
    pub(crate) fn of_float(number: f64) -> Option<Self> {
        for (scale, factor) in (0..).zip(&FLOATS[..4]) {
            if let Some(whole) = scaled(number, *factor) {
                return Some(Decimal {
                    coefficient: whole.into(),
                    scale,
                });
            }
        }
        let digits = Digits::of(format_args!("{number:e}"))?;
        let (mantissa, exponent) = digits.as_str().split_once('e')?;
        let exponent: i32 = exponent.parse().ok()?;
        let mut coefficient = 0_i128;
        let mut scale = 0;
        let mut behind_point = false;
        for digit in mantissa.bytes() {
            match digit {
                b'0'..=b'9' => {
                    coefficient = coefficient * 10 + i128::from(digit - b'0');
                    scale += i32::from(behind_point);
                }
                b'.' => behind_point = true,
                _ => {}
            }
        }
        if mantissa.starts_with('-') {
            coefficient = -coefficient;
        }
        Some(Decimal {
            coefficient,
            scale: scale - exponent,
        })
    }

    /// Reads `-12.50`: digits, a point, digits.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.')?;
        let digits = whole.strip_prefix('-').unwrap_or(whole);
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(digits) || !all_digits(fraction) {
            return None;
        }
        let mut coefficient = 0_i128;
        for digit in digits.bytes().chain(fraction.bytes()) {
            coefficient = coefficient
                .checked_mul(10)?
                .checked_add(i128::from(digit - b'0'))?;
        }
        if whole.starts_with('-') {
            coefficient = -coefficient;
        }
        Some(Decimal {
            coefficient,
            scale: i32::try_from(fraction.len()).ok()?,
        })
    }

    /// The nearest float.
    pub(crate) fn to_float(self) -> f64 {
        if self.coefficient.abs() < EXACT && self.scale.unsigned_abs() < FLOATS.len() as u32 {
            let whole = self.coefficient as i64 as f64;
            let factor = FLOATS[self.scale.unsigned_abs() as usize];
            return if self.scale >= 0 {
                whole / factor
            } else {
                whole * factor
            };
        }
        let scale = -i64::from(self.scale);
        Digits::of(format_args!("{}e{scale}", self.coefficient))
            .or_else(|| Digits::of(format_args!("{}e{scale}", self.coefficient / POWERS[12])))
            .and_then(|digits| digits.as_str().parse().ok())
            .unwrap_or(0.0)
    }

    fn aligned(self, other: Self) -> Option<(i128, i128, i32)> {
        let scale = self.scale.max(other.scale);
        let left = self.coefficient.checked_mul(power(scale - self.scale)?)?;
        let right = other.coefficient.checked_mul(power(scale - other.scale)?)?;
        Some((left, right, scale))
    }

    pub(crate) fn add(self, other: Self) -> Option<Self> {
        let (left, right, scale) = self.aligned(other)?;
        let coefficient = left.checked_add(right)?;
        Some(Decimal { coefficient, scale })
    }

    pub(crate) fn subtract(self, other: Self) -> Option<Self> {
        let (left, right, scale) = self.aligned(other)?;
        let coefficient = left.checked_sub(right)?;
        Some(Decimal { coefficient, scale })
    }

    pub(crate) fn multiply(self, other: Self) -> Option<Self> {
        Some(Decimal {
            coefficient: self.coefficient.checked_mul(other.coefficient)?,
            scale: self.scale.checked_add(other.scale)?,
        })
    }

    /// The quotient as a float; the divisor is not zero.
    pub(crate) fn divide(self, other: Self) -> Option<f64> {
        if let Some((left, right, _)) = self.aligned(other)
            && left.abs() < EXACT
            && right.abs() < EXACT
        {
            return Some(left as i64 as f64 / right as i64 as f64);
        }
        let room = 37
            - (self
                .coefficient
                .unsigned_abs()
                .checked_ilog10()
                .unwrap_or(0) as i32
                + 1);
        let quotient = self.coefficient.checked_mul(power(room)?)? / other.coefficient;
        let scale = self.scale.checked_sub(other.scale)?.checked_add(room)?;
        Some(
            Decimal {
                coefficient: quotient,
                scale,
            }
            .to_float(),
        )
    }

    /// What is left of a division that rounds down; the divisor is not zero.
    pub(crate) fn modulo(self, other: Self) -> Option<Self> {
        let (left, right, scale) = self.aligned(other)?;
        let rest = left % right;
        let coefficient = if rest != 0 && (rest < 0) != (right < 0) {
            rest + right
        } else {
            rest
        };
        Some(Decimal { coefficient, scale })
    }

    pub(crate) fn is_zero(self) -> bool {
        self.coefficient == 0
    }

    pub(crate) fn is_negative(self) -> bool {
        self.coefficient < 0
    }

    pub(crate) fn abs(self) -> Self {
        Decimal {
            coefficient: self.coefficient.abs(),
            scale: self.scale,
        }
    }

    pub(crate) fn compare(self, other: Self) -> Option<Ordering> {
        let (left, right, _) = self.aligned(other)?;
        Some(left.cmp(&right))
    }

    /// Rounded to `places` behind the point, halves away from zero.
    pub(crate) fn round(self, places: i32) -> Option<Self> {
        let cut = self.scale.checked_sub(places)?;
        if cut <= 0 {
            return Some(self);
        }
        let Some(unit) = power(cut) else {
            return Some(Decimal {
                coefficient: 0,
                scale: 0,
            });
        };
        let whole = self.coefficient / unit;
        let rest = self.coefficient % unit;
        let up = i128::from(rest.abs() >= unit - rest.abs()) * self.coefficient.signum();
        Some(Decimal {
            coefficient: whole + up,
            scale: places,
        })
    }

    /// The whole number at or below.
    pub(crate) fn floor(self) -> Option<i128> {
        match power(self.scale) {
            Some(unit) => Some(self.coefficient.div_euclid(unit)),
            None if self.scale > 0 => Some(if self.coefficient < 0 { -1 } else { 0 }),
            None => self.coefficient.checked_mul(power(-self.scale)?),
        }
    }

    /// The whole number at or above.
    pub(crate) fn ceil(self) -> Option<i128> {
        let negated = Decimal {
            coefficient: -self.coefficient,
            scale: self.scale,
        };
        negated.floor().map(|whole| -whole)
    }

    /// The whole number of a decimal without a fraction left.
    pub(crate) fn whole(self) -> Option<i128> {
        self.floor()
    }
}

/// Writes a float: `1.0`, `0.001`, `1.0e-05`, `1.0e+15`.
pub(crate) fn write_float(out: &mut crate::out::Out, number: f64) {
    if !number.is_finite() {
        out.push_str(match (number.is_nan(), number > 0.0) {
            (true, _) => "NaN",
            (false, true) => "Infinity",
            (false, false) => "-Infinity",
        });
        return;
    }
    for (scale, factor) in FLOATS.iter().enumerate().take(4) {
        if let Some(whole) = scaled(number, *factor)
            && whole != 0
        {
            write_scaled(out, whole, scale);
            return;
        }
    }
    let Some(digits) = Digits::of(format_args!("{number:e}")) else {
        return;
    };
    let Some((mantissa, exponent)) = digits.as_str().split_once('e') else {
        return;
    };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    out.push_str(sign);
    let first = &mantissa[..1];
    let rest = mantissa.get(2..).unwrap_or("");
    if !(-4..15).contains(&exponent) {
        let rest = if rest.is_empty() { "0" } else { rest };
        let sign = if exponent < 0 { '-' } else { '+' };
        let _ = write!(out, "{first}.{rest}e{sign}{:02}", exponent.abs());
    } else if exponent < 0 {
        out.push_str("0.");
        for _ in 1..-exponent {
            out.push('0');
        }
        out.push_str(first);
        out.push_str(rest);
    } else {
        let places = exponent as usize;
        out.push_str(first);
        out.push_str(&rest[..places.min(rest.len())]);
        for _ in rest.len()..places {
            out.push('0');
        }
        out.push('.');
        out.push_str(if rest.len() > places {
            &rest[places..]
        } else {
            "0"
        });
    }
}

/// Writes `whole / 10^scale` with as few digits as it takes, but one.
fn write_scaled(out: &mut crate::out::Out, whole: i64, scale: usize) {
    if whole < 0 {
        out.push('-');
    }
    let unit = POWERS[scale] as u64;
    let magnitude = whole.unsigned_abs();
    super::text::write_unsigned(out, magnitude / unit);
    out.push('.');
    let mut fraction = magnitude % unit;
    let mut unit = unit;
    if fraction == 0 {
        out.push('0');
    }
    while fraction != 0 {
        unit /= 10;
        out.push(char::from(b'0' + (fraction / unit) as u8));
        fraction %= unit;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(number: f64) -> String {
        let mut out = crate::out::Out::unlimited();
        write_float(&mut out, number);
        out.into_string()
    }

    #[test]
    fn floats_are_written_with_the_fewest_digits() {
        for (number, text) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (-1.5, "-1.5"),
            (0.001, "0.001"),
            (123.456, "123.456"),
            (100.05, "100.05"),
            (0.0001, "0.0001"),
            (0.00001, "1.0e-05"),
            (1e14, "100000000000000.0"),
            (1e15, "1.0e+15"),
            (1e16, "1.0e+16"),
            (1.25e20, "1.25e+20"),
            (1.0 / 3.0, "0.3333333333333333"),
            (-1234.003030303, "-1234.003030303"),
            (123456789.123456, "123456789.123456"),
        ] {
            assert_eq!(written(number), text);
        }
    }

    #[test]
    fn decimals_add_up_as_on_paper() {
        let decimal = |number| Decimal::of_float(number).unwrap();
        assert_eq!(decimal(0.1).add(decimal(0.2)).unwrap().to_float(), 0.3);
        assert_eq!(decimal(10.0).divide(decimal(4.0)), Some(2.5));
        assert_eq!(decimal(1.0).divide(decimal(3.0)), Some(1.0 / 3.0));
        assert_eq!(decimal(-7.5).modulo(decimal(2.0)).unwrap().to_float(), 0.5);
        assert_eq!(decimal(4.5612).round(2).unwrap().to_float(), 4.56);
        assert_eq!(decimal(-2.5).round(0).unwrap().to_float(), -3.0);
        assert_eq!(decimal(1e30).to_float(), 1e30);
        assert_eq!(decimal(183.357).to_float(), 183.357);
    }
}
