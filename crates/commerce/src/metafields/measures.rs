//! Numbers as metafields write them: exact, with their units where they have one.

use serde_json::Value;

use super::measure_units::{Unit, units};

/// Decimals that a number keeps.
const DECIMALS: usize = 9;
/// Digits before the point, at most.
const WHOLE_DIGITS_MAX: usize = 13;

/// A decimal such as `-12.5`, in billionths.
pub(super) fn decimal(text: &str) -> Option<i128> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !all(whole, WHOLE_DIGITS_MAX) || !all(fraction, DECIMALS) {
        return None;
    }
    let billionths: i128 = format!("{whole}{fraction:0<DECIMALS$}").parse().ok()?;
    Some(if digits.len() == text.len() {
        billionths
    } else {
        -billionths
    })
}

/// A number in JSON, or a text that is one, in billionths.
pub(super) fn number(value: &Value) -> Option<i128> {
    match value {
        Value::Number(number) => decimal(&number.to_string()),
        Value::String(text) => decimal(text),
        _ => None,
    }
}

/// Whether a type is of measures: `weight`, `temperature`.
pub(super) fn is_kind(kind: &str) -> bool {
    units(kind).is_some()
}

/// A measure of a type, in a unit that compares.
pub(super) fn of(kind: &str, value: &Value) -> Option<i128> {
    let (amount, unit) = parts(kind, value)?;
    amount.checked_add(unit.above)?.checked_mul(unit.factor)
}

/// A measure of a type as it is stored: its number with a decimal point, its unit in capitals.
pub(super) fn stored(kind: &str, value: &Value) -> Option<String> {
    of(kind, value)?;
    let (_, unit) = parts(kind, value)?;
    let number = match &value["value"] {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        _ => return None,
    };
    // A text may begin with zeros, a number in JSON may not.
    let (sign, digits) = match number.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", number.as_str()),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let name = unit.name.to_ascii_uppercase();
    Some(format!(
        "{{\"value\":{sign}{whole}.{fraction},\"unit\":\"{name}\"}}"
    ))
}

fn parts(kind: &str, value: &Value) -> Option<(i128, &'static Unit)> {
    let unit = value["unit"].as_str()?.to_ascii_lowercase();
    let unit = units(kind)?.iter().find(|own| own.is_called(&unit))?;
    // What is weighed, cut or poured is more than nothing.
    let below = matches!(kind, "dimension" | "volume" | "weight");
    let amount = number(&value["value"]).filter(|amount| *amount >= 0 || !below)?;
    Some((amount, unit))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn decimals_are_exact() {
        assert_eq!(decimal("19.99"), Some(19_990_000_000));
        assert_eq!(decimal("-0.5"), Some(-500_000_000));
        assert_eq!(decimal("7"), Some(7_000_000_000));
        for text in ["", "-", ".5", "5.", "1e5", "1.2.3", "99999999999999"] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }

    #[test]
    fn a_measure_is_stored_as_json_that_others_can_read() {
        let said = json!({ "value": "007", "unit": "kg" });
        let text = "{\"value\":7.0,\"unit\":\"KILOGRAMS\"}";
        assert_eq!(stored("weight", &said).as_deref(), Some(text));
        let said = json!({ "value": "-00.50", "unit": "celsius" });
        let text = "{\"value\":-0.50,\"unit\":\"CELSIUS\"}";
        assert_eq!(stored("temperature", &said).as_deref(), Some(text));
    }

    #[test]
    fn measures_compare_across_their_units() {
        let pound = of("weight", &json!({ "value": 1, "unit": "lb" }));
        let ounces = of("weight", &json!({ "value": "16", "unit": "OUNCES" }));
        assert_eq!(pound, ounces);
        assert!(
            of("dimension", &json!({ "value": 3, "unit": "cm" }))
                > of("dimension", &json!({ "value": 1, "unit": "in" }))
        );
        assert_eq!(of("weight", &json!({ "value": 1, "unit": "cm" })), None);
        assert_eq!(of("volume", &json!({ "value": -1, "unit": "l" })), None);
        let warm =
            |value: f64, unit: &str| of("temperature", &json!({ "value": value, "unit": unit }));
        assert_eq!(warm(-40.0, "celsius"), warm(-40.0, "FAHRENHEIT"));
        assert_eq!(warm(0.0, "kelvin"), warm(-273.15, "celsius"));
        let flow = |unit: &str| of("mass_flow_rate", &json!({ "value": 60, "unit": unit }));
        assert_eq!(
            flow("grams_per_minute"),
            of(
                "mass_flow_rate",
                &json!({ "value": 3.6, "unit": "kilograms_per_hour" })
            )
        );
    }

    #[test]
    fn measures_are_stored_in_one_form() {
        let stored = |value: Value| stored("dimension", &value);
        let inches = json!({ "value": "7", "unit": "in" });
        assert_eq!(
            stored(inches).as_deref(),
            Some("{\"value\":7.0,\"unit\":\"INCHES\"}")
        );
        assert_eq!(stored(json!({ "value": 7, "unit": "kg" })), None);
    }
}
