//! Bulk operations: asking for them, following them, ending them.

use commerce::bulk_operations::{
    self, BulkOperation, CancelError, ErrorCode, Kind, NewBulkOperation, RunError, SortKey,
};
use commerce::files;
use graphql::{
    Error, ExportRefusal, Kind as OperationKind, MutationCx, NoArgs, Obj, Page, PageArgs, obj,
};
use serde::Deserialize;
use units::BulkOperationId;

use super::enums::input_enum;
use crate::errors::{UserError, fault, user_error_with_code};
use crate::paging::{page, page_error, window};
use crate::scalars::{DateTime, Id};
use crate::searches::compiled;
use crate::{Cx, Registry, Request};

input_enum! {
    /// What is done for every line.
    OperationType(Kind)
}

#[derive(Deserialize)]
struct IdArgs {
    id: BulkOperationId,
}

#[derive(Deserialize)]
struct CurrentArgs {
    r#type: OperationType,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListArgs {
    query: Option<String>,
    sort_key: SortKeys,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SortKeys {
    CompletedAt,
    CreatedAt,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RunQueryArgs {
    query: String,
    group_objects: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RunMutationArgs {
    client_identifier: Option<String>,
    mutation: String,
    staged_upload_path: String,
    group_objects: Option<bool>,
}

/// What cannot be run for every line: work that is to be looked at by a person, or that begins
/// other work of this kind.
const NOT_IN_BULK: &[&str] = &[
    "appPurchaseOneTimeCreate",
    "appSubscriptionCreate",
    "bulkOperationCancel",
    "bulkOperationRunMutation",
    "bulkOperationRunQuery",
];

/// What all these mutations give back.
struct Payload {
    operation: Option<BulkOperationId>,
    user_errors: Vec<UserError>,
}

pub(super) fn register(r: &mut Registry) {
    r.query("bulkOperation", |args: &IdArgs, cx: &mut Cx| {
        Ok(own(cx, &[args.id])?.pop().flatten())
    });
    r.query("currentBulkOperation", current);
    r.query("bulkOperations", list);
    r.connection::<BulkOperation>("BulkOperationConnection", "BulkOperationEdge");
    r.object::<BulkOperation>("BulkOperation")
        .leaf("id", |own| Id(own.id))
        .leaf("type", |own| own.kind.as_str())
        .text("query", |own| &own.document)
        .leaf("errorCode", |own| own.error_code.map(ErrorCode::as_str))
        .leaf("objectCount", |own| own.object_count.to_string())
        .leaf("rootObjectCount", |own| own.root_object_count.to_string())
        .leaf("fileSize", |own| {
            (own.file_bytes > 0).then(|| own.file_bytes.to_string())
        })
        .leaf("createdAt", |own| DateTime(own.created_at))
        .leaf("completedAt", |own| own.completed_at.map(DateTime))
        .load_leaf(
            "status",
            |all: &[&BulkOperation], _: &NoArgs, cx: &mut Cx| {
                let now = cx.request.now();
                let status = |own: &&BulkOperation| Ok(own.state_at(now).as_str());
                all.iter().map(status).collect()
            },
        )
        .load_leaf("url", |all: &[&BulkOperation], _: &NoArgs, cx: &mut Cx| {
            all.iter().map(|own| Ok(address(own, cx, true))).collect()
        })
        .load_leaf(
            "partialDataUrl",
            |all: &[&BulkOperation], _: &NoArgs, cx: &mut Cx| {
                all.iter().map(|own| Ok(address(own, cx, false))).collect()
            },
        );
    user_error_with_code(r, "BulkOperationUserError");
    user_error_with_code(r, "BulkMutationUserError");
    r.mutation("bulkOperationRunQuery", run_query);
    r.mutation("bulkOperationRunMutation", run_mutation);
    r.mutation("bulkOperationCancel", cancel);
    for name in [
        "BulkOperationRunQueryPayload",
        "BulkOperationRunMutationPayload",
        "BulkOperationCancelPayload",
    ] {
        r.object::<Payload>(name)
            .load("bulkOperation", started)
            .child("userErrors", |own| own.user_errors.clone());
    }
}

/// The app's operations of some ids, for `node` and `nodes`.
pub(crate) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    let ids: Vec<BulkOperationId> = ids.iter().copied().map(BulkOperationId).collect();
    let found = own(cx, &ids)?;
    Ok(found.into_iter().map(|own| own.map(obj)).collect())
}

/// An app sees only its own operations.
fn own(cx: &mut Cx, ids: &[BulkOperationId]) -> Result<Vec<Option<BulkOperation>>, Error> {
    let app = cx.request.app();
    let found = bulk_operations::load(&mut cx.tx, ids).map_err(fault)?;
    let one = |id: &BulkOperationId| {
        let own = |own: &&BulkOperation| own.id == *id && own.app_id == app;
        found.iter().find(own).cloned()
    };
    Ok(ids.iter().map(one).collect())
}

fn current(args: &CurrentArgs, cx: &mut Cx) -> Result<Option<BulkOperation>, Error> {
    let app = cx.request.app();
    bulk_operations::current(&mut cx.tx, app, args.r#type.0).map_err(fault)
}

fn list((args, wanted): &(PageArgs, ListArgs), cx: &mut Cx) -> Result<Page<BulkOperation>, Error> {
    let query = wanted.query.as_deref().unwrap_or_default();
    let found = bulk_operations::parse_search(query, cx.request.now());
    let filter = compiled(cx, "bulkOperations", query, found);
    let sort = match wanted.sort_key {
        SortKeys::CompletedAt => SortKey::CompletedAt,
        SortKeys::CreatedAt => SortKey::CreatedAt,
    };
    let app = cx.request.app();
    let found = bulk_operations::list(&mut cx.tx, app, filter, sort, &window(args)?);
    found.map(page).map_err(page_error)
}

/// Where a result can be fetched: a whole one, or what there is of one that was broken off.
fn address(own: &BulkOperation, cx: &Cx, whole: bool) -> Option<String> {
    let is_whole = own.state == bulk_operations::State::Completed;
    let path = own.result_path(cx.request.now())?;
    (is_whole == whole).then(|| format!("{}{path}", cx.request.origin()))
}

/// Has a query read to its end.
async fn run_query(cx: MutationCx<Request>, args: RunQueryArgs) -> Result<Payload, Error> {
    // What stands below a node always comes right behind it, whether that was asked for or not.
    let _ = args.group_objects;
    let (call, (app, scopes)) = cx.request.as_app("bulkOperationRunQuery")?;
    if let Err(refusals) = cx.request.schema().export(&args.query) {
        return Ok(Payload {
            operation: None,
            user_errors: refusals.iter().map(not_exported).collect(),
        });
    }
    let new = NewBulkOperation {
        app,
        kind: Kind::Query,
        document: args.query,
        upload: None,
        client_identifier: None,
        scopes,
        api_version: cx.request.version().to_owned(),
        origin: cx.request.origin().to_owned(),
    };
    let done = cx
        .request
        .write(move |tx| bulk_operations::run(tx, &call, &new))
        .await;
    Ok(match done {
        Ok(id) => Payload {
            operation: Some(id),
            user_errors: Vec::new(),
        },
        Err(error) => Payload {
            operation: None,
            user_errors: vec![not_run(error)?],
        },
    })
}

/// Has a mutation run for every line of an upload.
async fn run_mutation(cx: MutationCx<Request>, args: RunMutationArgs) -> Result<Payload, Error> {
    // Results come in the order of the lines, whether that was asked for or not.
    let _ = args.group_objects;
    let (call, (app, scopes)) = cx.request.as_app("bulkOperationRunMutation")?;
    let refused = |error| Payload {
        operation: None,
        user_errors: vec![error],
    };
    if let Err(why) = check_mutation(&cx.request, &args.mutation) {
        return Ok(refused(UserError::new(MUTATION, "INVALID_MUTATION", &why)));
    }
    let Some(key) = files::key_in(args.staged_upload_path.trim()) else {
        let error = UserError::new(UPLOAD, "NO_SUCH_FILE", &RunError::NoSuchFile);
        return Ok(refused(error));
    };
    let new = NewBulkOperation {
        app,
        kind: Kind::Mutation,
        upload: Some(key.to_owned()),
        document: args.mutation,
        client_identifier: args.client_identifier,
        scopes,
        api_version: cx.request.version().to_owned(),
        origin: cx.request.origin().to_owned(),
    };
    let done = cx
        .request
        .write(move |tx| bulk_operations::run(tx, &call, &new))
        .await;
    match done {
        Ok(id) => Ok(Payload {
            operation: Some(id),
            user_errors: Vec::new(),
        }),
        Err(error) => Ok(refused(mutation_not_run(error)?)),
    }
}

/// Refuses what cannot be run for every line; in words.
fn check_mutation(request: &Request, text: &str) -> Result<(), String> {
    let plan = request.schema().plan(text, None).map_err(|errors| {
        let told = errors.first().map_or("", |error| error.message.as_str());
        format!("The mutation is not valid: {told}")
    })?;
    let fields = plan.root_fields();
    match (plan.kind(), fields.as_slice()) {
        (OperationKind::Query, _) => {
            Err("Only a mutation can be run for every line, not a query.".to_owned())
        }
        (OperationKind::Mutation, [(name, _)]) if NOT_IN_BULK.contains(&name.as_str()) => {
            Err(format!("The mutation {name} cannot be run in bulk."))
        }
        (OperationKind::Mutation, [_]) => Ok(()),
        (OperationKind::Mutation, _) => {
            Err("Exactly one mutation is run for every line: select one field.".to_owned())
        }
    }
}

/// Ends an operation.
async fn cancel(cx: MutationCx<Request>, args: IdArgs) -> Result<Payload, Error> {
    let (_, (app, _)) = cx.request.as_app("bulkOperationCancel")?;
    let id = args.id;
    let done = cx
        .request
        .write(move |tx| bulk_operations::cancel(tx, app, id))
        .await;
    let refused = |operation, error: CancelError| Payload {
        operation,
        user_errors: vec![UserError::new(&["id"], None, &error)],
    };
    match done {
        Ok(()) => Ok(Payload {
            operation: Some(id),
            user_errors: Vec::new(),
        }),
        Err(CancelError::Store(cause)) => Err(fault(cause)),
        Err(error @ CancelError::NotFound) => Ok(refused(None, error)),
        Err(error @ CancelError::Ended(_)) => Ok(refused(Some(id), error)),
    }
}

fn started(
    payloads: &[&Payload],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<BulkOperation>, Error>> {
    payloads
        .iter()
        .map(|payload| match payload.operation {
            None => Ok(None),
            Some(id) => Ok(own(cx, &[id])?.pop().flatten()),
        })
        .collect()
}

const QUERY: &[&str] = &["query"];
const MUTATION: &[&str] = &["mutation"];
const UPLOAD: &[&str] = &["stagedUploadPath"];

fn not_exported(refusal: &ExportRefusal) -> UserError {
    UserError::new(QUERY, "INVALID", refusal)
}

fn not_run(error: RunError) -> Result<UserError, Error> {
    let (field, code): (&[&str], _) = match error {
        RunError::Store(cause) => return Err(fault(cause)),
        RunError::LimitReached => (&[], "LIMIT_REACHED"),
        RunError::DocumentTooLong
        | RunError::IdentifierTooLong
        | RunError::NoSuchFile
        | RunError::NotVariables => (QUERY, "INVALID"),
    };
    Ok(UserError::new(field, code, &error))
}

fn mutation_not_run(error: RunError) -> Result<UserError, Error> {
    let (field, code): (&[&str], _) = match error {
        RunError::Store(cause) => return Err(fault(cause)),
        RunError::LimitReached => (&[], "LIMIT_REACHED"),
        RunError::DocumentTooLong => (MUTATION, "INVALID_MUTATION"),
        RunError::IdentifierTooLong => (&["clientIdentifier"], "INVALID_MUTATION"),
        RunError::NoSuchFile => (UPLOAD, "NO_SUCH_FILE"),
        RunError::NotVariables => (UPLOAD, "INVALID_STAGED_UPLOAD_FILE"),
    };
    Ok(UserError::new(field, code, &error))
}
