//! Filters for texts.

use memchr::memmem;

use super::Call;
use crate::error::Result;
use crate::out::Out;
use crate::value::Value;
use crate::value::number::to_integer;

/// What Ruby strips: spaces, and zero bytes.
fn is_stripped(letter: char) -> bool {
    matches!(letter, '\0' | '\t'..='\r' | ' ')
}

pub(super) fn append(call: &Call<'_, '_>, out: &mut Out) -> Result<()> {
    out.push_str(call.text()?);
    out.push_str(call.argument_text(0)?);
    Ok(())
}

pub(super) fn prepend(call: &Call<'_, '_>, out: &mut Out) -> Result<()> {
    out.push_str(call.argument_text(0)?);
    out.push_str(call.text()?);
    Ok(())
}

pub(super) fn downcase(call: &Call<'_, '_>, out: &mut Out) -> Result<()> {
    write_lower(out, call.text()?);
    Ok(())
}

pub(super) fn upcase(call: &Call<'_, '_>, out: &mut Out) -> Result<()> {
    write_upper(out, call.text()?);
    Ok(())
}

fn write_lower(out: &mut Out, text: &str) {
    if text.is_ascii() {
        out.push_ascii_lowercase(text);
    } else {
        out.push_str(&text.to_lowercase());
    }
}

fn write_upper(out: &mut Out, text: &str) {
    if text.is_ascii() {
        out.push_ascii_uppercase(text);
    } else {
        out.push_str(&text.to_uppercase());
    }
}

pub(super) fn capitalize(call: &Call<'_, '_>, out: &mut Out) -> Result<()> {
    let text = call.text()?;
    let mut letters = text.chars();
    if let Some(first) = letters.next() {
        match first {
            _ if first.is_ascii() => out.push(first.to_ascii_uppercase()),
            // Ruby has title letters for these; the rest of Unicode's are rare.
            'ß' => out.push_str("Ss"),
            _ => first.to_uppercase().for_each(|letter| out.push(letter)),
        }
        write_lower(out, letters.as_str());
    }
    Ok(())
}

pub(super) fn strip(call: &Call<'_, '_>, out: &mut Out) -> Result<()> {
    out.push_str(call.text()?.trim_matches(is_stripped));
    Ok(())
}

pub(super) fn squish(call: &Call<'_, '_>, out: &mut Out) -> Result<()> {
    for (at, word) in call.text()?.split_whitespace().enumerate() {
        if at > 0 {
            out.push(' ');
        }
        out.push_str(word);
    }
    Ok(())
}

pub(super) fn lstrip(call: &Call<'_, '_>, out: &mut Out) -> Result<()> {
    out.push_str(call.text()?.trim_start_matches(is_stripped));
    Ok(())
}

pub(super) fn rstrip(call: &Call<'_, '_>, out: &mut Out) -> Result<()> {
    out.push_str(call.text()?.trim_end_matches(is_stripped));
    Ok(())
}

pub(super) fn replace(call: &Call<'_, '_>, out: &mut Out) -> Result<()> {
    replace_all(
        call.text()?,
        call.argument_text(0)?,
        call.argument_text(1)?,
        out,
    );
    Ok(())
}

pub(super) fn remove(call: &Call<'_, '_>, out: &mut Out) -> Result<()> {
    replace_all(call.text()?, call.argument_text(0)?, "", out);
    Ok(())
}

fn replace_all(text: &str, pattern: &str, replacement: &str, out: &mut Out) {
    let replacement = Replacement::of(replacement);
    if pattern.is_empty() {
        let mut from = 0;
        for (at, letter) in text.char_indices() {
            replacement.write(text, at, 0, out);
            out.push(letter);
            from = at + letter.len_utf8();
        }
        replacement.write(text, from, 0, out);
        return;
    }
    let mut from = 0;
    for at in memmem::find_iter(text.as_bytes(), pattern.as_bytes()) {
        if out.is_full() {
            return;
        }
        out.push_str(&text[from..at]);
        replacement.write(text, at, pattern.len(), out);
        from = at + pattern.len();
    }
    out.push_str(&text[from..]);
}

/// What comes in place of something.
#[derive(Clone, Copy)]
enum Replacement<'r> {
    Plain(&'r str),
    /// With backslashes, which mean something.
    Coded(&'r str),
}

impl<'r> Replacement<'r> {
    fn of(text: &'r str) -> Self {
        match text.contains('\\') {
            true => Replacement::Coded(text),
            false => Replacement::Plain(text),
        }
    }

    /// Writes what comes in place of `text[at..at + len]`.
    fn write(self, text: &str, at: usize, len: usize, out: &mut Out) {
        match self {
            Replacement::Plain(plain) => out.push_str(plain),
            Replacement::Coded(coded) => write_coded(text, at, len, coded, out),
        }
    }
}

/// Writes a replacement with backslashes: `\0` is what was found, `\\` is a
/// backslash, ``\` `` what stands before, `\'` what stands behind.
fn write_coded(text: &str, at: usize, len: usize, replacement: &str, out: &mut Out) {
    let mut rest = replacement.chars();
    while let Some(letter) = rest.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        match rest.clone().next() {
            Some('0' | '&') => out.push_str(&text[at..at + len]),
            Some('1'..='9') => {}
            Some('`') => out.push_str(&text[..at]),
            Some('\'') => out.push_str(&text[at + len..]),
            Some('\\') => out.push('\\'),
            _ => {
                out.push('\\');
                continue;
            }
        }
        rest.next();
    }
}

