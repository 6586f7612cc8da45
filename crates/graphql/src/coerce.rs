//! Coercion: literals and variables become inputs, as the specification and the Admin API have it.

use crate::error::GraphqlError;
use crate::input::{Input, Variables};
use apollo_compiler::ast::{InputValueDefinition, Type, Value as Literal, VariableDefinition};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Node, Schema as Types};
use serde_json::{Map, Value, json};

/// A literal of the request or the schema, valid for `ty`.
pub(crate) fn literal(types: &Types, ty: &Type, value: &Literal) -> Input {
    match value {
        Literal::Null => return Input::Null,
        Literal::Variable(name) => return Input::Variable(name.to_string(), None),
        _ => {}
    }
    if ty.is_list() {
        let item = ty.item_type();
        return match value {
            Literal::List(items) => {
                Input::List(items.iter().map(|one| literal(types, item, one)).collect())
            }
            one => Input::List(vec![literal(types, item, one)]),
        };
    }
    match (value, types.types.get(ty.inner_named_type())) {
        (Literal::Object(given), Some(ExtendedType::InputObject(definition))) => {
            let mut fields = Vec::with_capacity(definition.fields.len());
            for (name, field) in &definition.fields {
                let value = given
                    .iter()
                    .find(|(known, _)| known == name)
                    .map(|(_, value)| &**value);
                if let Some(value) = given_or_default(types, field, value) {
                    fields.push((name.to_string(), value));
                }
            }
            Input::Object(fields)
        }
        (Literal::Int(number), Some(ExtendedType::Scalar(scalar))) => match scalar.name.as_str() {
            "ID" => Input::Text(number.as_str().to_owned()),
            "Float" => number.try_to_f64().map_or(Input::Null, Input::Float),
            _ => plain(value),
        },
        _ => plain(value),
    }
}

/// A literal whose type says nothing of its shape.
fn plain(value: &Literal) -> Input {
    match value {
        Literal::Null => Input::Null,
        Literal::Enum(name) => Input::Text(name.to_string()),
        Literal::Variable(name) => Input::Variable(name.to_string(), None),
        Literal::String(text) => Input::Text(text.clone()),
        Literal::Float(number) => number.try_to_f64().map_or(Input::Null, Input::Float),
        Literal::Int(number) => match number.as_str().parse() {
            Ok(number) => Input::Int(number),
            Err(_) => number.try_to_f64().map_or(Input::Null, Input::Float),
        },
        Literal::Boolean(flag) => Input::Boolean(*flag),
        Literal::List(items) => Input::List(items.iter().map(|item| plain(item)).collect()),
        Literal::Object(fields) => Input::Object(
            fields
                .iter()
                .map(|(name, field)| (name.to_string(), plain(field)))
                .collect(),
        ),
    }
}

fn given_or_default(
    types: &Types,
    definition: &InputValueDefinition,
    given: Option<&Literal>,
) -> Option<Input> {
    let default = || {
        definition
            .default_value
            .as_ref()
            .map(|default| literal(types, &definition.ty, default))
    };
    match given {
        Some(Literal::Variable(name)) => {
            Some(Input::Variable(name.to_string(), default().map(Box::new)))
        }
        Some(Literal::Null) => {
            Some(default().map_or(Input::Null, |default| Input::NullOr(Box::new(default))))
        }
        Some(value) => Some(literal(types, &definition.ty, value)),
        None => default(),
    }
}

/// The arguments of a field or directive: given, or their defaults.
pub(crate) fn arguments(
    types: &Types,
    definitions: &[Node<InputValueDefinition>],
    given: &[Node<apollo_compiler::ast::Argument>],
) -> Input {
    let mut fields = Vec::with_capacity(definitions.len());
    for definition in definitions {
        let value = given
            .iter()
            .find(|argument| argument.name == definition.name)
            .map(|argument| &*argument.value);
        if let Some(value) = given_or_default(types, definition, value) {
            fields.push((definition.name.to_string(), value));
        }
    }
    Input::Object(fields)
}

/// One thing wrong with a variable's value.
struct Problem {
    path: Vec<Value>,
    explanation: String,
}

