//! Taking up, changing and deleting files.

use commerce::apps::Scope;
use commerce::catalog::{self, FileChange};
use commerce::files::{self, FileError, FileInput};
use graphql::{Error, MutationCx, NoArgs, Obj};
use serde::Deserialize;
use units::{Gid, MediaImageId};

use super::inputs::CreateFields;
use super::objects::file_object;
use super::refusals::file_error;
use crate::errors::UserError;
use crate::{Cx, Registry, Request};

/// Any of these writes files.
const WRITE: &[Scope] = &[Scope::WriteFiles, Scope::WriteProducts, Scope::WriteThemes];

#[derive(Deserialize)]
struct CreateArgs {
    files: Vec<CreateFields>,
}

#[derive(Deserialize)]
struct UpdateArgs {
    files: Vec<UpdateFields>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateFields {
    id: Gid,
    alt: Option<String>,
    filename: Option<String>,
    original_source: Option<String>,
    preview_image_source: Option<String>,
    references_to_add: Option<Vec<Gid>>,
    references_to_remove: Option<Vec<Gid>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct IdsArgs {
    file_ids: Vec<Gid>,
}

/// Files after a mutation, or why they are as they were.
struct FilesPayload {
    files: Option<Vec<MediaImageId>>,
    user_errors: Vec<UserError>,
}

/// The files that are gone.
struct DeletePayload {
    deleted: Option<Vec<String>>,
    user_errors: Vec<UserError>,
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("fileCreate", create);
    r.mutation("fileUpdate", update);
    r.mutation("fileDelete", delete);
    r.mutation("fileAcknowledgeUpdateFailed", acknowledge);
    for name in [
        "FileCreatePayload",
        "FileUpdatePayload",
        "FileAcknowledgeUpdateFailedPayload",
    ] {
        r.object::<FilesPayload>(name)
            .load("files", |all: &[&FilesPayload], _: &NoArgs, cx: &mut Cx| {
                all.iter().map(|payload| shown(payload, cx)).collect()
            })
            .child("userErrors", |payload| payload.user_errors.clone());
    }
    r.object::<DeletePayload>("FileDeletePayload")
        .leaf("deletedFileIds", |payload| payload.deleted.clone())
        .child("userErrors", |payload| payload.user_errors.clone());
}

fn shown(payload: &FilesPayload, cx: &mut Cx) -> Result<Option<Vec<Obj>>, Error> {
    let Some(ids) = &payload.files else {
        return Ok(Some(Vec::new()));
    };
    let found = super::by_ids(cx, ids)?;
    let origin = cx.request.origin();
    let object = |file| file_object(file, origin);
    Ok(Some(found.into_iter().flatten().map(object).collect()))
}

fn present(done: Result<Vec<MediaImageId>, FileError>) -> Result<FilesPayload, Error> {
    Ok(match done {
        Ok(ids) => FilesPayload {
            files: Some(ids),
            user_errors: Vec::new(),
        },
        Err(error) => FilesPayload {
            files: None,
            user_errors: vec![file_error(error)?],
        },
    })
}

async fn create(cx: MutationCx<Request>, args: CreateArgs) -> Result<FilesPayload, Error> {
    let call = cx.request.permit_any("fileCreate", WRITE)?;
    let inputs: Vec<FileInput> = args
        .files
        .into_iter()
        .map(CreateFields::into_input)
        .collect();
    let done = cx
        .request
        .write(move |tx| files::create(tx, &call, &inputs))
        .await;
    present(done)
}

async fn update(cx: MutationCx<Request>, args: UpdateArgs) -> Result<FilesPayload, Error> {
    let call = cx.request.permit_any("fileUpdate", WRITE)?;
    let changes: Vec<FileChange> = args
        .files
        .into_iter()
        .map(|fields| FileChange {
            update: files::FileUpdate {
                id: fields.id,
                alt: fields.alt,
                filename: fields.filename,
                source: fields.original_source,
                preview: fields.preview_image_source,
            },
            show_on: fields.references_to_add.unwrap_or_default(),
            take_from: fields.references_to_remove.unwrap_or_default(),
        })
        .collect();
    let done = cx
        .request
        .write(move |tx| catalog::change_files(tx, &call, &changes))
        .await;
    present(done)
}

/// Takes note that files could not be changed.
async fn acknowledge(cx: MutationCx<Request>, args: IdsArgs) -> Result<FilesPayload, Error> {
    let call = cx
        .request
        .permit_any("fileAcknowledgeUpdateFailed", WRITE)?;
    let done = cx
        .request
        .write(move |tx| files::acknowledge(tx, &call, &args.file_ids))
        .await;
    let mut shown = present(done)?;
    for error in &mut shown.user_errors {
        error.field = Some(vec!["fileIds".to_owned()]);
    }
    Ok(shown)
}

async fn delete(cx: MutationCx<Request>, args: IdsArgs) -> Result<DeletePayload, Error> {
    let call = cx.request.permit_any("fileDelete", WRITE)?;
    let gids = args.file_ids;
    let asked = gids.clone();
    let done = cx
        .request
        .write(move |tx| catalog::delete_files(tx, &call, &asked))
        .await;
    Ok(match done {
        Ok(_) => DeletePayload {
            deleted: Some(gids.iter().map(ToString::to_string).collect()),
            user_errors: Vec::new(),
        },
        Err(error) => DeletePayload {
            deleted: None,
            user_errors: vec![UserError {
                field: Some(vec!["fileIds".to_owned()]),
                ..file_error(error)?
            }],
        },
    })
}
