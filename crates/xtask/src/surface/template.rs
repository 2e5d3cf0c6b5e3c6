//! Templates of files that are written: lines for some of them alone, and places that are filled.
//!
//! `%partner sync` begins lines for the file that is both; the next such line, or `%end`, ends them. A line `{{name}}` is filled
//! with lines; a place within a line with text.

use anyhow::{Context, Result, bail};

/// The template for a file that is all of these, with each place filled.
pub(crate) fn filled(template: &str, is: &[&str], places: &[(&str, String)]) -> Result<String> {
    let mut lines = Vec::new();
    let mut only = "end";
    for line in template.lines() {
        match line.strip_prefix('%') {
            Some(words) => only = words,
            None if only == "end" || only.split(' ').all(|word| is.contains(&word)) => {
                lines.push(filled_line(line, places)?);
            }
            None => {}
        }
    }
    if only != "end" {
        bail!("a part of the template has no end");
    }
    Ok(lines.join("\n") + "\n")
}

fn filled_line(line: &str, places: &[(&str, String)]) -> Result<String> {
    let Some((before, rest)) = line.split_once("{{") else { return Ok(line.to_owned()) };
    let (name, after) = rest.split_once("}}").with_context(|| format!("a place has no end: {line}"))?;
    let found = places.iter().find(|(known, _)| *known == name);
    let (_, text) = found.with_context(|| format!("nothing fills {name}"))?;
    Ok(format!("{before}{text}{}", filled_line(after, places)?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn a_template_is_filled_for_one_file() {
        let template = "a\n%sync\nb {{x}}{{x}}.\n%async\nc\n%async partner\nd\n%end\n{{x}}\n";
        assert_eq!(filled(template, &["sync"], &[("x", "1\n2".into())]).unwrap(), "a\nb 1\n21\n2.\n1\n2\n");
        assert_eq!(filled(template, &["async"], &[("x", "1".into())]).unwrap(), "a\nc\n1\n");
        assert_eq!(filled(template, &["partner", "async"], &[("x", "1".into())]).unwrap(), "a\nc\nd\n1\n");
    }

    #[test]
    fn what_is_missing_is_an_error() {
        assert!(filled("{{y}}", &[], &[]).is_err());
        assert!(filled("{{y", &[], &[]).is_err());
        assert!(filled("%sync\na", &["sync"], &[]).is_err());
    }
}
