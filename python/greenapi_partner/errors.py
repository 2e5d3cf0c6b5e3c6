"""Every error of the package, one class per code. Catch the class, or look at `code`.

    Exception
    └── GreenApiError
        ├── ConfigurationError
        ├── InvalidRequestError
        ├── UnauthorizedError
        ├── NotFoundError
        ├── NotReadyError
        ├── NotAuthorizedError
        ├── AlreadyAuthorizedError
        ├── SuspendedError
        ├── ExpiredError
        ├── NoCapacityError
        ├── RefusedError
        ├── RateLimitedError
        ├── QuotaExceededError
        ├── LimitExceededError
        ├── UnavailableError
        ├── RequestTimeoutError (also a TimeoutError)
        ├── OutcomeUnknownError
        ├── QrExpiredError
        └── ProtocolError

No message, field, traceback or pickle of them holds a token.
"""


class GreenApiError(Exception):
    """The base of every error of this package.

    Attributes:
        code: what to decide by, the same in every language: `"outcome_unknown"`.
        operation: the upstream method that failed, in upstream's word: `"createInstance"`.
        status: the HTTP status of the answer, if there was one. Upstream also refuses with 200.
        description: upstream's own words, if it had any.
        retryable: whether the same call may simply be made again later.
        retry_after: seconds that upstream asks to wait before the next try, if it said so.
    """

    code: str = "unknown"
    retryable: bool = False

    def __init__(
        self,
        message: str,
        *,
        operation: str | None = None,
        status: int | None = None,
        description: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.operation = operation
        self.status = status
        self.description = description
        self.retry_after = retry_after


class ConfigurationError(GreenApiError):
    """No token, a bad URL, plain http, an untrusted certificate, a proxy's 407, a redirect, HTTP 404, a closed client.

    What to do: fix the set-up.
    """

    code = "configuration"


class InvalidRequestError(GreenApiError):
    """Refused before sending, or by upstream with 400.

    What to do: fix the arguments.
    """

    code = "invalid_request"


class UnauthorizedError(GreenApiError):
    """Upstream knows no such token, or not for this URL.

    What to do: fix the token, the id or the URL.
    """

    code = "unauthorized"


class NotFoundError(GreenApiError):
    """No such instance, or it is deleted: upstream's word or the list's, never an HTTP 404.

    What to do: stop.
    """

    code = "not_found"


class NotReadyError(GreenApiError):
    """The instance is still being created, starting or rebooting.

    What to do: wait.
    """

    code = "not_ready"
    retryable = True


class NotAuthorizedError(GreenApiError):
    """No phone is linked.

    What to do: show a QR code.
    """

    code = "not_authorized"


class AlreadyAuthorizedError(GreenApiError):
    """A QR code was asked of a linked instance.

    What to do: log out first.
    """

    code = "already_authorized"


class SuspendedError(GreenApiError):
    """The account is suspended, blocked or has a yellow card.

    What to do: look at the account.
    """

    code = "suspended"


class ExpiredError(GreenApiError):
    """The instance is unpaid.

    What to do: renew it.
    """

    code = "expired"


class NoCapacityError(GreenApiError):
    """Upstream has no free instances just now; nothing was created.

    What to do: try later.
    """

    code = "no_capacity"
    retryable = True


class RefusedError(GreenApiError):
    """Upstream understood and said no.

    What to do: read the description.
    """

    code = "refused"


class RateLimitedError(GreenApiError):
    """Too many requests, also after the retries.

    What to do: wait as long as retry_after says.
    """

    code = "rate_limited"
    retryable = True


class QuotaExceededError(GreenApiError):
    """The plan's monthly quota is used up.

    What to do: change the plan.
    """

    code = "quota_exceeded"


class LimitExceededError(GreenApiError):
    """A guard that the caller had set, or a run that would delete every live instance.

    What to do: look at the plan.
    """

    code = "limit_exceeded"


class UnavailableError(GreenApiError):
    """Could not connect, or 5xx or a cut reply, also after the retries; repeating is safe.

    What to do: try later.
    """

    code = "unavailable"
    retryable = True


class RequestTimeoutError(GreenApiError, TimeoutError):
    """The call's time is up; repeating is safe.

    What to do: try again.
    """

    code = "timeout"
    retryable = True


class OutcomeUnknownError(GreenApiError):
    """Sent, but no usable answer came, and repeating it could bill, send or rotate twice.

    What to do: look, then decide.
    """

    code = "outcome_unknown"


class QrExpiredError(GreenApiError):
    """The window closed before the code was scanned.

    What to do: ask again.
    """

    code = "qr_expired"
    retryable = True


class ProtocolError(GreenApiError):
    """An answer that no document describes, or one larger than `max_response_size`.

    What to do: report it.
    """

    code = "protocol"


def _from_core(
    code: str,
    message: str,
    operation: str | None,
    status: int | None,
    description: str | None,
    retry_after: float | None,
    reasons: list[str],
) -> GreenApiError:
    """The exception for an error of core, with the reasons below it chained as causes."""
    build = _CLASSES.get(code, GreenApiError)
    error = build(message, operation=operation, status=status, description=description, retry_after=retry_after)
    if build is GreenApiError:
        error.code = code
    error.__cause__ = _chain(reasons, ConnectionError if code in _OF_THE_CONNECTION else ValueError)
    return error


def _chain(reasons: list[str], kind: type[Exception]) -> Exception | None:
    below: Exception | None = None
    for reason in reversed(reasons):
        cause = kind(reason)
        cause.__cause__ = below
        below = cause
    return below


_CLASSES = {kind.code: kind for kind in GreenApiError.__subclasses__()}
_OF_THE_CONNECTION = {"unavailable", "timeout", "outcome_unknown"}

__all__ = [
    "AlreadyAuthorizedError",
    "ConfigurationError",
    "ExpiredError",
    "GreenApiError",
    "InvalidRequestError",
    "LimitExceededError",
    "NoCapacityError",
    "NotAuthorizedError",
    "NotFoundError",
    "NotReadyError",
    "OutcomeUnknownError",
    "ProtocolError",
    "QrExpiredError",
    "QuotaExceededError",
    "RateLimitedError",
    "RefusedError",
    "RequestTimeoutError",
    "SuspendedError",
    "UnauthorizedError",
    "UnavailableError",
]
