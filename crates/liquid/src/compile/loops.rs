//! `for` and `tablerow`.

use super::Compiler;
use super::body::{Body, not_expected};
use crate::error::{Error, Result};
use crate::syntax::cursor::Cursor;
use crate::syntax::lax;
use crate::syntax::lexer::Kind;
use crate::syntax::tokens::Tokens;
use crate::syntax::{is_space, is_word};
use crate::template::{Block, Expression, Loop, Node, Offset, Rows};

const NO_IN: &str = "For loops require an 'in' clause";

/// The markup of a `for`.
struct Head {
    variable: String,
    collection: Expression,
    collection_name: String,
    reversed: bool,
    offset: Offset,
    limit: Expression,
}

/// The markup of a `tablerow`.
struct RowHead {
    variable: String,
    collection: Expression,
    cols: Option<Expression>,
    offset: Option<Expression>,
    limit: Option<Expression>,
}

impl Compiler {
    /// `for`, up to its end.
    pub(crate) fn for_loop(
        &mut self,
        markup: &str,
        tokens: &mut Tokens<'_>,
    ) -> Result<(Node, bool)> {
        let strict = |this: &mut Self, markup: &str| this.strict_for(markup);
        let head = self.by_mode(markup, strict, strict, |this, markup| this.lax_for(markup))?;
        let (body, otherwise) = self.for_bodies(tokens)?;
        let blank = body.blank && otherwise.as_ref().is_none_or(|body| body.blank);
        let finish = |this: &mut Self, body: Body| {
            this.finish(if blank { body.without_texts() } else { body })
        };
        let body = finish(self, body);
        let otherwise = otherwise.map(|body| finish(self, body));
        self.template.continues |= matches!(head.offset, Offset::Continue);
        let made = Loop {
            slot: self.slot(&head.variable),
            forloop_slot: self.slot("forloop"),
            name: format!("{}-{}", head.variable, head.collection_name).into(),
            collection: head.collection,
            offset: head.offset,
            limit: head.limit,
            reversed: head.reversed,
            body,
            otherwise,
            blank,
        };
        self.template.loops.push(made);
        Ok((Node::For(self.template.loops.len() as u32 - 1), blank))
    }

    /// The body and what stands behind the last `else`.
    fn for_bodies(&mut self, tokens: &mut Tokens<'_>) -> Result<(Body, Option<Body>)> {
        let (body, mut stop) = self.block("for", tokens)?;
        let mut otherwise = None;
        loop {
            match stop.name {
                "endfor" => return Ok((body, otherwise)),
                "else" => {
                    let (body, next) = self.block("for", tokens)?;
                    otherwise = Some(body);
                    stop = next;
                }
                other => return Err(not_expected(other, "for", "endfor")),
            }
        }
    }

    fn strict_for(&mut self, markup: &str) -> Result<Head> {
        let mut cursor = Cursor::new(markup)?;
        let variable = cursor.consume(Kind::Id)?.to_owned();
        if !cursor.accept_word("in") {
            return Err(Error::syntax(NO_IN));
        }
        let from = cursor.position();
        let collection = self.expression(&mut cursor)?;
        let mut head = Head {
            variable,
            collection,
            collection_name: cursor.text_since(from),
            reversed: cursor.accept_word("reversed"),
            offset: Offset::Start,
            limit: Expression::Nil,
        };
        while cursor.look(Kind::Comma) || cursor.look(Kind::Id) {
            cursor.accept(Kind::Comma);
            let limit = cursor.accept_word("limit");
            if !limit && !cursor.accept_word("offset") {
                return Err(Error::syntax(
                    "Invalid attribute in for loop. Valid attributes are limit and offset",
                ));
            }
            cursor.consume(Kind::Colon)?;
            if limit {
                head.limit = self.expression(&mut cursor)?;
            } else if cursor.peek().text == "continue" && !cursor.look_ahead(Kind::Dot, 1) {
                cursor.next();
                head.offset = Offset::Continue;
            } else {
                head.offset = Offset::At(self.expression(&mut cursor)?);
            }
        }
        cursor.end()?;
        Ok(head)
    }

    fn lax_for(&mut self, markup: &str) -> Result<Head> {
        let (variable, collection, rest) = lax_for_head(markup).ok_or_else(|| {
            Error::syntax("Syntax Error in 'for loop' - Valid syntax: for [item] in [collection]")
        })?;
        let mut head = Head {
            variable: variable.to_owned(),
            collection: self.lax_value(collection)?,
            collection_name: collection.to_owned(),
            reversed: rest.starts_with("reversed"),
            offset: Offset::Start,
            limit: Expression::Nil,
        };
        for (name, value) in lax::attributes(markup) {
            match (name, value) {
                ("offset", "continue") => head.offset = Offset::Continue,
                ("offset", _) => head.offset = Offset::At(self.lax_value(value)?),
                ("limit", _) => head.limit = self.lax_value(value)?,
                _ => {}
            }
        }
        Ok(head)
    }

