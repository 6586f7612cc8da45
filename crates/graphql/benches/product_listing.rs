//! What the engine itself costs: a listing of 24 products with 33 fields each, from memory, planned once.
//!
//! `cargo bench -p graphql` prints microseconds of CPU per request, the median of several rounds.

use graphql::{Error, NoArgs, Page, PageArgs, Registry, Schema};
use serde_json::Map;
use std::io::Write;
use std::rc::Rc;

const SCHEMA: &str = r"
schema { query: Query }
interface Node { id: ID! }
type Query { products(first: Int, last: Int, after: String, before: String, reverse: Boolean = false): ProductConnection! }
type ProductConnection { nodes: [Product!]! pageInfo: PageInfo! }
type ProductEdge { cursor: String! node: Product! }
type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
type Product implements Node {
  id: ID! title: String! handle: String! description: String! vendor: String! productType: String! status: String!
  createdAt: String! updatedAt: String! publishedAt: String onlineStoreUrl: String availableForSale: Boolean!
  isGiftCard: Boolean! requiresSellingPlan: Boolean! totalInventory: Int tags: [String!]! templateSuffix: String
  trackingParameters: String seo: SEO! featuredImage: Image priceRange: PriceRange!
}
type SEO { title: String description: String }
type Image { id: ID url: String! altText: String width: Int height: Int }
type PriceRange { minVariantPrice: Money! maxVariantPrice: Money! }
type Money { amount: String! currencyCode: String! }
";

const REQUEST: &str = "query Listing($first: Int!) { products(first: $first) { nodes {
  id title handle description vendor productType status createdAt updatedAt publishedAt onlineStoreUrl
  availableForSale isGiftCard requiresSellingPlan totalInventory tags templateSuffix trackingParameters
  seo { title description } featuredImage { id url altText width height }
  priceRange { minVariantPrice { amount currencyCode } maxVariantPrice { amount currencyCode } }
} pageInfo { hasNextPage endCursor } } }";

struct Product {
    id: i64,
    title: String,
    handle: String,
    description: String,
    vendor: String,
    tags: Vec<String>,
}

struct Seo(Rc<Product>);
struct Image(i64);
struct PriceRange(i64);
struct Money(i64);

fn catalogue() -> Vec<Rc<Product>> {
    let product = |id: i64| Product {
        id: 7_000_000_000_000 + id,
        title: format!("Linen shirt number {id}"),
        handle: format!("linen-shirt-number-{id}"),
        description: "A shirt of washed linen, cut wide, with buttons of corozo nut. ".repeat(4),
        vendor: "Atelier Nord".to_owned(),
        tags: vec!["linen".to_owned(), "summer".to_owned(), "shirt".to_owned()],
    };
    (0..24).map(|id| Rc::new(product(id))).collect()
}

struct Cx {
    products: Vec<Rc<Product>>,
}

fn products(args: &PageArgs, cx: &mut Cx) -> Result<Page<Rc<Product>>, Error> {
    let window = args.window()?;
    let nodes = cx.products.iter().take(window.limit).cloned().collect();
    Ok(Page::new(nodes, false, true, |product: &Rc<Product>| {
        product.id.to_string()
    }))
}

