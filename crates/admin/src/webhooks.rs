//! The log of webhooks: what was told to whom, and how it went.

use axum::Extension;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use commerce::webhooks::{self, Delivery, DeliveryState, RedeliverError};
use maud::{Markup, html};
use units::WebhookDeliveryId;

use crate::at::{At, Form, Query};
use crate::desk::Desk;
use crate::frame::{self, Part, csrf};
use crate::paging::{Asked, pager};
use crate::reply::{Fault, Reply, page, see_other};
use crate::session::{self, Clerk};
use crate::sign_in::Posted;
use crate::states;

const PATH: &str = "/admin/webhooks";

/// `GET /admin/webhooks`.
pub(crate) async fn list(
    Extension(desk): Extension<Desk>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Reply {
    let wanted = asked.clone();
    let (clerk, found) = session::read(&desk, &headers, move |tx, _| {
        Ok(webhooks::deliveries(tx, &wanted.newest_first())?)
    })
    .await?;
    let zone = &clerk.shop.time_zone;
    let body = html! {
        div.top { h1 { "Webhooks" } }
        div.scroll {
            @if found.nodes.is_empty() { p.empty { "Nothing was told to anybody yet. Apps subscribe through the Admin API." } } @else {
                table {
                    thead { tr { th { "Topic" } th { "State" } th.end { "Attempts" } th.end.wide { "Answer" } th.wide { "Address" } th { "Happened" } } }
                    tbody { @for delivery in &found.nodes {
                        tr {
                            td.nowrap { a.row href=(format!("{PATH}/{}", delivery.id.get())) { (delivery.topic.header()) } }
                            td { (states::delivery(delivery.state)) }
                            td.end.num { (delivery.attempts) }
                            td.end.num.wide { @match delivery.response_status { Some(status) => (status), None => "–" } }
                            td.wide.soft.clip { code { (delivery.uri) } }
                            td.soft.nowrap { (delivery.triggered_at.shown_short(zone)) }
                        }
                    } }
                }
            }
        }
        (pager(PATH, &asked, &found))
    };
    Ok(page(
        StatusCode::OK,
        &frame::page(&clerk, Part::Webhooks, "Webhooks", &body),
    ))
}

/// `GET /admin/webhooks/{id}`.
pub(crate) async fn show(
    Extension(desk): Extension<Desk>,
    headers: HeaderMap,
    At(id): At<i64>,
) -> Reply {
    let (clerk, delivery) = session::read(&desk, &headers, move |tx, _| {
        webhooks::delivery(tx, WebhookDeliveryId(id))?.ok_or(Fault::NotFound)
    })
    .await?;
    Ok(shown(&clerk, &delivery, None))
}

/// `POST /admin/webhooks/{id}/redeliver`.
pub(crate) async fn redeliver(
    Extension(desk): Extension<Desk>,
    headers: HeaderMap,
    At(id): At<i64>,
    Form(sent): Form<Posted>,
) -> Reply {
    let clerk = session::poster(&desk, &headers, &sent.authenticity_token).await?;
    let (call, id) = (desk.call(clerk.id()), WebhookDeliveryId(id));
    let done = desk
        .db
        .write(desk.shop, move |tx| webhooks::redeliver(tx, &call, id))
        .await;
    match done {
        Ok(()) => Ok(see_other(&format!("{PATH}/{}", id.get()))),
        Err(RedeliverError::Store(cause)) => Err(cause.into()),
        Err(RedeliverError::NotFound) => Err(Fault::NotFound),
        Err(refusal) => {
            let delivery: Option<Delivery> =
                desk.read(move |tx| webhooks::delivery(tx, id)).await?;
            let delivery = delivery.ok_or(Fault::NotFound)?;
            Ok(shown(&clerk, &delivery, Some(&refusal.to_string())))
        }
    }
}

fn shown(clerk: &Clerk, delivery: &Delivery, why: Option<&str>) -> Response {
    let status = match why {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let title = delivery.topic.header();
    let body = one(clerk, delivery, why);
    page(status, &frame::page(clerk, Part::Webhooks, &title, &body))
}

fn one(clerk: &Clerk, delivery: &Delivery, why: Option<&str>) -> Markup {
    let zone = &clerk.shop.time_zone;
    let again = delivery.state != DeliveryState::Pending
        && delivery.state.can_become(DeliveryState::Pending);
    html! {
        p.crumb { a href=(PATH) { "Webhooks" } }
        div.top {
            div.title { h1 { (delivery.topic.header()) } (states::delivery(delivery.state)) }
            @if again {
                form method="post" action=(format!("{PATH}/{}/redeliver", delivery.id.get())) {
                    (csrf(clerk))
                    button.quiet { "Deliver again" }
                }
            }
        }
        @if let Some(why) = why { div.note.bad role="alert" { strong { "It was not told again. " } (why) } }
        div.cols {
            div { div.card {
                h2 { "Payload" }
                @match &delivery.payload {
                    Some(payload) => pre tabindex="0" { (indented(payload)) },
                    None => p.soft { "It is written when it is first told." },
                }
            } }
            div { div.card {
                h2 { "Delivery" }
                dl.facts {
                    dt { "To" } dd { code { (delivery.uri) } }
                    dt { "Attempts" } dd.num { (delivery.attempts) }
                    dt { "Last answer" } dd.num { @match delivery.response_status { Some(status) => (status), None => "None" } }
                    @if !delivery.response_excerpt.is_empty() { dt { "It said" } dd { code { (delivery.response_excerpt) } } }
                    @if !delivery.last_error.is_empty() { dt { "Problem" } dd { (delivery.last_error) } }
                    dt { "Happened" } dd { (delivery.triggered_at.shown(zone)) }
                    @if delivery.attempts > 0 { dt { "Last told" } dd { (delivery.updated_at.shown(zone)) } }
                    @if delivery.state == DeliveryState::Pending { dt { "Told next" } dd { (delivery.due_at.shown(zone)) } }
                    dt { "Event" } dd { code { (delivery.event_id.get()) } }
                }
            } }
        }
    }
}

/// JSON with a line for each member, for people to read.
fn indented(payload: &str) -> String {
    let read: Result<serde_json::Value, _> = serde_json::from_str(payload);
    let shown = read.and_then(|value| serde_json::to_string_pretty(&value));
    shown.unwrap_or_else(|_| payload.to_owned())
}
