//! Finding a query's connections, and writing down what is selected of each.

use super::{CONNECTIONS_MAX, ExportConnection, ExportRefusal, NESTING_MAX, PAGE_SIZES};
use crate::plan::Plan;
use crate::schema::Schema;
use apollo_compiler::Node;
use apollo_compiler::executable::{Field, Selection, SelectionSet};

/// Fields of a query, fragments expanded.
const FIELDS_MAX: usize = 5_000;
/// The arguments of a window, which an export sets by itself.
const WINDOW: [&str; 4] = ["first", "last", "after", "before"];

struct Walk<'a, C, R> {
    schema: &'a Schema<C, R>,
    plan: &'a Plan,
    connections: Vec<ExportConnection>,
    refusals: Vec<ExportRefusal>,
    fields: usize,
}

/// Where the walk is: below which connection's node, and how far from it.
#[derive(Clone, Default)]
struct Place {
    parent: Option<usize>,
    depth: usize,
    keys: Vec<String>,
    way: Vec<String>,
    in_list: bool,
}

/// The connections of a query, each after the one that it hangs on.
pub(super) fn connections<C: 'static, R: Clone + Send + Sync + 'static>(
    schema: &Schema<C, R>,
    plan: &Plan,
) -> Result<Vec<ExportConnection>, Vec<ExportRefusal>> {
    let mut walk = Walk {
        schema,
        plan,
        connections: Vec::new(),
        refusals: Vec::new(),
        fields: 0,
    };
    for field in plan.operation.root_fields(&plan.document) {
        if matches!(field.name.as_str(), "node" | "nodes") {
            let name = field.name.to_string();
            walk.refusals.push(ExportRefusal::Node(name));
        }
    }
    walk.selected(&plan.operation.selection_set, &Place::default());
    if walk.fields > FIELDS_MAX {
        walk.refusals.push(ExportRefusal::TooLarge);
    }
    if walk.connections.len() > CONNECTIONS_MAX {
        walk.refusals.push(ExportRefusal::TooManyConnections);
    }
    if walk.connections.is_empty() && walk.refusals.is_empty() {
        walk.refusals.push(ExportRefusal::NoConnection);
    }
    walk.refusals.dedup();
    if walk.refusals.is_empty() {
        Ok(walk.connections)
    } else {
        Err(walk.refusals)
    }
}

impl<'a, C: 'static, R: Clone + Send + Sync + 'static> Walk<'a, C, R> {
    /// The text of what is selected, with fragments in their places.
    fn selected(&mut self, set: &'a SelectionSet, place: &Place) -> String {
        let mut text = String::new();
        for selection in &set.selections {
            self.fields += 1;
            if self.fields > FIELDS_MAX {
                break;
            }
            match selection {
                Selection::Field(field) => text += &self.field(field, place),
                Selection::InlineFragment(fragment) => {
                    let condition = match &fragment.type_condition {
                        Some(condition) => format!("... on {condition}"),
                        None => "...".to_owned(),
                    };
                    let directives = fragment.directives.serialize().no_indent().to_string();
                    let head = format!("{condition} {directives}");
                    text += &self.block(head, &fragment.selection_set, place);
                }
                Selection::FragmentSpread(spread) => {
                    let plan = self.plan;
                    let Some(fragment) = plan.document.fragments.get(&spread.fragment_name) else {
                        continue;
                    };
                    let directives = spread.directives.serialize().no_indent().to_string();
                    let head = format!("... on {} {directives}", fragment.selection_set.ty);
                    text += &self.block(head, &fragment.selection_set, place);
                }
            }
        }
        text
    }

    /// A fragment's selections behind its condition.
    fn block(&mut self, head: String, set: &'a SelectionSet, place: &Place) -> String {
        let mut inside = place.clone();
        inside.way.push(head.clone());
        let selected = self.selected(set, &inside);
        if selected.is_empty() {
            return String::new();
        }
        format!("{head} {{ {selected}}} ")
    }

    fn field(&mut self, field: &'a Node<Field>, place: &Place) -> String {
        if self.is_connection(field) {
            return self.connection(field, place);
        }
        let arguments: Vec<String> = field.arguments.iter().map(argument).collect();
        let head = headed(field, &arguments);
        if field.selection_set.selections.is_empty() {
            return format!("{head} ");
        }
        let mut below = place.clone();
        below.keys.push(field.response_key().to_string());
        below.way.push(head.clone());
        below.in_list |= field.definition.ty.is_list();
        let selected = self.selected(&field.selection_set, &below);
        if selected.is_empty() {
            return String::new();
        }
        format!("{head} {{ {selected}}} ")
    }

    fn is_connection(&self, field: &Field) -> bool {
        let named = field.definition.ty.inner_named_type();
        let object = self.schema.object_ids.get(named);
        object.is_some_and(|object| self.schema.objects[*object].connection)
    }

