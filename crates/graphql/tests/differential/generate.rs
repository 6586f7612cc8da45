//! Random valid operations on the test schema.

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;

/// A small generator of numbers: the same seed gives the same operation.
pub(crate) struct Luck(u64);

impl Luck {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % most
    }

    pub(crate) fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, among: &[T]) -> T {
        among[self.below(among.len())]
    }
}

pub(crate) struct Operation {
    pub(crate) text: String,
    pub(crate) variables: Map<String, Value>,
}

const LEAVES: [&str; 12] = [
    "id", "name", "nick", "num", "half", "flag", "kind", "tags", "holes", "blob", "risky", "strict",
];
const LINKS: [(&str, &str); 10] = [
    ("friend", "Alpha"),
    ("close", "Beta"),
    ("friends", "Alpha"),
    ("loose", "Beta"),
    ("maybe", "Gamma"),
    ("thing", "Named"),
    ("node", "Node"),
    ("nodes", "Node"),
    ("either", "Either"),
    ("eithers", "Either"),
];

/// An argument, its type, what may be written for it, and what a variable may hold.
type Choice = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

const ECHO: [Choice; 11] = [
    (
        "int",
        "Int",
        &["7", "-3", "null"],
        &["1", "2147483647", "null"],
    ),
    (
        "half",
        "Float",
        &["2", "2.25", "-1e-3"],
        &["0.25", "3", "null"],
    ),
    (
        "text",
        "String",
        &["\"a\\u00e9\\n\"", "\"\"\"b\n  c\"\"\"", "null"],
        &["\"x\\\"y\"", "null"],
    ),
    (
        "flag",
        "Boolean",
        &["true", "false", "null"],
        &["false", "null"],
    ),
    ("kind", "Kind", &["TWO", "null"], &["\"THREE\"", "null"]),
    (
        "list",
        "[Int!]",
        &["[1, 2]", "3", "[]", "null"],
        &["[4]", "5", "null", "[]"],
    ),
    (
        "grid",
        "[[Int]]",
        &["[[1], [null, 2], null]", "[3]", "4", "[[]]"],
        &["[[1, null], null]", "7", "[[2]]"],
    ),
    (
        "input",
        "In",
        &[
            "{ text: \"t\" }",
            "{ int: null, text: \"u\", kinds: THREE, half: 1, one: { word: \"w\" } }",
            "{ text: \"v\", inner: { text: \"w\", int: 1 } }",
        ],
        &[
            "{\"text\":\"t\"}",
            "{\"text\":\"u\",\"kinds\":\"ONE\",\"int\":null,\"half\":2,\"one\":{\"number\":4}}",
            "null",
        ],
    ),
    (
        "inputs",
        "[In!]",
        &[
            "{ text: \"s\" }",
            "[{ text: \"t\" }, { text: \"u\", inner: null }]",
        ],
        &["[{\"text\":\"t\"}]", "{\"text\":\"x\"}"],
    ),
    ("id", "ID", &["5", "\"abc\""], &["12", "\"q\"", "null"]),
    (
        "blob",
        "Blob",
        &["{ a: [1, \"x\", null, TRUE] }", "\"s\"", "true"],
        &["{\"a\":[1,{\"b\":null}]}", "3"],
    ),
];

fn possible(ty: &str) -> &'static [&'static str] {
    match ty {
        "Alpha" => &["Alpha"],
        "Beta" => &["Beta"],
        "Gamma" => &["Gamma"],
        "Named" => &["Alpha", "Beta"],
        "Either" => &["Alpha", "Gamma"],
        _ => &["Alpha", "Beta", "Gamma"],
    }
}

/// The operation of `seed` with a word taken out, doubled, or exchanged for one that stands elsewhere.
pub(crate) fn damaged(seed: u64) -> Operation {
    let mut operation = operation(seed);
    operation.text = spoilt(&operation.text, seed);
    operation
}

/// A text with a word taken out, doubled, or exchanged for one that stands elsewhere.
pub(crate) fn spoilt(text: &str, seed: u64) -> String {
    let mut luck = Luck::new(seed ^ 0x5EED);
    let mut words: Vec<String> = text
        .split_inclusive([' ', '(', ':', '{'])
        .map(str::to_owned)
        .collect();
    let (at, other) = (luck.below(words.len()), luck.below(words.len()));
    match luck.below(4) {
        0 => drop(words.remove(at)),
        1 => words.insert(at, words[other].clone()),
        2 => words.swap(at, other),
        _ => {
            let damage = luck.pick(&[
                "nope", "$x", "\"", "}", "{", "[", "null", "1.5e", "@skip", "...", "é", "#",
            ]);
            words.insert(at, format!("{damage} "));
        }
    }
    words.concat()
}

