//! The partner's account: which instances exist, since when and until when. Pure over the clock.

use std::{collections::HashMap, time::Duration};

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::{
    clock::to_second,
    options::{Expiration, Options},
    simulation::Past,
    token::Digits,
    world::{
        life::Life,
        settings::{default_of as default_setting, lose as lose_settings},
    },
    zone,
};

/// One instance as the account holds it: the truth behind what a list says.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AccountInstance {
    /// Its number.
    pub id_instance: u64,
    /// Its name, `Instance <id>` unless one was given.
    pub name: String,
    /// Its token: 50 hexadecimal digits.
    pub api_token_instance: String,
    /// Its messenger: `whatsapp`, `telegram` or `v3`.
    pub type_instance: String,
    /// The name of its plan.
    pub tariff: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was deleted, if it was.
    pub deleted_at: Option<Timestamp>,
    /// Its settings: the known fields of createInstance's body, and what setSettings has brought into force since.
    pub settings: Map<String, Value>,
    /// Fields that a list shows of it as they are, over the mock's own.
    pub listed: Map<String, Value>,
    pub(crate) life: Life,
    /// When partners' calls have created and deleted it: a list that lags shows that later. None for what a test puts in.
    pub(crate) calls: Calls,
    /// That of the account when a list last changed because of this instance.
    pub(crate) version: u64,
}

impl AccountInstance {
    /// The state that getStateInstance tells; none while the instance is being created.
    pub fn state_instance(&self) -> Option<&str> {
        self.life.state_instance()
    }

    /// The phone that is linked, as digits.
    pub fn phone(&self) -> Option<&str> {
        self.life.phone()
    }

    /// The linked phone as the messenger spells it: `79001234567@c.us`.
    ///
    /// Evidence: the samples for WhatsApp; those for Telegram and MAX, whose chats are numbers, show no other form.
    pub fn wid(&self) -> Option<String> {
        self.phone().map(|phone| format!("{phone}@c.us"))
    }

    /// Whether its plan is a partner's, by its name or by a flag that a test has put in.
    ///
    /// Evidence: `PARTNER_23` is the only literal in any document; the flag `isPartner` is documented.
    pub(crate) fn is_on_partner_plan(&self) -> bool {
        self.has_partner_tariff() || self.listed.get("isPartner") == Some(&Value::Bool(true))
    }

    pub(crate) fn has_partner_tariff(&self) -> bool {
        self.tariff.starts_with("PARTNER_")
    }

    pub(crate) fn is_whatsapp(&self) -> bool {
        self.type_instance == "whatsapp"
    }

    /// The instance as JSON: its fields in camelCase, times in UTC as `2026-11-22T10:00:00Z`.
    pub fn to_json(&self) -> Value {
        serde_json::json!({
            "idInstance": self.id_instance,
            "name": self.name,
            "apiTokenInstance": self.api_token_instance,
            "typeInstance": self.type_instance,
            "tariff": self.tariff,
            "createdAt": self.created_at.to_string(),
            "deletedAt": self.deleted_at.map(|at| at.to_string()),
            "deleted": self.deleted_at.is_some(),
            "settings": self.settings,
            "listed": self.listed,
            "state": self.state_instance(),
            "phone": self.phone(),
        })
    }

    /// `expirationDate` at a moment: for each midnight of UTC+3 that the instance saw, a day more.
    pub(crate) fn expiration(&self, now: Timestamp, rule: Expiration) -> Timestamp {
        let until = self.deleted_at.unwrap_or(now);
        let midnights = match rule {
            Expiration::Daily => (zone::day(until) - zone::day(self.created_at)).max(0),
            Expiration::Fixed => 0,
        };
        zone::plus_days(self.created_at, midnights + 1)
    }

    /// Whether a list has it that is so far behind.
    pub(crate) fn is_shown(&self, now: Timestamp, lag: Duration) -> bool {
        self.calls.created.is_none_or(|at| at + lag <= now)
    }

    /// When it was deleted, if a list that is so far behind says so.
    pub(crate) fn shown_deletion(&self, now: Timestamp, lag: Duration) -> Option<Timestamp> {
        self.deleted_at.filter(|_| self.calls.deleted.is_none_or(|at| at + lag <= now))
    }

    /// The moment from which a list no longer has it: three months after its deletion.
    fn gone_at(&self) -> Option<Timestamp> {
        self.deleted_at.map(zone::plus_three_months)
    }

    fn is_gone(&self, now: Timestamp) -> bool {
        self.gone_at().is_some_and(|at| at <= now)
    }
}

/// When calls of a partner came.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Calls {
    created: Option<Timestamp>,
    deleted: Option<Timestamp>,
}

/// All instances of one partner.
#[derive(Debug)]
pub(crate) struct Account {
    instances: Vec<AccountInstance>,
    places: HashMap<u64, usize>,
    live: usize,
    last_serial: u64,
    tokens: Digits,
    /// Grows with every change.
    version: u64,
}

