//! Selling plans, as buyers see them: what they are, and what a variant costs by them.

use commerce::catalog::Product;
use commerce::markets::Listed;
use commerce::selling_plans::{
    self, Adjustment, BillingPolicy, CheckoutCharge, DeliveryPolicy, Every, SellingPlan,
    SellingPlanGroup,
};
use graphql::{Error, Obj, Page, PageArgs, obj};
use units::{Currency, Money, SellingPlanGroupId};

use super::market;
use super::variants::Variant;
use crate::errors::{fault, spread};
use crate::paging::of_list;
use crate::scalars::Rate;
use crate::{Cx, Registry};

/// A plan with its group, and the currency of its amounts.
#[derive(Clone)]
pub(super) struct Plan {
    group: SellingPlanGroup,
    pub(super) own: SellingPlan,
    currency: Currency,
}

/// A group with its plans.
#[derive(Clone)]
pub(super) struct Group {
    pub(super) own: SellingPlanGroup,
    plans: Vec<Plan>,
}

/// Something that plans differ in, with the values there are.
struct GroupOption {
    name: String,
    values: Vec<String>,
}

/// A plan's own value.
struct PlanOption {
    name: Option<String>,
    value: Option<String>,
}

/// What a variant costs by a plan.
#[derive(Clone)]
pub(super) struct Allocation {
    plan: Plan,
    price_minor: i64,
    compare_at_minor: i64,
}

/// What the first, or a later, delivery costs.
pub(super) struct AllocatedAdjustment {
    price: Money,
    compare_at: Money,
    per_delivery: Money,
}

/// What a plan does to a price, and for how many orders.
struct PriceAdjustment {
    adjustment: Adjustment,
    order_count: Option<i64>,
    currency: Currency,
}

/// A fixed amount off.
struct AmountOff(Money);
/// A fixed price.
struct FixedPrice(Money);
/// A share off, in millionths.
struct PercentageOff(i64);
/// What is paid at the checkout.
struct Charge(CheckoutCharge, Currency);
/// A share of a price, in millionths.
struct ChargePercentage(i64);
/// Payments, again and again.
struct RecurringBilling(Every);
/// Deliveries, again and again.
struct RecurringDelivery(Every);

pub(super) fn register(r: &mut Registry) {
    r.connection::<Group>("SellingPlanGroupConnection", "SellingPlanGroupEdge");
    r.connection::<Plan>("SellingPlanConnection", "SellingPlanEdge");
    r.connection::<Allocation>(
        "SellingPlanAllocationConnection",
        "SellingPlanAllocationEdge",
    );
    r.object::<Product>("Product")
        .load("sellingPlanGroups", groups_of_products);
    r.object::<Variant>("ProductVariant")
        .load("sellingPlanAllocations", allocations);
    r.object::<Group>("SellingPlanGroup")
        .text("name", |own| &own.own.name)
        .text_opt("appName", |own| own.own.app_id.as_deref())
        .child("options", Group::options)
        .load(
            "sellingPlans",
            |all: &[&Group], args: &PageArgs, _: &mut Cx| {
                let page = |own: &&Group| of_list(&own.plans, args, |one| one.own.id.to_string());
                all.iter().map(page).collect()
            },
        );
    r.object::<GroupOption>("SellingPlanGroupOption")
        .text("name", |own| &own.name)
        .leaf("values", |own| own.values.clone());
    plan(r);
    policies(r);
    allocations_of(r);
}

fn plan(r: &mut Registry) {
    r.object::<Plan>("SellingPlan")
        .leaf("id", |own| own.own.id.to_string())
        .text("name", |own| &own.own.name)
        .text_opt("description", |own| own.own.description.as_deref())
        .child("options", Plan::options)
        .leaf("recurringDeliveries", |own| {
            matches!(own.own.delivery, DeliveryPolicy::Recurring { .. })
        })
        .child("priceAdjustments", Plan::adjustments)
        .child("checkoutCharge", |own| {
            let charge = match own.own.billing {
                BillingPolicy::Fixed { charge, .. } => charge,
                BillingPolicy::Recurring { .. } => CheckoutCharge::Percentage(1_000_000),
            };
            Charge(charge, own.currency)
        })
        .child("billingPolicy", |own| -> Option<Obj> {
            match &own.own.billing {
                BillingPolicy::Recurring { every, .. } => {
                    Some(obj(RecurringBilling(every.clone())))
                }
                BillingPolicy::Fixed { .. } => None,
            }
        })
        .child("deliveryPolicy", |own| -> Option<Obj> {
            match &own.own.delivery {
                DeliveryPolicy::Recurring { every, .. } => {
                    Some(obj(RecurringDelivery(every.clone())))
                }
                DeliveryPolicy::Fixed { .. } => None,
            }
        });
    r.object::<PlanOption>("SellingPlanOption")
        .text_opt("name", |own| own.name.as_deref())
        .text_opt("value", |own| own.value.as_deref());
}

