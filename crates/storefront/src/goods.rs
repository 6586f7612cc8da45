//! One product: its pictures, its options, and the way into the cart.

use axum::Extension;
use axum::http::HeaderMap;
use commerce::catalog::ProductVariant;
use maud::{Markup, PreEscaped, html};
use serde::Deserialize;

use crate::at::{At, Query};
use crate::cookies;
use crate::market;
use crate::page::{Frame, Head, picture};
use crate::reply::{Fault, Reply, shown};
use crate::safe_html;
use crate::shelf::Goods;
use crate::visit::Visit;
use crate::window;

/// What may stand behind a product's address.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// The chosen variant's number.
    variant: Option<i64>,
}

/// `GET /products/{handle}`.
pub(crate) async fn product(
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    At(handle): At<String>,
    Query(asked): Query<Asked>,
) -> Reply {
    let (cart, country) = (cookies::cart(&headers), market::country(&headers));
    let now = visit.now;
    let (frame, goods) = visit
        .read(move |tx| {
            let terms = market::terms(tx, country.as_deref())?;
            let terms = terms.as_ref();
            let goods = Goods::read(tx, &handle, (now, terms))?.ok_or(Fault::NotFound)?;
            let frame = window::frame(tx, cart.as_ref(), now)?.in_market(terms);
            Ok::<_, Fault>((frame, goods))
        })
        .await?;
    let path = format!("/products/{}", goods.product.handle);
    let description = goods.product.seo_description.clone().unwrap_or_default();
    let head = Head {
        title: goods
            .product
            .seo_title
            .as_deref()
            .unwrap_or(&goods.product.title),
        description: &description,
        path: &path,
        ..Head::default()
    };
    let chosen = goods.chosen(asked.variant);
    let body = View {
        frame: &frame,
        goods: &goods,
        chosen,
        path: &path,
    }
    .markup();
    Ok(shown(frame.page(&head, &body)))
}

/// `GET /collections/{collection}/products/{handle}`: the same page, as links of themes write it.
pub(crate) async fn product_of_collection(
    visit: Extension<Visit>,
    headers: HeaderMap,
    At((_, handle)): At<(String, String)>,
    asked: Query<Asked>,
) -> Reply {
    product(visit, headers, At(handle), asked).await
}

struct View<'a> {
    frame: &'a Frame,
    goods: &'a Goods,
    chosen: Option<&'a ProductVariant>,
    path: &'a str,
}

impl View<'_> {
    fn markup(&self) -> Markup {
        let product = &self.goods.product;
        html! {
            ol.crumbs {
                li { a href="/" { "Home" } }
                @if let Some((handle, title)) = &self.goods.collection {
                    li { a href=(format!("/collections/{handle}")) { (title) } }
                }
                li aria-current="page" { (product.title) }
            }
            div.product {
                (self.gallery())
                div.facts {
                    div {
                        @if !product.vendor.is_empty() { p.soft.small { (product.vendor) } }
                        h1 { (product.title) }
                    }
                    (self.price())
                    (self.options())
                    (self.buy())
                    @if !product.description_html.trim().is_empty() {
                        div.prose { (PreEscaped(safe_html::kept(&product.description_html))) }
                    }
                }
            }
        }
    }

    fn gallery(&self) -> Markup {
        let goods = self.goods;
        let first = self.chosen.and_then(|variant| variant.media_id);
        let mut pictures: Vec<_> = goods.media.iter().collect();
        pictures.sort_by_key(|media| (Some(media.id) != first, media.position));
        html! {
            div.gallery {
                @if pictures.is_empty() { figure { (picture(None, "", &goods.product.title)) } }
                @for media in pictures.iter().take(9) {
                    @let alt = if media.alt.is_empty() { &goods.product.title } else { &media.alt };
                    figure { (picture(Some(&media.url), alt, &goods.product.title)) }
                }
            }
        }
    }

    fn price(&self) -> Markup {
        let shop = &self.frame.shop;
        let product = &self.goods.product;
        html! {
            p.price.num {
                @match self.chosen {
                    Some(variant) => {
                        (shop.money(variant.price_minor).shown())
                        @if let Some(was) = variant.compare_at_minor.filter(|was| *was > variant.price_minor) { s { (shop.money(was).shown()) } }
                    }
                    None => (shop.money(product.price_min_minor).shown()),
                }
            }
        }
    }

    /// Each value leads to the variant that differs from the chosen one in it alone.
    fn options(&self) -> Markup {
        let goods = self.goods;
        html! {
            @if !goods.product.only_default_variant {
                div.options {
                    @for (at, option) in goods.options.iter().enumerate() {
                        @let current = self.chosen.and_then(|variant| value_at(variant, at));
                        div {
                            p.name id=(format!("option-{at}")) { (option.option.name) @if let Some(value) = current { ": " span.soft { (value) } } }
                            ul.pills aria-labelledby=(format!("option-{at}")) {
                                @for value in &option.values { (self.pill(at, &value.value.name, current)) }
                            }
                        }
                    }
                }
            }
        }
    }

    fn pill(&self, at: usize, value: &str, current: Option<&str>) -> Markup {
        let Some(variant) = self.goods.turned(self.chosen, at, value) else {
            return html! {};
        };
        let gone = !self.goods.is_available(variant);
        html! {
            li {
                a class=[gone.then_some("gone")] href=(format!("{}?variant={}", self.path, variant.id.get()))
                    aria-current=[(current == Some(value)).then_some("true")] {
                    (value) @if gone { span.hidden { " (sold out)" } }
                }
            }
        }
    }

    fn buy(&self) -> Markup {
        let Some(variant) = self.chosen else {
            return html! { p.badge.out { "Not for sale at the moment" } };
        };
        if !self.goods.is_available(variant) {
            return html! { div.buy { div.wide { button disabled { "Sold out" } } } };
        }
        let left = self.goods.left(variant);
        html! {
            form.buy method="post" action="/cart/add" {
                input type="hidden" name="id" value=(variant.id.get());
                div.field { label for="quantity" { "Quantity" }
                    input id="quantity" type="number" name="quantity" value="1" min="1" max=[left] inputmode="numeric"; }
                button { "Add to cart" }
                div.wide {
                    button.quiet name="checkout" value="1" { "Buy it now" }
                    @if let Some(left) = left.filter(|left| *left <= 5) { p.soft.small { "Only " (left) " left." } }
                }
            }
        }
    }
}

fn value_at(variant: &ProductVariant, at: usize) -> Option<&str> {
    variant.option_values().nth(at)
}
