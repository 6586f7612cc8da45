//! Expressions and outputs, in the strict and in the forgiving grammar.

use std::sync::atomic::AtomicU64;

use num_bigint::BigInt;

use super::Compiler;
use crate::engine::Mode;
use crate::error::{Error, ErrorKind, Result};
use crate::filters::Filtering;
use crate::syntax::cursor::Cursor;
use crate::syntax::lax;
use crate::syntax::lexer::Kind;
use crate::syntax::{is_word, trim};
use crate::template::{Expression, FilterCall, Key, Output, Root, Step, Word};

/// Whether the words `blank` and `empty` mean something.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In comparisons they do.
    Condition,
    /// Elsewhere they are empty texts.
    Value,
}

type NamedArguments = Vec<(Box<str>, Expression)>;

impl Compiler {
    /// The markup of `{{ }}`, `echo` and behind `assign name =`.
    pub(crate) fn variable(&mut self, markup: &str) -> Result<Output> {
        let context = format!("in \"{{{{{markup}}}}}\"");
        let strict = self.told(context, |this| this.strict_variable(markup));
        match (self.mode, strict) {
            (Mode::Lax, Err(error)) if error.kind() == ErrorKind::Syntax => {
                self.lax_variable(markup)
            }
            (Mode::Warn, Err(error)) if error.kind() == ErrorKind::Syntax => {
                self.template.warnings.push(error);
                self.lax_variable(markup)
            }
            (_, result) => result,
        }
    }

    fn strict_variable(&mut self, markup: &str) -> Result<Output> {
        let mut cursor = Cursor::new(markup)?;
        if cursor.look(Kind::End) {
            return Ok(Output {
                value: Expression::Nil,
                filters: Box::default(),
            });
        }
        let value = self.expression(&mut cursor)?;
        let mut filters = Vec::new();
        while cursor.accept(Kind::Pipe).is_some() {
            let name = cursor.consume(Kind::Id)?;
            let mut arguments = Vec::new();
            let mut named = Vec::new();
            if cursor.accept(Kind::Colon).is_some() {
                self.filter_arguments(&mut cursor, &mut arguments, &mut named)?;
            }
            filters.push(self.filter_call(name, arguments, named));
        }
        cursor.end()?;
        Ok(Output {
            value,
            filters: filters.into(),
        })
    }

    fn filter_arguments(
        &mut self,
        cursor: &mut Cursor<'_>,
        arguments: &mut Vec<Expression>,
        named: &mut NamedArguments,
    ) -> Result<()> {
        // Only the strictest grammar lets the arguments end early.
        let may_end = self.mode == Mode::Strict2;
        let ends =
            |cursor: &Cursor<'_>| may_end && (cursor.look(Kind::Pipe) || cursor.look(Kind::End));
        if !ends(cursor) {
            self.filter_argument(cursor, arguments, named)?;
        }
        while cursor.accept(Kind::Comma).is_some() && !ends(cursor) {
            self.filter_argument(cursor, arguments, named)?;
        }
        Ok(())
    }

    fn filter_argument(
        &mut self,
        cursor: &mut Cursor<'_>,
        arguments: &mut Vec<Expression>,
        named: &mut NamedArguments,
    ) -> Result<()> {
        if cursor.look(Kind::Id) && cursor.look_ahead(Kind::Colon, 1) {
            let name = cursor.consume(Kind::Id)?;
            cursor.consume(Kind::Colon)?;
            let value = self.expression(cursor)?;
            named.push((name.into(), value));
        } else {
            let value = self.expression(cursor)?;
            arguments.push(value);
        }
        Ok(())
    }

    fn filter_call(
        &mut self,
        name: &str,
        arguments: Vec<Expression>,
        named: NamedArguments,
    ) -> FilterCall {
        let given = arguments.len() + usize::from(!named.is_empty());
        FilterCall {
            filter: Filtering::find(&self.template.engine, name, given),
            arguments: arguments.into(),
            named: named.into(),
        }
    }

    /// An expression in the strict grammar.
    pub(crate) fn expression(&mut self, cursor: &mut Cursor<'_>) -> Result<Expression> {
        self.expression_in(cursor, Place::Value)
    }

    pub(crate) fn expression_in(
        &mut self,
        cursor: &mut Cursor<'_>,
        place: Place,
    ) -> Result<Expression> {
        self.deeper(|this| this.strict_expression(cursor, place))
    }

    fn strict_expression(&mut self, cursor: &mut Cursor<'_>, place: Place) -> Result<Expression> {
        let token = cursor.peek();
        match token.kind {
            Kind::Id => {
                cursor.next();
                let steps = self.steps(cursor)?;
                if steps.is_empty()
                    && let Some(literal) = literal(token.text, place)
                {
                    return Ok(literal);
                }
                Ok(self.path(token.text, steps))
            }
            Kind::OpenSquare if self.mode == Mode::Strict2 => Err(Error::syntax(
                "Bare bracket access is not allowed. Use self['...'] instead",
            )),
            Kind::OpenSquare => {
                cursor.next();
                let name = self.expression(cursor)?;
                cursor.consume(Kind::CloseSquare)?;
                let steps = self.steps(cursor)?;
                Ok(Expression::lookup(Root::Named(name), steps))
            }
            Kind::Text => {
                cursor.next();
                Ok(Expression::Text(unquoted(token.text).into()))
            }
            Kind::Number => {
                cursor.next();
                Ok(number(token.text).unwrap_or(Expression::Nil))
            }
            Kind::OpenRound => {
                cursor.next();
                let first = self.expression(cursor)?;
                cursor.consume(Kind::DotDot)?;
                let last = self.expression(cursor)?;
                cursor.consume(Kind::CloseRound)?;
                range(first, last)
            }
            _ => Err(cursor.not_an_expression()),
        }
    }

