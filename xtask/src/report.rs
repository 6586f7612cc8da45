//! What ran, how long it took, and what failed.

use std::time::{Duration, Instant};

use crate::command::interrupted;
use crate::counts::Counts;

/// What a stage hands back: its tests counted, and what went wrong.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) counts: Counts,
    pub(crate) failures: Vec<String>,
}

impl Outcome {
    /// Adds what another run found.
    pub(crate) fn add(&mut self, other: Self) {
        self.counts.add(other.counts);
        self.failures.extend(other.failures);
    }

    /// A check that either holds or fails with a sentence.
    pub(crate) fn of(result: Result<(), String>) -> Self {
        match result {
            Ok(()) => Outcome {
                counts: Counts::PASSED,
                failures: Vec::new(),
            },
            Err(failure) => Outcome {
                counts: Counts::FAILED,
                failures: vec![failure],
            },
        }
    }
}

/// Collects the stages of a run.
#[derive(Debug, Default)]
pub(crate) struct Report {
    stages: Vec<(String, Duration, Counts)>,
    failures: Vec<(String, String)>,
}

impl Report {
    /// Runs a stage, unless the run was interrupted, and keeps what came of it.
    pub(crate) fn stage(&mut self, name: &str, run: impl FnOnce() -> Outcome) {
        if interrupted() {
            return;
        }
        println!("\n=== {name}");
        let start = Instant::now();
        let outcome = run();
        let took = start.elapsed();
        let verdict = if outcome.failures.is_empty() {
            "done"
        } else {
            "FAILED"
        };
        println!("=== {name}: {verdict} in {:.1} s", took.as_secs_f64());
        for failure in outcome.failures {
            self.failures.push((name.to_owned(), failure));
        }
        self.stages.push((name.to_owned(), took, outcome.counts));
    }

    /// Prints the table of stages, the failures, and the line that adds up.
    ///
    /// # Errors
    /// A sentence when anything failed or the run was interrupted.
    pub(crate) fn close(self) -> Result<(), String> {
        println!("\nstage              seconds  passed  failed");
        let mut total = Counts::default();
        for (name, took, counts) in &self.stages {
            println!(
                "{name:<18} {:>7.1}  {:>6}  {:>6}",
                took.as_secs_f64(),
                counts.passed,
                counts.failed
            );
            total.add(*counts);
        }
        if !self.failures.is_empty() {
            println!("\nFailed:");
            for (stage, failure) in &self.failures {
                println!("  {stage}: {}", failure.trim_end().replace('\n', "\n    "));
            }
        }
        println!("\n{} passed, {} failed", total.passed, total.failed);
        if interrupted() {
            Err("interrupted before the end".to_owned())
        } else if self.failures.is_empty() {
            Ok(())
        } else {
            Err("Not everything passed; the list above says what did not.".to_owned())
        }
    }
}
