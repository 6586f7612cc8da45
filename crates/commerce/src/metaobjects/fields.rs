//! The fields of a definition.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use store::{FromColumn, Param, ToParam, Value};

use crate::metafields::Validations;

/// One field that entries of a type have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldDefinition {
    /// Its key, unique in the definition.
    pub key: String,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Whether entries need a value.
    pub required: bool,
    /// The type of its values.
    #[serde(rename = "type")]
    pub kind: String,
    /// What values must be beyond their type.
    pub validations: Validations,
    /// Whether lists of entries are meant to be searched by it.
    pub admin_filterable: bool,
}

/// A definition's fields in order, kept as JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldDefinitions(pub Vec<FieldDefinition>);

impl FieldDefinitions {
    /// The field of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&FieldDefinition> {
        self.0.iter().find(|field| field.key == key)
    }
}

impl ToParam for FieldDefinitions {
    fn to_param(&self) -> Param<'_> {
        let json = serde_json::to_string(self).expect("texts and truths are JSON");
        Param::Text(Cow::Owned(json))
    }
}

impl FromColumn for FieldDefinitions {
    const WANTED: &'static str = "a list of fields in JSON";

    fn from_column(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Text(text) => serde_json::from_str(text).ok(),
            _ => None,
        }
    }
}
