//! The invoice of a draft order: what the merchant offers, and the form that pays it.

use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::{Extension, Form};
use commerce::Actor;
use commerce::checkouts::Payment;
use commerce::draft_orders::{self, Bill, DraftOrder, Paid, PayError};
use commerce::orders;
use commerce::payments::PaymentRefusal;
use maud::{Markup, html};
use store::Tx;
use units::{OrderId, Timestamp};

use super::form::{CheckoutForm, given};
use super::page::{Fields, Wrong};
use super::submit::{field_name, seen, whole};
use crate::at::At;
use crate::page::{Frame, picture, plain_page};
use crate::reply::{self, Fault, Reply, see_other};
use crate::visit::Visit;
use crate::window;

/// `GET /{shop}/invoices/{token}`.
pub(crate) async fn show_invoice(
    Extension(visit): Extension<Visit>,
    At((shop, token)): At<(i64, String)>,
) -> Reply {
    page_of(&visit, shop, token, None, &Wrong::default()).await
}

/// `POST /{shop}/invoices/{token}`.
pub(crate) async fn pay_invoice(
    Extension(visit): Extension<Visit>,
    At((shop, token)): At<(i64, String)>,
    form: Result<Form<CheckoutForm>, FormRejection>,
) -> Reply {
    if shop != visit.shop.get() {
        return Err(Fault::NotFound);
    }
    let Form(form) = match form {
        Ok(form) => form,
        Err(why) => {
            let text = "The form did not arrive whole, or one of its fields came twice. Go back and send it again; nothing was charged.";
            let page = plain_page("Please try again", "", text);
            return Ok(reply::html(why.status(), page));
        }
    };
    let address = form.shipping_address();
    let bill = Bill {
        token: token.clone(),
        email: form.email.clone(),
        shipping_address: (!address.is_empty()).then_some(address),
        payment: Payment {
            gateway: form.gateway.trim().to_owned(),
            number: given(&form.number),
        },
        expected_total: seen(&form.total),
    };
    let call = visit.call(Actor::Buyer);
    let done = visit
        .db
        .write(visit.shop, move |tx| draft_orders::pay(tx, &call, &bill))
        .await;
    let wrong = match done {
        Ok(Paid::Placed(order)) => return to_status(&visit, order).await,
        Ok(Paid::Declined) => whole(
            "The card was declined",
            "Use another card, or another way to pay. Nothing was charged.",
        ),
        Ok(Paid::Failed) => whole(
            "The payment did not go through",
            "Nothing was charged. Try again.",
        ),
        Err(refusal) => wrong(refusal)?,
    };
    page_of(&visit, shop, token, Some(&form), &wrong).await
}

/// On to where the order stands.
async fn to_status(visit: &Visit, id: OrderId) -> Reply {
    let found = visit.read(move |tx| orders::load(tx, &[id])).await;
    let order = found.map_err(Fault::Store)?.pop().flatten();
    let order = order.ok_or(Fault::NotFound)?;
    Ok(see_other(&order.status_path()))
}

/// An invoice's draft and the frame around it; what is paid leads on to its order.
enum Found {
    Open(Box<(Frame, DraftOrder)>),
    Paid(OrderId),
}

fn look(tx: &mut Tx, token: &str, now: Timestamp) -> Result<Found, Fault> {
    let draft = draft_orders::find_by_token(tx, token)?.ok_or(Fault::NotFound)?;
    Ok(match draft.order_id {
        Some(order) => Found::Paid(order),
        None => Found::Open(Box::new((window::frame(tx, None, now)?, draft))),
    })
}

async fn page_of(
    visit: &Visit,
    shop: i64,
    token: String,
    form: Option<&CheckoutForm>,
    wrong: &Wrong,
) -> Reply {
    if shop != visit.shop.get() {
        return Err(Fault::NotFound);
    }
    let now = visit.now;
    let found = visit.read(move |tx| look(tx, &token, now)).await?;
    let (frame, draft) = match found {
        Found::Paid(order) => return to_status(visit, order).await,
        Found::Open(found) => *found,
    };
    let begun;
    let form = match form {
        Some(form) => form,
        None => {
            let address = draft.shipping_address();
            let country = &frame.shop.country_code;
            begun = CheckoutForm::begun(draft.email.as_deref(), address.as_ref(), country);
            &begun
        }
    };
    let page = Invoice {
        frame: &frame,
        draft: &draft,
        form,
        wrong,
        action: draft.invoice_path(visit.shop),
    };
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    Ok(reply::html(status, page.markup().into_string()))
}

