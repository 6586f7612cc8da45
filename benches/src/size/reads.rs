//! What buyers and merchants read, and what each read may take.

use std::time::Duration;

use serde_json::{Value, json};

use super::client::{Client, Interface};
use super::fixture::{Fixture, Size};
use super::texts::{
    ADMIN_COLLECTION, ADMIN_LISTING, ADMIN_VARIANTS, COLLECTION_PAGE, LISTING, PREDICTIVE,
    PRODUCT_PAGE, RECOMMENDATIONS, SEARCH,
};
use super::{Options, opened, row, shown};

/// How often each read is asked before it counts: plans are made, and pages of the file are in memory.
const WARM: usize = 5;
/// A floor that is told by the small shop's time: so many tenths of it.
const TENTHS: u64 = 15;

/// What a read may take.
#[derive(Debug, Clone, Copy)]
enum Floor {
    Millis(u64),
    /// One and a half times what it takes in the small shop.
    Small,
}

struct Read {
    name: String,
    floor: Floor,
    interface: Interface,
    text: &'static str,
    /// Asked in turn.
    variables: Vec<Value>,
}

/// How long a read took: at first, and of all repeats the middle and the 99th of a hundred.
#[derive(Debug, Clone, Copy, Default)]
struct Times {
    first: u64,
    p50: u64,
    p99: u64,
}

/// Asks everything of both shops.
pub(super) fn measured(fixture: &Fixture, options: &Options) -> Result<String, String> {
    let reads: Vec<Read> = all()
        .into_iter()
        .filter(|read| read.name.contains(&options.only))
        .collect();
    let mut times = Vec::new();
    for size in [Size::Small, Size::Large] {
        let mut client = opened(fixture, size)?;
        let mut own = Vec::new();
        for read in &reads {
            let took = timed(&mut client, read, options.repeats)
                .map_err(|why| format!("{}: {why}", read.name))?;
            eprintln!("{size:?} {}: {took:?}", read.name);
            own.push(took);
        }
        times.push(own);
    }
    let mut text = row(&[
        "read",
        "floor ms",
        "1,000: p50 ms",
        "p99",
        "100,000: first ms",
        "p50",
        "p99",
        "",
    ]);
    text.push_str("|---|--:|--:|--:|--:|--:|--:|---|\n");
    for (place, read) in reads.iter().enumerate() {
        let (small, large) = (times[0][place], times[1][place]);
        let most = match read.floor {
            Floor::Millis(most) => most * 1_000,
            Floor::Small => small.p50 * TENTHS / 10,
        };
        let verdict = if large.p50 <= most { "kept" } else { "MISSED" };
        text.push_str(&row(&[
            &read.name,
            &shown(most),
            &shown(small.p50),
            &shown(small.p99),
            &shown(large.first),
            &shown(large.p50),
            &shown(large.p99),
            verdict,
        ]));
    }
    Ok(text)
}

fn timed(client: &mut Client, read: &Read, repeats: usize) -> Result<Times, String> {
    let requests: Vec<Vec<u8>> = read
        .variables
        .iter()
        .map(|variables| client.request(read.interface, read.text, variables))
        .collect();
    let micros = |took: Duration| u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    let mut times = Times {
        first: micros(client.send(&requests[0])?.1),
        ..Times::default()
    };
    for request in requests.iter().cycle().take(WARM) {
        client.send(request)?;
    }
    let mut all = Vec::with_capacity(repeats);
    for request in requests.iter().cycle().take(repeats) {
        all.push(micros(client.send(request)?.1));
    }
    all.sort_unstable();
    times.p50 = all[all.len() / 2];
    times.p99 = all[all.len() * 99 / 100];
    Ok(times)
}

fn all() -> Vec<Read> {
    let mut reads = vec![Read {
        name: "product by handle".to_owned(),
        floor: Floor::Small,
        interface: Interface::Storefront,
        text: PRODUCT_PAGE,
        variables: (0..50)
            .map(|number| json!({ "handle": format!("goods-{}", number * 4) }))
            .collect(),
    }];
    let mut add = |name: &str, interface, text, variables: Vec<Value>| {
        reads.push(Read {
            name: name.to_owned(),
            floor: Floor::Millis(10),
            interface,
            text,
            variables,
        });
    };
    listings(&mut add);
    collections(&mut add);
    searches(&mut add);
    merchants(&mut add);
    reads
}

