//! Tests, checks, benchmarks and generated files of the workspace.
//!
//! `cargo xtask help` says what it can do.

mod cluster;
mod command;
mod counts;
mod packages;
mod report;
mod schema;
mod stages;
mod targets;
mod tidy;
mod tree;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  test     everything that a change must pass; installs what the machine lacks
             --only STAGE[,STAGE]   run these stages alone
             --skip STAGE[,STAGE]   run all stages but these
             --list                 name the stages
             -- FILTER              run the tests whose name contains FILTER
  check    the quick half: tidy, formatting, lints, unit tests
  tidy     the rules of the house that neither rustc nor Clippy can check
  schema   write schema/served/*.graphql; --check compares them instead
  bench    the benchmarks, on a release build; arguments go to the generator
";

fn main() -> ExitCode {
    command::watch_for_interrupts();
    let root = tree::root();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (name, rest) = match arguments.split_first() {
        Some((name, rest)) => (name.as_str(), rest),
        None => ("help", &[][..]),
    };
    let outcome = match name {
        "test" => stages::test(&root, rest),
        "check" => stages::check(&root),
        "tidy" => tidy::command(&root),
        "schema" => schema::command(&root, rest),
        "bench" => stages::bench(&root, rest),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(format!("There is no command `{other}`.\n\n{HELP}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{}", message.trim_end());
            ExitCode::FAILURE
        }
    }
}
