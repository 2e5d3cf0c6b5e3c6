"""The examples in the docstrings of an instance's clients run as they stand."""

import ast
import asyncio
import inspect
import re
import textwrap
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import of, put_in

import greenapi_partner
from greenapi_partner import AsyncInstanceClient, AsyncPartnerClient, InstanceClient, PartnerClient
from greenapi_partner.testing import MockServer

METHODS = [name for name in vars(InstanceClient) if "Example:" in (inspect.getdoc(getattr(InstanceClient, name)) or "")]
TELEGRAM = {"start_authorization", "send_authorization_code", "send_authorization_password"}
OTHERS = {"get_account_settings", "check_account"}
WITHOUT_PHONE = {"qr", "get_authorization_code", "scan_qr_code", "authorize", *TELEGRAM}


def example(method: Any) -> str:
    doc = (inspect.getdoc(method) or "") + "\n"
    found = re.search(r"^Example:\n((?:    .*\n|\n)+)", doc, re.MULTILINE)
    assert found is not None
    return textwrap.dedent(found.group(1))


def prepare(name: str, mock: MockServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "logo.jpg").write_bytes(b"\xff\xd8\xff")
    (tmp_path / "bill.pdf").write_bytes(b"%PDF-")
    fields: dict[str, Any] = {} if name in WITHOUT_PHONE else {"phone": "79001234567"}
    if name in TELEGRAM | OTHERS:
        fields["typeInstance"] = "telegram"
    if name == "send_authorization_password":
        fields |= {"password": "the account's password", "state": "pendingPassword"}
    made = put_in(mock, **fields)
    if name in ("notifications", "receive_notification", "delete_notification"):
        mock.receive_message(made[0], text="Hello")
    if name != "create_group" and ("group" in name or "admin" in name):
        with PartnerClient(mock.partner_token, **of(mock)) as partner:
            partner.instance(*made).create_group("Staff", ["79001112233@c.us"])
    return made


def namespace(client: Any, shop: Any, mock: MockServer, made: tuple[int, str]) -> dict[str, Any]:
    public = {name: getattr(greenapi_partner, name) for name in greenapi_partner.__all__}
    return {**public, "Path": Path, "partner": client, "shop": shop}


def meanwhile(name: str, mock: MockServer, id_instance: int, finish: Callable[[], None]) -> threading.Thread:
    """What a customer does while the example runs, and what ends one that is endless."""

    def act() -> None:
        if name in ("scan_qr_code", "authorize"):
            mock.wait_for_sockets(id_instance)
            mock.scan(id_instance, phone="79001234567")
        if name == "notifications":
            mock.wait_for_requests("deleteNotification")
            finish()

    thread = threading.Thread(target=act)
    thread.start()
    return thread


def code_of_telegram(name: str, run: Callable[[str], Any], mock: MockServer, id_instance: int, source: str) -> str:
    """The code that upstream sent, in place of the example's."""
    if name == "send_authorization_code":
        run('shop.start_authorization("79001234567")')
        return source.replace("12345", mock.instance(id_instance)["phoneCode"])
    return source


