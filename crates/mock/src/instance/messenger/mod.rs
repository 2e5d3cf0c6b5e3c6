//! Messenger: what it keeps of a linked account, and the methods that read and change it: groups, chats and contacts,
//! statuses, catalogs.

mod catalog;
mod chats;
mod contacts;
mod groups;
mod statuses;

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{InstanceRequest, UNLINKED};
use crate::{
    account::AccountInstance,
    answer::{Answer, read_body},
    state::State,
    sync::lock,
    token::Digits,
    world::messengers::{Chat, Contact, Messenger},
};

/// One call of these methods.
struct Call<'a> {
    state: &'a State,
    instance: &'a AccountInstance,
    request: &'a InstanceRequest,
    body: Map<String, Value>,
    now: Timestamp,
}

/// What a call comes to.
type Outcome = Result<Answer, Refusal>;

/// Why a call is not taken: the status, and a text or JSON that says so.
struct Refusal(StatusCode, Value);

impl Refusal {
    fn bad_request(text: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, Value::String(text.into()))
    }
}

impl From<Refusal> for Answer {
    fn from(Refusal(status, body): Refusal) -> Self {
        match body {
            Value::String(text) => Self::new(status).with_text(&text),
            json => Self::new(status).with_json(&json),
        }
    }
}

/// Answers one of these methods; nothing where it is none of them, or not with this verb or for this messenger.
pub(super) async fn answer(state: &State, instance: &AccountInstance, request: &InstanceRequest) -> Option<Answer> {
    let verb = request.verb.as_str();
    let mut call = Call { state, instance, request, body: Map::new(), now: state.clock.now() };
    if (verb, request.method.as_str()) == ("POST", "setGroupPicture") {
        return Some(groups::set_picture(&call).await.unwrap_or_else(Answer::from));
    }
    let act = method(verb, &request.method, instance.is_whatsapp())?;
    if verb == "POST" {
        match read_body(&request.body) {
            Ok(body) => call.body = body,
            Err(text) => return Some(Refusal::bad_request(text).into()),
        }
    }
    Some(act(&call).unwrap_or_else(Answer::from))
}

/// What answers a method.
fn method(verb: &str, method: &str, is_whatsapp: bool) -> Option<fn(&Call<'_>) -> Outcome> {
    Some(match (verb, method) {
        ("POST", "createGroup") => groups::create,
        ("POST", "updateGroupName") => groups::rename,
        ("POST", "getGroupData") => groups::data,
        ("POST", "addGroupParticipant") => groups::add_participant,
        ("POST", "removeGroupParticipant") => groups::remove_participant,
        ("POST", "setGroupAdmin") => groups::set_admin,
        ("POST", "removeAdmin") => groups::remove_admin,
        ("POST", "updateGroupSettings") => groups::update_settings,
        ("POST", "leaveGroup") => groups::leave,
        ("POST", "readChat") => chats::read,
        ("POST", "archiveChat") => chats::archive,
        ("POST", "unarchiveChat") => chats::unarchive,
        ("GET", "getChats") => chats::list,
        ("POST", "setDisappearingChat") if is_whatsapp => chats::set_disappearing,
        ("POST", "getAvatar") => contacts::avatar,
        ("GET", "getContacts") => contacts::list,
        ("POST", "getContactInfo") => contacts::info,
        ("POST", "addContact") if is_whatsapp => contacts::add,
        ("POST", "editContact") if is_whatsapp => contacts::edit,
        ("POST", "deleteContact") if is_whatsapp => contacts::delete,
        ("POST", "sendTextStatus" | "sendVoiceStatus" | "sendMediaStatus") if is_whatsapp => statuses::send,
        ("GET", "getIncomingStatuses") if is_whatsapp => statuses::incoming,
        ("GET", "getOutgoingStatuses") if is_whatsapp => statuses::outgoing,
        ("GET", "getStatusStatistic") if is_whatsapp => statuses::statistic,
        ("POST", "deleteStatus") if is_whatsapp => statuses::delete,
        ("POST", "sendProduct" | "sendOrder") if is_whatsapp => catalog::send,
        ("POST", "getProducts") if is_whatsapp => catalog::products,
        ("POST", "getCollections") if is_whatsapp => catalog::collections,
        ("POST", "getCollection") if is_whatsapp => catalog::collection,
        ("POST", "getOrderDetails") if is_whatsapp => catalog::order,
        _ => return None,
    })
}

