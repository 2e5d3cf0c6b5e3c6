//! Any text as a name.

use greenapi_partner_replay::property;
use icu_normalizer::ComposingNormalizer;
use proptest::prelude::*;

use super::*;

/// Letters of which names are made, right or wrong.
fn name() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "[a-z0-9-]{1,4}",
        Just(" ".to_owned()),
        Just("\u{a0}".to_owned()),
        Just("\u{3000}".to_owned()),
        Just("\n".to_owned()),
        Just("\0".to_owned()),
        Just("e\u{301}".to_owned()),
        Just("\u{e9}".to_owned()),
        Just("\u{301}".to_owned()),
        Just("\u{200d}".to_owned()),
        "\\PC",
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(property())]

    #[test]
    fn what_is_right_is_stored_as_it_is_whatever_upstream_does_to_it(name in name()) {
        let nfc = ComposingNormalizer::new_nfc();
        let joined = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let stored = nfc.normalize(&joined);
        match flaw(&name) {
            None => {
                prop_assert_eq!(nfc.normalize(&name), name.as_str());
                prop_assert_eq!(name.trim(), &name);
                prop_assert_eq!(name.chars().filter(|c| c.is_whitespace()).count(), joined.matches(' ').count());
                prop_assert!(!name.chars().any(char::is_control));
            }
            Some(told) => {
                prop_assert!(stored != name.as_str() || name.chars().any(|c| c.is_control() || c.is_whitespace()), "{name:?}: {told}");
                prop_assert!(!told.contains('\n') && told.chars().count() < 2000);
            }
        }
    }

    #[test]
    fn the_name_that_would_do_does(name in name()) {
        if let Some(other) = nearest(&name) {
            prop_assert_eq!(flaw(&other), None);
            prop_assert_eq!(nearest(&other), Some(other));
        }
    }
}
