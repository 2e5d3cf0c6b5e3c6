//! Answers of the three programs that look packages up, read so that what they could not look up is never clean.

use std::fmt;

use serde_json::Value;

/// What came of a list of packages.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    /// Nothing is known of so many packages; none where the program does not say how many.
    Clean(usize),
    /// These are known to be vulnerable, or withdrawn, or given up.
    Vulnerable(Vec<String>),
    /// Why some or all could not be looked up.
    Unchecked(String),
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clean(0) => formatter.write_str("nothing is known"),
            Self::Clean(packages) => write!(formatter, "nothing is known of its {packages} packages"),
            Self::Vulnerable(found) => write!(formatter, "VULNERABLE: {}", found.join(", ")),
            Self::Unchecked(why) => write!(formatter, "NOT LOOKED UP: {why}"),
        }
    }
}

/// Cargo-deny says `advisories ok`, `advisories FAILED`, or that it could not fetch them.
pub(super) fn of_cargo_deny(output: &str) -> Answer {
    // Beside a failure it may say so as well, of what was not asked.
    if output.contains("advisories FAILED") {
        let found = output.lines().filter_map(|line| line.split_once("error[")).map(|(_, what)| format!("[{what}"));
        return Answer::Vulnerable(found.collect());
    }
    if output.lines().any(|line| line.trim() == "advisories ok") && !output.contains("[ERROR]") {
        return Answer::Clean(0);
    }
    Answer::Unchecked(reason(output))
}

/// `npm audit --json` gives a report, or an error whose `message` says why there is none.
pub(super) fn of_npm(output: &str) -> Answer {
    let Some(report) = json(output) else { return Answer::Unchecked(reason(output)) };
    let (Some(found), Some(packages)) = (
        report["vulnerabilities"].as_object(),
        report["metadata"]["dependencies"]["total"].as_u64().and_then(|total| usize::try_from(total).ok()),
    ) else {
        return Answer::Unchecked(report["message"].as_str().map_or_else(|| reason(output), ToOwned::to_owned));
    };
    if found.is_empty() {
        return Answer::Clean(packages);
    }
    let severity = |one: &Value| one["severity"].as_str().unwrap_or("severity unknown").to_owned();
    Answer::Vulnerable(found.iter().map(|(name, one)| format!("{name} ({})", severity(one))).collect())
}

/// Pip-audit gives a report, in which what its database does not have is passed over, and that is a success for it.
pub(super) fn of_pip_audit(output: &str) -> Answer {
    let Some(Value::Array(packages)) = json(output).map(|mut report| report["dependencies"].take()) else {
        return Answer::Unchecked(reason(output));
    };
    let text = |one: &Value| one.as_str().unwrap_or_default().to_owned();
    let ids =
        |one: &Value| one["vulns"].as_array().into_iter().flatten().map(|found| text(&found["id"])).collect::<Vec<_>>();
    let vulnerable: Vec<_> = packages
        .iter()
        .filter(|one| !ids(one).is_empty())
        .map(|one| format!("{} {} ({})", text(&one["name"]), text(&one["version"]), ids(one).join(" ")))
        .collect();
    let passed_over: Vec<_> =
        packages.iter().filter(|one| one.get("vulns").is_none()).map(|one| text(&one["name"])).collect();
    match (vulnerable.is_empty(), passed_over.is_empty()) {
        (false, _) => Answer::Vulnerable(vulnerable),
        (true, false) => Answer::Unchecked(format!("the database has nothing of {}", passed_over.join(", "))),
        (true, true) if packages.is_empty() => Answer::Unchecked("it found no package in the list".to_owned()),
        (true, true) => Answer::Clean(packages.len()),
    }
}

/// The one object in what a program printed, warnings around it.
fn json(output: &str) -> Option<Value> {
    serde_json::from_str(output.get(output.find('{')?..=output.rfind('}')?)?).ok()
}

/// The last line that says something.
fn reason(output: &str) -> String {
    output.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it said nothing").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn cargo_deny_is_clean_only_where_it_says_so() {
        assert_eq!(of_cargo_deny("advisories ok\n"), Answer::Clean(0));
        let found = "error[vulnerability]: Read out of bounds\nerror[unmaintained]: given up\nadvisories FAILED\n";
        let told = ["[vulnerability]: Read out of bounds", "[unmaintained]: given up"].map(str::to_owned);
        assert_eq!(of_cargo_deny(found), Answer::Vulnerable(told.into()));
        let offline = "[ERROR] failed to fetch advisory database\nfatal: Could not resolve host: example.org\n\n";
        assert_eq!(of_cargo_deny(offline), Answer::Unchecked("fatal: Could not resolve host: example.org".to_owned()));
        assert_eq!(of_cargo_deny(""), Answer::Unchecked("it said nothing".to_owned()));
    }

    #[test]
    fn npm_is_clean_only_where_it_reports() {
        let report = |found: Value| json!({ "auditReportVersion": 2, "vulnerabilities": found, "metadata": { "dependencies": { "total": 7 } } });
        assert_eq!(of_npm(&report(json!({})).to_string()), Answer::Clean(7));
        let found = report(json!({ "left-pad": { "severity": "high" } }));
        assert_eq!(of_npm(&format!("npm warn x\n{found}")), Answer::Vulnerable(vec!["left-pad (high)".to_owned()]));
        let refused = json!({ "message": "405 Method Not Allowed", "error": { "summary": "" } });
        let refused = format!("npm warn audit 405\n{refused}\nnpm error A complete log is there\n");
        assert_eq!(of_npm(&refused), Answer::Unchecked("405 Method Not Allowed".to_owned()));
        assert_eq!(of_npm("npm error code ENOTFOUND\n"), Answer::Unchecked("npm error code ENOTFOUND".to_owned()));
    }

    #[test]
    fn pip_audit_is_clean_only_where_it_knows_every_package() {
        let report = |packages: Value| json!({ "dependencies": packages, "fixes": [] }).to_string();
        let (clean, unknown) = (
            json!({ "name": "celery", "version": "5.7.0", "vulns": [] }),
            json!({ "name": "idna", "skip_reason": "Dependency not found" }),
        );
        let vulnerable = json!({ "name": "idna", "version": "3.3", "vulns": [{ "id": "PYSEC-2024-60" }] });
        assert_eq!(of_pip_audit(&report(json!([clean]))), Answer::Clean(1));
        assert_eq!(
            of_pip_audit(&report(json!([clean, unknown]))),
            Answer::Unchecked("the database has nothing of idna".to_owned())
        );
        assert_eq!(
            of_pip_audit(&format!("WARNING\n{}", report(json!([unknown, vulnerable])))),
            Answer::Vulnerable(vec!["idna 3.3 (PYSEC-2024-60)".to_owned()])
        );
        assert!(matches!(of_pip_audit(&report(json!([]))), Answer::Unchecked(_)));
        assert!(matches!(of_pip_audit("Traceback\nConnectionError: no\n"), Answer::Unchecked(_)));
    }
}
