//! The grammar of requests, checked before anything else reads the text: the parser that builds the tree lets
//! some errors pass, and what is not understood must never be ignored. Errors are worded as the Admin API words
//! them.

use crate::error::GraphqlError;
use crate::lexer::{Kind, Lexer, Token};
use crate::lines::Lines;

/// Checks that a text is an executable document within bounds.
///
/// # Errors
/// The first thing that is not.
pub(crate) fn check(text: &str, tokens_max: usize, depth_max: usize) -> Result<(), GraphqlError> {
    let tokens: Vec<Token> = Lexer::new(text)
        .take(tokens_max.saturating_add(1))
        .collect();
    if tokens.len() > tokens_max {
        let message =
            format!("This query is too large to execute. It has more than {tokens_max} tokens.");
        return Err(GraphqlError::new(message, "PARSE_ERROR"));
    }
    let mut grammar = Grammar {
        text,
        tokens: &tokens,
        next: 0,
        depth_left: depth_max,
    };
    grammar.document().map_err(|wrong| match wrong {
        Wrong::Token => grammar.unexpected(),
        Wrong::Depth => GraphqlError::new(
            "This query is nested too deeply to execute.",
            "MAX_DEPTH_EXCEEDED",
        ),
    })
}

/// Why a text is refused.
enum Wrong {
    /// The next token may not stand where it stands.
    Token,
    /// Selections, types or values are nested too deeply.
    Depth,
}

type Checked = Result<(), Wrong>;

struct Grammar<'a> {
    text: &'a str,
    tokens: &'a [Token],
    next: usize,
    depth_left: usize,
}

