//! Uploads: where a client may send bytes.

use commerce::apps::Scope;
use commerce::files::{self, StageError, StageInput, StagedResource, StagedTarget};
use graphql::{Error, MutationCx, NoArgs};
use serde::Deserialize;

use crate::admin::enums::input_enum;
use crate::errors::{UserError, fault};
use crate::{Cx, Registry, Request};

/// Any of these may send bytes: what becomes of them needs its own scope.
const WRITE: &[Scope] = &[
    Scope::WriteFiles,
    Scope::WriteProducts,
    Scope::WriteThemes,
    Scope::WriteContent,
    Scope::WriteCustomers,
    Scope::WriteOrders,
    Scope::WriteInventory,
    Scope::WriteMetaobjects,
    Scope::WriteTranslations,
];

input_enum! {
    /// What an upload is for.
    Resource(StagedResource)
}

#[derive(Deserialize)]
struct StageArgs {
    input: Vec<StageFields>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StageFields {
    resource: Resource,
    filename: String,
    mime_type: String,
    http_method: Option<Method>,
    file_size: Option<String>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Method {
    Post,
    Put,
}

struct StagePayload {
    targets: Vec<StagedTarget>,
    user_errors: Vec<UserError>,
}

/// A target with the host that it is told under.
#[derive(Clone)]
struct Target {
    target: StagedTarget,
    origin: String,
}

/// Something to send with an upload.
struct Parameter(&'static str, String);

pub(super) fn register(r: &mut Registry) {
    r.mutation("stagedUploadsCreate", stage);
    r.object::<StagePayload>("StagedUploadsCreatePayload")
        .load(
            "stagedTargets",
            |all: &[&StagePayload], _: &NoArgs, cx: &mut Cx| {
                let origin = cx.request.origin();
                let target = |target: &StagedTarget| Target {
                    target: target.clone(),
                    origin: origin.to_owned(),
                };
                let shown = |own: &&StagePayload| -> Result<Option<Vec<Target>>, Error> {
                    Ok(Some(own.targets.iter().map(target).collect()))
                };
                all.iter().map(shown).collect()
            },
        )
        .child("userErrors", |own| own.user_errors.clone());
    r.object::<Target>("StagedMediaUploadTarget")
        .leaf("url", |own| {
            Some(format!("{}{}", own.origin, own.target.path))
        })
        .leaf("resourceUrl", |own| {
            Some(format!("{}{}", own.origin, own.target.resource_path))
        })
        .child("parameters", |own| -> Vec<Parameter> {
            let parameters = own.target.parameters.iter();
            parameters
                .map(|(name, value)| Parameter(name, value.clone()))
                .collect()
        });
    r.object::<Parameter>("StagedUploadParameter")
        .text("name", |own| own.0)
        .text("value", |own| &own.1);
}

async fn stage(cx: MutationCx<Request>, args: StageArgs) -> Result<StagePayload, Error> {
    let call = cx.request.permit_any("stagedUploadsCreate", WRITE)?;
    let inputs: Vec<StageInput> = args
        .input
        .into_iter()
        .map(|fields| StageInput {
            resource: fields.resource.0,
            filename: fields.filename,
            mime_type: fields.mime_type,
            size_bytes: fields.file_size.and_then(|size| size.parse().ok()),
            as_form: matches!(fields.http_method, Some(Method::Post)),
        })
        .collect();
    let done = cx
        .request
        .write(move |tx| files::stage(tx, &call, &inputs))
        .await;
    match done {
        Ok(targets) => Ok(StagePayload {
            targets,
            user_errors: Vec::new(),
        }),
        Err(error) => Ok(StagePayload {
            targets: Vec::new(),
            user_errors: vec![user_error(error)?],
        }),
    }
}

fn user_error(error: StageError) -> Result<UserError, Error> {
    let (index, field) = match &error {
        StageError::Filename(index) => (*index, "filename"),
        StageError::MimeType(index, _) => (*index, "mimeType"),
        StageError::SizeNeeded(index) | StageError::TooLarge(index, _) => (*index, "fileSize"),
        StageError::Store(_) => (0, ""),
    };
    let place = index.to_string();
    let shown = UserError::new(&["input", &place, field], None, &error);
    match error {
        StageError::Store(cause) => Err(fault(cause)),
        _ => Ok(shown),
    }
}
