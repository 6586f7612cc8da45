//! Random operations on any schema.

use super::world::{is_leaf, possible};
use crate::generate::{Luck, Operation, key};
use apollo_compiler::Node;
use apollo_compiler::Schema as Types;
use apollo_compiler::ast::{FieldDefinition, InputValueDefinition, OperationType, Type};
use apollo_compiler::schema::ExtendedType;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

/// Fields of an operation, fragments counted once.
const FIELDS_MAX: usize = 90;
/// Fields within fields.
const DEPTH_MAX: usize = 5;
/// Inputs within inputs.
const INPUT_DEPTH_MAX: usize = 3;

/// How an operation is made invalid.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fault {
    UnknownField,
    LeafWithSelections,
    ObjectWithout,
    UnknownArgument,
    MissingArgument,
    WrongLiteral,
    WrongVariable,
    UndeclaredVariable,
    UnknownFragment,
    StrangeFragment,
    Conflict,
}

const FAULTS: [Fault; 11] = [
    Fault::UnknownField,
    Fault::LeafWithSelections,
    Fault::ObjectWithout,
    Fault::UnknownArgument,
    Fault::MissingArgument,
    Fault::WrongLiteral,
    Fault::WrongVariable,
    Fault::UndeclaredVariable,
    Fault::UnknownFragment,
    Fault::StrangeFragment,
    Fault::Conflict,
];

struct Generator<'a> {
    types: &'a Types,
    luck: Luck,
    /// Declared variables: the type as written, and what is given.
    variables: BTreeMap<String, (String, Option<Value>)>,
    fragments: Vec<(String, String, String)>,
    /// The type of each response key that is a field's own name: another type takes an alias.
    names: HashMap<String, String>,
    fields: usize,
    /// What goes wrong, at the first chance from this many fields on.
    fault: Option<(Fault, usize)>,
}

/// A valid operation that follows from `seed`.
pub(crate) fn operation(types: &Types, seed: u64) -> Operation {
    generated(types, seed, None)
}

/// An operation with one fault in what it names or gives.
pub(crate) fn faulty(types: &Types, seed: u64) -> Operation {
    let mut luck = Luck::new(seed ^ 0xFA17);
    let fault = (luck.pick(&FAULTS), luck.below(8));
    generated(types, seed, Some(fault))
}

fn generated(types: &Types, seed: u64, fault: Option<(Fault, usize)>) -> Operation {
    let mut generator = Generator {
        types,
        luck: Luck::new(seed),
        variables: BTreeMap::new(),
        fragments: Vec::new(),
        names: HashMap::new(),
        fields: 0,
        fault,
    };
    for _ in 0..8 {
        generator.luck.below(2);
    }
    let mutation = generator.luck.one_in(4);
    let (word, kind) = if mutation {
        ("mutation", OperationType::Mutation)
    } else {
        ("query", OperationType::Query)
    };
    let root = types.root_operation(kind).unwrap().to_string();
    let body = generator.selection(&root, DEPTH_MAX);
    let context = generator.operation_directive();
    let mut text = format!("{word} Q");
    if !generator.variables.is_empty() {
        let declared = generator.variables.iter();
        let declared: Vec<String> = declared
            .map(|(name, (ty, _))| format!("${name}: {ty}"))
            .collect();
        write!(text, "({})", declared.join(", ")).unwrap();
    }
    writeln!(text, "{context} {body}").unwrap();
    for (name, ty, body) in generator.fragments {
        writeln!(text, "fragment {name} on {ty} {body}").unwrap();
    }
    let given = generator.variables.into_iter();
    let variables = given
        .filter_map(|(name, (_, value))| Some((name, value?)))
        .collect();
    Operation { text, variables }
}

impl<'a> Generator<'a> {
    fn fails(&mut self, fault: Fault) -> bool {
        let due =
            matches!(self.fault, Some((wanted, from)) if wanted == fault && self.fields >= from);
        if due {
            self.fault = None;
        }
        due
    }

    /// The directive that the schema allows on operations, when it has one.
    fn operation_directive(&mut self) -> String {
        let Some(directive) = self.types.directive_definitions.get("inContext") else {
            return String::new();
        };
        if !self.luck.one_in(3) {
            return String::new();
        }
        let arguments = self.arguments(&directive.arguments);
        format!(" @inContext{arguments}")
    }

    fn field_directives(&mut self, root: bool) -> String {
        let mut text = self.condition();
        let keyed = self.types.directive_definitions.contains_key("idempotent");
        if root && keyed && self.luck.one_in(4) {
            text.push_str(" @idempotent(key: \"k\")");
        }
        text
    }

