//! Any specs, with a journal and without: the names under which instances are created.

use std::collections::HashSet;

use greenapi_partner_replay::property;
use proptest::prelude::*;

use super::*;

/// Names that meet those that are made of a journal's.
fn names() -> impl Strategy<Value = Vec<Option<String>>> {
    let name = prop_oneof![Just(None), "(spring|shop)-[1-9]".prop_map(Some), "\\PC{0,6}".prop_map(Some)];
    prop::collection::vec(name, 1..12)
}

fn specs(names: &[Option<String>]) -> Vec<CreateInstance> {
    names.iter().map(|name| name.as_ref().map_or_else(CreateInstance::new, CreateInstance::named)).collect()
}

proptest! {
    #![proptest_config(property())]

    #[test]
    fn each_has_a_name_of_its_own_that_is_the_same_in_the_next_process(names in names()) {
        let journal = Journal::from("folder/spring.journal");
        let planned = |journal: Option<&Journal>| {
            let planned = plan(specs(&names), journal);
            planned.map(|planned| planned.into_iter().map(|one| (one.name, one.generated)).collect::<Vec<_>>())
        };
        match planned(Some(&journal)) {
            Ok(all) => {
                prop_assert_eq!(all.len(), names.len());
                prop_assert_eq!(all.iter().map(|(name, _)| name).collect::<HashSet<_>>().len(), names.len());
                for (place, ((name, generated), given)) in all.iter().zip(&names).enumerate() {
                    prop_assert_eq!(*generated, given.is_none());
                    let expected = given.clone().unwrap_or_else(|| format!("spring-{}", place + 1));
                    prop_assert_eq!(name, &expected);
                }
                prop_assert_eq!(planned(Some(&journal)).unwrap(), all);
            }
            Err(error) => {
                let blank = names.iter().flatten().any(|name| name.trim().is_empty());
                let made = (1..=names.len()).zip(&names).filter(|(_, name)| name.is_none());
                let made: Vec<_> = made.map(|(place, _)| format!("spring-{place}")).collect();
                let mut seen = HashSet::new();
                let twice = names.iter().flatten().chain(&made).any(|name| !seen.insert(name));
                prop_assert!(blank || twice, "{error}");
            }
        }
        // Without a journal nobody makes names.
        prop_assert!(planned(None).is_err() || names.iter().all(Option::is_some));
    }
}
