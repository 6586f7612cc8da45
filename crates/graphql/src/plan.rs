//! Plans: a validated operation, compiled once per text and set of `@skip`/`@include` outcomes.

use crate::coerce;
use crate::cost::{Cost, TooLarge};
use crate::error::{GraphqlError, Location};
use crate::input::{Input, Variables};
use crate::lines::Lines;
use crate::resolver::{AnyArgs, Args};
use crate::schema::{FieldInfo, Limits, Named, ObjectId, Schema};
use crate::survey::Survey;
use crate::validate;
use apollo_compiler::ast::OperationType;
use apollo_compiler::executable::{DirectiveList, Field, Operation, Selection, SelectionSet};
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Name, Node};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Whether an operation reads or writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A query: executed in one go on one snapshot.
    Query,
    /// A mutation: its root fields run one after another.
    Mutation,
}

/// A validated operation and what has been compiled of it.
pub struct Plan {
    pub(crate) document: Valid<ExecutableDocument>,
    pub(crate) operation: Node<Operation>,
    pub(crate) kind: Kind,
    pub(crate) lines: Lines,
    /// Fields and directives whose arguments hold variables, once per place in the text.
    pub(crate) uses: Vec<ArgUse>,
    /// Variables that decide over `@skip` and `@include`.
    conditions: Vec<Name>,
    compiled: Mutex<HashMap<u64, Arc<Compiled>>>,
}

/// A field whose arguments are read from variables: they are tried before anything runs.
pub(crate) struct ArgUse {
    pub(crate) field: Node<Field>,
    pub(crate) input: Input,
    pub(crate) args: Args,
}

/// An operation compiled for one outcome of its conditions.
pub(crate) struct Compiled {
    pub(crate) root: Arc<Set>,
    pub(crate) cost: Cost,
    conditions: Vec<(Name, bool)>,
}

/// The fields to read of one object type.
pub(crate) struct Set {
    pub(crate) object: ObjectId,
    pub(crate) fields: Vec<PlanField>,
}

pub(crate) struct PlanField {
    /// The response key in JSON with its colon.
    pub(crate) key: Box<[u8]>,
    pub(crate) response_key: Name,
    pub(crate) name: Name,
    pub(crate) locations: Box<[Location]>,
    pub(crate) non_null: bool,
    pub(crate) item_non_null: Option<bool>,
    pub(crate) what: What,
    pub(crate) node: Node<Field>,
}

pub(crate) enum What {
    /// `__typename`: its JSON.
    TypeName(Box<[u8]>),
    /// `__schema` or `__type`.
    Introspection,
    Leaf {
        resolver: usize,
        args: PlanArgs,
    },
    Objects {
        resolver: usize,
        args: PlanArgs,
        below: Below,
    },
}

#[derive(Clone)]
pub(crate) enum PlanArgs {
    None,
    Static(Arc<AnyArgs>),
    Dynamic(Arc<Input>, Args),
}

/// The selections below a field.
pub(crate) enum Below {
    Object(Arc<Set>),
    /// One set per possible type, compiled when an object of the type turns up.
    Abstract {
        name: Name,
        nodes: Vec<Node<Field>>,
        sets: Vec<(ObjectId, OnceLock<Arc<Set>>)>,
    },
}

/// The most outcomes of conditions kept per plan.
const OUTCOMES_MAX: usize = 64;

impl Plan {
    pub(crate) fn new<C: 'static, R: Clone + Send + Sync + 'static>(
        schema: &Schema<C, R>,
        text: &str,
        operation_name: Option<&str>,
    ) -> Result<Self, Vec<GraphqlError>> {
        let document = validate::document(schema, text)?;
        let operation = validate::operation(&document, operation_name)?;
        validate::introspection(&document, &operation)?;
        let kind = match operation.operation_type {
            OperationType::Query => Kind::Query,
            OperationType::Mutation => Kind::Mutation,
            OperationType::Subscription => {
                return Err(vec![GraphqlError::new(
                    "Subscriptions are not supported.",
                    "BAD_REQUEST",
                )]);
            }
        };
        let mut plan = Self {
            document,
            operation,
            kind,
            lines: Lines::new(text),
            uses: Vec::new(),
            conditions: Vec::new(),
            compiled: Mutex::new(HashMap::new()),
        };
        let (uses, conditions) = Survey::of(schema, &plan)?;
        plan.uses = uses;
        plan.conditions = conditions;
        Ok(plan)
    }

    /// Whether it reads or writes.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The operation's name, when it has one.
    pub fn operation_name(&self) -> Option<&str> {
        self.operation.name.as_ref().map(|name| name.as_str())
    }

    /// The root fields' names and response keys, in the order of the text, fragments expanded.
    pub fn root_fields(&self) -> Vec<(String, String)> {
        self.operation
            .root_fields(&self.document)
            .map(|field| (field.name.to_string(), field.response_key().to_string()))
            .collect()
    }

