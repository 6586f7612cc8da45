//! The cart: what is in it, changing it, and on to the checkout.

use axum::Extension;
use axum::http::HeaderMap;
use axum::http::header;
use axum::response::Response;
use commerce::Actor;
use commerce::carts::{
    CartError, CartRef, CartView, Edit, LineUpdate, LineView, NewLine, Target, WarningCode, Write,
    Written, line_id,
};
use commerce::discounts::DiscountClass;
use maud::{Markup, html};
use serde::Deserialize;
use units::{Money, ProductVariantId, SellingPlanId};

use crate::at::{Form, Query};
use crate::cart::Basket;
use crate::checkout;
use crate::cookies;
use crate::market;
use crate::page::{Frame, Head, picture};
use crate::reply::{Fault, Reply, see_other, shown};
use crate::visit::Visit;
use crate::window;

/// Something to say above the cart, after a form was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Notice {
    /// Less in stock than was wanted.
    Less,
    /// Nothing left of something.
    Gone,
    /// It is not sold here.
    Unknown,
    /// The quantity makes no sense.
    Quantity,
}

/// What may stand behind the cart's address.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    notice: String,
}

impl Notice {
    fn of(written: &Written) -> Option<Self> {
        let code = |wanted| {
            written
                .warnings
                .iter()
                .any(|warning| warning.code == wanted)
        };
        if code(WarningCode::MerchandiseOutOfStock) || code(WarningCode::UnavailableInBuyerLocation)
        {
            Some(Self::Gone)
        } else if code(WarningCode::MerchandiseNotEnoughStock) {
            Some(Self::Less)
        } else {
            None
        }
    }

    fn refused(error: CartError) -> Result<Self, Fault> {
        match error {
            CartError::Store(cause) => Err(cause.into()),
            CartError::QuantityNegative { .. }
            | CartError::QuantityTooHigh { .. }
            | CartError::TooManyLines
            | CartError::TooManyParts => Ok(Self::Quantity),
            _ => Ok(Self::Unknown),
        }
    }

    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "less" => Self::Less,
            "gone" => Self::Gone,
            "unknown" => Self::Unknown,
            "quantity" => Self::Quantity,
            _ => return None,
        })
    }

    fn path(self) -> &'static str {
        match self {
            Self::Less => "/cart?notice=less",
            Self::Gone => "/cart?notice=gone",
            Self::Unknown => "/cart?notice=unknown",
            Self::Quantity => "/cart?notice=quantity",
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Less => {
                "There is less in stock than you wanted, so the quantity was lowered to what is left."
            }
            Self::Gone => "Something in your cart is sold out, so it was taken out.",
            Self::Unknown => "That product is not sold here any more.",
            Self::Quantity => "That quantity is not possible. Your cart is as it was.",
        }
    }
}

/// What the form of a product sends.
#[derive(Debug, Deserialize)]
pub(crate) struct Add {
    id: i64,
    #[serde(default = "one")]
    quantity: i64,
    /// The selling plan, by number; empty for none.
    #[serde(default)]
    selling_plan: String,
    /// The button for buying at once was pressed.
    checkout: Option<String>,
}

fn one() -> i64 {
    1
}

