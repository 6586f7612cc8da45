//! Execution: breadth-first over whole columns. Every field runs once per level, for all its parents.

use crate::bind::Bound;
use crate::cost::RowCosts;
use crate::error::{Error, GraphqlError};
use crate::mock::Mock;
use crate::plan::{Below, Kind, PlanField, Set, What};
use crate::resolver::{AnyArgs, LeafColumn, Run};
use crate::response::Response;
use crate::schema::{ObjectId, Schema};
use crate::value::{Cell, Cells, Obj};
use crate::write::Writer;
use std::any::TypeId;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

/// Parents that one call of a resolver gets. A level of many thousands comes in several, so that a reply that
/// would grow too large is refused before all of it is loaded.
const PARENTS_MAX: usize = 250;

/// The objects of one type at one place of the operation, field by field.
pub(crate) struct Level {
    pub(crate) set: Arc<Set>,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: usize,
    pub(crate) costs: RowCosts,
}

pub(crate) enum Column {
    /// The same for every row: `__typename`.
    Constant,
    Leaf(LeafColumn),
    Objects(Objects),
    /// JSON made elsewhere: introspection.
    Json(Vec<u8>),
}

pub(crate) struct Objects {
    pub(crate) cells: Vec<Cell>,
    pub(crate) elements: Vec<Cell>,
    pub(crate) errors: Vec<Error>,
    pub(crate) places: Places,
}

/// Where a column's objects went.
pub(crate) enum Places {
    /// All to one level, in order.
    One(usize),
    /// Each to a level and row, or it has an error.
    Many(Vec<Result<(u32, u32), u32>>),
}

pub(crate) struct Execution<'a, C, R> {
    pub(crate) schema: &'a Schema<C, R>,
    pub(crate) bound: &'a Bound,
    pub(crate) cx: &'a mut C,
    pub(crate) levels: Vec<Level>,
    pub(crate) objects: usize,
}

impl<C: 'static, R: Clone + Send + Sync + 'static> Schema<C, R> {
    /// Runs a query on the snapshot that `cx` holds.
    pub fn execute(&self, bound: &Bound, cx: &mut C) -> Response {
        debug_assert_eq!(bound.kind(), Kind::Query, "mutations run step by step");
        let mut execution = Execution {
            schema: self,
            bound,
            cx,
            levels: Vec::new(),
            objects: 0,
        };
        let root: Obj = Rc::new(());
        let level = execution.level(&bound.compiled.root, &[root]);
        let levels = execution.levels;
        let mut writer = Writer::new(self, &levels);
        let whole = writer.object(level, 0).is_ok();
        let (mut data, errors) = writer.done();
        if !whole {
            data.clear();
            data.extend_from_slice(b"null");
        }
        let actual_cost = levels[level].costs.row(0).min(bound.cost);
        Response {
            data,
            errors,
            actual_cost,
        }
    }
}

