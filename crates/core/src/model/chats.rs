//! Groups, chats, contacts and statuses: what upstream tells of the people that an account writes to.

use super::{Kind, Model, record};

record! {
    /// A group that was created.
    CreatedGroup "" {
        created "created" Flag { always } "Always true here: upstream's false is `refused`.";
        chat_id "chatId" Text { always } "The group's chat: `120363043968066561@g.us`.";
        group_invite_link "groupInviteLink" Text {} "The link that lets people in.";
    }
}

record! {
    /// A group: its name, who is in it, and what they may do.
    GroupData "" {
        group_id "groupId" Text {} "The group's chat; WhatsApp only.";
        chat_id "chatId" Text {} "The same of Telegram and MAX.";
        owner "owner" Text {} "The chat of who owns it.";
        subject "subject" Text { personal } "Its name.";
        description "description" Text { personal } "What it is about.";
        creation "creation" Time {} "When it was created.";
        participants "participants" Json { list_of(Kind::Json) }
            "Who is in it, each with an `id`, `isAdmin` and `isSuperAdmin`.";
        subject_time "subjectTime" Time {} "When it got its name.";
        subject_owner "subjectOwner" Text {} "The chat of who named it.";
        group_invite_link "groupInviteLink" Text {} "The link that lets people in; empty unless the account is an admin.";
        allow_participants_edit_group_settings "allowParticipantsEditGroupSettings" Flag {}
            "Whether participants may change its name, picture and the like.";
        allow_participants_send_messages "allowParticipantsSendMessages" Flag {}
            "Whether participants may write, or the admins alone.";
        allow_participants_send_invite_link "allowParticipantsSendInviteLink" Flag {}
            "Whether participants may pass the link on; newest answers only.";
    }
}

record! {
    /// What became of a group's picture.
    GroupPicture "" {
        url_avatar "urlAvatar" Text {} "The address of the new picture.";
        set_group_picture "setGroupPicture" Flag {} "Always true here: upstream's false is `refused`.";
        reason "reason" Text {} "Upstream's words, where it has any.";
    }
}

record! {
    /// The picture of a person or a group.
    Avatar "" {
        url_avatar "urlAvatar" Text {} "Its address; empty where there is none, and where it is hidden.";
        available "available" Flag {} "Whether privacy lets it be seen.";
        exists_whatsapp "existsWhatsapp" Flag {} "Whether the number has an account; newest answers only.";
        base64_avatar "base64Avatar" Text {} "The picture itself, as base64; newest answers only.";
        reason "reason" Text {} "Why it could not be looked up; newest answers only.";
    }
}

record! {
    /// An entry of the account's contacts: a person, or a group.
    Contact "" {
        id "id" Text {} "Its chat.";
        chat_id "chatId" Text {} "The same, as Telegram and MAX name it.";
        name "name" Text { personal } "The name that it shows.";
        contact_name "contactName" Text { personal } "The name in the phone's address book.";
        r#type "type" Text {} "`user` or `group`; Telegram and MAX: `supergroup`, `channel` or `bot` too.";
        phone_number "phoneNumber" Text { phone personal } "The phone number, digits; Telegram and MAX only.";
    }
}

record! {
    /// What is known of a person.
    ContactInfo "" {
        avatar "avatar" Text {} "The address of the picture.";
        base64_avatar "base64Avatar" Text {} "The picture itself, as base64; newest answers only.";
        name "name" Text { personal } "The name: that of the address book, or of the profile.";
        contact_name "contactName" Text { personal } "The name in the phone's address book.";
        email "email" Text { personal } "A business's e-mail address.";
        category "category" Text {} "What sort of business it is.";
        description "description" Text { personal } "What a business says of itself.";
        products "products" Json { list_of(Kind::Json) } "The products of a business, as they came.";
        chat_id "chatId" Text {} "The person's chat.";
        chat_type "chatType" Text {} "What sort of chat it is; MAX only.";
        phone_number "phoneNumber" Text { phone personal } "The phone number, digits; Telegram and MAX only.";
        last_seen "lastSeen" Time {} "When it was last online, where that may be seen.";
        is_archive "isArchive" Flag {} "Whether the chat is in the archive.";
        is_disappearing "isDisappearing" Flag {} "Whether its messages disappear.";
        is_mute "isMute" Flag {} "Whether it is muted.";
        message_expiration "messageExpiration" Int {} "Seconds that messages live.";
        mute_expiration "muteExpiration" Int {} "How long it is muted yet.";
        is_business "isBusiness" Flag {} "Whether it is an account of WhatsApp Business.";
    }
}