struct Coercion<'a> {
    types: &'a Types,
    path: Vec<Value>,
    problems: Vec<Problem>,
}

/// How many problems of one variable are told.
const PROBLEMS_MAX: usize = 50;

/// Coerces the request's variables.
pub(crate) fn variables(
    types: &Types,
    definitions: &[Node<VariableDefinition>],
    given: &Map<String, Value>,
    locate: impl Fn(&Node<VariableDefinition>) -> Option<crate::error::Location>,
) -> Result<Variables, Vec<GraphqlError>> {
    let mut coerced = Variables::default();
    let mut errors = Vec::new();
    for definition in definitions {
        let name = definition.name.as_str();
        let mut coercion = Coercion {
            types,
            path: Vec::new(),
            problems: Vec::new(),
        };
        let value = match (given.get(name), &definition.default_value) {
            (Some(value), _) => Some(coercion.value(&definition.ty, value)),
            (None, Some(default)) => Some(literal(types, &definition.ty, default)),
            (None, None) if definition.ty.is_non_null() => {
                Some(coercion.value(&definition.ty, &Value::Null))
            }
            (None, None) => None,
        };
        if !coercion.problems.is_empty() {
            let value = given.get(name).unwrap_or(&Value::Null);
            errors.push(
                invalid_variable(name, &definition.ty, value, &coercion.problems)
                    .at(locate(definition)),
            );
        }
        coerced
            .0
            .extend(value.map(|value| (name.to_owned(), value)));
    }
    if errors.is_empty() {
        Ok(coerced)
    } else {
        Err(errors)
    }
}

/// The error of a variable whose value a resolver's own type refused.
pub(crate) fn refused_variable(
    name: &str,
    ty: &Type,
    value: &Value,
    path: &[String],
    explanation: &str,
) -> GraphqlError {
    let path = path
        .iter()
        .map(|step| {
            step.parse::<u64>()
                .map_or_else(|_| Value::from(step.as_str()), Value::from)
        })
        .collect();
    invalid_variable(
        name,
        ty,
        value,
        &[Problem {
            path,
            explanation: explanation.to_owned(),
        }],
    )
}

fn invalid_variable(name: &str, ty: &Type, value: &Value, problems: &[Problem]) -> GraphqlError {
    let mut message = format!("Variable ${name} of type {ty} was provided invalid value");
    let told: Vec<String> = problems
        .iter()
        .filter(|problem| !problem.path.is_empty())
        .map(|problem| {
            let path: Vec<String> = problem
                .path
                .iter()
                .map(|step| {
                    step.as_str()
                        .map_or_else(|| step.to_string(), str::to_owned)
                })
                .collect();
            format!("{} ({})", path.join("."), problem.explanation)
        })
        .collect();
    if !told.is_empty() {
        message = format!("{message} for {}", told.join(", "));
    }
    let problems: Vec<Value> = problems
        .iter()
        .map(|problem| json!({ "path": problem.path, "explanation": problem.explanation }))
        .collect();
    GraphqlError::new(message, "INVALID_VARIABLE")
        .extension("value", value.clone())
        .extension("problems", problems)
}

