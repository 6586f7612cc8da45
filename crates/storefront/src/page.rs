//! The frame of every page: head, foot, and the one style sheet.

use axum::http::header::{self, HeaderValue};
use axum::response::{IntoResponse, Response};
use commerce::markets::Terms;
use commerce::shops::Shop;
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = include_str!("style.css");
/// The sheet's address; its number rises with its text, so that browsers may keep it.
pub const STYLE_PATH: &str = "/cdn/shop/assets/stockroom-2.css";
const SEARCH_ICON: &str = r#"<svg width="18" height="18" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true"><circle cx="11" cy="11" r="7"/><path d="m20 20-3.5-3.5"/></svg>"#;

/// What stands around a page's own part.
#[derive(Clone)]
pub(crate) struct Frame {
    /// The shop.
    pub(crate) shop: Shop,
    /// The links of the head.
    pub(crate) menu: Vec<Link>,
    /// The links of the foot.
    pub(crate) footer: Vec<Link>,
    /// Units in the browser's cart.
    pub(crate) in_cart: i64,
    /// The year, for the foot.
    pub(crate) year: String,
}

/// An entry of a menu, as the pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    /// What it says.
    pub(crate) title: String,
    /// Where it leads.
    pub(crate) path: String,
}

/// What differs in the head of one page.
#[derive(Default)]
pub(crate) struct Head<'a> {
    /// The page's own title.
    pub(crate) title: &'a str,
    /// A line for search engines.
    pub(crate) description: &'a str,
    /// What was searched for.
    pub(crate) query: &'a str,
    /// The page's own address, to mark it in the menu.
    pub(crate) path: &'a str,
}

impl Frame {
    /// The same, its amounts in the currency of a market.
    pub(crate) fn in_market(mut self, terms: Option<&Terms>) -> Self {
        if let Some(terms) = terms {
            self.shop.currency = terms.currency();
        }
        self
    }

    /// A whole page of the shop window.
    pub(crate) fn page(&self, head: &Head<'_>, body: &Markup) -> Markup {
        let title = if head.title.is_empty() {
            self.shop.name.clone()
        } else {
            format!("{} – {}", head.title, self.shop.name)
        };
        document(
            &title,
            head.description,
            &html! {
                (self.bar(head))
                main id="main" { (body) }
                footer.foot { div {
                    span { "© " (self.year) " " (self.shop.name) }
                    span { @for link in &self.footer { a href=(link.path) { (link.title) } " · " }
                        a href="/cart" { "Cart" } " · " a href="/admin" { "Staff" } }
                } }
            },
        )
    }

    /// A page of the checkout: no menu, so that nothing leads away but the way back.
    pub(crate) fn checkout_page(
        &self,
        title: &str,
        (back, label): (&str, &str),
        body: &Markup,
    ) -> Markup {
        document(
            &format!("{title} – {}", self.shop.name),
            "",
            &html! {
                header.bar { div {
                    a.brand href="/" { (self.shop.name) }
                    nav aria-label="Checkout" { }
                    a.basket href=(back) { (label) }
                } }
                main id="main" { (body) }
                footer.foot { div { span { (self.shop.name) }
                    @if self.shop.test_shop { span { "Test shop: no order here is real." } } } }
            },
        )
    }

    fn bar(&self, head: &Head<'_>) -> Markup {
        html! {
            header.bar { div {
                a.brand href="/" { (self.shop.name) }
                nav aria-label="Menu" {
                    @for link in &self.menu {
                        a href=(link.path) aria-current=[(link.path == head.path).then_some("page")] { (link.title) }
                    }
                }
                form.find action="/search" role="search" {
                    label.hidden for="q" { "Search products" }
                    input id="q" type="search" name="q" value=(head.query) placeholder="Search" maxlength="200";
                    button { span.hidden { "Search" } (PreEscaped(SEARCH_ICON)) }
                }
                a.basket href="/cart" { "Cart" @if self.in_cart > 0 {
                    span.count { (self.in_cart) span.hidden { " items" } } } }
            } }
        }
    }
}

/// A picture, or the first letter of what it would show.
pub(crate) fn picture(url: Option<&str>, alt: &str, title: &str) -> Markup {
    html! {
        @match url {
            Some(url) => img src=(url) alt=(alt) loading="lazy" decoding="async";,
            None => span.noimage aria-hidden="true" { (title.chars().next().unwrap_or('·')) },
        }
    }
}

fn document(title: &str, description: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                @if !description.is_empty() { meta name="description" content=(description); }
                meta name="color-scheme" content="light dark";
                link rel="stylesheet" href=(STYLE_PATH);
                link rel="icon" href="/favicon.ico" type="image/svg+xml";
            }
            body { a.skip href="#main" { "Skip to content" } (body) }
        }
    }
}

/// A page that needs no shop: for unknown hosts and faults.
#[must_use]
pub fn plain_page(title: &str, lead: &str, text: &str) -> String {
    let body = html! {
        main id="main" { div.empty {
            @if !lead.is_empty() { p.badge.out { (lead) } }
            h1 { (title) }
            p.soft { (text) }
            p { a href="/" { "Go to the front page" } }
        } }
    };
    document(title, "", &body).into_string()
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

/// What crawlers may read.
pub(crate) async fn robots() -> &'static str {
    "User-agent: *\nDisallow: /admin\nDisallow: /cart\nDisallow: /checkouts/\nDisallow: /orders/\n"
}

/// A small picture for the browser's tab: a box.
pub(crate) async fn favicon() -> Response {
    const BOX: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1d5b4a"/><path d="M7 12l9-4.5 9 4.5v9L16 25.5 7 21z" fill="none" stroke="#fff" stroke-width="2" stroke-linejoin="round"/><path d="M7 12l9 4.5 9-4.5M16 16.5v9" fill="none" stroke="#fff" stroke-width="2" stroke-linejoin="round"/></svg>"##;
    let kind = HeaderValue::from_static("image/svg+xml");
    let keep = HeaderValue::from_static("public, max-age=86400");
    (
        [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep)],
        BOX,
    )
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_visitor_wrote_is_escaped() {
        let page = plain_page("<script>", "&", "\"");
        assert!(page.contains("&lt;script&gt;") && !page.contains("<script>"));
    }
}
