//! Inspection of many instances: the list, joined with what every one says of itself.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use jiff::Timestamp;
use serde_json::Value;

use super::{Run, Sink, hands::Outcomes, options::options};
use crate::{
    Instance, InstanceClient, Instances, JournalMessage, PartnerClient, StateChange,
    config::INSPECT_CONCURRENCY,
    endpoint::CallOptions,
    error::{Error, ErrorCode},
    hosts::{MAX, TELEGRAM, WHATSAPP},
    model::{Record, checked_id, record},
};

options! {
    /// Options of [`PartnerClient::inspect`].
    #[derive(Clone, Debug)]
    #[must_use]
    InspectOptions {
        /// Which instances, each once. `None`: all that are live.
        ids: Option<Vec<u64>>;
    }

    /// What `inspect` can be told besides.
    INSPECTING {
        phone "phone" Flag = true, "Whether to ask linked ones for their phone.";
        settings "settings" Flag = false, "Whether to ask for the settings.";
        history "history" Flag = false, "Whether to ask for the last changes of the state: fills `ever_linked` and `last_linked_at`.";
        message_minutes "messageMinutes" Int, "Of how many minutes, up to now, linked ones are asked for their messages: fills `incoming_messages`, `outgoing_messages` and `silent`. Defaults to none: they are not asked.";
        concurrency "concurrency" Count = INSPECT_CONCURRENCY, "How many calls may be under way at once. Defaults to 64.";
        timeout "timeout" Duration, "The time of each call, with its retries. Defaults to the client's.";
    }
}

record! {
    /// What one instance is, as `inspect` found it.
    Inspection "" {
        id_instance "idInstance" Int { always } "The instance's id.";
        name "name" Text {} "The name that the console shows.";
        type_instance "typeInstance" Text {} "The messenger: whatsapp, telegram or v3 (MAX).";
        tariff "tariff" Text {} "The plan, such as PARTNER_23.";
        time_created "timeCreated" Time {} "When it was created.";
        group "group" Text { always one_of(&["linked", "waiting", "starting", "restricted", "expired", "unreachable"]) } "linked, waiting, starting, restricted, expired or unreachable.";
        state_instance "stateInstance" Text {} "The authorization state; nothing while it is being created.";
        phone "phone" Text {} "The linked phone, digits.";
        settings "settings" Json {} "What getSettings answers, without the webhook token; on demand.";
        ever_linked "everLinked" Flag {} "Whether a phone was ever linked; nothing where nobody knows.";
        last_linked_at "lastLinkedAt" Time {} "Until when a phone was linked, as far as is known; if one still is, when that was seen.";
        incoming_messages "incomingMessages" Int {} "How many messages came in; on demand.";
        outgoing_messages "outgoingMessages" Int {} "How many messages went out; on demand.";
        silent "silent" Flag {} "Whether it is linked and there was no message either way; on demand.";
        error "error" Error {} "What could not be had, and why.";
        instance "instance" Instance {} "The instance, as the list has it.";
    }
}

impl PartnerClient {
    #[doc = include_str!("inspect.md")]
    pub fn inspect(&self, options: InspectOptions) -> Run<Inspection> {
        inspect(self, options)
    }
}

pub(crate) fn inspect(partner: &PartnerClient, options: InspectOptions) -> Run<Inspection> {
    let partner = partner.clone();
    Run::driven(async move |sink: Sink| {
        // What is asked changes nothing: it may be left alone at any moment.
        tokio::select! {
            () = sink.stopped() => Ok(()),
            ended = look_at_all(partner, options, &sink) => ended,
        }
    })
}

/// How many calls may be under way at once.
pub(super) fn concurrency(given: Option<usize>) -> Result<usize, Error> {
    match given {
        Some(0) => Err(Error::invalid_request("concurrency must be at least 1")),
        given => Ok(given.unwrap_or(INSPECT_CONCURRENCY)),
    }
}

