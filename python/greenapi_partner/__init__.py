"""The client that GREEN-API partners wish they had: create, list and delete instances, and never pay for one twice.

    from greenapi_partner import PartnerClient

    with PartnerClient() as partner:  # the token is in GREENAPI_PARTNER_TOKEN
        created = partner.create_instance(name="shop-42")
        print(created.id_instance)

`AsyncPartnerClient` has the same methods for asyncio. Every error is a `GreenApiError`; `greenapi_partner.errors` draws
the tree. `greenapi_partner.testing` has a server to test against.
"""

from collections.abc import Sequence

from ._native import (
    AsyncPartnerClient,
    CreatedInstance,
    Instance,
    Instances,
    PartnerClient,
    __version__,
)
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

Sequence.register(Instances)
del Sequence

__all__ = [
    "AlreadyAuthorizedError",
    "AsyncPartnerClient",
    "ConfigurationError",
    "CreatedInstance",
    "ExpiredError",
    "GreenApiError",
    "Instance",
    "Instances",
    "InvalidRequestError",
    "LimitExceededError",
    "NoCapacityError",
    "NotAuthorizedError",
    "NotFoundError",
    "NotReadyError",
    "OutcomeUnknownError",
    "PartnerClient",
    "ProtocolError",
    "QrExpiredError",
    "QuotaExceededError",
    "RateLimitedError",
    "RefusedError",
    "RequestTimeoutError",
    "SuspendedError",
    "UnauthorizedError",
    "UnavailableError",
    "__version__",
]
