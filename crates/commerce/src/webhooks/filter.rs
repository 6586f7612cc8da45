//! Filters: the search syntax, held against a payload instead of rows.

use serde_json::Value;
use store::search::{self, Comparison, Expression, Term, Wanted};
use units::{Timestamp, fold};

/// A filter that names a field for every value it wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter(Expression);

/// Terms without a field mean nothing for a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "The specified filter is invalid, please ensure you specify the field(s) you wish to filter on."
)]
pub struct FilterError;

impl Filter {
    /// Reads a filter; `None` when there is nothing in it.
    ///
    /// # Errors
    /// When a value stands without a field.
    pub fn parse(text: &str) -> Result<Option<Self>, FilterError> {
        let Some(expression) = search::parse(text) else {
            return Ok(None);
        };
        if has_fields(&expression) {
            Ok(Some(Self(expression)))
        } else {
            Err(FilterError)
        }
    }

    /// Whether a payload is wanted.
    #[must_use]
    pub fn wants(&self, payload: &Value) -> bool {
        holds(&self.0, payload)
    }
}

fn has_fields(expression: &Expression) -> bool {
    match expression {
        Expression::And(parts) | Expression::Or(parts) => parts.iter().all(has_fields),
        Expression::Not(part) => has_fields(part),
        Expression::Term(term) => term.field.is_some(),
    }
}

fn holds(expression: &Expression, payload: &Value) -> bool {
    match expression {
        Expression::And(parts) => parts.iter().all(|part| holds(part, payload)),
        Expression::Or(parts) => parts.iter().any(|part| holds(part, payload)),
        Expression::Not(part) => !holds(part, payload),
        Expression::Term(term) => term_holds(term, payload),
    }
}

fn term_holds(term: &Term, payload: &Value) -> bool {
    let Some(field) = &term.field else {
        return false;
    };
    let mut found = Vec::new();
    let path: Vec<&str> = field.split('.').collect();
    gather(payload, &path, &mut found);
    term.wanted.iter().any(|wanted| {
        found
            .iter()
            .any(|value| fits(value, term.comparison, wanted))
    })
}

/// The values at the end of a path; every element of a list on the way counts.
fn gather<'v>(value: &'v Value, path: &[&str], found: &mut Vec<&'v Value>) {
    if let Value::Array(elements) = value {
        for element in elements {
            gather(element, path, found);
        }
        return;
    }
    match path.split_first() {
        None => found.push(value),
        Some((name, rest)) => {
            if let Some(inner) = value.get(name) {
                gather(inner, rest, found);
            }
        }
    }
}

fn fits(value: &Value, comparison: Comparison, wanted: &Wanted) -> bool {
    let text = match value {
        Value::Null => return false,
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if wanted.is_anything() {
        return !text.is_empty();
    }
    let (text, goal) = (fold(&text), fold(&wanted.text));
    if comparison == Comparison::Equal && (wanted.open_start || wanted.open_end) {
        return match (wanted.open_start, wanted.open_end) {
            (true, true) => text.contains(&goal),
            (true, false) => text.ends_with(&goal),
            _ => text.starts_with(&goal),
        };
    }
    let order = match (number(&text), number(&goal)) {
        (Some(left), Some(right)) => left.cmp(&right),
        _ => match (
            Timestamp::parse(&text.to_uppercase()),
            Timestamp::parse(&goal.to_uppercase()),
        ) {
            (Ok(left), Ok(right)) => left.cmp(&right),
            _ => text.cmp(&goal),
        },
    };
    match comparison {
        Comparison::Equal => order.is_eq(),
        Comparison::Above => order.is_gt(),
        Comparison::AtLeast => order.is_ge(),
        Comparison::Below => order.is_lt(),
        Comparison::AtMost => order.is_le(),
    }
}

/// A decimal as millionths, so that no float is compared.
fn number(text: &str) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 20 || !all_digits(whole) || !all_digits(part) {
        return None;
    }
    let millionths: String = part.chars().chain("000000".chars()).take(6).collect();
    let value: i128 = format!("{whole}{millionths}").parse().ok()?;
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn wants(filter: &str) -> bool {
        let payload = json!({
            "id": 42,
            "title": "Red Mug",
            "status": "active",
            "updated_at": "2026-10-01T12:00:00+02:00",
            "variants": [{ "price": "9.90", "sku": "MUG-1" }, { "price": "12.00", "sku": null }],
        });
        Filter::parse(filter).unwrap().unwrap().wants(&payload)
    }

    #[test]
    fn a_payload_is_held_against_the_query() {
        assert!(wants("id:42") && !wants("id:43"));
        assert!(wants("title:'red mug'") && wants("title:re*") && !wants("title:red"));
        assert!(wants("status:draft OR status:active"));
        assert!(wants("status:active AND -id:7") && !wants("NOT status:active"));
    }

    #[test]
    fn lists_fit_when_any_element_does() {
        assert!(wants("variants.price:>=12") && wants("variants.price:<10"));
        assert!(!wants("variants.price:>12"));
        assert!(wants("variants.sku:*") && !wants("variants.barcode:*"));
    }

    #[test]
    fn moments_are_compared_whatever_their_zone() {
        assert!(wants("updated_at:'2026-10-01T10:00:00Z'"));
        assert!(wants("updated_at:>'2026-10-01T09:59:59Z'"));
    }

    #[test]
    fn a_value_without_a_field_is_refused() {
        assert_eq!(Filter::parse("id:42 bareword"), Err(FilterError));
        assert_eq!(Filter::parse("  "), Ok(None));
    }
}