fn schema() -> Schema<Cx, ()> {
    let mut r = Registry::new(SCHEMA);
    r.object::<Product>("Product")
        .leaf("id", |product| {
            format!("gid://shopify/Product/{}", product.id)
        })
        .text("title", |product| &product.title)
        .text("handle", |product| &product.handle)
        .text("description", |product| &product.description)
        .text("vendor", |product| &product.vendor)
        .leaf("productType", |_| "Shirts")
        .leaf("status", |_| "ACTIVE")
        .leaf("createdAt", |_| "2026-01-02T03:04:05Z")
        .leaf("updatedAt", |_| "2026-01-02T03:04:05Z")
        .leaf("publishedAt", |_| Some("2026-01-02T03:04:05Z"))
        .leaf("onlineStoreUrl", |product| {
            Some(format!("https://shop.example/products/{}", product.handle))
        })
        .leaf("availableForSale", |_| true)
        .leaf("isGiftCard", |_| false)
        .leaf("requiresSellingPlan", |_| false)
        .leaf("totalInventory", |product| product.id % 100)
        .leaf("tags", |product| product.tags.clone())
        .text_opt("templateSuffix", |_| None)
        .text_opt("trackingParameters", |_| None)
        .load("seo", |products: &[&Product], _: &NoArgs, cx: &mut Cx| {
            let of = |product: &&Product| Ok(Seo(cx.products[(product.id % 24) as usize].clone()));
            products.iter().map(of).collect()
        })
        .child("featuredImage", |product| Some(Image(product.id)))
        .child("priceRange", |product| PriceRange(product.id));
    r.object::<Seo>("SEO")
        .text_opt("title", |seo| Some(&seo.0.title))
        .text_opt("description", |seo| Some(&seo.0.vendor));
    r.object::<Image>("Image")
        .leaf("id", |image| format!("gid://shopify/Image/{}", image.0))
        .leaf("url", |image| {
            format!("https://shop.example/cdn/shop/{}.jpg", image.0)
        })
        .text_opt("altText", |_| None)
        .leaf("width", |_| 1200)
        .leaf("height", |_| 800);
    r.object::<PriceRange>("PriceRange")
        .child("minVariantPrice", |range| Money(range.0 % 1000))
        .child("maxVariantPrice", |range| Money(range.0 % 1000 + 500));
    r.object::<Money>("Money")
        .leaf("amount", |money| {
            format!("{}.{:02}", money.0 / 100, money.0 % 100)
        })
        .leaf("currencyCode", |_| "EUR");
    r.connection::<Product>("ProductConnection", "ProductEdge");
    r.query("products", products);
    r.build().unwrap_or_else(|error| panic!("{error}"))
}

/// Nanoseconds this thread has spent on a processor.
fn cpu_nanos() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ')
        .next()
        .and_then(|nanos| nanos.parse().ok())
        .unwrap_or(0)
}

fn request(schema: &Schema<Cx, ()>, cx: &mut Cx) -> Vec<u8> {
    let mut variables = Map::new();
    variables.insert("first".to_owned(), 24.into());
    let plan = schema
        .plan(REQUEST, None)
        .unwrap_or_else(|errors| panic!("{errors:?}"));
    let bound = schema
        .bind(&plan, &variables)
        .unwrap_or_else(|errors| panic!("{errors:?}"));
    schema.execute(&bound, cx).to_bytes(None)
}

/// The same request in a text never seen before.
fn planned(schema: &Schema<Cx, ()>, number: u64) {
    let text = format!("{REQUEST} # {number}");
    std::hint::black_box(
        schema
            .plan(&text, None)
            .unwrap_or_else(|errors| panic!("{errors:?}")),
    );
}

fn main() {
    let schema = schema();
    let mut cx = Cx {
        products: catalogue(),
    };
    let reply = request(&schema, &mut cx);
    assert!(reply.len() > 20_000 && !reply.windows(8).any(|part| part == b"\"errors\""));
    let (rounds, requests): (usize, u64) = match std::env::args().nth(1).as_deref() {
        Some("once") => (1, 20),
        _ => (11, 4_000),
    };
    let mut costs: Vec<u64> = (0..rounds)
        .map(|_| {
            let before = cpu_nanos();
            for _ in 0..requests {
                std::hint::black_box(request(&schema, &mut cx));
            }
            (cpu_nanos() - before) / requests
        })
        .collect();
    costs.sort_unstable();
    let micros = |nanos: u64| format!("{}.{}", nanos / 1000, nanos % 1000 / 100);
    let before = cpu_nanos();
    (0..requests / 10).for_each(|number| planned(&schema, number));
    let plan = (cpu_nanos() - before) / (requests / 10);
    let mut out = std::io::stdout().lock();
    let written = writeln!(
        out,
        "product_listing: {} µs of CPU per request (33 fields × 24 products, {} bytes; best {}, worst {}); {} µs to plan it",
        micros(costs[rounds / 2]),
        reply.len(),
        micros(costs[0]),
        micros(costs[rounds - 1]),
        micros(plan)
    );
    written.unwrap_or_else(|error| panic!("{error}"));
}
