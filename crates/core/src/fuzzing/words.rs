//! Words of others, with the token among them, disguised in every way that is known to be undone.
//!
//! An input is text. What stands between `{` and `}` in it says how the token is written into it: a letter for the way in which
//! each of the token's letters is written, and what stands behind that goes between the letters.

use super::{TOKEN, tells_no_token};
use crate::{
    secret::{Secret, secrets_in},
    words::{presentable, scrubbed},
};

pub fn check(input: &[u8]) {
    let text = written(&String::from_utf8_lossy(input));
    let known = Secret::new(TOKEN);
    let shown = presentable(&text, &[&known]);
    for told in shown.iter().chain(&Some(scrubbed(&text, &[&known]))) {
        tells_no_token(told);
        assert!(!told.contains(['\n', '\r', '\0', '\u{200b}', '\u{feff}']), "{told:?} is more than it shows");
    }
    if let Some(shown) = shown {
        assert!(shown.chars().count() <= 300, "{} letters", shown.chars().count());
        assert!(!shown.trim().is_empty());
    }
    // What was given under the name of a secret is one, wherever it stands.
    if !text.trim().is_empty() {
        let body = serde_json::json!({ "a": [{ "webhookUrlToken": [&text] }], "name": "shop" });
        assert_eq!(secrets_in(&body).len(), 1);
    }
    assert_eq!(format!("{known:?}"), "***");
}

pub fn seeds() -> Vec<Vec<u8>> {
    let between = ["", " ", "\n", "\0", "\u{200b}", "\u{2060}", "\u{fffd}", "\\n", "-", "…", "ľ"];
    let disguised = ["p", "P", "u", "x", "d", "b", "U"]
        .iter()
        .flat_map(|way| between.map(|noise| format!("no {{{way}{noise}}} here")));
    let plain = [
        "Cannot GET /waInstance1103/x/{p}".to_owned(),
        format!("so {}", &TOKEN[..31]),
        format!("the end of it: {} and more", &TOKEN[30..]),
        "Something is wrong: [{p}]: \"name\": <b>{p}".to_owned(),
        "token gac.0123abc, please".to_owned(),
        "100% of 3 [0] a < b, мало мест: 1101728000".to_owned(),
    ];
    disguised.chain(plain).map(String::into_bytes).collect()
}

/// The text with the token where it is to be.
fn written(text: &str) -> String {
    let mut written = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        written.push_str(before);
        let (how, behind) = behind.split_once('}').unwrap_or((behind, ""));
        let way = how.chars().next().unwrap_or('p');
        written.push_str(&disguised(way, how.get(way.len_utf8()..).unwrap_or_default()));
        rest = behind;
    }
    written + rest
}

/// The token, each of its letters written in this way. What is no noise to who reads it is left out.
fn disguised(way: char, between: &str) -> String {
    let noise: String = between.chars().filter(|c| !c.is_alphanumeric() && !"%\\{[<\"".contains(*c)).collect();
    let letter = |c: char| {
        let code = u32::from(c);
        match way {
            'P' => format!("%{code:02x}"),
            'd' => format!("%25{code:02X}"),
            'u' => format!("\\u{code:04x}"),
            'x' => format!("\\x{code:02x}"),
            'b' => format!("\\\\u{code:04X}"),
            'U' => c.to_uppercase().to_string(),
            _ => c.to_string(),
        }
    };
    TOKEN.chars().map(letter).collect::<Vec<_>>().join(&noise)
}
