"""Reads `tests/scenarios` and compares what a client did with what a file promises; README.md there has the format."""

import asyncio
import base64
import io
import json
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import date, datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

from greenapi_partner import Billing, CreatedInstance, GreenApiError, Instance, Instances, Ledger, Store, Table
from greenapi_partner._native import Sealed
from greenapi_partner.testing import MockServer

FOLDER = Path(__file__).resolve().parents[1] / "scenarios"

INSTANCE_OPERATIONS = {
    operation["python"]
    for operation in json.loads((FOLDER.parent / "contract.json").read_text())["instance_operations"]
}

RUNS = {
    "deliver",
    "inspect",
    "find_duplicates",
    "delete_duplicates",
    "create_instances",
    "delete_instance_accounts",
    "set_instances_settings",
    "reboot_instances",
    "logout_instances",
}
TABLES = ["instances", "days", "months", "prefixes", "other"]

Step = dict[str, Any]
Client = Any
"""Either client: the runner calls both by their methods' names."""


def files() -> list[str]:
    """The scenarios that Python runs, by `<area>/<name>.json`."""
    found = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("*/*.json"))
    assert found, f"no scenario in {FOLDER}"
    return [name for name in found if "python" in load(name).get("only", ["python"])]


def load(name: str) -> dict[str, Any]:
    """One scenario."""
    return json.loads((FOLDER / name).read_text())


def prepare(scenario: dict[str, Any], mock: MockServer) -> dict[str, Any]:
    """Sets the mock up, and gives the constructor's options."""
    wanted = scenario.get("mock", {})
    if "options" in wanted:
        mock._ask("POST", "options", Sealed(**wanted["options"]))
    if "clock" in wanted:
        mock.set_clock(wanted["clock"])
    for instance in wanted.get("instances", []):
        mock.add_instance(**instance)
    for method, faults in scenario.get("faults", {}).items():
        mock.faults(method, *(_filled_all(fault, mock) for fault in faults))
    options = {"partner_token": "{token}", "partner_api_url": "{mock}", **scenario.get("client", {})}
    return {name: _filled(value, mock) for name, value in options.items()}


Call = Callable[[Client, str, Step], Awaitable[Any]]
"""Makes a call of either client."""


