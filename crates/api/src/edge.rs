//! The edge: a request's body and credentials in, status and bytes out.

use std::sync::{Arc, OnceLock};

use commerce::apps::{Authenticated, TokenKind};
use commerce::staff::SignInLimiter;
use commerce::{Luck, secret};
use graphql::{Bound, GraphqlError, Kind, Part, Plan, Response, Step, refusal};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::Db;
use units::{ShopId, Timestamp};

use crate::cx::{Cx, Market, Request, RequestParts};
use crate::errors::fault;
use crate::once::{self, Turn};
use crate::throttle::{Status, Throttle};
use crate::tokens::Tokens;
use crate::version::{Version, served_version};
use crate::{Schema, served};

/// One operation of the Admin API may cost this many points at most, and one of the Storefront API by a client
/// without a token (public documentation: "tokenless access").
const COST_MAX: u64 = 1000;
/// A text of more bytes is planned beside the threads that serve everybody.
const TEXT_LONG: usize = 16 * 1024;

/// Both interfaces over one database.
pub struct Api {
    pub(crate) db: Db,
    pub(crate) luck: Luck,
    admin: OnceLock<Arc<Schema>>,
    storefront: OnceLock<Arc<Schema>>,
    throttle: Throttle,
    tokens: Tokens,
    limiter: Arc<SignInLimiter>,
}

/// What came in over HTTP.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// The shop that the host stands for.
    pub shop: ShopId,
    /// Scheme and host that the client used.
    pub origin: String,
    /// The release in the address: `2026-10`.
    pub version: String,
    /// The token, by the header that it came in.
    pub token: Option<(TokenKind, String)>,
    /// The header `Idempotency-Key`.
    pub idempotency_key: Option<String>,
    /// The caller's IP address: guesses at passwords are counted by it.
    pub caller: Option<String>,
    /// The raw body.
    pub body: Vec<u8>,
    /// The moment that the request counts as happening.
    pub now: Timestamp,
}

/// What goes out.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The release that answered, for `X-Shopify-API-Version`.
    pub version: Option<&'static str>,
    /// JSON.
    pub body: Vec<u8>,
}

#[derive(Deserialize)]
struct Body {
    query: Option<String>,
    #[serde(default)]
    variables: Option<Map<String, Value>>,
    #[serde(default, rename = "operationName")]
    operation_name: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Interface {
    Admin,
    Storefront,
}

/// Takes NUL characters out of the texts of variables: they cannot be kept, and mean nothing.
pub(crate) fn without_nul(variables: &mut Map<String, Value>) {
    variables.values_mut().for_each(drop_nul);
}

fn drop_nul(value: &mut Value) {
    match value {
        Value::String(text) if text.contains('\0') => text.retain(|letter| letter != '\0'),
        Value::Array(items) => items.iter_mut().for_each(drop_nul),
        Value::Object(fields) => fields.values_mut().for_each(drop_nul),
        _ => {}
    }
}

impl Api {
    /// Interfaces over `db`; their schemas load at the first use, or by [`Api::load_admin`] and
    /// [`Api::load_storefront`].
    #[must_use]
    pub fn new(db: Db, luck: Luck) -> Self {
        Self {
            db,
            luck,
            admin: OnceLock::new(),
            storefront: OnceLock::new(),
            throttle: Throttle::default(),
            tokens: Tokens::default(),
            limiter: Arc::default(),
        }
    }

    /// What counts guesses: share it with whatever else takes passwords and codes.
    #[must_use]
    pub fn limiter(&self) -> Arc<SignInLimiter> {
        Arc::clone(&self.limiter)
    }

    /// Loads and checks the Admin schema.
    ///
    /// # Errors
    /// Every mismatch between a resolver and the served schema, one a line.
    pub fn load_admin(&self) -> Result<(), String> {
        load(&self.admin, served::admin).map(drop)
    }

    /// Loads and checks the Storefront schema.
    ///
    /// # Errors
    /// Every mismatch between a resolver and the served schema, one a line.
    pub fn load_storefront(&self) -> Result<(), String> {
        load(&self.storefront, served::storefront).map(drop)
    }

