//! The engine from registration to reply, on a small schema.

mod shop;

use graphql::{NoArgs, prune};
use serde_json::{Map, Value, json};
use shop::{Cx, Image, Variant, Video, registry, run_in, schema};

fn run(text: &str) -> Value {
    run_in(&schema(), text, json!({})).0
}

#[test]
fn a_query_reads_objects_lists_pages_and_unions() {
    let (reply, cx) = run_in(
        &schema(),
        "query Q($n: Int!) { products(first: 2, sortKey: TITLE) { totalCount pageInfo { hasNextPage endCursor } \
         edges { cursor node { id t: title vendor price tags description(truncateAt: 6) \
         variants(first: $n) { id product { id } } media { __typename ... on Image { url(width: 9) } ... on Video { seconds } } } } } }",
        json!({ "n": 2 }),
    );
    assert_eq!(cx.loads, ["products", "variants"]);
    let variant = |id: i64, at: i64| json!({ "id": format!("gid://shop/Variant/{id}0{at}"), "product": { "id": format!("gid://shop/Product/{id}") } });
    let edge = |id: i64| {
        let vendor = if id == 2 { json!("Acme") } else { Value::Null };
        let variants = vec![variant(id, 0), variant(id, 1)];
        let media = json!([{ "__typename": "Image", "url": "https://cdn/9" }, { "__typename": "Video", "seconds": id }]);
        json!({ "cursor": format!("c{id}"), "node": {
            "id": format!("gid://shop/Product/{id}"), "t": format!("Product {id}"), "vendor": vendor, "price": format!("{id}.00"),
            "tags": ["a", "b"], "description": "A long", "variants": variants, "media": media } })
    };
    let page_info = json!({ "hasNextPage": true, "endCursor": "c1" });
    assert_eq!(
        reply,
        json!({ "data": { "products": { "totalCount": 9, "pageInfo": page_info, "edges": vec![edge(2), edge(1)] } } })
    );
}

#[test]
fn interfaces_are_told_apart_by_their_rust_types() {
    let reply = run(
        r#"{ nodes(ids: ["x/1", "x/0", "x/201"]) { id ...F ... on Titled { vendor } } } fragment F on Variant { title __typename }"#,
    );
    assert_eq!(
        reply,
        json!({ "data": { "nodes": [
            { "id": "gid://shop/Product/1", "vendor": null }, null,
            { "id": "gid://shop/Variant/201", "title": "Variant 201", "__typename": "Variant", "vendor": null },
        ] } })
    );
}

