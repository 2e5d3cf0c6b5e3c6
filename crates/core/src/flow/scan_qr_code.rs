//! The QR codes of one scan window, over the socket.

use std::time::Duration;

use async_stream::try_stream;
use serde_json::{Map, Value, json};
use tokio::time::{self, Instant};

use super::events::{self, Events};
use crate::{
    Authorized, Event, InstanceClient,
    api::instance::{Host, scanqrcode::SPEC, shown_by},
    call::TARGET,
    config::{BACKOFF_CAP, BACKOFF_FIRST, SCAN_WINDOW, SCAN_WINDOW_MARGIN},
    error::{Error, ErrorCode},
    hosts::WHATSAPP,
    transport::{Frame, Socket},
    wire::{self, Answer},
    words,
};

pub(crate) fn scan_qr_code(instance: &InstanceClient) -> Events {
    let instance = instance.clone();
    Events::of(
        events::known(&instance),
        try_stream! {
            let time = instance.call_options().timeout;
            let mut scan = Scan::begin(&instance, time.map(|time| Instant::now() + time));
            loop {
                yield scan.next().await?;
            }
        },
    )
}

/// One scan window. A connection that breaks is opened again until the window is over.
pub(super) struct Scan {
    instance: InstanceClient,
    window_ends: Instant,
    /// The caller's own limit.
    deadline: Option<Instant>,
    socket: Option<Socket>,
    cuts: u32,
}

impl Scan {
    pub(super) fn begin(instance: &InstanceClient, deadline: Option<Instant>) -> Self {
        let window_ends = Instant::now() + SCAN_WINDOW + SCAN_WINDOW_MARGIN;
        Self { instance: instance.clone(), window_ends, deadline, socket: None, cuts: 0 }
    }

    /// The next QR code, or at last who was linked.
    pub(super) async fn next(&mut self) -> Result<Event, Error> {
        let next = self.next_frame().await;
        next.map_err(|error| if error.operation().is_some() { error } else { error.during(SPEC.operation.clone()) })
    }

    async fn next_frame(&mut self) -> Result<Event, Error> {
        loop {
            let until = self.until();
            let socket = if let Some(socket) = &mut self.socket {
                socket
            } else {
                let target = self.instance.target(Host::Api)?;
                self.socket.insert(self.instance.engine().socket(&SPEC, &target, until).await?)
            };
            match time::timeout_at(until, socket.next()).await {
                Ok(Frame::Text(text)) => {
                    self.cuts = 0;
                    if let Some(event) = self.read(&text).await? {
                        return Ok(event);
                    }
                }
                Ok(Frame::Odd) => return Err(Error::new(ErrorCode::Protocol, "a frame that is no text")),
                Ok(Frame::Cut) => self.rest_after_cut().await,
                Err(_) => return Err(self.over()),
            }
        }
    }

    /// What a frame says; nothing where its type is none that we know, or where there is no code yet.
    async fn read(&self, text: &str) -> Result<Option<Event>, Error> {
        let object: Map<String, Value> = match serde_json::from_str(text) {
            Ok(Value::Object(object)) if object.get("type").is_some_and(Value::is_string) => object,
            Ok(Value::Null) => return Ok(None),
            _ => return Err(Error::new(ErrorCode::Protocol, "a frame that is no JSON object with a type")),
        };
        match object.get("type").and_then(Value::as_str).unwrap_or_default() {
            "accountData" => Ok(Some(Event::Authorized(linked(&self.instance, &object).await))),
            "timeout" | "timeoutExpired" => Err(expired()),
            "qrCode" | "alreadyLogged" | "error" => self.shown(text, &object),
            other => {
                let token = self.instance.target(Host::Api)?.token;
                let kind = words::presentable(other, &[&token]);
                let kind: String = kind.unwrap_or_default().chars().take(40).collect();
                tracing::debug!(
                    target: TARGET,
                    operation = "scanQrCode",
                    id_instance = self.instance.id_instance(),
                    kind,
                    "a frame of an unknown type is skipped"
                );
                Ok(None)
            }
        }
    }

    /// The QR code of a frame, or what upstream says instead.
    fn shown(&self, text: &str, object: &Map<String, Value>) -> Result<Option<Event>, Error> {
        let mismatch = match shown_by(object) {
            Ok(qr) => return Ok(Some(Event::QrCode(qr))),
            Err(mismatch) if mismatch.code == Some(ErrorCode::NotReady) => return Ok(None),
            Err(mismatch) => mismatch,
        };
        let (target, answer) = (self.instance.target(Host::Api)?, Answer::of_frame(text));
        Err(wire::refusal(&SPEC, &answer, &mismatch, &[&target.token], &target).error.without_status())
    }

    /// A connection that broke is not opened again at once, and later each time.
    async fn rest_after_cut(&mut self) {
        self.socket = None;
        let wait = BACKOFF_FIRST.saturating_mul(2_u32.saturating_pow(self.cuts)).min(BACKOFF_CAP);
        self.cuts += 1;
        tracing::debug!(
            target: TARGET,
            operation = "scanQrCode",
            id_instance = self.instance.id_instance(),
            "the socket was cut: it is opened again"
        );
        time::sleep_until(self.until().min(Instant::now() + wait)).await;
    }

    fn until(&self) -> Instant {
        self.deadline.map_or(self.window_ends, |deadline| deadline.min(self.window_ends))
    }

    fn over(&self) -> Error {
        match self.deadline {
            Some(deadline) if deadline < self.window_ends => {
                Error::new(ErrorCode::Timeout, "nobody scanned the code in the time that was given")
            }
            _ => expired(),
        }
    }
}

fn expired() -> Error {
    Error::new(ErrorCode::QrExpired, ErrorCode::QrExpired.when())
}

/// Who was linked: as the frame says, or as the account's settings say, where they answer.
pub(super) async fn linked(instance: &InstanceClient, frame: &Map<String, Value>) -> Authorized {
    let text = |name: &str| frame.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let (mut wid, name) = (text("wid").map(ToOwned::to_owned), text("pushname").map(ToOwned::to_owned));
    let mut phone = wid.as_deref().and_then(phone_of);
    if wid.is_none() {
        phone = phone_from_settings(instance).await;
        wid = phone.as_ref().filter(|_| instance.messenger() == WHATSAPP).map(|phone| format!("{phone}@c.us"));
    }
    let fields = json!({ "wid": wid, "phone": phone, "name": name });
    Authorized::read(if let Value::Object(fields) = fields { fields } else { Map::new() })
}

/// The digits of `79001234567@c.us`.
fn phone_of(wid: &str) -> Option<String> {
    let digits = wid.split(['@', ':']).next()?;
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.to_owned())
}

async fn phone_from_settings(instance: &InstanceClient) -> Option<String> {
    let quick = instance.with_timeout(ABOUT_TIMEOUT);
    let phone = if instance.messenger() == WHATSAPP {
        quick.get_wa_settings().await.ok()?.phone().map(ToOwned::to_owned)
    } else {
        quick.get_account_settings().await.ok()?.phone().map(ToOwned::to_owned)
    };
    phone.filter(|phone| !phone.is_empty())
}

/// Who was linked is good to know, and not worth a long wait.
const ABOUT_TIMEOUT: Duration = Duration::from_secs(15);
