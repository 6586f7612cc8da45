//! The movements of money on an order.

use commerce::orders::{self, OrderTransaction, TransactionKind};
use graphql::NoArgs;
use units::{MoneyBag, OrderId, OrderTransactionId};

use super::order::load_orders;
use crate::admin::batches::{each, fail_all};
use crate::scalars::{Amount, DateTime, Id};
use crate::{Cx, Registry};

pub(super) fn register(r: &mut Registry) {
    r.connection::<OrderTransaction>("OrderTransactionConnection", "OrderTransactionEdge");
    r.object::<OrderTransaction>("OrderTransaction")
        .leaf("id", |own| Id(own.id))
        .text("kind", |own| own.kind.as_str())
        .text("status", |own| own.status.as_str())
        .text("gateway", |own| &own.gateway)
        .leaf("formattedGateway", |own| Some(titled(&own.gateway)))
        .leaf("manualPaymentGateway", |own| own.gateway != "bogus")
        .child("amountSet", OrderTransaction::money)
        .child("amountV2", |own| own.money().shop)
        .leaf("amount", |own| Amount(own.money().shop))
        .child("amountRoundingSet", |_| None::<MoneyBag>)
        .text_opt("authorizationCode", |own| own.authorization_code.as_deref())
        .leaf("authorizationExpiresAt", |_| None::<String>)
        .leaf("accountNumber", |_| None::<String>)
        .text_opt("errorCode", |own| own.error_code.as_deref())
        .text_opt("paymentId", |own| own.authorization_code.as_deref())
        .leaf("test", |own| own.test)
        .leaf("createdAt", |own| DateTime(own.created_at))
        .leaf("processedAt", |own| Some(DateTime(own.processed_at)))
        .leaf("receiptJson", |_| Some("{}"))
        .leaf("manuallyCapturable", |own| {
            own.kind == TransactionKind::Authorization
        })
        .leaf("multiCapturable", |_| false)
        .leaf("settlementCurrency", |_| None::<String>)
        .leaf("settlementCurrencyRate", |_| None::<String>)
        .child("totalUnsettledSet", |_| None::<MoneyBag>);
    links(r);
}

fn links(r: &mut Registry) {
    r.object::<OrderTransaction>("OrderTransaction")
        .load(
            "order",
            |own: &[&OrderTransaction], _: &NoArgs, cx: &mut Cx| {
                let ids: Vec<OrderId> = own.iter().map(|own| own.order_id).collect();
                load_orders(cx, &ids)
            },
        )
        .load(
            "parentTransaction",
            |own: &[&OrderTransaction], _: &NoArgs, cx: &mut Cx| {
                let ids: Vec<OrderTransactionId> =
                    own.iter().filter_map(|own| own.parent_id).collect();
                match orders::transactions_by_id(&mut cx.tx, &ids) {
                    Ok(found) => {
                        let mut found = found.into_iter();
                        own.iter()
                            .map(|own| Ok(own.parent_id.and_then(|_| found.next().flatten())))
                            .collect()
                    }
                    Err(cause) => fail_all(own.len(), cause),
                }
            },
        )
        .load(
            "maximumRefundableV2",
            |own: &[&OrderTransaction], _: &NoArgs, cx: &mut Cx| {
                let ids: Vec<OrderId> = own.iter().map(|own| own.order_id).collect();
                let found = orders::transactions(&mut cx.tx, &ids);
                each(own, found, |own, all| {
                    // Refunds are asked for in the currency in which the buyer paid.
                    let left = own.bag(own.refundable(&all)).presentment;
                    Ok(own.is_income().then_some(left))
                })
            },
        );
}

/// A gateway's name as people read it.
fn titled(gateway: &str) -> String {
    let words = gateway.split(['_', '-']).map(|word| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| {
            first.to_uppercase().chain(letters).collect::<String>()
        })
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::titled;

    #[test]
    fn gateways_are_named_for_people() {
        assert_eq!(titled("manual"), "Manual");
        assert_eq!(titled("cash_on_delivery"), "Cash On Delivery");
    }
}
