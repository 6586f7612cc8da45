//! The served Admin schema, read as the text that the program prints: one
//! declaration after the other, one field a line or in brackets after its name.

use std::collections::BTreeMap;
use std::path::Path;

/// What the checks need to know of the served Admin API.
pub(crate) struct Served {
    /// The mutations, with their arguments.
    pub(crate) mutations: Vec<Mutation>,
    inputs: BTreeMap<String, Vec<Input>>,
    enums: BTreeMap<String, String>,
}

/// A mutation.
pub(crate) struct Mutation {
    pub(crate) name: String,
    pub(crate) arguments: Vec<Input>,
    /// The type of its payload.
    pub(crate) payload: String,
}

/// An argument or the field of an input object.
pub(crate) struct Input {
    name: String,
    /// As the schema writes it: `[ID!]!`.
    kind: String,
}

impl Input {
    fn is_required(&self) -> bool {
        self.kind.ends_with('!')
    }
}

impl Served {
    /// Reads the schema as it is kept in the tree.
    pub(crate) fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let file = root.join("schema/served/admin.graphql");
        let text = std::fs::read_to_string(&file)
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        Self::parse(&text)
    }

    fn parse(text: &str) -> Self {
        let text = &without_deprecations(text);
        let mut served = Served {
            mutations: Vec::new(),
            inputs: BTreeMap::new(),
            enums: BTreeMap::new(),
        };
        for (head, body) in declarations(text) {
            let mut words = head.split_whitespace();
            let (kind, name) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
            match kind {
                "input" => {
                    served.inputs.insert(name.to_owned(), inputs(body));
                }
                "enum" => {
                    let first = body.split_whitespace().next().unwrap_or("");
                    served.enums.insert(name.to_owned(), first.to_owned());
                }
                "type" if name == "Mutation" => served.mutations = mutations(body),
                _ => {}
            }
        }
        served
    }

    /// A call of a mutation with the least that it takes.
    pub(crate) fn least_call(&self, mutation: &Mutation) -> String {
        let required = mutation
            .arguments
            .iter()
            .filter(|input| input.is_required());
        let arguments: Vec<String> = required
            .map(|input| format!("{}: {}", input.name, self.least(mutation, input, 0)))
            .collect();
        let arguments = match arguments.is_empty() {
            true => String::new(),
            false => format!("({})", arguments.join(", ")),
        };
        format!(
            "mutation {{ {}{arguments} {{ __typename }} }}",
            mutation.name
        )
    }

    fn least(&self, mutation: &Mutation, input: &Input, depth: usize) -> String {
        assert!(depth < 8, "{} nests too deep", mutation.name);
        let kind = input.kind.trim_end_matches('!');
        if let Some(inner) = kind.strip_prefix('[') {
            let inner = Input {
                name: input.name.clone(),
                kind: inner.trim_end_matches(']').to_owned(),
            };
            return format!("[{}]", self.least(mutation, &inner, depth + 1));
        }
        if let Some(value) = self.enums.get(kind) {
            return value.clone();
        }
        if let Some(fields) = self.inputs.get(kind) {
            let required = fields.iter().filter(|field| field.is_required());
            let fields: Vec<String> = required
                .map(|field| format!("{}: {}", field.name, self.least(mutation, field, depth + 1)))
                .collect();
            return format!("{{{}}}", fields.join(", "));
        }
        match kind {
            // What is moved within a collection, not the collection.
            "ID" if depth > 0 && mutation.name == "collectionReorderProducts" => {
                "\"gid://shopify/Product/1\"".to_owned()
            }
            "ID" => format!(
                "\"gid://shopify/{}/1\"",
                id_type(&mutation.name, &input.name)
            ),
            "Int" | "UnsignedInt64" => "1".to_owned(),
            "Float" => "1.0".to_owned(),
            "Boolean" => "true".to_owned(),
            "Decimal" | "Money" => "\"1.00\"".to_owned(),
            "DateTime" => "\"2026-10-01T00:00:00Z\"".to_owned(),
            "URL" => "\"https://example.com\"".to_owned(),
            "CurrencyCode" => "EUR".to_owned(),
            _ => "\"x\"".to_owned(),
        }
    }
}

/// The type that an id is of, by the name of its field, or of its mutation.
const NOUNS: [&str; 36] = [
    "appSubscription",
    "article",
    "blog",
    "catalog",
    "collection",
    "comment",
    "company",
    "customer",
    "draftOrder",
    "fulfillment",
    "fulfillmentOrder",
    "fulfillmentOrderSplit",
    "giftCard",
    "inventoryItem",
    "location",
    "market",
    "marketRegion",
    "menu",
    "metafieldDefinition",
    "metaobject",
    "metaobjectDefinition",
    "order",
    "page",
    "priceList",
    "product",
    "productOption",
    "productVariant",
    "publication",
    "savedSearch",
    "sellingPlanGroup",
    "storefrontAccessToken",
    "theme",
    "urlRedirect",
    "urlRedirectImport",
    "webPresence",
    "webhookSubscription",
];

