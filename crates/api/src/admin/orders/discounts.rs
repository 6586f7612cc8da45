//! Discounts on orders: which the order got, and what each took off what.

use std::collections::HashMap;

use commerce::discounts::{
    ApplicationKind, DiscountAllocation, DiscountApplication, DiscountClass, DiscountValue,
};
use commerce::orders::{self, Order, ShippingLine};
use graphql::{Error, NoArgs, Obj, Page, PageArgs, obj};
use units::{Currency, MinorBag, Money, MoneyBag, OrderId};

use super::lines::Line;
use super::order::currencies;
use crate::admin::batches::{each, map_page, page_in_memory};
use crate::admin::priced::Priced;
use crate::errors::{fault, spread};
use crate::scalars::Rate;
use crate::{Cx, Registry};

/// A discount of an order, and its place among them.
#[derive(Clone)]
struct Application {
    own: DiscountApplication,
    index: usize,
    currencies: (Currency, Currency),
}

/// A discount that came by a code.
struct CodeApplication(Application);
/// A discount that came by itself.
struct AutomaticApplication(Application);
/// A discount that somebody gave by hand.
struct ManualApplication(Application);
/// What a discount takes off a line.
struct Allocation {
    application: Application,
    amount: MoneyBag,
}
/// A share, in millionths.
struct Percentage(i64);

pub(super) fn register(r: &mut Registry) {
    r.connection::<Obj>("DiscountApplicationConnection", "DiscountApplicationEdge");
    r.object::<Order>("Order")
        .load(
            "discountApplications",
            |orders: &[&Order], args: &PageArgs, _: &mut Cx| {
                orders
                    .iter()
                    .map(|order| applications(order, args))
                    .collect()
            },
        )
        .leaf("discountCodes", Order::discount_codes)
        .leaf("discountCode", |order| {
            order.discount_codes().into_iter().next()
        });
    common::<CodeApplication>(r, "DiscountCodeApplication", |own| &own.0);
    common::<AutomaticApplication>(r, "AutomaticDiscountApplication", |own| &own.0);
    common::<ManualApplication>(r, "ManualDiscountApplication", |own| &own.0);
    r.object::<CodeApplication>("DiscountCodeApplication")
        .leaf("code", |own| own.0.own.code.clone().unwrap_or_default());
    r.object::<AutomaticApplication>("AutomaticDiscountApplication")
        .text("title", |own| &own.0.own.title);
    r.object::<ManualApplication>("ManualDiscountApplication")
        .text("title", |own| &own.0.own.title)
        .text_opt("description", |own| own.0.own.description.as_deref());
    r.object::<Percentage>("PricingPercentageValue")
        .leaf("percentage", |own| Rate::per_cent(own.0));
    r.object::<Allocation>("DiscountAllocation")
        .child("allocatedAmountSet", |own| own.amount)
        .child("allocatedAmount", |own| own.amount.shop)
        .child("discountApplication", |own| shown(own.application.clone()));
    r.object::<Line>("LineItem").load(
        "discountAllocations",
        |lines: &[&Line], _: &NoArgs, cx: &mut Cx| {
            let asked = lines.iter().map(|line| {
                (
                    line.row.order_id,
                    (line.currency, line.presentment),
                    line.row.discount_allocations(),
                )
            });
            allocations(asked.collect(), cx)
        },
    );
    r.object::<Priced<ShippingLine>>("ShippingLine").load(
        "discountAllocations",
        |lines: &[&Priced<ShippingLine>], _: &NoArgs, cx: &mut Cx| {
            let asked = lines.iter().map(|line| {
                (
                    line.row.order_id,
                    (line.currency, line.presentment),
                    line.row.discount_allocations(),
                )
            });
            allocations(asked.collect(), cx)
        },
    );
}

fn common<T: 'static>(
    r: &mut Registry,
    name: &str,
    of: impl Fn(&T) -> &Application + Copy + Send + Sync + 'static,
) {
    r.object::<T>(name)
        .leaf("index", move |own| {
            i64::try_from(of(own).index).unwrap_or(i64::MAX)
        })
        .leaf("allocationMethod", move |own| of(own).own.method.as_str())
        .leaf("targetSelection", move |own| of(own).own.selection.as_str())
        .leaf("targetType", move |own| of(own).own.target_type())
        .child("value", move |own| of(own).value());
}

