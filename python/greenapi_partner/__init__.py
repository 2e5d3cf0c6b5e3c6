"""The client that GREEN-API partners wish they had: create, list and delete instances, and never pay for one twice.

    from greenapi_partner import PartnerClient, show_in_terminal

    with PartnerClient() as partner:  # the token is in GREENAPI_PARTNER_TOKEN
        created = partner.create_instance(name="shop-42")
        print(created.id_instance)
        show_in_terminal(partner.onboard(name="shop-42"))  # the QR code to scan
        partner.instance(created).send_message("79001234567@c.us", "Hello")

`AsyncPartnerClient` has the same methods for asyncio; `InstanceClient` and `AsyncInstanceClient` are of one instance.
Every error is a `GreenApiError`; `greenapi_partner.errors` draws the tree. `greenapi_partner.testing` has a server to
test against.
"""

from ._native import (
    AsyncPartnerClient,
    Billing,
    CreatedInstance,
    EnsuredInstance,
    Instance,
    Instances,
    Ledger,
    PartnerClient,
    QrCode,
    __version__,
)

# --- generated: imported errors ---
from .errors import (
    AlreadyAuthorizedError,
    ConfigurationError,
    ExpiredError,
    GreenApiError,
    InvalidRequestError,
    LimitExceededError,
    NoCapacityError,
    NotAuthorizedError,
    NotFoundError,
    NotReadyError,
    OutcomeUnknownError,
    ProtocolError,
    QrExpiredError,
    QuotaExceededError,
    RateLimitedError,
    RefusedError,
    RequestTimeoutError,
    SuspendedError,
    UnauthorizedError,
    UnavailableError,
)

# --- end of what is generated ---

TYPE_CHECKING = False
if TYPE_CHECKING:
    # --- generated: imported later ---
    from .contents import (
        AnyContent,
        ButtonReplyContent,
        ButtonsContent,
        ContactContent,
        ContactsContent,
        Content,
        DeletedContent,
        EditedContent,
        FileContent,
        GroupInviteContent,
        InteractiveButtonsContent,
        ListContent,
        LocationContent,
        OrderContent,
        PollContent,
        PollUpdateContent,
        ProductContent,
        ReactionContent,
        TemplateContent,
        TextContent,
        UnknownContent,
    )
    from .events import (
        AuthorizationCode,
        Authorized,
        Created,
        Event,
        PasskeyRequired,
        PasswordNeeded,
        SettingsNotKept,
        Waiting,
    )
    from .fleet import (
        BulkItem,
        Change,
        DayCost,
        Inspection,
        InstanceCost,
        MonthCost,
        PrefixCost,
        Progress,
        Saving,
        Waste,
    )
    from .instance import InstanceClient, qr_page_url
    from .instance_async import AsyncInstanceClient
    from .iterators import AsyncEvents, AsyncNotifications, Events, Notifications
    from .models import AccountSettings, CheckedAccount, ProfilePicture, SentMessage, Settings, StateChange, WaSettings
    from .notifications import (
        AnyNotification,
        AvatarInfo,
        DeviceInfo,
        IncomingBlock,
        IncomingCall,
        IncomingMessageReceived,
        MessageNotification,
        Notification,
        OutgoingApiMessageReceived,
        OutgoingCall,
        OutgoingMessageReceived,
        OutgoingMessageStatus,
        QuotaExceeded,
        StateInstanceChanged,
        StatusInstanceChanged,
        UnknownNotification,
        UnreadableNotification,
        parse_notification,
    )
    from .run import AsyncBulkRun, AsyncRun, BulkRun, Run
    from .table import Table
    from .terminal import show_in_terminal
    from .watch import AsyncWatch, Watch
    # --- end of what is generated ---