    fn steps(&mut self, cursor: &mut Cursor<'_>) -> Result<Vec<Step>> {
        let mut steps = Vec::new();
        loop {
            if cursor.accept(Kind::OpenSquare).is_some() {
                let index = self.expression(cursor)?;
                cursor.consume(Kind::CloseSquare)?;
                steps.push(indexed(index));
            } else if cursor.accept(Kind::Dot).is_some() {
                let name = cursor.consume(Kind::Id)?;
                steps.push(Step::Key(key(name)));
            } else {
                return Ok(steps);
            }
        }
    }

    fn path(&mut self, root: &str, steps: Vec<Step>) -> Expression {
        Expression::lookup(Root::Slot(self.slot(root)), steps)
    }

    fn lax_variable(&mut self, markup: &str) -> Result<Output> {
        let Some((start, end)) = lax::find_fragment(markup, 0) else {
            return Ok(Output {
                value: Expression::Nil,
                filters: Box::default(),
            });
        };
        let value = self.lax_expression(&markup[start..end], Place::Value)?;
        let mut filters = Vec::new();
        if let Some(pipe) = markup[end..].find('|') {
            for part in lax_filters(&markup[end + pipe + 1..]) {
                if let Some(filter) = self.lax_filter(part)? {
                    filters.push(filter);
                }
            }
        }
        Ok(Output {
            value,
            filters: filters.into(),
        })
    }

    fn lax_filter(&mut self, part: &str) -> Result<Option<FilterCall>> {
        let bytes = part.as_bytes();
        let Some(start) = bytes.iter().position(|byte| is_word(*byte)) else {
            return Ok(None);
        };
        let len = bytes[start..]
            .iter()
            .take_while(|byte| is_word(**byte))
            .count();
        let name = &part[start..start + len];
        let mut arguments = Vec::new();
        let mut named = Vec::new();
        for argument in lax_arguments(part) {
            match lax::attribute_at(argument, 0) {
                Some((name, value, end)) if end == argument.len() => {
                    let value = self.lax_expression(value, Place::Value)?;
                    named.push((name.into(), value));
                }
                _ => arguments.push(self.lax_expression(argument, Place::Value)?),
            }
        }
        Ok(Some(self.filter_call(name, arguments, named)))
    }

    /// An expression in the forgiving grammar.
    pub(crate) fn lax_expression(&mut self, markup: &str, place: Place) -> Result<Expression> {
        self.deeper(|this| this.lax_expression_here(markup, place))
    }

    fn lax_expression_here(&mut self, markup: &str, place: Place) -> Result<Expression> {
        let markup = trim(markup);
        for quote in ['"', '\''] {
            if markup.starts_with(quote) && markup.ends_with(quote) {
                let inside = markup.get(1..markup.len().max(2) - 1).unwrap_or("");
                return Ok(Expression::Text(inside.into()));
            }
        }
        if let Some(literal) = literal(markup, place) {
            return Ok(literal);
        }
        if let Some((first, last)) = lax_range(markup) {
            let first = self.lax_expression(first, Place::Value)?;
            let last = self.lax_expression(last, Place::Value)?;
            return range(first, last);
        }
        if let Some(number) = number(markup) {
            return Ok(number);
        }
        let mut steps = Vec::new();
        let mut root = None;
        for piece in lax::lookups(markup) {
            let inside = piece
                .strip_prefix('[')
                .and_then(|piece| piece.strip_suffix(']'));
            match (inside, &root) {
                (Some(inside), None) => {
                    root = Some(Root::Named(self.lax_expression(inside, Place::Value)?));
                }
                (None, None) => root = Some(Root::Slot(self.slot(piece))),
                (Some(inside), Some(_)) => {
                    steps.push(indexed(self.lax_expression(inside, Place::Value)?));
                }
                (None, Some(_)) => steps.push(Step::Key(key(piece))),
            }
        }
        Ok(match root {
            None if markup == "-" => Expression::Slot(self.slot("-")),
            None => Expression::Nil,
            Some(root) => Expression::lookup(root, steps),
        })
    }
}

/// A range; ends that are both literal are made whole numbers at once.
fn range(first: Expression, last: Expression) -> Result<Expression> {
    let is_open = |end: &Expression| end.is_variable() || matches!(end, Expression::Range(_));
    if is_open(&first) || is_open(&last) {
        return Ok(Expression::Range(Box::new((first, last))));
    }
    let whole = |end: Expression| match end {
        Expression::Float(number) => Ok(Expression::Int(number as i64)),
        Expression::Bool(truth) => Err(Error::syntax(format!(
            "Invalid expression type '{truth}' in range expression"
        ))),
        other => Ok(other),
    };
    Ok(Expression::Range(Box::new((whole(first)?, whole(last)?))))
}

