//! The conditions of `if`, `unless` and `case`.

use super::Compiler;
use super::expressions::Place;
use crate::error::{Error, Result};
use crate::syntax::cursor::Cursor;
use crate::syntax::lax;
use crate::syntax::lexer::Kind;
use crate::syntax::{is_word, trim};
use crate::template::{Condition, Expression, Joint, Operator, Term};

const SYNTAX: &str = "Syntax Error in tag 'if' - Valid syntax: if [expression]";

impl Compiler {
    /// The markup behind `if`, `unless` and `elsif`.
    pub(crate) fn condition(&mut self, markup: &str) -> Result<Condition> {
        let strict = |this: &mut Self, markup: &str| this.strict_condition(markup);
        let terms = self.by_mode(markup, strict, strict, |this, markup| {
            this.lax_condition(markup)
        })?;
        Ok(Condition {
            terms: terms.into(),
            negated: false,
        })
    }

    fn strict_condition(&mut self, markup: &str) -> Result<Vec<Term>> {
        let mut cursor = Cursor::new(markup)?;
        let mut terms = vec![self.comparison(&mut cursor)?];
        loop {
            let joint = if cursor.accept_word("and") {
                Joint::And
            } else if cursor.accept_word("or") {
                Joint::Or
            } else {
                break;
            };
            let next = self.comparison(&mut cursor)?;
            if let Some(last) = terms.last_mut() {
                last.joint = joint;
            }
            terms.push(next);
        }
        cursor.end()?;
        Ok(terms)
    }

    fn comparison(&mut self, cursor: &mut Cursor<'_>) -> Result<Term> {
        let left = self.expression_in(cursor, Place::Condition)?;
        let (operator, right) = match cursor.accept(Kind::Comparison) {
            Some(operator) => {
                let right = self.expression_in(cursor, Place::Condition)?;
                (operator_of(operator), right)
            }
            None => (Operator::Truthy, Self::nothing()),
        };
        Ok(Term {
            left,
            operator,
            right,
            joint: Joint::End,
        })
    }

    fn lax_condition(&mut self, markup: &str) -> Result<Vec<Term>> {
        let mut pieces = pieces(markup);
        let mut terms = Vec::new();
        let mut joint = Joint::End;
        loop {
            let piece = pieces.pop().unwrap_or_default();
            let mut term = self.lax_comparison(piece)?;
            term.joint = joint;
            terms.push(term);
            let Some(word) = pieces.pop() else {
                terms.reverse();
                return Ok(terms);
            };
            if pieces.is_empty() {
                return Err(Error::syntax(SYNTAX));
            }
            joint = match trim(word) {
                "and" => Joint::And,
                "or" => Joint::Or,
                _ => return Err(Error::syntax(SYNTAX)),
            };
        }
    }

    fn lax_comparison(&mut self, markup: &str) -> Result<Term> {
        let (start, end) = lax::find_fragment(markup, 0).ok_or_else(|| Error::syntax(SYNTAX))?;
        let left = self.lax_expression(&markup[start..end], Place::Condition)?;
        let at = lax::skip_spaces(markup, end);
        let operator_len = markup.as_bytes()[at..]
            .iter()
            .take_while(|byte| matches!(byte, b'=' | b'!' | b'<' | b'>' | b'_' | b'a'..=b'z'))
            .count();
        if operator_len == 0 {
            return Ok(Term {
                left,
                operator: Operator::Truthy,
                right: Self::nothing(),
                joint: Joint::End,
            });
        }
        let operator = operator_of(&markup[at..at + operator_len]);
        let at = lax::skip_spaces(markup, at + operator_len);
        let right = match lax::fragment_at(markup, at) {
            Some(end) => self.lax_expression(&markup[at..end], Place::Condition)?,
            None => Expression::Nil,
        };
        Ok(Term {
            left,
            operator,
            right,
            joint: Joint::End,
        })
    }

