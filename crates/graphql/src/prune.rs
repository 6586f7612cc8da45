//! The served schema: the published one, less everything that no resolver stands behind.

use crate::check::{Outputs, check};
use crate::inputs::Inputs;
use crate::published::{BUILT_IN_SCALARS, Published};
use crate::registry::Registry;
use apollo_compiler::ast::{
    Definition, DirectiveDefinition, Document, FieldDefinition, InputValueDefinition,
    InterfaceTypeDefinition, ObjectTypeDefinition, Type,
};
use apollo_compiler::{Name, Node};
use std::collections::BTreeSet;

/// Everything that keeps a schema from being served, one sentence each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the resolvers do not fit the schema:\n{}", .0.join("\n"))]
pub struct BuildError(pub Vec<String>);

/// What makes `@oneOf` known to validators of the release before it became a standard.
const ONE_OF: &str = "directive @oneOf on INPUT_OBJECT";

/// The served text: `published`, pruned to the types, fields, arguments, input fields and enum values that the
/// registry stands behind, in the published order.
///
/// # Errors
/// Every mismatch between the registered Rust types and the schema.
pub fn prune<C: 'static, R: Clone + Send + Sync + 'static>(
    published: &str,
    registry: &Registry<C, R>,
) -> Result<String, BuildError> {
    let published = Published::parse(published).map_err(BuildError)?;
    Ok(pruned(&published, registry)?.to_string())
}

pub(crate) fn pruned<C: 'static, R: Clone + Send + Sync + 'static>(
    published: &Published,
    registry: &Registry<C, R>,
) -> Result<Document, BuildError> {
    let mut problems = registry.problems.clone();
    let mut inputs = Inputs::default();
    let outputs = check(published, registry, &mut inputs, &mut problems);
    problems.append(&mut inputs.problems);
    if !problems.is_empty() {
        problems.sort();
        problems.dedup();
        return Err(BuildError(problems));
    }
    let mut pruning = Pruning {
        published,
        outputs,
        inputs,
        restricted: &registry.enum_values,
    };
    pruning.directives(&registry.directive_arguments);
    Ok(pruning.served())
}

struct Pruning<'a> {
    published: &'a Published,
    outputs: Outputs,
    inputs: Inputs,
    restricted: &'a std::collections::BTreeMap<String, Vec<String>>,
}

