//! Parsing and validation.

use crate::error::{GraphqlError, Location};
use crate::input::Input;
use crate::schema::Schema;
use apollo_compiler::executable::{Field, Operation};
use apollo_compiler::validation::{DiagnosticList, Valid};
use apollo_compiler::{ExecutableDocument, Node};

/// Parses and validates a request's text.
pub(crate) fn document<C: 'static, R: Clone + Send + Sync + 'static>(
    schema: &Schema<C, R>,
    text: &str,
) -> Result<Valid<ExecutableDocument>, Vec<GraphqlError>> {
    let mut parser = apollo_compiler::parser::Parser::new()
        .token_limit(schema.limits.tokens_max)
        .recursion_limit(schema.limits.depth_max * 4);
    let parsed = parser.parse_ast(text, "request.graphql");
    let ast = parsed.map_err(|invalid| told(&invalid.errors, "PARSE_ERROR"))?;
    ast.to_executable_validate(&schema.types)
        .map_err(|invalid| told(&invalid.errors, "GRAPHQL_VALIDATION_FAILED"))
}

fn told(errors: &DiagnosticList, code: &str) -> Vec<GraphqlError> {
    errors
        .iter()
        .map(|error| {
            let place = error.line_column_range().map(|range| Location {
                line: u32::try_from(range.start.line).unwrap_or(u32::MAX),
                column: u32::try_from(range.start.column).unwrap_or(u32::MAX),
            });
            GraphqlError::new(error.error.to_string(), code).at(place)
        })
        .collect()
}

/// The operation to run.
pub(crate) fn operation(
    document: &Valid<ExecutableDocument>,
    name: Option<&str>,
) -> Result<Node<Operation>, Vec<GraphqlError>> {
    let name = name.filter(|name| !name.is_empty());
    document.operations.get(name).cloned().map_err(|_| {
        let message = match name {
            Some(name) => format!("No operation named \"{name}\""),
            None => "An operation name is required".to_owned(),
        };
        vec![GraphqlError::new(message, "BAD_REQUEST")]
    })
}

/// How paths of errors found before execution begin: `query Name`.
pub(crate) fn operation_label(operation: &Operation) -> String {
    match &operation.name {
        Some(name) => format!("{} {name}", operation.operation_type.name()),
        None => operation.operation_type.name().to_owned(),
    }
}

/// Refuses lists longer than their place allows.
pub(crate) fn list_sizes(
    types: &apollo_compiler::Schema,
    field: &Node<Field>,
    input: &Input,
    most: &dyn Fn(&str) -> usize,
) -> Result<(), GraphqlError> {
    let Input::Object(given) = input else {
        return Ok(());
    };
    for definition in &field.definition.arguments {
        if let Some((_, value)) = given
            .iter()
            .find(|(name, _)| definition.name.as_str() == name)
        {
            let place = format!("{}.{}", field.name, definition.name);
            list_size(types, &definition.ty, value, &place, most)?;
        }
    }
    Ok(())
}

pub(crate) fn input_too_long(argument: &str, given: usize, most: usize) -> GraphqlError {
    let message =
        format!("The input array size of {given} is greater than the maximum allowed of {most}.");
    GraphqlError::new(message, "MAX_INPUT_SIZE_EXCEEDED").extension("argument", argument)
}

/// Refuses a list longer than its place allows, and looks into input objects.
pub(crate) fn list_size(
    types: &apollo_compiler::Schema,
    ty: &apollo_compiler::ast::Type,
    value: &Input,
    place: &str,
    most: &dyn Fn(&str) -> usize,
) -> Result<(), GraphqlError> {
    match value {
        Input::List(items) => {
            let most_here = most(place);
            if items.len() > most_here {
                let argument = place.rsplit('.').next().unwrap_or(place);
                return Err(input_too_long(argument, items.len(), most_here));
            }
            items
                .iter()
                .try_for_each(|item| list_size(types, ty.item_type(), item, place, most))
        }
        Input::Object(fields) => {
            let Some(definition) = types.get_input_object(ty.inner_named_type()) else {
                return Ok(());
            };
            fields
                .iter()
                .try_for_each(|(name, value)| match definition.fields.get(name.as_str()) {
                    Some(field) => list_size(
                        types,
                        &field.ty,
                        value,
                        &format!("{}.{name}", definition.name),
                        most,
                    ),
                    None => Ok(()),
                })
        }
        _ => Ok(()),
    }
}
