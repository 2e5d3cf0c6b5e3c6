//! `POST /waInstance{idInstance}/setProfilePicture/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/account/SetProfilePicture/>

use std::borrow::Cow;

use http::Method;

use super::{Host, Operation, Param, Place, never, read};
use crate::{
    ProfilePicture, config,
    endpoint::{Class, Rate, Spec},
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
