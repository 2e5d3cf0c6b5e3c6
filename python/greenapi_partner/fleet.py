"""Many instances at once: what is told of each, what changes, and what they cost."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol, SupportsIndex, TypeAlias, final

from ._model import Field, Given, ModelWithExtra
from ._native import Instance, verify_event
from .errors import GreenApiError
from .words import BulkStatus, ChangeKind, DuplicatePlan, InspectionGroup, WasteReason

# --- generated: names of fleet ---
__all__ = [
    "BulkItem",
    "Change",
    "DayCost",
    "Delivery",
    "Duplicate",
    "Inspection",
    "InstanceCost",
    "MonthCost",
    "PrefixCost",
    "Progress",
    "Saving",
    "Waste",
    "WebhookEvent",
    "verify_event",
]
# --- end of what is generated ---

Day: TypeAlias = date
"""The type of a field that has its name."""

Money: TypeAlias = Decimal | str | int
"""An exact number: a float is none."""


class Headers(Protocol):
    """Headers of a request in any framework: a mapping, or what has the items of one."""

    def items(self) -> Iterable[tuple[str, str]]: ...


class WithId(Protocol):
    """Whatever stands for an instance, such as an `Instance`, a `CreatedInstance` or an `Inspection`."""

    @property
    def id_instance(self) -> int | None:
        """The instance's id."""


# --- generated: classes of fleet ---
@final
class Inspection(ModelWithExtra):
    """What one instance is, as `inspect` found it."""

    id_instance = Given[int]("The instance's id.")
    name = Field[str]("The name that the console shows.")
    type_instance = Field[str]("The messenger: whatsapp, telegram or v3 (MAX).")
    tariff = Field[str]("The plan, such as PARTNER_23.")
    time_created = Field[datetime]("When it was created.")
    group = Given[InspectionGroup]("linked, waiting, starting, restricted, expired or unreachable.")
    state_instance = Field[str]("The authorization state; nothing while it is being created.")
    phone = Field[str]("The linked phone, digits.")
    settings = Field[dict[str, Any]]("What getSettings answers, without the webhook token; on demand.")
    ever_linked = Field[bool]("Whether a phone was ever linked; nothing where nobody knows.")
    last_linked_at = Field[datetime](
        "Until when a phone was linked, as far as is known; if one still is, when that was seen."
    )
    incoming_messages = Field[int]("How many messages came in; on demand.")
    outgoing_messages = Field[int]("How many messages went out; on demand.")
    silent = Field[bool]("Whether it is linked and there was no message either way; on demand.")
    error = Field[GreenApiError]("What could not be had, and why.")
    instance = Field[Instance]("The instance, as the list has it.")


@final
class Duplicate(ModelWithExtra):
    """One of several live instances that have one name."""

    name = Given[str]("The name that they share.")
    id_instance = Given[int]("The instance's id.")
    type_instance = Field[str]("The messenger: whatsapp, telegram or v3 (MAX).")
    time_created = Field[datetime]("When it was created.")
    state_instance = Field[str]("The authorization state; nothing where it could not be had.")
    is_linked = Field[bool](
        "Whether a phone is linked, be it restricted; nothing where nobody knows: its state could not be had, or says "
        "neither."
    )
    linked_since = Field[datetime](
        "Since when a phone is linked without a break, as far as upstream's history tells; nothing where none is, or "
        "it does not."
    )
    last_linked_at = Field[datetime](
        "Until when a phone was linked, as far as is known; if one still is, when that was seen."
    )
    days = Field[int](
        "How many days it is charged for so far; nothing where it is not charged by the day, or nobody knows since "
        "when."
    )
    cost = Field[Decimal]("What these days cost; nothing where they have no price.")
    plan = Given[DuplicatePlan](
        "What `delete_duplicates` does with it, unless it is told otherwise: keep, delete, or leave alone."
    )
    reason = Field[str]("Why it is kept or left alone.")
    error = Field[GreenApiError]("What could not be had, and why.")
    instance = Field[Instance]("The instance, as the list has it.")


@final
class BulkItem(ModelWithExtra):
    """One item of a bulk run, and what has become of it."""

    index = Given[int]("Its place in what was given, from 0.")
    id_instance = Field[int]("The instance's id, where there is one.")
    name = Field[str]("The instance's name, where it is known.")
    status = Given[BulkStatus](
        "`done`, `failed` (see `error`), `skipped` (nothing was sent, see `reason`), `not_kept` (settings that "
        "upstream confirmed and does not show, see `error`), `unknown` (sent, and nobody knows whether it took "
        "effect), `planned` (a dry run); in a report also `waiting` and `underWay`."
    )
    reason = Field[str]("Why it is so, where that does not go without saying.")
    error = Field[GreenApiError]("What went wrong.")
    instance = Field[Instance]("The instance, as the list had it before, or as it was created.")