fn literal(markup: &str, place: Place) -> Option<Expression> {
    Some(match (markup, place) {
        ("nil" | "null" | "", _) => Expression::Nil,
        ("true", _) => Expression::Bool(true),
        ("false", _) => Expression::Bool(false),
        ("blank", Place::Condition) => Expression::Blank,
        ("empty", Place::Condition) => Expression::Empty,
        ("blank" | "empty", Place::Value) => Expression::Text("".into()),
        _ => return None,
    })
}

fn unquoted(text: &str) -> &str {
    &text[1..text.len() - 1]
}

/// `(first..last)`: behind the last two dots comes the end of the range.
fn lax_range(markup: &str) -> Option<(&str, &str)> {
    let inside = markup.strip_prefix('(')?.strip_suffix(')')?;
    let inside = trim(inside);
    let first_len = inside
        .bytes()
        .take_while(|byte| !crate::syntax::is_space(*byte))
        .count();
    let (first, rest) = match inside[..first_len].rfind("..") {
        Some(0) => return None,
        Some(dots) => (&inside[..dots], &inside[dots + 2..]),
        None => (
            &inside[..first_len],
            trim(&inside[first_len..]).strip_prefix("..")?,
        ),
    };
    let last = trim(rest);
    let one_word = !last.is_empty() && !last.bytes().any(crate::syntax::is_space);
    one_word.then_some((first, last))
}

/// Whole numbers, and floats up to a second point: `1`, `-2.5`, `1.2.3`.
pub(crate) fn number(markup: &str) -> Option<Expression> {
    let bytes = markup.as_bytes();
    let (first, rest) = bytes.split_first()?;
    if !matches!(first, b'-' | b'.' | b'0'..=b'9') || markup == "-" {
        return None;
    }
    if !rest.iter().all(|byte| matches!(byte, b'.' | b'0'..=b'9')) {
        return None;
    }
    let Some(dot) = rest.iter().position(|byte| *byte == b'.') else {
        return Some(whole(markup));
    };
    let end = rest[dot + 1..].iter().position(|byte| *byte == b'.');
    let end = end.map_or(markup.len(), |second| dot + 2 + second);
    let text = markup[..end].trim_end_matches('.');
    Some(Expression::Float(text.parse().unwrap_or(0.0)))
}

fn whole(markup: &str) -> Expression {
    if let Ok(small) = markup.parse() {
        return Expression::Int(small);
    }
    match markup.parse::<BigInt>() {
        Ok(big) => Expression::Big(Box::new(big)),
        Err(_) => Expression::Int(0),
    }
}

fn indexed(index: Expression) -> Step {
    Step::Index(index)
}

pub(crate) fn key(name: &str) -> Key {
    Key {
        name: name.into(),
        mark: crate::value::mark(name),
        hint: AtomicU64::new(0),
        word: word(name),
    }
}

/// What a name means to lists and loops.
pub(crate) fn word(name: &str) -> Word {
    match name {
        "size" => Word::Size,
        "first" => Word::First,
        "last" => Word::Last,
        "index" => Word::Index,
        "index0" => Word::Index0,
        "rindex" => Word::Rindex,
        "rindex0" => Word::Rindex0,
        "length" => Word::Length,
        "name" => Word::Name,
        "parentloop" => Word::ParentLoop,
        "row" => Word::Row,
        "col" => Word::Col,
        "col0" => Word::Col0,
        "col_first" => Word::ColFirst,
        "col_last" => Word::ColLast,
        _ => Word::None,
    }
}

/// The filters behind the first pipe: runs of fragments, commas and spaces.
fn lax_filters(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let mut end = at;
        loop {
            let spaces = lax::skip_spaces(text, end);
            if let Some(behind) = lax::fragment_at(text, spaces) {
                end = behind;
            } else if text.as_bytes().get(spaces) == Some(&b',') {
                end = spaces + 1;
            } else {
                end = spaces;
                break;
            }
        }
        if end > at {
            found.push(&text[at..end]);
            at = end;
        } else {
            at += 1;
        }
    }
    found
}

/// The arguments of a filter: fragments behind a colon or a comma, each
/// perhaps with a name in front.
fn lax_arguments(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = lax::skip_spaces(text, at + 1);
        let argument = matches!(bytes[at], b':' | b',')
            .then(|| named_end(text, start).or_else(|| lax::fragment_at(text, start)))
            .flatten();
        match argument {
            Some(end) => {
                found.push(&text[start..end]);
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

/// The end of `word: fragment` at `start`.
fn named_end(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let word = bytes
        .get(start..)?
        .iter()
        .take_while(|byte| is_word(**byte))
        .count();
    let colon = lax::skip_spaces(text, start + word);
    if word == 0 || bytes.get(colon) != Some(&b':') {
        return None;
    }
    lax::fragment_at(text, lax::skip_spaces(text, colon + 1))
}