impl Call<'_> {
    /// Does something to what the messenger keeps; refused where no phone is linked.
    fn messenger<T>(&self, act: impl FnOnce(&mut Messenger) -> T) -> Result<T, Refusal> {
        if self.instance.state_instance() != Some("authorized") {
            return Err(Refusal::bad_request(UNLINKED));
        }
        Ok(act(lock(&self.state.messengers).of(self.instance.id_instance)))
    }

    /// A text that must be there.
    fn text(&self, name: &str) -> Result<&str, Refusal> {
        match self.body.get(name) {
            None => Err(invalid(&format!("'{name}' is required"))),
            Some(Value::String(text)) if text.is_empty() => {
                Err(invalid(&format!("'{name}' is not allowed to be empty")))
            }
            Some(Value::String(text)) => Ok(text),
            Some(_) => Err(invalid(&format!("'{name}' must be a string"))),
        }
    }

    /// A text that need not be there; empty where it is not.
    fn optional_text(&self, name: &str) -> Result<&str, Refusal> {
        match self.body.get(name) {
            None => Ok(""),
            Some(Value::String(text)) => Ok(text),
            Some(_) => Err(invalid(&format!("'{name}' must be a string"))),
        }
    }

    fn optional_flag(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.body.get(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(invalid(&format!("'{name}' must be a boolean"))),
        }
    }

    /// A list of texts that must be there.
    fn texts(&self, name: &str) -> Result<Vec<String>, Refusal> {
        let items = self.body.get(name).ok_or_else(|| invalid(&format!("'{name}' is required")))?;
        let texts =
            items.as_array().and_then(|items| items.iter().map(|item| item.as_str().map(str::to_owned)).collect());
        texts.ok_or_else(|| invalid(&format!("'{name}' must be an array")))
    }

    /// The same, empty where it is not there.
    fn optional_texts(&self, name: &str) -> Result<Vec<String>, Refusal> {
        if self.body.contains_key(name) { self.texts(name) } else { Ok(Vec::new()) }
    }

    /// A number of the query; `usual` where there is none.
    fn number(&self, name: &str, usual: u64) -> u64 {
        self.request.query.get(name).and_then(|text| text.parse().ok()).unwrap_or(usual)
    }

    /// The account's own id in the messenger.
    fn own_id(&self) -> String {
        if self.instance.is_whatsapp() { self.instance.wid().unwrap_or_default() } else { OWN_NUMBER.to_owned() }
    }

    /// Whether a person's number has an account; every one has, apart from those that the options name.
    fn has_account(&self, chat_id: &str) -> bool {
        let phone = chat_id.split('@').next().and_then(|phone| phone.parse().ok());
        phone.is_none_or(|phone| !self.state.options().phones_without_account.contains(&phone))
    }
}

fn is_group(chat_id: &str) -> bool {
    chat_id.ends_with("@g.us") || chat_id.starts_with('-')
}

/// How upstream's framework refuses a field.
fn invalid(details: &str) -> Refusal {
    Refusal::bad_request(format!("Validation failed. Details: {details}"))
}

#[expect(clippy::needless_pass_by_value, reason = "an answer is made for it")]
fn ok(body: Value) -> Answer {
    Answer::new(StatusCode::OK).with_json(&body)
}

/// A picture's address.
fn picture() -> String {
    format!("https://pps.whatsapp.net/v/t61.24694-24/{}.jpg", Digits::new().figures(12))
}

/// The chat of the account itself, where chats are numbers: that of getAccountSettings.
const OWN_NUMBER: &str = "10000000";
