//! A list of instances.

use std::{fmt, sync::Arc};

use super::{FieldValue, Instance, list, list::List, show, text};
use crate::{
    error::{Error, ErrorCode},
    log::TARGET,
};

/// The instances of an account, deleted ones of the last three months included: one compact value, cheap to clone.
/// Items are made when they are touched.
#[derive(Clone)]
pub struct Instances {
    list: Arc<List>,
    /// The rows that are in view; `None`: all.
    rows: Option<Arc<[usize]>>,
}

impl Instances {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.as_ref().map_or_else(|| self.list.len(), |rows| rows.len())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The one at this place.
    pub fn get(&self, index: usize) -> Option<Instance> {
        self.row(index).map(|row| Instance::new(self.list.clone(), row))
    }

    /// One after the other, in upstream's order.
    pub fn iter(&self) -> impl Iterator<Item = Instance> + '_ {
        self.rows().map(|row| Instance::new(self.list.clone(), row))
    }

    /// Those that are not deleted.
    #[must_use]
    pub fn live(&self) -> Self {
        self.only(|row| !self.is_deleted(row))
    }

    /// Those that are deleted, as far as upstream still lists them.
    #[must_use]
    pub fn deleted(&self) -> Self {
        self.only(|row| self.is_deleted(row))
    }

    /// Those at these places; a place that does not exist is left out.
    #[must_use]
    pub fn select(&self, places: impl IntoIterator<Item = usize>) -> Self {
        let rows = places.into_iter().filter_map(|index| self.row(index)).collect();
        Self { list: self.list.clone(), rows: Some(rows) }
    }

    /// The one with this id.
    pub fn find(&self, id_instance: u64) -> Option<Instance> {
        self.rows().find(|&row| self.list.id(row) == id_instance).map(|row| Instance::new(self.list.clone(), row))
    }

    /// A table for people: long lists are shortened, tokens masked.
    pub fn html(&self) -> String {
        show::html_list(self)
    }

    /// A table for people at a prompt of this width: long lists and names are shortened, tokens left out.
    pub fn text(&self, width: usize) -> String {
        text::text_list(self, width)
    }

    /// Where the list is that this is a view of, and how many bytes it takes.
    #[doc(hidden)]
    pub fn held(&self) -> (usize, usize) {
        (Arc::as_ptr(&self.list).addr(), self.list.bytes())
    }

    /// The value of the field at this place, of each.
    pub(crate) fn values(&self, place: usize) -> impl Iterator<Item = FieldValue<'_>> {
        self.rows().map(move |row| Instance::known_value(&self.list, row, place))
    }

    /// The whole list that this is a view of.
    pub(crate) fn whole(&self) -> Self {
        Self { list: self.list.clone(), rows: None }
    }

    /// Whether upstream listed something besides that could not be read. What is missing from such a list may be there: nothing
    /// is created, and nobody is told to be gone, on its word.
    pub(crate) fn is_incomplete(&self) -> bool {
        self.list.is_incomplete()
    }

    /// Says that it is no list to go by for what it lacks.
    pub(crate) fn must_be_whole(&self, nothing: &str) -> Result<(), Error> {
        if self.is_incomplete() {
            let message =
                format!("{nothing}: items of upstream's list are no objects, so that nobody knows what it lacks");
            return Err(Error::new(ErrorCode::Protocol, message).during("getInstances"));
        }
        Ok(())
    }

    /// Whether both are of one answer of upstream's, which costs nothing to see.
    pub(crate) fn is_of_same_list(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.list, &other.list)
    }

    pub(crate) fn new(list: List) -> Self {
        if list.is_incomplete() {
            tracing::warn!(
                target: TARGET,
                operation = "getInstances",
                "items of the list are no objects: they are passed over, and nothing is created on the word of this list"
            );
        }
        Self { list: list.shared(), rows: None }
    }

    fn row(&self, index: usize) -> Option<usize> {
        match &self.rows {
            Some(rows) => rows.get(index).copied(),
            None => (index < self.list.len()).then_some(index),
        }
    }

    fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.len()).filter_map(|index| self.row(index))
    }

    fn only(&self, keep: impl Fn(usize) -> bool) -> Self {
        Self { list: self.list.clone(), rows: Some(self.rows().filter(|&row| keep(row)).collect()) }
    }

    fn is_deleted(&self, row: usize) -> bool {
        self.list.value(row, const { list::place("deleted") }) == FieldValue::Flag(true)
    }
}

