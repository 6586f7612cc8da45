//! The markup of a tag or output in tokens.

use super::{is_space, is_word};
use crate::error::{Error, Result};

/// The kinds of tokens, by the names that errors use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Pipe,
    Dot,
    Colon,
    Comma,
    OpenSquare,
    CloseSquare,
    OpenRound,
    CloseRound,
    Question,
    Dash,
    Comparison,
    Text,
    Number,
    Id,
    DotDot,
    End,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Pipe => "pipe",
            Kind::Dot => "dot",
            Kind::Colon => "colon",
            Kind::Comma => "comma",
            Kind::OpenSquare => "open_square",
            Kind::CloseSquare => "close_square",
            Kind::OpenRound => "open_round",
            Kind::CloseRound => "close_round",
            Kind::Question => "question",
            Kind::Dash => "dash",
            Kind::Comparison => "comparison",
            Kind::Text => "string",
            Kind::Number => "number",
            Kind::Id => "id",
            Kind::DotDot => "dotdot",
            Kind::End => "end_of_string",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token<'s> {
    pub(crate) kind: Kind,
    pub(crate) text: &'s str,
}

/// All tokens of a markup, with [`Kind::End`] behind the last one.
///
/// # Errors
/// A character that belongs to no token.
pub(crate) fn tokenize(markup: &str) -> Result<Vec<Token<'_>>> {
    let bytes = markup.as_bytes();
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if is_space(*byte) {
            at += 1;
            continue;
        }
        let rest = &bytes[at..];
        let Some((mut kind, len)) = token_at(rest) else {
            let letter = markup[at..].chars().next().unwrap_or_default();
            return Err(Error::syntax(format!("Unexpected character {letter}")));
        };
        let text = &markup[at..at + len];
        let behind_dot = tokens.last().is_some_and(|token| token.kind == Kind::Dot);
        if kind == Kind::Id && text == "contains" && !behind_dot {
            kind = Kind::Comparison;
        }
        tokens.push(Token { kind, text });
        at += len;
    }
    tokens.push(Token {
        kind: Kind::End,
        text: "",
    });
    Ok(tokens)
}

fn token_at(rest: &[u8]) -> Option<(Kind, usize)> {
    let second = rest.get(1).copied();
    Some(match rest[0] {
        b'|' => (Kind::Pipe, 1),
        b'.' if second == Some(b'.') => (Kind::DotDot, 2),
        b'.' => (Kind::Dot, 1),
        b':' => (Kind::Colon, 1),
        b',' => (Kind::Comma, 1),
        b'[' => (Kind::OpenSquare, 1),
        b']' => (Kind::CloseSquare, 1),
        b'(' => (Kind::OpenRound, 1),
        b')' => (Kind::CloseRound, 1),
        b'?' => (Kind::Question, 1),
        b'-' if second.is_some_and(|byte| byte.is_ascii_digit()) => (Kind::Number, number(rest)),
        b'-' => (Kind::Dash, 1),
        b'=' | b'!' if second == Some(b'=') => (Kind::Comparison, 2),
        b'<' if matches!(second, Some(b'=' | b'>')) => (Kind::Comparison, 2),
        b'>' if second == Some(b'=') => (Kind::Comparison, 2),
        b'<' | b'>' => (Kind::Comparison, 1),
        quote @ (b'"' | b'\'') => {
            let end = memchr::memchr(quote, &rest[1..])?;
            (Kind::Text, end + 2)
        }
        b'0'..=b'9' => (Kind::Number, number(rest)),
        byte if byte.is_ascii_alphabetic() || byte == b'_' => (Kind::Id, identifier(rest)),
        _ => return None,
    })
}

/// `-?\d+(\.\d+)?`
fn number(rest: &[u8]) -> usize {
    let digits = |from: usize| {
        rest[from..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count()
    };
    let sign = usize::from(rest[0] == b'-');
    let whole = sign + digits(sign);
    match rest.get(whole..whole + 2) {
        Some([b'.', digit]) if digit.is_ascii_digit() => whole + 1 + digits(whole + 1),
        _ => whole,
    }
}

/// `[a-zA-Z_][\w-]*\??`
fn identifier(rest: &[u8]) -> usize {
    let word = rest
        .iter()
        .take_while(|byte| is_word(**byte) || **byte == b'-')
        .count();
    word + usize::from(rest.get(word) == Some(&b'?'))
}
