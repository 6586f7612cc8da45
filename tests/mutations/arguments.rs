//! Calls of mutations: their arguments follow from examples that can work, the schema, the pool and the dice.

use std::collections::BTreeMap;

use apollo_compiler::ast::Type;
use apollo_compiler::schema::ExtendedType;
use serde_json::{Map, Value, json};

use crate::dice::Dice;
use crate::pool::Pool;
use crate::schema::Schemas;
use crate::shop::Interface;

/// Inputs within inputs.
const DEPTH_MAX: usize = 4;

/// For each mutation the arguments of a call that can work. `$Product` is the id of one that is there, the same
/// one throughout the call, `$Product2` that of any; `$Product>MediaImage` hangs on it; `@name` is what the pool
/// knows by that name; `%kind` is one of a list, and `#` a number.
const EXAMPLES: &str = include_str!("examples.json");

const LISTS: &[(&str, &[&str])] = &[
    (
        "country",
        &["AT", "CH", "FR", "IT", "ES", "PL", "US", "CA", "JP", "SE"],
    ),
    ("locale", &["de", "fr", "it"]),
    ("moment", &["2026-05-27T12:00:00Z", "2026-05-28T12:00:00Z"]),
    ("kind", &["SALE", "AUTHORIZATION"]),
    (
        "suffix",
        &["ca", "uk", "eu", "us", "asia", "alps", "sea", "west"],
    ),
    (
        "topic",
        &[
            "ORDERS_CREATE",
            "PRODUCTS_UPDATE",
            "CARTS_UPDATE",
            "CUSTOMERS_UPDATE",
            "THEMES_UPDATE",
        ],
    ),
];

/// Texts that are no plain words.
const ODD: &[&str] = &[
    "",
    " ",
    "\u{0}",
    "a\u{0}b",
    "💥",
    "%_\\'\"",
    "\u{202e}x",
    "İ",
    "ﬀ",
    "-",
    "/",
    "..",
    "0",
    "-1",
    "1e400",
    "gid://shopify/Product/9223372036854775808",
    "true",
    "{{ x }}",
    "<b>",
    "tag:(",
    "a:b OR",
];

pub(crate) struct Call {
    pub(crate) text: String,
    pub(crate) variables: Value,
}

/// Makes calls.
pub(crate) struct Maker {
    schemas: Schemas,
    examples: BTreeMap<String, Value>,
    pub(crate) dice: Dice,
    pub(crate) pool: Pool,
    /// The mutation that is being called, and the ids that its example named.
    mutation: String,
    bound: BTreeMap<String, String>,
    /// Whether arguments that may be left out are.
    least: bool,
    /// The last number that was put into a name.
    counter: usize,
}

