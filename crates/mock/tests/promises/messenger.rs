//! Groups, chats, contacts and statuses: what is done to them is there afterwards.

use greenapi_partner_mock::{MockServer, Options};
use serde_json::{Value, json};

use crate::{client::mock_with, instance::Instance};

const SHOP: &str = "79001234567@c.us";
const ANN: &str = "79001112233@c.us";
const BEN: &str = "79001112244@c.us";

#[tokio::test]
async fn a_group_has_who_was_put_into_it_and_nobody_who_was_put_out() {
    let mock = unhurried().await;
    let shop = Instance::linked(&mock).await;
    let id = group(&shop).await;
    let of = |who: &str| json!({ "groupId": id, "participantChatId": who });
    let said = [
        shop.post("addGroupParticipant", of(BEN)).await.json(),
        shop.post("addGroupParticipant", of(BEN)).await.json(),
        shop.post("setGroupAdmin", of(BEN)).await.json(),
        shop.post("removeGroupParticipant", of(ANN)).await.json(),
        shop.post("removeGroupParticipant", of(ANN)).await.json(),
    ];
    let expected = [
        json!({ "addParticipant": true }),
        json!({ "addParticipant": false }),
        json!({ "setGroupAdmin": true }),
        json!({ "removeParticipant": true }),
        json!({ "removeParticipant": false }),
    ];
    assert_eq!(said, expected);
    let data = shop.post("getGroupData", json!({ "groupId": id })).await.json();
    let participants = json!([
        { "id": SHOP, "isAdmin": true, "isSuperAdmin": true },
        { "id": BEN, "isAdmin": true, "isSuperAdmin": false },
    ]);
    assert_eq!((&data["groupId"], &data["owner"], &data["participants"]), (&json!(id), &json!(SHOP), &participants));
}

#[tokio::test]
async fn what_is_set_of_a_group_shows() {
    let mock = unhurried().await;
    let shop = Instance::linked(&mock).await;
    let id = group(&shop).await;
    shop.post("updateGroupName", json!({ "groupId": id, "groupName": "Staff" })).await;
    shop.post("updateGroupSettings", json!({ "groupId": id, "allowParticipantsSendMessages": false })).await;
    let data = shop.post("getGroupData", json!({ "groupId": id })).await.json();
    let flags = [&data["allowParticipantsEditGroupSettings"], &data["allowParticipantsSendMessages"]];
    assert_eq!((data["subject"].as_str(), flags), (Some("Staff"), [&json!(true), &json!(false)]));
    let [chat] = &list(&shop, "getChats").await[..] else { panic!("one chat") };
    assert_eq!((&chat["id"], &chat["name"], &chat["type"]), (&json!(id), &json!("Staff"), &json!("group")));
}

#[tokio::test]
async fn a_group_that_is_none_or_was_left_takes_nothing() {
    let mock = unhurried().await;
    let shop = Instance::linked(&mock).await;
    let id = group(&shop).await;
    assert_eq!(shop.post("leaveGroup", json!({ "groupId": id })).await.json(), json!({ "leaveGroup": true }));
    assert_eq!(shop.post("leaveGroup", json!({ "groupId": id })).await.json(), json!({ "leaveGroup": false }));
    let settings = shop.post("updateGroupSettings", json!({ "groupId": id })).await.json();
    assert_eq!(settings, json!({ "updateGroupSettings": false, "reason": "NOT_ENOUGH_RIGHTS" }));
    let data = [
        shop.post("getGroupData", json!({ "groupId": id })).await.json(),
        shop.post("getGroupData", json!({ "groupId": "1@g.us" })).await.json(),
    ];
    assert_eq!(data, ["Error: forbidden", "Error: item-not-found"]);
}

#[tokio::test]
async fn other_messengers_name_a_group_by_its_chat() {
    let mock = unhurried().await;
    for messenger in ["telegram", "v3"] {
        let shop = Instance::put_in(&mock, json!({ "typeInstance": messenger, "phone": "79001234567" })).await;
        let created = shop.post("createGroup", json!({ "groupName": "Team", "chatIds": ["10000001"] })).await.json();
        let id = created["chatId"].as_str().unwrap();
        assert!(id.starts_with('-'), "{id}");
        let data = shop.post("getGroupData", json!({ "chatId": id })).await.json();
        assert_eq!((&data["chatId"], &data["owner"]), (&json!(id), &json!("10000000")));
        let refused = shop.post("getGroupData", json!({ "groupId": id })).await;
        assert_eq!(
            (refused.status, refused.text()),
            (400, "Validation failed. Details: 'chatId' is required".to_owned())
        );
    }
}

