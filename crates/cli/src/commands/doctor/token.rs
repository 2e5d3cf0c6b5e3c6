//! Token: what it looks like. No part of it is ever shown.

use super::Finding;
use crate::exit::CONFIGURATION;

/// Looks at a token that was found in this place.
pub(super) fn look(given: &str, source: &str) -> Finding {
    let token = given.trim();
    let failed = |what: &str, cure: &str| Finding::failed(CONFIGURATION, format!("from {source}: {what}"), cure);
    let is_quote = |letter: char| matches!(letter, '"' | '\'' | '`' | '“' | '”' | '«' | '»');
    if token.is_empty() {
        return failed("it is empty", NEW);
    }
    if token.contains(['\r', '\n']) {
        return failed("it has a line end inside", "give it in one line");
    }
    if token.contains(|letter: char| letter.is_whitespace() || letter.is_control()) {
        return failed("it has white space or control characters inside", "copy it once more, and nothing with it");
    }
    if token.contains(is_quote) {
        return failed("it has quotation marks, which are no part of a token", "take the quotation marks away");
    }
    if !token.starts_with("gac.") {
        return Finding::warning(format!("from {source}: it does not begin with \"gac.\": is it an instance's?"), NEW);
    }
    if token != given {
        let found = format!("from {source}: it is surrounded by white space, which is left out");
        return Finding::warning(found, "other programs may not leave it out: keep the token alone");
    }
    Finding::ok(format!("from {source}; it begins with \"gac.\", as a partner's does"))
}

const NEW: &str = "use the partner token, as support@green-api.com issues it";
