//! What a refund is worth: lines, shipping and the payments it goes back on. Pure.

use units::{LineItemId, LocationId, MinorBag, Money};

use super::records::RestockType;
use crate::orders::{LineItem, LineValue, Order, OrderTransaction, ShippingLine};

/// Units of a line to be refunded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundLine {
    /// The order's line.
    pub line_item_id: LineItemId,
    /// Units.
    pub quantity: i64,
    /// What becomes of them.
    pub restock_type: RestockType,
    /// Where they are put back; none for where they were to be sent from.
    pub location_id: Option<LocationId>,
}

/// Shipping to be refunded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum RefundShipping {
    /// None of it.
    #[default]
    Nothing,
    /// All that is left of it.
    Full,
    /// An amount, as a decimal in the currency that the buyer saw.
    Amount(String),
}

/// A line with the worth of the units that are refunded.
#[derive(Debug, Clone)]
pub struct ValuedLine {
    /// What was asked for.
    pub asked: RefundLine,
    /// The line as it stood before.
    pub line: LineItem,
    /// The units' worth.
    pub value: LineValue,
}

/// Shipping with the tax on it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ValuedShipping {
    /// What is refunded.
    pub amount: MinorBag,
    /// Tax on that.
    pub tax: MinorBag,
    /// What may be refunded at most.
    pub maximum: MinorBag,
}

/// Why a line or shipping has no worth.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// The order has no such line.
    #[error("Line item does not exist")]
    LineNotFound {
        /// Which of the lines.
        at: usize,
    },
    /// A quantity is not above zero.
    #[error("Quantity must be greater than 0")]
    QuantityNotPositive {
        /// Which of the lines.
        at: usize,
    },
    /// More units than are left of the line.
    #[error("Quantity cannot refund more items than were purchased")]
    TooManyUnits {
        /// Which of the lines.
        at: usize,
    },
    /// More units are called off than have yet to leave.
    #[error("Quantity cannot cancel more items than are unfulfilled")]
    TooManyCancelled {
        /// Which of the lines.
        at: usize,
    },
    /// The amount is no decimal, or below zero.
    #[error("Shipping amount is not a valid amount")]
    ShippingInvalid,
    /// More shipping than is left.
    #[error("Shipping amount cannot be greater than the remaining {left}")]
    TooMuchShipping {
        /// What is left.
        left: Money,
    },
}

/// Values lines one after the other, lowering the quantities in `lines` as it goes.
pub(super) fn value_lines(
    lines: &mut [LineItem],
    asked: &[RefundLine],
) -> Result<Vec<ValuedLine>, ValueError> {
    let mut valued = Vec::with_capacity(asked.len());
    for (at, asked) in asked.iter().enumerate() {
        let line = lines.iter_mut().find(|line| line.id == asked.line_item_id);
        let line = line.ok_or(ValueError::LineNotFound { at })?;
        if asked.quantity <= 0 {
            return Err(ValueError::QuantityNotPositive { at });
        }
        if asked.quantity > line.current_quantity {
            return Err(ValueError::TooManyUnits { at });
        }
        let cancelled = cancelled_units(line, asked);
        if cancelled > line.fulfillable_quantity {
            return Err(ValueError::TooManyCancelled { at });
        }
        let before = line.clone();
        let value = line.value_of_next(asked.quantity);
        line.current_quantity -= asked.quantity;
        line.fulfillable_quantity -= cancelled;
        valued.push(ValuedLine {
            asked: asked.clone(),
            line: before,
            value,
        });
    }
    Ok(valued)
}

/// How many of the refunded units will not leave any more.
///
/// What is called off never left. What came back had left, unless more comes back than can have
/// left: the surplus was never sent. Without restocking, fulfilment goes on as it is.
pub(super) fn cancelled_units(line: &LineItem, asked: &RefundLine) -> i64 {
    match asked.restock_type {
        RestockType::Cancel => asked.quantity,
        RestockType::Return | RestockType::LegacyRestock => {
            let kept = line.current_quantity - asked.quantity;
            (line.fulfillable_quantity - kept).clamp(0, asked.quantity)
        }
        RestockType::NoRestock => 0,
    }
}

