//! Articles, their tags and their authors.

use commerce::content::{
    self, ARTICLES, Article, ArticleInput, ArticleSort, Author, Blog, TagOrder, published,
};
use commerce::tags;
use graphql::{Error, Maybe, MutationCx, NoArgs, Obj, Page, PageArgs};
use serde::Deserialize;
use store::search;
use units::{ArticleId, BlogId, StaffMemberId, Timestamp};

use super::refusals::{Codes, user_error};
use super::{READ, WRITE, blogs};
use crate::admin::batches::{as_nodes, map_page};
use crate::admin::payload::{Payload, deleted, payloads};
use crate::admin::products::MetafieldInput;
use crate::errors::{fault, spread};
use crate::images::Image;
use crate::paging::{page, page_error, window};
use crate::scalars::{DateTime, Id};
use crate::searches::compiled;
use crate::{Cx, Registry, Request};

/// Tags that are listed at once, at most.
const TAGS_MAX: i64 = 5_000;

/// Who wrote an article.
struct ArticleAuthor(String);

#[derive(Deserialize)]
struct IdArgs {
    id: ArticleId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ArticlesArgs {
    query: Option<String>,
    sort_key: SortKey,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SortKey {
    Author,
    BlogTitle,
    Id,
    PublishedAt,
    Title,
    UpdatedAt,
}

#[derive(Deserialize)]
struct TagsArgs {
    limit: i64,
    sort: TagSort,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum TagSort {
    Alphabetical,
    Popular,
}

#[derive(Deserialize)]
struct CreateArgs {
    article: CreateInput,
    blog: Option<BlogFields>,
}

#[derive(Deserialize)]
struct UpdateArgs {
    id: ArticleId,
    article: UpdateInput,
    blog: Option<BlogFields>,
}

#[derive(Deserialize)]
struct BlogFields {
    title: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AuthorFields {
    name: Option<String>,
    user_id: Option<StaffMemberId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ImageFields {
    alt_text: Option<String>,
    url: Option<String>,
}

/// Declares an input for articles: what both have, and what is its own.
macro_rules! article_input {
    ($(#[$doc:meta])* $name:ident: $title:ty, $author:ty; $($own:ident: $kind:ty),*) => {
        $(#[$doc])*
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct $name {
            title: $title,
            author: $author,
            blog_id: Option<BlogId>,
            handle: Option<String>,
            body: Option<String>,
            summary: Option<String>,
            #[serde(default)]
            image: Maybe<ImageFields>,
            tags: Option<Vec<String>>,
            #[serde(default)]
            template_suffix: Maybe<String>,
            is_published: Option<bool>,
            publish_date: Option<Timestamp>,
            metafields: Option<Vec<MetafieldInput>>,
            $($own: Option<$kind>,)*
        }

        impl $name {
            fn into_input(self, blog: Option<BlogFields>) -> ArticleInput {
                let input = ArticleInput {
                    title: self.title.into(),
                    handle: self.handle,
                    blog: self.blog_id,
                    new_blog: blog.map(|blog| blog.title),
                    author: Option::<AuthorFields>::from(self.author).map(|author| Author {
                        name: author.name,
                        staff_member: author.user_id,
                    }),
                    body_html: self.body,
                    summary_html: self.summary,
                    image: match self.image {
                        Maybe::Undefined => None,
                        Maybe::Null => Some(None),
                        Maybe::Value(image) => Some(Some((image.url, image.alt_text))),
                    },
                    tags: self.tags,
                    template_suffix: self.template_suffix.given(),
                    is_published: self.is_published,
                    publish_date: self.publish_date,
                    metafields: self
                        .metafields
                        .iter()
                        .flatten()
                        .map(MetafieldInput::metafield)
                        .collect(),
                    ..ArticleInput::default()
                };
                ArticleInput {
                    $($own: self.$own,)*
                    ..input
                }
            }
        }
    };
}

article_input! {
    /// A new article.
    CreateInput: String, AuthorFields;
}

article_input! {
    /// What is to change of an article.
    UpdateInput: Option<String>, Option<AuthorFields>; redirect_new_handle: bool
}

impl From<SortKey> for ArticleSort {
    fn from(key: SortKey) -> Self {
        match key {
            SortKey::Author => Self::Author,
            SortKey::BlogTitle => Self::BlogTitle,
            SortKey::Id => Self::Id,
            SortKey::PublishedAt => Self::PublishedAt,
            SortKey::Title => Self::Title,
            SortKey::UpdatedAt => Self::UpdatedAt,
        }
    }
}

pub(super) fn register(r: &mut Registry) {
    r.query("article", |args: &IdArgs, cx: &mut Cx| {
        cx.permit_any("article", READ)?;
        by_id(cx, args.id)
    });
    r.query("articles", list);
    r.query_leaf("articleTags", all_tags);
    r.query("articleAuthors", authors);
    r.connection::<Article>("ArticleConnection", "ArticleEdge");
    r.connection::<ArticleAuthor>("ArticleAuthorConnection", "ArticleAuthorEdge");
    r.object::<ArticleAuthor>("ArticleAuthor")
        .text("name", |own| &own.0);
    fields(r);
    r.mutation("articleCreate", create);
    r.mutation("articleUpdate", update);
    r.mutation("articleDelete", delete);
    let shown = &["ArticleCreatePayload", "ArticleUpdatePayload"];
    payloads(r, shown, "article", by_id);
    deleted::<ArticleId>(r, "ArticleDeletePayload", "deletedArticleId");
}

fn fields(r: &mut Registry) {
    r.object::<Article>("Article")
        .leaf("id", |own| Id(own.id))
        .text("title", |own| &own.title)
        .text("handle", |own| &own.handle)
        .text("body", |own| &own.body_html)
        .text_opt("summary", |own| {
            Some(own.summary_html.as_str()).filter(|text| !text.is_empty())
        })
        .text_opt("templateSuffix", |own| own.template_suffix.as_deref())
        .leaf("publishedAt", |own| own.published_at.map(DateTime))
        .leaf("createdAt", |own| DateTime(own.created_at))
        .leaf("updatedAt", |own| Some(DateTime(own.updated_at)))
        .child("author", |own| Some(ArticleAuthor(own.author.clone())))
        .load_leaf(
            "isPublished",
            |all: &[&Article], _: &NoArgs, cx: &mut Cx| {
                let now = cx.request.now();
                let shown = |own: &&Article| Ok(published(own.published_at, now));
                all.iter().map(shown).collect()
            },
        )
        .load_leaf("tags", |all: &[&Article], _: &NoArgs, cx: &mut Cx| {
            let ids: Vec<i64> = all.iter().map(|own| own.id.get()).collect();
            let found = tags::load(&mut cx.tx, tags::Owner::Article, &ids).map_err(fault);
            spread(found, all.len())
        })
        .load("image", |all: &[&Article], _: &NoArgs, cx: &mut Cx| {
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
        })
        .load("blog", |all: &[&Article], _: &NoArgs, cx: &mut Cx| {
            let ids: Vec<BlogId> = all.iter().map(|own| own.blog_id).collect();
            let found = blogs::by_ids(cx, &ids);
            let held = |blog: Result<Option<Blog>, Error>| {
                blog?.ok_or_else(|| Error::new("The article's blog is gone."))
            };
            spread(found, all.len()).into_iter().map(held).collect()
        });
}

fn by_id(cx: &mut Cx, id: ArticleId) -> Result<Option<Article>, Error> {
    let found = content::articles(&mut cx.tx, &[id]).map_err(fault)?;
    Ok(found.into_iter().next().flatten())
}

fn list(args: &(PageArgs, ArticlesArgs), cx: &mut Cx) -> Result<Page<Article>, Error> {
    cx.permit_any("articles", READ)?;
    let (args, wanted) = args;
    let reading = cx.reading()?;
    let query = wanted.query.as_deref().unwrap_or_default();
    let found = search::compile(query, &ARTICLES, reading);
    let filter = compiled(cx, "articles", query, found);
    let sort = wanted.sort_key.into();
    let found = content::articles_page(&mut cx.tx, filter, sort, &window(args)?);
    found.map(page).map_err(page_error)
}

fn all_tags(args: &TagsArgs, cx: &mut Cx) -> Result<Vec<String>, Error> {
    cx.permit_any("articleTags", READ)?;
    let order = match args.sort {
        TagSort::Alphabetical => TagOrder::Alphabetical,
        TagSort::Popular => TagOrder::Popular,
    };
    let limit = usize::try_from(args.limit.clamp(0, TAGS_MAX)).unwrap_or(0);
    content::article_tags(&mut cx.tx, limit, order).map_err(fault)
}

/// Everybody who wrote, once: told from the first article of theirs.
fn authors(args: &PageArgs, cx: &mut Cx) -> Result<Page<ArticleAuthor>, Error> {
    cx.permit_any("articleAuthors", READ)?;
    let (first, sort) = (content::first_of_each_author(), ArticleSort::Author);
    let found = content::articles_page(&mut cx.tx, first, sort, &window(args)?);
    let found = found.map(page).map_err(page_error)?;
    Ok(map_page(found, |article| ArticleAuthor(article.author)))
}

async fn create(cx: MutationCx<Request>, args: CreateArgs) -> Result<Payload<ArticleId>, Error> {
    let call = cx.request.permit_any("articleCreate", WRITE)?;
    let input = args.article.into_input(args.blog);
    let done = cx
        .request
        .write(move |tx| content::create_article(tx, &call, &input))
        .await;
    Payload::of(done, |error| user_error(error, Codes::Article))
}

async fn update(cx: MutationCx<Request>, args: UpdateArgs) -> Result<Payload<ArticleId>, Error> {
    let call = cx.request.permit_any("articleUpdate", WRITE)?;
    let (id, input) = (args.id, args.article.into_input(args.blog));
    let done = cx
        .request
        .write(move |tx| content::update_article(tx, &call, id, &input))
        .await;
    Payload::of(done, |error| user_error(error, Codes::Article))
}

async fn delete(cx: MutationCx<Request>, args: IdArgs) -> Result<Payload<ArticleId>, Error> {
    let call = cx.request.permit_any("articleDelete", WRITE)?;
    let done = cx
        .request
        .write(move |tx| content::delete_article(tx, &call, args.id))
        .await;
    Payload::of(done, |error| user_error(error, Codes::Article))
}

/// Articles by id, for `node` and for references.
pub(in crate::admin) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit_any("article", READ)?;
    let ids: Vec<ArticleId> = ids.iter().copied().map(ArticleId).collect();
    as_nodes(content::articles(&mut cx.tx, &ids))
}
