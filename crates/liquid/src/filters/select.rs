//! Filters that look at a property of each element.

use std::collections::HashSet;

use super::Call;
use crate::error::{Error, Result};
use crate::value::items::Items;
use crate::value::{Value, compare, text};

/// A property of an element: none if it is nothing that has properties.
///
/// # Errors
/// It has elements, but none by name.
pub(super) fn property<'a>(
    item: Value<'a>,
    name: Value<'a>,
    call: &Call<'a, '_>,
) -> Result<Option<Value<'a>>> {
    let name_text = || text::to_text(name, call.arena);
    match item {
        Value::Map(map) => {
            let found = name.as_str().and_then(|name| map.get(name));
            Ok(Some(found.map_or(Value::Nil, Value::of)))
        }
        Value::Object(object) => {
            let found = object.get(name_text()?, call.arena)?;
            Ok(Some(found.unwrap_or(Value::Nil)))
        }
        // Ruby looks for the name within the text, or counts its letters.
        Value::Str(text) => match (name, whole(name)) {
            (Value::Str(part), _) => Ok(Some(match text.contains(part) {
                true => name,
                false => Value::Nil,
            })),
            (_, Some(at)) => Ok(Some(letter(text, at))),
            _ => Err(no_property(name, call)),
        },
        // A whole number has its bits.
        Value::Int(number) => match whole(name) {
            Some(bit @ 0..64) => Ok(Some(Value::Int(number >> bit & 1))),
            Some(bit) => Ok(Some(Value::Int(i64::from(bit > 0 && number < 0)))),
            None => Err(no_property(name, call)),
        },
        Value::Big(_) => Err(no_property(name, call)),
        _ if Items::of(item).is_some() => Err(no_property(name, call)),
        Value::ForLoop(_) | Value::RowLoop(_) | Value::Scope(_) => Ok(Some(Value::Nil)),
        _ => Ok(None),
    }
}

fn whole(name: Value<'_>) -> Option<i64> {
    match name {
        Value::Int(number) => Some(number),
        Value::Float(number) => Some(number as i64),
        _ => None,
    }
}

/// A letter of a text, counted from the end when negative.
fn letter(text: &str, at: i64) -> Value<'_> {
    let found = match usize::try_from(at) {
        Ok(at) => text.char_indices().nth(at),
        Err(_) => text.char_indices().nth_back(at.unsigned_abs() as usize - 1),
    };
    found.map_or(Value::Nil, |(start, letter)| {
        Value::Str(&text[start..start + letter.len_utf8()])
    })
}

/// Whether a value is one that has properties or elements.
pub(super) fn has_properties(value: Value<'_>) -> bool {
    !matches!(
        value,
        Value::Nil | Value::Bool(_) | Value::Float(_) | Value::Range(..)
    )
}

/// A property, or another value where there are none.
pub(super) fn property_or<'a>(
    item: Value<'a>,
    name: Value<'a>,
    other: Value<'a>,
    call: &Call<'a, '_>,
) -> Result<Value<'a>> {
    Ok(property(item, name, call)?.unwrap_or(other))
}

fn no_property(name: Value<'_>, call: &Call<'_, '_>) -> Error {
    let mut shown = crate::out::Out::unlimited();
    match text::write(&mut shown, name, call.arena) {
        Ok(()) => Error::argument(format!("cannot select the property '{}'", shown.as_str())),
        Err(error) => error,
    }
}

/// Whether each element has the property that the arguments ask for; none if
/// one of them has no properties at all.
fn chosen<'a>(call: &Call<'a, '_>, items: Items<'a>) -> Result<Option<Vec<bool>>> {
    let (name, wanted) = (call.argument(0), call.argument(1));
    let mut chosen = Vec::with_capacity(items.len());
    for item in items {
        let Some(found) = property(item, name, call)? else {
            return Ok(None);
        };
        chosen.push(match wanted {
            Value::Nil => found.is_truthy(),
            _ => compare::equal_plain(found, wanted),
        });
    }
    Ok(Some(chosen))
}

