//! Lists of any number of instances, each written once.

use std::{cell::RefCell, collections::HashMap, fmt::Write as _};

use bytes::Bytes;

/// The lists that were asked for so far.
#[derive(Default)]
pub(crate) struct Listings(RefCell<HashMap<(usize, bool), Turning>>);

/// A list in two forms, which are shown in turn.
struct Turning {
    forms: [Bytes; 2],
    shown: usize,
}

impl Listings {
    /// The list of so many; in one that is `turning`, its second instance has another name each time.
    pub(crate) fn list(&self, count: usize, turning: bool) -> Bytes {
        let mut lists = self.0.borrow_mut();
        let list = lists.entry((count, turning)).or_insert_with(|| {
            let form = written(count, "shop-1");
            let other = if turning { written(count, "shop-renamed") } else { form.clone() };
            Turning { forms: [form, other], shown: 0 }
        });
        list.shown += 1;
        list.forms[list.shown % 2].clone()
    }
}

/// One of seven is deleted, as in an account that has lived for a while.
const DELETED: usize = 7;

fn written(count: usize, name_of_second: &str) -> Bytes {
    let mut list = String::with_capacity(count * 480 + 2);
    list.push('[');
    for number in 0..count {
        let comma = if number > 0 { "," } else { "" };
        let deleted = number % DELETED == 0;
        let gone = if deleted { "2026-11-20T10:00:00" } else { "0001-01-01T00:00:00" };
        let id = 7_103_000_000 + number;
        let name = if number == 1 { name_of_second.to_owned() } else { format!("shop-{number}") };
        let (day, hour, minute) = (number % 28 + 1, number % 24, number % 60);
        // Writing to text cannot fail.
        let _ = write!(
            list,
            concat!(
                r#"{}{{"idInstance":{},"name":"{}","typeInstance":"whatsapp","messenger":"whatsapp","typeAccount":"","partnerUserUiid":"","#,
                r#""timeCreated":"2026-10-{:02}T{:02}:{:02}:00","timeDeleted":"{}","apiTokenInstance":"{:050x}","deleted":{},"#,
                r#""tariff":"PARTNER_23","isFree":false,"isPartner":true,"expirationDate":"2036-01-01T00:00:00","isExpired":false}}"#
            ),
            comma, id, name, day, hour, minute, gone, id, deleted,
        );
    }
    list.push(']');
    Bytes::from(list)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use serde_json::Value;

    use super::*;

    fn names(list: &Bytes) -> Vec<Value> {
        let list: Vec<Value> = serde_json::from_slice(list).unwrap();
        list.iter().map(|one| one["name"].clone()).collect()
    }

    #[test]
    fn a_list_has_as_many_as_are_asked_for_and_six_of_seven_live() {
        let list: Vec<Value> = serde_json::from_slice(&Listings::default().list(10_000, false)).unwrap();
        assert_eq!(list.len(), 10_000);
        assert_eq!(list.iter().filter(|one| one["deleted"] == false).count(), 8_571);
    }

    #[test]
    fn a_turning_list_differs_in_one_name_each_time_and_another_never() {
        let lists = Listings::default();
        let turning: Vec<_> = (0..3).map(|_| names(&lists.list(3, true))).collect();
        assert_eq!(turning[0], turning[2]);
        assert_eq!(turning[0].iter().zip(&turning[1]).filter(|(one, other)| one != other).count(), 1);
        assert_eq!(lists.list(3, false), lists.list(3, false));
    }
}
