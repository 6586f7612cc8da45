//! Signing in and out.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::header::{self, HeaderValue};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use commerce::Actor;
use commerce::shops::{self, Shop};
use commerce::staff::{self, Credentials, Guesses, NewSession, SignInError, SignInLimiter};
use maud::{Markup, html};
use serde::Deserialize;

use crate::at::Form;
use crate::cookies;
use crate::desk::Desk;
use crate::frame;
use crate::reply::{Fault, Reply, page, see_other};
use crate::session;

/// A sign-in form that was opened is good for an hour.
const FORM_SECONDS: i64 = 3600;
/// Passwords are verified on this many threads at a time: each takes 19 MB and a core.
static VERIFIERS: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(2);

/// What the form sends.
#[derive(Deserialize)]
pub(crate) struct SignIn {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    authenticity_token: String,
}

/// What a form of somebody who is signed in sends at least.
#[derive(Deserialize)]
pub(crate) struct Posted {
    #[serde(default)]
    pub(crate) authenticity_token: String,
}

/// `GET /admin`: on to the orders, or to the sign-in.
pub(crate) async fn front(Extension(desk): Extension<Desk>, headers: HeaderMap) -> Reply {
    session::read(&desk, &headers, |_, _| Ok(())).await?;
    Ok(see_other("/admin/orders"))
}

/// `GET /admin/sign-in`.
pub(crate) async fn show(Extension(desk): Extension<Desk>) -> Reply {
    let shop: Shop = desk.read(shops::current).await?;
    Ok(form(&desk, &shop, StatusCode::OK, "", None))
}

/// `POST /admin/sign-in`.
pub(crate) async fn submit(
    State(limiter): State<Arc<SignInLimiter>>,
    Extension(desk): Extension<Desk>,
    headers: HeaderMap,
    Form(sent): Form<SignIn>,
) -> Reply {
    let shop: Shop = desk.read(shops::current).await?;
    let kept = cookies::get(&headers, cookies::SIGN_IN).unwrap_or("");
    if kept.is_empty() || kept != sent.authenticity_token {
        let why = "The form was open for too long, or cookies are off. Please try again.";
        return Ok(form(
            &desk,
            &shop,
            StatusCode::FORBIDDEN,
            &sent.email,
            Some(why),
        ));
    }
    let account = format!("{}/{}", desk.shop.get(), sent.email.trim().to_lowercase());
    let mut keys = vec![Guesses::Against(account.clone())];
    if let Some(caller) = desk.peer.map(|peer| peer.to_string()) {
        keys.push(Guesses::By(caller.clone()));
        keys.push(Guesses::At { account, caller });
    }
    for key in &keys {
        if let Err(barred) = limiter.check(key, desk.now) {
            let why = barred.to_string();
            let mut response = form(
                &desk,
                &shop,
                StatusCode::TOO_MANY_REQUESTS,
                &sent.email,
                Some(&why),
            );
            let seconds = HeaderValue::from(barred.retry_after_seconds);
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
            return Ok(response);
        }
    }
    let Some(session) = verified(&desk, &sent).await? else {
        keys.iter().for_each(|key| limiter.failed(key, desk.now));
        let why = "The e-mail address or the password is wrong.";
        return Ok(form(
            &desk,
            &shop,
            StatusCode::UNPROCESSABLE_ENTITY,
            &sent.email,
            Some(why),
        ));
    };
    keys.iter().for_each(|key| limiter.succeeded(key));
    let seconds = (session.expires_at.micros() - desk.now.micros()) / 1_000_000;
    let mut response = see_other("/admin/orders");
    let set = cookies::set(cookies::SESSION, &session.token, seconds, desk.secure);
    response.headers_mut().append(header::SET_COOKIE, set);
    let forget = cookies::set(cookies::SIGN_IN, "", 0, desk.secure);
    response.headers_mut().append(header::SET_COOKIE, forget);
    Ok(response)
}

/// A session, when address and password fit.
async fn verified(desk: &Desk, sent: &SignIn) -> Result<Option<NewSession>, Fault> {
    let email = sent.email.clone();
    let known: Option<Credentials> = desk.read(move |tx| staff::credentials(tx, &email)).await?;
    let (password, hash) = (
        sent.password.clone(),
        known.clone().map(|found| found.password_hash),
    );
    let seat = VERIFIERS.acquire().await;
    let fits =
        tokio::task::spawn_blocking(move || staff::verify_password(&password, hash.as_ref()))
            .await
            .unwrap_or(false);
    drop(seat);
    let Some(known) = known.filter(|found| fits && found.active) else {
        return Ok(None);
    };
    let call = desk.call_as(Actor::Staff(known.staff_member_id));
    match desk
        .db
        .write(desk.shop, move |tx| staff::sign_in(tx, &call, &known))
        .await
    {
        Ok(session) => Ok(Some(session)),
        Err(SignInError::Changed) => Ok(None),
        Err(SignInError::Store(cause)) => Err(cause.into()),
    }
}

/// `POST /admin/sign-out`.
pub(crate) async fn sign_out(
    Extension(desk): Extension<Desk>,
    headers: HeaderMap,
    Form(sent): Form<Posted>,
) -> Reply {
    session::poster(&desk, &headers, &sent.authenticity_token).await?;
    if let Some(token) = cookies::get(&headers, cookies::SESSION) {
        let token = token.to_owned();
        desk.db
            .write(desk.shop, move |tx| staff::sign_out(tx, &token))
            .await?;
    }
    let mut response = see_other("/admin/sign-in");
    let forget = cookies::set(cookies::SESSION, "", 0, desk.secure);
    response.headers_mut().append(header::SET_COOKIE, forget);
    Ok(response)
}

fn form(desk: &Desk, shop: &Shop, status: StatusCode, email: &str, why: Option<&str>) -> Response {
    let token = desk.luck.token();
    let mut response = page(
        status,
        &frame::bare("Sign in", &fields(shop, email, why, &token)),
    );
    let set = cookies::set(cookies::SIGN_IN, &token, FORM_SECONDS, desk.secure);
    response.headers_mut().append(header::SET_COOKIE, set);
    response
}

fn fields(shop: &Shop, email: &str, why: Option<&str>, token: &str) -> Markup {
    html! {
        div.alone {
            p.mark { (frame::mark()) "Stockroom" }
            h1 { "Sign in to " (shop.name) }
            @if let Some(why) = why { p.note.bad role="alert" { (why) } }
            form.stack method="post" action="/admin/sign-in" {
                input type="hidden" name="authenticity_token" value=(token);
                div.field {
                    label for="email" { "E-mail address" }
                    input id="email" type="email" name="email" value=(email) autocomplete="username" required autofocus[email.is_empty()];
                }
                div.field {
                    label for="password" { "Password" }
                    input id="password" type="password" name="password" autocomplete="current-password" required autofocus[!email.is_empty()];
                }
                button { "Sign in" }
            }
            p.soft.small { a href="/" { "Back to the shop" } }
        }
    }
}
