//! Costs: computed before execution from the plan and its variables, and again from what came back.
//!
//! An object costs 1 (a few types have a weight of their own), a leaf nothing, an interface or union the most
//! that any of its types costs, a list as much as one of its items. A connection of n nodes costs
//! 2 + max(1, ⌊2 ln n⌋) times a node. A root field of a mutation costs 10 with its payload and the objects the
//! payload names; what is read below those is added.

use crate::coerce;
use crate::execute::{Column, Level, Objects, Places};
use crate::input::{Input, Variables};
use crate::plan::{Compiler, Kind, Plan, PlanField, What};
use crate::schema::{Named, ObjectId, Schema};
use crate::value::{Cell, Connection, Obj};
use apollo_compiler::executable::{Field, Selection, SelectionSet};
use apollo_compiler::{Name, Node};
use std::collections::HashSet;

/// What a root field of a mutation costs.
const MUTATION: u64 = 10;

/// Types with a weight of their own.
const WEIGHTS: [(&str, u64); 4] = [
    ("MoneyV2", 0),
    ("MoneyBag", 0),
    ("PageInfo", 0),
    ("Count", 10),
];

/// What a type adds beside its fields.
pub(crate) fn weight(type_name: &str) -> u64 {
    WEIGHTS
        .iter()
        .find(|(name, _)| *name == type_name)
        .map_or(1, |(_, weight)| *weight)
}

/// 2 and then ⌊2 ln n⌋ nodes, at least one; by the lengths at which the next one is reached.
fn nodes_charged(length: u64) -> u64 {
    // The least n with 2 ln n ≥ k, for k = 2, 3, …: ⌈e^(k/2)⌉.
    const REACHED: [u64; 12] = [3, 5, 8, 13, 21, 34, 55, 91, 149, 245, 404, 666];
    1 + REACHED.iter().filter(|least| length >= **least).count() as u64
}

const PAGE: u64 = 2;

/// A cost that may depend on variables.
#[derive(Debug, Clone)]
pub(crate) enum Cost {
    Fixed(u64),
    Sum(Vec<Cost>),
    Most(Vec<Cost>),
    Page {
        first: Size,
        last: Size,
        node: Box<Cost>,
        rest: Box<Cost>,
    },
}

/// How many nodes an argument asks for.
#[derive(Debug, Clone)]
pub(crate) enum Size {
    Known(Option<u64>),
    Variable(String),
}

impl Size {
    fn of(arguments: &Input, name: &str) -> Self {
        let Input::Object(fields) = arguments else {
            return Self::Known(None);
        };
        match fields.iter().find(|(known, _)| known == name) {
            Some((_, Input::Variable(variable, _))) => Self::Variable(variable.clone()),
            Some((_, Input::Int(number))) => Self::Known(u64::try_from(*number).ok()),
            _ => Self::Known(None),
        }
    }

    fn value(&self, variables: &Variables) -> Option<u64> {
        match self {
            Self::Known(size) => *size,
            Self::Variable(name) => match variables.get(name) {
                Some(Input::Int(number)) => u64::try_from(*number).ok(),
                _ => None,
            },
        }
    }
}

impl Cost {
    pub(crate) fn value(&self, variables: &Variables) -> u64 {
        match self {
            Self::Fixed(cost) => *cost,
            Self::Sum(costs) => costs
                .iter()
                .fold(0, |sum, cost| sum.saturating_add(cost.value(variables))),
            Self::Most(costs) => costs
                .iter()
                .map(|cost| cost.value(variables))
                .max()
                .unwrap_or(0),
            Self::Page {
                first,
                last,
                node,
                rest,
            } => {
                let charged = match first.value(variables).or_else(|| last.value(variables)) {
                    None | Some(0) => 0,
                    Some(length) => nodes_charged(length),
                };
                let nodes = node.value(variables).saturating_mul(charged);
                PAGE.saturating_add(nodes)
                    .saturating_add(rest.value(variables))
            }
        }
    }

