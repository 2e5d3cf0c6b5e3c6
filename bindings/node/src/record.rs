//! A model of one object: an instance's settings, an event, a notification.

use std::time::Duration;

use greenapi_partner::{
    Event, Modelled as _, Record, Settings, VERIFY_TOLERANCE, contract, notification::Content, parse_notification,
    verify_event,
};
use napi::{
    Env,
    bindgen_prelude::{Either, Result},
};
use napi_derive::napi;

use crate::{
    error::{NativeError, made},
    held::{Held, gives_back},
    model::{Cell, NativeField, cells, text},
};

/// One object, read as an item of a list is; the position is of no matter.
#[napi(custom_finalize)]
pub struct NativeRecord {
    pub(crate) record: Record,
    /// Where it is one.
    pub(crate) event: Option<Event>,
    held: Held,
}

/// A model: its class, and what the cells are, in their order.
#[napi(object)]
pub struct NativeModel {
    pub name: String,
    pub fields: Vec<NativeField>,
}

#[napi]
impl NativeRecord {
    /// Every model that there is.
    #[napi]
    pub fn models() -> Vec<NativeModel> {
        let models = contract::models().into_iter();
        models
            .map(|(name, fields)| NativeModel {
                name: name.to_owned(),
                fields: fields.iter().map(NativeField::from).collect(),
            })
            .collect()
    }

    /// The notification of a webhook.
    #[napi]
    #[allow(clippy::needless_pass_by_value, reason = "napi hands text over as a String")]
    pub fn parse_notification(
        body: &[u8],
        authorization: Option<String>,
        webhook_url_token: Option<String>,
    ) -> Either<NativeRecord, NativeError> {
        made(parse_notification(body, authorization.as_deref(), webhook_url_token.as_deref()).map(Record::from))
    }

    /// An event that was posted; the headers are names and values, one after the other, the tolerance milliseconds.
    #[napi]
    #[allow(clippy::needless_pass_by_value, reason = "napi hands text over as a String")]
    pub fn verify_event(
        body: &[u8],
        headers: Vec<String>,
        secret: String,
        tolerance: Option<f64>,
    ) -> Either<NativeRecord, NativeError> {
        let headers = headers.chunks_exact(2).map(|pair| (&pair[0], &pair[1]));
        let given = tolerance.and_then(|milliseconds| Duration::try_from_secs_f64(milliseconds / 1_000.0).ok());
        made(verify_event(body, headers, &secret, given.unwrap_or(VERIFY_TOLERANCE)).map(Record::from))
    }

    /// The class of it.
    #[napi(getter)]
    pub fn model(&self) -> &'static str {
        self.record.model().name
    }

    /// Tells V8 what is held; gives how much it knows of in all.
    #[napi]
    pub fn hold(&self, env: Env) -> Result<f64> {
        self.held.count(env, self.record.bytes())
    }

    #[napi]
    pub fn cells(&self) -> Vec<Cell> {
        cells(self.record.fields())
    }

    #[napi]
    pub fn extra(&self) -> String {
        text(self.record.extra().clone())
    }

    /// Of settings: what setSettings takes of them.
    #[napi]
    pub fn settable(&self) -> String {
        text(Settings::from_record(self.record.clone()).settable_by(|field| field.wire))
    }

    /// Of a message: its content.
    #[napi]
    pub fn content(&self) -> NativeRecord {
        Record::from(Content::of(&self.record)).into()
    }

    /// An event is as browsers want it, whatever is asked for: it holds no token.
    #[napi]
    pub fn json(&self, _index: u32, include_tokens: bool) -> String {
        text(self.event.as_ref().map_or_else(|| self.record.to_json(include_tokens), Event::to_json))
    }
}

gives_back!(NativeRecord);

impl From<Record> for NativeRecord {
    fn from(record: Record) -> Self {
        Self { record, event: None, held: Held::default() }
    }
}

impl NativeRecord {
    /// An event by its fields; a QR code has none.
    pub(crate) fn of_event(event: Event) -> Option<Self> {
        event.record().map(|record| Self { record, event: Some(event), held: Held::default() })
    }
}
