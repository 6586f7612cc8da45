//! The forgiving grammar: whatever looks like a fragment is taken, whatever
//! does not is passed over.

use std::collections::HashMap;

use super::{is_space, is_word};

/// A text in quotes that starts at `at`; its end.
fn quoted(bytes: &[u8], at: usize) -> Option<usize> {
    let quote = *bytes.get(at)?;
    if quote != b'"' && quote != b'\'' {
        return None;
    }
    memchr::memchr(quote, &bytes[at + 1..]).map(|found| at + found + 2)
}

/// A fragment that starts at `at`: a quoted text, or a run of anything but
/// spaces, commas, pipes and lone quotes; its end.
pub(crate) fn fragment_at(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    if let Some(end) = quoted(bytes, at) {
        return Some(end);
    }
    let mut end = at;
    while let Some(byte) = bytes.get(end) {
        match byte {
            b'"' | b'\'' => match quoted(bytes, end) {
                Some(behind) => end = behind,
                None => break,
            },
            b',' | b'|' => break,
            byte if is_space(*byte) => break,
            _ => end += 1,
        }
    }
    (end > at).then_some(end)
}

/// The first fragment from `from` on: where it starts and ends.
pub(crate) fn find_fragment(text: &str, from: usize) -> Option<(usize, usize)> {
    (from..text.len())
        .filter(|at| text.is_char_boundary(*at))
        .find_map(|at| Some((at, fragment_at(text, at)?)))
}

/// Several fragments in a row without anything between; the end of the last.
pub(crate) fn fragments_at(text: &str, at: usize) -> Option<usize> {
    let mut end = fragment_at(text, at)?;
    while let Some(further) = fragment_at(text, end) {
        end = further;
    }
    Some(end)
}

/// Behind the spaces at `at`.
pub(crate) fn skip_spaces(text: &str, at: usize) -> usize {
    let spaces = text.as_bytes()[at..]
        .iter()
        .take_while(|byte| is_space(**byte));
    at + spaces.count()
}

/// All `name: value` pairs, wherever they stand.
pub(crate) fn attributes(text: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        match attribute_at(text, at) {
            Some((name, value, end)) => {
                found.push((name, value));
                at = end;
            }
            // No later start within the same name could do better.
            None => at = segment_at(text, at).unwrap_or(at + 1),
        }
    }
    found
}

/// A `name: value` pair that starts at `at`, with its end.
pub(crate) fn attribute_at(text: &str, at: usize) -> Option<(&str, &str, usize)> {
    let bytes = text.as_bytes();
    if !is_word(*bytes.get(at)?) {
        return None;
    }
    let name = bytes[at..]
        .iter()
        .take_while(|byte| is_word(**byte) || **byte == b'-')
        .count();
    // The name gives back what it must for a colon to follow.
    let name_end = at + name;
    let colon = skip_spaces(text, name_end);
    if bytes.get(colon) != Some(&b':') {
        return None;
    }
    let value = skip_spaces(text, colon + 1);
    let end = fragment_at(text, value)?;
    Some((&text[at..name_end], &text[value..end], end))
}

/// A run of the letters that a name may have, from `at`; its end.
pub(crate) fn segment_at(text: &str, at: usize) -> Option<usize> {
    let letters = text.as_bytes().get(at..)?;
    let len = letters
        .iter()
        .take_while(|byte| is_word(**byte) || **byte == b'-')
        .count();
    (len > 0).then_some(at + len)
}

/// The variable that `assign` and `capture` name, in a text: a run of word
/// letters, dashes, dots and brackets, each perhaps in parentheses.
pub(crate) fn find_signature(text: &str) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let letter = |at: usize| {
        bytes
            .get(at)
            .is_some_and(|byte| is_word(*byte) || matches!(byte, b'-' | b'.' | b'[' | b']'))
    };
    let unit = |at: usize| {
        let open = usize::from(bytes.get(at) == Some(&b'('));
        letter(at + open).then(|| {
            let end = at + open + 1;
            end + usize::from(bytes.get(end) == Some(&b')'))
        })
    };
    let start = (0..bytes.len()).find(|at| unit(*at).is_some())?;
    let mut end = start;
    while let Some(behind) = unit(end) {
        end = behind;
    }
    Some((start, end))
}

/// The pieces of a variable: `a.b[c]` is `a`, `b` and `[c]`; anything between
/// them is passed over.
pub(crate) fn lookups(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let ends = bracket_ends(bytes);
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let end = match bytes[at] {
            b'[' => ends.get(&at).copied(),
            _ => segment_at(text, at).map(|end| end + usize::from(bytes.get(end) == Some(&b'?'))),
        };
        match end {
            Some(end) => {
                found.push(&text[at..end]);
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

/// Where each bracket that closes has its end.
fn bracket_ends(bytes: &[u8]) -> HashMap<usize, usize> {
    let mut open = Vec::new();
    let mut ends = HashMap::new();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'[' => open.push(at),
            b']' => {
                if let Some(start) = open.pop() {
                    ends.insert(start, at + 1);
                }
            }
            _ => {}
        }
    }
    ends
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragments_end_at_spaces_commas_and_pipes() {
        for (text, fragment) in [
            ("a.b c", "a.b"),
            (" 'x y' z", "'x y'"),
            ("a'b c'd|e", "a'b c'd"),
            ("'open", "open"),
            (",,x", "x"),
        ] {
            let (start, end) = find_fragment(text, 0).unwrap();
            assert_eq!(&text[start..end], fragment);
        }
        assert_eq!(find_fragment(", |", 0), None);
    }

    #[test]
    fn variables_come_in_pieces() {
        assert_eq!(lookups("a.b-c[d[0]].e?"), ["a", "b-c", "[d[0]]", "e?"]);
        assert_eq!(lookups("a[b"), ["a", "b"]);
    }

    #[test]
    fn attributes_are_found_anywhere() {
        assert_eq!(
            attributes("x, a: 1 b-c : 'y z'"),
            [("a", "1"), ("b-c", "'y z'")]
        );
    }
}
