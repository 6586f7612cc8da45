//! What a request is told when it cannot run, word for word.

mod shop;

use serde_json::{Value, json};
use shop::run_in;

fn errors(text: &str) -> Value {
    run_in(&shop::schema(), text, json!({})).0["errors"].clone()
}

fn told(text: &str) -> Vec<(String, String, Value)> {
    let errors = errors(text);
    let told = |error: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (
            text(&error["message"]),
            text(&error["extensions"]["code"]),
            error["path"].clone(),
        )
    };
    errors
        .as_array()
        .unwrap_or_else(|| panic!("{text} is valid"))
        .iter()
        .map(told)
        .collect()
}

#[track_caller]
fn refused(text: &str, message: &str, code: &str, path: Value) {
    assert_eq!(
        told(text),
        [(message.to_owned(), code.to_owned(), path)],
        "{text}"
    );
}

#[test]
fn a_text_that_does_not_parse_names_the_token() {
    assert_eq!(
        errors("query Q {\n  version\n  products {\n"),
        json!([{ "message": "syntax error, unexpected end of file at [3, 12]",
                 "locations": [{ "line": 3, "column": 12 }], "extensions": { "code": "PARSE_ERROR" } }])
    );
    assert_eq!(
        errors("{ version } }")[0]["message"],
        "syntax error, unexpected RCURLY (\"}\") at [1, 13]"
    );
    assert_eq!(errors("")[0]["extensions"]["code"], "PARSE_ERROR");
}

#[test]
fn an_unknown_field_names_its_type() {
    assert_eq!(
        errors("query Q { products(first: 1) { nodes { id nope } } }"),
        json!([{ "message": "Field 'nope' doesn't exist on type 'Product'", "locations": [{ "line": 1, "column": 43 }],
                 "path": ["query Q", "products", "nodes", "nope"],
                 "extensions": { "code": "undefinedField", "typeName": "Product", "fieldName": "nope" } }])
    );
    let path = json!(["mutation", "nope"]);
    refused(
        "mutation { nope }",
        "Field 'nope' doesn't exist on type 'Mutation'",
        "undefinedField",
        path,
    );
}

#[test]
fn selections_must_fit_their_field() {
    refused(
        r#"query Q { product(id: "x/1") }"#,
        "Field must have selections (field 'product' returns Product but has no selections. Did you mean 'product { ... }'?)",
        "selectionMismatch",
        json!(["query Q", "product"]),
    );
    refused(
        "{ version { major } }",
        "Selections can't be made on scalars (field 'version' returns String but has selections [\"major\"])",
        "selectionMismatch",
        json!(["query", "version"]),
    );
}

#[test]
fn arguments_must_be_known_present_and_of_their_type() {
    refused(
        "{ version(x: 1) }",
        "Field 'version' doesn't accept argument 'x'",
        "argumentNotAccepted",
        json!(["query", "version", "x"]),
    );
    refused(
        "{ product { id } }",
        "Field 'product' is missing required arguments: id",
        "missingRequiredArguments",
        json!(["query", "product"]),
    );
    refused(
        r#"{ products(first: 1, sortKey: "TITLE") { nodes { id } } }"#,
        "Argument 'sortKey' on Field 'products' has an invalid value (\"TITLE\"). Expected type 'SortKeys'.",
        "argumentLiteralsIncompatible",
        json!(["query", "products", "sortKey"]),
    );
    refused(
        r#"{ product(id: "nope") { id } }"#,
        "Invalid global id 'nope'",
        "argumentLiteralsIncompatible",
        json!(["query", "product", "id"]),
    );
}

#[test]
fn input_objects_are_looked_into() {
    refused(
        "mutation M { productCreate(input: { tags: [] }) { userErrors { message } } }",
        "Argument 'title' on InputObject 'ProductInput' is required. Expected type String!",
        "missingRequiredInputObjectAttribute",
        json!(["mutation M", "productCreate", "input", "title"]),
    );
    refused(
        r#"mutation M { productCreate(input: { title: "a", unknown: 1 }) { userErrors { message } } }"#,
        "InputObject 'ProductInput' doesn't accept argument 'unknown'",
        "argumentNotAccepted",
        json!(["mutation M", "productCreate", "input", "unknown"]),
    );
    refused(
        "mutation M { productCreate(input: { title: 1 }) { userErrors { message } } }",
        "Argument 'title' on InputObject 'ProductInput' has an invalid value (1). Expected type 'String!'.",
        "argumentLiteralsIncompatible",
        json!(["mutation M", "productCreate", "input", "title"]),
    );
}

#[test]
fn variables_must_be_declared_used_and_of_the_type_of_their_place() {
    refused(
        "query Q($id: ID!) { version }",
        "Variable $id is declared by Q but not used",
        "variableNotUsed",
        json!(["query Q"]),
    );
    refused(
        "query Q { product(id: $id) { id } }",
        "Variable $id is used by Q but not declared",
        "variableNotDefined",
        json!(["query Q"]),
    );
    refused(
        "query Q($id: String!) { product(id: $id) { id } }",
        "Type mismatch on variable $id and argument id (String! / ID!)",
        "variableMismatch",
        json!(["query Q", "product", "id"]),
    );
    refused(
        "query Q($id: ID) { product(id: $id) { id } }",
        "Nullability mismatch on variable $id and argument id (ID / ID!)",
        "variableMismatch",
        json!(["query Q", "product", "id"]),
    );
    refused(
        "query Q($id: Nope!) { product(id: $id) { id } }",
        "Nope isn't a defined input type (on $id)",
        "variableRequiresValidType",
        json!(["query Q"]),
    );
}

