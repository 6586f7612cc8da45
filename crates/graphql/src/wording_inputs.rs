//! What is wrong with the values of an invalid document's arguments.

use crate::wording::Wording;
use apollo_compiler::ast::{Argument, DirectiveList, InputValueDefinition, Selection, Type, Value};
use apollo_compiler::schema::{ExtendedType, InputObjectType};
use apollo_compiler::{Name, Node};

impl Wording<'_> {
    /// Whether a literal may stand for a type, looking into lists and input objects. Variables always may.
    pub(crate) fn fits(&self, ty: &Type, value: &Value) -> bool {
        match value {
            Value::Variable(_) => return true,
            Value::Null => return !ty.is_non_null(),
            _ => {}
        }
        if ty.is_list() {
            return match value {
                Value::List(items) => items.iter().all(|item| self.fits(ty.item_type(), item)),
                one => self.fits(ty.item_type(), one),
            };
        }
        match self.types.types.get(ty.inner_named_type()) {
            Some(ExtendedType::Enum(definition)) => value
                .as_enum()
                .is_some_and(|name| definition.values.contains_key(name)),
            Some(ExtendedType::InputObject(definition)) => match value {
                Value::Object(fields) => {
                    fields.iter().all(|(name, value)| {
                        definition
                            .fields
                            .get(name)
                            .is_some_and(|field| self.fits(&field.ty, value))
                    }) && definition.fields.iter().all(|(name, field)| {
                        !field.is_required() || fields.iter().any(|(given, _)| given == name)
                    })
                }
                _ => false,
            },
            Some(ExtendedType::Scalar(scalar)) => match scalar.name.as_str() {
                "Int" => value.to_i32().is_some(),
                "Float" => matches!(value, Value::Int(_) | Value::Float(_)),
                "String" => matches!(value, Value::String(_)),
                "ID" => matches!(value, Value::String(_) | Value::Int(_)),
                "Boolean" => matches!(value, Value::Boolean(_)),
                _ => true,
            },
            _ => false,
        }
    }

    /// One argument of a field, directive or input object.
    pub(crate) fn argument(
        &mut self,
        kind: &str,
        name: &str,
        argument: &Node<Argument>,
        definition: &InputValueDefinition,
        value: &Node<Value>,
    ) {
        self.repeated_names(value);
        self.usages(
            &definition.name,
            &definition.ty,
            definition.default_value.is_some(),
            value,
        );
        if self.objects(&definition.ty, value) || self.fits(&definition.ty, value) {
            return;
        }
        self.incompatible(kind, name, argument, definition, value);
    }

    fn incompatible<T>(
        &mut self,
        kind: &str,
        name: &str,
        node: &Node<T>,
        definition: &InputValueDefinition,
        value: &Value,
    ) {
        let label = definition.name.as_str();
        let message = format!(
            "Argument '{label}' on {kind} '{name}' has an invalid value ({}). Expected type '{}'.",
            shown_value(value),
            definition.ty
        );
        self.report(
            node,
            message,
            "argumentLiteralsIncompatible",
            &[("typeName", kind), ("argumentName", label)],
        );
    }

    /// Looks into the input objects of a value. Says whether what does not fit has been told.
    fn objects(&mut self, ty: &Type, value: &Node<Value>) -> bool {
        match &**value {
            Value::List(items) if ty.is_list() => {
                let mut told = false;
                for (index, item) in items.iter().enumerate() {
                    told |= self.within(index.to_string(), |wording| {
                        wording.objects(ty.item_type(), item)
                    });
                }
                told
            }
            Value::Object(fields) => {
                let named = ty.inner_named_type().clone();
                let Some(definition) = self.types.get_input_object(&named) else {
                    return false;
                };
                let definition = definition.clone();
                self.object(&named, &definition, value, fields)
            }
            _ => false,
        }
    }

    /// Input fields given twice within a value.
    pub(crate) fn repeated_names(&mut self, value: &Node<Value>) {
        match &**value {
            Value::List(items) => items.iter().for_each(|item| self.repeated_names(item)),
            Value::Object(fields) => {
                for (index, (name, field)) in fields.iter().enumerate() {
                    if fields[..index].iter().any(|(before, _)| before == name) {
                        let message = format!("There can be only one input field named \"{name}\"");
                        self.report(
                            field,
                            message,
                            "inputFieldNotUnique",
                            &[("name", name.as_str())],
                        );
                    }
                    self.repeated_names(field);
                }
            }
            _ => {}
        }
    }

    fn object(
        &mut self,
        named: &Name,
        definition: &InputObjectType,
        node: &Node<Value>,
        fields: &[(Name, Node<Value>)],
    ) -> bool {
        let before = self.errors.len();
        for (name, field) in &definition.fields {
            if field.is_required() && !fields.iter().any(|(given, _)| given == name) {
                let message = format!(
                    "Argument '{name}' on InputObject '{named}' is required. Expected type {}",
                    field.ty
                );
                let ty = field.ty.to_string();
                self.within(name.as_str(), |wording| {
                    let extensions = [
                        ("argumentName", name.as_str()),
                        ("argumentType", ty.as_str()),
                        ("inputObjectType", named.as_str()),
                    ];
                    wording.report(
                        node,
                        message,
                        "missingRequiredInputObjectAttribute",
                        &extensions,
                    );
                });
            }
        }
        for (name, value) in fields {
            self.within(name.as_str(), |wording| match definition.fields.get(name) {
                None => {
                    let message = format!("InputObject '{named}' doesn't accept argument '{name}'");
                    let extensions = [
                        ("name", named.as_str()),
                        ("typeName", "InputObject"),
                        ("argumentName", name.as_str()),
                    ];
                    wording.report(value, message, "argumentNotAccepted", &extensions);
                }
                Some(field) => {
                    wording.usages(name, &field.ty, field.default_value.is_some(), value);
                    if !wording.objects(&field.ty, value) && !wording.fits(&field.ty, value) {
                        wording.incompatible("InputObject", named, value, field, value);
                    }
                }
            });
        }
        if definition.directives.has("oneOf") && fields.len() != 1 {
            let message = format!(
                "'{named}' requires exactly one argument, but {} were provided.",
                fields.len()
            );
            let extensions = [("inputObjectType", named.as_str())];
            self.report(node, message, "invalidOneOfInputObject", &extensions);
        }
        self.errors.len() > before
    }

    /// Whether variables may be used where they are.
    fn usages(&mut self, argument: &Name, ty: &Type, has_default: bool, value: &Node<Value>) {
        match &**value {
            Value::Variable(name) => {
                let known = self.variables.get(name).copied();
                let known =
                    known.filter(|(ty, _)| self.types.types.contains_key(ty.inner_named_type()));
                let Some((declared, variable_default)) = known else {
                    return;
                };
                if let Some(mismatch) = mismatch(declared, ty, variable_default || has_default) {
                    let message = format!(
                        "{mismatch} on variable ${name} and argument {argument} ({declared} / {ty})"
                    );
                    let declared = declared.to_string();
                    let extensions = [
                        ("variableName", name.as_str()),
                        ("typeName", declared.as_str()),
                        ("argumentName", argument.as_str()),
                        ("errorMessage", mismatch),
                    ];
                    self.report(value, message, "variableMismatch", &extensions);
                }
            }
            Value::List(items) if ty.is_list() => {
                for item in items {
                    self.usages(argument, ty.item_type(), false, item);
                }
            }
            _ => {}
        }
    }
}

