//! What resolvers see: the request they serve, and the snapshot they read.

use std::future::Future;
use std::rc::Rc;
use std::sync::Arc;

use commerce::apps::{Authenticated, Scope, Scopes};
use commerce::markets::{self, ContextError, Terms};
use commerce::shops::{self, Shop};
use commerce::staff::SignInLimiter;
use commerce::{Actor, Call, Luck};
use graphql::Error;
use serde_json::Value;
use store::search::Reading;
use store::{Db, Slice, StoreError, Tx};
use units::{AppId, Currency, ShopId, Timestamp};

use crate::Schema;
use crate::access::{denied, denied_any};
use crate::errors::fault;
use crate::version::Version;
use crate::within::Within;

/// One request, shared by the edge and the store threads; cheap to clone.
#[derive(Clone)]
pub struct Request(Arc<RequestParts>);

/// What a request is made of.
#[derive(Clone)]
pub(crate) struct RequestParts {
    pub(crate) db: Db,
    pub(crate) shop: ShopId,
    /// Scheme and host that the client used, without a slash at the end.
    pub(crate) origin: String,
    pub(crate) version: Version,
    /// Whose token it carries; none for a storefront without a token.
    pub(crate) authenticated: Option<Authenticated>,
    pub(crate) now: Timestamp,
    pub(crate) luck: Luck,
    /// Counts failures to sign in.
    pub(crate) limiter: Arc<SignInLimiter>,
    /// The header `Idempotency-Key`.
    pub(crate) idempotency_key: Option<String>,
    /// A hash of the body, when it may carry a key.
    pub(crate) digest: String,
    /// The caller's IP address.
    pub(crate) caller: Option<String>,
    /// Country and language from `@inContext`.
    pub(crate) market: Market,
    /// The schema that the request is answered by.
    pub(crate) schema: Arc<Schema>,
    /// The transaction that everything happens in, where that is open already.
    pub(crate) within: Option<Within>,
}

/// What `@inContext` asked for; empty when the operation did not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Market {
    /// ISO 3166-1 code.
    pub country: Option<String>,
    /// ISO 639-1 code, upper case as in the API.
    pub language: Option<String>,
}

impl Market {
    /// Whether the operation left country and language to the shop.
    #[must_use]
    pub const fn is_default(&self) -> bool {
        self.country.is_none() && self.language.is_none()
    }
}

impl Request {
    pub(crate) fn new(parts: RequestParts) -> Self {
        Self(Arc::new(parts))
    }

    pub(crate) fn db(&self) -> &Db {
        &self.0.db
    }

    /// The same request, everything of which happens in a transaction that is open already.
    pub(crate) fn within(&self, within: &Within) -> Self {
        Self::new(RequestParts {
            within: Some(within.clone()),
            ..(*self.0).clone()
        })
    }

    /// The schema that answers, for operations that are handed on to run later.
    pub(crate) fn schema(&self) -> &Schema {
        &self.0.schema
    }

    /// The source of salts and tokens.
    pub(crate) fn luck(&self) -> &Luck {
        &self.0.luck
    }

    /// The caller's IP address, as far as it is known.
    pub(crate) fn caller(&self) -> Option<&str> {
        self.0.caller.as_deref()
    }

    /// What counts failures to sign in.
    pub(crate) fn limiter(&self) -> &SignInLimiter {
        &self.0.limiter
    }

