//! The client of one instance: every operation by its name, arguments to plain values, then the core.

use greenapi_partner::{Call as CoreCall, File, InstanceClient, Returned, contract, id_instance};
use napi::{
    Env,
    bindgen_prelude::{Either, Either8, PromiseRaw, Result, Undefined},
};
use napi_derive::napi;

use crate::{
    cancel::Call,
    error::{NativeError, made},
    events::NativeEvents,
    log::Recorder,
    model::json_text,
    notifications::NativeNotifications,
    options::{Options, call_options, milliseconds},
    qr_code::NativeQrCode,
    record::NativeRecord,
    runtime::{Outcome, promise},
};

/// What an operation gives: nothing, a model, several, a QR code, a text (JSON where it was asked of `other`), a flag, a
/// number, several texts.
pub(crate) type Given =
    Either8<Undefined, NativeRecord, Vec<NativeRecord>, NativeQrCode, String, bool, f64, Vec<String>>;

/// An instance's client. Ids and arguments come as text (decimal, JSON); times are in milliseconds.
#[napi]
pub struct NativeInstanceClient {
    core: InstanceClient,
}

#[napi]
impl NativeInstanceClient {
    #[napi]
    #[allow(clippy::needless_pass_by_value, reason = "napi hands text over as a String")]
    pub fn open(
        id: String,
        token: String,
        options: Options,
        recorder: &Recorder,
    ) -> Either<NativeInstanceClient, NativeError> {
        let open = || id_instance(&id).and_then(|id| options.instance_client(id, token));
        made(recorder.warned(open))
    }

    /// Any operation by its name, with arguments by theirs.
    #[napi]
    pub fn call<'env>(
        &self,
        env: &'env Env,
        call: &Call,
        operation: String,
        arguments: String,
        file: Option<&NativeFile>,
        timeout: Option<f64>,
    ) -> Result<PromiseRaw<'env, Outcome<Given>>> {
        let (core, file) = (self.core.clone(), file.map(|file| file.core.clone()));
        promise(env, call, async move {
            core.invoke(&operation, contract::arguments(&arguments)?, file, call_options(timeout)).await.map(given)
        })
    }

    /// A method that core has no function for, by what the caller says of it. Its answer is JSON.
    #[napi]
    pub fn other<'env>(
        &self,
        env: &'env Env,
        call: &Call,
        method: String,
        parts: String,
        file: Option<&NativeFile>,
        timeout: Option<f64>,
    ) -> Result<PromiseRaw<'env, Outcome<String>>> {
        let (core, file) = (self.timed(timeout), file.map(|file| file.core.clone()));
        promise(env, call, async move {
            core.call(CoreCall::of(&method, &contract::arguments(&parts)?, file)?).await.map(json_text)
        })
    }

    /// Any iteration over events by its name, with arguments by theirs.
    #[napi]
    #[allow(clippy::needless_pass_by_value, reason = "napi hands text over as a String")]
    pub fn events(
        &self,
        operation: String,
        arguments: String,
        timeout: Option<f64>,
    ) -> Either<NativeEvents, NativeError> {
        let begin = |arguments| self.timed(timeout).events(&operation, arguments);
        made(contract::arguments(&arguments).and_then(begin))
    }

    /// The iteration over notifications.
    #[napi]
    #[allow(clippy::needless_pass_by_value, reason = "napi hands text over as a String")]
    pub fn notifications(&self, arguments: String, timeout: Option<f64>) -> Either<NativeNotifications, NativeError> {
        let begin = |arguments| self.timed(timeout).notifications_by_name(arguments);
        made(contract::arguments(&arguments).and_then(begin))
    }

    #[napi]
    pub fn qr_page_url(&self) -> String {
        self.core.qr_page_url()
    }

    #[napi]
    pub fn close(&self) {
        self.core.close();
    }

    #[napi(getter)]
    pub fn closed(&self) -> bool {
        self.core.is_closed()
    }

    /// As decimal text.
    #[napi(getter)]
    pub fn id_instance(&self) -> String {
        self.core.id_instance().to_string()
    }

    #[napi(getter)]
    pub fn api_token_instance(&self) -> String {
        self.core.api_token_instance()
    }

    #[napi(getter)]
    pub fn type_instance(&self) -> Option<&str> {
        self.core.type_instance()
    }

    #[napi(getter)]
    pub fn api_url(&self) -> &str {
        self.core.api_url()
    }

    #[napi(getter)]
    pub fn media_url(&self) -> &str {
        self.core.media_url()
    }

    fn timed(&self, timeout: Option<f64>) -> InstanceClient {
        timeout.map_or_else(|| self.core.clone(), |timeout| self.core.with_timeout(milliseconds(timeout)))
    }
}

impl From<InstanceClient> for NativeInstanceClient {
    fn from(core: InstanceClient) -> Self {
        Self { core }
    }
}

/// A file to upload.
#[napi]
pub struct NativeFile {
    core: File,
}

#[napi]
impl NativeFile {
    /// A file of these bytes, which are copied.
    #[napi]
    pub fn of(bytes: &[u8], name: String) -> Self {
        Self { core: File::new(name, bytes.to_vec()) }
    }

    /// A file of the disk, read when the call is made.
    #[napi]
    pub fn open(path: String) -> Self {
        Self { core: File::open(path) }
    }
}

pub(crate) fn nothing() -> Given {
    Given::A(())
}

fn given(returned: Returned) -> Given {
    match returned {
        Returned::Record(record) => Given::B(record.into()),
        Returned::Records(records) => Given::C(records.into_iter().map(Into::into).collect()),
        Returned::QrCode(qr_code) => Given::D(qr_code.into()),
        Returned::Text(text) => Given::E(text),
        Returned::Flag(flag) => Given::F(flag),
        #[expect(clippy::cast_precision_loss, reason = "nothing that is counted comes near to 2^53")]
        Returned::Int(count) => Given::G(count as f64),
        Returned::Texts(texts) => Given::H(texts),
        Returned::Json(value) => Given::E(json_text(value)),
        _ => nothing(),
    }
}
