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
    "CheckedAccount",
    "ProfilePicture",
    "SentMessage",
    "Settings",
    "StateChange",
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
        "Mark incoming messages as read. Ignored where `markIncomingMessagesReadedOnReply` is on."
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
    incoming_call_webhook = Field[bool]("Notify of calls; needs `incomingWebhook` too.")
    edited_message_webhook = Field[bool]("Notify of edited messages.")
    deleted_message_webhook = Field[bool]("Notify of deleted messages.")
    auto_typing = Field[int]("Seconds to show typing before each message, 0 to 10; a message's own `typingTime` wins.")
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


# --- end of what is generated ---


def _from_core(record: Record) -> Model:
    """The object of core in its class."""
    if record.model not in Model._classes:
        # The program has not touched the module that its class is in.
        from . import contents, events, fleet, notifications
    return Model._classes[record.model](record)
