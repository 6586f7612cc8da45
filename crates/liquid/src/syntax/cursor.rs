//! A cursor over the tokens of a markup, for the strict grammars.

use super::lexer::{Kind, Token, tokenize};
use crate::error::{Error, Result};

/// Reads the tokens of a markup from the left to the right.
#[derive(Debug)]
pub(crate) struct Cursor<'s> {
    tokens: Vec<Token<'s>>,
    at: usize,
}

impl<'s> Cursor<'s> {
    /// # Errors
    /// A character that belongs to no token.
    pub(crate) fn new(markup: &'s str) -> Result<Self> {
        Ok(Cursor {
            tokens: tokenize(markup)?,
            at: 0,
        })
    }

    pub(crate) fn peek(&self) -> Token<'s> {
        self.peek_ahead(0)
    }

    fn peek_ahead(&self, ahead: usize) -> Token<'s> {
        let last = self.tokens.len() - 1;
        self.tokens[(self.at + ahead).min(last)]
    }

    pub(crate) fn look(&self, kind: Kind) -> bool {
        self.peek().kind == kind
    }

    pub(crate) fn look_ahead(&self, kind: Kind, ahead: usize) -> bool {
        self.peek_ahead(ahead).kind == kind
    }

    pub(crate) fn next(&mut self) -> Token<'s> {
        let token = self.peek();
        self.at += 1;
        token
    }

    /// Takes a token of that kind, or fails.
    pub(crate) fn consume(&mut self, kind: Kind) -> Result<&'s str> {
        let token = self.peek();
        if token.kind != kind {
            return Err(Error::syntax(format!(
                "Expected {} but found {}",
                kind.name(),
                token.kind.name()
            )));
        }
        self.at += 1;
        Ok(token.text)
    }

    /// Takes a token of that kind if it is the next.
    pub(crate) fn accept(&mut self, kind: Kind) -> Option<&'s str> {
        let token = self.peek();
        (token.kind == kind).then(|| {
            self.at += 1;
            token.text
        })
    }

    /// Takes that word if it is the next token.
    pub(crate) fn accept_word(&mut self, word: &str) -> bool {
        let token = self.peek();
        let found = token.kind == Kind::Id && token.text == word;
        self.at += usize::from(found);
        found
    }

    /// Demands that nothing is left.
    pub(crate) fn end(&mut self) -> Result<()> {
        self.consume(Kind::End).map(drop)
    }

    /// The error of a token where an expression should start.
    pub(crate) fn not_an_expression(&self) -> Error {
        let token = self.peek();
        let name = token.kind.name();
        Error::syntax(match token.kind {
            Kind::End => format!("[:{name}] is not a valid expression"),
            _ => format!("[:{name}, {:?}] is not a valid expression", token.text),
        })
    }
}

impl Cursor<'_> {
    /// Where the cursor stands.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// The tokens since a position, without the spaces between them.
    pub(crate) fn text_since(&self, position: usize) -> String {
        self.tokens[position..self.at]
            .iter()
            .map(|token| token.text)
            .collect()
    }
}
