//! The shop window: the front page, collections and the search.

use axum::Extension;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use commerce::carts::{self, CartRef};
use commerce::content::{self, Item};
use commerce::shops::{self, Shop};
use maud::{Markup, html};
use serde::Deserialize;
use store::{StoreError, Tx};
use units::Timestamp;

use crate::at::{At, Query};
use crate::cookies;
use crate::market;
use crate::page::{Frame, Head, Link, picture};
use crate::reply::{self, Fault, Reply, shown};
use crate::safe_html;
use crate::shelf::{self, Card, Order, Shelf, Tile};
use crate::visit::Visit;

/// Links in the head or the foot of each page; menus with more are shown so far.
const LINKS_MAX: usize = 12;
/// Products on the front page.
const FRONT: usize = 12;
/// Products on a page of a list.
const LISTED: usize = 24;

/// What may stand behind a list's address.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Asked {
    /// What is searched for.
    #[serde(default)]
    q: String,
    /// How the list is sorted.
    #[serde(default)]
    sort: String,
    /// Only what follows this cursor.
    after: Option<String>,
    /// Only what precedes this cursor.
    before: Option<String>,
}

/// What stands around every page.
pub(crate) fn frame(
    tx: &mut Tx,
    cart: Option<&CartRef>,
    now: Timestamp,
) -> Result<Frame, StoreError> {
    let in_cart = match cart {
        Some(key) => carts::view(tx, key, None, now)?.map_or(0, |view| view.quantity),
        None => 0,
    };
    Ok(Frame {
        shop: shops::current(tx)?,
        menu: links(tx, "main-menu")?,
        footer: links(tx, "footer")?,
        in_cart,
        year: now.to_string().chars().take(4).collect(),
    })
}

/// The links of a menu's first level; those that lead nowhere any more are left out.
fn links(tx: &mut Tx, handle: &str) -> Result<Vec<Link>, StoreError> {
    let Some(menu) = content::menu_by_handle(tx, handle)? else {
        return Ok(Vec::new());
    };
    let items = content::items(tx, &[menu.id])?.pop().unwrap_or_default();
    let link = |item: Item| {
        let title = item.title;
        item.path.map(|path| Link { title, path })
    };
    Ok(items.into_iter().filter_map(link).take(LINKS_MAX).collect())
}

/// `GET /`.
pub(crate) async fn home(Extension(visit): Extension<Visit>, headers: HeaderMap) -> Reply {
    let (cart, country) = (cookies::cart(&headers), market::country(&headers));
    let now = visit.now;
    let (frame, shelf, tiles) = visit
        .read(move |tx| {
            let terms = market::terms(tx, country.as_deref())?;
            let terms = terms.as_ref();
            let frame = frame(tx, cart.as_ref(), now)?.in_market(terms);
            let window = shelf::window(FRONT, None, None);
            let shelf = Shelf::all(tx, "", Order::Newest, &window, (now, terms))?;
            Ok::<_, Fault>((frame, shelf, shelf::tiles(tx, 6, now)?))
        })
        .await?;
    let shop = &frame.shop;
    let welcome = if shop.description.is_empty() {
        "Well-made things, a fair price, and somebody who answers when you write."
    } else {
        shop.description.as_str()
    };
    let body = html! {
        div.hero {
            div {
                h1 { (shop.name) }
                p { (welcome) }
                a.button href="/search" { "Look around" }
            }
            div.pair aria-hidden="true" {
                @for card in shelf.cards.iter().filter(|card| card.picture.is_some()).take(2) {
                    a href=(card.path) tabindex="-1" { (picture(card.picture.as_deref(), "", &card.title)) }
                }
            }
        }
        @if !tiles.is_empty() {
            section aria-labelledby="collections" {
                div.head { h2 id="collections" { "Collections" } }
                (self::tiles(&tiles))
            }
        }
        section aria-labelledby="new" {
            div.head { h2 id="new" { "New here" } a href="/search" { "All products" } }
            (grid(shop, &shelf.cards))
        }
    };
    Ok(shown(frame.page(
        &Head {
            path: "/",
            description: &shop.description,
            ..Head::default()
        },
        &body,
    )))
}