    /// Folds what does not vary.
    fn sum(costs: Vec<Self>) -> Self {
        let mut fixed = 0_u64;
        let mut varying = Vec::new();
        for cost in costs {
            match cost {
                Self::Fixed(cost) => fixed = fixed.saturating_add(cost),
                Self::Sum(costs) => varying.extend(costs),
                other => varying.push(other),
            }
        }
        if varying.is_empty() {
            return Self::Fixed(fixed);
        }
        if fixed > 0 {
            varying.push(Self::Fixed(fixed));
        }
        Self::Sum(varying)
    }
}

impl<C: 'static, R: Clone + Send + Sync + 'static> Compiler<'_, C, R> {
    /// The operation's cost; on the way, every selection is met, so depth and size are bounded here.
    pub(crate) fn operation_cost(
        &mut self,
        root: ObjectId,
        set: &SelectionSet,
    ) -> Result<Cost, TooLarge> {
        if self.plan.kind == Kind::Query {
            return self.object_cost(root, &[set], 1);
        }
        let mut costs = Vec::new();
        for nodes in self.collected(root, &[set])? {
            let Some(Named::Object(payload)) = self.named(root, nodes[0]) else {
                continue;
            };
            costs.push(Cost::Fixed(MUTATION));
            let below: Vec<&SelectionSet> = nodes.iter().map(|node| &node.selection_set).collect();
            for nodes in self.collected(payload, &below)? {
                let below: Vec<&SelectionSet> =
                    nodes.iter().map(|node| &node.selection_set).collect();
                match self.named(payload, nodes[0]) {
                    Some(Named::Object(object)) if !self.schema.objects[object].connection => {
                        costs.push(self.object_cost(object, &below, 3)?);
                    }
                    Some(Named::Abstract(name)) => {
                        costs.push(self.abstract_cost(&name, &below, 3)?)
                    }
                    _ => costs.push(self.field_cost(payload, &nodes, 3)?),
                }
            }
        }
        Ok(Cost::sum(costs))
    }

    fn named(&self, object: ObjectId, field: &Field) -> Option<Named> {
        Some(
            self.schema.objects[object]
                .fields
                .get(&field.name)?
                .named
                .clone(),
        )
    }

    /// What an object's fields cost together.
    fn object_cost(
        &mut self,
        object: ObjectId,
        below: &[&SelectionSet],
        depth: usize,
    ) -> Result<Cost, TooLarge> {
        if depth > self.schema.limits.depth_max {
            return Err(TooLarge::Depth);
        }
        let mut costs = Vec::new();
        for nodes in self.collected(object, below)? {
            costs.push(self.field_cost(object, &nodes, depth)?);
        }
        Ok(Cost::sum(costs))
    }

    fn field_cost(
        &mut self,
        parent: ObjectId,
        nodes: &[&Node<Field>],
        depth: usize,
    ) -> Result<Cost, TooLarge> {
        let below: Vec<&SelectionSet> = nodes.iter().map(|node| &node.selection_set).collect();
        match self.named(parent, nodes[0]) {
            Some(Named::Object(object)) if self.schema.objects[object].connection => {
                self.page_cost(object, nodes[0], &below, depth + 1)
            }
            Some(Named::Object(object)) => {
                let own = Cost::Fixed(weight(&self.schema.objects[object].name));
                Ok(Cost::sum(vec![
                    own,
                    self.object_cost(object, &below, depth + 1)?,
                ]))
            }
            Some(Named::Abstract(name)) => Ok(Cost::sum(vec![
                Cost::Fixed(1),
                self.abstract_cost(&name, &below, depth + 1)?,
            ])),
            Some(Named::Leaf) | None => Ok(Cost::Fixed(0)),
        }
    }

    fn page_cost(
        &mut self,
        object: ObjectId,
        field: &Field,
        below: &[&SelectionSet],
        depth: usize,
    ) -> Result<Cost, TooLarge> {
        let arguments = coerce::arguments(
            &self.schema.types,
            &field.definition.arguments,
            &field.arguments,
        );
        let (mut node, mut rest) = (Vec::new(), Vec::new());
        for nodes in self.collected(object, below)? {
            match nodes[0].name.as_str() {
                "nodes" => node.push(self.field_cost(object, &nodes, depth)?),
                "edges" => {
                    let below: Vec<&SelectionSet> =
                        nodes.iter().map(|node| &node.selection_set).collect();
                    if let Some(Named::Object(edge)) = self.named(object, nodes[0]) {
                        node.push(self.object_cost(edge, &below, depth + 1)?);
                    }
                }
                _ => rest.push(self.field_cost(object, &nodes, depth)?),
            }
        }
        Ok(Cost::Page {
            first: Size::of(&arguments, "first"),
            last: Size::of(&arguments, "last"),
            node: Box::new(Cost::sum(node)),
            rest: Box::new(Cost::sum(rest)),
        })
    }

    /// The most that any possible type costs. Types that the same fragments apply to cost the same.
    fn abstract_cost(
        &mut self,
        name: &Name,
        below: &[&SelectionSet],
        depth: usize,
    ) -> Result<Cost, TooLarge> {
        let plan = self.plan;
        let mut conditions = Vec::new();
        for set in below {
            type_conditions(plan, &set.selections, &mut conditions, &mut HashSet::new());
        }
        let schema = self.schema;
        let mut seen = HashSet::new();
        let mut costs = Vec::new();
        for &id in schema.possible(name) {
            let object = &schema.objects[id];
            let applying: Vec<bool> = conditions
                .iter()
                .map(|condition| self.applies(&object.name, condition))
                .collect();
            if seen.insert(applying) {
                costs.push(self.object_cost(id, below, depth)?);
            }
        }
        Ok(match costs.len() {
            0 => Cost::Fixed(0),
            1 => costs.swap_remove(0),
            _ if costs.iter().all(|cost| matches!(cost, Cost::Fixed(_))) => Cost::Fixed(
                costs
                    .iter()
                    .map(|cost| cost.value(&Variables::default()))
                    .max()
                    .unwrap_or(0),
            ),
            _ => Cost::Most(costs),
        })
    }
}

