//! Which arguments, input fields and input enum values the resolvers know, and whether they fit the schema.

use crate::probe::{Asked, Step};
use crate::published::Published;
use crate::resolver::Args;
use apollo_compiler::Node;
use apollo_compiler::ast::{InputValueDefinition, Type};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// The arguments of `PageArgs`, which a published connection may have only some of.
const PAGING: [&str; 5] = ["first", "last", "after", "before", "reverse"];

/// How deep nested inputs are followed.
const DEPTH_MAX: usize = 24;

/// What is known of the schema's inputs.
#[derive(Default)]
pub(crate) struct Inputs {
    /// Per `Type.field`: the arguments its resolver knows.
    pub(crate) arguments: BTreeMap<(String, String), BTreeSet<String>>,
    /// Per input object: the fields that every Rust type reading it knows.
    pub(crate) fields: BTreeMap<String, BTreeSet<String>>,
    /// Per enum: the values that every Rust enum reading it knows; `None` when it is read as text.
    pub(crate) enums: BTreeMap<String, Option<BTreeSet<String>>>,
    pub(crate) scalars: BTreeSet<String>,
    pub(crate) problems: Vec<String>,
}

struct Walk<'a> {
    args: &'a Args,
    published: &'a Published,
    place: String,
    seen: HashSet<(String, Vec<&'static str>)>,
}

impl Inputs {
    /// Compares a resolver's argument struct with the field's published arguments.
    pub(crate) fn field(
        &mut self,
        published: &Published,
        parent: &str,
        field: &str,
        definitions: &[Node<InputValueDefinition>],
        args: Option<&Args>,
    ) {
        let mut known = BTreeMap::new();
        if let Some(args) = args {
            let mut walk = Walk {
                args,
                published,
                place: format!("{parent}.{field}"),
                seen: HashSet::new(),
            };
            self.arguments_of(&mut walk, &[], &mut known);
            for (name, path) in &known {
                match definitions
                    .iter()
                    .find(|definition| definition.name == *name)
                {
                    Some(definition) => self.value(
                        &mut walk,
                        definition,
                        path,
                        definition.default_value.is_some(),
                    ),
                    // Not every connection takes the whole of `PageArgs`.
                    None if PAGING.contains(name) => {}
                    None => self.problems.push(format!(
                        "{}: {} knows `{name}`, which is no argument",
                        walk.place, args.name
                    )),
                }
            }
            if let Some(missing) = (args.first_missing)()
                && let Some(definition) = definitions
                    .iter()
                    .find(|definition| definition.name == missing)
                && !definition.is_required()
                && definition.default_value.is_none()
            {
                self.problems.push(format!(
                    "{parent}.{field}({missing}:) may be absent, but {} demands it: use Option",
                    args.name
                ));
            }
        }
        for definition in definitions {
            if definition.is_required() && !known.contains_key(definition.name.as_str()) {
                self.problems.push(format!(
                    "{parent}.{field}({}:) is required, but its resolver does not take it",
                    definition.name
                ));
            }
        }
        let names = known.into_keys().map(str::to_owned).collect();
        self.arguments
            .insert((parent.to_owned(), field.to_owned()), names);
    }

    fn arguments_of(
        &mut self,
        walk: &mut Walk<'_>,
        path: &[Step],
        known: &mut BTreeMap<&'static str, Vec<Step>>,
    ) {
        match (walk.args.probe)(path).asked {
            Asked::Struct(fields) => {
                for field in fields {
                    known.insert(field, [path, &[Step::Field(field)]].concat());
                }
            }
            Asked::Parts(parts) => {
                for part in 0..parts {
                    self.arguments_of(walk, &[path, &[Step::Part(part)]].concat(), known);
                }
            }
            Asked::Map => self.problems.push(format!(
                "{}: {} is an open map (#[serde(flatten)]?): take a tuple of argument structs",
                walk.place, walk.args.name
            )),
            other => self.problems.push(format!(
                "{}: {} is no argument struct ({other:?})",
                walk.place, walk.args.name
            )),
        }
    }

    fn value(
        &mut self,
        walk: &mut Walk<'_>,
        definition: &InputValueDefinition,
        path: &[Step],
        has_default: bool,
    ) {
        let place = std::mem::take(&mut walk.place);
        walk.place = format!("{place}.{}", definition.name);
        let found = (walk.args.probe)(path);
        if !definition.ty.is_non_null()
            && !has_default
            && !found.optional
            && found.asked != Asked::Any
        {
            self.problems.push(format!(
                "{} may be null, but Rust demands it: use Option or Maybe",
                walk.place
            ));
        }
        self.typed(walk, &definition.ty, path);
        walk.place = place;
    }

