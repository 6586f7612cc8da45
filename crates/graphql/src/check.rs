//! The start-up check: every registered Rust type against the type the schema declares, and what is reachable.

use crate::inputs::Inputs;
use crate::leaf::LeafKind;
use crate::prune::wraps;
use crate::published::Published;
use crate::registry::Registry;
use crate::resolver::{FieldResolver, Gives};
use apollo_compiler::ast::{FieldDefinition, Type};
use std::any::TypeId;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What of the schema's outputs is served.
#[derive(Default)]
pub(crate) struct Outputs {
    pub(crate) objects: BTreeSet<String>,
    pub(crate) fields: BTreeSet<(String, String)>,
    /// Interfaces, with the fields all their served implementors have.
    pub(crate) interfaces: BTreeMap<String, BTreeSet<String>>,
    pub(crate) unions: BTreeSet<String>,
    pub(crate) leaves: BTreeSet<String>,
    pub(crate) directive_arguments: BTreeMap<String, Vec<String>>,
}

struct Check<'a, C, R> {
    published: &'a Published,
    registry: &'a Registry<C, R>,
    outputs: Outputs,
    queue: Vec<String>,
    /// Interfaces and unions that a served field declares.
    declared: BTreeSet<String>,
}

/// Walks from the roots through every registered field.
pub(crate) fn check<C: 'static, R: Clone + Send + Sync + 'static>(
    published: &Published,
    registry: &Registry<C, R>,
    inputs: &mut Inputs,
    problems: &mut Vec<String>,
) -> Outputs {
    let mut check = Check {
        published,
        registry,
        outputs: Outputs::default(),
        queue: Vec::new(),
        declared: BTreeSet::new(),
    };
    check.queries(inputs, problems);
    check.mutations(inputs, problems);
    // The queue ends: each object type is entered once.
    while let Some(name) = check.queue.pop() {
        check.object(&name, inputs, problems);
    }
    check.registered(problems);
    check.interfaces(problems);
    check.distinct(problems);
    check.outputs
}

