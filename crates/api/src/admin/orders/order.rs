//! The fields of an order.

use commerce::apps;
use commerce::fulfillment::{self, Fulfillment, FulfillmentOrder};
use commerce::orders::{self, LineItem, Order, OrderTransaction, TaxLine};
use commerce::returns::{self, Refund};
use commerce::{Address, tags};
use graphql::{Error, NoArgs, Page, PageArgs};
use serde::Deserialize;
use units::{AppId, Currency, MinorBag, MoneyBag, OrderId};

use super::discounts::{before_discounts, off_order};
use super::lines::Line;
use crate::admin::addresses::MailingAddress;
use crate::admin::batches::{each, fail_all, map_page, page_in_memory};
use crate::admin::counts::Count;
use crate::admin::priced::Priced;
use crate::paging::{page, page_error, window};
use crate::scalars::{Amount, DateTime, Id};
use crate::{Cx, Registry};

#[derive(Deserialize)]
pub(super) struct FirstArgs {
    pub(super) first: Option<usize>,
}

/// An order's app.
struct OrderApp {
    id: AppId,
    name: String,
}

/// A return: this shop has none yet.
enum Return {}

/// What is said at a cancellation.
struct Cancellation {
    staff_note: Option<String>,
}

pub(super) fn register(r: &mut Registry) {
    facts(r);
    buyers(r);
    states(r);
    amounts(r);
    old_amounts(r);
    rows(r);
    loads(r);
    of_goods(r);
    links(r);
    r.object::<OrderApp>("OrderApp")
        .leaf("id", |app| Id(app.id))
        .text("name", |app| &app.name);
    r.object::<Cancellation>("OrderCancellation")
        .text_opt("staffNote", |cancellation| {
            cancellation.staff_note.as_deref()
        });
    returns_to_come(r);
}

/// Orders by id for the fields that lead to them; an order that should be there but is not is a
/// fault of ours.
pub(crate) fn load_orders(cx: &mut Cx, ids: &[OrderId]) -> Vec<Result<Order, Error>> {
    match orders::load(&mut cx.tx, ids) {
        Ok(found) => found
            .into_iter()
            .map(|order| order.ok_or_else(|| Error::new("The order is gone.")))
            .collect(),
        Err(cause) => fail_all(ids.len(), cause),
    }
}

fn facts(r: &mut Registry) {
    r.object::<Order>("Order")
        .leaf("id", |order| Id(order.id))
        .leaf("legacyResourceId", |order| order.id.get().to_string())
        .text("name", |order| &order.name)
        .leaf("number", |order| order.number)
        .text("confirmationNumber", |order| &order.confirmation_number)
        .text("sourceName", |order| &order.source_name)
        .leaf("sourceIdentifier", |_| None::<String>)
        .leaf("registeredSourceUrl", |_| None::<String>)
        .text_opt("cartToken", |order| order.checkout_token.as_deref())
        .text_opt("checkoutToken", |order| order.checkout_token.as_deref())
        .text_opt("poNumber", |order| order.po_number.as_deref())
        .text("currencyCode", |order| order.currency.as_str())
        .text("presentmentCurrencyCode", |order| {
            order.presentment_currency.as_str()
        })
        .leaf("taxesIncluded", |order| order.taxes_included)
        .leaf("test", |order| order.test)
        .leaf("createdAt", |order| DateTime(order.created_at))
        .leaf("updatedAt", |order| DateTime(order.updated_at))
        .leaf("processedAt", |order| DateTime(order.processed_at))
        .leaf("closedAt", |order| order.closed_at.map(DateTime))
        .leaf("cancelledAt", |order| order.cancelled_at.map(DateTime))
        .leaf("subtotalLineItemsQuantity", |order| order.quantity)
        .leaf("totalWeight", |order| order.weight_grams.to_string())
        // What this shop does not do: estimates, duties, edits, comments, tax exemptions.
        .leaf("estimatedTaxes", |_| false)
        .leaf("dutiesIncluded", |_| false)
        .leaf("edited", |_| false)
        .leaf("hasTimelineComment", |_| false)
        .leaf("taxExempt", |_| false);
}