/// What to say about a refusal, and beside which field.
fn wrong(refusal: PayError) -> Result<Wrong, Fault> {
    let said = refusal.to_string();
    let field = |name| Wrong {
        fields: vec![(name, said.clone())],
        whole: None,
    };
    Ok(match refusal {
        PayError::Store(cause) => return Err(cause.into()),
        PayError::NotFound => return Err(Fault::NotFound),
        PayError::Fields(errors) => Wrong {
            fields: errors
                .iter()
                .map(|error| (field_name(error), error.message.into()))
                .collect(),
            whole: None,
        },
        PayError::Payment(PaymentRefusal::NumberMissing | PaymentRefusal::NumberNotAccepted) => {
            field("number")
        }
        PayError::Payment(PaymentRefusal::GatewayUnknown(_) | PaymentRefusal::NotATestShop) => {
            field("gateway")
        }
        PayError::TotalChanged { .. } => whole("The total has changed", said),
        PayError::Order(_) => whole("The order was not placed", said),
    })
}

/// The page's matter.
struct Invoice<'a> {
    frame: &'a Frame,
    draft: &'a DraftOrder,
    form: &'a CheckoutForm,
    wrong: &'a Wrong,
    action: String,
}

impl Invoice<'_> {
    fn markup(&self) -> Markup {
        let fields = Fields {
            frame: self.frame,
            form: self.form,
            wrong: self.wrong,
            delivered: self.draft.requires_shipping(),
            countries: &[],
        };
        let total = self.draft.money(self.draft.total_minor);
        let body = html! {
            div.checkout {
                div {
                    (fields.what_is_wrong())
                    h1 { "Invoice " (self.draft.name) }
                    form method="post" action=(self.action) novalidate {
                        input type="hidden" name="checkout[total]" value=(format!("{} {}", total.minor, total.currency));
                        (fields.contact())
                        @if fields.delivered { (fields.address()) }
                        @if total.is_positive() { (fields.payment()) }
                        button { "Pay " (total.shown()) }
                    }
                }
                (self.review())
            }
        };
        let title = format!("Invoice {}", self.draft.name);
        let title = if self.wrong.is_empty() {
            title
        } else {
            format!("Error: {title}")
        };
        self.frame
            .checkout_page(&title, ("/", "To the shop"), &body)
    }

    fn review(&self) -> Markup {
        let draft = self.draft;
        let of = |minor: i64| draft.money(minor).shown();
        html! {
            section.review.first aria-labelledby="review" {
                h2 id="review" { "Your order" }
                ul { @for line in draft.line_items() {
                    li {
                        div.thumb { (picture(line.image_url.as_deref(), "", &line.title)) span.count { (line.quantity) span.hidden { " of" } } }
                        div { strong { (line.title) }
                            @if let Some(variant) = &line.variant_title { div.soft.small { (variant) } }
                            @if let Some(discount) = &line.discount { div.soft.small { (discount.title.as_deref().unwrap_or("Discount")) } } }
                        div.num { (of(line.discounted_total_minor())) }
                    }
                } }
                dl.totals.num {
                    div { dt { "Subtotal" } dd { (of(draft.lines_subtotal_minor())) } }
                    @if let Some(discount) = draft.applied_discount() {
                        div { dt { (discount.title.as_deref().unwrap_or("Discount")) } dd { (of(-discount.amount_minor)) } }
                    }
                    @if let Some(delivery) = draft.delivery() { div { dt { (delivery.title) } dd { (of(delivery.price_minor)) } } }
                    @if draft.tax_minor > 0 && !draft.taxes_included { div { dt { (draft.tax_title) } dd { (of(draft.tax_minor)) } } }
                    div.all { dt { "Total" } dd { (of(draft.total_minor)) } }
                    @if draft.tax_minor > 0 && draft.taxes_included { div.small { dt { "Including " (draft.tax_title) } dd.soft { (of(draft.tax_minor)) } } }
                }
            }
        }
    }
}