impl<C: 'static, R: Clone + Send + Sync + 'static> Check<'_, C, R> {
    fn queries(&mut self, inputs: &mut Inputs, problems: &mut Vec<String>) {
        let root = self.published.query.to_string();
        self.outputs.objects.insert(root.clone());
        for (name, resolver) in &self.registry.queries {
            self.field(&root, name, resolver, inputs, problems);
        }
    }

    fn mutations(&mut self, inputs: &mut Inputs, problems: &mut Vec<String>) {
        if self.registry.mutations.is_empty() {
            return;
        }
        let Some(root) = self.published.mutation.as_ref().map(ToString::to_string) else {
            return problems
                .push("mutations are registered, but the schema has no mutation type".to_owned());
        };
        self.outputs.objects.insert(root.clone());
        for (name, resolver) in &self.registry.mutations {
            let Some(definition) = self.published.field(&root, name) else {
                problems.push(format!("{root}.{name} is not in the schema"));
                continue;
            };
            self.outputs.fields.insert((root.clone(), name.clone()));
            inputs.field(
                self.published,
                &root,
                name,
                &definition.arguments,
                Some(&resolver.args),
            );
            let payload = definition.ty.inner_named_type().to_string();
            match self.registry.objects.get(&payload) {
                Some(entry) if entry.rust == resolver.gives && !definition.ty.is_list() => {
                    self.enter(&payload)
                }
                _ => problems.push(format!(
                    "{root}.{name} is {}, but Rust gives {}: register object::<that>({payload:?})",
                    definition.ty, resolver.gives_name
                )),
            }
        }
    }

    fn enter(&mut self, object: &str) {
        if self.registry.objects.contains_key(object)
            && self.outputs.objects.insert(object.to_owned())
        {
            self.queue.push(object.to_owned());
        }
    }

    fn object(&mut self, name: &str, inputs: &mut Inputs, problems: &mut Vec<String>) {
        let Some(entry) = self.registry.objects.get(name) else {
            return;
        };
        let before = self.outputs.fields.len();
        for (field, resolver) in &entry.fields {
            let paged = entry.nodes.is_some()
                && matches!(
                    field.as_str(),
                    "nodes" | "edges" | "node" | "cursor" | "pageInfo"
                );
            if paged && self.published.field(name, field).is_none() {
                continue;
            }
            self.field(name, field, resolver, inputs, problems);
        }
        if self.outputs.fields.len() == before {
            problems.push(format!("{name} has no registered field"));
        }
    }

    fn field(
        &mut self,
        parent: &str,
        field: &str,
        resolver: &FieldResolver<C>,
        inputs: &mut Inputs,
        problems: &mut Vec<String>,
    ) {
        let Some(definition) = self.published.field(parent, field) else {
            return problems.push(format!("{parent}.{field} is not in the schema"));
        };
        self.outputs
            .fields
            .insert((parent.to_owned(), field.to_owned()));
        inputs.field(
            self.published,
            parent,
            field,
            &definition.arguments,
            resolver.args.as_ref(),
        );
        let problem = match &resolver.gives {
            Gives::Leaf { kind, nullable } => self.leaf(&definition.ty, *kind, *nullable),
            Gives::Object { id, name } => self.gives_object(parent, definition, *id, name),
        };
        if let Some(problem) = problem {
            problems.push(format!(
                "{parent}.{field} is {}, but Rust gives {problem}",
                definition.ty
            ));
        }
    }

    fn leaf(&mut self, ty: &Type, kind: LeafKind, nullable: bool) -> Option<String> {
        if nullable && ty.is_non_null() {
            return Some(format!("{kind:?} that may be null"));
        }
        if ty.is_list() {
            return match kind {
                LeafKind::List(item, item_nullable) => {
                    self.leaf(ty.item_type(), *item, item_nullable)
                }
                LeafKind::Json => None,
                _ => Some(format!("{kind:?}")),
            };
        }
        let name = ty.inner_named_type().as_str();
        self.outputs.leaves.insert(name.to_owned());
        let fits = match name {
            "Int" => kind == LeafKind::Int,
            "Float" => matches!(kind, LeafKind::Float | LeafKind::Int),
            "Boolean" => kind == LeafKind::Boolean,
            "String" | "ID" => kind == LeafKind::Text,
            _ if self.published.enumeration(name).is_some() => kind == LeafKind::Text,
            _ => self.published.is_scalar(name),
        };
        (!fits).then(|| format!("{kind:?}"))
    }

    fn gives_object(
        &mut self,
        parent: &str,
        definition: &FieldDefinition,
        id: TypeId,
        rust: &str,
    ) -> Option<String> {
        let ty = &definition.ty;
        let named = ty.inner_named_type().to_string();
        // What a connection or an edge holds is known from its registration, not from its Rust type.
        let nodes = self
            .registry
            .objects
            .get(parent)
            .and_then(|entry| entry.nodes);
        if let Some(nodes) = nodes {
            match definition.name.as_str() {
                "nodes" | "node" => {
                    self.declare(&named);
                    return self.holds(&named, nodes).err().or_else(|| {
                        (ty.is_list() != (definition.name == "nodes")).then(|| "nodes".to_owned())
                    });
                }
                "edges" => {
                    self.declare(&named);
                    let edges = self
                        .registry
                        .objects
                        .get(&named)
                        .and_then(|entry| entry.nodes);
                    return (edges != Some(nodes))
                        .then(|| format!("edges: register connection({parent:?}, {named:?})"));
                }
                _ => {}
            }
        }
        let Some(shape) = self.registry.shapes.get(&id) else {
            return Some(format!(
                "{rust}: register object::<its type>, or give it in a shape the engine takes"
            ));
        };
        let (non_null, item_non_null, nested) = wraps(ty);
        if shape.nullable && non_null {
            return Some(format!("{rust}, which may be null"));
        }
        if nested || shape.list.is_some() != item_non_null.is_some() {
            return Some(rust.to_owned());
        }
        if shape.list == Some(true) && item_non_null == Some(true) {
            return Some(format!("{rust}, whose items may be null"));
        }
        self.declare(&named);
        if shape.page {
            let entry = self.registry.objects.get(&named);
            return match entry.and_then(|entry| entry.nodes) {
                Some(nodes) if nodes == shape.item => None,
                _ => Some(format!(
                    "{rust}: register connection::<its node>({named:?}, …)"
                )),
            };
        }
        self.holds(&named, shape.item).err()
    }

    /// Whether values of a Rust type may stand where the schema names a type.
    fn holds(&self, named: &str, item: Option<TypeId>) -> Result<(), String> {
        let Some(item) = item else { return Ok(()) };
        let fits = self.published.possible(named).iter().any(|object| {
            self.registry
                .objects
                .get(object.as_str())
                .is_some_and(|entry| entry.rust == item)
        });
        if fits {
            return Ok(());
        }
        let known = self
            .registry
            .objects
            .values()
            .find(|entry| entry.rust == item);
        Err(known.map_or_else(
            || "another type".to_owned(),
            |entry| entry.rust_name.to_owned(),
        ))
    }

    fn declare(&mut self, named: &str) {
        for object in self.published.possible(named) {
            let object = object.to_string();
            self.enter(&object);
        }
        if self.published.object(named).is_none() {
            self.declared.insert(named.to_owned());
        }
        if self.published.union(named).is_some() {
            self.outputs.unions.insert(named.to_owned());
        }
    }

    /// Everything registered must be in the schema, reachable or not.
    fn registered(&self, problems: &mut Vec<String>) {
        for (name, entry) in &self.registry.objects {
            if self.published.object(name).is_none() {
                problems.push(format!(
                    "{name} ({}) is no object type of the schema",
                    entry.rust_name
                ));
            }
        }
    }

    fn interfaces(&mut self, problems: &mut Vec<String>) {
        for definition in &self.published.document.definitions {
            let Some(interface) = definition
                .name()
                .and_then(|name| self.published.interface(name))
            else {
                continue;
            };
            let implementors: Vec<String> = self
                .published
                .possible(&interface.name)
                .into_iter()
                .map(ToString::to_string)
                .filter(|object| self.outputs.objects.contains(object))
                .collect();
            let has = |object: &String, field: &str| {
                self.outputs
                    .fields
                    .contains(&(object.clone(), field.to_owned()))
            };
            let fields: BTreeSet<String> = interface
                .fields
                .iter()
                .map(|field| field.name.to_string())
                .filter(|field| {
                    !implementors.is_empty() && implementors.iter().all(|object| has(object, field))
                })
                .collect();
            if !fields.is_empty() {
                self.outputs
                    .interfaces
                    .insert(interface.name.to_string(), fields);
            } else if self.declared.contains(interface.name.as_str()) {
                problems.push(format!(
                    "the interface {} has no field that all its served types have",
                    interface.name
                ));
            }
        }
    }

    /// Behind one declared interface or union, a Rust type may stand for one GraphQL type only.
    fn distinct(&self, problems: &mut Vec<String>) {
        for name in &self.declared {
            let mut seen: HashMap<TypeId, &str> = HashMap::new();
            let mut any = false;
            for object in self.published.possible(name) {
                let Some(entry) = self.registry.objects.get(object.as_str()) else {
                    continue;
                };
                any = true;
                if let Some(before) = seen.insert(entry.rust, object.as_str()) {
                    problems.push(format!(
                        "{name}: {} stands for both {before} and {object}, so its values cannot be told apart",
                        entry.rust_name
                    ));
                }
            }
            if !any {
                problems.push(format!(
                    "{name} is served, but none of its types is registered"
                ));
            }
        }
    }
}
