//! Duplicates: live instances of one name, which of them has a phone, since when, and what each has cost.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap, HashSet},
    mem,
    sync::Arc,
};

use jiff::Timestamp;

use super::{
    Billable, Billing, BillingOptions, InstanceCost, Prices, Run, Sink,
    hands::Outcomes,
    inspect::{AUTHORIZED, HISTORY, RESTRICTED, concurrency, is_whole, linked},
    options::options,
};
use crate::{
    Instance, Instances, PartnerClient, StateChange,
    config::INSPECT_CONCURRENCY,
    endpoint::CallOptions,
    error::Error,
    model::{Record, record},
};

options! {
    /// Options of [`PartnerClient::find_duplicates`].
    #[derive(Clone, Debug)]
    #[must_use]
    FindDuplicatesOptions {
        /// What a day costs. Defaults to no prices: days are counted.
        price_per_day: Prices;
    }

    /// What `find_duplicates` can be told besides its prices.
    FINDING {
        concurrency "concurrency" Count = INSPECT_CONCURRENCY, "How many calls may be under way at once. Defaults to 64.";
        timeout "timeout" Duration, "The time of each call, with its retries. Defaults to the client's.";
    }
}

record! {
    /// One of several live instances that have one name.
    Duplicate "" {
        name "name" Text { always } "The name that they share.";
        id_instance "idInstance" Int { always } "The instance's id.";
        type_instance "typeInstance" Text {} "The messenger: whatsapp, telegram or v3 (MAX).";
        time_created "timeCreated" Time {} "When it was created.";
        state_instance "stateInstance" Text {} "The authorization state; nothing where it could not be had.";
        is_linked "isLinked" Flag {} "Whether a phone is linked, be it restricted; nothing where nobody knows: its state could not be had, or says neither.";
        linked_since "linkedSince" Time {} "Since when a phone is linked without a break, as far as upstream's history tells; nothing where none is, or it does not.";
        last_linked_at "lastLinkedAt" Time {} "Until when a phone was linked, as far as is known; if one still is, when that was seen.";
        days "days" Int {} "How many days it is charged for so far; nothing where it is not charged by the day, or nobody knows since when.";
        cost "cost" Decimal {} "What these days cost; nothing where they have no price.";
        plan "plan" Text { always one_of(&["keep", "delete", "leave"]) } "What `delete_duplicates` does with it, unless it is told otherwise: keep, delete, or leave alone.";
        reason "reason" Text {} "Why it is kept or left alone.";
        error "error" Error {} "What could not be had, and why.";
        instance "instance" Instance {} "The instance, as the list has it.";
    }
}

impl PartnerClient {
    #[doc = include_str!("find_duplicates.md")]
    pub fn find_duplicates(&self, options: FindDuplicatesOptions) -> Run<Duplicate> {
        let partner = self.clone();
        Run::driven(async move |sink: Sink| {
            // What is asked changes nothing: it may be left alone at any moment.
            tokio::select! {
                () = sink.stopped() => Ok(()),
                ended = find(&partner, &options, &sink) => ended,
            }
        })
    }
}

async fn find(partner: &PartnerClient, options: &FindDuplicatesOptions, sink: &Sink) -> Result<(), Error> {
    let concurrency = concurrency(options.concurrency)?;
    options.price_per_day.check()?;
    let call = CallOptions { timeout: options.timeout };
    let groups = groups(partner, &partner.get_instances_with(call).await?);
    sink.expect(groups.iter().map(Vec::len).sum());
    let mut told = 0;
    let how = Look { history: true, concurrency, call };
    look(partner, groups, how, |group| {
        for (row, failed) in rows(&group, &options.price_per_day, Timestamp::now()) {
            sink.tell(told, row, |tally| if failed { &mut tally.failed } else { &mut tally.done });
            told += 1;
        }
    })
    .await;
    Ok(())
}