fn policies(r: &mut Registry) {
    r.object::<PriceAdjustment>("SellingPlanPriceAdjustment")
        .leaf("orderCount", |own| own.order_count)
        .child("adjustmentValue", |own| -> Obj {
            let money = |minor| Money::new(minor, own.currency);
            match own.adjustment {
                Adjustment::FixedAmount(minor) => obj(AmountOff(money(minor))),
                Adjustment::Price(minor) => obj(FixedPrice(money(minor))),
                Adjustment::Percentage(ppm) => obj(PercentageOff(ppm)),
            }
        });
    r.object::<AmountOff>("SellingPlanFixedAmountPriceAdjustment")
        .child("adjustmentAmount", |own| own.0);
    r.object::<FixedPrice>("SellingPlanFixedPriceAdjustment")
        .child("price", |own| own.0);
    r.object::<PercentageOff>("SellingPlanPercentagePriceAdjustment")
        .leaf("adjustmentPercentage", |own| Rate::per_cent(own.0));
    r.object::<Charge>("SellingPlanCheckoutCharge")
        .text("type", |own| match own.0 {
            CheckoutCharge::Percentage(_) => "PERCENTAGE",
            CheckoutCharge::Price(_) => "PRICE",
        })
        .child("value", |own| -> Obj {
            match own.0 {
                CheckoutCharge::Percentage(ppm) => obj(ChargePercentage(ppm)),
                CheckoutCharge::Price(minor) => obj(Money::new(minor, own.1)),
            }
        });
    r.object::<ChargePercentage>("SellingPlanCheckoutChargePercentageValue")
        .leaf("percentage", |own| Rate::per_cent(own.0));
    r.object::<RecurringBilling>("SellingPlanRecurringBillingPolicy")
        .text("interval", |own| own.0.interval.as_str())
        .leaf("intervalCount", |own| own.0.count);
    r.object::<RecurringDelivery>("SellingPlanRecurringDeliveryPolicy")
        .text("interval", |own| own.0.interval.as_str())
        .leaf("intervalCount", |own| own.0.count);
}

fn allocations_of(r: &mut Registry) {
    r.object::<Allocation>("SellingPlanAllocation")
        .child("sellingPlan", |own| own.plan.clone())
        .child("checkoutChargeAmount", |own| {
            own.money(own.plan.own.charged(own.first()))
        })
        .child("remainingBalanceChargeAmount", |own| {
            own.money(own.first() - own.plan.own.charged(own.first()))
        })
        .child("priceAdjustments", Allocation::adjustments);
    r.object::<AllocatedAdjustment>("SellingPlanAllocationPriceAdjustment")
        .child("price", |own| own.price)
        .child("compareAtPrice", |own| own.compare_at)
        .child("perDeliveryPrice", |own| own.per_delivery)
        // What is sold by measure has a price per unit of its own.
        .child("unitPrice", |_| None::<Money>);
}

impl Group {
    fn options(&self) -> Vec<GroupOption> {
        let values = |place: usize| {
            let mut values: Vec<String> = Vec::new();
            for plan in &self.plans {
                let value = plan.own.option_values().into_iter().nth(place);
                if let Some(value) = value.filter(|value| !values.contains(value)) {
                    values.push(value);
                }
            }
            values
        };
        let names = self.own.option_names().into_iter().enumerate();
        let options = names.map(|(place, name)| GroupOption {
            name,
            values: values(place),
        });
        options.collect()
    }
}

impl Plan {
    /// Its id, as a bare number.
    pub(super) fn number(&self) -> i64 {
        self.own.id.get()
    }

    fn options(&self) -> Vec<PlanOption> {
        let names = self.group.option_names().into_iter();
        let pairs = names.zip(self.own.option_values());
        let option = |(name, value)| PlanOption {
            name: Some(name),
            value: Some(value),
        };
        pairs.map(option).collect()
    }

    fn adjustments(&self) -> Vec<PriceAdjustment> {
        let policies = self.own.pricing_policies();
        // The first price holds until the later one begins.
        let later = policies.iter().find_map(|own| own.after_cycle);
        let one = |own: &selling_plans::PricingPolicy| PriceAdjustment {
            adjustment: own.adjustment,
            order_count: later.filter(|_| own.after_cycle.is_none()),
            currency: self.currency,
        };
        policies.iter().map(one).collect()
    }
}