impl fmt::Debug for Instances {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Instances({}, {} live)", self.len(), self.live().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn instances(body: &serde_json::Value) -> Instances {
        Instances::new(List::decode(body.to_string().as_bytes()).unwrap())
    }

    fn time(text: &str) -> jiff::Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_list_is_read_whatever_the_order_and_keeps_what_it_does_not_know() {
        let all = instances(&json!([
            {"idInstance": 1_101_728_004_u64, "name": "Inst\"ance", "typeInstance": "whatsapp", "timeCreated": "2022-06-03T18:39:44",
             "timeDeleted": "0001-01-01T00:00:00", "deleted": false, "isFree": false, "isPartner": true},
            {"apiTokenInstance": "abc", "deleted": true, "idInstance": "770012345678", "typeInstance": "hologram", "new": [1, {"a": null}],
             "timeDeleted": "2022-06-08T09:19:04", "timeCreated": "soon", "isExpired": null, "tariff": 7},
        ]));
        let (first, second) = (all.get(0).unwrap(), all.get(1).unwrap());
        assert_eq!((first.id_instance(), second.id_instance()), (1_101_728_004, 770_012_345_678));
        assert_eq!((first.name(), second.name()), (Some("Inst\"ance"), None));
        assert_eq!((first.type_instance(), second.type_instance()), (Some("whatsapp"), Some("hologram")));
        assert_eq!(first.time_created(), Some(time("2022-06-03T15:39:44Z")));
        assert_eq!((first.time_deleted(), second.time_deleted()), (None, Some(time("2022-06-08T06:19:04Z"))));
        assert_eq!((first.is_partner(), second.is_partner()), (Some(true), None));
        assert_eq!([0, 99].map(|place| first.value(place)), [FieldValue::Int(1_101_728_004), FieldValue::None]);
        assert!(first.extra().is_empty());
        assert_eq!(
            serde_json::Value::from(second.extra()),
            json!({"new": [1, {"a": null}], "timeCreated": "soon", "tariff": 7})
        );
        assert!(!second.is_expired());
        assert_eq!(all.live().iter().map(|one| one.id_instance()).collect::<Vec<_>>(), [1_101_728_004]);
        assert_eq!(all.deleted().get(0), Some(second));
    }

    #[test]
    fn views_of_views_hold_the_same_items() {
        let all =
            instances(&json!((1..=6).map(|id| json!({"idInstance": id, "deleted": id % 2 == 0})).collect::<Vec<_>>()));
        let odd = all.live().select([2, 0, 9]);
        assert_eq!(odd.iter().map(|one| one.id_instance()).collect::<Vec<_>>(), [5, 1]);
        assert!(odd.find(3).is_none());
        assert_eq!(all.find(4).map(|one| one.deleted()), Some(true));
    }

    #[test]
    fn ids_are_exact_to_64_bits() {
        for id in [1, (1 << 53) + 1, (1 << 63) - 1, 1 << 63, (1 << 63) + 1, u64::MAX] {
            let listed = crate::model::instances_from(format!("[{{\"idInstance\":{id}}}]").as_bytes()).unwrap();
            assert_eq!((listed.get(0).unwrap().id_instance(), listed.find(id).is_some()), (id, true));
        }
    }

    #[test]
    fn what_is_no_list_is_said_without_quoting_it() {
        let secret = "gac.secret";
        let table = [
            (format!("[{{\"apiTokenInstance\":\"{secret}\"}}]"), "item 0 of the list has no idInstance"),
            (format!("[{{\"idInstance\":-1,\"name\":\"{secret}\"}}]"), "item 0 of the list has no idInstance"),
            (format!("\"{secret}\""), "it is no JSON list"),
            (format!("[{{\"idInstance\":1}},\"{secret}]"), "it is no JSON list"),
            (format!("[{{\"idInstance\":1,\"name\":\"{secret}"), "it is no JSON list"),
            ("[]x".into(), "it is no JSON list"),
            (String::new(), "it is no JSON list"),
            ("null".into(), "it is no JSON list"),
        ];
        for (body, why) in table {
            let problem = List::decode(body.as_bytes()).map(drop).unwrap_err();
            assert!(problem.starts_with(why) && !problem.contains(secret), "{body}: {problem}");
        }
    }

    #[test]
    fn the_token_shows_neither_in_text_nor_in_html_nor_in_json_unless_asked() {
        let all = instances(
            &json!([{"idInstance": 1, "name": "<b>", "apiTokenInstance": "hunter2"}, {"idInstance": 2, "apiTokenInstance": {"odd": "hunter2"}},
                {"idInstance": 3, "webhookUrlToken": "hunter2"}, {"idInstance": 4, "in": [{"apiTokenInstance": "hunter2"}]}]),
        );
        let one = all.get(0).unwrap();
        let shown = format!("{all:?} {one:?} {}", all.html());
        assert!(!shown.contains("hunter2") && shown.contains("&lt;b&gt;"), "{shown}");
        for one in all.iter() {
            assert!(!json!(one.to_json(false)).to_string().contains("hunter2"));
            assert!(json!(one.to_json(true)).to_string().contains("hunter2"));
        }
    }

    #[test]
    fn what_cannot_be_read_of_extra_takes_nothing_else_along() {
        let body = br#"[{"idInstance": 7, "new": {"a": 1}, "odd": 1e40000000, "timeCreated": -1e400}]"#;
        let extra = crate::model::instances_from(body).unwrap().get(0).unwrap().extra();
        assert_eq!(json!(extra), json!({ "new": { "a": 1 }, "odd": "1e40000000", "timeCreated": "-1e400" }));
    }
}
