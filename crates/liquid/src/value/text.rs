//! What values look like when they are printed.

use std::fmt::Write as _;

use super::Value;
use super::items::Items;
use crate::arena::Arena;
use crate::error::Result;
use crate::out::Out;

/// Lists inside lists are written out this deep.
const DEPTH: usize = 100;

/// Writes a whole number.
#[inline]
pub(crate) fn write_int(out: &mut Out, number: i64) {
    if number < 0 {
        out.push('-');
    }
    write_unsigned(out, number.unsigned_abs());
}

/// All numbers of three digits, one behind the other.
const TRIPLES: &str = {
    const DIGITS: [u8; 3000] = {
        let mut digits = [b'0'; 3000];
        let mut number = 0;
        while number < 1000 {
            digits[number * 3] += (number / 100) as u8;
            digits[number * 3 + 1] += (number / 10 % 10) as u8;
            digits[number * 3 + 2] += (number % 10) as u8;
            number += 1;
        }
        digits
    };
    match std::str::from_utf8(&DIGITS) {
        Ok(digits) => digits,
        Err(_) => panic!("digits are ASCII"),
    }
};

/// Writes a whole number that is not negative.
pub(crate) fn write_unsigned(out: &mut Out, number: u64) {
    if number >= 1000 {
        write_unsigned(out, number / 1000);
    }
    let at = (number % 1000) as usize * 3;
    let zeros = match number {
        0..10 => 2,
        10..100 => 1,
        _ => 0,
    };
    out.push_str(&TRIPLES[at + zeros..at + 3]);
}

/// Writes a value as `{{ }}` prints it: lists run together.
#[inline]
pub(crate) fn print<'a>(out: &mut Out, value: Value<'a>, arena: &'a Arena) -> Result<()> {
    match value {
        Value::Str(text) => {
            out.push_str(text);
            Ok(())
        }
        Value::Int(number) => {
            write_int(out, number);
            Ok(())
        }
        _ => print_other(out, value, arena, DEPTH),
    }
}

fn print_other<'a>(out: &mut Out, value: Value<'a>, arena: &'a Arena, depth: usize) -> Result<()> {
    match value {
        Value::Array(_) | Value::List(_) => {
            if depth > 0 {
                for item in Items::of(value).into_iter().flatten() {
                    print_other(out, item, arena, depth - 1)?;
                }
            }
            Ok(())
        }
        _ => write(out, value, arena),
    }
}

/// Writes a value as filters for texts take it: lists in brackets.
#[inline]
pub(crate) fn write<'a>(out: &mut Out, value: Value<'a>, arena: &'a Arena) -> Result<()> {
    match value {
        Value::Nil | Value::Blank | Value::Empty => {}
        Value::Bool(truth) => out.push_str(if truth { "true" } else { "false" }),
        Value::Int(number) => write_int(out, number),
        Value::Big(number) => {
            let _ = write!(out, "{number}");
        }
        Value::Float(number) => super::decimal::write_float(out, number),
        Value::Str(text) => out.push_str(text),
        Value::Range(first, last) => {
            write_int(out, first);
            out.push_str("..");
            write_int(out, last);
        }
        Value::Object(object) => out.push_str(object.text(arena)?),
        Value::ForLoop(_) => out.push_str("Liquid::ForloopDrop"),
        Value::RowLoop(_) => out.push_str("Liquid::TablerowloopDrop"),
        Value::Scope(_) => out.push_str("Liquid::SelfDrop"),
        Value::Array(_) | Value::List(_) | Value::Map(_) => inspect(out, value),
    }
    Ok(())
}

/// The text that filters for texts see; borrowed where it is one already.
#[inline]
pub(crate) fn to_text<'a>(value: Value<'a>, arena: &'a Arena) -> Result<&'a str> {
    match value {
        Value::Str(text) => Ok(text),
        Value::Nil | Value::Blank | Value::Empty => Ok(""),
        Value::Bool(true) => Ok("true"),
        Value::Bool(false) => Ok("false"),
        Value::Object(object) => object.text(arena),
        _ => {
            let mut out = Out::new(arena.left());
            write(&mut out, value, arena)?;
            if out.is_full() {
                return Err(arena.exhausted());
            }
            arena.text(out.as_str())
        }
    }
}

/// Writes a value as it stands inside a printed list: texts in quotes.
pub(crate) fn inspect(out: &mut Out, value: Value<'_>) {
    inspect_nested(out, value, DEPTH);
}

fn inspect_nested(out: &mut Out, value: Value<'_>, depth: usize) {
    match value {
        Value::Nil => out.push_str("nil"),
        Value::Str(text) => inspect_text(out, text),
        Value::Array(_) | Value::List(_) => {
            out.push('[');
            let items = Items::of(value).filter(|_| depth > 0);
            for (at, item) in items.into_iter().flatten().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                inspect_nested(out, item, depth - 1);
            }
            out.push(']');
        }
        Value::Map(map) => {
            out.push('{');
            for (at, (name, value)) in map.iter().enumerate().filter(|_| depth > 0) {
                if at > 0 {
                    out.push_str(", ");
                }
                inspect_text(out, name);
                out.push_str("=>");
                inspect_nested(out, Value::of(value), depth - 1);
            }
            out.push('}');
        }
        Value::Bool(truth) => out.push_str(if truth { "true" } else { "false" }),
        Value::Int(number) => write_int(out, number),
        Value::Float(number) => super::decimal::write_float(out, number),
        Value::Big(number) => {
            let _ = write!(out, "{number}");
        }
        Value::Range(first, last) => {
            let _ = write!(out, "{first}..{last}");
        }
        Value::Object(_) => out.push_str("Object"),
        Value::ForLoop(_) => out.push_str("Liquid::ForloopDrop"),
        Value::RowLoop(_) => out.push_str("Liquid::TablerowloopDrop"),
        Value::Scope(_) => out.push_str("Liquid::SelfDrop"),
        Value::Blank | Value::Empty => out.push_str("\"\""),
    }
}

fn inspect_text(out: &mut Out, text: &str) {
    out.push('"');
    let mut rest = text.chars().peekable();
    while let Some(letter) = rest.next() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\x07' => out.push_str("\\a"),
            '\x08' => out.push_str("\\b"),
            '\x0b' => out.push_str("\\v"),
            '\x0c' => out.push_str("\\f"),
            '\x1b' => out.push_str("\\e"),
            '#' if matches!(rest.peek(), Some('{' | '$' | '@')) => out.push_str("\\#"),
            control if (control as u32) < 0x20 || control == '\x7f' => {
                let _ = write!(out, "\\x{:02X}", control as u32);
            }
            other => out.push(other),
        }
    }
    out.push('"');
}
