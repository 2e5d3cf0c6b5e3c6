"""Faults, each at every moment: the scenarios that `tests/faults.json` and the contract's operations make together.

`tests/scenarios/README.md` explains them. Each operation of the partner meets every fault here, and each of an instance
every 40th, beginning at another one; `GREENAPI_PARTNER_LONG=1` runs all of them, as Rust's tests do always.
"""

import asyncio
import json
import logging
import os
import pickle
import traceback
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any, NamedTuple

import pytest
import scenarios

from greenapi_partner import AsyncInstanceClient, AsyncPartnerClient, GreenApiError, InstanceClient, PartnerClient
from greenapi_partner.testing import MockServer

CONTRACT = json.loads((scenarios.FOLDER.parent / "contract.json").read_text())
TABLE = json.loads((scenarios.FOLDER.parent / "faults.json").read_text())
OPERATIONS = {
    one["name"]: one for of in ("operations", "instance_operations") for one in CONTRACT[of] if one["kind"] == "method"
}
OF_PARTNERS = {one["name"] for one in CONTRACT["operations"]}

PARTNER_TOKEN = "gac.ca11ab1eca11ab1eca11ab1eca11ab1eca11ab1eca11ab"
ID, TOKEN = 1101728000, "ca11ab1e5ca11ab1e5ca11ab1e5ca11ab1e5ca11ab1e5ca11a"
RETRIES = 2
AT_ONCE = 16
ANSWERS = {"status", "body", "text", "named"}
BY_WORKERS = {"setSettings", "updateApiToken"}
"""More than their methods, which other threads do therefore: on connections of their own."""
Case = dict[str, Any]


class Meeting(NamedTuple):
    """One fault with one operation."""

    operation: str
    fault: str
    once: bool
    code: str
    requests: int

    @property
    def row(self) -> dict[str, Any]:
        return TABLE["faults"][self.fault]

    @property
    def warm_up(self) -> str | None:
        """What is called first where the fault is one of a kept connection: another of the same pool."""
        if "reusedConnection" not in self.row["fault"]:
            return None
        if self.operation in BY_WORKERS:
            return self.operation
        is_once = OPERATIONS[self.operation]["retry"] == "once"
        if self.operation in OF_PARTNERS:
            return "createInstance" if is_once else "getInstances"
        return "clearMessagesQueue" if is_once else "getStateInstance"

    @property
    def again(self) -> int:
        return int(self.warm_up == self.operation)


def meetings(operation: str, fault: str) -> list[Meeting]:
    """With each request that comes; and with the first alone, where another follows."""
    row = TABLE["faults"][fault]
    end = TABLE["ends"][row["end"]]
    is_silent = TABLE["calls"][operation].get("silent", False)
    columns = [operation, "silent" if is_silent else "", "partner" if operation in OF_PARTNERS else ""]
    means = next(end[name] for name in [*columns, OPERATIONS[operation]["retry"]] if name in end)
    if not means.startswith("again: "):
        return [Meeting(operation, fault, False, means, 1)]
    once = Meeting(operation, fault, True, "success", 2)
    always = Meeting(operation, fault, False, means.removeprefix("again: "), 1 + RETRIES)
    return [once] if "reusedConnection" in row["fault"] else [once, always]


def scenario(meeting: Meeting) -> Case:
    operation, row = meeting.operation, meeting.row
    call = TABLE["calls"][operation]
    instance = {"idInstance": ID, "apiTokenInstance": TOKEN, "typeInstance": call.get("type", "whatsapp")}
    instance["phone"] = call.get("phone", "79001234567")
    done = int(row.get("acts", False) or meeting.code == "success")
    accounts = {
        "createInstance": {"live": done + meeting.again, "deleted": 0},
        "deleteInstanceAccount": {"live": 1 - done, "deleted": done},
    }
    account = accounts.get(operation)
    return {
        "client": {"max_retries": RETRIES},
        "mock": {
            "options": {"instanceRateLimits": False, "rebootAnswers": 0, "etag": False},
            "instances": [] if operation == "createInstance" else [instance],
        },
        "faults": {operation: faults(meeting, call.get("answer"))},
        "steps": list(steps(meeting, call)),
        "requests": {operation: meeting.requests + meeting.again},
        **({"account": account} if account else {}),
    }


def faults(meeting: Meeting, answer: Any) -> list[Case]:
    """The fault, and what is answered then."""
    fault = {**meeting.row["fault"], "times": 1 if meeting.once else -1}
    if answer is None:
        return [fault]
    return [fault if ANSWERS & fault.keys() else {**fault, "body": answer}, {"body": answer, "times": -1}]


def steps(meeting: Meeting, call: Case) -> Iterator[Case]:
    if meeting.operation not in OF_PARTNERS:
        hosts = {"api_url": "{mock}", "media_url": "{mock}", "pacing": False, "max_retries": RETRIES}
        yield {"call": "new_instance_client", "args": {"id_instance": ID, "api_token_instance": TOKEN, **hosts}}
    if meeting.warm_up:
        first = TABLE["calls"][meeting.warm_up]
        yield {"call": OPERATIONS[meeting.warm_up]["python"], "args": first.get("args", {})}
    step = {"call": OPERATIONS[meeting.operation]["python"], "args": call.get("args", {})}
    if "timeout" in meeting.row:
        step["timeout"] = meeting.row["timeout"]
    if meeting.code != "success":
        step["expect"] = {"error": {"code": meeting.code, "operation": meeting.operation}}
    yield step