#[test]
fn an_error_is_null_up_to_the_next_place_that_may_be_null() {
    let reply = run(
        r#"{ product(id: "x/3") { id description } node(id: "x/2") { ... on Product { variants(first: 2) { broken } } } version }"#,
    );
    assert_eq!(
        reply["data"],
        json!({ "product": null, "node": null, "version": "1" })
    );
    assert_eq!(
        reply["errors"],
        json!([
            { "message": "No description", "locations": [{ "line": 1, "column": 27 }], "path": ["product", "description"], "extensions": { "code": "NOT_FOUND" } },
            { "message": "Broken", "locations": [{ "line": 1, "column": 97 }], "path": ["node", "variants", 1, "broken"] },
        ])
    );
    let reply = run(r#"{ node(id: "x/201") { ... on Variant { id shaky } } }"#);
    assert_eq!(
        reply["data"],
        json!({ "node": { "id": "gid://shop/Variant/201", "shaky": null } })
    );
    assert_eq!(reply["errors"][0]["path"], json!(["node", "shaky"]));
    let reply = run("{ version products(first: 2, last: 1) { nodes { id } } }");
    assert_eq!(reply["data"], Value::Null);
    assert_eq!(
        reply["errors"][0]["message"],
        "providing both first and last is not supported"
    );
}

#[test]
fn skip_and_include_follow_the_variables() {
    let text = r#"query ($a: Boolean!, $b: Boolean = true) { version @skip(if: $a) v: version @include(if: $b) product(id: "x/1") { id ...T @include(if: $a) } } fragment T on Product { title }"#;
    let (reply, _) = run_in(&schema(), text, json!({ "a": true, "b": false }));
    assert_eq!(
        reply["data"],
        json!({ "product": { "id": "gid://shop/Product/1", "title": "Product 1" } })
    );
    let (reply, _) = run_in(&schema(), text, json!({ "a": false }));
    assert_eq!(
        reply["data"],
        json!({ "version": "1", "v": "1", "product": { "id": "gid://shop/Product/1" } })
    );
}

#[test]
fn a_mutation_is_called_and_then_presented() {
    let (reply, _) = run_in(
        &schema(),
        r#"mutation M($input: ProductInput!) @inContext(country: DE) {
             a: productCreate(input: $input) @idempotent(key: "k") { product { id } userErrors { field message } }
             b: productCreate(input: { title: "fault" }) { userErrors { message } }
             __typename }"#,
        json!({ "input": { "title": "refused", "tags": "one", "vendor": null, "seo": { "title": "s" } } }),
    );
    assert_eq!(
        reply["data"],
        json!({ "a": { "product": null, "userErrors": [{ "field": ["input", "title"],
            "message": "shop Some(Active) Some([\"one\"]) Null Some(\"s\") key=Some(String(\"k\")) country=Some(String(\"DE\"))" }] },
            "b": null, "__typename": "Mutation" })
    );
    assert_eq!(reply["errors"][0]["path"], json!(["b"]));
    assert_eq!(
        reply["errors"][0]["extensions"],
        json!({ "code": "INTERNAL_SERVER_ERROR" })
    );
}

#[test]
fn variables_are_refused_with_their_problems() {
    let text = "mutation M($input: ProductInput!) { productCreate(input: $input) { userErrors { message } } }";
    let (reply, _) = run_in(
        &schema(),
        text,
        json!({ "input": { "tags": [1], "colour": 2, "status": "GONE" } }),
    );
    let error = &reply["errors"][0];
    assert_eq!(error["extensions"]["code"], "INVALID_VARIABLE");
    assert_eq!(
        error["extensions"]["problems"],
        json!([
            { "path": ["colour"], "explanation": "Field is not defined on ProductInput" },
            { "path": ["title"], "explanation": "Expected value to not be null" },
            { "path": ["status"], "explanation": "Expected \"GONE\" to be one of: ACTIVE, ARCHIVED" },
            { "path": ["tags", 0], "explanation": "Could not coerce value 1 to String" },
        ])
    );
    let (reply, _) = run_in(
        &schema(),
        "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }",
        json!({ "ids": ["x/1", "no"] }),
    );
    assert_eq!(
        reply["errors"][0]["extensions"]["problems"],
        json!([{ "path": [1], "explanation": "Invalid global id 'no'" }])
    );
}

#[test]
fn the_served_schema_holds_what_is_registered_and_nothing_else() {
    let schema = schema();
    let served = schema.sdl();
    for absent in [
        "notServed",
        "OrderConnection",
        "Unused",
        "unknown",
        "SeoInput.description",
        "VENDOR",
        "DRAFT",
        "subtitle",
        "note",
    ] {
        assert!(!served.contains(absent), "{absent} is served:\n{served}");
    }
    for present in [
        "interface Titled",
        "vendor: String",
        "union Media",
        "sortKey: SortKeys = ID",
        "seo: SeoInput",
        "scalar Money",
    ] {
        assert!(served.contains(present), "{present} is missing:\n{served}");
    }
    assert_eq!(prune(&served, &registry()).unwrap(), served);
}

#[test]
fn every_mismatch_is_told_at_the_start() {
    let mut r = registry();
    r.object::<Image>("Image").leaf("width", |_| 1);
    r.object::<Video>("Nothing").leaf("x", |_| 1);
    r.object::<Variant>("UserError");
    r.query_leaf("orders", |_: &NoArgs, _: &mut Cx| Ok(Some("x")));
    let told = r.build().err().unwrap().0.join("\n");
    for wanted in [
        "Image.width is not in the schema",
        "Nothing (",
        "UserError stands for both",
        "QueryRoot.orders is OrderConnection!, but Rust gives Text that may be null",
    ] {
        assert!(told.contains(wanted), "{wanted} is missing in:\n{told}");
    }
}

