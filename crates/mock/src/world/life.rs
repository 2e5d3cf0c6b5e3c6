//! An instance's life: what it goes through, which state it is in, and whose phone it has. Pure over the clock.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::qr::Qr;
use crate::options::{Options, PHONE, Stage};

/// Where an instance is in its life.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Life {
    /// What it goes through before it is in its state: the warm-up of a new one, or a reboot.
    passages: VecDeque<Passage>,
    /// Its state, once it has gone through these; none while it is being created.
    state: Option<String>,
    phone: Option<String>,
    /// The phone that a password is missing for.
    phone_without_password: Option<String>,
    /// The password of the account, of Telegram or MAX.
    password: Option<String>,
    pub(crate) wrong_passwords: u32,
    /// Whether the account asks for a passkey when a phone is linked.
    pub(crate) has_passkey: bool,
    /// The phone that the passkey is missing for.
    phone_without_passkey: Option<String>,
    pub(crate) phone_code: Option<PhoneCode>,
    pub(crate) qr: Option<Qr>,
    /// What setSettings has set and the reboot after it has not yet brought into force.
    pub(crate) new_settings: Map<String, Value>,
    /// What was confirmed and is not in force: it takes a reboot, and to be set again.
    pub(crate) lost_settings: Map<String, Value>,
    /// Whether the instance was rebooted by a call of its own.
    pub(crate) was_rebooted: bool,
    pub(crate) avatar: String,
    pub(crate) reboots: u32,
    history: Vec<Value>,
}

/// A code that links the phone of a number.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PhoneCode {
    pub(crate) text: String,
    pub(crate) phone: String,
    pub(crate) good_until: Timestamp,
}

#[derive(Debug, Clone, PartialEq)]
struct Passage {
    stage: Stage,
    left: Left,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Left {
    Answers(u32),
    /// From when it begins, which is not yet.
    For(SignedDuration),
    Until(Timestamp),
}

impl Life {
    /// The life of an instance that is made by createInstance.
    pub(crate) fn begin(now: Timestamp, password: Option<String>, options: &Options) -> Self {
        let passages = options.warm_up.iter().map(|warm_up| Passage {
            stage: warm_up.stage,
            left: match warm_up.ms {
                Some(ms) => Left::For(milliseconds(ms)),
                None => Left::Answers(warm_up.answers.unwrap_or_default()),
            },
        });
        let mut life =
            Self { passages: passages.collect(), state: Some(NOT_AUTHORIZED.to_owned()), password, ..Self::default() };
        life.has_passkey = options.passkey && options.type_instance == "whatsapp";
        life.go_on(now);
        life.note(now);
        life
    }

    /// The life of an instance that a test puts in: linked where it has a phone, and in any state it likes.
    pub(crate) fn put_in(
        now: Timestamp,
        state: Option<String>,
        phone: Option<String>,
        password: Option<String>,
    ) -> Self {
        let mut life = Self { phone, password, ..Self::default() };
        let state = state.unwrap_or_else(|| life.state_by_phone().to_owned());
        life.set_state(Some(&state));
        life.note(now);
        life
    }

    /// The state that getStateInstance tells; none while the instance is being created.
    pub(crate) fn state_instance(&self) -> Option<&str> {
        match self.stage() {
            None => self.state.as_deref(),
            Some(Stage::Starting) => Some(STARTING),
            Some(_) => None,
        }
    }

    /// What the instance goes through.
    pub(crate) fn stage(&self) -> Option<Stage> {
        self.passages.front().map(|passage| passage.stage)
    }

    pub(crate) fn is_authorized(&self) -> bool {
        self.state_instance() == Some(AUTHORIZED)
    }

    /// Whether it has a phone that works, even if it may not send.
    pub(crate) fn is_linked(&self) -> bool {
        matches!(self.state_instance(), Some(AUTHORIZED | "yellowCard" | "suspended" | "sleepMode"))
    }

    pub(crate) fn phone(&self) -> Option<&str> {
        self.phone.as_deref()
    }

    /// Whether there is a code that a phone could scan, or a customer type in.
    pub(crate) fn shows_something(&self) -> bool {
        self.qr.is_some() || self.phone_code.is_some()
    }

    pub(crate) fn password(&self) -> Option<&str> {
        self.password.as_deref()
    }

    /// The states that were, the oldest first, as getStateInstanceHistory shows them.
    pub(crate) fn history(&self) -> &[Value] {
        &self.history
    }

