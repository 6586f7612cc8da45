//! What apps ask the merchant to pay: a page for each question, with the answer.

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::{Extension, Form};
use commerce::apps::billing::{
    self, DecideError, Decision, LineItem, LineKind, PricingInterval, Purchase, PurchaseStatus,
    Subscription, SubscriptionStatus,
};
use commerce::apps::{self, App};
use maud::{Markup, html};
use serde::Deserialize;
use store::Tx;
use units::{AppPurchaseOneTimeId, AppSubscriptionId, Timestamp};

use crate::at::At;
use crate::desk::Desk;
use crate::frame::{self, Part, csrf};
use crate::reply::{Fault, Reply, page, see_other};
use crate::session::{self, Clerk};

/// What the form sends.
#[derive(Deserialize)]
pub(crate) struct Answer {
    #[serde(default)]
    authenticity_token: String,
    #[serde(default)]
    decision: String,
}

/// What an app asks for.
enum Question {
    Subscription(Subscription, Vec<LineItem>),
    Purchase(Purchase),
}

/// A question and who asks it.
struct Charge {
    app: App,
    question: Question,
}

impl Question {
    fn name(&self) -> &str {
        match self {
            Self::Subscription(own, _) => &own.name,
            Self::Purchase(own) => &own.name,
        }
    }

    fn test(&self) -> bool {
        match self {
            Self::Subscription(own, _) => own.test,
            Self::Purchase(own) => own.test,
        }
    }

    fn path(&self) -> String {
        match self {
            Self::Subscription(own, _) => billing::subscription_page(own),
            Self::Purchase(own) => billing::purchase_page(own),
        }
    }

    /// Whether an answer is waited for.
    fn is_open(&self, now: Timestamp) -> bool {
        match self {
            Self::Subscription(own, lines) => match own.status_at(now) {
                SubscriptionStatus::Pending => true,
                SubscriptionStatus::Active => lines.iter().any(|line| line.asked_minor.is_some()),
                _ => false,
            },
            Self::Purchase(own) => own.status_at(now) == PurchaseStatus::Pending,
        }
    }

    fn status(&self, now: Timestamp) -> &'static str {
        match self {
            Self::Subscription(own, _) => own.status_at(now).as_str(),
            Self::Purchase(own) => own.status_at(now).as_str(),
        }
    }

    /// Where the merchant goes after the answer, with what was answered.
    fn way_back(&self) -> String {
        let (url, id) = match self {
            Self::Subscription(own, _) => (&own.return_url, own.id.get()),
            Self::Purchase(own) => (&own.return_url, own.id.get()),
        };
        let (plain, fragment) = match url.split_once('#') {
            Some((plain, fragment)) => (plain, format!("#{fragment}")),
            None => (url.as_str(), String::new()),
        };
        let mark = if plain.contains('?') { '&' } else { '?' };
        format!("{plain}{mark}charge_id={id}{fragment}")
    }
}

fn subscription(tx: &mut Tx, id: i64, secret: &str) -> Result<Charge, Fault> {
    let id = AppSubscriptionId(id);
    let found = billing::subscriptions(tx, &[id])?.pop();
    let own = found
        .filter(|own| own.secret == secret)
        .ok_or(Fault::NotFound)?;
    let lines = billing::line_items(tx, &[id])?.pop().unwrap_or_default();
    let app = apps::load_many(tx, &[own.app_id])?
        .pop()
        .ok_or(Fault::NotFound)?;
    let question = Question::Subscription(own, lines);
    Ok(Charge { app, question })
}

fn purchase(tx: &mut Tx, id: i64, secret: &str) -> Result<Charge, Fault> {
    let found = billing::purchases(tx, &[AppPurchaseOneTimeId(id)])?.pop();
    let own = found
        .filter(|own| own.secret == secret)
        .ok_or(Fault::NotFound)?;
    let app = apps::load_many(tx, &[own.app_id])?
        .pop()
        .ok_or(Fault::NotFound)?;
    let question = Question::Purchase(own);
    Ok(Charge { app, question })
}

/// Finds what one of the two kinds of addresses asks for.
type Find = fn(&mut Tx, i64, &str) -> Result<Charge, Fault>;

/// `GET /admin/charges/subscriptions/{id}/{secret}`.
pub(crate) async fn show_subscription(
    desk: Extension<Desk>,
    headers: HeaderMap,
    at: At<(i64, String)>,
) -> Reply {
    show(desk.0, headers, at.0, subscription).await
}

/// `GET /admin/charges/purchases/{id}/{secret}`.
pub(crate) async fn show_purchase(
    desk: Extension<Desk>,
    headers: HeaderMap,
    at: At<(i64, String)>,
) -> Reply {
    show(desk.0, headers, at.0, purchase).await
}

async fn show(desk: Desk, headers: HeaderMap, (id, secret): (i64, String), find: Find) -> Reply {
    let (clerk, charge) =
        session::read(&desk, &headers, move |tx, _| find(tx, id, &secret)).await?;
    Ok(shown(&clerk, &charge, desk.now, None))
}

