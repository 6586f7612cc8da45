//! What is wrong with the variables of an invalid document.

use crate::wording::Wording;
use crate::wording_inputs::{directive_variables, value_variables};
use apollo_compiler::ast::{OperationDefinition, Selection, Value};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Name, Node};
use std::collections::HashSet;

impl<'a> Wording<'a> {
    pub(crate) fn declare(&mut self, operation: &'a OperationDefinition) {
        let declared = operation.variables.iter();
        self.variables = declared
            .map(|variable| {
                (
                    &variable.name,
                    (&*variable.ty, variable.default_value.is_some()),
                )
            })
            .collect();
    }

    pub(crate) fn variable_types(&mut self, operation: &'a OperationDefinition) {
        let mut seen = HashSet::new();
        for variable in &operation.variables {
            let name = variable.name.as_str();
            if !seen.insert(name) {
                let message = format!("There can only be one variable named \"{name}\"");
                self.report(
                    variable,
                    message,
                    "variableNotUnique",
                    &[("variableName", name)],
                );
            }
            let ty = variable.ty.inner_named_type();
            if !self
                .types
                .types
                .get(ty)
                .is_some_and(ExtendedType::is_input_type)
            {
                let message = format!("{ty} isn't a defined input type (on ${name})");
                let extensions = [("typeName", ty.as_str()), ("variableName", name)];
                self.report(variable, message, "variableRequiresValidType", &extensions);
            } else if let Some(default) = &variable.default_value
                && !self.fits(&variable.ty, default)
            {
                let message = format!(
                    "Default value for ${name} doesn't match type {}",
                    variable.ty
                );
                let ty = variable.ty.to_string();
                let extensions = [("variableName", name), ("expectedType", ty.as_str())];
                self.report(variable, message, "defaultValueInvalidType", &extensions);
            }
        }
    }

    pub(crate) fn variable_uses(&mut self, operation: &'a Node<OperationDefinition>) {
        let used = self.all_used(operation);
        for variable in &operation.variables {
            if !used.iter().any(|(known, _)| **known == variable.name) {
                let message = format!(
                    "Variable ${} is declared by {} but not used",
                    variable.name,
                    named(operation)
                );
                self.report(
                    variable,
                    message,
                    "variableNotUsed",
                    &[("variableName", &variable.name)],
                );
            }
        }
        self.undeclared(operation);
    }

    pub(crate) fn undeclared(&mut self, operation: &'a Node<OperationDefinition>) {
        let mut told = HashSet::new();
        for (variable, node) in self.all_used(operation) {
            if !self.variables.contains_key(variable) && told.insert(variable) {
                let message = format!(
                    "Variable ${variable} is used by {} but not declared",
                    named(operation)
                );
                self.report(
                    node,
                    message,
                    "variableNotDefined",
                    &[("variableName", variable)],
                );
            }
        }
    }

    fn all_used(&self, operation: &'a OperationDefinition) -> Vec<(&'a Name, &'a Node<Value>)> {
        let mut used = Vec::new();
        directive_variables(&operation.directives, &mut used);
        self.used_variables(&operation.selection_set, &mut used, &mut HashSet::new());
        used
    }

    fn used_variables(
        &self,
        selections: &'a [Selection],
        used: &mut Vec<(&'a Name, &'a Node<Value>)>,
        visited: &mut HashSet<&'a Name>,
    ) {
        for selection in selections {
            match selection {
                Selection::Field(field) => {
                    field
                        .arguments
                        .iter()
                        .for_each(|argument| value_variables(&argument.value, used));
                    directive_variables(&field.directives, used);
                    self.used_variables(&field.selection_set, used, visited);
                }
                Selection::InlineFragment(fragment) => {
                    directive_variables(&fragment.directives, used);
                    self.used_variables(&fragment.selection_set, used, visited);
                }
                Selection::FragmentSpread(spread) => {
                    directive_variables(&spread.directives, used);
                    if visited.insert(&spread.fragment_name)
                        && let Some(fragment) = self.fragments.get(&spread.fragment_name).copied()
                    {
                        self.used_variables(&fragment.selection_set, used, visited);
                    }
                }
            }
        }
    }
}

fn named(operation: &OperationDefinition) -> String {
    operation.name.as_ref().map_or_else(
        || format!("anonymous {}", operation.operation_type),
        Name::to_string,
    )
}