    /// Notes a connection, and writes a page of it as it stands among its parent's fields.
    fn connection(&mut self, field: &'a Node<Field>, place: &Place) -> String {
        let name = field.name.to_string();
        let mut keys = place.keys.clone();
        keys.push(field.response_key().to_string());
        let same = |other: &ExportConnection| other.parent == place.parent && other.keys == keys;
        if self.connections.iter().any(same) {
            self.refusals.push(ExportRefusal::Twice(name.clone()));
        }
        if place.in_list {
            self.refusals.push(ExportRefusal::WithinList(name.clone()));
        }
        if place.depth > NESTING_MAX {
            self.refusals.push(ExportRefusal::NestedTooDeep);
            return String::new();
        }
        if self.connections.len() > CONNECTIONS_MAX {
            return String::new();
        }
        let own = self.connections.len();
        let kept = |argument: &&Node<apollo_compiler::ast::Argument>| {
            !WINDOW.contains(&argument.name.as_str())
        };
        self.connections.push(ExportConnection {
            parent: place.parent,
            keys,
            way: place.way.clone(),
            head: aliased(field),
            arguments: field.arguments.iter().filter(kept).map(argument).collect(),
            directives: field.directives.serialize().no_indent().to_string(),
            ..ExportConnection::default()
        });
        if let Some(parent) = place.parent {
            self.connections[parent].children.push(own);
        }
        let body = self.nodes(field, own, place.depth);
        let children = self.connections[own].children.clone();
        let height = |child: &usize| self.connections[*child].height + 1;
        let height = children.iter().map(height).max().unwrap_or(0);
        self.connections[own].body = body;
        self.connections[own].height = height;
        let size = PAGE_SIZES[if height == 0 { 1 } else { NESTING_MAX }];
        self.connections[own].page(&format!("first: {size}"))
    }

    /// What is selected of a connection's nodes.
    fn nodes(&mut self, field: &'a Node<Field>, own: usize, depth: usize) -> String {
        let place = Place {
            parent: Some(own),
            depth: depth + 1,
            ..Place::default()
        };
        let mut body = String::new();
        let mut tells_id = false;
        let mut by_edges = true;
        for edges in self.flat(&field.selection_set) {
            by_edges &= edges.name != "nodes";
            if edges.name != "edges" {
                continue;
            }
            by_edges &= edges.alias.is_none();
            for node in self.flat(&edges.selection_set) {
                if node.name == "node" {
                    by_edges &= node.alias.is_none();
                    tells_id |= self
                        .flat(&node.selection_set)
                        .iter()
                        .any(|field| field.response_key() == "id" && field.name == "id");
                    body += &self.selected(&node.selection_set, &place);
                }
            }
        }
        if !by_edges || body.is_empty() {
            let name = field.name.to_string();
            self.refusals.push(ExportRefusal::NotByEdges(name));
        } else if !tells_id && !self.connections[own].children.is_empty() {
            let name = field.name.to_string();
            self.refusals.push(ExportRefusal::NoParentId(name));
        }
        body
    }

    /// The fields of a selection, fragments expanded.
    fn flat(&self, set: &'a SelectionSet) -> Vec<&'a Node<Field>> {
        let mut fields = Vec::new();
        let mut left: Vec<&'a Selection> = set.selections.iter().rev().collect();
        while let Some(selection) = left.pop() {
            match selection {
                Selection::Field(field) => fields.push(field),
                Selection::InlineFragment(fragment) => {
                    left.extend(fragment.selection_set.selections.iter().rev());
                }
                Selection::FragmentSpread(spread) => {
                    let found = self.plan.document.fragments.get(&spread.fragment_name);
                    let inside = found.map(|fragment| &fragment.selection_set.selections);
                    left.extend(inside.into_iter().flatten().rev());
                }
            }
            if fields.len() + left.len() > FIELDS_MAX {
                break;
            }
        }
        fields
    }
}

impl ExportConnection {
    /// A page of it with everything that is selected.
    pub(super) fn page(&self, window: &str) -> String {
        let body = &self.body;
        self.windowed(
            window,
            &format!(
                "exportEdges: edges {{ cursor }} exportPage: pageInfo {{ hasNextPage }} \
                 edges {{ node {{ {body}}} }} "
            ),
        )
    }

    /// It with a window of its own and other selections.
    pub(super) fn windowed(&self, window: &str, selected: &str) -> String {
        let mut arguments = self.arguments.join(", ");
        if !arguments.is_empty() {
            arguments += ", ";
        }
        let (head, directives) = (&self.head, &self.directives);
        format!("{head}({arguments}{window}) {directives} {{ {selected}}} ")
    }
}

fn argument(argument: &Node<apollo_compiler::ast::Argument>) -> String {
    format!(
        "{}: {}",
        argument.name,
        argument.value.serialize().no_indent()
    )
}

fn aliased(field: &Field) -> String {
    match &field.alias {
        Some(alias) => format!("{alias}: {}", field.name),
        None => field.name.to_string(),
    }
}

/// A field's alias, name, arguments and directives.
fn headed(field: &Field, arguments: &[String]) -> String {
    let mut head = aliased(field);
    if !arguments.is_empty() {
        head += &format!("({})", arguments.join(", "));
    }
    let directives = field.directives.serialize().no_indent().to_string();
    if !directives.is_empty() {
        head += &format!(" {directives}");
    }
    head
}