/// `GET /collections`.
pub(crate) async fn collections(Extension(visit): Extension<Visit>, headers: HeaderMap) -> Reply {
    let cart = cookies::cart(&headers);
    let now = visit.now;
    let (frame, tiles) = visit
        .read(move |tx| {
            Ok::<_, Fault>((frame(tx, cart.as_ref(), now)?, shelf::tiles(tx, 250, now)?))
        })
        .await?;
    let body = html! {
        div.head { h1 { "Collections" } }
        @if tiles.is_empty() { div.empty { p.soft { "There are none yet." } a.button href="/search" { "All products" } } }
        (self::tiles(&tiles))
    };
    let head = Head {
        title: "Collections",
        path: "/collections",
        ..Head::default()
    };
    Ok(shown(frame.page(&head, &body)))
}

/// `GET /collections/{handle}`; `all` is every product.
pub(crate) async fn collection(
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    At(handle): At<String>,
    Query(asked): Query<Asked>,
) -> Reply {
    let (cart, country) = (cookies::cart(&headers), market::country(&headers));
    let (now, wanted, path) = (visit.now, asked.clone(), format!("/collections/{handle}"));
    let (frame, collection, shelf) = visit
        .read(move |tx| {
            let window = wanted.window();
            let terms = market::terms(tx, country.as_deref())?;
            let terms = terms.as_ref();
            let frame = frame(tx, cart.as_ref(), now)?.in_market(terms);
            if handle == "all" {
                let shelf = Shelf::all(tx, "", wanted.order(), &window, (now, terms))?;
                return Ok((frame, None, shelf));
            }
            let collection = shelf::collection(tx, &handle, now)?.ok_or(Fault::NotFound)?;
            let shelf = Shelf::of(tx, &collection, wanted.order(), &window, (now, terms))?;
            Ok::<_, Fault>((frame, Some(collection), shelf))
        })
        .await?;
    let title = collection
        .as_ref()
        .map_or("All products", |found| found.title.as_str());
    let body = html! {
        ol.crumbs { li { a href="/" { "Home" } } li { a href="/collections" { "Collections" } } li aria-current="page" { (title) } }
        div.head { h1 { (title) } (sorter(&path, &asked)) }
        @if let Some(found) = &collection {
            @if !found.description_html.is_empty() { p.soft { (safe_html::words(&found.description_html)) } br; }
        }
        (listing(&frame.shop, &path, &asked, &shelf))
    };
    Ok(shown(frame.page(
        &Head {
            title,
            path: &path,
            ..Head::default()
        },
        &body,
    )))
}

