//! The engine against graphql-js on the schemas that are served: the same random operations on the same mocks.

mod generate;
mod world;

use crate::generate::{Operation, spoilt};
use crate::{Reference, Reply, ours};
use apollo_compiler::Schema as Types;
use graphql::Schema;
use serde_json::json;
use std::sync::Arc;
use world::Fails;

const OPERATIONS: u64 = 600;

/// A served schema in both engines.
struct Engines {
    name: &'static str,
    types: Arc<Types>,
    ours: Schema<Fails, Fails>,
    theirs: Reference,
}

impl Engines {
    fn start(name: &'static str) -> Self {
        let path = format!(
            "{}/../../schema/served/{name}.graphql",
            env!("CARGO_MANIFEST_DIR")
        );
        let sdl = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let types =
            Types::parse_and_validate(&sdl, &path).unwrap_or_else(|error| panic!("{error}"));
        let types = Arc::new(types.into_inner());
        Self {
            name,
            ours: world::schema(&sdl, types.clone()),
            types,
            theirs: Reference::start(&["served.mjs", &path]),
        }
    }

    /// Both replies.
    fn answer(&mut self, operation: &Operation, fails: Fails) -> (Reply, Reply) {
        let Operation { text, variables } = operation;
        let asked = json!({ "text": text, "variables": variables, "fails": fails.0 });
        let theirs = self.theirs.ask(&asked);
        (ours(&self.ours, operation, &mut fails.clone()), theirs)
    }

    fn differ(&self, seed: u64, operation: &Operation, ours: &Reply, theirs: &Reply) {
        println!(
            "{} seed {seed}\n{}\n{}\n  ours: {ours:#?}\ntheirs: {theirs:#?}",
            self.name,
            operation.text,
            json!(operation.variables),
        );
    }
}

fn replies_agree(name: &'static str) {
    let mut engines = Engines::start(name);
    let (mut failed, mut erred, mut bytes) = (0, 0, 0);
    for seed in 0..OPERATIONS {
        let operation = generate::operation(&engines.types, seed);
        let fails = Fails([0, 150, 40, 12][seed as usize % 4]);
        let (ours, theirs) = engines.answer(&operation, fails);
        assert!(
            !theirs.refused,
            "seed {seed}: {}\n{theirs:#?}",
            operation.text
        );
        erred += u32::from(!theirs.errors.is_empty());
        bytes += theirs.data.as_ref().map_or(0, String::len);
        if ours != theirs {
            failed += 1;
            if failed <= 3 {
                engines.differ(seed, &operation, &ours, &theirs);
            }
        }
    }
    engines.theirs.stop();
    println!(
        "{name}: {OPERATIONS} operations, {erred} with errors, {bytes} bytes, {failed} differ"
    );
    assert_eq!(failed, 0, "replies differ");
    assert!(
        erred > OPERATIONS as u32 / 8 && bytes > 200_000,
        "the operations say too little"
    );
}

fn refusals_agree(name: &'static str) {
    let mut engines = Engines::start(name);
    let (mut failed, mut refused) = (0, 0);
    for seed in 0..OPERATIONS {
        let operation = match seed % 2 {
            0 => generate::faulty(&engines.types, seed),
            _ => {
                let Operation { text, variables } = generate::operation(&engines.types, seed);
                let text = spoilt(&text, seed);
                Operation { text, variables }
            }
        };
        let (ours, theirs) = engines.answer(&operation, Fails(0));
        refused += u32::from(theirs.refused);
        // graphql-js does not compare the type of `__typename` with that of another field of its name.
        let lax = operation.text.contains(": __typename") && ours.refused;
        let same = if theirs.refused {
            ours.refused
        } else {
            ours == theirs || lax
        };
        if !same {
            failed += 1;
            if failed <= 5 {
                engines.differ(seed, &operation, &ours, &theirs);
            }
        }
        assert!(ours.errors.iter().all(|error| error["message"] != ""));
    }
    engines.theirs.stop();
    println!("{name}: {OPERATIONS} faulty operations, {refused} refused, {failed} differ");
    assert_eq!(failed, 0, "the engines differ on what is valid");
    assert!(
        refused > OPERATIONS as u32 / 2,
        "the operations are hardly faulty"
    );
}

#[test]
fn replies_on_the_served_admin_schema_are_those_of_graphql_js() {
    replies_agree("admin");
}

#[test]
fn replies_on_the_served_storefront_schema_are_those_of_graphql_js() {
    replies_agree("storefront");
}

#[test]
fn what_graphql_js_refuses_on_the_served_admin_schema_is_refused() {
    refusals_agree("admin");
}

#[test]
fn what_graphql_js_refuses_on_the_served_storefront_schema_is_refused() {
    refusals_agree("storefront");
}
