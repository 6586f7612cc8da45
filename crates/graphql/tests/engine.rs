//! The engine from registration to reply, on a small schema.

use graphql::{
    Error, Kind, Maybe, MutationCx, NoArgs, Obj, Page, PageArgs, Registry, Schema, obj, prune,
    refusal,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::rc::Rc;

const PUBLISHED: &str = r#"
schema { query: QueryRoot mutation: Mutation }
directive @idempotent(key: String!) on FIELD
directive @inContext(country: Country, language: String) on QUERY | MUTATION
enum Country { DE FR US }
enum SortKeys { ID TITLE VENDOR }
enum Status { ACTIVE ARCHIVED DRAFT }
interface Node { id: ID! }
interface Titled { title: String! vendor: String subtitle: String }
union Media = Image | Video
scalar Money
scalar Unused
type QueryRoot {
  product(id: ID!): Product
  products(after: String, before: String, first: Int, last: Int, query: String, reverse: Boolean = false, sortKey: SortKeys = ID): ProductConnection!
  node(id: ID!): Node
  nodes(ids: [ID!]!): [Node]!
  version: String!
  orders(first: Int): OrderConnection!
}
type Product implements Node & Titled {
  id: ID!
  title: String!
  vendor: String
  subtitle: String
  status: Status!
  price: Money!
  tags: [String!]!
  variants(first: Int!, unknown: String): [Variant!]!
  media: [Media!]!
  description(truncateAt: Int): String!
  notServed: String
}
type Variant implements Node & Titled { id: ID! title: String! vendor: String subtitle: String product: Product! broken: Int! shaky: Int }
type Image { url(width: Int): String! }
type Video { seconds: Int! }
type ProductConnection { edges: [ProductEdge!]! nodes: [Product!]! pageInfo: PageInfo! totalCount: Int! }
type ProductEdge { cursor: String! node: Product! }
type PageInfo { endCursor: String hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String }
type OrderConnection { nodes: [Product!]! }
type Mutation { productCreate(input: ProductInput!, note: String): ProductCreatePayload }
type ProductCreatePayload { product: Product userErrors: [UserError!]! }
type UserError { field: [String!] message: String! }
input ProductInput { title: String! status: Status = ACTIVE tags: [String!] seo: SeoInput unknown: Int vendor: String }
input SeoInput { title: String description: String }
"#;

struct Cx {
    loads: Vec<&'static str>,
}

struct Product {
    id: i64,
    title: String,
    vendor: Option<String>,
}

struct Variant {
    id: i64,
    product: i64,
}

struct Image;
struct Video(i32);

#[derive(Deserialize)]
struct IdArgs {
    id: Gid,
}

#[derive(Debug)]
struct Gid(i64);

impl<'de> Deserialize<'de> for Gid {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let number = text
            .rsplit('/')
            .next()
            .and_then(|number| number.parse().ok());
        number
            .map(Gid)
            .ok_or_else(|| serde::de::Error::custom(format!("Invalid global id '{text}'")))
    }
}