    /// Answers a request to the Admin API.
    pub async fn admin(&self, incoming: Incoming) -> Reply {
        let Some(version) = served_version(&incoming.version) else {
            return not_found();
        };
        let Some(token) = incoming.token.clone() else {
            return unauthorized();
        };
        match self.authenticate(&incoming, token).await {
            Ok(Some(token)) => {
                self.answer(Interface::Admin, incoming, version, Some(token))
                    .await
            }
            Ok(None) => unauthorized(),
            Err(reply) => reply,
        }
    }

    /// Answers a request to the Storefront API; the public part needs no token.
    pub async fn storefront(&self, incoming: Incoming) -> Reply {
        let Some(version) = served_version(&incoming.version) else {
            return not_found();
        };
        let token = match incoming.token.clone() {
            None => None,
            Some(token) => match self.authenticate(&incoming, token).await {
                Ok(Some(token)) => Some(token),
                Ok(None) => return storefront_unauthorized(version),
                Err(reply) => return reply,
            },
        };
        self.answer(Interface::Storefront, incoming, version, token)
            .await
    }

    async fn authenticate(
        &self,
        incoming: &Incoming,
        (kind, token): (TokenKind, String),
    ) -> Result<Option<Authenticated>, Reply> {
        let (shop, now) = (incoming.shop, incoming.now);
        let found = self
            .tokens
            .authenticate(&self.db, shop, kind, token, now)
            .await;
        found.map_err(|cause| {
            let error = fault(cause);
            plain(500, &json!({ "errors": error.message }))
        })
    }

    async fn answer(
        &self,
        interface: Interface,
        incoming: Incoming,
        version: Version,
        token: Option<Authenticated>,
    ) -> Reply {
        let (body, query) = match read_body(&incoming.body) {
            Ok(read) => read,
            Err(reply) => return reply,
        };
        let schema = match self.schema(interface) {
            Ok(schema) => schema,
            Err(why) => {
                tracing::error!(%why, "the schema does not load");
                return plain(500, &json!({ "errors": why }));
            }
        };
        let mut variables = body.variables.unwrap_or_default();
        without_nul(&mut variables);
        let may_carry_key = query.contains("@idempotent");
        let bound = plan(&schema, query, body.operation_name)
            .await
            .and_then(|plan| schema.bind(&plan, &variables));
        let reply = |body| Reply {
            status: 200,
            version: Some(version.as_str()),
            body,
        };
        let bound = match bound {
            Ok(bound) => bound,
            Err(errors) => return reply(refusal(&errors, None)),
        };
        let admin = interface == Interface::Admin;
        let idempotency_key = incoming.idempotency_key.filter(|_| admin);
        let mutates = bound.kind() == Kind::Mutation;
        let digest = match mutates && (idempotency_key.is_some() || may_carry_key) {
            true => secret::hash_bytes(&incoming.body),
            false => String::new(),
        };
        let request = Request::new(RequestParts {
            db: self.db.clone(),
            shop: incoming.shop,
            origin: incoming.origin,
            version,
            authenticated: token,
            now: incoming.now,
            luck: self.luck.clone(),
            idempotency_key,
            digest,
            limiter: Arc::clone(&self.limiter),
            caller: incoming.caller,
            market: market(&bound),
            schema: Arc::clone(&schema),
            within: None,
        });
        let bytes = match interface {
            Interface::Admin => self.metered(schema, bound, request).await,
            Interface::Storefront => {
                if request.authenticated().is_none()
                    && let Err(error) = bound.check_cost(COST_MAX)
                {
                    return reply(refusal(&[error], None));
                }
                let (response, warnings) = run(&schema, bound, request).await;
                finish(response, None, warnings)
            }
        };
        reply(bytes)
    }

