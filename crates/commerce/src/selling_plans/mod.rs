//! Selling plans: ways to buy a product other than once, now and in full. Lines of carts take them,
//! at their prices, and orders remember them. What comes after the first order is for apps to do.

mod check;
mod members;
mod policy;
mod read;
mod save;

pub use check::{PlanError, PlanWhy};
pub use members::{Resources, add, join, leave, members, remove};
pub use policy::{
    Adjustment, Anchor, AnchorType, BillingPolicy, CheckoutCharge, DeliveryPolicy, Every,
    FulfillmentTrigger, Interval, PlanCategory, PreAnchorBehavior, PricingPolicy,
    RemainingBalanceTrigger, Reserve,
};
pub use read::{
    GroupSort, applies, groups, groups_of, groups_page, offered, parse_search, plans, plans_of,
    products_count, products_page, variants_count, variants_page,
};
pub use save::{GroupInput, PlanInput, Saved, create, delete, update};

use pricing::MarketPricing;
use store::record;
use units::{SellingPlanGroupId, SellingPlanId, Timestamp};

use crate::attributes::to_json;

/// Plans that a group has at most.
pub const PLANS_MAX: usize = 31;
/// What plans of a group can differ in.
pub const OPTIONS_MAX: usize = 3;

record! {
    /// Plans that are offered together.
    #[derive(Clone, PartialEq, Eq)]
    pub struct SellingPlanGroup {
        /// Id.
        pub id: SellingPlanGroupId,
        /// What buyers read.
        pub name: String,
        /// What the merchant reads.
        pub merchant_code: String,
        /// What it is for.
        pub description: Option<String>,
        /// What its plans differ in; JSON.
        pub options: String,
        /// Its place among a product's groups.
        pub position: Option<i64>,
        /// What the app that made it calls itself here.
        pub app_id: Option<String>,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

record! {
    /// A way to buy.
    #[derive(Clone, PartialEq, Eq)]
    pub struct SellingPlan {
        /// Id.
        pub id: SellingPlanId,
        /// Its group's.
        pub group_id: SellingPlanGroupId,
        /// Its place in the group.
        pub position: Option<i64>,
        /// What buyers read.
        pub name: String,
        /// What it promises.
        pub description: Option<String>,
        /// Its values for what plans of the group differ in; JSON.
        pub options: String,
        /// What kind of purchase it is.
        pub category: Option<PlanCategory>,
        /// When stock is taken.
        pub reserve: Option<Reserve>,
        /// When what is paid.
        pub billing: BillingPolicy,
        /// When what is sent.
        pub delivery: DeliveryPolicy,
        /// What it does to the price; JSON.
        pub pricing: String,
        /// When it was made.
        pub created_at: Timestamp,
    }
}

impl SellingPlanGroup {
    /// What its plans differ in.
    #[must_use]
    pub fn option_names(&self) -> Vec<String> {
        serde_json::from_str(&self.options).unwrap_or_default()
    }
}

impl SellingPlan {
    /// Its values for what plans of the group differ in.
    #[must_use]
    pub fn option_values(&self) -> Vec<String> {
        serde_json::from_str(&self.options).unwrap_or_default()
    }

    /// The same plan with its amounts in the currency of a market.
    #[must_use]
    pub fn in_market(mut self, market: &MarketPricing) -> Self {
        if market.is_own_currency() {
            return self;
        }
        let mut policies = self.pricing_policies();
        for policy in &mut policies {
            match &mut policy.adjustment {
                Adjustment::FixedAmount(minor) | Adjustment::Price(minor) => {
                    *minor = market.convert(*minor);
                }
                Adjustment::Percentage(_) => {}
            }
        }
        self.pricing = to_json(&policies);
        if let BillingPolicy::Fixed {
            charge: CheckoutCharge::Price(minor),
            ..
        } = &mut self.billing
        {
            *minor = market.convert(*minor);
        }
        self
    }

    /// What the first order of a thing costs, with all deliveries that it pays for, in minor units.
    #[must_use]
    pub fn first_order(&self, minor: i64) -> i64 {
        self.price(minor).saturating_mul(self.deliveries())
    }

    /// What it does to the price: at first, and from a later delivery on, in this order.
    #[must_use]
    pub fn pricing_policies(&self) -> Vec<PricingPolicy> {
        let mut policies: Vec<PricingPolicy> =
            serde_json::from_str(&self.pricing).unwrap_or_default();
        policies.sort_by_key(|policy| policy.after_cycle);
        policies
    }

    /// What the first delivery of a thing costs, in minor units. What holds from a later delivery on
    /// does not count yet, wherever it stands among the policies.
    #[must_use]
    pub fn price(&self, minor: i64) -> i64 {
        let mut policies = self.pricing_policies().into_iter();
        let at_first = policies.find(|policy| policy.after_cycle.is_none());
        at_first.map_or(minor, |policy| policy.adjustment.of(minor))
    }

    /// Whether it is bought again and again.
    #[must_use]
    pub fn is_subscription(&self) -> bool {
        matches!(self.billing, BillingPolicy::Recurring { .. })
    }

    /// Deliveries that are paid for at once.
    #[must_use]
    pub fn deliveries(&self) -> i64 {
        match (&self.billing, &self.delivery) {
            (
                BillingPolicy::Recurring { every: billed, .. },
                DeliveryPolicy::Recurring { every: sent, .. },
            ) if billed.interval == sent.interval && sent.count > 0 => {
                (billed.count / sent.count).max(1)
            }
            _ => 1,
        }
    }

    /// What is paid at the checkout of a price, in minor units.
    #[must_use]
    pub fn charged(&self, minor: i64) -> i64 {
        match &self.billing {
            BillingPolicy::Fixed { charge, .. } => charge.of(minor),
            BillingPolicy::Recurring { .. } => minor,
        }
    }
}