impl Coercion<'_> {
    fn problem(&mut self, explanation: String) -> Input {
        if self.problems.len() < PROBLEMS_MAX {
            self.problems.push(Problem {
                path: self.path.clone(),
                explanation,
            });
        }
        Input::Null
    }

    fn value(&mut self, ty: &Type, value: &Value) -> Input {
        if value.is_null() {
            if ty.is_non_null() {
                return self.problem("Expected value to not be null".to_owned());
            }
            return Input::Null;
        }
        if ty.is_list() {
            let item = ty.item_type();
            let Value::Array(items) = value else {
                return Input::List(vec![self.value(item, value)]);
            };
            let mut coerced = Vec::with_capacity(items.len());
            for (index, one) in items.iter().enumerate() {
                self.path.push(Value::from(index));
                coerced.push(self.value(item, one));
                self.path.pop();
            }
            return Input::List(coerced);
        }
        let name = ty.inner_named_type();
        match self.types.types.get(name) {
            Some(ExtendedType::InputObject(definition)) => self.object(&definition.clone(), value),
            Some(ExtendedType::Enum(definition)) => match value.as_str() {
                Some(text) if definition.values.contains_key(text) => Input::Text(text.to_owned()),
                _ => {
                    let known: Vec<&str> = definition
                        .values
                        .keys()
                        .map(|value| value.as_str())
                        .collect();
                    let shown = value
                        .as_str()
                        .map_or_else(|| value.to_string(), str::to_owned);
                    let explanation =
                        format!("Expected \"{shown}\" to be one of: {}", known.join(", "));
                    self.problem(explanation)
                }
            },
            _ => self.scalar(name.as_str(), value),
        }
    }

    fn scalar(&mut self, name: &str, value: &Value) -> Input {
        let fits = match (name, value) {
            ("Int", Value::Number(number)) => whole(number).map(Input::Int),
            ("Float", Value::Number(number)) => number.as_f64().map(Input::Float),
            ("Boolean", Value::Bool(flag)) => Some(Input::Boolean(*flag)),
            ("String" | "ID", Value::String(text)) => Some(Input::Text(text.clone())),
            ("ID", Value::Number(number)) if number.is_i64() || number.is_u64() => {
                Some(Input::Text(number.to_string()))
            }
            ("Int" | "Float" | "Boolean" | "String" | "ID", _) => None,
            (_, value) => Some(open(value)),
        };
        match fits {
            Some(input) => input,
            None => self.problem(format!("Could not coerce value {value} to {name}")),
        }
    }

    fn object(
        &mut self,
        definition: &apollo_compiler::schema::InputObjectType,
        value: &Value,
    ) -> Input {
        let Value::Object(given) = value else {
            let explanation = format!("Expected {value} to be a key-value object.");
            return self.problem(explanation);
        };
        for name in given.keys() {
            if !definition.fields.contains_key(name.as_str()) {
                self.path.push(Value::from(name.as_str()));
                self.problem(format!("Field is not defined on {}", definition.name));
                self.path.pop();
            }
        }
        let mut fields = Vec::with_capacity(given.len());
        for (name, field) in &definition.fields {
            self.path.push(Value::from(name.as_str()));
            let value = match (given.get(name.as_str()), &field.default_value) {
                (Some(Value::Null), Some(default)) if !field.ty.is_non_null() => Some(
                    Input::NullOr(Box::new(literal(self.types, &field.ty, default))),
                ),
                (Some(value), _) => Some(self.value(&field.ty, value)),
                (None, Some(default)) => Some(literal(self.types, &field.ty, default)),
                (None, None) if field.ty.is_non_null() => Some(self.value(&field.ty, &Value::Null)),
                (None, None) => None,
            };
            self.path.pop();
            fields.extend(value.map(|value| (name.to_string(), value)));
        }
        if definition.directives.has("oneOf")
            && (given.len() != 1 || given.values().any(Value::is_null))
        {
            let explanation = format!(
                "'{}' requires exactly one argument, but {} were provided.",
                definition.name,
                given.len()
            );
            self.problem(explanation);
        }
        Input::Object(fields)
    }
}

/// A whole number of 32 bits, also when written with a zero fraction.
fn whole(number: &serde_json::Number) -> Option<i64> {
    let value = match number.as_i64() {
        Some(value) => value,
        None => {
            let value = number.as_f64()?;
            (value.trunc() == value && value.abs() <= f64::from(i32::MAX))
                .then_some(value as i64)?
        }
    };
    i32::try_from(value).is_ok().then_some(value)
}

/// JSON for a scalar of the schema's own.
fn open(value: &Value) -> Input {
    match value {
        Value::Null => Input::Null,
        Value::Bool(flag) => Input::Boolean(*flag),
        Value::String(text) => Input::Text(text.clone()),
        Value::Number(number) => match number.as_i64() {
            Some(number) => Input::Int(number),
            None => Input::Json(value.clone()),
        },
        Value::Array(_) | Value::Object(_) => Input::Json(value.clone()),
    }
}
