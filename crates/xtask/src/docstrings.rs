//! Core's prose in Python's docstrings: what stands before their sections, where a comment names the operation.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::sync::prose;

/// The comment above a docstring whose prose is core's.
const NAMES: &str = "# from core: ";
const QUOTES: &str = "\"\"\"";
/// What follows the prose; it is written by hand.
const SECTIONS: [&str; 4] = ["Args:", "Raises:", "Example:", "Upstream's page:"];
pub(crate) const WIDTH: usize = 120;

/// The text with the prose of every operation that is named in it as core has it.
pub(crate) fn with_docstrings(text: &str, contract: &Value) -> Result<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut rest = text.lines().peekable();
    while let Some(line) = rest.next() {
        lines.push(line.to_owned());
        let Some((indent, operation)) = line.split_once(NAMES) else { continue };
        let first = rest.next().filter(|line| line.trim_start().starts_with(QUOTES));
        first.with_context(|| format!("no docstring follows the name of {operation}"))?;
        while rest.peek().is_some_and(|line| !ends_prose(line, indent)) {
            rest.next();
        }
        lines.extend(docstring(prose(contract, operation.trim_end(), "python")?, indent));
    }
    Ok(lines.join("\n") + "\n")
}

fn ends_prose(line: &str, indent: &str) -> bool {
    let text = line.strip_prefix(indent).unwrap_or_default();
    text == QUOTES || SECTIONS.iter().any(|section| text.starts_with(section))
}

/// The paragraphs, wrapped, with an empty line after each.
pub(crate) fn docstring(prose: &str, indent: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in format!("{QUOTES}{}", prose.trim()).split("\n\n") {
        let mut item = String::new();
        for line in paragraph.lines() {
            if line.starts_with("- ") && !item.is_empty() {
                lines.extend(wrapped(&item, indent));
                item.clear();
            }
            item = format!("{item} {}", line.trim());
        }
        lines.extend(wrapped(&item, indent));
        lines.push(String::new());
    }
    lines
}

/// The words in lines of a fitting width, all but the first further in.
pub(crate) fn hanging(text: &str, indent: usize) -> String {
    let (first, below) = (" ".repeat(indent), " ".repeat(indent + 4));
    fitted(text, &first, &below).join("\n")
}

/// The words in lines of a fitting width; those of a list's item stand below each other.
fn wrapped(text: &str, indent: &str) -> Vec<String> {
    let below = if text.trim_start().starts_with("- ") { format!("{indent}  ") } else { indent.to_owned() };
    fitted(text, indent, &below)
}

fn fitted(text: &str, first: &str, below: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if line.is_empty() {
            line = format!("{first}{word}");
        } else if line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(std::mem::replace(&mut line, format!("{below}{word}")));
        } else {
            line = format!("{line} {word}");
        }
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;
    use serde_json::json;

    fn contract() -> Value {
        let prose = "Says who is there.\n\n- `a`: one\n- `b`: two,\n  and more";
        json!({ "operations": [], "instance_operations": [{ "name": "getNames", "prose": { "python": prose } }] })
    }

    #[test]
    fn prose_replaces_what_stands_before_the_sections() {
        let text = "    # from core: getNames\n    \"\"\"Old.\n\n    Words.\n\n    Args:\n        a: x\n    \"\"\"\n";
        let synced = "    # from core: getNames\n    \"\"\"Says who is there.\n\n    - `a`: one\n    - `b`: two, and more\n\n    Args:\n        a: x\n    \"\"\"\n";
        assert_eq!(with_docstrings(text, &contract()).unwrap(), synced);
        assert_eq!(with_docstrings(synced, &contract()).unwrap(), synced);
    }

    #[test]
    fn long_lines_are_wrapped() {
        let lines = docstring(&"word ".repeat(40), "    ");
        assert!(lines.iter().all(|line| line.len() <= WIDTH));
        assert_eq!(lines.join(" ").split_whitespace().count(), 40);
    }

    #[test]
    fn a_name_without_a_docstring_is_an_error() {
        let error = with_docstrings("# from core: getNames\npass\n", &contract()).unwrap_err();
        assert_eq!(error.to_string(), "no docstring follows the name of getNames");
    }
}
