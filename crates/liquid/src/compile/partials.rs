//! `include` and `render`.

use super::Compiler;
use crate::error::{Error, Result};
use crate::syntax::cursor::Cursor;
use crate::syntax::lax;
use crate::syntax::lexer::Kind;
use crate::template::{Attribute, Expression, Node, Partial};

const NOT_QUOTED: &str = "Syntax error in tag 'render' - Template name must be a quoted string";

impl Compiler {
    pub(crate) fn render_tag(&mut self, markup: &str) -> Result<Node> {
        let lax = |this: &mut Self, markup: &str| this.lax_partial(markup, true);
        let strict = |this: &mut Self, markup: &str| this.strict_partial(markup, true);
        let partial = self.by_mode(markup, strict, lax, lax)?;
        self.template.partials.push(partial);
        Ok(Node::Render(self.template.partials.len() as u32 - 1))
    }

    pub(crate) fn include_tag(&mut self, markup: &str) -> Result<Node> {
        let lax = |this: &mut Self, markup: &str| this.lax_partial(markup, false);
        let strict = |this: &mut Self, markup: &str| this.strict_partial(markup, false);
        let partial = self.by_mode(markup, strict, lax, lax)?;
        self.template.partials.push(partial);
        self.template.continues = true;
        Ok(Node::Include(self.template.partials.len() as u32 - 1))
    }

    fn strict_partial(&mut self, markup: &str, quoted: bool) -> Result<Partial> {
        let mut cursor = Cursor::new(markup)?;
        if quoted && !cursor.look(Kind::Text) {
            cursor.consume(Kind::Text)?;
        }
        let template = self.expression(&mut cursor)?;
        let each = cursor.accept_word("for");
        let bound = if each || cursor.accept_word("with") {
            Some(self.expression(&mut cursor)?)
        } else {
            None
        };
        let alias = match cursor.accept_word("as") {
            true => Some(cursor.consume(Kind::Id)?.to_owned()),
            false => None,
        };
        cursor.accept(Kind::Comma);
        let mut attributes = Vec::new();
        while let Some(name) = cursor.accept(Kind::Id) {
            cursor.consume(Kind::Colon)?;
            let value = self.expression(&mut cursor)?;
            attributes.push(Attribute::new(name, value));
            cursor.accept(Kind::Comma);
        }
        cursor.end()?;
        Ok(self.partial(template, alias.as_deref(), bound, each, attributes))
    }

    fn lax_partial(&mut self, markup: &str, quoted: bool) -> Result<Partial> {
        let (start, end) = match quoted {
            true => find_quoted(markup).ok_or_else(|| Error::syntax(NOT_QUOTED))?,
            false => find_run(markup).ok_or_else(|| {
                Error::syntax(
                    "Error in tag 'include' - Valid syntax: \
                     include '[template]' (with|for) [object|collection]",
                )
            })?,
        };
        let template = self.lax_value(&markup[start..end])?;
        let mut at = end;
        let mut bound = None;
        let mut each = false;
        for word in ["with", "for"] {
            if let Some(value) = behind_word(markup, end, word)
                && let Some(value_end) = lax::fragments_at(markup, value)
            {
                bound = Some(self.lax_value(&markup[value..value_end])?);
                each = word == "for";
                at = value_end;
            }
        }
        let alias = behind_word(markup, at, "as")
            .and_then(|name| Some(markup[name..lax::segment_at(markup, name)?].to_owned()));
        let mut attributes = Vec::new();
        for (name, value) in lax::attributes(markup) {
            attributes.push(Attribute::new(name, self.lax_value(value)?));
        }
        Ok(self.partial(template, alias.as_deref(), bound, each, attributes))
    }

    fn partial(
        &mut self,
        template: Expression,
        alias: Option<&str>,
        bound: Option<Expression>,
        each: bool,
        attributes: Vec<Attribute>,
    ) -> Partial {
        // The words themselves are as good as nothing: the reference takes what
        // is falsy here for left out.
        let bound =
            bound.filter(|bound| !matches!(bound, Expression::Nil | Expression::Bool(false)));
        Partial {
            template,
            alias: alias.map(Into::into),
            bound,
            each,
            // A name that is given twice counts once, with its last value.
            attributes: attributes.into(),
        }
    }
}

/// Behind ` word `, if it stands at `at`.
fn behind_word(markup: &str, at: usize, word: &str) -> Option<usize> {
    let start = lax::skip_spaces(markup, at);
    if start == at {
        return None;
    }
    let end = start + markup[start..].strip_prefix(word).map(|_| word.len())?;
    let behind = lax::skip_spaces(markup, end);
    (behind > end).then_some(behind)
}

fn find_run(markup: &str) -> Option<(usize, usize)> {
    let (start, _) = lax::find_fragment(markup, 0)?;
    Some((start, lax::fragments_at(markup, start)?))
}

fn find_quoted(markup: &str) -> Option<(usize, usize)> {
    markup
        .char_indices()
        .filter(|(_, letter)| matches!(letter, '"' | '\''))
        .find_map(|(start, quote)| {
            let end = markup[start + 1..].find(quote)?;
            Some((start, start + 1 + end + 1))
        })
}