    pub(crate) fn location<T>(&self, node: &Node<T>) -> Option<Location> {
        node.location().map(|span| self.lines.locate(span.offset()))
    }

    /// The operation, compiled for what the variables say of its conditions.
    pub(crate) fn compiled<C: 'static, R: Clone + Send + Sync + 'static>(
        &self,
        schema: &Schema<C, R>,
        variables: &Variables,
    ) -> Result<Arc<Compiled>, Vec<GraphqlError>> {
        let holds = |name: &Name| variables.get(name) == Some(&Input::Boolean(true));
        let mask = self
            .conditions
            .iter()
            .enumerate()
            .fold(0_u64, |mask, (bit, name)| {
                mask | u64::from(holds(name)) << bit
            });
        if let Some(compiled) = lock(&self.compiled).get(&mask) {
            return Ok(compiled.clone());
        }
        let conditions: Vec<(Name, bool)> = self
            .conditions
            .iter()
            .map(|name| (name.clone(), holds(name)))
            .collect();
        let root = schema
            .object_ids
            .get(&self.operation.selection_set.ty)
            .copied()
            .unwrap_or_default();
        let set = &self.operation.selection_set;
        let cost = Compiler::new(schema, self, &conditions).operation_cost(root, set);
        let cost = cost.map_err(|limit| too_large(limit, schema.limits))?;
        let mut compiler = Compiler::new(schema, self, &conditions);
        let root = compiler.set(root, &[set]);
        let root = root.ok_or_else(|| too_large(TooLarge::Fields, schema.limits))?;
        let compiled = Arc::new(Compiled {
            root,
            cost,
            conditions,
        });
        let mut kept = lock(&self.compiled);
        if kept.len() < OUTCOMES_MAX {
            kept.insert(mask, compiled.clone());
        }
        Ok(compiled)
    }
}

fn too_large(limit: TooLarge, limits: Limits) -> Vec<GraphqlError> {
    vec![match limit {
        TooLarge::Fields => {
            let message = format!(
                "Query has too many fields, which exceeds the maximum of {}",
                limits.fields_max
            );
            GraphqlError::new(message, "MAX_COMPLEXITY_EXCEEDED")
        }
        TooLarge::Depth => {
            let message = format!(
                "Query has a depth which exceeds the maximum of {}",
                limits.depth_max
            );
            GraphqlError::new(message, "MAX_DEPTH_EXCEEDED")
        }
    }]
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Below {
    /// The set for an object type, compiled now if it is the first of its kind.
    pub(crate) fn set<C: 'static, R: Clone + Send + Sync + 'static>(
        &self,
        schema: &Schema<C, R>,
        plan: &Plan,
        compiled: &Compiled,
        object: ObjectId,
    ) -> Option<Arc<Set>> {
        match self {
            Self::Object(set) => (set.object == object).then(|| set.clone()),
            Self::Abstract { nodes, sets, .. } => {
                let place = sets.binary_search_by_key(&object, |(id, _)| *id).ok()?;
                let cell = &sets[place].1;
                if let Some(set) = cell.get() {
                    return Some(set.clone());
                }
                let below: Vec<&SelectionSet> =
                    nodes.iter().map(|node| &node.selection_set).collect();
                let set = Compiler::new(schema, plan, &compiled.conditions).set(object, &below)?;
                Some(cell.get_or_init(|| set).clone())
            }
        }
    }
}

pub(crate) struct Compiler<'a, C, R> {
    pub(crate) schema: &'a Schema<C, R>,
    pub(crate) plan: &'a Plan,
    conditions: &'a [(Name, bool)],
    fields: usize,
}

type Collected<'a> = Vec<(Name, Vec<&'a Node<Field>>)>;

impl<'a, C: 'static, R: Clone + Send + Sync + 'static> Compiler<'a, C, R> {
    fn new(schema: &'a Schema<C, R>, plan: &'a Plan, conditions: &'a [(Name, bool)]) -> Self {
        Self {
            schema,
            plan,
            conditions,
            fields: 0,
        }
    }

    /// The fields to read of an object, by response key, in order.
    pub(crate) fn collected<'s>(
        &mut self,
        object: ObjectId,
        selections: &[&'s SelectionSet],
    ) -> Result<Vec<Vec<&'s Node<Field>>>, TooLarge>
    where
        'a: 's,
    {
        let mut collected = Collected::new();
        let mut visited = HashSet::new();
        for selection in selections {
            self.collect(object, &selection.selections, &mut collected, &mut visited);
        }
        self.fields += collected.len();
        if self.fields > self.schema.limits.fields_max {
            return Err(TooLarge::Fields);
        }
        Ok(collected.into_iter().map(|(_, nodes)| nodes).collect())
    }

    /// `None` when the plan grows beyond the limit.
    fn set(&mut self, object: ObjectId, selections: &[&SelectionSet]) -> Option<Arc<Set>> {
        let collected = self.collected(object, selections).ok()?;
        let fields = collected
            .into_iter()
            .map(|nodes| self.field(object, &nodes))
            .collect::<Option<Vec<_>>>()?;
        Some(Arc::new(Set { object, fields }))
    }

