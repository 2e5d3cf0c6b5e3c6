//! `POST /waInstance{idInstance}/setProfilePicture/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/account/SetProfilePicture/>

use std::borrow::Cow;

use http::Method;
use serde_json::Map;

use super::{Host, Operation, Param, Place, never, read};
use crate::{
    File, InstanceClient, ProfilePicture, config,
    endpoint::{Class, Rate, Spec},
    error::Error,
    model::Kind,
};

pub(crate) static OPERATION: Operation<ProfilePicture> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("setProfilePicture"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/setProfilePicture/{apiTokenInstance}"),
        retry: Class::Once,
        timeout: config::UPLOAD_TIMEOUT,
        attempt: None,
        rate: Some(Rate::new(0.1).of_max(1.0)),
        page: "https://green-api.com/en/docs/api/account/SetProfilePicture/",
        prose: include_str!("set_profile_picture.md"),
    },
    host: Host::Api,
    params: &[
        Param::new("file", "file", Kind::Bytes, Place::File, "The picture, a JPEG: its bytes, or its path.").required()
    ],
    read: |answer| {
        read::yes(answer, "setProfilePicture")?;
        read::model(answer, "setProfilePicture", ProfilePicture::read)
    },
    repeated: never,
};

impl InstanceClient {
    #[doc = include_str!("set_profile_picture.md")]
    pub async fn set_profile_picture(&self, file: File) -> Result<ProfilePicture, Error> {
        self.ask(&OPERATION, Map::new(), Some(file), self.call_options()).await
    }
}