fn buyers(r: &mut Registry) {
    r.object::<Order>("Order")
        .text_opt("email", |order| order.email.as_deref())
        .text_opt("phone", |order| order.phone.as_deref())
        .text_opt("note", |order| order.note.as_deref())
        .leaf("customerLocale", |order| Some(order.locale.clone()))
        .leaf("clientIp", |_| None::<String>)
        .leaf("canNotifyCustomer", |order| order.email.is_some())
        .child("customAttributes", Order::attributes)
        .child("shippingAddress", |order| {
            address(order, order.shipping_address())
        })
        .child("billingAddress", |order| {
            address(order, order.billing_address())
        })
        .child("displayAddress", |order| {
            address(
                order,
                order.shipping_address().or_else(|| order.billing_address()),
            )
        })
        .leaf(
            "billingAddressMatchesShippingAddress",
            Order::billing_matches_shipping,
        );
    r.object::<commerce::attributes::Attribute>("Attribute")
        .text("key", |attribute| &attribute.key)
        .text("value", |attribute| &attribute.value);
}

fn states(r: &mut Registry) {
    use commerce::orders::DisplayFinancialStatus as Paid;
    r.object::<Order>("Order")
        .text("displayFinancialStatus", |order| {
            order.financial_status.as_str()
        })
        .text("displayFulfillmentStatus", |order| {
            order.fulfillment_status.as_str()
        })
        .leaf("cancelReason", |order| {
            order.cancel_reason.map(|reason| reason.as_str())
        })
        .child("cancellation", |order| {
            order.is_cancelled().then(|| Cancellation {
                staff_note: order.cancel_staff_note.clone(),
            })
        })
        .leaf("returnStatus", |_| "NO_RETURN")
        .leaf("confirmed", |_| true)
        .leaf("closed", Order::is_closed)
        .leaf("canMarkAsPaid", Order::can_mark_as_paid)
        .leaf("refundable", Order::is_refundable)
        .leaf("fullyPaid", |order| {
            matches!(
                order.financial_status,
                Paid::Paid | Paid::PartiallyRefunded | Paid::Refunded
            )
        })
        .leaf("unpaid", |order| {
            order.received().presentment == 0 && order.total().presentment > 0
        });
}

fn amounts(r: &mut Registry) {
    r.object::<Order>("Order")
        .child("subtotalPriceSet", |order| order.bag(order.subtotal()))
        .child("totalPriceSet", |order| order.bag(order.total()))
        .child("originalTotalPriceSet", |order| order.bag(order.total()))
        .child("totalTaxSet", |order| order.bag(order.tax()))
        .load(
            "totalShippingPriceSet",
            |orders: &[&Order], _: &NoArgs, cx: &mut Cx| {
                before_discounts(orders, cx, |order, amount| order.bag(amount))
            },
        )
        .child("totalDiscountsSet", |order| order.bag(order.discounts()))
        .child("cartDiscountAmountSet", |order| order.bag(off_order(order)))
        .child("currentCartDiscountAmountSet", |order| {
            order.bag(off_order(order))
        })
        .child("currentTotalDiscountsSet", |order| {
            order.bag(order.discounts())
        })
        .child("currentSubtotalPriceSet", |order| {
            order.bag(order.current_subtotal())
        })
        .child("currentTotalPriceSet", |order| {
            order.bag(order.current_total())
        })
        .child("currentTotalTaxSet", |order| order.bag(order.current_tax()))
        .child("currentShippingPriceSet", |order| {
            order.bag(order.current_shipping())
        })
        .child("totalReceivedSet", |order| order.bag(order.received()))
        .child("totalRefundedSet", |order| order.bag(order.refunded()))
        .child("totalRefundedShippingSet", |order| {
            order.bag(order.removed_shipping())
        })
        .child("netPaymentSet", |order| order.bag(order.net_payment()))
        .child("totalOutstandingSet", |order| {
            order.bag(order.outstanding())
        })
        .child("refundDiscrepancySet", |order| {
            let removed = order.total() - order.current_total();
            order.bag(order.refunded() - removed)
        })
        .child("totalTipReceivedSet", |order| order.bag(MinorBag::ZERO))
        .child("totalTipReceived", |order| order.bag(MinorBag::ZERO).shop)
        // No duties and no fees beyond the price.
        .child("originalTotalDutiesSet", |_| None::<MoneyBag>)
        .child("currentTotalDutiesSet", |_| None::<MoneyBag>)
        .child("originalTotalAdditionalFeesSet", |_| None::<MoneyBag>)
        .child("currentTotalAdditionalFeesSet", |_| None::<MoneyBag>);
}

