//! Leaves: scalars and enums, written straight into the reply's bytes.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

/// The JSON form of a leaf, compared with the schema at start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeafKind {
    /// A whole number.
    Int,
    /// A number.
    Float,
    /// `true` or `false`.
    Boolean,
    /// A string: `String`, `ID`, an enum, or a scalar of the schema's own.
    Text,
    /// Any JSON.
    Json,
    /// A list of a kind; the flag says whether items may be null.
    List(&'static LeafKind, bool),
}

/// A value that is written as JSON without selections.
pub trait Leaf {
    /// Its JSON form.
    const KIND: LeafKind;
    /// Whether it may be null.
    const NULLABLE: bool = false;

    /// Whether it is null.
    fn is_null(&self) -> bool {
        false
    }

    /// Appends its JSON.
    fn write(&self, out: &mut Vec<u8>);
}

/// Whether any of eight bytes must be escaped: below 0x20, a quote or a backslash.
fn escapes(eight: u64) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    // A byte's high bit is set when the byte was below the subtrahend; high bytes of UTF-8 are masked out.
    let below = |value: u64, than: u64| value.wrapping_sub(ONES * than) & !value & HIGH;
    let quote = eight ^ (ONES * u64::from(b'"'));
    let backslash = eight ^ (ONES * u64::from(b'\\'));
    below(eight, 0x20) | below(quote, 1) | below(backslash, 1) != 0
}

/// The first byte from `start` on that must be escaped.
fn next_escape(bytes: &[u8], mut start: usize) -> Option<usize> {
    while let Some(eight) = bytes.get(start..).and_then(|rest| rest.first_chunk::<8>()) {
        if escapes(u64::from_le_bytes(*eight)) {
            break;
        }
        start += 8;
    }
    let escaped = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
    Some(start + bytes.get(start..)?.iter().position(escaped)?)
}

/// Appends `text` as a JSON string, escaped as `JSON.stringify` does.
pub fn write_text(out: &mut Vec<u8>, text: &str) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let bytes = text.as_bytes();
    out.reserve(bytes.len() + 2);
    out.push(b'"');
    let mut clean = 0;
    while let Some(index) = next_escape(bytes, clean) {
        out.extend_from_slice(&bytes[clean..index]);
        clean = index + 1;
        match bytes[index] {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x0c => out.extend_from_slice(b"\\f"),
            byte => {
                out.extend_from_slice(b"\\u00");
                out.push(HEX[usize::from(byte >> 4)]);
                out.push(HEX[usize::from(byte & 15)]);
            }
        }
    }
    out.extend_from_slice(&bytes[clean..]);
    out.push(b'"');
}

fn write_unsigned(out: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0_u8; 20];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[start..]);
}

fn write_signed(out: &mut Vec<u8>, number: i64) {
    if number < 0 {
        out.push(b'-');
    }
    write_unsigned(out, number.unsigned_abs());
}

macro_rules! whole_number {
    ($($number:ty => $write:ident),*) => {$(
        impl Leaf for $number {
            const KIND: LeafKind = LeafKind::Int;

            fn write(&self, out: &mut Vec<u8>) {
                $write(out, (*self).into());
            }
        }
    )*};
}

whole_number!(i32 => write_signed, i64 => write_signed, u32 => write_unsigned, u64 => write_unsigned);

impl Leaf for usize {
    const KIND: LeafKind = LeafKind::Int;

    fn write(&self, out: &mut Vec<u8>) {
        write_unsigned(out, *self as u64);
    }
}

impl Leaf for bool {
    const KIND: LeafKind = LeafKind::Boolean;

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(if *self { b"true" } else { b"false" });
    }
}

impl Leaf for f64 {
    const KIND: LeafKind = LeafKind::Float;

    fn write(&self, out: &mut Vec<u8>) {
        serde_json::to_writer(out, self).expect("a number always serialises into memory");
    }
}

macro_rules! text {
    ($($text:ty),*) => {$(
        impl Leaf for $text {
            const KIND: LeafKind = LeafKind::Text;

            fn write(&self, out: &mut Vec<u8>) {
                write_text(out, self);
            }
        }
    )*};
}

text!(String, &'static str, Cow<'static, str>, Rc<str>, Arc<str>);

impl Leaf for serde_json::Value {
    const KIND: LeafKind = LeafKind::Json;

    fn is_null(&self) -> bool {
        serde_json::Value::is_null(self)
    }

    fn write(&self, out: &mut Vec<u8>) {
        serde_json::to_writer(out, self).expect("a JSON value always serialises into memory");
    }
}

impl<L: Leaf> Leaf for Option<L> {
    const KIND: LeafKind = L::KIND;
    const NULLABLE: bool = true;

    fn is_null(&self) -> bool {
        self.as_ref().is_none_or(Leaf::is_null)
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Some(leaf) => leaf.write(out),
            None => out.extend_from_slice(b"null"),
        }
    }
}

impl<L: Leaf + 'static> Leaf for Vec<L> {
    const KIND: LeafKind = LeafKind::List(&L::KIND, L::NULLABLE);

    fn write(&self, out: &mut Vec<u8>) {
        out.push(b'[');
        for (index, leaf) in self.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            leaf.write(out);
        }
        out.push(b']');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json<L: Leaf>(leaf: L) -> String {
        let mut out = Vec::new();
        leaf.write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn text_is_escaped_as_a_browser_escapes_it() {
        assert_eq!(
            json("a\"\\\n\r\t\u{8}\u{c}\u{1}é\u{2028}"),
            "\"a\\\"\\\\\\n\\r\\t\\b\\f\\u0001é\u{2028}\""
        );
        assert_eq!(json(""), "\"\"");
        for at in 0..40 {
            let text = format!("{}\u{1f}{}", "é".repeat(at), "x".repeat(40 - at));
            let escaped = format!("\"{}\"", text.replace('\u{1f}', "\\u001f"));
            assert_eq!(json(text), escaped);
        }
    }

    #[test]
    fn numbers_lists_and_absent_values_are_json() {
        assert_eq!(json(i64::MIN), "-9223372036854775808");
        assert_eq!(json(u64::MAX), "18446744073709551615");
        assert_eq!(json(vec![Some(1_i32), None]), "[1,null]");
        assert_eq!(json(1.5_f64), "1.5");
        assert!(Option::<bool>::None.is_null());
        assert_eq!(
            <Vec<Option<i32>> as Leaf>::KIND,
            LeafKind::List(&LeafKind::Int, true)
        );
    }
}
