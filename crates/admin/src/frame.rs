//! The frame of every page: the menu, and the one style sheet.

use axum::http::header::{self, HeaderValue};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::session::Clerk;

const STYLE: &str = include_str!("style.css");
/// The sheet's address; its number rises with its text.
pub(crate) const STYLE_PATH: &str = "/admin/assets/admin-1.css";

/// The parts of the merchant's pages.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Orders,
    Products,
    Mails,
    Webhooks,
}

impl Part {
    const ALL: [Self; 4] = [Self::Orders, Self::Products, Self::Mails, Self::Webhooks];

    fn title(self) -> &'static str {
        match self {
            Self::Orders => "Orders",
            Self::Products => "Products",
            Self::Mails => "Mails",
            Self::Webhooks => "Webhooks",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Orders => "/admin/orders",
            Self::Products => "/admin/products",
            Self::Mails => "/admin/mails",
            Self::Webhooks => "/admin/webhooks",
        }
    }
}

/// A page for somebody who is signed in.
pub(crate) fn page(clerk: &Clerk, part: Part, title: &str, body: &Markup) -> Markup {
    let member = &clerk.session.member;
    let name = if member.name().is_empty() {
        member.email.clone()
    } else {
        member.name()
    };
    document(
        &format!("{title} – {}", clerk.shop.name),
        &html! {
            a.skip href="#main" { "Skip to content" }
            div.desk {
                header.side {
                    a.brand href="/admin/orders" { (mark()) span { (clerk.shop.name) } }
                    nav aria-label="Parts" { ul {
                        @for each in Part::ALL {
                            li { a href=(each.path()) aria-current=[(each == part).then_some("page")] { (each.title()) } }
                        }
                    } }
                    div.who {
                        a href="/" { "Open the shop" }
                        span.soft { (name) }
                        form method="post" action="/admin/sign-out" {
                            (csrf(clerk))
                            button.plain { "Sign out" }
                        }
                    }
                }
                main id="main" { (body) }
            }
        },
    )
}

/// A page for anybody.
pub(crate) fn bare(title: &str, body: &Markup) -> Markup {
    document(title, &html! { main id="main" { (body) } })
}

/// The hidden field that every form carries.
pub(crate) fn csrf(clerk: &Clerk) -> Markup {
    html! { input type="hidden" name="authenticity_token" value=(clerk.session.csrf_token); }
}

/// The sign of the program: a box.
pub(crate) fn mark() -> Markup {
    PreEscaped(r#"<svg class="sign" width="26" height="26" viewBox="0 0 32 32" aria-hidden="true"><path d="M5 11l11-5 11 5v11l-11 5-11-5z M5 11l11 5 11-5 M16 16v11" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linejoin="round"/></svg>"#.to_owned())
}

fn document(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="stylesheet" href=(STYLE_PATH);
                link rel="icon" href="/favicon.ico" type="image/svg+xml";
            }
            body { (body) }
        }
    }
}

/// The style sheet.
pub(crate) async fn style() -> Response {
    let kind = HeaderValue::from_static("text/css; charset=utf-8");
    let keep = HeaderValue::from_static("public, max-age=3600");
    (
        [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep)],
        STYLE,
    )
        .into_response()
}
