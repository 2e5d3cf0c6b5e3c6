//! Any row of bookings, against a list of all that were granted.

use std::collections::HashMap;

use greenapi_partner_replay::property;
use proptest::prelude::*;

use super::*;

const METHODS: [(&str, u64); 3] = [("qr", 333), ("sendMessage", 20), ("reboot", 1000)];

proptest! {
    #![proptest_config(property())]

    #[test]
    fn granted_calls_stand_apart_and_none_waits_for_another_or_for_nothing(
        bookings in prop::collection::vec((1..4_u64, 0..METHODS.len(), 0..700_u64, 0..3000_u64), 1..250),
    ) {
        let (mut pace, mut now) = (Pace::default(), Instant::now());
        // When the last call of each was granted for.
        let mut granted: HashMap<(u64, &str), Instant> = HashMap::new();
        for (id, method, later, left) in bookings {
            now += Duration::from_millis(later);
            let ((method, interval), left) = (METHODS[method], Duration::from_millis(left));
            let interval = Duration::from_millis(interval);
            let free = granted.get(&(id, method)).map_or(now, |last| now.max(*last + interval));
            let expected = free - now;
            match pace.book(id, method.into(), interval, now, left) {
                Ok(wait) => {
                    prop_assert_eq!(wait, expected);
                    prop_assert!(wait.is_zero() || wait < left);
                    granted.insert((id, method), now + wait);
                }
                Err(wait) => prop_assert!(wait == expected && wait >= left && !wait.is_zero()),
            }
        }
    }
}
