//! A customer with a phone, for programs that are to run to their end without anybody at a control: a demo, an example.

use std::{collections::HashMap, sync::Arc, time::Duration};

use serde_json::{Map, json};
use tokio::time::{MissedTickBehavior, interval};

use crate::{
    account::AccountInstance,
    instance::{change, come_in, sent},
    options::Customer,
    state::State,
    sync::lock,
    world::life::milliseconds,
};

/// Lives beside the server, and does something only while there is such an option.
pub(crate) async fn live(state: Arc<State>) {
    let mut answered = Answered { age: state.age(), ..Answered::default() };
    let mut ticks = interval(LOOKS);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let told = state.told();
        match state.options().customer.clone() {
            Some(customer) => {
                ticks.tick().await;
                answered.look(&state, &customer);
            }
            None => told.await,
        }
    }
}

/// How many messages of each instance the customer has answered.
#[derive(Default)]
struct Answered {
    messages: HashMap<u64, usize>,
    age: u64,
}

impl Answered {
    fn look(&mut self, state: &State, customer: &Customer) {
        if self.age != state.age() {
            *self = Self { age: state.age(), ..Self::default() };
        }
        let writing = lock(&state.queues).writing();
        let account = lock(&state.account);
        let is_live = |instance: &&AccountInstance| instance.deleted_at.is_none();
        let shown = account.ever().filter(|instance| is_live(instance) && instance.life.shows_something());
        let shown: Vec<_> = shown.map(|instance| instance.id_instance).collect();
        let writing: Vec<_> =
            writing.into_iter().filter(|id| account.instance(*id).as_ref().is_some_and(is_live)).collect();
        drop(account);
        for id in shown {
            link(state, id, customer);
        }
        for id in writing {
            self.reply(state, id, customer);
        }
    }

    /// Answers each message once.
    fn reply(&mut self, state: &State, id: u64, customer: &Customer) {
        let Some(reply) = &customer.replies else { return };
        let messages = sent(state, id);
        let answered = self.messages.entry(id).or_default();
        for message in messages.iter().skip(*answered) {
            let mut fields = Map::new();
            fields.insert("chatId".to_owned(), message["body"]["chatId"].clone());
            fields.insert("text".to_owned(), json!(reply));
            come_in(state, id, &fields);
        }
        *answered = messages.len();
    }
}

/// Scans what was shown for long enough, or types in the code that was asked for.
fn link(state: &State, id: u64, customer: &Customer) {
    let now = state.clock.exactly();
    let looks_for = milliseconds(customer.scans_after_ms);
    change(state, id, |instance, _| {
        if instance.life.is_linked() {
            return;
        }
        let seen_since = instance.life.qr.as_ref().map(|qr| qr.made_at);
        let code = instance.life.phone_code.clone().filter(|code| code.good_until > now && instance.is_whatsapp());
        if instance.life.waits_for_a_passkey() {
            if seen_since.is_none_or(|since| now.duration_since(since) >= looks_for * 2) {
                instance.life.confirm_passkey();
            }
        } else if let Some(code) = code {
            instance.life.link(&code.phone);
        } else if seen_since.is_some_and(|since| now.duration_since(since) >= looks_for) {
            instance.life.link(&customer.phone);
        }
    });
}

/// Between two looks at the screen.
const LOOKS: Duration = Duration::from_millis(50);
