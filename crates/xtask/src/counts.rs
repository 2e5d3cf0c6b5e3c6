//! How many tests a runner says it ran, read from its closing lines.

use std::ops::AddAssign;

/// Tests that passed, failed and were skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
}

impl Counts {
    /// One check, by its exit code alone: a linter, a compiler, a script.
    pub(crate) fn one(ok: bool) -> Self {
        Self { passed: usize::from(ok), failed: usize::from(!ok), skipped: 0 }
    }

    /// The same counts, held to the exit code: a runner that says "all passed" and yet fails has failed.
    pub(crate) fn held_to(mut self, ok: bool) -> Self {
        if !ok && self.failed == 0 {
            self.failed = 1;
        }
        self
    }

    /// How many tests were executed.
    pub(crate) fn executed(self) -> usize {
        self.passed + self.failed
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, more: Self) {
        self.passed += more.passed;
        self.failed += more.failed;
        self.skipped += more.skipped;
    }
}

/// `Summary [   4.1s] 12 tests run: 10 passed (1 slow), 1 failed, 1 timed out, 0 skipped`.
pub(crate) fn nextest(output: &str) -> Counts {
    let line = output.lines().rev().find(|line| line.trim_start().starts_with("Summary ["));
    let Some((_, words)) = line.and_then(|line| line.split_once("run:")) else {
        return Counts::default();
    };
    Counts {
        passed: before(words, "passed"),
        failed: before(words, "failed") + before(words, "exec failed") + before(words, "timed out"),
        // Nextest calls a test "skipped" that the command's own filter left out: that is no skipped test.
        skipped: 0,
    }
}

/// `test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out`, once per crate.
pub(crate) fn cargo_test(output: &str) -> Counts {
    let mut counts = Counts::default();
    for line in output.lines().filter(|line| line.starts_with("test result:")) {
        counts +=
            Counts { passed: before(line, "passed"), failed: before(line, "failed"), skipped: before(line, "ignored") };
    }
    counts
}

/// `=== 1 failed, 210 passed, 2 skipped, 1 error in 41.02s (0:00:41) ===`.
pub(crate) fn pytest(output: &str) -> Counts {
    let closing = |line: &&str| {
        line.rsplit_once(" in ")
            .is_some_and(|(_, time)| time.starts_with(|first: char| first.is_ascii_digit()) && time.contains('s'))
    };
    let counts = |line: &str| Counts {
        passed: before(line, "passed"),
        failed: before(line, "failed") + before(line, "error") + before(line, "errors"),
        skipped: before(line, "skipped") + before(line, "xfailed"),
    };
    output
        .lines()
        .rev()
        .filter(closing)
        .map(counts)
        .find(|counts| counts.executed() + counts.skipped > 0)
        .unwrap_or_default()
}

/// `ℹ pass 12`, `ℹ fail 1`, `ℹ cancelled 0`, `ℹ skipped 0` (or the same after a `#`).
pub(crate) fn node(output: &str) -> Counts {
    let after = |word: &str| {
        output
            .lines()
            .rev()
            .find_map(|line| {
                let (key, number) = line.trim_start_matches(['#', 'ℹ', ' ']).split_once(' ')?;
                (key == word).then(|| number.trim().parse().ok())?
            })
            .unwrap_or(0)
    };
    Counts {
        passed: after("pass"),
        failed: after("fail") + after("cancelled"),
        skipped: after("skipped") + after("todo"),
    }
}

/// The number that stands right before `phrase` among the comma- or semicolon-separated parts of a line.
fn before(line: &str, phrase: &str) -> usize {
    line.split([',', ';', '.', '='])
        .filter_map(|part| {
            let (number, rest) = part.trim().split_once(' ')?;
            let rest = rest.split(['(']).next()?.split(" in ").next()?.trim();
            (rest == phrase).then(|| number.parse::<usize>().ok())?
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: usize, failed: usize, skipped: usize) -> Counts {
        Counts { passed, failed, skipped }
    }

    #[test]
    fn nextest_counts_what_failed_timed_out_or_did_not_start() {
        let cases = [
            ("     Summary [   0.004s] 12 tests run: 12 passed, 3 skipped", counts(12, 0, 0)),
            (
                "     Summary [  61.20s] 12 tests run: 10 passed (2 slow), 1 failed, 1 timed out, 0 skipped",
                counts(10, 2, 0),
            ),
            ("     Summary [   1.00s] 5/9 tests run: 3 passed, 1 failed, 1 exec failed, 0 skipped", counts(3, 2, 0)),
            ("     Summary [   0.004s] 1 test run: 1 passed (1 flaky), 0 skipped", counts(1, 0, 0)),
            ("     Summary [   0.000s] 0 tests run: 0 passed, 0 skipped", counts(0, 0, 0)),
            ("error: could not compile `core`", counts(0, 0, 0)),
        ];
        for (output, expected) in cases {
            assert_eq!(nextest(output), expected, "{output}");
        }
    }

    #[test]
    fn cargo_test_adds_up_every_crate() {
        let output = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s\n\
                      test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s\n";
        assert_eq!(cargo_test(output), counts(15, 2, 1));
        assert_eq!(cargo_test("error: no such crate"), counts(0, 0, 0));
    }

    #[test]
    fn pytest_counts_errors_as_failures() {
        let cases = [
            ("======== 212 passed in 41.02s ========", counts(212, 0, 0)),
            ("212 passed in 0.30s", counts(212, 0, 0)),
            ("= 1 failed, 210 passed, 2 skipped, 3 warnings, 1 error in 61.02s (0:01:01) =", counts(210, 2, 2)),
            ("= 1 passed, 1 xfailed, 2 errors in 1.02s =", counts(1, 2, 1)),
            ("======== no tests ran in 0.01s ========", counts(0, 0, 0)),
            ("===== 2 passed in 1s =====\nsomething stopped in 3s", counts(2, 0, 0)),
            ("ModuleNotFoundError: No module named 'pytest'", counts(0, 0, 0)),
        ];
        for (output, expected) in cases {
            assert_eq!(pytest(output), expected, "{output}");
        }
    }

    #[test]
    fn node_counts_a_cancelled_test_as_failed() {
        let spec =
            "ℹ tests 15\nℹ suites 0\nℹ pass 12\nℹ fail 1\nℹ cancelled 1\nℹ skipped 1\nℹ todo 0\nℹ duration_ms 61";
        assert_eq!(node(spec), counts(12, 2, 1));
        assert_eq!(node(&spec.replace('ℹ', "#")), counts(12, 2, 1));
        assert_eq!(node("Error: Cannot find module"), counts(0, 0, 0));
    }

    #[test]
    fn a_runner_that_exits_in_failure_has_failed() {
        assert_eq!(counts(12, 0, 0).held_to(false), counts(12, 1, 0));
        assert_eq!(counts(12, 3, 0).held_to(false), counts(12, 3, 0));
        assert_eq!(counts(12, 0, 0).held_to(true), counts(12, 0, 0));
    }
}
