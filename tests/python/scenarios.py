"""Reads `tests/scenarios` and compares what a client did with what a file promises; README.md there has the format."""

import json
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from greenapi_partner import CreatedInstance, GreenApiError, Instance, Instances
from greenapi_partner.testing import MockServer

FOLDER = Path(__file__).resolve().parents[1] / "scenarios"

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


async def play(
    scenario: dict[str, Any], make: Callable[[], Client], call: Callable[[Client, str, Step], Awaitable[Any]]
) -> None:
    """Takes the steps one by one and compares each result."""
    client, last = None, None
    for step in scenario["steps"]:
        try:
            if step["call"] == "new_client":
                client, got = make(), None
            else:
                client = client or make()
                got = await call(client, step["call"], _arguments(step, last))
        except GreenApiError as error:
            got = error
        _compare(got, step.get("expect", {}))
        if isinstance(got, (CreatedInstance, Instance)):
            last = got


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


def _arguments(step: Step, last: Any) -> dict[str, Any]:
    given = dict(step.get("args", {}))
    if given.get("id_instance") == "{last.id_instance}":
        given["id_instance"] = last.id_instance
    if "timeout" in step:
        given["timeout"] = step["timeout"]
    return given


def _compare(got: Any, expected: dict[str, Any]) -> None:
    if "error" in expected:
        assert isinstance(got, GreenApiError), f"expected {expected['error']}, got {got!r}"
        fields = {name: getattr(got, name) for name in expected["error"]}
        assert fields == expected["error"], repr(got)
    elif isinstance(got, GreenApiError):
        raise got
    elif "value" in expected:
        _compare_value(got, expected["value"])


def _compare_value(got: Any, expected: Any) -> None:
    if expected is None:
        assert got is None
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