impl Maker {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            schemas: Schemas::read(),
            examples: serde_json::from_str(EXAMPLES).expect("examples are JSON"),
            dice: Dice::new(seed),
            pool: Pool::default(),
            mutation: String::new(),
            bound: BTreeMap::new(),
            least: true,
            counter: 100,
        }
    }

    /// Examples of what is not served.
    pub(crate) fn idle_examples(&self) -> Vec<String> {
        let served = |key: &str| {
            let (interface, name) = Interface::of_key(key);
            self.schemas.mutations(interface).contains_key(name)
        };
        let all = self.examples.keys();
        all.filter(|key| !served(key)).cloned().collect()
    }

    /// All mutations of both interfaces, shuffled. In the first round those that make something come first, and
    /// those that end something come last.
    pub(crate) fn mutations(&mut self, round: usize) -> Vec<(Interface, String)> {
        let mut all = Vec::new();
        for interface in [Interface::Admin, Interface::Storefront] {
            let names = self.schemas.mutations(interface).keys();
            all.extend(names.map(|name| (interface, name.to_string())));
        }
        for place in (1..all.len()).rev() {
            all.swap(place, self.dice.below(place + 1));
        }
        let ends = |name: &str| {
            [
                "Delete",
                "Cancel",
                "Remove",
                "Deactivate",
                "Disable",
                "Void",
                "Leave",
            ]
            .iter()
            .any(|verb| name.contains(verb))
        };
        let begins = |name: &str| {
            ["stagedUploads", "productSet", "shopLocaleEnable"]
                .iter()
                .any(|first| name.starts_with(first))
        };
        let makes = |name: &str| {
            ["Create", "Add", "Set"]
                .iter()
                .any(|verb| name.contains(verb))
        };
        all.sort_by_key(|(_, name)| match name.as_str() {
            name if ends(name) && round.is_multiple_of(2) => 9,
            _ if round > 0 => 5,
            name if begins(name) => 0,
            name if makes(name) => 1,
            _ => 5,
        });
        all
    }

    /// A call of a mutation; its payload tells the ids of what was touched.
    pub(crate) fn call(&mut self, interface: Interface, name: &str, round: usize) -> Call {
        self.mutation = name.to_owned();
        self.least = self.dice.one_in(2);
        let example = self.examples.get(&interface.key(name)).cloned();
        let example = example.filter(|_| round == 0 || !self.dice.one_in(5));
        let example = example.map(|example| self.filled(&example));
        let exact = example.is_some() && (round == 0 || self.dice.one_in(2));
        let field = self.schemas.mutations(interface)[name].node.clone();
        let mut variables = Map::new();
        for argument in &field.arguments {
            let (ty, called) = (&argument.ty, &argument.name);
            let shown = example.as_ref().and_then(|all| all.get(called.as_str()));
            let value = match (shown, &example) {
                (Some(value), _) if exact => value.clone(),
                (Some(value), _) => self.varied(interface, ty, value, called, name, 0),
                (None, Some(_)) if exact || !self.dice.one_in(8) => continue,
                (None, None) if !argument.is_required() && (self.least || self.dice.one_in(2)) => {
                    continue;
                }
                (None, _) => self.value(interface, ty, called, name, 0),
            };
            variables.insert(called.to_string(), value);
        }
        self.with(interface, name, variables)
    }

    /// A call as an example has it: `orderCreate authorized` is one of `orderCreate`.
    pub(crate) fn example(&mut self, key: &str) -> Option<Call> {
        let (interface, name) = Interface::of_key(key);
        self.mutation = name.to_owned();
        let example = self.examples.get(key).cloned()?;
        match self.filled(&example) {
            Value::Object(variables) => Some(self.with(interface, name, variables)),
            _ => None,
        }
    }

    fn with(&self, interface: Interface, name: &str, variables: Map<String, Value>) -> Call {
        let field = &self.schemas.mutations(interface)[name];
        let given = field.arguments.iter();
        let given: Vec<_> = given
            .filter(|own| variables.contains_key(own.name.as_str()))
            .collect();
        let declared = given.iter().map(|own| format!("${}: {}", own.name, own.ty));
        let declared: Vec<String> = declared.collect();
        let passed = given.iter().map(|own| format!("{0}: ${0}", own.name));
        let passed: Vec<String> = passed.collect();
        let brackets = |parts: &[String]| match parts {
            [] => String::new(),
            parts => format!("({})", parts.join(", ")),
        };
        let payload = field.ty.inner_named_type();
        let selection = self.schemas.told(interface, payload, 0);
        Call {
            text: format!(
                "mutation{} {{ {name}{} {selection} }}",
                brackets(&declared),
                brackets(&passed)
            ),
            variables: Value::Object(variables),
        }
    }

    /// An example with what is there in the places that it leaves open.
    fn filled(&mut self, example: &Value) -> Value {
        self.bound.clear();
        let text = example.to_string();
        let mut wanted: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for place in text.split('"').filter_map(|part| part.strip_prefix('$')) {
            let (kind, below) = place.split_once('>').unwrap_or((place, ""));
            let wanted = wanted.entry(kind).or_default();
            wanted.extend((!below.is_empty()).then(|| below.to_owned()));
        }
        for (kind, below) in wanted {
            let named = kind.trim_end_matches('2');
            let known = match kind == named || !self.dice.last {
                true => self.pool.id_with(named, &below, &mut self.dice),
                false => self.pool.last_but_one(named),
            };
            let known = known.or_else(|| self.pool.id(named, &mut self.dice));
            let id = known.unwrap_or_else(|| format!("gid://shopify/{named}/1"));
            self.bound.insert(kind.to_owned(), id);
        }
        self.placed(example)
    }

    fn placed(&mut self, example: &Value) -> Value {
        match example {
            Value::Array(items) => items.iter().map(|item| self.placed(item)).collect(),
            Value::Object(fields) => {
                let fields = fields.iter();
                let placed = fields.map(|(name, value)| (name.clone(), self.placed(value)));
                Value::Object(placed.collect())
            }
            Value::String(text) => self.placed_text(text).into(),
            other => other.clone(),
        }
    }

    fn placed_text(&mut self, text: &str) -> String {
        let (first, rest) = text.split_at(usize::from(!text.is_empty()));
        match (first, rest.split_once('>')) {
            ("$", None) => self.bound[rest].clone(),
            ("$", Some((kind, below))) => {
                let known = self.pool.below(&self.bound[kind], below, &mut self.dice);
                let known = known.or_else(|| self.pool.id(below, &mut self.dice));
                known.unwrap_or_else(|| format!("gid://shopify/{below}/1"))
            }
            ("@", _) => self.pool.named(rest, &mut self.dice).unwrap_or_default(),
            ("%", _) => {
                let list = LISTS.iter().find(|list| list.0 == rest);
                let list = list.unwrap_or_else(|| panic!("there is no list {rest}")).1;
                self.dice.one_of(list).unwrap_or_default().to_owned()
            }
            _ => {
                // What is to succeed needs names that are not taken.
                let number = match self.dice.last {
                    true => {
                        self.counter += 1;
                        self.counter
                    }
                    false => 10 + self.dice.below(80),
                };
                text.replace('#', &number.to_string())
            }
        }
    }

    /// A value that is near to another.
    fn varied(
        &mut self,
        interface: Interface,
        ty: &Type,
        value: &Value,
        name: &str,
        within: &str,
        depth: usize,
    ) -> Value {
        if self.dice.one_in(16) {
            return self.value(interface, ty, name, within, depth);
        }
        match value {
            Value::Array(items) => {
                let mut varied: Vec<Value> = items
                    .iter()
                    .map(|item| self.varied(interface, ty.item_type(), item, name, within, depth))
                    .collect();
                match self.dice.below(16) {
                    0 => varied.extend(varied.clone()),
                    1 => varied.clear(),
                    _ => {}
                }
                Value::Array(varied)
            }
            Value::Object(given) => {
                let named = ty.inner_named_type().to_string();
                let definition = self.schemas.types(interface).types.get(named.as_str());
                let Some(ExtendedType::InputObject(input)) = definition.cloned() else {
                    return value.clone();
                };
                let one_of = input.directives.has("oneOf");
                let mut fields = Map::new();
                for field in input.fields.values() {
                    let key = field.name.as_str();
                    let value = match given.get(key) {
                        Some(_) if !field.is_required() && self.dice.one_in(24) => continue,
                        Some(_) if !field.ty.is_non_null() && self.dice.one_in(24) => Value::Null,
                        Some(value) => {
                            self.varied(interface, &field.ty, value, key, &named, depth + 1)
                        }
                        None if !one_of && depth < DEPTH_MAX && self.dice.one_in(12) => {
                            self.value(interface, &field.ty, key, &named, depth + 1)
                        }
                        None => continue,
                    };
                    fields.insert(key.to_owned(), value);
                }
                Value::Object(fields)
            }
            other => other.clone(),
        }
    }

    /// A value of a type, for a field of a name within a thing of a name.
    fn value(
        &mut self,
        interface: Interface,
        ty: &Type,
        name: &str,
        within: &str,
        depth: usize,
    ) -> Value {
        if ty.is_list() {
            let count = self.dice.one_of(&[0, 1, 1, 2, 2, 3]).unwrap_or_default();
            let items =
                (0..count).map(|_| self.value(interface, ty.item_type(), name, within, depth));
            return items.collect();
        }
        let named = ty.inner_named_type().to_string();
        if let Some(value) = self.scalar(&named, name, within) {
            return value;
        }
        match self.schemas.types(interface).types[named.as_str()].clone() {
            ExtendedType::Enum(known) => {
                let names: Vec<&str> = known.values.keys().map(|name| name.as_str()).collect();
                self.dice.one_of(&names).unwrap_or_default().into()
            }
            ExtendedType::InputObject(input) => {
                let one_of = input.directives.has("oneOf");
                let chosen = self.dice.below(input.fields.len());
                let mut given = Map::new();
                for (place, field) in input.fields.values().enumerate() {
                    let few = if self.least { 5 } else { 3 };
                    let wanted = match one_of {
                        true => place == chosen,
                        false => {
                            field.is_required()
                                || (depth < DEPTH_MAX && self.wants(&field.name, few))
                        }
                    };
                    if wanted {
                        let value =
                            self.value(interface, &field.ty, &field.name, &named, depth + 1);
                        given.insert(field.name.to_string(), value);
                    }
                }
                Value::Object(given)
            }
            _ => "x".into(),
        }
    }

    fn scalar(&mut self, named: &str, name: &str, within: &str) -> Option<Value> {
        let odd = self.dice.one_in(12);
        Some(match named {
            "ID" => self.id(name, within).into(),
            "String" | "HTML" | "FormattedString" => self.text(name).into(),
            "Int" if odd => self.dice.one_of(&[0, -1, i32::MIN, i32::MAX, 251]).into(),
            "Int" => json!(1 + self.dice.below(3)),
            "Float" if odd => self
                .dice
                .one_of(&[0.0, -1.0, 1e300, 1e-300, 100.0, 101.0])
                .into(),
            "Float" => json!(0.25),
            "Boolean" => json!(self.dice.one_in(2)),
            "Money" | "Decimal" if odd => {
                let odd = [
                    "0",
                    "-1.00",
                    "0.001",
                    "92233720368547758.07",
                    "1e3",
                    "9999999999999999999999",
                ];
                self.dice.one_of(&odd).into()
            }
            "Money" | "Decimal" => {
                format!("{}.{:02}", self.dice.below(40), self.dice.below(100)).into()
            }
            "DateTime" if odd => {
                let odd = [
                    "0001-01-01T00:00:00Z",
                    "9999-12-31T23:59:59Z",
                    "1969-12-31T23:59:59+14:00",
                ];
                self.dice.one_of(&odd).into()
            }
            "DateTime" => format!("2026-{:02}-15T12:00:00Z", 5 + self.dice.below(4)).into(),
            "Date" if odd => self.dice.one_of(&["0001-01-01", "9999-12-31"]).into(),
            "Date" => "2026-09-15".into(),
            "URL" if odd => self
                .dice
                .one_of(&["http://[::1]:0/", "ftp://x/", "x", "//x"])
                .into(),
            "URL" => format!("http://127.0.0.1:9/{}", self.dice.below(9)).into(),
            "JSON" => json!({ "key": "value" }),
            "UnsignedInt64" if odd => self
                .dice
                .one_of(&["0", "18446744073709551615", "9223372036854775808"])
                .into(),
            "UnsignedInt64" => "2".into(),
            "Color" => "#aabbcc".into(),
            "CurrencyCode" if !odd => "EUR".into(),
            "CountryCode" if !odd => "DE".into(),
            _ => return None,
        })
    }

    /// Whether a field that may be left out is given: names are, mostly.
    fn wants(&mut self, name: &str, few: usize) -> bool {
        match name {
            "title" | "name" | "email" | "price" | "quantity" | "lineItems" | "lines"
            | "fields" | "type" | "key" | "value" => !self.dice.one_in(6),
            _ => self.dice.one_in(few),
        }
    }

    fn id(&mut self, name: &str, within: &str) -> String {
        if self.dice.one_in(20) {
            let odd = [
                "gid://shopify/Product/1",
                "gid://shopify/Product/-1",
                "1",
                "",
            ];
            return self.dice.one_of(&odd).unwrap_or_default().to_owned();
        }
        if self.dice.one_in(12) {
            return self.pool.any(&mut self.dice).unwrap_or_default();
        }
        let word = name.trim_end_matches('s').trim_end_matches("Id");
        let word = match word {
            "variant" | "merchandise" => "ProductVariant",
            "parent" => "OrderTransaction",
            "id" | "input" | "" => within,
            "owner" | "resource" => {
                ["Product", "Customer", "Order", "Collection"][self.dice.below(4)]
            }
            other => other,
        };
        let mutation = self.mutation.clone();
        let kind = [word, within, &mutation]
            .into_iter()
            .find_map(|word| self.pool.kind_of(word));
        kind.and_then(|kind| self.pool.id(&kind, &mut self.dice))
            .or_else(|| self.pool.any(&mut self.dice))
            .unwrap_or_else(|| "gid://shopify/Product/1".to_owned())
    }

    fn text(&mut self, name: &str) -> String {
        if self.dice.one_in(10) {
            let odd = self.dice.below(ODD.len() + 2);
            let long = "x".repeat([256, 70_000][usize::from(odd > ODD.len())]);
            return ODD.get(odd).map_or(long, |text| (*text).to_owned());
        }
        let number = self.dice.below(30);
        let lower = name.to_ascii_lowercase();
        if lower.contains("token") {
            let known = self.pool.named("customerToken", &mut self.dice);
            return known.unwrap_or_default();
        }
        if lower.ends_with("email") || lower == "to" {
            return format!("customer{number}@example.com");
        }
        match lower.as_str() {
            "namespace" => "custom".to_owned(),
            "key" => ["name", "care", "title"][number % 3].to_owned(),
            "type" if self.mutation.contains("etaobject") => {
                self.pool.named("type", &mut self.dice).unwrap_or_default()
            }
            "type" => {
                let types = [
                    "single_line_text_field",
                    "number_integer",
                    "json",
                    "product_reference",
                    "list.color",
                ];
                types[number % types.len()].to_owned()
            }
            "phone" => format!("+49301234{number:02}"),
            "handle" => format!("handle-{number}"),
            "code" | "codes" | "discountcodes" => format!("CODE-{number}"),
            "giftcardcodes" => self
                .pool
                .named("giftCardCode", &mut self.dice)
                .unwrap_or_default(),
            "path" => format!("/old/{number}"),
            "uri" | "src" | "originalsource" => format!("http://127.0.0.1:9/{number}"),
            "filename" => format!("templates/page.{number}.liquid"),
            "zip" => "10119".to_owned(),
            "query" | "search" | "filter" => format!("tag:tea OR id:>{number}"),
            _ => format!("Word {number}"),
        }
    }
}