impl Application {
    fn all(order: &Order) -> Vec<Self> {
        let applications = order.discount_applications().into_iter().enumerate();
        applications
            .map(|(index, own)| Self {
                own,
                index,
                currencies: currencies(order),
            })
            .collect()
    }

    fn value(&self) -> Obj {
        match self.own.value {
            DiscountValue::Percentage { percentage_ppm } => obj(Percentage(percentage_ppm)),
            DiscountValue::Amount {
                amount_minor,
                presentment_minor,
            } => obj(Money::new(
                presentment_minor.unwrap_or(amount_minor),
                self.currencies.1,
            )),
        }
    }
}

fn shown(application: Application) -> Obj {
    match application.own.kind {
        ApplicationKind::Code => obj(CodeApplication(application)),
        ApplicationKind::Automatic => obj(AutomaticApplication(application)),
        ApplicationKind::Manual => obj(ManualApplication(application)),
    }
}

fn applications(order: &Order, args: &PageArgs) -> Result<Page<Obj>, Error> {
    let all = Application::all(order);
    let place = |own: &Application| i64::try_from(own.index).unwrap_or(i64::MAX);
    let page = page_in_memory(all, args, place)?;
    Ok(map_page(page, shown))
}

/// What each line's discounts took off it; the orders are read once for all lines that have any.
fn allocations(
    asked: Vec<(OrderId, (Currency, Currency), Vec<DiscountAllocation>)>,
    cx: &mut Cx,
) -> Vec<Result<Vec<Allocation>, Error>> {
    let with_any = asked.iter().filter(|(_, _, own)| !own.is_empty());
    let mut ids: Vec<OrderId> = with_any.map(|(order, _, _)| *order).collect();
    ids.sort_unstable();
    ids.dedup();
    let found = if ids.is_empty() {
        Ok(Vec::new())
    } else {
        orders::load(&mut cx.tx, &ids).map_err(fault)
    };
    let count = asked.len();
    let found = found.map(|orders| {
        let by_order: HashMap<OrderId, Vec<Application>> = orders
            .into_iter()
            .flatten()
            .map(|order| (order.id, Application::all(&order)))
            .collect();
        asked
            .into_iter()
            .map(|(order, (shop, presentment), allocations)| {
                let applications = by_order.get(&order);
                let present = |own: DiscountAllocation| {
                    let application = applications?.get(own.application)?;
                    Some(Allocation {
                        application: application.clone(),
                        amount: own.amount().in_currencies(shop, presentment),
                    })
                };
                allocations.into_iter().filter_map(present).collect()
            })
            .collect()
    });
    spread(found, count)
}

/// What codes took off each line; the orders are read once for all lines that are discounted.
pub(super) fn by_codes(lines: &[&Line], cx: &mut Cx) -> Vec<Result<MinorBag, Error>> {
    let asked = lines.iter().map(|line| {
        (
            line.row.order_id,
            (line.currency, line.presentment),
            line.row.discount_allocations(),
        )
    });
    let sum = |found: Vec<Allocation>| {
        let codes = found
            .into_iter()
            .filter(|own| own.application.own.kind == ApplicationKind::Code);
        codes
            .map(|own| MinorBag {
                shop: own.amount.shop.minor,
                presentment: own.amount.presentment.minor,
            })
            .sum()
    };
    let found = allocations(asked.collect(), cx);
    found.into_iter().map(|own| own.map(sum)).collect()
}

/// What the discounts on the order as a whole took off.
pub(super) fn off_order(order: &Order) -> MinorBag {
    let applications = order.discount_applications().into_iter();
    let on_order = applications.filter(|own| own.class == DiscountClass::Order);
    on_order.map(|own| own.amount()).sum()
}

/// Asks each order, told what its shipping cost before discounts.
pub(super) fn before_discounts<T>(
    orders: &[&Order],
    cx: &mut Cx,
    ask: impl Fn(&Order, MinorBag) -> T,
) -> Vec<Result<T, Error>> {
    let found = orders::shipping_lines(&mut cx.tx, &super::order::ids(orders));
    each(orders, found, |order, lines| {
        let prices = lines.iter().map(ShippingLine::price);
        Ok(ask(order, prices.sum()))
    })
}