fn filtered<'a>(call: &Call<'a, '_>, keep: bool) -> Result<Value<'a>> {
    let items = call.items()?;
    let Some(chosen) = chosen(call, items)? else {
        return Ok(Value::Nil);
    };
    let kept: Vec<_> = items
        .into_iter()
        .zip(chosen)
        .filter(|(_, chosen)| *chosen == keep)
        .map(|(item, _)| item)
        .collect();
    call.arena.list(&kept)
}

pub(super) fn where_<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
    filtered(call, true)
}

pub(super) fn reject<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
    filtered(call, false)
}

/// Where the first chosen element stands; an element without properties in
/// front of it makes the whole search void.
fn position<'a>(call: &Call<'a, '_>, items: Items<'a>) -> Result<Option<Option<usize>>> {
    let (name, wanted) = (call.argument(0), call.argument(1));
    for (at, item) in items.into_iter().enumerate() {
        let Some(found) = property(item, name, call)? else {
            return Ok(None);
        };
        let chosen = match wanted {
            Value::Nil => found.is_truthy(),
            _ => compare::equal_plain(found, wanted),
        };
        if chosen {
            return Ok(Some(Some(at)));
        }
    }
    Ok(Some(None))
}

pub(super) fn has<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
    Ok(match position(call, call.items()?)? {
        Some(found) => Value::Bool(found.is_some()),
        None => Value::Nil,
    })
}

pub(super) fn find<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
    let items = call.items()?;
    let found = position(call, items)?.flatten();
    Ok(found.and_then(|at| items.get(at)).unwrap_or(Value::Nil))
}

pub(super) fn find_index<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
    let found = position(call, call.items()?)?.flatten();
    Ok(found.map_or(Value::Nil, |at| Value::Int(at as i64)))
}

pub(super) fn map<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
    let name = call.argument(0);
    let mut found = Vec::new();
    for item in call.items()? {
        found.push(property_or(item, name, Value::Nil, call)?);
    }
    call.arena.list(&found)
}

pub(super) fn compact<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
    let name = call.argument(0);
    let mut kept = Vec::new();
    for item in call.items()? {
        let looked_at = match name {
            Value::Nil => item,
            _ => match property(item, name, call)? {
                Some(found) => found,
                None => return Ok(Value::Nil),
            },
        };
        if !looked_at.is_nil() {
            kept.push(item);
        }
    }
    call.arena.list(&kept)
}

/// What makes two elements the same for `uniq`.
#[derive(PartialEq, Eq, Hash)]
enum Identity<'a> {
    Nil,
    Bool(bool),
    Int(i64),
    Float(u64),
    Str(&'a str),
    /// Anything else, by what it looks like.
    Other(String),
}

fn identity(value: Value<'_>) -> Identity<'_> {
    match value.plain() {
        Value::Nil => Identity::Nil,
        Value::Bool(truth) => Identity::Bool(truth),
        Value::Int(number) => Identity::Int(number),
        Value::Float(number) => Identity::Float(number.to_bits()),
        Value::Str(text) => Identity::Str(text),
        other => Identity::Other(format!("{other:?}")),
    }
}

pub(super) fn uniq<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
    let name = call.argument(0);
    let items = call.items()?;
    if items.len() < 2 {
        return Ok(items.value());
    }
    let mut kept = Vec::new();
    let mut seen = HashSet::with_hasher(foldhash::fast::RandomState::default());
    for item in items {
        let key = match name {
            Value::Nil => item,
            _ => match property(item, name, call)? {
                Some(found) => found,
                None => return Ok(Value::Nil),
            },
        };
        if seen.insert(identity(key)) {
            kept.push(item);
        }
    }
    call.arena.list(&kept)
}

pub(super) fn default<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
    let allow_false = call.named("allow_false").is_some_and(Value::is_truthy);
    let input = call.input.plain();
    let missing = match input {
        Value::Bool(false) => !allow_false,
        Value::Nil => true,
        _ => compare::is_empty(input),
    };
    Ok(match missing {
        true if call.has_argument(0) => call.argument(0),
        true => Value::Str(""),
        false => call.input,
    })
}
