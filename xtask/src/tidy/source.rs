//! A Rust source with its code, comments and string literals told apart.

use std::ops::Range;

/// A Rust file.
#[derive(Debug)]
pub(super) struct Source {
    /// Its path, as git names it.
    pub(super) name: String,
    /// The text with comments and the insides of literals blanked out; every
    /// byte stands where it stood.
    pub(super) code: String,
    /// The comments, with the offset where each begins.
    pub(super) comments: Vec<(usize, String)>,
    /// The string literals, likewise.
    pub(super) strings: Vec<(usize, String)>,
    /// The parts that are compiled for tests only.
    pub(super) test_parts: Vec<Range<usize>>,
}

impl Source {
    pub(super) fn parse(name: &str, text: &str) -> Self {
        let mut lexer = Lexer {
            text: text.as_bytes(),
            code: text.as_bytes().to_vec(),
            at: 0,
            comments: Vec::new(),
            strings: Vec::new(),
        };
        lexer.run();
        let code = String::from_utf8_lossy(&lexer.code).into_owned();
        let slice = |(start, range): (usize, Range<usize>)| {
            (
                start,
                String::from_utf8_lossy(&text.as_bytes()[range]).into_owned(),
            )
        };
        let test_parts = test_parts(&code);
        Source {
            name: name.to_owned(),
            comments: lexer.comments.into_iter().map(slice).collect(),
            strings: lexer.strings.into_iter().map(slice).collect(),
            code,
            test_parts,
        }
    }

    /// The number of the line that holds a byte, from 1.
    pub(super) fn line(&self, offset: usize) -> usize {
        line_of(&self.code, offset)
    }

    /// Whether a byte stands in a part that is compiled for tests only.
    pub(super) fn is_test(&self, offset: usize) -> bool {
        self.test_parts.iter().any(|part| part.contains(&offset))
    }

    /// Takes the whole file for a test's.
    pub(super) fn mark_as_test(&mut self) {
        self.test_parts.push(0..self.code.len());
    }

    /// Where a piece of code begins, each time it does.
    pub(super) fn find(&self, needle: &str) -> Vec<usize> {
        find_words(&self.code, needle)
    }
}

/// The number of the line that holds a byte, from 1.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    1 + text.as_bytes()[..offset]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count()
}

/// Where `needle` begins in `text`; where its ends are letters, the letters
/// around it must end too.
pub(super) fn find_words(text: &str, needle: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let first_is_word = needle.bytes().next().is_some_and(is_word);
    let last_is_word = needle.bytes().last().is_some_and(is_word);
    text.match_indices(needle)
        .map(|(at, _)| at)
        .filter(|&at| {
            let before = at.checked_sub(1).is_some_and(|at| is_word(bytes[at]));
            let after = bytes
                .get(at + needle.len())
                .is_some_and(|byte| is_word(*byte));
            !(first_is_word && before || last_is_word && after)
        })
        .collect()
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The offset just behind the bracket that closes the one at `open`.
pub(super) fn closing(code: &str, open: usize) -> usize {
    let bytes = code.as_bytes();
    let (up, down) = match bytes[open] {
        b'(' => (b'(', b')'),
        b'[' => (b'[', b']'),
        _ => (b'{', b'}'),
    };
    let mut depth = 0_usize;
    for (at, byte) in bytes.iter().enumerate().skip(open) {
        if *byte == up {
            depth += 1;
        } else if *byte == down {
            depth -= 1;
            if depth == 0 {
                return at + 1;
            }
        }
    }
    bytes.len()
}

/// The items behind `#[cfg(test)]`.
fn test_parts(code: &str) -> Vec<Range<usize>> {
    code.match_indices("#[cfg(test)]")
        .map(|(start, attribute)| {
            let rest = start + attribute.len();
            let end = code[rest..].find(['{', ';']).map_or(code.len(), |at| {
                match code.as_bytes()[rest + at] {
                    b'{' => closing(code, rest + at),
                    _ => rest + at + 1,
                }
            });
            start..end
        })
        .collect()
}

struct Lexer<'a> {
    text: &'a [u8],
    code: Vec<u8>,
    at: usize,
    comments: Vec<(usize, Range<usize>)>,
    strings: Vec<(usize, Range<usize>)>,
}

