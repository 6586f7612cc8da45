//! The hosted checkout: entering it, its page, its one form, and what comes after.

mod form;
mod invoice;
mod page;
mod status;
mod submit;

use axum::Extension;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use commerce::carts::{CartRef, CartView};
use commerce::checkouts::{self, CheckoutView};
use maud::html;
use serde::Deserialize;
use store::Tx;
use units::Timestamp;

use crate::at::{At, Query};
use crate::cookies;
use crate::page::Frame;
use crate::reply::{self, Fault, Reply, redirect, see_other};
use crate::visit::Visit;
use crate::window;

use form::CheckoutForm;
use page::{Page, Wrong};

pub(crate) use invoice::{pay_invoice, show_invoice};
pub(crate) use status::{order_status, thank_you};
pub(crate) use submit::submit;

/// The key that opens a cart, behind an address.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Keyed {
    #[serde(default)]
    key: String,
}

/// The address of a cart's checkout, with the key that opens it.
pub(crate) fn path(cart: &CartRef) -> String {
    format!("/checkouts/cn/{}?key={}", cart.token, cart.secret)
}

/// The address that thanks for the order, with what opens it: the cart's key, or the token of the order.
fn thanks_path(token: &str, key: &str) -> String {
    format!("/checkouts/cn/{token}/thank-you?key={key}")
}

/// A token and key, when both have the shape of one.
fn cart_ref(token: &str, key: &str) -> Option<CartRef> {
    CartRef::parse(&format!("gid://shopify/Cart/{token}?key={key}"))
}

/// The key to a checkout: behind the address, or in the browser's cart.
fn opened_by(token: &str, keyed: &Keyed, headers: &HeaderMap) -> Option<CartRef> {
    if !keyed.key.is_empty() {
        return cart_ref(token, &keyed.key);
    }
    cookies::cart(headers).filter(|cart| cart.token == token)
}

/// `GET /cart/c/{token}?key=`: the address that storefronts send buyers to.
pub(crate) async fn enter(
    Extension(visit): Extension<Visit>,
    At(token): At<String>,
    Query(keyed): Query<Keyed>,
) -> Reply {
    let Some(cart) = cart_ref(&token, &keyed.key) else {
        return Err(Fault::NotFound);
    };
    let mut response = redirect(StatusCode::FOUND, &path(&cart));
    let cookie = cookies::keep_cart(&cart, visit.secure);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// `GET /checkouts/cn/{token}`. An open checkout shows itself to whoever knows its token; what the
/// buyer gave so far, and what became of it, only to whoever has the key too.
pub(crate) async fn show(
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    At(token): At<String>,
    Query(keyed): Query<Keyed>,
) -> Reply {
    let key = opened_by(&token, &keyed, &headers);
    if key.is_none() && !keyed.key.is_empty() {
        return Err(Fault::NotFound);
    }
    let (now, with_key) = (visit.now, key.is_some());
    let (frame, found) = visit
        .read(move |tx| match key {
            Some(key) => opened(tx, &key, now),
            None => Ok((
                window::frame(tx, None, now)?,
                checkouts::find(tx, &token, "", None, now)?.ok_or(Fault::NotFound)?,
            )),
        })
        .await?;
    if found.order_id.is_some() && with_key {
        return Ok(see_other(&thanks_path(&found.id.token, &found.id.secret)));
    }
    let Some(view) = &found.cart else {
        return Err(Fault::NotFound);
    };
    let country = &found.country;
    let form = if with_key {
        let known = view.cart.buyer.email.as_deref();
        let email = known.or(Some(found.email.as_str()).filter(|email| !email.is_empty()));
        CheckoutForm::begun(email, found.address.as_ref(), country)
    } else {
        CheckoutForm::begun(None, None, country)
    };
    Ok(shown(&frame, (&found, view), &form, &Wrong::default()))
}

/// The checkout that a key opens, with its frame.
fn opened(tx: &mut Tx, key: &CartRef, now: Timestamp) -> Result<(Frame, CheckoutView), Fault> {
    let found = checkouts::find(tx, &key.token, &key.secret, None, now)?;
    let found = found.filter(|found| found.id.secret == key.secret);
    Ok((window::frame(tx, None, now)?, found.ok_or(Fault::NotFound)?))
}

/// The page, as the form stands.
fn shown(
    frame: &Frame,
    (found, view): (&CheckoutView, &CartView),
    form: &CheckoutForm,
    wrong: &Wrong,
) -> Response {
    if view.lines.is_empty() {
        return nothing_to_buy(frame);
    }
    let action = format!("/checkouts/cn/{}", view.cart.id.token);
    let seen;
    let frame = if view.subtotal.currency == frame.shop.currency {
        frame
    } else {
        seen = Frame {
            shop: view.shop_seen(frame.shop.clone()),
            ..frame.clone()
        };
        &seen
    };
    let page = Page {
        frame,
        view,
        countries: &found.countries,
        form,
        wrong,
        action: &action,
    }
    .markup();
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    reply::html(status, page.into_string())
}

fn nothing_to_buy(frame: &Frame) -> Response {
    let body = html! {
        div.empty {
            h1 { "There is nothing to buy" }
            p.soft { "Your cart is empty, or what was in it is no longer sold." }
            a.button href="/search" { "Look at the products" }
        }
    };
    let page = frame.checkout_page("Checkout", ("/", "Back to the shop"), &body);
    reply::html(StatusCode::UNPROCESSABLE_ENTITY, page.into_string())
}

/// Reads a form's page again, for somebody who has to correct it.
async fn again(visit: &Visit, token: String, form: &CheckoutForm, wrong: &Wrong) -> Reply {
    let (now, proof) = (visit.now, form.authenticity_token.clone());
    let country = form.country();
    let (frame, found) = visit
        .read(move |tx| {
            let found = checkouts::find(tx, &token, &proof, country, now)?;
            let found = found.filter(|found| found.id.admits(&proof));
            Ok::<_, Fault>((window::frame(tx, None, now)?, found.ok_or(Fault::NotFound)?))
        })
        .await?;
    match &found.cart {
        Some(view) => Ok(shown(&frame, (&found, view), form, wrong)),
        None if found.id.secret == form.authenticity_token => {
            Ok(see_other(&thanks_path(&found.id.token, &found.id.secret)))
        }
        None => Err(Fault::NotFound),
    }
}