impl Account {
    pub(crate) fn new() -> Self {
        Self {
            instances: Vec::new(),
            places: HashMap::new(),
            live: 0,
            last_serial: 0,
            tokens: Digits::new(),
            version: 0,
        }
    }

    /// A number that changes whenever the account does.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// All instances there ever were, in order of their coming.
    pub(crate) fn ever(&self) -> impl Iterator<Item = &AccountInstance> {
        self.instances.iter()
    }

    /// What a list shows at a moment: the live ones, and those deleted less than three months ago.
    pub(crate) fn listed(&self, now: Timestamp) -> impl Iterator<Item = &AccountInstance> {
        self.instances.iter().filter(move |instance| !instance.is_gone(now))
    }

    /// The first moment after `now` at which a list changes by itself.
    pub(crate) fn changes_at(&self, now: Timestamp) -> Timestamp {
        let gone = self.instances.iter().filter_map(AccountInstance::gone_at).filter(|at| *at > now).min();
        let midnight = zone::next_midnight(now);
        gone.map_or(midnight, |at| at.min(midnight))
    }

    /// How many are live.
    pub(crate) fn live(&self) -> usize {
        self.live
    }

    pub(crate) fn instance(&self, id_instance: u64) -> Option<&AccountInstance> {
        self.instances.get(*self.places.get(&id_instance)?)
    }

    /// The same to change what no list shows, and the source of what nobody can guess.
    pub(crate) fn instance_mut(&mut self, id_instance: u64) -> Option<(&mut AccountInstance, &mut Digits)> {
        let instance = self.instances.get_mut(*self.places.get(&id_instance)?)?;
        Some((instance, &mut self.tokens))
    }

    /// A setting that is in force: as it was set, or what it is where it was not.
    pub(crate) fn setting(&self, id_instance: u64, name: &str) -> Option<Value> {
        let set = self.instance(id_instance)?.settings.get(name).cloned();
        set.or_else(|| default_setting(name))
    }

    /// Gives an instance a new token.
    pub(crate) fn rotate_token(&mut self, id_instance: u64) -> Option<String> {
        let token = self.tokens.take(TOKEN_DIGITS);
        let version = self.version + 1;
        let (instance, _) = self.instance_mut(id_instance)?;
        instance.api_token_instance.clone_from(&token);
        instance.version = version;
        self.version = version;
        Some(token)
    }

    /// Creates an instance by a partner's call.
    pub(crate) fn create_by_call(
        &mut self,
        called_at: Timestamp,
        settings: Map<String, Value>,
        options: &Options,
    ) -> &AccountInstance {
        let place = self.instances.len();
        self.create(to_second(called_at), settings, options);
        self.instances[place].calls.created = Some(called_at);
        &self.instances[place]
    }

    /// Creates an instance as createInstance does, from the known fields of its body.
    pub(crate) fn create(
        &mut self,
        now: Timestamp,
        mut settings: Map<String, Value>,
        options: &Options,
    ) -> &AccountInstance {
        let id_instance = self.next_id(options);
        let api_token_instance = self.tokens.take(TOKEN_DIGITS);
        let name = settings.get("name").and_then(Value::as_str).map(|name| stored(name, options));
        let name = name.filter(|name| !name.is_empty());
        let password = options.password.clone().filter(|_| options.type_instance != "whatsapp");
        let mut life = Life::begin(now, password, options);
        life.lost_settings = lose_settings(&mut settings, false, options);
        self.put(AccountInstance {
            id_instance,
            name: name.unwrap_or_else(|| format!("Instance {id_instance}")),
            api_token_instance,
            type_instance: options.type_instance.clone(),
            tariff: options.tariff.clone(),
            created_at: now,
            deleted_at: None,
            settings,
            listed: Map::new(),
            life,
            calls: Calls::default(),
            version: 0,
        })
    }

    /// Puts an instance into the account as a test describes it: see `Control::add_instance`.
    pub(crate) fn add(
        &mut self,
        now: Timestamp,
        fields: &Map<String, Value>,
        options: &Options,
    ) -> Result<&AccountInstance, String> {
        let mut given = DescribedInstance(fields.clone());
        let id_instance = given.number("idInstance").unwrap_or_else(|| self.next_id(options));
        if self.places.contains_key(&id_instance) {
            return Err(format!("the account has an instance {id_instance} already"));
        }
        let created_at = given.moment("createdAt", "timeCreated")?.unwrap_or(now);
        let deleted_at = given.moment("deletedAt", "timeDeleted")?;
        let deleted = given.flag("deleted");
        let type_instance = given.text("typeInstance").unwrap_or_else(|| options.type_instance.clone());
        let password = given.text("password").or_else(|| options.password.clone());
        let has_passkey = given.flag("passkey").unwrap_or(options.passkey) && type_instance == "whatsapp";
        let mut life = Life::put_in(
            now,
            given.text("state"),
            given.text("phone"),
            password.filter(|_| type_instance != "whatsapp"),
        );
        life.has_passkey = has_passkey;
        let instance = AccountInstance {
            id_instance,
            name: given.text("name").unwrap_or_else(|| format!("Instance {id_instance}")),
            api_token_instance: given.text("apiTokenInstance").unwrap_or_else(|| self.tokens.take(TOKEN_DIGITS)),
            type_instance,
            tariff: given.text("tariff").unwrap_or_else(|| options.tariff.clone()),
            created_at,
            deleted_at: deleted_at.or((deleted == Some(true)).then_some(now)),
            settings: given.object("settings").unwrap_or_default(),
            listed: given.0,
            life,
            calls: Calls::default(),
            version: 0,
        };
        Ok(self.put(instance))
    }

