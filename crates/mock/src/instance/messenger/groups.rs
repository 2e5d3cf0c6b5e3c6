//! Groups: who is in them, who leads them, and what they are called.

use serde_json::json;

use super::{Call, Messenger, Outcome, Refusal, invalid, ok, picture};
use crate::{
    instance::messages::multipart,
    token::Digits,
    world::messengers::{Group, Participant, id_field},
};

impl Call<'_> {
    fn group_id(&self) -> Result<&str, Refusal> {
        self.text(id_field(self.instance.is_whatsapp()))
    }

    /// Does something to a group that the account is in; false where it is in no such group, or what is done says so.
    fn in_group(&self, group_id: &str, act: impl FnOnce(&mut Group) -> bool) -> Result<bool, Refusal> {
        self.messenger(|messenger| messenger.group(group_id).is_some_and(act))
    }

    fn name_of_group(&self) -> Result<&str, Refusal> {
        let name = self.text("groupName")?;
        if name.chars().count() > LONGEST_NAME {
            let details = format!("'groupName' length must be less than or equal to {LONGEST_NAME} characters long");
            return Err(invalid(&details));
        }
        Ok(name)
    }
}

impl Messenger {
    /// A group that the account is in.
    fn group(&mut self, group_id: &str) -> Option<&mut Group> {
        self.groups.iter_mut().find(|group| group.id == group_id && !group.is_left)
    }
}

/// `POST createGroup`: the account owns it, and all who are named are in it. The first one of an instance is number 1.
pub(super) fn create(call: &Call<'_>) -> Outcome {
    let (name, members) = (call.name_of_group()?.to_owned(), call.texts("chatIds")?);
    if members.is_empty() {
        return Err(invalid("'chatIds' must contain at least 1 items"));
    }
    let (is_whatsapp, owner) = (call.instance.is_whatsapp(), call.own_id());
    let invite_link = format!("https://chat.whatsapp.com/{}", Digits::new().take(22));
    let everybody = [owner.clone()].into_iter().chain(members.into_iter().filter(|id| *id != owner));
    let participants = everybody.map(|id| Participant { is_admin: id == owner, id }).collect();
    let at = call.now.as_second();
    let reply = call.messenger(|messenger| {
        let number = messenger.groups.len() + 1;
        let id = if is_whatsapp { format!("120363{number:012}@g.us") } else { format!("-1{number:012}") };
        let reply = json!({ "created": true, "chatId": id, "groupInviteLink": invite_link });
        messenger.chat(&id).name.clone_from(&name);
        messenger.groups.push(Group {
            id,
            name,
            invite_link,
            avatar: String::new(),
            owner,
            created_at: at,
            renamed_at: at,
            participants,
            may_edit: true,
            may_send: true,
            is_left: false,
        });
        reply
    })?;
    Ok(ok(reply))
}

/// `POST updateGroupName`
pub(super) fn rename(call: &Call<'_>) -> Outcome {
    let (group_id, name, at) = (call.group_id()?, call.name_of_group()?, call.now.as_second());
    let renamed = call.in_group(group_id, |group| {
        name.clone_into(&mut group.name);
        group.renamed_at = at;
        true
    })?;
    if renamed {
        call.messenger(|messenger| name.clone_into(&mut messenger.chat(group_id).name))?;
    }
    Ok(ok(json!({ "updateGroupName": renamed })))
}

/// `POST getGroupData`. Of a group that is none, and of one that was left, there is a text instead.
///
/// Evidence: the texts are those that upstream's web client reads (`Error: item-not-found`, `Error: forbidden`), with HTTP 200.
pub(super) fn data(call: &Call<'_>) -> Outcome {
    let (group_id, is_whatsapp) = (call.group_id()?, call.instance.is_whatsapp());
    let shown = call.messenger(|messenger| match messenger.groups.iter().find(|group| group.id == group_id) {
        None => "Error: item-not-found".into(),
        Some(group) if group.is_left => "Error: forbidden".into(),
        Some(group) => group.to_json(is_whatsapp),
    })?;
    Ok(ok(shown))
}