#[tokio::test]
async fn contacts_are_added_once_edited_and_deleted() {
    let mock = mock_with(Options {
        phones_without_account: vec![79_001_112_244],
        instance_rate_limits: false,
        ..Options::default()
    })
    .await;
    let shop = Instance::linked(&mock).await;
    let ann = |first: &str| json!({ "chatId": ANN, "firstName": first, "lastName": "Lee" });
    assert_eq!(shop.post("addContact", ann("Ann")).await.json(), json!({ "addContact": true }));
    let again = shop.post("addContact", ann("Ann")).await;
    assert_eq!((again.status, again.json()), (400, json!({ "message": format!("Contact {ANN} already exists") })));
    let nobody = shop.post("editContact", json!({ "chatId": BEN, "firstName": "Ben" })).await;
    assert_eq!((nobody.status, nobody.json()), (404, json!({ "message": format!("{BEN} is not on WhatsApp") })));
    shop.post("editContact", ann("Anna")).await;
    let shown = json!({ "id": ANN, "name": "Anna Lee", "contactName": "Anna Lee", "type": "user" });
    assert_eq!(list(&shop, "getContacts").await, [shown]);
    assert_eq!(shop.post("getContactInfo", json!({ "chatId": ANN })).await.json()["name"], "Anna Lee");
    assert_eq!(shop.post("deleteContact", json!({ "chatId": ANN })).await.json(), json!({ "deleteContact": true }));
    assert!(list(&shop, "getContacts").await.is_empty());
}

#[tokio::test]
async fn a_chat_is_there_once_it_was_written_to_and_the_newest_comes_first() {
    let mock = unhurried().await;
    let shop = Instance::linked_with(&mock, "whatsapp", json!({ "incomingWebhook": "yes" })).await;
    shop.send(ANN, "Hello").await;
    shop.control("POST", "receive-message", json!({ "chatId": BEN, "senderName": "Ben" })).await;
    let archived = shop.post("archiveChat", json!({ "chatId": ANN })).await;
    assert_eq!((archived.status, archived.body.len()), (200, 0));
    let expires =
        shop.post("setDisappearingChat", json!({ "chatId": BEN, "ephemeralExpiration": 86_400 })).await.json();
    let expected = json!({ "chatId": BEN, "disappearingMessagesInChat": true, "ephemeralExpiration": 86_400 });
    assert_eq!(expires, expected);
    let chats = list(&shop, "getChats").await;
    let shown: Vec<_> =
        chats.iter().map(|chat| [&chat["id"], &chat["name"], &chat["archive"], &chat["ephemeralExpiration"]]).collect();
    let (ben, ann) = (json!([BEN, "Ben", false, 86_400]), json!([ANN, "", true, 0]));
    assert_eq!(json!(shown), json!([ben, ann]));
    let refused = shop.post("setDisappearingChat", json!({ "chatId": BEN, "ephemeralExpiration": 5 })).await;
    assert_eq!(refused.status, 400);
}

#[tokio::test]
async fn a_status_is_shown_until_it_is_deleted() {
    let mock = unhurried().await;
    let shop = Instance::linked(&mock).await;
    let status = json!({ "message": "Open till ten", "backgroundColor": "#228B22", "participants": [ANN] });
    let id = shop.post("sendTextStatus", status).await.json()["idMessage"].clone();
    let [shown] = &list(&shop, "getOutgoingStatuses").await[..] else { panic!("one status") };
    assert_eq!((&shown["idMessage"], &shown["textMessage"]), (&id, &json!("Open till ten")));
    assert_eq!(shown["extendedTextMessage"]["participants"], json!([ANN]));
    let path = format!("{}?idMessage={}", shop.path("getStatusStatistic"), id.as_str().unwrap());
    let statistic = shop.call("GET", &path, &[], "").await.json();
    assert_eq!((&statistic[0]["participant"], &statistic[0]["status"]), (&json!(ANN), &json!("delivered")));
    let deleted = shop.post("deleteStatus", json!({ "idMessage": id })).await;
    assert_eq!((deleted.status, deleted.body.len()), (200, 0));
    assert!(list(&shop, "getOutgoingStatuses").await.is_empty());
}

#[tokio::test]
async fn without_a_phone_there_is_nothing_to_ask() {
    let mock = unhurried().await;
    let shop = Instance::unlinked(&mock).await;
    for refused in [
        shop.get("getContacts").await,
        shop.get("getOutgoingStatuses").await,
        shop.post("createGroup", json!({ "groupName": "Team", "chatIds": [ANN] })).await,
        shop.post("archiveChat", json!({ "chatId": ANN })).await,
    ] {
        assert_eq!((refused.status, refused.text().as_str()), (400, "instance is starting or not authorized"));
    }
}

/// One that counts no calls.
async fn unhurried() -> MockServer {
    mock_with(Options { instance_rate_limits: false, ..Options::default() }).await
}

/// A group of the shop and Ann.
async fn group(shop: &Instance<'_>) -> String {
    let created = shop.post("createGroup", json!({ "groupName": "Team", "chatIds": [ANN] })).await.json();
    created["chatId"].as_str().unwrap().to_owned()
}

async fn list(shop: &Instance<'_>, method: &str) -> Vec<Value> {
    shop.get(method).await.json().as_array().unwrap().clone()
}
