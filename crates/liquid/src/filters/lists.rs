//! Filters for lists.

use std::cmp::Ordering;

use super::Call;
use super::select::{has_properties, property};
use crate::arena::Arena;
use crate::error::{Error, Result};
use crate::out::Out;
use crate::value::items::Items;
use crate::value::number::to_integer;
use crate::value::{Value, compare, text};

/// Lists inside lists are laid flat this deep.
const DEPTH: usize = 100;

/// A value as a flat list.
pub(crate) fn flat<'a>(value: Value<'a>, arena: &'a Arena) -> Result<Items<'a>> {
    if let Some(items) = Items::of(value) {
        if !items.into_iter().any(|item| Items::of(item).is_some()) {
            return Ok(items);
        }
        let mut found = Vec::new();
        flatten(items, &mut found, DEPTH);
        return kept(&found, arena);
    }
    match value {
        Value::Nil => Ok(Items::List(&[])),
        Value::Range(first, last) => {
            let len = last.saturating_sub(first).saturating_add(1).max(0) as usize;
            if len > arena.left() / size_of::<Value<'_>>() {
                return Err(arena.exhausted());
            }
            let numbers: Vec<_> = (first..=last).map(Value::Int).collect();
            kept(&numbers, arena)
        }
        Value::Object(object) => match object.window(0, usize::MAX, arena)? {
            Some(list) => Ok(Items::of(list).unwrap_or(Items::List(&[]))),
            None => kept(&[value], arena),
        },
        _ => kept(&[value], arena),
    }
}

fn kept<'a>(items: &[Value<'a>], arena: &'a Arena) -> Result<Items<'a>> {
    Ok(Items::of(arena.list(items)?).unwrap_or(Items::List(&[])))
}

fn flatten<'a>(items: Items<'a>, found: &mut Vec<Value<'a>>, depth: usize) {
    for item in items {
        match Items::of(item) {
            Some(inner) if depth > 0 => flatten(inner, found, depth - 1),
            _ => found.push(item),
        }
    }
}

pub(super) fn join(call: &Call<'_, '_>, out: &mut Out) -> Result<()> {
    let glue = match call.has_argument(0) {
        true => call.argument_text(0)?,
        false => " ",
    };
    for (at, item) in call.items()?.into_iter().enumerate() {
        if at > 0 {
            out.push_str(glue);
        }
        text::write(out, item, call.arena)?;
    }
    Ok(())
}

pub(super) fn size<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
    Ok(size_of_value(call.input)?.unwrap_or(Value::Int(0)))
}

/// How large a value is, where it has a size.
pub(crate) fn size_of_value<'a>(value: Value<'a>) -> Result<Option<Value<'a>>> {
    let size = match value {
        Value::Str(text) if text.is_ascii() => text.len(),
        Value::Str(text) => text.chars().count(),
        Value::Map(map) => map.len(),
        Value::Range(first, last) => last.saturating_sub(first).saturating_add(1).max(0) as usize,
        // How many bytes a whole number has.
        Value::Int(_) => 8,
        Value::Big(number) => (number.bits().div_ceil(64) * 8) as usize,
        Value::Object(object) => match object.size()? {
            Some(size) => size,
            None => return Ok(None),
        },
        _ => match Items::of(value) {
            Some(items) => items.len(),
            None => return Ok(None),
        },
    };
    Ok(Some(Value::Int(size as i64)))
}

pub(super) fn first<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
    first_of(call.input, call.arena)
}

/// The first element; of a map, its first name and value.
pub(crate) fn first_of<'a>(value: Value<'a>, arena: &'a Arena) -> Result<Value<'a>> {
    Ok(match value {
        Value::Range(first, last) if first <= last => Value::Int(first),
        Value::Str(text) => match text.chars().next() {
            Some(letter) => Value::Str(&text[..letter.len_utf8()]),
            None => Value::Nil,
        },
        Value::Map(map) => match map.entry(0) {
            Some((name, value)) => arena.list(&[Value::Str(name), Value::of(value)])?,
            None => Value::Nil,
        },
        Value::Object(object) => object.at(0, arena)?.unwrap_or(Value::Nil),
        _ => Items::of(value)
            .and_then(|items| items.get(0))
            .unwrap_or(Value::Nil),
    })
}

pub(super) fn last<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
    last_of(call.input, call.arena)
}

