//! Syntax errors, worded as the Admin API words them.

use crate::error::GraphqlError;
use crate::lines::Lines;

/// The token at `offset`: what kind it is, and its text; `None` at the end.
fn token(text: &str, offset: usize) -> Option<(&'static str, &str)> {
    let rest = text.get(offset..)?;
    let first = rest.chars().next()?;
    let run = |keep: fn(char) -> bool| &rest[..rest.find(|c: char| !keep(c)).unwrap_or(rest.len())];
    Some(match first {
        '{' => ("LCURLY", "{"),
        '}' => ("RCURLY", "}"),
        '(' => ("LPAREN", "("),
        ')' => ("RPAREN", ")"),
        '[' => ("LBRACKET", "["),
        ']' => ("RBRACKET", "]"),
        ':' => ("COLON", ":"),
        '$' => ("VAR_SIGN", "$"),
        '@' => ("DIR_SIGN", "@"),
        '=' => ("EQUALS", "="),
        '!' => ("BANG", "!"),
        '|' => ("PIPE", "|"),
        '&' => ("AMP", "&"),
        '.' if rest.starts_with("...") => ("ELLIPSIS", "..."),
        '"' => ("STRING", rest.lines().next().unwrap_or(rest)),
        '-' | '0'..='9' => {
            let number = run(|c| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E'));
            (
                if number.contains(['.', 'e', 'E']) {
                    "FLOAT"
                } else {
                    "INT"
                },
                number,
            )
        }
        'a'..='z' | 'A'..='Z' | '_' => {
            let name = run(|c| c.is_ascii_alphanumeric() || c == '_');
            let kind = match name {
                "query" => "QUERY",
                "mutation" => "MUTATION",
                "subscription" => "SUBSCRIPTION",
                "fragment" => "FRAGMENT",
                "on" => "ON",
                "true" => "TRUE_LITERAL",
                "false" => "FALSE_LITERAL",
                "null" => "NULL_KEYWORD",
                _ => "IDENTIFIER",
            };
            (kind, name)
        }
        other => ("UNKNOWN_CHAR", &rest[..other.len_utf8()]),
    })
}

/// Where the last token before the end starts: where an unexpected end is reported.
fn last_token(text: &str) -> usize {
    let mut last = 0;
    let mut offset = 0;
    while let Some(rest) = text.get(offset..).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next().unwrap_or(' ');
        offset += match first {
            ' ' | '\t' | '\n' | '\r' | ',' | '\u{feff}' => first.len_utf8(),
            '#' => rest.find(['\n', '\r']).unwrap_or(rest.len()),
            '"' => {
                last = offset;
                string_length(rest)
            }
            _ => {
                last = offset;
                token(text, offset).map_or(1, |(_, text)| text.len().max(1))
            }
        };
    }
    last
}

fn string_length(rest: &str) -> usize {
    if let Some(block) = rest.strip_prefix("\"\"\"") {
        return block.find("\"\"\"").map_or(rest.len(), |end| end + 6);
    }
    let mut escaped = false;
    for (index, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return index + 1,
            '\n' => return index,
            _ => {}
        }
    }
    rest.len()
}

/// The error of a text that is no GraphQL from `offset` on.
pub(crate) fn error(text: &str, offset: usize) -> GraphqlError {
    let lines = Lines::new(text);
    // Whitespace and comments before the offending token are not part of it.
    let skipped = text.get(offset..).map_or(0, |rest| {
        rest.len()
            - rest
                .trim_start_matches([' ', '\t', '\n', '\r', ',', '\u{feff}'])
                .len()
    });
    let offset = offset + skipped;
    let (unexpected, place) = match token(text, offset) {
        Some((kind, text)) => (format!("{kind} ({text:?})"), lines.locate(offset)),
        None => ("end of file".to_owned(), lines.locate(last_token(text))),
    };
    let message = format!(
        "syntax error, unexpected {unexpected} at [{}, {}]",
        place.line, place.column
    );
    GraphqlError::new(message, "PARSE_ERROR").at(Some(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unexpected_end_is_told_at_the_last_token() {
        let error = error("query Q {\n  shop {\n    id # here\n", 33);
        assert_eq!(
            error.message,
            "syntax error, unexpected end of file at [3, 5]"
        );
        assert_eq!(error.code(), Some("PARSE_ERROR"));
    }

    #[test]
    fn an_unexpected_token_is_named() {
        assert_eq!(
            error("{ a } }", 5).message,
            "syntax error, unexpected RCURLY (\"}\") at [1, 7]"
        );
        assert_eq!(
            error("query 1.5", 6).message,
            "syntax error, unexpected FLOAT (\"1.5\") at [1, 7]"
        );
        assert_eq!(last_token("{ a(b: \"x \\\" y\")"), 15);
    }
}
