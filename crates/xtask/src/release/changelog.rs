//! The changelog: `## Unreleased` on top, and below it each release with its date.

use anyhow::{Context, Result};

use super::version::Version;

const UNRELEASED: &str = "## Unreleased\n";

/// What stands under "Unreleased".
pub(crate) fn unreleased(text: &str) -> Result<&str> {
    let rest = text.split_once(UNRELEASED).context("CHANGELOG.md has no \"## Unreleased\"")?.1;
    Ok(rest.split("\n## ").next().unwrap_or(rest).trim())
}

/// The same lines under the version and the date, and an empty "Unreleased" above them.
pub(crate) fn close(text: &str, version: Version, date: &str) -> Result<String> {
    let (before, after) = text.split_once(UNRELEASED).context("CHANGELOG.md has no \"## Unreleased\"")?;
    Ok(format!("{before}{UNRELEASED}\n## {version} ({date})\n{after}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    const TEXT: &str = "# Changelog\n\n## Unreleased\n\n- Two.\n\n## 0.1.0 (2026-01-02)\n\n- One.\n";

    #[test]
    fn what_is_unreleased_ends_where_the_last_release_begins() {
        assert_eq!(unreleased(TEXT).unwrap(), "- Two.");
        assert_eq!(unreleased("# Changelog\n\n## Unreleased\n\n- All.\n").unwrap(), "- All.");
        assert_eq!(unreleased("## Unreleased\n\n## 0.1.0 (2026-01-02)\n\n- One.\n").unwrap(), "");
        assert!(unreleased("# Changelog\n").is_err());
    }

    #[test]
    fn closing_puts_an_empty_unreleased_on_top() {
        let closed = close(TEXT, Version(0, 2, 0), "2026-03-04").unwrap();
        let expected =
            "# Changelog\n\n## Unreleased\n\n## 0.2.0 (2026-03-04)\n\n- Two.\n\n## 0.1.0 (2026-01-02)\n\n- One.\n";
        assert_eq!(closed, expected);
        assert_eq!(unreleased(&closed).unwrap(), "");
    }
}