/// Values shipping.
pub(super) fn value_shipping(
    order: &Order,
    shipping: &[ShippingLine],
    asked: &RefundShipping,
) -> Result<ValuedShipping, ValueError> {
    let left = order.current_shipping();
    let presentment = match asked {
        RefundShipping::Nothing => 0,
        RefundShipping::Full => left.presentment,
        RefundShipping::Amount(text) => {
            let amount = Money::parse(text, order.presentment_currency)
                .map_err(|_| ValueError::ShippingInvalid)?;
            if amount.minor < 0 {
                return Err(ValueError::ShippingInvalid);
            }
            if amount.minor > left.presentment {
                return Err(ValueError::TooMuchShipping {
                    left: order.presentment(left.presentment),
                });
            }
            amount.minor
        }
    };
    let (whole, removed) = (order.shipping(), order.removed_shipping());
    let tax: MinorBag = shipping.iter().map(ShippingLine::tax).sum();
    let up_to = |amount: i64| tax.part(amount, whole.presentment);
    let before = removed.presentment;
    Ok(ValuedShipping {
        amount: whole.next(removed, presentment),
        tax: up_to(before + presentment) - up_to(before),
        maximum: left,
    })
}

/// What lines and shipping come to, tax included.
pub(super) fn worth(order: &Order, lines: &[ValuedLine], shipping: &ValuedShipping) -> MinorBag {
    let subtotal: MinorBag = lines.iter().map(|line| line.value.subtotal).sum();
    let tax: MinorBag = lines.iter().map(|line| line.value.tax).sum();
    let goods = subtotal + shipping.amount;
    if order.taxes_included {
        goods
    } else {
        goods + tax + shipping.tax
    }
}

/// A payment and what of a refund goes back on it.
#[derive(Debug, Clone)]
pub struct Repayment {
    /// The payment.
    pub parent: OrderTransaction,
    /// What goes back.
    pub amount: MinorBag,
    /// What could go back at most.
    pub maximum: MinorBag,
}

/// Lays so many minor units of the buyer's currency on the payments that can still be given back,
/// oldest first.
pub(super) fn repayments(transactions: &[OrderTransaction], presentment: i64) -> Vec<Repayment> {
    let mut left = presentment;
    let mut repayments = Vec::new();
    for parent in transactions {
        let maximum = parent.refundable(transactions);
        if maximum.presentment == 0 {
            continue;
        }
        let back = maximum.presentment.min(left);
        left -= back;
        repayments.push(Repayment {
            amount: parent.amount().next(parent.refunded(transactions), back),
            parent: parent.clone(),
            maximum,
        });
    }
    repayments
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of 3 units at 10.00 with 1.00 tax in all, all of which may still leave.
    fn line(left_to_send: i64) -> LineItem {
        LineItem::sample(3, left_to_send, 1000, 100)
    }

    fn asked(quantity: i64, restock_type: RestockType) -> RefundLine {
        RefundLine {
            line_item_id: LineItemId(1),
            quantity,
            restock_type,
            location_id: None,
        }
    }

    #[test]
    fn the_parts_of_a_line_sum_to_the_whole() {
        let mut lines = [line(3)];
        let one = asked(1, RestockType::NoRestock);
        let valued = value_lines(&mut lines, &[one.clone(), one.clone(), one]).unwrap();
        let taxes: Vec<i64> = valued.iter().map(|line| line.value.tax.shop).collect();
        assert_eq!(taxes, [33, 33, 34]);
        assert_eq!(lines[0].current_quantity, 0);
        assert_eq!(lines[0].fulfillable_quantity, 3);
    }

    #[test]
    fn more_units_than_are_left_are_refused() {
        let refused = |quantity, restock| {
            value_lines(&mut [line(1)], &[asked(quantity, restock)]).unwrap_err()
        };
        let none = RestockType::NoRestock;
        assert_eq!(refused(4, none), ValueError::TooManyUnits { at: 0 });
        assert_eq!(refused(0, none), ValueError::QuantityNotPositive { at: 0 });
        assert_eq!(
            refused(2, RestockType::Cancel),
            ValueError::TooManyCancelled { at: 0 }
        );
    }

    #[test]
    fn what_comes_back_beyond_what_left_was_never_sent() {
        assert_eq!(cancelled_units(&line(0), &asked(3, RestockType::Return)), 0);
        assert_eq!(cancelled_units(&line(1), &asked(2, RestockType::Return)), 0);
        assert_eq!(cancelled_units(&line(1), &asked(3, RestockType::Return)), 1);
        assert_eq!(cancelled_units(&line(3), &asked(2, RestockType::Return)), 2);
        assert_eq!(
            cancelled_units(&line(3), &asked(2, RestockType::NoRestock)),
            0
        );
        assert_eq!(cancelled_units(&line(3), &asked(2, RestockType::Cancel)), 2);
    }
}
