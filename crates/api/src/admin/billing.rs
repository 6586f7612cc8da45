//! What apps are paid: subscriptions, uses of them, and purchases.

use std::rc::Rc;

use commerce::apps::billing::{
    self, LineItem, LineKind, PricingInterval, Purchase, Subscription, UsageRecord,
};
use graphql::{Error, NoArgs, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use units::{
    AppId, AppPurchaseOneTimeId, AppSubscriptionId, AppSubscriptionLineItemId, AppUsageRecordId,
    Money,
};

use super::batches::{fail_all, map_page};
use crate::errors::fault;
use crate::paging::{page, page_error, window};
use crate::scalars::{DateTime, Id};
use crate::{Cx, Registry};

/// A line with the subscription that it is a part of.
#[derive(Clone)]
pub(super) struct Line {
    own: Rc<Subscription>,
    line: LineItem,
}

/// How a line is priced.
struct Plan(Line);

/// At a fixed price.
struct RecurringPricing(Line);

/// By use.
struct UsagePricing(Line);

/// Less for a while.
struct Discount {
    line: Line,
    after: Money,
}

/// Less by an amount.
struct DiscountAmount(Money);

/// Less by a share.
struct DiscountPercentage(f64);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SortArgs {
    sort_key: SortKeys,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SortKeys {
    CreatedAt,
    Id,
}

impl SortKeys {
    /// Ids rise with time, so that both orders are one.
    fn check(self) {
        match self {
            Self::CreatedAt | Self::Id => {}
        }
    }
}

pub(super) fn register(r: &mut Registry) {
    subscription(r);
    line(r);
    r.object::<UsageRecord>("AppUsageRecord")
        .leaf("id", |own| Id(own.id))
        .text("description", |own| &own.description)
        .text_opt("idempotencyKey", |own| own.idempotency_key.as_deref())
        .leaf("createdAt", |own| DateTime(own.created_at))
        .load("price", |all: &[&UsageRecord], _: &NoArgs, cx: &mut Cx| {
            let lines = of_uses(all, cx);
            pair(all, lines, |own, line| {
                Money::new(own.price_minor, line.line.currency)
            })
        })
        .load(
            "subscriptionLineItem",
            |all: &[&UsageRecord], _: &NoArgs, cx: &mut Cx| {
                let lines = of_uses(all, cx);
                pair(all, lines, |_, line| line)
            },
        );
    r.connection::<UsageRecord>("AppUsageRecordConnection", "AppUsageRecordEdge");
    r.object::<Purchase>("AppPurchaseOneTime")
        .leaf("id", |own| Id(own.id))
        .text("name", |own| &own.name)
        .leaf("test", |own| own.test)
        .leaf("createdAt", |own| DateTime(own.created_at))
        .child("price", Purchase::price)
        .load_leaf("status", |all: &[&Purchase], _: &NoArgs, cx: &mut Cx| {
            let now = cx.request.now();
            let status = |own: &&Purchase| Ok(own.status_at(now).as_str());
            all.iter().map(status).collect()
        });
    r.connection::<Purchase>("AppPurchaseOneTimeConnection", "AppPurchaseOneTimeEdge");
}

fn subscription(r: &mut Registry) {
    r.object::<Subscription>("AppSubscription")
        .leaf("id", |own| Id(own.id))
        .text("name", |own| &own.name)
        .leaf("test", |own| own.test)
        .leaf("trialDays", |own| own.trial_days)
        .text("returnUrl", |own| &own.return_url)
        .leaf("createdAt", |own| DateTime(own.created_at))
        .load_leaf(
            "status",
            |all: &[&Subscription], _: &NoArgs, cx: &mut Cx| {
                let now = cx.request.now();
                let status = |own: &&Subscription| Ok(own.status_at(now).as_str());
                all.iter().map(status).collect()
            },
        )
        .load_leaf("currentPeriodEnd", period_ends)
        .load(
            "lineItems",
            |all: &[&Subscription], _: &NoArgs, cx: &mut Cx| match lines_of(all, cx) {
                Ok(lines) => lines.into_iter().map(Ok).collect(),
                Err(cause) => fail_all(all.len(), cause),
            },
        );
    r.connection::<Subscription>("AppSubscriptionConnection", "AppSubscriptionEdge");
}

fn line(r: &mut Registry) {
    r.object::<Line>("AppSubscriptionLineItem")
        .leaf("id", |own| Id(own.line.id))
        .child("plan", |own| Plan(own.clone()))
        .load("usageRecords", usage_records);
    r.object::<Plan>("AppPlanV2")
        .child("pricingDetails", |own| -> Obj {
            match own.0.line.kind {
                LineKind::Recurring => obj(RecurringPricing(own.0.clone())),
                LineKind::Usage => obj(UsagePricing(own.0.clone())),
            }
        });
    r.object::<RecurringPricing>("AppRecurringPricing")
        .leaf("interval", |own| own.0.line.interval.as_str())
        .child("price", |own| own.0.line.price())
        .child("discount", |own| {
            let line = own.0.clone();
            line.line.discounted().map(|after| Discount { line, after })
        });
    r.object::<UsagePricing>("AppUsagePricing")
        .leaf("interval", |own| own.0.line.interval.as_str())
        .text("terms", |own| &own.0.line.terms)
        .child("cappedAmount", |own| own.0.line.price())
        .load(
            "balanceUsed",
            |all: &[&UsagePricing], _: &NoArgs, cx: &mut Cx| {
                let lines: Vec<(&Subscription, &LineItem)> =
                    all.iter().map(|own| (&*own.0.own, &own.0.line)).collect();
                let now = cx.request.now();
                match billing::balances(&mut cx.tx, &lines, now) {
                    Ok(balances) => balances.into_iter().map(Ok).collect(),
                    Err(cause) => fail_all(all.len(), cause),
                }
            },
        );
    r.object::<Discount>("AppSubscriptionDiscount")
        .child("priceAfterDiscount", |own| own.after)
        .leaf("durationLimitInIntervals", |own| {
            own.line.line.discount_intervals
        })
        .load_leaf("remainingDurationInIntervals", remaining)
        .child("value", |own| -> Obj {
            let line = &own.line.line;
            match line.discount_minor {
                Some(minor) => obj(DiscountAmount(Money::new(minor, line.currency))),
                None => obj(DiscountPercentage(share(line.discount_ppm.unwrap_or(0)))),
            }
        });
    r.object::<DiscountAmount>("AppSubscriptionDiscountAmount")
        .child("amount", |own| own.0);
    r.object::<DiscountPercentage>("AppSubscriptionDiscountPercentage")
        .leaf("percentage", |own| own.0);
}

/// Millionths as the wire writes a share: 0.2 for 20 %.
#[expect(
    clippy::float_arithmetic,
    reason = "a share on the wire is a float; no money is counted"
)]
fn share(ppm: i64) -> f64 {
    // A million is exact in a float.
    i32::try_from(ppm).map_or(0.0, f64::from) / 1_000_000.0
}

