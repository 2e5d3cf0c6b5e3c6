"""No token leaves by a side door: a repr, an error, a traceback, a pickle, a log, a file, a child."""

import json
import logging
import os
import pickle
import stat
import sys
import traceback
from pathlib import Path
from typing import Any

import pytest

from greenapi_partner import (
    AsyncPartnerClient,
    GreenApiError,
    IncomingMessageReceived,
    InstanceClient,
    Ledger,
    PartnerClient,
    parse_notification,
)
from greenapi_partner.testing import MockServer

TOKEN = "gac." + "ca0a12" * 7 + "ca0a"
WEBHOOK_TOKEN = "canary-webhook-token"
PROXY_PASSWORD = "canary-proxy-password"

REFUSALS: list[dict[str, Any]] = [
    {"status": 400, "text": f"no such path: /partner/createInstance/{TOKEN}, {WEBHOOK_TOKEN}"},
    {"status": 404, "body": {"statusCode": 404, "message": f"Cannot POST /partner/createInstance/{TOKEN}"}},
    {"body": {"code": 401, "description": f"Unauthorized: {TOKEN}"}},
    {"status": 302, "headers": {"location": f"http://127.0.0.1:1/{TOKEN}"}},
    {"cut": "after_request"},
    {"cut": "truncated_body"},
    {"named": "garbage"},
]


@pytest.fixture
def secret_mock() -> Any:
    with MockServer(partner_token=TOKEN) as server:
        yield server


def everything_shown(error: GreenApiError) -> str:
    shown: list[object] = [repr(error), str(error), error.description, vars(error), pickle.dumps(error)]
    shown.append("".join(traceback.TracebackException.from_exception(error, capture_locals=False).format()))
    return "\n".join(map(str, shown))


def assert_no_secret(text: str) -> None:
    for secret in (TOKEN, WEBHOOK_TOKEN, PROXY_PASSWORD):
        # The secret itself must not be in the report of a failure either.
        assert (secret in text) is False


@pytest.mark.parametrize("fault", REFUSALS, ids=range(len(REFUSALS)))
def test_an_error_shows_no_token(
    secret_mock: MockServer, caplog: pytest.LogCaptureFixture, fault: dict[str, Any]
) -> None:
    caplog.set_level(1)
    partner = PartnerClient(TOKEN, partner_api_url=secret_mock.url)
    secret_mock.faults("createInstance", fault)
    with pytest.raises(GreenApiError) as raised:
        partner.create_instance(name="shop-42", webhook_url_token=WEBHOOK_TOKEN)
    assert_no_secret(everything_shown(raised.value))
    assert_no_secret("\n".join(str(vars(record)) for record in caplog.records))


