//! The tokens of a request's text.

/// What a token is. The names are those that error messages show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `{`, `...` and the like, by their text.
    Punctuator,
    Name,
    Int,
    Float,
    Text,
    /// Not a token of the language.
    Unknown,
}

/// A token and where it stands, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The tokens of a text; after an unknown one there are no more.
pub(crate) struct Lexer<'a> {
    text: &'a str,
    offset: usize,
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, offset: 0 }
    }

    fn rest(&self) -> &'a [u8] {
        &self.text.as_bytes()[self.offset..]
    }

    fn skip_ignored(&mut self) {
        loop {
            let rest = self.rest();
            self.offset += match rest {
                [b' ' | b'\t' | b'\n' | b'\r' | b',', ..] => 1,
                [0xEF, 0xBB, 0xBF, ..] => 3,
                [b'#', ..] => rest
                    .iter()
                    .position(|byte| matches!(byte, b'\n' | b'\r'))
                    .unwrap_or(rest.len()),
                _ => return,
            };
        }
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        self.skip_ignored();
        let rest = self.rest();
        let first = *rest.first()?;
        let (kind, length) = match first {
            b'!' | b'$' | b'&' | b'(' | b')' | b':' | b'=' | b'@' | b'[' | b']' | b'{' | b'|'
            | b'}' => (Kind::Punctuator, 1),
            b'.' if rest.starts_with(b"...") => (Kind::Punctuator, 3),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => (Kind::Name, run(rest, is_name)),
            b'-' | b'0'..=b'9' => number(rest),
            b'"' => text(rest),
            _ => (Kind::Unknown, 1),
        };
        let start = self.offset;
        let mut end = start + length;
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        self.offset = if kind == Kind::Unknown {
            self.text.len()
        } else {
            end
        };
        Some(Token { kind, start, end })
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn run(bytes: &[u8], keep: impl Fn(u8) -> bool) -> usize {
    bytes
        .iter()
        .position(|byte| !keep(*byte))
        .unwrap_or(bytes.len())
}

fn digits(bytes: &[u8]) -> usize {
    run(bytes, |byte| byte.is_ascii_digit())
}

fn number(bytes: &[u8]) -> (Kind, usize) {
    let mut length = usize::from(bytes[0] == b'-');
    let whole = digits(&bytes[length..]);
    let leading_zero = bytes.get(length) == Some(&b'0') && whole > 1;
    length += whole;
    let mut kind = Kind::Int;
    let mut sound = whole > 0 && !leading_zero;
    if bytes.get(length) == Some(&b'.') {
        let fraction = digits(&bytes[length + 1..]);
        sound &= fraction > 0;
        length += 1 + fraction;
        kind = Kind::Float;
    }
    if matches!(bytes.get(length), Some(b'e' | b'E')) {
        length += 1;
        length += usize::from(matches!(bytes.get(length), Some(b'+' | b'-')));
        let exponent = digits(&bytes[length..]);
        sound &= exponent > 0;
        length += exponent;
        kind = Kind::Float;
    }
    // Nothing that could belong to a number or a name may follow at once.
    let follows = bytes
        .get(length)
        .is_some_and(|byte| is_name(*byte) || *byte == b'.');
    if sound && !follows {
        (kind, length)
    } else {
        (Kind::Unknown, length.max(1))
    }
}

fn text(bytes: &[u8]) -> (Kind, usize) {
    if bytes.starts_with(b"\"\"\"") {
        return block(bytes);
    }
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        at += match byte {
            b'"' => return (Kind::Text, at + 1),
            b'\n' | b'\r' => return (Kind::Unknown, at),
            b'\\' => match escape(&bytes[at + 1..]) {
                Some(length) => 1 + length,
                None => return (Kind::Unknown, at),
            },
            _ => 1,
        };
    }
    (Kind::Unknown, bytes.len())
}

/// How long the escape after a backslash is, when it is one.
fn escape(bytes: &[u8]) -> Option<usize> {
    match bytes.first()? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(1),
        b'u' => {
            let high = code_unit(&bytes[1..])?;
            match high {
                0xD800..=0xDBFF => {
                    let low = code_unit(bytes.get(5..)?.strip_prefix(b"\\u")?)?;
                    matches!(low, 0xDC00..=0xDFFF).then_some(11)
                }
                0xDC00..=0xDFFF => None,
                _ => Some(5),
            }
        }
        _ => None,
    }
}

fn code_unit(bytes: &[u8]) -> Option<u32> {
    let digits = bytes
        .get(..4)
        .filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

fn block(bytes: &[u8]) -> (Kind, usize) {
    let mut at = 3;
    while at < bytes.len() {
        let rest = &bytes[at..];
        if rest.starts_with(b"\\\"\"\"") {
            at += 4;
        } else if rest.starts_with(b"\"\"\"") {
            return (Kind::Text, at + 3);
        } else {
            at += 1;
        }
    }
    (Kind::Unknown, bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(Kind, &str)> {
        Lexer::new(text)
            .map(|token| (token.kind, &text[token.start..token.end]))
            .collect()
    }

    #[test]
    fn tokens_are_told_apart() {
        use Kind::{Float, Int, Name, Punctuator, Text, Unknown};
        assert_eq!(
            kinds("\u{feff}{ a,...B # c }\n}")[1..4],
            [(Name, "a"), (Punctuator, "..."), (Name, "B")]
        );
        assert_eq!(
            kinds("1 -2 3.5 1e9 -1.5E-3"),
            [
                (Int, "1"),
                (Int, "-2"),
                (Float, "3.5"),
                (Float, "1e9"),
                (Float, "-1.5E-3")
            ]
        );
        for wrong in [
            "01",
            "1.",
            "1.x",
            "-",
            "1e",
            "2a",
            "é",
            "\"a",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\ud800\"",
            "\"a\nb\"",
            "\"\"\"a",
        ] {
            assert_eq!(kinds(wrong)[0].0, Unknown, "{wrong}");
        }
        assert_eq!(kinds(r#""a\"\u00e9\ud83d\ude00" """b"\"""c""""#).len(), 2);
        assert!(
            kinds(r#""x" """y""""#)
                .iter()
                .all(|(kind, _)| *kind == Text)
        );
    }
}