type Add<'a> = &'a mut dyn FnMut(&str, Interface, &'static str, Vec<Value>);

fn listings(add: Add<'_>) {
    for sort in [
        "ID",
        "TITLE",
        "PRICE",
        "BEST_SELLING",
        "CREATED_AT",
        "UPDATED_AT",
        "VENDOR",
        "PRODUCT_TYPE",
    ] {
        let both = [false, true].map(|reverse| json!({ "sort": sort, "reverse": reverse }));
        let name = format!("listing by {sort}");
        add(&name, Interface::Storefront, LISTING, both.into());
    }
    for (name, sort, queries) in [
        (
            "listing of a common vendor",
            "TITLE",
            vec!["vendor:'Maker 0'", "vendor:'Maker 1'"],
        ),
        (
            "listing of a rare vendor",
            "PRICE",
            vec!["vendor:'Maker 39'", "vendor:'Maker 38'"],
        ),
        (
            "listing of a type",
            "PRICE",
            vec!["product_type:Teapot", "product_type:Clock"],
        ),
        (
            "listing of a tag",
            "BEST_SELLING",
            vec!["tag:Clay", "tag:Slate", "tag:season-59"],
        ),
        (
            "listing of prices",
            "TITLE",
            vec!["variants.price:>900", "variants.price:<40"],
        ),
        (
            "listing of a vendor, a tag and a type",
            "CREATED_AT",
            vec![
                "vendor:'Maker 0' tag:Clay product_type:Kettle",
                "vendor:'Maker 30' tag:Rustic product_type:Teapot",
            ],
        ),
        (
            "listing of a word",
            "TITLE",
            vec!["kitchen", "clay", "teapot"],
        ),
        (
            "listing of a word, ranked",
            "RELEVANCE",
            vec!["kitchen", "clay", "teapot"],
        ),
    ] {
        let variables = queries
            .into_iter()
            .map(|query| json!({ "sort": sort, "query": query }))
            .collect();
        add(name, Interface::Storefront, LISTING, variables);
    }
}

fn collections(add: Add<'_>) {
    for handle in ["shelf-3", "of-1000", "by-hand", "of-10000", "of-50000"] {
        let page = |filters: Value, sort: Value| json!({ "handle": handle, "filters": filters, "sort": sort });
        let price = json!({ "price": { "min": 5.0, "max": 200.0 } });
        let sets = [
            page(json!([price, { "tag": "Clay" }]), json!("PRICE")),
            page(
                json!([{ "productVendor": "Maker 1" }, { "available": true }]),
                json!("TITLE"),
            ),
            page(
                json!([{ "variantOption": { "name": "Size", "value": "M" } }, price]),
                json!("BEST_SELLING"),
            ),
        ];
        let name = |what: &str| format!("collection {handle}, {what}");
        add(
            &name("facets"),
            Interface::Storefront,
            COLLECTION_PAGE,
            vec![page(json!([]), Value::Null)],
        );
        add(
            &name("filters and facets"),
            Interface::Storefront,
            COLLECTION_PAGE,
            sets.into(),
        );
    }
}

fn searches(add: Add<'_>) {
    let queries = |words: &[&str]| {
        words
            .iter()
            .map(|query| json!({ "query": query }))
            .collect::<Vec<_>>()
    };
    for (name, words) in [
        ("search for a common word", &["teapot", "clay"][..]),
        ("search for what is everywhere", &["kitchen", "sun"]),
        (
            "search for two common words",
            &["clay teapot", "kettle glass"],
        ),
        ("search for a rare word", &["417", "638"]),
    ] {
        add(name, Interface::Storefront, SEARCH, queries(words));
    }
    let narrowed = json!({
        "query": "teapot", "sort": "PRICE", "filters": [{ "available": true }, { "tag": "Clay" }],
    });
    add(
        "search, filtered, by price",
        Interface::Storefront,
        SEARCH,
        vec![narrowed],
    );
    for (name, words) in [
        (
            "predictive search for a common beginning",
            &["te", "tea", "cl", "kit"][..],
        ),
        (
            "predictive search for two words",
            &["clay tea", "rustic ket"],
        ),
        ("predictive search for a rare word", &["417", "season 59"]),
        (
            "predictive search with a slip",
            &["teapto", "ketle", "wallnut"],
        ),
    ] {
        add(name, Interface::Storefront, PREDICTIVE, queries(words));
    }
    let handles = (1..20).map(|number| json!({ "handle": format!("goods-{}", number * 4) }));
    add(
        "recommendations",
        Interface::Storefront,
        RECOMMENDATIONS,
        handles.collect(),
    );
}

fn merchants(add: Add<'_>) {
    let plain = |sorts: &[&str]| {
        sorts
            .iter()
            .map(|sort| json!({ "sort": sort }))
            .collect::<Vec<_>>()
    };
    let by = |sort: &str, queries: &[&str]| {
        let one = |query: &&str| json!({ "sort": sort, "query": query });
        queries.iter().map(one).collect::<Vec<_>>()
    };
    for sort in ["PUBLISHED_AT", "INVENTORY_TOTAL"] {
        add(
            &format!("Admin: products by {sort}"),
            Interface::Admin,
            ADMIN_LISTING,
            plain(&[sort]),
        );
    }
    for (name, sort, queries) in [
        (
            "Admin: a common word",
            "RELEVANCE",
            &["kitchen", "clay", "teapot"][..],
        ),
        (
            "Admin: a common word by title",
            "TITLE",
            &["kitchen", "clay", "teapot"],
        ),
        (
            "Admin: two words by title",
            "TITLE",
            &["clay teapot", "glass kettle"],
        ),
        (
            "Admin: a vendor",
            "TITLE",
            &["vendor:'Maker 0'", "vendor:'Maker 20'"],
        ),
        (
            "Admin: a vendor and a tag",
            "TITLE",
            &[
                "vendor:'Maker 0' AND tag:Clay",
                "vendor:'Maker 3' AND tag:Oak",
            ],
        ),
        ("Admin: a sku", "TITLE", &["sku:SKU-417-0", "sku:SKU-4*"]),
        (
            "Admin: a status",
            "UPDATED_AT",
            &["status:active", "status:draft", "status:archived"],
        ),
    ] {
        add(name, Interface::Admin, ADMIN_LISTING, by(sort, queries));
    }
    few(add);
}

/// What is read of one article, or of one collection.
fn few(add: Add<'_>) {
    let variants = [
        json!({ "query": "sku:SKU-417-0" }),
        json!({ "query": "SKU-638-1" }),
    ];
    add(
        "Admin: variants by sku",
        Interface::Admin,
        ADMIN_VARIANTS,
        variants.into(),
    );
    for handle in ["of-1000", "of-50000"] {
        let name = format!("Admin: collection {handle}");
        add(
            &name,
            Interface::Admin,
            ADMIN_COLLECTION,
            vec![json!({ "handle": handle })],
        );
    }
}
