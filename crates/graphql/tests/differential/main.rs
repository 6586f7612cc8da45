//! The engine against graphql-js: the same random operations on the same world, compared byte for byte.

mod generate;
mod served;
mod world;

use graphql::{GraphqlError, Kind, Part, PathItem, Schema};
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

const OPERATIONS: u64 = 3_000;

#[derive(Deserialize, PartialEq, Debug)]
struct Reply {
    refused: bool,
    data: Option<String>,
    errors: Vec<Value>,
}

fn error_json(error: &GraphqlError) -> Value {
    let step = |step: &PathItem| match step {
        PathItem::Key(key) => Value::from(key.as_str()),
        PathItem::Index(index) => Value::from(*index),
    };
    let path: Option<Vec<Value>> = error
        .path
        .as_ref()
        .map(|path| path.iter().map(step).collect());
    let place = |place: &graphql::Location| json!({ "line": place.line, "column": place.column });
    let locations: Vec<Value> = error.locations.iter().map(place).collect();
    json!({ "message": error.message, "path": path, "locations": locations })
}

fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    match future.as_mut().poll(&mut cx) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("the test's resolvers never wait"),
    }
}

fn ours<C: Clone + Send + Sync + 'static>(
    schema: &Schema<C, C>,
    operation: &generate::Operation,
    cx: &mut C,
) -> Reply {
    let bound = schema
        .plan(&operation.text, None)
        .and_then(|plan| schema.bind(&plan, &operation.variables));
    let bound = match bound {
        Ok(bound) => bound,
        Err(errors) => {
            return Reply {
                refused: true,
                data: None,
                errors: errors.iter().map(error_json).collect(),
            };
        }
    };
    let response = match bound.kind() {
        Kind::Query => schema.execute(&bound, cx),
        Kind::Mutation => {
            let mut parts: Vec<Part> = Vec::new();
            for step in schema.steps(&bound) {
                let outcome = now(schema.call(&bound, &step, cx.clone()));
                parts.push(schema.present(&bound, &step, outcome, cx));
                if parts.last().is_some_and(Part::stops) {
                    break;
                }
            }
            schema.finish(&bound, parts)
        }
    };
    assert!(response.actual_cost <= bound.cost());
    let data = String::from_utf8(response.data).unwrap();
    Reply {
        refused: false,
        data: Some(data),
        errors: response.errors.iter().map(error_json).collect(),
    }
}

/// Whether graphql-js is there; panics with what to do when not.
fn folder() -> &'static Path {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/differential"));
    assert!(
        folder.join("node_modules/graphql/package.json").exists(),
        "graphql-js is missing: run `npm ci` in crates/graphql/tests/differential, or `cargo xtask test`"
    );
    folder
}

/// A running graphql-js.
struct Reference {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Reference {
    /// Runs a script of this folder, which answers a line with a line.
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new("node")
            .args(arguments)
            .current_dir(folder())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| {
                panic!(
                    "Node is missing ({error}): on Debian and Ubuntu, apt-get install nodejs npm"
                )
            });
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self {
            child,
            input,
            output,
        }
    }

    fn answer(&mut self, operation: &generate::Operation) -> Reply {
        self.ask(&json!({ "text": operation.text, "variables": operation.variables }))
    }

    fn ask(&mut self, line: &Value) -> Reply {
        writeln!(self.input, "{line}").unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    fn stop(mut self) {
        drop(self.input);
        self.child.wait().unwrap();
    }
}

#[test]
fn replies_are_those_of_graphql_js() {
    let mut reference = Reference::start(&["run.mjs"]);
    let schema = world::schema();
    let (mut failed, mut ran, mut erred) = (0, 0, 0);
    for seed in 0..OPERATIONS {
        let operation = generate::operation(seed);
        let theirs = reference.answer(&operation);
        let ours = ours(&schema, &operation, &mut ());
        let same = if theirs.refused {
            ours.refused
        } else {
            ours == theirs
        };
        ran += u32::from(!theirs.refused);
        erred += u32::from(!theirs.errors.is_empty());
        if !same {
            failed += 1;
            if failed <= 3 {
                println!(
                    "seed {seed}\n{}\n{:?}\n  ours: {ours:#?}\ntheirs: {theirs:#?}",
                    operation.text, operation.variables
                );
            }
        }
    }
    reference.stop();
    println!("{OPERATIONS} operations: {ran} ran, {erred} with errors, {failed} differ");
    assert_eq!(failed, 0, "replies differ");
    assert!(ran > 2_000 && erred > 500, "the operations say too little");
}

#[test]
fn what_graphql_js_refuses_is_refused() {
    let mut reference = Reference::start(&["run.mjs"]);
    let schema = world::schema();
    let (mut failed, mut refused) = (0, 0);
    for seed in 0..OPERATIONS {
        let operation = generate::damaged(seed);
        let theirs = reference.answer(&operation);
        let ours = ours(&schema, &operation, &mut ());
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
            if failed <= 12 {
                println!(
                    "seed {seed}\n{}\n  ours: {ours:?}\ntheirs: {theirs:?}",
                    operation.text
                );
            }
        }
        assert!(ours.errors.iter().all(|error| error["message"] != ""));
    }
    reference.stop();
    println!("{OPERATIONS} damaged operations: {refused} refused, {failed} differ");
    assert_eq!(failed, 0, "the engines differ on what is valid");
}
