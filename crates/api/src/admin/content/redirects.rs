//! Redirects.

use commerce::apps::Scope;
use commerce::content::{self, REDIRECTS, RedirectError, RedirectSort, UrlRedirect};
use graphql::{Error, MutationCx, Obj, Page, PageArgs};
use serde::Deserialize;
use store::{Filter, search};
use units::{SavedSearchId, UrlRedirectId};

use super::COUNT_LIMIT;
use crate::admin::batches::as_nodes;
use crate::admin::counts::Count;
use crate::admin::payload::{Payload, deleted, payloads};
use crate::admin::saved_searches::joined;
use crate::errors::{UserError, fault};
use crate::paging::{page, page_error, window};
use crate::scalars::Id;
use crate::searches::compiled;
use crate::{Cx, Registry, Request};

/// Opens redirects.
pub(super) const READ: &[Scope] = &[Scope::ReadOnlineStoreNavigation, Scope::ReadContent];
/// Writes them.
pub(super) const WRITE: &[Scope] = &[Scope::WriteOnlineStoreNavigation, Scope::WriteContent];

#[derive(Deserialize)]
struct IdArgs {
    id: UrlRedirectId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RedirectsArgs {
    query: Option<String>,
    saved_search_id: Option<SavedSearchId>,
    sort_key: SortKey,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SortKey {
    Id,
    Path,
    Relevance,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CountArgs {
    limit: Option<i64>,
    query: Option<String>,
    saved_search_id: Option<SavedSearchId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateArgs {
    url_redirect: RedirectInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateArgs {
    id: UrlRedirectId,
    url_redirect: RedirectInput,
}

#[derive(Deserialize)]
struct RedirectInput {
    path: Option<String>,
    target: Option<String>,
}

pub(super) fn register(r: &mut Registry) {
    r.query("urlRedirect", |args: &IdArgs, cx: &mut Cx| {
        cx.permit_any("urlRedirect", READ)?;
        by_id(cx, args.id)
    });
    r.query("urlRedirects", list);
    r.query("urlRedirectsCount", count);
    r.connection::<UrlRedirect>("UrlRedirectConnection", "UrlRedirectEdge");
    r.object::<UrlRedirect>("UrlRedirect")
        .leaf("id", |own| Id(own.id))
        .text("path", |own| &own.path)
        .text("target", |own| &own.target);
    r.mutation("urlRedirectCreate", create);
    r.mutation("urlRedirectUpdate", update);
    r.mutation("urlRedirectDelete", delete);
    let shown = &["UrlRedirectCreatePayload", "UrlRedirectUpdatePayload"];
    payloads(r, shown, "urlRedirect", by_id);
    deleted::<UrlRedirectId>(r, "UrlRedirectDeletePayload", "deletedUrlRedirectId");
}

fn by_id(cx: &mut Cx, id: UrlRedirectId) -> Result<Option<UrlRedirect>, Error> {
    let found = content::redirects(&mut cx.tx, &[id]).map_err(fault)?;
    Ok(found.into_iter().next().flatten())
}

fn list(args: &(PageArgs, RedirectsArgs), cx: &mut Cx) -> Result<Page<UrlRedirect>, Error> {
    cx.permit_any("urlRedirects", READ)?;
    let (args, wanted) = args;
    let query = joined(cx, wanted.query.as_deref(), wanted.saved_search_id)?;
    let filter = filter(cx, "urlRedirects", Some(&query))?;
    let sort = match wanted.sort_key {
        SortKey::Id | SortKey::Relevance => RedirectSort::Id,
        SortKey::Path => RedirectSort::Path,
    };
    let found = content::redirects_page(&mut cx.tx, filter, sort, &window(args)?);
    found.map(page).map_err(page_error)
}

fn count(args: &CountArgs, cx: &mut Cx) -> Result<Option<Count>, Error> {
    cx.permit_any("urlRedirectsCount", READ)?;
    let query = joined(cx, args.query.as_deref(), args.saved_search_id)?;
    let filter = filter(cx, "urlRedirectsCount", Some(&query))?;
    let limit = args.limit.unwrap_or(COUNT_LIMIT).clamp(0, COUNT_LIMIT);
    let found = content::redirects_count(&mut cx.tx, filter, limit + 1).map_err(fault)?;
    Ok(Some(Count::up_to(found, limit)))
}

fn filter(cx: &mut Cx, field: &str, query: Option<&str>) -> Result<Filter, Error> {
    let reading = cx.reading()?;
    let query = query.unwrap_or_default();
    let found = search::compile(query, &REDIRECTS, reading);
    Ok(compiled(cx, field, query, found))
}

async fn create(
    cx: MutationCx<Request>,
    args: CreateArgs,
) -> Result<Payload<UrlRedirectId>, Error> {
    let call = cx.request.permit_any("urlRedirectCreate", WRITE)?;
    let path = args.url_redirect.path.unwrap_or_default();
    let target = args.url_redirect.target.unwrap_or_default();
    let done = cx
        .request
        .write(move |tx| content::create_redirect(tx, &call, &path, &target))
        .await;
    Payload::of(done, |error| user_error(error, "CREATE_FAILED"))
}

async fn update(
    cx: MutationCx<Request>,
    args: UpdateArgs,
) -> Result<Payload<UrlRedirectId>, Error> {
    cx.request.permit_any("urlRedirectUpdate", WRITE)?;
    let RedirectInput { path, target } = args.url_redirect;
    let done = cx
        .request
        .write(move |tx| content::update_redirect(tx, args.id, path.as_deref(), target.as_deref()))
        .await;
    Payload::of(done, |error| user_error(error, "UPDATE_FAILED"))
}

async fn delete(cx: MutationCx<Request>, args: IdArgs) -> Result<Payload<UrlRedirectId>, Error> {
    cx.request.permit_any("urlRedirectDelete", WRITE)?;
    let done = cx
        .request
        .write(move |tx| content::delete_redirect(tx, args.id))
        .await;
    Payload::of(done, |error| user_error(error, "DELETE_FAILED"))
}

fn user_error(error: RedirectError, failed: &'static str) -> Result<UserError, Error> {
    let field: &[&str] = match &error {
        RedirectError::NotFound => &["id"],
        RedirectError::PathBlank
        | RedirectError::PathTooLong
        | RedirectError::PathTaken
        | RedirectError::PathReserved
        | RedirectError::Loop => &["urlRedirect", "path"],
        RedirectError::TargetBlank
        | RedirectError::TargetTooLong
        | RedirectError::TargetInvalid => &["urlRedirect", "target"],
        RedirectError::Store(_) => &[],
    };
    let code = match &error {
        RedirectError::NotFound => "DOES_NOT_EXIST",
        _ => failed,
    };
    let shown = UserError::new(field, code, &error);
    match error {
        RedirectError::Store(cause) => Err(fault(cause)),
        _ => Ok(shown),
    }
}

/// Redirects by id, for `node`.
pub(in crate::admin) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit_any("urlRedirect", READ)?;
    let ids: Vec<UrlRedirectId> = ids.iter().copied().map(UrlRedirectId).collect();
    as_nodes(content::redirects(&mut cx.tx, &ids))
}
