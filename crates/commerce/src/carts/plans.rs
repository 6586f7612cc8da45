//! Lines that are bought by a selling plan: what they cost, and whether they may.

use std::collections::{HashMap, HashSet};

use pricing::{MarketPricing, Priced};
use store::{StoreError, Tx};
use units::{ProductVariantId, SellingPlanGroupId, SellingPlanId, part_of};

use super::cart::CartLine;
use super::merchandise::Merchandise;
use crate::selling_plans::{self, SellingPlan};

/// The plans that lines name, and the variants that they are offered with.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plans {
    plans: HashMap<SellingPlanId, SellingPlan>,
    offered: HashSet<(SellingPlanGroupId, ProductVariantId)>,
}

/// Why a variant is not sold so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PlanRefusal {
    /// The plan is not offered with it.
    NotApplicable,
    /// It is sold by plans alone.
    Required,
}

impl Plans {
    /// Reads them; nothing where no line names a plan.
    pub(crate) fn read(
        tx: &mut Tx,
        plans: impl Iterator<Item = SellingPlanId>,
        variants: impl Iterator<Item = ProductVariantId>,
    ) -> Result<Self, StoreError> {
        let mut ids: Vec<SellingPlanId> = plans.collect();
        if ids.is_empty() {
            return Ok(Self::default());
        }
        ids.sort_unstable();
        ids.dedup();
        let found: Vec<SellingPlan> = selling_plans::plans(tx, &ids)?
            .into_iter()
            .flatten()
            .collect();
        let mut groups: Vec<SellingPlanGroupId> = found.iter().map(|plan| plan.group_id).collect();
        groups.sort_unstable();
        groups.dedup();
        let mut variants: Vec<ProductVariantId> = variants.collect();
        variants.sort_unstable();
        variants.dedup();
        let offered = selling_plans::offered(tx, &groups, &variants)?;
        Ok(Self {
            plans: found.into_iter().map(|plan| (plan.id, plan)).collect(),
            offered: offered.into_iter().collect(),
        })
    }

    /// Whether merchandise is sold by a plan, or without any.
    pub(crate) fn check(
        &self,
        row: &Merchandise,
        plan: Option<SellingPlanId>,
    ) -> Result<(), PlanRefusal> {
        let Some(id) = plan else {
            return match row.requires_selling_plan {
                true => Err(PlanRefusal::Required),
                false => Ok(()),
            };
        };
        let offered = |plan: &&SellingPlan| self.offered.contains(&(plan.group_id, row.variant_id));
        let found = self.plans.get(&id).filter(offered);
        found.map(drop).ok_or(PlanRefusal::NotApplicable)
    }

    /// The plan of a line, its amounts in the currency of a market.
    pub(crate) fn of(
        &self,
        line: &CartLine,
        market: Option<&MarketPricing>,
    ) -> Option<SellingPlan> {
        let plan = self.plans.get(&line.plan()?)?.clone();
        Some(match market {
            Some(market) => plan.in_market(market),
            None => plan,
        })
    }

    /// What one unit of a line costs, where that is so much without a plan.
    pub(crate) fn price(
        &self,
        line: &CartLine,
        price_minor: i64,
        market: Option<&MarketPricing>,
    ) -> i64 {
        let plan = self.of(line, market);
        plan.map_or(price_minor, |plan| plan.first_order(price_minor))
    }

    /// What one unit of a line used to cost, with as many deliveries as its price pays for.
    pub(crate) fn compare_at(&self, line: &CartLine, row: &Merchandise) -> Option<i64> {
        let plan = line.plan().and_then(|id| self.plans.get(&id));
        let deliveries = plan.map_or(1, SellingPlan::deliveries);
        Some(row.compare_at_minor?.saturating_mul(deliveries))
    }

    /// Whether a line is bought again and again.
    pub(crate) fn is_subscription(&self, line: &CartLine) -> bool {
        let plan = line.plan().and_then(|id| self.plans.get(&id));
        plan.is_some_and(SellingPlan::is_subscription)
    }

    /// What of a priced cart is not paid at the checkout but later, as its plans say.
    pub(crate) fn deferred<'l>(
        &self,
        lines: impl Iterator<Item = &'l CartLine>,
        priced: &Priced,
        market: Option<&MarketPricing>,
    ) -> i64 {
        if self.plans.is_empty() {
            return 0;
        }
        let later = |(line, priced): (&CartLine, &pricing::PricedLine)| {
            let plan = self.of(line, market)?;
            let each = priced.subtotal_minor / line.quantity.max(1);
            let now = part_of(priced.total_minor, plan.charged(each), each);
            Some(priced.total_minor - now.min(priced.total_minor))
        };
        lines.zip(&priced.lines).filter_map(later).sum()
    }
}
