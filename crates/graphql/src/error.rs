//! Errors: what a resolver says, and what a reply shows.

use crate::leaf::write_text;
use serde_json::{Map, Value};

/// What a resolver answers when it cannot give a value: a fault, a refused permission, an argument out of range.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Error {
    /// The sentence shown to the caller.
    pub message: String,
    /// `extensions.code`, such as `ACCESS_DENIED`.
    pub code: Option<&'static str>,
    /// Further members of `extensions`, after the code.
    pub extensions: Map<String, Value>,
}

impl Error {
    /// An error that says `message`.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            ..Self::default()
        }
    }

    /// Sets `extensions.code`.
    #[must_use]
    pub fn code(mut self, code: &'static str) -> Self {
        self.code = Some(code);
        self
    }

    /// Adds a member to `extensions`.
    #[must_use]
    pub fn extension(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.extensions.insert(name.to_owned(), value.into());
        self
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// A place in the request's text, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Location {
    /// The line.
    pub line: u32,
    /// The column, in characters.
    pub column: u32,
}

/// One step of an error's path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathItem {
    /// A response key, or the operation's name in errors found before execution.
    Key(String),
    /// A list's index, from 0.
    Index(usize),
}

/// One member of a reply's `errors`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GraphqlError {
    /// The sentence.
    pub message: String,
    /// Where in the request's text.
    pub locations: Vec<Location>,
    /// Where in the reply, or in the operation.
    pub path: Option<Vec<PathItem>>,
    /// `code` and whatever else a client may read.
    pub extensions: Map<String, Value>,
}

impl GraphqlError {
    /// An error with a message and an `extensions.code`.
    pub fn new(message: impl Into<String>, code: &str) -> Self {
        let mut extensions = Map::new();
        extensions.insert("code".to_owned(), Value::from(code));
        Self {
            message: message.into(),
            extensions,
            ..Self::default()
        }
    }

    /// Adds a location.
    #[must_use]
    pub fn at(mut self, location: Option<Location>) -> Self {
        self.locations.extend(location);
        self
    }

    /// Adds a member to `extensions`.
    #[must_use]
    pub fn extension(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.extensions.insert(name.to_owned(), value.into());
        self
    }

    /// `extensions.code`, when there is one.
    pub fn code(&self) -> Option<&str> {
        self.extensions.get("code").and_then(Value::as_str)
    }

    pub(crate) fn of(error: &Error, locations: Vec<Location>, path: Vec<PathItem>) -> Self {
        let mut extensions = Map::new();
        if let Some(code) = error.code {
            extensions.insert("code".to_owned(), Value::from(code));
        }
        extensions.extend(
            error
                .extensions
                .iter()
                .map(|(name, value)| (name.clone(), value.clone())),
        );
        Self {
            message: error.message.clone(),
            locations,
            path: Some(path),
            extensions,
        }
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"message\":");
        write_text(out, &self.message);
        if !self.locations.is_empty() {
            out.extend_from_slice(b",\"locations\":[");
            for (index, location) in self.locations.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                let text = format!(
                    "{{\"line\":{},\"column\":{}}}",
                    location.line, location.column
                );
                out.extend_from_slice(text.as_bytes());
            }
            out.push(b']');
        }
        if let Some(path) = &self.path {
            out.extend_from_slice(b",\"path\":[");
            for (index, item) in path.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                match item {
                    PathItem::Key(key) => write_text(out, key),
                    PathItem::Index(index) => out.extend_from_slice(index.to_string().as_bytes()),
                }
            }
            out.push(b']');
        }
        if !self.extensions.is_empty() {
            out.extend_from_slice(b",\"extensions\":");
            write_map(out, &self.extensions);
        }
        out.push(b'}');
    }
}

impl std::fmt::Display for GraphqlError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for GraphqlError {}

pub(crate) fn write_map(out: &mut Vec<u8>, map: &Map<String, Value>) {
    serde_json::to_writer(out, map).expect("a map of JSON values always serialises into memory");
}

pub(crate) fn write_errors(out: &mut Vec<u8>, errors: &[GraphqlError]) {
    out.push(b'[');
    for (index, error) in errors.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        error.write(out);
    }
    out.push(b']');
}

/// The body of a reply that never ran: `errors`, then `extensions` when given.
pub fn refusal(errors: &[GraphqlError], extensions: Option<&Map<String, Value>>) -> Vec<u8> {
    let mut out = b"{\"errors\":".to_vec();
    write_errors(&mut out, errors);
    if let Some(extensions) = extensions {
        out.extend_from_slice(b",\"extensions\":");
        write_map(&mut out, extensions);
    }
    out.push(b'}');
    out
}