fn old_amounts(r: &mut Registry) {
    let own = |order: &Order, amount: MinorBag| Amount(order.bag(amount).shop);
    r.object::<Order>("Order")
        .leaf("subtotalPrice", move |order| {
            Some(own(order, order.subtotal()))
        })
        .leaf("totalPrice", move |order| own(order, order.total()))
        .leaf("totalTax", move |order| Some(own(order, order.tax())))
        .leaf("totalDiscounts", move |order| {
            Some(own(order, order.discounts()))
        })
        .load_leaf(
            "totalShippingPrice",
            move |orders: &[&Order], _: &NoArgs, cx: &mut Cx| before_discounts(orders, cx, own),
        )
        .leaf("totalReceived", move |order| own(order, order.received()))
        .leaf("totalRefunded", move |order| own(order, order.refunded()))
        .leaf("netPayment", move |order| own(order, order.net_payment()));
}

fn rows(r: &mut Registry) {
    r.object::<Order>("Order")
        .load("lineItems", line_items)
        .load(
            "shippingLine",
            |orders: &[&Order], _: &NoArgs, cx: &mut Cx| {
                let found = orders::shipping_lines(&mut cx.tx, &ids(orders));
                each(orders, found, |order, lines| {
                    Ok(lines
                        .into_iter()
                        .next()
                        .map(|line| Priced::seen(line, currencies(order))))
                })
            },
        )
        .load(
            "shippingLines",
            |orders: &[&Order], args: &PageArgs, cx: &mut Cx| {
                let found = orders::shipping_lines(&mut cx.tx, &ids(orders));
                each(orders, found, |order, lines| {
                    let lines = page_in_memory(lines, args, |line| line.id.get())?;
                    Ok(map_page(lines, |line| {
                        Priced::seen(line, currencies(order))
                    }))
                })
            },
        )
        .load(
            "transactions",
            |orders: &[&Order], args: &FirstArgs, cx: &mut Cx| {
                let found = orders::transactions(&mut cx.tx, &ids(orders));
                each(orders, found, |_, transactions| {
                    Ok(first(transactions, args))
                })
            },
        )
        .load(
            "fulfillments",
            |orders: &[&Order], args: &FirstArgs, cx: &mut Cx| {
                let found = fulfillment::fulfillments(&mut cx.tx, &ids(orders));
                each(orders, found, |_, fulfillments: Vec<Fulfillment>| {
                    Ok(first(fulfillments, args))
                })
            },
        )
        .load(
            "fulfillmentOrders",
            |orders: &[&Order], args: &PageArgs, cx: &mut Cx| {
                let found = fulfillment::fulfillment_orders(&mut cx.tx, &ids(orders));
                each(orders, found, |_, found: Vec<FulfillmentOrder>| {
                    page_in_memory(found, args, |order| order.id.get())
                })
            },
        )
        .load(
            "refunds",
            |orders: &[&Order], args: &FirstArgs, cx: &mut Cx| {
                let found = returns::refunds(&mut cx.tx, &ids(orders));
                each(orders, found, |_, refunds: Vec<Refund>| {
                    Ok(first(refunds, args))
                })
            },
        );
}

fn loads(r: &mut Registry) {
    r.object::<Order>("Order")
        .load_leaf("tags", |orders: &[&Order], _: &NoArgs, cx: &mut Cx| {
            let ids: Vec<i64> = orders.iter().map(|order| order.id.get()).collect();
            let found = tags::load(&mut cx.tx, tags::Owner::Order, &ids);
            each(orders, found, |_, tags| Ok(tags))
        })
        .load_leaf(
            "paymentGatewayNames",
            |orders: &[&Order], _: &NoArgs, cx: &mut Cx| {
                let found = orders::transactions(&mut cx.tx, &ids(orders));
                each(orders, found, |_, transactions| Ok(gateways(transactions)))
            },
        )
        .load(
            "transactionsCount",
            |orders: &[&Order], _: &NoArgs, cx: &mut Cx| {
                let found = orders::transactions(&mut cx.tx, &ids(orders));
                each(orders, found, |_, transactions| {
                    Ok(Count::exactly(transactions.len()))
                })
            },
        )
        .load(
            "fulfillmentsCount",
            |orders: &[&Order], _: &NoArgs, cx: &mut Cx| {
                let found = fulfillment::fulfillments(&mut cx.tx, &ids(orders));
                each(orders, found, |_, fulfillments| {
                    Ok(Count::exactly(fulfillments.len()))
                })
            },
        )
        .load(
            "totalCapturableSet",
            |orders: &[&Order], _: &NoArgs, cx: &mut Cx| {
                let found = orders::transactions(&mut cx.tx, &ids(orders));
                each(orders, found, |order, transactions| {
                    Ok(order.bag(capturable(&transactions)))
                })
            },
        )
        .load_leaf(
            "capturable",
            |orders: &[&Order], _: &NoArgs, cx: &mut Cx| {
                let found = orders::transactions(&mut cx.tx, &ids(orders));
                each(orders, found, |order, transactions| {
                    Ok(!order.is_cancelled() && capturable(&transactions).presentment > 0)
                })
            },
        );
}

