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
use super::refunds::DecimalInput;
use crate::errors::{UserError, fault};
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

/// What a mutation of subscriptions gives back.
struct SubscriptionPayload {
    id: Option<AppSubscriptionId>,
    user_errors: Vec<UserError>,
}

struct UsagePayload {
    id: Option<AppUsageRecordId>,
    user_errors: Vec<UserError>,
}

struct PurchasePayload {
    id: Option<AppPurchaseOneTimeId>,
    user_errors: Vec<UserError>,
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("appSubscriptionCreate", create);
    r.mutation("appSubscriptionCancel", cancel);
    r.mutation("appSubscriptionLineItemUpdate", update_line);
    r.mutation("appUsageRecordCreate", record_usage);
    r.mutation("appPurchaseOneTimeCreate", purchase);
    for name in [
        "AppSubscriptionCreatePayload",
        "AppSubscriptionCancelPayload",
        "AppSubscriptionLineItemUpdatePayload",
    ] {
        r.object::<SubscriptionPayload>(name)
            .load(
                "appSubscription",
                |all: &[&SubscriptionPayload], _: &NoArgs, cx: &mut Cx| {
                    all.iter().map(|own| subscription(cx, own.id)).collect()
                },
            )
            .child("userErrors", |own| own.user_errors.clone());
        if name != "AppSubscriptionCancelPayload" {
            r.object::<SubscriptionPayload>(name).load_leaf(
                "confirmationUrl",
                |all: &[&SubscriptionPayload], _: &NoArgs, cx: &mut Cx| {
                    let page = |own: &&SubscriptionPayload| {
                        let found = subscription(cx, own.id)?;
                        let path = found.map(|own| billing::subscription_page(&own));
                        Ok(path.map(|path| format!("{}{path}", cx.request.origin())))
                    };
                    all.iter().map(page).collect()
                },
            );
        }
    }
    r.object::<UsagePayload>("AppUsageRecordCreatePayload")
        .load(
            "appUsageRecord",
            |all: &[&UsagePayload], _: &NoArgs, cx: &mut Cx| {
                all.iter().map(|own| usage(cx, own.id)).collect()
            },
        )
        .child("userErrors", |own| own.user_errors.clone());
    r.object::<PurchasePayload>("AppPurchaseOneTimeCreatePayload")
        .load(
            "appPurchaseOneTime",
            |all: &[&PurchasePayload], _: &NoArgs, cx: &mut Cx| {
                all.iter().map(|own| one_purchase(cx, own.id)).collect()
            },
        )
        .load_leaf(
            "confirmationUrl",
            |all: &[&PurchasePayload], _: &NoArgs, cx: &mut Cx| {
                let page = |own: &&PurchasePayload| {
                    let found = one_purchase(cx, own.id)?;
                    let path = found.map(|own| billing::purchase_page(&own));
                    Ok(path.map(|path| format!("{}{path}", cx.request.origin())))
                };
                all.iter().map(page).collect()
            },
        )
        .child("userErrors", |own| own.user_errors.clone());
}

fn subscription(cx: &mut Cx, id: Option<AppSubscriptionId>) -> Result<Option<Subscription>, Error> {
    let ids: Vec<AppSubscriptionId> = id.into_iter().collect();
    let mut found = billing::subscriptions(&mut cx.tx, &ids).map_err(fault)?;
    Ok(found.pop())
}

fn usage(cx: &mut Cx, id: Option<AppUsageRecordId>) -> Result<Option<UsageRecord>, Error> {
    let ids: Vec<AppUsageRecordId> = id.into_iter().collect();
    let mut found = billing::usage_records(&mut cx.tx, &ids).map_err(fault)?;
    Ok(found.pop())
}

fn one_purchase(cx: &mut Cx, id: Option<AppPurchaseOneTimeId>) -> Result<Option<Purchase>, Error> {
    let ids: Vec<AppPurchaseOneTimeId> = id.into_iter().collect();
    let mut found = billing::purchases(&mut cx.tx, &ids).map_err(fault)?;
    Ok(found.pop())
}

