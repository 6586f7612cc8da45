//! What discounts take off an order that is created.

use pricing::{Applied, Class, Combines, Effect, Line, Minimum, Offer, Value, discount};

use super::error::CreateError;
use crate::discounts::{
    self as given, AllocationMethod, ApplicationKind, DiscountAllocation, DiscountApplication,
    DiscountClass, TargetSelection,
};
use crate::orders::input::{
    DiscountInput, DiscountKind, DiscountTarget, DiscountValue, OrderInput,
};
use crate::orders::rows::NewLineItem;

/// Takes the order's discounts off its lines; gives those that took off anything.
pub(super) fn take_off(
    input: &OrderInput,
    lines: &mut [NewLineItem<'_>],
) -> Result<Vec<DiscountApplication>, CreateError> {
    if input.discounts.is_empty() {
        return Ok(Vec::new());
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
    for (application, applied) in found.applied.iter().enumerate() {
        for (line, minor) in lines.iter_mut().zip(&applied.lines) {
            if *minor > 0 {
                line.discounts.push(DiscountAllocation {
                    application,
                    amount_minor: *minor,
                    presentment_minor: None,
                });
            }
        }
    }
    let of = |applied: &Applied| application(&input.discounts[applied.offer], applied);
    Ok(found.applied.iter().map(of).collect())
}

/// A discount as the order keeps it.
fn application(own: &DiscountInput, applied: &Applied) -> DiscountApplication {
    let (kind, code) = match own.kind {
        DiscountKind::Code => (ApplicationKind::Code, Some(own.title.clone())),
        DiscountKind::Manual => (ApplicationKind::Manual, None),
    };
    let (class, selection) = match own.target {
        DiscountTarget::AllLines => (DiscountClass::Order, TargetSelection::All),
        DiscountTarget::Line(_) => (DiscountClass::Product, TargetSelection::Explicit),
    };
    let (value, method) = match own.value {
        DiscountValue::Percentage(percentage_ppm) => {
            let value = given::DiscountValue::Percentage { percentage_ppm };
            (value, AllocationMethod::Across)
        }
        DiscountValue::Amount(amount_minor) => {
            let value = given::DiscountValue::amount(amount_minor);
            (value, AllocationMethod::Across)
        }
        DiscountValue::AmountEach(amount_minor) => {
            let value = given::DiscountValue::amount(amount_minor);
            (value, AllocationMethod::Each)
        }
    };
    DiscountApplication {
        kind,
        title: own.title.clone(),
        code,
        description: own.description.clone(),
        class,
        method,
        selection,
        value,
        amount_minor: applied.amount_minor(),
        presentment_minor: None,
    }
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
