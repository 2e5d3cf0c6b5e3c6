//! The account as getInstances shows it.

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::{
    account::{Account, AccountInstance},
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
}

impl Listing {
    /// Writes the list of an account at a moment.
    pub(crate) fn write(account: &Account, now: Timestamp, options: &Options) -> Self {
        let json = Bytes::from(to_json(account.listed(now), now, options));
        Self {
            gzip: options.gzip.then(|| crate::headers::gzip(&json)),
            etag: token::etag(&json),
            json,
            account: account.version(),
            options: options.clone(),
            true_from: now,
            true_until: account.changes_at(now),
        }
    }

    /// Whether writing it now would give the same.
    pub(crate) fn still_true(&self, account: &Account, now: Timestamp, options: &Options) -> bool {
        self.account == account.version() && self.true_from <= now && now < self.true_until && self.options == *options
    }
}

fn to_json<'a>(instances: impl Iterator<Item = &'a AccountInstance>, now: Timestamp, options: &Options) -> Vec<u8> {
    let mut json = vec![b'['];
    for (place, instance) in instances.enumerate() {
        if place > 0 {
            json.push(b',');
        }
        let item = Value::Object(item(instance, place, now, options));
        json.extend_from_slice(item.to_string().as_bytes());
    }
    json.push(b']');
    json
}

/// One item of the list, field by field in the documented order.
fn item(instance: &AccountInstance, place: usize, now: Timestamp, options: &Options) -> Map<String, Value> {
    let today = match options.list_format {
        ListFormat::Current => true,
        ListFormat::Captured2022 => false,
        ListFormat::Both => place.is_multiple_of(2),
    };
    let deleted_at = instance.deleted_at.map_or_else(|| zone::NOT_DELETED.to_owned(), zone::to_wire);
    let expires = instance.expiration(now, options.expiration);
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
    put("timeDeleted", deleted_at.into());
    put("apiTokenInstance", instance.api_token_instance.as_str().into());
    put("deleted", instance.deleted_at.is_some().into());
    put("tariff", instance.tariff.as_str().into());
    if today {
        put("isFree", false.into());
        put("isPartner", true.into());
    }
    put("expirationDate", zone::to_wire(expires).into());
    put("isExpired", false.into());
    fields.extend(instance.listed.clone());
    if options.key_order == KeyOrder::Sorted {
        fields.sort_keys();
    }
    fields
}