/// `GET /search`: what is found, or everything when nothing is asked for.
pub(crate) async fn search(
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Reply {
    let (cart, country) = (cookies::cart(&headers), market::country(&headers));
    let (now, wanted) = (visit.now, asked.clone());
    let (frame, shelf) = visit
        .read(move |tx| {
            let terms = market::terms(tx, country.as_deref())?;
            let buyer = (now, terms.as_ref());
            let shelf = Shelf::all(tx, wanted.q.trim(), wanted.order(), &wanted.window(), buyer)?;
            let frame = frame(tx, cart.as_ref(), now)?.in_market(terms.as_ref());
            Ok::<_, Fault>((frame, shelf))
        })
        .await?;
    let query = asked.q.trim();
    let body = html! {
        div.head {
            h1 { @if query.is_empty() { "All products" } @else { "Results for “" (query) "”" } }
            (sorter("/search", &asked))
        }
        @if let Some(meant) = &shelf.meant {
            p.soft { "Nothing has these words; this is what “" (meant) "” finds." }
        }
        (listing(&frame.shop, "/search", &asked, &shelf))
    };
    let title = if query.is_empty() {
        "All products"
    } else {
        "Search"
    };
    Ok(shown(frame.page(
        &Head {
            title,
            query,
            path: "/search",
            ..Head::default()
        },
        &body,
    )))
}

/// Any other address.
pub async fn not_found(visit: Extension<Visit>, headers: HeaderMap) -> Response {
    nothing_here(visit, headers).await.into_response()
}

async fn nothing_here(Extension(visit): Extension<Visit>, headers: HeaderMap) -> Reply {
    let cart = cookies::cart(&headers);
    let now = visit.now;
    let frame = visit.read(move |tx| frame(tx, cart.as_ref(), now)).await?;
    let body = html! {
        div.empty {
            p.badge.out { "404" }
            h1 { "Page not found" }
            p.soft { "There is nothing at this address. It may have moved, or was mistyped." }
            a.button href="/" { "Go to the front page" }
        }
    };
    let page = frame.page(
        &Head {
            title: "Page not found",
            ..Head::default()
        },
        &body,
    );
    Ok(reply::html(StatusCode::NOT_FOUND, page.into_string()))
}

impl Asked {
    fn order(&self) -> Order {
        Order::named(&self.sort)
    }

    fn window(&self) -> store::page::Window<'_> {
        shelf::window(LISTED, self.after.as_deref(), self.before.as_deref())
    }
}

fn tiles(tiles: &[Tile]) -> Markup {
    html! {
        ul.tiles {
            @for tile in tiles {
                li { a href=(format!("/collections/{}", tile.handle)) {
                    span { strong { (tile.title) } br; span.soft.small { (tile.count) @if tile.count == 1 { " product" } @else { " products" } } }
                    @if let Some(url) = &tile.picture { img src=(url) alt="" loading="lazy"; }
                } }
            }
        }
    }
}

fn sorter(path: &str, asked: &Asked) -> Markup {
    html! {
        form.sort action=(path) {
            @if !asked.q.is_empty() { input type="hidden" name="q" value=(asked.q); }
            label.soft for="sort" { "Sort by" }
            select id="sort" name="sort" {
                @for order in Order::ALL { option value=(order.name()) selected[order == asked.order()] { (order.title()) } }
            }
            button.quiet { "Sort" }
        }
    }
}

fn listing(shop: &Shop, path: &str, asked: &Asked, shelf: &Shelf) -> Markup {
    let link = |which: &str, cursor: &str| {
        let mut link = format!("{path}?{which}={}", shelf::encoded(cursor));
        for (name, value) in [("q", asked.q.as_str()), ("sort", asked.order().name())] {
            if !value.is_empty() {
                link.push_str(&format!("&{name}={}", shelf::encoded(value)));
            }
        }
        link
    };
    html! {
        @if shelf.cards.is_empty() {
            div.empty {
                h2 { "Nothing found" }
                p.soft { "Try fewer or other words." }
                a.button href="/search" { "All products" }
            }
        } @else { (grid(shop, &shelf.cards)) }
        @if shelf.previous.is_some() || shelf.next.is_some() {
            nav.more aria-label="Pages" {
                @if let Some(cursor) = &shelf.previous { a.button.quiet rel="prev" href=(link("before", cursor)) { "Previous" } }
                @if let Some(cursor) = &shelf.next { a.button.quiet rel="next" href=(link("after", cursor)) { "Next" } }
            }
        }
    }
}

fn grid(shop: &Shop, cards: &[Card]) -> Markup {
    html! {
        ul.grid {
            @for card in cards {
                li.goods {
                    div.pic { (picture(card.picture.as_deref(), "", &card.title)) }
                    div {
                        h3 { a href=(card.path) { (card.title) } }
                        p.price.num.soft {
                            @if card.price_varies { "from " } (shop.money(card.price_minor).shown())
                            @if let Some(was) = card.compare_at_minor { s { (shop.money(was).shown()) } }
                        }
                    }
                    @if !card.available { span.badge.out { "Sold out" } }
                    @else if card.compare_at_minor.is_some() { span.badge { "Sale" } }
                }
            }
        }
    }
}
