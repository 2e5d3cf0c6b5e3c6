"""Reporters of errors print the locals of frames: in those of this package no secret stands when something fails."""

import importlib
import inspect
import io
import pkgutil
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import put_in

import greenapi_partner
from greenapi_partner import (
    AsyncInstanceClient,
    AsyncPartnerClient,
    GreenApiError,
    InstanceClient,
    Ledger,
    PartnerClient,
    Table,
    parse_notification,
    qr_page_url,
    show_in_terminal,
)
from greenapi_partner.testing import MockServer

CANARY = "canary-of-"
PACKAGE = Path(greenapi_partner.__file__).parent
NOWHERE: dict[str, Any] = {"api_url": "http://127.0.0.1:1", "media_url": "http://127.0.0.1:1", "max_retries": 0}
ID, TOKEN = 1101000042, f"{CANARY}the-token"

# What is no secret, and numbers, flags and files; any other argument is a text that must not be seen.
PLAIN: dict[str, Any] = {
    "after_collection_id": "25790827003925602",
    "after_product": "QVFI",
    "allow_participants_edit_group_settings": True,
    "allow_participants_send_messages": True,
    "archive": True,
    "archive_chat": True,
    "auto_typing": 1,
    "background_color": "#228B22",
    "chat_id": "79001234567@c.us",
    "chat_id_from": "79007654321@c.us",
    "chat_ids": ["79001112233@c.us"],
    "collection_id": "25790827003925602",
    "collection_limit": 5,
    "compare_settings": False,
    "concurrency": 1,
    "count": 1,
    "days": 1,
    "delay_send_messages_milliseconds": 500,
    "delete_all": False,
    "dry_run": False,
    "ephemeral_expiration": 86400,
    "expect": None,
    "file_name": "bill.pdf",
    "font": "SERIF",
    "force": True,
    "group": True,
    "group_id": "120363000000000001@g.us",
    "history": False,
    "host": "api",
    "id": ID,
    "include_unlinked": False,
    "id_instance": ID,
    "id_message": "BAE5",
    "idle": 0.01,
    "ids": [ID],
    "instances": [ID],
    "interval": 0.01,
    "journal": None,
    "logout": True,
    "max_cost": None,
    "max_deleted": None,
    "max_new": None,
    "max_size": 1,
    "message_minutes": 60,
    "messages": ["BAE5"],
    "method": "getChats",
    "minutes": 5,
    "moment": "2026-11-22T10:00:00Z",
    "multiple_answers": False,
    "only_sender_delete": False,
    "open": 1,
    "order_id": "1292422363001382",
    "outcome": "answered",
    "participant_chat_id": "79001112233@c.us",
    "participants": ["79001112233@c.us"],
    "path": "bill.pdf",
    "phone": False,
    "phone_number": 79001234567,
    "plain_http": True,
    "prefixes": ["shop"],
    "price_per_day": None,
    "product_id": "26437451389197252",
    "product_ids": ["26437451389197252"],
    "product_limit": 5,
    "progress": None,
    "quoted_message_id": "BAE5",
    "reapply": False,
    "reboot_after": None,
    "receipt_id": 1,
    "receive_timeout": 1,  # refused: an outage would be waited through without end
    "retry": "safe",
    "retry_unknown": False,
    "save_in_addressbook": True,
    "seconds": 1,
    "seed": 1,
    "seller_jid": "79001234567@c.us",
    "settings": False,
    "settle": 0.0,
    "since": None,
    "state": "starting",
    "states": True,
    "total": 1,
    "type_preview": "large",
    "typing_time": 1000,
    "typing_type": "recording",
    "used": 1,
    "verb": "POST",
    "verify": False,
    "verify_settings": False,
    "verify_timeout": None,
}
STRUCTURED = {"contact", "extra", "json", "query", "custom_preview", "faults", "body"}
QUIET = {"close", "aclose", "qr_page_url"}


def value(name: str) -> Any:
    if name in PLAIN:
        return PLAIN[name]
    if name == "file":
        return f"{CANARY}file".encode()
    if name == "specs":
        return [{"name": f"{CANARY}a-spec", "webhook_url_token": f"{CANARY}a-spec"}]
    if name == "shares":
        return (0.5, {"body": f"{CANARY}{name}"})
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
    public = (name for name in vars(kind) if not name.startswith("_") and name not in QUIET)
    return sorted(name for name in public if callable(inspect.getattr_static(kind, name)))


def ours(error: BaseException | None) -> Iterator[tuple[str, str]]:
    """The frames of the package that an error passed, and all that a reporter prints of them."""
    while error is not None:
        for frame, _ in traceback.walk_tb(error.__traceback__):
            if Path(frame.f_code.co_filename).is_relative_to(PACKAGE):
                yield frame.f_code.co_name, "\n".join(map(repr, frame.f_locals.values()))
        error = error.__cause__ or error.__context__


def assert_nothing_is_seen(error: BaseException, *secrets: str | None) -> None:
    told = [("the error", "".join(traceback.format_exception(error)))]
    for name, shown in [*told, *ours(error)]:
        for secret in (CANARY, *filter(None, secrets)):
            assert secret not in shown, name


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