    fn typed(&mut self, walk: &mut Walk<'_>, ty: &Type, path: &[Step]) {
        let asked = (walk.args.probe)(path).asked;
        if path.len() > DEPTH_MAX {
            return self
                .problems
                .push(format!("{}: inputs are nested too deeply", walk.place));
        }
        if ty.is_list() {
            match asked {
                Asked::List => self.typed(walk, ty.item_type(), &[path, &[Step::Item]].concat()),
                Asked::Any => self.everything(walk.published, ty.inner_named_type()),
                _ => self.problems.push(format!(
                    "{} is a list ({ty}), but Rust reads {asked:?}",
                    walk.place
                )),
            }
            return;
        }
        let name = ty.inner_named_type().as_str();
        if walk.published.is_scalar(name) {
            self.scalars.insert(name.to_owned());
            let fits = match name {
                "Int" => matches!(asked, Asked::Int | Asked::Any),
                "Float" => matches!(asked, Asked::Float | Asked::Any),
                "Boolean" => matches!(asked, Asked::Boolean | Asked::Any),
                "String" | "ID" => matches!(asked, Asked::Text | Asked::Any),
                _ => asked != Asked::Lost,
            };
            if !fits {
                self.problems
                    .push(format!("{} is {ty}, but Rust reads {asked:?}", walk.place));
            }
        } else if walk.published.enumeration(name).is_some() {
            self.enumeration(walk, name, &asked);
        } else if walk.published.input_object(name).is_some() {
            self.input_object(walk, name, asked, path);
        } else {
            self.problems.push(format!(
                "{} is of type {ty}, which is no input type",
                walk.place
            ));
        }
    }

    fn enumeration(&mut self, walk: &Walk<'_>, name: &str, asked: &Asked) {
        let Asked::Enum(variants) = asked else {
            if !matches!(asked, Asked::Text | Asked::Any) {
                self.problems.push(format!(
                    "{} is the enum {name}, but Rust reads {asked:?}",
                    walk.place
                ));
            }
            self.enums.entry(name.to_owned()).or_insert(None);
            return;
        };
        let published = walk.published.enumeration(name);
        for variant in *variants {
            if !published
                .is_some_and(|known| known.values.iter().any(|value| value.value == *variant))
            {
                self.problems.push(format!(
                    "{}: the enum {name} has no value {variant}",
                    walk.place
                ));
            }
        }
        let variants: BTreeSet<String> = variants
            .iter()
            .map(|variant| (*variant).to_owned())
            .collect();
        let known = self.enums.entry(name.to_owned()).or_insert(None);
        *known = Some(match known.take() {
            Some(before) => before.intersection(&variants).cloned().collect(),
            None => variants,
        });
    }

    fn input_object(&mut self, walk: &mut Walk<'_>, name: &str, asked: Asked, path: &[Step]) {
        let fields = match asked {
            Asked::Struct(fields) => fields,
            Asked::Enum(variants) => variants.to_vec(),
            Asked::Any => return self.everything(walk.published, name),
            other => {
                return self.problems.push(format!(
                    "{} is the input {name}, but Rust reads {other:?}",
                    walk.place
                ));
            }
        };
        let Some(published) = walk.published.input_object(name) else {
            return;
        };
        let known: BTreeSet<String> = fields.iter().map(|field| (*field).to_owned()).collect();
        match self.fields.get_mut(name) {
            Some(before) => *before = before.intersection(&known).cloned().collect(),
            None => {
                self.fields.insert(name.to_owned(), known);
            }
        }
        if !walk.seen.insert((name.to_owned(), fields.clone())) {
            return;
        }
        let one_of = published.directives.has("oneOf");
        for field in &fields {
            match published
                .fields
                .iter()
                .find(|definition| definition.name == *field)
            {
                Some(definition) => {
                    let path = [path, &[Step::Field(field)]].concat();
                    self.value(
                        walk,
                        definition,
                        &path,
                        definition.default_value.is_some() || one_of,
                    );
                }
                None => self.problems.push(format!(
                    "{}: the input {name} has no field {field}",
                    walk.place
                )),
            }
        }
        for definition in &published.fields {
            if definition.is_required() && !fields.contains(&definition.name.as_str()) {
                self.problems.push(format!(
                    "{}: {name}.{} is required, but Rust does not read it",
                    walk.place, definition.name
                ));
            }
        }
    }

    /// An input read as open JSON knows all there is below it.
    pub(crate) fn everything(&mut self, published: &Published, name: &str) {
        if published.is_scalar(name) {
            self.scalars.insert(name.to_owned());
        } else if published.enumeration(name).is_some() {
            self.enums.entry(name.to_owned()).or_insert(None);
        } else if let Some(input) = published.input_object(name)
            && !self.fields.contains_key(name)
        {
            self.fields.insert(
                name.to_owned(),
                input
                    .fields
                    .iter()
                    .map(|field| field.name.to_string())
                    .collect(),
            );
            for field in &input.fields {
                self.everything(published, field.ty.inner_named_type());
            }
        }
    }
}
