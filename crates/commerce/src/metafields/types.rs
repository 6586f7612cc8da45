//! The types of metafields: which values each takes.

use std::cmp::Ordering;

use serde_json::Value;
use units::{Currency, Gid, MetaobjectId, Money, Timestamp, fold};

use super::{measure_units, measures};

/// Values of texts, in characters.
const TEXT_CHARS_MAX: usize = 65_536;
/// Values of JSON and rich text, in bytes.
const JSON_BYTES_MAX: usize = 2_000_000;
/// Items of a list.
const ITEMS_MAX: usize = 128;

/// Types that may stand alone and in lists (`list.date`).
const LISTED: &[&str] = &[
    "article_reference",
    "collection_reference",
    "color",
    "company_reference",
    "customer_reference",
    "date",
    "date_time",
    "file_reference",
    "id",
    "link",
    "metaobject_reference",
    "mixed_reference",
    "number_decimal",
    "number_integer",
    "order_reference",
    "page_reference",
    "product_reference",
    "product_taxonomy_value_reference",
    "rating",
    "single_line_text_field",
    "url",
    "variant_reference",
];

/// Types that stand alone only.
const SINGLE: &[&str] = &[
    "boolean",
    "json",
    "language",
    "money",
    "multi_line_text_field",
    "rich_text_field",
];

/// Why a value does not fit its type; continues a sentence that begins with "Value".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// Not of the type.
    #[error("must be {0}")]
    Must(&'static str),
    /// Too long.
    #[error("is too long (maximum is {0} characters)")]
    TooLong(usize),
    /// A list with too many items.
    #[error("has too many items (maximum is 128)")]
    TooMany,
    /// Less than the definition wants.
    #[error("has a minimum of {0}")]
    Below(String),
    /// More than the definition wants.
    #[error("has a maximum of {0}")]
    Above(String),
    /// Fewer characters than the definition wants.
    #[error("has a minimum length of {0}")]
    Short(String),
    /// More characters than the definition wants.
    #[error("has a maximum length of {0}")]
    Long(String),
    /// More decimals than the definition wants.
    #[error("has a maximum precision of {0} decimal places")]
    Precise(String),
    /// A list with fewer items than the definition wants.
    #[error("has a minimum of {0} items")]
    Few(String),
    /// A list with more items than the definition wants.
    #[error("has a maximum of {0} items")]
    Many(String),
    /// Not of the definition's pattern.
    #[error("does not match the pattern {0}")]
    Pattern(String),
    /// None of the definition's choices.
    #[error("must be one of {0}")]
    Choice(String),
    /// A rating on another scale.
    #[error("must have the scale {0}")]
    Scale(String),
    /// An address on another domain.
    #[error("must be on one of the domains {0}")]
    Domain(String),
    /// A file of another kind.
    #[error("must be a file of the types {0}")]
    FileType(String),
    /// Something that is not there, or a metaobject of another definition.
    #[error("require that you select {0}")]
    Lost(&'static str),
    /// Another resource has the value already.
    #[error("is already in use")]
    Taken,
}

/// Whether there is such a type.
#[must_use]
pub fn is_known(kind: &str) -> bool {
    let is_listed = |kind: &str| LISTED.contains(&kind) || measures::is_kind(kind);
    match kind.strip_prefix("list.") {
        Some(item) => is_listed(item),
        None => is_listed(kind) || SINGLE.contains(&kind),
    }
}

/// Every type, those that stand alone first.
pub fn all() -> impl Iterator<Item = String> {
    let listed = || LISTED.iter().copied().chain(measure_units::kinds());
    let alone = SINGLE.iter().copied().chain(listed()).map(str::to_owned);
    alone.chain(listed().map(|kind| format!("list.{kind}")))
}

/// What a type is shown under: `TEXT`, `NUMBER`, `REFERENCE`.
#[must_use]
pub fn category(kind: &str) -> &'static str {
    match kind.strip_prefix("list.").unwrap_or(kind) {
        "boolean" => "TRUE_FALSE",
        "color" => "COLOR",
        "date" | "date_time" => "DATE_TIME",
        "id" => "ID",
        "json" => "JSON",
        "language" => "LANGUAGE",
        "link" => "LINK",
        "money" => "MONEY",
        "number_decimal" | "number_integer" => "NUMBER",
        "rating" => "RATING",
        "url" => "URL",
        measure if measures::is_kind(measure) => "MEASUREMENT",
        reference if reference.ends_with("_reference") => "REFERENCE",
        _ => "TEXT",
    }
}

