//! One error type, and the one list of codes.

use std::{borrow::Cow, fmt, time::Duration};

/// What went wrong, as an instruction: [`code`](Error::code) says what to do, the rest says why.
///
/// No text in it ever holds a token.
#[derive(PartialEq, Eq)]
pub struct Error(Box<ErrorInner>);

#[derive(PartialEq, Eq)]
struct ErrorInner {
    code: ErrorCode,
    message: String,
    operation: Option<Cow<'static, str>>,
    status: Option<u16>,
    description: Option<String>,
    retry_after: Option<Duration>,
    cause: Option<Cause>,
}

impl Error {
    /// The one thing to decide by.
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// The upstream method that failed, in upstream's word: `createInstance`.
    pub fn operation(&self) -> Option<&str> {
        self.0.operation.as_deref()
    }

    /// The HTTP status of the answer, if there was one. Upstream also refuses with 200.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// Upstream's own words, if it had any.
    pub fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// Whether the same call may simply be made again later.
    pub fn is_retryable(&self) -> bool {
        self.0.code.is_retryable()
    }

    /// How long upstream asks to wait before the next try.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The reasons below this error, outermost first.
    pub fn causes(&self) -> impl Iterator<Item = &str> {
        std::iter::successors(self.0.cause.as_ref(), |cause| cause.below.as_deref()).map(|cause| cause.text.as_str())
    }

    /// Whether it is an HTTP 404: the host has nothing at that URL.
    pub(crate) fn is_about_the_url(&self) -> bool {
        self.code() == ErrorCode::Configuration && self.status() == Some(404)
    }

    /// What is said of it, without the operation.
    pub(crate) fn message(&self) -> &str {
        &self.0.message
    }

    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self(Box::new(ErrorInner {
            code,
            message: message.into(),
            operation: None,
            status: None,
            description: None,
            retry_after: None,
            cause: None,
        }))
    }

    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Configuration, message)
    }

    pub(crate) fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidRequest, message)
    }

    pub(crate) fn during(mut self, operation: impl Into<Cow<'static, str>>) -> Self {
        self.0.operation = Some(operation.into());
        self
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    /// For what did not come as an HTTP answer.
    pub(crate) fn without_status(mut self) -> Self {
        self.0.status = None;
        self
    }

    pub(crate) fn with_description(mut self, description: Option<String>) -> Self {
        self.0.description = description;
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    /// Chains the reasons, outermost first.
    pub(crate) fn caused_by(mut self, reasons: impl DoubleEndedIterator<Item = String>) -> Self {
        self.0.cause = reasons.rev().fold(None, |below, text| Some(Cause { text, below: below.map(Box::new) }));
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = &self.0.operation {
            write!(formatter, "{operation}: ")?;
        }
        formatter.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Error")
            .field("code", &self.0.code)
            .field("message", &self.0.message)
            .field("operation", &self.0.operation)
            .field("status", &self.0.status)
            .field("description", &self.0.description)
            .field("retry_after", &self.0.retry_after)
            .field("causes", &self.causes().collect::<Vec<_>>())
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.cause.as_ref().map(|cause| cause as _)
    }
}

/// One reason in the chain, as text: the error it came from might print a URL, and with it a token.
#[derive(Debug, PartialEq, Eq)]
struct Cause {
    text: String,
    below: Option<Box<Cause>>,
}

impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl std::error::Error for Cause {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.below.as_deref().map(|cause| cause as _)
    }
}

/// Declares the codes once: variant, code, class, whether to retry, when it happens, what to do.
macro_rules! codes {
    ($($variant:ident $code:literal $class:literal $retryable:literal $when:literal $advice:literal;)*) => {
        /// What to do about an [`Error`]. The same codes in every language.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $(
                #[doc = concat!("`", $code, "`: ", $when, ". What to do: ", $advice, ".")]
                $variant,
            )*
        }

        impl ErrorCode {
            /// Every code, in the order of the table of errors.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The code as it is spelled in every language: `outcome_unknown`.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }

            /// The class that Python and Node raise for it: `OutcomeUnknownError`.
            pub fn class_name(self) -> &'static str {
                match self { $(Self::$variant => $class),* }
            }

            /// Whether the same call may simply be made again later.
            pub fn is_retryable(self) -> bool {
                match self { $(Self::$variant => $retryable),* }
            }

            /// When it happens.
            pub fn when(self) -> &'static str {
                match self { $(Self::$variant => $when),* }
            }

            /// What the caller should do.
            pub fn advice(self) -> &'static str {
                match self { $(Self::$variant => $advice),* }
            }
        }
    };
}