# --- generated: names ---
__all__ = [
    "AccountSettings",
    "AlreadyAuthorizedError",
    "AnyContent",
    "AnyNotification",
    "AsyncBulkRun",
    "AsyncEvents",
    "AsyncInstanceClient",
    "AsyncNotifications",
    "AsyncPartnerClient",
    "AsyncRun",
    "AsyncWatch",
    "AuthorizationCode",
    "Authorized",
    "AvatarInfo",
    "Billing",
    "BulkItem",
    "BulkRun",
    "ButtonReplyContent",
    "ButtonsContent",
    "Change",
    "CheckedAccount",
    "ConfigurationError",
    "ContactContent",
    "ContactsContent",
    "Content",
    "Created",
    "CreatedInstance",
    "DayCost",
    "DeletedContent",
    "DeviceInfo",
    "EditedContent",
    "EnsuredInstance",
    "Event",
    "Events",
    "ExpiredError",
    "FileContent",
    "GreenApiError",
    "GroupInviteContent",
    "IncomingBlock",
    "IncomingCall",
    "IncomingMessageReceived",
    "Inspection",
    "Instance",
    "InstanceClient",
    "InstanceCost",
    "Instances",
    "InteractiveButtonsContent",
    "InvalidRequestError",
    "Ledger",
    "LimitExceededError",
    "ListContent",
    "LocationContent",
    "MessageNotification",
    "MonthCost",
    "NoCapacityError",
    "NotAuthorizedError",
    "NotFoundError",
    "NotReadyError",
    "Notification",
    "Notifications",
    "OrderContent",
    "OutcomeUnknownError",
    "OutgoingApiMessageReceived",
    "OutgoingCall",
    "OutgoingMessageReceived",
    "OutgoingMessageStatus",
    "PartnerClient",
    "PasskeyRequired",
    "PasswordNeeded",
    "PollContent",
    "PollUpdateContent",
    "PrefixCost",
    "ProductContent",
    "ProfilePicture",
    "Progress",
    "ProtocolError",
    "QrCode",
    "QrExpiredError",
    "QuotaExceeded",
    "QuotaExceededError",
    "RateLimitedError",
    "ReactionContent",
    "RefusedError",
    "RequestTimeoutError",
    "Run",
    "Saving",
    "SentMessage",
    "Settings",
    "SettingsNotKept",
    "StateChange",
    "StateInstanceChanged",
    "StatusInstanceChanged",
    "SuspendedError",
    "Table",
    "TemplateContent",
    "TextContent",
    "UnauthorizedError",
    "UnavailableError",
    "UnknownContent",
    "UnknownNotification",
    "UnreadableNotification",
    "WaSettings",
    "Waiting",
    "Waste",
    "Watch",
    "__version__",
    "parse_notification",
    "qr_page_url",
    "show_in_terminal",
]
# --- end of what is generated ---

# --- generated: modules of names ---
_LATER = {
    "AccountSettings": "models",
    "AnyContent": "contents",
    "AnyNotification": "notifications",
    "AsyncBulkRun": "run",
    "AsyncEvents": "iterators",
    "AsyncInstanceClient": "instance_async",
    "AsyncNotifications": "iterators",
    "AsyncRun": "run",
    "AsyncWatch": "watch",
    "AuthorizationCode": "events",
    "Authorized": "events",
    "AvatarInfo": "notifications",
    "BulkItem": "fleet",
    "BulkRun": "run",
    "ButtonReplyContent": "contents",
    "ButtonsContent": "contents",
    "Change": "fleet",
    "CheckedAccount": "models",
    "ContactContent": "contents",
    "ContactsContent": "contents",
    "Content": "contents",
    "Created": "events",
    "DayCost": "fleet",
    "DeletedContent": "contents",
    "DeviceInfo": "notifications",
    "EditedContent": "contents",
    "Event": "events",
    "Events": "iterators",
    "FileContent": "contents",
    "GroupInviteContent": "contents",
    "IncomingBlock": "notifications",
    "IncomingCall": "notifications",
    "IncomingMessageReceived": "notifications",
    "Inspection": "fleet",
    "InstanceClient": "instance",
    "InstanceCost": "fleet",
    "InteractiveButtonsContent": "contents",
    "ListContent": "contents",
    "LocationContent": "contents",
    "MessageNotification": "notifications",
    "MonthCost": "fleet",
    "Notification": "notifications",
    "Notifications": "iterators",
    "OrderContent": "contents",
    "OutgoingApiMessageReceived": "notifications",
    "OutgoingCall": "notifications",
    "OutgoingMessageReceived": "notifications",
    "OutgoingMessageStatus": "notifications",
    "PasskeyRequired": "events",
    "PasswordNeeded": "events",
    "PollContent": "contents",
    "PollUpdateContent": "contents",
    "PrefixCost": "fleet",
    "ProductContent": "contents",
    "ProfilePicture": "models",
    "Progress": "fleet",
    "QuotaExceeded": "notifications",
    "ReactionContent": "contents",
    "Run": "run",
    "Saving": "fleet",
    "SentMessage": "models",
    "Settings": "models",
    "SettingsNotKept": "events",
    "StateChange": "models",
    "StateInstanceChanged": "notifications",
    "StatusInstanceChanged": "notifications",
    "Table": "table",
    "TemplateContent": "contents",
    "TextContent": "contents",
    "UnknownContent": "contents",
    "UnknownNotification": "notifications",
    "UnreadableNotification": "notifications",
    "WaSettings": "models",
    "Waiting": "events",
    "Waste": "fleet",
    "Watch": "watch",
    "parse_notification": "notifications",
    "qr_page_url": "instance",
    "show_in_terminal": "terminal",
}
# --- end of what is generated ---
"""What is imported when it is first touched, and from where: a program that lists instances starts without it."""


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(__import__(f"{__name__}.{_LATER[name]}", fromlist=[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
