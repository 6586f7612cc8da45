//! After the order: the page that thanks for it, and the page that says where it stands.

use axum::Extension;
use axum::http::{HeaderMap, header};
use commerce::address::Heading;
use commerce::checkouts;
use commerce::discounts::DiscountClass;
use commerce::fulfillment::{self, Fulfillment};
use commerce::orders::{
    self, DisplayFinancialStatus as Financial, DisplayFulfillmentStatus as Fulfilled, LineItem,
    Order, ShippingLine,
};
use maud::{Markup, html};
use store::Tx;
use units::{MinorBag, OrderId};

use super::page::tick;
use super::{Keyed, opened_by};
use crate::at::{At, Query};
use crate::cookies;
use crate::page::{Frame, picture};
use crate::reply::{Fault, Reply, shown};
use crate::visit::Visit;
use crate::window;

/// An order with what its pages show.
struct Receipt {
    order: Order,
    lines: Vec<LineItem>,
    shipping: Vec<ShippingLine>,
    parcels: Vec<Fulfillment>,
}

impl Receipt {
    fn read(tx: &mut Tx, id: OrderId) -> Result<Self, Fault> {
        let order = orders::load(tx, &[id])?
            .pop()
            .flatten()
            .ok_or(Fault::NotFound)?;
        Ok(Self {
            lines: orders::line_items(tx, &[id])?.pop().unwrap_or_default(),
            shipping: orders::shipping_lines(tx, &[id])?.pop().unwrap_or_default(),
            parcels: fulfillment::fulfillments(tx, &[id])?
                .pop()
                .unwrap_or_default(),
            order,
        })
    }
}

/// `GET /checkouts/cn/{token}/thank-you`.
pub(crate) async fn thank_you(
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    At(token): At<String>,
    Query(keyed): Query<Keyed>,
) -> Reply {
    let key = opened_by(&token, &keyed, &headers).ok_or(Fault::NotFound)?;
    let now = visit.now;
    let (frame, receipt) = visit
        .read(move |tx| {
            let found =
                checkouts::find(tx, &key.token, &key.secret, None, now)?.ok_or(Fault::NotFound)?;
            let receipt = Receipt::read(tx, found.order_id.ok_or(Fault::NotFound)?)?;
            if ![&found.id.secret, &receipt.order.token].contains(&&key.secret) {
                return Err(Fault::NotFound);
            }
            Ok::<_, Fault>((window::frame(tx, None, now)?, receipt))
        })
        .await?;
    let order = &receipt.order;
    let name = order
        .shipping_address()
        .and_then(|address| address.first_name);
    let lead = html! {
        div.thanks {
            (tick())
            p.soft { "Confirmation " span.num { (order.confirmation_number) } }
            h1 { "Thank you" @if let Some(name) = name { ", " (name) } "!" }
            p { "Your order " strong { (order.name) } " is confirmed."
                @if let Some(email) = &order.email { " A confirmation is on its way to " (email) "." } }
            @if order.financial_status == Financial::Pending {
                p.soft { "The order is sent when your payment has arrived." }
            }
        }
    };
    let status = order.status_path();
    let body = page(&frame, &receipt, &lead, Some(&status));
    let mut response = shown(frame.checkout_page("Thank you", ("/", "Continue shopping"), &body));
    // The cart is bought: the browser begins another.
    if cookies::cart(&headers).is_some_and(|cart| cart.token == token) {
        let forget = cookies::forget_cart(visit.secure);
        response.headers_mut().append(header::SET_COOKIE, forget);
    }
    Ok(response)
}

/// `GET /orders/{id}/{token}`: where an order stands, for whoever has its secret address.
pub(crate) async fn order_status(
    Extension(visit): Extension<Visit>,
    At((id, token)): At<(i64, String)>,
) -> Reply {
    let now = visit.now;
    let (frame, receipt) = visit
        .read(move |tx| {
            let receipt = Receipt::read(tx, OrderId(id))?;
            if receipt.order.token != token {
                return Err(Fault::NotFound);
            }
            Ok((window::frame(tx, None, now)?, receipt))
        })
        .await?;
    let order = &receipt.order;
    let lead = html! {
        div.thanks {
            p.soft { "Placed on " (order.processed_at.shown_date(&frame.shop.time_zone)) }
            h1 { "Order " (order.name) }
            p { (standing(order)) }
        }
    };
    let title = format!("Order {}", order.name);
    let body = page(&frame, &receipt, &lead, None);
    Ok(shown(frame.checkout_page(
        &title,
        ("/", "Continue shopping"),
        &body,
    )))
}

