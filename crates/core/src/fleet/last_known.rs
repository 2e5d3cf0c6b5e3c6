//! Last known state of an account, kept from one look to the next. No token is in it.

use serde::{Deserialize, Serialize};

use crate::{Instance, PartnerClient, secret};

/// Whose instances they are: the partner host, and what tells the partner token from others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Account {
    pub(super) host: String,
    pub(super) token_digest: String,
}

impl Account {
    pub(super) fn of(partner: &PartnerClient) -> Self {
        let target = &partner.0.target;
        Self { host: target.base.as_str().to_owned(), token_digest: target.token.digest() }
    }
}

/// One instance as it was last known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LastKnown {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) token_digest: Option<String>,
    #[serde(default)]
    pub(super) deleted: bool,
    #[serde(default)]
    pub(super) expired: bool,
    /// The authorization state: nothing where nobody has looked, and empty where the instance is new and had none yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) state: Option<String>,
}

impl LastKnown {
    /// An instance as the list shows it.
    pub(super) fn of(listed: &Instance) -> Self {
        Self {
            name: listed.name().map(str::to_owned),
            token_digest: listed.api_token_instance().map(|token| secret::short_digest(token.as_bytes())),
            deleted: listed.deleted(),
            expired: listed.is_expired(),
            state: None,
        }
    }
}
