//! Events on the way from created to linked.

use serde_json::{Map, Value};

use super::{Kind, QrCode, Record, record};

record! {
    /// There is an instance to link: a new one, or the live one of that name.
    Created "created" {
        id_instance "idInstance" Int { always } "The instance's id.";
        name "name" Text { always } "Its name.";
        type_instance "typeInstance" Text {} "The messenger: `whatsapp`, `telegram` or `v3` (MAX).";
        is_new "isNew" Flag { always } "Whether this run created it, and its first day was charged.";
    }
}

record! {
    /// The instance is not ready yet, or waits for a phone.
    Waiting "waiting" {
        state_instance "stateInstance" Text {} "The authorization state; nothing while it is still being created.";
    }
}

record! {
    /// A code that links a phone by its number.
    ///
    /// Its `Debug` masks the code.
    AuthorizationCode "authorizationCode" {
        code "code" Text { secret } "What the customer types into the phone (WhatsApp); nothing where upstream has sent a code to the messenger's own chat: hand that on with `send_authorization_code`.";
        phone_number "phoneNumber" Text { always phone } "The phone number, digits.";
    }
}

record! {
    /// The account has a password: hand it on with `send_authorization_password`.
    PasswordNeeded "passwordNeeded" {
        state_instance "stateInstance" Text { always } "The authorization state: `pendingPassword`.";
    }
}

record! {
    /// WhatsApp asks the account for a passkey before it links the phone.
    ///
    /// Its JSON has no link, and its `Debug` masks it: the link holds the instance's token.
    PasskeyRequired "passkeyRequired" {
        message "message" Text {} "Upstream's words for it, without tokens; nothing where it has none.";
        advice "advice" Text { always } "What to tell the customer.";
        qr_page_url "qrPageUrl" Text { always token } "The address of upstream's own page for this instance (see `qr_page_url`). It holds the instance's token: not for the customer, and not in the JSON of the event.";
    }
}

record! {
    /// Settings of the new instance have not come into force, not even after a reboot: set them again later.
    SettingsNotKept "settingsNotKept" {
        names "names" Json { always list_of(Kind::Text) } "Which, by upstream's names: `[\"incomingWebhook\"]`.";
    }
}

record! {
    /// A phone is linked: the last event.
    Authorized "authorized" {
        wid "wid" Text {} "The account: `79001234567@c.us`.";
        phone "phone" Text { phone } "The phone number, digits.";
        name "name" Text {} "The name of the account's owner, where upstream sends it.";
    }
}

/// Events on the way from created to linked. The JSON of none ever holds a token, so each can go to a
/// browser as it is.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// There is an instance to link.
    Created(Created),
    /// It is not ready yet.
    Waiting(Waiting),
    /// A code to scan; each replaces the one before.
    QrCode(QrCode),
    /// A code for the phone.
    AuthorizationCode(AuthorizationCode),
    /// The account has a password.
    PasswordNeeded(PasswordNeeded),
    /// WhatsApp asks for a passkey.
    PasskeyRequired(PasskeyRequired),
    /// Settings have not come into force.
    SettingsNotKept(SettingsNotKept),
    /// A phone is linked: the last event.
    Authorized(Authorized),
}

impl Event {
    /// The event as a browser wants it, the same in every language: `{"type": "qrCode", "dataUrl": …}`.
    pub fn to_json(&self) -> Map<String, Value> {
        match self {
            Self::QrCode(qr) => qr.to_json(),
            other => other.record().map(|record| record.to_json(true)).unwrap_or_default(),
        }
    }

    /// The event by its fields; a QR code has none.
    pub fn record(&self) -> Option<Record> {
        Some(match self.clone() {
            Self::Created(event) => event.into(),
            Self::Waiting(event) => event.into(),
            Self::AuthorizationCode(event) => event.into(),
            Self::PasswordNeeded(event) => event.into(),
            Self::PasskeyRequired(event) => event.into(),
            Self::SettingsNotKept(event) => event.into(),
            Self::Authorized(event) => event.into(),
            Self::QrCode(_) => return None,
        })
    }
}

/// The models of the events, in the order of the contract.
pub(crate) const EVENTS: &[&super::Model] = &[
    Created::MODEL,
    Waiting::MODEL,
    AuthorizationCode::MODEL,
    PasswordNeeded::MODEL,
    PasskeyRequired::MODEL,
    SettingsNotKept::MODEL,
    Authorized::MODEL,
];
