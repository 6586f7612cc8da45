//! The inputs for groups of selling plans.

use commerce::selling_plans::{
    Adjustment, Anchor, AnchorType, BillingPolicy, CheckoutCharge, DeliveryPolicy, Every,
    FulfillmentTrigger, GroupInput, Interval, PlanCategory, PlanInput, PlanWhy, PreAnchorBehavior,
    PricingPolicy, RemainingBalanceTrigger, Reserve,
};
use graphql::Maybe;
use serde::Deserialize;
use units::{Currency, Money, SellingPlanId, Timestamp};

use crate::admin::enums::input_enum;
use crate::admin::orders::parts_per_million;
use crate::scalars::DecimalInput;

input_enum! {
    /// What kind of purchase a plan is.
    CategoryInput(PlanCategory)
}
input_enum! {
    /// When stock is taken.
    ReserveInput(Reserve)
}
input_enum! {
    /// What is counted between two of something.
    IntervalInput(Interval)
}
input_enum! {
    /// What an anchor counts days of.
    AnchorTypeInput(AnchorType)
}
input_enum! {
    /// When the rest is paid.
    BalanceTriggerInput(RemainingBalanceTrigger)
}
input_enum! {
    /// What begins a delivery.
    FulfillmentTriggerInput(FulfillmentTrigger)
}
input_enum! {
    /// What happens shortly before an anchor.
    PreAnchorInput(PreAnchorBehavior)
}