impl Allocation {
    fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.plan.currency)
    }

    /// What the first order costs, with all deliveries that it pays for.
    fn first(&self) -> i64 {
        self.plan.own.price(self.price_minor) * self.plan.own.deliveries()
    }

    fn adjustments(&self) -> Vec<AllocatedAdjustment> {
        let deliveries = self.plan.own.deliveries();
        let policies = self.plan.own.pricing_policies();
        let one = |policy: &selling_plans::PricingPolicy| {
            let price = policy.adjustment.of(self.price_minor);
            AllocatedAdjustment {
                price: self.money(price * deliveries),
                compare_at: self.money(self.compare_at_minor * deliveries),
                per_delivery: self.money(price),
            }
        };
        policies.iter().map(one).collect()
    }
}

/// What plans make of prices: of each a plan with its amounts in a currency, the price without it,
/// and what that used to be.
pub(super) fn allocated(
    wanted: Vec<Option<(SellingPlan, i64, i64, Currency)>>,
    cx: &mut Cx,
) -> Result<Vec<Option<Allocation>>, Error> {
    let named = wanted.iter().flatten().map(|(plan, ..)| plan.group_id);
    let mut ids: Vec<SellingPlanGroupId> = named.collect();
    ids.sort_unstable();
    ids.dedup();
    let groups = match ids.is_empty() {
        true => Vec::new(),
        false => selling_plans::groups(&mut cx.tx, &ids).map_err(fault)?,
    };
    let one =
        |(own, price_minor, compare_at_minor, currency): (SellingPlan, i64, i64, Currency)| {
            let mut known = groups.iter().flatten();
            let group = known.find(|group| group.id == own.group_id)?.clone();
            Some(Allocation {
                plan: Plan {
                    group,
                    own,
                    currency,
                },
                price_minor,
                compare_at_minor,
            })
        };
    Ok(wanted.into_iter().map(|own| own.and_then(one)).collect())
}

/// The groups, with their plans, that each product or variant is offered with.
fn groups(
    wanted: &[(units::ProductId, Option<units::ProductVariantId>)],
    cx: &mut Cx,
) -> Result<Vec<Vec<Group>>, Error> {
    let currency = cx.currency()?;
    let terms = cx.terms()?;
    let found = selling_plans::groups_of(&mut cx.tx, wanted).map_err(fault)?;
    let mut ids: Vec<SellingPlanGroupId> = found.iter().flatten().map(|own| own.id).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(wanted.iter().map(|_| Vec::new()).collect());
    }
    let plans = selling_plans::plans_of(&mut cx.tx, &ids).map_err(fault)?;
    let with_plans = |own: SellingPlanGroup| {
        let place = ids.binary_search(&own.id);
        let plans = place.map_or(&[][..], |place| &plans[place]);
        let plan = |one: &SellingPlan| Plan {
            group: own.clone(),
            own: match &terms {
                Some(terms) => one.clone().in_market(&terms.pricing),
                None => one.clone(),
            },
            currency,
        };
        Group {
            plans: plans.iter().map(plan).collect(),
            own,
        }
    };
    let all = found.into_iter();
    Ok(all
        .map(|own| own.into_iter().map(with_plans).collect())
        .collect())
}

fn groups_of_products(
    all: &[&Product],
    args: &PageArgs,
    cx: &mut Cx,
) -> Vec<Result<Page<Group>, Error>> {
    let wanted: Vec<_> = all.iter().map(|own| (own.id, None)).collect();
    match groups(&wanted, cx) {
        Ok(found) => found
            .iter()
            .map(|groups| of_list(groups, args, |one| one.own.id.to_string()))
            .collect(),
        Err(error) => spread(Err(error), all.len()),
    }
}

/// What each variant costs by the plans that it is offered with.
fn allocations(
    all: &[&Variant],
    args: &PageArgs,
    cx: &mut Cx,
) -> Vec<Result<Page<Allocation>, Error>> {
    let of = |own: &&Variant| (own.variant.product_id, Some(own.variant.id));
    let wanted: Vec<_> = all.iter().map(of).collect();
    let found = match groups(&wanted, cx) {
        Ok(found) => found,
        Err(error) => return spread(Err(error), all.len()),
    };
    let listed = match market::prices(all, cx) {
        Ok((_, listed)) => listed,
        Err(error) => return spread(Err(error), all.len()),
    };
    let page = |(listed, groups): (Listed, Vec<Group>)| {
        let plans = groups.into_iter().flat_map(|group| group.plans);
        let allocations: Vec<Allocation> = plans
            .map(|plan| Allocation {
                plan,
                price_minor: listed.price_minor,
                compare_at_minor: listed.compare_at_minor.unwrap_or(listed.price_minor),
            })
            .collect();
        of_list(&allocations, args, |one| one.plan.own.id.to_string())
    };
    listed.into_iter().zip(found).map(page).collect()
}
