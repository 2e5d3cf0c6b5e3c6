//! One method per operation: arguments to plain values, then the core.

use std::time::Duration;

use greenapi_partner::{CallOptions, CreateInstance, EnsureOptions, Error, PartnerClient, id_instance};
use napi::{
    Env,
    bindgen_prelude::{Either, PromiseRaw, Result, Undefined},
};
use napi_derive::napi;
use serde_json::{Map, Value};

use crate::{
    cancel::Call,
    error::NativeError,
    log::Recorder,
    model::{NativeCreated, NativeInstance, NativeInstances},
    runtime::{Outcome, promise},
};

/// A partner's client. Ids and settings come as text (decimal, JSON); times are in milliseconds.
#[napi]
pub struct NativeClient {
    core: PartnerClient,
}

/// What `new PartnerClient` takes, its types already checked.
#[napi(object)]
pub struct Options {
    pub partner_token: Option<String>,
    pub partner_api_url: Option<String>,
    pub timeout: Option<f64>,
    pub max_retries: Option<u32>,
    pub proxy: Option<String>,
    pub ca_file: Option<String>,
    /// `node/20.20.2`, for the `User-Agent`.
    pub language: String,
}

#[napi]
impl NativeClient {
    #[napi]
    pub fn open(options: Options, recorder: &Recorder) -> Either<NativeClient, NativeError> {
        match tracing::dispatcher::with_default(&recorder.dispatch(false), || options.build()) {
            Ok(core) => Either::A(Self { core }),
            Err(error) => Either::B((&error).into()),
        }
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

impl Options {
    fn build(self) -> std::result::Result<PartnerClient, Error> {
        let mut builder = PartnerClient::builder().language(self.language);
        if let Some(token) = self.partner_token {
            builder = builder.partner_token(token);
        }
        if let Some(url) = self.partner_api_url {
            builder = builder.partner_api_url(url);
        }
        if let Some(timeout) = self.timeout {
            builder = builder.timeout(milliseconds(timeout));
        }
        if let Some(retries) = self.max_retries {
            builder = builder.max_retries(retries);
        }
        if let Some(url) = self.proxy {
            builder = builder.proxy(url);
        }
        if let Some(path) = self.ca_file {
            builder = builder.ca_file(path);
        }
        builder.build()
    }
}

fn call_options(timeout: Option<f64>) -> CallOptions {
    timeout.map_or_else(CallOptions::default, |timeout| CallOptions::timeout(milliseconds(timeout)))
}

/// JavaScript has checked that it is a finite number above nothing.
fn milliseconds(value: f64) -> Duration {
    Duration::try_from_secs_f64(value / 1000.0).unwrap_or(Duration::MAX)
}

fn read_settings(json: &str) -> std::result::Result<CreateInstance, Error> {
    let given: Map<String, Value> = serde_json::from_str(json).unwrap_or_default();
    let mut settings = CreateInstance::new();
    for (field, value) in given {
        settings.set(&field, value)?;
    }
    Ok(settings)
}
