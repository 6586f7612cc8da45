//! Numbers as metafields write them: exact, with their units where they have one.

use serde_json::Value;

/// Decimals that a number keeps.
const DECIMALS: usize = 9;
/// Digits before the point, at most.
const WHOLE_DIGITS_MAX: usize = 13;

/// Units of weight, each in nanograms.
const WEIGHTS: &[(&str, i128)] = &[
    ("oz", 28_349_523_125),
    ("lb", 453_592_370_000),
    ("g", 1_000_000_000),
    ("kg", 1_000_000_000_000),
];
/// Units of length, each in nanometres.
const LENGTHS: &[(&str, i128)] = &[
    ("in", 25_400_000),
    ("ft", 304_800_000),
    ("yd", 914_400_000),
    ("mm", 1_000_000),
    ("cm", 10_000_000),
    ("m", 1_000_000_000),
];
/// Units of volume, each in ten billionths of a millilitre.
const VOLUMES: &[(&str, i128)] = &[
    ("ml", 10_000_000_000),
    ("cl", 100_000_000_000),
    ("l", 10_000_000_000_000),
    ("m3", 10_000_000_000_000_000),
    ("us_fl_oz", 295_735_295_625),
    ("us_pt", 4_731_764_730_000),
    ("us_qt", 9_463_529_460_000),
    ("us_gal", 37_854_117_840_000),
    ("imp_fl_oz", 284_130_625_000),
    ("imp_pt", 5_682_612_500_000),
    ("imp_qt", 11_365_225_000_000),
    ("imp_gal", 45_460_900_000_000),
];

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

/// A measure of one of the types `weight`, `dimension` and `volume`, in a unit that compares.
pub(super) fn of(kind: &str, value: &Value) -> Option<i128> {
    let units = match kind {
        "weight" => WEIGHTS,
        "dimension" => LENGTHS,
        "volume" => VOLUMES,
        _ => return None,
    };
    let unit = value["unit"].as_str()?.to_ascii_lowercase();
    let (_, factor) = units.iter().find(|(name, _)| *name == short(&unit))?;
    let amount = number(&value["value"]).filter(|amount| *amount >= 0)?;
    amount.checked_mul(*factor)
}

fn short(unit: &str) -> &str {
    match unit {
        "ounces" => "oz",
        "pounds" => "lb",
        "grams" => "g",
        "kilograms" => "kg",
        "inches" => "in",
        "feet" => "ft",
        "yards" => "yd",
        "millimeters" => "mm",
        "centimeters" => "cm",
        "meters" => "m",
        "milliliters" => "ml",
        "centiliters" => "cl",
        "liters" => "l",
        "cubic_meters" => "m3",
        "us_fluid_ounces" => "us_fl_oz",
        "us_pints" => "us_pt",
        "us_quarts" => "us_qt",
        "us_gallons" => "us_gal",
        "imperial_fluid_ounces" => "imp_fl_oz",
        "imperial_pints" => "imp_pt",
        "imperial_quarts" => "imp_qt",
        "imperial_gallons" => "imp_gal",
        short => short,
    }
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
    }
}