impl Lexer<'_> {
    fn run(&mut self) {
        while self.at < self.text.len() {
            let rest = &self.text[self.at..];
            if rest.starts_with(b"//") {
                self.line_comment();
            } else if rest.starts_with(b"/*") {
                self.block_comment();
            } else if let Some(hashes) = self.raw_string() {
                self.raw(hashes);
            } else if rest[0] == b'"' {
                self.string();
            } else if rest[0] == b'\'' {
                self.quote();
            } else {
                self.at += 1;
            }
        }
    }

    fn blank(&mut self, range: Range<usize>) {
        for byte in &mut self.code[range] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }

    fn comment(&mut self, end: usize) {
        let range = self.at..end;
        self.comments.push((self.at, range.clone()));
        self.blank(range);
        self.at = end;
    }

    fn line_comment(&mut self) {
        let rest = &self.text[self.at..];
        let length = rest.iter().position(|byte| *byte == b'\n');
        self.comment(length.map_or(self.text.len(), |length| self.at + length));
    }

    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        let mut at = self.at;
        while at < self.text.len() {
            let rest = &self.text[at..];
            if rest.starts_with(b"/*") {
                depth += 1;
                at += 2;
            } else if rest.starts_with(b"*/") {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    break;
                }
            } else {
                at += 1;
            }
        }
        self.comment(at);
    }

    /// How many hashes a raw string that begins here has.
    fn raw_string(&self) -> Option<usize> {
        let before = self.at.checked_sub(1).map(|at| self.text[at]);
        if before.is_some_and(is_word) && !matches!(before, Some(b'b' | b'c')) {
            return None;
        }
        let rest = self.text[self.at..].strip_prefix(b"r")?;
        let hashes = rest.iter().take_while(|byte| **byte == b'#').count();
        (rest.get(hashes) == Some(&b'"')).then_some(hashes)
    }

    fn raw(&mut self, hashes: usize) {
        let start = self.at + 2 + hashes;
        let mut closing = vec![b'"'];
        closing.resize(1 + hashes, b'#');
        let end = self.text[start..]
            .windows(closing.len())
            .position(|window| window == closing)
            .map_or(self.text.len(), |at| start + at);
        self.literal(start, end);
        self.at = (end + closing.len()).min(self.text.len());
    }

    fn string(&mut self) {
        let start = self.at + 1;
        let mut end = start;
        while end < self.text.len() && self.text[end] != b'"' {
            end += if self.text[end] == b'\\' { 2 } else { 1 };
        }
        let end = end.min(self.text.len());
        self.literal(start, end);
        self.at = end + 1;
    }

    fn literal(&mut self, start: usize, end: usize) {
        self.strings.push((start, start..end));
        self.blank(start..end);
    }

    /// A character literal, or the tick of a lifetime or label.
    fn quote(&mut self) {
        let rest = &self.text[self.at + 1..];
        let length = match rest {
            [b'\\', ..] => rest
                .iter()
                .skip(2)
                .position(|byte| *byte == b'\'')
                .map(|at| at + 2),
            _ => rest
                .iter()
                .take(5)
                .position(|byte| *byte == b'\'')
                .filter(|&at| {
                    std::str::from_utf8(&rest[..at]).is_ok_and(|text| text.chars().count() == 1)
                }),
        };
        match length {
            Some(length) => {
                let start = self.at + 1;
                self.blank(start..start + length);
                self.at = start + length + 1;
            }
            None => self.at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        Source::parse("a.rs", text).code
    }

    #[test]
    fn comments_and_the_insides_of_strings_are_no_code() {
        assert_eq!(code("a /* b /* c */ d */ e"), "a                   e");
        assert_eq!(code("a // b\nc"), "a     \nc");
        assert_eq!(code(r#"f("x \" // y") + 1"#), r#"f("         ") + 1"#);
        assert_eq!(code("r#\"a\"b\"# c"), "r#\"   \"# c");
    }

    #[test]
    fn a_quote_is_a_character_or_a_lifetime() {
        assert_eq!(code("'\"' x"), "' ' x");
        assert_eq!(code(r"'\'' x"), "'  ' x");
        assert_eq!(code("&'a str, 'b'"), "&'a str, ' '");
        assert_eq!(code("'é' x"), "'  ' x");
    }

    #[test]
    fn comments_and_strings_are_kept_with_their_places() {
        let source = Source::parse("a.rs", "x();\n// why\ny(\"text\");");
        assert_eq!(source.comments, [(5, "// why".to_owned())]);
        assert_eq!(source.strings, [(15, "text".to_owned())]);
        assert_eq!(source.line(15), 3);
    }

    #[test]
    fn the_test_part_ends_where_its_brace_closes() {
        let source = Source::parse("a.rs", "a\n#[cfg(test)]\nmod tests { fn b() {} }\nc");
        assert!(source.is_test(source.find("b")[0]));
        assert!(!source.is_test(source.find("c")[0]));
        assert!(!source.is_test(0));
    }

    #[test]
    fn words_are_found_whole() {
        assert_eq!(find_words("async asynchronous", "async"), [0]);
        assert_eq!(find_words("x.await?", ".await"), [1]);
        assert_eq!(find_words("denv::var env::var", "env::var"), [10]);
    }
}
