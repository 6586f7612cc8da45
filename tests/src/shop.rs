//! A shop to test on, reached over HTTP as any client reaches it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use commerce::apps::{self, NewToken, Scope, Scopes, TokenKind};
use commerce::catalog;
use commerce::shops::NewShop;
use commerce::{Actor, Call};
use reqwest::Method;
use serde_json::{Value, json};
use server::NewKeys;
use store::Db;
use units::{AppId, Currency, ShopId};

use crate::reply::Reply;
use crate::world::World;
use crate::{books, twin};

/// The API version that tests speak.
pub(crate) const VERSION: &str = "2026-10";

const POLL: Duration = Duration::from_millis(20);
const JOBS_PATIENCE: Duration = Duration::from_secs(20);

/// A shop of a running server. Cheap to clone.
#[derive(Clone)]
pub struct TestShop {
    inner: Arc<Inner>,
}

struct Inner {
    world: Arc<World>,
    id: ShopId,
    domain: String,
    app: AppId,
    app_secret: String,
    admin_token: String,
    storefront_token: String,
    twin: Mutex<Option<TestShop>>,
}

impl TestShop {
    /// Opens an empty shop: a location, an app with all scopes, its tokens.
    pub(crate) fn open(world: Arc<World>, name: &str) -> Self {
        let number = world.next_shop();
        let words: String = name.chars().take(40).collect();
        let handle = format!("{}-{number}", words.trim_matches('_').replace('_', "-"));
        let shop = new_shop(&handle);
        let domain = shop.domain();
        let running = &world.running;
        let id = server::open_shop(&running.db, &running.settings, &shop)
            .unwrap_or_else(|trouble| panic!("the shop does not open: {trouble}"));
        let keys = NewKeys {
            title: "Test app".to_owned(),
            scopes: Scopes::all(),
            throttle_per_second: 0,
            fixed: None,
        };
        let keys = server::install_app(&running.db, &running.settings, id, &keys)
            .unwrap_or_else(|trouble| panic!("the app cannot be installed: {trouble}"));
        // From here on the catalogue in memory follows the shop, which the books check in the end.
        let followed = running.db.read_blocking(id, catalog::columns_faults);
        followed
            .and_then(|faults| faults)
            .expect("the catalogue can be read");
        TestShop {
            inner: Arc::new(Inner {
                id,
                domain,
                app: keys.app.id,
                app_secret: keys.app.client_secret,
                admin_token: keys.admin_token,
                storefront_token: keys.storefront_token,
                twin: Mutex::new(None),
                world,
            }),
        }
    }

    /// Another shop of the same server, which has every row of this one as it is
    /// now, with the same ids and tokens.
    ///
    /// # Panics
    /// When the store refuses.
    pub async fn twin(&self) -> TestShop {
        let this = self.clone();
        let made = tokio::task::spawn_blocking(move || {
            let world = Arc::clone(&this.inner.world);
            let twin = TestShop::open(world, "twin");
            twin::copy(&twin.inner.world.running.db, this.inner.id, twin.inner.id);
            TestShop {
                inner: Arc::new(Inner {
                    world: Arc::clone(&this.inner.world),
                    id: twin.inner.id,
                    domain: twin.inner.domain.clone(),
                    app: this.inner.app,
                    app_secret: this.inner.app_secret.clone(),
                    admin_token: this.inner.admin_token.clone(),
                    storefront_token: this.inner.storefront_token.clone(),
                    twin: Mutex::new(None),
                }),
            }
        });
        let twin = made.await.expect("the copy ends");
        let mut kept = self
            .inner
            .twin
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *kept = Some(twin.clone());
        twin
    }

    /// The shop's id.
    #[must_use]
    pub fn id(&self) -> ShopId {
        self.inner.id
    }

