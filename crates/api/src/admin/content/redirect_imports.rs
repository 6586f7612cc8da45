//! Files of redirects that are taken in, and redirects that are deleted many at a time.

use commerce::content::{self, ImportError, REDIRECTS, UrlRedirectImport};
use commerce::saved_searches;
use graphql::{Error, MutationCx, NoArgs};
use serde::Deserialize;
use store::{Filter, Param, search};
use units::{SavedSearchId, UrlRedirectId, UrlRedirectImportId};

use super::redirects::{READ, WRITE};
use crate::admin::jobs::Job;
use crate::admin::payload::{Payload, payloads};
use crate::errors::{UserError, fault, user_error_with_code};
use crate::scalars::{DateTime, Id};
use crate::{Cx, Registry, Request};

/// Rounds of a deletion, of 500 redirects each.
const ROUNDS_MAX: usize = 1_000;
/// Redirects that are deleted by their ids.
const IDS_MAX: usize = 250;

/// A row of a file.
#[derive(Clone)]
struct Preview {
    path: String,
    target: String,
}

/// What a deletion leaves.
struct Deleted {
    job: Option<Job>,
    user_errors: Vec<UserError>,
}

#[derive(Deserialize)]
struct IdArgs {
    id: UrlRedirectImportId,
}

#[derive(Deserialize)]
struct CreateArgs {
    url: String,
}

#[derive(Deserialize)]
struct IdsArgs {
    ids: Vec<UrlRedirectId>,
}

#[derive(Deserialize)]
struct SearchArgs {
    search: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SavedArgs {
    saved_search_id: SavedSearchId,
}

pub(super) fn register(r: &mut Registry) {
    r.query("urlRedirectImport", |args: &IdArgs, cx: &mut Cx| {
        cx.permit_any("urlRedirectImport", READ)?;
        by_id(cx, args.id)
    });
    r.object::<UrlRedirectImport>("UrlRedirectImport")
        .leaf("id", |own| Id(own.id))
        .leaf("count", |own| own.row_count)
        .leaf("createdCount", |own| counted(own, own.created_count))
        .leaf("updatedCount", |own| counted(own, own.updated_count))
        .leaf("failedCount", |own| counted(own, own.failed_count))
        .leaf("finished", |own| own.finished_at.is_some())
        .leaf("finishedAt", |own| own.finished_at.map(DateTime))
        .child("previewRedirects", |own| {
            let rows = own.first_rows().into_iter();
            rows.map(|(path, target)| Preview { path, target })
                .collect::<Vec<_>>()
        });
    r.object::<Preview>("UrlRedirectImportPreview")
        .text("path", |own| &own.path)
        .text("target", |own| &own.target);
    r.mutation("urlRedirectImportCreate", create);
    r.mutation("urlRedirectImportSubmit", submit);
    payloads(
        r,
        &["UrlRedirectImportCreatePayload"],
        "urlRedirectImport",
        by_id,
    );
    user_error_with_code(r, "UrlRedirectImportUserError");
    r.mutation("urlRedirectBulkDeleteAll", delete_all);
    r.mutation("urlRedirectBulkDeleteByIds", delete_by_ids);
    r.mutation("urlRedirectBulkDeleteBySearch", delete_by_search);
    r.mutation("urlRedirectBulkDeleteBySavedSearch", delete_by_saved_search);
    for name in [
        "UrlRedirectImportSubmitPayload",
        "UrlRedirectBulkDeleteAllPayload",
        "UrlRedirectBulkDeleteByIdsPayload",
        "UrlRedirectBulkDeleteBySearchPayload",
        "UrlRedirectBulkDeleteBySavedSearchPayload",
    ] {
        r.object::<Deleted>(name)
            .child("job", |own| own.job.clone())
            .child("userErrors", |own| own.user_errors.clone());
    }
    user_error_with_code(r, "UrlRedirectBulkDeleteByIdsUserError");
    user_error_with_code(r, "UrlRedirectBulkDeleteBySearchUserError");
    user_error_with_code(r, "UrlRedirectBulkDeleteBySavedSearchUserError");
}

/// A count is told when the file was taken in.
fn counted(own: &UrlRedirectImport, count: i64) -> Option<i64> {
    own.finished_at.map(|_| count)
}

fn by_id(cx: &mut Cx, id: UrlRedirectImportId) -> Result<Option<UrlRedirectImport>, Error> {
    let found = content::imports(&mut cx.tx, &[id]).map_err(fault)?;
    Ok(found.into_iter().next().flatten())
}

async fn create(
    cx: MutationCx<Request>,
    args: CreateArgs,
) -> Result<Payload<UrlRedirectImportId>, Error> {
    let call = cx.request.permit_any("urlRedirectImportCreate", WRITE)?;
    let done = cx
        .request
        .write(move |tx| content::create_import(tx, &call, &args.url))
        .await;
    Payload::of(done, |error| refusal(error, &["url"]))
}

async fn submit(cx: MutationCx<Request>, args: IdArgs) -> Result<Deleted, Error> {
    let call = cx.request.permit_any("urlRedirectImportSubmit", WRITE)?;
    let job = Job::done(&call);
    let done = cx
        .request
        .write(move |tx| content::submit_import(tx, &call, args.id))
        .await;
    match done {
        Ok(_) => Ok(Deleted::by(job)),
        Err(error) => Ok(Deleted::refused(refusal(error, &["id"])?)),
    }
}

fn refusal(error: ImportError, field: &[&str]) -> Result<UserError, Error> {
    let code = match &error {
        ImportError::Store(_) => None,
        ImportError::NotFound | ImportError::Source | ImportError::Unreadable => Some("NOT_FOUND"),
        ImportError::UnderWay => Some("IN_PROGRESS"),
        ImportError::Done => Some("ALREADY_IMPORTED"),
    };
    let shown = UserError::new(field, code, &error);
    match error {
        ImportError::Store(cause) => Err(fault(cause)),
        _ => Ok(shown),
    }
}

impl Deleted {
    fn by(job: Job) -> Self {
        Self {
            job: Some(job),
            user_errors: Vec::new(),
        }
    }

