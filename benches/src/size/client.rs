//! One client of a running program.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use crate::http::Connection;
use crate::program::Program;
use crate::shop::graphql;

/// What opens the APIs.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Tokens {
    pub(super) admin: String,
    pub(super) storefront: String,
}

/// Which of the two APIs is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Interface {
    Admin,
    Storefront,
}

/// A program with a connection to it.
pub(super) struct Client {
    pub(super) program: Program,
    tokens: Tokens,
    runtime: Runtime,
    connection: Connection,
}

impl Client {
    /// Starts the program at a place and connects to it.
    pub(super) fn open(place: &[String], tokens: &Tokens) -> Result<Self, String> {
        let place: Vec<&str> = place.iter().map(String::as_str).collect();
        let program = Program::serve(&place)?;
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        let connection = runtime.block_on(Connection::open(program.address));
        Ok(Self {
            connection: connection.map_err(|error| error.to_string())?,
            program,
            tokens: tokens.clone(),
            runtime,
        })
    }

    /// A request to one of the APIs.
    pub(super) fn request(&self, interface: Interface, text: &str, variables: &Value) -> Vec<u8> {
        let (path, name, token) = match interface {
            Interface::Admin => (
                "/admin/api/2026-10/graphql.json",
                "x-shopify-access-token",
                &self.tokens.admin,
            ),
            Interface::Storefront => (
                "/api/2026-10/graphql.json",
                "x-shopify-storefront-access-token",
                &self.tokens.storefront,
            ),
        };
        graphql(path, (name, token), text, variables)
    }

    /// Sends a request; gives the reply's data and how long it took.
    pub(super) fn send(&mut self, request: &[u8]) -> Result<(Value, Duration), String> {
        let start = Instant::now();
        let reply = self.runtime.block_on(self.connection.send(request));
        let took = start.elapsed();
        let reply = reply.map_err(|error| error.to_string())?;
        let mut json: Value = serde_json::from_slice(reply.body).unwrap_or_default();
        if reply.status != 200 || json.get("errors").is_some() {
            return Err(format!("the API answers {}", reply.shown()));
        }
        let shown = reply.shown();
        let data = json["data"].take();
        let roots = data.as_object().into_iter().flat_map(|all| all.values());
        for root in roots {
            let errors = root.get("userErrors").and_then(Value::as_array);
            if errors.is_some_and(|errors| !errors.is_empty()) {
                return Err(format!("the API refuses: {shown}"));
            }
        }
        Ok((data, took))
    }

    /// Asks the Admin API once.
    pub(super) fn admin(&mut self, text: &str, variables: &Value) -> Result<Value, String> {
        let request = self.request(Interface::Admin, text, variables);
        Ok(self.send(&request)?.0)
    }
}
