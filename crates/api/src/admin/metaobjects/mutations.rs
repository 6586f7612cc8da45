//! What may be done with metaobjects and their definitions.

use commerce::Call;
use commerce::apps::Scope;
use commerce::content;
use commerce::metaobjects::{
    self, Definition, Metaobject, MetaobjectError, Refusal, Why, own_type,
};
use graphql::{Error, MutationCx, NoArgs};
use serde::Deserialize;
use units::{MetaobjectDefinitionId, MetaobjectId};

use super::HandleInput;
use super::inputs::{
    DefinitionCreateInput, DefinitionUpdateInput, MetaobjectCreateInput, MetaobjectUpdateInput,
    MetaobjectUpsertInput,
};
use crate::admin::jobs::Job;
use crate::errors::fault;
use crate::scalars::Id;
use crate::{Cx, Registry, Request};

#[derive(Deserialize)]
struct DefinitionCreateArgs {
    definition: DefinitionCreateInput,
}

#[derive(Deserialize)]
struct DefinitionUpdateArgs {
    id: MetaobjectDefinitionId,
    definition: DefinitionUpdateInput,
}

#[derive(Deserialize)]
struct DefinitionIdArgs {
    id: MetaobjectDefinitionId,
}

#[derive(Deserialize)]
struct CreateArgs {
    metaobject: MetaobjectCreateInput,
}

#[derive(Deserialize)]
struct UpdateArgs {
    id: MetaobjectId,
    metaobject: MetaobjectUpdateInput,
}

#[derive(Deserialize)]
struct UpsertArgs {
    handle: HandleInput,
    metaobject: Option<MetaobjectUpsertInput>,
}

#[derive(Deserialize)]
struct IdArgs {
    id: MetaobjectId,
}

#[derive(Deserialize)]
struct BulkDeleteArgs {
    #[serde(rename = "where")]
    wanted: WhereInput,
}

