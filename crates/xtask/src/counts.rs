//! Counts of the tests that a runner says it ran: in its JUnit report or, where it writes none, in its closing lines.

use std::ops::AddAssign;

use anyhow::{Result, bail};
use quick_xml::Reader;
use quick_xml::events::Event;

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

/// The tests in a JUnit report. What those of nextest, pytest and node have in common is a `testcase` with a `failure`, an
/// `error` or a `skipped` in it, or with none of them if it passed; the totals they give differ. Node has none for a test
/// with tests in it, which is a `testsuite`: if it alone fails, the exit code tells.
pub(crate) fn junit(report: &str) -> Result<Counts> {
    let mut reader = Reader::from_str(report);
    reader.config_mut().expand_empty_elements = true;
    let (mut counts, mut test, mut depth) = (Counts::default(), Counts::default(), 0_usize);
    loop {
        match reader.read_event()? {
            Event::Start(element) => {
                depth += 1;
                match element.name().as_ref() {
                    "testcase" => test = Counts::one(true),
                    "skipped" => test = Counts { skipped: 1, ..Counts::default() },
                    // What node's `todo` marks may fail. If pytest finds an error after a test was skipped, its exit code tells.
                    "failure" | "error" if test.skipped == 0 => test = Counts::one(false),
                    _ => {}
                }
            }
            Event::End(element) => {
                depth -= 1;
                if element.name().as_ref() == "testcase" {
                    counts += test;
                }
            }
            Event::Eof if depth > 0 => bail!("it breaks off"),
            Event::Eof if counts == Counts::default() => bail!("there is no test in it"),
            Event::Eof => return Ok(counts),
            _ => {}
        }
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

/// The number that stands right before `phrase` among the parts of a line.
fn before(line: &str, phrase: &str) -> usize {
    line.split([';', '.'])
        .filter_map(|part| {
            let (number, rest) = part.trim().split_once(' ')?;
            (rest == phrase).then(|| number.parse::<usize>().ok())?
        })
        .sum()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    fn counts(passed: usize, failed: usize, skipped: usize) -> Counts {
        Counts { passed, failed, skipped }
    }

    #[test]
    fn cargo_test_adds_up_every_crate() {
        let output = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s\n\
                      test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s\n";
        assert_eq!(cargo_test(output), counts(15, 2, 1));
        assert_eq!(cargo_test("error: no such crate"), counts(0, 0, 0));
    }

    // What the runners wrote, without the stacks.
    const NEXTEST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="nextest-run" tests="4" skipped="0" failures="3" errors="0" timestamp="2026-11-29T03:43:31.621+00:00" time="1.017">
    <testsuite name="nx" tests="4" skipped="0" errors="0" failures="3">
        <testcase name="tests::aborts" classname="nx" timestamp="2026-11-29T03:43:31.625+00:00" time="0.005">
            <failure message="process aborted with signal 6 (SIGABRT)" type="test abort">process aborted with signal 6 (SIGABRT)</failure>
            <system-out>
running 1 test
</system-out>
            <system-err></system-err>
        </testcase>
        <testcase name="tests::fails" classname="nx" timestamp="2026-11-29T03:43:31.621+00:00" time="0.089">
            <failure message="thread &apos;tests::fails&apos; (21688) panicked at src/lib.rs:6:57" type="test failure with exit code 101">assertion `left == right` failed: boom &lt;x&gt; &amp;
  left: 1
 right: 2</failure>
            <system-out>
test tests::fails ... FAILED

test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 4 filtered out; finished in 0.08s

</system-out>
            <system-err></system-err>
        </testcase>
        <testcase name="tests::passes" classname="nx" timestamp="2026-11-29T03:43:31.711+00:00" time="0.009"/>
        <testcase name="tests::hangs" classname="nx" timestamp="2026-11-29T03:43:31.630+00:00" time="1.008">
            <failure type="test timeout"/>
        </testcase>
    </testsuite>
</testsuites>"#;
    const NEXTEST_NONE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="nextest-run" tests="0" skipped="0" failures="0" errors="0" time="0.000">
</testsuites>"#;
    /// One that passes, fails, is skipped, is expected to fail, fails in its teardown, in its setup, and in itself and its teardown.
    const PYTEST: &str = r#"<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="3" failures="2" skipped="2" tests="8" time="0.033"><testcase classname="test_a" name="test_pass" time="0.000" /><testcase classname="test_a" name="test_fail" time="0.000"><failure message="AssertionError: boom &lt;x&gt;&#10;assert 0">&gt;   def test_fail(): assert 0, "boom &lt;x&gt;"
E   AssertionError: boom &lt;x&gt;</failure></testcase><testcase classname="test_a" name="test_skip" time="0.000"><skipped type="pytest.skip" message="r">/tmp/test_a.py:4: r</skipped></testcase><testcase classname="test_a" name="test_x" time="0.000"><skipped type="pytest.xfail" message="" /></testcase><testcase classname="test_a" name="test_err" time="0.000"><error message="failed on teardown with &quot;RuntimeError: teardown&quot;">E       RuntimeError: teardown</error></testcase><testcase classname="test_a" name="test_err0" time="0.000"><error message="failed on setup with &quot;RuntimeError: setup #x1B[31m #x00&quot;">E       RuntimeError: setup #x1B[31m #x00</error></testcase><testcase classname="test_a" name="test_fail_and_err" time="0.000"><failure message="assert 0">E   assert 0</failure></testcase><testcase classname="test_a" name="test_fail_and_err" time="0.000"><error message="failed on teardown with &quot;RuntimeError: teardown&quot;">E       RuntimeError: teardown</error></testcase></testsuite></testsuites>"#;
    const PYTEST_COLLECTION: &str = r#"<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="0" skipped="0" tests="1" time="0.144"><testcase classname="" name="test_c" time="0.000"><error message="collection failure">ImportError while importing test module '/tmp/test_c.py'.
E   ModuleNotFoundError: No module named 'nope'</error></testcase></testsuite></testsuites>"#;
    const PYTEST_NONE: &str = r#"<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="0" failures="0" skipped="0" tests="0" time="0.082" /></testsuites>"#;
    /// Node writes control characters as they are, which XML forbids.
    const NODE: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>
<testsuites>
\t<testcase name=\"passes &lt;&amp;>&amp;quot;\" time=\"0.000944\" classname=\"test\"/>
\t<testcase name=\"fails\" time=\"0.000206\" classname=\"test\" failure=\"bad \u{1b}[31m &lt;testcase> \0\">
\t\t<failure type=\"testCodeFailure\" message=\"bad \u{1b}[31m &lt;testcase> \0\">
[Error [ERR_TEST_FAILURE]: bad \u{1b}[31m &lt;testcase> \0]
\t\t</failure>
\t</testcase>
\t<testcase name=\"skipped\" time=\"0.000088\" classname=\"test\">
\t\t<skipped type=\"skipped\" message=\"true\"/>
\t</testcase>
\t<testcase name=\"todo\" time=\"0.000075\" classname=\"test\" failure=\"x\">
\t\t<skipped type=\"todo\" message=\"later\"/>
\t\t<failure type=\"testCodeFailure\" message=\"x\">
[Error [ERR_TEST_FAILURE]: x]
\t\t</failure>
\t</testcase>
\t<testsuite name=\"outer\" time=\"0.001104\" disabled=\"0\" errors=\"0\" tests=\"2\" failures=\"1\" skipped=\"0\" hostname=\"vm\">
\t\t<testcase name=\"inner\" time=\"0.000144\" classname=\"test\"/>
\t\t<testcase name=\"never\" time=\"0.000817\" classname=\"test\" failure=\"test did not finish before its parent and was cancelled\">
\t\t\t<failure type=\"cancelledByParent\" message=\"test did not finish before its parent and was cancelled\">
[Error [ERR_TEST_FAILURE]: test did not finish before its parent and was cancelled]
\t\t\t</failure>
\t\t</testcase>
\t</testsuite>
\t<!-- tests 7 -->
\t<!-- pass 3 -->
</testsuites>
";
    const NODE_IMPORT: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<testsuites>
	<testcase name="/tmp/b.test.mjs" time="0.160265" classname="test" failure="test failed">
		<failure type="testCodeFailure" message="test failed">
[Error: test failed] { code: 'ERR_TEST_FAILURE', failureType: 'testCodeFailure', cause: 'test failed', exitCode: 1, signal: null }
		</failure>
	</testcase>
	<!-- tests 1 -->
</testsuites>
"#;

    #[test]
    fn a_report_tells_what_passed_failed_and_was_skipped() {
        let cases = [
            (NEXTEST, counts(1, 3, 0)),
            (PYTEST, counts(1, 5, 2)),
            (PYTEST_COLLECTION, counts(0, 1, 0)),
            (NODE, counts(2, 2, 2)),
            (NODE_IMPORT, counts(0, 1, 0)),
        ];
        for (report, expected) in cases {
            assert_eq!(junit(report).unwrap(), expected, "{report}");
        }
    }

    #[test]
    fn a_report_without_a_test_is_an_error() {
        for report in [NEXTEST_NONE, PYTEST_NONE, "", "<testsuites/>", "Segmentation fault"] {
            assert_eq!(junit(report).unwrap_err().to_string(), "there is no test in it", "{report}");
        }
    }

    #[test]
    fn a_report_that_breaks_off_is_an_error() {
        for report in [NEXTEST, PYTEST, NODE] {
            let report = report.trim_end();
            for end in (1..report.len()).filter(|end| report.is_char_boundary(*end)) {
                assert!(junit(&report[..end]).is_err(), "{}", &report[..end]);
            }
        }
    }

    #[test]
    fn a_runner_that_exits_in_failure_has_failed() {
        assert_eq!(counts(12, 0, 0).held_to(false), counts(12, 1, 0));
        assert_eq!(counts(12, 3, 0).held_to(false), counts(12, 3, 0));
        assert_eq!(counts(12, 0, 0).held_to(true), counts(12, 0, 0));
    }
}
