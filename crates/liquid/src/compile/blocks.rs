//! Blocks with branches: `if`, `unless` and `case`.

use super::body::{Body, not_expected};
use super::{Compiler, Stop};
use crate::error::{Error, Result};
use crate::syntax::cursor::Cursor;
use crate::syntax::tokens::Tokens;
use crate::syntax::{is_blank, lax};
use crate::template::{Arm, Branch, Branches, Case, Condition, Expression, Node};

impl Compiler {
    /// `if` and `unless`, up to their end.
    pub(crate) fn branches(
        &mut self,
        name: &str,
        markup: &str,
        tokens: &mut Tokens<'_>,
    ) -> Result<(Node, bool)> {
        let mut condition = self.condition(markup)?;
        condition.negated = name == "unless";
        let mut read: Vec<(Condition, Body)> = Vec::new();
        loop {
            let (body, stop) = self.block(name, tokens)?;
            read.push((condition, body));
            condition = match stop.name {
                "else" => always(),
                "elsif" => self.condition(stop.markup)?,
                end if end.strip_prefix("end") == Some(name) => break,
                other => return Err(not_expected(other, name, &format!("end{name}"))),
            };
        }
        let blank = read.iter().all(|(_, body)| body.blank);
        let mut branches = Vec::new();
        for (condition, body) in read {
            let body = self.finish(if blank { body.without_texts() } else { body });
            branches.push(Branch { condition, body });
        }
        self.template.branches.push(Branches {
            branches: branches.into(),
            blank,
        });
        Ok((Node::If(self.template.branches.len() as u32 - 1), blank))
    }

    /// `case`, up to its end.
    pub(crate) fn case(&mut self, markup: &str, tokens: &mut Tokens<'_>) -> Result<(Node, bool)> {
        let lax = |this: &mut Self, markup: &str| this.lax_case_value(markup);
        let strict = |this: &mut Self, markup: &str| this.case_value(markup);
        let value = self.by_mode(markup, strict, lax, lax)?;
        let (before, mut stop) = self.block("case", tokens)?;
        // What stands in front of the first `when` is never rendered.
        let mut blank = before.blank;
        let mut read: Vec<(Vec<Option<Expression>>, Body)> = Vec::new();
        while stop.name != "endcase" {
            let values = self.arm_values(stop)?;
            let (body, next) = self.block("case", tokens)?;
            blank &= body.blank;
            read.push((values, body));
            stop = next;
        }
        let mut arms = Vec::new();
        for (values, body) in read {
            let body = self.finish(if blank { body.without_texts() } else { body });
            arms.extend(values.into_iter().map(|value| Arm { value, body }));
        }
        self.template.cases.push(Case {
            value,
            arms: arms.into(),
            blank,
        });
        Ok((Node::Case(self.template.cases.len() as u32 - 1), blank))
    }

    fn arm_values(&mut self, stop: Stop<'_>) -> Result<Vec<Option<Expression>>> {
        match stop.name {
            "when" => {
                let values = self.when_values(stop.markup)?;
                Ok(values.into_iter().map(Some).collect())
            }
            "else" if is_blank(stop.markup) => Ok(vec![None]),
            "else" => Err(Error::syntax(
                "Syntax Error in tag 'case' - Valid else condition: {% else %} (no parameters) ",
            )),
            other => Err(not_expected(other, "case", "endcase")),
        }
    }

    fn case_value(&mut self, markup: &str) -> Result<Expression> {
        let mut cursor = Cursor::new(markup)?;
        let value = self.expression(&mut cursor)?;
        cursor.end()?;
        Ok(value)
    }

    fn lax_case_value(&mut self, markup: &str) -> Result<Expression> {
        match lax::find_fragment(markup, 0) {
            Some((start, end)) => self.lax_value(&markup[start..end]),
            None => Err(Error::syntax(
                "Syntax Error in 'case' - Valid syntax: case [condition]",
            )),
        }
    }
}

/// The condition of `else`.
fn always() -> Condition {
    Condition {
        terms: Box::new([]),
        negated: false,
    }
}