impl<'a> Grammar<'a> {
    fn text_at(&self, place: usize) -> &'a str {
        self.tokens
            .get(place)
            .map_or("", |token| &self.text[token.start..token.end])
    }

    fn peek(&self) -> &'a str {
        self.text_at(self.next)
    }

    fn kind(&self) -> Option<Kind> {
        self.tokens.get(self.next).map(|token| token.kind)
    }

    /// Takes a punctuator, if it is the next token.
    fn takes(&mut self, punctuator: &str) -> bool {
        let taken = self.kind() == Some(Kind::Punctuator) && self.peek() == punctuator;
        self.next += usize::from(taken);
        taken
    }

    fn expect(&mut self, punctuator: &str) -> Checked {
        if self.takes(punctuator) {
            Ok(())
        } else {
            Err(Wrong::Token)
        }
    }

    fn name(&mut self) -> Checked {
        if self.kind() != Some(Kind::Name) {
            return Err(Wrong::Token);
        }
        self.next += 1;
        Ok(())
    }

    fn is_name(&self, name: &str) -> bool {
        self.kind() == Some(Kind::Name) && self.peek() == name
    }

    fn deeper(&mut self, check: impl FnOnce(&mut Self) -> Checked) -> Checked {
        self.depth_left = self.depth_left.checked_sub(1).ok_or(Wrong::Depth)?;
        check(self)?;
        self.depth_left += 1;
        Ok(())
    }

    fn document(&mut self) -> Checked {
        loop {
            self.definition()?;
            if self.next == self.tokens.len() {
                return Ok(());
            }
        }
    }

    fn definition(&mut self) -> Checked {
        match self.peek() {
            "{" => self.selections(),
            "query" | "mutation" | "subscription" => {
                self.next += 1;
                if self.kind() == Some(Kind::Name) {
                    self.next += 1;
                }
                if self.takes("(") {
                    self.many(")", Self::variable)?;
                }
                self.directives()?;
                self.selections()
            }
            "fragment" => {
                self.next += 1;
                if self.is_name("on") {
                    return Err(Wrong::Token);
                }
                self.name()?;
                self.condition()?;
                self.directives()?;
                self.selections()
            }
            _ => Err(Wrong::Token),
        }
    }

    /// One or more, up to the closing punctuator.
    fn many(&mut self, closing: &str, one: fn(&mut Self) -> Checked) -> Checked {
        loop {
            one(self)?;
            if self.takes(closing) {
                return Ok(());
            }
        }
    }

    fn variable(&mut self) -> Checked {
        self.expect("$")?;
        self.name()?;
        self.expect(":")?;
        self.ty()?;
        if self.takes("=") {
            self.value(Variables::Refused)?;
        }
        self.directives()
    }

    fn ty(&mut self) -> Checked {
        self.deeper(|grammar| {
            if grammar.takes("[") {
                grammar.ty()?;
                grammar.expect("]")?;
            } else {
                grammar.name()?;
            }
            grammar.takes("!");
            Ok(())
        })
    }

    fn condition(&mut self) -> Checked {
        if !self.is_name("on") {
            return Err(Wrong::Token);
        }
        self.next += 1;
        self.name()
    }

    fn selections(&mut self) -> Checked {
        self.expect("{")?;
        self.deeper(|grammar| grammar.many("}", Self::selection))
    }

    fn selection(&mut self) -> Checked {
        if self.takes("...") {
            if self.kind() == Some(Kind::Name) && !self.is_name("on") {
                self.next += 1;
                return self.directives();
            }
            if self.is_name("on") {
                self.condition()?;
            }
            self.directives()?;
            return self.selections();
        }
        self.name()?;
        if self.takes(":") {
            self.name()?;
        }
        self.arguments()?;
        self.directives()?;
        if self.peek() == "{" {
            self.selections()
        } else {
            Ok(())
        }
    }

    fn arguments(&mut self) -> Checked {
        if self.takes("(") {
            self.many(")", Self::argument)
        } else {
            Ok(())
        }
    }

    fn argument(&mut self) -> Checked {
        self.name()?;
        self.expect(":")?;
        self.value(Variables::Allowed)
    }

    fn directives(&mut self) -> Checked {
        while self.takes("@") {
            self.name()?;
            self.arguments()?;
        }
        Ok(())
    }

    fn value(&mut self, variables: Variables) -> Checked {
        match (self.kind(), self.peek()) {
            (Some(Kind::Name | Kind::Int | Kind::Float | Kind::Text), _) => {
                self.next += 1;
                Ok(())
            }
            (Some(Kind::Punctuator), "$") if variables == Variables::Allowed => {
                self.next += 1;
                self.name()
            }
            (Some(Kind::Punctuator), "[") => {
                self.next += 1;
                self.deeper(|grammar| {
                    while !grammar.takes("]") {
                        grammar.value(variables)?;
                    }
                    Ok(())
                })
            }
            (Some(Kind::Punctuator), "{") => {
                self.next += 1;
                self.deeper(|grammar| {
                    while !grammar.takes("}") {
                        grammar.name()?;
                        grammar.expect(":")?;
                        grammar.value(variables)?;
                    }
                    Ok(())
                })
            }
            _ => Err(Wrong::Token),
        }
    }

    /// The error at the next token, or at the last one when the text ends too early.
    fn unexpected(&self) -> GraphqlError {
        let lines = Lines::new(self.text);
        let (unexpected, place) = match self.tokens.get(self.next) {
            Some(token) => {
                let text = self.peek().lines().next().unwrap_or_default();
                (
                    format!("{} ({text:?})", shown(token.kind, text)),
                    lines.locate(token.start),
                )
            }
            None => {
                let last = self.tokens.last().map_or(0, |token| token.start);
                ("end of file".to_owned(), lines.locate(last))
            }
        };
        let message = format!(
            "syntax error, unexpected {unexpected} at [{}, {}]",
            place.line, place.column
        );
        GraphqlError::new(message, "PARSE_ERROR").at(Some(place))
    }
}

/// Whether variables may stand in a value: not in defaults.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Variables {
    Allowed,
    Refused,
}

