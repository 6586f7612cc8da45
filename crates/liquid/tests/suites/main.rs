//! The public conformance suites, where their cases are at hand.

mod runner;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Beside the project; the project keeps no copy.
const CASES: &str = "../../../shared/conformance/liquid/cases.jsonl";

/// The ids of cases that are known to fail; this list may only shrink.
const KNOWN: &str = include_str!("known.txt");

#[test]
fn all_cases_pass_but_the_known_ones() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(CASES);
    let Ok(text) = std::fs::read_to_string(&file) else {
        println!(
            "SKIPPED: {} is not there, so no conformance case was run",
            file.display()
        );
        return;
    };
    let cases: Vec<runner::Case> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("each line is a case"))
        .collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut failed = Vec::new();
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Err(got) = case.run() {
                failed.push((case, got));
            }
        }
        failed
    };
    let failed: Vec<_> = std::thread::scope(|scope| {
        let other = scope.spawn(work);
        let mut failed = work();
        failed.extend(other.join().expect("cases catch their panics"));
        failed
    });

    let known: BTreeSet<&str> = KNOWN.lines().filter(|line| !line.is_empty()).collect();
    let ids: BTreeSet<&str> = failed.iter().map(|(case, _)| &*case.id).collect();
    let new: Vec<String> = failed
        .iter()
        .filter(|(case, _)| !known.contains(&*case.id))
        .map(|(case, got)| {
            format!(
                "{} ({})\n  {}\n  wants {}\n  {got}",
                case.id,
                case.suite,
                case.template(),
                case.wants()
            )
        })
        .collect();
    let fixed: Vec<&&str> = known.difference(&ids).collect();
    assert!(
        new.is_empty(),
        "{} cases fail:\n{}",
        new.len(),
        new.join("\n")
    );
    assert!(
        fixed.is_empty(),
        "these pass now, take them off the list: {fixed:?}"
    );
}