/// The type conditions of a selection's fragments, one within another.
fn type_conditions<'s>(
    plan: &'s Plan,
    selections: &'s [Selection],
    conditions: &mut Vec<&'s Name>,
    visited: &mut HashSet<&'s Name>,
) {
    for selection in selections {
        match selection {
            Selection::Field(_) => {}
            Selection::InlineFragment(fragment) => {
                conditions.extend(&fragment.type_condition);
                type_conditions(
                    plan,
                    &fragment.selection_set.selections,
                    conditions,
                    visited,
                );
            }
            Selection::FragmentSpread(spread) => {
                let fragment = plan.document.fragments.get(&spread.fragment_name);
                if let Some(fragment) = fragment
                    && visited.insert(&spread.fragment_name)
                {
                    conditions.push(fragment.type_condition());
                    type_conditions(
                        plan,
                        &fragment.selection_set.selections,
                        conditions,
                        visited,
                    );
                }
            }
        }
    }
}

/// Which bound an operation breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TooLarge {
    Depth,
    Fields,
}

/// What the objects of a level cost, row by row.
pub(crate) enum RowCosts {
    Each(u64),
    Rows(Vec<u64>),
}

impl RowCosts {
    pub(crate) fn row(&self, row: usize) -> u64 {
        match self {
            Self::Each(cost) => *cost,
            Self::Rows(costs) => costs[row],
        }
    }
}

