//! Introspection, answered from the served schema.

use crate::execute::Execution;
use crate::input::Input;
use crate::plan::PlanField;
use apollo_compiler::introspection::partial_execute;
use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::response::JsonMap;
use serde_json::{Map, Value};

impl<C: 'static, R: Clone + Send + Sync + 'static> Execution<'_, C, R> {
    /// The JSON of a root field `__schema` or `__type`.
    pub(crate) fn introspect(&self, field: &PlanField) -> Vec<u8> {
        let plan = &self.bound.plan;
        let given: Map<String, Value> = self
            .bound
            .variables
            .0
            .iter()
            .filter_map(|(name, value): &(String, Input)| {
                Some((name.clone(), value.json(&self.bound.variables)?))
            })
            .collect();
        let answer = serde_json::from_value::<JsonMap>(Value::Object(given))
            .ok()
            .and_then(|given| {
                coerce_variable_values(&self.schema.types, &plan.operation, &given).ok()
            })
            .and_then(|variables| {
                partial_execute(
                    &self.schema.types,
                    &self.schema.implementers,
                    &plan.document,
                    &plan.operation,
                    &variables,
                )
                .ok()
            })
            .and_then(|response| response.data);
        let value = answer
            .as_ref()
            .and_then(|data| data.get(field.response_key.as_str()));
        value
            .and_then(|value| serde_json::to_vec(value).ok())
            .unwrap_or_else(|| b"null".to_vec())
    }
}