async fn look_at_all(partner: PartnerClient, options: InspectOptions, sink: &Sink) -> Result<(), Error> {
    let concurrency = concurrency(options.concurrency)?;
    if options.message_minutes.is_some_and(|minutes| !MESSAGE_MINUTES.contains(&minutes)) {
        let (least, most) = MESSAGE_MINUTES.into_inner();
        return Err(Error::invalid_request(format!("message_minutes must be from {least} to {most}")));
    }
    for (index, id) in options.ids.iter().flatten().enumerate() {
        checked_id(*id).map_err(|error| Error::invalid_request(format!("ids[{index}]: {}", error.message())))?;
    }
    let call = CallOptions { timeout: options.timeout };
    let listed = partner.get_instances_with(call).await?;
    let subjects = subjects(&listed, options.ids.as_deref());
    sink.expect(subjects.len());
    let shared = Arc::new((partner, options, listed));
    let mut looks = Outcomes::of(concurrency, subjects, move |subject| {
        let shared = Arc::clone(&shared);
        async move {
            let (partner, options, listed) = &*shared;
            let found = look_at(partner, options, &subject, listed).await;
            (found.error.is_some(), found.into_record(&subject))
        }
    });
    let mut index = 0;
    while let Some((failed, record)) = looks.next().await {
        sink.tell(index, record, |tally| if failed { &mut tally.failed } else { &mut tally.done });
        index += 1;
    }
    Ok(())
}

/// An instance to look at, if the list has it.
struct Inspected {
    id: u64,
    listed: Option<Instance>,
}

fn subjects(listed: &Instances, ids: Option<&[u64]>) -> Vec<Inspected> {
    let Some(ids) = ids else {
        return listed.live().iter().map(|one| Inspected { id: one.id_instance(), listed: Some(one) }).collect();
    };
    let known: HashMap<_, _> = listed.iter().map(|one| (one.id_instance(), one)).collect();
    let mut taken = HashSet::new();
    let once = ids.iter().filter(|id| taken.insert(**id));
    once.map(|&id| Inspected { id, listed: known.get(&id).cloned() }).collect()
}

/// What was found out of one instance.
#[derive(Default)]
struct Found {
    group: &'static str,
    state: Option<String>,
    phone: Option<String>,
    settings: Option<Value>,
    linked: Linked,
    incoming_messages: Option<u64>,
    outgoing_messages: Option<u64>,
    error: Option<Error>,
}

async fn look_at(partner: &PartnerClient, options: &InspectOptions, subject: &Inspected, all: &Instances) -> Found {
    let Some(listed) = subject.listed.as_ref().filter(|listed| !listed.deleted()) else {
        let what = if subject.listed.is_some() { "is deleted" } else { "is not listed" };
        let what = format!("instance {} {what}", subject.id);
        let unread = if subject.listed.is_none() { all.must_be_whole(&what).err() } else { None };
        let error = unread.unwrap_or_else(|| Error::new(ErrorCode::NotFound, what).during("getInstances"));
        return Found { group: UNREACHABLE, error: Some(error), ..Found::default() };
    };
    let instance = partner.instance_of_listed(listed);
    let instance = instance.map(|instance| instance.with_options(CallOptions { timeout: options.timeout }));
    let (instance, state) = match instance {
        Ok(instance) => (Some(instance.clone()), instance.get_state_instance().await),
        Err(error) => (None, Err(error)),
    };
    let group = group(listed.is_expired(), state.as_deref().map_err(Error::code));
    let mut found = Found { group, ..Found::default() };
    match (instance, state) {
        (Some(instance), Ok(state)) => found.look_closer(&instance, options, state).await,
        // It is being created: that is how it is, and nothing went wrong.
        (_, Err(error)) if error.code() == ErrorCode::NotReady => {}
        (_, state) => found.error = state.err(),
    }
    found
}

