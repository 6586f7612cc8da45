//! What apps do about being paid: asking, ending, and counting use.

use commerce::apps::billing::{
    self, BillingError, CancelError, LineError, LineKind, NewLine, NewPurchase, NewSubscription,
    PricingInterval, Purchase, Subscription, UsageRecord,
};
use graphql::{Error, MutationCx, NoArgs};
use serde::Deserialize;
use units::{
    AppPurchaseOneTimeId, AppSubscriptionId, AppSubscriptionLineItemId, AppUsageRecordId, Currency,
    Money,
};

use super::enums::input_enum;
use super::payload::{Payload, payloads};
use crate::errors::{UserError, fault};
use crate::scalars::DecimalInput;
use crate::{Cx, Registry, Request};

input_enum! {
    /// How long a period is.
    Interval(PricingInterval)
}

/// When a new subscription takes the old one's place: as soon as it is agreed to, either way.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum ReplacementBehavior {
    ApplyImmediately,
    Standard,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MoneyInput {
    amount: DecimalInput,
    currency_code: Currency,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateArgs {
    name: String,
    line_items: Vec<LineInput>,
    return_url: String,
    replacement_behavior: ReplacementBehavior,
    test: Option<bool>,
    trial_days: Option<i64>,
}

#[derive(Deserialize)]
struct LineInput {
    plan: PlanInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PlanInput {
    app_recurring_pricing_details: Option<RecurringInput>,
    app_usage_pricing_details: Option<UsageInput>,
}

#[derive(Deserialize)]
struct RecurringInput {
    interval: Option<Interval>,
    price: MoneyInput,
    discount: Option<DiscountInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UsageInput {
    capped_amount: MoneyInput,
    terms: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DiscountInput {
    duration_limit_in_intervals: Option<i64>,
    value: Option<DiscountValueInput>,
}

#[derive(Deserialize)]
struct DiscountValueInput {
    amount: Option<DecimalInput>,
    percentage: Option<f64>,
}

#[derive(Deserialize)]
struct CancelArgs {
    id: AppSubscriptionId,
    prorate: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LineUpdateArgs {
    id: AppSubscriptionLineItemId,
    capped_amount: MoneyInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UsageArgs {
    subscription_line_item_id: AppSubscriptionLineItemId,
    price: MoneyInput,
    description: String,
    idempotency_key: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PurchaseArgs {
    name: String,
    price: MoneyInput,
    return_url: String,
    test: Option<bool>,
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("appSubscriptionCreate", create);
    r.mutation("appSubscriptionCancel", cancel);
    r.mutation("appSubscriptionLineItemUpdate", update_line);
    r.mutation("appUsageRecordCreate", record_usage);
    r.mutation("appPurchaseOneTimeCreate", purchase);
    let shown = &[
        "AppSubscriptionCreatePayload",
        "AppSubscriptionCancelPayload",
        "AppSubscriptionLineItemUpdatePayload",
    ];
    payloads(r, shown, "appSubscription", subscription);
    for name in [
        "AppSubscriptionCreatePayload",
        "AppSubscriptionLineItemUpdatePayload",
    ] {
        confirmed(r, name, subscription, billing::subscription_page);
    }
    let shown = &["AppUsageRecordCreatePayload"];
    payloads(r, shown, "appUsageRecord", usage);
    let shown = &["AppPurchaseOneTimeCreatePayload"];
    payloads(r, shown, "appPurchaseOneTime", one_purchase);
    confirmed(r, shown[0], one_purchase, billing::purchase_page);
}

/// Adds where the merchant agrees to a charge.
fn confirmed<I, T>(
    r: &mut Registry,
    payload: &'static str,
    by_id: fn(&mut Cx, I) -> Result<Option<T>, Error>,
    path: fn(&T) -> String,
) where
    I: Copy + Send + Sync + 'static,
    T: 'static,
{
    let page = move |all: &[&Payload<I>], _: &NoArgs, cx: &mut Cx| {
        let page = |own: &&Payload<I>| {
            let found = match own.done {
                None => None,
                Some(id) => by_id(cx, id)?,
            };
            let origin = cx.request.origin();
            Ok(found.map(|found| format!("{origin}{}", path(&found))))
        };
        all.iter().map(page).collect()
    };
    r.object::<Payload<I>>(payload)
        .load_leaf("confirmationUrl", page);
}

fn subscription(cx: &mut Cx, id: AppSubscriptionId) -> Result<Option<Subscription>, Error> {
    let mut found = billing::subscriptions(&mut cx.tx, &[id]).map_err(fault)?;
    Ok(found.pop())
}

fn usage(cx: &mut Cx, id: AppUsageRecordId) -> Result<Option<UsageRecord>, Error> {
    let mut found = billing::usage_records(&mut cx.tx, &[id]).map_err(fault)?;
    Ok(found.pop())
}

fn one_purchase(cx: &mut Cx, id: AppPurchaseOneTimeId) -> Result<Option<Purchase>, Error> {
    let mut found = billing::purchases(&mut cx.tx, &[id]).map_err(fault)?;
    Ok(found.pop())
}

const LINES: &[&str] = &["lineItems"];

/// Asks the merchant for a subscription.
async fn create(
    cx: MutationCx<Request>,
    args: CreateArgs,
) -> Result<Payload<AppSubscriptionId>, Error> {
    match args.replacement_behavior {
        ReplacementBehavior::ApplyImmediately | ReplacementBehavior::Standard => {}
    }
    let (call, (app, _)) = cx.request.as_app("appSubscriptionCreate")?;
    let lines: Result<Vec<NewLine>, UserError> = args.line_items.into_iter().map(line).collect();
    let lines = match lines {
        Ok(lines) => lines,
        Err(refusal) => {
            return Ok(Payload::refused(refusal));
        }
    };
    let new = NewSubscription {
        app,
        name: args.name,
        return_url: args.return_url,
        trial_days: args.trial_days.unwrap_or(0),
        test: args.test.unwrap_or(false),
        lines,
    };
    let done = cx
        .request
        .write(move |tx| billing::create(tx, &call, &new))
        .await;
    Payload::of(done, not_asked)
}

/// A line as the app describes it.
fn line(input: LineInput) -> Result<NewLine, UserError> {
    let plan = input.plan;
    match (
        plan.app_recurring_pricing_details,
        plan.app_usage_pricing_details,
    ) {
        (Some(recurring), None) => {
            let price = money(&recurring.price, LINES)?;
            let discount = recurring.discount;
            let value = discount
                .as_ref()
                .and_then(|discount| discount.value.as_ref());
            let amount = value.and_then(|value| value.amount.as_ref());
            let off = amount
                .map(|amount| Money::parse(&amount.0, price.currency))
                .transpose();
            let off = off.map_err(|why| UserError::new(LINES, None, &why))?;
            Ok(NewLine {
                kind: LineKind::Recurring,
                interval: recurring
                    .interval
                    .map_or(PricingInterval::Every30Days, |own| own.0),
                price,
                terms: String::new(),
                discount_minor: off.map(|off| off.minor),
                discount_ppm: value.and_then(|value| value.percentage).map(millionths),
                discount_intervals: discount.and_then(|own| own.duration_limit_in_intervals),
            })
        }
        (None, Some(usage)) => Ok(NewLine {
            kind: LineKind::Usage,
            interval: PricingInterval::Every30Days,
            price: money(&usage.capped_amount, LINES)?,
            terms: usage.terms,
            discount_minor: None,
            discount_ppm: None,
            discount_intervals: None,
        }),
        _ => {
            let why =
                "A line item has one of appRecurringPricingDetails and appUsagePricingDetails";
            Err(UserError::new(LINES, None, &why))
        }
    }
}

/// A share as the wire writes it, 0.2 for 20 %, in millionths; what is no share is refused later.
#[expect(
    clippy::float_arithmetic,
    reason = "a share on the wire is a float; no money is counted"
)]
fn millionths(share: f64) -> i64 {
    let scaled = (share * 1_000_000.0).round();
    if (0.0..=1_000_000.0).contains(&scaled) {
        // In range, and whole: nothing is lost.
        scaled as i64
    } else {
        -1
    }
}

fn money(input: &MoneyInput, field: &[&str]) -> Result<Money, UserError> {
    Money::parse(&input.amount.0, input.currency_code)
        .map_err(|why| UserError::new(field, None, &why))
}

/// Ends a subscription. Nothing was charged, so that there is nothing to give back in part.
async fn cancel(
    cx: MutationCx<Request>,
    args: CancelArgs,
) -> Result<Payload<AppSubscriptionId>, Error> {
    let _ = args.prorate;
    let (call, (app, _)) = cx.request.as_app("appSubscriptionCancel")?;
    let id = args.id;
    let done = cx
        .request
        .write(move |tx| billing::cancel(tx, &call, app, id))
        .await;
    Payload::of(done.map(|()| id), |error| match error {
        CancelError::Store(cause) => Err(fault(cause)),
        CancelError::NotFound | CancelError::Ended(_) => Ok(UserError::new(&["id"], None, &error)),
    })
}

/// Asks the merchant for a higher cap.
async fn update_line(
    cx: MutationCx<Request>,
    args: LineUpdateArgs,
) -> Result<Payload<AppSubscriptionId>, Error> {
    let (_, (app, _)) = cx.request.as_app("appSubscriptionLineItemUpdate")?;
    let cap = match money(&args.capped_amount, CAP) {
        Ok(cap) => cap,
        Err(refusal) => return Ok(Payload::refused(refusal)),
    };
    let done = cx
        .request
        .write(move |tx| billing::ask_for_cap(tx, app, args.id, cap))
        .await;
    Payload::of(done, |error| not_counted(error, &["id"], CAP))
}

const CAP: &[&str] = &["cappedAmount"];
const PRICE: &[&str] = &["price"];

/// Counts a use.
async fn record_usage(
    cx: MutationCx<Request>,
    args: UsageArgs,
) -> Result<Payload<AppUsageRecordId>, Error> {
    let (call, (app, _)) = cx.request.as_app("appUsageRecordCreate")?;
    let price = match money(&args.price, PRICE) {
        Ok(price) => price,
        Err(refusal) => return Ok(Payload::refused(refusal)),
    };
    let line = args.subscription_line_item_id;
    let done = cx
        .request
        .write(move |tx| {
            let use_ = (args.description.as_str(), price);
            billing::record_usage(
                tx,
                &call,
                (app, line),
                use_,
                args.idempotency_key.as_deref(),
            )
        })
        .await;
    Payload::of(done, |error| {
        not_counted(error, &["subscriptionLineItemId"], PRICE)
    })
}

/// Asks the merchant to pay once.
async fn purchase(
    cx: MutationCx<Request>,
    args: PurchaseArgs,
) -> Result<Payload<AppPurchaseOneTimeId>, Error> {
    let (call, (app, _)) = cx.request.as_app("appPurchaseOneTimeCreate")?;
    let price = match money(&args.price, PRICE) {
        Ok(price) => price,
        Err(refusal) => return Ok(Payload::refused(refusal)),
    };
    let new = NewPurchase {
        app,
        name: args.name,
        price,
        return_url: args.return_url,
        test: args.test.unwrap_or(false),
    };
    let done = cx
        .request
        .write(move |tx| billing::purchase(tx, &call, &new))
        .await;
    Payload::of(done, not_asked)
}

fn not_asked(error: BillingError) -> Result<UserError, Error> {
    let field: &[&str] = match error {
        BillingError::Store(cause) => return Err(fault(cause)),
        BillingError::NameBlank | BillingError::NameTooLong => &["name"],
        BillingError::ReturnUrl => &["returnUrl"],
        BillingError::TrialDays => &["trialDays"],
        BillingError::Price => PRICE,
        BillingError::Lines
        | BillingError::Currency
        | BillingError::Terms
        | BillingError::Discount => LINES,
    };
    Ok(UserError::new(field, None, &error))
}

fn not_counted(error: LineError, line: &[&str], price: &[&str]) -> Result<UserError, Error> {
    let field = match error {
        LineError::Store(cause) => return Err(fault(cause)),
        LineError::NotFound | LineError::NotByUse | LineError::NotActive => line,
        LineError::Price
        | LineError::Currency(_)
        | LineError::CapReached
        | LineError::CapNotHigher => price,
        LineError::Description => &["description"],
        LineError::Key => &["idempotencyKey"],
    };
    Ok(UserError::new(field, None, &error))
}