@final
class Progress(ModelWithExtra):
    """How many items a run has, and what has become of them so far."""

    total = Given[int]("All of them.")
    done = Given[int]("Done.")
    failed = Given[int]("Refused, or not reached: each has its error.")
    skipped = Given[int]("Nothing was sent: there was nothing to do, or the run was stopped before.")
    unknown = Given[int]("Sent, and nobody knows whether it took effect: look, then decide.")
    left = Given[int]("Not there yet.")


@final
class Change(ModelWithExtra):
    """One thing that has changed."""

    kind = Given[ChangeKind]("created, deleted, renamed, tokenChanged, stateChanged or expired.")
    id_instance = Given[int]("The instance's id.")
    name = Field[str]("Its name, the last one that is known.")
    before = Field[str]("The name or the state before, where that is what changed.")
    after = Field[str]("The name or the state from then on, where that is what changed.")
    at = Given[datetime]("When upstream says that it was created or deleted; otherwise when it was noticed.")
    instance = Field[Instance]("The instance, as the list has it; nothing where the list has it no longer.")


@final
class Delivery(ModelWithExtra):
    """An event that the receiver has taken."""

    type = Given[str]("What has happened: `instance.linked`.")
    id_instance = Given[int]("The instance's id.")
    id = Given[str]("The header `webhook-id`: the same each time the event is posted.")
    attempts = Given[int]("How often this process has posted it.")
    at = Given[datetime]("When the receiver had it.")


@final
class WebhookEvent(ModelWithExtra):
    """An event that was posted to you, and whose signature is right."""

    id = Given[str]("The header `webhook-id`: the same each time the event is posted.")
    type = Field[str]("What has happened: `instance.linked`.")
    timestamp = Field[datetime]("When it happened, or was noticed.")
    data = Field[dict[str, Any]]("What has changed, as `watch` tells it, without tokens.")


@final
class InstanceCost(ModelWithExtra):
    """What one instance costs."""

    id_instance = Given[int]("The instance's id.")
    name = Field[str]("Its name.")
    tariff = Field[str]("Its plan, such as PARTNER_23.")
    time_created = Field[datetime]("When it was created.")
    time_deleted = Field[datetime]("When it was deleted; nothing while it lives.")
    days = Given[int]("How many days it is charged for.")
    price_per_day = Field[Decimal]("What a day of it costs; nothing where nobody has said.")
    cost = Field[Decimal]("What its days cost; nothing where a day has no price.")
    next_charge_at = Field[datetime]("When it is charged again; nothing where it is not.")
    note = Field[str]("Why days or cost are less than they may be, or nothing.")


@final
class DayCost(ModelWithExtra):
    """What one day costs."""

    date = Given[Day]("The day, of UTC+3.")
    instances = Given[int]("How many instances are charged for it.")
    cost = Given[Decimal]("What they cost, as far as they have a price.")
    complete = Given[bool]("Whether that is all: each has a price, and none may be missing.")


@final
class MonthCost(ModelWithExtra):
    """What one month costs."""

    month = Given[str]("The month, as 2026-11.")
    days = Given[int]("How many days are charged, of all instances together.")
    cost = Given[Decimal]("What they cost, as far as they have a price.")
    complete = Given[bool]("Whether that is all so far: each has a price, and none may be missing.")


@final
class PrefixCost(ModelWithExtra):
    """What the instances cost whose names begin alike."""

    prefix = Given[str]("What stands before the first separator of their names.")
    instances = Given[int]("How many of them are charged.")
    days = Given[int]("How many days are charged, of all of them together.")
    cost = Given[Decimal]("What they cost, as far as they have a price.")
    complete = Given[bool]("Whether each of them has a price, and its days are known.")


@final
class Waste(ModelWithExtra):
    """An instance that is charged, and that nobody may be using."""

    id_instance = Given[int]("The instance's id.")
    name = Field[str]("Its name.")
    why = Given[WasteReason](
        "Why it is listed: neverLinked, idle, or unknown where nobody knows whether a phone is linked."
    )
    idle_days = Field[int]("For how many whole days no phone is linked: since the last one, or since its creation.")
    days = Given[int]("How many of its charged days were without a phone; where that is unknown, all of them.")
    cost = Field[Decimal]("What these days cost; nothing where a day has no price.")


@final
class Saving(ModelWithExtra):
    """What is not charged if some instances are deleted in time."""

    instances = Given[int]("How many of those named are charged at the next midnight.")
    before = Given[datetime]("Until when to delete them: the next midnight of UTC+3.")
    per_day = Given[Decimal]("What a day of all of them costs, as far as they have a price.")
    next_charge = Given[Decimal]("What is saved at the next midnight.")
    to_month_end = Given[Decimal]("What is saved at the midnights that are left in the month of UTC+3.")
    complete = Given[bool]("Whether each of them has a price.")
    ignored = Given[list[int]]("The ids that are not counted: unknown, gone, or not partner billing.")


# --- end of what is generated ---


Which: TypeAlias = SupportsIndex | str | WithId | Inspection | BulkItem | Change | InstanceCost | Waste
"""An instance: its id, or what has it. (Pyright does not see that a field of a model is a property.)"""