async def test_a_day_of_calls_logs_no_token(secret_mock: MockServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with AsyncPartnerClient(TOKEN, partner_api_url=secret_mock.url) as partner:
        created = await partner.create_instance(name="shop-42", webhook_url_token=WEBHOOK_TOKEN)
        listed = await partner.get_instances()
        await partner.delete_instance_account(created.id_instance)
        shown = [repr(partner), repr(created), repr(listed), repr(listed[0]), repr(listed[0].to_dict())]
    ours = [str(vars(record)) for record in caplog.records if record.name == "greenapi_partner"]
    assert len(ours) == 3
    text = "\n".join(shown + ours)
    assert_no_secret(text)
    assert (created.api_token_instance in text) is False


def test_a_proxys_password_is_not_shown(secret_mock: MockServer) -> None:
    partner = PartnerClient(TOKEN, proxy=f"http://me:{PROXY_PASSWORD}@127.0.0.1:1", max_retries=0)
    with pytest.raises(GreenApiError) as raised:
        partner.get_instances(timeout=5)
    assert_no_secret(everything_shown(raised.value) + repr(partner))


@pytest.mark.parametrize("client", [PartnerClient, AsyncPartnerClient])
def test_a_client_is_not_pickled(client: Any) -> None:
    with pytest.raises(TypeError, match="holds a token") as raised:
        pickle.dumps(client(TOKEN))
    assert_no_secret(str(raised.value))


async def test_a_life_of_an_instance_shows_no_token_and_no_code(
    secret_mock: MockServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    options: dict[str, Any] = {"api_url": secret_mock.url, "media_url": secret_mock.url, "pacing": False}
    secret_mock.set_options(instance_rate_limits=False)
    shown: list[object] = []
    async with AsyncPartnerClient(TOKEN, partner_api_url=secret_mock.url, **options) as partner:
        events = partner.onboard(name="shop-42", webhook_url_token=WEBHOOK_TOKEN, interval=0.01)
        async for event in events:
            shown += [repr(event), repr(events), repr(events.instance)]
            if event.type == "qrCode":
                secrets = [event.text or "", event.data_url[-40:]]
                assert events.instance is not None
                secret_mock.scan(events.instance.id_instance)
        shop = events.instance
        assert shop is not None
        secrets.append(shop.api_token_instance)
        settings = await shop.get_settings()
        shown += [repr(settings), settings.to_dict(), settings._repr_html_(), repr(shop)]
        assert settings.to_dict(include_tokens=True)["webhook_url_token"] == WEBHOOK_TOKEN
        with pytest.raises(GreenApiError) as raised:
            await shop.qr()
        shown.append(everything_shown(raised.value))
        secrets.append(await shop.update_api_token())
        await partner.offboard(shop.id_instance)
    text = "\n".join(map(str, [*shown, *(vars(record) for record in caplog.records)]))
    assert_no_secret(text)
    assert [secret in text for secret in secrets] == [False] * 4


def test_a_code_for_a_phone_is_masked(secret_mock: MockServer) -> None:
    made = secret_mock.add_instance(name="shop-42")
    shop = InstanceClient(made["idInstance"], made["apiTokenInstance"], api_url=secret_mock.url)
    for event in shop.authorize(phone_number="+7 900 123-45-67"):
        if event.type == "authorizationCode":
            assert event.code is not None
            assert (event.code in f"{event!r}{event._repr_html_()}") is False
            assert event.to_dict()["code"] == event.code
            secret_mock.enter_phone_code(shop.id_instance)


@pytest.mark.parametrize("kind", ["qrCode", "authorized"])
def test_an_event_is_not_pickled(secret_mock: MockServer, kind: str) -> None:
    made = secret_mock.add_instance(name="shop-42")
    shop = InstanceClient(made["idInstance"], made["apiTokenInstance"], api_url=secret_mock.url)
    for event in shop.authorize():
        if event.type == "qrCode":
            secret_mock.scan(shop.id_instance)
        if event.type == kind:
            with pytest.raises(TypeError, match="not pickled"):
                pickle.dumps(event)
            assert json.loads(json.dumps(event.to_json()))["type"] == event.to_dict()["type"] == kind


def test_what_people_wrote_is_not_in_a_repr() -> None:
    body = {
        "typeWebhook": "incomingMessageReceived",
        "senderData": {"senderName": "Ann"},
        "messageData": {"typeMessage": "textMessage", "textMessageData": {"textMessage": "I love you"}},
    }
    notification = parse_notification(body)
    assert isinstance(notification, IncomingMessageReceived)
    assert (notification.text, notification.sender_name) == ("I love you", "Ann")
    assert "love" not in repr(notification)
    assert "Ann" not in repr(notification)


@pytest.mark.skipif(sys.platform == "win32", reason="there a file's owner is no matter of its mode")
def test_files_hold_no_token_and_are_their_owners_alone(
    secret_mock: MockServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, temporary = tmp_path / "kept", tmp_path / "tmp"
    kept.mkdir()
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    settings = {"webhook_url_token": WEBHOOK_TOKEN}
    with (
        PartnerClient(TOKEN, partner_api_url=secret_mock.url, store=kept / "store") as partner,
        Ledger(kept / "ledger") as ledger,
    ):
        for item in partner.create_instances([{"name": "shop-1", **settings}], journal=kept / "journal"):
            assert item.status == "done"
            # While the run has it open: SQLite keeps files beside it.
            assert_private(secret_mock, kept)
        partner.ensure_instance(name="shop-2", **settings)
        ledger.record(partner.get_instances())
        assert_private(secret_mock, kept)
    assert_private(secret_mock, kept)
    assert {"journal", "ledger", "store"} <= {file.name for file in kept.iterdir()}
    assert list(temporary.iterdir()) == []


def assert_private(mock: MockServer, folder: Path) -> None:
    tokens = [TOKEN, WEBHOOK_TOKEN, *(instance["apiTokenInstance"] for instance in mock.instances())]
    for file in folder.iterdir():
        try:
            with file.open("rb") as opened:
                content, mode = opened.read(), os.fstat(opened.fileno()).st_mode
        except FileNotFoundError:
            # SQLite takes those beside it away when the run is over.
            continue
        # By numbers: a token must not be in the report of a failure.
        assert (file.name, [at for at, token in enumerate(tokens) if token.encode() in content]) == (file.name, [])
        assert (file.name, stat.S_IMODE(mode) & 0o077) == (file.name, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="it looks at /proc")
def test_no_process_is_started_that_could_have_a_token_among_its_arguments(secret_mock: MockServer) -> None:
    before = children()
    with PartnerClient(TOKEN, partner_api_url=secret_mock.url) as partner, MockServer(partner_token=TOKEN):
        run = partner.create_instances([{"name": "shop-1", "webhook_url_token": WEBHOOK_TOKEN}])
        assert next(run).status == "done"
        assert children() == before


def children() -> set[str]:
    """The processes whose parent this one is: the second word behind the name, which may hold anything."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        if words[1] == str(os.getpid()):
            found.add(process.name)
    return found
