"""Notifications of an instance: a class for each type that upstream documents, and `parse_notification` for webhooks.

Their reprs show ids, types and states, and nothing that people wrote.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast, final

from ._model import Field, ModelWithExtra
from ._native import parse_notification

if TYPE_CHECKING:
    from enum import Enum

    from .contents import AnyContent

    class _NotKnown(Enum):
        """A `type_webhook` that is none of those that this version knows: with `str` for it, none would narrow."""

        TYPE = "not known"


# --- generated: names of notifications ---
__all__ = [
    "AnyNotification",
    "AvatarInfo",
    "DeviceInfo",
    "IncomingBlock",
    "IncomingCall",
    "IncomingMessageReceived",
    "MessageNotification",
    "Notification",
    "OutgoingApiMessageReceived",
    "OutgoingCall",
    "OutgoingMessageReceived",
    "OutgoingMessageStatus",
    "QuotaExceeded",
    "StateInstanceChanged",
    "StatusInstanceChanged",
    "UnknownNotification",
    "UnreadableNotification",
    "parse_notification",
]
# --- end of what is generated ---


class Notification(ModelWithExtra):
    """Something that an instance has to tell, of whatever type."""

    # --- generated: fields of Notification ---
    receipt_id = Field[int]("What `delete_notification` takes; nothing in a webhook.")
    id_instance = Field[int]("The instance's id.")
    wid = Field[str]("The linked account: `79001234567@c.us`; empty without a phone.")
    type_instance = Field[str]("The messenger: `whatsapp`, `telegram` or `v3` (MAX).")
    timestamp = Field[datetime]("When it happened.")
    body = Field[dict[str, Any]]("The notification as it came, whole.")
    # --- end of what is generated ---

    if TYPE_CHECKING:

        @property
        def type_webhook(self) -> str:
            """Upstream's name of the type: a type checker wants it as a property, which classes can narrow."""
    else:
        type_webhook = Field[str]("Upstream's name of the type.")


class MessageNotification(Notification):
    """A message, come in or gone out."""

    # --- generated: fields of MessageNotification ---
    id_message = Field[str]("The message's id.")
    chat_id = Field[str]("The chat: `79001234567@c.us`, or a group's `…@g.us`.")
    chat_name = Field[str]("The chat's name.")
    chat_type = Field[str]("What the chat is; Telegram and MAX only.")
    sender = Field[str]("Who wrote it; in a group not the chat.")
    sender_name = Field[str]("The sender's name.")
    sender_contact_name = Field[str]("The sender's name in the phone's contacts.")
    sender_type = Field[str]("What the sender is; Telegram and MAX only.")
    sender_phone_number = Field[str]("The sender's phone number, digits; Telegram and MAX only.")
    type_message = Field[str]("What the message is: `textMessage`, `imageMessage` and so on.")
    text = Field[str]("The text of a text message, be it plain, with a link or a reply.")
    message_data = Field[dict[str, Any]]("The message as it came; its shape goes by `type_message`.")
    # --- end of what is generated ---

    @property
    def content(self) -> AnyContent:
        """The message by its kind: a text, a file, a place; read when it is asked for."""
        return cast("AnyContent", self._record.content())


# --- generated: classes of notifications ---
@final
class IncomingMessageReceived(MessageNotification):
    """A message came in."""

    type_webhook: Literal["incomingMessageReceived"]


@final
class OutgoingMessageReceived(MessageNotification):
    """A message was sent from the phone."""

    type_webhook: Literal["outgoingMessageReceived"]


@final
class OutgoingApiMessageReceived(MessageNotification):
    """A message was sent through the API."""

    type_webhook: Literal["outgoingAPIMessageReceived"]


@final
class OutgoingMessageStatus(Notification):
    """A sent message got on, or failed."""

    type_webhook: Literal["outgoingMessageStatus"]

    chat_id = Field[str]("The chat.")
    id_message = Field[str]("The message's id.")
    status = Field[str](
        "`sent`, `delivered`, `read`, `failed`, `noAccount` or `notInGroup`; `suspended` or, in older days, "
        "`yellowCard`, where WhatsApp restricts the account."
    )
    description = Field[str]("Why it failed.")
    send_by_api = Field[bool]("Whether it was sent through the API.")