/// The resources that a value refers to, in order; none for values of other types.
#[must_use]
pub fn references(kind: &str, value: &str) -> Vec<Gid> {
    if !kind.ends_with("_reference") {
        return Vec::new();
    }
    if kind.starts_with("list.") {
        let texts: Vec<String> = serde_json::from_str(value).unwrap_or_default();
        return texts.iter().filter_map(|id| Gid::parse(id).ok()).collect();
    }
    Gid::parse(value).ok().into_iter().collect()
}

/// Whether values of a type may refer to metaobjects.
#[must_use]
pub fn may_refer_to_metaobjects(kind: &str) -> bool {
    matches!(
        kind.strip_prefix("list.").unwrap_or(kind),
        "metaobject_reference" | "mixed_reference"
    )
}

/// The metaobjects among what a value refers to, each once.
#[must_use]
pub fn metaobjects(kind: &str, value: &str) -> Vec<MetaobjectId> {
    let mut found: Vec<MetaobjectId> = references(kind, value)
        .into_iter()
        .filter(|gid| gid.kind == MetaobjectId::KIND)
        .map(|gid| MetaobjectId(gid.number))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Checks a value against its type and gives it as it is stored.
///
/// # Errors
/// What the value must be.
pub fn check(kind: &str, value: &str) -> Result<String, ValueError> {
    if value.contains('\0') {
        return Err(ValueError::Must("text without NUL characters"));
    }
    let Some(item) = kind.strip_prefix("list.") else {
        return single(kind, value);
    };
    if value.len() > JSON_BYTES_MAX {
        return Err(ValueError::TooLong(JSON_BYTES_MAX));
    }
    let items: Vec<Value> = serde_json::from_str(value)
        .map_err(|_| ValueError::Must("a list in JSON such as [\"a\", \"b\"]"))?;
    if items.len() > ITEMS_MAX {
        return Err(ValueError::TooMany);
    }
    let mut checked = Vec::with_capacity(items.len());
    for item_value in items {
        let one = match &item_value {
            Value::String(text) => single(item, text)?,
            other => single(item, &other.to_string())?,
        };
        checked.push(match measures::is_kind(item) {
            true => serde_json::from_str(&one).unwrap_or(item_value),
            false => item_value,
        });
    }
    Ok(Value::Array(checked).to_string())
}

fn single(kind: &str, value: &str) -> Result<String, ValueError> {
    if let Some(reference) = kind.strip_suffix("_reference") {
        return referred(reference, value);
    }
    let trimmed = value.trim();
    let keep = |fits: bool, must: &'static str| {
        if fits {
            Ok(trimmed.to_owned())
        } else {
            Err(ValueError::Must(must))
        }
    };
    match kind {
        "single_line_text_field" | "id" => {
            if value.contains(['\n', '\r']) {
                return Err(ValueError::Must("a single line of text"));
            }
            short(value)
        }
        "multi_line_text_field" => short(value),
        "number_integer" => keep(
            trimmed
                .parse::<i64>()
                .is_ok_and(|n| n.abs() <= 9_007_199_254_740_991),
            "an integer",
        ),
        "number_decimal" => keep(measures::decimal(trimmed).is_some(), "a decimal"),
        "boolean" => keep(matches!(trimmed, "true" | "false"), "true or false"),
        "date" => keep(
            trimmed.len() == 10 && Timestamp::parse(trimmed).is_ok(),
            "in YYYY-MM-DD format",
        ),
        "date_time" => {
            let utc = format!("{trimmed}Z");
            let zoned = Timestamp::parse(&utc).is_err();
            let fits = !zoned || Timestamp::parse(trimmed).is_ok();
            let kept = keep(
                fits && trimmed.contains('T'),
                "in YYYY-MM-DDTHH:MM:SS format",
            )?;
            // Without a zone it is UTC, and kept so.
            Ok(match kept.strip_suffix('Z') {
                Some(moment) => format!("{moment}+00:00"),
                None if zoned => kept,
                None => format!("{kept}+00:00"),
            })
        }
        "color" => {
            let hex = trimmed.strip_prefix('#').unwrap_or_default();
            let fits = hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit());
            keep(fits, "a colour such as #ff0000")
        }
        "url" => keep(
            is_url(trimmed),
            "an address that begins with http, https, mailto, sms or tel",
        ),
        "language" => keep(
            (2..=5).contains(&trimmed.len())
                && trimmed
                    .bytes()
                    .all(|b| b.is_ascii_alphabetic() || b == b'-'),
            "a language code",
        ),
        _ => structured(kind, value),
    }
}

