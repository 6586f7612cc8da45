//! The discounts of an order, as the customer who placed it sees them.

use std::collections::HashMap;

use commerce::discounts::{
    ApplicationKind, DiscountAllocation, DiscountApplication, DiscountClass, DiscountValue,
};
use commerce::orders::{self, Order};
use graphql::{Error, NoArgs, Obj, Page, PageArgs, obj};
use units::{Currency, Money, OrderId};

use super::orders::Line;
use crate::errors::{fault, spread};
use crate::paging::of_list;
use crate::storefront::cart::Percentage;
use crate::{Cx, Registry};

/// A discount of an order, and its place among them.
#[derive(Clone)]
struct Application {
    own: DiscountApplication,
    place: i64,
    currency: Currency,
}

/// A discount that came by a code.
struct CodeApplication(Application);
/// A discount that came by itself.
struct AutomaticApplication(Application);
/// A discount that somebody gave by hand.
struct ManualApplication(Application);

/// What a discount took off.
#[derive(Clone)]
struct Allocation {
    application: Application,
    amount: Money,
}

pub(super) fn register(r: &mut Registry) {
    r.connection::<Obj>("DiscountApplicationConnection", "DiscountApplicationEdge");
    r.object::<Order>("Order")
        .load(
            "discountApplications",
            |all: &[&Order], args: &PageArgs, _: &mut Cx| {
                all.iter().map(|order| applications(order, args)).collect()
            },
        )
        .child("shippingDiscountAllocations", |order| {
            let all = Application::all(order).into_iter();
            let shipping = all.filter(|own| own.own.class == DiscountClass::Shipping);
            shipping.map(Allocation::whole).collect::<Vec<_>>()
        });
    r.object::<Line>("OrderLineItem")
        .load("discountAllocations", allocations);
    common::<CodeApplication>(r, "DiscountCodeApplication", |own| &own.0);
    common::<AutomaticApplication>(r, "AutomaticDiscountApplication", |own| &own.0);
    common::<ManualApplication>(r, "ManualDiscountApplication", |own| &own.0);
    r.object::<CodeApplication>("DiscountCodeApplication")
        // It was applied, or the order would not have it.
        .leaf("applicable", |_| true)
        .leaf("code", |own| own.0.own.code.clone().unwrap_or_default());
    r.object::<AutomaticApplication>("AutomaticDiscountApplication")
        .text("title", |own| &own.0.own.title);
    r.object::<ManualApplication>("ManualDiscountApplication")
        .text("title", |own| &own.0.own.title)
        .text_opt("description", |own| own.0.own.description.as_deref());
    r.object::<Allocation>("DiscountAllocation")
        .child("allocatedAmount", |own| own.amount)
        .child("discountApplication", |own| shown(own.application.clone()));
}

fn common<T: 'static>(
    r: &mut Registry,
    name: &'static str,
    of: impl Fn(&T) -> &Application + Copy + Send + Sync + 'static,
) {
    r.object::<T>(name)
        .leaf("allocationMethod", move |own| of(own).own.method.as_str())
        .leaf("targetSelection", move |own| of(own).own.selection.as_str())
        .leaf("targetType", move |own| of(own).own.target_type())
        .child("value", move |own| -> Obj {
            let own = of(own);
            match own.own.value {
                DiscountValue::Percentage { percentage_ppm } => obj(Percentage(percentage_ppm)),
                DiscountValue::Amount {
                    amount_minor,
                    presentment_minor,
                } => {
                    let minor = presentment_minor.unwrap_or(amount_minor);
                    obj(Money::new(minor, own.currency))
                }
            }
        });
}

impl Application {
    fn all(order: &Order) -> Vec<Self> {
        let applications = order.discount_applications().into_iter().zip(0..);
        let one = |(own, place)| Self {
            own,
            place,
            currency: order.presentment_currency,
        };
        applications.map(one).collect()
    }
}

impl Allocation {
    /// All that a discount took off.
    fn whole(application: Application) -> Self {
        Self {
            amount: Money::new(application.own.amount().presentment, application.currency),
            application,
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
    let page = of_list(&Application::all(order), args, |own| own.place.to_string())?;
    Ok(Page {
        nodes: page.nodes.into_iter().map(shown).collect(),
        cursors: page.cursors,
        has_next_page: page.has_next_page,
        has_previous_page: page.has_previous_page,
        total_count: page.total_count,
        extra: page.extra,
    })
}

/// What each line's discounts took off it; the orders are read once for all lines that have any.
fn allocations(all: &[&Line], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Vec<Allocation>, Error>> {
    let asked: Vec<(&Line, Vec<DiscountAllocation>)> = all
        .iter()
        .map(|line| (*line, line.row.discount_allocations()))
        .collect();
    let with_any = asked.iter().filter(|(_, own)| !own.is_empty());
    let mut ids: Vec<OrderId> = with_any.map(|(line, _)| line.row.order_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let found = match ids.is_empty() {
        true => Ok(Vec::new()),
        false => orders::load(&mut cx.tx, &ids).map_err(fault),
    };
    let found = found.map(|orders| {
        let orders = orders.into_iter().flatten();
        let by_order: HashMap<OrderId, Vec<Application>> = orders
            .map(|order| (order.id, Application::all(&order)))
            .collect();
        let one = |(line, own): (&Line, Vec<DiscountAllocation>)| {
            let applications = by_order.get(&line.row.order_id);
            let shown = |one: DiscountAllocation| {
                Some(Allocation {
                    application: applications?.get(one.application)?.clone(),
                    amount: line.money(one.amount()),
                })
            };
            own.into_iter().filter_map(shown).collect()
        };
        asked.into_iter().map(one).collect()
    });
    spread(found, all.len())
}