def chosen() -> list[Meeting]:
    """Those that are run: see above."""
    every = 1 if os.environ.get("GREENAPI_PARTNER_LONG") == "1" else 40
    met = [
        meetings(operation, fault)
        for number, operation in enumerate(OPERATIONS)
        for place, fault in enumerate(TABLE["faults"])
        if operation in OF_PARTNERS or (number + place) % every == 0
    ]
    return [meeting for several in met for meeting in several]


def everything_shown(error: GreenApiError) -> str:
    shown: list[object] = [repr(error), str(error), error.description, vars(error), pickle.dumps(error)]
    shown.append("".join(traceback.format_exception(error)))
    return "\n".join(map(str, shown))


Play = Callable[[Case, MockServer, Case, list[str]], Awaitable[None]]


async def waited_for(case: Case, mock: MockServer, options: Case, shown: list[str]) -> None:
    async def call(client: Any, method: str, arguments: dict[str, Any]) -> Any:
        try:
            return getattr(client, method)(**arguments)
        except GreenApiError as error:
            shown.append(everything_shown(error))
            raise

    await scenarios.Play(case, mock, lambda: PartnerClient(**options), InstanceClient, call).run()


async def awaited(case: Case, mock: MockServer, options: Case, shown: list[str]) -> None:
    async def call(client: Any, method: str, arguments: dict[str, Any]) -> Any:
        try:
            return await getattr(client, method)(**arguments)
        except GreenApiError as error:
            shown.append(everything_shown(error))
            raise

    await scenarios.Play(case, mock, lambda: AsyncPartnerClient(**options), AsyncInstanceClient, call).run()


async def one_after_the_other(left: Iterator[Meeting], mock: MockServer, play: Play, shown: list[str]) -> list[str]:
    """What was not as it should be of those that one mock saw."""
    wrong = []
    for meeting in left:
        problem = await played(meeting, mock, play, shown)
        for _ in range(2):
            # Where the first connection is not free yet, the client opens another, and the fault finds no call to meet.
            if problem and meeting.warm_up:
                problem = await played(meeting, mock, play, shown)
        if problem:
            wrong.append(f"{meeting}: {problem}")
    return wrong


async def played(meeting: Meeting, mock: MockServer, play: Play, shown: list[str]) -> str | None:
    """What was not as it should be."""
    case = scenario(meeting)
    mock.reset()
    options = scenarios.prepare(case, mock)
    try:
        await asyncio.wait_for(play(case, mock, options, shown), LONGEST)
        scenarios.check_mock(case, mock)
    except (AssertionError, GreenApiError, asyncio.TimeoutError) as problem:
        return repr(problem)
    return None


LONGEST = 60
"""Seconds. A call that takes longer waits for something that does not come."""


def assert_nothing_told(shown: list[str], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    records = [str(vars(record)) for record in caplog.records if record.name.startswith("greenapi_partner")]
    assert shown
    assert records
    text = "\n".join([*shown, *records, *capfd.readouterr()])
    # A canary must not be in the report of a failure either.
    assert ("ca11ab1e" in text) is False
    assert ("canary" in text) is False


def test_every_operation_has_a_call() -> None:
    assert TABLE["calls"].keys() == OPERATIONS.keys()


def test_waited_for(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    caplog.set_level(logging.DEBUG)
    left, alone, shown = shared_and_alone()
    with ExitStack() as stack, ThreadPoolExecutor(AT_ONCE) as pool:
        mocks = [stack.enter_context(MockServer(partner_token=PARTNER_TOKEN)) for _ in range(AT_ONCE)]
        runs = [pool.submit(asyncio.run, one_after_the_other(left, mock, waited_for, shown)) for mock in mocks]
        wrong = [problem for run in runs for problem in run.result()]
        wrong += asyncio.run(one_after_the_other(alone, mocks[0], waited_for, shown))
    assert not wrong, "\n".join(wrong)
    assert_nothing_told(shown, caplog, capfd)


async def test_awaited(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    caplog.set_level(logging.DEBUG)
    left, alone, shown = shared_and_alone()
    with ExitStack() as stack:
        mocks = [stack.enter_context(MockServer(partner_token=PARTNER_TOKEN)) for _ in range(AT_ONCE)]
        runs = await asyncio.gather(*(one_after_the_other(left, mock, awaited, shown) for mock in mocks))
        wrong = [problem for run in runs for problem in run]
        wrong += await one_after_the_other(alone, mocks[0], awaited, shown)
    assert not wrong, "\n".join(wrong)
    assert_nothing_told(shown, caplog, capfd)


def shared_and_alone() -> tuple[Iterator[Meeting], Iterator[Meeting], list[str]]:
    """What several take one by one, what is met where nothing else is, and where that which was shown is gathered.

    Calls that come at once do not share connections: that a second one goes by that of the first is certain only
    where there are no others.
    """
    met = chosen()
    shared = Shared([meeting for meeting in met if not meeting.warm_up])
    return shared, (meeting for meeting in met if meeting.warm_up), []


class Shared(Iterator[Meeting]):
    """What several threads take one by one."""

    def __init__(self, meetings: list[Meeting]) -> None:
        self._left = meetings[::-1]

    def __next__(self) -> Meeting:
        try:
            return self._left.pop()
        except IndexError:
            raise StopIteration from None
