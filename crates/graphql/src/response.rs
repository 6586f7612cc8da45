//! Replies.

use crate::error::{GraphqlError, write_errors, write_map};
use serde_json::{Map, Value};

/// What an operation came to.
#[derive(Debug, Clone, Default)]
pub struct Response {
    /// The JSON of `data`.
    pub data: Vec<u8>,
    /// What went wrong, in the order in which it was met.
    pub errors: Vec<GraphqlError>,
    /// The cost of what came back.
    pub actual_cost: u64,
}

impl Response {
    /// The reply's body: `data`, `errors` when there are any, `extensions` when given.
    pub fn to_bytes(&self, extensions: Option<&Map<String, Value>>) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.data.len() + 256);
        out.extend_from_slice(b"{\"data\":");
        out.extend_from_slice(&self.data);
        if !self.errors.is_empty() {
            out.extend_from_slice(b",\"errors\":");
            write_errors(&mut out, &self.errors);
        }
        if let Some(extensions) = extensions {
            out.extend_from_slice(b",\"extensions\":");
            write_map(&mut out, extensions);
        }
        out.push(b'}');
        out
    }
}
