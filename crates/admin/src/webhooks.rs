//! The log of webhooks: what was told to whom, and how it went.

use axum::Extension;
use axum::http::{HeaderMap, StatusCode};
use commerce::webhooks::{self, Delivery, DeliveryState};
use maud::{Markup, html};
use units::WebhookDeliveryId;

use crate::at::{At, Query};
use crate::desk::Desk;
use crate::frame::{self, Part};
use crate::paging::{Asked, pager};
use crate::reply::{Fault, Reply, page};
use crate::{session, states};

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
    let title = delivery.topic.header();
    let body = one(&delivery, &clerk.shop.time_zone);
    Ok(page(
        StatusCode::OK,
        &frame::page(&clerk, Part::Webhooks, &title, &body),
    ))
}

fn one(delivery: &Delivery, zone: &str) -> Markup {
    html! {
        p.crumb { a href=(PATH) { "Webhooks" } }
        div.top { div.title { h1 { (delivery.topic.header()) } (states::delivery(delivery.state)) } }
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
