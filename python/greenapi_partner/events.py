"""Events on the way from created to linked.

Each event has a `type`, and `to_json()` for a browser: the same in every language. No token is ever in it.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal, TypeAlias, final

from ._model import Field, Given, Model
from ._native import QrCode

# --- generated: names of events ---
__all__ = [
    "AuthorizationCode",
    "Authorized",
    "Created",
    "Event",
    "PasskeyRequired",
    "PasswordNeeded",
    "QrCode",
    "SettingsNotKept",
    "Waiting",
]
# --- end of what is generated ---


class EventModel(Model):
    """An event that is not a QR code."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Its `type`, and its fields by their names here, as JSON has them. No token is in it."""
        fields = self._record.to_dict(True)
        del fields["extra"]
        return {"type": self._record.to_json()["type"], **fields}

    def to_json(self) -> dict[str, Any]:
        """The event as a browser takes it, the same in every language: `type` and fields by upstream's names."""
        return self._record.to_json()


# --- generated: classes of events ---
@final
class Created(EventModel):
    """There is an instance to link: a new one, or the live one of that name."""

    type: ClassVar[Literal["created"]] = "created"

    id_instance = Given[int]("The instance's id.")
    name = Given[str]("Its name.")
    type_instance = Field[str]("The messenger: `whatsapp`, `telegram` or `v3` (MAX).")
    is_new = Given[bool]("Whether this run created it, and its first day was charged.")


@final
class Waiting(EventModel):
    """The instance is not ready yet, or waits for a phone."""

    type: ClassVar[Literal["waiting"]] = "waiting"

    state_instance = Field[str]("The authorization state; nothing while it is still being created.")


@final
class AuthorizationCode(EventModel):
    """A code that links a phone by its number.

    Its repr masks the code.
    """

    type: ClassVar[Literal["authorizationCode"]] = "authorizationCode"

    code = Field[str](
        "What the customer types into the phone (WhatsApp); nothing where upstream has sent a code to the messenger's "
        "own chat: hand that on with `send_authorization_code`."
    )
    phone_number = Given[str]("The phone number, digits.")


@final
class PasswordNeeded(EventModel):
    """The account has a password: hand it on with `send_authorization_password`."""

    type: ClassVar[Literal["passwordNeeded"]] = "passwordNeeded"

    state_instance = Given[str]("The authorization state: `pendingPassword`.")


@final
class PasskeyRequired(EventModel):
    """WhatsApp asks the account for a passkey before it links the phone.

    Its JSON has no link, and its repr masks it: the link holds the instance's token.
    """

    type: ClassVar[Literal["passkeyRequired"]] = "passkeyRequired"

    message = Field[str]("Upstream's words for it, without tokens; nothing where it has none.")
    advice = Given[str]("What to tell the customer.")
    qr_page_url = Given[str](
        "The address of upstream's own page for this instance (see `qr_page_url`). It holds the instance's token: not "
        "for the customer, and not in the JSON of the event."
    )


@final
class SettingsNotKept(EventModel):
    """Settings of the new instance have not come into force, not even after a reboot: set them again later."""

    type: ClassVar[Literal["settingsNotKept"]] = "settingsNotKept"

    names = Given[list[str]]('Which, by upstream\'s names: `["incomingWebhook"]`.')


@final
class Authorized(EventModel):
    """A phone is linked: the last event."""

    type: ClassVar[Literal["authorized"]] = "authorized"

    wid = Field[str]("The account: `79001234567@c.us`.")
    phone = Field[str]("The phone number, digits.")
    name = Field[str]("The name of the account's owner, where upstream sends it.")


# --- end of what is generated ---


Event: TypeAlias = (
    # --- generated: union of events ---
    Created | Waiting | AuthorizationCode | PasswordNeeded | PasskeyRequired | SettingsNotKept | Authorized | QrCode
    # --- end of what is generated ---
)
"""Any event: tell them apart by `type`, or by `isinstance`."""