#[test]
fn introspection_shows_the_served_schema() {
    let reply = run(
        r#"{ __type(name: "Product") { name fields { name } } s: __schema { queryType { name } } }"#,
    );
    let fields = reply["data"]["__type"]["fields"].as_array().unwrap();
    assert!(fields.iter().all(|field| field["name"] != "notServed"));
    assert_eq!(reply["data"]["s"]["queryType"]["name"], "QueryRoot");
}

fn costs(text: &str, variables: Value) -> (u64, u64) {
    let schema = schema();
    let none = Map::new();
    let plan = schema.plan(text, None).unwrap();
    let bound = schema
        .bind(&plan, variables.as_object().unwrap_or(&none))
        .unwrap();
    let reply = schema.execute(&bound, &mut Cx { loads: Vec::new() });
    (bound.cost(), reply.actual_cost)
}

#[test]
fn costs_are_counted_before_and_after() {
    let none = json!({});
    assert_eq!(costs("{ version }", none.clone()), (0, 0));
    assert_eq!(
        costs(r#"{ product(id: "x/1") { id } }"#, none.clone()),
        (1, 1)
    );
    assert_eq!(
        costs(
            "{ products(first: 3) { nodes { id } pageInfo { endCursor } } }",
            none.clone()
        ),
        (4, 4)
    );
    let sized = "query ($n: Int) { products(first: $n) { edges { node { variants(first: 2) { product { id } } } } } }";
    assert_eq!(costs(sized, json!({ "n": 10 })), (14, 14));
    let either = r#"{ node(id: "x/1") { id ... on Product { media { __typename } } ... on Variant { product { variants(first: 1) { id } } } } }"#;
    assert_eq!(costs(either, none.clone()), (3, 2));
    assert_eq!(
        costs(
            r#"{ product(id: "x/0") { variants(first: 1) { id } } }"#,
            none
        ),
        (2, 1)
    );
}

#[test]
fn an_operation_may_not_cost_more_than_one_may() {
    let schema = schema();
    let plan = schema
        .plan("{ products(first: 250) { nodes { id } } }", None)
        .unwrap();
    let bound = schema.bind(&plan, &Map::new()).unwrap();
    assert!(bound.check_cost(13).is_ok());
    let refused = bound.check_cost(12).unwrap_err();
    assert_eq!(
        refused.message,
        "Query cost is 13, which exceeds the single query max cost limit (12)."
    );
    assert_eq!(refused.code(), Some("MAX_COST_EXCEEDED"));
}

const ONE_OF: &str = r"
type Query { find(by: By, many: [By!]): Named  }
input By @oneOf { id: ID handle: String }
interface Named { name(length: Int): String! }
type Thing implements Named { name(length: Int, upper: Boolean! = true): String! }
";

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
enum By {
    Id(String),
    Handle(String),
}

#[derive(serde::Deserialize)]
struct FindArgs {
    by: Option<By>,
    many: Option<Vec<By>>,
}

#[derive(serde::Deserialize)]
struct NameArgs {
    length: Option<usize>,
    upper: bool,
}

struct Thing(String);

fn finder() -> graphql::Schema<(), ()> {
    let mut r = graphql::Registry::new(ONE_OF);
    r.query("find", |args: &FindArgs, _: &mut ()| {
        let one = |by: &By| match by {
            By::Id(id) => format!("id {id}"),
            By::Handle(handle) => format!("handle {handle}"),
        };
        let all = args
            .by
            .iter()
            .chain(args.many.iter().flatten())
            .map(one)
            .collect::<Vec<_>>();
        Ok((!all.is_empty()).then(|| graphql::obj(Thing(all.join(", ")))))
    });
    r.object::<Thing>("Thing")
        .with("name", |thing, args: &NameArgs| {
            let name = if args.upper {
                thing.0.to_uppercase()
            } else {
                thing.0.clone()
            };
            Ok(name[..args.length.unwrap_or(name.len())].to_owned())
        });
    r.build().unwrap_or_else(|error| panic!("{error}"))
}

fn found(text: &str, variables: Value) -> Result<Value, String> {
    let schema = finder();
    let none = Map::new();
    let plan = schema
        .plan(text, None)
        .map_err(|errors| errors[0].message.clone())?;
    let bound = schema.bind(&plan, variables.as_object().unwrap_or(&none));
    let bound = bound.map_err(|errors| errors[0].message.clone())?;
    let reply = schema.execute(&bound, &mut ());
    Ok(serde_json::from_slice::<Value>(&reply.data).unwrap()["find"]["name"].clone())
}

#[test]
fn an_input_that_is_one_of_several_takes_exactly_one() {
    assert_eq!(
        found(r#"{ find(by: { id: "7" }) { name } }"#, json!({})).unwrap(),
        "ID 7"
    );
    let text =
        "query ($by: By, $id: ID!) { find(by: $by, many: [{ id: $id }]) { name(length: 9) } }";
    assert_eq!(
        found(text, json!({ "by": { "handle": "a" }, "id": 3 })).unwrap(),
        "HANDLE A,"
    );
    let refused = found(
        r#"{ find(by: { id: "7", handle: "x" }) { name } }"#,
        json!({}),
    );
    assert_eq!(
        refused.unwrap_err(),
        "'By' requires exactly one argument, but 2 were provided."
    );
    assert!(found(r#"{ find(many: [{ id: null }]) { name } }"#, json!({})).is_err());
    let refused = found(text, json!({ "by": {}, "id": 3 })).unwrap_err();
    assert!(
        refused.starts_with("Variable $by of type By was provided invalid value"),
        "{refused}"
    );
}

#[test]
fn the_directive_of_such_inputs_is_served() {
    let schema = finder();
    assert!(
        schema.sdl().contains("directive @oneOf on INPUT_OBJECT"),
        "{}",
        schema.sdl()
    );
}

#[test]
fn a_reply_may_not_hold_more_objects_than_its_limit() {
    let limits = graphql::Limits {
        objects_max: 20,
        ..graphql::Limits::default()
    };
    let schema = registry().build_with(limits).unwrap();
    let (reply, _) = run_in(
        &schema,
        "{ products(first: 5) { nodes { variants(first: 4) { id } } } }",
        json!({}),
    );
    assert_eq!(
        reply["errors"][0]["extensions"]["code"],
        "MAX_COMPLEXITY_EXCEEDED"
    );
    assert_eq!(reply["data"], Value::Null);
}

#[test]
fn schemas_and_bound_operations_are_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<graphql::Schema<std::rc::Rc<()>, String>>();
    shared::<graphql::Bound>();
    fn sent<T: Send>(_: T) {}
    let schema = schema();
    let plan = schema.plan("mutation { __typename }", None).unwrap();
    let bound = schema.bind(&plan, &Map::new()).unwrap();
    let steps = schema.steps(&bound);
    sent(schema.call(&bound, &steps[0], String::new()));
}

#[test]
fn a_reply_that_grows_too_large_is_refused_before_all_of_it_is_loaded() {
    let limits = graphql::Limits {
        objects_max: 1_000,
        ..graphql::Limits::default()
    };
    let schema = registry().build_with(limits).unwrap();
    let bomb = "{ products(first: 5) { nodes {
        variants(first: 4) { product { variants(first: 4) { product { variants(first: 4) { product {
        a: variants(first: 4) { id } b: variants(first: 4) { id } } } } } } } } } }";
    let (reply, cx) = run_in(&schema, bomb, json!({}));
    assert_eq!(
        reply["errors"][0]["extensions"]["code"],
        "MAX_COMPLEXITY_EXCEEDED"
    );
    // Three whole levels of variants (20, 80, 320); the fourth would be loaded for 320 products
    // in two calls, and the first of them is already too much; what stands beside it is
    // not loaded.
    assert_eq!(
        cx.loads,
        ["products", "variants", "variants", "variants", "variants"]
    );
}