#[derive(Deserialize)]
struct WhereInput {
    ids: Option<Vec<MetaobjectId>>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

/// A refusal with the field or entry that is to blame.
#[derive(Clone)]
struct MetaobjectUserError {
    field: Vec<String>,
    message: String,
    code: &'static str,
    key: Option<String>,
    index: Option<i32>,
}

/// A definition after a mutation, or why it is as it was.
struct DefinitionPayload {
    definition: Option<MetaobjectDefinitionId>,
    user_errors: Vec<MetaobjectUserError>,
}

/// A metaobject after a mutation, or why it is as it was.
struct Payload {
    metaobject: Option<MetaobjectId>,
    user_errors: Vec<MetaobjectUserError>,
}

struct DefinitionDeletePayload(DefinitionPayload);

struct DeletePayload(Payload);

struct BulkDeletePayload {
    job: Option<Job>,
    user_errors: Vec<MetaobjectUserError>,
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("metaobjectDefinitionCreate", create_definition);
    r.mutation("metaobjectDefinitionUpdate", update_definition);
    r.mutation("metaobjectDefinitionDelete", delete_definition);
    r.mutation("metaobjectCreate", create);
    r.mutation("metaobjectUpdate", update);
    r.mutation("metaobjectUpsert", upsert);
    r.mutation("metaobjectDelete", delete);
    r.mutation("metaobjectBulkDelete", bulk_delete);
    for name in [
        "MetaobjectDefinitionCreatePayload",
        "MetaobjectDefinitionUpdatePayload",
    ] {
        r.object::<DefinitionPayload>(name)
            .load("metaobjectDefinition", definition)
            .child("userErrors", |own| own.user_errors.clone());
    }
    for name in [
        "MetaobjectCreatePayload",
        "MetaobjectUpdatePayload",
        "MetaobjectUpsertPayload",
    ] {
        r.object::<Payload>(name)
            .load("metaobject", metaobject)
            .child("userErrors", |own| own.user_errors.clone());
    }
    r.object::<DefinitionDeletePayload>("MetaobjectDefinitionDeletePayload")
        .leaf("deletedId", |own| own.0.definition.map(Id))
        .child("userErrors", |own| own.0.user_errors.clone());
    r.object::<DeletePayload>("MetaobjectDeletePayload")
        .leaf("deletedId", |own| own.0.metaobject.map(Id))
        .child("userErrors", |own| own.0.user_errors.clone());
    r.object::<BulkDeletePayload>("MetaobjectBulkDeletePayload")
        .child("job", |own| own.job.clone())
        .child("userErrors", |own| own.user_errors.clone());
    r.object::<MetaobjectUserError>("MetaobjectUserError")
        .leaf("field", |own| Some(own.field.clone()))
        .text("message", |own| &own.message)
        .text_opt("code", |own| Some(own.code))
        .text_opt("elementKey", |own| own.key.as_deref())
        .leaf("elementIndex", |own| own.index);
}

fn definition(
    payloads: &[&DefinitionPayload],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<Definition>, Error>> {
    let one = |payload: &&DefinitionPayload| match payload.definition {
        None => Ok(None),
        Some(id) => Ok(metaobjects::definitions(&mut cx.tx, &[id])
            .map_err(fault)?
            .pop()),
    };
    payloads.iter().map(one).collect()
}

fn metaobject(
    payloads: &[&Payload],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<Metaobject>, Error>> {
    let one = |payload: &&Payload| match payload.metaobject {
        None => Ok(None),
        Some(id) => Ok(metaobjects::load(&mut cx.tx, &[id]).map_err(fault)?.pop()),
    };
    payloads.iter().map(one).collect()
}

/// Makes a definition.
async fn create_definition(
    cx: MutationCx<Request>,
    args: DefinitionCreateArgs,
) -> Result<DefinitionPayload, Error> {
    let scope = Scope::WriteMetaobjectDefinitions;
    let call = cx.request.permit("metaobjectDefinitionCreate", scope)?;
    let input = args.definition.input();
    let done = cx
        .request
        .write(move |tx| metaobjects::create_definition(tx, &call, &input))
        .await;
    present_definition(done)
}

/// Changes a definition; when another field names its entries then, they get their new names.
async fn update_definition(
    cx: MutationCx<Request>,
    args: DefinitionUpdateArgs,
) -> Result<DefinitionPayload, Error> {
    let scope = Scope::WriteMetaobjectDefinitions;
    let call = cx.request.permit("metaobjectDefinitionUpdate", scope)?;
    let id = args.id;
    let input = args.definition.input();
    let done = cx
        .request
        .write(move |tx| metaobjects::update_definition(tx, &call, id, &input))
        .await;
    let mut next = match done {
        Ok(true) => Some(MetaobjectId(0)),
        Ok(false) => None,
        Err(error) => return present_definition(Err(error)),
    };
    // A turn for each few hundred, so that other writers need not wait for all of them.
    while let Some(after) = next {
        let renamed = cx
            .request
            .write(move |tx| metaobjects::rename_entries(tx, id, after))
            .await;
        next = renamed.map_err(fault)?;
    }
    present_definition(Ok(id))
}

/// Deletes a definition and all its entries.
async fn delete_definition(
    cx: MutationCx<Request>,
    args: DefinitionIdArgs,
) -> Result<DefinitionDeletePayload, Error> {
    let scope = Scope::WriteMetaobjectDefinitions;
    let call = cx.request.permit("metaobjectDefinitionDelete", scope)?;
    let id = args.id;
    loop {
        let own = call.clone();
        let done = cx
            .request
            .write(move |tx| metaobjects::delete_definition(tx, &own, id))
            .await;
        match done {
            Ok(false) => empty(&cx, &call, id).await?,
            Ok(true) => return present_definition(Ok(id)).map(DefinitionDeletePayload),
            Err(error) => return present_definition(Err(error)).map(DefinitionDeletePayload),
        }
    }
}

/// Deletes all entries of a definition, some in each turn.
async fn empty(
    cx: &MutationCx<Request>,
    call: &Call,
    id: MetaobjectDefinitionId,
) -> Result<(), Error> {
    loop {
        let own = call.clone();
        let more = cx
            .request
            .write(move |tx| metaobjects::delete_some(tx, &own, id))
            .await;
        if !more.map_err(fault)? {
            return Ok(());
        }
    }
}

/// Makes a metaobject.
async fn create(cx: MutationCx<Request>, args: CreateArgs) -> Result<Payload, Error> {
    let call = cx
        .request
        .permit("metaobjectCreate", Scope::WriteMetaobjects)?;
    let kind = args.metaobject.kind.clone();
    let input = args.metaobject.input();
    let done = cx
        .request
        .write(move |tx| metaobjects::create(tx, &call, &kind, &input))
        .await;
    present(done)
}

/// Changes a metaobject.
async fn update(cx: MutationCx<Request>, args: UpdateArgs) -> Result<Payload, Error> {
    let call = cx
        .request
        .permit("metaobjectUpdate", Scope::WriteMetaobjects)?;
    let (id, old) = (args.id, args.metaobject.old_address());
    let input = args.metaobject.input();
    let done = cx
        .request
        .write(move |tx| {
            content::change_metaobject(tx, &call, id, old, |tx| {
                metaobjects::update(tx, &call, id, &input)
            })
        })
        .await;
    present(done)
}

/// Changes the metaobject of a handle, or makes it.
async fn upsert(cx: MutationCx<Request>, args: UpsertArgs) -> Result<Payload, Error> {
    let call = cx
        .request
        .permit("metaobjectUpsert", Scope::WriteMetaobjects)?;
    let HandleInput { kind, handle } = args.handle;
    let given = args.metaobject.map(MetaobjectUpsertInput::input);
    let input = given.unwrap_or_default();
    let done = cx
        .request
        .write(move |tx| metaobjects::upsert(tx, &call, &kind, &handle, &input))
        .await;
    present(done)
}

/// Deletes a metaobject.
async fn delete(cx: MutationCx<Request>, args: IdArgs) -> Result<DeletePayload, Error> {
    let call = cx
        .request
        .permit("metaobjectDelete", Scope::WriteMetaobjects)?;
    let id = args.id;
    let done = cx
        .request
        .write(move |tx| metaobjects::delete(tx, &call, id).map(|()| id))
        .await;
    present(done).map(DeletePayload)
}

/// Deletes the metaobjects of some ids, or all of a type.
async fn bulk_delete(
    cx: MutationCx<Request>,
    args: BulkDeleteArgs,
) -> Result<BulkDeletePayload, Error> {
    let field = "metaobjectBulkDelete";
    let call = cx.request.permit(field, Scope::WriteMetaobjects)?;
    let job = Job::done(&call);
    match (args.wanted.ids, args.wanted.kind) {
        (Some(ids), None) => {
            let deleted = move |tx: &mut store::Tx| metaobjects::delete_many(tx, &call, &ids);
            let missing = cx.request.write(deleted).await.map_err(fault)?;
            Ok(BulkDeletePayload {
                job: Some(job),
                user_errors: missing.into_iter().map(user_error).collect(),
            })
        }
        (None, Some(kind)) => {
            let own = own_type(&call, &kind).unwrap_or_default();
            let look = move |tx: &mut store::Tx| metaobjects::definition_by_type(tx, &own);
            let found = cx.request.read(look).await.and_then(|found| found);
            let Some(definition) = found.map_err(fault)? else {
                let missing = Refusal::new(["where", "type"], Why::NotFound);
                return Ok(BulkDeletePayload {
                    job: None,
                    user_errors: vec![user_error(missing)],
                });
            };
            empty(&cx, &call, definition.id).await?;
            Ok(BulkDeletePayload {
                job: Some(job),
                user_errors: Vec::new(),
            })
        }
        _ => Err(
            Error::new("One of the fields type and ids of `where` must be given.")
                .code("INVALID_FIELD_ARGUMENTS"),
        ),
    }
}

fn present_definition(
    done: Result<MetaobjectDefinitionId, MetaobjectError>,
) -> Result<DefinitionPayload, Error> {
    Ok(match done {
        Ok(id) => DefinitionPayload {
            definition: Some(id),
            user_errors: Vec::new(),
        },
        Err(error) => DefinitionPayload {
            definition: None,
            user_errors: refusals(error)?,
        },
    })
}

fn present(done: Result<MetaobjectId, MetaobjectError>) -> Result<Payload, Error> {
    Ok(match done {
        Ok(id) => Payload {
            metaobject: Some(id),
            user_errors: Vec::new(),
        },
        Err(error) => Payload {
            metaobject: None,
            user_errors: refusals(error)?,
        },
    })
}

fn refusals(error: MetaobjectError) -> Result<Vec<MetaobjectUserError>, Error> {
    match error {
        MetaobjectError::Store(cause) => Err(fault(cause)),
        MetaobjectError::Refused(refusals) => Ok(refusals.into_iter().map(user_error).collect()),
    }
}

fn user_error(refusal: Refusal) -> MetaobjectUserError {
    MetaobjectUserError {
        field: refusal.at.iter().map(ToString::to_string).collect(),
        message: refusal.why.to_string(),
        code: code(&refusal.why),
        key: refusal.key,
        index: refusal.index.and_then(|place| i32::try_from(place).ok()),
    }
}

const fn code(why: &Why) -> &'static str {
    match why {
        Why::NotFound => "RECORD_NOT_FOUND",
        Why::NotAuthorized => "NOT_AUTHORIZED",
        Why::Blank(_) => "BLANK",
        Why::TooShort(..) => "TOO_SHORT",
        Why::TooLong(..) => "TOO_LONG",
        Why::Characters(_) | Why::HandleEmpty | Why::TooManyFields | Why::Drafts => "INVALID",
        Why::TypeTaken | Why::HandleTaken => "TAKEN",
        Why::TooManyDefinitions => "MAX_DEFINITIONS_EXCEEDED",
        Why::TooManyEntries => "MAX_OBJECTS_EXCEEDED",
        Why::Reserved(_) => "RESERVED_NAME",
        Why::Duplicate(_) => "DUPLICATE_FIELD_INPUT",
        Why::FieldTaken(_) => "OBJECT_FIELD_TAKEN",
        Why::FieldMissing(_) => "UNDEFINED_OBJECT_FIELD",
        Why::FieldType(_) => "INCLUSION",
        Why::Option(_) => "INVALID_OPTION",
        Why::NotText(_) => "FIELD_TYPE_INVALID",
        Why::UrlHandleBlank => "URL_HANDLE_BLANK",
        Why::UrlHandle => "URL_HANDLE_INVALID",
        Why::UrlHandleTaken => "URL_HANDLE_TAKEN",
        Why::AdminAccess => "ADMIN_ACCESS_INPUT_NOT_ALLOWED",
        Why::CustomerAccess => "INVALID",
        Why::TypeMissing(_) => "UNDEFINED_OBJECT_TYPE",
        Why::Required(_) => "OBJECT_FIELD_REQUIRED",
        Why::Value(_) => "INVALID_VALUE",
        Why::Capability => "CAPABILITY_NOT_ENABLED",
    }
}