/// Values that are JSON documents.
fn structured(kind: &str, value: &str) -> Result<String, ValueError> {
    match kind {
        "json" => document(value, |_| true, "JSON"),
        "rich_text_field" => document(
            value,
            |root| root["type"] == "root" && root["children"].is_array(),
            "a rich text document",
        ),
        "money" => document(
            value,
            is_money,
            "an amount such as {\"amount\": \"5.99\", \"currency_code\": \"EUR\"}",
        ),
        "rating" => document(
            value,
            is_rating,
            "a rating with value, scale_min and scale_max",
        ),
        "link" => document(
            value,
            |link| link["text"].is_string() && link["url"].as_str().is_some_and(is_url),
            "a link with text and url",
        ),
        measure if measures::is_kind(measure) => {
            let parsed: Option<Value> = serde_json::from_str(value).ok();
            let stored = parsed.and_then(|parsed| measures::stored(measure, &parsed));
            stored.ok_or(ValueError::Must(
                "a number and a unit of its type, such as {\"value\": 2.5, \"unit\": \"kilograms\"} for a weight",
            ))
        }
        _ => Err(ValueError::Must("of a known type")),
    }
}

fn short(value: &str) -> Result<String, ValueError> {
    if value.chars().count() > TEXT_CHARS_MAX {
        return Err(ValueError::TooLong(TEXT_CHARS_MAX));
    }
    Ok(value.to_owned())
}

fn document(
    value: &str,
    fits: impl Fn(&Value) -> bool,
    must: &'static str,
) -> Result<String, ValueError> {
    if value.len() > JSON_BYTES_MAX {
        return Err(ValueError::TooLong(JSON_BYTES_MAX));
    }
    let parsed: Value = serde_json::from_str(value).map_err(|_| ValueError::Must(must))?;
    if fits(&parsed) {
        Ok(value.trim().to_owned())
    } else {
        Err(ValueError::Must(must))
    }
}

/// A reference is a global id of the kind that its type names.
fn referred(reference: &str, value: &str) -> Result<String, ValueError> {
    let kinds: &[&str] = match reference {
        "product" => &["Product"],
        "variant" => &["ProductVariant"],
        "collection" => &["Collection"],
        "customer" => &["Customer"],
        "company" => &["Company"],
        "order" => &["Order"],
        "page" => &["Page"],
        "article" => &["Article"],
        "metaobject" | "mixed" => &["Metaobject"],
        "file" => &["MediaImage", "GenericFile", "Video", "Model3d"],
        "product_taxonomy_value" => &["TaxonomyValue"],
        _ => &[],
    };
    let gid = Gid::parse(value.trim()).ok();
    match gid.filter(|gid| kinds.contains(&gid.kind.as_str())) {
        Some(gid) => Ok(gid.to_string()),
        None => Err(ValueError::Must("the id of a resource of the type's kind")),
    }
}

fn is_url(text: &str) -> bool {
    let schemes = ["https://", "http://", "mailto:", "sms:", "tel:"];
    text.len() <= 2048
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
        && schemes.iter().any(|scheme| {
            text.strip_prefix(scheme)
                .is_some_and(|rest| !rest.is_empty())
        })
}

fn is_money(value: &Value) -> bool {
    let currency = value["currency_code"]
        .as_str()
        .and_then(|code| Currency::parse(code).ok());
    let amount = match &value["amount"] {
        Value::String(amount) => Some(amount.clone()),
        Value::Number(amount) => Some(amount.to_string()),
        _ => None,
    };
    currency.is_some_and(|currency| {
        amount.is_some_and(|amount| Money::parse(&amount, currency).is_ok())
    })
}

fn is_rating(value: &Value) -> bool {
    let part = |name: &str| measures::number(&value[name]);
    match (part("scale_min"), part("value"), part("scale_max")) {
        (Some(least), Some(value), Some(most)) => least <= value && value <= most,
        _ => false,
    }
}