impl Pruning<'_> {
    fn directives(&mut self, known: &std::collections::BTreeMap<String, Vec<String>>) {
        for definition in &self.published.document.definitions {
            let Definition::DirectiveDefinition(directive) = definition else {
                continue;
            };
            for argument in &directive.arguments {
                if known
                    .get(directive.name.as_str())
                    .is_none_or(|names| names.iter().any(|name| argument.name.as_str() == name))
                {
                    self.inputs
                        .everything(self.published, argument.ty.inner_named_type());
                }
            }
        }
        self.outputs.directive_arguments.clone_from(known);
    }

    fn served(&self) -> Document {
        let mut served = Document::new();
        let mut one_of = false;
        for definition in &self.published.document.definitions {
            if let Some(kept) = self.definition(definition) {
                one_of |= matches!(&kept, Definition::InputObjectTypeDefinition(input) if input.directives.has("oneOf"));
                served.definitions.push(kept);
            }
        }
        let defined = served.definitions.iter().any(|definition| {
            matches!(definition, Definition::DirectiveDefinition(directive) if directive.name == "oneOf")
        });
        if one_of && !defined {
            let directive = Document::parse(ONE_OF, "one_of.graphql")
                .expect("the definition above is well formed");
            // After the schema's own definition.
            let place = 1.min(served.definitions.len());
            served
                .definitions
                .splice(place..place, directive.definitions);
        }
        served
    }

    fn definition(&self, definition: &Definition) -> Option<Definition> {
        match definition {
            Definition::SchemaDefinition(schema) => {
                let mut schema = schema.clone();
                schema
                    .make_mut()
                    .root_operations
                    .retain(|root| self.outputs.objects.contains(root.1.as_str()));
                Some(Definition::SchemaDefinition(schema))
            }
            Definition::DirectiveDefinition(directive) => (directive.name != "defer")
                .then(|| Definition::DirectiveDefinition(self.directive(directive))),
            Definition::ScalarTypeDefinition(scalar) => {
                let name = scalar.name.as_str();
                let kept = self.outputs.leaves.contains(name) || self.inputs.scalars.contains(name);
                (kept && !BUILT_IN_SCALARS.contains(&name)).then(|| definition.clone())
            }
            Definition::ObjectTypeDefinition(object) => self.object(object),
            Definition::InterfaceTypeDefinition(interface) => self.interface(interface),
            Definition::UnionTypeDefinition(union) => {
                let mut union = union.clone();
                let kept = union.make_mut();
                kept.members
                    .retain(|member| self.outputs.objects.contains(member.as_str()));
                let reached =
                    self.outputs.unions.contains(kept.name.as_str()) && !kept.members.is_empty();
                reached.then_some(Definition::UnionTypeDefinition(union))
            }
            Definition::EnumTypeDefinition(enumeration) => self.enumeration(enumeration),
            Definition::InputObjectTypeDefinition(input) => {
                let known = self.inputs.fields.get(input.name.as_str())?;
                let mut input = input.clone();
                input
                    .make_mut()
                    .fields
                    .retain(|field| known.contains(field.name.as_str()));
                Some(Definition::InputObjectTypeDefinition(input))
            }
            _ => None,
        }
    }

    fn object(&self, object: &Node<ObjectTypeDefinition>) -> Option<Definition> {
        if !self.outputs.objects.contains(object.name.as_str()) {
            return None;
        }
        let mut object = object.clone();
        let name = object.name.to_string();
        let kept = object.make_mut();
        let served = |interface: &Name| self.outputs.interfaces.contains_key(interface.as_str());
        kept.implements_interfaces.retain(served);
        kept.fields.retain(|field| {
            self.outputs
                .fields
                .contains(&(name.clone(), field.name.to_string()))
        });
        for field in &mut kept.fields {
            let known = self
                .inputs
                .arguments
                .get(&(name.clone(), field.name.to_string()));
            self.arguments(field, known.cloned().unwrap_or_default());
        }
        Some(Definition::ObjectTypeDefinition(object))
    }

    fn interface(&self, interface: &Node<InterfaceTypeDefinition>) -> Option<Definition> {
        let fields = self.outputs.interfaces.get(interface.name.as_str())?;
        let mut interface = interface.clone();
        let name = interface.name.to_string();
        let kept = interface.make_mut();
        let served = |parent: &Name| self.outputs.interfaces.contains_key(parent.as_str());
        kept.implements_interfaces.retain(served);
        kept.fields
            .retain(|field| fields.contains(field.name.as_str()));
        for field in &mut kept.fields {
            let known = self.shared_arguments(&name, field);
            self.arguments(field, known);
        }
        Some(Definition::InterfaceTypeDefinition(interface))
    }

    fn enumeration(
        &self,
        enumeration: &Node<apollo_compiler::ast::EnumTypeDefinition>,
    ) -> Option<Definition> {
        let name = enumeration.name.as_str();
        let input = self.inputs.enums.get(name);
        if input.is_none() && !self.outputs.leaves.contains(name) {
            return None;
        }
        let mut enumeration = enumeration.clone();
        let kept = enumeration.make_mut();
        if let Some(Some(known)) = input {
            kept.values
                .retain(|value| known.contains(value.value.as_str()));
        }
        if let Some(known) = self.restricted.get(kept.name.as_str()) {
            kept.values
                .retain(|value| known.iter().any(|name| value.value.as_str() == name));
        }
        Some(Definition::EnumTypeDefinition(enumeration))
    }

    fn directive(&self, directive: &Node<DirectiveDefinition>) -> Node<DirectiveDefinition> {
        let mut directive = directive.clone();
        let kept = directive.make_mut();
        if let Some(known) = self.outputs.directive_arguments.get(kept.name.as_str()) {
            kept.arguments
                .retain(|argument| known.iter().any(|name| argument.name.as_str() == name));
        }
        directive
    }

    fn arguments(&self, field: &mut Node<FieldDefinition>, known: BTreeSet<String>) {
        let keep = |argument: &Node<InputValueDefinition>| known.contains(argument.name.as_str());
        if !field.arguments.iter().all(keep) {
            field.make_mut().arguments.retain(keep);
        }
    }

    /// The arguments that every served implementor's field knows.
    fn shared_arguments(&self, interface: &str, field: &FieldDefinition) -> BTreeSet<String> {
        let mut shared: BTreeSet<String> = field
            .arguments
            .iter()
            .map(|argument| argument.name.to_string())
            .collect();
        for object in self.published.possible(interface) {
            if !self.outputs.objects.contains(object.as_str()) {
                continue;
            }
            let known = self
                .inputs
                .arguments
                .get(&(object.to_string(), field.name.to_string()));
            shared.retain(|name| known.is_some_and(|known| known.contains(name)));
        }
        shared
    }
}

/// Whether a type's text names a list.
pub(crate) fn wraps(ty: &Type) -> (bool, Option<bool>, bool) {
    let outer = ty.is_non_null();
    match ty {
        Type::List(item) | Type::NonNullList(item) => {
            (outer, Some(item.is_non_null()), item.is_list())
        }
        _ => (outer, None, false),
    }
}
