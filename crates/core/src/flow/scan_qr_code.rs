//! The QR codes of one scan window, over the socket.

use std::time::Duration;

use async_stream::try_stream;
use serde_json::{Map, Value, json};
use tokio::time::{self, Instant};

use super::{
    Flow, asked,
    events::{self, Events},
};
use crate::{
    Authorized, Event, InstanceClient,
    api::instance::Host,
    config::{BACKOFF_CAP, BACKOFF_FIRST, FIRST_CODE, QR_LIFETIME, SCAN_WINDOW, SCAN_WINDOW_MARGIN, SILENCE},
    error::{Error, ErrorCode},
    hosts::WHATSAPP,
    instance::{
        qr::Shown,
        scanqrcode::{SPEC, Said, expired, said},
    },
    log::TARGET,
    transport::{Frame, Socket},
};

pub(crate) const FLOW: Flow =
    Flow { name: "scan_qr_code", node: "scanQrCode", prose: include_str!("../instance/scanqrcode.md") };

impl InstanceClient {
    #[doc = include_str!("../instance/scanqrcode.md")]
    pub fn scan_qr_code(&self) -> Events {
        scan_qr_code(self)
    }
}

pub(crate) fn scan_qr_code(instance: &InstanceClient) -> Events {
    let instance = instance.clone();
    Events::of(
        events::known(&instance),
        try_stream! {
            let time = instance.call_options().timeout;
            if time.is_some_and(|time| time.is_zero()) {
                Err(Error::invalid_request("the timeout must be longer than nothing").during(SPEC.operation.clone()))?;
            }
            let mut scan = Scan::begin(&instance, time.map(|time| Instant::now() + time));
            loop {
                yield scan.next().await?;
            }
        },
    )
}

/// One scan window. A connection that breaks, or stays silent although its code is over, is opened again until the window
/// is over.
pub(super) struct Scan {
    instance: InstanceClient,
    window_ends: Instant,
    /// The caller's own limit.
    deadline: Option<Instant>,
    socket: Option<Socket>,
    /// When the open socket counts as silent, unless it shows a code before.
    silent_at: Instant,
    silences: u32,
    /// How many silences are the end of it; none: the window alone is.
    most_silences: Option<u32>,
    cuts: u32,
    /// What the account was asked for last, so that it is told once.
    asked: Option<Event>,
}

impl Scan {
    pub(super) fn begin(instance: &InstanceClient, deadline: Option<Instant>) -> Self {
        let begun = Instant::now();
        Self {
            instance: instance.clone(),
            window_ends: begun + SCAN_WINDOW + SCAN_WINDOW_MARGIN,
            deadline,
            socket: None,
            silent_at: begun,
            silences: 0,
            most_silences: None,
            cuts: 0,
            asked: None,
        }
    }

    /// The same, for who has another way to codes: so many silences are `unavailable`.
    pub(super) fn that_gives_up_after(mut self, silences: u32) -> Self {
        self.most_silences = Some(silences);
        self
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
                let opened = self.instance.engine().socket(&SPEC, &target, until).await;
                let opened = opened.map_err(|error| self.out_of_time(error))?;
                self.silent_at = Instant::now() + FIRST_CODE;
                self.socket.insert(opened)
            };
            let limit = until.min(self.silent_at);
            // Where frames come without a pause, the time never has a look.
            let is_over = Instant::now() >= limit;
            let frame = if is_over { None } else { time::timeout_at(limit, socket.next()).await.ok() };
            match frame {
                Some(Frame::Text(text)) => {
                    self.cuts = 0;
                    match self.read(&text).await? {
                        Some(Event::QrCode(qr)) => {
                            self.silent_at = Instant::now() + QR_LIFETIME + SILENCE;
                            self.asked = None;
                            return Ok(Event::QrCode(qr));
                        }
                        Some(asked @ (Event::PasskeyRequired(_) | Event::PasswordNeeded(_))) => {
                            // Whether anything follows is documented nowhere.
                            self.silent_at = self.window_ends;
                            if self.asked.as_ref() != Some(&asked) {
                                self.asked = Some(asked.clone());
                                return Ok(asked);
                            }
                        }
                        Some(event) => return Ok(event),
                        None => {}
                    }
                }
                Some(Frame::Odd) => return Err(Error::new(ErrorCode::Protocol, "a frame that is no text")),
                Some(Frame::TooLarge) => return Err(Error::new(ErrorCode::Protocol, "a frame that is too large")),
                Some(Frame::Cut) => self.rest_after_cut().await,
                None if self.silent_at < until => self.leave_silence()?,
                None => return Err(self.over()),
            }
        }
    }

    /// What a frame says; nothing where its type is none that we know, or where there is no code yet.
    async fn read(&self, text: &str) -> Result<Option<Event>, Error> {
        Ok(match said(text, &self.instance.target(Host::Api)?)? {
            Said::Shown(Shown::Code(qr)) => Some(Event::QrCode(qr)),
            Said::Shown(Shown::Passkey(message)) => Some(asked::passkey(&self.instance, message.as_deref())?),
            Said::Shown(Shown::Password) => Some(asked::password()),
            Said::Linked(frame) => Some(Event::Authorized(linked(&self.instance, &frame).await)),
            Said::Nothing => None,
        })
    }

    /// A connection that broke is not opened again at once, and later each time.
    async fn rest_after_cut(&mut self) {
        self.socket = None;
        let wait = match self.asked {
            // No code is awaited: a new window might disturb what the customer does.
            Some(_) => QR_LIFETIME,
            None => BACKOFF_FIRST.saturating_mul(2_u32.saturating_pow(self.cuts)).min(BACKOFF_CAP),
        };
        self.cuts += 1;
        tracing::debug!(
            target: TARGET,
            operation = "scanQrCode",
            id_instance = self.instance.id_instance(),
            "the socket was cut: it is opened again"
        );
        time::sleep_until(self.until().min(Instant::now() + wait)).await;
    }

    /// A socket that is open and says nothing may have died on the way: it is opened anew.
    fn leave_silence(&mut self) -> Result<(), Error> {
        self.socket = None;
        self.silences += 1;
        if self.most_silences.is_some_and(|most| self.silences >= most) {
            return Err(Error::new(ErrorCode::Unavailable, "the socket is open and shows no code"));
        }
        tracing::debug!(target: TARGET, operation = "scanQrCode", "the socket is silent: it is opened anew");
        Ok(())
    }

    /// Why a socket was not opened again: where that is for want of time alone, the end of the window says more.
    fn out_of_time(&self, error: Error) -> Error {
        let is_ours = error.status().is_none() && matches!(error.code(), ErrorCode::Timeout | ErrorCode::RateLimited);
        if is_ours && self.cuts + self.silences > 0 { self.over() } else { error }
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
