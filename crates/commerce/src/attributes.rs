//! Attributes: the free pairs of key and value that buyers and apps leave on carts and orders.

use serde::{Deserialize, Serialize};

/// A key and what stands under it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Attribute {
    /// What it is called.
    pub key: String,
    /// What it says.
    pub value: String,
}

impl Attribute {
    /// A pair.
    #[must_use]
    pub fn new(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            value: value.into(),
        }
    }
}

/// How tables keep a list of them, or of any other snapshot: JSON text.
#[must_use]
pub fn to_json<T: Serialize>(values: &[T]) -> String {
    if values.is_empty() {
        return "[]".to_owned();
    }
    serde_json::to_string(values).expect("plain values have a JSON text")
}

/// Reads what [`to_json`] wrote; a damaged text reads as nothing.
#[must_use]
pub fn from_json<T: for<'de> Deserialize<'de>>(text: &str) -> Vec<T> {
    if text.is_empty() || text == "[]" {
        return Vec::new();
    }
    serde_json::from_str(text).unwrap_or_default()
}
