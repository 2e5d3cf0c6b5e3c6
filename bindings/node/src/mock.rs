//! Upstream in a box, inside this process.

use std::sync::{Mutex, PoisonError};

use greenapi_partner_mock::{MockServer, Options};
use napi::{
    Env,
    bindgen_prelude::{Either, PromiseRaw, Result},
};
use napi_derive::napi;

/// A mock on a thread of its own, so that it shares no runtime with the clients that are tried with it.
#[napi]
pub struct NativeMock {
    server: Mutex<Option<MockServer>>,
    #[napi(readonly)]
    pub url: String,
    #[napi(readonly)]
    pub partner_token: String,
}

#[napi]
impl NativeMock {
    /// Starts a mock with options as JSON. What cannot be started says why.
    #[napi]
    pub fn start(env: &Env, options: String) -> Result<PromiseRaw<'_, Either<NativeMock, String>>> {
        env.spawn_future(async move {
            let started = tokio::task::spawn_blocking(move || launch(&options)).await;
            Ok(match started {
                Ok(Ok(mock)) => Either::A(mock),
                Ok(Err(reason)) => Either::B(reason),
                Err(panic) => Either::B(panic.to_string()),
            })
        })
    }

    /// Stops the server and closes its connections. A second time does nothing.
    #[napi]
    pub fn close(&self) {
        drop(self.server.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

fn launch(options: &str) -> std::result::Result<NativeMock, String> {
    let options: Options = serde_json::from_str(options).map_err(|error| error.to_string())?;
    let server = MockServer::start_blocking(options).map_err(|error| error.to_string())?;
    Ok(NativeMock { url: server.url(), partner_token: server.partner_token(), server: Mutex::new(Some(server)) })
}
