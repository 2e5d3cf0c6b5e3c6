"""Models that the methods of an instance give."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, final

from ._model import Field, Given, Model, ModelWithExtra

if TYPE_CHECKING:
    from ._native import Record

# --- generated: names of models ---
__all__ = [
    "AccountSettings",
    "Avatar",
    "Chat",
    "CheckedAccount",
    "Contact",
    "ContactInfo",
    "CreatedGroup",
    "DisappearingChat",
    "GroupData",
    "GroupPicture",
    "JournalCall",
    "JournalMessage",
    "ProfilePicture",
    "QueuedMessage",
    "SentMessage",
    "Settings",
    "StateChange",
    "Status",
    "StatusReceipt",
    "WaSettings",
]
# --- end of what is generated ---


@final
class Settings(ModelWithExtra):
    """The settings of an instance: flags as booleans, however upstream spells them.

    Its repr masks the webhook token.
    """

    # --- generated: fields of Settings ---
    webhook_url = Field[str](
        "The URL that upstream posts notifications to; empty: none, and the queue over HTTP works."
    )
    webhook_url_token = Field[str]("What upstream puts into the `Authorization` header of a notification. Secret.")
    delay_send_messages_milliseconds = Field[int]("Milliseconds between two messages sent, 500 to 600000.")
    mark_incoming_messages_readed = Field[bool](
        "Mark incoming messages as read. Ignored where `mark_incoming_messages_readed_on_reply` is on."
    )
    mark_incoming_messages_readed_on_reply = Field[bool]("Mark incoming messages as read when one is answered.")
    outgoing_webhook = Field[bool]("Notify of the status of sent messages.")
    outgoing_message_webhook = Field[bool]("Notify of messages sent from the phone.")
    outgoing_api_message_webhook = Field[bool]("Notify of messages sent through the API.")
    state_webhook = Field[bool]("Notify of changes of the authorization state.")
    incoming_webhook = Field[bool]("Notify of incoming messages and files.")
    device_webhook = Field[bool]("Notify of the phone's state. Upstream says that this is temporarily not working.")
    keep_online_status = Field[bool]("Show the account as online; the phone then makes no notification sounds.")
    poll_message_webhook = Field[bool]("Notify of polls.")
    incoming_block_webhook = Field[bool](
        "Notify of chats that block the account. Upstream says that this is temporarily not working."
    )
    incoming_call_webhook = Field[bool]("Notify of calls; needs `incoming_webhook` too.")
    edited_message_webhook = Field[bool]("Notify of edited messages.")
    deleted_message_webhook = Field[bool]("Notify of deleted messages.")
    auto_typing = Field[int]("Seconds to show typing before each message, 0 to 10; a message's own `typing_time` wins.")
    link_preview = Field[bool]("Give links a preview.")
    enable_lid_mode = Field[bool]("Name chats by WhatsApp's new identifiers (LID).")
    wid = Field[str]("The linked account: `79001234567@c.us`; empty without a phone. Read only.")
    type_instance = Field[str]("The messenger, where upstream says it: `telegram`, `v3` (MAX). Read only.")
    # --- end of what is generated ---

    def settable(self) -> dict[str, Any]:
        """What `set_settings(**…)` and `set_instances_settings(ids, **…)` take of them.

        Without what cannot be set and what is blank. The webhook token is among them.
        """
        return self._record.settable()


# --- generated: classes of models ---
@final
class StateChange(ModelWithExtra):
    """One change of the authorization state."""

    state_instance = Field[str]("The state from then on.")
    timestamp = Field[datetime]("When it changed.")
    phone_number = Field[str]("The phone that was linked.")


@final
class WaSettings(ModelWithExtra):
    """What getWaSettings answers: the linked WhatsApp account."""

    avatar = Field[str]("The address of the account's picture; empty without a phone.")
    phone = Field[str]("The phone number, digits; empty without a phone.")
    state_instance = Field[str]("The authorization state.")
    device_id = Field[str]("The linked device: `79001234567:8@s.whatsapp.net`.")
    chat_id = Field[str]("The account's own chat; newest answers only.")
    history_sync_progress = Field[int]("How far the history is read, 0 to 100; newest answers only.")
    suspended_until = Field[datetime]("When a restriction ends; newest answers only.")
    logout_process = Field[bool]("Whether the phone is being unlinked; newest answers only.")


@final
class AccountSettings(ModelWithExtra):
    """What getAccountSettings answers: the linked Telegram or MAX account."""

    avatar = Field[str]("The address of the account's picture.")
    phone = Field[str]("The phone number, digits.")
    state_instance = Field[str]("The authorization state.")
    chat_id = Field[str]("The account's own chat.")
    suspended_until = Field[datetime]("When a restriction ends.")


@final
class ProfilePicture(ModelWithExtra):
    """What became of a profile picture."""

    url_avatar = Field[str]("The address of the new picture.")
    set_profile_picture = Field[bool]("Always true here: upstream's false is `refused`.")
    reason = Field[str]("Upstream's words, where it has any.")


@final
class SentMessage(ModelWithExtra):
    """A message that upstream took."""

    id_message = Given[str]("The message's id, as notifications name it.")
    url_file = Field[str]("Where an uploaded file is kept.")


@final
class CheckedAccount(ModelWithExtra):
    """Whether a phone number has an account."""

    exist = Given[bool]("Whether the number has an account.")
    chat_id = Field[str]("Its chat.")
    from_cache = Field[bool]("Whether upstream remembered it.")
    username = Field[str]("The account's public name; newest answers only.")


@final
class CreatedGroup(ModelWithExtra):
    """A group that was created."""

    created = Given[bool]("Always true here: upstream's false is `refused`.")
    chat_id = Given[str]("The group's chat: `120363043968066561@g.us`.")
    group_invite_link = Field[str]("The link that lets people in.")


@final
class GroupData(ModelWithExtra):
    """A group: its name, who is in it, and what they may do."""

    group_id = Field[str]("The group's chat; WhatsApp only.")
    chat_id = Field[str]("The same of Telegram and MAX.")
    owner = Field[str]("The chat of who owns it.")
    subject = Field[str]("Its name.")
    description = Field[str]("What it is about.")
    creation = Field[datetime]("When it was created.")
    participants = Field[list[Any]]("Who is in it, each with an `id`, `isAdmin` and `isSuperAdmin`.")
    subject_time = Field[datetime]("When it got its name.")
    subject_owner = Field[str]("The chat of who named it.")
    group_invite_link = Field[str]("The link that lets people in; empty unless the account is an admin.")
    allow_participants_edit_group_settings = Field[bool](
        "Whether participants may change its name, picture and the like."
    )
    allow_participants_send_messages = Field[bool]("Whether participants may write, or the admins alone.")
    allow_participants_send_invite_link = Field[bool]("Whether participants may pass the link on; newest answers only.")


@final
class GroupPicture(ModelWithExtra):
    """What became of a group's picture."""

    url_avatar = Field[str]("The address of the new picture.")
    set_group_picture = Field[bool]("Always true here: upstream's false is `refused`.")
    reason = Field[str]("Upstream's words, where it has any.")


