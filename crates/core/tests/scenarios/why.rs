//! Sources of promises: a scenario's `why` is `docs/<page>.md#<heading>`, with what narrows it behind a colon.

use std::{fs, path::Path};

/// Says what is wrong with a `why` that leads nowhere.
pub(crate) fn check(why: &str) -> Result<(), String> {
    let source = why.split_once(": ").map_or(why, |(source, _)| source);
    let (page, heading) =
        source.split_once('#').ok_or_else(|| format!("why: {why:?} is not of the form docs/<page>.md#<heading>"))?;
    if !PAGES.contains(&page) {
        return Err(format!("why: {page} is none of {PAGES:?}"));
    }
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(page))
        .map_err(|error| format!("why: {page} cannot be read: {error}"))?;
    if text.lines().filter_map(heading_of).any(|one| anchor(one) == heading) {
        return Ok(());
    }
    Err(format!("why: {page} has no heading #{heading}"))
}

/// Where decisions and facts stand.
const PAGES: [&str; 2] = ["docs/design.md", "docs/green-api.md"];

fn heading_of(line: &str) -> Option<&str> {
    let text = line.trim_start_matches('#');
    (text.len() < line.len()).then(|| text.strip_prefix(' ')).flatten()
}

/// The anchor of a heading, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}
