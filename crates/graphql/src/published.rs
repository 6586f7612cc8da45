//! The types of a schema's text, by name, before anything is pruned.

use apollo_compiler::Name;
use apollo_compiler::ast::{
    Definition, Document, EnumTypeDefinition, FieldDefinition, InputObjectTypeDefinition,
    InterfaceTypeDefinition, ObjectTypeDefinition, OperationType, UnionTypeDefinition,
};
use std::collections::HashMap;

pub(crate) const BUILT_IN_SCALARS: [&str; 5] = ["Int", "Float", "String", "Boolean", "ID"];

/// A parsed schema text with an index of its types.
pub(crate) struct Published {
    pub(crate) document: Document,
    types: HashMap<Name, usize>,
    pub(crate) query: Name,
    pub(crate) mutation: Option<Name>,
}

impl Published {
    pub(crate) fn parse(sdl: &str) -> Result<Self, Vec<String>> {
        let document = Document::parser()
            .parse_ast(sdl, "schema.graphql")
            .map_err(|invalid| {
                invalid
                    .errors
                    .iter()
                    .map(|error| error.to_string())
                    .collect::<Vec<_>>()
            })?;
        let mut types = HashMap::new();
        let (mut query, mut mutation) = (None, None);
        for (index, definition) in document.definitions.iter().enumerate() {
            match definition {
                Definition::SchemaDefinition(schema) => {
                    for root in &schema.root_operations {
                        match root.0 {
                            OperationType::Query => query = Some(root.1.clone()),
                            OperationType::Mutation => mutation = Some(root.1.clone()),
                            OperationType::Subscription => {}
                        }
                    }
                }
                Definition::DirectiveDefinition(_) => {}
                _ => {
                    if let Some(name) = definition.name() {
                        types.insert(name.clone(), index);
                    }
                }
            }
        }
        let named = |name: &str| types.keys().find(|known| known.as_str() == name).cloned();
        let query = query
            .or_else(|| named("Query"))
            .ok_or_else(|| vec!["the schema has no query type".to_owned()])?;
        let mutation = mutation.or_else(|| named("Mutation"));
        Ok(Self {
            document,
            types,
            query,
            mutation,
        })
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Definition> {
        self.types
            .get(name)
            .map(|index| &self.document.definitions[*index])
    }

    pub(crate) fn object(&self, name: &str) -> Option<&ObjectTypeDefinition> {
        match self.get(name)? {
            Definition::ObjectTypeDefinition(object) => Some(object),
            _ => None,
        }
    }

    pub(crate) fn interface(&self, name: &str) -> Option<&InterfaceTypeDefinition> {
        match self.get(name)? {
            Definition::InterfaceTypeDefinition(interface) => Some(interface),
            _ => None,
        }
    }

    pub(crate) fn union(&self, name: &str) -> Option<&UnionTypeDefinition> {
        match self.get(name)? {
            Definition::UnionTypeDefinition(union) => Some(union),
            _ => None,
        }
    }

    pub(crate) fn enumeration(&self, name: &str) -> Option<&EnumTypeDefinition> {
        match self.get(name)? {
            Definition::EnumTypeDefinition(enumeration) => Some(enumeration),
            _ => None,
        }
    }

    pub(crate) fn input_object(&self, name: &str) -> Option<&InputObjectTypeDefinition> {
        match self.get(name)? {
            Definition::InputObjectTypeDefinition(input) => Some(input),
            _ => None,
        }
    }

    pub(crate) fn is_scalar(&self, name: &str) -> bool {
        BUILT_IN_SCALARS.contains(&name)
            || matches!(self.get(name), Some(Definition::ScalarTypeDefinition(_)))
    }

    pub(crate) fn field(&self, object: &str, field: &str) -> Option<&FieldDefinition> {
        self.object(object)?
            .fields
            .iter()
            .find(|known| known.name == field)
            .map(|field| &**field)
    }

    /// The object types that a value of the named type may be, in the order of the text.
    pub(crate) fn possible(&self, name: &str) -> Vec<&Name> {
        if let Some(object) = self.object(name) {
            return vec![&object.name];
        }
        if let Some(union) = self.union(name) {
            return union.members.iter().collect();
        }
        self.objects()
            .filter(|object| {
                object
                    .implements_interfaces
                    .iter()
                    .any(|interface| interface == name)
            })
            .map(|object| &object.name)
            .collect()
    }

    pub(crate) fn objects(&self) -> impl Iterator<Item = &ObjectTypeDefinition> {
        self.document
            .definitions
            .iter()
            .filter_map(|definition| match definition {
                Definition::ObjectTypeDefinition(object) => Some(&**object),
                _ => None,
            })
    }
}
