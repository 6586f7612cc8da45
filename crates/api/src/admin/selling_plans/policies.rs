//! What a selling plan says of billing, delivery and price.

use commerce::selling_plans::{
    Adjustment, Anchor, BillingPolicy, CheckoutCharge, DeliveryPolicy, PreAnchorBehavior, Reserve,
};
use graphql::{Obj, obj};
use units::{Currency, Money, Timestamp};

use super::Plan;
use crate::Registry;
use crate::scalars::{DateTime, Rate};

/// A payment, once.
struct FixedBilling(Plan);
/// Payments, again and again.
struct RecurringBilling(Plan);
/// A delivery, once.
struct FixedDelivery(Plan);
/// Deliveries, again and again.
struct RecurringDelivery(Plan);
/// A price from the first delivery on.
struct FixedPrice(Price);
/// A price from a later delivery on.
struct RecurringPrice(Price);

/// What a plan does to a price.
struct Price {
    adjustment: Adjustment,
    after_cycle: Option<i64>,
    created_at: Timestamp,
    currency: Currency,
}

/// What is paid at the checkout.
struct Charge(CheckoutCharge, Currency);
/// A share of a price, in millionths.
struct PricePercentage(i64);
/// A share of what is paid, in millionths.
struct ChargePercentage(i64);
/// When stock is taken.
struct InventoryPolicy(Reserve);

pub(super) fn register(r: &mut Registry) {
    r.object::<Plan>("SellingPlan")
        .child("billingPolicy", |own| -> Obj {
            match own.row.billing {
                BillingPolicy::Fixed { .. } => obj(FixedBilling(own.clone())),
                BillingPolicy::Recurring { .. } => obj(RecurringBilling(own.clone())),
            }
        })
        .child("deliveryPolicy", |own| -> Obj {
            match own.row.delivery {
                DeliveryPolicy::Fixed { .. } => obj(FixedDelivery(own.clone())),
                DeliveryPolicy::Recurring { .. } => obj(RecurringDelivery(own.clone())),
            }
        })
        .child("inventoryPolicy", |own| {
            own.row.reserve.map(InventoryPolicy)
        })
        .child("pricingPolicies", prices);
    r.object::<InventoryPolicy>("SellingPlanInventoryPolicy")
        .text("reserve", |own| own.0.as_str());
    r.object::<Anchor>("SellingPlanAnchor")
        .text("type", |own| own.kind.as_str())
        .leaf("day", |own| own.day)
        .leaf("month", |own| own.month)
        .leaf("cutoffDay", |own| own.cutoff_day);
    billing(r);
    delivery(r);
    pricing(r);
}

fn prices(own: &Plan) -> Vec<Obj> {
    let policies = own.row.pricing_policies().into_iter();
    let shown = policies.map(|policy| {
        let price = Price {
            adjustment: policy.adjustment,
            after_cycle: policy.after_cycle,
            created_at: own.row.created_at,
            currency: own.currency,
        };
        match price.after_cycle {
            None => obj(FixedPrice(price)),
            Some(_) => obj(RecurringPrice(price)),
        }
    });
    shown.collect()
}

fn billing(r: &mut Registry) {
    r.object::<FixedBilling>("SellingPlanFixedBillingPolicy")
        .child("checkoutCharge", |own| {
            let charge = match &own.0.row.billing {
                BillingPolicy::Fixed { charge, .. } => *charge,
                BillingPolicy::Recurring { .. } => CheckoutCharge::Percentage(1_000_000),
            };
            Charge(charge, own.0.currency)
        })
        .leaf("remainingBalanceChargeExactTime", |own| {
            own.0.row.billing.exact_time().map(DateTime)
        })
        .text_opt(
            "remainingBalanceChargeTimeAfterCheckout",
            |own| match &own.0.row.billing {
                BillingPolicy::Fixed { after_checkout, .. } => after_checkout.as_deref(),
                BillingPolicy::Recurring { .. } => None,
            },
        )
        .text("remainingBalanceChargeTrigger", |own| {
            match &own.0.row.billing {
                BillingPolicy::Fixed { trigger, .. } => trigger.as_str(),
                BillingPolicy::Recurring { .. } => "NO_REMAINING_BALANCE",
            }
        });
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
        .text("interval", |own| match &own.0.row.billing {
            BillingPolicy::Recurring { every, .. } => every.interval.as_str(),
            BillingPolicy::Fixed { .. } => "DAY",
        })
        .leaf("intervalCount", |own| match &own.0.row.billing {
            BillingPolicy::Recurring { every, .. } => every.count,
            BillingPolicy::Fixed { .. } => 0,
        })
        .leaf("minCycles", |own| match own.0.row.billing {
            BillingPolicy::Recurring { min_cycles, .. } => min_cycles,
            BillingPolicy::Fixed { .. } => None,
        })
        .leaf("maxCycles", |own| match own.0.row.billing {
            BillingPolicy::Recurring { max_cycles, .. } => max_cycles,
            BillingPolicy::Fixed { .. } => None,
        })
        .child("anchors", |own| match &own.0.row.billing {
            BillingPolicy::Recurring { anchors, .. } => anchors.clone(),
            BillingPolicy::Fixed { .. } => Vec::new(),
        })
        .leaf("createdAt", |own| DateTime(own.0.row.created_at));
}