    /// `tablerow`, up to its end.
    pub(crate) fn table_row(
        &mut self,
        markup: &str,
        tokens: &mut Tokens<'_>,
    ) -> Result<(Node, bool)> {
        let strict = |this: &mut Self, markup: &str| this.strict_row(markup);
        let lax = |this: &mut Self, markup: &str| this.lax_row(markup);
        let head = self.by_mode(markup, strict, lax, lax)?;
        let body = self.simple_block("tablerow", tokens)?;
        let blank = body.blank;
        let body: Block = self.finish(body);
        let made = Rows {
            slot: self.slot(&head.variable),
            loop_slot: self.slot("tablerowloop"),
            collection: head.collection,
            offset: head.offset,
            limit: head.limit,
            cols: head.cols,
            body,
            blank,
        };
        self.template.rows.push(made);
        Ok((Node::TableRow(self.template.rows.len() as u32 - 1), blank))
    }

    fn strict_row(&mut self, markup: &str) -> Result<RowHead> {
        let mut cursor = Cursor::new(markup)?;
        let variable = cursor.consume(Kind::Id)?.to_owned();
        if !cursor.accept_word("in") {
            return Err(Error::syntax(NO_IN));
        }
        let mut head = RowHead {
            variable,
            collection: self.expression(&mut cursor)?,
            cols: None,
            offset: None,
            limit: None,
        };
        cursor.accept(Kind::Comma);
        while let Some(name) = cursor.accept(Kind::Id) {
            if !matches!(name, "cols" | "limit" | "offset" | "range") {
                return Err(Error::syntax(format!(
                    "Invalid attribute '{name}' in tablerow loop. \
                     Valid attributes are cols, limit, offset, and range"
                )));
            }
            cursor.consume(Kind::Colon)?;
            let value = self.expression(&mut cursor)?;
            head.set(name, value);
            cursor.accept(Kind::Comma);
        }
        cursor.end()?;
        Ok(head)
    }

    fn lax_row(&mut self, markup: &str) -> Result<RowHead> {
        let (variable, collection) = lax_row_head(markup).ok_or_else(|| {
            Error::syntax(
                "Syntax Error in 'table_row loop' - Valid syntax: \
                 table_row [item] in [collection] cols=3",
            )
        })?;
        let mut head = RowHead {
            variable: variable.to_owned(),
            collection: self.lax_value(collection)?,
            cols: None,
            offset: None,
            limit: None,
        };
        for (name, value) in lax::attributes(markup) {
            let value = self.lax_value(value)?;
            head.set(name, value);
        }
        Ok(head)
    }
}

impl RowHead {
    fn set(&mut self, name: &str, value: Expression) {
        match name {
            "cols" => self.cols = Some(value),
            "limit" => self.limit = Some(value),
            "offset" => self.offset = Some(value),
            _ => {}
        }
    }
}

/// `variable in collection`, and what stands behind.
fn lax_for_head(markup: &str) -> Option<(&str, &str, &str)> {
    let end = lax::segment_at(markup, 0)?;
    let (collection, behind) = in_clause(markup, end)?;
    let rest = &markup[lax::skip_spaces(markup, behind)..];
    Some((&markup[..end], collection, rest))
}

fn in_clause(markup: &str, end: usize) -> Option<(&str, usize)> {
    let at = lax::skip_spaces(markup, end);
    if at == end || !markup[at..].starts_with("in") {
        return None;
    }
    let start = lax::skip_spaces(markup, at + 2);
    if start == at + 2 {
        return None;
    }
    let behind = lax::fragments_at(markup, start)?;
    Some((&markup[start..behind], behind))
}

/// The first `word in collection`, wherever it stands.
fn lax_row_head(markup: &str) -> Option<(&str, &str)> {
    let bytes = markup.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let word = bytes[at..]
            .iter()
            .take_while(|byte| is_word(**byte))
            .count();
        if word == 0 {
            at += 1;
            continue;
        }
        let end = at + word;
        if bytes.get(end).is_some_and(|byte| is_space(*byte))
            && let Some((collection, _)) = in_clause(markup, end)
        {
            return Some((&markup[at..end], collection));
        }
        at = end;
    }
    None
}
