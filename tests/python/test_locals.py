"""Reporters of errors print the locals of frames: in those of this package no secret stands when something fails."""

import inspect
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import greenapi_partner
from greenapi_partner import (
    AsyncInstanceClient,
    AsyncPartnerClient,
    GreenApiError,
    InstanceClient,
    PartnerClient,
    parse_notification,
)

CANARY = "canary-of-"
PACKAGE = Path(greenapi_partner.__file__).parent
NOWHERE: dict[str, Any] = {"api_url": "http://127.0.0.1:1", "media_url": "http://127.0.0.1:1", "max_retries": 0}
ID, TOKEN = 1101000042, f"{CANARY}the-token"

# What is no secret, and numbers, flags and files; any other argument is a text that must not be seen.
PLAIN: dict[str, Any] = {
    "auto_typing": 1,
    "chat_id": "79001234567@c.us",
    "compare_settings": False,
    "concurrency": 1,
    "count": 1,
    "delay_send_messages_milliseconds": 500,
    "delete_all": False,
    "dry_run": False,
    "expect": None,
    "file": b"%PDF-",
    "file_name": "bill.pdf",
    "force": True,
    "history": False,
    "host": "api",
    "id_instance": ID,
    "idle": 0.01,
    "ids": [ID],
    "instances": [ID],
    "interval": 0.01,
    "journal": None,
    "logout": True,
    "max_cost": None,
    "max_deleted": None,
    "max_new": None,
    "method": "getChats",
    "phone": False,
    "phone_number": 79001234567,
    "price_per_day": None,
    "progress": None,
    "quoted_message_id": "BAE5",
    "reapply": False,
    "reboot_after": None,
    "receipt_id": 1,
    "receive_timeout": 1,  # refused: an outage would be waited through without end
    "retry": "safe",
    "retry_unknown": False,
    "settings": False,
    "settle": 0.0,
    "since": None,
    "states": True,
    "type_preview": "large",
    "typing_time": 1000,
    "typing_type": "recording",
    "verb": "POST",
    "verify": False,
    "verify_settings": False,
    "verify_timeout": None,
}
STRUCTURED = {"extra", "json", "query", "custom_preview"}
WITHOUT_CALL = {"close", "aclose", "qr_page_url"}


def value(name: str) -> Any:
    if name in PLAIN:
        return PLAIN[name]
    if name == "specs":
        return [{"name": f"{CANARY}a-spec", "webhook_url_token": f"{CANARY}a-spec"}]
    if name in STRUCTURED:
        return {"new": f"{CANARY}{name}"}
    # Of the settings, these two are texts.
    if name in greenapi_partner.Settings.__dict__ and name not in ("webhook_url", "webhook_url_token"):
        return True
    return f"{CANARY}{name}"


def arguments(method: Callable[..., Any], timeout: Any) -> dict[str, Any]:
    taken = inspect.signature(method).parameters
    return {name: timeout if name == "timeout" else value(name) for name in taken if name != "self"}


def methods(kind: type) -> list[str]:
    public = (name for name in vars(kind) if not name.startswith("_") and name not in WITHOUT_CALL)
    return sorted(name for name in public if callable(inspect.getattr_static(kind, name)))


def ours(error: BaseException | None) -> Iterator[tuple[str, str]]:
    """The frames of the package that an error passed, and all that a reporter prints of them."""
    while error is not None:
        for frame, _ in traceback.walk_tb(error.__traceback__):
            if Path(frame.f_code.co_filename).is_relative_to(PACKAGE):
                yield frame.f_code.co_name, "\n".join(map(printed, frame.f_locals.values()))
        error = error.__cause__ or error.__context__


def printed(local: object) -> str:
    try:
        return repr(local)
    except Exception:  # a client that was not made
        return ""


def assert_nothing_is_seen(error: BaseException) -> None:
    assert CANARY not in "".join(traceback.format_exception(error))
    for name, shown in ours(error):
        assert CANARY not in shown, name


def failure(call: Callable[[], Any]) -> BaseException | None:
    try:
        result = call()
        if isinstance(result, Iterator):
            for item in result:
                # A run tells failures as items.
                assert CANARY not in repr(item)
    except Exception as error:
        return error
    return None


async def async_failure(call: Callable[[], Any]) -> BaseException | None:
    try:
        result = call()
        if isinstance(result, AsyncIterator):
            async for item in result:
                assert CANARY not in repr(item)
        elif inspect.isawaitable(result):
            await result
    except Exception as error:
        return error
    return None


