//! Models of an instance and of the account that is linked to it.

use super::{Model, every_setting, record};

/// The model of all settings.
macro_rules! shown {
    ($($section:ident { $($name:ident $wire:literal $kind:ident { $($secret:ident)? } [$($limit:tt)*]
        $what:literal $set:literal $new:literal;)* })*) => {
        record! {
            /// The settings of an instance: flags as booleans, however upstream spells them.
            ///
            /// Its `Debug` masks the webhook token.
            Settings "" {
                $($($name $wire $kind { $($secret)? } concat!($what, $set);)*)*
            }
        }
    };
}

every_setting!(shown);

record! {
    /// One change of the authorization state.
    StateChange "" {
        state_instance "stateInstance" Text {} "The state from then on.";
        timestamp "timestamp" Time {} "When it changed.";
        phone_number "phoneNumber" Text { phone } "The phone that was linked.";
    }
}

record! {
    /// What getWaSettings answers: the linked WhatsApp account.
    WaSettings "" {
        avatar "avatar" Text {} "The address of the account's picture; empty without a phone.";
        phone "phone" Text { phone } "The phone number, digits; empty without a phone.";
        state_instance "stateInstance" Text {} "The authorization state.";
        device_id "deviceId" Text {} "The linked device: `79001234567:8@s.whatsapp.net`.";
        chat_id "chatId" Text {} "The account's own chat; newest answers only.";
        history_sync_progress "historySyncProgress" Int {} "How far the history is read, 0 to 100; newest answers only.";
        suspended_until "suspendedUntil" Time {} "When a restriction ends; newest answers only.";
        logout_process "logoutProcess" Flag {} "Whether the phone is being unlinked; newest answers only.";
    }
}

record! {
    /// What getAccountSettings answers: the linked Telegram or MAX account.
    AccountSettings "" {
        avatar "avatar" Text {} "The address of the account's picture.";
        phone "phone" Text { phone } "The phone number, digits.";
        state_instance "stateInstance" Text {} "The authorization state.";
        chat_id "chatId" Text {} "The account's own chat.";
        suspended_until "suspendedUntil" Time {} "When a restriction ends.";
    }
}

record! {
    /// What became of a profile picture.
    ProfilePicture "" {
        url_avatar "urlAvatar" Text {} "The address of the new picture.";
        set_profile_picture "setProfilePicture" Flag {} "Always true here: upstream's false is `refused`.";
        reason "reason" Text {} "Upstream's words, where it has any.";
    }
}

record! {
    /// A message that upstream took.
    SentMessage "" {
        id_message "idMessage" Text { always } "The message's id, as notifications name it.";
        url_file "urlFile" Text {} "Where an uploaded file is kept.";
    }
}

record! {
    /// Whether a phone number has an account.
    CheckedAccount "" {
        exist "exist" Flag { always } "Whether the number has an account.";
        chat_id "chatId" Text {} "Its chat.";
        from_cache "fromCache" Flag {} "Whether upstream remembered it.";
        username "username" Text { personal } "The account's public name; newest answers only.";
    }
}

/// The models of answers, in the order of the contract.
pub(crate) const ACCOUNTS: &[&Model] = &[
    Settings::MODEL,
    StateChange::MODEL,
    WaSettings::MODEL,
    AccountSettings::MODEL,
    ProfilePicture::MODEL,
    SentMessage::MODEL,
    CheckedAccount::MODEL,
];