    /// The header `Idempotency-Key`, which stands for `@idempotent(key:)` where that is absent.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&str> {
        self.0.idempotency_key.as_deref()
    }

    /// A hash of the request's body: what a key stands for.
    pub(crate) fn digest(&self) -> &str {
        &self.0.digest
    }

    /// The shop that the request is for.
    #[must_use]
    pub fn shop(&self) -> ShopId {
        self.0.shop
    }

    /// The moment that the request counts as happening.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.now
    }

    /// The release that answers: `2026-10`.
    #[must_use]
    pub fn version(&self) -> &'static str {
        self.0.version.as_str()
    }

    /// Scheme and host for addresses in replies: `https://shop.example`.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.0.origin
    }

    /// What `@inContext` asked for.
    #[must_use]
    pub fn market(&self) -> &Market {
        &self.0.market
    }

    /// The token's app and scopes, if there is a token.
    #[must_use]
    pub fn authenticated(&self) -> Option<&Authenticated> {
        self.0.authenticated.as_ref()
    }

    /// The app of the token; zero for a storefront without one.
    #[must_use]
    pub fn app(&self) -> AppId {
        self.0
            .authenticated
            .as_ref()
            .map_or(AppId(0), |token| token.app_id)
    }

    /// A call in the name of the token's app, when the token has `scope`.
    ///
    /// # Errors
    /// `ACCESS_DENIED` naming `field` and the scope.
    pub fn permit(&self, field: &str, scope: Scope) -> Result<Call, Error> {
        match &self.0.authenticated {
            Some(token) if token.scopes.allow(scope) => Ok(self.call(Actor::App(token.app_id))),
            _ => Err(denied(field, scope)),
        }
    }

    /// A call in the name of the token's app, when the token has one of the scopes.
    ///
    /// # Errors
    /// `ACCESS_DENIED` naming `field` and the scopes.
    pub fn permit_any(&self, field: &str, scopes: &[Scope]) -> Result<Call, Error> {
        let held = |token: &Authenticated| scopes.iter().any(|scope| token.scopes.allow(*scope));
        match &self.0.authenticated {
            Some(token) if held(token) => Ok(self.call(Actor::App(token.app_id))),
            _ => Err(denied_any(field, scopes)),
        }
    }

    /// A call in the name of the token's app, with the app and what it may do: for fields that
    /// are about the app itself.
    ///
    /// # Errors
    /// `ACCESS_DENIED` naming `field` when there is no token.
    pub fn as_app(&self, field: &str) -> Result<(Call, (AppId, Scopes)), Error> {
        match &self.0.authenticated {
            Some(token) => {
                let call = self.call(Actor::App(token.app_id));
                Ok((call, (token.app_id, token.scopes)))
            }
            None => {
                Err(Error::new(format!("Access denied for {field} field.")).code("ACCESS_DENIED"))
            }
        }
    }

    /// A call in the name of a buyer: for the Storefront API, whose carts need no scope.
    #[must_use]
    pub fn buyer(&self) -> Call {
        self.call(Actor::Buyer)
    }

    fn call(&self, actor: Actor) -> Call {
        let RequestParts { shop, now, .. } = *self.0;
        Call::new(
            shop,
            actor,
            now,
            self.0.db.ids().clone(),
            self.0.luck.clone(),
        )
    }

    /// Runs an operation in the shop's write lane; it may be run again, so it must own what it
    /// needs and clone what it uses up.
    pub fn write<T, E>(
        &self,
        operation: impl FnMut(&mut Tx) -> Result<T, E> + Send + 'static,
    ) -> impl Future<Output = Result<T, E>> + Send
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let queued = match &self.0.within {
            None => Ok(self.0.db.write(self.0.shop, operation)),
            Some(within) => Err(within.write(operation)),
        };
        async move {
            match queued {
                Ok(queued) => queued.await,
                Err(inside) => inside.await,
            }
        }
    }

    /// Hands one request to a hot operation, which takes it in a slice with others.
    pub fn submit<S: Slice>(
        &self,
        request: S,
    ) -> impl Future<Output = Result<S::Done, S::Error>> + Send {
        let queued = match &self.0.within {
            None => Ok(self.0.db.submit(self.0.shop, request)),
            Some(within) => Err(within.submit(request)),
        };
        async move {
            match queued {
                Ok(queued) => queued.await,
                Err(inside) => inside.await,
            }
        }
    }

    /// Reads from a snapshot, for a mutation that must look before it writes.
    pub fn read<T: Send + 'static>(
        &self,
        look: impl FnOnce(&mut Tx) -> T + Send + 'static,
    ) -> impl Future<Output = Result<T, StoreError>> + Send {
        let queued = match &self.0.within {
            None => Ok(self.0.db.read(self.0.shop, look)),
            Some(within) => Err(within.read(look)),
        };
        async move {
            match queued {
                Ok(queued) => queued.await,
                Err(inside) => inside.await,
            }
        }
    }

    /// Looks at a fresh snapshot, in an execution of its own.
    pub(crate) fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&mut Cx) -> T + Send + 'static,
    ) -> impl Future<Output = Result<T, StoreError>> + Send {
        let owned = self.clone();
        let looked = move |tx: Tx| {
            let mut cx = Cx::new(tx, owned);
            let seen = look(&mut cx);
            (cx.into_parts().0, seen)
        };
        let queued = match &self.0.within {
            None => Ok(self.0.db.read_owned(self.0.shop, looked)),
            Some(within) => Err(within.read(move |tx| tx.lend(|tx| looked(tx).1))),
        };
        async move {
            match queued {
                Ok(queued) => queued.await,
                Err(inside) => inside.await,
            }
        }
    }
}

/// One execution: it owns its snapshot and what was found out on the way.
pub struct Cx {
    /// The snapshot.
    pub tx: Tx,
    /// The request.
    pub request: Request,
    shop: Option<Rc<Shop>>,
    terms: Option<Option<Rc<Terms>>>,
    locale: Option<Option<Rc<str>>>,
    failed: Option<Error>,
    warnings: Vec<Value>,
}

impl Cx {
    pub(crate) fn new(tx: Tx, request: Request) -> Self {
        Self {
            tx,
            request,
            shop: None,
            terms: None,
            locale: None,
            failed: None,
            warnings: Vec::new(),
        }
    }

    /// The snapshot back, and the search warnings that were collected.
    pub(crate) fn into_parts(self) -> (Tx, Vec<Value>) {
        (self.tx, self.warnings)
    }