TIMES = [-1.0, "soon", 0.5]
RUNS = {
    "create_instances",
    "delete_instance_accounts",
    "logout_instances",
    "reboot_instances",
    "set_instances_settings",
}


@pytest.mark.parametrize("timeout", TIMES)
@pytest.mark.parametrize("name", methods(InstanceClient))
def test_an_instances_client_keeps_nothing_in_sight(name: str, timeout: Any) -> None:
    method = getattr(InstanceClient(ID, TOKEN, **NOWHERE), name)
    error = failure(lambda: method(**arguments(method, timeout)))
    assert error is not None
    assert_nothing_is_seen(error)


@pytest.mark.parametrize("timeout", TIMES)
@pytest.mark.parametrize("name", methods(AsyncInstanceClient))
async def test_an_asynchronous_one_keeps_nothing_in_sight(name: str, timeout: Any) -> None:
    method = getattr(AsyncInstanceClient(ID, TOKEN, **NOWHERE), name)
    error = await async_failure(lambda: method(**arguments(method, timeout)))
    assert error is not None
    assert_nothing_is_seen(error)


@pytest.mark.parametrize("timeout", TIMES)
@pytest.mark.parametrize("name", sorted(set(methods(PartnerClient)) - {"watch"}))
def test_a_partners_client_keeps_nothing_in_sight(name: str, timeout: Any) -> None:
    method = getattr(PartnerClient(TOKEN, partner_api_url="http://127.0.0.1:1", **NOWHERE), name)
    error = failure(lambda: method(**arguments(method, timeout)))
    assert error is not None or name in {"instance", *RUNS}
    if error is not None:
        assert_nothing_is_seen(error)


@pytest.mark.parametrize("timeout", TIMES)
@pytest.mark.parametrize("name", sorted(set(methods(AsyncPartnerClient)) - {"watch"}))
async def test_an_asynchronous_partners_client_keeps_nothing_in_sight(name: str, timeout: Any) -> None:
    method = getattr(AsyncPartnerClient(TOKEN, partner_api_url="http://127.0.0.1:1", **NOWHERE), name)
    error = await async_failure(lambda: method(**arguments(method, timeout)))
    assert error is not None or name in {"instance", *RUNS}
    if error is not None:
        assert_nothing_is_seen(error)


WRONG: list[dict[str, Any]] = [
    {"api_url": f"https://user:{CANARY}url@host.test"},
    {"media_url": f"https://host.test?token={CANARY}url"},
    {"proxy": f"ftp://user:{CANARY}password@host.test"},
    {"timeout": -1.0},
    {"timeout": "soon"},
    {"max_retries": -1, "proxy": f"http://user:{CANARY}password@host.test"},
    {"ca_file": "/no/such/file"},
]


@pytest.mark.parametrize("wrong", WRONG, ids=range(len(WRONG)))
@pytest.mark.parametrize("kind", [InstanceClient, AsyncInstanceClient, PartnerClient, AsyncPartnerClient])
def test_a_constructor_keeps_nothing_in_sight(kind: Any, wrong: dict[str, Any]) -> None:
    known = (ID, TOKEN) if "Instance" in kind.__name__ else (TOKEN,)
    error = failure(lambda: kind(*known, **wrong))
    assert error is not None
    assert_nothing_is_seen(error)
    error = failure(lambda: kind(*known[:-1], f"{TOKEN} and\nmore"))
    assert isinstance(error, GreenApiError)
    assert_nothing_is_seen(error)


@pytest.mark.parametrize("header", [None, "Bearer guess", f"Bearer {TOKEN}", "\udcff"])
@pytest.mark.parametrize(
    "body",
    [b"", "{", {"typeWebhook": object()}, [], {"typeWebhook": 7, "text": CANARY}],
    ids=["empty", "cut", "no JSON", "a list", "no text"],
)
def test_a_webhook_keeps_nothing_in_sight(header: str | None, body: Any) -> None:
    error = failure(lambda: parse_notification(body, header, TOKEN))
    assert isinstance(error, GreenApiError)
    assert_nothing_is_seen(error)


def test_the_frames_of_a_caller_are_not_ours() -> None:
    """What is looked at here are frames; of a failing call there are some."""
    error = failure(lambda: InstanceClient(ID, TOKEN, **NOWHERE).send_authorization_password("…", timeout=-1.0))
    assert [name for name, _ in ours(error)] == ["send_authorization_password"]
