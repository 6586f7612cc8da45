//! Where the links in customers' mails lead: choosing a password.

use axum::Extension;
use axum::http::HeaderMap;
use commerce::Actor;
use commerce::customers::accounts::{self, Purpose, RedeemError};
use commerce::staff::{self, PasswordHash};
use maud::{Markup, html};
use serde::Deserialize;
use tokio::sync::Semaphore;
use units::CustomerId;

use crate::at::{At, Form};
use crate::cookies;
use crate::page::{Frame, Head};
use crate::reply::{Fault, Reply, shown};
use crate::visit::Visit;
use crate::window::frame;

/// Passwords that are hashed at a time: each takes 19 MB and a core.
static SEATS: Semaphore = Semaphore::const_new(2);
/// Who comes when so many wait is sent away.
static QUEUE: Semaphore = Semaphore::const_new(64);

/// A link: what it is for, whom it was sent to, and what nobody can guess of it.
type Parts = (String, i64, String);

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Chosen {
    #[serde(default, rename = "customer[password]")]
    password: String,
    #[serde(default, rename = "customer[password_confirmation]")]
    again: String,
}

/// `GET /account/{reset|activate}/{customer}/{token}`.
pub(crate) async fn show(
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    At(parts): At<Parts>,
) -> Reply {
    let (frame, purpose) = opened(&visit, &headers, &parts).await?;
    Ok(shown(page(&frame, purpose, &form(None))))
}

/// `POST /account/{reset|activate}/{customer}/{token}`.
pub(crate) async fn choose(
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    At(parts): At<Parts>,
    Form(chosen): Form<Chosen>,
) -> Reply {
    let (frame, purpose) = opened(&visit, &headers, &parts).await?;
    let wrong = |why: &str| Ok(shown(page(&frame, purpose, &form(Some(why)))));
    if let Err(why) = accounts::check_password(&chosen.password) {
        return wrong(&format!("{why}."));
    }
    if chosen.password != chosen.again {
        return wrong("The two passwords differ. Enter the same one twice.");
    }
    let Some(hash) = hashed(&visit, chosen.password).await else {
        return wrong("Too many people choose passwords at this moment. Try again.");
    };
    let (_, number, token) = parts;
    let customer = CustomerId(number);
    let call = visit.call(Actor::Customer(customer));
    let done = visit
        .db
        .write(visit.shop, move |tx| {
            accounts::redeem(tx, &call, customer, (purpose, &token), &hash).map(drop)
        })
        .await;
    match done {
        Ok(()) => {
            let done = html! {
                p role="status" { "Your password is set. You can sign in with it now." }
                p { a.button href="/" { "To the shop" } }
            };
            Ok(shown(page(&frame, purpose, &done)))
        }
        Err(RedeemError::Store(cause)) => Err(cause.into()),
        Err(RedeemError::LinkInvalid) => Err(Fault::NotFound),
        Err(RedeemError::AlreadyEnabled) => {
            wrong("This account has a password already. Sign in with it, or ask for another one.")
        }
    }
}

/// The link's purpose and what stands around the page, as long as the link can be followed.
async fn opened(
    visit: &Visit,
    headers: &HeaderMap,
    (word, number, token): &Parts,
) -> Result<(Frame, Purpose), Fault> {
    let purpose = Purpose::of_path(word).ok_or(Fault::NotFound)?;
    let cart = cookies::cart(headers);
    let (now, customer, token) = (visit.now, CustomerId(*number), token.clone());
    visit
        .read(move |tx| {
            if !accounts::is_open(tx, customer, (purpose, &token), now)? {
                return Err(Fault::NotFound);
            }
            Ok((frame(tx, cart.as_ref(), now)?, purpose))
        })
        .await
}

async fn hashed(visit: &Visit, password: String) -> Option<PasswordHash> {
    let _waiting = QUEUE.try_acquire().ok()?;
    let _seat = SEATS.acquire().await.ok()?;
    let luck = visit.luck.clone();
    let work = move || staff::hash_checked_password(&password, &luck);
    tokio::task::spawn_blocking(work).await.ok()
}

fn page(frame: &Frame, purpose: Purpose, inner: &Markup) -> Markup {
    let title = match purpose {
        Purpose::Activation => "Activate your account",
        Purpose::Reset => "Choose a new password",
    };
    let head = Head {
        title,
        ..Head::default()
    };
    let body = html! {
        h1 { (title) }
        (inner)
    };
    frame.page(&head, &body)
}

fn form(wrong: Option<&str>) -> Markup {
    html! {
        form method="post" {
            @if let Some(wrong) = wrong { p role="alert" { (wrong) } }
            label { "Password" input type="password" name="customer[password]" autocomplete="new-password" required; }
            label { "Password again" input type="password" name="customer[password_confirmation]" autocomplete="new-password" required; }
            button type="submit" { "Set password" }
        }
    }
}