class Play:
    """The steps of one scenario, on a partner client that is made when it is first needed, and one instance's."""

    def __init__(self, scenario: Step, mock: MockServer, partner: Callable[[], Client], alone: Any, call: Call) -> None:
        self._scenario, self._mock = scenario, mock
        self._make_partner, self._make_alone, self._call = partner, alone, call
        self._partner: Client = None
        self._instance: Client = None
        self._last: Any = None
        self._mock_answer: Any = None
        self._last_message: Any = None
        self._fleet: Fleet

    async def run(self) -> None:
        """Takes the steps one by one and compares each result."""
        with tempfile.TemporaryDirectory() as folder:
            self._fleet = Fleet(Path(folder))
            try:
                for step in self._scenario["steps"]:
                    if "events" in step:
                        await self._iterate(step)
                    else:
                        await self._step(step)
            finally:
                self._fleet.close()
            if "files" in self._scenario:
                assert _files(folder) == self._scenario["files"]

    async def _step(self, step: Step) -> None:
        try:
            got = self._control(step) if "mock" in step else await self._called(step)
        except GreenApiError as error:
            got = error
        _compare(got, self._filled(step.get("expect", {})))
        if isinstance(got, (CreatedInstance, Instance)):
            self._last = got
        self._last_message = getattr(got, "id_message", self._last_message)

    async def _called(self, step: Step) -> Any:
        name, arguments = step["call"], self._arguments(step)
        if name == "new_client":
            self._partner = self._make_partner()
            return None
        if name == "new_instance_client":
            self._instance = self._make_alone(**arguments)
            return self._instance
        if name == "instance":
            given = {"id_instance": self._last} if arguments.pop("from", None) else arguments
            self._instance = self._the_partner().instance(**given)
            return self._instance
        if name == "qr_page_url":
            return self._the_instance().qr_page_url()
        if name in RUNS or name == "billing" or "." in name:
            return await self._call_of_fleet(name, arguments)
        is_alone = self._partner is None and self._instance is not None
        of_instance = name in INSTANCE_OPERATIONS or (name == "close" and is_alone)
        return await self._call(self._the_instance() if of_instance else self._the_partner(), name, arguments)

    async def _call_of_fleet(self, name: str, arguments: Step) -> Any:
        partner, fleet = self._the_partner(), self._fleet
        if name in RUNS:
            return await _run(getattr(partner, name)(**_renamed(name, arguments)))
        if name == "watch.base":
            fleet.snapshot = await _base(partner.watch(**arguments))
        elif name == "ledger.record":
            fleet.ledger.record(await self._call(partner, "get_instances", {}))
        elif name == "ledger.record_inspections":
            fleet.ledger.record_inspections(await _collected(partner.inspect(history=True)))
        elif name == "ledger.in_store":
            fleet.put_ledger_in(fleet.store(arguments["store"]))
        elif name == "ledger.reopen":
            fleet.close()
        elif name == "billing":
            asked = {name: arguments.pop(name) for name in ("idle_days", "if_deleted") if name in arguments}
            of_ledger = arguments.pop("from", None) == "ledger"
            billed = fleet.ledger if of_ledger else await self._call(partner, "get_instances", {})
            return _bill(billed.billing(**_dated(arguments)), **asked)
        return None

    async def _iterate(self, step: Step) -> None:
        client = self._the_partner() if step["call"] in ("onboard", "watch") else self._the_instance()
        try:
            events = getattr(client, step["call"])(**self._arguments(step))
        except GreenApiError as error:
            return _compare(error, self._filled(step["expect"]))
        async with _Iteration(events) as iteration:
            for entry in step["events"]:
                got = await iteration.next()
                assert got is not None, f"expected {entry['value']}, got the end"
                if step["call"] not in ("notifications", "watch"):
                    self._instance = events.instance
                _compare_value(got, self._filled(entry["value"]))
                for then in entry.get("then", []):
                    if then.get("ack"):
                        await iteration.ack()
                    else:
                        await self._step(then)
            if "expect" in step:
                try:
                    rest = await iteration.next()
                except GreenApiError as error:
                    rest = error
                _compare(rest, self._filled(step["expect"]))
                assert await iteration.next() is None, "over for good"
        return None

    def _control(self, step: Step) -> Any:
        known = self._instance or self._last
        path = step["mock"].replace("{id}", str(known.id_instance if known else ""))
        body = step.get("body")
        self._mock_answer = self._mock._ask(step.get("verb", "POST"), path, None if body is None else Sealed(**body))
        return self._mock_answer

    def _the_partner(self) -> Client:
        self._partner = self._partner or self._make_partner()
        return self._partner

    def _the_instance(self) -> Client:
        self._instance = self._instance or self._the_partner().instance(self._last)
        return self._instance

    def _arguments(self, step: Step) -> dict[str, Any]:
        given = {name: self._argument(value) for name, value in step.get("args", {}).items()}
        if isinstance(file := given.get("file"), dict):
            given["file"] = base64.b64decode(file["base64"])
            if step["call"] == "send_file_by_upload":
                given.setdefault("file_name", file["name"])
            else:
                given["file"] = Named(given["file"], file["name"])
        if "timeout" in step:
            given["timeout"] = step["timeout"]
        for name in ("journal", "path") & given.keys():
            if isinstance(place := given[name], dict):
                given[name] = self._fleet.store(place["store"]).journal(place["name"])
            else:
                given[name] = self._fleet.path(place)
        if step.get("call") == "watch" and self._fleet.snapshot is not None:
            given["since"], self._fleet.snapshot = self._fleet.snapshot, None
        return given

    def _argument(self, value: Any) -> Any:
        if value == "{last.id_instance}":
            return (self._last or self._instance).id_instance
        if value == "{last.id_message}":
            return self._last_message
        if isinstance(value, str) and value.startswith("{mock.") and value.endswith("}"):
            return self._mock_answer[value[len("{mock.") : -1]]
        return self._filled(value)

    def _filled(self, value: Any) -> Any:
        return _filled_all(value, self._mock)