/// A refusal, with the fields of the plan that lead to it.
pub(super) type Refused = (Vec<&'static str>, PlanWhy);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GroupFields {
    app_id: Option<String>,
    #[serde(default)]
    description: Maybe<String>,
    merchant_code: Option<String>,
    name: Option<String>,
    options: Option<Vec<String>>,
    #[serde(default)]
    position: Maybe<i64>,
    selling_plans_to_create: Option<Vec<PlanFields>>,
    selling_plans_to_delete: Option<Vec<SellingPlanId>>,
    selling_plans_to_update: Option<Vec<PlanFields>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PlanFields {
    billing_policy: Option<BillingFields>,
    category: Option<CategoryInput>,
    delivery_policy: Option<DeliveryFields>,
    description: Option<String>,
    id: Option<SellingPlanId>,
    inventory_policy: Option<InventoryFields>,
    name: Option<String>,
    options: Option<Vec<String>>,
    position: Option<i64>,
    pricing_policies: Option<Vec<PricingFields>>,
}

#[derive(Deserialize)]
struct InventoryFields {
    reserve: Option<ReserveInput>,
}

#[derive(Deserialize)]
struct BillingFields {
    fixed: Option<FixedBillingFields>,
    recurring: Option<RecurringBillingFields>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FixedBillingFields {
    checkout_charge: Option<ChargeFields>,
    remaining_balance_charge_exact_time: Option<Timestamp>,
    remaining_balance_charge_time_after_checkout: Option<String>,
    remaining_balance_charge_trigger: Option<BalanceTriggerInput>,
}

#[derive(Deserialize)]
struct ChargeFields {
    #[serde(rename = "type")]
    kind: Option<ChargeType>,
    value: Option<ValueFields>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum ChargeType {
    Percentage,
    Price,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ValueFields {
    fixed_value: Option<DecimalInput>,
    percentage: Option<DecimalInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RecurringBillingFields {
    anchors: Option<Vec<AnchorFields>>,
    interval: Option<IntervalInput>,
    interval_count: Option<i64>,
    max_cycles: Option<i64>,
    min_cycles: Option<i64>,
}

#[derive(Deserialize)]
struct DeliveryFields {
    fixed: Option<FixedDeliveryFields>,
    recurring: Option<RecurringDeliveryFields>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FixedDeliveryFields {
    anchors: Option<Vec<AnchorFields>>,
    cutoff: Option<i64>,
    fulfillment_exact_time: Option<Timestamp>,
    fulfillment_trigger: Option<FulfillmentTriggerInput>,
    /// There is one intent alone.
    #[serde(rename = "intent")]
    _intent: Option<Intent>,
    pre_anchor_behavior: Option<PreAnchorInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RecurringDeliveryFields {
    anchors: Option<Vec<AnchorFields>>,
    cutoff: Option<i64>,
    /// There is one intent alone.
    #[serde(rename = "intent")]
    _intent: Option<Intent>,
    interval: Option<IntervalInput>,
    interval_count: Option<i64>,
    pre_anchor_behavior: Option<PreAnchorInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Intent {
    FulfillmentBegin,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AnchorFields {
    cutoff_day: Option<i64>,
    day: Option<i64>,
    month: Option<i64>,
    #[serde(rename = "type")]
    kind: Option<AnchorTypeInput>,
}

#[derive(Deserialize)]
struct PricingFields {
    fixed: Option<FixedPricingFields>,
    recurring: Option<RecurringPricingFields>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FixedPricingFields {
    adjustment_type: Option<AdjustmentType>,
    adjustment_value: Option<ValueFields>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RecurringPricingFields {
    adjustment_type: Option<AdjustmentType>,
    adjustment_value: Option<ValueFields>,
    after_cycle: i64,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum AdjustmentType {
    FixedAmount,
    Percentage,
    Price,
}

impl GroupFields {
    /// What the domain makes of it; a refusal with its whole path.
    pub(super) fn input(&self, currency: Currency) -> Result<GroupInput, (Vec<String>, PlanWhy)> {
        let plans = |given: &Option<Vec<PlanFields>>, list: &str| {
            let mut plans = Vec::new();
            for (place, plan) in given.iter().flatten().enumerate() {
                let plan = plan.input(currency).map_err(|(at, why)| {
                    let mut path = vec!["input".to_owned(), list.to_owned(), place.to_string()];
                    path.extend(at.into_iter().map(str::to_owned));
                    (path, why)
                })?;
                plans.push(plan);
            }
            Ok::<_, (Vec<String>, PlanWhy)>(plans)
        };
        Ok(GroupInput {
            name: self.name.clone(),
            merchant_code: self.merchant_code.clone(),
            description: self.description.clone().given(),
            options: self.options.clone(),
            position: self.position.given(),
            app_id: self.app_id.clone().map(Some),
            create: plans(&self.selling_plans_to_create, "sellingPlansToCreate")?,
            update: plans(&self.selling_plans_to_update, "sellingPlansToUpdate")?,
            delete: self.selling_plans_to_delete.clone().unwrap_or_default(),
        })
    }
}

impl PlanFields {
    fn input(&self, currency: Currency) -> Result<PlanInput, Refused> {
        let at = |field| move |why| (vec![field], why);
        let billing = self.billing_policy.as_ref();
        let billing = billing.map(|own| own.policy(currency)).transpose();
        let delivery = self.delivery_policy.as_ref();
        let delivery = delivery.map(DeliveryFields::policy).transpose();
        let pricing = self.pricing_policies.iter().flatten();
        let pricing: Result<Vec<PricingPolicy>, PlanWhy> =
            pricing.map(|own| own.policy(currency)).collect();
        Ok(PlanInput {
            id: self.id,
            name: self.name.clone(),
            description: self.description.clone(),
            options: self.options.clone().unwrap_or_default(),
            position: self.position,
            category: self.category.map(|own| own.0),
            reserve: self
                .inventory_policy
                .as_ref()
                .and_then(|own| Some(own.reserve?.0)),
            billing: billing.map_err(at("billingPolicy"))?,
            delivery: delivery.map_err(at("deliveryPolicy"))?,
            pricing: pricing.map_err(at("pricingPolicies"))?,
            prices_given: self.pricing_policies.is_some(),
        })
    }
}

fn anchors(given: Option<&Vec<AnchorFields>>) -> Result<Vec<Anchor>, PlanWhy> {
    let one = |own: &AnchorFields| {
        let (Some(kind), Some(day)) = (own.kind, own.day) else {
            return Err(PlanWhy::Value);
        };
        let most = match kind.0 {
            AnchorType::Weekday => 7,
            AnchorType::Monthday | AnchorType::Yearday => 31,
        };
        let months = own.month.is_none_or(|month| (1..=12).contains(&month));
        if !(1..=most).contains(&day) || !months {
            return Err(PlanWhy::Value);
        }
        Ok(Anchor {
            kind: kind.0,
            day,
            month: own.month,
            cutoff_day: own.cutoff_day,
        })
    };
    given.into_iter().flatten().take(31).map(one).collect()
}

impl BillingFields {
    fn policy(&self, currency: Currency) -> Result<BillingPolicy, PlanWhy> {
        match (&self.fixed, &self.recurring) {
            (Some(own), None) => Ok(BillingPolicy::Fixed {
                charge: match &own.checkout_charge {
                    None => CheckoutCharge::Percentage(1_000_000),
                    Some(charge) => charge.charge(currency)?,
                },
                trigger: own
                    .remaining_balance_charge_trigger
                    .map_or(RemainingBalanceTrigger::NoRemainingBalance, |own| own.0),
                exact_time: own
                    .remaining_balance_charge_exact_time
                    .map(|at| at.micros()),
                after_checkout: own.remaining_balance_charge_time_after_checkout.clone(),
            }),
            (None, Some(own)) => Ok(BillingPolicy::Recurring {
                every: every(own.interval, own.interval_count)?,
                min_cycles: own.min_cycles,
                max_cycles: own.max_cycles,
                anchors: anchors(own.anchors.as_ref())?,
            }),
            _ => Err(PlanWhy::OneKind),
        }
    }
}

fn every(interval: Option<IntervalInput>, count: Option<i64>) -> Result<Every, PlanWhy> {
    let interval = interval.ok_or(PlanWhy::Interval)?.0;
    Ok(Every {
        interval,
        count: count.unwrap_or(1),
    })
}

impl DeliveryFields {
    fn policy(&self) -> Result<DeliveryPolicy, PlanWhy> {
        let before = |own: Option<PreAnchorInput>| own.map_or(PreAnchorBehavior::Asap, |own| own.0);
        match (&self.fixed, &self.recurring) {
            (Some(own), None) => Ok(DeliveryPolicy::Fixed {
                trigger: own
                    .fulfillment_trigger
                    .map_or(FulfillmentTrigger::Asap, |own| own.0),
                exact_time: own.fulfillment_exact_time.map(|at| at.micros()),
                anchors: anchors(own.anchors.as_ref())?,
                cutoff: own.cutoff,
                before_anchor: before(own.pre_anchor_behavior),
            }),
            (None, Some(own)) => Ok(DeliveryPolicy::Recurring {
                every: every(own.interval, own.interval_count)?,
                anchors: anchors(own.anchors.as_ref())?,
                cutoff: own.cutoff,
                before_anchor: before(own.pre_anchor_behavior),
            }),
            _ => Err(PlanWhy::OneKind),
        }
    }
}

impl ValueFields {
    /// A share in millionths of the whole.
    fn share(&self) -> Result<i64, PlanWhy> {
        match (&self.percentage, &self.fixed_value) {
            (Some(share), None) => {
                let per_cent = parts_per_million(&share.0).ok_or(PlanWhy::Value)?;
                Ok(per_cent / 100)
            }
            _ => Err(PlanWhy::ValueAndType),
        }
    }

    /// An amount in minor units.
    fn amount(&self, currency: Currency) -> Result<i64, PlanWhy> {
        match (&self.percentage, &self.fixed_value) {
            (None, Some(amount)) => {
                let money = Money::parse(&amount.0, currency).map_err(|_| PlanWhy::Value)?;
                Ok(money.minor)
            }
            _ => Err(PlanWhy::ValueAndType),
        }
    }
}

impl ChargeFields {
    fn charge(&self, currency: Currency) -> Result<CheckoutCharge, PlanWhy> {
        let value = self.value.as_ref().ok_or(PlanWhy::ValueAndType)?;
        match self.kind.ok_or(PlanWhy::ValueAndType)? {
            ChargeType::Percentage => value.share().map(CheckoutCharge::Percentage),
            ChargeType::Price => value.amount(currency).map(CheckoutCharge::Price),
        }
    }
}

impl PricingFields {
    fn policy(&self, currency: Currency) -> Result<PricingPolicy, PlanWhy> {
        let (after_cycle, kind, value) = match (&self.fixed, &self.recurring) {
            (Some(own), None) => (None, own.adjustment_type, &own.adjustment_value),
            (None, Some(own)) => {
                let after = Some(own.after_cycle);
                (after, own.adjustment_type, &own.adjustment_value)
            }
            _ => return Err(PlanWhy::OneKind),
        };
        let value = value.as_ref().ok_or(PlanWhy::ValueAndType)?;
        let adjustment = match kind.ok_or(PlanWhy::ValueAndType)? {
            AdjustmentType::FixedAmount => Adjustment::FixedAmount(value.amount(currency)?),
            AdjustmentType::Percentage => Adjustment::Percentage(value.share()?),
            AdjustmentType::Price => Adjustment::Price(value.amount(currency)?),
        };
        Ok(PricingPolicy {
            after_cycle,
            adjustment,
        })
    }
}