    fn refused(error: UserError) -> Self {
        Self {
            job: None,
            user_errors: vec![error],
        }
    }
}

async fn delete_all(cx: MutationCx<Request>, _: NoArgs) -> Result<Deleted, Error> {
    let call = cx.request.permit_any("urlRedirectBulkDeleteAll", WRITE)?;
    delete(&cx.request, Filter::none()).await?;
    Ok(Deleted::by(Job::done(&call)))
}

async fn delete_by_ids(cx: MutationCx<Request>, args: IdsArgs) -> Result<Deleted, Error> {
    let call = cx.request.permit_any("urlRedirectBulkDeleteByIds", WRITE)?;
    let refused = |message: &str| Deleted::refused(UserError::new(&["ids"], "IDS_EMPTY", &message));
    if args.ids.is_empty() || args.ids.len() > IDS_MAX {
        return Ok(refused("Name 1 to 250 redirects."));
    }
    let params = args.ids.iter().map(|id| Param::Int(id.get())).collect();
    let names: Vec<String> = (1..=args.ids.len()).map(|at| format!("${at}")).collect();
    let filter = Filter::of(format!("r.id IN ({})", names.join(", ")), params);
    delete(&cx.request, filter).await?;
    Ok(Deleted::by(Job::done(&call)))
}

async fn delete_by_search(cx: MutationCx<Request>, args: SearchArgs) -> Result<Deleted, Error> {
    let call = cx
        .request
        .permit_any("urlRedirectBulkDeleteBySearch", WRITE)?;
    match searched(&cx.request, &args.search).await? {
        Some(filter) => {
            delete(&cx.request, filter).await?;
            Ok(Deleted::by(Job::done(&call)))
        }
        None => {
            let why = "The search is not understood, so nothing is deleted.";
            let error = UserError::new(&["search"], "INVALID_SEARCH_ARGUMENT", &why);
            Ok(Deleted::refused(error))
        }
    }
}

async fn delete_by_saved_search(
    cx: MutationCx<Request>,
    args: SavedArgs,
) -> Result<Deleted, Error> {
    let call = cx
        .request
        .permit_any("urlRedirectBulkDeleteBySavedSearch", WRITE)?;
    let id = args.saved_search_id;
    let kept = cx
        .request
        .read(move |tx| saved_searches::by_ids(tx, &[id]))
        .await;
    let kept = kept.and_then(|kept| kept).map_err(fault)?;
    let refused = |message: &str| {
        let field = &["savedSearchId"];
        Deleted::refused(UserError::new(field, "SAVED_SEARCH_NOT_FOUND", &message))
    };
    let Some(kept) = kept.into_iter().flatten().next() else {
        return Ok(refused("The saved search does not exist."));
    };
    match searched(&cx.request, &kept.query).await? {
        Some(filter) => {
            delete(&cx.request, filter).await?;
            Ok(Deleted::by(Job::done(&call)))
        }
        None => Ok(refused(
            "The saved search is not understood, so nothing is deleted.",
        )),
    }
}

/// The condition of a search; none when a part of it was not understood: it would find too much.
async fn searched(request: &Request, query: &str) -> Result<Option<Filter>, Error> {
    let shop = request.read(commerce::shops::current).await;
    let shop = shop.and_then(|shop| shop).map_err(fault)?;
    let found = search::compile(query, &REDIRECTS, shop.currency);
    let understood = found.warnings.is_empty() && !query.trim().is_empty();
    Ok(understood.then_some(found.filter))
}

async fn delete(request: &Request, filter: Filter) -> Result<(), Error> {
    for _ in 0..ROUNDS_MAX {
        let filter = filter.clone();
        let gone = request.write(move |tx| content::delete_redirects(tx, filter.clone()));
        let gone: Result<usize, store::StoreError> = gone.await;
        if gone.map_err(fault)? == 0 {
            break;
        }
    }
    Ok(())
}