pub(super) fn replace_first(call: &Call<'_, '_>, out: &mut Out) -> Result<()> {
    first_replaced(
        call.text()?,
        call.argument_text(0)?,
        call.argument_text(1)?,
        out,
    );
    Ok(())
}

pub(super) fn remove_first(call: &Call<'_, '_>, out: &mut Out) -> Result<()> {
    first_replaced(call.text()?, call.argument_text(0)?, "", out);
    Ok(())
}

fn first_replaced(text: &str, pattern: &str, replacement: &str, out: &mut Out) {
    match text.find(pattern) {
        Some(at) => {
            out.push_str(&text[..at]);
            Replacement::of(replacement).write(text, at, pattern.len(), out);
            out.push_str(&text[at + pattern.len()..]);
        }
        None => out.push_str(text),
    }
}

pub(super) fn replace_last(call: &Call<'_, '_>, out: &mut Out) -> Result<()> {
    last_replaced(
        call.text()?,
        call.argument_text(0)?,
        call.argument_text(1)?,
        out,
    );
    Ok(())
}

pub(super) fn remove_last(call: &Call<'_, '_>, out: &mut Out) -> Result<()> {
    last_replaced(call.text()?, call.argument_text(0)?, "", out);
    Ok(())
}

fn last_replaced(text: &str, pattern: &str, replacement: &str, out: &mut Out) {
    match text.rfind(pattern) {
        Some(at) => {
            out.push_str(&text[..at]);
            out.push_str(replacement);
            out.push_str(&text[at + pattern.len()..]);
        }
        None => out.push_str(text),
    }
}

/// The length that a filter cuts to, and what it puts behind.
fn cut<'a>(call: &Call<'a, '_>, length: i64) -> Result<(i64, &'a str)> {
    let length = match call.has_argument(0) {
        true => to_integer(call.argument(0))?,
        false => length,
    };
    let dots = match call.has_argument(1) {
        true => call.argument_text(1)?,
        false => "...",
    };
    Ok((length, dots))
}

pub(super) fn truncate(call: &Call<'_, '_>, out: &mut Out) -> Result<()> {
    let text = call.text()?;
    let (length, dots) = cut(call, 50)?;
    // A length below zero is shorter than the empty text.
    if let Ok(length) = usize::try_from(length)
        && (text.len() <= length || text.chars().nth(length).is_none())
    {
        out.push_str(text);
        return Ok(());
    }
    let length = usize::try_from(length).unwrap_or(0);
    let kept = length.saturating_sub(dots.chars().count());
    let end = text
        .char_indices()
        .nth(kept)
        .map_or(text.len(), |(at, _)| at);
    out.push_str(&text[..end]);
    out.push_str(dots);
    Ok(())
}

pub(super) fn truncatewords(call: &Call<'_, '_>, out: &mut Out) -> Result<()> {
    let text = call.text()?;
    let (words, dots) = cut(call, 15)?;
    let words = usize::try_from(words.max(1)).unwrap_or(usize::MAX);
    let mut rest = text.trim_start_matches(is_stripped);
    let mut kept = Vec::new();
    while kept.len() < words && !rest.is_empty() {
        let end = rest.find(is_stripped).unwrap_or(rest.len());
        kept.push(&rest[..end]);
        // Behind the last word, even a space alone counts as more text.
        if kept.len() == words && end < rest.len() {
            for (at, word) in kept.iter().enumerate() {
                if at > 0 {
                    out.push(' ');
                }
                out.push_str(word);
            }
            out.push_str(dots);
            return Ok(());
        }
        rest = rest[end..].trim_start_matches(is_stripped);
    }
    out.push_str(text);
    Ok(())
}

pub(super) fn split<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
    let text = call.text()?;
    let pattern = call.argument_text(0)?;
    let mut parts: Vec<Value<'a>> = match pattern {
        " " => text
            .split(is_stripped)
            .filter(|part| !part.is_empty())
            .map(Value::Str)
            .collect(),
        "" => text
            .char_indices()
            .map(|(at, letter)| Value::Str(&text[at..at + letter.len_utf8()]))
            .collect(),
        _ => text.split(pattern).map(Value::Str).collect(),
    };
    while matches!(parts.last(), Some(Value::Str(""))) {
        parts.pop();
    }
    call.arena.list(&parts)
}
