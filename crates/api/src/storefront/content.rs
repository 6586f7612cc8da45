//! Pages, blogs and articles, as buyers see them: those that are published.

use commerce::catalog::plain_text;
use commerce::content::{
    self, ARTICLES, Article, ArticleSort, BLOGS, Blog, BlogSort, PAGES, Page, PageSort,
    listed_articles, listed_pages, published, summary,
};
use commerce::metafields::{self, Owner};
use commerce::tags;
use graphql::{Error, NoArgs, Obj, PageArgs, obj};
use serde::Deserialize;
use store::search::Table;
use store::{Filter, search};
use units::{ArticleId, BlogId, PageId};

use super::media::map;
use super::products::{HandleArgs, IdOrHandleArgs, Seo, TruncateArgs, truncated};
use crate::errors::{fault, spread};
use crate::images::Image;
use crate::paging::{page_error, window};
use crate::scalars::{DateTime, Id};
use crate::searches::compiled;
use crate::{Cx, Registry};

/// Who wrote an article.
#[derive(Clone)]
struct ArticleAuthor(String);

#[derive(Debug, Deserialize)]
struct ArticleArgs {
    id: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PagesArgs {
    query: Option<String>,
    sort_key: Option<PageKey>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum PageKey {
    Id,
    Relevance,
    Title,
    UpdatedAt,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct BlogsArgs {
    query: Option<String>,
    sort_key: Option<BlogKey>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum BlogKey {
    Handle,
    Id,
    Relevance,
    Title,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ArticlesArgs {
    query: Option<String>,
    sort_key: Option<ArticleKey>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum ArticleKey {
    Author,
    BlogTitle,
    Id,
    PublishedAt,
    Relevance,
    Title,
    UpdatedAt,
}

impl ArticlesArgs {
    fn sort(&self) -> ArticleSort {
        match self.sort_key.unwrap_or(ArticleKey::Id) {
            ArticleKey::Author => ArticleSort::Author,
            ArticleKey::BlogTitle => ArticleSort::BlogTitle,
            ArticleKey::Id | ArticleKey::Relevance => ArticleSort::Id,
            ArticleKey::PublishedAt => ArticleSort::PublishedAt,
            ArticleKey::Title => ArticleSort::Title,
            ArticleKey::UpdatedAt => ArticleSort::UpdatedAt,
        }
    }
}

pub(super) fn register(r: &mut Registry) {
    page_fields(r);
    blog_fields(r);
    article_fields(r);
}

fn page_fields(r: &mut Registry) {
    r.query("page", page);
    r.query("pageByHandle", |args: &HandleArgs, cx: &mut Cx| {
        page_by_handle(&args.handle, cx)
    });
    r.query("pages", pages);
    r.connection::<Page>("PageConnection", "PageEdge");
    r.object::<Page>("Page")
        .leaf("id", |own| Id(own.id))
        .text("title", |own| &own.title)
        .text("handle", |own| &own.handle)
        .text("body", |own| &own.body_html)
        .leaf("bodySummary", |own| summary(&own.body_html))
        .leaf("createdAt", |own| DateTime(own.created_at))
        .leaf("updatedAt", |own| DateTime(own.updated_at))
        .text_opt("trackingParameters", |_| None)
        .load("seo", |all: &[&Page], _: &NoArgs, cx: &mut Cx| {
            let ids: Vec<i64> = all.iter().map(|own| own.id.get()).collect();
            spread(seo(cx, Owner::Page, &ids), all.len())
        })
        .load_leaf(
            "onlineStoreUrl",
            |all: &[&Page], _: &NoArgs, cx: &mut Cx| {
                let origin = cx.request.origin();
                let url = |own: &&Page| Ok(Some(format!("{origin}/pages/{}", own.handle)));
                all.iter().map(url).collect()
            },
        );
}

fn blog_fields(r: &mut Registry) {
    r.query("blog", blog);
    r.query("blogByHandle", |args: &HandleArgs, cx: &mut Cx| {
        content::blog_by_handle(&mut cx.tx, &args.handle).map_err(fault)
    });
    r.query("blogs", blogs);
    r.connection::<Blog>("BlogConnection", "BlogEdge");
    r.object::<Blog>("Blog")
        .leaf("id", |own| Id(own.id))
        .text("title", |own| &own.title)
        .text("handle", |own| &own.handle)
        .load("seo", |all: &[&Blog], _: &NoArgs, cx: &mut Cx| {
            let ids: Vec<i64> = all.iter().map(|own| own.id.get()).collect();
            spread(seo(cx, Owner::Blog, &ids), all.len())
        })
        .load_leaf(
            "onlineStoreUrl",
            |all: &[&Blog], _: &NoArgs, cx: &mut Cx| {
                let origin = cx.request.origin();
                let url = |own: &&Blog| Ok(Some(format!("{origin}/blogs/{}", own.handle)));
                all.iter().map(url).collect()
            },
        )
        .load("articles", articles_of)
        .load("articleByHandle", article_by_handle)
        .load("authors", |all: &[&Blog], _: &NoArgs, cx: &mut Cx| {
            let ids: Vec<BlogId> = all.iter().map(|own| own.id).collect();
            let found = content::authors(&mut cx.tx, &ids).map_err(fault);
            let authors = |names: Vec<String>| -> Vec<ArticleAuthor> {
                names.into_iter().map(ArticleAuthor).collect()
            };
            spread(
                found.map(|all| all.into_iter().map(authors).collect()),
                all.len(),
            )
        });
}

/// The pictures of articles.
fn article_images(all: &[&Article], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Option<Image>, Error>> {
    let origin = cx.request.origin();
    let image = |own: &&Article| {
        let shown = own
            .image_url
            .as_deref()
            .map(|url| (url, own.image_alt.as_str()));
        let size = (own.image_width, own.image_height);
        Ok(Image::kept(
            "ArticleImage",
            own.image_id,
            shown,
            size,
            origin,
        ))
    };
    all.iter().map(image).collect()
}

fn article_fields(r: &mut Registry) {
    r.query("article", |args: &ArticleArgs, cx: &mut Cx| {
        let Ok(id) = ArticleId::parse(&args.id) else {
            return Ok(None);
        };
        let found = content::articles(&mut cx.tx, &[id]).map_err(fault)?;
        let now = cx.request.now();
        let shown = |own: &Article| published(own.published_at, now);
        Ok(found.into_iter().flatten().find(shown))
    });
    r.query("articles", articles);
    r.connection::<Article>("ArticleConnection", "ArticleEdge");
    r.object::<ArticleAuthor>("ArticleAuthor")
        .text("name", |own| &own.0);
    r.object::<Article>("Article")
        .leaf("id", |own| Id(own.id))
        .text("title", |own| &own.title)
        .text("handle", |own| &own.handle)
        .text("contentHtml", |own| &own.body_html)
        .with("content", |own, args: &TruncateArgs| {
            Ok(truncated(plain_text(&own.body_html), args))
        })
        .text_opt("excerptHtml", excerpt)
        .with("excerpt", |own, args: &TruncateArgs| {
            Ok(excerpt(own).map(|html| truncated(plain_text(html), args)))
        })
        .leaf("publishedAt", |own| {
            DateTime(own.published_at.unwrap_or(own.created_at))
        })
        .text_opt("trackingParameters", |_| None)
        .child("author", |own| ArticleAuthor(own.author.clone()))
        .child("authorV2", |own| Some(ArticleAuthor(own.author.clone())))
        .load_leaf("tags", |all: &[&Article], _: &NoArgs, cx: &mut Cx| {
            let ids: Vec<i64> = all.iter().map(|own| own.id.get()).collect();
            let found = tags::load(&mut cx.tx, tags::Owner::Article, &ids).map_err(fault);
            spread(found, all.len())
        })
        .load("seo", |all: &[&Article], _: &NoArgs, cx: &mut Cx| {
            let ids: Vec<i64> = all.iter().map(|own| own.id.get()).collect();
            spread(seo(cx, Owner::Article, &ids), all.len())
        })
        .load("image", article_images)
        .load("blog", |all: &[&Article], _: &NoArgs, cx: &mut Cx| {
            spread(blogs_of(all, cx), all.len())
        })
        .load_leaf(
            "onlineStoreUrl",
            |all: &[&Article], _: &NoArgs, cx: &mut Cx| {
                let found = blogs_of(all, cx);
                let origin = cx.request.origin();
                let url = |(own, blog): (&&Article, Blog)| {
                    Some(format!("{origin}/blogs/{}/{}", blog.handle, own.handle))
                };
                spread(
                    found.map(|blogs| all.iter().zip(blogs).map(url).collect()),
                    all.len(),
                )
            },
        );
}

fn excerpt(article: &Article) -> Option<&str> {
    Some(article.summary_html.as_str()).filter(|html| !html.is_empty())
}

/// What search engines are told: the metafields that themes read, too.
fn seo(cx: &mut Cx, owner: Owner, ids: &[i64]) -> Result<Vec<Option<Seo>>, Error> {
    const KEYS: [&str; 2] = ["title_tag", "description_tag"];
    let found = metafields::by_keys(&mut cx.tx, owner, ids, &KEYS).map_err(fault)?;
    let tag = |id: i64, key: &str| {
        let fits = |own: &&metafields::Metafield| {
            own.owner_id == id && own.namespace == "global" && own.key == key
        };
        found.iter().find(fits).map(|own| own.value.clone())
    };
    let one = |id: &i64| {
        Some(Seo {
            title: tag(*id, KEYS[0]),
            description: tag(*id, KEYS[1]),
        })
    };
    Ok(ids.iter().map(one).collect())
}

fn searched(cx: &mut Cx, field: &str, query: Option<&str>, table: &Table) -> Result<Filter, Error> {
    let query = query.unwrap_or_default();
    let found = search::compile(query, table, cx.reading()?);
    Ok(compiled(cx, field, query, found))
}

fn page(args: &IdOrHandleArgs, cx: &mut Cx) -> Result<Option<Page>, Error> {
    match (&args.id, &args.handle) {
        (Some(id), _) => {
            let Ok(id) = PageId::parse(id) else {
                return Ok(None);
            };
            let found = content::pages(&mut cx.tx, &[id]).map_err(fault)?;
            let now = cx.request.now();
            let shown = |own: &Page| published(own.published_at, now);
            Ok(found.into_iter().flatten().find(shown))
        }
        (None, Some(handle)) => page_by_handle(handle, cx),
        (None, None) => Err(Error::new("Give the page's id or its handle.").code("BAD_REQUEST")),
    }
}

fn page_by_handle(handle: &str, cx: &mut Cx) -> Result<Option<Page>, Error> {
    let found = content::page_by_handle(&mut cx.tx, handle).map_err(fault)?;
    let now = cx.request.now();
    Ok(found.filter(|own| published(own.published_at, now)))
}

fn pages((page, args): &(PageArgs, PagesArgs), cx: &mut Cx) -> Result<graphql::Page<Page>, Error> {
    let window = window(page)?;
    let searched = searched(cx, "pages", args.query.as_deref(), &PAGES)?;
    let filter = listed_pages(cx.request.now()).and(searched);
    let sort = match args.sort_key.unwrap_or(PageKey::Id) {
        PageKey::Id | PageKey::Relevance => PageSort::Id,
        PageKey::Title => PageSort::Title,
        PageKey::UpdatedAt => PageSort::UpdatedAt,
    };
    let found = content::pages_page(&mut cx.tx, filter, sort, &window).map_err(page_error)?;
    Ok(map(found, |it| it))
}

fn blog(args: &IdOrHandleArgs, cx: &mut Cx) -> Result<Option<Blog>, Error> {
    match (&args.id, &args.handle) {
        (Some(id), _) => {
            let Ok(id) = BlogId::parse(id) else {
                return Ok(None);
            };
            let found = content::blogs(&mut cx.tx, &[id]).map_err(fault)?;
            Ok(found.into_iter().next().flatten())
        }
        (None, Some(handle)) => content::blog_by_handle(&mut cx.tx, handle).map_err(fault),
        (None, None) => Err(Error::new("Give the blog's id or its handle.").code("BAD_REQUEST")),
    }
}

fn blogs((page, args): &(PageArgs, BlogsArgs), cx: &mut Cx) -> Result<graphql::Page<Blog>, Error> {
    let window = window(page)?;
    let filter = searched(cx, "blogs", args.query.as_deref(), &BLOGS)?;
    let sort = match args.sort_key.unwrap_or(BlogKey::Id) {
        BlogKey::Handle => BlogSort::Handle,
        BlogKey::Id | BlogKey::Relevance => BlogSort::Id,
        BlogKey::Title => BlogSort::Title,
    };
    let found = content::blogs_page(&mut cx.tx, filter, sort, &window).map_err(page_error)?;
    Ok(map(found, |it| it))
}

fn articles(
    (page, args): &(PageArgs, ArticlesArgs),
    cx: &mut Cx,
) -> Result<graphql::Page<Article>, Error> {
    let window = window(page)?;
    let searched = searched(cx, "articles", args.query.as_deref(), &ARTICLES)?;
    let filter = listed_articles(cx.request.now()).and(searched);
    let found = content::articles_page(&mut cx.tx, filter, args.sort(), &window);
    Ok(map(found.map_err(page_error)?, |it| it))
}

fn articles_of(
    all: &[&Blog],
    (page, args): &(PageArgs, ArticlesArgs),
    cx: &mut Cx,
) -> Vec<Result<graphql::Page<Article>, Error>> {
    let ids: Vec<BlogId> = all.iter().map(|own| own.id).collect();
    let mut load = || {
        let window = window(page)?;
        let searched = searched(cx, "articles", args.query.as_deref(), &ARTICLES)?;
        let filter = listed_articles(cx.request.now()).and(searched);
        let found = content::articles_of(&mut cx.tx, &ids, filter, args.sort(), &window);
        let found = found.map_err(page_error)?;
        Ok(found.into_iter().map(|it| map(it, |it| it)).collect())
    };
    spread(load(), all.len())
}

fn article_by_handle(
    all: &[&Blog],
    args: &HandleArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<Article>, Error>> {
    let now = cx.request.now();
    // A storefront asks this of one blog.
    let mut one = |blog: &&Blog| {
        let found = content::article_by_handle(&mut cx.tx, blog.id, &args.handle);
        let found = found.map_err(fault)?;
        Ok(found.filter(|own| published(own.published_at, now)))
    };
    all.iter().map(&mut one).collect()
}

/// The blogs that articles stand in, one for each.
fn blogs_of(all: &[&Article], cx: &mut Cx) -> Result<Vec<Blog>, Error> {
    let ids: Vec<BlogId> = all.iter().map(|own| own.blog_id).collect();
    let found = content::blogs(&mut cx.tx, &ids).map_err(fault)?;
    let gone = || Error::new("The article's blog is gone.");
    found
        .into_iter()
        .map(|blog| blog.ok_or_else(gone))
        .collect()
}

/// Pages for `node`: only those that are published.
pub(super) fn page_nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    let ids: Vec<PageId> = ids.iter().copied().map(PageId).collect();
    let found = content::pages(&mut cx.tx, &ids).map_err(fault)?;
    let now = cx.request.now();
    let shown = |own: &Page| published(own.published_at, now);
    Ok(found
        .into_iter()
        .map(|own| own.filter(shown).map(obj))
        .collect())
}

/// Blogs for `node`.
pub(super) fn blog_nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    let ids: Vec<BlogId> = ids.iter().copied().map(BlogId).collect();
    let found = content::blogs(&mut cx.tx, &ids).map_err(fault)?;
    Ok(found.into_iter().map(|own| own.map(obj)).collect())
}

/// Articles for `node`: only those that are published.
pub(super) fn article_nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    let ids: Vec<ArticleId> = ids.iter().copied().map(ArticleId).collect();
    let found = content::articles(&mut cx.tx, &ids).map_err(fault)?;
    let now = cx.request.now();
    let shown = |own: &Article| published(own.published_at, now);
    Ok(found
        .into_iter()
        .map(|own| own.filter(shown).map(obj))
        .collect())
}
