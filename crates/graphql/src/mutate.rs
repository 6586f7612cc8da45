//! Mutations: root fields run one after another; each payload's selections run on a snapshot taken after it.

use crate::bind::Bound;
use crate::cost::{RowCosts, step_cost};
use crate::directives::Directives;
use crate::error::Error;
use crate::execute::{Column, Errors, Execution, Level};
use crate::plan::What;
use crate::resolver::{MutationCx, Payload};
use crate::response::Response;
use crate::schema::Schema;
use crate::value::Cells;
use crate::write::Writer;
use std::any::Any;

/// One root field of a mutation.
#[derive(Debug, Clone)]
pub struct Step {
    index: usize,
    /// The field's name.
    pub field: String,
    /// Its alias, or its name.
    pub response_key: String,
}

/// What a root field's work came to; its selections are still to be run.
pub struct Outcome(Option<Payload>);

/// A root field's finished part of the reply.
#[derive(Debug, Clone)]
pub struct Part {
    json: Vec<u8>,
    errors: Errors,
    actual_cost: u64,
    stops: bool,
}

impl Part {
    /// Whether a null reached the reply's root, so that later fields are not run.
    pub fn stops(&self) -> bool {
        self.stops
    }

    /// Whether everything that was asked for came without an error.
    pub fn is_whole(&self) -> bool {
        self.errors.is_empty()
    }

    /// The part as it stands in the reply, its response key before it: `"key":{…}`.
    pub fn json(&self) -> &[u8] {
        &self.json
    }

    /// A whole part that was kept as [`Part::json`] gave it.
    pub fn kept(json: Vec<u8>) -> Self {
        Self {
            json,
            errors: Vec::new(),
            actual_cost: 0,
            stops: false,
        }
    }
}

impl<C: 'static, R: Clone + Send + Sync + 'static> Schema<C, R> {
    /// The root fields, in order.
    pub fn steps(&self, bound: &Bound) -> Vec<Step> {
        let fields = bound.compiled.root.fields.iter().enumerate();
        fields
            .map(|(index, field)| Step {
                index,
                field: field.name.to_string(),
                response_key: field.response_key.to_string(),
            })
            .collect()
    }

    /// The directives on a root field, such as `@idempotent(key:)`.
    pub fn step_directives(&self, bound: &Bound, step: &Step) -> Directives {
        let field = &bound.compiled.root.fields[step.index];
        self.directives(&field.node.directives, &bound.variables)
    }

    /// Does a root field's work. A step is called once.
    pub fn call(
        &self,
        bound: &Bound,
        step: &Step,
        request: R,
    ) -> impl Future<Output = Outcome> + Send + use<C, R> {
        let field = &bound.compiled.root.fields[step.index];
        let pending = match &field.what {
            What::Leaf { resolver, .. } | What::Objects { resolver, .. } => {
                let cx = MutationCx {
                    request,
                    directives: self.directives(&field.node.directives, &bound.variables),
                    operation_directives: bound.directives.clone(),
                    field: step.response_key.clone(),
                };
                Some(match bound.take_mutation_args(step.index) {
                    Some(args) => Ok((self.mutations[*resolver].call)(cx, args)),
                    None => Err(Error::new("Internal error.").code("INTERNAL_SERVER_ERROR")),
                })
            }
            What::TypeName(_) | What::Introspection => None,
        };
        async move {
            match pending {
                None => Outcome(None),
                Some(Err(error)) => Outcome(Some(Err(error))),
                Some(Ok(pending)) => Outcome(Some(pending.await)),
            }
        }
    }

    /// Runs the selections on a payload, on the snapshot that `cx` holds.
    pub fn present(&self, bound: &Bound, step: &Step, outcome: Outcome, cx: &mut C) -> Part {
        let set = &bound.compiled.root;
        let field = &set.fields[step.index];
        let mut execution = Execution {
            schema: self,
            bound,
            cx,
            levels: Vec::new(),
            objects: 0,
        };
        let column = match (&field.what, outcome.0) {
            (
                What::Objects {
                    resolver, below, ..
                },
                Some(payload),
            ) => {
                let mut cells = Cells::default();
                match payload {
                    Ok(payload) => cells.one((self.mutations[*resolver].wrap)(payload)),
                    Err(error) => cells.error(error),
                }
                Column::Objects(execution.below(below, cells))
            }
            _ => Column::Constant,
        };
        let mut levels = execution.levels;
        let actual_cost = match &column {
            Column::Objects(objects) => step_cost(objects, &levels),
            _ => 0,
        };
        levels.push(Level {
            set: set.clone(),
            columns: vec![column],
            rows: 1,
            costs: RowCosts::Each(0),
        });
        let level = &levels[levels.len() - 1];
        let mut writer = Writer::new(self, &levels);
        let stops = writer.field(level, field, &level.columns[0], 0).is_err();
        let (value, errors) = writer.done();
        let mut json = field.key.to_vec();
        json.extend_from_slice(&value);
        Part {
            json,
            errors,
            actual_cost,
            stops,
        }
    }

    /// Joins the parts into the reply.
    pub fn finish(&self, bound: &Bound, parts: Vec<Part>) -> Response {
        let mut response = Response::default();
        let mut whole = true;
        response.data.push(b'{');
        for (index, part) in parts.into_iter().enumerate() {
            if index > 0 {
                response.data.push(b',');
            }
            response.data.extend_from_slice(&part.json);
            response.errors.extend(part.errors);
            response.actual_cost += part.actual_cost;
            whole &= !part.stops;
        }
        response.data.push(b'}');
        if !whole {
            response.data = b"null".to_vec();
        }
        response.actual_cost = response.actual_cost.min(bound.cost);
        response
    }
}

/// A payload as a mutation gives it, for tests of what presents it.
pub fn outcome<P: Send + 'static>(payload: Result<P, Error>) -> Outcome {
    Outcome(Some(
        payload.map(|payload| Box::new(payload) as Box<dyn Any + Send>),
    ))
}
