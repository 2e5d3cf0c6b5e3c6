"""Reads `tests/scenarios` and compares what a client did with what a file promises; README.md there has the format."""

import base64
import io
import json
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from greenapi_partner import CreatedInstance, GreenApiError, Instance, Instances
from greenapi_partner.testing import MockServer

FOLDER = Path(__file__).resolve().parents[1] / "scenarios"

INSTANCE_OPERATIONS = {
    operation["python"]
    for operation in json.loads((FOLDER.parent / "contract.json").read_text())["instance_operations"]
}

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
        mock._ask("POST", "options", wanted["options"])
    if "clock" in wanted:
        mock.set_clock(wanted["clock"])
    for instance in wanted.get("instances", []):
        mock.add_instance(**instance)
    for method, faults in scenario.get("faults", {}).items():
        mock.faults(method, *faults)
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

    async def run(self) -> None:
        """Takes the steps one by one and compares each result."""
        for step in self._scenario["steps"]:
            if "events" in step:
                await self._iterate(step)
            else:
                await self._step(step)

    async def _step(self, step: Step) -> None:
        try:
            got = self._control(step) if "mock" in step else await self._called(step)
        except GreenApiError as error:
            got = error
        _compare(got, self._filled(step.get("expect", {})))
        if isinstance(got, (CreatedInstance, Instance)):
            self._last = got

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
        is_alone = self._partner is None and self._instance is not None
        of_instance = name in INSTANCE_OPERATIONS or (name == "close" and is_alone)
        return await self._call(self._the_instance() if of_instance else self._the_partner(), name, arguments)

    async def _iterate(self, step: Step) -> None:
        client = self._the_partner() if step["call"] == "onboard" else self._the_instance()
        try:
            events = getattr(client, step["call"])(**self._arguments(step))
        except GreenApiError as error:
            return _compare(error, self._filled(step["expect"]))
        async with _Iteration(events) as iteration:
            for entry in step["events"]:
                got = await iteration.next()
                assert got is not None, f"expected {entry['value']}, got the end"
                if step["call"] != "notifications":
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
        self._mock_answer = self._mock._ask(step.get("verb", "POST"), path, step.get("body"))
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
        return given

    def _argument(self, value: Any) -> Any:
        if value == "{last.id_instance}":
            return (self._last or self._instance).id_instance
        if isinstance(value, str) and value.startswith("{mock.") and value.endswith("}"):
            return self._mock_answer[value[len("{mock.") : -1]]
        return self._filled(value)

    def _filled(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._filled(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self._filled(item) for item in value]
        return _filled(value, self._mock)


class Named(io.BytesIO):
    """A file of this name."""

    def __init__(self, content: bytes, name: str) -> None:
        super().__init__(content)
        self.name = name


class _Iteration:
    """Either kind of iterator."""

    def __init__(self, events: Any) -> None:
        self._events = events
        self._is_async = hasattr(events, "__anext__")

    async def next(self) -> Any:
        """The next one; None at the end."""
        return await anext(self._events, None) if self._is_async else next(self._events, None)

    async def ack(self) -> None:
        """Acknowledges the last one."""
        done = self._events.ack()
        if self._is_async:
            await done

    async def __aenter__(self) -> "_Iteration":
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._is_async:
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
        assert {name: got.get(name) for name in expected} == expected
    elif hasattr(got, "type"):  # an event
        _compare_value(got.to_dict(), expected)
    elif isinstance(got, Instances):
        counts = {"len": len(got), "live": len(got.live), "deleted": len(got.deleted)}
        assert expected == {**expected, **{name: count for name, count in counts.items() if name in expected}}
        for index, item in enumerate(expected.get("items", [])):
            _compare_value(got[index], item)
    else:
        shown = dict(_fields(got, expected))
        assert shown == expected


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
