//! Runs conformance cases: `cases FILE` prints the figure of each suite and the
//! ids that fail; with `--why` also what came instead.

#[path = "../tests/suites/runner.rs"]
mod runner;

use std::collections::BTreeMap;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let why = arguments.iter().any(|argument| argument == "--why");
    let Some(file) = arguments
        .iter()
        .find(|argument| !argument.starts_with("--"))
    else {
        eprintln!("usage: cases FILE [--why]");
        return ExitCode::FAILURE;
    };
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("{file}: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut suites: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut failed = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let case: runner::Case = match serde_json::from_str(line) {
            Ok(case) => case,
            Err(error) => {
                eprintln!("{file}: {error}");
                return ExitCode::FAILURE;
            }
        };
        let (passed, all) = suites.entry(case.suite.clone()).or_default();
        *all += 1;
        match case.run() {
            Ok(()) => *passed += 1,
            Err(got) => failed.push((case, got)),
        }
    }
    for (case, got) in &failed {
        println!("{}", case.id);
        if why {
            println!(
                "    {}\n    wanted {}\n    {got}",
                case.template(),
                case.wants()
            );
        }
    }
    let (mut passed, mut all) = (0, 0);
    for (suite, (suite_passed, suite_all)) in &suites {
        println!("{suite}: {suite_passed} of {suite_all}");
        passed += suite_passed;
        all += suite_all;
    }
    println!("all: {passed} of {all}");
    if passed == all {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
