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
        match (&term.operator, self.data_of(&term.left)) {
            (Operator::Truthy, Some(data)) => Ok(!matches!(data, Data::Nil | Data::Bool(false))),
            (Operator::Truthy, None) => Ok(self.value_of(&term.left)?.is_truthy()),
            (_, left) => self.comparison(term, left),
        }
    }

    #[inline(never)]
    fn comparison(&mut self, term: &'a Term, left: Option<&'a Data>) -> Result<bool> {
        let left = match left {
            Some(data) => Value::of(data),
            None => self.value_of(&term.left)?,
        };
        let right = self.value_of(&term.right)?;
        if let (Value::Int(left), Value::Int(right)) = (left, right) {
            return match &term.operator {
                Operator::Equal => Ok(left == right),
                Operator::NotEqual => Ok(left != right),
                Operator::Less => Ok(left < right),
                Operator::LessOrEqual => Ok(left <= right),
                Operator::Greater => Ok(left > right),
                Operator::GreaterOrEqual => Ok(left >= right),
                Operator::Contains | Operator::Truthy => Ok(false),
                Operator::Unknown(operator) => Err(unknown(operator)),
            };
        }
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