fn of_goods(r: &mut Registry) {
    r.object::<Order>("Order")
        .load_leaf(
            "requiresShipping",
            |orders: &[&Order], _: &NoArgs, cx: &mut Cx| {
                of_lines(orders, cx, |_, lines| {
                    lines.iter().any(|line| line.requires_shipping)
                })
            },
        )
        .load_leaf(
            "fulfillable",
            |orders: &[&Order], _: &NoArgs, cx: &mut Cx| {
                of_lines(orders, cx, |order, lines| {
                    !order.is_cancelled() && lines.iter().any(|line| line.fulfillable_quantity > 0)
                })
            },
        )
        .load_leaf(
            "restockable",
            |orders: &[&Order], _: &NoArgs, cx: &mut Cx| {
                of_lines(orders, cx, |_, lines| {
                    lines.iter().any(|line| line.current_quantity > 0)
                })
            },
        )
        .load_leaf(
            "currentSubtotalLineItemsQuantity",
            |orders: &[&Order], _: &NoArgs, cx| {
                of_lines(orders, cx, |_, lines| {
                    lines.iter().map(|line| line.current_quantity).sum::<i64>()
                })
            },
        )
        .load_leaf(
            "currentTotalWeight",
            |orders: &[&Order], _: &NoArgs, cx: &mut Cx| {
                of_lines(orders, cx, |_, lines| {
                    let grams = lines
                        .iter()
                        .map(|line| line.weight_grams * line.current_quantity);
                    grams.sum::<i64>().to_string()
                })
            },
        )
        .load("taxLines", tax_lines);
}

fn links(r: &mut Registry) {
    r.object::<Order>("Order")
        .load("customer", |orders: &[&Order], _: &NoArgs, cx: &mut Cx| {
            let ids: Vec<_> = orders.iter().map(|order| order.customer_id).collect();
            crate::admin::links::customers(cx, &ids)
        })
        .load("app", |orders: &[&Order], _: &NoArgs, cx: &mut Cx| {
            let ids: Vec<Option<AppId>> = orders.iter().map(|order| order.app_id).collect();
            apps_of(cx, &ids)
        })
        .child("merchantOfRecordApp", |_| None::<OrderApp>)
        .load_leaf(
            "statusPageUrl",
            |orders: &[&Order], _: &NoArgs, cx: &mut Cx| {
                let origin = cx.request.origin();
                orders
                    .iter()
                    .map(|order| Ok(order.status_url(origin)))
                    .collect()
            },
        );
}

fn returns_to_come(r: &mut Registry) {
    r.connection::<Return>("ReturnConnection", "ReturnEdge");
    r.object::<Return>("Return")
        .leaf("id", |never| -> String { match *never {} })
        .leaf("name", |never| -> String { match *never {} })
        .leaf("status", |never| -> String { match *never {} })
        .leaf("createdAt", |never| -> String { match *never {} });
    r.object::<Order>("Order").load(
        "returns",
        |orders: &[&Order], args: &PageArgs, _: &mut Cx| {
            orders
                .iter()
                .map(|_| args.window().map(|_| Page::<Return>::default()))
                .collect()
        },
    );
}

pub(super) fn ids(orders: &[&Order]) -> Vec<OrderId> {
    orders.iter().map(|order| order.id).collect()
}

fn address(order: &Order, address: Option<Address>) -> Option<MailingAddress> {
    let id = format!(
        "gid://shopify/MailingAddress/{}?model_name=Address",
        order.id.get()
    );
    address.map(|address| MailingAddress { id, address })
}

fn first<T>(mut rows: Vec<T>, args: &FirstArgs) -> Vec<T> {
    rows.truncate(args.first.unwrap_or(usize::MAX));
    rows
}