/// How many periods of a discount are left; none when it has no end.
fn remaining(all: &[&Discount], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Option<i64>, Error>> {
    let now = cx.request.now();
    let left = |own: &&Discount| {
        let limit = own.line.line.discount_intervals?;
        let passed = own.line.own.periods_passed(own.line.line.interval, now);
        Some((limit - passed).max(0))
    };
    all.iter().map(|own| Ok(left(own))).collect()
}

/// When the present period of each subscription ends.
fn period_ends(
    all: &[&Subscription],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<DateTime>, Error>> {
    let lines = match lines_of(all, cx) {
        Ok(lines) => lines,
        Err(cause) => return fail_all(all.len(), cause),
    };
    let now = cx.request.now();
    let end = |(own, lines): (&&Subscription, Vec<Line>)| {
        let is_active = own.status_at(now) == billing::SubscriptionStatus::Active;
        let interval = lines
            .first()
            .map_or(PricingInterval::Every30Days, |l| l.line.interval);
        let period = own.period(interval, now).filter(|_| is_active);
        Ok(period.map(|[_, end]| DateTime(end)))
    };
    all.iter().zip(lines).map(end).collect()
}

fn lines_of(all: &[&Subscription], cx: &mut Cx) -> Result<Vec<Vec<Line>>, store::StoreError> {
    let ids: Vec<AppSubscriptionId> = all.iter().map(|own| own.id).collect();
    let found = billing::line_items(&mut cx.tx, &ids)?;
    let with = |(own, lines): (&&Subscription, Vec<LineItem>)| {
        let own = Rc::new((*own).clone());
        let line = |line| Line {
            own: Rc::clone(&own),
            line,
        };
        lines.into_iter().map(line).collect()
    };
    Ok(all.iter().zip(found).map(with).collect())
}

fn usage_records(
    all: &[&Line],
    (args, sort): &(PageArgs, SortArgs),
    cx: &mut Cx,
) -> Vec<Result<Page<UsageRecord>, Error>> {
    sort.sort_key.check();
    let one = |own: &&Line| {
        let found = billing::usage_records_page(&mut cx.tx, own.line.id, &window(args)?);
        found.map(page).map_err(page_error)
    };
    all.iter().map(one).collect()
}

/// The lines that uses count on, in no particular order.
fn of_uses(all: &[&UsageRecord], cx: &mut Cx) -> Result<Vec<Line>, store::StoreError> {
    let mut ids: Vec<AppSubscriptionLineItemId> = all.iter().map(|own| own.line_item_id).collect();
    ids.sort_unstable();
    ids.dedup();
    lines(cx, &ids)
}

fn lines(cx: &mut Cx, ids: &[AppSubscriptionLineItemId]) -> Result<Vec<Line>, store::StoreError> {
    let found = billing::lines(&mut cx.tx, ids)?;
    let owners: Vec<AppSubscriptionId> = found.iter().map(|line| line.subscription_id).collect();
    let owners: Vec<Rc<Subscription>> = billing::subscriptions(&mut cx.tx, &owners)?
        .into_iter()
        .map(Rc::new)
        .collect();
    let with = |line: LineItem| {
        let own = owners.iter().find(|own| own.id == line.subscription_id)?;
        Some(Line {
            own: Rc::clone(own),
            line,
        })
    };
    Ok(found.into_iter().filter_map(with).collect())
}

/// Each use with its line.
fn pair<K>(
    all: &[&UsageRecord],
    lines: Result<Vec<Line>, store::StoreError>,
    present: impl Fn(&UsageRecord, Line) -> K,
) -> Vec<Result<K, Error>> {
    let lines = match lines {
        Ok(lines) => lines,
        Err(cause) => return fail_all(all.len(), cause),
    };
    let one = |own: &&UsageRecord| {
        let line = lines.iter().find(|line| line.line.id == own.line_item_id);
        let gone = || Error::new("The line item is gone.").code("NOT_FOUND");
        Ok(present(own, line.cloned().ok_or_else(gone)?))
    };
    all.iter().map(one).collect()
}

/// The app's active subscriptions.
pub(super) fn active(cx: &mut Cx, app: AppId) -> Result<Vec<Subscription>, Error> {
    billing::active(&mut cx.tx, app).map_err(fault)
}

/// A window of all of the app's subscriptions.
pub(super) fn all_subscriptions(
    cx: &mut Cx,
    app: AppId,
    args: &PageArgs,
) -> Result<Page<Subscription>, Error> {
    let found = billing::subscriptions_page(&mut cx.tx, app, &window(args)?);
    found.map(page).map_err(page_error)
}

/// A window of the app's purchases.
pub(super) fn all_purchases(
    cx: &mut Cx,
    app: AppId,
    args: &PageArgs,
) -> Result<Page<Purchase>, Error> {
    let found = billing::purchases_page(&mut cx.tx, app, &window(args)?);
    found
        .map(|found| map_page(page(found), |own| own))
        .map_err(page_error)
}

/// The app's subscriptions of some ids, for `node` and `nodes`.
pub(crate) fn subscription_nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    let app = cx.request.app();
    let wanted: Vec<AppSubscriptionId> = ids.iter().copied().map(AppSubscriptionId).collect();
    let found = billing::subscriptions(&mut cx.tx, &wanted).map_err(fault)?;
    let one = |id: &AppSubscriptionId| {
        let own = |own: &&Subscription| own.id == *id && own.app_id == app;
        found.iter().find(own).cloned().map(obj)
    };
    Ok(wanted.iter().map(one).collect())
}

/// The app's purchases of some ids, for `node` and `nodes`.
pub(crate) fn purchase_nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    let app = cx.request.app();
    let wanted: Vec<AppPurchaseOneTimeId> = ids.iter().copied().map(AppPurchaseOneTimeId).collect();
    let found = billing::purchases(&mut cx.tx, &wanted).map_err(fault)?;
    let one = |id: &AppPurchaseOneTimeId| {
        let own = |own: &&Purchase| own.id == *id && own.app_id == app;
        found.iter().find(own).cloned().map(obj)
    };
    Ok(wanted.iter().map(one).collect())
}

/// The app's uses of some ids, for `node` and `nodes`.
pub(crate) fn usage_nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    let app = cx.request.app();
    let wanted: Vec<AppUsageRecordId> = ids.iter().copied().map(AppUsageRecordId).collect();
    let found = billing::usage_records(&mut cx.tx, &wanted).map_err(fault)?;
    let lines = of_uses(&found.iter().collect::<Vec<_>>(), cx).map_err(fault)?;
    let is_own = |own: &UsageRecord| {
        let line = lines.iter().find(|line| line.line.id == own.line_item_id);
        line.is_some_and(|line| line.own.app_id == app)
    };
    let one = |id: &AppUsageRecordId| {
        let own = |own: &&UsageRecord| own.id == *id && is_own(own);
        found.iter().find(own).cloned().map(obj)
    };
    Ok(wanted.iter().map(one).collect())
}