    /// Lets time pass.
    pub(crate) fn go_on(&mut self, now: Timestamp) {
        let mut began = now;
        while let Some(passage) = self.passages.front_mut() {
            if let Left::For(time) = passage.left {
                passage.left = Left::Until(began.saturating_add(time).unwrap_or(Timestamp::MAX));
            }
            match passage.left {
                Left::Answers(0) => {}
                Left::Until(moment) if moment <= now => began = moment,
                _ => return,
            }
            self.passages.pop_front();
        }
    }

    /// Notes that an answer has told what the instance goes through.
    pub(crate) fn tell(&mut self, now: Timestamp) {
        if let Some(Passage { left: Left::Answers(answers), .. }) = self.passages.front_mut() {
            *answers = answers.saturating_sub(1);
        }
        self.go_on(now);
    }

    /// Starts again. A state that a restart cures is left behind.
    pub(crate) fn reboot(&mut self, now: Timestamp, options: &Options) {
        if matches!(self.state.as_deref(), Some(STARTING | "yellowCard" | "suspended")) {
            self.state = Some(self.state_by_phone().to_owned());
        }
        let left = match options.reboot_ms {
            Some(ms) => Left::For(milliseconds(ms)),
            None => Left::Answers(options.reboot_answers),
        };
        self.passages = VecDeque::from([Passage { stage: Stage::Starting, left }]);
        self.reboots += 1;
        self.go_on(now);
    }

    /// Puts the instance into a state, of whatever name; with none, it is being created.
    pub(crate) fn set_state(&mut self, state: Option<&str>) {
        self.passages.clear();
        self.state = state.map(str::to_owned);
        match state {
            Some(AUTHORIZED) if self.phone.is_none() => self.phone = Some(PHONE.to_owned()),
            Some(NOT_AUTHORIZED) | None => self.phone = None,
            _ => {}
        }
    }

    /// Is unpaid, for good: all methods say so.
    pub(crate) fn expire(&mut self) {
        self.passages = VecDeque::from([Passage { stage: Stage::Expired, left: Left::Until(Timestamp::MAX) }]);
    }

    /// Links a phone, or waits for the password of its account.
    pub(crate) fn link(&mut self, phone: &str) {
        self.phone_code = None;
        if self.has_passkey && self.phone_without_passkey.is_none() {
            self.phone_without_passkey = Some(phone.to_owned());
        } else if self.password.is_some() {
            self.phone_without_password = Some(phone.to_owned());
            self.wrong_passwords = 0;
            self.set_state(Some(PENDING_PASSWORD));
        } else {
            self.phone = Some(phone.to_owned());
            self.set_state(Some(AUTHORIZED));
        }
    }

    /// Whether a phone waits for the passkey of its account.
    pub(crate) fn waits_for_a_passkey(&self) -> bool {
        self.phone_without_passkey.is_some() && !self.is_linked()
    }

    /// Links the phone that has waited for its passkey; says whether there is one.
    pub(crate) fn confirm_passkey(&mut self) -> bool {
        let Some(phone) = self.phone_without_passkey.clone().filter(|_| self.waits_for_a_passkey()) else {
            return false;
        };
        self.link(&phone);
        self.phone_without_passkey = None;
        true
    }

    /// Gives up the wait for a passkey.
    pub(crate) fn forget_passkey(&mut self) {
        self.phone_without_passkey = None;
    }

    /// Links the phone that has waited for its password.
    pub(crate) fn link_with_password(&mut self) {
        self.phone = self.phone_without_password.take();
        self.set_state(Some(AUTHORIZED));
    }

    /// Loses the phone.
    pub(crate) fn unlink(&mut self) {
        self.phone_code = None;
        self.phone_without_password = None;
        self.phone_without_passkey = None;
        self.qr = None;
        self.avatar.clear();
        self.set_state(Some(NOT_AUTHORIZED));
    }

    /// Notes a new state, if it is one that upstream's history has.
    pub(crate) fn note(&mut self, now: Timestamp) {
        let Some(state @ (AUTHORIZED | NOT_AUTHORIZED | "blocked")) = self.state_instance() else { return };
        if self.history.last().is_some_and(|last| last["stateInstance"] == state) {
            return;
        }
        let mut entry = json!({ "stateInstance": state, "timestamp": now.as_second() });
        if let Some(phone) = self.phone.as_deref().and_then(|phone| phone.parse::<u64>().ok()) {
            entry["phoneNumber"] = phone.into();
        }
        self.history.push(entry);
    }