const LINES: &[&str] = &["lineItems"];

/// Asks the merchant for a subscription.
async fn create(cx: MutationCx<Request>, args: CreateArgs) -> Result<SubscriptionPayload, Error> {
    match args.replacement_behavior {
        ReplacementBehavior::ApplyImmediately | ReplacementBehavior::Standard => {}
    }
    let (call, (app, _)) = cx.request.as_app("appSubscriptionCreate")?;
    let lines: Result<Vec<NewLine>, UserError> = args.line_items.into_iter().map(line).collect();
    let lines = match lines {
        Ok(lines) => lines,
        Err(refusal) => {
            return Ok(SubscriptionPayload {
                id: None,
                user_errors: vec![refusal],
            });
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
    subscribed(done.map_err(not_asked))
}

fn subscribed(
    done: Result<AppSubscriptionId, Result<UserError, Error>>,
) -> Result<SubscriptionPayload, Error> {
    Ok(match done {
        Ok(id) => SubscriptionPayload {
            id: Some(id),
            user_errors: Vec::new(),
        },
        Err(refusal) => SubscriptionPayload {
            id: None,
            user_errors: vec![refusal?],
        },
    })
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
async fn cancel(cx: MutationCx<Request>, args: CancelArgs) -> Result<SubscriptionPayload, Error> {
    let _ = args.prorate;
    let (call, (app, _)) = cx.request.as_app("appSubscriptionCancel")?;
    let id = args.id;
    let done = cx
        .request
        .write(move |tx| billing::cancel(tx, &call, app, id))
        .await;
    subscribed(done.map(|()| id).map_err(|error| match error {
        CancelError::Store(cause) => Err(fault(cause)),
        CancelError::NotFound | CancelError::Ended(_) => Ok(UserError::new(&["id"], None, &error)),
    }))
}

/// Asks the merchant for a higher cap.
async fn update_line(
    cx: MutationCx<Request>,
    args: LineUpdateArgs,
) -> Result<SubscriptionPayload, Error> {
    let (_, (app, _)) = cx.request.as_app("appSubscriptionLineItemUpdate")?;
    let cap = match money(&args.capped_amount, CAP) {
        Ok(cap) => cap,
        Err(refusal) => return subscribed(Err(Ok(refusal))),
    };
    let done = cx
        .request
        .write(move |tx| billing::ask_for_cap(tx, app, args.id, cap))
        .await;
    subscribed(done.map_err(|error| not_counted(error, &["id"], CAP)))
}

const CAP: &[&str] = &["cappedAmount"];
const PRICE: &[&str] = &["price"];

/// Counts a use.
async fn record_usage(cx: MutationCx<Request>, args: UsageArgs) -> Result<UsagePayload, Error> {
    let (call, (app, _)) = cx.request.as_app("appUsageRecordCreate")?;
    let refused = |refusal| UsagePayload {
        id: None,
        user_errors: vec![refusal],
    };
    let price = match money(&args.price, PRICE) {
        Ok(price) => price,
        Err(refusal) => return Ok(refused(refusal)),
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
    Ok(match done {
        Ok(id) => UsagePayload {
            id: Some(id),
            user_errors: Vec::new(),
        },
        Err(error) => refused(not_counted(error, &["subscriptionLineItemId"], PRICE)?),
    })
}

/// Asks the merchant to pay once.
async fn purchase(cx: MutationCx<Request>, args: PurchaseArgs) -> Result<PurchasePayload, Error> {
    let (call, (app, _)) = cx.request.as_app("appPurchaseOneTimeCreate")?;
    let refused = |refusal| PurchasePayload {
        id: None,
        user_errors: vec![refusal],
    };
    let price = match money(&args.price, PRICE) {
        Ok(price) => price,
        Err(refusal) => return Ok(refused(refusal)),
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
    Ok(match done {
        Ok(id) => PurchasePayload {
            id: Some(id),
            user_errors: Vec::new(),
        },
        Err(error) => refused(not_asked(error)?),
    })
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