def _files(folder: str) -> dict[str, str]:
    """What a folder holds: each file's text by its name."""
    return {path.name: path.read_text() for path in Path(folder).iterdir()}


class Fleet:
    """What a scenario remembers of its fleet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.snapshot: str | None = None
        self._ledger: Ledger | None = None

    def path(self, text: str) -> Path:
        return Path(text.replace("{tmp}", str(self.folder)))

    def store(self, path: str) -> Store:
        return Store(self.path(path))

    def put_ledger_in(self, store: Store) -> None:
        self._ledger = Ledger(store)

    @property
    def ledger(self) -> Ledger:
        """The scenario's own, opened when it is first needed."""
        self._ledger = self._ledger or Ledger(self.folder / "ledger.db")
        return self._ledger

    def close(self) -> None:
        """Closes the ledger: it is opened again when it is next needed."""
        if self._ledger is not None:
            self._ledger.close()
            self._ledger = None


async def _run(run: Any) -> Step:
    """A run to its end; its results in the order of what was given, or by id."""
    told = [_row(row) for row in await _collected(run)]
    told.sort(key=lambda row: row.get("index", row["id_instance"]))
    if hasattr(run, "report"):
        assert [_row(row) for row in run.report()] == told, "the report is what was told"
    return {"len": len(told), "items": told, "progress": _row(run.progress)}


async def _collected(run: Any) -> Table[Any]:
    collected = run.collect()
    return await collected if hasattr(run, "__anext__") else collected


async def _base(watch: Any) -> str:
    """The snapshot of a watch that waits for its first change, and is left then."""

    def look() -> str:
        while (snapshot := watch.snapshot()) is None:
            time.sleep(0)
        return snapshot

    async with _Iteration(watch) as iteration:
        ended = asyncio.create_task(iteration.next() if iteration.is_async else asyncio.to_thread(next, watch, None))
        snapshot = await asyncio.to_thread(look)
        await iteration.close()
        assert await ended is None, "a base has no changes"
        return snapshot


def _renamed(name: str, arguments: Step) -> Step:
    """`ids` of `inspect` has another name in Python: it takes instances too."""
    return {"instances" if (name, key) == ("inspect", "ids") else key: value for key, value in arguments.items()}


def _dated(arguments: Step) -> Step:
    """Days and moments are text in the files."""
    kinds = {"since": date, "until": datetime, "listed_at": datetime}
    return {
        name: kinds[name].fromisoformat(value.replace("Z", "+00:00")) if name in kinds else value
        for name, value in arguments.items()
    }


def _bill(bill: Billing, idle_days: int = 0, if_deleted: list[int] | None = None) -> Step:
    sums = ["total", "total_days", "unpriced_days", "forecast", "next_charge_at", "complete_since"]
    return {
        **{name: _plain(getattr(bill, name)) for name in sums},
        **{name: [_row(row) for row in getattr(bill, name)] for name in TABLES},
        "waste": [_row(row) for row in bill.waste(idle_days)],
        "saving": _row(bill.if_deleted(if_deleted or [])),
    }


