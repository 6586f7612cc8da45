//! Filters for numbers.

use super::Call;
use crate::arena::Arena;
use crate::error::Result;
use crate::value::Value;
use crate::value::number::{self, Number, Operation};

/// Two numbers made one.
///
/// # Errors
/// A division by zero.
#[inline]
pub(crate) fn combine<'a>(
    left: Value<'a>,
    operation: Operation,
    right: Value<'a>,
    arena: &'a Arena,
) -> Result<Value<'a>> {
    // What nearly all calls are: small whole numbers.
    if let (Value::Int(left), Value::Int(right)) = (left, right)
        && right != 0
        && let Some(result) = number::small(left, operation, right)
    {
        return Ok(Value::Int(result));
    }
    combine_any(left, operation, right, arena)
}

#[inline(never)]
fn combine_any<'a>(
    left: Value<'a>,
    operation: Operation,
    right: Value<'a>,
    arena: &'a Arena,
) -> Result<Value<'a>> {
    // Cents by hundreds.
    if let (Value::Int(left), Value::Float(right)) = (left, right)
        && matches!(operation, Operation::DividedBy)
        && number::is_exact(left, right)
    {
        return Ok(Value::Float(left as f64 / right));
    }
    Number::of(left)
        .apply(operation, &Number::of(right))?
        .into_value(arena)
}

fn apply<'a>(call: &Call<'a, '_>, operation: Operation) -> Result<Value<'a>> {
    combine(call.input, operation, call.argument(0), call.arena)
}

pub(super) fn plus<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
    apply(call, Operation::Plus)
}

pub(super) fn minus<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
    apply(call, Operation::Minus)
}

pub(super) fn times<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
    apply(call, Operation::Times)
}

pub(super) fn divided_by<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
    apply(call, Operation::DividedBy)
}

pub(super) fn modulo<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
    apply(call, Operation::Modulo)
}

pub(super) fn abs<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
    Number::of(call.input).abs().into_value(call.arena)
}

pub(super) fn ceil<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
    Number::of(call.input).ceil()?.into_value(call.arena)
}

pub(super) fn floor<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
    Number::of(call.input).floor()?.into_value(call.arena)
}

pub(super) fn round<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
    let places = Number::of(call.argument(0)).places()?;
    Number::of(call.input).round(places)?.into_value(call.arena)
}

pub(super) fn at_least<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
    let (number, least) = (Number::of(call.input), Number::of(call.argument(0)));
    let larger = match least.compare(&number) {
        Some(std::cmp::Ordering::Greater) => least,
        _ => number,
    };
    larger.into_value(call.arena)
}

pub(super) fn at_most<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
    let (number, most) = (Number::of(call.input), Number::of(call.argument(0)));
    let smaller = match most.compare(&number) {
        Some(std::cmp::Ordering::Less) => most,
        _ => number,
    };
    smaller.into_value(call.arena)
}

pub(super) fn sum<'a>(call: &Call<'a, '_>) -> Result<Value<'a>> {
    let mut total = Number::Int(0);
    let property = call.argument(0);
    for item in call.items()? {
        let item = if property.is_nil() {
            item
        } else {
            super::select::property_or(item, property, Value::Int(0), call)?
        };
        for number in super::lists::flat(item, call.arena)? {
            total = total.apply(Operation::Plus, &Number::of(number))?;
        }
    }
    total.into_value(call.arena)
}
