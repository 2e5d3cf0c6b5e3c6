//! `POST /waInstance{idInstance}/checkAccount/{apiTokenInstance}`
//!
//! <https://green-api.com/en/telegram/docs/api/service/CheckAccount/>

use std::borrow::Cow;

use http::Method;

use super::{Host, Operation, Param, Place, arguments::PHONE, never, read};
use crate::{
    CheckedAccount, config,
    endpoint::{Class, Rate, Spec},
    model::Kind,
};

pub(crate) static OPERATION: Operation<CheckedAccount> = Operation {
    spec: Spec {
        operation: Cow::Borrowed("checkAccount"),
        method: Method::POST,
        path: Cow::Borrowed("/waInstance{idInstance}/checkAccount/{apiTokenInstance}"),
        retry: Class::Safe,
        timeout: config::TIMEOUT,
        attempt: Some(config::ATTEMPT_TIMEOUT),
        rate: Some(Rate::new(10.0)),
        page: "https://green-api.com/en/telegram/docs/api/service/CheckAccount/",
        prose: include_str!("check_account.md"),
    },
    host: Host::Api,
    params: &[
        PHONE,
        Param::new(
            "force",
            "force",
            Kind::Flag,
            Place::Body,
            "Ask the messenger even where upstream remembers the answer (MAX).",
        ),
    ],
    read: |answer| read::model(answer, "exist", CheckedAccount::read),
    repeated: never,
};
