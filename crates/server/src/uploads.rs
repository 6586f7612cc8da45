//! Where clients send the uploads that were agreed on: as a form, or as they are.

use std::sync::Arc;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::multipart::Field;
use axum::extract::{DefaultBodyLimit, Multipart, Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{post, put};
use axum::{Extension, Router};
use commerce::files::{self, StagedUpload};
use futures_util::StreamExt as _;
use http::StatusCode;
use http::header::{self, HeaderValue};
use serde::Deserialize;
use storefront::Visit;

use crate::router::Front;

/// Fields of a form before its file.
const FIELDS_MAX: usize = 32;
/// Bytes of one of those fields.
const FIELD_BYTES_MAX: usize = 8 * 1024;

#[derive(Debug, Deserialize)]
pub(crate) struct Signed {
    #[serde(default)]
    signature: String,
}

/// The addresses of uploads. Their bytes are counted as they come: no other limit holds.
pub(crate) fn router() -> Router<Arc<Front>> {
    Router::new()
        .route("/staged-uploads/", post(form).options(preflight))
        .route("/staged-uploads/{*key}", put(whole).options(preflight))
        .layer(DefaultBodyLimit::disable())
}

/// Browsers ask first.
async fn preflight() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    let methods = HeaderValue::from_static("POST, PUT");
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
    let any = HeaderValue::from_static("*");
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, any);
    open(response)
}

/// `POST /staged-uploads/`: the parameters first, then the field `file`.
async fn form(
    State(front): State<Arc<Front>>,
    Extension(visit): Extension<Visit>,
    mut form: Multipart,
) -> Response {
    let (mut key, mut signature) = (String::new(), String::new());
    for _ in 0..FIELDS_MAX {
        let field = match form.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => return refused("MissingFile", "The form has no field `file`."),
            Err(_) => return refused("MalformedPOSTRequest", "The form cannot be read."),
        };
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            return match agreed(&visit, &key, &signature).await {
                Ok(upload) => {
                    open(take(&front, &visit, &upload, Coming::Field(Box::new(field))).await)
                }
                Err(refusal) => refusal,
            };
        }
        let text = match text_of(field).await {
            Some(text) => text,
            None => return refused("MalformedPOSTRequest", "A field of the form is too long."),
        };
        match name.as_str() {
            "key" => key = text,
            "x-stockroom-signature" => signature = text,
            _ => {}
        }
    }
    refused("MalformedPOSTRequest", "The form has too many fields.")
}

/// `PUT /staged-uploads/{key}?signature=…`: the file as it is.
async fn whole(
    State(front): State<Arc<Front>>,
    Extension(visit): Extension<Visit>,
    Path(key): Path<String>,
    Query(signed): Query<Signed>,
    body: Body,
) -> Response {
    match agreed(&visit, &key, &signed.signature).await {
        Ok(upload) => open(
            take(
                &front,
                &visit,
                &upload,
                Coming::Body(body.into_data_stream()),
            )
            .await,
        ),
        Err(refusal) => refusal,
    }
}

/// The upload that was agreed on, when the sender may send it now.
async fn agreed(visit: &Visit, key: &str, signature: &str) -> Result<StagedUpload, Response> {
    let asked = key.to_owned();
    let found = visit.read(move |tx| files::staged(tx, &asked)).await;
    let found = found.map_err(|cause| {
        tracing::error!(%cause, "an upload could not be looked up");
        StatusCode::SERVICE_UNAVAILABLE.into_response()
    })?;
    let denied = |why| refusal(StatusCode::FORBIDDEN, "AccessDenied", why);
    let upload = found.ok_or_else(|| denied("This upload was not agreed on."))?;
    if !files::is_signed(&upload, signature) {
        return Err(denied("The signature does not fit."));
    }
    if upload.expires_at < visit.now {
        return Err(denied("The upload has expired. Make a new one."));
    }
    Ok(upload)
}

/// Bytes on their way in.
enum Coming<'a> {
    Field(Box<Field<'a>>),
    Body(BodyDataStream),
}

async fn take(
    front: &Front,
    visit: &Visit,
    agreed: &StagedUpload,
    mut coming: Coming<'_>,
) -> Response {
    let most = u64::try_from(agreed.bytes_max).unwrap_or(0);
    let mut upload = match front.blobs.upload(&agreed.blob_key()).await {
        Ok(upload) => upload,
        Err(cause) => return broken(&cause),
    };
    loop {
        match coming.next().await {
            Ok(None) => break,
            Ok(Some(bytes)) if upload.written() + bytes.len() as u64 > most => {
                upload.abandon().await;
                return refused("EntityTooLarge", "The file is larger than was agreed on.");
            }
            Ok(Some(bytes)) => {
                if let Err(cause) = upload.write(&bytes).await {
                    upload.abandon().await;
                    return broken(&cause);
                }
            }
            Err(()) => {
                upload.abandon().await;
                return refused("IncompleteBody", "The upload broke off.");
            }
        }
    }
    if upload.written() == 0 {
        upload.abandon().await;
        return refused("EntityTooSmall", "The file is empty.");
    }
    let written = match upload.finish().await {
        Ok(written) => i64::try_from(written).unwrap_or(i64::MAX),
        Err(cause) => return broken(&cause),
    };
    let token = agreed.token.clone();
    let recorded = visit
        .db
        .write(visit.shop, move |tx| {
            files::record_upload(tx, &token, written)
        })
        .await;
    match recorded {
        Ok(()) => received(visit, agreed),
        Err(cause) => broken(&cause),
    }
}

impl Coming<'_> {
    /// The next bytes, `None` at the end.
    async fn next(&mut self) -> Result<Option<Bytes>, ()> {
        match self {
            Self::Field(field) => field.chunk().await.map_err(drop),
            Self::Body(body) => body.next().await.transpose().map_err(drop),
        }
    }
}

async fn text_of(mut field: Field<'_>) -> Option<String> {
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = field.chunk().await {
        if bytes.len() + chunk.len() > FIELD_BYTES_MAX {
            return None;
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).ok()
}

/// What object stores answer when a form was taken.
fn received(visit: &Visit, upload: &StagedUpload) -> Response {
    // Keys are made of plain names: nothing in them is markup.
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PostResponse><Location>{}/staged-uploads/{key}\
         </Location><Bucket>staged-uploads</Bucket><Key>{key}</Key></PostResponse>",
        visit.origin,
        key = upload.key
    );
    xml(StatusCode::CREATED, body)
}

fn refused(code: &str, why: &str) -> Response {
    refusal(StatusCode::BAD_REQUEST, code, why)
}

fn refusal(status: StatusCode, code: &str, why: &str) -> Response {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{why}\
         </Message></Error>"
    );
    open(xml(status, body))
}

fn broken(cause: &dyn std::fmt::Display) -> Response {
    tracing::error!(%cause, "an upload could not be kept");
    open(StatusCode::SERVICE_UNAVAILABLE.into_response())
}

fn xml(status: StatusCode, body: String) -> Response {
    let kind = HeaderValue::from_static("application/xml");
    (status, [(header::CONTENT_TYPE, kind)], body).into_response()
}

/// Pages of any origin may send uploads: what they need is in the parameters.
fn open(mut response: Response) -> Response {
    let anyone = HeaderValue::from_static("*");
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, anyone);
    response
}
