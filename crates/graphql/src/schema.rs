//! A served schema: its types, its resolvers and its plans.

use crate::cache::PlanCache;
use crate::error::GraphqlError;
use crate::plan::Plan;
use crate::prune::{BuildError, pruned, wraps};
use crate::published::Published;
use crate::registry::Registry;
use crate::resolver::{Args, Arrive, FieldResolver, Gives, MutationResolver, Run};
use crate::value::{Connection, Give};
use apollo_compiler::ast::{Document, FieldDefinition, OperationType};
use apollo_compiler::schema::Implementers;
use apollo_compiler::validation::Valid;
use apollo_compiler::{Name, Node};
use std::any::TypeId;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The place of an object type in a schema's list.
pub(crate) type ObjectId = usize;

/// What a field's type names.
#[derive(Clone)]
pub(crate) enum Named {
    Leaf,
    Object(ObjectId),
    Abstract(Name),
}

pub(crate) struct FieldInfo {
    /// The place of its resolver (of the mutation list, for roots of mutations).
    pub(crate) resolver: usize,
    pub(crate) named: Named,
    pub(crate) non_null: bool,
    /// For lists of objects: whether items are non-null.
    pub(crate) item_non_null: Option<bool>,
    pub(crate) args: Option<Args>,
    pub(crate) definition: Node<FieldDefinition>,
}

pub(crate) struct ObjectType {
    pub(crate) name: Name,
    /// The Rust type behind it; `None` for the roots.
    pub(crate) rust: Option<TypeId>,
    /// Whether it is a page of a connection.
    pub(crate) connection: bool,
    pub(crate) fields: HashMap<Name, FieldInfo>,
}

pub(crate) struct BoundResolver<C> {
    pub(crate) run: Run<C>,
    /// How its Rust value becomes objects; none for leaves.
    pub(crate) give: Option<Give>,
}

/// A schema that can plan and execute requests. Share it between threads in an `Arc`.
pub struct Schema<C, R> {
    document: Document,
    pub(crate) types: Valid<apollo_compiler::Schema>,
    pub(crate) implementers: apollo_compiler::collections::HashMap<Name, Implementers>,
    pub(crate) objects: Vec<ObjectType>,
    /// What changes objects as they come into a reply.
    pub(crate) arrivals: HashMap<ObjectId, Arrive<C>>,
    pub(crate) object_ids: HashMap<Name, ObjectId>,
    /// The object types behind each interface and union, ascending.
    possible: HashMap<Name, Vec<ObjectId>>,
    pub(crate) resolvers: Vec<BoundResolver<C>>,
    pub(crate) mutations: Vec<MutationResolver<R>>,
    pub(crate) list_limits: BTreeMap<String, usize>,
    pub(crate) limits: Limits,
    plans: PlanCache,
}

/// Bounds on a request, all checked before anything runs.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Tokens in the text.
    pub tokens_max: usize,
    /// Operations and fragments of the text: to check how they spread into each other costs more than their
    /// square.
    pub definitions_max: usize,
    /// Fields within fields, fragments expanded.
    pub depth_max: usize,
    /// Aliased fields in the text.
    pub aliases_max: usize,
    /// Fields of the compiled plan, fragments expanded.
    pub fields_max: usize,
    /// Items of a list input, unless the registry sets another limit for the place.
    pub list_input_max: usize,
    /// Objects of a reply.
    pub objects_max: usize,
    /// Compiled plans kept.
    pub plans_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            tokens_max: 12_000,
            definitions_max: 250,
            depth_max: 40,
            aliases_max: 500,
            fields_max: 20_000,
            list_input_max: 250,
            objects_max: 250_000,
            plans_max: 1_024,
        }
    }
}

impl<C: 'static, R: Clone + Send + Sync + 'static> Registry<C, R> {
    /// Prunes the schema to what is registered, checks one against the other, and makes it ready to execute.
    ///
    /// # Errors
    /// Every mismatch between the registered Rust types and the schema.
    pub fn build(self) -> Result<Schema<C, R>, BuildError> {
        self.build_with(Limits::default())
    }

    /// As `build`, with other bounds on requests.
    ///
    /// # Errors
    /// Every mismatch between the registered Rust types and the schema.
    pub fn build_with(self, limits: Limits) -> Result<Schema<C, R>, BuildError> {
        let published = Published::parse(&self.sdl).map_err(BuildError)?;
        let document = pruned(&published, &self)?;
        let rust = self
            .objects
            .iter()
            .map(|(name, entry)| (name.as_str(), entry.rust))
            .collect::<HashMap<_, _>>();
        let mut schema =
            Schema::without_resolvers(document, limits, |name| rust.get(name).copied())?;
        schema.list_limits = self.list_limits;
        let query = schema
            .types
            .root_operation(OperationType::Query)
            .map(ToString::to_string)
            .unwrap_or_default();
        for (name, resolver) in self.queries {
            schema.enter(&query, &name, resolver, &self.shapes);
        }
        for (name, arrive) in self.arrivals {
            if let Some(object) = schema.object_ids.get(name.as_str()) {
                schema.arrivals.insert(*object, arrive);
            }
        }
        for (object, entry) in self.objects {
            for (name, resolver) in entry.fields {
                schema.enter(&object, &name, resolver, &self.shapes);
            }
        }
        let mutation = schema
            .types
            .root_operation(OperationType::Mutation)
            .map(ToString::to_string)
            .unwrap_or_default();
        for (name, resolver) in self.mutations {
            schema.enter_mutation(&mutation, &name, resolver);
        }
        Ok(schema)
    }
}

