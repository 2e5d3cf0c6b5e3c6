//! What upstream tells of an instance and of the account that is linked to it.

use super::{Model, record};

record! {
    /// What getSettings answers: flags as booleans, however upstream spells them.
    ///
    /// Its `Debug` masks the webhook token.
    Settings "" {
        webhook_url "webhookUrl" Text {}
            "The URL that upstream posts notifications to; empty: none, and the queue over HTTP works.";
        webhook_url_token "webhookUrlToken" Text { secret }
            "What upstream puts into the `Authorization` header of a notification. Secret.";
        delay_send_messages_milliseconds "delaySendMessagesMilliseconds" Int {}
            "Milliseconds between two messages sent, 500 to 600000.";
        mark_incoming_messages_readed "markIncomingMessagesReaded" Flag {}
            "Mark incoming messages as read. Ignored where `markIncomingMessagesReadedOnReply` is on.";
        mark_incoming_messages_readed_on_reply "markIncomingMessagesReadedOnReply" Flag {}
            "Mark incoming messages as read when one is answered.";
        outgoing_webhook "outgoingWebhook" Flag {} "Notify of the status of sent messages.";
        outgoing_message_webhook "outgoingMessageWebhook" Flag {} "Notify of messages sent from the phone.";
        outgoing_api_message_webhook "outgoingAPIMessageWebhook" Flag {}
            "Notify of messages sent through the API.";
        state_webhook "stateWebhook" Flag {} "Notify of changes of the authorization state.";
        incoming_webhook "incomingWebhook" Flag {} "Notify of incoming messages and files.";
        device_webhook "deviceWebhook" Flag {}
            "Notify of the phone's state. Upstream says that this is temporarily not working.";
        keep_online_status "keepOnlineStatus" Flag {}
            "Show the account as online; the phone then makes no notification sounds.";
        poll_message_webhook "pollMessageWebhook" Flag {} "Notify of polls.";
        incoming_block_webhook "incomingBlockWebhook" Flag {}
            "Notify of chats that block the account. Upstream says that this is temporarily not working.";
        incoming_call_webhook "incomingCallWebhook" Flag {} "Notify of calls; needs `incomingWebhook` too.";
        edited_message_webhook "editedMessageWebhook" Flag {} "Notify of edited messages.";
        deleted_message_webhook "deletedMessageWebhook" Flag {} "Notify of deleted messages.";
        auto_typing "autoTyping" Int {} "Seconds to show typing before each message, 0 to 10; a message's own `typingTime` wins.";
        link_preview "linkPreview" Flag {} "Give links a preview.";
        enable_lid_mode "enableLidMode" Flag {} "Name chats by WhatsApp's new identifiers (LID).";
        wid "wid" Text {} "The linked account: `79001234567@c.us`; empty without a phone. Read only.";
        type_instance "typeInstance" Text {} "The messenger, where upstream says it: `telegram`, `v3` (MAX). Read only.";
    }
}

/// How many of the first fields of [`Settings`] can be set.
pub(crate) const SETTABLE: usize = 20;

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
    /// What setProfilePicture answers.
    ProfilePicture "" {
        url_avatar "urlAvatar" Text {} "The address of the new picture.";
        set_profile_picture "setProfilePicture" Flag {} "Always true here: upstream's false is `refused`.";
        reason "reason" Text {} "Upstream's words, where it has any.";
    }
}

record! {
    /// What the sending methods answer.
    SentMessage "" {
        id_message "idMessage" Text {} "The message's id, as notifications name it.";
        url_file "urlFile" Text {} "Where an uploaded file is kept.";
    }
}

record! {
    /// What checkAccount answers.
    CheckedAccount "" {
        exist "exist" Flag {} "Whether the number has an account.";
        chat_id "chatId" Text {} "Its chat.";
        from_cache "fromCache" Flag {} "Whether upstream remembered it.";
    }
}

/// The models of answers, in the order of the contract; [`Settings`] stands apart, since most of it can be set too.
pub(crate) const ACCOUNTS: [&Model; 6] = [
    StateChange::MODEL,
    WaSettings::MODEL,
    AccountSettings::MODEL,
    ProfilePicture::MODEL,
    SentMessage::MODEL,
    CheckedAccount::MODEL,
];
