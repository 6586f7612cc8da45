//! The survey of an operation: what can be refused, and what must be read again with variables.

use crate::coerce;
use crate::error::{GraphqlError, PathItem};
use crate::input::Variables;
use crate::plan::{ArgUse, Plan};
use crate::schema::Schema;
use crate::validate;
use apollo_compiler::executable::{DirectiveList, Field, Selection, SelectionSet};
use apollo_compiler::{Name, Node};
use std::collections::HashSet;

/// Walks the operation's text once: literal arguments are tried, those with variables are kept for later.
pub(crate) struct Survey<'a, C, R> {
    schema: &'a Schema<C, R>,
    plan: &'a Plan,
    uses: Vec<ArgUse>,
    conditions: Vec<Name>,
    visited: HashSet<Name>,
    errors: Vec<GraphqlError>,
    path: Vec<PathItem>,
}

impl<'a, C: 'static, R: Clone + Send + Sync + 'static> Survey<'a, C, R> {
    pub(crate) fn of(
        schema: &'a Schema<C, R>,
        plan: &'a Plan,
    ) -> Result<(Vec<ArgUse>, Vec<Name>), Vec<GraphqlError>> {
        let mut survey = Self {
            schema,
            plan,
            uses: Vec::new(),
            conditions: Vec::new(),
            visited: HashSet::new(),
            errors: Vec::new(),
            path: vec![PathItem::Key(validate::operation_label(&plan.operation))],
        };
        survey.selections(&plan.operation.selection_set);
        if survey.conditions.len() > 32 {
            survey.errors.push(GraphqlError::new(
                "Too many variables decide over @skip and @include",
                "BAD_REQUEST",
            ));
        }
        if survey.errors.is_empty() {
            Ok((survey.uses, survey.conditions))
        } else {
            Err(survey.errors)
        }
    }

    fn conditions(&mut self, directives: &DirectiveList) {
        for directive in directives
            .iter()
            .filter(|directive| matches!(directive.name.as_str(), "skip" | "include"))
        {
            let value = directive.specified_argument_by_name("if");
            if let Some(name) = value.and_then(|value| value.as_variable())
                && !self.conditions.contains(name)
            {
                self.conditions.push(name.clone());
            }
        }
    }

    fn selections(&mut self, set: &'a SelectionSet) {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    self.conditions(&field.directives);
                    self.path
                        .push(PathItem::Key(field.response_key().to_string()));
                    self.field(&set.ty, field);
                    self.selections(&field.selection_set);
                    self.path.pop();
                }
                Selection::InlineFragment(fragment) => {
                    self.conditions(&fragment.directives);
                    self.selections(&fragment.selection_set);
                }
                Selection::FragmentSpread(spread) => {
                    self.conditions(&spread.directives);
                    let fragment = self.plan.document.fragments.get(&spread.fragment_name);
                    if self.visited.insert(spread.fragment_name.clone())
                        && let Some(fragment) = fragment
                    {
                        self.selections(&fragment.selection_set);
                    }
                }
            }
        }
    }

    fn field(&mut self, parent: &Name, field: &'a Node<Field>) {
        let schema = self.schema;
        let object = schema.object_ids.get(parent);
        // An interface's field is tried with the first type that has it.
        let mut objects = object
            .map_or_else(|| schema.possible(parent), std::slice::from_ref)
            .iter();
        let info = objects.find_map(|id| schema.objects[*id].fields.get(&field.name));
        let Some((info, args)) = info.and_then(|info| Some((info, info.args?))) else {
            return;
        };
        let input = coerce::arguments(
            &self.schema.types,
            &info.definition.arguments,
            &field.arguments,
        );
        self.errors.extend(validate::one_of(
            &self.schema.types,
            &self.plan.lines,
            field,
        ));
        if let Err(error) = self.schema.list_sizes(field, &input, &Variables::default()) {
            self.errors.push(error.at(self.plan.location(field)));
        } else if input.varies() {
            self.uses.push(ArgUse {
                field: field.clone(),
                input,
                args,
            });
        } else if let Err(error) = (args.read)(&input, &Variables::default()) {
            let mut path = self.path.clone();
            path.extend(error.path.into_iter().map(PathItem::Key));
            let mut refused = GraphqlError::new(error.message, "argumentLiteralsIncompatible")
                .at(self.plan.location(field))
                .extension("typeName", "CoercionError");
            refused.path = Some(path);
            self.errors.push(refused);
        }
    }
}