fn line_items(orders: &[&Order], args: &PageArgs, cx: &mut Cx) -> Vec<Result<Page<Line>, Error>> {
    let window = match window(args) {
        Ok(window) => window,
        Err(error) => return orders.iter().map(|_| Err(error.clone())).collect(),
    };
    match orders::page_of_line_items(&mut cx.tx, &ids(orders), &window) {
        Ok(pages) => orders
            .iter()
            .zip(pages)
            .map(|(order, found)| {
                Ok(map_page(page(found), |line| {
                    Priced::seen(line, currencies(order))
                }))
            })
            .collect(),
        Err(error) => {
            let error = page_error(error);
            orders.iter().map(|_| Err(error.clone())).collect()
        }
    }
}

fn of_lines<T>(
    orders: &[&Order],
    cx: &mut Cx,
    ask: impl Fn(&Order, &[LineItem]) -> T,
) -> Vec<Result<T, Error>> {
    let found = orders::line_items(&mut cx.tx, &ids(orders));
    each(orders, found, |order, lines| Ok(ask(order, &lines)))
}

fn gateways(transactions: Vec<OrderTransaction>) -> Vec<String> {
    let mut names = Vec::new();
    for transaction in transactions {
        if !names.contains(&transaction.gateway) {
            names.push(transaction.gateway);
        }
    }
    names
}

fn capturable(transactions: &[OrderTransaction]) -> MinorBag {
    orders::Books::of(transactions.iter().map(OrderTransaction::movement)).authorized
}

/// The shop's currency, and the one that the buyer saw.
pub(super) fn currencies(order: &Order) -> (Currency, Currency) {
    (order.currency, order.presentment_currency)
}

/// The taxes of all lines and of shipping, one per title and rate.
fn tax_lines(
    orders: &[&Order],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Vec<Priced<TaxLine>>, Error>> {
    let ids = ids(orders);
    let found = orders::line_items(&mut cx.tx, &ids).and_then(|lines| {
        let shipping = orders::shipping_lines(&mut cx.tx, &ids)?;
        Ok(lines.into_iter().zip(shipping).collect::<Vec<_>>())
    });
    each(orders, found, |order, (lines, shipping)| {
        let lines = lines.iter().flat_map(LineItem::tax_lines);
        let shipping = shipping.iter().flat_map(orders::ShippingLine::tax_lines);
        let taxes = summed(lines.chain(shipping));
        Ok(taxes
            .into_iter()
            .map(|tax| Priced::seen(tax, currencies(order)))
            .collect())
    })
}

/// Taxes of the same title and rate as one.
pub(crate) fn summed(taxes: impl Iterator<Item = TaxLine>) -> Vec<TaxLine> {
    let mut sums: Vec<TaxLine> = Vec::new();
    for tax in taxes {
        let same = |sum: &&mut TaxLine| sum.title == tax.title && sum.rate_ppm == tax.rate_ppm;
        match sums.iter_mut().find(same) {
            Some(sum) => {
                let price = sum.price() + tax.price();
                sum.price_minor = price.shop;
                sum.presentment_minor = sum.presentment_minor.map(|_| price.presentment);
            }
            None => sums.push(tax),
        }
    }
    sums
}

fn apps_of(cx: &mut Cx, ids: &[Option<AppId>]) -> Vec<Result<Option<OrderApp>, Error>> {
    let known: Vec<AppId> = ids.iter().copied().flatten().collect();
    match apps::load_many(&mut cx.tx, &known) {
        Ok(found) => ids
            .iter()
            .map(|id| {
                let app = found.iter().find(|app| Some(app.id) == *id);
                Ok(app.map(|app| OrderApp {
                    id: app.id,
                    name: app.title.clone(),
                }))
            })
            .collect(),
        Err(cause) => fail_all(ids.len(), cause),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taxes_of_one_kind_are_one() {
        let tax = |title: &str, rate_ppm, price_minor| TaxLine {
            title: title.to_owned(),
            rate_ppm,
            price_minor,
            presentment_minor: None,
        };
        let sums = summed(
            [
                tax("VAT", 190_000, 5),
                tax("VAT", 70_000, 1),
                tax("VAT", 190_000, 2),
            ]
            .into_iter(),
        );
        assert_eq!(sums, [tax("VAT", 190_000, 7), tax("VAT", 70_000, 1)]);
    }
}
