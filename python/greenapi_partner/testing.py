"""A GREEN-API partner account in a box, to test your own program against: no network, no token, no bill.

    from greenapi_partner import PartnerClient
    from greenapi_partner.testing import MockServer

    with MockServer() as mock:
        partner = PartnerClient(mock.partner_token, partner_api_url=mock.url, api_url=mock.url, media_url=mock.url)
        for event in partner.onboard(name="shop-42"):
            if event.type == "qrCode":
                mock.scan(mock.instances()[0]["idInstance"], phone=79001234567)
        assert mock.instances()[0]["name"] == "shop-42"

With pytest, the fixture `greenapi_mock` is such a server, a new one for each test.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from . import _native
from ._native import Sealed
from ._repr import never_fails

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["MockOptions", "MockServer"]


class MockOptions(TypedDict, total=False):
    """How a mock behaves where upstream's documents leave a choice.

    The defaults are what upstream is documented to do today; the evidence for each, and all faults and controls, are on
    the page "The mock" of the documentation.
    """

    # --- generated: options of the mock ---
    port: int
    """The port, fixed at the start. Defaults to 0."""
    partner_token: str
    """The token, fixed at the start: `gac.` and 46 hexadecimal digits. Defaults to a new one."""
    list_format: Literal["current", "2022", "both"]
    """`current`: with `isFree`, `isPartner` and `messenger`; `2022`: the twelve captured fields; `both`: items of both
    kinds in turn. Defaults to `current`."""
    key_order: Literal["documented", "sorted"]
    """`documented`, or `sorted` by name. Defaults to `documented`."""
    type_instance: str
    """Type of new instances: `whatsapp`, `telegram`, `v3` (MAX). Defaults to `whatsapp`."""
    tariff: str
    """Tariff of new instances. Defaults to `PARTNER_23`."""
    pool: int
    """First four digits of new ids. Defaults to 1101."""
    id_digits: int
    """Digits of new ids. Defaults to 10."""
    strict_create: bool
    """Refuses a create without a known setting. Defaults to false."""
    max_name_length: int
    """Refuses longer names. Defaults to none."""
    cuts_names_at: int
    """Stores no more than so many characters of a name, without a word. Defaults to none."""
    trims_names: bool
    """Stores names without white space around them, and with one blank for several. Defaults to false."""
    list_lag_ms: int
    """How far a list is behind what createInstance and deleteInstanceAccount have done. Defaults to 0."""
    capacity: int
    """More live instances are refused with code 100. Defaults to none."""
    hosts_in_reply: bool
    """`apiUrl` and `mediaUrl` in createInstance's reply. Defaults to false."""
    expiration: Literal["daily", "fixed"]
    """`daily`, or `fixed`: a day after the creation for good. Defaults to `daily`."""
    midnight: Literal["after", "before"]
    """On which side of the nightly charge the second of 00:00 UTC+3 is: `after` it, what is deleted in that second has
    paid the new day; `before` it, what is created in it pays the old day too. Defaults to `after`."""
    failure_format: Literal["current", "2022"]
    """Failures as 200 with `{code, description}`; `2022`: 400 with the text. Defaults to `current`."""
    unauthorized_status: int
    """Any other status answers a wrong token without a body. Defaults to 200."""
    rate_limit: dict[str, Any]
    """`{"burst": 20, "perSecond": 10, "retryAfter": null}` answers 429 above that, by the mock's clock. Defaults to
    none."""
    captured_headers: bool
    """The headers captured in 2022. Defaults to true."""
    etag: bool
    """`ETag`, and 304. Defaults to true."""
    gzip: bool
    """Compresses 1 KB and more for a client that accepts it. Defaults to false."""
    warm_up: list[dict[str, Any]]
    """What a new instance goes through: stages `null`, `unauthorized`, `expired`, `starting`, each so many `answers` or
    `ms` long. Defaults to `[{"stage": "null", "answers": 1}]`."""
    reboot_answers: int
    """How many answers tell `starting` after a reboot, one by setSettings too. Defaults to 1."""
    reboot_ms: int
    """How long a reboot takes, instead. Defaults to none."""
    unknown_instance_status: int
    """Status for an id that the account does not have. Defaults to 403."""
    deleted_instances: Literal["refused", "starting"]
    """400 `Instance is deleted`; or `starting`, for good. Defaults to `refused`."""
    qr_refresh_ms: int
    """How long a QR code stays the same. Defaults to 20000."""
    socket: bool
    """The socket for QR codes; without it, a 404. Defaults to true."""
    socket_frames: int
    """After how many frames a socket falls silent, and stays open. Defaults to none."""
    scan_window_ms: int
    """After how long the socket gives up. Defaults to 100000."""
    timeout_spelling: Literal["timeout", "timeoutExpired"]
    """`timeout`, or `timeoutExpired`, with a `message`. Defaults to `timeout`."""
    account_data_fields: bool
    """`wid`, `pushname` and `webhookUrl` in the socket's `accountData`. Defaults to true."""
    password: str
    """What Telegram and MAX accounts ask for after a scan or a code. Defaults to none."""
    passkey: bool
    """A WhatsApp account asks for a passkey after a scan: `passkeyRequired`, from `qr` and the socket, until the
    control confirms it. Defaults to false."""
    lost_settings: list[str]
    """Names of settings that are confirmed, and in force only after a reboot that is asked for and setSettings again,
    be it empty. Defaults to none."""
    ignored_settings: list[str]
    """Names of settings that are confirmed and never in force. Defaults to none."""
    phone_code_ms: int
    """How long a code for a phone is good, instead of 150000 (WhatsApp) or 300000. Defaults to none."""
    password_attempts: int
    """After how many wrong passwords `rate_limit_exceeded` is the answer. Defaults to 5."""
    unlinked_logout: Literal["done", "false", "refused"]
    """A logout without a phone is `true`; or `false`, or `refused` with 400. Defaults to `done`."""
    wa_settings_format: Literal["current", "2026"]
    """`2026`: more fields in getWaSettings, and `phone` as a number. Defaults to `current`."""
    instance_rate_limits: bool
    """429 above the documented rates, per instance and method. Defaults to true."""
    unlinked_sends: Literal["queued", "refused"]
    """Messages without a phone wait a day; or `refused` with 400. Defaults to `queued`."""
    quota_format: Literal["wrapped", "bare"]
    """`wrapped`, or `bare`: an answer 466 without its `invokeStatus`. Defaults to `wrapped`."""
    contact_limit_status: int
    """Status for a checkAccount above its quota; 200 has `{"status": false, "reason"}`. Defaults to 469."""
    phones_without_account: list[int]
    """Numbers that checkWhatsapp and checkAccount do not find, and whose messages get `noAccount`. Defaults to `[]`."""
    customer: dict[str, Any]
    """`{"phone": "79001234567", "scansAfterMs": 1000, "replies": "Hello yourself"}`: a customer scans what is shown,
    types in codes and answers each message, so that a demo runs to its end. Defaults to none."""
    receive_timeout_ms: int
    """How long receiveNotification waits, instead of what it is asked for. Defaults to none."""
    webhook_pause_ms: int
    """How long a notification waits that was not acknowledged. Defaults to 60000."""
    webhook_timeout_ms: int
    """How long the answer to a webhook is waited for. Defaults to 180000."""
    path_prefix: str
    """Serves upstream's methods below a path. Defaults to none."""
    keep_requests: int
    """How many requests are remembered. Defaults to 10000."""
    # --- end of what is generated ---


