//! Equality and order.

use std::cmp::Ordering;

use super::Value;
use super::items::Items;
use super::number::Number;
use crate::error::{Error, Result};
use crate::object::Object;

/// Lists inside lists are compared this deep.
const DEPTH: usize = 100;

/// Whether two values are equal, as `==` sees it. The words `blank` and `empty`
/// are equal to what is blank or empty, but not to each other.
#[inline]
pub(crate) fn equal(left: Value<'_>, right: Value<'_>) -> bool {
    match (left, right) {
        (Value::Str(left), Value::Str(right)) => left == right,
        (Value::Int(left), Value::Int(right)) => left == right,
        (Value::Nil, Value::Nil) => true,
        (Value::Blank, other) | (other, Value::Blank) => is_blank(other),
        (Value::Empty, other) | (other, Value::Empty) => is_empty(other),
        _ => equal_nested(left, right, DEPTH),
    }
}

/// Whether `value == blank`.
pub(crate) fn is_blank(value: Value<'_>) -> bool {
    match value.plain() {
        Value::Nil | Value::Bool(false) => true,
        Value::Str(text) => text.chars().all(char::is_whitespace),
        Value::Blank | Value::Empty => false,
        other => is_empty(other),
    }
}

/// Whether `value == empty`.
pub(crate) fn is_empty(value: Value<'_>) -> bool {
    match value.plain() {
        Value::Str(text) => text.is_empty(),
        Value::Map(map) => map.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Object(object) => matches!(object.size(), Ok(Some(0))),
        _ => false,
    }
}

/// Equality without the words `blank` and `empty`.
pub(crate) fn equal_plain(left: Value<'_>, right: Value<'_>) -> bool {
    equal_nested(left, right, DEPTH)
}

fn equal_nested(left: Value<'_>, right: Value<'_>, depth: usize) -> bool {
    match (left.plain(), right.plain()) {
        (Value::Nil, Value::Nil) => true,
        (Value::Bool(left), Value::Bool(right)) => left == right,
        (Value::Str(left), Value::Str(right)) => left == right,
        (Value::Int(left), Value::Int(right)) => left == right,
        (Value::Range(a, b), Value::Range(c, d)) => (a, b) == (c, d),
        (Value::Map(left), Value::Map(right)) => left == right,
        (Value::Scope(left), Value::Scope(right)) => left == right,
        (Value::ForLoop(left), Value::ForLoop(right)) => std::ptr::eq(left, right),
        (Value::RowLoop(left), Value::RowLoop(right)) => std::ptr::eq(left, right),
        (Value::Object(left), Value::Object(right)) => same(left, right),
        (left, right) => match (Items::of(left), Items::of(right)) {
            (Some(left), Some(right)) => {
                depth > 0
                    && left.len() == right.len()
                    && left
                        .into_iter()
                        .zip(right)
                        .all(|(left, right)| equal_nested(left, right, depth - 1))
            }
            (None, None) if is_number(left) && is_number(right) => {
                Number::of(left).compare(&Number::of(right)) == Some(Ordering::Equal)
            }
            _ => false,
        },
    }
}

fn same(left: &dyn Object, right: &dyn Object) -> bool {
    std::ptr::addr_eq(std::ptr::from_ref(left), std::ptr::from_ref(right))
}

pub(crate) fn is_number(value: Value<'_>) -> bool {
    matches!(value, Value::Int(_) | Value::Big(_) | Value::Float(_))
}

/// How two values are ordered; none if they cannot be.
pub(crate) fn order(left: Value<'_>, right: Value<'_>) -> Option<Ordering> {
    match (left.plain(), right.plain()) {
        (Value::Int(left), Value::Int(right)) => Some(left.cmp(&right)),
        (Value::Str(left), Value::Str(right)) => Some(left.cmp(right)),
        (Value::Float(left), Value::Float(right)) => left.partial_cmp(&right),
        (Value::Nil, Value::Nil) => Some(Ordering::Equal),
        (Value::Bool(left), Value::Bool(right)) if left == right => Some(Ordering::Equal),
        (left, right) if is_number(left) && is_number(right) => {
            Number::of(left).compare(&Number::of(right))
        }
        (left, right) => match (Items::of(left), Items::of(right)) {
            (Some(left), Some(right)) => order_lists(left, right),
            _ => None,
        },
    }
}

fn order_lists(left: Items<'_>, right: Items<'_>) -> Option<Ordering> {
    for (left, right) in left.into_iter().zip(right) {
        // Only one level deep: nobody sorts lists of lists of lists.
        let found = match (Items::of(left), Items::of(right)) {
            (None, None) => order(left, right)?,
            _ => equal_plain(left, right).then_some(Ordering::Equal)?,
        };
        if found != Ordering::Equal {
            return Some(found);
        }
    }
    Some(left.len().cmp(&right.len()))
}

/// What `<`, `>`, `<=` and `>=` see: numbers with numbers, texts with texts;
/// none where one of the two knows no order.
///
/// # Errors
/// A number against a text cannot be compared.
pub(crate) fn relate(left: Value<'_>, right: Value<'_>) -> Result<Option<Ordering>> {
    let (left, right) = (left.plain(), right.plain());
    if let (Value::Int(left), Value::Int(right)) = (left, right) {
        return Ok(Some(left.cmp(&right)));
    }
    let known = |value| is_number(value) || matches!(value, Value::Str(_));
    if !known(left) || !known(right) {
        return Ok(None);
    }
    if matches!(left, Value::Str(_)) == matches!(right, Value::Str(_)) {
        return Ok(order(left, right));
    }
    Err(Error::argument(format!(
        "comparison of {} with {} failed",
        class(left),
        described(right)
    )))
}

fn class(value: Value<'_>) -> &'static str {
    match value {
        Value::Int(_) | Value::Big(_) => "Integer",
        Value::Float(_) => "Float",
        _ => "String",
    }
}

/// How Ruby names the right side of a comparison: small numbers by themselves.
fn described(value: Value<'_>) -> String {
    match value {
        Value::Str(_) => "String".to_owned(),
        Value::Big(_) => "Integer".to_owned(),
        other => format!("{other:?}"),
    }
}
