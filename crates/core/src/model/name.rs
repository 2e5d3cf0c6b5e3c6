//! Names of new instances: only such as upstream can hardly store otherwise.

use icu_normalizer::ComposingNormalizer;

/// What is wrong with a name to create an instance with, and which one would do; nothing, where it is right.
///
/// An instance is found by its name, exactly. One that upstream stores trimmed, joined or in another normal form is not found
/// again, and whoever ensures it pays for another each time.
pub(super) fn flaw(name: &str) -> Option<String> {
    let what = flaw_of(name)?;
    let mut shown: String = name.chars().take(LONGEST_SHOWN).collect();
    let mut advice = String::new();
    if shown.len() < name.len() {
        shown.push('…');
    } else if let Some(other) = nearest(name) {
        advice = format!("; {other:?} would do");
    }
    Some(format!("the name {shown:?} {what}: stored otherwise by upstream, it would not be found again{advice}"))
}

fn flaw_of(name: &str) -> Option<&'static str> {
    let is_doubled = |pair: [char; 2]| pair.iter().all(|letter| letter.is_whitespace());
    if name.chars().any(char::is_control) {
        Some("has a control character in it")
    } else if name.trim() != name {
        Some("begins or ends with white space")
    } else if name.chars().zip(name.chars().skip(1)).any(|(one, next)| is_doubled([one, next])) {
        Some("has white space twice in a row")
    } else if !ComposingNormalizer::new_nfc().is_normalized(name) {
        Some("is not in Unicode's composed form (NFC)")
    } else {
        None
    }
}

/// The name that was probably meant.
fn nearest(name: &str) -> Option<String> {
    let words: Vec<_> = name.split(|letter: char| letter.is_whitespace() || letter.is_control()).collect();
    let words: Vec<_> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let other = ComposingNormalizer::new_nfc().normalize(&words.join(" ")).into_owned();
    (!other.is_empty() && flaw_of(&other).is_none()).then_some(other)
}

/// A longer one is cut where it is quoted.
const LONGEST_SHOWN: usize = 80;

#[cfg(test)]
mod property;
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_could_be_stored_otherwise_is_told_with_one_that_could_not() {
        let table = [
            (" shop-42", "begins or ends with white space", "shop-42"),
            ("shop-42\u{a0}", "begins or ends with white space", "shop-42"),
            ("shop  42", "has white space twice in a row", "shop 42"),
            ("shop \u{2003}42", "has white space twice in a row", "shop 42"),
            ("shop\t42", "has a control character in it", "shop 42"),
            ("shop\n", "has a control character in it", "shop"),
            ("shop\u{7f}42", "has a control character in it", "shop 42"),
            ("shop\u{85}42", "has a control character in it", "shop 42"),
            ("cafe\u{301}", "is not in Unicode's composed form (NFC)", "caf\u{e9}"),
            ("\u{212b}", "is not in Unicode's composed form (NFC)", "\u{c5}"),
            ("магазин и\u{306}", "is not in Unicode's composed form (NFC)", "магазин \u{439}"),
        ];
        for (name, what, other) in table {
            let told = flaw(name).unwrap_or_default();
            assert!(told.starts_with(&format!("the name {name:?} {what}")), "{told}");
            assert!(told.ends_with(&format!("; {other:?} would do")), "{told}");
        }
    }

    #[test]
    fn any_other_name_is_right() {
        for name in
            ["a", "shop-42", "Shop 42, Main St.", "кофе", "caf\u{e9}", "日本 店", "👩\u{200d}👩\u{200d}👧", "a\u{a0}b"]
        {
            assert_eq!(flaw(name), None, "{name}");
        }
    }

    #[test]
    fn a_long_one_is_cut_and_one_without_a_word_has_no_other() {
        let long = flaw(&format!(" {}", "x".repeat(5000))).unwrap();
        assert!(long.len() < 300 && long.contains("x…\"") && !long.contains("would do"), "{long}");
        assert!(!flaw("\u{1}\u{2}").unwrap().contains("would do"));
    }
}