impl Found {
    /// Asks one that answers for the rest; what cannot be had leaves the error, the first one, and the rest.
    async fn look_closer(&mut self, instance: &InstanceClient, options: &InspectOptions, state: String) {
        if options.phone && state == AUTHORIZED {
            let phone = phone(instance).await;
            self.phone = self.had(phone).flatten().filter(|phone| !phone.is_empty());
        }
        if options.settings {
            let settings = instance.get_settings().await;
            self.settings = self.had(settings).map(|settings| settings.to_json(false).into());
        }
        let mut history = None;
        if options.history {
            let changes = instance.get_state_instance_history(Some(HISTORY)).await;
            history = self.had(changes);
        }
        if options.message_minutes.is_some() && state == AUTHORIZED {
            let (incoming, outgoing) = tokio::join!(
                instance.last_incoming_messages(options.message_minutes),
                instance.last_outgoing_messages(options.message_minutes)
            );
            self.incoming_messages = self.had(incoming).map(|all| count(&all));
            self.outgoing_messages = self.had(outgoing).map(|all| count(&all));
        }
        self.linked = linked(&state, history.as_deref(), Timestamp::now());
        self.state = Some(state);
    }

    /// Where one of the journals could not be had, a message in the other one still tells.
    fn silent(&self) -> Option<bool> {
        match (self.incoming_messages, self.outgoing_messages) {
            (Some(0), Some(0)) => Some(true),
            (Some(1..), _) | (_, Some(1..)) => Some(false),
            _ => None,
        }
    }

    fn had<T>(&mut self, part: Result<T, Error>) -> Option<T> {
        part.map_err(|error| self.error.get_or_insert(error).code()).ok()
    }

    fn into_record(self, subject: &Inspected) -> Record {
        let silent = self.silent();
        let listed = subject.listed.as_ref();
        let values = vec![
            subject.id.into(),
            listed.and_then(Instance::name).into(),
            listed.and_then(Instance::type_instance).into(),
            listed.and_then(Instance::tariff).into(),
            listed.and_then(Instance::time_created).into(),
            self.group.into(),
            self.state.into(),
            self.phone.into(),
            self.settings.into(),
            self.linked.ever.into(),
            self.linked.last_at.into(),
            self.incoming_messages.into(),
            self.outgoing_messages.into(),
            silent.into(),
            self.error.map(Arc::new).into(),
            subject.listed.clone().into(),
        ];
        Record::of(Inspection::MODEL, values)
    }
}

fn count(messages: &[JournalMessage]) -> u64 {
    messages.len().try_into().unwrap_or(u64::MAX)
}

/// The linked phone, by the method of its messenger; nothing of a messenger that nobody knows.
async fn phone(instance: &InstanceClient) -> Result<Option<String>, Error> {
    match instance.messenger() {
        WHATSAPP => Ok(instance.get_wa_settings().await?.phone().map(str::to_owned)),
        TELEGRAM | MAX => Ok(instance.get_account_settings().await?.phone().map(str::to_owned)),
        _ => Ok(None),
    }
}

/// Where an instance belongs, by its state or by why that could not be had.
pub(super) fn group(is_expired: bool, state: Result<&str, ErrorCode>) -> &'static str {
    match state {
        _ if is_expired => "expired",
        Ok(AUTHORIZED) => "linked",
        Ok("notAuthorized" | "pendingPassword" | "pendingCode")
        | Err(ErrorCode::NotReady | ErrorCode::NotAuthorized) => "waiting",
        Ok("starting") => "starting",
        Ok(state) if RESTRICTED.contains(&state) => "restricted",
        Err(ErrorCode::Suspended) => "restricted",
        Err(ErrorCode::Expired) => "expired",
        _ => UNREACHABLE,
    }
}

/// Whether a phone was ever linked, and until when.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Linked {
    ever: Option<bool>,
    pub(super) last_at: Option<Timestamp>,
}