def _row(row: Any) -> Step:
    """A model as the files have it: read field by field, as a program does."""
    return {name: _plain(getattr(row, name)) for name in row.to_dict()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return _rfc3339(value)
    if isinstance(value, (Decimal, date)):
        return str(value)
    if isinstance(value, GreenApiError):
        return value.code
    return value.id_instance if isinstance(value, Instance) else value


class Named(io.BytesIO):
    """A file of this name."""

    def __init__(self, content: bytes, name: str) -> None:
        super().__init__(content)
        self.name = name


class _Iteration:
    """Either kind of iterator."""

    def __init__(self, events: Any) -> None:
        self._events = events
        self.is_async = hasattr(events, "__anext__")

    async def next(self) -> Any:
        """The next one; None at the end."""
        return await anext(self._events, None) if self.is_async else next(self._events, None)

    async def ack(self) -> None:
        """Acknowledges the last one."""
        done = self._events.ack()
        if self.is_async:
            await done

    async def __aenter__(self) -> "_Iteration":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Leaves it."""
        if self.is_async:
            await self._events.aclose()
        else:
            self._events.close()


def check_mock(scenario: dict[str, Any], mock: MockServer) -> None:
    """Compares what the mock received, and what the account holds."""
    for method, count in scenario.get("requests", {}).items():
        assert len(mock.requests(method)) == count, f"requests of {method}"
    for method, bodies in scenario.get("bodies", {}).items():
        assert [request["body"] for request in mock.requests(method)] == bodies
    if "account" in scenario:
        deleted = [instance["deleted"] for instance in mock.instances()]
        assert {"live": deleted.count(False), "deleted": deleted.count(True)} == scenario["account"]


def _filled_all(value: Any, mock: MockServer) -> Any:
    if isinstance(value, dict):
        return {name: _filled_all(item, mock) for name, item in value.items()}
    if isinstance(value, list):
        return [_filled_all(item, mock) for item in value]
    return _filled(value, mock)


def _filled(value: Any, mock: MockServer) -> Any:
    if not isinstance(value, str):
        return value
    return value.replace("{mock}", mock.url).replace("{token}", mock.partner_token)


def _compare(got: Any, expected: dict[str, Any]) -> None:
    if "error" in expected:
        assert isinstance(got, GreenApiError), f"expected {expected['error']}, got {got!r}"
        named = dict(expected["error"])
        assert named.pop("says", "") in str(got)
        fields = {name: getattr(got, name) for name in named}
        assert fields == named, repr(got)
    elif isinstance(got, GreenApiError):
        raise got
    elif "value" in expected:
        _compare_value(got, expected["value"])


def _compare_value(got: Any, expected: Any) -> None:
    if not isinstance(expected, (dict, list)):
        assert got == expected
    elif isinstance(expected, list):
        assert len(got) == len(expected)
        for item, wanted in zip(got, expected, strict=True):
            _compare_value(item, wanted)
    elif isinstance(got, dict):
        _compare_fields(got, expected)
    elif hasattr(got, "to_json"):  # an event
        _compare_value(got.to_json(), expected)
    elif isinstance(got, Instances):
        counts = {"len": len(got), "live": len(got.live), "deleted": len(got.deleted)}
        assert expected == {**expected, **{name: count for name, count in counts.items() if name in expected}}
        for index, item in enumerate(expected.get("items", [])):
            _compare_value(got[index], item)
    else:
        shown = dict(_fields(got, expected))
        assert shown == expected


def _compare_fields(got: Step, expected: Step) -> None:
    """Only the keys that are named; of a table all its rows, of `items` the first ones."""
    for name, wanted in expected.items():
        value = got.get(name)
        if isinstance(wanted, list) and isinstance(value, list):
            assert len(value) == len(wanted) if name != "items" else len(value) >= len(wanted), f"{name}: {value}"
            for item, fields in zip(value, wanted, strict=False):
                _compare_value(item, fields)
        elif isinstance(wanted, dict) and isinstance(value, dict):
            _compare_fields(value, wanted)
        else:
            assert value == wanted, f"{name}: {value!r} is not {wanted!r}"


def _fields(got: Any, expected: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, wanted in expected.items():
        value = getattr(got, name)
        if isinstance(value, datetime):
            value = _rfc3339(value)
        elif name == "id_instance" and isinstance(wanted, str):
            value = str(value)
        yield name, value


def _rfc3339(moment: datetime) -> str:
    assert moment.tzinfo is timezone.utc
    whole, _, fraction = moment.replace(tzinfo=None).isoformat().partition(".")
    return f"{whole}.{fraction.rstrip('0')}Z" if fraction else f"{whole}Z"
