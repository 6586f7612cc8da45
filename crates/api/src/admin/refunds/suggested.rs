//! What a refund would come to.

use commerce::orders::{Order, OrderTransaction};
use commerce::returns::{
    self, RefundIdea, RefundShipping, Repayment, SuggestError, SuggestedRefund,
};
use graphql::{Error, Obj};
use serde::Deserialize;
use units::{Money, MoneyBag};

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
    amount: Money,
    maximum: Money,
    tax: Money,
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
            let currency = own.order.currency;
            own.lines
                .iter()
                .map(|line| RefundedLine::possible(line, currency))
                .collect::<Vec<_>>()
        })
        .child("shipping", |own| Shipping {
            amount: own.order.money(own.shipping.amount_minor),
            maximum: own.order.money(own.shipping.maximum_minor),
            tax: own.order.money(own.shipping.tax_minor),
        })
        .child("suggestedTransactions", |own| {
            let used = own
                .repayments
                .iter()
                .filter(|repayment| repayment.amount_minor > 0);
            used.map(|repayment| Transaction {
                repayment: repayment.clone(),
            })
            .collect::<Vec<_>>()
        })
        .child("suggestedRefundMethods", |_| Vec::<Obj>::new());
    r.object::<Shipping>("ShippingRefund")
        .child("amountSet", |own| MoneyBag::same(own.amount))
        .child("maximumRefundableSet", |own| MoneyBag::same(own.maximum))
        .child("taxSet", |own| MoneyBag::same(own.tax))
        .leaf("amount", |own| Amount(own.amount))
        .leaf("maximumRefundable", |own| Amount(own.maximum))
        .leaf("tax", |own| Amount(own.tax));
    transactions(r);
    r.object::<OtherMethod>("SuggestedStoreCreditRefund")
        .child("amount", |never| -> MoneyBag { match *never {} })
        .child("maximumRefundable", |never| -> MoneyBag { match *never {} });
}

fn amounts(r: &mut Registry) {
    let bag = |own: &SuggestedRefund, minor: i64| MoneyBag::same(own.order.money(minor));
    r.object::<SuggestedRefund>("SuggestedRefund")
        .child("amountSet", move |own| bag(own, own.amount_minor))
        .child("maximumRefundableSet", move |own| {
            bag(own, own.maximum_minor)
        })
        .child("subtotalSet", move |own| bag(own, own.subtotal_minor))
        .child("discountedSubtotalSet", move |own| {
            bag(own, own.subtotal_minor)
        })
        .child("totalTaxSet", move |own| bag(own, own.tax_minor))
        .child("totalCartDiscountAmountSet", move |own| bag(own, 0))
        .child("totalDutiesSet", move |own| bag(own, 0))
        .leaf("amount", |own| Amount(own.order.money(own.amount_minor)))
        .leaf("maximumRefundable", |own| {
            Amount(own.order.money(own.maximum_minor))
        })
        .leaf("subtotal", |own| {
            Amount(own.order.money(own.subtotal_minor))
        })
        .leaf("totalTaxes", |own| Amount(own.order.money(own.tax_minor)));
}

fn transactions(r: &mut Registry) {
    fn money(own: &Transaction, minor: i64) -> Money {
        Money::new(minor, own.repayment.parent.currency)
    }
    r.object::<Transaction>("SuggestedOrderTransaction")
        .leaf("kind", |_| "SUGGESTED_REFUND")
        .leaf("gateway", |own| Some(own.repayment.parent.gateway.clone()))
        .leaf("formattedGateway", |own| {
            Some(own.repayment.parent.gateway.clone())
        })
        .leaf("accountNumber", |_| None::<String>)
        .child("amountSet", |own| {
            MoneyBag::same(money(own, own.repayment.amount_minor))
        })
        .child("maximumRefundableSet", |own| {
            Some(MoneyBag::same(money(own, own.repayment.maximum_minor)))
        })
        .leaf("amount", |own| {
            Amount(money(own, own.repayment.amount_minor))
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
