//! Reads how many tests passed and failed out of what the runners print.

/// Tests that passed, failed and were left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) ignored: u64,
}

impl Counts {
    /// One check that passed.
    pub(crate) const PASSED: Counts = Counts {
        passed: 1,
        failed: 0,
        ignored: 0,
    };
    /// One check that failed.
    pub(crate) const FAILED: Counts = Counts {
        passed: 0,
        failed: 1,
        ignored: 0,
    };

    pub(crate) fn add(&mut self, other: Counts) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
    }

    /// What a line of output says about tests, if it is a closing line of
    /// `cargo test`.
    pub(crate) fn of_line(line: &str) -> Option<Counts> {
        let rest = line.trim().strip_prefix("test result: ")?;
        let (_, numbers) = rest.split_once(". ")?;
        let mut counts = Counts::default();
        for part in numbers.split(';') {
            let Some((number, word)) = part.trim().split_once(' ') else {
                continue;
            };
            let Ok(number) = number.parse::<u64>() else {
                continue;
            };
            match word {
                "passed" => counts.passed = number,
                "failed" => counts.failed = number,
                "ignored" => counts.ignored = number,
                _ => {}
            }
        }
        Some(counts)
    }

    /// The name in a line that reports a failed test.
    pub(crate) fn failure_of_line(line: &str) -> Option<&str> {
        line.strip_prefix("test ")?.strip_suffix(" ... FAILED")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_line_of_a_test_binary_is_counted() {
        let line = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.00s";
        let counts = Counts {
            passed: 12,
            failed: 0,
            ignored: 1,
        };
        assert_eq!(Counts::of_line(line), Some(counts));
        let line = "test result: FAILED. 2 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(Counts::of_line(line).map(|counts| counts.failed), Some(3));
    }

    #[test]
    fn other_lines_count_nothing() {
        assert_eq!(Counts::of_line("running 3 tests"), None);
        assert_eq!(Counts::of_line("the test result: ok. 1 passed"), None);
    }

    #[test]
    fn a_failed_test_is_named() {
        assert_eq!(
            Counts::failure_of_line("test cart::is_kept ... FAILED"),
            Some("cart::is_kept")
        );
        assert_eq!(Counts::failure_of_line("test cart::is_kept ... ok"), None);
    }
}
