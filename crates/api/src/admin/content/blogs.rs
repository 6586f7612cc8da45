//! Blogs.

use commerce::content::{
    self, Article, ArticleSort, BLOGS, Blog, BlogInput, BlogSort, CommentPolicy,
};
use graphql::{Error, Maybe, MutationCx, NoArgs, Obj, Page, PageArgs};
use serde::Deserialize;
use store::{Filter, search};
use units::BlogId;

use super::refusals::{Codes, user_error};
use super::{COUNT_LIMIT, READ, WRITE};
use crate::admin::batches::as_nodes;
use crate::admin::counts::Count;
use crate::admin::enums::input_enum;
use crate::admin::payload::{Payload, deleted, payloads};
use crate::admin::products::MetafieldInput;
use crate::errors::{fault, spread};
use crate::paging::{page, page_error, window};
use crate::scalars::{DateTime, Id};
use crate::searches::compiled;
use crate::{Cx, Registry, Request};

input_enum! {
    /// What becomes of comments.
    Policy(CommentPolicy)
}

#[derive(Deserialize)]
struct IdArgs {
    id: BlogId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BlogsArgs {
    query: Option<String>,
    sort_key: SortKey,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SortKey {
    Handle,
    Id,
    Title,
}

#[derive(Deserialize)]
struct CountArgs {
    limit: Option<i64>,
    query: Option<String>,
}

#[derive(Deserialize)]
struct LimitArgs {
    limit: Option<i64>,
}

#[derive(Deserialize)]
struct CreateArgs {
    blog: CreateInput,
}

#[derive(Deserialize)]
struct UpdateArgs {
    id: BlogId,
    blog: UpdateInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateInput {
    title: String,
    handle: Option<String>,
    comment_policy: Option<Policy>,
    #[serde(default)]
    template_suffix: Maybe<String>,
    metafields: Option<Vec<MetafieldInput>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateInput {
    title: Option<String>,
    handle: Option<String>,
    comment_policy: Option<Policy>,
    #[serde(default)]
    template_suffix: Maybe<String>,
    redirect_new_handle: Option<bool>,
    redirect_articles: Option<bool>,
    metafields: Option<Vec<MetafieldInput>>,
}

impl From<SortKey> for BlogSort {
    fn from(key: SortKey) -> Self {
        match key {
            SortKey::Handle => Self::Handle,
            SortKey::Id => Self::Id,
            SortKey::Title => Self::Title,
        }
    }
}

impl CreateInput {
    fn into_input(self) -> BlogInput {
        BlogInput {
            title: Some(self.title),
            handle: self.handle,
            comment_policy: self.comment_policy.map(|policy| policy.0),
            template_suffix: self.template_suffix.given(),
            metafields: self
                .metafields
                .iter()
                .flatten()
                .map(MetafieldInput::metafield)
                .collect(),
            ..BlogInput::default()
        }
    }
}

impl UpdateInput {
    fn into_input(self) -> BlogInput {
        BlogInput {
            title: self.title,
            handle: self.handle,
            comment_policy: self.comment_policy.map(|policy| policy.0),
            template_suffix: self.template_suffix.given(),
            redirect_new_handle: self.redirect_new_handle,
            redirect_articles: self.redirect_articles,
            metafields: self
                .metafields
                .iter()
                .flatten()
                .map(MetafieldInput::metafield)
                .collect(),
        }
    }
}

pub(super) fn register(r: &mut Registry) {
    r.query("blog", |args: &IdArgs, cx: &mut Cx| {
        cx.permit_any("blog", READ)?;
        by_id(cx, args.id)
    });
    r.query("blogs", list);
    r.query("blogsCount", count);
    r.connection::<Blog>("BlogConnection", "BlogEdge");
    r.object::<Blog>("Blog")
        .leaf("id", |own| Id(own.id))
        .text("title", |own| &own.title)
        .text("handle", |own| &own.handle)
        .text("commentPolicy", |own| own.comment_policy.as_str())
        .text_opt("templateSuffix", |own| own.template_suffix.as_deref())
        .leaf("createdAt", |own| DateTime(own.created_at))
        .leaf("updatedAt", |own| Some(DateTime(own.updated_at)))
        .load_leaf("tags", |all: &[&Blog], _: &NoArgs, cx: &mut Cx| {
            let found = content::tags_of_blogs(&mut cx.tx, &ids(all)).map_err(fault);
            spread(found, all.len())
        })
        .load("articles", articles)
        .load(
            "articlesCount",
            |all: &[&Blog], args: &LimitArgs, cx: &mut Cx| {
                let limit = args.limit.unwrap_or(COUNT_LIMIT).max(0);
                let found = content::articles_count(&mut cx.tx, &ids(all)).map_err(fault);
                let shown = |counts: Vec<i64>| {
                    let one = |count| Some(Count::up_to(count, limit));
                    counts.into_iter().map(one).collect()
                };
                spread(found.map(shown), all.len())
            },
        );
    r.mutation("blogCreate", create);
    r.mutation("blogUpdate", update);
    r.mutation("blogDelete", delete);
    let shown = &["BlogCreatePayload", "BlogUpdatePayload"];
    payloads(r, shown, "blog", by_id);
    deleted::<BlogId>(r, "BlogDeletePayload", "deletedBlogId");
}

fn ids(all: &[&Blog]) -> Vec<BlogId> {
    all.iter().map(|own| own.id).collect()
}

/// The blogs with those ids, in that order.
fn by_id(cx: &mut Cx, id: BlogId) -> Result<Option<Blog>, Error> {
    Ok(by_ids(cx, &[id])?.pop().flatten())
}

pub(super) fn by_ids(cx: &mut Cx, ids: &[BlogId]) -> Result<Vec<Option<Blog>>, Error> {
    content::blogs(&mut cx.tx, ids).map_err(fault)
}

fn list(args: &(PageArgs, BlogsArgs), cx: &mut Cx) -> Result<Page<Blog>, Error> {
    cx.permit_any("blogs", READ)?;
    let (args, wanted) = args;
    let filter = filter(cx, "blogs", wanted.query.as_deref())?;
    let found = content::blogs_page(&mut cx.tx, filter, wanted.sort_key.into(), &window(args)?);
    found.map(page).map_err(page_error)
}

fn count(args: &CountArgs, cx: &mut Cx) -> Result<Option<Count>, Error> {
    cx.permit_any("blogsCount", READ)?;
    let filter = filter(cx, "blogsCount", args.query.as_deref())?;
    let limit = args.limit.unwrap_or(COUNT_LIMIT).clamp(0, COUNT_LIMIT);
    let found = content::blogs_count(&mut cx.tx, filter, limit + 1).map_err(fault)?;
    Ok(Some(Count::up_to(found, limit)))
}

fn filter(cx: &mut Cx, field: &str, query: Option<&str>) -> Result<Filter, Error> {
    let reading = cx.reading()?;
    let query = query.unwrap_or_default();
    let found = search::compile(query, &BLOGS, reading);
    Ok(compiled(cx, field, query, found))
}

fn articles(all: &[&Blog], args: &PageArgs, cx: &mut Cx) -> Vec<Result<Page<Article>, Error>> {
    let found = window(args).and_then(|window| {
        let (filter, sort) = (Filter::none(), ArticleSort::Id);
        content::articles_of(&mut cx.tx, &ids(all), filter, sort, &window).map_err(page_error)
    });
    spread(
        found.map(|found| found.into_iter().map(page).collect()),
        all.len(),
    )
}

async fn create(cx: MutationCx<Request>, args: CreateArgs) -> Result<Payload<BlogId>, Error> {
    let call = cx.request.permit_any("blogCreate", WRITE)?;
    let input = args.blog.into_input();
    let done = cx
        .request
        .write(move |tx| content::create_blog(tx, &call, &input))
        .await;
    Payload::of(done, |error| user_error(error, Codes::BlogCreate))
}

async fn update(cx: MutationCx<Request>, args: UpdateArgs) -> Result<Payload<BlogId>, Error> {
    let call = cx.request.permit_any("blogUpdate", WRITE)?;
    let (id, input) = (args.id, args.blog.into_input());
    let done = cx
        .request
        .write(move |tx| content::update_blog(tx, &call, id, &input))
        .await;
    Payload::of(done, |error| user_error(error, Codes::BlogUpdate))
}

async fn delete(cx: MutationCx<Request>, args: IdArgs) -> Result<Payload<BlogId>, Error> {
    let call = cx.request.permit_any("blogDelete", WRITE)?;
    let done = cx
        .request
        .write(move |tx| content::delete_blog(tx, &call, args.id))
        .await;
    Payload::of(done, |error| user_error(error, Codes::BlogUpdate))
}

/// Blogs by id, for `node` and for references.
pub(in crate::admin) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit_any("blog", READ)?;
    let ids: Vec<BlogId> = ids.iter().copied().map(BlogId).collect();
    as_nodes(content::blogs(&mut cx.tx, &ids))
}