@final
class StateInstanceChanged(Notification):
    """The authorization state changed."""

    type_webhook: Literal["stateInstanceChanged"]

    state_instance = Field[str]("The state from then on.")


@final
class StatusInstanceChanged(Notification):
    """The socket to the messenger opened or closed. Upstream calls it deprecated."""

    type_webhook: Literal["statusInstanceChanged"]

    status_instance = Field[str]("`online` or `offline`.")


@final
class DeviceInfo(Notification):
    """The phone's state. Upstream says that it does not work."""

    type_webhook: Literal["deviceInfo"]

    platform = Field[str]("The operating system.")
    device_manufacturer = Field[str]("Who made the phone.")
    device_model = Field[str]("The phone's model.")
    os_version = Field[str]("The operating system's version.")
    wa_version = Field[str]("WhatsApp's version.")
    battery = Field[int]("The battery's level in percent.")


@final
class IncomingCall(Notification):
    """Somebody called."""

    type_webhook: Literal["incomingCall"]

    id_message = Field[str]("The call's id.")
    caller = Field[str]("Who called: upstream's `from`.")
    status = Field[str]("`pickUp`, `hungUp` or `declined`.")
    is_video = Field[bool]("Whether it was a video call.")


@final
class OutgoingCall(Notification):
    """The phone called somebody."""

    type_webhook: Literal["outgoingCall"]

    id_message = Field[str]("The call's id.")
    caller = Field[str]("The account that called: upstream's `from`.")
    status = Field[str]("`pickUp`, `hungUp`, `declined` or `invalid`.")
    is_video = Field[bool]("Whether it was a video call.")
    duration = Field[int]("How long it was, in seconds.")
    participants = Field[list[Any]]("Who was called, each with an `id` and a `status`.")


@final
class IncomingBlock(Notification):
    """A chat blocked the account, or allowed it again. Upstream says that it does not work."""

    type_webhook: Literal["incomingBlock"]

    chat_id = Field[str]("The chat.")
    chat_state = Field[str]("Its state: `blocked`.")


@final
class AvatarInfo(Notification):
    """The answer to a method that upstream has removed: see its `body`."""

    type_webhook: Literal["avatarInfo"]


@final
class QuotaExceeded(Notification):
    """A monthly quota of the plan is used up.

    Upstream was seen to send it as `incomingBlock` too: `type_webhook` is as it came.
    """

    type_webhook: Literal["quotaExceeded", "incomingBlock"]

    method = Field[str]("Whose quota it is: a method, or `correspondents` for that of chats.")
    used = Field[int]("How much is used.")
    total = Field[int]("How much the plan has.")
    status = Field[str]("Upstream's name for it.")
    description = Field[str]("Upstream's words, with the chats that are still possible.")


@final
class UnknownNotification(Notification):
    """A notification of a type that this version does not know: see its `body`."""

    type_webhook: Literal[_NotKnown.TYPE]  # type: ignore[assignment] # it is text; see _NotKnown


@final
class UnreadableNotification(Notification):
    """A notification that cannot be read: cut or broken on its way, or no JSON at all.

    Only `notifications` gives such a one, once upstream has sent it twice; it is acknowledged like any other. Its
    `type_webhook` is `unreadable`, a word of this library.
    """

    type_webhook: Literal["unreadable"]

    raw = Field[str]("What came, as text.")


# --- end of what is generated ---


AnyNotification: TypeAlias = (
    # --- generated: union of notifications ---
    IncomingMessageReceived
    | OutgoingMessageReceived
    | OutgoingApiMessageReceived
    | OutgoingMessageStatus
    | StateInstanceChanged
    | StatusInstanceChanged
    | DeviceInfo
    | IncomingCall
    | OutgoingCall
    | IncomingBlock
    | AvatarInfo
    | QuotaExceeded
    | UnknownNotification
    | UnreadableNotification
    # --- end of what is generated ---
)
"""Any notification: `type_webhook` narrows it, and so does `isinstance`."""
