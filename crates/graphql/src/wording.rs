//! What is wrong with an invalid document, in the words and codes that clients of the Admin API know.
//!
//! The document is known to be invalid when this runs; the walk finds out why.

use crate::error::{GraphqlError, PathItem};
use crate::lines::Lines;
use crate::wording_inputs::{same_arguments, shown_arguments, shown_selection};
use apollo_compiler::ast::{
    Argument, Definition, DirectiveList, Document, Field, FragmentDefinition, InputValueDefinition,
    OperationDefinition, Selection, Type,
};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Name, Node, Schema as Types};
use std::collections::{HashMap, HashSet};

/// How many errors are told.
const ERRORS_MAX: usize = 100;

pub(crate) struct Wording<'a> {
    pub(crate) types: &'a Types,
    document: &'a Document,
    lines: &'a Lines,
    pub(crate) errors: Vec<GraphqlError>,
    pub(crate) path: Vec<PathItem>,
    pub(crate) fragments: HashMap<&'a Name, &'a Node<FragmentDefinition>>,
    /// Variables of the operation walked at the moment, with their types; none within fragments.
    pub(crate) variables: HashMap<&'a Name, (&'a Type, bool)>,
}

/// Every error of a document, in the order of its text.
pub(crate) fn errors(types: &Types, document: &Document, lines: &Lines) -> Vec<GraphqlError> {
    let mut wording = Wording::new(types, document, lines);
    wording.definitions();
    wording.errors.truncate(ERRORS_MAX);
    wording.errors
}

/// The errors that the validator lets pass: variables that nobody declared, within values of scalars of the
/// schema's own, and input fields given twice.
pub(crate) fn overlooked(types: &Types, document: &Document, lines: &Lines) -> Vec<GraphqlError> {
    let mut wording = Wording::new(types, document, lines);
    for definition in &document.definitions {
        match definition {
            Definition::OperationDefinition(operation) => {
                let label = label(operation);
                wording.within(label, |wording| {
                    wording.repeated_fields(&operation.selection_set);
                    wording.declare(operation);
                    wording.undeclared(operation);
                });
            }
            Definition::FragmentDefinition(fragment) => {
                let label = format!("fragment {}", fragment.name);
                wording.within(label, |wording| {
                    wording.repeated_fields(&fragment.selection_set)
                });
            }
            _ => {}
        }
    }
    wording.errors.truncate(ERRORS_MAX);
    wording.errors
}

/// How paths within an operation begin.
fn label(operation: &OperationDefinition) -> String {
    let kind = operation.operation_type.name();
    operation
        .name
        .as_ref()
        .map_or_else(|| kind.to_owned(), |name| format!("{kind} {name}"))
}

impl<'a> Wording<'a> {
    fn new(types: &'a Types, document: &'a Document, lines: &'a Lines) -> Self {
        let fragments = document
            .definitions
            .iter()
            .filter_map(|definition| match definition {
                Definition::FragmentDefinition(fragment) => Some((&fragment.name, fragment)),
                _ => None,
            });
        Self {
            types,
            document,
            lines,
            errors: Vec::new(),
            path: Vec::new(),
            fragments: fragments.collect(),
            variables: HashMap::new(),
        }
    }

    fn repeated_fields(&mut self, selections: &'a [Selection]) {
        for selection in selections {
            match selection {
                Selection::Field(field) => {
                    for argument in &field.arguments {
                        self.repeated_names(&argument.value);
                    }
                    self.repeated_fields(&field.selection_set);
                }
                Selection::InlineFragment(fragment) => {
                    self.repeated_fields(&fragment.selection_set)
                }
                Selection::FragmentSpread(_) => {}
            }
        }
    }

    /// Reports an error at a node, on the path walked so far.
    pub(crate) fn report<T>(
        &mut self,
        node: &Node<T>,
        message: String,
        code: &str,
        extensions: &[(&str, &str)],
    ) {
        let place = node.location().map(|span| self.lines.locate(span.offset()));
        let mut error = GraphqlError::new(message, code).at(place);
        for (name, value) in extensions {
            error = error.extension(name, *value);
        }
        error.path = Some(self.path.clone());
        self.errors.push(error);
    }