class MockServer:
    """A server in this process, on a free port of this machine, that answers as upstream does.

    Its verbs are synchronous and quick; call them from async code too. What they send and return is JSON, by the
    names that the mock's own documentation lists.

    Args:
        options: how it behaves: `list_format="2022"`, `strict_create=True`, `gzip=True`, … `MockOptions` has them all.
    """

    def __init__(self, **options: Unpack[MockOptions]) -> None:
        sealed = _camel_case({**options})
        del options
        self._server = _native.MockServer(sealed)

    @property
    def url(self) -> str:
        """The address, for `partner_api_url`."""
        return self._server.url

    @property
    def partner_token(self) -> str:
        """The token that it accepts."""
        return self._server.partner_token

    def close(self) -> None:
        """Stops the server and frees its port."""
        self._server.close()

    def reset(self) -> None:
        """Forgets faults, requests and instances, and sets the clock and the options back to the start's.

        Take a new client too: it remembers for some minutes what it has created and deleted.
        """
        self._ask("POST", "reset")

    def faults(self, method: str, *faults: dict[str, Any]) -> None:
        """Scripts what the next requests of a method get, one fault each: `faults("createInstance", {"status": 500})`.

        Args:
            method: upstream's name, or `"*"` for all.
            faults: what to do, for example `{"named": "rate_limited", "retryAfter": "2"}`, `{"cut": "after_action"}`,
                `{"hold": True}`; `"times": n` uses one n times.
        """
        sealed = Sealed(method=method, faults=faults)
        del faults
        self._ask("POST", "faults", sealed)

    def weather(self, method: str, *shares: tuple[float, dict[str, Any]], seed: int = 0) -> None:
        """Sets what requests of a method get by chance: `weather("createInstance", (0.1, {"status": 500}), seed=1)`.

        The same seed gives the same sequence to requests that come one after another.

        Args:
            method: upstream's name, or `"*"` for all that have no weather of their own.
            shares: the share of requests, from 0 to 1, and the fault that they get. What is left of 1 is answered as
                usual; without any, there is no weather.
            seed: where chance begins. Defaults to 0.
        """
        faults = [{"share": share, "fault": fault} for share, fault in shares]
        sealed = Sealed(method=method, seed=seed, faults=faults)
        del shares, faults
        self._ask("POST", "weather", sealed)

    def clear_faults(self) -> None:
        """Forgets the scripted faults, and the weather."""
        self._ask("DELETE", "faults")

    def release(self) -> None:
        """Answers the requests that a `hold` keeps waiting."""
        self._ask("POST", "release")

    def requests(self, method: str | None = None) -> list[dict[str, Any]]:
        """What it received, in order of arrival; of one method or of all."""
        return self._ask("GET", "requests", method=method)

    def wait_for_requests(
        self, method: str | None = None, *, count: int = 1, outcome: str | None = None
    ) -> list[dict[str, Any]]:
        """Waits until that many requests have come, and returns them.

        Args:
            method: upstream's name. Defaults to any.
            count: how many. Defaults to 1.
            outcome: `"answered"`, `"cut"`, `"held"` or `"hung_up"`. Defaults to any.

        Raises:
            TimeoutError: they did not come within 30 seconds.
        """
        return self._ask("GET", "requests/wait", method=method, count=count, outcome=outcome)

    def connections(self) -> dict[str, int]:
        """How many partner connections are open, and how many were accepted since the start."""
        return self._ask("GET", "connections")

    def wait_for_connections(self, open: int) -> None:
        """Waits until exactly that many partner connections are open.

        Raises:
            TimeoutError: that was not so within 30 seconds.
        """
        self._ask("GET", "connections/wait", open=open)

    def instances(self) -> list[dict[str, Any]]:
        """What the account holds, tokens and deleted ones included."""
        return self._ask("GET", "instances")

    def simulate(
        self,
        *,
        seed: int = 1,
        days: int = 100,
        instances: int = 40,
        prefixes: Sequence[str] = ("shop", "agency", "demo"),
    ) -> None:
        """Fills the account with months of history: instances that were created, linked, left and deleted.

        The same seed at the same moment, in an empty account, makes the same account; for that, set the clock first.

        Args:
            seed: where chance begins. Defaults to 1.
            days: over how many days before today they come. Defaults to 100.
            instances: how many, deleted ones included. Defaults to 40.
            prefixes: what the names begin with: `shop-1`. Defaults to `shop`, `agency` and `demo`.
        """
        given = Sealed(seed=seed, days=days, instances=instances, prefixes=list(prefixes))
        self._ask("POST", "simulate", given)

    def charges(self) -> dict[str, Any]:
        """The days that upstream would charge until now, for all instances that the account ever had.

        Returns:
            `{"total": 3, "instances": [{"idInstance", "name", "tariff", "firstDay", "lastDay", "days"}, …],
            "days": {"2026-11-22": 2, "2026-11-23": 1}}`, with days of UTC+3.
        """
        return self._ask("GET", "charges")

    def add_instance(self, **fields: Any) -> dict[str, Any]:
        """Puts an instance into the account without a partner call, and returns all of it: `add_instance(name="a")`."""
        sealed = _camel_case(fields)
        del fields
        return self._ask("POST", "instances", sealed)

    def add_instances(self, count: int) -> None:
        """Puts that many instances into the account without a partner call."""
        self._ask("POST", "instances", Sealed(count=count))

    def instance(self, id: int) -> dict[str, Any]:
        """All that is known of one instance, as JSON: `state`, `phone`, `qrPayload`, `sockets` and more."""
        return self._ask("GET", f"instances/{id}")

    def scan(self, id: int, phone: int | str | None = None) -> dict[str, Any]:
        """A phone scans the instance's QR code, and is linked; an account with a password has to be given it yet."""
        sealed = _camel_case({"phone": None if phone is None else str(phone)})
        del phone
        return self._of(id, "scan", sealed)

    def confirm_passkey(self, id: int) -> dict[str, Any]:
        """The customer confirms the passkey that was asked for after a scan; with the option `passkey`."""
        return self._of(id, "confirm-passkey")

    def enter_phone_code(self, id: int) -> dict[str, Any]:
        """The customer types the code of `get_authorization_code` into the phone."""
        return self._of(id, "enter-phone-code")

    def fail_scan(self, id: int, message: str) -> None:
        """Upstream says on the open QR sockets that it did not work, in these words."""
        sealed = Sealed(message=message)
        del message
        self._of(id, "fail-scan", sealed)

    def expire_qr(self, id: int) -> None:
        """The scan window of the open QR sockets is over."""
        self._of(id, "expire-qr")

    def refresh_qr(self, id: int) -> str:
        """A new QR code now; returns what a phone reads in it."""
        return self._of(id, "refresh-qr")["qrPayload"]

    def unlink(self, id: int) -> dict[str, Any]:
        """The customer removes the device in the phone, behind the client's back."""
        return self._of(id, "unlink")

    def set_state(self, id: int, state: str | None) -> dict[str, Any]:
        """Any authorization state, `"yellowCard"`; None is an instance that is still being created."""
        return self._of(id, "set-state", Sealed(state=state))

    def rotate_token(self, id: int) -> str:
        """Gives the instance a new token behind the client's back, and returns it."""
        return self._of(id, "rotate-token")["apiTokenInstance"]

    def drop_sockets(self, id: int) -> None:
        """Ends the connections of the open QR sockets without a word."""
        self._of(id, "drop-sockets")

    def wait_for_sockets(self, id: int, open: int = 1) -> None:
        """Waits until exactly that many QR sockets of the instance are open.

        Raises:
            TimeoutError: that was not so within 30 seconds.
        """
        self._of(id, "wait-for-sockets", Sealed(open=open))

    def notify(self, id: int, body: dict[str, Any]) -> None:
        """Queues a notification, as it is."""
        sealed = Sealed(**body)
        del body
        self._of(id, "notify", sealed)

    def receive_message(self, id: int, **fields: Any) -> dict[str, Any]:
        """A message comes in: `receive_message(id, text="Hello", chat_id="79001234567@c.us")`, each with a default."""
        sealed = _camel_case(fields)
        del fields
        return self._of(id, "receive-message", sealed)

    def set_quota(self, id: int, method: str, *, used: int, total: int) -> None:
        """How much of a monthly quota is used: of a method, or of `correspondents`."""
        self._of(id, "set-quota", Sealed(method=method, used=used, total=total))

    def messages(self, id: int) -> list[dict[str, Any]]:
        """What the instance sent."""
        return self._ask("GET", f"instances/{id}/messages")

    def notifications(self, id: int) -> list[dict[str, Any]]:
        """What waits in the instance's queue."""
        return self._ask("GET", f"instances/{id}/notifications")

    def set_clock(self, moment: str) -> None:
        """Sets the server's clock: `"2026-11-22T10:00:00Z"`."""
        self._ask("POST", "clock", Sealed(set=moment))

    def advance_clock(self, seconds: int) -> None:
        """Moves the server's clock, so that days pass in a test."""
        self._ask("POST", "clock", Sealed(advanceSeconds=seconds))

    def set_options(self, **options: Unpack[MockOptions]) -> None:
        """Changes how it behaves, by the options of the constructor; port and token are fixed."""
        sealed = _camel_case({**options})
        del options
        self._ask("POST", "options", sealed)

    def __enter__(self) -> MockServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @never_fails
    def __repr__(self) -> str:
        return f"<MockServer at {self.url}>"

    def _of(self, id: int, verb: str, body: Sealed | None = None) -> Any:
        return self._ask("POST", f"instances/{id}/{verb}", body or Sealed())

    def _ask(self, verb: str, path: str, body: Sealed | None = None, **query: object) -> Any:
        given = urllib.parse.urlencode({name: value for name, value in query.items() if value is not None})
        request = urllib.request.Request(
            f"{self.url}/_mock/{path}?{given}",
            method=verb,
            data=None if body is None else body.json(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with _direct.open(request) as answer:
                text = answer.read()
        except urllib.error.HTTPError as refusal:
            with refusal:
                words = refusal.read().decode(errors="replace")
            kind = TimeoutError if refusal.code == 504 else ValueError
            raise kind(f"the mock server: {words}") from None
        return json.loads(text) if text else None


def _camel_case(fields: dict[str, Any]) -> Sealed:
    """`list_format` as `listFormat`; what is None is left out. Sealed: a reporter of errors prints what is not."""
    return Sealed(**{_camel_word(name): value for name, value in fields.items() if value is not None})


def _camel_word(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Without the environment's proxy: the server is on this machine."""
