//! Rates of the methods of an instance.

use std::collections::HashMap;

use jiff::Timestamp;

/// The buckets of all instances and methods.
///
/// They count whole seconds, so that the 51st call within a second is refused where 50 are allowed, and one that comes
/// in the next second is not. The captured headers (`X-RateLimit-Replenish-Rate`, `X-RateLimit-Requested-Tokens`) are
/// those of Spring Cloud Gateway, whose buckets do the same.
#[derive(Debug, Default)]
pub(crate) struct Rates {
    buckets: HashMap<(u64, &'static str), Bucket>,
}

impl Rates {
    pub(crate) fn let_through(&mut self, id_instance: u64, method: &'static str, rate: Rate, now: Timestamp) -> bool {
        let full = rate.0.max(CALL);
        let bucket =
            self.buckets.entry((id_instance, method)).or_insert(Bucket { left: full, second: now.as_second() });
        let seconds = u32::try_from((now.as_second() - bucket.second).max(0)).unwrap_or(u32::MAX);
        bucket.left = bucket.left.saturating_add(seconds.saturating_mul(rate.0)).min(full);
        bucket.second = now.as_second();
        match bucket.left.checked_sub(CALL) {
            Some(left) => {
                bucket.left = left;
                true
            }
            None => false,
        }
    }
}

#[derive(Debug)]
struct Bucket {
    /// What is left, in tenths of a call.
    left: u32,
    /// The second it was left in.
    second: i64,
}

/// A rate in tenths of a call a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rate(u32);

const CALL: u32 = 10;

/// The documented rate of a method, if it has one, with the method's name.
pub(crate) fn rate(type_instance: &str, method: &str) -> Option<(&'static str, Rate)> {
    let (method, [whatsapp, telegram, max]) = RATES.iter().find(|(name, _)| *name == method)?;
    let tenths = match type_instance {
        "telegram" => telegram,
        "v3" => max,
        _ => whatsapp,
    };
    (*tenths > 0).then_some((*method, Rate(*tenths)))
}

/// Calls a second, in tenths, of WhatsApp, Telegram and MAX; 0 where a table does not list the method.
const RATES: &[(&str, [u32; 3])] = &[
    ("getSettings", [10, 10, 10]),
    ("setSettings", [10, 10, 10]),
    ("getStateInstance", [10, 10, 10]),
    ("reboot", [10, 10, 10]),
    ("logout", [10, 10, 10]),
    ("getStatusInstance", [10, 0, 0]),
    ("qr", [30, 30, 10]),
    ("scanqrcode", [10, 0, 0]),
    ("startAuthorization", [0, 10, 10]),
    ("sendAuthorizationCode", [0, 10, 10]),
    ("sendAuthorizationPassword", [0, 10, 10]),
    ("setProfilePicture", [1, 1, 10]),
    ("getWaSettings", [10, 0, 0]),
    ("getAccountSettings", [0, 10, 10]),
    ("sendMessage", [500, 500, 500]),
    ("sendFileByUrl", [500, 500, 500]),
    ("sendFileByUpload", [500, 500, 500]),
    ("sendLocation", [500, 500, 500]),
    ("sendContact", [500, 500, 500]),
    ("sendPoll", [500, 500, 0]),
    ("uploadFile", [0, 0, 10]),
    ("downloadFile", [50, 50, 10]),
    ("forwardMessages", [500, 0, 500]),
    ("editMessage", [10, 0, 0]),
    ("deleteMessage", [100, 0, 0]),
    ("receiveNotification", [1000, 1000, 1000]),
    ("deleteNotification", [1000, 1000, 1000]),
    ("getChatHistory", [10, 10, 10]),
    ("getMessage", [100, 10, 10]),
    ("lastIncomingMessages", [10, 10, 10]),
    ("lastOutgoingMessages", [10, 10, 10]),
    ("showMessagesQueue", [10, 10, 10]),
    ("clearMessagesQueue", [10, 10, 10]),
    ("getMessagesCount", [0, 10, 10]),
    ("getWebhooksCount", [0, 10, 10]),
    ("clearWebhooksQueue", [0, 10, 10]),
    ("checkWhatsapp", [100, 0, 0]),
    ("checkAccount", [0, 100, 100]),
    ("createGroup", [10, 0, 10]),
    ("updateGroupName", [10, 0, 10]),
    ("getGroupData", [10, 0, 100]),
    ("setGroupPicture", [10, 0, 10]),
    ("addGroupParticipant", [100, 0, 10]),
    ("removeGroupParticipant", [100, 0, 10]),
    ("setGroupAdmin", [100, 0, 10]),
    ("removeAdmin", [100, 0, 10]),
    ("leaveGroup", [100, 0, 10]),
    ("updateGroupSettings", [0, 0, 10]),
    ("readChat", [100, 0, 0]),
    ("getAvatar", [100, 0, 0]),
    ("archiveChat", [100, 0, 0]),
    ("unarchiveChat", [100, 0, 0]),
    ("getContacts", [10, 0, 0]),
    ("getContactInfo", [10, 0, 0]),
    ("setDisappearingChat", [10, 0, 0]),
    ("sendTextStatus", [50, 0, 0]),
    ("sendVoiceStatus", [50, 0, 0]),
    ("sendMediaStatus", [50, 0, 0]),
    ("deleteStatus", [100, 0, 0]),
    ("getIncomingStatuses", [10, 0, 0]),
    ("getOutgoingStatuses", [10, 0, 0]),
    ("getStatusStatistic", [10, 0, 0]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_by_messenger() {
        let rows = [
            ("whatsapp", "qr", Some(Rate(30))),
            ("v3", "qr", Some(Rate(10))),
            ("telegram", "setProfilePicture", Some(Rate(1))),
            ("whatsapp", "getMessagesCount", None),
            ("telegram", "getMessagesCount", Some(Rate(10))),
            ("whatsapp", "getAuthorizationCode", None),
        ];
        for (messenger, method, expected) in rows {
            assert_eq!(rate(messenger, method).map(|(_, rate)| rate), expected, "{messenger} {method}");
        }
    }

    #[test]
    fn the_51st_call_within_a_second_is_one_too_many() {
        let mut rates = Rates::default();
        let passed = (0..60).filter(|_| rates.let_through(1, "sendMessage", Rate(500), second(0))).count();
        assert_eq!(passed, 50);
        assert!(rates.let_through(2, "sendMessage", Rate(500), second(0)), "another instance");
        assert!(rates.let_through(1, "sendPoll", Rate(500), second(0)), "another method");
        let passed = (0..60).filter(|_| rates.let_through(1, "sendMessage", Rate(500), second(1))).count();
        assert_eq!(passed, 50);
    }

    #[test]
    fn below_one_a_second_a_call_needs_several_seconds() {
        let mut rates = Rates::default();
        let passed: Vec<_> =
            (0..21).filter(|at| rates.let_through(1, "setProfilePicture", Rate(1), second(*at))).collect();
        assert_eq!(passed, [0, 10, 20]);
    }

    #[test]
    fn a_clock_that_is_set_back_gives_nothing() {
        let mut rates = Rates::default();
        let passed: Vec<_> =
            [10, 5, 5, 6].into_iter().filter(|at| rates.let_through(1, "qr", Rate(10), second(*at))).collect();
        assert_eq!(passed, [10, 6]);
    }

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }
}
