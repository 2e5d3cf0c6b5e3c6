//! A list of instances as one compact value: one text for all strings, one row of numbers for each instance.

use std::{borrow::Cow, fmt, sync::Arc};

use jiff::{Timestamp, civil::DateTime, tz};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{CreatedInstance, Field, FieldValue, Kind};
use crate::wire;

/// The fields of an instance, in the order of the contract.
pub(crate) const FIELDS: &[Field] = &[
    Field::new("id_instance", "idInstance", Kind::Int, "The instance's id."),
    Field::new("name", "name", Kind::Text, "The name that the console shows; `Instance <id>` unless one was given."),
    Field::new("type_instance", "typeInstance", Kind::Text, "The messenger: whatsapp, telegram or v3 (MAX)."),
    Field::new("messenger", "messenger", Kind::Text, "The messenger again, in the newest lists."),
    Field::new("type_account", "typeAccount", Kind::Text, "Deprecated by upstream; empty."),
    Field::new("partner_user_uiid", "partnerUserUiid", Kind::Text, "Deprecated by upstream; empty."),
    Field::new("time_created", "timeCreated", Kind::Time, "When it was created."),
    Field::new("time_deleted", "timeDeleted", Kind::Time, "When it was deleted; nothing while it lives."),
    Field::new("api_token_instance", "apiTokenInstance", Kind::Text, "The instance's token. Secret.").secret(),
    Field::new("deleted", "deleted", Kind::Flag, "Whether it is deleted. Such a one stays listed for three months."),
    Field::new("tariff", "tariff", Kind::Text, "The plan, such as PARTNER_23."),
    Field::new("is_free", "isFree", Kind::Flag, "Whether it is on the free plan (Developer)."),
    Field::new("is_partner", "isPartner", Kind::Flag, "Whether it is on the Partner plan."),
    Field::new(
        "expiration_date",
        "expirationDate",
        Kind::Time,
        "When its day ends; a partner's instance renews by itself.",
    ),
    Field::new("is_expired", "isExpired", Kind::Flag, "Whether it is unpaid."),
];

/// The instances of one answer.
#[derive(Default)]
pub(crate) struct List {
    text: String,
    rows: Vec<Row>,
}

/// One instance: where its strings stand in the text, and the rest as numbers.
#[derive(Clone, Copy, Debug)]
struct Row {
    id: u64,
    texts: [Span; count(Kind::Text)],
    times: [i64; count(Kind::Time)],
    flags: [Option<bool>; count(Kind::Flag)],
    /// The inside of a JSON object: what this version does not know or could not read.
    extra: Span,
}

impl Row {
    const EMPTY: Self = Self {
        id: 0,
        texts: [Span::NONE; count(Kind::Text)],
        times: [NO_TIME; count(Kind::Time)],
        flags: [None; count(Kind::Flag)],
        extra: Span::NONE,
    };
}

/// A part of the list's text.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Span {
    start: u32,
    length: u32,
}

impl Span {
    const NONE: Self = Self { start: u32::MAX, length: 0 };
}

impl List {
    /// Reads upstream's array; otherwise says what was there instead, without quoting it.
    pub(crate) fn decode(body: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(body).map_err(|_| "it is not UTF-8".to_owned())?;
        let mut reader = serde_json::Deserializer::from_str(text);
        let mut list = Self::default();
        let mut problem = None;
        ListSeed { list: &mut list, problem: &mut problem }
            .deserialize(&mut reader)
            .and_then(|()| reader.end())
            .map_err(|error| {
                problem
                    .unwrap_or_else(|| format!("it is no JSON list (line {}, column {})", error.line(), error.column()))
            })?;
        Ok(list)
    }

