//! Contacts: the account's list of people and groups, and what is known of one.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Call, Contact, Outcome, Refusal, invalid, is_group, ok};

/// `GET getContacts?group=&count=`: people first, then groups.
///
/// Evidence: the sample; `group` and `count` are sent by upstream's web client, and what they do is inferred from their names.
pub(super) fn list(call: &Call<'_>) -> Outcome {
    let count = usize::try_from(call.number("count", u64::MAX)).unwrap_or(usize::MAX);
    let with_groups = call.request.query.get("group").is_none_or(|group| group != "false");
    let shown = call.messenger(|messenger| {
        let people = messenger.contacts.iter().map(|contact| {
            json!({ "id": contact.id, "name": contact.name(), "contactName": contact.name(), "type": "user" })
        });
        let groups = messenger.groups.iter().filter(|group| with_groups && !group.is_left);
        let groups = groups.map(|group| json!({ "id": group.id, "name": group.name, "type": "group" }));
        people.chain(groups).take(count).collect::<Value>()
    })?;
    Ok(ok(shown))
}

/// `POST getContactInfo`, of a person only.
///
/// Evidence: the fields are those of the sample; the refusal of a group is on Telegram's page, which breaks off after "group cha".
pub(super) fn info(call: &Call<'_>) -> Outcome {
    let chat_id = call.text("chatId")?;
    if is_group(chat_id) {
        return Err(invalid("The method GetContactInfo does not support group chats"));
    }
    let is_whatsapp = call.instance.is_whatsapp();
    let shown = call.messenger(|messenger| {
        let contact = messenger.contacts.iter().find(|contact| contact.id == chat_id);
        let name = contact.map(Contact::name).unwrap_or_default();
        let chat = messenger.chats.iter().find(|chat| chat.id == chat_id);
        let expiration = chat.map_or(0, |chat| chat.expiration);
        if is_whatsapp {
            json!({
                "avatar": "",
                "name": name,
                "contactName": name,
                "email": "",
                "category": "",
                "description": "",
                "products": [],
                "chatId": chat_id,
                "lastSeen": null,
                "isArchive": chat.is_some_and(|chat| chat.is_archived),
                "isDisappearing": expiration > 0,
                "isMute": false,
                "messageExpiration": expiration,
                "muteExpiration": null,
                "isBusiness": false,
            })
        } else {
            json!({
                "avatar": "",
                "name": name,
                "contactName": name,
                "chatId": chat_id,
                "lastSeen": 1_769_681_957,
                "phoneNumber": 79_876_543_210_u64,
            })
        }
    })?;
    Ok(ok(shown))
}

/// `POST getAvatar`: a group's picture, or none. A number without an account has no picture to be seen.
pub(super) fn avatar(call: &Call<'_>) -> Outcome {
    let chat_id = call.text("chatId")?;
    let available = call.has_account(chat_id);
    let url = call.messenger(|messenger| {
        let group = messenger.groups.iter().find(|group| group.id == chat_id);
        group.map(|group| group.avatar.clone()).unwrap_or_default()
    })?;
    Ok(ok(if call.instance.is_whatsapp() {
        json!({ "urlAvatar": url, "available": available })
    } else {
        json!({ "urlAvatar": url })
    }))
}

/// `POST addContact`. The page has both refusals.
pub(super) fn add(call: &Call<'_>) -> Outcome {
    let contact = contact(call)?;
    let (id, has_account) = (contact.id.clone(), call.has_account(&contact.id));
    if !has_account {
        return Err(not_on_whatsapp(&id));
    }
    let is_new = call.messenger(|messenger| {
        let is_new = messenger.contacts.iter().all(|known| known.id != contact.id);
        if is_new {
            messenger.contacts.push(contact);
        }
        is_new
    })?;
    if is_new {
        Ok(ok(json!({ "addContact": true })))
    } else {
        Err(Refusal(StatusCode::BAD_REQUEST, json!({ "message": format!("Contact {id} already exists") })))
    }
}

/// `POST editContact`. The page has the refusal of a number without an account; what becomes of one that is no contact yet is
/// invented: it is one from then on.
pub(super) fn edit(call: &Call<'_>) -> Outcome {
    let contact = contact(call)?;
    if !call.has_account(&contact.id) {
        return Err(not_on_whatsapp(&contact.id));
    }
    call.messenger(|messenger| match messenger.contacts.iter_mut().find(|known| known.id == contact.id) {
        Some(known) => *known = contact,
        None => messenger.contacts.push(contact),
    })?;
    Ok(ok(json!({ "editContact": true })))
}

/// `POST deleteContact`. What upstream says of one that is no contact is not documented: true.
pub(super) fn delete(call: &Call<'_>) -> Outcome {
    let chat_id = call.text("chatId")?;
    call.messenger(|messenger| messenger.contacts.retain(|known| known.id != chat_id))?;
    Ok(ok(json!({ "deleteContact": true })))
}

/// The contact that a call describes.
fn contact(call: &Call<'_>) -> Result<Contact, Refusal> {
    let id = call.text("chatId")?;
    if !id.ends_with("@c.us") {
        return Err(Refusal::bad_request("bad request data"));
    }
    call.optional_flag("saveInAddressbook")?;
    Ok(Contact {
        id: id.to_owned(),
        first_name: call.text("firstName")?.to_owned(),
        last_name: call.optional_text("lastName")?.to_owned(),
    })
}

fn not_on_whatsapp(id: &str) -> Refusal {
    Refusal(StatusCode::NOT_FOUND, json!({ "message": format!("{id} is not on WhatsApp") }))
}
