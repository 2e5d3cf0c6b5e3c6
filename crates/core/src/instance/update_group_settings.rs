//! `POST /waInstance{idInstance}/updateGroupSettings/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/groups/UpdateGroupSettings/>

use std::borrow::Cow;

use http::Method;

use super::{
    Host, Operation,
    arguments::{takes, told},
    never, read,
};
use crate::{
    InstanceClient, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
};

pub(crate) static OPERATION: Operation<()> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("updateGroupSettings"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/updateGroupSettings/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::TIMEOUT,
        attempt: None,
        rate: Some(Rate::new(f64::INFINITY).of_max(1.0)),
        page: "https://green-api.com/en/docs/api/groups/UpdateGroupSettings/",
        prose: include_str!("update_group_settings.md"),
    },
    host: Host::Api,
    params: PARAMS,
    read: |answer| read::yes(answer, "updateGroupSettings"),
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("update_group_settings.md")]
    pub async fn update_group_settings(&self, settings: UpdateGroupSettings) -> Result<(), Error> {
        self.get(&OPERATION, settings).await
    }
}

takes! {
    /// What updateGroupSettings takes: the group, and what its participants may do.
    UpdateGroupSettings {
        needed {
            group_id "groupId" Text Body { elsewhere("chatId") } told!(group);
        }
        optional {
            allow_participants_edit_group_settings "allowParticipantsEditGroupSettings" Flag Body {}
                "Whether they may change its name, picture, description and the like.";
            allow_participants_send_messages "allowParticipantsSendMessages" Flag Body {}
                "Whether they may write, or the admins alone.";
        }
    }
}