    /// A list of the one instance that was just created.
    pub(crate) fn of_created(created: &CreatedInstance, name: Option<&str>) -> Self {
        let mut list = Self::default();
        let mut row = Row { id: created.id_instance(), ..Row::EMPTY };
        let texts = [
            (const { place("name") }, name),
            (const { place("type_instance") }, created.type_instance()),
            (const { place("api_token_instance") }, Some(created.api_token_instance())),
        ];
        for (field, value) in texts {
            row.texts[SLOTS[field]] = value.map_or(Span::NONE, |value| list.keep(value, Span::NONE));
        }
        list.rows.push(row);
        list
    }

    pub(crate) fn shared(self) -> Arc<Self> {
        Arc::new(self)
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn id(&self, row: usize) -> u64 {
        self.rows[row].id
    }

    pub(crate) fn value(&self, row: usize, field: usize) -> FieldValue<'_> {
        let (row, slot) = (&self.rows[row], SLOTS[field]);
        match FIELDS[field].kind {
            Kind::Int => FieldValue::Int(row.id),
            Kind::Text => FieldValue::text(self.part(row.texts[slot])),
            Kind::Time => FieldValue::time(from_stored(row.times[slot])),
            Kind::Flag => FieldValue::flag(row.flags[slot]),
            _ => FieldValue::None,
        }
    }

    pub(crate) fn extra(&self, row: usize) -> serde_json::Map<String, serde_json::Value> {
        let inside = self.part(self.rows[row].extra).unwrap_or_default();
        serde_json::from_str(&format!("{{{inside}}}")).unwrap_or_default()
    }

    fn part(&self, span: Span) -> Option<&str> {
        let start = usize::try_from(span.start).ok()?;
        self.text.get(start..start + usize::try_from(span.length).ok()?)
    }

    /// Keeps `value` in the text, or points at `before` where the row before had the same.
    fn keep(&mut self, value: &str, before: Span) -> Span {
        if self.part(before) == Some(value) {
            return before;
        }
        match (u32::try_from(self.text.len()), u32::try_from(value.len())) {
            (Ok(start), Ok(length)) if start < u32::MAX - length => {
                self.text.push_str(value);
                Span { start, length }
            }
            _ => Span::NONE,
        }
    }

    /// Puts the value of a known field into `row`; `false`: it cannot be read.
    fn read(&mut self, row: &mut Row, field: usize, raw: &str) -> bool {
        let slot = SLOTS[field];
        match FIELDS[field].kind {
            _ if raw == "null" => true,
            Kind::Int => wire::whole_number(raw).map(|id| row.id = id).is_some(),
            Kind::Flag => {
                row.flags[slot] = wire::flag(raw);
                row.flags[slot].is_some()
            }
            Kind::Text => wire::text(raw).is_some_and(|value| {
                let before = self.rows.last().map_or(Span::NONE, |row| row.texts[slot]);
                row.texts[slot] = self.keep(&value, before);
                true
            }),
            Kind::Time => match wire::text(raw).as_deref().map(moment) {
                Some(Some(time)) => {
                    row.times[slot] = to_stored(time);
                    true
                }
                Some(None) => wire::text(raw).is_some_and(|text| is_year_one(&text)),
                None => false,
            },
            _ => false,
        }
    }
}

/// The strings and numbers of a JSON array, put into a [`List`].
struct ListSeed<'a> {
    list: &'a mut List,
    problem: &'a mut Option<String>,
}

impl<'de> DeserializeSeed<'de> for ListSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for ListSeed<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of instances")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(RowSeed { list: self.list, problem: self.problem })?.is_some() {}
        Ok(())
    }
}

/// One object of the array.
struct RowSeed<'a> {
    list: &'a mut List,
    problem: &'a mut Option<String>,
}

