//! `POST /waInstance{idInstance}/createGroup/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/groups/CreateGroup/>

use std::borrow::Cow;

use http::Method;

use super::{Host, Operation, arguments::takes, never, read};
use crate::{
    CreatedGroup, InstanceClient, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
};

pub(crate) static OPERATION: Operation<CreatedGroup> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("createGroup"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/createGroup/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: Some(Rate::new(1.0)),
        page: "https://green-api.com/en/docs/api/groups/CreateGroup/",
        prose: include_str!("create_group.md"),
    },
    host: Host::Api,
    params: PARAMS,
    read: |answer| {
        read::yes(answer, "created")?;
        read::model(answer, "chatId", CreatedGroup::read)
    },
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("create_group.md")]
    pub async fn create_group(&self, group: CreateGroup) -> Result<CreatedGroup, Error> {
        self.get(&OPERATION, group).await
    }
}

takes! {
    /// What createGroup takes: a name, and who is in it.
    CreateGroup {
        needed {
            group_name "groupName" Text Body { within(1, 100) personal } "The group's name, up to 100 characters.";
            chat_ids "chatIds" Texts Body {} "Who is in it besides the account: their chats, `79001234567@c.us`.";
        }
        optional {}
    }
}