/// What both kinds of delivery have.
fn days(policy: &DeliveryPolicy) -> (&[Anchor], Option<i64>, PreAnchorBehavior) {
    match policy {
        DeliveryPolicy::Fixed {
            anchors,
            cutoff,
            before_anchor,
            ..
        }
        | DeliveryPolicy::Recurring {
            anchors,
            cutoff,
            before_anchor,
            ..
        } => (anchors, *cutoff, *before_anchor),
    }
}

fn delivery(r: &mut Registry) {
    r.object::<FixedDelivery>("SellingPlanFixedDeliveryPolicy")
        .child("anchors", |own| days(&own.0.row.delivery).0.to_vec())
        .leaf("cutoff", |own| days(&own.0.row.delivery).1)
        .text("intent", |_| "FULFILLMENT_BEGIN")
        .text("preAnchorBehavior", |own| {
            days(&own.0.row.delivery).2.as_str()
        })
        .leaf("fulfillmentExactTime", |own| match own.0.row.delivery {
            DeliveryPolicy::Fixed { exact_time, .. } => {
                exact_time.map(|time| DateTime(Timestamp(time)))
            }
            DeliveryPolicy::Recurring { .. } => None,
        })
        .text("fulfillmentTrigger", |own| match &own.0.row.delivery {
            DeliveryPolicy::Fixed { trigger, .. } => trigger.as_str(),
            DeliveryPolicy::Recurring { .. } => "ASAP",
        });
    r.object::<RecurringDelivery>("SellingPlanRecurringDeliveryPolicy")
        .child("anchors", |own| days(&own.0.row.delivery).0.to_vec())
        .leaf("cutoff", |own| days(&own.0.row.delivery).1)
        .text("intent", |_| "FULFILLMENT_BEGIN")
        .text("preAnchorBehavior", |own| {
            days(&own.0.row.delivery).2.as_str()
        })
        .text("interval", |own| match &own.0.row.delivery {
            DeliveryPolicy::Recurring { every, .. } => every.interval.as_str(),
            DeliveryPolicy::Fixed { .. } => "DAY",
        })
        .leaf("intervalCount", |own| match &own.0.row.delivery {
            DeliveryPolicy::Recurring { every, .. } => every.count,
            DeliveryPolicy::Fixed { .. } => 0,
        })
        .leaf("createdAt", |own| DateTime(own.0.row.created_at));
}

fn pricing(r: &mut Registry) {
    common::<FixedPrice>(r, "SellingPlanFixedPricingPolicy", |own| &own.0);
    common::<RecurringPrice>(r, "SellingPlanRecurringPricingPolicy", |own| &own.0);
    r.object::<RecurringPrice>("SellingPlanRecurringPricingPolicy")
        .leaf("afterCycle", |own| own.0.after_cycle);
    r.object::<PricePercentage>("SellingPlanPricingPolicyPercentageValue")
        .leaf("percentage", |own| Rate::per_cent(own.0));
}

fn common<T: 'static>(
    r: &mut Registry,
    name: &'static str,
    of: impl Fn(&T) -> &Price + Copy + Send + Sync + 'static,
) {
    r.object::<T>(name)
        .leaf("adjustmentType", move |own| of(own).adjustment.name())
        .leaf("createdAt", move |own| DateTime(of(own).created_at))
        .child("adjustmentValue", move |own| -> Obj {
            let price = of(own);
            match price.adjustment {
                Adjustment::Percentage(ppm) => obj(PricePercentage(ppm)),
                Adjustment::FixedAmount(minor) | Adjustment::Price(minor) => {
                    obj(Money::new(minor, price.currency))
                }
            }
        });
}