    /// What stands behind `when`.
    pub(crate) fn when_values(&mut self, markup: &str) -> Result<Vec<Expression>> {
        if self.mode != crate::engine::Mode::Strict2 {
            return self.lax_when_values(markup);
        }
        let context = format!("in \"{}\"", trim(markup));
        self.told(context, |this| {
            let mut cursor = Cursor::new(markup)?;
            let mut values = vec![this.expression_in(&mut cursor, Place::Condition)?];
            while cursor.accept_word("or") || cursor.accept(Kind::Comma).is_some() {
                values.push(this.expression_in(&mut cursor, Place::Condition)?);
            }
            cursor.end()?;
            Ok(values)
        })
    }

    fn lax_when_values(&mut self, markup: &str) -> Result<Vec<Expression>> {
        let mut values = Vec::new();
        let mut rest = Some(markup);
        while let Some(markup) = rest {
            let (start, end) = lax::find_fragment(markup, 0).ok_or_else(|| {
                Error::syntax(
                    "Syntax Error in tag 'case' - Valid when condition: \
                     {% when [condition] [or condition2...] %}",
                )
            })?;
            values.push(self.lax_expression(&markup[start..end], Place::Condition)?);
            rest = next_value(markup, end);
        }
        Ok(values)
    }
}

/// Behind ` or ` or a comma, if there is a fragment.
fn next_value(markup: &str, end: usize) -> Option<&str> {
    let at = lax::skip_spaces(markup, end);
    let behind = if markup[at..].starts_with(',') {
        at + 1
    } else if at > end && markup[at..].starts_with("or") {
        let behind = at + 2;
        (lax::skip_spaces(markup, behind) > behind).then_some(behind)?
    } else {
        return None;
    };
    let at = lax::skip_spaces(markup, behind);
    lax::fragment_at(markup, at)?;
    Some(&markup[at..])
}

fn operator_of(text: &str) -> Operator {
    match text {
        "==" => Operator::Equal,
        "!=" | "<>" => Operator::NotEqual,
        "<" => Operator::Less,
        "<=" => Operator::LessOrEqual,
        ">" => Operator::Greater,
        ">=" => Operator::GreaterOrEqual,
        "contains" => Operator::Contains,
        other => Operator::Unknown(other.into()),
    }
}

/// A markup in comparisons and the words `and` and `or` between them.
fn pieces(markup: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < markup.len() {
        let end = joint_at(markup, at).unwrap_or_else(|| comparison_end(markup, at));
        found.push(&markup[at..end]);
        at = end;
    }
    found
}

/// `and` or `or` as a word, with one space on each side if there is one; its
/// end.
fn joint_at(markup: &str, at: usize) -> Option<usize> {
    let bytes = markup.as_bytes();
    let word_at = |at: usize| bytes.get(at).is_some_and(|byte| is_word(*byte));
    let boundary = |at: usize| word_at(at) != (at > 0 && word_at(at - 1));
    let space = |at: usize| {
        bytes
            .get(at)
            .is_some_and(|byte| crate::syntax::is_space(*byte))
    };
    if !boundary(at) {
        return None;
    }
    let start = at + usize::from(space(at));
    let rest = markup.get(start..)?;
    let len = if rest.starts_with("and") {
        3
    } else if rest.starts_with("or") {
        2
    } else {
        return None;
    };
    let end = start + len;
    let wide = end + usize::from(space(end));
    if boundary(wide) {
        Some(wide)
    } else {
        boundary(end).then_some(end)
    }
}

/// Where a comparison ends that starts at `at`: before the next joint.
fn comparison_end(markup: &str, at: usize) -> usize {
    let mut end = at;
    while end < markup.len() {
        let start = lax::skip_spaces(markup, end);
        // A joint may take one of the spaces in front of it.
        let joint = (end..=start).find(|at| joint_at(markup, *at).is_some());
        if let Some(joint) = joint.filter(|joint| *joint > at || start > at) {
            return joint.max(at + 1).min(markup.len());
        }
        let word = lax::fragment_at(markup, start).unwrap_or_else(|| {
            let rest = markup[start..].chars();
            let len: usize = rest
                .take_while(|c| !(c.is_ascii() && crate::syntax::is_space(*c as u8)))
                .map(char::len_utf8)
                .sum();
            start + len
        });
        if word == start {
            return markup.len();
        }
        end = word;
    }
    markup.len()
}