/// `GET /cart`.
pub(crate) async fn show(
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Reply {
    let (key, now) = (cookies::cart(&headers), visit.now);
    let country = market::country(&headers);
    let (frame, basket) = visit
        .read(move |tx| {
            let frame = window::frame(tx, None, now)?;
            let basket = Basket::open(tx, key.as_ref(), country.as_deref(), now)?;
            Ok::<_, Fault>((frame, basket))
        })
        .await?;
    let in_cart = basket.as_ref().map_or(0, |basket| basket.view.quantity);
    let frame = Frame { in_cart, ..frame };
    let head = Head {
        title: "Cart",
        path: "/cart",
        ..Head::default()
    };
    Ok(shown(frame.page(
        &head,
        &body(&frame, basket.as_ref(), Notice::named(&asked.notice)),
    )))
}

/// `POST /cart/add`: puts a variant in, into a new cart when the browser carries none.
pub(crate) async fn add(
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    sent: Result<Form<Add>, Fault>,
) -> Reply {
    let Ok(Form(sent)) = sent else {
        return Ok(see_other(Notice::Unknown.path()));
    };
    let line = NewLine {
        merchandise: ProductVariantId(sent.id),
        quantity: sent.quantity,
        attributes: Vec::new(),
        selling_plan: sent.selling_plan.parse().ok().map(SellingPlanId),
    };
    let carried = cookies::cart(&headers).map_or(Target::New, Target::Existing);
    let edits: Vec<Edit> = market::buyer(&headers)
        .into_iter()
        .chain([Edit::AddLines(vec![line])])
        .collect();
    let written = match write(&visit, carried, edits.clone()).await {
        // The cart was bought or forgotten meanwhile: begin another.
        Err(CartError::CartUnknown) => write(&visit, Target::New, edits).await,
        other => other,
    };
    match written {
        Ok(written) => Ok(onward(&visit, &written, sent.checkout.is_some())),
        Err(error) => Ok(see_other(Notice::refused(error)?.path())),
    }
}

/// `POST /cart`: `updates[line]` sets quantities, `remove` takes a line out, `checkout` goes on.
pub(crate) async fn update(
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    Form(sent): Form<Vec<(String, String)>>,
) -> Reply {
    let Some(key) = cookies::cart(&headers) else {
        return Ok(see_other("/cart"));
    };
    let told = market::buyer(&headers).into_iter();
    let edits: Vec<Edit> = told.chain(edits(&key, &sent)).collect();
    let checkout = sent.iter().any(|(name, _)| name == "checkout");
    if edits.is_empty() && checkout {
        return Ok(see_other(&checkout::path(&key)));
    }
    match write(&visit, Target::Existing(key), edits).await {
        Ok(written) => Ok(onward(&visit, &written, checkout)),
        Err(CartError::CartUnknown) => Ok(see_other("/cart")),
        Err(error) => Ok(see_other(Notice::refused(error)?.path())),
    }
}

async fn write(visit: &Visit, target: Target, edits: Vec<Edit>) -> Result<Written, CartError> {
    let call = visit.call(Actor::Buyer);
    visit
        .db
        .submit(
            visit.shop,
            Write {
                call,
                target,
                edits,
            },
        )
        .await
}

/// Where a written cart leads: to the checkout, or back to itself with what there is to say.
fn onward(visit: &Visit, written: &Written, checkout: bool) -> Response {
    let mut response = match Notice::of(written) {
        Some(notice) => see_other(notice.path()),
        None if checkout => see_other(&checkout::path(&written.cart)),
        None => see_other("/cart"),
    };
    let cookie = cookies::keep_cart(&written.cart, visit.secure);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

fn edits(key: &CartRef, sent: &[(String, String)]) -> Vec<Edit> {
    let mut updates = Vec::new();
    let mut removed = Vec::new();
    for (name, value) in sent {
        if name == "remove" && is_line(value) {
            removed.push(line_id(&key.token, value));
        }
        let line = name
            .strip_prefix("updates[")
            .and_then(|rest| rest.strip_suffix(']'));
        if let Some((line, quantity)) = line
            .filter(|line| is_line(line))
            .zip(value.trim().parse().ok())
        {
            updates.push(LineUpdate {
                id: line_id(&key.token, line),
                merchandise: None,
                quantity: Some(quantity),
                attributes: None,
                selling_plan: None,
            });
        }
    }
    updates.retain(|update| !removed.contains(&update.id));
    let mut edits = Vec::new();
    if !removed.is_empty() {
        edits.push(Edit::RemoveLines(removed));
    }
    if !updates.is_empty() {
        edits.push(Edit::UpdateLines(updates));
    }
    edits
}

fn is_line(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

fn body(frame: &Frame, basket: Option<&Basket>, notice: Option<Notice>) -> Markup {
    let filled = basket.filter(|basket| !basket.view.lines.is_empty());
    html! {
        h1 { "Your cart" }
        br;
        @if let Some(notice) = notice { div.note role="status" { (notice.text()) } }
        @match filled {
            None => div.empty {
                p.soft { "There is nothing in it yet." }
                a.button href="/search" { "Look at the products" }
            },
            Some(basket) => (lines(frame, basket)),
        }
    }
}

fn lines(frame: &Frame, basket: &Basket) -> Markup {
    let view = &basket.view;
    html! {
        form.cart method="post" action="/cart" {
            // Pressing Enter in a field must change the quantities, not take a line out.
            button.hidden name="update" value="1" tabindex="-1" aria-hidden="true" { "Update" }
            ul.lines {
                @for line in &view.lines { (self::line(basket, line)) }
            }
            div.sum {
                h2 { "Summary" }
                dl.totals.num {
                    div { dt { "Subtotal" } dd { (view.subtotal.shown()) } }
                    @for discount in &view.granted.applications {
                        @if discount.class != DiscountClass::Product {
                            div { dt { "Discount " span.soft { (discount.title) } } dd { (Money::new(-discount.amount_minor, view.subtotal.currency).shown()) } }
                        }
                    }
                    @if view.requires_shipping {
                        div { dt { (frame.shop.shipping_title) } dd { (view.delivery_price.shown()) } }
                    }
                    (tax(frame, view))
                    @if let Some(priced) = &view.checkout {
                        div.all { dt { "Total" } dd { (Money::new(priced.total_minor, view.subtotal.currency).shown()) } }
                    }
                }
                button name="checkout" value="1" { "Check out" }
                button.quiet name="update" value="1" { "Update cart" }
            }
        }
    }
}

/// The tax of a sale: on top, or a remark that it is inside.
pub(crate) fn tax(frame: &Frame, view: &CartView) -> Markup {
    let tax = view.checkout.as_ref().map_or(0, |priced| priced.tax_minor);
    let shown = Money::new(tax, view.subtotal.currency).shown();
    html! {
        @if tax > 0 && frame.shop.taxes_included {
            div.small { dt { "Including " (frame.shop.tax_title) } dd.soft { (shown) } }
        } @else if tax > 0 {
            div { dt { (frame.shop.tax_title) } dd { (shown) } }
        }
    }
}

fn line(basket: &Basket, line: &LineView) -> Markup {
    let goods = &line.merchandise;
    let path = basket.path(goods.product_id);
    let field = format!("quantity-{}", line.line.id);
    html! {
        li {
            div.thumb { (picture(goods.image_url.as_deref(), "", &goods.product_title)) }
            div.what {
                a href=[path] { (goods.product_title) }
                @if let Some(title) = goods.own_title() { span.soft { (title) } }
                span.soft.num { (line.price.shown()) @if let Some(was) = line.compare_at { " " s { (was.shown()) } } }
                div.change {
                    label.hidden for=(field) { "Quantity of " (goods.full_title()) }
                    input type="number" id=(field) name=(format!("updates[{}]", line.line.id)) value=(line.line.quantity) min="0" max="1000000" inputmode="numeric";
                    button.plain name="remove" value=(line.line.id) { "Remove" span.hidden { " " (goods.full_title()) } }
                }
            }
            div.amount.num {
                @if line.discounted != line.total { s.soft { (line.total.shown()) } " " }
                (line.discounted.shown())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "0123abcd-0123-0123-0123-0123456789ab";

    #[test]
    fn a_removed_line_is_not_updated_too() {
        let key = CartRef {
            token: "t".to_owned(),
            secret: "s".to_owned(),
        };
        let sent = [
            (format!("updates[{LINE}]"), "3".to_owned()),
            ("remove".to_owned(), LINE.to_owned()),
        ];
        assert!(
            matches!(edits(&key, &sent).as_slice(), [Edit::RemoveLines(ids)] if ids.len() == 1)
        );
        assert!(
            matches!(edits(&key, &sent[..1]).as_slice(), [Edit::UpdateLines(lines)] if lines.len() == 1)
        );
    }

    #[test]
    fn nonsense_changes_nothing() {
        let key = CartRef {
            token: "t".to_owned(),
            secret: "s".to_owned(),
        };
        let sent = [
            ("updates[x]".to_owned(), "3".to_owned()),
            (format!("updates[{LINE}]"), "many".to_owned()),
        ];
        assert!(edits(&key, &sent).is_empty());
    }
}