    pub(crate) fn within<T>(
        &mut self,
        step: impl Into<String>,
        walk: impl FnOnce(&mut Self) -> T,
    ) -> T {
        self.path.push(PathItem::Key(step.into()));
        let walked = walk(self);
        self.path.pop();
        walked
    }

    fn definitions(&mut self) {
        let document = self.document;
        let mut operations = HashSet::new();
        for definition in &document.definitions {
            match definition {
                Definition::OperationDefinition(operation) => {
                    if let Some(name) = &operation.name
                        && !operations.insert(name)
                    {
                        let message = format!("Operation name \"{name}\" must be unique");
                        let place = [("operationName", name.as_str())];
                        self.report(operation, message, "uniquelyNamedOperations", &place);
                    }
                    self.operation(operation);
                }
                Definition::FragmentDefinition(fragment) => self.fragment(fragment),
                _ => {}
            }
        }
        let mut used = HashSet::new();
        for definition in &document.definitions {
            if let Definition::OperationDefinition(operation) = definition {
                self.reached(&operation.selection_set, &mut used);
            }
        }
        for definition in &document.definitions {
            if let Definition::FragmentDefinition(fragment) = definition
                && !used.contains(&fragment.name)
            {
                let message = format!("Fragment {} was defined, but not used", fragment.name);
                let name = fragment.name.to_string();
                let step = format!("fragment {name}");
                self.within(step, |wording| {
                    wording.report(
                        fragment,
                        message,
                        "useAndDefineFragment",
                        &[("fragmentName", &name)],
                    );
                });
            }
        }
    }

    /// The fragments that selections lead to.
    fn reached(&self, selections: &'a [Selection], used: &mut HashSet<&'a Name>) {
        for selection in selections {
            match selection {
                Selection::Field(field) => self.reached(&field.selection_set, used),
                Selection::InlineFragment(fragment) => self.reached(&fragment.selection_set, used),
                Selection::FragmentSpread(spread) => {
                    if used.insert(&spread.fragment_name)
                        && let Some(fragment) = self.fragments.get(&spread.fragment_name).copied()
                    {
                        self.reached(&fragment.selection_set, used);
                    }
                }
            }
        }
    }

    fn operation(&mut self, operation: &'a Node<OperationDefinition>) {
        let kind = operation.operation_type.name();
        let label = label(operation);
        let Some(root) = self.types.root_operation(operation.operation_type).cloned() else {
            let message = format!("Schema is not configured for {kind}s");
            return self.within(label, |wording| {
                wording.report(operation, message, "missing_mutation_configuration", &[]);
            });
        };
        self.declare(operation);
        self.within(label, |wording| {
            wording.variable_types(operation);
            wording.directives(&operation.directives);
            wording.selections(&root, &operation.selection_set);
            wording.variable_uses(operation);
        });
        self.variables.clear();
    }

    fn fragment(&mut self, fragment: &'a Node<FragmentDefinition>) {
        self.within(format!("fragment {}", fragment.name), |wording| {
            if wording.condition(fragment, &fragment.type_condition) {
                if wording.loops(&fragment.name) {
                    let message = format!("Fragment {} contains an infinite loop", fragment.name);
                    wording.report(
                        fragment,
                        message,
                        "infiniteLoop",
                        &[("fragmentName", &fragment.name)],
                    );
                }
                wording.directives(&fragment.directives);
                wording.selections(&fragment.type_condition, &fragment.selection_set);
            }
        });
    }

    fn loops(&self, name: &Name) -> bool {
        let Some(fragment) = self.fragments.get(name).copied() else {
            return false;
        };
        let mut used = HashSet::new();
        self.reached(&fragment.selection_set, &mut used);
        used.contains(name)
    }