@final
class Avatar(ModelWithExtra):
    """The picture of a person or a group."""

    url_avatar = Field[str]("Its address; empty where there is none, and where it is hidden.")
    available = Field[bool]("Whether privacy lets it be seen.")
    exists_whatsapp = Field[bool]("Whether the number has an account; newest answers only.")
    base64_avatar = Field[str]("The picture itself, as base64; newest answers only.")
    reason = Field[str]("Why it could not be looked up; newest answers only.")


@final
class Contact(ModelWithExtra):
    """An entry of the account's contacts: a person, or a group."""

    id = Field[str]("Its chat.")
    chat_id = Field[str]("The same, as Telegram and MAX name it.")
    name = Field[str]("The name that it shows.")
    contact_name = Field[str]("The name in the phone's address book.")
    type = Field[str]("`user` or `group`; Telegram and MAX: `supergroup`, `channel` or `bot` too.")
    phone_number = Field[str]("The phone number, digits; Telegram and MAX only.")


@final
class ContactInfo(ModelWithExtra):
    """What is known of a person."""

    avatar = Field[str]("The address of the picture.")
    base64_avatar = Field[str]("The picture itself, as base64; newest answers only.")
    name = Field[str]("The name: that of the address book, or of the profile.")
    contact_name = Field[str]("The name in the phone's address book.")
    email = Field[str]("A business's e-mail address.")
    category = Field[str]("What sort of business it is.")
    description = Field[str]("What a business says of itself.")
    products = Field[list[Any]]("The products of a business, as they came.")
    chat_id = Field[str]("The person's chat.")
    chat_type = Field[str]("What sort of chat it is; MAX only.")
    phone_number = Field[str]("The phone number, digits; Telegram and MAX only.")
    last_seen = Field[datetime]("When it was last online, where that may be seen.")
    is_archive = Field[bool]("Whether the chat is in the archive.")
    is_disappearing = Field[bool]("Whether its messages disappear.")
    is_mute = Field[bool]("Whether it is muted.")
    message_expiration = Field[int]("Seconds that messages live.")
    mute_expiration = Field[int]("How long it is muted yet.")
    is_business = Field[bool]("Whether it is an account of WhatsApp Business.")


@final
class Chat(ModelWithExtra):
    """A chat of the account."""

    id = Field[str]("Its id: `79001234567@c.us`, a group `…@g.us`.")
    chat_id = Field[str]("The same, as Telegram and MAX name it.")
    name = Field[str]("The name of the person or the group.")
    type = Field[str]("`user` or `group`.")
    archive = Field[bool]("Whether it is in the archive.")
    phone_number = Field[str]("The phone number, digits; Telegram and MAX only.")
    ephemeral_expiration = Field[int]("Seconds that messages live; 0 is for good.")
    ephemeral_setting_timestamp = Field[datetime]("When that was set.")


