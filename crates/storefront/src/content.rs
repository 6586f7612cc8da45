//! Pages, blogs and their articles.

use axum::Extension;
use axum::extract::Path;
use axum::http::HeaderMap;
use commerce::content::{
    self, Article, ArticleSort, Blog, PolicyKind, listed_articles, published, summary,
};
use maud::{Markup, PreEscaped, html};
use serde::Deserialize;
use store::Tx;
use units::Timestamp;

use crate::at::Query;
use crate::comments;
use crate::cookies;
use crate::page::Head;
use crate::reply::{Fault, Reply, shown};
use crate::safe_html;
use crate::shelf;
use crate::visit::Visit;
use crate::window::frame;

/// Articles on a page of a blog.
const LISTED: usize = 10;

/// What may stand behind a blog's address.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// Only what follows this cursor.
    after: Option<String>,
    /// Only what precedes this cursor.
    before: Option<String>,
}

/// What may stand behind an article's address.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Said {
    /// What became of a comment.
    comment: Option<String>,
}

/// An article that is shown, with its blog.
pub(crate) fn shown_article(
    tx: &mut Tx,
    blog: &str,
    handle: &str,
    now: Timestamp,
) -> Result<(Blog, Article), Fault> {
    let blog = content::blog_by_handle(tx, blog)?.ok_or(Fault::NotFound)?;
    let article = content::article_by_handle(tx, blog.id, handle)?;
    let article = article.filter(|article| published(article.published_at, now));
    Ok((blog, article.ok_or(Fault::NotFound)?))
}

/// `GET /pages/{handle}`.
pub(crate) async fn page(
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    Path(handle): Path<String>,
) -> Reply {
    let cart = cookies::cart(&headers);
    let now = visit.now;
    let (frame, page) = visit
        .read(move |tx| {
            let page = content::page_by_handle(tx, &handle)?;
            let page = page.filter(|page| published(page.published_at, now));
            let page = page.ok_or(Fault::NotFound)?;
            Ok::<_, Fault>((frame(tx, cart.as_ref(), now)?, page))
        })
        .await?;
    let body = html! {
        article.prose {
            h1 { (page.title) }
            (PreEscaped(safe_html::kept(&page.body_html)))
        }
    };
    let (path, line) = (format!("/pages/{}", page.handle), summary(&page.body_html));
    let head = Head {
        title: &page.title,
        description: &line,
        path: &path,
        ..Head::default()
    };
    Ok(shown(frame.page(&head, &body)))
}

/// `GET /policies/{handle}`: one of the shop's terms.
pub(crate) async fn policy(
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    Path(handle): Path<String>,
) -> Reply {
    let cart = cookies::cart(&headers);
    let now = visit.now;
    let kind = PolicyKind::of_handle(&handle).ok_or(Fault::NotFound)?;
    let (frame, policy) = visit
        .read(move |tx| {
            let policies = content::policies(tx)?;
            let policy = policies.into_iter().find(|own| own.kind == kind);
            let policy = policy.ok_or(Fault::NotFound)?;
            Ok::<_, Fault>((frame(tx, cart.as_ref(), now)?, policy))
        })
        .await?;
    let body = html! {
        article.prose {
            h1 { (kind.title()) }
            (PreEscaped(safe_html::kept(&policy.body)))
        }
    };
    let (path, line) = (format!("/policies/{handle}"), summary(&policy.body));
    let head = Head {
        title: kind.title(),
        description: &line,
        path: &path,
        ..Head::default()
    };
    Ok(shown(frame.page(&head, &body)))
}