    /// Runs an operation of the Admin API against its app's bucket of cost points.
    async fn metered(&self, schema: Arc<Schema>, bound: Bound, request: Request) -> Vec<u8> {
        let cost = bound.cost();
        if let Err(error) = bound.check_cost(COST_MAX) {
            return refusal(&[error], None);
        }
        let whose = (request.shop(), request.app());
        let rate = request
            .authenticated()
            .map_or(0, |token| token.throttle_per_second);
        let points = i64::try_from(cost).unwrap_or(i64::MAX);
        let status = match self.throttle.take(whose, rate, points, request.now()) {
            Ok(status) => status,
            Err(status) => {
                let extensions = cost_extension(cost, None, status);
                let error = GraphqlError::new("Throttled", "THROTTLED");
                return refusal(&[error], Some(&extensions));
            }
        };
        let (response, warnings) = run(&schema, bound, request).await;
        let actual = response
            .as_ref()
            .map_or(cost, |response| response.actual_cost);
        let unused = points.saturating_sub(i64::try_from(actual).unwrap_or(points));
        let status = self.throttle.give_back(whose, status, unused);
        finish(
            response,
            Some(cost_extension(cost, Some(actual), status)),
            warnings,
        )
    }

    /// The Admin schema, loaded at the first use.
    pub(crate) fn admin_schema(&self) -> Result<Arc<Schema>, String> {
        self.schema(Interface::Admin)
    }