impl<C: 'static, R: Clone + Send + Sync + 'static> Schema<C, R> {
    /// The types of a served schema; `rust` says which Rust type stands behind an object type.
    pub(crate) fn without_resolvers(
        document: Document,
        limits: Limits,
        rust: impl Fn(&str) -> Option<TypeId>,
    ) -> Result<Self, BuildError> {
        let types = document.to_schema_validate().map_err(|invalid| {
            let errors = invalid.errors.iter();
            BuildError(errors.map(|error| error.to_string()).collect())
        })?;
        let mut schema = Schema {
            document,
            implementers: types.implementers_map(),
            objects: Vec::new(),
            object_ids: HashMap::new(),
            possible: HashMap::new(),
            arrivals: HashMap::new(),
            resolvers: Vec::new(),
            mutations: Vec::new(),
            list_limits: BTreeMap::new(),
            limits,
            plans: PlanCache::new(limits.plans_max),
            types,
        };
        schema.enter_objects(rust);
        schema.enter_possible();
        Ok(schema)
    }

    fn enter_objects(&mut self, rust: impl Fn(&str) -> Option<TypeId>) {
        for (name, definition) in &self.types.types {
            if !definition.is_object() || name.starts_with("__") {
                continue;
            }
            self.object_ids.insert(name.clone(), self.objects.len());
            let rust = rust(name.as_str());
            let connection = rust == Some(TypeId::of::<Connection>());
            self.objects.push(ObjectType {
                name: name.clone(),
                rust,
                connection,
                fields: HashMap::new(),
            });
        }
    }

    fn enter_possible(&mut self) {
        for (name, definition) in &self.types.types {
            if definition.is_interface() || definition.is_union() {
                let is = |object: &ObjectType| self.types.is_subtype(name, &object.name);
                let possible = self
                    .objects
                    .iter()
                    .enumerate()
                    .filter(|(_, object)| is(object))
                    .map(|(id, _)| id);
                self.possible.insert(name.clone(), possible.collect());
            }
        }
    }

    /// The object types that a value of the named type may be.
    pub(crate) fn possible(&self, name: &Name) -> &[ObjectId] {
        self.possible.get(name).map_or(&[], Vec::as_slice)
    }

    fn definition(&self, object: &str, field: &str) -> Option<(ObjectId, Node<FieldDefinition>)> {
        let id = *self.object_ids.get(object)?;
        let definition = self.types.get_object(object)?.fields.get(field)?;
        Some((id, definition.node.clone()))
    }

    fn info(
        &self,
        definition: Node<FieldDefinition>,
        resolver: usize,
        args: Option<Args>,
    ) -> FieldInfo {
        let ty = &definition.ty;
        let name = ty.inner_named_type();
        let named = match (self.object_ids.get(name), self.types.types.get(name)) {
            (Some(id), _) => Named::Object(*id),
            (None, Some(definition)) if definition.is_interface() || definition.is_union() => {
                Named::Abstract(name.clone())
            }
            _ => Named::Leaf,
        };
        let (non_null, item_non_null, _) = wraps(ty);
        FieldInfo {
            resolver,
            named,
            non_null,
            item_non_null,
            args,
            definition,
        }
    }

    pub(crate) fn enter(
        &mut self,
        object: &str,
        field: &str,
        resolver: FieldResolver<C>,
        shapes: &crate::value::Shapes,
    ) {
        // Registered, but of a type that nothing served leads to.
        let Some((id, definition)) = self.definition(object, field) else {
            return;
        };
        let give = match resolver.gives {
            Gives::Leaf { .. } => None,
            Gives::Object { id, .. } => shapes.get(&id).map(|shape| shape.give),
        };
        let name = definition.name.clone();
        let info = self.info(definition, self.resolvers.len(), resolver.args);
        self.resolvers.push(BoundResolver {
            run: resolver.run,
            give,
        });
        self.objects[id].fields.insert(name, info);
    }

    pub(crate) fn enter_mutation(
        &mut self,
        root: &str,
        field: &str,
        resolver: MutationResolver<R>,
    ) {
        let Some((id, definition)) = self.definition(root, field) else {
            return;
        };
        let name = definition.name.clone();
        let info = self.info(definition, self.mutations.len(), Some(resolver.args));
        self.mutations.push(resolver);
        self.objects[id].fields.insert(name, info);
    }

    /// The served schema's text, written anew at each call.
    pub fn sdl(&self) -> String {
        self.document.to_string()
    }

    /// The bounds on requests.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Parses, validates and compiles a request, or finds its plan among the kept ones.
    ///
    /// # Errors
    /// What is wrong with the text, worded as the Admin API words it.
    pub fn plan(
        &self,
        text: &str,
        operation_name: Option<&str>,
    ) -> Result<Arc<Plan>, Vec<GraphqlError>> {
        if let Some(plan) = self.plans.get(text, operation_name) {
            return Ok(plan);
        }
        let plan = Arc::new(Plan::new(self, text, operation_name)?);
        self.plans.put(text, operation_name, &plan);
        Ok(plan)
    }
}