    /// The shop and its settings, read once for each execution.
    ///
    /// # Errors
    /// Faults of the store.
    pub fn shop(&mut self) -> Result<Rc<Shop>, Error> {
        if let Some(shop) = &self.shop {
            return Ok(Rc::clone(shop));
        }
        let shop = Rc::new(shops::current(&mut self.tx).map_err(fault)?);
        self.shop = Some(Rc::clone(&shop));
        Ok(shop)
    }

    /// What the buyer's market means for prices and goods: of the country that `@inContext` names,
    /// else of the shop's own. `None` in a shop whose buyers are all the same.
    ///
    /// # Errors
    /// Faults of the store.
    pub fn terms(&mut self) -> Result<Option<Rc<Terms>>, Error> {
        if let Some(terms) = &self.terms {
            return Ok(terms.clone());
        }
        let shop = self.shop()?;
        let terms = if shop.market_rules > 0 {
            let asked = self.request.market().country.clone();
            let country = asked.unwrap_or_else(|| shop.country_code.clone());
            markets::terms(&mut self.tx, &shop, &country)
                .map_err(fault)?
                .map(Rc::new)
        } else {
            None
        };
        self.terms = Some(terms.clone());
        Ok(terms)
    }

    /// The currency that the buyer sees.
    ///
    /// # Errors
    /// Faults of the store.
    pub fn currency(&mut self) -> Result<Currency, Error> {
        Ok(match self.terms()? {
            Some(terms) => terms.currency(),
            None => self.shop()?.currency,
        })
    }

    /// The locale that `@inContext` asks for, when it is another than the shop's own.
    ///
    /// # Errors
    /// `INVALID_CONTEXT` when the shop does not speak it.
    pub fn locale(&mut self) -> Result<Option<Rc<str>>, Error> {
        if let Some(locale) = &self.locale {
            return Ok(locale.clone());
        }
        let locale = match self.request.market().language.clone() {
            None => None,
            Some(code) => {
                let shop = self.shop()?;
                let found = markets::spoken(&mut self.tx, &shop, &code).map_err(out_of_context)?;
                found.map(Rc::from)
            }
        };
        self.locale = Some(locale.clone());
        Ok(locale)
    }

    /// The locale that texts are to be in, when it is another than the shop's own, and the number of
    /// the buyer's market, 0 for none.
    pub(crate) fn speaks(&mut self) -> Option<(Rc<str>, i64)> {
        self.request.market().language.as_ref()?;
        let locale = self.locale().ok().flatten()?;
        let terms = self.terms().ok().flatten();
        Some((locale, terms.map_or(0, |terms| terms.market.id.get())))
    }

    /// The shop's own locale and the number of the buyer's market, when they have one.
    pub(crate) fn speaks_in_market(&mut self) -> Option<(Rc<str>, i64)> {
        let terms = self.terms().ok().flatten()?;
        let shop = self.shop().ok()?;
        Some((Rc::from(shop.language.as_str()), terms.market.id.get()))
    }

    /// Keeps a fault that no field can tell: the whole reply is it.
    pub(crate) fn fail(&mut self, error: Error) {
        self.failed.get_or_insert(error);
    }

    /// The fault that the whole reply is.
    pub(crate) fn failed(&mut self) -> Result<(), Error> {
        self.failed.take().map_or(Ok(()), Err)
    }

    /// Checks that the shop sells in the country and language that `@inContext` names.
    ///
    /// # Errors
    /// `INVALID_CONTEXT` naming what the shop serves.
    pub fn check_market(&mut self) -> Result<(), Error> {
        let market = self.request.market().clone();
        if let Some(country) = &market.country {
            let shop = self.shop()?;
            markets::check_country(&mut self.tx, &shop, country).map_err(out_of_context)?;
        }
        self.locale().map(drop)
    }

    /// Checks that the token has `scope`.
    ///
    /// # Errors
    /// `ACCESS_DENIED` naming `field` and the scope.
    pub fn permit(&self, field: &str, scope: Scope) -> Result<(), Error> {
        self.request.permit(field, scope).map(drop)
    }

    /// Checks that the token has one of the scopes.
    ///
    /// # Errors
    /// `ACCESS_DENIED` naming `field` and the scopes.
    pub fn permit_any(&self, field: &str, scopes: &[Scope]) -> Result<(), Error> {
        self.request.permit_any(field, scopes).map(drop)
    }

    /// How values of searches are read.
    ///
    /// # Errors
    /// The store's faults.
    pub fn reading(&mut self) -> Result<Reading, Error> {
        Ok((self.shop()?.currency, self.request.now()).into())
    }

    /// Adds a member to `extensions.search`.
    pub fn warn_search(&mut self, warning: Value) {
        self.warnings.push(warning);
    }
}

/// A country or language that the shop does not serve.
fn out_of_context(error: ContextError) -> Error {
    match error {
        ContextError::Store(cause) => fault(cause),
        error => Error::new(error.to_string()).code("INVALID_CONTEXT"),
    }
}
