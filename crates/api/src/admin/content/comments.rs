//! What readers say below articles.

use commerce::content::{
    self, Article, COMMENTS, Comment, CommentError, CommentSort, CommentStatus,
};
use graphql::{Error, MutationCx, NoArgs, Obj, Page, PageArgs};
use serde::Deserialize;
use store::search;
use units::{ArticleId, CommentId};

use super::{READ, WRITE};
use crate::admin::batches::as_nodes;
use crate::admin::counts::Count;
use crate::admin::payload::{Payload, deleted, payloads};
use crate::errors::{UserError, fault, spread, user_error_with_code};
use crate::paging::{page, page_error, window};
use crate::scalars::{DateTime, Id};
use crate::searches::compiled;
use crate::{Cx, Registry, Request};

/// Who says something.
struct Author {
    name: String,
    email: String,
}

#[derive(Deserialize)]
struct IdArgs {
    id: CommentId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CommentsArgs {
    query: Option<String>,
    sort_key: SortKey,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SortKey {
    CreatedAt,
    Id,
}

#[derive(Deserialize)]
struct BelowArgs {
    query: Option<String>,
}

#[derive(Deserialize)]
struct CountArgs {
    limit: Option<i64>,
}

pub(super) fn register(r: &mut Registry) {
    r.query("comment", |args: &IdArgs, cx: &mut Cx| {
        cx.permit_any("comment", READ)?;
        by_id(cx, args.id)
    });
    r.query("comments", list);
    r.connection::<Comment>("CommentConnection", "CommentEdge");
    r.object::<Article>("Article")
        .load("comments", below)
        .load("commentsCount", counts);
    r.object::<Comment>("Comment")
        .leaf("id", |own| Id(own.id))
        .child("author", |own| Author {
            name: own.author.clone(),
            email: own.email.clone(),
        })
        .text("body", |own| &own.body)
        .leaf("bodyHtml", |own| html(&own.body))
        .leaf("status", |own| own.status.as_str())
        .leaf("isPublished", |own| own.status == CommentStatus::Published)
        .text_opt("ip", |own| own.ip.as_deref())
        .text_opt("userAgent", |own| own.user_agent.as_deref())
        .leaf("publishedAt", |own| own.published_at.map(DateTime))
        .leaf("createdAt", |own| DateTime(own.created_at))
        .leaf("updatedAt", |own| Some(DateTime(own.updated_at)))
        .load("article", articles);
    r.object::<Author>("CommentAuthor")
        .text("name", |own| &own.name)
        .text("email", |own| &own.email);
    r.mutation("commentApprove", |cx: MutationCx<Request>, args: IdArgs| {
        judge(cx, args, "commentApprove", CommentStatus::Published)
    });
    r.mutation("commentSpam", |cx: MutationCx<Request>, args: IdArgs| {
        judge(cx, args, "commentSpam", CommentStatus::Spam)
    });
    r.mutation("commentNotSpam", |cx: MutationCx<Request>, args: IdArgs| {
        judge(cx, args, "commentNotSpam", CommentStatus::Unapproved)
    });
    r.mutation("commentDelete", delete);
    let shown = &[
        "CommentApprovePayload",
        "CommentSpamPayload",
        "CommentNotSpamPayload",
    ];
    payloads(r, shown, "comment", by_id);
    deleted::<CommentId>(r, "CommentDeletePayload", "deletedCommentId");
    for name in [
        "CommentApproveUserError",
        "CommentSpamUserError",
        "CommentNotSpamUserError",
        "CommentDeleteUserError",
    ] {
        user_error_with_code(r, name);
    }
}

/// Plain text as HTML: paragraphs at its empty lines, breaks at its ends of lines.
fn html(text: &str) -> String {
    let escaped = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('\r', "");
    let paragraphs = escaped.split("\n\n").filter(|text| !text.trim().is_empty());
    paragraphs
        .map(|text| format!("<p>{}</p>", text.trim().replace('\n', "<br>")))
        .collect()
}

fn by_id(cx: &mut Cx, id: CommentId) -> Result<Option<Comment>, Error> {
    let found = content::comments(&mut cx.tx, &[id]).map_err(fault)?;
    Ok(found.into_iter().next().flatten())
}

fn list(args: &(PageArgs, CommentsArgs), cx: &mut Cx) -> Result<Page<Comment>, Error> {
    cx.permit_any("comments", READ)?;
    let (args, wanted) = args;
    let query = wanted.query.as_deref().unwrap_or_default();
    let found = search::compile(query, &COMMENTS, cx.reading()?);
    let filter = compiled(cx, "comments", query, found);
    let sort = match wanted.sort_key {
        SortKey::CreatedAt => CommentSort::CreatedAt,
        SortKey::Id => CommentSort::Id,
    };
    let found = content::comments_page(&mut cx.tx, filter, sort, &window(args)?);
    found.map(page).map_err(page_error)
}

fn below(
    all: &[&Article],
    args: &(PageArgs, BelowArgs),
    cx: &mut Cx,
) -> Vec<Result<Page<Comment>, Error>> {
    let ids: Vec<ArticleId> = all.iter().map(|own| own.id).collect();
    let mut load = || {
        let query = args.1.query.as_deref().unwrap_or_default();
        let found = search::compile(query, &COMMENTS, cx.reading()?);
        let filter = compiled(cx, "comments", query, found);
        let window = window(&args.0)?;
        let found = content::comments_of(&mut cx.tx, &ids, filter, &window).map_err(page_error)?;
        Ok(found.into_iter().map(page).collect())
    };
    spread(load(), all.len())
}

fn counts(all: &[&Article], args: &CountArgs, cx: &mut Cx) -> Vec<Result<Option<Count>, Error>> {
    let ids: Vec<ArticleId> = all.iter().map(|own| own.id).collect();
    let limit = args
        .limit
        .unwrap_or(super::COUNT_LIMIT)
        .clamp(0, super::COUNT_LIMIT);
    let found = content::comments_counts(&mut cx.tx, &ids, limit + 1).map_err(fault);
    let count = |found: Vec<i64>| {
        let count = |found| Some(Count::up_to(found, limit));
        found.into_iter().map(count).collect()
    };
    spread(found.map(count), all.len())
}

fn articles(all: &[&Comment], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Option<Article>, Error>> {
    let ids: Vec<ArticleId> = all.iter().map(|own| own.article_id).collect();
    spread(
        content::articles(&mut cx.tx, &ids).map_err(fault),
        all.len(),
    )
}

async fn judge(
    cx: MutationCx<Request>,
    args: IdArgs,
    field: &'static str,
    status: CommentStatus,
) -> Result<Payload<CommentId>, Error> {
    let call = cx.request.permit_any(field, WRITE)?;
    let done = cx
        .request
        .write(move |tx| content::judge_comment(tx, &call, args.id, status))
        .await;
    Payload::of(done, user_error)
}

async fn delete(cx: MutationCx<Request>, args: IdArgs) -> Result<Payload<CommentId>, Error> {
    let call = cx.request.permit_any("commentDelete", WRITE)?;
    let done = cx
        .request
        .write(move |tx| content::delete_comment(tx, &call, args.id))
        .await;
    Payload::of(done, user_error)
}

fn user_error(error: CommentError) -> Result<UserError, Error> {
    match error {
        CommentError::Store(cause) => Err(fault(cause)),
        error => Ok(UserError::new(&["id"], "NOT_FOUND", &error)),
    }
}

/// Comments by id, for `node`.
pub(in crate::admin) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit_any("comment", READ)?;
    let ids: Vec<CommentId> = ids.iter().copied().map(CommentId).collect();
    as_nodes(content::comments(&mut cx.tx, &ids))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_becomes_paragraphs_without_markup() {
        assert_eq!(
            html("Hi <b>\r\nyou\n\n\n& me"),
            "<p>Hi &lt;b&gt;<br>you</p><p>&amp; me</p>"
        );
    }
}