/// `GET /blogs/{handle}`: its articles, the newest first.
pub(crate) async fn blog(
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    Path(handle): Path<String>,
    Query(asked): Query<Asked>,
) -> Reply {
    let cart = cookies::cart(&headers);
    let now = visit.now;
    let (frame, blog, articles) = visit
        .read(move |tx| {
            let blog = content::blog_by_handle(tx, &handle)?.ok_or(Fault::NotFound)?;
            let articles = newest(tx, &blog, &asked, now)?;
            Ok::<_, Fault>((frame(tx, cart.as_ref(), now)?, blog, articles))
        })
        .await?;
    let path = format!("/blogs/{}", blog.handle);
    let edge = |cursor: Option<&String>, there: bool| cursor.filter(|_| there).cloned();
    let previous = edge(articles.cursors.first(), articles.has_previous_page);
    let next = edge(articles.cursors.last(), articles.has_next_page);
    let link = |which: &str, cursor: &str| format!("{path}?{which}={}", shelf::encoded(cursor));
    let body = html! {
        h1 { (blog.title) }
        @if articles.nodes.is_empty() { p.soft { "Nothing is written here yet." } }
        @for article in &articles.nodes { (teaser(&path, article)) }
        @if previous.is_some() || next.is_some() {
            nav.more aria-label="Pages" {
                @if let Some(cursor) = &previous { a.button.quiet rel="prev" href=(link("before", cursor)) { "Newer" } }
                @if let Some(cursor) = &next { a.button.quiet rel="next" href=(link("after", cursor)) { "Older" } }
            }
        }
    };
    let head = Head {
        title: &blog.title,
        path: &path,
        ..Head::default()
    };
    Ok(shown(frame.page(&head, &body)))
}

/// `GET /blogs/{blog}/{handle}`.
pub(crate) async fn article(
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    Path((blog, handle)): Path<(String, String)>,
    Query(asked): Query<Said>,
) -> Reply {
    let cart = cookies::cart(&headers);
    let now = visit.now;
    let (frame, blog, article, said) = visit
        .read(move |tx| {
            let (blog, article) = shown_article(tx, &blog, &handle, now)?;
            let said = comments::below(tx, &blog, &article)?;
            Ok::<_, Fault>((frame(tx, cart.as_ref(), now)?, blog, article, said))
        })
        .await?;
    let over = format!("/blogs/{}", blog.handle);
    let body = html! {
        ol.crumbs { li { a href="/" { "Home" } } li { a href=(over) { (blog.title) } } li aria-current="page" { (article.title) } }
        article.prose {
            h1 { (article.title) }
            (byline(&article))
            @if let Some(url) = &article.image_url { img src=(url) alt=(article.image_alt); }
            (PreEscaped(safe_html::kept(&article.body_html)))
        }
        (comments::section(&format!("{over}/{}", article.handle), &blog, &said, asked.comment.as_deref()))
    };
    let line = summary(match article.summary_html.is_empty() {
        true => &article.body_html,
        false => &article.summary_html,
    });
    let path = format!("{over}/{}", article.handle);
    let head = Head {
        title: &article.title,
        description: &line,
        path: &path,
        ..Head::default()
    };
    Ok(shown(frame.page(&head, &body)))
}

fn newest(
    tx: &mut Tx,
    blog: &Blog,
    asked: &Asked,
    now: Timestamp,
) -> Result<store::page::Page<Article>, Fault> {
    let mut window = shelf::window(LISTED, asked.after.as_deref(), asked.before.as_deref());
    window.reverse = true;
    let (filter, sort) = (listed_articles(now), ArticleSort::PublishedAt);
    let found = content::articles_of(tx, &[blog.id], filter, sort, &window)?;
    Ok(found.into_iter().next().unwrap_or_default())
}

fn teaser(blog: &str, article: &Article) -> Markup {
    let line = summary(match article.summary_html.is_empty() {
        true => &article.body_html,
        false => &article.summary_html,
    });
    html! {
        article.prose {
            h2 { a href=(format!("{blog}/{}", article.handle)) { (article.title) } }
            (byline(article))
            p { (line) }
        }
    }
}

fn byline(article: &Article) -> Markup {
    let day = article
        .published_at
        .map(|at| at.to_string().chars().take(10).collect::<String>());
    html! {
        p.soft.small {
            (article.author)
            @if let Some(day) = &day { " · " time datetime=(day) { (day) } }
        }
    }
}