#[derive(Deserialize)]
struct IdsArgs {
    ids: Vec<Gid>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProductsArgs {
    sort_key: SortKey,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SortKey {
    Id,
    Title,
}

#[derive(Deserialize)]
struct FirstArgs {
    first: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TruncateArgs {
    truncate_at: Option<usize>,
}

#[derive(Deserialize)]
struct WidthArgs {
    width: Option<i32>,
}

#[derive(Deserialize)]
struct CreateArgs {
    input: ProductInput,
}

#[derive(Deserialize)]
struct ProductInput {
    title: String,
    status: Option<Status>,
    tags: Option<Vec<String>>,
    #[serde(default)]
    vendor: Maybe<String>,
    seo: Option<Seo>,
}

#[derive(Deserialize)]
struct Seo {
    title: Option<String>,
}

#[derive(Deserialize, Debug)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Status {
    Active,
    Archived,
}

struct CreatePayload {
    id: Option<i64>,
    said: String,
}

struct UserError(String);

fn product(id: i64) -> Product {
    Product {
        id,
        title: format!("Product {id}"),
        vendor: (id % 2 == 0).then(|| "Acme".to_owned()),
    }
}

fn node(id: &Gid) -> Option<Obj> {
    match id.0 {
        0 => None,
        id if id < 100 => Some(obj(product(id))),
        id if id < 1000 => Some(obj(Variant {
            id,
            product: id / 100,
        })),
        _ => Some(obj(Video(1))),
    }
}

fn products((page, args): &(PageArgs, ProductsArgs), cx: &mut Cx) -> Result<Page<Product>, Error> {
    cx.loads.push("products");
    let window = page.window()?;
    let mut nodes: Vec<Product> = (1..=window.limit as i64).map(product).collect();
    if args.sort_key == SortKey::Title {
        nodes.reverse();
    }
    let mut page = Page::new(nodes, false, true, |product| format!("c{}", product.id));
    page.total_count = Some(9);
    Ok(page)
}

fn variants(
    products: &[&Product],
    args: &FirstArgs,
    cx: &mut Cx,
) -> Vec<Result<Vec<Variant>, Error>> {
    cx.loads.push("variants");
    let of = |product: &&Product| {
        (0..args.first)
            .map(|at| Variant {
                id: product.id * 100 + at,
                product: product.id,
            })
            .collect()
    };
    products.iter().map(|product| Ok(of(product))).collect()
}

async fn product_create(cx: MutationCx<String>, args: CreateArgs) -> Result<CreatePayload, Error> {
    if args.input.title == "fault" {
        return Err(Error::new("It broke").code("INTERNAL_SERVER_ERROR"));
    }
    let said = format!(
        "{} {:?} {:?} {:?} {:?} key={:?} country={:?}",
        cx.request,
        args.input.status,
        args.input.tags,
        args.input.vendor,
        args.input.seo.and_then(|seo| seo.title),
        cx.directives.get("idempotent", "key"),
        cx.operation_directives.get("inContext", "country"),
    );
    Ok(CreatePayload {
        id: (args.input.title != "refused").then_some(7),
        said,
    })
}

fn registry() -> Registry<Cx, String> {
    let mut r = Registry::new(PUBLISHED);
    r.object::<Product>("Product")
        .leaf("id", |product| format!("gid://shop/Product/{}", product.id))
        .text("title", |product| &product.title)
        .text_opt("vendor", |product| product.vendor.as_deref())
        .leaf("status", |_| "ACTIVE")
        .leaf("price", |product| format!("{}.00", product.id))
        .leaf("tags", |_| vec!["a".to_owned(), "b".to_owned()])
        .load("variants", variants)
        .child("media", |product| -> Vec<Obj> {
            vec![obj(Image), obj(Video(product.id as i32))]
        })
        .with("description", |product, args: &TruncateArgs| {
            let text = "A long description";
            if product.id == 3 {
                return Err(Error::new("No description").code("NOT_FOUND"));
            }
            Ok(text[..args.truncate_at.unwrap_or(text.len())].to_owned())
        });
    r.object::<Variant>("Variant")
        .leaf("id", |variant| format!("gid://shop/Variant/{}", variant.id))
        .leaf("title", |variant| format!("Variant {}", variant.id))
        .text_opt("vendor", |_| None)
        .child("product", |variant| Rc::new(product(variant.product)))
        .load_leaf("broken", |variants: &[&Variant], _: &NoArgs, _| {
            let broken = |variant: &&Variant| match variant.id % 100 {
                1 => Err(Error::new("Broken")),
                _ => Ok(1),
            };
            variants.iter().map(broken).collect()
        })
        .load_leaf("shaky", |variants: &[&Variant], _: &NoArgs, _| {
            variants
                .iter()
                .map(|_| Result::<i32, _>::Err(Error::new("Shaky")))
                .collect()
        });
    r.object::<Image>("Image")
        .with("url", |_, args: &WidthArgs| {
            Ok(format!("https://cdn/{}", args.width.unwrap_or(0)))
        });
    r.object::<Video>("Video").leaf("seconds", |video| video.0);
    r.connection::<Product>("ProductConnection", "ProductEdge")
        .leaf("totalCount", |connection| {
            connection.total_count.unwrap_or(0)
        });
    r.object::<CreatePayload>("ProductCreatePayload")
        .child("product", |payload| payload.id.map(product))
        .child("userErrors", |payload| match payload.id {
            Some(_) => vec![],
            None => vec![UserError(payload.said.clone())],
        });
    r.object::<UserError>("UserError")
        .leaf("field", |_| Some(vec!["input", "title"]))
        .text("message", |error| &error.0);
    r.query("product", |args: &IdArgs, cx: &mut Cx| {
        cx.loads.push("product");
        Ok((args.id.0 != 0).then(|| product(args.id.0)))
    });
    r.query("products", products);
    r.query("node", |args: &IdArgs, _: &mut Cx| Ok(node(&args.id)));
    r.query("nodes", |args: &IdsArgs, _: &mut Cx| {
        Ok(args.ids.iter().map(node).collect::<Vec<_>>())
    });
    r.query_leaf("version", |_: &NoArgs, _: &mut Cx| Ok("1"));
    r.mutation("productCreate", product_create);
    r
}

fn schema() -> Schema<Cx, String> {
    registry().build().unwrap_or_else(|error| panic!("{error}"))
}

fn run_in(schema: &Schema<Cx, String>, text: &str, variables: Value) -> (Value, Cx) {
    let mut cx = Cx { loads: Vec::new() };
    let none = Map::new();
    let variables = variables.as_object().unwrap_or(&none);
    let bound = schema
        .plan(text, None)
        .and_then(|plan| schema.bind(&plan, variables));
    let body = match bound {
        Err(errors) => refusal(&errors, None),
        Ok(bound) if bound.kind() == Kind::Query => schema.execute(&bound, &mut cx).to_bytes(None),
        Ok(bound) => {
            let mut parts = Vec::new();
            for step in schema.steps(&bound) {
                let outcome = now(schema.call(&bound, &step, "shop".to_owned()));
                parts.push(schema.present(&bound, &step, outcome, &mut cx));
                if parts.last().is_some_and(graphql::Part::stops) {
                    break;
                }
            }
            schema.finish(&bound, parts).to_bytes(None)
        }
    };
    (
        serde_json::from_slice(&body)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&body))),
        cx,
    )
}

fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    match future.as_mut().poll(&mut cx) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("the test's resolvers never wait"),
    }
}

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
    assert_eq!(prune(served, &registry()).unwrap(), served);
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
