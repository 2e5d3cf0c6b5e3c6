"""What an instance has to tell: a class for each type that upstream documents, and `parse_notification` for webhooks.

Their reprs show ids, types and states, and nothing that people wrote.
"""

# ruff: noqa: D205 (core's first paragraphs may be longer than a line)

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast, final

from . import _native
from ._model import Field, ModelWithExtra
from .errors import InvalidRequestError

__all__ = [
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
    "parse_notification",
]


def parse_notification(
    body: bytes | bytearray | memoryview | str | Mapping[str, object],
    authorization: str | None = None,
    webhook_url_token: str | None = None,
) -> Notification:
    # from core: parseNotification
    """Reads the notification of a webhook in your own web framework: the typed notification of a request's `body`,
    after a look at who sent it. Calls nobody, and takes no client.

    `authorization` is the request's `Authorization` header, and `webhook_url_token` what you set as the instance's
    setting of that name. With a token, the header must hold it, behind `Bearer`, behind `Basic` or by itself; a token
    that begins with one of these words must stand there as it is. The two are compared in constant time. Without a
    token nothing is checked: anybody who knows the address can then post what they like.

    Answer with HTTP 200, and only when the notification is dealt with or stored: upstream sends it again after a minute
    otherwise, for 24 hours, and holds back those behind it. So one may come twice; tell by `id_message`, type and
    status.

    Types that this version knows have their own class; every one has its `body` as it came. What cannot be read in it
    is absent, and never an error. There is no `receipt_id`.

    Errors: `unauthorized` (the header is missing or wrong: answer with HTTP 401), `invalid_request` (the body is no
    JSON object with a `typeWebhook`), `configuration` (the token is given and empty).

    Args:
        body: The request's body, as it came or as JSON that was read already.
        authorization: The request's `Authorization` header.
        webhook_url_token: What the header must hold. Secret. Defaults to none: anybody is believed.

    Example:
        notification = parse_notification(
            b'{"typeWebhook": "stateInstanceChanged", "stateInstance": "authorized"}', "Bearer s3cret", "s3cret"
        )
        assert isinstance(notification, StateInstanceChanged)
        print(notification.state_instance)

    Upstream's page: <https://green-api.com/en/docs/api/receiving/technology-webhook-endpoint/>
    """
    return cast(Notification, _native.parse_notification(_bytes(body), authorization, webhook_url_token))


def _bytes(body: object) -> bytes:
    if isinstance(body, (bytes, bytearray, memoryview)):
        return bytes(body)
    if isinstance(body, str):
        return body.encode(errors="replace")
    if isinstance(body, Mapping):
        return json.dumps(body).encode()
    raise InvalidRequestError(f"body must be bytes, text or a mapping, not {type(body).__name__}")


class Notification(ModelWithExtra):
    """Something that an instance has to tell, of whatever type."""

    receipt_id = Field[int]("What `delete_notification` takes; nothing in a webhook.")
    type_webhook = Field[str]("Upstream's name of the type.")
    id_instance = Field[int]("The instance's id.")
    wid = Field[str]("The linked account: `79001234567@c.us`; empty without a phone.")
    type_instance = Field[str]("The messenger: `whatsapp`, `telegram` or `v3` (MAX).")
    timestamp = Field[datetime]("When it happened.")
    body = Field[dict[str, Any]]("The notification as it came, whole.")


class MessageNotification(Notification):
    """A message, come in or gone out."""

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


@final
class IncomingMessageReceived(MessageNotification):
    """A message came in."""


@final
class OutgoingMessageReceived(MessageNotification):
    """A message was sent from the phone."""


@final
class OutgoingApiMessageReceived(MessageNotification):
    """A message was sent through the API."""


@final
class OutgoingMessageStatus(Notification):
    """A sent message got on, or failed."""

    chat_id = Field[str]("The chat.")
    id_message = Field[str]("The message's id.")
    status = Field[str]("`sent`, `delivered`, `read`, `failed`, `noAccount` or `notInGroup`.")
    description = Field[str]("Why it failed.")
    send_by_api = Field[bool]("Whether it was sent through the API.")


@final
class StateInstanceChanged(Notification):
    """The authorization state changed."""

    state_instance = Field[str]("The state from then on.")


@final
class StatusInstanceChanged(Notification):
    """The socket to the messenger opened or closed. Upstream calls it deprecated."""

    status_instance = Field[str]("`online` or `offline`.")


@final
class DeviceInfo(Notification):
    """The phone's state. Upstream says that it does not work."""

    platform = Field[str]("The operating system.")
    device_manufacturer = Field[str]("Who made the phone.")
    device_model = Field[str]("The phone's model.")
    os_version = Field[str]("The operating system's version.")
    wa_version = Field[str]("WhatsApp's version.")
    battery = Field[int]("The battery's level in percent.")


@final
class IncomingCall(Notification):
    """Somebody called."""

    id_message = Field[str]("The call's id.")
    caller = Field[str]("Who called: upstream's `from`.")
    status = Field[str]("`pickUp`, `hungUp` or `declined`.")
    is_video = Field[bool]("Whether it was a video call.")


@final
class OutgoingCall(Notification):
    """The phone called somebody."""

    id_message = Field[str]("The call's id.")
    caller = Field[str]("The account that called: upstream's `from`.")
    status = Field[str]("`pickUp`, `hungUp`, `declined` or `invalid`.")
    is_video = Field[bool]("Whether it was a video call.")
    duration = Field[int]("How long it was, in seconds.")
    participants = Field[list[Any]]("Who was called, each with an `id` and a `status`.")


@final
class IncomingBlock(Notification):
    """A chat blocked the account, or allowed it again. Upstream says that it does not work."""

    chat_id = Field[str]("The chat.")
    chat_state = Field[str]("Its state: `blocked`.")


@final
class AvatarInfo(Notification):
    """The answer to a method that upstream has removed: see its `body`."""


@final
class QuotaExceeded(Notification):
    """A monthly quota of the plan is used up."""

    method = Field[str]("Whose quota it is: a method, or `correspondents` for that of chats.")
    used = Field[int]("How much is used.")
    total = Field[int]("How much the plan has.")
    status = Field[str]("Upstream's name for it.")
    description = Field[str]("Upstream's words, with the chats that are still possible.")


@final
class UnknownNotification(Notification):
    """A notification of a type that this version does not know: see its `body`."""
