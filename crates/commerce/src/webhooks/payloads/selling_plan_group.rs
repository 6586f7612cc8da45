//! A group of selling plans.

use serde_json::{Value, json};
use store::{StoreError, Tx};
use units::SellingPlanGroupId;

use super::amount;
use crate::selling_plans::{
    self, Adjustment, Anchor, BillingPolicy, CheckoutCharge, DeliveryPolicy, SellingPlan,
};
use crate::shops::Shop;

/// Products and variants that are told, each: an app asks for the others.
const MEMBERS_MAX: i64 = 250;

pub(super) fn render(tx: &mut Tx, shop: &Shop, id: i64) -> Result<Option<Value>, StoreError> {
    let id = SellingPlanGroupId(id);
    let Some(group) = selling_plans::groups(tx, &[id])?.pop().flatten() else {
        // What is told of one that is gone.
        return Ok(Some(
            json!({ "admin_graphql_api_id": id.to_string(), "id": id.get() }),
        ));
    };
    let plans = selling_plans::plans_of(tx, &[id])?
        .pop()
        .unwrap_or_default();
    let (products, variants) = selling_plans::members(tx, id, MEMBERS_MAX)?;
    let named = |id: i64, gid: String| json!({ "id": id, "admin_graphql_api_id": gid });
    let products: Vec<Value> = products
        .iter()
        .map(|own| named(own.get(), own.to_string()))
        .collect();
    let variants: Vec<Value> = variants
        .iter()
        .map(|own| named(own.get(), own.to_string()))
        .collect();
    Ok(Some(json!({
        "admin_graphql_api_id": id.to_string(),
        "id": id.get(),
        "name": group.name,
        "merchant_code": group.merchant_code,
        "admin_graphql_api_app": null,
        "app_id": group.app_id,
        "description": group.description,
        "options": group.option_names(),
        "position": group.position,
        "summary": null,
        "selling_plans": plans.iter().map(|own| plan(shop, own)).collect::<Vec<_>>(),
        "products": products,
        "product_variants": variants,
    })))
}

fn plan(shop: &Shop, own: &SellingPlan) -> Value {
    let pricing: Vec<Value> = own
        .pricing_policies()
        .iter()
        .map(|policy| {
            json!({
                "after_cycle": policy.after_cycle,
                "adjustment_type": policy.adjustment.name().to_lowercase(),
                "adjustment_value": adjustment(shop, policy.adjustment),
            })
        })
        .collect();
    json!({
        "admin_graphql_api_id": own.id.to_string(),
        "id": own.id.get(),
        "name": own.name,
        "options": own.option_values(),
        "position": own.position,
        "description": own.description,
        "billing_policy": billing(shop, &own.billing),
        "delivery_policy": delivery(&own.delivery),
        "pricing_policies": pricing,
    })
}

fn adjustment(shop: &Shop, own: Adjustment) -> Value {
    match own {
        Adjustment::FixedAmount(minor) | Adjustment::Price(minor) => json!(amount(shop, minor)),
        Adjustment::Percentage(ppm) => percent(ppm),
    }
}

/// Millionths as a percentage: `"12.5"`.
fn percent(ppm: i64) -> Value {
    let text = format!("{}.{:04}", ppm / 10_000, ppm % 10_000);
    json!(text.trim_end_matches('0').trim_end_matches('.'))
}

fn billing(shop: &Shop, own: &BillingPolicy) -> Value {
    match own {
        BillingPolicy::Recurring {
            every,
            min_cycles,
            max_cycles,
            anchors: days,
        } => json!({
            "interval": every.interval.as_str().to_lowercase(),
            "interval_count": every.count,
            "min_cycles": min_cycles,
            "max_cycles": max_cycles,
            "anchors": anchors(days),
        }),
        BillingPolicy::Fixed {
            charge,
            trigger,
            after_checkout,
            ..
        } => {
            let (kind, value) = match charge {
                CheckoutCharge::Percentage(ppm) => ("percentage", percent(*ppm)),
                CheckoutCharge::Price(minor) => ("price", json!(amount(shop, *minor))),
            };
            json!({
                "checkout_charge": { "type": kind, "value": value },
                "remaining_balance_charge_trigger": trigger.as_str().to_lowercase(),
                "remaining_balance_charge_exact_time": own.exact_time().map(|at| at.to_string()),
                "remaining_balance_charge_time_after_checkout": after_checkout,
            })
        }
    }
}

fn delivery(own: &DeliveryPolicy) -> Value {
    match own {
        DeliveryPolicy::Recurring {
            every,
            anchors: days,
            cutoff,
            before_anchor,
        } => json!({
            "interval": every.interval.as_str().to_lowercase(),
            "interval_count": every.count,
            "anchors": anchors(days),
            "cutoff": cutoff,
            "pre_anchor_behavior": before_anchor.as_str().to_lowercase(),
        }),
        DeliveryPolicy::Fixed {
            trigger,
            anchors: days,
            cutoff,
            before_anchor,
            ..
        } => json!({
            "fulfillment_trigger": trigger.as_str().to_lowercase(),
            "anchors": anchors(days),
            "cutoff": cutoff,
            "pre_anchor_behavior": before_anchor.as_str().to_lowercase(),
        }),
    }
}

fn anchors(days: &[Anchor]) -> Value {
    let told = |own: &Anchor| {
        json!({
            "type": own.kind.as_str().to_lowercase(),
            "day": own.day,
            "month": own.month,
            "cutoff_day": own.cutoff_day,
        })
    };
    days.iter().map(told).collect()
}
