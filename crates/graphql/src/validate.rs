//! Parsing and validation.

use crate::error::{GraphqlError, Location, PathItem};
use crate::input::{Input, Variables};
use crate::lines::Lines;
use crate::schema::Schema;
use crate::{syntax, wording};
use apollo_compiler::ast::{Definition, Document, Selection, Type, Value};
use apollo_compiler::executable::{Field, Operation};
use apollo_compiler::introspection::check_max_depth;
use apollo_compiler::parser::Parser;
use apollo_compiler::validation::{DiagnosticList, Valid};
use apollo_compiler::{ExecutableDocument, Name, Node};

/// Parses and validates a request's text.
pub(crate) fn document<C: 'static, R: Clone + Send + Sync + 'static>(
    schema: &Schema<C, R>,
    text: &str,
) -> Result<Valid<ExecutableDocument>, Vec<GraphqlError>> {
    let limits = schema.limits;
    let nesting_max = limits.depth_max * 3;
    syntax::check(text, limits.tokens_max, nesting_max).map_err(|error| vec![error])?;
    let ast = Parser::new()
        .recursion_limit(nesting_max * 4)
        .parse_ast(text, "request.graphql")
        .map_err(|invalid| told(&invalid.errors))?;
    definitions(&ast, limits.definitions_max)?;
    aliases(&ast, limits.aliases_max)?;
    let lines = Lines::new(text);
    let valid = ast
        .to_executable_validate(&schema.types)
        .map_err(|invalid| {
            let worded = wording::errors(&schema.types, &ast, &lines);
            if worded.is_empty() {
                told(&invalid.errors)
            } else {
                worded
            }
        })?;
    match wording::overlooked(&schema.types, &ast, &lines) {
        overlooked if overlooked.is_empty() => Ok(valid),
        overlooked => Err(overlooked),
    }
}

/// Bounds the operations and fragments of a document.
fn definitions(document: &Document, most: usize) -> Result<(), Vec<GraphqlError>> {
    let definitions = document.definitions.len();
    if definitions <= most {
        return Ok(());
    }
    let message =
        format!("Query has {definitions} definitions, which exceeds the maximum of {most}.");
    Err(vec![GraphqlError::new(message, "MAX_DEFINITIONS_EXCEEDED")])
}

/// Bounds the aliases of a document: they multiply work that one text asks for.
fn aliases(document: &Document, most: usize) -> Result<(), Vec<GraphqlError>> {
    fn count(selections: &[Selection]) -> usize {
        let aliases = |selection: &Selection| match selection {
            Selection::Field(field) => {
                usize::from(field.alias.is_some()) + count(&field.selection_set)
            }
            Selection::InlineFragment(fragment) => count(&fragment.selection_set),
            Selection::FragmentSpread(_) => 0,
        };
        selections.iter().map(aliases).sum()
    }
    let aliases: usize = document
        .definitions
        .iter()
        .map(|definition| match definition {
            Definition::OperationDefinition(operation) => count(&operation.selection_set),
            Definition::FragmentDefinition(fragment) => count(&fragment.selection_set),
            _ => 0,
        })
        .sum();
    if aliases <= most {
        return Ok(());
    }
    let message = format!("Query has {aliases} aliases, which exceeds the maximum of {most}.");
    Err(vec![GraphqlError::new(message, "MAX_ALIASES_EXCEEDED")])
}

