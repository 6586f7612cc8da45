//! Which selling plans make sense.

use store::StoreError;

use super::policy::{Adjustment, BillingPolicy, CheckoutCharge, DeliveryPolicy};
use super::policy::{Interval, RemainingBalanceTrigger};
use super::save::PlanInput;
use super::{OPTIONS_MAX, PLANS_MAX};

/// Texts, in characters.
const CHARS_MAX: usize = 255;

/// A refusal at a place of the input, or the store's fault.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The caller's to fix; nothing was written.
    #[error("{1}")]
    Refused(Vec<String>, PlanWhy),
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a plan or group is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlanWhy {
    /// No such group.
    #[error("Selling plan group does not exist.")]
    GroupMissing,
    /// No such plan in the group.
    #[error("Selling plan does not exist.")]
    PlanMissing,
    /// Which plan to change was not said.
    #[error("Selling plan ID must be specified to update it.")]
    PlanIdMissing,
    /// No such product.
    #[error("Product does not exist.")]
    ProductMissing,
    /// No such variant.
    #[error("Product variant does not exist.")]
    VariantMissing,
    /// A required text is empty.
    #[error("{0} can't be blank")]
    Blank(&'static str),
    /// A text is too long.
    #[error("{0} is too long (maximum is 255 characters)")]
    TooLong(&'static str),
    /// More than may be given at once.
    #[error("At most 250 can be given at once")]
    TooMany,
    /// A group without plans.
    #[error("A selling plan group needs at least one selling plan")]
    NoPlans,
    /// More plans than a group may have.
    #[error("A selling plan group has at most 31 selling plans")]
    TooManyPlans,
    /// More options than a group may have.
    #[error("A selling plan group has at most 3 options")]
    TooManyOptions,
    /// A plan with more or fewer values than its group has options.
    #[error("A selling plan needs one value for each option of its group")]
    OptionCount,
    /// Two plans of the same values.
    #[error("Selling plans of a group must differ in their options")]
    SameOptions,
    /// Two plans of the same name.
    #[error("Selling plans of a group must differ in their names")]
    SameName,
    /// No billing policy.
    #[error("Selling plan needs a billing policy")]
    BillingMissing,
    /// No delivery policy.
    #[error("Selling plan needs a delivery policy")]
    DeliveryMissing,
    /// One is fixed and the other recurs.
    #[error("Billing and delivery policies must both be fixed or both be recurring")]
    PolicyKinds,
    /// Both kinds of a policy, or neither.
    #[error("Only one of fixed and recurring can be given")]
    OneKind,
    /// A value that is not of the kind that was said, or none.
    #[error("The value and its type must match")]
    ValueAndType,
    /// An interval beyond reason.
    #[error("Interval is out of range")]
    Interval,
    /// Fewer at most than at least.
    #[error("Max cycles must be greater than min cycles")]
    Cycles,
    /// Several deliveries that do not fit into a payment.
    #[error("The billing interval must be a multiple of the delivery interval")]
    Multiple,
    /// A share beyond the whole, or an amount below nothing.
    #[error("Value is out of range")]
    Value,
    /// More pricing policies than a plan may have.
    #[error("A selling plan has at most 2 pricing policies")]
    TooManyPrices,
    /// A later price without a first one.
    #[error("Pricing policies must contain a fixed pricing policy")]
    NoFixedPrice,
    /// All is paid at the checkout, and something shall be paid later.
    #[error("Nothing remains to be paid when all is paid at the checkout")]
    NothingRemains,
    /// Something remains, and nothing says when it is paid.
    #[error("When the remaining balance is charged must be given")]
    SomethingRemains,
    /// A moment is needed.
    #[error("The exact time must be given")]
    TimeMissing,
}

/// Checks a plan against its group's options.
pub(super) fn plan(plan: &PlanInput, options: usize) -> Result<(), (Vec<&'static str>, PlanWhy)> {
    let name = plan.name.as_deref().unwrap_or_default();
    text(name, "Name").map_err(|why| (vec!["name"], why))?;
    if plan.options.len() != options {
        return Err((vec!["options"], PlanWhy::OptionCount));
    }
    for value in &plan.options {
        text(value, "Option").map_err(|why| (vec!["options"], why))?;
    }
    let billing = plan.billing.as_ref();
    let billing = billing.ok_or((vec!["billingPolicy"], PlanWhy::BillingMissing))?;
    let delivery = plan.delivery.as_ref();
    let delivery = delivery.ok_or((vec!["deliveryPolicy"], PlanWhy::DeliveryMissing))?;
    billed(billing).map_err(|why| (vec!["billingPolicy"], why))?;
    sent(delivery).map_err(|why| (vec!["deliveryPolicy"], why))?;
    both(billing, delivery).map_err(|why| (Vec::new(), why))?;
    priced(plan).map_err(|why| (vec!["pricingPolicies"], why))
}

pub(super) fn text(text: &str, name: &'static str) -> Result<(), PlanWhy> {
    if text.trim().is_empty() {
        return Err(PlanWhy::Blank(name));
    }
    if text.chars().count() > CHARS_MAX {
        return Err(PlanWhy::TooLong(name));
    }
    Ok(())
}

fn billed(policy: &BillingPolicy) -> Result<(), PlanWhy> {
    match policy {
        BillingPolicy::Recurring {
            every,
            min_cycles,
            max_cycles,
            ..
        } => {
            often(every.interval, every.count)?;
            match (min_cycles, max_cycles) {
                (Some(least), Some(most)) if most <= least => Err(PlanWhy::Cycles),
                _ => Ok(()),
            }
        }
        BillingPolicy::Fixed {
            charge,
            trigger,
            exact_time,
            after_checkout,
        } => {
            let in_full = match charge {
                CheckoutCharge::Percentage(ppm) if !(0..=1_000_000).contains(ppm) => {
                    return Err(PlanWhy::Value);
                }
                CheckoutCharge::Price(minor) if *minor < 0 => return Err(PlanWhy::Value),
                CheckoutCharge::Percentage(ppm) => *ppm == 1_000_000,
                CheckoutCharge::Price(_) => false,
            };
            match (in_full, trigger) {
                (true, RemainingBalanceTrigger::NoRemainingBalance) => Ok(()),
                (true, _) => Err(PlanWhy::NothingRemains),
                (false, RemainingBalanceTrigger::NoRemainingBalance) => {
                    Err(PlanWhy::SomethingRemains)
                }
                (false, RemainingBalanceTrigger::ExactTime) if exact_time.is_none() => {
                    Err(PlanWhy::TimeMissing)
                }
                (false, RemainingBalanceTrigger::TimeAfterCheckout) if after_checkout.is_none() => {
                    Err(PlanWhy::TimeMissing)
                }
                (false, _) => Ok(()),
            }
        }
    }
}

fn sent(policy: &DeliveryPolicy) -> Result<(), PlanWhy> {
    match policy {
        DeliveryPolicy::Recurring { every, .. } => often(every.interval, every.count),
        DeliveryPolicy::Fixed {
            trigger,
            exact_time,
            ..
        } => {
            let wants_time = *trigger == super::FulfillmentTrigger::ExactTime;
            if wants_time && exact_time.is_none() {
                return Err(PlanWhy::TimeMissing);
            }
            Ok(())
        }
    }
}

/// Up to three years between two.
fn often(interval: Interval, count: i64) -> Result<(), PlanWhy> {
    let most = match interval {
        Interval::Day => 1_095,
        Interval::Week => 156,
        Interval::Month => 36,
        Interval::Year => 3,
    };
    if (1..=most).contains(&count) {
        Ok(())
    } else {
        Err(PlanWhy::Interval)
    }
}

fn both(billing: &BillingPolicy, delivery: &DeliveryPolicy) -> Result<(), PlanWhy> {
    match (billing, delivery) {
        (BillingPolicy::Fixed { .. }, DeliveryPolicy::Fixed { .. }) => Ok(()),
        (
            BillingPolicy::Recurring { every: billed, .. },
            DeliveryPolicy::Recurring { every: sent, .. },
        ) => {
            let fits = billed.interval == sent.interval && billed.count % sent.count == 0;
            if fits { Ok(()) } else { Err(PlanWhy::Multiple) }
        }
        _ => Err(PlanWhy::PolicyKinds),
    }
}

fn priced(plan: &PlanInput) -> Result<(), PlanWhy> {
    if plan.pricing.len() > 2 {
        return Err(PlanWhy::TooManyPrices);
    }
    let fixed = plan.pricing.iter().filter(|own| own.after_cycle.is_none());
    if !plan.pricing.is_empty() && fixed.count() != 1 {
        return Err(PlanWhy::NoFixedPrice);
    }
    let fits = |adjustment: &Adjustment| match adjustment {
        Adjustment::Percentage(ppm) => (0..=1_000_000).contains(ppm),
        Adjustment::FixedAmount(minor) | Adjustment::Price(minor) => *minor >= 0,
    };
    match plan.pricing.iter().all(|own| fits(&own.adjustment)) {
        true => Ok(()),
        false => Err(PlanWhy::Value),
    }
}

/// Checks how many plans a group has, and that they differ.
pub(super) fn together(plans: &[PlanInput]) -> Result<(), PlanWhy> {
    if plans.is_empty() {
        return Err(PlanWhy::NoPlans);
    }
    if plans.len() > PLANS_MAX {
        return Err(PlanWhy::TooManyPlans);
    }
    for (place, plan) in plans.iter().enumerate() {
        for other in &plans[..place] {
            if plan.name == other.name {
                return Err(PlanWhy::SameName);
            }
            if !plan.options.is_empty() && plan.options == other.options {
                return Err(PlanWhy::SameOptions);
            }
        }
    }
    Ok(())
}

pub(super) fn options(names: &[String]) -> Result<(), PlanWhy> {
    if names.len() > OPTIONS_MAX {
        return Err(PlanWhy::TooManyOptions);
    }
    names.iter().try_for_each(|name| text(name, "Option"))
}