/// The value as JSON: numbers, truth and documents as themselves, everything else as text.
#[must_use]
pub fn json_value(kind: &str, value: &str) -> Value {
    let text = || Value::String(value.to_owned());
    let parsed = || serde_json::from_str(value).unwrap_or_else(|_| text());
    if kind.starts_with("list.") {
        return parsed();
    }
    match kind {
        "number_integer" | "boolean" | "json" | "rich_text_field" | "money" | "rating" | "link" => {
            parsed()
        }
        measure if measures::is_kind(measure) => parsed(),
        _ => text(),
    }
}

/// How two values of a type compare: numbers by what they come to, others by their text, whatever
/// its case. `None` when one of them is no number.
#[must_use]
pub fn compared(kind: &str, one: &str, other: &str) -> Option<Ordering> {
    match kind {
        "number_integer" | "number_decimal" => {
            Some(measures::decimal(one)?.cmp(&measures::decimal(other)?))
        }
        _ => Some(fold(one).cmp(&fold(other))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_takes_its_own_values_only() {
        for (kind, good, bad) in [
            ("single_line_text_field", "Oak", "two\nlines"),
            ("number_integer", "-12", "1.5"),
            ("number_integer", "9007199254740991", "9007199254740992"),
            ("number_decimal", "19.99", "1e5"),
            ("boolean", "true", "yes"),
            ("date", "2026-10-01", "01.10.2026"),
            ("date_time", "2026-10-01T12:00:00", "2026-10-01"),
            ("color", "#A1b2c3", "red"),
            ("url", "https://example.com/a", "javascript:alert(1)"),
            ("json", "{\"a\": [1]}", "{a}"),
            (
                "money",
                "{\"amount\": \"5.99\", \"currency_code\": \"EUR\"}",
                "{\"amount\": \"5.99\"}",
            ),
            (
                "weight",
                "{\"value\": 2.5, \"unit\": \"kg\"}",
                "{\"value\": 2.5, \"unit\": \"cm\"}",
            ),
            (
                "dimension",
                "{\"value\": \"7\", \"unit\": \"CENTIMETERS\"}",
                "{\"unit\": \"cm\"}",
            ),
            (
                "rating",
                "{\"value\": \"4\", \"scale_min\": \"1\", \"scale_max\": \"5\"}",
                "{\"value\": \"6\", \"scale_min\": \"1\", \"scale_max\": \"5\"}",
            ),
            (
                "product_reference",
                "gid://shopify/Product/1",
                "gid://shopify/Order/1",
            ),
            (
                "file_reference",
                "gid://shopify/MediaImage/1",
                "gid://shopify/Product/1",
            ),
            ("list.number_integer", "[1, 2]", "[1, \"x\"]"),
            ("list.single_line_text_field", "[\"a\"]", "a"),
            (
                "list.product_reference",
                "[\"gid://shopify/Product/1\"]",
                "[1]",
            ),
        ] {
            assert!(is_known(kind), "{kind}");
            assert!(check(kind, good).is_ok(), "{kind}: {good}");
            assert!(check(kind, bad).is_err(), "{kind}: {bad}");
        }
        assert!(!is_known("string") && !is_known("list.boolean") && !is_known("list."));
    }

    #[test]
    fn a_moment_is_kept_with_its_zone() {
        let kept = |value| check("date_time", value).unwrap();
        assert_eq!(kept("2026-10-01T12:00:00"), "2026-10-01T12:00:00+00:00");
        assert_eq!(kept("2026-10-01T12:00:00Z"), "2026-10-01T12:00:00+00:00");
        assert_eq!(
            kept("2026-10-01T12:00:00+02:00"),
            "2026-10-01T12:00:00+02:00"
        );
    }

    #[test]
    fn a_value_is_json_as_far_as_its_type_is() {
        assert_eq!(json_value("number_integer", "5"), Value::from(5));
        assert_eq!(json_value("boolean", "true"), Value::Bool(true));
        assert_eq!(json_value("single_line_text_field", "5"), Value::from("5"));
        assert_eq!(
            json_value("list.color", "[\"#fff000\"]"),
            serde_json::json!(["#fff000"])
        );
    }
}