impl<C: 'static, R: Clone + Send + Sync + 'static> Execution<'_, C, R> {
    /// Runs a set's fields for all `items`, and everything below them.
    pub(crate) fn level(&mut self, set: &Arc<Set>, items: &[Obj]) -> usize {
        let arrive = self.schema.arrivals.get(&set.object);
        let changed = arrive.and_then(|arrive| arrive(items, self.cx));
        let items = changed.as_deref().unwrap_or(items);
        let mut columns = Vec::with_capacity(set.fields.len());
        for field in &set.fields {
            let column = match &field.what {
                What::TypeName(_) => Column::Constant,
                What::Introspection => Column::Json(self.introspect(field)),
                What::Leaf { resolver, args } => {
                    let mut column = LeafColumn::with_rows(items.len());
                    match (self.bound.args(args), &self.schema.resolvers[*resolver].run) {
                        (Ok(args), Run::Leaf(run)) => {
                            run(items, borrow(&args), self.cx, &mut column)
                        }
                        (Err(error), _) => items
                            .iter()
                            .for_each(|_| column.result::<bool>(Err(error.clone()))),
                        (_, Run::Objects(_)) => {}
                    }
                    if cfg!(debug_assertions) {
                        self.check_enum(field, &mut column);
                    }
                    Column::Leaf(column)
                }
                What::Objects {
                    resolver,
                    args,
                    below,
                } => {
                    let mut cells = Cells::default();
                    let resolver = &self.schema.resolvers[*resolver];
                    match (self.bound.args(args), &resolver.run, resolver.give) {
                        (Ok(args), Run::Objects(run), Some(give)) => {
                            let most = self.schema.limits.objects_max;
                            for parents in items.chunks(PARENTS_MAX) {
                                // Once the budget is spent, nothing more is loaded.
                                if self.objects <= most {
                                    run(parents, borrow(&args), self.cx, give, &mut cells);
                                }
                                if self.objects + cells.items.len() > most {
                                    self.objects = most + 1;
                                    cells.refuse_rows(items.len(), too_many(most));
                                    break;
                                }
                            }
                        }
                        (Err(error), _, _) => items.iter().for_each(|_| cells.error(error.clone())),
                        _ => {}
                    }
                    Column::Objects(self.below(below, cells))
                }
            };
            columns.push(column);
        }
        let costs = self
            .schema
            .row_costs(&set.fields, &columns, items, &self.levels);
        self.levels.push(Level {
            set: set.clone(),
            columns,
            rows: items.len(),
            costs,
        });
        self.levels.len() - 1
    }

    /// In builds for tests: an enum field that gives a value the served schema does not show is an error.
    fn check_enum(&self, field: &PlanField, column: &mut LeafColumn) {
        let ty = &field.node.definition.ty;
        let Some(known) = self.schema.types.get_enum(ty.inner_named_type()) else {
            return;
        };
        for row in (0..column.ends.len()).filter(|_| !ty.is_list()) {
            let value = column.get(row);
            let text = value
                .strip_prefix(b"\"")
                .and_then(|value| value.strip_suffix(b"\""));
            let served =
                text.is_none_or(|text| known.values.keys().any(|name| name.as_bytes() == text));
            if !served && column.error(row).is_none() {
                let value = String::from_utf8_lossy(value);
                let error = Error::new(format!(
                    "Enum \"{}\" cannot represent value: {value}",
                    known.name
                ));
                column.refuse(row, error);
            }
        }
    }

    /// Puts a column's objects into levels by their types, and runs those.
    pub(crate) fn below(&mut self, below: &Below, cells: Cells) -> Objects {
        self.objects += cells.items.len();
        let Cells {
            cells,
            elements,
            items,
            mut errors,
        } = cells;
        let places = match below {
            Below::Object(set) => {
                let rust = self.schema.objects[set.object].rust;
                if items.iter().all(|item| Some((**item).type_id()) == rust) {
                    Places::One(self.level(set, &items))
                } else {
                    self.many(below, items, &mut errors)
                }
            }
            Below::Abstract { .. } => self.many(below, items, &mut errors),
        };
        Objects {
            cells,
            elements,
            errors,
            places,
        }
    }

    fn many(&mut self, below: &Below, items: Vec<Obj>, errors: &mut Vec<Error>) -> Places {
        let mut groups: Vec<(ObjectId, Arc<Set>, Vec<Obj>)> = Vec::new();
        let mut by_kind: HashMap<ValueKind, Option<usize>> = HashMap::new();
        let mut places = Vec::with_capacity(items.len());
        for item in items {
            let kind = ValueKind::of(&item);
            let group = *by_kind.entry(kind).or_insert_with(|| {
                let (object, set) = self.type_of(below, kind)?;
                groups.push((object, set, Vec::new()));
                Some(groups.len() - 1)
            });
            match group {
                Some(group) => {
                    places.push(Ok((group as u32, groups[group].2.len() as u32)));
                    groups[group].2.push(item);
                }
                None => {
                    places.push(Err(errors.len() as u32));
                    errors.push(self.no_type(below));
                }
            }
        }
        let levels: Vec<u32> = groups
            .iter()
            .map(|(_, set, items)| self.level(set, items) as u32)
            .collect();
        for (level, _) in places.iter_mut().flatten() {
            *level = levels[*level as usize];
        }
        Places::Many(places)
    }

    fn type_of(&self, below: &Below, kind: ValueKind) -> Option<(ObjectId, Arc<Set>)> {
        let is = |object: ObjectId| {
            self.schema.objects[object].rust == Some(kind.rust)
                && kind.mock.is_none_or(|mock| mock == object)
        };
        let find = |object: ObjectId| {
            let set = below.set(self.schema, &self.bound.plan, &self.bound.compiled, object)?;
            Some((object, set))
        };
        match below {
            Below::Object(set) => is(set.object).then(|| (set.object, set.clone())),
            Below::Abstract { sets, .. } => {
                let (object, _) = sets.iter().find(|(object, _)| is(*object))?;
                find(*object)
            }
        }
    }

    fn no_type(&self, below: &Below) -> Error {
        let name = match below {
            Below::Object(set) => &self.schema.objects[set.object].name,
            Below::Abstract { name, .. } => name,
        };
        Error::new(format!("Expected a value of type \"{name}\".")).code("INTERNAL_SERVER_ERROR")
    }
}

/// What tells an object's type: the Rust type of its value, or what a mock says of itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct ValueKind {
    rust: TypeId,
    mock: Option<ObjectId>,
}

impl ValueKind {
    fn of(item: &Obj) -> Self {
        Self {
            rust: (**item).type_id(),
            mock: item.downcast_ref::<Mock>().map(Mock::object),
        }
    }
}

fn too_many(most: usize) -> Error {
    Error::new(format!("The reply would hold more than {most} objects."))
        .code("MAX_COMPLEXITY_EXCEEDED")
}

fn borrow(args: &Option<Arc<AnyArgs>>) -> &AnyArgs {
    match args {
        Some(args) => &**args,
        None => &(),
    }
}

/// Errors of a whole request.
pub(crate) type Errors = Vec<GraphqlError>;
