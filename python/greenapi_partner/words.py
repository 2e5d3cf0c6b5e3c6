"""Words that a text of upstream's or of this package can be: a type for each kind, and its constants."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, final

# --- generated: names of words ---
__all__ = [
    "BulkStatus",
    "BulkStatuses",
    "ChangeKind",
    "ChangeKinds",
    "DuplicatePlan",
    "DuplicatePlans",
    "ErrorCode",
    "ErrorCodes",
    "InspectionGroup",
    "InspectionGroups",
    "StateInstance",
    "StateInstances",
    "TypeInstance",
    "TypeInstances",
    "WasteReason",
    "WasteReasons",
]
# --- end of what is generated ---

# --- generated: words ---
StateInstance: TypeAlias = Literal[
    "notAuthorized",
    "authorized",
    "blocked",
    "sleepMode",
    "starting",
    "yellowCard",
    "suspended",
    "pendingPassword",
    "pendingCode",
]
"""An authorization state. Upstream may have others."""


@final
class StateInstances:
    """An authorization state. Upstream may have others."""

    NOT_AUTHORIZED: Final = "notAuthorized"
    AUTHORIZED: Final = "authorized"
    BLOCKED: Final = "blocked"
    SLEEP_MODE: Final = "sleepMode"
    STARTING: Final = "starting"
    YELLOW_CARD: Final = "yellowCard"
    SUSPENDED: Final = "suspended"
    PENDING_PASSWORD: Final = "pendingPassword"
    PENDING_CODE: Final = "pendingCode"


TypeInstance: TypeAlias = Literal["whatsapp", "telegram", "v3"]
"""A messenger; `v3` is MAX. Upstream may have others."""


@final
class TypeInstances:
    """A messenger; `v3` is MAX. Upstream may have others."""

    WHATSAPP: Final = "whatsapp"
    TELEGRAM: Final = "telegram"
    V3: Final = "v3"


InspectionGroup: TypeAlias = Literal["linked", "waiting", "starting", "restricted", "expired", "unreachable"]
"""What to do about an instance: see `inspect`."""


@final
class InspectionGroups:
    """What to do about an instance: see `inspect`."""

    LINKED: Final = "linked"
    WAITING: Final = "waiting"
    STARTING: Final = "starting"
    RESTRICTED: Final = "restricted"
    EXPIRED: Final = "expired"
    UNREACHABLE: Final = "unreachable"


DuplicatePlan: TypeAlias = Literal["keep", "delete", "leave"]
"""What a clean-up does with one of several instances of a name."""


@final
class DuplicatePlans:
    """What a clean-up does with one of several instances of a name."""

    KEEP: Final = "keep"
    DELETE: Final = "delete"
    LEAVE: Final = "leave"


BulkStatus: TypeAlias = Literal["done", "failed", "skipped", "not_kept", "unknown", "planned", "waiting", "underWay"]
"""What has become of an item of a run."""


@final
class BulkStatuses:
    """What has become of an item of a run."""

    DONE: Final = "done"
    FAILED: Final = "failed"
    SKIPPED: Final = "skipped"
    NOT_KEPT: Final = "not_kept"
    UNKNOWN: Final = "unknown"
    PLANNED: Final = "planned"
    WAITING: Final = "waiting"
    UNDER_WAY: Final = "underWay"


ChangeKind: TypeAlias = Literal["created", "deleted", "renamed", "tokenChanged", "stateChanged", "expired"]
"""What has changed."""


@final
class ChangeKinds:
    """What has changed."""

    CREATED: Final = "created"
    DELETED: Final = "deleted"
    RENAMED: Final = "renamed"
    TOKEN_CHANGED: Final = "tokenChanged"
    STATE_CHANGED: Final = "stateChanged"
    EXPIRED: Final = "expired"


WasteReason: TypeAlias = Literal["neverLinked", "idle", "unknown"]
"""Why an instance is listed as waste."""


@final
class WasteReasons:
    """Why an instance is listed as waste."""

    NEVER_LINKED: Final = "neverLinked"
    IDLE: Final = "idle"
    UNKNOWN: Final = "unknown"


ErrorCode: TypeAlias = Literal[
    "configuration",
    "invalid_request",
    "unauthorized",
    "not_found",
    "not_ready",
    "not_authorized",
    "already_authorized",
    "suspended",
    "expired",
    "no_capacity",
    "refused",
    "rate_limited",
    "quota_exceeded",
    "limit_exceeded",
    "unavailable",
    "timeout",
    "outcome_unknown",
    "qr_expired",
    "protocol",
]
"""What to do about an error, the same in every language."""


@final
class ErrorCodes:
    """What to do about an error, the same in every language."""

    CONFIGURATION: Final = "configuration"
    INVALID_REQUEST: Final = "invalid_request"
    UNAUTHORIZED: Final = "unauthorized"
    NOT_FOUND: Final = "not_found"
    NOT_READY: Final = "not_ready"
    NOT_AUTHORIZED: Final = "not_authorized"
    ALREADY_AUTHORIZED: Final = "already_authorized"
    SUSPENDED: Final = "suspended"
    EXPIRED: Final = "expired"
    NO_CAPACITY: Final = "no_capacity"
    REFUSED: Final = "refused"
    RATE_LIMITED: Final = "rate_limited"
    QUOTA_EXCEEDED: Final = "quota_exceeded"
    LIMIT_EXCEEDED: Final = "limit_exceeded"
    UNAVAILABLE: Final = "unavailable"
    TIMEOUT: Final = "timeout"
    OUTCOME_UNKNOWN: Final = "outcome_unknown"
    QR_EXPIRED: Final = "qr_expired"
    PROTOCOL: Final = "protocol"


# --- end of what is generated ---