    /// Puts an instance into the account with all that it has been through.
    pub(crate) fn remember(&mut self, past: Past, options: &Options) {
        let id_instance = self.next_id(options);
        let mut settings = Map::new();
        settings.insert("name".to_owned(), past.name.as_str().into());
        settings.insert("incomingWebhook".to_owned(), "yes".into());
        self.put(AccountInstance {
            id_instance,
            name: past.name,
            api_token_instance: past.api_token_instance,
            type_instance: options.type_instance.clone(),
            tariff: past.tariff.map_or_else(|| options.tariff.clone(), str::to_owned),
            created_at: past.created_at,
            deleted_at: past.deleted_at,
            settings,
            listed: past.listed,
            life: past.life,
            calls: Calls::default(),
            version: 0,
        });
    }

    /// Deletes a live instance; false if there is none of that id.
    pub(crate) fn delete(&mut self, id_instance: u64, called_at: Timestamp) -> bool {
        let place = self.places.get(&id_instance);
        let Some(instance) = place.and_then(|place| self.instances.get_mut(*place)) else {
            return false;
        };
        if instance.deleted_at.is_some() {
            return false;
        }
        self.live -= 1;
        self.version += 1;
        instance.deleted_at = Some(to_second(called_at));
        instance.calls.deleted = Some(called_at);
        instance.version = self.version;
        true
    }

    fn put(&mut self, instance: AccountInstance) -> &AccountInstance {
        let place = self.instances.len();
        self.live += usize::from(instance.deleted_at.is_none());
        self.version += 1;
        let instance = AccountInstance { version: self.version, ..instance };
        self.places.insert(instance.id_instance, place);
        self.instances.push(instance);
        &self.instances[place]
    }

    /// The next free id of the pool.
    fn next_id(&mut self, options: &Options) -> u64 {
        let first = u64::from(options.pool) * 10_u64.pow(options.id_digits.saturating_sub(4).min(15));
        loop {
            self.last_serial += 1;
            let id = first + self.last_serial;
            if !self.places.contains_key(&id) {
                return id;
            }
        }
    }
}

/// A name as it is stored.
fn stored(name: &str, options: &Options) -> String {
    let trimmed = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = if options.trims_names { trimmed } else { name.to_owned() };
    name.chars().take(options.cuts_names_at.unwrap_or(usize::MAX)).collect()
}

/// The fields of a described instance; what is taken from it leaves the rest to be listed as it is.
struct DescribedInstance(Map<String, Value>);

impl DescribedInstance {
    fn number(&mut self, field: &str) -> Option<u64> {
        let value = self.0.get(field)?.as_u64()?;
        self.0.shift_remove(field);
        Some(value)
    }

    fn text(&mut self, field: &str) -> Option<String> {
        let value = self.0.get(field)?.as_str()?.to_owned();
        self.0.shift_remove(field);
        Some(value)
    }

    fn flag(&mut self, field: &str) -> Option<bool> {
        let value = self.0.get(field)?.as_bool()?;
        self.0.shift_remove(field);
        Some(value)
    }

    fn object(&mut self, field: &str) -> Option<Map<String, Value>> {
        let value = self.0.get(field)?.as_object()?.clone();
        self.0.shift_remove(field);
        Some(value)
    }

    /// A moment in UTC under one name, or as a list spells it under another.
    fn moment(&mut self, utc: &str, wire: &str) -> Result<Option<Timestamp>, String> {
        if self.0.get(utc).is_some_and(Value::is_null) {
            self.0.shift_remove(utc);
        }
        if let Some(text) = self.text(utc) {
            return text.parse().map(Some).map_err(|error| format!("{utc}: {error}"));
        }
        let listed = self.0.get(wire).and_then(Value::as_str);
        let moment = listed.filter(|text| *text != zone::NOT_DELETED).and_then(zone::from_wire);
        if moment.is_some() || listed == Some(zone::NOT_DELETED) {
            self.0.shift_remove(wire);
        }
        Ok(moment)
    }
}

const TOKEN_DIGITS: usize = 50;
