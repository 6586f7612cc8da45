//! What discounts take off an order that is created.

use pricing::{Class, Combines, Effect, Line, Minimum, Offer, Value, discount};

use super::error::CreateError;
use crate::orders::input::{DiscountInput, DiscountTarget, DiscountValue, OrderInput};
use crate::orders::rows::NewLineItem;

/// Takes the order's discounts off its lines.
pub(super) fn take_off(
    input: &OrderInput,
    lines: &mut [NewLineItem<'_>],
) -> Result<i64, CreateError> {
    if input.discounts.is_empty() {
        return Ok(0);
    }
    let priced: Vec<Line> = lines
        .iter()
        .map(|line| Line {
            price_minor: line.price_minor,
            quantity: line.quantity,
            taxable: line.taxable,
        })
        .collect();
    let offers: Vec<Offer> = input
        .discounts
        .iter()
        .map(|own| offer(own, lines.len()))
        .collect();
    let found = discount(&priced, None, &offers).map_err(|_| CreateError::TooLarge)?;
    for (line, off) in lines.iter_mut().zip(&found.lines) {
        line.discount_minor = *off;
    }
    Ok(found.amount_minor())
}

/// A discount on an order of so many lines, as the pricing sees it.
fn offer(own: &DiscountInput, lines: usize) -> Offer {
    let value = match own.value {
        DiscountValue::Percentage(ppm) => Value::Percentage(ppm),
        DiscountValue::Amount(minor) => Value::Amount(minor),
        DiscountValue::AmountEach(minor) => Value::AmountEach(minor),
    };
    let (class, on) = match own.target {
        DiscountTarget::AllLines => (Class::Order, vec![true; lines]),
        DiscountTarget::Line(at) => (Class::Product, (0..lines).map(|own| own == at).collect()),
    };
    Offer {
        class,
        combines: Combines::ALL,
        minimum: Minimum::Nothing,
        effect: Effect::Lines { value, on },
    }
}