    fn condition(&mut self) -> String {
        if !self.luck.one_in(8) {
            return String::new();
        }
        let name = self.luck.pick(&["skip", "include"]);
        match self.luck.below(4) {
            0 => format!(" @{name}(if: {})", self.luck.pick(&["true", "false"])),
            1 => {
                let ty = self.luck.pick(&["Boolean! = true", "Boolean! = false"]);
                format!(" @{name}(if: ${})", self.variable(ty, None))
            }
            _ => {
                let value = Value::from(self.luck.one_in(2));
                format!(" @{name}(if: ${})", self.variable("Boolean!", Some(value)))
            }
        }
    }

    fn variable(&mut self, ty: &str, value: Option<Value>) -> String {
        let name = format!("v{}", self.variables.len());
        self.variables.insert(name.clone(), (ty.to_owned(), value));
        name
    }

    fn selection(&mut self, ty: &str, depth: usize) -> String {
        let fields = self.fields_of(ty);
        let mut parts = Vec::new();
        for _ in 0..1 + self.luck.below(5) {
            let composite = depth > 0 && self.fields < FIELDS_MAX;
            let part = match self.luck.below(12) {
                0 => "__typename".to_owned(),
                1 if composite => self.inline(ty, depth - 1),
                2 if composite => self.spread(ty, depth - 1),
                _ => self
                    .some_field(ty, &fields, composite, depth)
                    .unwrap_or_else(|| "__typename".to_owned()),
            };
            parts.push(part);
        }
        if self.fails(Fault::UnknownField) {
            parts.push("noSuchField".to_owned());
        }
        if self.fails(Fault::UnknownFragment) {
            parts.push("...NoSuchFragment".to_owned());
        }
        if self.fails(Fault::Conflict) {
            parts.push("__typename same: __typename".to_owned());
            if let Some(leaf) = fields.iter().find(|field| field.name != "__typename") {
                parts.push(format!("same: {}", self.field(leaf, depth, false)));
            }
        }
        format!("{{ {} }}", parts.join(" "))
    }