    fn state_by_phone(&self) -> &'static str {
        if self.phone.is_some() { AUTHORIZED } else { NOT_AUTHORIZED }
    }
}

/// So many milliseconds, as the clock counts them.
pub(crate) fn milliseconds(ms: u64) -> SignedDuration {
    SignedDuration::from_millis(i64::try_from(ms).unwrap_or(i64::MAX))
}

pub(crate) const AUTHORIZED: &str = "authorized";
pub(crate) const NOT_AUTHORIZED: &str = "notAuthorized";
pub(crate) const PENDING_PASSWORD: &str = "pendingPassword";
pub(crate) const STARTING: &str = "starting";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::WarmUp;

    #[test]
    fn a_warm_up_lasts_as_many_answers_as_it_is_told() {
        let mut life = new(&[WarmUp::answers(Stage::Null, 2), WarmUp::answers(Stage::Starting, 1)]);
        let mut states = Vec::new();
        for _ in 0..4 {
            states.push(life.state_instance().map(str::to_owned));
            life.tell(second(0));
        }
        assert_eq!(states, [None, None, Some(STARTING.into()), Some(NOT_AUTHORIZED.into())]);
    }

    #[test]
    fn a_warm_up_lasts_as_long_as_it_is_told_and_the_next_stage_begins_when_it_ends() {
        let mut life = new(&[WarmUp::ms(Stage::Unauthorized, 2000), WarmUp::ms(Stage::Expired, 3000)]);
        let stages: Vec<_> = [0, 1, 2, 4, 5]
            .map(|at| {
                life.go_on(second(at));
                life.stage()
            })
            .into();
        let (unauthorized, expired) = (Some(Stage::Unauthorized), Some(Stage::Expired));
        assert_eq!(stages, [unauthorized, unauthorized, expired, expired, None]);
    }

    #[test]
    fn stages_that_a_leap_of_the_clock_passes_over_are_over() {
        let mut life = new(&[WarmUp::ms(Stage::Null, 2000), WarmUp::ms(Stage::Starting, 3000)]);
        life.go_on(second(60));
        assert_eq!(life.state_instance(), Some(NOT_AUTHORIZED));
    }

    #[test]
    fn a_reboot_cures_what_hangs_and_keeps_the_phone() {
        for hanging in [STARTING, "yellowCard", "suspended"] {
            let mut life = Life::put_in(second(0), None, Some(PHONE.into()), None);
            life.set_state(Some(hanging));
            life.reboot(second(0), &Options { reboot_answers: 0, ..Options::default() });
            assert_eq!((life.state_instance(), life.phone()), (Some(AUTHORIZED), Some(PHONE)), "{hanging}");
        }
    }

    #[test]
    fn a_reboot_does_not_lift_a_ban() {
        let mut life = Life::put_in(second(0), Some("blocked".into()), Some(PHONE.into()), None);
        life.reboot(second(0), &Options { reboot_answers: 0, ..Options::default() });
        assert_eq!(life.state_instance(), Some("blocked"));
    }

    #[test]
    fn an_account_with_a_password_is_linked_in_two_steps() {
        let mut life = Life::put_in(second(0), None, None, Some("qwerty".into()));
        life.link("79870000000");
        assert_eq!((life.state_instance(), life.phone()), (Some(PENDING_PASSWORD), None));
        life.link_with_password();
        assert_eq!((life.state_instance(), life.phone()), (Some(AUTHORIZED), Some("79870000000")));
    }

    #[test]
    fn history_has_the_states_it_is_documented_with_and_each_change_once() {
        let mut life = Life::put_in(second(0), None, None, None);
        for (at, state) in [(1, "starting"), (2, "authorized"), (3, "authorized"), (4, "blocked")] {
            life.set_state(Some(state));
            life.note(second(at));
        }
        let at = |at| second(at).as_second();
        let expected = [
            json!({ "stateInstance": "notAuthorized", "timestamp": at(0) }),
            json!({ "stateInstance": "authorized", "timestamp": at(2), "phoneNumber": 79_001_234_567_u64 }),
            json!({ "stateInstance": "blocked", "timestamp": at(4), "phoneNumber": 79_001_234_567_u64 }),
        ];
        assert_eq!(life.history(), expected);
    }

    fn new(warm_up: &[WarmUp]) -> Life {
        Life::begin(second(0), None, &Options { warm_up: warm_up.to_vec(), ..Options::default() })
    }

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }
}
