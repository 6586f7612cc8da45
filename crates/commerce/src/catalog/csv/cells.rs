//! What stands in a cell: amounts, quantities, truths, as spreadsheets write them.

use units::{Currency, Money};

/// An amount with or without thousands' separators and currency signs: `1,299.00`, `1.299,00`,
/// `€ 12`. Not below zero.
pub(super) fn amount(text: &str, currency: Currency) -> Option<i64> {
    let plain = decimal(text)?;
    let minor = Money::parse(&plain, currency).ok()?.minor;
    (minor >= 0).then_some(minor)
}

/// Grams, rounded to whole ones.
pub(super) fn grams(text: &str) -> Option<i64> {
    let plain = decimal(text)?;
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let whole: i64 = if whole.is_empty() {
        0
    } else {
        whole.parse().ok()?
    };
    let up = i64::from(
        fraction
            .as_bytes()
            .first()
            .is_some_and(|digit| *digit >= b'5'),
    );
    (whole >= 0).then_some(whole + up)
}

/// A whole number, maybe below zero: `12`, `-3`, `1,000`, `5.0`.
pub(super) fn quantity(text: &str) -> Option<i64> {
    let plain = decimal(text)?;
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    if fraction.bytes().any(|digit| digit != b'0') {
        return None;
    }
    whole.parse().ok()
}

/// Millionths of a number of at most six decimals, above zero.
pub(super) fn micros(text: &str) -> Option<i64> {
    let plain = decimal(text)?;
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let whole: i64 = if whole.is_empty() {
        0
    } else {
        whole.parse().ok()?
    };
    let decimals: i64 = format!("{fraction:0<6}").get(..6)?.parse().ok()?;
    let value = whole.checked_mul(1_000_000)?.checked_add(decimals)?;
    (value > 0).then_some(value)
}

/// A text as a spreadsheet shows it and does not run it: one that begins like a formula gets an
/// apostrophe before it.
pub(super) fn escaped(text: &str) -> String {
    match runs(text.trim_start_matches('\'')) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

/// The text without the apostrophe that kept a spreadsheet from running it.
pub(super) fn plain(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if runs(rest.trim_start_matches('\'')) => rest,
        _ => text,
    }
}

/// Whether a spreadsheet would take it for a formula.
fn runs(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// `TRUE` or `FALSE`, in any case, and what else people write.
pub(super) fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "1" => Some(true),
        "false" | "no" | "n" | "0" => Some(false),
        _ => None,
    }
}

/// The number with a full stop before its decimals and nothing between its thousands.
fn decimal(text: &str) -> Option<String> {
    let kept: String = text
        .chars()
        .filter(|c| {
            !c.is_whitespace() && !matches!(c, '$' | '€' | '£' | '¥' | '\'' | '’' | '\u{a0}')
        })
        .collect();
    let (sign, digits) = match kept.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", kept.as_str()),
    };
    if digits.is_empty()
        || !digits
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','))
    {
        return None;
    }
    let mark = match (digits.rfind(','), digits.rfind('.')) {
        (Some(comma), Some(stop)) => Some(comma.max(stop)),
        (Some(comma), None) => {
            let thousands = digits.matches(',').count() > 1 || digits.len() - comma == 4;
            (!thousands).then_some(comma)
        }
        (None, Some(stop)) => (digits.matches('.').count() == 1).then_some(stop),
        (None, None) => None,
    };
    let bare = |part: &str| part.replace([',', '.'], "");
    Some(match mark {
        Some(mark) => format!(
            "{sign}{}.{}",
            bare(&digits[..mark]),
            bare(&digits[mark + 1..])
        ),
        None => format!("{sign}{}", bare(digits)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_spreadsheets_write_them() {
        for (text, minor) in [
            ("19.99", Some(1_999)),
            ("1,299.00", Some(129_900)),
            ("1.299,00", Some(129_900)),
            ("1,299", Some(129_900)),
            ("12,5", Some(1_250)),
            ("1,234,567", Some(123_456_700)),
            ("$ 5", Some(500)),
            ("€1 299.90", Some(129_990)),
            ("0", Some(0)),
            ("50", Some(5_000)),
            ("-1", None),
            ("free", None),
            ("", None),
            ("1e3", None),
        ] {
            assert_eq!(amount(text, Currency::EUR), minor, "{text}");
        }
        assert_eq!(amount("1,299", Currency::JPY), Some(1_299));
    }

    #[test]
    fn what_looks_like_a_formula_is_kept_from_running_and_read_back() {
        for text in [
            "=1+1", "+49", "-dark", "@home", "'=1", "''=1", "plain", "'tis", "", "1-2",
        ] {
            assert_eq!(plain(&escaped(text)), text);
            assert!(!runs(&escaped(text)), "{text}");
        }
        assert_eq!(escaped("'tis"), "'tis");
        assert_eq!(
            (micros("0.75"), micros("1,5"), micros("0")),
            (Some(750_000), Some(1_500_000), None)
        );
    }

    #[test]
    fn quantities_are_whole_and_weights_are_rounded() {
        assert_eq!(quantity("-3"), Some(-3));
        assert_eq!(quantity("1,000"), Some(1_000));
        assert_eq!(quantity("5.0"), Some(5));
        assert_eq!(quantity("5.5"), None);
        assert_eq!(grams("453.592"), Some(454));
        assert_eq!(grams("-1"), None);
    }
}