/// `POST /admin/charges/subscriptions/{id}/{secret}`.
pub(crate) async fn answer_subscription(
    Extension(desk): Extension<Desk>,
    headers: HeaderMap,
    At((id, secret)): At<(i64, String)>,
    Form(sent): Form<Answer>,
) -> Reply {
    let clerk = session::poster(&desk, &headers, &sent.authenticity_token).await?;
    let charge: Charge = desk.read(move |tx| subscription(tx, id, &secret)).await?;
    let (call, decision) = (desk.call(clerk.id()), decision(&sent)?);
    let id = AppSubscriptionId(id);
    let done = desk
        .db
        .write(desk.shop, move |tx| {
            billing::decide_subscription(tx, &call, id, decision)
        })
        .await;
    answered(&desk, &clerk, &charge, done.map(drop))
}

/// `POST /admin/charges/purchases/{id}/{secret}`.
pub(crate) async fn answer_purchase(
    Extension(desk): Extension<Desk>,
    headers: HeaderMap,
    At((id, secret)): At<(i64, String)>,
    Form(sent): Form<Answer>,
) -> Reply {
    let clerk = session::poster(&desk, &headers, &sent.authenticity_token).await?;
    let charge: Charge = desk.read(move |tx| purchase(tx, id, &secret)).await?;
    let (call, decision) = (desk.call(clerk.id()), decision(&sent)?);
    let id = AppPurchaseOneTimeId(id);
    let done = desk
        .db
        .write(desk.shop, move |tx| {
            billing::decide_purchase(tx, &call, id, decision)
        })
        .await;
    answered(&desk, &clerk, &charge, done.map(drop))
}

fn decision(sent: &Answer) -> Result<Decision, Fault> {
    match sent.decision.as_str() {
        "accept" => Ok(Decision::Accept),
        "decline" => Ok(Decision::Decline),
        _ => Err(Fault::ForeignForm),
    }
}

fn answered(desk: &Desk, clerk: &Clerk, charge: &Charge, done: Result<(), DecideError>) -> Reply {
    match done {
        Ok(()) => Ok(see_other(&charge.question.path())),
        Err(DecideError::Store(cause)) => Err(cause.into()),
        Err(DecideError::NotFound) => Err(Fault::NotFound),
        Err(refusal) => Ok(shown(clerk, charge, desk.now, Some(&refusal.to_string()))),
    }
}

fn shown(clerk: &Clerk, charge: &Charge, now: Timestamp, why: Option<&str>) -> Response {
    let status = match why {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let body = body(clerk, charge, now, why);
    let title = charge.question.name();
    page(status, &frame::page(clerk, Part::Webhooks, title, &body))
}

fn body(clerk: &Clerk, charge: &Charge, now: Timestamp, why: Option<&str>) -> Markup {
    let question = &charge.question;
    html! {
        div.top { div.title { h1 { (question.name()) } } }
        @if let Some(why) = why { div.note.bad role="alert" { strong { "Nothing was changed. " } (why) } }
        div.card {
            p { strong { (charge.app.title) } " asks you to agree to this charge." }
            dl.facts {
                @match question {
                    Question::Subscription(own, lines) => {
                        @for line in lines { (terms(line)) }
                        @if own.trial_days > 0 { dt { "Trial" } dd { (own.trial_days) " days, free" } }
                    }
                    Question::Purchase(own) => { dt { "Once" } dd.num { (own.price().shown()) } }
                }
                @if question.test() { dt { "Test" } dd { "The app says that this is a test." } }
            }
            p.soft.small { "Stockroom keeps your answer and tells it to the app; it takes no money for apps." }
            @if question.is_open(now) {
                form method="post" action=(question.path()) {
                    (csrf(clerk))
                    button name="decision" value="accept" { "Approve" }
                    " "
                    button.quiet name="decision" value="decline" { "Decline" }
                }
            } @else {
                p { "This was settled: " strong { (question.status(now).to_lowercase()) } "." }
                p { a href=(question.way_back()) rel="noreferrer" { "Back to " (charge.app.title) } }
            }
        }
    }
}

fn terms(line: &LineItem) -> Markup {
    let every = match line.interval {
        PricingInterval::Every30Days => "every 30 days",
        PricingInterval::Annual => "a year",
    };
    let shown = |minor| units::Money::new(minor, line.currency).shown();
    html! {
        @match line.kind {
            LineKind::Recurring => {
                dt { "Price" } dd.num { (line.price().shown()) " " (every) }
                @if let Some(after) = line.discounted() {
                    dt { "With the discount" } dd.num { (after.shown()) " " (every)
                        @if let Some(count) = line.discount_intervals { ", " (count) " times" } }
                }
            }
            LineKind::Usage => {
                dt { "By use" } dd { (line.terms) }
                dt { "At most" } dd.num { (line.price().shown()) " " (every) }
                @if let Some(asked) = line.asked_minor { dt { "The app now asks for at most" } dd.num { (shown(asked)) " " (every) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use units::{AppId, Currency};

    #[test]
    fn the_way_back_says_which_charge_was_answered() {
        let own = |return_url: &str| {
            Question::Purchase(Purchase {
                id: AppPurchaseOneTimeId(7),
                app_id: AppId(1),
                name: String::new(),
                status: PurchaseStatus::Active,
                test: true,
                price_minor: 1,
                currency: Currency::USD,
                return_url: return_url.to_owned(),
                secret: String::new(),
                created_at: Timestamp(0),
                updated_at: Timestamp(0),
            })
        };
        let back = |url| own(url).way_back();
        assert_eq!(back("https://a.b/c"), "https://a.b/c?charge_id=7");
        assert_eq!(
            back("https://a.b/c?d=1#e"),
            "https://a.b/c?d=1&charge_id=7#e"
        );
    }
}
