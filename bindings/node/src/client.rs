//! One method per operation: arguments to plain values, then the core.

use greenapi_partner::{
    CreateInstance, EnsureOptions, Error, PartnerClient,
    contract::{self, snake},
    id_instance,
};
use napi::{
    Env,
    bindgen_prelude::{Either, PromiseRaw, Result, Undefined},
};
use napi_derive::napi;

use crate::{
    cancel::Call,
    error::{NativeError, made},
    events::NativeEvents,
    instance::NativeInstanceClient,
    ledger::NativeLedger,
    log::Recorder,
    model::{NativeCreated, NativeEnsured, NativeInstance, NativeInstances},
    options::{FlowOptions, Options, arguments, call_options, milliseconds},
    run::NativeRun,
    runtime::{Outcome, promise},
    watch::NativeWatch,
};

/// A partner's client. Ids and settings come as text (decimal, JSON); times are in milliseconds.
#[napi]
pub struct NativeClient {
    core: PartnerClient,
}

#[napi]
impl NativeClient {
    #[napi]
    pub fn open(options: Options, recorder: &Recorder) -> Either<NativeClient, NativeError> {
        made(recorder.warned(|| options.partner_client()))
    }

    /// The client of one instance; nothing is sent.
    #[napi]
    #[allow(clippy::needless_pass_by_value, reason = "napi hands text over as a String")]
    pub fn instance(
        &self,
        id: String,
        token: String,
        api_url: Option<String>,
        media_url: Option<String>,
    ) -> Either<NativeInstanceClient, NativeError> {
        let at = |id| self.core.instance_at(id, &token, api_url.as_deref(), media_url.as_deref());
        made(id_instance(&id).and_then(at))
    }

    #[napi]
    pub fn instance_of_created(
        &self,
        created: &NativeCreated,
        recorder: &Recorder,
    ) -> Either<NativeInstanceClient, NativeError> {
        made(recorder.warned(|| self.core.instance_of_created(&created.core)))
    }

    #[napi]
    pub fn instance_of_listed(
        &self,
        listed: &NativeInstance,
        recorder: &Recorder,
    ) -> Either<NativeInstanceClient, NativeError> {
        made(recorder.warned(|| self.core.instance_of_listed(&listed.core)))
    }

    #[napi]
    pub fn create_instance<'env>(
        &self,
        env: &'env Env,
        call: &Call,
        settings: String,
        timeout: Option<f64>,
    ) -> Result<PromiseRaw<'env, Outcome<NativeCreated>>> {
        let core = self.core.clone();
        promise(
            env,
            call,
            async move { core.create_instance_with(read_settings(&settings)?, call_options(timeout)).await },
        )
    }

    #[napi]
    pub fn get_instances<'env>(
        &self,
        env: &'env Env,
        call: &Call,
        timeout: Option<f64>,
    ) -> Result<PromiseRaw<'env, Outcome<NativeInstances>>> {
        let core = self.core.clone();
        promise(env, call, async move { core.get_instances_with(call_options(timeout)).await })
    }

    #[napi]
    pub fn get_instance<'env>(
        &self,
        env: &'env Env,
        call: &Call,
        id: String,
        timeout: Option<f64>,
    ) -> Result<PromiseRaw<'env, Outcome<NativeInstance>>> {
        let core = self.core.clone();
        promise(env, call, async move { core.get_instance_with(id_instance(&id)?, call_options(timeout)).await })
    }

    #[napi]
    pub fn delete_instance_account<'env>(
        &self,
        env: &'env Env,
        call: &Call,
        id: String,
        timeout: Option<f64>,
    ) -> Result<PromiseRaw<'env, Outcome<Undefined>>> {
        let core = self.core.clone();
        promise(
            env,
            call,
            async move { core.delete_instance_account_with(id_instance(&id)?, call_options(timeout)).await },
        )
    }

    #[napi]
    pub fn ensure_instance<'env>(
        &self,
        env: &'env Env,
        call: &Call,
        settings: String,
        timeout: Option<f64>,
        settle: Option<f64>,
        compare_settings: Option<bool>,
    ) -> Result<PromiseRaw<'env, Outcome<NativeEnsured>>> {
        let core = self.core.clone();
        let options = EnsureOptions {
            call: call_options(timeout),
            settle: settle.map(milliseconds),
            compare_settings: compare_settings.unwrap_or_default(),
        };
        promise(env, call, async move { core.ensure_instance_with(read_settings(&settings)?, options).await })
    }

    /// The events from a name to a linked instance; nothing is sent before the first is asked for.
    #[napi]
    #[allow(clippy::needless_pass_by_value, reason = "napi hands text over as a String")]
    pub fn onboard(&self, settings: String, options: FlowOptions) -> Either<NativeEvents, NativeError> {
        made(read_settings(&settings).map(|settings| self.core.onboard(settings, options.authorize())))
    }

    #[napi]
    pub fn offboard<'env>(
        &self,
        env: &'env Env,
        call: &Call,
        id: String,
        timeout: Option<f64>,
    ) -> Result<PromiseRaw<'env, Outcome<Undefined>>> {
        let core = self.core.clone();
        promise(env, call, async move { core.offboard_with(id_instance(&id)?, call_options(timeout)).await })
    }

    /// Work on many instances, by the method's name; nothing is sent before the first result is asked for.
    #[napi]
    #[allow(clippy::needless_pass_by_value, reason = "napi hands text over as a String")]
    pub fn run(&self, method: String, options: String) -> Either<NativeRun, NativeError> {
        made(arguments(&options).and_then(|options| self.core.run_by_name(&snake(&method), options)))
    }

    /// What changes; nothing is sent before the first change is asked for.
    #[napi]
    #[allow(clippy::needless_pass_by_value, reason = "napi hands text over as a String")]
    pub fn watch(&self, options: String, ledger: Option<&NativeLedger>) -> Result<Either<NativeWatch, NativeError>> {
        let ledger = ledger.map(NativeLedger::core).transpose()?;
        Ok(made(arguments(&options).and_then(|options| self.core.watch_by_name(options, ledger))))
    }

    #[napi]
    pub fn close(&self) {
        self.core.close();
    }

    #[napi(getter)]
    pub fn closed(&self) -> bool {
        self.core.is_closed()
    }

    #[napi(getter)]
    pub fn partner_api_url(&self) -> &str {
        self.core.partner_api_url()
    }
}

impl From<PartnerClient> for NativeClient {
    fn from(core: PartnerClient) -> Self {
        Self { core }
    }
}

fn read_settings(json: &str) -> std::result::Result<CreateInstance, Error> {
    let mut settings = CreateInstance::new();
    for (field, value) in contract::arguments(json)? {
        settings.set(&field, value)?;
    }
    Ok(settings)
}