struct Generator {
    luck: Luck,
    /// Declared variables: the type as written, and what is given.
    variables: BTreeMap<String, (String, Option<Value>)>,
    fragments: Vec<(String, &'static str, String)>,
    fields: usize,
}

/// An operation that follows from `seed`.
pub(crate) fn operation(seed: u64) -> Operation {
    let mut luck = Luck::new(seed);
    for _ in 0..8 {
        luck.below(2);
    }
    let mut generator = Generator {
        luck,
        variables: BTreeMap::new(),
        fragments: Vec::new(),
        fields: 0,
    };
    let mutation = generator.luck.one_in(8);
    let body = generator.root(mutation);
    let mut text = String::from(if mutation { "mutation M" } else { "query Q" });
    let mut given = Map::new();
    if !generator.variables.is_empty() {
        let declared: Vec<String> = generator
            .variables
            .iter()
            .map(|(name, (ty, _))| format!("${name}: {ty}"))
            .collect();
        write!(text, "({})", declared.join(", ")).unwrap();
    }
    for (name, (_, value)) in generator.variables {
        given.extend(value.map(|value| (name, value)));
    }
    writeln!(text, " {body}").unwrap();
    for (name, ty, body) in generator.fragments {
        writeln!(text, "fragment {name} on {ty} {body}").unwrap();
    }
    Operation {
        text,
        variables: given,
    }
}

impl Generator {
    fn root(&mut self, mutation: bool) -> String {
        let mut fields = Vec::new();
        for at in 0..1 + self.luck.below(3) {
            let id = self.luck.below(1000);
            let ids = |luck: &mut Luck| {
                let one = |luck: &mut Luck| luck.below(1000).to_string();
                (0..luck.below(4))
                    .map(|_| one(luck))
                    .collect::<Vec<_>>()
                    .join(", ")
            };
            let (field, ty) = match (mutation, self.luck.below(6)) {
                (true, 0 | 1) => (format!("sure(id: {id})"), "Alpha"),
                (true, 2) => (format!("add(id: {id}, by: null)"), "Alpha"),
                (true, 3) => (format!("add(id: {id})"), "Alpha"),
                (true, _) => (format!("add(by: 7, id: {id})"), "Alpha"),
                (false, 0) => (format!("alpha(id: {id})"), "Alpha"),
                (false, 1) => (format!("sure(id: {id})"), "Alpha"),
                (false, 2) => (format!("node(id: {id})"), "Node"),
                (false, 3) => (format!("named(ids: [{}])", ids(&mut self.luck)), "Named"),
                (false, 4) => (
                    format!("eithers(ids: [{}, null])", ids(&mut self.luck)),
                    "Either",
                ),
                (false, _) => {
                    fields.push(format!("r{at}: echo{}", self.echo_arguments()));
                    continue;
                }
            };
            let field = field.replace("[, ", "[");
            fields.push(format!(
                "r{at}: {field}{} {}",
                self.directive(),
                self.selection(ty, 4)
            ));
        }
        if self.luck.one_in(3) {
            fields.push("__typename".to_owned());
        }
        self.wrapped(fields, if mutation { "Mutation" } else { "Query" })
    }

    /// Some of the root's fields may stand in a fragment.
    fn wrapped(&mut self, mut fields: Vec<String>, root: &str) -> String {
        if self.luck.one_in(3)
            && let Some(last) = fields.pop()
        {
            let directive = self.directive();
            fields.push(format!("... on {root}{directive} {{ {last} }}"));
        }
        format!("{{ {} }}", fields.join(" "))
    }

    fn directive(&mut self) -> String {
        if !self.luck.one_in(6) {
            return String::new();
        }
        let name = self.luck.pick(&["skip", "include"]);
        match self.luck.below(4) {
            0 => format!(" @{name}(if: {})", self.luck.pick(&["true", "false"])),
            1 => {
                let ty = self.luck.pick(&["Boolean! = true", "Boolean! = false"]);
                format!(" @{name}(if: ${})", self.variable("d", ty, None))
            }
            _ => {
                let value = Value::from(self.luck.one_in(2));
                format!(
                    " @{name}(if: ${})",
                    self.variable("b", "Boolean!", Some(value))
                )
            }
        }
    }

    fn variable(&mut self, prefix: &str, ty: &str, value: Option<Value>) -> String {
        let name = format!("{prefix}{}", self.variables.len());
        self.variables.insert(name.clone(), (ty.to_owned(), value));
        name
    }