    pub(crate) fn applies(&self, object: &Name, condition: &Name) -> bool {
        object == condition || self.schema.types.is_subtype(condition, object)
    }

    fn included(&self, directives: &DirectiveList) -> bool {
        let says = |directive: &str| -> Option<bool> {
            let value = directives
                .get(directive)?
                .specified_argument_by_name("if")?;
            match value.as_variable() {
                Some(name) => Some(
                    self.conditions
                        .iter()
                        .any(|(known, holds)| known == name && *holds),
                ),
                None => value.to_bool(),
            }
        };
        says("skip") != Some(true) && says("include") != Some(false)
    }

    fn collect<'s>(
        &self,
        object: ObjectId,
        selections: &'s [Selection],
        collected: &mut Collected<'s>,
        visited: &mut HashSet<&'s Name>,
    ) where
        'a: 's,
    {
        let name = &self.schema.objects[object].name;
        for selection in selections {
            match selection {
                Selection::Field(field) => {
                    if !self.included(&field.directives) {
                        continue;
                    }
                    let key = field.response_key();
                    match collected.iter_mut().find(|(known, _)| known == key) {
                        Some((_, nodes)) => nodes.push(field),
                        None => collected.push((key.clone(), vec![field])),
                    }
                }
                Selection::InlineFragment(fragment) => {
                    let applies = fragment
                        .type_condition
                        .as_ref()
                        .is_none_or(|condition| self.applies(name, condition));
                    if applies && self.included(&fragment.directives) {
                        self.collect(
                            object,
                            &fragment.selection_set.selections,
                            collected,
                            visited,
                        );
                    }
                }
                Selection::FragmentSpread(spread) => {
                    if !self.included(&spread.directives) || !visited.insert(&spread.fragment_name)
                    {
                        continue;
                    }
                    let Some(fragment) = self.plan.document.fragments.get(&spread.fragment_name)
                    else {
                        continue;
                    };
                    if self.applies(name, fragment.type_condition()) {
                        self.collect(
                            object,
                            &fragment.selection_set.selections,
                            collected,
                            visited,
                        );
                    }
                }
            }
        }
    }

    fn field(&mut self, object: ObjectId, nodes: &[&Node<Field>]) -> Option<PlanField> {
        let first = nodes[0];
        let response_key = first.response_key().clone();
        let mut key = Vec::with_capacity(response_key.len() + 3);
        crate::leaf::write_text(&mut key, &response_key);
        key.push(b':');
        let locations = nodes
            .iter()
            .filter_map(|node| self.plan.location(node))
            .collect();
        let schema = self.schema;
        let (what, non_null, item_non_null) = match schema.objects[object].fields.get(&first.name) {
            Some(info) => {
                let args = self.args(first, info);
                let below = match &info.named {
                    Named::Leaf => None,
                    Named::Object(id) => {
                        let below: Vec<&SelectionSet> =
                            nodes.iter().map(|node| &node.selection_set).collect();
                        Some(Below::Object(self.set(*id, &below)?))
                    }
                    Named::Abstract(name) => Some(self.below(name, nodes)),
                };
                let resolver = info.resolver;
                let what = match below {
                    Some(below) => What::Objects {
                        resolver,
                        args,
                        below,
                    },
                    None => What::Leaf { resolver, args },
                };
                (what, info.non_null, info.item_non_null)
            }
            None if first.name == "__typename" => {
                let mut name = Vec::new();
                crate::leaf::write_text(&mut name, &schema.objects[object].name);
                (What::TypeName(name.into()), true, None)
            }
            None => (What::Introspection, first.name == "__schema", None),
        };
        Some(PlanField {
            key: key.into(),
            response_key,
            name: first.name.clone(),
            locations,
            non_null,
            item_non_null,
            what,
            node: first.clone(),
        })
    }

    fn below(&self, name: &Name, nodes: &[&Node<Field>]) -> Below {
        let possible = self.schema.possible(name);
        let sets = possible.iter().map(|id| (*id, OnceLock::new())).collect();
        Below::Abstract {
            name: name.clone(),
            nodes: nodes.iter().map(|node| (*node).clone()).collect(),
            sets,
        }
    }

    fn args(&self, field: &Field, info: &FieldInfo) -> PlanArgs {
        let Some(args) = info.args else {
            return PlanArgs::None;
        };
        // The object's own definition: an interface's may have fewer arguments.
        let input = coerce::arguments(
            &self.schema.types,
            &info.definition.arguments,
            &field.arguments,
        );
        if input.varies() {
            return PlanArgs::Dynamic(Arc::new(input), args);
        }
        match (args.read)(&input, &Variables::default()) {
            Ok(read) => PlanArgs::Static(read.into()),
            // The survey refused it before; a field never reached is read again when it runs.
            Err(_) => PlanArgs::Dynamic(Arc::new(input), args),
        }
    }
}
