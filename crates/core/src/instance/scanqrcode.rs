//! `WSS /waInstance{idInstance}/scanqrcode/{apiTokenInstance}`
//!
//! <https://green-api.com/en/docs/api/account/ScanQrCode/>

use std::borrow::Cow;

use http::Method;

use crate::{
    config,
    endpoint::{Class, Rate, Spec},
};

pub(crate) static SPEC: Spec = Spec {
    operation: Cow::Borrowed("scanQrCode"),
    method: Method::GET,
    path: Cow::Borrowed("/waInstance{idInstance}/scanqrcode/{apiTokenInstance}"),
    retry: Class::Safe,
    timeout: config::SCAN_WINDOW,
    attempt: Some(config::ATTEMPT_TIMEOUT),
    rate: Some(Rate::new(1.0)),
    page: "https://green-api.com/en/docs/api/account/ScanQrCode/",
    prose: include_str!("scanqrcode.md"),
};