    fn selection(&mut self, ty: &'static str, depth: usize) -> String {
        let mut parts = Vec::new();
        for _ in 0..1 + self.luck.below(5) {
            self.fields += 1;
            let concrete = possible(ty).len() == 1;
            let part = match self.luck.below(12) {
                0 => "__typename".to_owned(),
                1 | 2 if depth > 0 => self.inline(ty, depth - 1),
                3 if depth > 0 => self.spread(ty, depth - 1),
                4..=6 if depth > 0 && self.fields < 120 && concrete => self.link(depth - 1),
                7 if concrete => {
                    let arguments = self.echo_arguments();
                    format!("{}: echo{arguments}", key("echo", &arguments))
                }
                _ if concrete => {
                    let leaf = self.luck.pick(&LEAVES);
                    let alias = if self.luck.one_in(4) {
                        format!("{leaf}_: ")
                    } else {
                        String::new()
                    };
                    format!("{alias}{leaf}{}", self.directive())
                }
                8 if ty == "Named" && depth > 0 => {
                    format!("friend {}", self.selection("Alpha", depth - 1))
                }
                _ => match ty {
                    "Either" => "__typename".to_owned(),
                    "Named" => self.luck.pick(&["id", "name", "nick"]).to_owned(),
                    _ => "id".to_owned(),
                },
            };
            parts.push(part);
        }
        format!("{{ {} }}", parts.join(" "))
    }

    fn overlapping(&mut self, ty: &str) -> &'static str {
        let all = ["Alpha", "Beta", "Gamma", "Named", "Node", "Either"];
        let fits: Vec<&'static str> = all
            .into_iter()
            .filter(|other| possible(other).iter().any(|one| possible(ty).contains(one)))
            .collect();
        self.luck.pick(&fits)
    }

    fn inline(&mut self, ty: &'static str, depth: usize) -> String {
        if self.luck.one_in(5) {
            let directive = self.directive();
            return format!("...{directive} {}", self.selection(ty, depth));
        }
        let condition = self.overlapping(ty);
        let directive = self.directive();
        format!(
            "... on {condition}{directive} {}",
            self.selection(condition, depth)
        )
    }

    fn spread(&mut self, ty: &'static str, depth: usize) -> String {
        let directive = self.directive();
        let fits = |other: &str| possible(other).iter().any(|one| possible(ty).contains(one));
        let known = self
            .fragments
            .iter()
            .find(|(_, other, _)| fits(other))
            .map(|(name, ..)| name.clone());
        if let Some(name) = known.filter(|_| self.luck.one_in(2)) {
            return format!("...{name}{directive}");
        }
        let condition = self.overlapping(ty);
        let body = self.selection(condition, depth);
        let name = format!("F{}", self.fragments.len());
        self.fragments.push((name.clone(), condition, body));
        format!("...{name}{directive}")
    }

    fn link(&mut self, depth: usize) -> String {
        let (name, ty) = self.luck.pick(&LINKS);
        let arguments = match name {
            "friends" => match self.luck.below(4) {
                0 => String::new(),
                1 => "(first: null)".to_owned(),
                2 => {
                    let value = [None, Some(Value::Null), Some(json!(1)), Some(json!(3))];
                    let value = value[self.luck.below(4)].clone();
                    format!("(first: ${})", self.variable("n", "Int", value))
                }
                _ => format!("(first: {})", self.luck.below(4)),
            },
            "nodes" => match self.luck.below(3) {
                0 => {
                    let value = json!(self.luck.below(4));
                    format!("(first: ${})", self.variable("m", "Int!", Some(value)))
                }
                1 => format!("(first: ${})", self.variable("m", "Int = 2", None)),
                _ => format!("(first: {})", self.luck.below(4)),
            },
            _ => String::new(),
        };
        let directive = self.directive();
        let alias = if arguments.is_empty() {
            String::new()
        } else {
            format!("{}: ", key(name, &arguments))
        };
        format!(
            "{alias}{name}{arguments}{directive} {}",
            self.selection(ty, depth)
        )
    }

    fn echo_arguments(&mut self) -> String {
        let mut given = Vec::new();
        for (name, ty, literals, values) in ECHO {
            match self.luck.below(6) {
                0 => given.push(format!("{name}: {}", self.luck.pick(literals))),
                1 => {
                    let value = match self.luck.below(3) {
                        0 => None,
                        _ => Some(serde_json::from_str(self.luck.pick(values)).unwrap()),
                    };
                    given.push(format!("{name}: ${}", self.variable(name, ty, value)));
                }
                _ => {}
            }
        }
        if self.luck.one_in(4) && !given.iter().any(|argument| argument.starts_with("list")) {
            let value = [Some(json!(8)), Some(json!(9))][self.luck.below(2)].clone();
            given.push(format!("list: [1, ${}]", self.variable("e", "Int!", value)));
        }
        if self.luck.one_in(4) && !given.iter().any(|argument| argument.starts_with("input:")) {
            let value = [None, Some(Value::Null), Some(json!(4))][self.luck.below(3)].clone();
            given.push(format!(
                "input: {{ text: \"t\", int: ${} }}",
                self.variable("f", "Int", value)
            ));
        }
        if given.is_empty() {
            String::new()
        } else {
            format!("({})", given.join(", "))
        }
    }
}

/// An alias that is the same only for the same arguments.
pub(crate) fn key(name: &str, arguments: &str) -> String {
    let sum = arguments.bytes().fold(7_u32, |sum, byte| {
        sum.wrapping_mul(131).wrapping_add(u32::from(byte))
    });
    format!("{name}_{sum}")
}
