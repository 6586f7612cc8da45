//! A small shop for the tests of the engine.

use graphql::{
    Error, Kind, Maybe, MutationCx, NoArgs, Obj, Page, PageArgs, Registry, Schema, obj, refusal,
};
use serde::Deserialize;
use serde_json::{Map, Value};
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

pub(crate) struct Cx {
    pub(crate) loads: Vec<&'static str>,
}

pub(crate) struct Product {
    id: i64,
    title: String,
    vendor: Option<String>,
}

pub(crate) struct Variant {
    id: i64,
    product: i64,
}

pub(crate) struct Image;
pub(crate) struct Video(i32);

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

pub(crate) fn registry() -> Registry<Cx, String> {
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

pub(crate) fn schema() -> Schema<Cx, String> {
    registry().build().unwrap_or_else(|error| panic!("{error}"))
}

pub(crate) fn run_in(schema: &Schema<Cx, String>, text: &str, variables: Value) -> (Value, Cx) {
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