@pytest.mark.parametrize("name", METHODS)
def test_an_example_runs(name: str, mock: MockServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = of(mock)
    made = prepare(name, mock, tmp_path, monkeypatch)
    with PartnerClient(mock.partner_token, **options) as partner:
        shop = partner.instance(*made)
        names = namespace(partner, shop, mock, made)
        source = example(getattr(InstanceClient, name))
        source = code_of_telegram(name, lambda code: exec(code, names), mock, made[0], source)
        thread = meanwhile(name, mock, made[0], partner.close)
        try:
            exec(source, names)
        except greenapi_partner.ConfigurationError:
            assert name == "notifications"
        thread.join()


@pytest.mark.parametrize("name", METHODS)
async def test_an_example_of_the_async_client_runs(
    name: str, mock: MockServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = of(mock)
    made = prepare(name, mock, tmp_path, monkeypatch)
    async with AsyncPartnerClient(mock.partner_token, **options) as partner:
        shop = partner.instance(*made)
        names = namespace(partner, shop, mock, made)
        source = example(getattr(AsyncInstanceClient, name))
        if name == "send_authorization_code":
            await shop.start_authorization("79001234567")
            source = source.replace("12345", mock.instance(made[0])["phoneCode"])
        loop = asyncio.get_running_loop()
        thread = meanwhile(
            name, mock, made[0], lambda: asyncio.run_coroutine_threadsafe(partner.aclose(), loop).result()
        )
        try:
            done = eval(compile(source, name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), names)
            if inspect.isawaitable(done):
                await done
        except greenapi_partner.ConfigurationError:
            assert name == "notifications"
        await asyncio.to_thread(thread.join)


def test_the_examples_of_functions_run(mock: MockServer, shop: InstanceClient) -> None:
    names = namespace(None, shop, mock, (0, ""))
    exec(example(greenapi_partner.parse_notification), names)
    exec(example(greenapi_partner.qr_page_url), names)


RUNS = [
    "inspect",
    "create_instances",
    "delete_instance_accounts",
    "set_instances_settings",
    "reboot_instances",
    "logout_instances",
    "find_duplicates",
    "delete_duplicates",
    "watch",
]


def of_fleet(client: Any, name: str, mock: MockServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    id_instance, _ = prepare(name, mock, tmp_path, monkeypatch)
    assert id_instance == 1101000001, "the examples name the mock's first instance"
    for _ in range(2 if "duplicates" in name else 0):
        mock.add_instance(name="twice")
    return example(getattr(client, name)).replace("interval=60", "interval=0.02")


def changes_and_ends(mock: MockServer, finish: Callable[[], None]) -> threading.Thread:
    """What happens while a watch goes on: an instance comes, and then the client is closed."""

    def act() -> None:
        mock.wait_for_requests("getInstances", count=2)
        mock.add_instance(name="new")
        mock.wait_for_requests("getInstances", count=len(mock.requests("getInstances")) + 3)
        finish()

    thread = threading.Thread(target=act)
    thread.start()
    return thread


@pytest.mark.parametrize("name", RUNS)
def test_an_example_over_many_instances_runs(
    name: str, mock: MockServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with PartnerClient(mock.partner_token, **of(mock)) as partner:
        source = of_fleet(PartnerClient, name, mock, tmp_path, monkeypatch)
        thread = changes_and_ends(mock, partner.close) if name == "watch" else None
        try:
            exec(source, namespace(partner, None, mock, (0, "")))
        except greenapi_partner.ConfigurationError:
            assert name == "watch"
        if thread is not None:
            thread.join()
    assert capsys.readouterr().out not in ("", "[]\n")


@pytest.mark.parametrize("name", RUNS)
async def test_an_example_of_the_async_client_over_many_instances_runs(
    name: str, mock: MockServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with AsyncPartnerClient(mock.partner_token, **of(mock)) as partner:
        source = of_fleet(AsyncPartnerClient, name, mock, tmp_path, monkeypatch)
        names = namespace(partner, None, mock, (0, ""))
        loop = asyncio.get_running_loop()
        close = lambda: asyncio.run_coroutine_threadsafe(partner.aclose(), loop).result()  # noqa: E731
        thread = changes_and_ends(mock, close) if name == "watch" else None
        try:
            await eval(compile(source, name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), names)
        except greenapi_partner.ConfigurationError:
            assert name == "watch"
        if thread is not None:
            await asyncio.to_thread(thread.join)
    assert capsys.readouterr().out not in ("", "[]\n")


BILLED = [
    greenapi_partner.Instances.billing,
    greenapi_partner.Ledger,
    greenapi_partner.Ledger.record,
    greenapi_partner.Ledger.record_inspections,
    greenapi_partner.Ledger.billing,
    greenapi_partner.Billing.waste,
    greenapi_partner.Billing.if_deleted,
]


@pytest.mark.parametrize("thing", BILLED, ids=lambda thing: thing.__name__)
def test_an_example_about_money_runs(
    thing: Any, mock: MockServer, partner: PartnerClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_fleet(PartnerClient, "inspect", mock, tmp_path, monkeypatch)
    with greenapi_partner.Ledger(tmp_path / "other.ledger") as ledger:
        ledger.record(partner.get_instances())
        exec(example(thing), {**namespace(partner, None, mock, (0, "")), "ledger": ledger})