fn mismatch(declared: &Type, wanted: &Type, has_default: bool) -> Option<&'static str> {
    if declared.inner_named_type() != wanted.inner_named_type() {
        return Some("Type mismatch");
    }
    let depth = |mut ty: &Type| {
        let mut depth = 0;
        while ty.is_list() {
            ty = ty.item_type();
            depth += 1;
        }
        depth
    };
    if depth(declared) != depth(wanted) {
        return Some("List dimension mismatch");
    }
    let relaxed = if has_default {
        wanted.clone().nullable()
    } else {
        wanted.clone()
    };
    (!declared.is_assignable_to(&relaxed)).then_some("Nullability mismatch")
}

pub(crate) fn value_variables<'a>(
    value: &'a Node<Value>,
    used: &mut Vec<(&'a Name, &'a Node<Value>)>,
) {
    match &**value {
        Value::Variable(name) => used.push((name, value)),
        Value::List(items) => items.iter().for_each(|item| value_variables(item, used)),
        Value::Object(fields) => fields
            .iter()
            .for_each(|(_, field)| value_variables(field, used)),
        _ => {}
    }
}

pub(crate) fn directive_variables<'a>(
    directives: &'a DirectiveList,
    used: &mut Vec<(&'a Name, &'a Node<Value>)>,
) {
    for directive in directives.iter() {
        directive
            .arguments
            .iter()
            .for_each(|argument| value_variables(&argument.value, used));
    }
}

pub(crate) fn same_arguments(one: &[Node<Argument>], other: &[Node<Argument>]) -> bool {
    one.len() == other.len()
        && one.iter().all(|argument| {
            other
                .iter()
                .any(|known| known.name == argument.name && known.value == argument.value)
        })
}

pub(crate) fn shown_arguments(arguments: &[Node<Argument>]) -> String {
    let shown: Vec<String> = arguments
        .iter()
        .map(|argument| format!("{}:{:?}", argument.name, shown_value(&argument.value)))
        .collect();
    format!("{{{}}}", shown.join(","))
}

/// A value as it stands in a text.
pub(crate) fn shown_value(value: &Value) -> String {
    match value {
        Value::Variable(name) => format!("${name}"),
        value => value.serialize().no_indent().to_string(),
    }
}

pub(crate) fn shown_selection(selection: &Selection) -> String {
    match selection {
        Selection::Field(field) => format!("\"{}\"", field.name),
        Selection::FragmentSpread(spread) => format!("\"{}\"", spread.fragment_name),
        Selection::InlineFragment(fragment) => match &fragment.type_condition {
            Some(condition) => format!("... on {condition} {{ ... }}"),
            None => "... { ... }".to_owned(),
        },
    }
}
