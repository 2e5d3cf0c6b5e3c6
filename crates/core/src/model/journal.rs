//! Journals and queues: messages and calls that were, and messages that wait.

use super::{Model, record};

record! {
    /// A message of a journal: one that came in or went out.
    ///
    /// What one kind of message alone has, such as a place, a card or what was quoted, is in `extra` as it came. Its `Debug`
    /// shows no content.
    JournalMessage "" {
        r#type "type" Text {} "`incoming` or `outgoing`.";
        id_message "idMessage" Text {} "The message's id.";
        timestamp "timestamp" Time {} "When it was sent or came in.";
        type_message "typeMessage" Text {} "What it is: `textMessage`, `imageMessage`, ….";
        chat_id "chatId" Text {} "The chat that it is in.";
        chat_type "chatType" Text {} "What that chat is; Telegram and MAX only.";
        sender_id "senderId" Text {} "The chat of who has sent it; of what came in only.";
        sender_name "senderName" Text { personal } "The name of who has sent it; of what came in only.";
        sender_contact_name "senderContactName" Text { personal } "Their name in the account's contacts; of what came in only.";
        text_message "textMessage" Text { personal } "The text.";
        download_url "downloadUrl" Text { personal } "Where a file can be fetched.";
        caption "caption" Text { personal } "The text below a file.";
        file_name "fileName" Text { personal } "A file's name.";
        mime_type "mimeType" Text {} "A file's media type.";
        jpeg_thumbnail "jpegThumbnail" Text { personal } "A preview of a file or a link, in base64.";
        status_message "statusMessage" Text {} "How far it has come: `sent`, `delivered`, `read`, …; of what went out only.";
        send_by_api "sendByApi" Flag {} "Whether it was sent by this API; of what went out only.";
        is_forwarded "isForwarded" Flag {} "Whether it was forwarded.";
        forwarding_score "forwardingScore" Int {} "How many times it was forwarded.";
        is_edited "isEdited" Flag {} "Whether its text was changed.";
        is_deleted "isDeleted" Flag {} "Whether it was deleted.";
        edited_message_id "editedMessageId" Text {} "The message that this one has changed.";
        deleted_message_id "deletedMessageId" Text {} "The message that this one has deleted.";
    }
}

record! {
    /// A call of a journal.
    JournalCall "" {
        r#type "type" Text {} "`incoming` or `outgoing`.";
        id_message "idMessage" Text {} "The call's id.";
        timestamp "timestamp" Time {} "When it was.";
        type_message "typeMessage" Text {} "What it is: a call.";
        chat_id "chatId" Text {} "The chat of the other side.";
        duration "duration" Int {} "How long it took, in upstream's unit.";
        is_video "isVideo" Flag {} "Whether it was a video call.";
        status "status" Text {} "What came of it, in upstream's words.";
    }
}

record! {
    /// A message that waits to be sent. Its `Debug` shows no content.
    QueuedMessage "" {
        message_id "messageID" Text {} "The message's id, as the call that sent it has given it.";
        r#type "type" Text {} "The method that sent it: `sendMessage`, `sendPoll`, ….";
        body "body" Json { personal } "What that method was called with.";
    }
}

/// The models of journals and queues, in the order of the contract.
pub(crate) const JOURNALS: &[&Model] = &[JournalMessage::MODEL, JournalCall::MODEL, QueuedMessage::MODEL];