    /// Its permanent domain.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.inner.domain
    }

    /// Where the server listens: `http://127.0.0.1:8080`.
    #[must_use]
    pub fn url(&self) -> String {
        self.inner.world.running.url()
    }

    /// The certificate that clients of a `#[scenario(secure)]` are to trust.
    #[must_use]
    pub fn certificate(&self) -> PathBuf {
        self.inner
            .world
            .running
            .settings
            .data
            .join("tls/certificate.pem")
    }

    /// The server's database, for what no API gives.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.inner.world.running.db
    }

    /// A call of an operation, now.
    #[must_use]
    pub fn call(&self, actor: Actor) -> Call {
        self.inner
            .world
            .running
            .call(self.inner.id)
            .acting_as(actor)
    }

    /// What the test app signs its webhooks with.
    #[must_use]
    pub fn app_secret(&self) -> &str {
        &self.inner.app_secret
    }

    /// The test app's token for the Admin API, with all scopes.
    #[must_use]
    pub fn admin_token(&self) -> &str {
        &self.inner.admin_token
    }

    /// Its public token for the Storefront API.
    #[must_use]
    pub fn storefront_token(&self) -> &str {
        &self.inner.storefront_token
    }

    /// A token for the Admin API with these scopes alone.
    ///
    /// # Panics
    /// When a scope is unknown.
    pub async fn token(&self, scopes: &[&str]) -> String {
        let scope = |name: &&str| Scope::parse(name).unwrap_or_else(|| panic!("no scope {name}"));
        let scopes: Scopes = scopes.iter().map(scope).collect();
        let call = self.call(Actor::System);
        let new = new_token(self.inner.app, TokenKind::Admin, scopes);
        let made = self
            .db()
            .write(self.inner.id, move |tx| apps::create_token(tx, &call, &new))
            .await;
        made.expect("the app may have another token").text
    }

    /// Installs another app with all scopes; gives its token for the Admin API.
    ///
    /// # Panics
    /// When the store refuses.
    pub async fn another_app(&self) -> String {
        let this = self.clone();
        let installed = tokio::task::spawn_blocking(move || {
            let running = &this.inner.world.running;
            let keys = NewKeys {
                title: "Another app".to_owned(),
                scopes: Scopes::all(),
                throttle_per_second: 0,
                fixed: None,
            };
            server::install_app(&running.db, &running.settings, this.inner.id, &keys)
                .unwrap_or_else(|trouble| panic!("the app cannot be installed: {trouble}"))
        });
        installed.await.expect("the installation ends").admin_token
    }

    /// Sets the clock of the server forward; for `#[scenario(alone)]` only.
    pub fn advance(&self, by: Duration) {
        self.inner.world.advance(by);
    }

    /// Asks the Admin API with all scopes.
    pub async fn admin(&self, query: &str, variables: Value) -> Reply {
        self.admin_with(&self.inner.admin_token, query, variables)
            .await
    }

    /// Asks the Admin API with a token of choice; none when it is empty.
    pub async fn admin_with(&self, token: &str, query: &str, variables: Value) -> Reply {
        let path = format!("/admin/api/{VERSION}/graphql.json");
        let header = ("X-Shopify-Access-Token", token);
        self.graphql(&path, header, query, &variables).await
    }

    /// Asks the Storefront API with the public token.
    pub async fn storefront(&self, query: &str, variables: Value) -> Reply {
        self.storefront_with(&self.inner.storefront_token, query, variables)
            .await
    }

    /// Asks the Storefront API with a token of choice; none when it is empty.
    pub async fn storefront_with(&self, token: &str, query: &str, variables: Value) -> Reply {
        let path = format!("/api/{VERSION}/graphql.json");
        let header = ("X-Shopify-Storefront-Access-Token", token);
        self.graphql(&path, header, query, &variables).await
    }

    async fn graphql(
        &self,
        path: &str,
        (name, token): (&str, &str),
        query: &str,
        variables: &Value,
    ) -> Reply {
        let body = json!({"query": query, "variables": variables}).to_string();
        let mut headers = vec![("Content-Type", "application/json")];
        if !token.is_empty() {
            headers.push((name, token));
        }
        self.post_raw(path, &headers, body.into_bytes()).await
    }

    /// Gets a page.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, &[], Vec::new()).await
    }

    /// Gets a page with headers of choice.
    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        self.send(Method::GET, path, headers, Vec::new()).await
    }

    /// Posts a form.
    ///
    /// # Panics
    /// When the form cannot be written down.
    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let request = self.inner.world.client.post("http://form").form(fields);
        let request = request.build().expect("a form can be written down");
        let body = request
            .body()
            .and_then(reqwest::Body::as_bytes)
            .unwrap_or_default();
        let headers = [("Content-Type", "application/x-www-form-urlencoded")];
        self.post_raw(path, &headers, body.to_vec()).await
    }

    /// Posts bytes as they are.
    pub async fn post_raw(&self, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Reply {
        self.send(Method::POST, path, headers, body).await
    }

    /// Puts bytes as they are.
    pub async fn put_raw(&self, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Reply {
        self.send(Method::PUT, path, headers, body).await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Reply {
        let asked = format!("{method} {path} {}", String::from_utf8_lossy(&body));
        let mut request = self
            .inner
            .world
            .client
            .request(method, format!("{}{path}", self.url()))
            .header("Host", &self.inner.domain)
            .body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        match request.send().await {
            Ok(response) => Reply::read(asked, response).await,
            Err(error) => panic!("{asked}: {error}"),
        }
    }

    /// Waits until no job of the shop is due.
    pub(crate) async fn settle(&self) {
        let polls = JOBS_PATIENCE.as_millis() / POLL.as_millis();
        for _ in 0..polls {
            if self.due_jobs().await == 0 {
                return;
            }
            tokio::time::sleep(POLL).await;
        }
        panic!("{} jobs are still due", self.due_jobs().await);
    }

    async fn due_jobs(&self) -> i64 {
        let (shop, now) = (self.inner.id, self.inner.world.now());
        let text = "SELECT CAST(COUNT(*) AS BIGINT) FROM jobs WHERE shop = $1 AND due_at <= $2";
        let count = self
            .db()
            .platform_read(move |platform| platform.one(text, (shop, now)));
        count
            .await
            .and_then(|count| count)
            .expect("the jobs can be counted")
    }

    /// Checks the books of the shop and of its twin.
    pub(crate) fn check_books(&self) {
        books::check(self.db(), self.inner.id);
        let twin = self
            .inner
            .twin
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(twin) = twin.as_ref() {
            books::check(twin.db(), twin.inner.id);
        }
    }
}

fn new_token(app: AppId, kind: TokenKind, scopes: Scopes) -> NewToken {
    NewToken {
        app,
        kind,
        title: "Test token".to_owned(),
        scopes,
        expires_at: None,
        text: None,
    }
}

/// A small German shop that takes orders.
#[must_use]
pub fn new_shop(handle: &str) -> NewShop {
    NewShop {
        handle: handle.to_owned(),
        name: "Test shop".to_owned(),
        email: "owner@example.com".to_owned(),
        currency: Currency::EUR,
        time_zone: "Europe/Berlin".to_owned(),
        address1: "Marktplatz 1".to_owned(),
        city: "Bremen".to_owned(),
        zip: "28195".to_owned(),
        country_code: "DE".to_owned(),
        test_shop: true,
        taxes_included: true,
        tax_title: "MwSt".to_owned(),
        tax_rate_ppm: 190_000,
        shipping_title: "Standard".to_owned(),
        shipping_price_minor: 490,
        shipping_taxed: true,
    }
}