async def either_failure(call: Callable[[], Any]) -> BaseException | None:
    """Of a call that is waited for or awaited."""
    try:
        result = call()
    except Exception as error:
        return error
    return failure(lambda: result) if isinstance(result, Iterator) else await async_failure(lambda: result)


TIMES = [-1.0, "soon", 0.5]
RUNS = {
    "create_instances",
    "delete_duplicates",
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


@pytest.mark.parametrize(
    "header",
    [None, "Bearer guess", f"Bearer {TOKEN}", "\udcff"],
    ids=["no header", "a guess", "the token", "half a character"],
)
@pytest.mark.parametrize(
    "body",
    [b"", "{", {"typeWebhook": object()}, [], {"typeWebhook": 7, "text": CANARY}],
    ids=["empty", "cut", "no JSON", "a list", "no text"],
)
def test_a_webhook_keeps_nothing_in_sight(header: str | None, body: Any) -> None:
    error = failure(lambda: parse_notification(body, header, TOKEN))
    assert isinstance(error, GreenApiError)
    assert_nothing_is_seen(error)


@pytest.mark.parametrize("name", sorted(QUIET))
@pytest.mark.parametrize("kind", [InstanceClient, AsyncInstanceClient])
async def test_what_asks_nobody_keeps_nothing_in_sight(kind: Any, name: str) -> None:
    if not hasattr(kind, name):
        return
    method = getattr(kind(ID, TOKEN, **NOWHERE), name)
    error = await async_failure(lambda: method(f"{CANARY}too-many"))
    assert isinstance(error, TypeError)
    assert_nothing_is_seen(error)
    not_made = kind.__new__(kind)
    error = await async_failure(lambda: getattr(not_made, name)())
    assert isinstance(error, AttributeError)
    assert_nothing_is_seen(error)


@pytest.mark.parametrize(
    "wrong", [{"since": f"{CANARY}snapshot"}, {"since": [f"{CANARY}snapshot"]}, {"interval": "soon"}]
)
@pytest.mark.parametrize("kind", [PartnerClient, AsyncPartnerClient])
async def test_a_watch_keeps_nothing_in_sight(kind: Any, wrong: dict[str, Any], mock: MockServer) -> None:
    error = await either_failure(lambda: kind(TOKEN, partner_api_url=mock.url).watch(**wrong))
    assert error is not None
    assert_nothing_is_seen(error)


@pytest.mark.parametrize("kind", [PartnerClient, AsyncPartnerClient])
async def test_a_watch_under_way_keeps_nothing_in_sight(kind: Any, mock: MockServer) -> None:
    _, token = put_in(mock)
    changes = kind(mock.partner_token, partner_api_url=mock.url, api_url=mock.url).watch(interval=0.01)
    mock.faults("getInstances", {"named": "unauthorized", "times": -1})
    error = await either_failure(lambda: changes)
    assert isinstance(error, GreenApiError)
    assert_nothing_is_seen(error, mock.partner_token, token)
    assert [name for name, _ in ours(error)] == ["__next__" if isinstance(changes, Iterator) else "__anext__"]


def test_a_ledger_keeps_nothing_in_sight(tmp_path: Path) -> None:
    strange: Any = {"api_token_instance": TOKEN}
    with Ledger(tmp_path / "a.ledger") as ledger:
        for call in (
            lambda: Ledger(tmp_path / "no such folder" / "a.ledger"),
            lambda: ledger.record(strange),
            lambda: ledger.record_inspections([strange]),
            lambda: ledger.billing(price_per_day=strange),
            lambda: ledger.billing(**strange),
            lambda: ledger.close(strange),
        ):
            error = failure(call)
            assert error is not None
            assert_nothing_is_seen(error)


def test_what_is_drawn_keeps_no_code_in_sight(mock: MockServer, shop: InstanceClient) -> None:
    """Whether the flow fails, or what it is drawn on."""
    by_number = next(event for event in shop.authorize(phone_number=79001234567) if event.type == "authorizationCode")
    by_camera = next(event for event in shop.authorize() if event.type == "qrCode")
    for event, secrets in ((by_number, [by_number.code]), (by_camera, [by_camera.text, by_camera.data_url])):
        for broken in (False, True):
            error = failure(lambda: show_in_terminal(cut_after(event), Screen(broken=broken)))  # noqa: B023
            assert isinstance(error, OSError)
            assert_nothing_is_seen(error, *secrets)
            assert [name for name, _ in ours(error)][:2] == ["show_in_terminal", "all_of"]


async def test_what_is_drawn_asynchronously_keeps_no_code_in_sight(mock: MockServer, shop: InstanceClient) -> None:
    event = next(event for event in shop.authorize(phone_number=79001234567) if event.type == "authorizationCode")

    async def events() -> AsyncIterator[Any]:
        for one in cut_after(event):
            yield one

    for broken in (False, True):
        error = await async_failure(lambda: show_in_terminal(events(), Screen(broken=broken)))  # noqa: B023
        assert isinstance(error, OSError)
        assert_nothing_is_seen(error, event.code)
        assert "all_of_async" in [name for name, _ in ours(error)]


def cut_after(event: Any) -> Iterator[Any]:
    yield event
    raise OSError("cut")


class Screen(io.StringIO):
    def __init__(self, *, broken: bool) -> None:
        super().__init__()
        self._broken = broken

    def write(self, text: str) -> int:
        if self._broken:
            raise OSError("broken")
        return super().write(text)


@pytest.mark.parametrize("id_instance", ["abc", 0, None])
def test_the_link_of_a_page_keeps_nothing_in_sight(id_instance: Any) -> None:
    error = failure(lambda: qr_page_url(id_instance, TOKEN))
    assert error is not None
    assert_nothing_is_seen(error)


def test_a_data_frame_keeps_nothing_in_sight(mock: MockServer, partner: PartnerClient) -> None:
    pytest.importorskip("pandas", reason="data frames are installed on one Python only")
    _, token = put_in(mock)
    for rows in (partner.get_instances(), partner.inspect().collect()):
        error = failure(lambda: rows.to_pandas(include_tokens=True, zone="Nowhere/At all"))  # noqa: B023
        assert isinstance(error, ValueError)
        assert_nothing_is_seen(error, token)


def test_a_table_of_something_else_keeps_nothing_in_sight() -> None:
    strange: Any = [{"api_token_instance": TOKEN}]
    error = failure(lambda: Table(strange))
    assert isinstance(error, TypeError)
    assert_nothing_is_seen(error)


FILES: list[Any] = [
    f"{CANARY}file".encode(),
    bytearray(f"{CANARY}file".encode()),
    io.StringIO(f"{CANARY}file"),
    [f"{CANARY}file"],
    {f"{CANARY}file": 1},
]


@pytest.mark.parametrize("file", FILES, ids=["bytes", "bytearray", "open as text", "a list", "a dict"])
@pytest.mark.parametrize("kind", [InstanceClient, AsyncInstanceClient])
async def test_a_file_is_kept_out_of_sight(kind: Any, file: Any) -> None:
    shop = kind(ID, TOKEN, **NOWHERE)
    for call in (
        lambda: shop.set_profile_picture(file),
        lambda: shop.send_file_by_upload("79001234567@c.us", file, file_name="bill.pdf"),
        lambda: shop.call("uploadFile", file=file),
    ):
        error = await async_failure(call)
        assert isinstance(error, GreenApiError)
        assert_nothing_is_seen(error)


@pytest.mark.parametrize("name", methods(MockServer))
def test_a_mock_that_is_gone_keeps_nothing_in_sight(name: str) -> None:
    server = MockServer(partner_token=TOKEN)
    server.close()
    taken = inspect.signature(getattr(server, name)).parameters.values()
    first = [value(one.name) for one in taken if one.kind is one.POSITIONAL_OR_KEYWORD]
    rest = [value(one.name) for one in taken if one.kind is one.VAR_POSITIONAL]
    named = {one.name: value(one.name) for one in taken if one.kind in (one.KEYWORD_ONLY, one.VAR_KEYWORD)}
    error = failure(lambda: getattr(server, name)(*first, *rest, **named))
    assert error is not None or name == "close"
    if error is not None:
        assert_nothing_is_seen(error)


def test_a_mock_that_does_not_start_keeps_nothing_in_sight(mock: MockServer) -> None:
    port = int(mock.url.rpartition(":")[2])
    for wrong in ({"port": port}, {"port": "any"}, {"list_formats": "2022"}, {"list_format": "1999"}):
        error = failure(lambda: MockServer(partner_token=TOKEN, **wrong))  # type: ignore[arg-type]  # noqa: B023
        assert error is not None
        assert_nothing_is_seen(error)
        assert "__init__" in [name for name, _ in ours(error)]


def test_what_could_not_be_made_shows_itself() -> None:
    """Reporters print `self`, and a repr that fails costs the report."""
    modules = [
        importlib.import_module(f"greenapi_partner.{found.name}") for found in pkgutil.iter_modules([str(PACKAGE)])
    ]
    classes = {kind for module in modules for kind in vars(module).values() if is_ours(kind)}
    assert {InstanceClient, AsyncInstanceClient, MockServer, Table} < classes
    for kind in classes:
        assert kind.__name__ in repr(kind.__new__(kind)), kind


def is_ours(kind: object) -> bool:
    """A class of the package that Python makes without being given anything."""
    if not isinstance(kind, type) or not kind.__module__.startswith("greenapi_partner"):
        return False
    # A dict with known keys is a dict.
    is_dict = issubclass(kind, dict)
    return not is_dict and not kind.__module__.endswith("_native") and kind.__module__ != "greenapi_partner"


def test_the_frames_of_a_caller_are_not_ours() -> None:
    """What is looked at here are frames; of a failing call there are some."""
    error = failure(lambda: InstanceClient(ID, TOKEN, **NOWHERE).send_authorization_password("…", timeout=-1.0))
    assert [name for name, _ in ours(error)] == ["send_authorization_password"]