    fn condition<T>(&mut self, node: &Node<T>, condition: &Name) -> bool {
        let name = condition.as_str();
        match self.types.types.get(name) {
            Some(ExtendedType::Object(_) | ExtendedType::Interface(_) | ExtendedType::Union(_)) => {
                true
            }
            Some(_) => {
                let message =
                    format!("Invalid fragment on type {name} (must be Union, Interface or Object)");
                self.report(
                    node,
                    message,
                    "fragmentOnNonCompositeType",
                    &[("typeName", name)],
                );
                false
            }
            None => {
                let message = format!("No such type {name}, so it can't be a fragment condition");
                self.report(node, message, "undefinedType", &[("typeName", name)]);
                false
            }
        }
    }

    /// Whether some object type is of both types.
    fn overlap(&self, one: &Name, other: &Name) -> bool {
        let is = |object: &Name, ty: &Name| object == ty || self.types.is_subtype(ty, object);
        let mut objects = self.types.types.iter().filter(|(_, ty)| ty.is_object());
        objects.any(|(object, _)| is(object, one) && is(object, other))
    }

    fn selections(&mut self, parent: &Name, selections: &'a [Selection]) {
        let mut keys: HashMap<&Name, &'a Node<Field>> = HashMap::new();
        for selection in selections {
            match selection {
                Selection::Field(field) => {
                    let key = field.response_name();
                    match keys.get(key).copied() {
                        Some(before) => self.conflict(key, before, field),
                        None => drop(keys.insert(key, field)),
                    }
                    self.within(key.to_string(), |wording| wording.field(parent, field));
                }
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.type_condition.as_ref().unwrap_or(parent);
                    let step = match &fragment.type_condition {
                        Some(condition) => format!("... on {condition}"),
                        None => "...".to_owned(),
                    };
                    self.within(step, |wording| {
                        if !wording.condition(fragment, condition) {
                            return;
                        }
                        if !wording.overlap(condition, parent) {
                            let message =
                                format!("Fragment on {condition} can't be spread inside {parent}");
                            let extensions = [
                                ("typeName", condition.as_str()),
                                ("fragmentName", "unknown"),
                                ("parentName", parent.as_str()),
                            ];
                            wording.report(fragment, message, "cannotSpreadFragment", &extensions);
                        }
                        wording.directives(&fragment.directives);
                        wording.selections(condition, &fragment.selection_set);
                    });
                }
                Selection::FragmentSpread(spread) => {
                    let name = spread.fragment_name.as_str();
                    self.within(format!("... {name}"), |wording| {
                        wording.directives(&spread.directives);
                        let Some(fragment) = wording.fragments.get(&spread.fragment_name).copied()
                        else {
                            let message = format!("Fragment {name} was used, but not defined");
                            return wording.report(
                                spread,
                                message,
                                "useAndDefineFragment",
                                &[("fragmentName", name)],
                            );
                        };
                        let condition = &fragment.type_condition;
                        if wording.types.types.contains_key(condition)
                            && !wording.overlap(condition, parent)
                        {
                            let message = format!(
                                "Fragment {name} on {condition} can't be spread inside {parent}"
                            );
                            let extensions = [
                                ("typeName", condition.as_str()),
                                ("fragmentName", name),
                                ("parentName", parent.as_str()),
                            ];
                            wording.report(spread, message, "cannotSpreadFragment", &extensions);
                        }
                    });
                }
            }
        }
    }

    fn conflict(&mut self, key: &Name, before: &'a Node<Field>, field: &'a Node<Field>) {
        if before.name != field.name {
            let conflicts = format!("{} or {}", before.name, field.name);
            let message = format!("Field '{key}' has a field conflict: {conflicts}?");
            self.report(
                before,
                message,
                "fieldConflict",
                &[("fieldName", key), ("conflicts", &conflicts)],
            );
        } else if !same_arguments(&before.arguments, &field.arguments) {
            let conflicts = format!(
                "{} or {}",
                shown_arguments(&before.arguments),
                shown_arguments(&field.arguments)
            );
            let message = format!("Field '{key}' has an argument conflict: {conflicts}?");
            self.report(
                before,
                message,
                "fieldConflict",
                &[("fieldName", key), ("conflicts", &conflicts)],
            );
        }
    }

    fn field(&mut self, parent: &Name, field: &'a Node<Field>) {
        let name = field.name.as_str();
        let Ok(definition) = self.types.type_field(parent, name) else {
            let message = format!("Field '{name}' doesn't exist on type '{parent}'");
            let extensions = [("typeName", parent.as_str()), ("fieldName", name)];
            return self.report(field, message, "undefinedField", &extensions);
        };
        self.directives(&field.directives);
        self.arguments(
            "Field",
            name,
            field,
            &definition.arguments,
            &field.arguments,
        );
        let ty = definition.ty.inner_named_type();
        let leaf = self.types.types.get(ty).is_none_or(ExtendedType::is_leaf);
        if leaf && !field.selection_set.is_empty() {
            let selected: Vec<String> = field.selection_set.iter().map(shown_selection).collect();
            let kind = if self.types.get_enum(ty).is_some() {
                "enums"
            } else {
                "scalars"
            };
            let message = format!(
                "Selections can't be made on {kind} (field '{name}' returns {ty} but has selections [{}])",
                selected.join(", ")
            );
            let node = format!("field '{name}'");
            self.report(
                field,
                message,
                "selectionMismatch",
                &[("nodeName", &node), ("typeName", ty)],
            );
        } else if !leaf && field.selection_set.is_empty() {
            let message = format!(
                "Field must have selections (field '{name}' returns {ty} but has no selections. Did you mean '{name} {{ ... }}'?)"
            );
            let node = format!("field '{name}'");
            self.report(
                field,
                message,
                "selectionMismatch",
                &[("nodeName", &node), ("typeName", ty)],
            );
        } else {
            let ty = ty.clone();
            self.selections(&ty, &field.selection_set);
        }
    }

    fn directives(&mut self, directives: &'a DirectiveList) {
        for directive in directives.iter() {
            let name = directive.name.as_str();
            match self.types.directive_definitions.get(name) {
                Some(definition) => {
                    self.arguments(
                        "Directive",
                        name,
                        directive,
                        &definition.arguments,
                        &directive.arguments,
                    );
                }
                None => {
                    let message = format!("Directive @{name} is not defined");
                    self.report(
                        directive,
                        message,
                        "undefinedDirective",
                        &[("directiveName", name)],
                    );
                }
            }
        }
    }

    fn arguments<T>(
        &mut self,
        kind: &str,
        name: &str,
        node: &Node<T>,
        definitions: &'a [Node<InputValueDefinition>],
        given: &'a [Node<Argument>],
    ) {
        let mut seen = HashSet::new();
        for argument in given {
            let label = argument.name.as_str();
            if !seen.insert(label) {
                let message = format!("There can be only one argument named \"{label}\"");
                self.report(argument, message, "argumentNotUnique", &[("name", label)]);
            }
            self.within(label, |wording| {
                match definitions.iter().find(|known| known.name == argument.name) {
                    Some(definition) => {
                        wording.argument(kind, name, argument, definition, &argument.value)
                    }
                    None => {
                        let message = format!("{kind} '{name}' doesn't accept argument '{label}'");
                        let extensions =
                            [("name", name), ("typeName", kind), ("argumentName", label)];
                        wording.report(argument, message, "argumentNotAccepted", &extensions);
                    }
                }
            });
        }
        let missing: Vec<&str> = definitions
            .iter()
            .filter(|definition| {
                definition.is_required() && !seen.contains(definition.name.as_str())
            })
            .map(|definition| definition.name.as_str())
            .collect();
        if !missing.is_empty() {
            let missing = missing.join(", ");
            let message = format!("{kind} '{name}' is missing required arguments: {missing}");
            let extensions = [
                ("className", kind),
                ("name", name),
                ("arguments", missing.as_str()),
            ];
            self.report(node, message, "missingRequiredArguments", &extensions);
        }
    }
}
