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

/// The models of these answers, in the order of the contract.
pub(crate) const CHATS: &[&Model] = &[CreatedGroup::MODEL, GroupData::MODEL, GroupPicture::MODEL];