record! {
    /// A chat of the account.
    Chat "" {
        id "id" Text {} "Its id: `79001234567@c.us`, a group `…@g.us`.";
        chat_id "chatId" Text {} "The same, as Telegram and MAX name it.";
        name "name" Text { personal } "The name of the person or the group.";
        r#type "type" Text {} "`user` or `group`.";
        archive "archive" Flag {} "Whether it is in the archive.";
        phone_number "phoneNumber" Text { phone personal } "The phone number, digits; Telegram and MAX only.";
        ephemeral_expiration "ephemeralExpiration" Int {} "Seconds that messages live; 0 is for good.";
        ephemeral_setting_timestamp "ephemeralSettingTimestamp" Time {} "When that was set.";
    }
}

record! {
    /// How long the messages of a chat live.
    DisappearingChat "" {
        chat_id "chatId" Text {} "The chat.";
        disappearing_messages_in_chat "disappearingMessagesInChat" Flag { always } "Whether they disappear.";
        ephemeral_expiration "ephemeralExpiration" Int {} "After how many seconds; 0 is never.";
    }
}

record! {
    /// A status: what an account shows to its contacts for a day.
    Status "" {
        r#type "type" Text {} "`incoming` or `outgoing`.";
        id_message "idMessage" Text {} "The status's id.";
        timestamp "timestamp" Time {} "When it was shown.";
        type_message "typeMessage" Text {} "`extendedTextMessage`, `imageMessage`, `videoMessage` or `audioMessage`.";
        chat_id "chatId" Text {} "Whose it is.";
        text_message "textMessage" Text { personal } "The text of a text.";
        extended_text_message "extendedTextMessage" Json { personal }
            "The text with its `backgroundColor`, its `font` and, of one's own, its `participants`.";
        download_url "downloadUrl" Text {} "Where the file is.";
        caption "caption" Text { personal } "The text below a picture or a video.";
        file_name "fileName" Text {} "The file's name.";
        mime_type "mimeType" Text {} "The file's type.";
        jpeg_thumbnail "jpegThumbnail" Text {} "A small picture of it, as base64.";
        participants "participants" Json { list_of(Kind::Text) } "Who sees it; empty: everybody.";
        status_message "statusMessage" Text {} "How far it has come: `sent`, `delivered`, `read`.";
        send_by_api "sendByApi" Flag {} "Whether it was sent over the API.";
        sender_id "senderId" Text {} "Who shows it.";
        sender_name "senderName" Text { personal } "The sender's name.";
        sender_contact_name "senderContactName" Text { personal } "The sender's name in the address book.";
    }
}

record! {
    /// Who has got a status, or has seen it.
    StatusReceipt "" {
        timestamp "timestamp" Time {} "When.";
        participant "participant" Text {} "Whose chat.";
        status "status" Text {} "`sent`, `delivered` or `read`.";
    }
}

/// The models of these answers, in the order of the contract.
pub(crate) const CHATS: &[&Model] = &[
    CreatedGroup::MODEL,
    GroupData::MODEL,
    GroupPicture::MODEL,
    Avatar::MODEL,
    Contact::MODEL,
    ContactInfo::MODEL,
    Chat::MODEL,
    DisappearingChat::MODEL,
    Status::MODEL,
    StatusReceipt::MODEL,
];
