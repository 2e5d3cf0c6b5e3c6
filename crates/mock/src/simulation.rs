//! An account with a past: instances that came and went over months, made up from a seed.

use std::{collections::HashMap, ops::RangeInclusive};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{random::Random, world::life::Life, zone};

/// What `Control::simulate` fills an account with. The same one at the same moment gives the same account.
///
/// Whatever the seed, of the first ten instances each has another fate: deleted on its first day; deleted after its first
/// midnight; deleted after a while; linked to a phone; never linked; idle (linked once and logged out long ago); on a
/// business plan and expired; on the free plan; with a yellow card; stuck in `starting`. Half of the others are linked, the
/// rest are of the first seven kinds.
///
/// ```
/// use greenapi_partner_mock::Simulation;
///
/// let busy = Simulation { instances: 500, prefixes: vec!["shop".into()], ..Simulation::default() };
/// assert_eq!((busy.seed, busy.days), (1, 100));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Simulation {
    /// Where chance begins. Defaults to 1.
    pub seed: u64,
    /// Over how many days before today the instances come, from 3 to 3650. Defaults to 100: lists have forgotten some.
    pub days: u32,
    /// How many instances come, deleted ones included. Defaults to 40.
    pub instances: usize,
    /// What the names begin with: `shop-1`, `agency-1`, `shop-2`. Defaults to `shop`, `agency` and `demo`.
    pub prefixes: Vec<String>,
}

impl Default for Simulation {
    fn default() -> Self {
        Self { seed: 1, days: 100, instances: 40, prefixes: ["shop", "agency", "demo"].map(str::to_owned).into() }
    }
}

impl Simulation {
    /// Says what is out of range, if anything.
    pub(crate) fn check(&self) -> Result<(), String> {
        if !(3..=3650).contains(&self.days) {
            return Err(format!("days is from 3 to 3650, not {}", self.days));
        }
        if self.prefixes.is_empty() {
            return Err("prefixes has at least one".to_owned());
        }
        Ok(())
    }

    /// What has been by a moment, in order of creation.
    pub(crate) fn past(&self, now: Timestamp) -> Vec<Past> {
        let mut storyteller = Storyteller {
            random: Random::new(self.seed),
            days: i64::from(self.days),
            today: zone::plus_days(zone::next_midnight(now), -1),
        };
        let mut pasts: Vec<_> = (0..self.instances)
            .map(|place| {
                let fate = FATES.get(place).copied().unwrap_or_else(|| storyteller.fate());
                storyteller.tell(fate)
            })
            .collect();
        pasts.sort_by_key(|past| past.created_at);
        let mut numbers = HashMap::<&str, usize>::new();
        for past in &mut pasts {
            let Some(prefix) = storyteller.random.one_of(&self.prefixes) else { continue };
            let number = numbers.entry(prefix).or_default();
            *number += 1;
            past.name = format!("{prefix}-{number}");
            past.api_token_instance = storyteller.token();
        }
        pasts
    }
}

/// An instance as it has become.
#[derive(Debug)]
pub(crate) struct Past {
    pub(crate) name: String,
    pub(crate) api_token_instance: String,
    /// The name of its plan; none for that of new instances.
    pub(crate) tariff: Option<&'static str>,
    pub(crate) created_at: Timestamp,
    pub(crate) deleted_at: Option<Timestamp>,
    /// What a list says of it besides.
    pub(crate) listed: Map<String, Value>,
    pub(crate) life: Life,
}

impl Past {
    /// An instance that was created at a moment, and has no phone.
    fn created(at: Timestamp) -> Self {
        Self {
            name: String::new(),
            api_token_instance: String::new(),
            tariff: None,
            created_at: at,
            deleted_at: None,
            listed: Map::new(),
            life: Life::put_in(at, None, None, None),
        }
    }

    fn linked(mut self, at: Timestamp, phone: &str) -> Self {
        self.life.link(phone);
        self.life.note(at);
        self
    }

    fn unlinked(mut self, at: Timestamp) -> Self {
        self.life.unlink();
        self.life.note(at);
        self
    }

    fn deleted(self, at: Timestamp) -> Self {
        Self { deleted_at: Some(at), ..self }
    }

    fn in_state(mut self, state: &str) -> Self {
        self.life.set_state(Some(state));
        self
    }

    /// The plan has another name, and a list says so.
    ///
    /// Evidence: the plans are documented, their names as a tariff are not: `BUSINESS` and `DEVELOPER` are invented.
    fn on_plan(mut self, tariff: &'static str, listed: Value) -> Self {
        self.tariff = Some(tariff);
        if let Value::Object(listed) = listed {
            self.listed.extend(listed);
        }
        self
    }
}

