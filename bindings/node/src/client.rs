//! One method per operation: arguments to plain values, then the core.

use greenapi_partner::{CreateInstance, EnsureOptions, Error, InstanceClient, PartnerClient, id_instance};
use napi::{
    Env,
    bindgen_prelude::{Either, PromiseRaw, Result, Undefined},
};
use napi_derive::napi;
use serde_json::{Map, Value};

use crate::{
    cancel::Call,
    error::NativeError,
    events::NativeEvents,
    instance::NativeInstanceClient,
    log::Recorder,
    model::{NativeCreated, NativeInstance, NativeInstances},
    options::{FlowOptions, Options, call_options, milliseconds},
    runtime::{Outcome, promise},
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
        match tracing::dispatcher::with_default(&recorder.dispatch(false), || options.partner_client()) {
            Ok(core) => Either::A(Self { core }),
            Err(error) => Either::B((&error).into()),
        }
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
        let made =
            id_instance(&id).and_then(|id| self.core.instance_at(id, &token, api_url.as_deref(), media_url.as_deref()));
        handle(made)
    }

    #[napi]
    pub fn instance_of_created(&self, created: &NativeCreated) -> Either<NativeInstanceClient, NativeError> {
        handle(self.core.instance_of_created(&created.core))
    }

    #[napi]
    pub fn instance_of_listed(&self, listed: &NativeInstance) -> Either<NativeInstanceClient, NativeError> {
        handle(self.core.instance_of_listed(&listed.core))
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
    ) -> Result<PromiseRaw<'env, Outcome<NativeInstance>>> {
        let core = self.core.clone();
        let options = EnsureOptions { call: call_options(timeout), settle: settle.map(milliseconds) };
        promise(env, call, async move { core.ensure_instance_with(read_settings(&settings)?, options).await })
    }

    /// The events from a name to a linked instance; nothing is sent before the first is asked for.
    #[napi]
    #[allow(clippy::needless_pass_by_value, reason = "napi hands text over as a String")]
    pub fn onboard(&self, settings: String, options: FlowOptions) -> Either<NativeEvents, NativeError> {
        match read_settings(&settings) {
            Ok(settings) => Either::A(self.core.onboard(settings, options.authorize()).into()),
            Err(error) => Either::B((&error).into()),
        }
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

/// The client of an instance, or why there is none.
pub(crate) fn handle(made: std::result::Result<InstanceClient, Error>) -> Either<NativeInstanceClient, NativeError> {
    match made {
        Ok(core) => Either::A(core.into()),
        Err(error) => Either::B((&error).into()),
    }
}

fn read_settings(json: &str) -> std::result::Result<CreateInstance, Error> {
    let given: Map<String, Value> = serde_json::from_str(json).unwrap_or_default();
    let mut settings = CreateInstance::new();
    for (field, value) in given {
        settings.set(&field, value)?;
    }
    Ok(settings)
}
