//! The account as getInstances shows it.

use std::{collections::HashMap, ops::Range, time::Duration};

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::{
    account::{Account, AccountInstance},
    clock::to_second,
    options::{KeyOrder, ListFormat, Options},
    token, zone,
};

/// A list that was written once, for as long as it stays true.
#[derive(Debug, Clone)]
pub(crate) struct Listing {
    pub(crate) json: Bytes,
    pub(crate) gzip: Option<Bytes>,
    pub(crate) etag: String,
    account: u64,
    options: Options,
    true_from: Timestamp,
    true_until: Timestamp,
    /// Where which item stands, by its id.
    items: HashMap<u64, Written>,
}

/// An item that stands in a list: the same as long as its instance does not change, and the day does not.
#[derive(Debug, Clone)]
struct Written {
    version: u64,
    has_fields_of_today: bool,
    at: Range<usize>,
}

impl Listing {
    /// Writes the list of an account at a moment. What the list before it says that is still so is taken over: a client
    /// that creates and lists in turn would wait for thousands of items each time.
    pub(crate) fn write(account: &Account, exactly: Timestamp, options: &Options, before: Option<&Self>) -> Self {
        let now = to_second(exactly);
        let lag = lag(options);
        let before =
            before.filter(|before| before.options == *options && zone::day(before.true_from) == zone::day(now));
        // What a list shows late changes it without a change of the account.
        let before = before.filter(|_| lag.is_zero());
        let mut json = vec![b'['];
        let mut items = HashMap::new();
        for (place, instance) in account.listed(now).filter(|one| one.is_shown(exactly, lag)).enumerate() {
            if place > 0 {
                json.push(b',');
            }
            let (version, has_fields_of_today) = (instance.version, has_fields_of_today(place, options));
            let is_same = |item: &&Written| item.version == version && item.has_fields_of_today == has_fields_of_today;
            let written = before.and_then(|before| {
                let item = before.items.get(&instance.id_instance).filter(is_same)?;
                before.json.get(item.at.clone())
            });
            let begin = json.len();
            if let Some(text) = written {
                json.extend_from_slice(text);
            } else {
                let item = Value::Object(item(instance, has_fields_of_today, exactly, options));
                json.extend_from_slice(item.to_string().as_bytes());
            }
            items.insert(instance.id_instance, Written { version, has_fields_of_today, at: begin..json.len() });
        }
        json.push(b']');
        let json = Bytes::from(json);
        Self {
            gzip: options.gzip.then(|| crate::headers::gzip(&json)),
            etag: token::etag(&json),
            json,
            account: account.version(),
            options: options.clone(),
            true_from: now,
            true_until: if lag.is_zero() { account.changes_at(now) } else { now },
            items,
        }
    }

    /// Whether writing it now would give the same.
    pub(crate) fn still_true(&self, account: &Account, now: Timestamp, options: &Options) -> bool {
        self.account == account.version() && self.true_from <= now && now < self.true_until && self.options == *options
    }
}

fn lag(options: &Options) -> Duration {
    Duration::from_millis(options.list_lag_ms)
}

/// Whether the item at a place has the fields of today, or those of 2022.
fn has_fields_of_today(place: usize, options: &Options) -> bool {
    match options.list_format {
        ListFormat::Current => true,
        ListFormat::Captured2022 => false,
        ListFormat::Both => place.is_multiple_of(2),
    }
}

/// One item of the list, field by field in the documented order.
fn item(instance: &AccountInstance, today: bool, exactly: Timestamp, options: &Options) -> Map<String, Value> {
    let deleted_at = instance.shown_deletion(exactly, lag(options));
    let time_deleted = deleted_at.map_or_else(|| zone::NOT_DELETED.to_owned(), zone::to_wire);
    let expires = instance.expiration(to_second(exactly), options.expiration);
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    put("idInstance", instance.id_instance.into());
    put("name", instance.name.as_str().into());
    put("typeInstance", instance.type_instance.as_str().into());
    if today {
        put("messenger", instance.type_instance.as_str().into());
    }
    put("typeAccount", "".into());
    put("partnerUserUiid", "".into());
    put("timeCreated", zone::to_wire(instance.created_at).into());
    put("timeDeleted", time_deleted.into());
    put("apiTokenInstance", instance.api_token_instance.as_str().into());
    put("deleted", deleted_at.is_some().into());
    put("tariff", instance.tariff.as_str().into());
    if today {
        put("isFree", false.into());
        put("isPartner", instance.has_partner_tariff().into());
    }
    put("expirationDate", zone::to_wire(expires).into());
    put("isExpired", false.into());
    fields.extend(instance.listed.clone());
    if options.key_order == KeyOrder::Sorted {
        fields.sort_keys();
    }
    fields
}
