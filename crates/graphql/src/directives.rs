//! Directives of the request that resolvers read, such as `@inContext` and `@idempotent`.

use serde_json::{Map, Value};

/// The directives on an operation or a field, with their coerced arguments.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Directives(pub(crate) Vec<(String, Map<String, Value>)>);

impl Directives {
    /// Whether the directive is there.
    pub fn has(&self, directive: &str) -> bool {
        self.0.iter().any(|(name, _)| name == directive)
    }

    /// An argument of a directive; `None` when either is absent.
    pub fn get(&self, directive: &str, argument: &str) -> Option<&Value> {
        self.0
            .iter()
            .find(|(name, _)| name == directive)?
            .1
            .get(argument)
    }
}