impl<C: 'static, R: Clone + Send + Sync + 'static> Schema<C, R> {
    /// What the rows of a level cost, from what is below them. Objects themselves are counted by their parents.
    pub(crate) fn row_costs(
        &self,
        fields: &[PlanField],
        columns: &[Column],
        items: &[Obj],
        levels: &[Level],
    ) -> RowCosts {
        let mut each = 0;
        let mut rows: Vec<u64> = Vec::new();
        let mut node: Vec<u64> = Vec::new();
        let paged = items.first().is_some_and(|item| item.is::<Connection>());
        if paged {
            rows.resize(items.len(), 0);
            node.resize(items.len(), 0);
        }
        for (field, column) in fields.iter().zip(columns) {
            let Column::Objects(objects) = column else {
                continue;
            };
            let What::Objects { below, .. } = &field.what else {
                continue;
            };
            let own = self.below_weight(below);
            if let Some(same) = uniform(objects, levels) {
                each += own + same;
                continue;
            }
            rows.resize(items.len(), 0);
            let target = match field.name.as_str() {
                "nodes" | "edges" if paged => &mut node,
                _ => &mut rows,
            };
            let own = if paged && field.name == "edges" {
                0
            } else {
                own
            };
            for (row, cell) in objects.cells.iter().enumerate() {
                target[row] += own + cell_cost(objects, *cell, levels);
            }
        }
        for (row, cost) in node.iter().enumerate() {
            let length = items[row]
                .downcast_ref::<Connection>()
                .map_or(0, |connection| connection.len() as u64);
            rows[row] += PAGE + cost * nodes_charged(length);
        }
        if rows.is_empty() {
            return RowCosts::Each(each);
        }
        rows.iter_mut().for_each(|row| *row += each);
        RowCosts::Rows(rows)
    }

    fn below_weight(&self, below: &crate::plan::Below) -> u64 {
        match below {
            crate::plan::Below::Object(set) if self.objects[set.object].connection => 0,
            crate::plan::Below::Object(set) => weight(&self.objects[set.object].name),
            crate::plan::Below::Abstract { .. } => 1,
        }
    }
}

/// What every row's value costs, when they all are objects of one level that cost the same.
fn uniform(objects: &Objects, levels: &[Level]) -> Option<u64> {
    let Places::One(level) = &objects.places else {
        return None;
    };
    let RowCosts::Each(cost) = levels[*level].costs else {
        return None;
    };
    objects
        .cells
        .iter()
        .all(|cell| matches!(cell, Cell::Item(_)))
        .then_some(cost)
}

fn item_cost(objects: &Objects, item: u32, levels: &[Level]) -> u64 {
    match &objects.places {
        Places::One(level) => levels[*level].costs.row(item as usize),
        Places::Many(places) => match places[item as usize] {
            Ok((level, row)) => levels[level as usize].costs.row(row as usize),
            Err(_) => 0,
        },
    }
}

fn cell_cost(objects: &Objects, cell: Cell, levels: &[Level]) -> u64 {
    match cell {
        Cell::Null | Cell::Error(_) => 0,
        Cell::Item(item) => item_cost(objects, item, levels),
        Cell::List { start, len } => objects.elements[start as usize..(start + len) as usize]
            .iter()
            .map(|element| match element {
                Cell::Item(item) => item_cost(objects, *item, levels),
                _ => 0,
            })
            .max()
            .unwrap_or(0),
    }
}

/// What a mutation's root field came to: its 10, and what stands below the objects its payload names.
pub(crate) fn step_cost(objects: &Objects, levels: &[Level]) -> u64 {
    let payload = match (objects.cells.first(), &objects.places) {
        (Some(Cell::Item(_)), Places::One(level)) => &levels[*level],
        _ => return MUTATION,
    };
    let below = payload.columns.iter().filter_map(|column| match column {
        Column::Objects(objects) => objects
            .cells
            .first()
            .map(|cell| cell_cost(objects, *cell, levels)),
        _ => None,
    });
    MUTATION + below.sum::<u64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_plain_nodes_costs_what_the_recordings_say() {
        let page = |first: Option<u64>| {
            let cost = Cost::Page {
                first: Size::Known(first),
                last: Size::Known(None),
                node: Box::new(Cost::Fixed(1)),
                rest: Box::new(Cost::Fixed(0)),
            };
            cost.value(&Variables::default())
        };
        for (first, cost) in [
            (0, 2),
            (1, 3),
            (3, 4),
            (5, 5),
            (10, 6),
            (20, 7),
            (50, 9),
            (100, 11),
            (250, 13),
        ] {
            assert_eq!(page(Some(first)), cost, "first: {first}");
        }
        assert_eq!(page(None), 2);
    }
}