/// `POST addGroupParticipant`: false for who is in it already, and for a number without an account.
///
/// Evidence: the page says false where a participant was not added; which cases these are is invented.
pub(super) fn add_participant(call: &Call<'_>) -> Outcome {
    let (group_id, id) = (call.group_id()?, call.text("participantChatId")?);
    let has_account = call.has_account(id);
    let added = call.in_group(group_id, |group| {
        let adds = has_account && group.place(id).is_none();
        if adds {
            group.participants.push(Participant { id: id.to_owned(), is_admin: false });
        }
        adds
    })?;
    Ok(ok(json!({ "addParticipant": added })))
}

/// `POST removeGroupParticipant`
pub(super) fn remove_participant(call: &Call<'_>) -> Outcome {
    let (group_id, id) = (call.group_id()?, call.text("participantChatId")?);
    let removed = call.in_group(group_id, |group| {
        let place = group.place(id);
        place.map(|place| group.participants.remove(place)).is_some()
    })?;
    Ok(ok(json!({ "removeParticipant": removed })))
}

/// `POST setGroupAdmin`
pub(super) fn set_admin(call: &Call<'_>) -> Outcome {
    Ok(ok(json!({ "setGroupAdmin": make_admin(call, true)? })))
}

/// `POST removeAdmin`
pub(super) fn remove_admin(call: &Call<'_>) -> Outcome {
    Ok(ok(json!({ "removeAdmin": make_admin(call, false)? })))
}

fn make_admin(call: &Call<'_>, is_admin: bool) -> Result<bool, Refusal> {
    let (group_id, id) = (call.group_id()?, call.text("participantChatId")?);
    call.in_group(group_id, |group| match group.place(id) {
        Some(place) => {
            group.participants[place].is_admin = is_admin;
            true
        }
        None => false,
    })
}

/// `POST setGroupPicture`: a form of the group and a JPEG.
///
/// Evidence: the fields of the answer are documented; `reason` of a refusal is not.
pub(super) async fn set_picture(call: &Call<'_>) -> Outcome {
    let parts = multipart::read(call.request.content_type.as_deref(), &call.request.body).await;
    let parts = parts.ok_or_else(|| Refusal::bad_request("bad request data"))?;
    let part = |name: &str| parts.get(name).ok_or_else(|| invalid(&format!("'{name}' is required")));
    let (group_id, file) = (part(id_field(call.instance.is_whatsapp()))?.text(), part("file")?);
    let url = picture();
    let is_set = file.content.starts_with(JPEG)
        && call.in_group(&group_id, |group| {
            group.avatar.clone_from(&url);
            true
        })?;
    Ok(ok(if is_set {
        json!({ "setGroupPicture": true, "urlAvatar": url, "reason": "" })
    } else {
        json!({ "setGroupPicture": false, "urlAvatar": null, "reason": "bad image" })
    }))
}

/// `POST updateGroupSettings`. The page names the reasons: for a group that is none, and for who may not.
pub(super) fn update_settings(call: &Call<'_>) -> Outcome {
    let group_id = call.group_id()?;
    let may_edit = call.optional_flag("allowParticipantsEditGroupSettings")?;
    let may_send = call.optional_flag("allowParticipantsSendMessages")?;
    let updated = call.in_group(group_id, |group| {
        group.may_edit = may_edit.unwrap_or(group.may_edit);
        group.may_send = may_send.unwrap_or(group.may_send);
        true
    })?;
    let reason = if updated { "" } else { "NOT_ENOUGH_RIGHTS" };
    Ok(ok(json!({ "updateGroupSettings": updated, "reason": reason })))
}

/// `POST leaveGroup`
pub(super) fn leave(call: &Call<'_>) -> Outcome {
    let (group_id, own_id) = (call.group_id()?, call.own_id());
    let left = call.in_group(group_id, |group| {
        group.participants.retain(|participant| participant.id != own_id);
        group.is_left = true;
        true
    })?;
    Ok(ok(json!({ "leaveGroup": left })))
}

/// The longest name of a group, in characters, as documented.
const LONGEST_NAME: usize = 100;
const JPEG: &[u8] = &[0xff, 0xd8];