    fn schema(&self, interface: Interface) -> Result<Arc<Schema>, String> {
        match interface {
            Interface::Admin => load(&self.admin, served::admin),
            Interface::Storefront => load(&self.storefront, served::storefront),
        }
    }
}

/// The request that a body holds, and its text.
fn read_body(bytes: &[u8]) -> Result<(Body, String), Reply> {
    let mut body: Body = serde_json::from_slice(bytes).map_err(|why| {
        let why = format!("The body is not a GraphQL request in JSON: {why}");
        plain(400, &json!({ "errors": why }))
    })?;
    let query = body.query.take().filter(|query| !query.trim().is_empty());
    let missing = || json!({ "errors": { "query": "Required parameter missing or invalid" } });
    Ok((body, query.ok_or_else(|| plain(400, &missing()))?))
}

/// Finds or makes the plan of a text.
async fn plan(
    schema: &Arc<Schema>,
    text: String,
    operation: Option<String>,
) -> Result<Arc<Plan>, Vec<GraphqlError>> {
    if text.len() <= TEXT_LONG {
        return schema.plan(&text, operation.as_deref());
    }
    let schema = Arc::clone(schema);
    let planned =
        tokio::task::spawn_blocking(move || schema.plan(&text, operation.as_deref())).await;
    planned.unwrap_or_else(|_| {
        tracing::error!("a text could not be planned");
        Err(vec![GraphqlError::new(
            "Internal error.",
            "INTERNAL_SERVER_ERROR",
        )])
    })
}

pub(crate) type Ran = (Result<Response, GraphqlError>, Vec<Value>);

/// Runs a bound operation: a query on one snapshot, a mutation field by field.
pub(crate) async fn run(schema: &Arc<Schema>, bound: Bound, request: Request) -> Ran {
    match bound.kind() {
        Kind::Query => query(Arc::clone(schema), bound, request).await,
        Kind::Mutation => mutation(schema, Arc::new(bound), request).await,
    }
}

async fn query(schema: Arc<Schema>, bound: Bound, request: Request) -> Ran {
    let (db, shop) = (request.db().clone(), request.shop());
    let ran = db
        .read_owned(shop, move |tx| {
            let mut cx = Cx::new(tx, request);
            let response = cx.check_market().and_then(|()| {
                let response = schema.execute(&bound, &mut cx);
                cx.failed().map(|()| response)
            });
            let (tx, warnings) = cx.into_parts();
            (tx, (response, warnings))
        })
        .await;
    match ran {
        Ok((response, warnings)) => (response.map_err(outside), warnings),
        Err(cause) => (Err(outside(fault(cause))), Vec::new()),
    }
}

async fn mutation(schema: &Arc<Schema>, bound: Arc<Bound>, request: Request) -> Ran {
    if !request.market().is_default() {
        let verdict = request.look(Cx::check_market).await;
        if let Err(error) = verdict.map_err(fault).and_then(|inner| inner) {
            return (Err(outside(error)), Vec::new());
        }
    }
    let steps = schema.steps(&bound);
    if steps.len() > 1 && request.idempotency_key().is_some() {
        let why = "The header Idempotency-Key stands for one mutation: send them one by one, or give each its @idempotent(key:).";
        return (Err(GraphqlError::new(why, "BAD_REQUEST")), Vec::new());
    }
    let mut parts = Vec::new();
    for step in steps {
        match step_once(schema, &bound, step, &request).await {
            Ok(part) => {
                let stop = part.stops();
                parts.push(part);
                if stop {
                    break;
                }
            }
            // The effect is committed; only its payload could not be read.
            Err(error) => return (Err(outside(error)), Vec::new()),
        }
    }
    (Ok(schema.finish(&bound, parts)), Vec::new())
}

/// Runs a root field and reads its payload; a field whose key has been used gives what came of it.
async fn step_once(
    schema: &Arc<Schema>,
    bound: &Arc<Bound>,
    step: Step,
    request: &Request,
) -> Result<Part, graphql::Error> {
    let (key, refused) = match once::claim(schema, bound, &step, request).await {
        Ok(Turn::Done(part)) => return Ok(part),
        Ok(Turn::Claimed(key)) => (Some(key), None),
        Ok(Turn::Free) => (None, None),
        Err(error) => (None, Some(error)),
    };
    let outcome = match refused {
        Some(error) => graphql::outcome::<()>(Err(error)),
        None => schema.call(bound, &step, request.clone()).await,
    };
    let (schema, bound) = (Arc::clone(schema), Arc::clone(bound));
    let presented = request.look(move |cx| schema.present(&bound, &step, outcome, cx));
    let part = presented.await.map_err(fault)?;
    if let Some(key) = key
        && let Err(cause) = once::keep(request, key, &part).await
    {
        // The effect stands and its reply is right; only a replay will be told that it is unfinished.
        tracing::error!(error = %cause, "the outcome of an idempotency key was not kept");
    }
    Ok(part)
}

fn market(bound: &Bound) -> Market {
    let directives = bound.directives();
    let argument = |name| {
        let value = directives.get("inContext", name)?;
        value.as_str().map(str::to_owned)
    };
    Market {
        country: argument("country"),
        language: argument("language"),
    }
}

fn load(
    slot: &OnceLock<Arc<Schema>>,
    build: fn() -> Result<Schema, String>,
) -> Result<Arc<Schema>, String> {
    if let Some(schema) = slot.get() {
        return Ok(Arc::clone(schema));
    }
    let built = Arc::new(build()?);
    Ok(Arc::clone(slot.get_or_init(|| built)))
}

/// An error outside of any field.
fn outside(error: graphql::Error) -> GraphqlError {
    let mut shown = GraphqlError::new(error.message, error.code.unwrap_or("BAD_REQUEST"));
    shown.extensions.extend(error.extensions);
    shown
}

fn finish(
    response: Result<Response, GraphqlError>,
    extensions: Option<Map<String, Value>>,
    warnings: Vec<Value>,
) -> Vec<u8> {
    let mut extensions = extensions.unwrap_or_default();
    if !warnings.is_empty() {
        extensions.insert("search".to_owned(), Value::Array(warnings));
    }
    let extensions = (!extensions.is_empty()).then_some(&extensions);
    match response {
        Ok(response) => response.to_bytes(extensions),
        Err(error) => refusal(&[error], extensions),
    }
}

fn cost_extension(requested: u64, actual: Option<u64>, status: Status) -> Map<String, Value> {
    let mut extensions = Map::new();
    let cost = json!({
        "requestedQueryCost": requested,
        "actualQueryCost": actual,
        "throttleStatus": status.json(),
    });
    extensions.insert("cost".to_owned(), cost);
    extensions
}

fn plain(status: u16, body: &Value) -> Reply {
    Reply {
        status,
        version: None,
        body: body.to_string().into_bytes(),
    }
}

fn not_found() -> Reply {
    plain(404, &json!({ "errors": "Not Found" }))
}

fn unauthorized() -> Reply {
    let message = "[API] Invalid API key or access token (unrecognized login or wrong password)";
    plain(401, &json!({ "errors": message }))
}

fn storefront_unauthorized(version: Version) -> Reply {
    let error = GraphqlError::new(
        "The storefront access token is not valid for this shop.",
        "UNAUTHORIZED",
    );
    Reply {
        status: 401,
        version: Some(version.as_str()),
        body: refusal(&[error], None),
    }
}