@final
class DisappearingChat(ModelWithExtra):
    """How long the messages of a chat live."""

    chat_id = Field[str]("The chat.")
    disappearing_messages_in_chat = Given[bool]("Whether they disappear.")
    ephemeral_expiration = Field[int]("After how many seconds; 0 is never.")


@final
class Status(ModelWithExtra):
    """A status: what an account shows to its contacts for a day."""

    type = Field[str]("`incoming` or `outgoing`.")
    id_message = Field[str]("The status's id.")
    timestamp = Field[datetime]("When it was shown.")
    type_message = Field[str]("`extendedTextMessage`, `imageMessage`, `videoMessage` or `audioMessage`.")
    chat_id = Field[str]("Whose it is.")
    text_message = Field[str]("The text of a text.")
    extended_text_message = Field[dict[str, Any]](
        "The text with its `backgroundColor`, its `font` and, of one's own, its `participants`."
    )
    download_url = Field[str]("Where the file is.")
    caption = Field[str]("The text below a picture or a video.")
    file_name = Field[str]("The file's name.")
    mime_type = Field[str]("The file's type.")
    jpeg_thumbnail = Field[str]("A small picture of it, as base64.")
    participants = Field[list[str]]("Who sees it; empty: everybody.")
    status_message = Field[str]("How far it has come: `sent`, `delivered`, `read`.")
    send_by_api = Field[bool]("Whether it was sent over the API.")
    sender_id = Field[str]("Who shows it.")
    sender_name = Field[str]("The sender's name.")
    sender_contact_name = Field[str]("The sender's name in the address book.")


@final
class StatusReceipt(ModelWithExtra):
    """Who has got a status, or has seen it."""

    timestamp = Field[datetime]("When.")
    participant = Field[str]("Whose chat.")
    status = Field[str]("`sent`, `delivered` or `read`.")


@final
class JournalMessage(ModelWithExtra):
    """A message of a journal: one that came in or went out.

    What one kind of message alone has, such as a place, a card or what was quoted, is in `extra` as it came. Its repr
    shows no content.
    """

    type = Field[str]("`incoming` or `outgoing`.")
    id_message = Field[str]("The message's id.")
    timestamp = Field[datetime]("When it was sent or came in.")
    type_message = Field[str]("What it is: `textMessage`, `imageMessage`, ….")
    chat_id = Field[str]("The chat that it is in.")
    chat_type = Field[str]("What that chat is; Telegram and MAX only.")
    sender_id = Field[str]("The chat of who has sent it; of what came in only.")
    sender_name = Field[str]("The name of who has sent it; of what came in only.")
    sender_contact_name = Field[str]("Their name in the account's contacts; of what came in only.")
    text_message = Field[str]("The text.")
    download_url = Field[str]("Where a file can be fetched.")
    caption = Field[str]("The text below a file.")
    file_name = Field[str]("A file's name.")
    mime_type = Field[str]("A file's media type.")
    jpeg_thumbnail = Field[str]("A preview of a file or a link, in base64.")
    status_message = Field[str]("How far it has come: `sent`, `delivered`, `read`, …; of what went out only.")
    send_by_api = Field[bool]("Whether it was sent by this API; of what went out only.")
    is_forwarded = Field[bool]("Whether it was forwarded.")
    forwarding_score = Field[int]("How many times it was forwarded.")
    is_edited = Field[bool]("Whether its text was changed.")
    is_deleted = Field[bool]("Whether it was deleted.")
    edited_message_id = Field[str]("The message that this one has changed.")
    deleted_message_id = Field[str]("The message that this one has deleted.")


@final
class JournalCall(ModelWithExtra):
    """A call of a journal."""

    type = Field[str]("`incoming` or `outgoing`.")
    id_message = Field[str]("The call's id.")
    timestamp = Field[datetime]("When it was.")
    type_message = Field[str]("What it is: a call.")
    chat_id = Field[str]("The chat of the other side.")
    duration = Field[int]("How long it took, in upstream's unit.")
    is_video = Field[bool]("Whether it was a video call.")
    status = Field[str]("What came of it, in upstream's words.")


@final
class QueuedMessage(ModelWithExtra):
    """A message that waits to be sent. Its repr shows no content."""

    message_id = Field[str]("The message's id, as the call that sent it has given it.")
    type = Field[str]("The method that sent it: `sendMessage`, `sendPoll`, ….")
    body = Field[dict[str, Any]]("What that method was called with.")


# --- end of what is generated ---


def _from_core(record: Record) -> Model:
    """The object of core in its class."""
    if record.model not in Model._classes:
        # The program has not touched the module that its class is in.
        from . import contents, events, fleet, notifications
    return Model._classes[record.model](record)
