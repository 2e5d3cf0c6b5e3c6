//! Messengers' side of the instances: their chats, contacts, groups and statuses.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

/// The messengers' side of all instances.
#[derive(Debug, Default)]
pub(crate) struct Messengers(HashMap<u64, Messenger>);

impl Messengers {
    pub(crate) fn of(&mut self, id_instance: u64) -> &mut Messenger {
        self.0.entry(id_instance).or_default()
    }

    /// Notes that a chat was written to or from, with the name that it shows.
    pub(crate) fn note_chat(&mut self, id_instance: u64, chat_id: &str, name: &str) {
        let chat = self.of(id_instance).chat(chat_id);
        if !name.is_empty() {
            name.clone_into(&mut chat.name);
        }
    }
}

/// What the messenger keeps of one account.
#[derive(Debug, Default)]
pub(crate) struct Messenger {
    /// In order of their last mention, the oldest first.
    pub(crate) chats: Vec<Chat>,
    pub(crate) contacts: Vec<Contact>,
    pub(crate) groups: Vec<Group>,
    pub(crate) statuses: Vec<Status>,
}

impl Messenger {
    /// The chat of an id, which is the latest one from now on.
    pub(crate) fn chat(&mut self, chat_id: &str) -> &mut Chat {
        let known = self.chats.iter().position(|chat| chat.id == chat_id);
        let chat = match known {
            Some(place) => self.chats.remove(place),
            None => Chat { id: chat_id.to_owned(), ..Chat::default() },
        };
        self.chats.push(chat);
        let last = self.chats.len() - 1;
        &mut self.chats[last]
    }
}

/// A chat, of one person or of a group.
#[derive(Debug, Default)]
pub(crate) struct Chat {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) is_archived: bool,
    /// Seconds after which messages disappear.
    pub(crate) expiration: u64,
    /// When that was set, by UNIX time.
    pub(crate) expiration_set_at: i64,
}

/// An entry of the account's contacts.
#[derive(Debug)]
pub(crate) struct Contact {
    pub(crate) id: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
}

impl Contact {
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }
}

/// A group that the account is or was in.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) invite_link: String,
    pub(crate) avatar: String,
    pub(crate) owner: String,
    pub(crate) created_at: i64,
    pub(crate) renamed_at: i64,
    pub(crate) participants: Vec<Participant>,
    pub(crate) may_edit: bool,
    pub(crate) may_send: bool,
    pub(crate) is_left: bool,
}

#[derive(Debug)]
pub(crate) struct Participant {
    pub(crate) id: String,
    pub(crate) is_admin: bool,
}

impl Group {
    pub(crate) fn place(&self, id: &str) -> Option<usize> {
        self.participants.iter().position(|participant| participant.id == id)
    }

    /// As getGroupData shows it.
    ///
    /// Evidence: the sample; the two `allow…` fields are those of updateGroupSettings, whose page says that getGroupData tells them.
    pub(crate) fn to_json(&self, is_whatsapp: bool) -> Value {
        let participants = self
            .participants
            .iter()
            .map(|one| json!({ "id": one.id, "isAdmin": one.is_admin, "isSuperAdmin": one.id == self.owner }));
        let mut shown = json!({
            "owner": self.owner,
            "subject": self.name,
            "creation": self.created_at,
            "participants": participants.collect::<Vec<_>>(),
            "subjectTime": self.renamed_at,
            "subjectOwner": self.owner,
            "groupInviteLink": self.invite_link,
            "allowParticipantsEditGroupSettings": self.may_edit,
            "allowParticipantsSendMessages": self.may_send,
        });
        shown[id_field(is_whatsapp)] = self.id.clone().into();
        shown
    }
}

/// A status that the account has sent, as getOutgoingStatuses shows it.
#[derive(Debug)]
pub(crate) struct Status {
    pub(crate) id: String,
    pub(crate) sent_at: i64,
    pub(crate) participants: Vec<String>,
    pub(crate) shown: Map<String, Value>,
}

/// How a call names a group: WhatsApp's pages say `groupId`, Telegram's `chatId`, and so does upstream's web client of MAX.
pub(crate) fn id_field(is_whatsapp: bool) -> &'static str {
    if is_whatsapp { "groupId" } else { "chatId" }
}
