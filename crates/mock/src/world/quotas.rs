//! Monthly quotas: what is used of them, and what is left.

use std::collections::HashMap;

/// The quotas of all instances. An instance has none until a test sets one.
#[derive(Debug, Default)]
pub(crate) struct Quotas {
    /// By instance, and by method in lower-case letters as upstream writes it.
    methods: HashMap<(u64, String), Used>,
    chats: HashMap<u64, Chats>,
}

/// How much of a quota is used; a total of 0 is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Used {
    pub(crate) used: u64,
    pub(crate) total: u64,
}

/// The chats that an instance may send to and receive from.
#[derive(Debug, Default)]
struct Chats {
    quota: Used,
    known: Vec<String>,
}

impl Used {
    fn is_up(self) -> bool {
        self.total > 0 && self.used >= self.total
    }
}

impl Quotas {
    /// Sets the quota of a method, or with `correspondents` that of chats. What is known of chats is forgotten.
    pub(crate) fn set(&mut self, id_instance: u64, method: &str, used: u64, total: u64) {
        let quota = Used { used, total };
        if method.eq_ignore_ascii_case(CORRESPONDENTS) {
            self.chats.insert(id_instance, Chats { quota, known: Vec::new() });
        } else {
            self.methods.insert((id_instance, method.to_ascii_lowercase()), quota);
        }
    }

    /// Counts a call; what is used already if it is one too many.
    pub(crate) fn count(&mut self, id_instance: u64, method: &str) -> Result<(), Used> {
        let Some(quota) = self.methods.get_mut(&(id_instance, method.to_ascii_lowercase())) else { return Ok(()) };
        if quota.is_up() {
            return Err(*quota);
        }
        quota.used += 1;
        Ok(())
    }

    pub(crate) fn used(&self, id_instance: u64, method: &str) -> Used {
        self.methods.get(&(id_instance, method.to_ascii_lowercase())).copied().unwrap_or_default()
    }

    /// Counts a chat that is new; the chats that are known if it is one too many.
    pub(crate) fn count_chat(&mut self, id_instance: u64, chat_id: &str) -> Result<(), (Used, String)> {
        let Some(chats) = self.chats.get_mut(&id_instance) else { return Ok(()) };
        if chats.known.iter().any(|known| known == chat_id) {
            return Ok(());
        }
        if chats.quota.is_up() {
            return Err((chats.quota, chats.known.join(",")));
        }
        chats.quota.used += 1;
        chats.known.push(chat_id.to_owned());
        Ok(())
    }
}

/// What upstream calls the quota of chats.
pub(crate) const CORRESPONDENTS: &str = "correspondents";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_call_above_the_total_is_refused_and_none_before() {
        let mut quotas = Quotas::default();
        quotas.methods.insert((1, "checkwhatsapp".into()), Used { used: 98, total: 100 });
        let counted: Vec<_> = (0..3).map(|_| quotas.count(1, "checkWhatsapp")).collect();
        assert_eq!(counted, [Ok(()), Ok(()), Err(Used { used: 100, total: 100 })]);
        assert_eq!(quotas.count(2, "checkWhatsapp"), Ok(()), "another instance");
    }

    #[test]
    fn a_total_of_zero_is_no_limit() {
        let mut quotas = Quotas::default();
        quotas.methods.insert((1, "sendmessage".into()), Used { used: 67, total: 0 });
        assert_eq!(quotas.count(1, "sendMessage"), Ok(()));
        assert_eq!(quotas.used(1, "sendMessage"), Used { used: 68, total: 0 });
    }

    #[test]
    fn a_known_chat_is_free_and_a_new_one_counts() {
        let mut quotas = Quotas::default();
        quotas.chats.insert(1, Chats { quota: Used { used: 0, total: 2 }, known: Vec::new() });
        let counted: Vec<_> =
            ["a@c.us", "b@c.us", "a@c.us", "c@c.us"].map(|chat| quotas.count_chat(1, chat).is_ok()).into();
        assert_eq!(counted, [true, true, true, false]);
        assert_eq!(quotas.count_chat(1, "c@c.us"), Err((Used { used: 2, total: 2 }, "a@c.us,b@c.us".into())));
    }
}
