//! Reads paths: which of upstream's methods is meant, of which instance, and with which token.

use std::collections::HashMap;

/// What a path asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Route {
    /// The method's documented name, or what stands in its place; empty where there is none.
    pub(crate) method: String,
    pub(crate) target: Target,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    Operation {
        operation: &'static str,
        token: String,
    },
    /// A method of an instance.
    Instance {
        id_instance: u64,
        token: String,
        /// What follows the token.
        tail: Option<String>,
    },
    /// An id of an instance that is no number.
    InstanceWithoutNumber,
    /// A method of an instance, without a token.
    InstanceWithoutToken,
    /// Token and method in each other's place.
    Swapped,
    Unknown,
}

impl Route {
    /// Reads a path. The names of methods are recognised in any case of letters, and below any prefix; upstream is
    /// served below one only.
    pub(crate) fn read(path: &str, prefix: &str) -> Self {
        if let Some((before, after)) = path.split_once("/waInstance") {
            return Self::read_instance(before, after, prefix);
        }
        let Some((before, after)) = path.rsplit_once("/partner/") else {
            return Self { method: String::new(), target: Target::Unknown };
        };
        let segments: Vec<_> = after.trim_end_matches('/').split('/').collect();
        let operation = known(segments[0]);
        let target = match (operation, &segments[..]) {
            _ if before != prefix.trim_end_matches('/') => Target::Unknown,
            (Some(operation), [_, token]) => Target::Operation { operation, token: decoded(token) },
            (None, [_, method]) if known(method).is_some() => Target::Swapped,
            _ => Target::Unknown,
        };
        Self { method: operation.unwrap_or(segments[0]).to_owned(), target }
    }

    /// Reads what follows `/waInstance`: `{idInstance}/{method}/{apiTokenInstance}`. Below `/v3` too, as for MAX.
    fn read_instance(before: &str, after: &str, prefix: &str) -> Self {
        let segments: Vec<_> = after.trim_end_matches('/').splitn(4, '/').collect();
        let spelled = segments.get(1).copied().unwrap_or_default();
        let method = INSTANCE_METHODS.iter().find(|name| name.eq_ignore_ascii_case(spelled));
        let target = match (segments[0].parse(), &segments[1..]) {
            _ if before.strip_suffix("/v3").unwrap_or(before) != prefix.trim_end_matches('/') => Target::Unknown,
            (_, []) => Target::Unknown,
            (Err(_), _) => Target::InstanceWithoutNumber,
            (Ok(_), [_]) => Target::InstanceWithoutToken,
            (Ok(id_instance), [_, token, tail @ ..]) => {
                Target::Instance { id_instance, token: decoded(token), tail: tail.first().map(|tail| decoded(tail)) }
            }
        };
        Self { method: method.copied().unwrap_or(spelled).to_owned(), target }
    }
}

/// The fields of a query, without their percent signs.
pub(crate) fn read_query(query: &str) -> HashMap<String, String> {
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

/// Whether upstream documents a method of this name, in any case of letters. The mock need not have it.
pub(crate) fn is_documented(method: &str) -> bool {
    known(method).is_some()
        || INSTANCE_METHODS.iter().chain(OTHER_METHODS).any(|name| name.eq_ignore_ascii_case(method))
}

/// The documented spelling of a method's name.
fn known(method: &str) -> Option<&'static str> {
    [CREATE_INSTANCE, GET_INSTANCES, DELETE_INSTANCE_ACCOUNT].into_iter().find(|name| name.eq_ignore_ascii_case(method))
}

/// A path segment without its percent signs.
fn decoded(segment: &str) -> String {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = after.get(..2).and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        if let Some(byte) = hex.filter(|_| *first == b'%') {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(crate) const CREATE_INSTANCE: &str = "createInstance";
pub(crate) const GET_INSTANCES: &str = "getInstances";
pub(crate) const DELETE_INSTANCE_ACCOUNT: &str = "deleteInstanceAccount";

/// The methods of an instance that the mock has.
const INSTANCE_METHODS: &[&str] = &[
    "getStateInstance",
    "getStateInstanceHistory",
    "getStatusInstance",
    "getSettings",
    "setSettings",
    "getWaSettings",
    "getAccountSettings",
    "setProfilePicture",
    "updateApiToken",
    "reboot",
    "logout",
    "qr",
    "scanqrcode",
    "getAuthorizationCode",
    "startAuthorization",
    "sendAuthorizationCode",
    "sendAuthorizationPassword",
    "sendMessage",
    "sendFileByUrl",
    "sendFileByUpload",
    "sendPoll",
    "sendLocation",
    "sendContact",
    "forwardMessages",
    "sendInteractiveButtons",
    "sendInteractiveButtonsReply",
    "sendTyping",
    "editMessage",
    "deleteMessage",
    "uploadFile",
    "downloadFile",
    "getChatHistory",
    "getMessage",
    "lastIncomingMessages",
    "lastOutgoingMessages",
    "lastIncomingCalls",
    "lastOutgoingCalls",
    "receiveNotification",
    "deleteNotification",
    "checkWhatsapp",
    "checkAccount",
    "getMessagesCount",
    "showMessagesQueue",
    "clearMessagesQueue",
    "getWebhooksCount",
    "clearWebhooksQueue",
    "createGroup",
    "updateGroupName",
    "getGroupData",
    "addGroupParticipant",
    "removeGroupParticipant",
    "setGroupAdmin",
    "removeAdmin",
    "setGroupPicture",
    "updateGroupSettings",
    "leaveGroup",
    "readChat",
    "archiveChat",
    "unarchiveChat",
    "getChats",
    "setDisappearingChat",
    "getAvatar",
    "getContacts",
    "getContactInfo",
    "addContact",
    "editContact",
    "deleteContact",
    "sendTextStatus",
    "sendVoiceStatus",
    "sendMediaStatus",
    "getIncomingStatuses",
    "getOutgoingStatuses",
    "getStatusStatistic",
    "deleteStatus",
    "sendProduct",
    "sendOrder",
    "getProducts",
    "getCollections",
    "getCollection",
    "getOrderDetails",
];

/// The methods of an instance that upstream documents besides, archived ones too.
const OTHER_METHODS: &[&str] = &[
    "getDeviceInfo",
    "sendButtons",
    "sendTemplateButtons",
    "sendListMessage",
    "sendLink",
    "sendTemplate",
    "getProduct",
];