/// The live instances that share a name, by name, the oldest first. One without a name is nobody's duplicate.
pub(super) fn groups(partner: &PartnerClient, listed: &Instances) -> Vec<Vec<Instance>> {
    let mut named: BTreeMap<String, Vec<Instance>> = BTreeMap::new();
    for (one, _) in partner.0.memory.all(listed) {
        let name = one.name().filter(|name| !name.trim().is_empty() && !one.deleted());
        if let Some(name) = name.map(ToOwned::to_owned) {
            named.entry(name).or_default().push(one);
        }
    }
    let mut groups: Vec<_> = named.into_values().map(once_each).filter(|group| group.len() > 1).collect();
    for group in &mut groups {
        group.sort_by_key(age);
    }
    groups
}

/// One that the list shows twice is not its own double.
fn once_each(mut group: Vec<Instance>) -> Vec<Instance> {
    if group.len() > 1 {
        let mut seen = HashSet::new();
        group.retain(|one| seen.insert(one.id_instance()));
    }
    group
}

/// One without a time was created a moment ago, and stands in no list yet.
fn age(one: &Instance) -> (bool, Option<Timestamp>, u64) {
    (one.time_created().is_none(), one.time_created(), one.id_instance())
}

/// One of them, and what it says of itself.
#[derive(Clone)]
pub(super) struct Seen {
    pub(super) instance: Instance,
    pub(super) is_linked: Option<bool>,
    state: Option<String>,
    since: Option<Timestamp>,
    last_at: Option<Timestamp>,
    error: Option<Arc<Error>>,
}

/// How they are asked.
#[derive(Clone, Copy)]
pub(super) struct Look {
    /// Whether for what their state was before, too.
    pub(super) history: bool,
    pub(super) concurrency: usize,
    pub(super) call: CallOptions,
}

/// Asks each of them; a group is told when all of it is there.
pub(super) async fn look(
    partner: &PartnerClient,
    groups: Vec<Vec<Instance>>,
    how: Look,
    mut whole: impl FnMut(Vec<Seen>),
) {
    let mut seen: Vec<Vec<Option<Seen>>> = groups.iter().map(|group| vec![None; group.len()]).collect();
    let places = groups
        .into_iter()
        .enumerate()
        .flat_map(|(group, all)| all.into_iter().enumerate().map(move |(place, instance)| (group, place, instance)));
    let places: Vec<_> = places.collect();
    let partner = partner.clone();
    let mut looks = Outcomes::of(how.concurrency, places, move |(group, place, instance)| {
        let partner = partner.clone();
        async move { (group, place, look_at(&partner, instance, how).await) }
    });
    while let Some((group, place, one)) = looks.next().await {
        seen[group][place] = Some(one);
        if seen[group].iter().all(Option::is_some) {
            whole(mem::take(&mut seen[group]).into_iter().flatten().collect());
        }
    }
}

async fn look_at(partner: &PartnerClient, instance: Instance, how: Look) -> Seen {
    let mut seen = Seen { instance, is_linked: None, state: None, since: None, last_at: None, error: None };
    let asked = match partner.instance_of_listed(&seen.instance) {
        Ok(asked) => asked.with_options(how.call),
        Err(error) => return Seen { error: Some(Arc::new(error)), ..seen },
    };
    let state = match asked.get_state_instance().await {
        Ok(state) => state,
        Err(error) => return Seen { error: Some(Arc::new(error)), ..seen },
    };
    let history = if how.history { asked.get_state_instance_history(Some(HISTORY)).await } else { Ok(Vec::new()) };
    let changes = history.as_deref().unwrap_or_default();
    seen.is_linked = has_phone(&state);
    seen.since = linked_since(&state, changes);
    seen.last_at = linked(&state, Some(changes), Timestamp::now()).last_at;
    seen.error = history.err().map(Arc::new);
    seen.state = Some(state);
    seen
}

/// The state of an instance, in a word: whether it has a phone.
pub(super) async fn asked_again(
    partner: &PartnerClient,
    instance: &Instance,
    call: CallOptions,
) -> Result<Option<bool>, Error> {
    let state = partner.instance_of_listed(instance)?.with_options(call).get_state_instance().await?;
    Ok(has_phone(&state))
}