impl<'de> DeserializeSeed<'de> for RowSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for RowSeed<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an instance")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut row = Row::EMPTY;
        let mut extra = String::new();
        let mut expected = 0;
        while let Some(Key(key)) = members.next_key()? {
            let raw = members.next_value::<&RawValue>()?.get();
            let known = position(&key, expected);
            if let Some(field) = known {
                expected = field + 1;
            }
            if !known.is_some_and(|field| self.list.read(&mut row, field, raw)) {
                let comma = if extra.is_empty() { "" } else { "," };
                extra.extend([comma, &serde_json::Value::from(key.as_ref()).to_string(), ":", raw]);
            }
        }
        if row.id == 0 {
            *self.problem = Some(format!("item {} of the list has no idInstance", self.list.len()));
            return Err(serde::de::Error::custom("no idInstance"));
        }
        if !extra.is_empty() {
            row.extra = self.list.keep(&extra, self.list.rows.last().map_or(Span::NONE, |row| row.extra));
        }
        self.list.rows.push(row);
        Ok(())
    }
}

/// A member's name, borrowed unless it holds escapes.
struct Key<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(KeyVisitor)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Key<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Borrowed(name)))
    }

    fn visit_str<E>(self, name: &str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Owned(name.to_owned())))
    }
}

/// Which field `key` is. Upstream's order hardly changes from row to row, so the search begins where the last ended.
fn position(key: &str, expected: usize) -> Option<usize> {
    (expected..FIELDS.len()).chain(0..expected.min(FIELDS.len())).find(|&field| FIELDS[field].wire == key)
}

/// A time of upstream's: without a zone it is UTC+3 (Moscow), as its console and its billing are.
pub(crate) fn moment(text: &str) -> Option<Timestamp> {
    let clock = text.get(DATE_LENGTH..)?;
    if clock.contains(['Z', 'z', '+', '-']) {
        return text.parse().ok();
    }
    let local: DateTime = text.parse().ok()?;
    (local.year() > 1).then_some(())?;
    UPSTREAM_OFFSET.to_timestamp(local).ok()
}

/// Year 1 is how upstream says "never".
fn is_year_one(text: &str) -> bool {
    text.parse::<DateTime>().is_ok_and(|local| local.year() <= 1)
}

fn to_stored(time: Timestamp) -> i64 {
    time.as_microsecond()
}

fn from_stored(microseconds: i64) -> Option<Timestamp> {
    (microseconds != NO_TIME).then_some(microseconds).and_then(|value| Timestamp::from_microsecond(value).ok())
}

pub(crate) const UPSTREAM_OFFSET: tz::Offset = tz::offset(3);
/// Of `2022-06-08`.
const DATE_LENGTH: usize = 10;
const NO_TIME: i64 = i64::MIN;

/// Where the value of each field stands among those of its kind.
const SLOTS: [usize; FIELDS.len()] = {
    let mut slots = [0; FIELDS.len()];
    let mut field = 0;
    while field < FIELDS.len() {
        slots[field] = before(FIELDS[field].kind, field);
        field += 1;
    }
    slots
};

/// The place of a field, by its name here; there is no such field: it does not compile.
pub(crate) const fn place(name: &str) -> usize {
    let mut field = 0;
    while !same(FIELDS[field].name.as_bytes(), name.as_bytes()) {
        field += 1;
    }
    field
}

const fn same(one: &[u8], other: &[u8]) -> bool {
    let mut byte = 0;
    while byte < one.len() && byte < other.len() && one[byte] == other[byte] {
        byte += 1;
    }
    byte == one.len() && byte == other.len()
}

const fn count(kind: Kind) -> usize {
    before(kind, FIELDS.len())
}

/// How many of the first `end` fields are of this kind.
const fn before(kind: Kind, end: usize) -> usize {
    let (mut found, mut field) = (0, 0);
    while field < end {
        if FIELDS[field].kind as u8 == kind as u8 {
            found += 1;
        }
        field += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn equal_neighbours_share_their_text() {
        let one = |id| json!({"idInstance": id, "tariff": "PARTNER_23", "typeInstance": "whatsapp", "new": true});
        let body = json!((1..=1000).map(one).collect::<Vec<_>>()).to_string();
        let list = List::decode(body.as_bytes()).unwrap();
        assert_eq!(list.text, "PARTNER_23whatsapp\"new\":true");
    }
}
