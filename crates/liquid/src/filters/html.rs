//! Filters for HTML.

use memchr::{memchr, memchr2, memmem};

use super::Call;
use crate::error::Result;
use crate::out::Out;

pub(super) fn escape(call: &Call<'_, '_>, out: &mut Out) -> Result<()> {
    write_escaped(out, call.text()?);
    Ok(())
}

/// Writes a text so that it stands for itself in HTML.
pub(crate) fn write_escaped(out: &mut Out, text: &str) {
    let bytes = text.as_bytes();
    if !has_special(bytes) {
        out.push_str(text);
        return;
    }
    let mut from = 0;
    while let Some(at) = next_special(bytes, from) {
        out.push_str(&text[from..at]);
        out.push_str(entity(bytes[at]).unwrap_or_default());
        from = at + 1;
    }
    out.push_str(&text[from..]);
}

/// The letters that stand for something else in HTML.
const SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    special[b'&' as usize] = true;
    special[b'<' as usize] = true;
    special[b'>' as usize] = true;
    special[b'"' as usize] = true;
    special[b'\'' as usize] = true;
    special
};

/// Whether any letter stands for something else: looked for in many bytes at
/// once, for it is mostly not so.
#[inline]
fn has_special(bytes: &[u8]) -> bool {
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        return any_special::<16>(first)
            || any_special::<16>(last)
            || bytes.as_chunks().0.iter().skip(1).any(any_special::<16>);
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        return any_special::<8>(first) || any_special::<8>(last);
    }
    bytes.iter().any(|byte| SPECIAL[usize::from(*byte)])
}

/// Without branches, so that the processor compares all bytes at once. `&` and
/// `'` differ in one bit, and so do `<` and `>`.
#[inline]
fn any_special<const N: usize>(bytes: &[u8; N]) -> bool {
    let special = |byte: u8| {
        u8::from(byte | 1 == b'\'') | u8::from(byte | 2 == b'>') | u8::from(byte == b'"')
    };
    bytes.iter().fold(0, |found, byte| found | special(*byte)) != 0
}

/// Where the next special letter stands.
fn next_special(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(chunk) = bytes[at..].first_chunk() {
        let found = special_bytes(u64::from_le_bytes(*chunk));
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += chunk.len();
    }
    let rest = &bytes[at..];
    let found = rest.iter().position(|byte| SPECIAL[usize::from(*byte)])?;
    Some(at + found)
}

/// The lowest bit that is set is in the first of eight bytes that is special.
fn special_bytes(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let any_is = |word: u64, byte: u8| {
        let zero_if = word ^ (ONES * u64::from(byte));
        zero_if.wrapping_sub(ONES) & !zero_if & (ONES << 7)
    };
    any_is(word | ONES, b'\'') | any_is(word | ONES << 1, b'>') | any_is(word, b'"')
}

#[inline]
fn entity(byte: u8) -> Option<&'static str> {
    if !SPECIAL[usize::from(byte)] {
        return None;
    }
    Some(match byte {
        b'&' => "&amp;",
        b'<' => "&lt;",
        b'>' => "&gt;",
        b'"' => "&quot;",
        _ => "&#39;",
    })
}

pub(super) fn escape_once(call: &Call<'_, '_>, out: &mut Out) -> Result<()> {
    let text = call.text()?;
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        if let Some(entity) = entity(byte)
            && !(byte == b'&' && is_entity(&text[at + 1..]))
        {
            out.push_str(&text[from..at]);
            out.push_str(entity);
            from = at + 1;
        }
    }
    out.push_str(&text[from..]);
    Ok(())
}

/// Whether `name;` or `#12;` stands here.
fn is_entity(text: &str) -> bool {
    let bytes = text.as_bytes();
    let len = match bytes.strip_prefix(b"#") {
        Some(digits) => match digits
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count()
        {
            0 => 0,
            len => len + 1,
        },
        None => bytes
            .iter()
            .take_while(|byte| byte.is_ascii_alphabetic())
            .count(),
    };
    len > 0 && bytes.get(len) == Some(&b';')
}

/// Parts that go away with all they hold.
const BLOCKS: [(&str, &str); 3] = [
    ("<script", "</script>"),
    ("<!--", "-->"),
    ("<style", "</style>"),
];

pub(super) fn strip_html(call: &Call<'_, '_>, out: &mut Out) -> Result<()> {
    let text = call.text()?;
    let has_blocks = BLOCKS
        .iter()
        .any(|(start, _)| memmem::find(text.as_bytes(), start.as_bytes()).is_some());
    if !has_blocks {
        strip_tags(text, out);
        return Ok(());
    }
    let mut rest = Out::new(call.arena.left());
    strip_blocks(text, &mut rest);
    strip_tags(rest.as_str(), out);
    Ok(())
}

fn strip_blocks(text: &str, out: &mut Out) {
    let mut from = 0;
    let mut at = 0;
    // Ends that are not to be found any more are not looked for again.
    let mut open = [true; 3];
    while let Some(found) = memchr(b'<', &text.as_bytes()[at..]) {
        let start = at + found;
        at = start + 1;
        for (block, (head, end)) in BLOCKS.iter().enumerate() {
            if !open[block] || !text[start..].starts_with(head) {
                continue;
            }
            let inside = start + head.len();
            match memmem::find(&text.as_bytes()[inside..], end.as_bytes()) {
                Some(found) => {
                    out.push_str(&text[from..start]);
                    from = inside + found + end.len();
                    at = from;
                }
                None => open[block] = false,
            }
            break;
        }
    }
    out.push_str(&text[from..]);
}

fn strip_tags(text: &str, out: &mut Out) {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(start) = memchr(b'<', &bytes[from..]) {
        let Some(end) = memchr(b'>', &bytes[from + start..]) else {
            break;
        };
        out.push_str(&text[from..from + start]);
        from += start + end + 1;
    }
    out.push_str(&text[from..]);
}

pub(super) fn newline_to_br(call: &Call<'_, '_>, out: &mut Out) -> Result<()> {
    replace_newlines(call.text()?, "<br />\n", out);
    Ok(())
}

pub(super) fn strip_newlines(call: &Call<'_, '_>, out: &mut Out) -> Result<()> {
    replace_newlines(call.text()?, "", out);
    Ok(())
}

fn replace_newlines(text: &str, replacement: &str, out: &mut Out) {
    let bytes = text.as_bytes();
    let (mut from, mut at) = (0, 0);
    while let Some(found) = memchr2(b'\r', b'\n', &bytes[at..]) {
        let start = at + found;
        let len = match bytes[start..] {
            [b'\r', b'\n', ..] => 2,
            [b'\n', ..] => 1,
            _ => 0,
        };
        at = start + len.max(1);
        if len > 0 {
            out.push_str(&text[from..start]);
            out.push_str(replacement);
            from = at;
        }
    }
    out.push_str(&text[from..]);
}
