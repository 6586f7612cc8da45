//! The work of bulk operations: a slice of it at a time, in the name of the app that asked.

use std::sync::Arc;

use commerce::apps::{self, App, Authenticated, TokenKind};
use commerce::bulk_operations::{self, BulkOperation, ErrorCode, Halt, Line, Lines, Slice};
use graphql::{ExportPage, GraphqlError};
use serde_json::{Map, Value};
use store::{StoreError, Tx};
use units::{ShopId, Timestamp, TokenId};

use crate::cx::{Market, Request, RequestParts};
use crate::edge::{run, without_nul};
use crate::version::served_version;
use crate::within::{Spoilt, Within};
use crate::{Api, Schema};

/// Pages of an export that a slice reads, each on a snapshot of its own.
const PAGES_MAX: usize = 8;
/// A slice ends when its lines are longer than this.
const SLICE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Lines of a bulk mutation share a transaction until what came of them is longer than this.
const LINES_BYTES_MAX: usize = 1024 * 1024;

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
        exported(&schema, &request, operation).await
    }

    /// Runs a bulk mutation for the first of these lines, as many as may share a transaction,
    /// and records there what came of them.
    ///
    /// Gives the operation as it stands then; none when it does not stand where it stood.
    ///
    /// # Errors
    /// Why the lines were not done.
    pub async fn bulk_lines(
        &self,
        shop: ShopId,
        operation: &BulkOperation,
        file_bytes: i64,
        lines: Vec<Line>,
        now: Timestamp,
    ) -> Result<Option<(BulkOperation, Lines)>, Halt> {
        let schema = self.admin_schema().map_err(|why| {
            tracing::error!(%why, "the schema does not load");
            Halt::Failed(ErrorCode::InternalServerError)
        })?;
        let request = self.request_of(shop, operation, now, &schema).await;
        let request = request.map_err(Halt::Failed)?;
        let lines: Arc<[Line]> = lines.into();
        let turn = Turn {
            schema,
            request,
            operation: operation.clone(),
            file_bytes,
        };
        let mut most = lines.len();
        loop {
            let (turn, lines) = (turn.clone(), Arc::clone(&lines));
            let done = self.db.write(shop, move |tx| turn.run(tx, &lines[..most]));
            let fault = match done.await {
                Ok(done) => return Ok(done),
                Err(fault) => fault,
            };
            match (most, fault) {
                (_, LineFault::Store(cause)) if is_passing(&cause) => return Err(cause.into()),
                (0 | 1, fault) => {
                    tracing::error!(%shop, operation = %operation.id, %fault, "a line failed");
                    break;
                }
                // Which of them it was is not known: one by one, then.
                _ => most = 1,
            }
        }
        let Some(line) = lines.first().cloned() else {
            return Ok(None);
        };
        let told = self.db.write(shop, move |tx| turn.failed(tx, &line)).await;
        told.map_err(Halt::Store)
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
            // Nobody signs in by what runs later.
            limiter: Arc::default(),
            market: Market::default(),
            schema: Arc::clone(schema),
            within: None,
        }))
    }
}

/// What lines are run for.
#[derive(Clone)]
struct Turn {
    schema: Arc<Schema>,
    request: Request,
    operation: BulkOperation,
    file_bytes: i64,
}

/// Why nothing of some lines can be kept.
#[derive(Debug, thiserror::Error)]
enum LineFault {
    /// One failed after it had written.
    #[error("it failed after it had written")]
    Spoilt,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

type Told = Option<(BulkOperation, Lines)>;

impl Turn {
    fn run(&self, tx: &mut Tx, lines: &[Line]) -> Result<Told, LineFault> {
        if !bulk_operations::holds(tx, &self.operation)? {
            return Ok(None);
        }
        let mut text = String::new();
        let mut done = None;
        for line in lines {
            text.push_str(&self.line(tx, line)?);
            done = Some(line);
            if text.len() > LINES_BYTES_MAX {
                break;
            }
        }
        match done {
            Some(last) => Ok(Some(self.record(tx, lines, last, text)?)),
            None => Ok(None),
        }
    }

    /// Tells of a line that cannot be done.
    fn failed(&self, tx: &mut Tx, line: &Line) -> Result<Told, StoreError> {
        if !bulk_operations::holds(tx, &self.operation)? {
            return Ok(None);
        }
        let text = refused(line, "Internal error.", "INTERNAL_SERVER_ERROR");
        let lines = std::slice::from_ref(line);
        self.record(tx, lines, line, text).map(Some)
    }

    fn record(
        &self,
        tx: &mut Tx,
        lines: &[Line],
        last: &Line,
        text: String,
    ) -> Result<(BulkOperation, Lines), StoreError> {
        let first = lines.first().map_or(last.number, |first| first.number);
        let done = Lines {
            text,
            count: last.number - first + 1,
            next: last.next,
        };
        let after = bulk_operations::record(tx, &self.operation, self.file_bytes, &done)?;
        Ok((after, done))
    }

    /// Runs the mutation for one line, and gives the result's line.
    fn line(&self, tx: &mut Tx, line: &Line) -> Result<String, LineFault> {
        let text = line.text.as_deref().unwrap_or_default();
        let variables = serde_json::from_str(text);
        let Ok(Value::Object(mut variables)) = variables else {
            let why = "The line is not a JSON object with the mutation's variables.";
            return Ok(refused(line, why, "BAD_REQUEST"));
        };
        without_nul(&mut variables);
        let bound = self
            .schema
            .plan(&self.operation.document, None)
            .and_then(|plan| self.schema.bind(&plan, &variables));
        let bound = match bound {
            Ok(bound) => bound,
            Err(errors) => return Ok(numbered(line, &graphql::refusal(&errors, None))),
        };
        let within = Within::default();
        let running = run(&self.schema, bound, self.request.within(&within));
        let (response, _) = within
            .run(tx, running)
            .map_err(|Spoilt| LineFault::Spoilt)?;
        let bytes = match response {
            Ok(response) => response.to_bytes(None),
            Err(error) => graphql::refusal(&[error], None),
        };
        Ok(numbered(line, &bytes))
    }
}

/// Whether the same lines may be done later.
fn is_passing(cause: &StoreError) -> bool {
    use StoreError::{Busy, Closed, OutcomeUnknown};
    cause.is_passing() || matches!(cause, Busy | Closed | OutcomeUnknown)
}

fn refused(line: &Line, why: &str, code: &'static str) -> String {
    numbered(
        line,
        &graphql::refusal(&[GraphqlError::new(why, code)], None),
    )
}

/// A reply as a line of a result: it says which line it is about.
fn numbered(line: &Line, reply: &[u8]) -> String {
    let reply = String::from_utf8_lossy(reply);
    let open = reply.strip_suffix('}').unwrap_or(&reply);
    format!("{open},\"__lineNumber\":{}}}\n", line.number)
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

fn failed(errors: &[GraphqlError]) -> ErrorCode {
    if errors
        .iter()
        .any(|error| error.code() == Some("ACCESS_DENIED"))
    {
        return ErrorCode::AccessDenied;
    }
    tracing::warn!(?errors, "a bulk operation failed");
    ErrorCode::InternalServerError
}
