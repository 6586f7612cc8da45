//! Tests, checks, benchmarks and generated files of the workspace.
fn main() {}
