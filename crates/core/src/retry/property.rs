//! Any row of tries, against what is promised of it.

use std::time::Duration;

use greenapi_partner_replay::property;
use http::{HeaderMap, HeaderValue, header};
use proptest::prelude::*;

use super::{Budget, Class, Failure, Situation, next_wait};
use crate::endpoint::Answer;

fn class() -> impl Strategy<Value = Class> {
    prop_oneof![Just(Class::Safe), Just(Class::Idempotent), Just(Class::Once)]
}

/// The ways that let a call go on are met more often.
fn failure() -> impl Strategy<Value = Failure> {
    prop_oneof![
        4 => Just(Failure::NotSent),
        4 => Just(Failure::Refused),
        3 => Just(Failure::Unanswered),
        1 => Just(Failure::Barred),
        1 => Just(Failure::TooLarge),
    ]
}

fn time(most: u64) -> impl Strategy<Value = Duration> {
    (0..=most).prop_map(Duration::from_millis)
}

prop_compose! {
    /// How one try after the other ends, and what upstream asks for each time.
    fn tries()(tries in prop::collection::vec((failure(), prop::option::weighted(0.3, time(20_000)), 0.0..1.0_f64), 1..40)) -> Vec<(Failure, Option<Duration>, f64)> {
        tries
    }
}

proptest! {
    #![proptest_config(property())]

    #[test]
    fn a_call_is_never_sent_twice_unless_that_is_harmless(
        class in class(), max_retries in 0..12_u32, time in time(200_000), tries in tries(),
    ) {
        let (mut budget, mut left, mut retries) = (Budget::full(), time, 0);
        for (failure, retry_after, random) in tries {
            let situation = Situation { class, failure, retries, max_retries, retry_after, left, random };
            let before = budget.left();
            let Some(wait) = next_wait(&situation, &mut budget) else {
                prop_assert_eq!(budget.left().to_bits(), before.to_bits(), "what is not sent again costs nothing");
                break;
            };
            prop_assert!(!matches!(failure, Failure::Barred | Failure::TooLarge));
            prop_assert!(class != Class::Once || failure != Failure::Unanswered, "it may have taken effect");
            prop_assert!(wait < left, "{wait:?} of {left:?}");
            let longest = Duration::from_millis(250 << retries.min(5));
            match retry_after {
                Some(asked) => prop_assert_eq!(wait, asked),
                None => prop_assert!(wait <= longest, "{wait:?} after {retries}"),
            }
            left -= wait;
            retries += 1;
            prop_assert!(retries <= max_retries);
        }
    }

    #[test]
    fn retries_of_many_calls_are_paid_for_by_successes(
        calls in prop::collection::vec(prop_oneof![Just(None), (class(), failure()).prop_map(Some)], 1..200),
    ) {
        let (mut budget, mut made, mut successes) = (Budget::full(), 0_u32, 0_u32);
        for call in calls {
            match call {
                None => {
                    budget.success();
                    successes += 1;
                }
                Some((class, failure)) => {
                    let situation = Situation {
                        class, failure, retries: 0, max_retries: 1, retry_after: None, left: Duration::from_secs(60), random: 0.5,
                    };
                    made += u32::from(next_wait(&situation, &mut budget).is_some());
                }
            }
            prop_assert!(made <= 10 + successes / 10, "{made} retries, {successes} successes");
            prop_assert!((0.0..=1.0).contains(&budget.left()));
        }
    }

    #[test]
    fn what_upstream_asks_for_is_read_and_nothing_else(header in "\\PC{0,40}", seconds in 0..100_000_u32, fraction in 0..1000_u32) {
        let asked = |text: &str| {
            let value = HeaderValue::from_str(text).ok()?;
            let headers = HeaderMap::from_iter([(header::RETRY_AFTER, value)]);
            Answer { status: 429, headers, body: Vec::new().into() }.retry_after(std::time::SystemTime::UNIX_EPOCH)
        };
        prop_assert_eq!(asked(&seconds.to_string()), Some(Duration::from_secs(seconds.into())));
        let read = asked(&format!(" {seconds}.{fraction:03} ")).unwrap();
        let exact = Duration::from_millis(u64::from(seconds) * 1000 + u64::from(fraction));
        prop_assert!(read.abs_diff(exact) < Duration::from_micros(1));
        prop_assert_eq!(asked(&format!("-{seconds}")), Some(Duration::ZERO));
        let date = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.into());
        prop_assert_eq!(asked(&httpdate::fmt_http_date(date)), Some(Duration::from_secs(seconds.into())));
        if !header.chars().any(|c| c.is_ascii_digit()) && !["inf", "nan"].iter().any(|word| header.to_lowercase().contains(word)) {
            prop_assert_eq!(asked(&header), None, "{:?}", header);
        }
    }
}