codes! {
    Configuration "configuration" "ConfigurationError" false
        "no token, a bad URL, plain http, an untrusted certificate, a proxy's 407, a redirect, HTTP 404, a closed client"
        "fix the set-up";
    InvalidRequest "invalid_request" "InvalidRequestError" false
        "refused before sending, or by upstream with 400"
        "fix the arguments";
    Unauthorized "unauthorized" "UnauthorizedError" false
        "upstream knows no such token, or not for this URL"
        "fix the token, the id or the URL";
    NotFound "not_found" "NotFoundError" false
        "no such instance, or it is deleted: upstream's word or the list's, never an HTTP 404"
        "stop";
    NotReady "not_ready" "NotReadyError" true
        "the instance is still being created, starting or rebooting"
        "wait";
    NotAuthorized "not_authorized" "NotAuthorizedError" false
        "no phone is linked"
        "show a QR code";
    AlreadyAuthorized "already_authorized" "AlreadyAuthorizedError" false
        "a QR code was asked of a linked instance"
        "log out first";
    Suspended "suspended" "SuspendedError" false
        "the account is suspended, blocked or has a yellow card"
        "look at the account";
    Expired "expired" "ExpiredError" false
        "the instance is unpaid"
        "renew it";
    NoCapacity "no_capacity" "NoCapacityError" true
        "upstream has no free instances just now; nothing was created"
        "try later";
    Refused "refused" "RefusedError" false
        "upstream understood and said no"
        "read the description";
    RateLimited "rate_limited" "RateLimitedError" true
        "too many requests, also after the retries"
        "wait as long as retry_after says";
    QuotaExceeded "quota_exceeded" "QuotaExceededError" false
        "the plan's monthly quota is used up"
        "change the plan";
    LimitExceeded "limit_exceeded" "LimitExceededError" false
        "a guard that the caller had set, or a run that would delete every live instance"
        "look at the plan";
    Unavailable "unavailable" "UnavailableError" true
        "could not connect, or 5xx or a cut reply, also after the retries; repeating is safe"
        "try later";
    Timeout "timeout" "RequestTimeoutError" true
        "the call's time is up; repeating is safe"
        "try again";
    OutcomeUnknown "outcome_unknown" "OutcomeUnknownError" false
        "sent, but no usable answer came, and repeating it could bill, send or rotate twice"
        "look, then decide";
    QrExpired "qr_expired" "QrExpiredError" true
        "the window closed before the code was scanned"
        "ask again";
    Protocol "protocol" "ProtocolError" false
        "an answer that no document describes, or one larger than `max_response_size`"
        "report it";
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_chained_outermost_first() {
        let error = Error::new(ErrorCode::Unavailable, "could not connect")
            .caused_by(["connect".to_owned(), "refused".to_owned()].into_iter())
            .during("getInstances");
        assert_eq!(error.to_string(), "getInstances: could not connect");
        assert_eq!(error.causes().collect::<Vec<_>>(), ["connect", "refused"]);
        let below = std::error::Error::source(&error).and_then(std::error::Error::source).map(ToString::to_string);
        assert_eq!(below.as_deref(), Some("refused"));
    }

    #[test]
    fn retryable_codes_are_the_six_of_the_table() {
        let retryable: Vec<_> = ErrorCode::ALL.iter().filter(|code| code.is_retryable()).map(|c| c.as_str()).collect();
        assert_eq!(retryable, ["not_ready", "no_capacity", "rate_limited", "unavailable", "timeout", "qr_expired"]);
    }
}