    fn fields_of(&self, ty: &str) -> Vec<&'a Node<FieldDefinition>> {
        match self.types.types.get(ty) {
            Some(ExtendedType::Object(object)) => {
                object.fields.values().map(|field| &field.node).collect()
            }
            Some(ExtendedType::Interface(interface)) => {
                interface.fields.values().map(|field| &field.node).collect()
            }
            _ => Vec::new(),
        }
    }

    fn some_field(
        &mut self,
        ty: &str,
        fields: &[&'a Node<FieldDefinition>],
        composite: bool,
        depth: usize,
    ) -> Option<String> {
        let leaf = |field: &&Node<FieldDefinition>| is_leaf(self.types, &field.ty);
        let (leaves, objects): (Vec<_>, Vec<_>) = fields.iter().copied().partition(leaf);
        let chosen = match composite && !objects.is_empty() {
            true if leaves.is_empty() || self.luck.one_in(2) => {
                objects[self.luck.below(objects.len())]
            }
            _ if leaves.is_empty() => return None,
            _ => leaves[self.luck.below(leaves.len())],
        };
        let root = self.types.root_operation(OperationType::Mutation);
        Some(self.field(chosen, depth, root.is_some_and(|root| root == ty)))
    }

    fn field(&mut self, field: &FieldDefinition, depth: usize, mutation: bool) -> String {
        self.fields += 1;
        let arguments = self.arguments(&field.arguments);
        let directives = self.field_directives(mutation);
        let ty = field.ty.to_string();
        let free = self
            .names
            .get(field.name.as_str())
            .is_none_or(|known| *known == ty);
        let alias = if arguments.is_empty() && free && !self.luck.one_in(4) {
            self.names.insert(field.name.to_string(), ty);
            String::new()
        } else {
            let told = format!("{arguments}{ty}");
            format!("{}: ", key(&field.name, &told))
        };
        let leaf = is_leaf(self.types, &field.ty);
        let below = match leaf {
            true if self.fails(Fault::LeafWithSelections) => " { id }".to_owned(),
            true => String::new(),
            false if self.fails(Fault::ObjectWithout) => String::new(),
            false => {
                let named = field.ty.inner_named_type().as_str();
                format!(" {}", self.selection(named, depth.saturating_sub(1)))
            }
        };
        format!("{alias}{}{arguments}{directives}{below}", field.name)
    }

    /// A type whose objects may be of the type `ty`, too.
    fn overlapping(&mut self, ty: &str) -> String {
        let own = possible(self.types, ty);
        if self.fails(Fault::StrangeFragment) {
            let objects = self.types.types.iter().filter(|(_, ty)| ty.is_object());
            let strange = objects
                .map(|(name, _)| name.as_str())
                .find(|name| !own.contains(name) && !name.starts_with("__"));
            return strange.unwrap_or("Strange").to_owned();
        }
        let object = own[self.luck.below(own.len())];
        let fits = self.types.types.iter().filter(|(name, definition)| {
            (definition.is_interface() || definition.is_union())
                && self.types.is_subtype(name, object)
        });
        let mut fits: Vec<&str> = fits.map(|(name, _)| name.as_str()).collect();
        fits.sort_unstable();
        fits.extend([object, object]);
        fits[self.luck.below(fits.len())].to_owned()
    }

    fn inline(&mut self, ty: &str, depth: usize) -> String {
        if self.luck.one_in(5) {
            let directive = self.condition();
            return format!("...{directive} {}", self.selection(ty, depth));
        }
        let condition = self.overlapping(ty);
        let directive = self.condition();
        let selection = self.selection(&condition, depth);
        format!("... on {condition}{directive} {selection}")
    }

    fn spread(&mut self, ty: &str, depth: usize) -> String {
        let directive = self.condition();
        let own = possible(self.types, ty);
        let fits = |other: &str| {
            possible(self.types, other)
                .iter()
                .any(|one| own.contains(one))
        };
        let known = self.fragments.iter().find(|(_, other, _)| fits(other));
        let known = known.map(|(name, ..)| name.clone());
        if let Some(name) = known.filter(|_| self.luck.one_in(2)) {
            return format!("...{name}{directive}");
        }
        let condition = self.overlapping(ty);
        let body = self.selection(&condition, depth);
        let name = format!("F{}", self.fragments.len());
        self.fragments.push((name.clone(), condition, body));
        format!("...{name}{directive}")
    }

    fn arguments(&mut self, definitions: &[Node<InputValueDefinition>]) -> String {
        let mut given = Vec::new();
        for definition in definitions {
            if definition.is_required() && self.fails(Fault::MissingArgument) {
                continue;
            }
            if definition.is_required() || self.luck.one_in(4) {
                let value = self.input(definition, 0);
                given.push(format!("{}: {value}", definition.name));
            }
        }
        if self.fails(Fault::UnknownArgument) {
            given.push("noSuchArgument: 1".to_owned());
        }
        if given.is_empty() {
            return String::new();
        }
        format!("({})", given.join(", "))
    }

    fn input(&mut self, definition: &InputValueDefinition, depth: usize) -> String {
        let ty = &definition.ty;
        if self.fails(Fault::UndeclaredVariable) {
            return "$noSuchVariable".to_owned();
        }
        if self.fails(Fault::WrongLiteral) {
            return "{ noSuchField: 1 }".to_owned();
        }
        if self.fails(Fault::WrongVariable) {
            let value = Some(json!({ "noSuchField": 1 }));
            return format!("${}", self.variable(&ty.to_string(), value));
        }
        if !self.luck.one_in(3) {
            return self.literal(ty, depth);
        }
        let name = match self.luck.below(4) {
            // An absent variable leaves the argument out, or its default in.
            0 if !ty.is_non_null() => self.variable(&ty.to_string(), None),
            1 if !ty.is_non_null() => self.variable(&ty.to_string(), Some(Value::Null)),
            2 if definition.default_value.is_some() => {
                let nullable = ty.to_string().trim_end_matches('!').to_owned();
                let value = self.value(ty, depth);
                self.variable(&nullable, Some(value).filter(|value| !value.is_null()))
            }
            _ => {
                let value = self.value(ty, depth);
                let strict = self.luck.one_in(4) && !ty.is_non_null() && !value.is_null();
                let mark = if strict { "!" } else { "" };
                self.variable(&format!("{ty}{mark}"), Some(value))
            }
        };
        format!("${name}")
    }

    /// A literal of a type.
    fn literal(&mut self, ty: &Type, depth: usize) -> String {
        if !ty.is_non_null() && self.luck.one_in(8) {
            return "null".to_owned();
        }
        if ty.is_list() {
            let item = ty.item_type();
            if self.luck.one_in(5) && !item.is_list() {
                // One value stands for a list of one; null would stand for no list.
                return self.literal(&item.clone().non_null(), depth);
            }
            let items = (0..self.luck.below(4)).map(|_| self.literal(item, depth));
            return format!("[{}]", items.collect::<Vec<_>>().join(", "));
        }
        let name = ty.inner_named_type().as_str();
        let choice = match name {
            "Int" => self.luck.pick(&["7", "0", "-3", "100"]),
            "Float" => self.luck.pick(&["2", "2.25", "-0.5"]),
            "Boolean" => self.luck.pick(&["true", "false"]),
            "String" => self
                .luck
                .pick(&["\"a\\u00e9\\n\"", "\"\"\"b\n  c\"\"\"", "\"\""]),
            "ID" => self.luck.pick(&["5", "\"gid://shopify/Product/1\""]),
            _ => return self.own_literal(name, depth),
        };
        choice.to_owned()
    }

    fn own_literal(&mut self, name: &str, depth: usize) -> String {
        match &self.types.types[name] {
            ExtendedType::Enum(known) => {
                let place = self.luck.below(known.values.len());
                known.values.get_index(place).unwrap().0.to_string()
            }
            ExtendedType::InputObject(input) => {
                let fields = self.chosen(&input.directives, input.fields.values().map(|f| &f.node));
                let one_of = input.directives.has("oneOf");
                let fields = fields.into_iter().map(|field| {
                    let value = if one_of {
                        self.literal(&(*field.ty).clone().non_null(), depth + 1)
                    } else if depth < INPUT_DEPTH_MAX {
                        self.input(field, depth + 1)
                    } else {
                        self.literal(&field.ty, depth + 1)
                    };
                    format!("{}: {value}", field.name)
                });
                format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
            }
            _ => {
                let choices = ["\"s\"", "\"2026-10-01T00:00:00Z\"", "12"];
                self.luck.pick(&choices).to_owned()
            }
        }
    }

    /// What is given of an input's fields: one of a `oneOf`, else what is required and some more.
    fn chosen<'f>(
        &mut self,
        directives: &apollo_compiler::schema::DirectiveList,
        fields: impl Iterator<Item = &'f Node<InputValueDefinition>>,
    ) -> Vec<&'f InputValueDefinition> {
        let fields: Vec<&InputValueDefinition> = fields.map(|field| &**field).collect();
        if directives.has("oneOf") {
            return vec![fields[self.luck.below(fields.len())]];
        }
        let few = fields.len().div_ceil(3);
        let wanted =
            |field: &&InputValueDefinition| field.is_required() || self.luck.one_in(few.max(2));
        fields.into_iter().filter(wanted).collect()
    }

    /// A value of a type, as a variable holds it.
    fn value(&mut self, ty: &Type, depth: usize) -> Value {
        if !ty.is_non_null() && self.luck.one_in(8) {
            return Value::Null;
        }
        if ty.is_list() {
            let item = ty.item_type();
            if self.luck.one_in(5) && !item.is_list() {
                return self.value(&item.clone().non_null(), depth);
            }
            return (0..self.luck.below(4))
                .map(|_| self.value(item, depth))
                .collect();
        }
        let name = ty.inner_named_type().as_str();
        match name {
            "Int" => json!(self.luck.pick(&[1, 0, 2_147_483_647, -7])),
            "Float" => self.luck.pick(&[0.25, -1.5]).into(),
            "Boolean" => json!(self.luck.one_in(2)),
            "String" => json!(self.luck.pick(&["x\"y", "é", ""])),
            "ID" => self.luck.pick(&["gid://shopify/Order/2", "12"]).into(),
            _ => self.own_value(name, depth),
        }
    }

    fn own_value(&mut self, name: &str, depth: usize) -> Value {
        match &self.types.types[name] {
            ExtendedType::Enum(known) => {
                let place = self.luck.below(known.values.len());
                json!(known.values.get_index(place).unwrap().0.as_str())
            }
            ExtendedType::InputObject(input) => {
                let fields = self.chosen(&input.directives, input.fields.values().map(|f| &f.node));
                let one_of = input.directives.has("oneOf");
                let mut given = Map::new();
                for field in fields {
                    let present = one_of || depth >= INPUT_DEPTH_MAX;
                    let ty: &Type = &field.ty;
                    let value = match present && !ty.is_non_null() {
                        true => self.value(&ty.clone().non_null(), depth + 1),
                        false => self.value(ty, depth + 1),
                    };
                    given.insert(field.name.to_string(), value);
                }
                Value::Object(given)
            }
            _ => self.luck.pick(&["s", "2026-10-01"]).into(),
        }
    }
}