/// A token's name in error messages.
fn shown(kind: Kind, text: &str) -> &'static str {
    match (kind, text) {
        (Kind::Punctuator, "{") => "LCURLY",
        (Kind::Punctuator, "}") => "RCURLY",
        (Kind::Punctuator, "(") => "LPAREN",
        (Kind::Punctuator, ")") => "RPAREN",
        (Kind::Punctuator, "[") => "LBRACKET",
        (Kind::Punctuator, "]") => "RBRACKET",
        (Kind::Punctuator, ":") => "COLON",
        (Kind::Punctuator, "$") => "VAR_SIGN",
        (Kind::Punctuator, "@") => "DIR_SIGN",
        (Kind::Punctuator, "=") => "EQUALS",
        (Kind::Punctuator, "!") => "BANG",
        (Kind::Punctuator, "|") => "PIPE",
        (Kind::Punctuator, "&") => "AMP",
        (Kind::Punctuator, _) => "ELLIPSIS",
        (Kind::Name, "query") => "QUERY",
        (Kind::Name, "mutation") => "MUTATION",
        (Kind::Name, "subscription") => "SUBSCRIPTION",
        (Kind::Name, "fragment") => "FRAGMENT",
        (Kind::Name, "on") => "ON",
        (Kind::Name, "true") => "TRUE_LITERAL",
        (Kind::Name, "false") => "FALSE_LITERAL",
        (Kind::Name, "null") => "NULL_KEYWORD",
        (Kind::Name, _) => "IDENTIFIER",
        (Kind::Int, _) => "INT",
        (Kind::Float, _) => "FLOAT",
        (Kind::Text, _) => "STRING",
        (Kind::Unknown, _) => "UNKNOWN_CHAR",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        check(text, 100, 10)
            .err()
            .map(|error| error.message)
            .unwrap_or_default()
    }

    #[test]
    fn an_unexpected_end_is_told_at_the_last_token() {
        assert_eq!(
            told("query Q {\n  shop {\n    id # here\n"),
            "syntax error, unexpected end of file at [3, 5]"
        );
        assert_eq!(told(""), "syntax error, unexpected end of file at [1, 1]");
    }

    #[test]
    fn an_unexpected_token_is_named() {
        assert_eq!(
            told("{ a } }"),
            "syntax error, unexpected RCURLY (\"}\") at [1, 7]"
        );
        assert_eq!(
            told("query 1.5"),
            "syntax error, unexpected FLOAT (\"1.5\") at [1, 7]"
        );
        assert_eq!(
            told("{ a(b c: 1) }"),
            "syntax error, unexpected IDENTIFIER (\"c\") at [1, 7]"
        );
        assert_eq!(
            told("{ a(b: {c}) }"),
            "syntax error, unexpected RCURLY (\"}\") at [1, 10]"
        );
        assert_eq!(
            told("{ a é }"),
            "syntax error, unexpected UNKNOWN_CHAR (\"é\") at [1, 5]"
        );
    }

    #[test]
    fn whole_documents_pass() {
        let text = "query Q($a: [Int!]! = [1 {b: TRUE}] @d(x: 1), $b: ID) @e { c: on(d: $a, e: {f: [$b, null]}) { ... on T @g { h } ...I ... @i { j } } } fragment I on T { k }";
        assert_eq!(told(text), "");
        assert_eq!(told("{ a(b: $c) }"), "");
        assert_ne!(told("query ($a: Int = $b) { a }"), "");
        assert_ne!(told("{ a() }"), "");
        assert_ne!(told("{ }"), "");
        assert_ne!(told("fragment on on T { a }"), "");
    }

    #[test]
    fn depth_and_tokens_are_bounded() {
        assert!(
            told(&format!("{}a{}", "{a".repeat(11), "}".repeat(11)))
                .starts_with("This query is nested")
        );
        assert!(told(&format!("{{{}}}", " a".repeat(100))).starts_with("This query is too large"));
    }
}