fn id_type(mutation: &str, field: &str) -> String {
    // By the schema's name, where that is not the noun with a capital letter.
    let named = |noun: &str| match noun {
        "address" => "MailingAddress".to_owned(),
        "componentOption" => "ProductOption".to_owned(),
        "newLocation" => "Location".to_owned(),
        "childProduct" | "parentProduct" => "Product".to_owned(),
        "parentTransaction" => "OrderTransaction".to_owned(),
        "catalog" => "MarketCatalog".to_owned(),
        "marketRegion" => "MarketRegionCountry".to_owned(),
        "media" => "MediaImage".to_owned(),
        "theme" => "OnlineStoreTheme".to_owned(),
        "variant" => "ProductVariant".to_owned(),
        "webPresence" => "MarketWebPresence".to_owned(),
        "fulfillmentOrderSplit" => "FulfillmentOrderLineItem".to_owned(),
        "subscriptionLineItem" => "AppSubscriptionLineItem".to_owned(),
        _ => {
            let (first, rest) = noun.split_at(1.min(noun.len()));
            format!("{}{rest}", first.to_ascii_uppercase())
        }
    };
    let field = field.strip_suffix("ToDelete").unwrap_or(field);
    let stem = field
        .strip_suffix("Ids")
        .or_else(|| field.strip_suffix("Id"));
    match stem {
        Some("owner") => "Product".to_owned(),
        Some("subject") => "Product".to_owned(),
        Some("variants") => "ProductVariant".to_owned(),
        Some(stem) if !stem.is_empty() => named(stem),
        // `customerUpdate` takes the id of a customer: the longest noun that the name begins with.
        _ => NOUNS
            .iter()
            .filter(|noun| mutation.starts_with(*noun))
            .max_by_key(|noun| noun.len())
            .map_or_else(|| "Product".to_owned(), |noun| named(noun)),
    }
}

/// The text without the reasons why something is deprecated, which hold brackets.
fn without_deprecations(text: &str) -> String {
    let mut parts = text.split(" @deprecated(");
    let first = parts.next().unwrap_or("").to_owned();
    parts.fold(first, |mut kept, part| {
        kept.push_str(part.split_once("\")").map_or("", |(_, rest)| rest));
        kept
    })
}

/// Every declaration with a body: what stands before its brace, and inside.
fn declarations(text: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find("{\n") {
        let Some(length) = rest[open..].find("\n}") else {
            break;
        };
        let head = rest[..open].rsplit("\n\n").next().unwrap_or("").trim();
        found.push((head, &rest[open + 1..open + length]));
        rest = &rest[open + length + 2..];
    }
    found
}

/// `name(argument: Type!, …): Payload`, one after the other.
fn mutations(body: &str) -> Vec<Mutation> {
    let mut found = Vec::new();
    let mut rest = body.trim_start();
    while !rest.is_empty() {
        let end = rest.find(['(', ':']).unwrap_or(rest.len());
        let name = rest[..end].trim().to_owned();
        let mut arguments = Vec::new();
        if rest[end..].starts_with('(') {
            let close = rest.find(')').unwrap_or(rest.len());
            arguments = inputs(&rest[end + 1..close].replace(", ", "\n"));
            rest = &rest[close + 1..];
        } else {
            rest = &rest[end..];
        }
        let line_end = rest.find('\n').unwrap_or(rest.len());
        let payload = rest[..line_end].trim_start_matches(':').trim();
        let payload = payload.split([' ', '!']).next().unwrap_or("").to_owned();
        rest = rest[line_end..].trim_start();
        if !name.is_empty() {
            found.push(Mutation {
                name,
                arguments,
                payload,
            });
        }
    }
    found
}

/// `name: Type = default`, one a line.
fn inputs(body: &str) -> Vec<Input> {
    body.lines()
        .filter_map(|line| {
            let (name, kind) = line.trim().split_once(':')?;
            let kind = kind.split(['=', '@']).next()?.trim().trim_end_matches(',');
            Some(Input {
                name: name.trim().to_owned(),
                // What has a default need not be given.
                kind: match line.contains('=') {
                    true => kind.trim_end_matches('!').to_owned(),
                    false => kind.to_owned(),
                },
            })
        })
        .collect()
}

#[test]
fn the_least_call_of_a_mutation_gives_what_is_required_alone() {
    let text = "enum Kind {\n  A\n  B\n}\n\ninput Line {\n  itemId: ID!\n  kind: Kind!\n  note: String\n}\n\n\
                type Mutation {\n  orderSet(id: ID!, lines: [Line!]!, note: String, n: Int! = 1 @deprecated(reason: \"It (still) counts.\")): OrderSetPayload\n  ping: PingPayload\n}\n";
    let served = Served::parse(text);
    let calls: Vec<String> = served
        .mutations
        .iter()
        .map(|mutation| served.least_call(mutation))
        .collect();
    let expected = [
        "mutation { orderSet(id: \"gid://shopify/Order/1\", lines: [{itemId: \"gid://shopify/Item/1\", kind: A}]) { __typename } }",
        "mutation { ping { __typename } }",
    ];
    assert_eq!(calls, expected);
    assert_eq!(served.mutations[0].payload, "OrderSetPayload");
}