/// What the state and the history, the oldest change first, say of it. A history that may have lost its beginning, or that is
/// empty, does not say "never".
pub(super) fn linked(state: &str, history: Option<&[StateChange]>, now: Timestamp) -> Linked {
    let history = history.unwrap_or_default();
    let last = history.iter().rposition(|change| change.state_instance() == Some(AUTHORIZED));
    match last {
        _ if state == AUTHORIZED => Linked { ever: Some(true), last_at: Some(now) },
        Some(last) => {
            let ended = history.get(last + 1);
            Linked { ever: Some(true), last_at: ended.map_or(Some(now), StateChange::timestamp) }
        }
        // Only an account that was linked can be restricted.
        None if RESTRICTED.contains(&state) => Linked { ever: Some(true), last_at: None },
        None => Linked { ever: is_whole(history).then_some(false), last_at: None },
    }
}

/// Whether these are all changes that there were, as far as anybody can tell.
pub(super) fn is_whole(history: &[StateChange]) -> bool {
    !history.is_empty() && u64::try_from(history.len()).is_ok_and(|changes| changes < HISTORY)
}

const UNREACHABLE: &str = "unreachable";
pub(super) const AUTHORIZED: &str = "authorized";
pub(super) const RESTRICTED: [&str; 4] = ["suspended", "yellowCard", "blocked", "sleepMode"];

/// What upstream's journals may be asked for.
const MESSAGE_MINUTES: std::ops::RangeInclusive<u64> = 1..=1_000_000_000;

/// How many changes of the state are asked for: upstream's own default.
pub(super) const HISTORY: u64 = 100;

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_state_or_an_error_has_its_group() {
        let by_state = [
            ("authorized", "linked"),
            ("notAuthorized", "waiting"),
            ("pendingPassword", "waiting"),
            ("pendingCode", "waiting"),
            ("starting", "starting"),
            ("suspended", "restricted"),
            ("yellowCard", "restricted"),
            ("blocked", "restricted"),
            ("sleepMode", "restricted"),
            ("dancing", "unreachable"),
        ];
        for (state, expected) in by_state {
            assert_eq!((group(false, Ok(state)), group(true, Ok(state))), (expected, "expired"), "{state}");
        }
        for code in ErrorCode::ALL {
            let expected = match code {
                ErrorCode::NotReady | ErrorCode::NotAuthorized => "waiting",
                ErrorCode::Suspended => "restricted",
                ErrorCode::Expired => "expired",
                _ => "unreachable",
            };
            assert_eq!((group(false, Err(*code)), group(true, Err(*code))), (expected, "expired"), "{code}");
        }
    }

    #[test]
    fn a_history_says_who_was_linked_until_when_and_never_says_never_without_its_beginning() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let history = |states: &[&str]| -> Vec<StateChange> {
            let change = |(index, state): (usize, &&str)| {
                let Value::Object(change) = json!({ "stateInstance": state, "timestamp": index }) else { panic!() };
                StateChange::read(change)
            };
            states.iter().enumerate().map(change).collect()
        };
        let long = vec!["notAuthorized"; 100];
        let table: [(&str, Option<&[&str]>, _, _); 11] = [
            ("authorized", None, Some(true), Some(99)),
            ("authorized", Some(&["notAuthorized", "authorized"]), Some(true), Some(99)),
            ("notAuthorized", None, None, None),
            ("notAuthorized", Some(&[]), None, None),
            ("notAuthorized", Some(&["notAuthorized"]), Some(false), None),
            ("notAuthorized", Some(&long), None, None),
            (
                "notAuthorized",
                Some(&["authorized", "blocked", "authorized", "notAuthorized", "blocked"]),
                Some(true),
                Some(3),
            ),
            ("notAuthorized", Some(&["authorized"]), Some(true), Some(99)),
            ("blocked", Some(&["authorized", "blocked"]), Some(true), Some(1)),
            ("yellowCard", Some(&["authorized"]), Some(true), Some(99)),
            ("suspended", None, Some(true), None),
        ];
        for (state, changes, ever, last_at) in table {
            let history = changes.map(history);
            let expected = Linked { ever, last_at: last_at.map(at) };
            assert_eq!(linked(state, history.as_deref(), at(99)), expected, "{state} {changes:?}");
        }
    }
}