/// What becomes of an instance.
#[derive(Debug, Clone, Copy)]
enum Fate {
    DeletedSameDay,
    DeletedAfterMidnight,
    DeletedLater,
    Linked,
    NeverLinked,
    Idle,
    Expired,
    Free,
    YellowCard,
    Starting,
}

/// One of each: those of the first instances.
const FATES: [Fate; 10] = [
    Fate::DeletedSameDay,
    Fate::DeletedAfterMidnight,
    Fate::DeletedLater,
    Fate::Linked,
    Fate::NeverLinked,
    Fate::Idle,
    Fate::Expired,
    Fate::Free,
    Fate::YellowCard,
    Fate::Starting,
];

/// Of a hundred other instances so many have a fate.
const PERCENT: [(Fate, u64); 7] = [
    (Fate::Linked, 50),
    (Fate::DeletedLater, 15),
    (Fate::NeverLinked, 10),
    (Fate::Idle, 8),
    (Fate::DeletedSameDay, 7),
    (Fate::DeletedAfterMidnight, 5),
    (Fate::Expired, 5),
];

/// Makes up what has been: days begin at midnight of UTC+3, and nothing is later than yesterday's night.
struct Storyteller {
    random: Random,
    days: i64,
    /// Where today began.
    today: Timestamp,
}

impl Storyteller {
    fn fate(&mut self) -> Fate {
        let mut left = self.random.from(0..=99).unsigned_abs();
        let hit = PERCENT.iter().find(|(_, percent)| {
            let is_hit = left < *percent;
            left = left.saturating_sub(*percent);
            is_hit
        });
        hit.map_or(Fate::Linked, |(fate, _)| *fate)
    }

    fn tell(&mut self, fate: Fate) -> Past {
        let days = self.days;
        match fate {
            Fate::DeletedSameDay => {
                let created = self.moment(1..=days, OFFICE_HOURS);
                let deleted = self.after(created, MINUTE..=4 * HOUR);
                Past::created(created).deleted(deleted)
            }
            Fate::DeletedAfterMidnight => {
                let created = self.moment(2..=days, 22 * HOUR..=24 * HOUR - 1);
                let deleted = self.after(created, 2 * HOUR + 1..=8 * HOUR);
                Past::created(created).deleted(deleted)
            }
            Fate::DeletedLater => {
                let ago = self.random.from(2..=days);
                let linked = self.linked(ago..=ago);
                let deleted = zone::plus_days(linked.created_at, self.random.from(1..=ago - 1));
                let deleted = self.after(deleted, HOUR..=5 * HOUR);
                linked.deleted(deleted)
            }
            Fate::Linked => self.linked(1..=days),
            Fate::NeverLinked => Past::created(self.moment(1..=days, OFFICE_HOURS)),
            Fate::Idle => {
                let ago = self.random.from(days / 2 + 1..=days);
                let linked = self.linked(ago..=ago);
                let logout = zone::plus_days(linked.created_at, self.random.from(1..=(ago / 4).max(1)));
                linked.unlinked(logout)
            }
            Fate::Expired => {
                let ago = self.random.from(days / 2 + 1..=days);
                let mut linked = self.linked(ago..=ago);
                linked.life.expire();
                let expiration = zone::plus_days(linked.created_at, self.random.from(1..=ago - 1));
                let listed = json!({ "expirationDate": zone::to_wire(expiration), "isExpired": true });
                linked.on_plan("BUSINESS", listed)
            }
            Fate::Free => self.linked(1..=days).on_plan("DEVELOPER", json!({ "isFree": true })),
            Fate::YellowCard => self.linked(1..=days).in_state("yellowCard"),
            Fate::Starting => self.linked(1..=days).in_state("starting"),
        }
    }

    /// An instance that was created so many days ago and linked within the hour.
    fn linked(&mut self, days_ago: RangeInclusive<i64>) -> Past {
        let created = self.moment(days_ago, OFFICE_HOURS);
        let linked = self.after(created, MINUTE..=HOUR);
        let phone = format!("7900{:07}", self.random.from(0..=9_999_999));
        Past::created(created).linked(linked, &phone)
    }

    fn moment(&mut self, days_ago: RangeInclusive<i64>, seconds: RangeInclusive<i64>) -> Timestamp {
        let day = zone::plus_days(self.today, -self.random.from(days_ago));
        self.after(day, seconds)
    }

    fn after(&mut self, moment: Timestamp, seconds: RangeInclusive<i64>) -> Timestamp {
        let later = moment.saturating_add(SignedDuration::from_secs(self.random.from(seconds)));
        later.unwrap_or(Timestamp::MAX)
    }

    /// 50 hexadecimal digits, as an instance's token has.
    fn token(&mut self) -> String {
        (0..50).filter_map(|_| self.random.one_of(b"0123456789abcdef").copied().map(char::from)).collect()
    }
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const OFFICE_HOURS: RangeInclusive<i64> = 9 * HOUR..=18 * HOUR;
