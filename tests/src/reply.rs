//! A reply of the server, and what a test may expect of it.

use reqwest::header::HeaderMap;
use serde_json::Value;

/// An HTTP reply, read to its end.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub bytes: Vec<u8>,
    /// The body as JSON, `null` when it is none.
    pub json: Value,
    /// What was asked, for the messages of failed expectations.
    asked: String,
}

impl Reply {
    /// Reads a response to its end.
    pub(crate) async fn read(asked: String, response: reqwest::Response) -> Self {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let bytes = response
            .bytes()
            .await
            .unwrap_or_else(|error| panic!("{asked}: the reply broke off: {error}"))
            .to_vec();
        let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Reply {
            status,
            headers,
            bytes,
            json,
            asked,
        }
    }

    /// The body as text.
    #[must_use]
    pub fn body(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// A header, empty when it is missing.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    /// The value at a path below `data`: `"product.variants.nodes.0.id"`.
    /// A missing step gives `null`.
    #[must_use]
    pub fn get(&self, path: &str) -> &Value {
        let mut value = &self.json["data"];
        for step in path.split('.').filter(|step| !step.is_empty()) {
            value = match step.parse::<usize>() {
                Ok(index) if value.is_array() => &value[index],
                _ => &value[step],
            };
        }
        value
    }

    /// The text at a path below `data`.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    #[must_use]
    pub fn text(&self, path: &str) -> String {
        match self.get(path).as_str() {
            Some(text) => text.to_owned(),
            None => self.fail(&format!("there is no text at {path}")),
        }
    }

    /// The whole number at a path below `data`.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    #[must_use]
    pub fn number(&self, path: &str) -> i64 {
        match self.get(path).as_i64() {
            Some(number) => number,
            None => self.fail(&format!("there is no number at {path}")),
        }
    }

    /// The items of the list at a path below `data`.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    #[must_use]
    pub fn list(&self, path: &str) -> &[Value] {
        match self.get(path).as_array() {
            Some(list) => list,
            None => self.fail(&format!("there is no list at {path}")),
        }
    }

    /// Expects neither errors nor user errors.
    ///
    /// # Panics
    /// When there are some.
    #[track_caller]
    pub fn ok(self) -> Self {
        if self.status != 200 || self.json.get("errors").is_some() || !self.user_errors().is_empty()
        {
            self.fail("something was refused");
        }
        self
    }

    /// The user errors of all root fields.
    #[must_use]
    pub fn user_errors(&self) -> Vec<&Value> {
        let fields = self.json["data"].as_object();
        fields
            .into_iter()
            .flat_map(|fields| fields.values())
            .filter_map(|payload| {
                let own = payload["customerUserErrors"].as_array();
                own.or_else(|| payload["userErrors"].as_array())
                    .or_else(|| named_after_the_mutation(payload))
            })
            .flatten()
            .collect()
    }

    /// Expects exactly one user error with this code, and hands it back.
    ///
    /// # Panics
    /// When there is another outcome.
    #[track_caller]
    pub fn refused(&self, code: &str) -> &Value {
        match self.user_errors().as_slice() {
            [error] if error["code"] == code => error,
            _ => self.fail(&format!("it was not refused with {code} alone")),
        }
    }

    /// Expects exactly one user error at this field (`"input.title"`; empty for
    /// none), and hands it back.
    ///
    /// # Panics
    /// When there is another outcome.
    #[track_caller]
    pub fn refused_at(&self, field: &str) -> &Value {
        let at = |error: &Value| {
            let steps = error["field"].as_array();
            let steps = steps.into_iter().flatten().filter_map(Value::as_str);
            steps.collect::<Vec<_>>().join(".")
        };
        match self.user_errors().as_slice() {
            [error] if at(error) == field => error,
            _ => self.fail(&format!("it was not refused at `{field}` alone")),
        }
    }

    /// Expects a GraphQL error with this `extensions.code`, and hands it back.
    ///
    /// # Panics
    /// When there is another outcome.
    #[track_caller]
    pub fn error(&self, code: &str) -> &Value {
        let errors = self.json["errors"].as_array();
        let found = errors
            .into_iter()
            .flatten()
            .find(|error| error["extensions"]["code"] == code);
        match found {
            Some(error) => error,
            None => self.fail(&format!("there is no error {code}")),
        }
    }

    /// Expects this status.
    ///
    /// # Panics
    /// When it is another.
    #[track_caller]
    pub fn status(self, status: u16) -> Self {
        if self.status != status {
            self.fail(&format!("the status is not {status}"));
        }
        self
    }

    #[track_caller]
    fn fail(&self, message: &str) -> ! {
        panic!(
            "{message}\nasked: {}\nstatus: {}\nreply: {}",
            self.asked,
            self.status,
            self.body()
        )
    }
}

/// The user errors of a payload that calls them `locationDeleteUserErrors`.
fn named_after_the_mutation(payload: &Value) -> Option<&Vec<Value>> {
    let mut fields = payload.as_object()?.iter();
    let named = fields.find(|(name, _)| name.ends_with("UserErrors"));
    named.and_then(|(_, errors)| errors.as_array())
}