/// A restricted account is linked. One that starts, or is being linked at this moment, is neither: nobody is to decide by it.
fn has_phone(state: &str) -> Option<bool> {
    match state {
        AUTHORIZED => Some(true),
        "notAuthorized" => Some(false),
        state if RESTRICTED.contains(&state) => Some(true),
        _ => None,
    }
}

/// Since when it has had a phone all the time; nothing where the history, the oldest change first, may have lost the beginning.
fn linked_since(state: &str, history: &[StateChange]) -> Option<Timestamp> {
    if has_phone(state) != Some(true) {
        return None;
    }
    let phone = |change: &StateChange| change.state_instance().and_then(has_phone);
    let before = history.iter().rposition(|change| phone(change) == Some(false));
    let since =
        history.iter().skip(before.map_or(0, |before| before + 1)).find(|change| phone(change) == Some(true))?;
    since.timestamp().filter(|_| before.is_some() || is_whole(history))
}

/// Which one of a group is kept, and why; or why that is not for us to say. With `include_unlinked`, one is kept where none is
/// linked, too.
pub(super) fn kept(group: &[Seen], include_unlinked: bool) -> Result<(usize, &'static str), &'static str> {
    let mut messengers = group.iter().filter_map(|one| one.instance.type_instance());
    let first = messengers.next();
    if messengers.any(|other| Some(other) != first) {
        return Err(SEVERAL_MESSENGERS);
    }
    if group.iter().any(|one| one.is_linked.is_none()) {
        return Err(UNKNOWN_STATE);
    }
    let mut linked = group.iter().enumerate().filter(|(_, one)| one.is_linked == Some(true));
    match (linked.next(), linked.next()) {
        (Some((place, _)), None) => Ok((place, LINKED)),
        (Some(_), Some(_)) => Err(SEVERAL_LINKED),
        (None, _) if include_unlinked => {
            let likely = |(_, one): &(usize, &Seen)| (Reverse(one.last_at), age(&one.instance));
            let (place, one) = group.iter().enumerate().min_by_key(likely).ok_or(NONE_LINKED)?;
            Ok((place, if one.last_at.is_some() { LINKED_LAST } else { OLDEST }))
        }
        (None, _) => Err(NONE_LINKED),
    }
}

/// What becomes of one of a group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Fate {
    Keep(&'static str),
    Delete,
    Leave(&'static str),
}

/// What becomes of each of a group.
pub(super) fn fates(group: &[Seen], kept: Result<(usize, &'static str), &'static str>) -> Vec<Fate> {
    let fate = |(place, one): (usize, &Seen)| match kept {
        Err(why) => Fate::Leave(why),
        Ok((kept, why)) if kept == place => Fate::Keep(why),
        // It was paid otherwise: nothing is saved, and something may be lost.
        Ok(_) if !Billable::from(&one.instance).is_charged_daily() => Fate::Leave(NOT_BY_THE_DAY),
        Ok(_) => Fate::Delete,
    };
    group.iter().enumerate().map(fate).collect()
}

/// A group as it is told, and of each whether something could not be had.
fn rows(group: &[Seen], prices: &Prices, now: Timestamp) -> Vec<(Record, bool)> {
    let billable = group.iter().map(|one| Billable::from(&one.instance));
    // Its prices are checked.
    let bill = Billing::of(billable, None, now, &BillingOptions::priced(prices.clone())).ok();
    let costs: HashMap<_, _> =
        bill.iter().flat_map(|bill| bill.instances().iter().collect::<Vec<_>>()).map(of_its_id).collect();
    let fates = fates(group, kept(group, false));
    let row = |(one, fate): (&Seen, Fate)| {
        let (plan, reason) = match fate {
            Fate::Keep(why) => ("keep", Some(why)),
            Fate::Delete => ("delete", None),
            Fate::Leave(why) => ("leave", Some(why)),
        };
        let cost = costs.get(&one.instance.id_instance()).filter(|cost| cost.days() > Some(0));
        let values = vec![
            one.instance.name().into(),
            one.instance.id_instance().into(),
            one.instance.type_instance().into(),
            one.instance.time_created().into(),
            one.state.clone().into(),
            one.is_linked.into(),
            one.since.into(),
            one.last_at.into(),
            cost.and_then(InstanceCost::days).into(),
            cost.and_then(InstanceCost::cost).into(),
            plan.into(),
            reason.into(),
            one.error.clone().into(),
            one.instance.clone().into(),
        ];
        (Record::of(Duplicate::MODEL, values), one.error.is_some())
    };
    group.iter().zip(fates).map(row).collect()
}

fn of_its_id(cost: InstanceCost) -> (u64, InstanceCost) {
    (cost.id_instance().unwrap_or_default(), cost)
}

const LINKED: &str = "it is the linked one";
const LINKED_LAST: &str = "none is linked, and it was linked last";
const OLDEST: &str = "none is linked, and it is the oldest";
const SEVERAL_LINKED: &str = "several of its name are linked";
const NONE_LINKED: &str = "none of its name is linked";
const UNKNOWN_STATE: &str = "it is not known of each of its name whether it is linked";
const SEVERAL_MESSENGERS: &str = "its name has instances of several messengers";
const NOT_BY_THE_DAY: &str = "it is not charged by the day";

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;
    use serde_json::{Value, json};

    use super::*;
    use crate::model::{Modelled as _, instances_from};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn instances(listed: &Value) -> Vec<Instance> {
        instances_from(listed.to_string().as_bytes()).unwrap().iter().collect()
    }

    /// Of one name, each created a day after the one before, with what is said of its phone, and until when it had one.
    fn group(phones: &[(Option<bool>, Option<i64>)]) -> Vec<Seen> {
        let listed = phones.iter().enumerate().map(|(place, _)| {
            json!({
                "idInstance": place + 1, "name": "shop", "typeInstance": "whatsapp", "tariff": "PARTNER_23",
                "timeCreated": format!("2026-11-{:02}T12:00:00", place + 1),
            })
        });
        let listed = instances(&listed.collect());
        let seen = listed.into_iter().zip(phones).map(|(instance, (is_linked, last_at))| Seen {
            instance,
            is_linked: *is_linked,
            state: None,
            since: None,
            last_at: last_at.map(|second| Timestamp::from_second(second).unwrap()),
            error: None,
        });
        seen.collect()
    }

    #[test]
    fn only_the_one_linked_instance_is_kept_and_nothing_is_deleted_where_there_is_any_doubt() {
        let (yes, no, unknown) = ((Some(true), None), (Some(false), None), (None, None));
        let table = [
            (vec![no, yes, no], Ok(1), Ok(1)),
            (vec![yes, no], Ok(0), Ok(0)),
            (vec![yes, yes, no], Err(SEVERAL_LINKED), Err(SEVERAL_LINKED)),
            (vec![yes, unknown], Err(UNKNOWN_STATE), Err(UNKNOWN_STATE)),
            (vec![no, unknown], Err(UNKNOWN_STATE), Err(UNKNOWN_STATE)),
            (vec![unknown, unknown], Err(UNKNOWN_STATE), Err(UNKNOWN_STATE)),
            (vec![no, no, no], Err(NONE_LINKED), Ok(0)),
            (vec![no, (Some(false), Some(7)), (Some(false), Some(9)), no], Err(NONE_LINKED), Ok(2)),
            (vec![no, (Some(false), Some(7)), (Some(false), Some(7))], Err(NONE_LINKED), Ok(1)),
        ];
        for (phones, by_itself, by_word) in table {
            let group = group(&phones);
            for (include_unlinked, expected) in [(false, by_itself), (true, by_word)] {
                let kept = kept(&group, include_unlinked);
                assert_eq!(kept.map(|(place, _)| place), expected, "{phones:?} {include_unlinked}");
                let fates = fates(&group, kept);
                let deleted = fates.iter().filter(|fate| **fate == Fate::Delete).count();
                assert_eq!(deleted, if expected.is_ok() { phones.len() - 1 } else { 0 }, "{phones:?}");
            }
        }
    }

    #[test]
    fn a_name_of_several_messengers_and_what_is_not_charged_by_the_day_are_left_alone() {
        let mut mixed = group(&[(Some(true), None), (Some(false), None), (Some(false), None)]);
        let others = instances(&json!([
            {"idInstance": 2, "name": "shop", "typeInstance": "telegram", "tariff": "PARTNER_23"},
            {"idInstance": 3, "name": "shop", "typeInstance": "whatsapp", "tariff": "BUSINESS"},
        ]));
        let (telegram, business) = (others[0].clone(), others[1].clone());
        mixed[2].instance = business;
        let kept_of = |group: &[Seen]| fates(group, kept(group, true));
        assert_eq!(kept_of(&mixed), [Fate::Keep(LINKED), Fate::Delete, Fate::Leave(NOT_BY_THE_DAY)]);
        mixed[1].instance = telegram;
        assert_eq!(kept_of(&mixed), [Fate::Leave(SEVERAL_MESSENGERS); 3]);
    }

    #[test]
    fn a_phone_is_linked_since_the_last_time_that_there_was_none() {
        let history = |states: &[&str]| -> Vec<StateChange> {
            let change = |(index, state): (usize, &&str)| {
                let Value::Object(change) = json!({ "stateInstance": state, "timestamp": index }) else { panic!() };
                StateChange::read(change)
            };
            states.iter().enumerate().map(change).collect()
        };
        let long = vec!["authorized"; 100];
        let lost = [&["notAuthorized"][..], &long[1..]].concat();
        let table: [(&str, &[&str], Option<i64>); 10] = [
            ("authorized", &["notAuthorized", "authorized"], Some(1)),
            ("authorized", &["authorized"], Some(0)),
            ("authorized", &["authorized", "notAuthorized", "authorized", "blocked", "authorized"], Some(2)),
            ("authorized", &["notAuthorized", "starting", "authorized", "starting", "authorized"], Some(2)),
            ("suspended", &["notAuthorized", "authorized", "suspended"], Some(1)),
            ("authorized", &["authorized", "notAuthorized"], None),
            ("authorized", &[], None),
            ("authorized", &long, None),
            ("authorized", &lost, Some(1)),
            ("notAuthorized", &["authorized"], None),
        ];
        for (state, changes, since) in table {
            let expected = since.map(|second| Timestamp::from_second(second).unwrap());
            assert_eq!(linked_since(state, &history(changes)), expected, "{state} {changes:?}");
        }
    }

    #[test]
    fn only_upstreams_own_word_says_that_there_is_no_phone() {
        let table = [
            ("authorized", Some(true)),
            ("suspended", Some(true)),
            ("yellowCard", Some(true)),
            ("blocked", Some(true)),
            ("sleepMode", Some(true)),
            ("notAuthorized", Some(false)),
            ("starting", None),
            ("pendingPassword", None),
            ("pendingCode", None),
            ("hologram", None),
            ("", None),
        ];
        for (state, phone) in table {
            assert_eq!(has_phone(state), phone, "{state}");
        }
    }

    #[test]
    fn each_has_cost_its_days_at_its_price() {
        let mut group = group(&[(Some(true), None), (Some(false), None), (Some(false), None), (Some(false), None)]);
        let others = instances(&json!([
            {"idInstance": 3, "name": "shop", "tariff": "BUSINESS", "timeCreated": "2026-11-03T12:00:00"},
            {"idInstance": 4, "name": "shop", "tariff": "PARTNER_24", "timeCreated": "2026-11-04T12:00:00"},
        ]));
        group[2].instance = others[0].clone();
        group[3].instance = others[1].clone();
        let costs = |prices: &Prices| -> Vec<_> {
            let rows = rows(&group, prices, at("2026-11-05T00:30:00+03:00"));
            rows.into_iter().map(|(row, _)| Duplicate::from_record(row)).map(|one| (one.days(), one.cost())).collect()
        };
        let money = |text: &str| text.parse::<Decimal>().ok();
        let by_tariff = Prices::none().tariff("PARTNER_23", Decimal::new(450, 2));
        assert_eq!(
            costs(&by_tariff),
            [(Some(5), money("22.50")), (Some(4), money("18.00")), (None, None), (Some(2), None)]
        );
        assert_eq!(costs(&Prices::none()), [(Some(5), None), (Some(4), None), (None, None), (Some(2), None)]);
    }
}
