//! Tags whose body is not read as a template: `raw`, `comment` and `doc`.

use super::Compiler;
use super::body::never_closed;
use crate::error::{Error, Result};
use crate::syntax::is_blank;
use crate::syntax::tokens::{Tokens, end_in, parse_line, parse_tag};

impl Compiler {
    /// The body of `raw`, as it stands.
    pub(crate) fn raw(&mut self, markup: &str, tokens: &mut Tokens<'_>) -> Result<String> {
        if !is_blank(markup) {
            return Err(Error::syntax("Syntax Error in 'raw' - Valid syntax: raw"));
        }
        self.raw_body("raw", tokens)
    }

    /// Everything up to the end of a block of that name, as it stands.
    pub(crate) fn raw_body(&mut self, name: &str, tokens: &mut Tokens<'_>) -> Result<String> {
        let (parts, end) = tokens
            .raw_until(&format!("end{name}"))
            .ok_or_else(|| never_closed(name))?;
        self.set_trim(end);
        Ok(parts.concat())
    }

    /// Passes over a comment; comments inside of it end apart, and inside of
    /// `raw` nothing counts.
    pub(crate) fn comment(&mut self, tokens: &mut Tokens<'_>) -> Result<()> {
        let mut open = 1_usize;
        while let Some(token) = tokens.next() {
            let tag = if tokens.by_line() {
                parse_line(token)
            } else {
                parse_tag(token)
            };
            match tag.map(|tag| tag.name) {
                Some("raw") if !tokens.by_line() => {
                    tokens
                        .raw_until("endraw")
                        .ok_or_else(|| never_closed("raw"))?;
                }
                Some("comment") => open += 1,
                Some("endcomment") => open -= 1,
                _ => {}
            }
            if open == 0 {
                if !tokens.by_line() {
                    self.set_trim(token);
                }
                return Ok(());
            }
        }
        Err(never_closed("comment"))
    }

    /// Passes over documentation; whether it was empty.
    pub(crate) fn doc(&mut self, markup: &str, tokens: &mut Tokens<'_>) -> Result<bool> {
        if !is_blank(markup) {
            return Err(Error::syntax(
                "Syntax Error in 'doc' - Valid syntax: {% doc %}{% enddoc %}",
            ));
        }
        while let Some(token) = tokens.next() {
            if end_in(token, "doc").is_some() {
                return Err(Error::syntax(
                    "Syntax Error in 'doc' - Nested doc tags are not allowed",
                ));
            }
            if end_in(token, "enddoc").is_some() {
                self.set_trim(token);
                return Ok(true);
            }
        }
        Err(never_closed("doc"))
    }
}