fn standing(order: &Order) -> &'static str {
    if order.is_cancelled() {
        return "The order was cancelled.";
    }
    match (order.fulfillment_status, order.financial_status) {
        (Fulfilled::Fulfilled, _) => "Everything is on its way.",
        (Fulfilled::PartiallyFulfilled, _) => "A part is on its way, the rest follows.",
        (_, Financial::Pending) => "We wait for your payment, then we send it.",
        (_, Financial::Refunded) => "The payment was refunded.",
        _ => "We are getting it ready.",
    }
}

/// `status` is the address of the order's status page, on pages that are not it.
fn page(frame: &Frame, receipt: &Receipt, lead: &Markup, status: Option<&str>) -> Markup {
    html! {
        div.checkout {
            div { (lead) (details(receipt, status)) (parcels(frame, receipt)) }
            (sums(frame, receipt))
        }
    }
}

fn details(receipt: &Receipt, status: Option<&str>) -> Markup {
    let order = &receipt.order;
    let heading = Heading {
        name: true,
        company: true,
    };
    html! {
        div.panel {
            h2 { "Details" }
            dl.pairs {
                div { dt { "Contact" } dd { (order.email.as_deref().unwrap_or("–")) } }
                @if let Some(status) = status { div { dt { "Order status" } dd { a href=(status) { "Follow your order" } } } }
                @if let Some(address) = order.shipping_address() {
                    div { dt { "Delivery address" } dd { @for line in address.formatted(heading) { (line) br; } } }
                }
                @for line in &receipt.shipping { div { dt { "Delivery" } dd { (line.title) } } }
            }
        }
    }
}

fn parcels(frame: &Frame, receipt: &Receipt) -> Markup {
    html! {
        @if !receipt.parcels.is_empty() {
            br;
            div.panel {
                h2 { "Parcels" }
                ul.parcels { @for parcel in &receipt.parcels {
                    @let tracking = parcel.tracking();
                    li {
                        strong { "Sent on " (parcel.created_at.shown_date(&frame.shop.time_zone)) }
                        @if let Some(company) = &tracking.company { " with " (company) }
                        @for number in &tracking.numbers { div.soft { "Tracking number " (number) } }
                        @for url in tracking.urls.iter().filter(|url| url.starts_with("https://")) {
                            div { a href=(url) rel="noopener noreferrer" { "Follow the parcel" } }
                        }
                    }
                } }
            }
        }
    }
}

fn sums(frame: &Frame, receipt: &Receipt) -> Markup {
    let order = &receipt.order;
    let seen = |amount: MinorBag| order.presentment(amount.presentment);
    let tax = seen(order.current_tax());
    html! {
        section.review aria-labelledby="review" {
            h2 id="review" { "Your order" }
            ul { @for line in &receipt.lines {
                li {
                    div.thumb { (picture(line.image_url.as_deref(), "", &line.title)) span.count { (line.quantity) span.hidden { " of" } } }
                    div { strong { (line.title) }
                        @if let Some(variant) = line.variant_title.as_deref().filter(|title| *title != "Default Title") { div.soft.small { (variant) } } }
                    div.num { (seen(line.discounted_total()).shown()) }
                }
            } }
            dl.totals.num {
                div { dt { "Subtotal" } dd { (seen(order.current_subtotal()).shown()) } }
                @for discount in order.discount_applications() {
                    @if discount.class == DiscountClass::Order {
                        div { dt { "Including discount " span.soft { (discount.title) } } dd.soft { (order.presentment(-discount.amount().presentment).shown()) } }
                    }
                }
                @for line in &receipt.shipping { div { dt { (line.title) } dd { (seen(line.discounted()).shown()) } } }
                @if tax.is_positive() && !order.taxes_included { div { dt { (frame.shop.tax_title) } dd { (tax.shown()) } } }
                div.all { dt { "Total" } dd { (seen(order.current_total()).shown()) } }
                @if tax.is_positive() && order.taxes_included { div.small { dt { "Including " (frame.shop.tax_title) } dd.soft { (tax.shown()) } } }
                @if order.refunded().presentment > 0 { div { dt { "Refunded" } dd { (order.presentment(-order.refunded().presentment).shown()) } } }
            }
        }
    }
}
