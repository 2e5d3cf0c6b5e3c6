"""Events: delivered to a receiver, and verified in the user's own web framework."""

import asyncio
import hashlib
import hmac
import json
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
from conftest import until

from greenapi_partner import (
    AsyncPartnerClient,
    ConfigurationError,
    InvalidRequestError,
    PartnerClient,
    UnauthorizedError,
    WebhookEvent,
    verify_event,
)
from greenapi_partner.testing import MockServer

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"type": "instance.linked", "timestamp": "2026-11-29T18:00:00Z", "data": {"idInstance": 7}}'
AGES = 1e10


def signed(body: bytes = BODY, at: float = 0.0) -> dict[str, str]:
    """The headers of an event, signed by Python's own HMAC."""
    timestamp = str(int(time.time() + at))
    key = b64decode(SECRET.removeprefix("whsec_"))
    digest = hmac.new(key, b".".join([b"evt_1", timestamp.encode(), body]), hashlib.sha256).digest()
    signature = f"v1,{b64encode(digest).decode()}"
    return {"webhook-id": "evt_1", "webhook-timestamp": timestamp, "webhook-signature": signature}


class Receiver:
    """A server that verifies what is posted to it. The first post is answered with 500."""

    def __init__(self) -> None:
        self.events: SimpleQueue[WebhookEvent] = SimpleQueue()
        self.refused: list[str] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                event = verify_event(body, self.headers, SECRET)
                is_first = not receiver.refused
                if is_first:
                    receiver.refused.append(event.id)
                else:
                    receiver.events.put(event)
                self.send_response(500 if is_first else 204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/events"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


def has_looked(mock: MockServer) -> bool:
    """Whether a first list was asked for, and kept: the second is asked for after that."""
    return len(mock.requests("getInstances")) > 1


def test_a_change_is_delivered_until_it_is_taken(
    mock: MockServer, partner: PartnerClient, receiver: Receiver, tmp_path: Path
) -> None:
    spool = tmp_path / "events.spool"
    delivered = partner.deliver(receiver.url, secret=SECRET, spool=spool, interval=0.02)
    told: list[Any] = []
    waiting = threading.Thread(target=lambda: told.append(next(iter(delivered))))
    waiting.start()
    until(lambda: has_looked(mock))
    made = mock.add_instance(name="shop-42")
    waiting.join()
    event = receiver.events.get(timeout=10)
    (one,) = told
    assert (one.type, one.id_instance, one.id, one.attempts) == ("instance.created", made["idInstance"], event.id, 2)
    assert receiver.refused == [event.id]
    assert event.data is not None
    assert (event.type, event.data["idInstance"], event.data["name"]) == (
        "instance.created",
        made["idInstance"],
        "shop-42",
    )
    assert event.timestamp is not None
    assert event.timestamp.utcoffset() is not None
    delivered.stop()
    assert list(delivered) == []
    assert SECRET not in repr(delivered)
    assert SECRET.removeprefix("whsec_") not in spool.read_text()


async def test_it_is_iterated_and_awaited_with_asyncio(
    mock: MockServer, async_partner: AsyncPartnerClient, receiver: Receiver, tmp_path: Path
) -> None:
    receiver.refused.append("none")
    delivered = async_partner.deliver(receiver.url, secret=SECRET, spool=tmp_path / "events.spool", interval=0.02)
    waiting = asyncio.ensure_future(anext(aiter(delivered)))
    await asyncio.to_thread(until, lambda: has_looked(mock))
    made = mock.add_instance(name="shop-42")
    assert (await waiting).id_instance == made["idInstance"]
    delivered.stop()
    assert [one async for one in delivered] == []


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"secret": SECRET}, ConfigurationError),
        ({"secret": "open sesame", "spool": "a"}, ConfigurationError),
        ({"secret": SECRET, "spool": "a", "concurrency": 0}, InvalidRequestError),
    ],
)
def test_what_makes_no_sense_is_refused(
    mock: MockServer, partner: PartnerClient, tmp_path: Path, given: dict[str, Any], error: type[Exception]
) -> None:
    if "spool" in given:
        given = {**given, "spool": tmp_path / "a"}
    with pytest.raises(error) as raised:
        next(iter(partner.deliver("http://127.0.0.1:9/canary", **given)))
    assert "canary" not in f"{raised.value!r}"
    assert "sesame" not in f"{raised.value!r}"
    assert mock.requests() == []


def headers_of_http_server() -> Message:
    message = Message()
    for name, value in signed().items():
        message[name.title()] = value
    return message


class OddHeaders:
    """Some framework's: no mapping by its class, and with the items of one."""

    def items(self) -> list[tuple[str, str]]:
        return list(signed().items())


HEADERS: dict[str, Any] = {
    "a dict": signed(),
    "in capitals": {name.upper(): value for name, value in signed().items()},
    "of http.server": headers_of_http_server(),
    "pairs": list(signed().items()),
    "of ASGI": [(name.encode(), value.encode()) for name, value in signed().items()],
    "of a framework": OddHeaders(),
}


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS)
def test_headers_are_read_in_any_form(headers: Any) -> None:
    event = verify_event(BODY, headers, SECRET, tolerance=AGES)
    assert isinstance(event, WebhookEvent)
    assert (event.id, event.type, event.data) == ("evt_1", "instance.linked", {"idInstance": 7})


@pytest.mark.parametrize(
    "body", [BODY, bytearray(BODY), memoryview(BODY), BODY.decode()], ids=lambda body: type(body).__name__
)
def test_a_body_is_what_came(body: Any) -> None:
    assert verify_event(body, signed(), SECRET).id == "evt_1"


@pytest.mark.parametrize("body", [json.loads(BODY), None, 7], ids=repr)
def test_a_body_that_was_parsed_has_another_signature(body: Any) -> None:
    with pytest.raises(InvalidRequestError, match="that came"):
        verify_event(body, signed(), SECRET)


def test_the_vector_of_the_specification_passes() -> None:
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    event = verify_event(b'{"test": 2432232314}', headers, SECRET, tolerance=AGES)
    assert (event.id, event.type, event.extra) == ("msg_p5jXN8AQM9LWM0D4loKWxJek", None, {"test": 2432232314})
    with pytest.raises(UnauthorizedError):
        verify_event(b'{"test": 2432232314}', headers, SECRET)


@pytest.mark.parametrize(
    ("body", "headers", "secret", "error"),
    [
        (BODY + b" ", signed(), SECRET, UnauthorizedError),
        (BODY, signed(at=-3000), SECRET, UnauthorizedError),
        (BODY, signed(at=3000), SECRET, UnauthorizedError),
        (BODY, signed(), "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", UnauthorizedError),
        (BODY, {}, SECRET, InvalidRequestError),
        (BODY, 7, SECRET, InvalidRequestError),
        (BODY, [("a",)], SECRET, InvalidRequestError),
        (BODY, signed(), "open sesame", ConfigurationError),
        (BODY, signed(), None, ConfigurationError),
    ],
)
def test_what_is_wrong_has_its_error(body: bytes, headers: Any, secret: Any, error: type[Exception]) -> None:
    with pytest.raises(error) as raised:
        verify_event(body, headers, secret)
    assert "MfKQ9r8G" not in f"{raised.value!r}{vars(raised.value)}"
    assert "sesame" not in f"{raised.value!r}{vars(raised.value)}"
