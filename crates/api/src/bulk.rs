//! The work of bulk operations: a slice of it at a time, in the name of the app that asked.

use std::sync::Arc;

use commerce::apps::{self, App, Authenticated, TokenKind};
use commerce::bulk_operations::{BulkOperation, ErrorCode, Kind, Slice};
use graphql::ExportPage;
use serde_json::{Map, Value};
use units::{ShopId, Timestamp, TokenId};

use crate::cx::{Market, Request, RequestParts};
use crate::edge::run;
use crate::version::served_version;
use crate::{Api, Schema};

/// Pages of an export that a slice reads, each on a snapshot of its own.
const PAGES_MAX: usize = 8;
/// A slice ends when its lines are longer than this.
const SLICE_BYTES_MAX: usize = 4 * 1024 * 1024;

impl Api {
    /// Does the next part of a bulk operation.
    ///
    /// # Errors
    /// Why the operation cannot go on.
    pub async fn bulk_slice(
        &self,
        shop: ShopId,
        operation: &BulkOperation,
        now: Timestamp,
    ) -> Result<Slice, ErrorCode> {
        let schema = self.admin_schema().map_err(|why| {
            tracing::error!(%why, "the schema does not load");
            ErrorCode::InternalServerError
        })?;
        let request = self.request_of(shop, operation, now, &schema).await?;
        match operation.kind {
            Kind::Query => exported(&schema, &request, operation).await,
        }
    }

    /// A request in the name of the operation's app, as long as it is installed.
    async fn request_of(
        &self,
        shop: ShopId,
        operation: &BulkOperation,
        now: Timestamp,
        schema: &Arc<Schema>,
    ) -> Result<Request, ErrorCode> {
        let app = operation.app_id;
        let found = self.db.read(shop, move |tx| apps::load_many(tx, &[app]));
        let found = found.await.and_then(|found| found).map_err(|cause| {
            tracing::error!(%shop, %cause, "the app of a bulk operation was not read");
            ErrorCode::InternalServerError
        })?;
        let app = found.into_iter().next().ok_or(ErrorCode::AccessDenied)?;
        let version = served_version(&operation.api_version);
        Ok(Request::new(RequestParts {
            db: self.db.clone(),
            shop,
            origin: operation.origin.clone(),
            version: version.ok_or(ErrorCode::InternalServerError)?,
            authenticated: Some(authenticated(&app, operation)),
            now,
            luck: self.luck.clone(),
            idempotency_key: None,
            digest: String::new(),
            caller: None,
            // Queries alone run later: nobody signs in by them.
            limiter: Arc::default(),
            market: Market::default(),
            schema: Arc::clone(schema),
        }))
    }
}

fn authenticated(app: &App, operation: &BulkOperation) -> Authenticated {
    Authenticated {
        app_id: app.id,
        installation_id: app.installation_id,
        // Whichever token asked: an operation goes on when that is withdrawn.
        token_id: TokenId(0),
        kind: TokenKind::Admin,
        scopes: operation.scopes,
        throttle_per_second: 0,
        expires_at: None,
    }
}

/// The next pages of an export, as lines.
async fn exported(
    schema: &Arc<Schema>,
    request: &Request,
    operation: &BulkOperation,
) -> Result<Slice, ErrorCode> {
    let unreadable = |why: String| {
        tracing::error!(operation = %operation.id, why, "a bulk operation cannot go on");
        ErrorCode::InternalServerError
    };
    let export = schema
        .export(&operation.document)
        .map_err(|refusals| unreadable(format!("{refusals:?}")))?;
    let mut left: Vec<ExportPage> = match operation.left_to_do.as_str() {
        "" => export.start(),
        left => serde_json::from_str(left).map_err(|why| unreadable(why.to_string()))?,
    };
    let mut slice = Slice::default();
    for _ in 0..PAGES_MAX {
        if slice.lines.len() > SLICE_BYTES_MAX {
            break;
        }
        let Some(page) = left.pop() else { break };
        let Some((text, variables)) = export.query(&page) else {
            return Err(unreadable("a page is of another query".to_owned()));
        };
        let data = asked(schema, request, &text, &variables).await?;
        let mut line = |line: Value, is_root: bool| {
            slice.lines.extend_from_slice(line.to_string().as_bytes());
            slice.lines.push(b'\n');
            slice.objects += 1;
            slice.roots += i64::from(is_root);
        };
        left.extend(export.read(&page, &data, &mut line));
    }
    if !left.is_empty() {
        let kept = serde_json::to_string(&left).map_err(|why| unreadable(why.to_string()))?;
        slice.left_to_do = Some(kept);
    }
    Ok(slice)
}

/// The data of a query; any error ends the operation.
async fn asked(
    schema: &Arc<Schema>,
    request: &Request,
    text: &str,
    variables: &Map<String, Value>,
) -> Result<Value, ErrorCode> {
    let bound = schema
        .plan(text, None)
        .and_then(|plan| schema.bind(&plan, variables))
        .map_err(|errors| failed(&errors))?;
    let (response, _) = run(schema, bound, request.clone()).await;
    let response = response.map_err(|error| failed(&[error]))?;
    if !response.errors.is_empty() {
        return Err(failed(&response.errors));
    }
    serde_json::from_slice(&response.data).map_err(|why| {
        tracing::error!(%why, "a reply is not JSON");
        ErrorCode::InternalServerError
    })
}

fn failed(errors: &[graphql::GraphqlError]) -> ErrorCode {
    if errors
        .iter()
        .any(|error| error.code() == Some("ACCESS_DENIED"))
    {
        return ErrorCode::AccessDenied;
    }
    tracing::warn!(?errors, "a bulk operation failed");
    ErrorCode::InternalServerError
}
