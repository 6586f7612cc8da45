//! A plan with its variables: everything that can be refused before anything runs has been.

use crate::coerce;
use crate::directives::Directives;
use crate::error::GraphqlError;
use crate::input::{Input, Variables};
use crate::plan::{Compiled, Kind, Plan, PlanArgs, What, lock};
use crate::resolver::AnyArgs;
use crate::schema::Schema;
use crate::validate;
use apollo_compiler::Node;
use apollo_compiler::executable::{DirectiveList, Field};
use serde_json::{Map, Value};
use std::sync::{Arc, Mutex};

/// Arguments that one call takes away.
type OneCall = Mutex<Option<Box<AnyArgs>>>;

/// A plan bound to a request's variables, ready to run.
pub struct Bound {
    pub(crate) plan: Arc<Plan>,
    pub(crate) compiled: Arc<Compiled>,
    pub(crate) variables: Variables,
    pub(crate) directives: Directives,
    /// Per root field of a mutation: its arguments, until it is called.
    pub(crate) mutation_args: Vec<OneCall>,
    pub(crate) cost: u64,
}

impl Bound {
    /// Whether it reads or writes.
    pub fn kind(&self) -> Kind {
        self.plan.kind
    }

    /// The plan.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// The operation's directives.
    pub fn directives(&self) -> &Directives {
        &self.directives
    }

    /// The requested cost.
    pub fn cost(&self) -> u64 {
        self.cost
    }

    /// Refuses an operation that costs more than a single one may.
    ///
    /// # Errors
    /// `MAX_COST_EXCEEDED`.
    pub fn check_cost(&self, most: u64) -> Result<(), GraphqlError> {
        if self.cost <= most {
            return Ok(());
        }
        let message = format!(
            "Query cost is {}, which exceeds the single query max cost limit ({most}).",
            self.cost
        );
        Err(GraphqlError::new(message, "MAX_COST_EXCEEDED")
            .extension("cost", self.cost)
            .extension("maxCost", most))
    }
}

impl<C: 'static, R: Clone + Send + Sync + 'static> Schema<C, R> {
    /// Coerces the variables and reads every argument that holds one.
    ///
    /// # Errors
    /// `INVALID_VARIABLE` for each variable that does not fit, `MAX_INPUT_SIZE_EXCEEDED` for a list too long.
    pub fn bind(
        &self,
        plan: &Arc<Plan>,
        variables: &Map<String, Value>,
    ) -> Result<Bound, Vec<GraphqlError>> {
        let definitions = &plan.operation.variables;
        let coerced = coerce::variables(&self.types, definitions, variables, |definition| {
            plan.location(definition)
        })?;
        self.try_uses(plan, &coerced, variables)?;
        let compiled = plan.compiled(self, &coerced)?;
        let directives = self.directives(&plan.operation.directives, &coerced);
        let mutation_args = self.mutation_args(plan, &compiled, &coerced)?;
        let cost = compiled.cost.value(&coerced);
        Ok(Bound {
            plan: plan.clone(),
            compiled,
            variables: coerced,
            directives,
            mutation_args,
            cost,
        })
    }

    fn try_uses(
        &self,
        plan: &Plan,
        coerced: &Variables,
        given: &Map<String, Value>,
    ) -> Result<(), Vec<GraphqlError>> {
        let mut errors: Vec<GraphqlError> = Vec::new();
        for used in &plan.uses {
            if let Err(error) = self.list_sizes(&used.field, &used.input, coerced) {
                errors.push(error.at(plan.location(&used.field)));
                continue;
            }
            let Err(error) = (used.args.read)(&used.input, coerced) else {
                continue;
            };
            let variable = error.variable.as_deref();
            let definition = plan
                .operation
                .variables
                .iter()
                .find(|definition| Some(definition.name.as_str()) == variable);
            let refused = match definition {
                Some(definition) => {
                    let value = given.get(definition.name.as_str()).unwrap_or(&Value::Null);
                    coerce::refused_variable(
                        &definition.name,
                        &definition.ty,
                        value,
                        &error.path,
                        &error.message,
                    )
                    .at(plan.location(definition))
                }
                None => GraphqlError::new(error.message, "argumentLiteralsIncompatible")
                    .at(plan.location(&used.field)),
            };
            if !errors.contains(&refused) {
                errors.push(refused);
            }
        }
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors)
        }
    }

    /// Refuses lists longer than their place allows.
    pub(crate) fn list_sizes(
        &self,
        field: &Node<Field>,
        input: &Input,
        variables: &Variables,
    ) -> Result<(), GraphqlError> {
        let most = |place: &str| {
            self.list_limits
                .get(place)
                .copied()
                .unwrap_or(self.limits.list_input_max)
        };
        validate::list_sizes(&self.types, field, input, variables, &most)
    }

    pub(crate) fn directives(&self, list: &DirectiveList, variables: &Variables) -> Directives {
        let read = list.iter().filter_map(|directive| {
            let definition = self.types.directive_definitions.get(&directive.name)?;
            let input = coerce::arguments(&self.types, &definition.arguments, &directive.arguments);
            match input.json(variables) {
                Some(Value::Object(arguments)) => Some((directive.name.to_string(), arguments)),
                _ => None,
            }
        });
        Directives(read.collect())
    }

    fn mutation_args(
        &self,
        plan: &Plan,
        compiled: &Compiled,
        variables: &Variables,
    ) -> Result<Vec<OneCall>, Vec<GraphqlError>> {
        if plan.kind == Kind::Query {
            return Ok(Vec::new());
        }
        let mut read = Vec::with_capacity(compiled.root.fields.len());
        for field in &compiled.root.fields {
            let args = match &field.what {
                What::Leaf { resolver, .. } | What::Objects { resolver, .. } => {
                    let definitions = &field.node.definition.arguments;
                    let input = coerce::arguments(&self.types, definitions, &field.node.arguments);
                    let args = (self.mutations[*resolver].args.read)(&input, variables).map_err(
                        |error| {
                            vec![
                                GraphqlError::new(error.message, "argumentLiteralsIncompatible")
                                    .at(plan.location(&field.node)),
                            ]
                        },
                    )?;
                    Some(args)
                }
                What::TypeName(_) | What::Introspection => None,
            };
            read.push(Mutex::new(args));
        }
        Ok(read)
    }
}

impl Bound {
    /// Reads a field's arguments that hold variables.
    pub(crate) fn args(
        &self,
        args: &PlanArgs,
    ) -> Result<Option<Arc<AnyArgs>>, crate::error::Error> {
        match args {
            PlanArgs::None => Ok(None),
            PlanArgs::Static(args) => Ok(Some(args.clone())),
            PlanArgs::Dynamic(input, args) => {
                match (args.read)(input, &self.variables) {
                    Ok(read) => Ok(Some(read.into())),
                    Err(error) => Err(crate::error::Error::new(error.message)
                        .code("argumentLiteralsIncompatible")),
                }
            }
        }
    }

    pub(crate) fn take_mutation_args(&self, field: usize) -> Option<Box<AnyArgs>> {
        lock(self.mutation_args.get(field)?).take()
    }
}
