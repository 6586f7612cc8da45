//! What a refund would come to, before anybody makes it.

use store::{StoreError, Tx};
use units::{MinorBag, OrderId};

use super::records::RestockType;
use super::value::{
    RefundLine, RefundShipping, Repayment, ValueError, ValuedLine, ValuedShipping, repayments,
    value_lines, value_shipping, worth,
};
use crate::orders::{self, Order};

/// What somebody thinks of refunding.
#[derive(Debug, Clone, Default)]
pub struct RefundIdea {
    /// Units of lines.
    pub lines: Vec<RefundLine>,
    /// Shipping.
    pub shipping: RefundShipping,
    /// Everything that is left, whatever else is asked for.
    pub full: bool,
}

/// What a refund would come to.
#[derive(Debug, Clone)]
pub struct SuggestedRefund {
    /// The order.
    pub order: Order,
    /// Money to give back.
    pub amount: MinorBag,
    /// Money that could be given back at most.
    pub maximum: MinorBag,
    /// Lines' worth.
    pub subtotal: MinorBag,
    /// Tax on the lines and on shipping.
    pub tax: MinorBag,
    /// Lines.
    pub lines: Vec<ValuedLine>,
    /// Shipping.
    pub shipping: ValuedShipping,
    /// The payments that it would go back on.
    pub repayments: Vec<Repayment>,
}

/// Why there is nothing to suggest.
#[derive(Debug, thiserror::Error)]
pub enum SuggestError {
    /// There is no such order.
    #[error("Order does not exist")]
    NotFound,
    /// What was asked for cannot be refunded.
    #[error(transparent)]
    Value(#[from] ValueError),
    /// Ours.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What refunding a part, or all that is left, of an order would come to.
///
/// # Errors
/// When lines or shipping cannot be refunded as asked.
pub fn suggest(
    tx: &mut Tx,
    id: OrderId,
    idea: &RefundIdea,
) -> Result<SuggestedRefund, SuggestError> {
    let order = orders::load(tx, &[id])?
        .pop()
        .flatten()
        .ok_or(SuggestError::NotFound)?;
    let mut lines = orders::line_items(tx, &[id])?.pop().unwrap_or_default();
    let shipping = orders::shipping_lines(tx, &[id])?.pop().unwrap_or_default();
    let transactions = orders::transactions(tx, &[id])?.pop().unwrap_or_default();
    let asked = if idea.full {
        all_that_is_left(&lines)
    } else {
        idea.lines.clone()
    };
    let wanted = if idea.full {
        &RefundShipping::Full
    } else {
        &idea.shipping
    };
    let lines = value_lines(&mut lines, &asked)?;
    let shipping = value_shipping(&order, &shipping, wanted)?;
    let maximum = order.net_payment().or_nothing();
    let off = worth(&order, &lines, &shipping).presentment;
    let left = order.current_total().presentment - off;
    let repayments = repayments(
        &transactions,
        back(off, order.received().presentment - left).min(maximum.presentment),
    );
    Ok(SuggestedRefund {
        amount: repayments.iter().map(|own| own.amount).sum(),
        maximum,
        subtotal: lines.iter().map(|line| line.value.subtotal).sum(),
        tax: lines.iter().map(|line| line.value.tax).sum::<MinorBag>() + shipping.tax,
        repayments,
        lines,
        shipping,
        order,
    })
}

/// What goes back when goods worth `off` come off an order, and `over` is what came in for it beyond what it comes
/// to then: what is still to be paid for the rest stays with the shop. What was given back before without goods
/// was a gift, and is not taken from what goes back now.
fn back(off: i64, over: i64) -> i64 {
    off.min(over.max(0))
}

fn all_that_is_left(lines: &[orders::LineItem]) -> Vec<RefundLine> {
    let left = lines.iter().filter(|line| line.current_quantity > 0);
    left.map(|line| RefundLine {
        line_item_id: line.id,
        quantity: line.current_quantity,
        restock_type: RestockType::NoRestock,
        location_id: None,
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_still_owed_is_not_given_back() {
        // All of 100 is paid: what comes off goes back.
        assert_eq!(back(30, 100 - 70), 30);
        // Of 100, 40 are paid: the remaining 70 are not covered by that.
        assert_eq!(back(30, 40 - 70), 0);
        assert_eq!(back(70, 40 - 30), 10);
        assert_eq!(back(100, 40), 40);
        // More was paid than it came to: only what comes off goes back.
        assert_eq!(back(30, 120 - 70), 30);
        assert_eq!(back(30, -70), 0);
    }
}