/// The validator's own words, for what has no wording of the Admin API.
fn told(errors: &DiagnosticList) -> Vec<GraphqlError> {
    errors
        .iter()
        .map(|error| {
            let place = error.line_column_range().map(|range| Location {
                line: u32::try_from(range.start.line).unwrap_or(u32::MAX),
                column: u32::try_from(range.start.column).unwrap_or(u32::MAX),
            });
            GraphqlError::new(error.error.to_string(), "invalidDocument").at(place)
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

/// Bounds introspection, whose lists within lists grow with the schema at each level.
pub(crate) fn introspection(
    document: &Valid<ExecutableDocument>,
    operation: &Node<Operation>,
) -> Result<(), Vec<GraphqlError>> {
    // The check goes by names that other types have too, so it is for introspection alone.
    if !operation
        .root_fields(document)
        .any(|field| matches!(field.name.as_str(), "__schema" | "__type"))
    {
        return Ok(());
    }
    check_max_depth(document, operation).map_err(|_| {
        vec![GraphqlError::new(
            "Introspection is nested too deeply.",
            "MAX_DEPTH_EXCEEDED",
        )]
    })
}

/// How paths of errors found before execution begin: `query Name`.
pub(crate) fn operation_label(operation: &Operation) -> String {
    match &operation.name {
        Some(name) => format!("{} {name}", operation.operation_type.name()),
        None => operation.operation_type.name().to_owned(),
    }
}

/// Refuses literals of `@oneOf` input objects that do not give exactly one field, which the validator lets pass.
pub(crate) fn one_of(
    types: &apollo_compiler::Schema,
    lines: &Lines,
    field: &Node<Field>,
) -> Option<GraphqlError> {
    fn find<'v>(
        types: &apollo_compiler::Schema,
        ty: &Type,
        value: &'v Node<Value>,
    ) -> Option<(Name, &'v Node<Value>)> {
        match &**value {
            Value::List(items) => items
                .iter()
                .find_map(|item| find(types, ty.item_type(), item)),
            Value::Object(fields) => {
                let definition = types.get_input_object(ty.inner_named_type())?;
                let one = matches!(&fields[..], [(_, value)] if !value.is_null());
                if definition.directives.has("oneOf") && !one {
                    return Some((definition.name.clone(), value));
                }
                fields
                    .iter()
                    .find_map(|(name, value)| find(types, &definition.fields.get(name)?.ty, value))
            }
            _ => None,
        }
    }
    field.arguments.iter().find_map(|argument| {
        let definition = field.definition.argument_by_name(&argument.name)?;
        let (name, value) = find(types, &definition.ty, &argument.value)?;
        let given = value.as_object().map_or(0, <[_]>::len);
        let message = format!("'{name}' requires exactly one argument, but {given} were provided.");
        let place = value.location().map(|span| lines.locate(span.offset()));
        let error = GraphqlError::new(message, "invalidOneOfInputObject").at(place);
        Some(error.extension("inputObjectType", name.as_str()))
    })
}

/// Refuses lists longer than their place allows.
pub(crate) fn list_sizes(
    types: &apollo_compiler::Schema,
    field: &Node<Field>,
    input: &Input,
    variables: &Variables,
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
            let mut sizes = Sizes {
                types,
                variables,
                most,
                path: Vec::new(),
            };
            sizes
                .path
                .push(PathItem::Key(field.response_key().to_string()));
            sizes.path.push(PathItem::Key(definition.name.to_string()));
            sizes.value(
                &definition.ty,
                value,
                &format!("{}.{}", field.name, definition.name),
            )?;
        }
    }
    Ok(())
}

struct Sizes<'a> {
    types: &'a apollo_compiler::Schema,
    variables: &'a Variables,
    most: &'a dyn Fn(&str) -> usize,
    path: Vec<PathItem>,
}

impl Sizes<'_> {
    fn value(&mut self, ty: &Type, value: &Input, place: &str) -> Result<(), GraphqlError> {
        match value {
            Input::Variable(name, _) => match self.variables.get(name) {
                Some(value) => self.value(ty, value, place),
                None => Ok(()),
            },
            Input::List(items) => {
                let most = (self.most)(place);
                if items.len() > most {
                    let message = format!(
                        "The input array size of {} is greater than the maximum allowed of {most}.",
                        items.len()
                    );
                    let mut error = GraphqlError::new(message, "MAX_INPUT_SIZE_EXCEEDED");
                    error.path = Some(self.path.clone());
                    return Err(error);
                }
                items.iter().enumerate().try_for_each(|(index, item)| {
                    self.path.push(PathItem::Index(index));
                    self.value(ty.item_type(), item, place)?;
                    self.path.pop();
                    Ok(())
                })
            }
            Input::Object(fields) => {
                let Some(definition) = self.types.get_input_object(ty.inner_named_type()) else {
                    return Ok(());
                };
                fields.iter().try_for_each(|(name, value)| {
                    let Some(field) = definition.fields.get(name.as_str()) else {
                        return Ok(());
                    };
                    self.path.push(PathItem::Key(name.clone()));
                    self.value(&field.ty, value, &format!("{}.{name}", definition.name))?;
                    self.path.pop();
                    Ok(())
                })
            }
            _ => Ok(()),
        }
    }
}
