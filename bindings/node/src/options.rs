//! Options of clients and calls, their types already checked.

use std::time::Duration;

use greenapi_partner::{CallOptions, Error, InstanceClient, PartnerClient, Store};
use napi_derive::napi;

/// What the constructors take. Times are in milliseconds.
#[napi(object)]
pub struct Options {
    pub partner_token: Option<String>,
    pub partner_api_url: Option<String>,
    pub api_url: Option<String>,
    pub media_url: Option<String>,
    pub timeout: Option<f64>,
    pub max_retries: Option<u32>,
    pub max_response_size: Option<u32>,
    pub proxy: Option<String>,
    pub ca_file: Option<String>,
    pub pacing: Option<bool>,
    /// `node/20.20.2`, for the `User-Agent`.
    pub language: String,
}

/// What the users of Node have set.
const CA_VARIABLES: [&str; 1] = ["NODE_EXTRA_CA_CERTS"];

/// A builder with the options that every client has.
macro_rules! with_shared_options {
    ($builder:expr, $options:expr) => {{
        let mut builder = $builder.language($options.language).ca_variables(&CA_VARIABLES);
        if let Some(url) = $options.api_url {
            builder = builder.api_url(url);
        }
        if let Some(url) = $options.media_url {
            builder = builder.media_url(url);
        }
        if let Some(timeout) = $options.timeout {
            builder = builder.timeout(milliseconds(timeout));
        }
        if let Some(retries) = $options.max_retries {
            builder = builder.max_retries(retries);
        }
        if let Some(bytes) = $options.max_response_size {
            builder = builder.max_response_size(bytes as usize);
        }
        if let Some(url) = $options.proxy {
            builder = builder.proxy(url);
        }
        if let Some(path) = $options.ca_file {
            builder = builder.ca_file(path);
        }
        if let Some(pacing) = $options.pacing {
            builder = builder.pacing(pacing);
        }
        builder
    }};
}

impl Options {
    pub(crate) fn partner_client(self, store: Option<Store>) -> Result<PartnerClient, Error> {
        let mut builder = PartnerClient::builder();
        if let Some(store) = store {
            builder = builder.store(store);
        }
        if let Some(token) = &self.partner_token {
            builder = builder.partner_token(token);
        }
        if let Some(url) = &self.partner_api_url {
            builder = builder.partner_api_url(url);
        }
        with_shared_options!(builder, self).build()
    }

    pub(crate) fn instance_client(self, id: u64, token: String) -> Result<InstanceClient, Error> {
        with_shared_options!(InstanceClient::builder(id, token), self).build()
    }
}

pub(crate) fn call_options(timeout: Option<f64>) -> CallOptions {
    timeout.map_or_else(CallOptions::default, |timeout| CallOptions::timeout(milliseconds(timeout)))
}

/// JavaScript has checked that it is a number from nothing up.
pub(crate) fn milliseconds(value: f64) -> Duration {
    Duration::try_from_secs_f64(value / 1000.0).unwrap_or(Duration::MAX)
}
