//! Reading: from a template's text to tokens, from a tag's markup to
//! expressions.

pub(crate) mod cursor;
pub(crate) mod lax;
pub(crate) mod lexer;
pub(crate) mod tokens;

/// What counts as a space inside tags.
pub(crate) fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0b
}

/// Without spaces at both ends.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_ascii() && is_space(c as u8))
}

/// What whitespace control takes away at the start of a text.
pub(crate) fn trim_start(text: &str) -> &str {
    text.trim_start_matches(|c: char| c == '\0' || c.is_ascii() && is_space(c as u8))
}

/// What whitespace control takes away at the end of a text.
pub(crate) fn trim_end(text: &str) -> &str {
    text.trim_end_matches(|c: char| c == '\0' || c.is_ascii() && is_space(c as u8))
}

/// Whether a text is nothing but spaces.
pub(crate) fn is_blank(text: &str) -> bool {
    text.bytes().all(is_space)
}

/// A letter, digit or underscore.
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// How many lines a text breaks into, less one.
pub(crate) fn line_breaks(text: &str) -> u32 {
    memchr::memchr_iter(b'\n', text.as_bytes()).count() as u32
}
