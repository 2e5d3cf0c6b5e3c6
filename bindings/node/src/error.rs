//! A failure on its way to JavaScript.

use greenapi_partner::{Error, ErrorCode, contract};
use napi::bindgen_prelude::Either;
use napi_derive::napi;

/// The fields of an error. `js/errors.js` makes the class of its code out of it, and throws that.
#[napi]
pub struct NativeError {
    #[napi(readonly)]
    pub code: String,
    #[napi(readonly)]
    pub message: String,
    #[napi(readonly)]
    pub operation: Option<String>,
    #[napi(readonly)]
    pub status: Option<u16>,
    #[napi(readonly)]
    pub description: Option<String>,
    #[napi(readonly)]
    pub retryable: bool,
    /// Milliseconds.
    #[napi(readonly)]
    pub retry_after: Option<f64>,
    /// The reasons below, outermost first.
    #[napi(readonly)]
    pub causes: Vec<String>,
}

impl From<&Error> for NativeError {
    fn from(error: &Error) -> Self {
        Self {
            code: error.code().as_str().to_owned(),
            // Upstream's words stay what they are; ours name arguments as the caller does.
            message: match error.description() {
                Some(_) => error.to_string(),
                None => contract::in_javascript(&error.to_string()),
            },
            operation: error.operation().map(str::to_owned),
            status: error.status(),
            description: error.description().map(str::to_owned),
            retryable: error.is_retryable(),
            retry_after: error.retry_after().map(|wait| wait.as_secs_f64() * 1000.0),
            causes: error.causes().map(str::to_owned).collect(),
        }
    }
}

/// What was made at once, or why it was not.
pub(crate) fn made<T, U: From<T>>(outcome: Result<T, Error>) -> Either<U, NativeError> {
    match outcome {
        Ok(value) => Either::A(value.into()),
        Err(error) => Either::B((&error).into()),
    }
}

#[napi]
impl NativeError {
    /// The codes of which the same call may simply be made again: for the errors that JavaScript itself makes.
    #[napi]
    pub fn retryable_codes() -> Vec<&'static str> {
        ErrorCode::ALL.iter().filter(|code| code.is_retryable()).map(|code| code.as_str()).collect()
    }
}
