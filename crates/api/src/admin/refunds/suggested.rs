//! What a refund would come to.

use commerce::orders::{Order, OrderTransaction};
use commerce::returns::{
    self, RefundIdea, RefundShipping, Repayment, SuggestError, SuggestedRefund,
};
use graphql::{Error, Obj};
use serde::Deserialize;
use units::{MinorBag, MoneyBag};

use super::create::RefundLineInput;
use super::{RefundDuty, RefundedLine};
use crate::errors::fault;
use crate::scalars::Amount;
use crate::scalars::DecimalInput;
use crate::{Cx, Registry};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SuggestArgs {
    refund_line_items: Option<Vec<RefundLineInput>>,
    refund_shipping: Option<bool>,
    shipping_amount: Option<DecimalInput>,
    suggest_full_refund: Option<bool>,
}

/// The shipping of a suggestion.
struct Shipping {
    amount: MoneyBag,
    maximum: MoneyBag,
    tax: MoneyBag,
}

/// A payment that a suggestion goes back on.
struct Transaction {
    repayment: Repayment,
}

/// Refunds in other ways than the payment's, such as store credit: there is none.
enum OtherMethod {}

pub(super) fn register(r: &mut Registry) {
    r.object::<Order>("Order").load("suggestedRefund", suggest);
    amounts(r);
    r.object::<SuggestedRefund>("SuggestedRefund")
        .child("refundDuties", |_| Vec::<RefundDuty>::new())
        .child("refundLineItems", |own| {
            own.lines
                .iter()
                .map(|line| RefundedLine::possible(line, &own.order))
                .collect::<Vec<_>>()
        })
        .child("shipping", |own| Shipping {
            amount: own.order.bag(own.shipping.amount),
            maximum: own.order.bag(own.shipping.maximum),
            tax: own.order.bag(own.shipping.tax),
        })
        .child("suggestedTransactions", |own| {
            let used = own
                .repayments
                .iter()
                .filter(|repayment| repayment.amount.presentment > 0);
            used.map(|repayment| Transaction {
                repayment: repayment.clone(),
            })
            .collect::<Vec<_>>()
        })
        .child("suggestedRefundMethods", |_| Vec::<Obj>::new());
    r.object::<Shipping>("ShippingRefund")
        .child("amountSet", |own| own.amount)
        .child("maximumRefundableSet", |own| own.maximum)
        .child("taxSet", |own| own.tax)
        .leaf("amount", |own| Amount(own.amount.shop))
        .leaf("maximumRefundable", |own| Amount(own.maximum.shop))
        .leaf("tax", |own| Amount(own.tax.shop));
    transactions(r);
    r.object::<OtherMethod>("SuggestedStoreCreditRefund")
        .child("amount", |never| -> MoneyBag { match *never {} })
        .child("maximumRefundable", |never| -> MoneyBag { match *never {} });
}

fn amounts(r: &mut Registry) {
    let bag = |own: &SuggestedRefund, amount: MinorBag| own.order.bag(amount);
    let old = move |own: &SuggestedRefund, amount| Amount(bag(own, amount).shop);
    r.object::<SuggestedRefund>("SuggestedRefund")
        .child("amountSet", move |own| bag(own, own.amount))
        .child("maximumRefundableSet", move |own| bag(own, own.maximum))
        .child("subtotalSet", move |own| bag(own, own.subtotal))
        .child("discountedSubtotalSet", move |own| bag(own, own.subtotal))
        .child("totalTaxSet", move |own| bag(own, own.tax))
        .child("totalCartDiscountAmountSet", move |own| {
            bag(own, MinorBag::ZERO)
        })
        .child("totalDutiesSet", move |own| bag(own, MinorBag::ZERO))
        .leaf("amount", move |own| old(own, own.amount))
        .leaf("maximumRefundable", move |own| old(own, own.maximum))
        .leaf("subtotal", move |own| old(own, own.subtotal))
        .leaf("totalTaxes", move |own| old(own, own.tax));
}

fn transactions(r: &mut Registry) {
    let bag = |own: &Transaction, amount: MinorBag| own.repayment.parent.bag(amount);
    r.object::<Transaction>("SuggestedOrderTransaction")
        .leaf("kind", |_| "SUGGESTED_REFUND")
        .leaf("gateway", |own| Some(own.repayment.parent.gateway.clone()))
        .leaf("formattedGateway", |own| {
            Some(own.repayment.parent.gateway.clone())
        })
        .leaf("accountNumber", |_| None::<String>)
        .child("amountSet", move |own| bag(own, own.repayment.amount))
        .child("maximumRefundableSet", move |own| {
            Some(bag(own, own.repayment.maximum))
        })
        .leaf("amount", move |own| {
            Amount(bag(own, own.repayment.amount).shop)
        })
        .child("parentTransaction", |own| -> Option<OrderTransaction> {
            Some(own.repayment.parent.clone())
        });
}

/// A suggestion depends on one order's lines, shipping and payments, so it is made order by
/// order; a list of orders is as long as its page.
fn suggest(
    orders: &[&Order],
    args: &SuggestArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<SuggestedRefund>, Error>> {
    let idea = args.idea();
    orders
        .iter()
        .map(
            |order| match returns::suggest(&mut cx.tx, order.id, &idea) {
                Ok(suggested) => Ok(Some(suggested)),
                Err(SuggestError::Store(cause)) => Err(fault(cause)),
                Err(refusal @ (SuggestError::NotFound | SuggestError::Value(_))) => {
                    Err(Error::new(refusal.to_string()))
                }
            },
        )
        .collect()
}

impl SuggestArgs {
    fn idea(&self) -> RefundIdea {
        let lines = self.refund_line_items.as_deref().unwrap_or_default();
        let shipping = match (&self.shipping_amount, self.refund_shipping) {
            (Some(amount), _) => RefundShipping::Amount(amount.0.clone()),
            (None, Some(true)) => RefundShipping::Full,
            (None, _) => RefundShipping::Nothing,
        };
        RefundIdea {
            lines: lines.iter().map(RefundLineInput::line).collect(),
            shipping,
            full: self.suggest_full_refund.unwrap_or(false),
        }
    }
}