/// The last element.
pub(crate) fn last_of<'a>(value: Value<'a>, arena: &'a Arena) -> Result<Value<'a>> {
    Ok(match value {
        Value::Range(first, last) if first <= last => Value::Int(last),
        Value::Str(text) => match text.chars().next_back() {
            Some(letter) => Value::Str(&text[text.len() - letter.len_utf8()..]),
            None => Value::Nil,
        },
        Value::Object(object) => match object.size()? {
            Some(size) if size > 0 => object.at(size as i64 - 1, arena)?.unwrap_or(Value::Nil),
            _ => Value::Nil,
        },
        _ => Items::of(value)
            .and_then(|items| items.at(-1))
            .unwrap_or(Value::Nil),
    })
}

pub(super) fn concat<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
    let Some(further) = Items::of(call.argument(0)) else {
        return Err(Error::argument("concat filter requires an array argument"));
    };
    let items: Vec<_> = call.items()?.into_iter().chain(further).collect();
    call.arena.list(&items)
}

pub(super) fn reverse<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
    let mut items: Vec<_> = call.items()?.into_iter().collect();
    items.reverse();
    call.arena.list(&items)
}

pub(super) fn slice<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
    let offset = to_integer(call.argument(0))?;
    let length = match call.argument(1) {
        Value::Nil | Value::Bool(false) => 1,
        length => to_integer(length)?,
    };
    if let Some(items) = Items::of(call.input) {
        return Ok(match window(items.len(), offset, length) {
            Some((from, len)) => items.part(from, len).value(),
            None => Value::List(&[]),
        });
    }
    let text = call.text()?;
    let total = match text.is_ascii() {
        true => text.len(),
        false => text.chars().count(),
    };
    let Some((from, len)) = window(total, offset, length) else {
        return Ok(Value::Str(""));
    };
    if text.is_ascii() {
        return Ok(Value::Str(&text[from..from + len]));
    }
    let mut places = text
        .char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .skip(from);
    let start = places.next().unwrap_or(text.len());
    let end = match len {
        0 => start,
        _ => places.nth(len - 1).unwrap_or(text.len()),
    };
    Ok(Value::Str(&text[start..end]))
}

/// Where a slice starts and how long it is; none if it lies outside.
fn window(total: usize, offset: i64, length: i64) -> Option<(usize, usize)> {
    let from = if offset < 0 {
        offset.checked_add(total as i64)?
    } else {
        offset
    };
    let from = usize::try_from(from).ok().filter(|from| *from <= total)?;
    let length = usize::try_from(length).ok()?;
    Some((from, length.min(total - from)))
}

pub(super) fn sort<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
    sorted(call, |left, right| match compare::order(left, right) {
        Some(order) => Ok(order),
        None if left.is_nil() => Ok(Ordering::Greater),
        None if right.is_nil() => Ok(Ordering::Less),
        None => Err(Error::argument("cannot sort values of incompatible types")),
    })
}

pub(super) fn sort_natural<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
    let arena = call.arena;
    sorted(call, |left, right| match (left, right) {
        (Value::Nil, Value::Nil) => Ok(Ordering::Equal),
        (Value::Nil, _) => Ok(Ordering::Greater),
        (_, Value::Nil) => Ok(Ordering::Less),
        _ => {
            let left = text::to_text(left, arena)?
                .bytes()
                .map(|byte| byte.to_ascii_lowercase());
            let right = text::to_text(right, arena)?.bytes();
            Ok(left.cmp(right.map(|byte| byte.to_ascii_lowercase())))
        }
    })
}

fn sorted<'a>(
    call: &Call<'a, '_>,
    order: impl Fn(Value<'a>, Value<'a>) -> Result<Ordering>,
) -> Result<Value<'a>> {
    let items = call.items()?;
    if items.len() == 0 {
        return Ok(Value::List(&[]));
    }
    let name = call.argument(0);
    // Something in the list has no properties at all.
    if !name.is_nil() && !items.into_iter().all(has_properties) {
        return Ok(Value::Nil);
    }
    if items.len() == 1 {
        return Ok(items.value());
    }
    let mut keyed = Vec::with_capacity(items.len());
    for item in items {
        let key = match name {
            Value::Nil => item,
            _ => property(item, name, call)?.unwrap_or(Value::Nil),
        };
        keyed.push((key, item));
    }
    let mut failed = None;
    keyed.sort_by(|(left, _), (right, _)| {
        order(*left, *right).unwrap_or_else(|error| {
            failed.get_or_insert(error);
            Ordering::Equal
        })
    });
    match failed {
        Some(error) => Err(error),
        None => {
            let items: Vec<_> = keyed.into_iter().map(|(_, item)| item).collect();
            call.arena.list(&items)
        }
    }
}