#[test]
fn what_the_validator_overlooks_is_refused() {
    refused(
        r#"mutation M { productCreate(input: { title: "a", title: "b" }) { userErrors { message } } }"#,
        "There can be only one input field named \"title\"",
        "inputFieldNotUnique",
        json!(["mutation M"]),
    );
    refused(
        r#"{ product(id: "x/1" first) { id } }"#,
        "syntax error, unexpected RPAREN (\")\") at [1, 26]",
        "PARSE_ERROR",
        Value::Null,
    );
}

#[test]
fn fragments_must_exist_fit_and_end() {
    refused(
        "{ ...F }",
        "Fragment F was used, but not defined",
        "useAndDefineFragment",
        json!(["query", "... F"]),
    );
    refused(
        "{ version } fragment F on Product { id }",
        "Fragment F was defined, but not used",
        "useAndDefineFragment",
        json!(["fragment F"]),
    );
    refused(
        r#"{ product(id: "x/1") { ... on Image { url } } }"#,
        "Fragment on Image can't be spread inside Product",
        "cannotSpreadFragment",
        json!(["query", "product", "... on Image"]),
    );
    refused(
        r#"{ node(id: "x/1") { ... on Nope { id } } }"#,
        "No such type Nope, so it can't be a fragment condition",
        "undefinedType",
        json!(["query", "node", "... on Nope"]),
    );
    refused(
        r#"{ product(id: "x/1") { ...F } } fragment F on Product { id ...F }"#,
        "Fragment F contains an infinite loop",
        "infiniteLoop",
        json!(["fragment F"]),
    );
}

#[test]
fn directives_must_exist_and_keys_must_not_conflict() {
    refused(
        "{ version @nope }",
        "Directive @nope is not defined",
        "undefinedDirective",
        json!(["query", "version"]),
    );
    refused(
        r#"{ product(id: "x/1") { a: id a: title } }"#,
        "Field 'a' has a field conflict: id or title?",
        "fieldConflict",
        json!(["query", "product"]),
    );
    refused(
        r#"{ a: product(id: "x/1") { id } a: product(id: "x/2") { id } }"#,
        r#"Field 'a' has an argument conflict: {id:"\"x/1\""} or {id:"\"x/2\""}?"#,
        "fieldConflict",
        json!(["query"]),
    );
}

#[test]
fn lists_depth_aliases_definitions_and_tokens_are_bounded() {
    let ids = |count: usize| vec!["\"x/1\""; count].join(",");
    refused(
        &format!("{{ nodes(ids: [{}]) {{ id }} }}", ids(251)),
        "The input array size of 251 is greater than the maximum allowed of 250.",
        "MAX_INPUT_SIZE_EXCEEDED",
        json!(["nodes", "ids"]),
    );
    assert_eq!(
        told(&format!("{{ {} }}", "a: version ".repeat(501)))[0].1,
        "MAX_ALIASES_EXCEEDED"
    );
    assert_eq!(
        told(&format!("{{ {} }}", "version ".repeat(12_001)))[0].1,
        "PARSE_ERROR"
    );
    let chain: String = (0..250)
        .map(|at| format!("fragment F{at} on QueryRoot {{ version ...F{} }} ", at + 1))
        .collect();
    assert_eq!(
        told(&format!(
            "{{ ...F0 }} {chain} fragment F250 on QueryRoot {{ version }}"
        ))[0]
            .1,
        "MAX_DEFINITIONS_EXCEEDED"
    );
    let deep = format!(
        "{{ product(id: \"x/1\") {{ {} id {} }} }}",
        "variants(first: 1) { product {".repeat(25),
        "} }".repeat(25)
    );
    assert_eq!(told(&deep)[0].1, "MAX_DEPTH_EXCEEDED");
    let variables = json!({ "ids": vec!["x/1"; 300] });
    let (reply, _) = run_in(
        &shop::schema(),
        "query ($ids: [ID!]!) { n: nodes(ids: $ids) { id } }",
        variables,
    );
    assert_eq!(reply["errors"][0]["path"], json!(["n", "ids"]));
    assert_eq!(
        reply["errors"][0]["extensions"]["code"],
        "MAX_INPUT_SIZE_EXCEEDED"
    );
}

#[test]
fn introspection_may_not_nest_lists_without_end() {
    let nested = "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }";
    assert_eq!(told(nested)[0].1, "MAX_DEPTH_EXCEEDED");
}

#[test]
fn fragments_that_fan_out_do_not_fill_the_memory() {
    let mut text = "{ product(id: \"x/1\") { ...F0 } }".to_owned();
    for level in 0..18 {
        let next = level + 1;
        text += &format!(
            " fragment F{level} on Product {{ a: variants(first: 1) {{ product {{ ...F{next} }} }} b: variants(first: 1) {{ product {{ ...F{next} }} }} }}"
        );
    }
    text += " fragment F18 on Product { id }";
    assert_eq!(told(&text)[0].1, "MAX_COMPLEXITY_EXCEEDED");
}

#[test]
fn the_operation_to_run_must_be_named_among_several() {
    let schema = shop::schema();
    let text = "query A { version } query B { v: version }";
    assert!(schema.plan(text, Some("B")).is_ok());
    assert_eq!(
        schema.plan(text, None).err().unwrap()[0].message,
        "An operation name is required"
    );
    assert_eq!(
        schema.plan(text, Some("C")).err().unwrap()[0].message,
        "No operation named \"C\""
    );
}
