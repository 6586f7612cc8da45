//! The list of orders.

use axum::Extension;
use axum::http::{HeaderMap, StatusCode};
use commerce::orders::{self, Order, SortKey};
use commerce::shops::Shop;
use maud::{Markup, html};
use store::page::Page;

use crate::at::Query;
use crate::desk::Desk;
use crate::frame::{self, Part};
use crate::paging::{Asked, encoded, pager};
use crate::reply::{Reply, page};
use crate::{session, states};

const PATH: &str = "/admin/orders";
/// The tabs: a name in the address, a title, and the search behind it.
const TABS: [(&str, &str, &str); 5] = [
    ("", "All", ""),
    (
        "unfulfilled",
        "Unfulfilled",
        "fulfillment_status:unfulfilled status:open",
    ),
    (
        "unpaid",
        "Unpaid",
        "financial_status:pending,authorized,partially_paid status:open",
    ),
    ("open", "Open", "status:open"),
    ("closed", "Closed", "status:closed"),
];

/// `GET /admin/orders`.
pub(crate) async fn list(
    Extension(desk): Extension<Desk>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Reply {
    let wanted = asked.clone();
    let (clerk, (found, warnings)) = session::read(&desk, &headers, move |tx, shop| {
        let tab = TABS
            .iter()
            .find(|(name, ..)| *name == wanted.tab)
            .map_or("", |(.., query)| query);
        let search = format!("{tab} {}", wanted.query);
        let compiled = orders::parse_search(search.trim(), shop.currency);
        let warnings: Vec<String> = compiled
            .warnings
            .iter()
            .map(|warning| warning.field.clone())
            .collect();
        let found = orders::list(
            tx,
            compiled.filter,
            SortKey::ProcessedAt,
            &wanted.newest_first(),
        )?;
        Ok((found, warnings))
    })
    .await?;
    let body = html! {
        div.top {
            h1 { "Orders" }
            form.seek role="search" action=(PATH) {
                @if !asked.tab.is_empty() { input type="hidden" name="tab" value=(asked.tab); }
                label.hidden for="query" { "Search orders" }
                input id="query" type="search" name="query" value=(asked.query) placeholder="Number, e-mail, SKU, status:open, …" maxlength="200";
                button.quiet { "Search" }
            }
        }
        nav.tabs aria-label="Which orders" {
            @for (name, title, _) in TABS {
                @let path = if name.is_empty() { PATH.to_owned() } else { format!("{PATH}?tab={}", encoded(name)) };
                a href=(path) aria-current=[(name == asked.tab).then_some("page")] { (title) }
            }
        }
        @if !warnings.is_empty() { p.note { "Not understood, so left out: " (warnings.join(", ")) "." } }
        (table(&clerk.shop, &found))
        (pager(PATH, &asked, &found))
    };
    Ok(page(
        StatusCode::OK,
        &frame::page(&clerk, Part::Orders, "Orders", &body),
    ))
}

fn table(shop: &Shop, found: &Page<Order>) -> Markup {
    html! {
        div.scroll {
            @if found.nodes.is_empty() { p.empty { "No orders here." } } @else {
                table.list {
                    thead { tr { th { "Order" } th { "Placed" } th { "Buyer" } th { "Payment" } th { "Fulfilment" } th.end.wide { "Items" } th.end { "Total" } } }
                    tbody { @for order in &found.nodes { (row(shop, order)) } }
                }
            }
        }
    }
}

fn row(shop: &Shop, order: &Order) -> Markup {
    html! {
        tr {
            td { a.row href=(format!("{PATH}/{}", order.id.get())) { (order.name) }
                @if order.is_cancelled() { " " (states::plain("Cancelled")) }
                @if order.is_closed() { " " (states::plain("Closed")) } }
            td.when.nowrap.soft { (order.processed_at.shown_short(&shop.time_zone)) }
            td.nowrap { (buyer(order)) }
            td { (states::financial(order.financial_status)) }
            td { (states::fulfillment(order.fulfillment_status)) }
            td.end.num.wide { (order.quantity) }
            td.end.num.nowrap { (order.bag(order.current_total()).shop.shown()) }
        }
    }
}

/// Who bought: a name, else an address, else a dash.
pub(crate) fn buyer(order: &Order) -> String {
    let address = order.shipping_address().or_else(|| order.billing_address());
    let name = address
        .map(|address| address.name())
        .filter(|name| !name.is_empty());
    name.or_else(|| order.email.clone())
        .unwrap_or_else(|| "–".to_owned())
}
