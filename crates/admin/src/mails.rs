//! The mails that were written.

use axum::Extension;
use axum::http::{HeaderMap, StatusCode};
use commerce::events::Subject;
use commerce::mails;
use maud::{Markup, html};

use crate::at::Query;
use crate::desk::Desk;
use crate::frame::{self, Part};
use crate::paging::{Asked, pager};
use crate::reply::{Reply, page};
use crate::session;

const PATH: &str = "/admin/mails";

/// `GET /admin/mails`.
pub(crate) async fn list(
    Extension(desk): Extension<Desk>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Reply {
    let wanted = asked.clone();
    let (clerk, found) = session::read(&desk, &headers, move |tx, _| {
        Ok(mails::list(tx, &wanted.newest_first())?)
    })
    .await?;
    let zone = &clerk.shop.time_zone;
    let body = html! {
        div.top { h1 { "Mails" } }
        p.soft { "Every message that the shop owes somebody is written down here. None is sent: this program cannot send mail yet, so write to the people yourself." }
        br;
        div.scroll {
            @if found.nodes.is_empty() { p.empty { "No mails yet." } } @else {
                table {
                    thead { tr { th { "What" } th { "To" } th { "About" } th { "When" } } }
                    tbody { @for mail in &found.nodes {
                        tr {
                            td { strong { (title(&mail.kind)) } }
                            td { (mail.recipient) }
                            td.soft { (about(&mail.subject_kind, mail.subject_id)) }
                            td.soft.nowrap { (mail.created_at.shown_short(zone)) }
                        }
                    } }
                }
            }
        }
        (pager(PATH, &asked, &found))
    };
    Ok(page(
        StatusCode::OK,
        &frame::page(&clerk, Part::Mails, "Mails", &body),
    ))
}

/// What a mail is about; an order's leads to it.
fn about(kind: &str, id: i64) -> Markup {
    html! {
        @if kind == Subject::Order.as_str() { a href=(format!("/admin/orders/{id}")) { "Order" } }
        @else { (kind) }
    }
}

/// `order_confirmation` as people say it.
fn title(kind: &str) -> String {
    let spaced = kind.replace('_', " ");
    let mut letters = spaced.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_of_mail_is_said_in_words() {
        assert_eq!(title("order_confirmation"), "Order confirmation");
        assert_eq!(title(""), "");
    }
}
