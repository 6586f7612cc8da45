//! Conditions.

use std::cmp::Ordering;

use super::context::Context;
use crate::error::{Error, Result};
use crate::template::{Condition, Joint, Operator, Term};
use crate::value::items::Items;
use crate::value::{Data, Value, compare, text};

impl<'a> Context<'a, '_> {
    /// Whether a condition holds.
    #[inline(always)]
    pub(crate) fn holds(&mut self, condition: &'a Condition) -> Result<bool> {
        match &*condition.terms {
            [term] => Ok(self.term(term)? != condition.negated),
            terms => Ok(self.chain(terms)? != condition.negated),
        }
    }

    #[inline(never)]
    fn chain(&mut self, terms: &'a [Term]) -> Result<bool> {
        // What stands behind `else` holds.
        let mut holds = true;
        for term in terms {
            holds = self.term(term)?;
            match term.joint {
                Joint::And if holds => {}
                Joint::Or if !holds => {}
                _ => break,
            }
        }
        Ok(holds)
    }

    #[inline(always)]
    fn term(&mut self, term: &'a Term) -> Result<bool> {
        if let Operator::Truthy = term.operator {
            return match self.data_of(&term.left) {
                Some(data) => Ok(!matches!(data, Data::Nil | Data::Bool(false))),
                None => Ok(self.value_of(&term.left)?.is_truthy()),
            };
        }
        self.comparison(term)
    }

    /// What nearly all comparisons are: of whole numbers, or of texts for
    /// equality.
    #[inline(never)]
    fn comparison(&mut self, term: &'a Term) -> Result<bool> {
        if let Some(right) = self.number_of(&term.right) {
            if let Some(left) = self.number_of(&term.left) {
                match &term.operator {
                    Operator::Equal => return Ok(left == right),
                    Operator::NotEqual => return Ok(left != right),
                    Operator::Less => return Ok(left < right),
                    Operator::LessOrEqual => return Ok(left <= right),
                    Operator::Greater => return Ok(left > right),
                    Operator::GreaterOrEqual => return Ok(left >= right),
                    Operator::Contains | Operator::Truthy | Operator::Unknown(_) => {}
                }
            }
        } else if let Operator::Equal | Operator::NotEqual = term.operator
            && let Some(left) = self.text_of(&term.left)
            && let Some(right) = self.text_of(&term.right)
        {
            return Ok((left == right) == matches!(term.operator, Operator::Equal));
        }
        self.any_comparison(term)
    }

    #[inline(never)]
    fn any_comparison(&mut self, term: &'a Term) -> Result<bool> {
        let left = self.value_of(&term.left)?;
        let right = self.value_of(&term.right)?;
        let order = |holds: fn(Ordering) -> bool| -> Result<bool> {
            Ok(compare::relate(left, right)?.is_some_and(holds))
        };
        match &term.operator {
            Operator::Equal => Ok(compare::equal(left, right)),
            Operator::NotEqual => Ok(!compare::equal(left, right)),
            Operator::Less => order(Ordering::is_lt),
            Operator::LessOrEqual => order(Ordering::is_le),
            Operator::Greater => order(Ordering::is_gt),
            Operator::GreaterOrEqual => order(Ordering::is_ge),
            Operator::Contains => self.contains(left.plain(), right.plain()),
            Operator::Truthy => Ok(left.is_truthy()),
            Operator::Unknown(operator) => Err(unknown(operator)),
        }
    }

    fn contains(&mut self, left: Value<'a>, right: Value<'a>) -> Result<bool> {
        if !left.is_truthy() || !right.is_truthy() {
            return Ok(false);
        }
        Ok(match left {
            Value::Str(whole) => whole.contains(text::to_text(right, self.arena)?),
            Value::Map(map) => right.as_str().is_some_and(|name| map.get(name).is_some()),
            Value::Range(first, last) => match right {
                Value::Int(number) => (first..=last).contains(&number),
                Value::Float(number) => first as f64 <= number && number <= last as f64,
                _ => false,
            },
            Value::Object(object) => match object.window(0, usize::MAX, self.arena)? {
                Some(list) => includes(list, right),
                None => false,
            },
            list => includes(list, right),
        })
    }
}

fn unknown(operator: &str) -> Error {
    Error::argument(format!("Unknown operator {operator}"))
}

fn includes(list: Value<'_>, wanted: Value<'_>) -> bool {
    let items = Items::of(list).into_iter().flatten();
    items
        .into_iter()
        .any(|item| compare::equal_plain(item, wanted))
}
