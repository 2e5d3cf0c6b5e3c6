"""Ctrl-C ends whatever blocks, and the program lives on; SIGTERM ends the program. Nothing is created a second time."""

import asyncio
import logging
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import child
import pytest
from kinds import KINDS, Kind, is_over, prepare

from greenapi_partner import AsyncPartnerClient, PartnerClient
from greenapi_partner.testing import MockServer


def test_ctrl_c_ends_a_blocking_call(mock: MockServer) -> None:
    mock.faults("getInstances", {"hold": True})
    code = """
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background starts with it ignored
    try:
        partner.get_instances()
    except KeyboardInterrupt:
        print("interrupted;", len(partner.get_instances()), "instances")
    """
    with subprocess.Popen(child.program(code, mock), stdout=subprocess.PIPE, text=True) as program:
        mock.wait_for_requests("getInstances", outcome="held")
        program.send_signal(signal.SIGINT)
        printed, _ = program.communicate(timeout=child.LONGEST)
    assert (program.returncode, printed) == (0, "interrupted; 0 instances\n")
    assert [request["outcome"] for request in mock.requests("getInstances")] == ["hung_up", "answered"]


def test_a_signal_handler_that_does_not_raise_lets_the_call_go_on(mock: MockServer) -> None:
    mock.faults("getInstances", {"hold": True})
    code = """
    signal.signal(signal.SIGUSR1, lambda *_: print("handled", flush=True))
    partner.get_instances()
    """
    with subprocess.Popen(child.program(code, mock), stdout=subprocess.PIPE, text=True) as program:
        mock.wait_for_requests("getInstances", outcome="held")
        program.send_signal(signal.SIGUSR1)
        assert program.stdout is not None
        assert program.stdout.readline() == "handled\n"
        mock.release()
        program.communicate(timeout=child.LONGEST)
    assert program.returncode == 0


RUN = """
def stop(signum, frame):
    raise SystemExit(signum)

# A job in the background starts with SIGINT ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGTERM, stop)
try:
    middle()
except (KeyboardInterrupt, SystemExit) as interrupt:
    print(type(interrupt).__name__)
"""
ASYNC_RUN = "\ndef middle():\n    asyncio.run(asking())\n" + RUN


@pytest.mark.parametrize("kind", KINDS)
def test_ctrl_c_ends_what_waits(mock: MockServer, kind: str) -> None:
    _ends(mock, KINDS[kind], KINDS[kind].sync_code() + RUN, signal.SIGINT)


@pytest.mark.parametrize("kind", KINDS)
def test_ctrl_c_ends_what_is_awaited(mock: MockServer, kind: str) -> None:
    _ends(mock, KINDS[kind], KINDS[kind].async_code() + ASYNC_RUN, signal.SIGINT)


@pytest.mark.parametrize("kind", ["an ensured creation", "a run that creates", "a flow that shows codes"])
def test_sigterm_ends_what_waits_if_its_handler_says_so(mock: MockServer, kind: str) -> None:
    _ends(mock, KINDS[kind], KINDS[kind].sync_code() + RUN, signal.SIGTERM)


@pytest.mark.parametrize("kind", ["an ensured creation", "a run that creates", "a flow that shows codes"])
def test_a_program_without_a_handler_is_ended_by_sigterm(mock: MockServer, kind: str) -> None:
    begin, in_the_middle = prepare(mock, KINDS[kind])
    code = begin + KINDS[kind].sync_code() + "\nmiddle()\n"
    with child.started(child.program(code, mock)) as one:
        in_the_middle()
        one.send_signal(signal.SIGTERM)
        printed = one.communicate(timeout=child.LONGEST)
    assert (one.returncode, *printed) == (-signal.SIGTERM, "", "")
    is_over(mock, KINDS[kind])


def _ends(mock: MockServer, kind: Kind, code: str, which: signal.Signals) -> None:
    begin, in_the_middle = prepare(mock, kind)
    with child.started(child.program(begin + code, mock)) as program:
        in_the_middle()
        program.send_signal(which)
        try:
            printed, said = program.communicate(timeout=child.LONGEST)
        except subprocess.TimeoutExpired:
            if not (ASYNC_RUN in code and sys.version_info < (3, 11)):
                raise
            # That version's own loop may lose what it was about to call: who waits presses Ctrl-C again.
            program.send_signal(which)
            printed, said = program.communicate(timeout=child.LONGEST)
    caught = {signal.SIGINT: "KeyboardInterrupt\n", signal.SIGTERM: "SystemExit\n"}[which]
    assert (program.returncode, printed) == (0, caught), said
    is_over(mock, kind)


class Interrupted(asyncio.SelectorEventLoop):
    """A loop in which Ctrl-C comes while a settled future tells it whom to call, before it knows or after."""

    def __init__(self, nth: int, knows: bool) -> None:
        super().__init__()
        self.nth, self.knows = nth, knows

    def call_soon(self, callback: Callable[..., object], *args: Any, context: Any = None) -> asyncio.Handle:
        settles = bool(args) and type(args[0]) is asyncio.Future
        is_now = settles and self.nth == 0
        self.nth -= settles
        if is_now and not self.knows:
            raise KeyboardInterrupt
        handle = super().call_soon(callback, *args, context=context)
        if is_now:
            raise KeyboardInterrupt
        return handle


@pytest.mark.parametrize("knows", [False, True])
@pytest.mark.parametrize("nth", [0, 1])
def test_ctrl_c_while_an_answer_is_handed_over_ends_the_loop_and_loses_no_answer(
    mock: MockServer, nth: int, knows: bool
) -> None:
    mock.faults("getInstances", {"hold": True, "times": 2})
    partner = AsyncPartnerClient(mock.partner_token, partner_api_url=mock.url)

    async def two() -> list[int]:
        calls = asyncio.gather(partner.get_instances(), partner.get_instances())
        await asyncio.to_thread(mock.wait_for_requests, "getInstances", count=2, outcome="held")
        loop.nth = nth
        mock.release()
        return [len(listed) for listed in await calls]

    loop = Interrupted(-1, knows)
    try:
        both = loop.create_task(two())
        loop.call_later(child.LONGEST, loop.stop)
        with pytest.raises(KeyboardInterrupt):
            loop.run_until_complete(both)
        assert loop.run_until_complete(both) == [0, 0]
    finally:
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


def test_ctrl_c_while_a_loop_meets_its_first_call_ends_the_loop_and_sends_nothing(mock: MockServer) -> None:
    class Met(asyncio.SelectorEventLoop):
        def add_reader(self, fd: Any, callback: Callable[..., object], *args: Any) -> None:
            raise KeyboardInterrupt

    loop = Met()
    partner = AsyncPartnerClient(mock.partner_token, partner_api_url=mock.url)
    try:
        with pytest.raises(KeyboardInterrupt):
            loop.run_until_complete(partner.create_instance(name="shop-42"))
    finally:
        loop.close()
    assert mock.requests() == []


def test_ctrl_c_while_a_call_is_closed_is_raised(mock: MockServer) -> None:
    mock.faults("getInstances", {"hold": True})
    partner = AsyncPartnerClient(mock.partner_token, partner_api_url=mock.url)

    async def closed() -> None:
        call = partner.get_instances()
        call.send(None)
        loop.nth = 0
        with pytest.raises(KeyboardInterrupt):
            call.close()

    loop = Interrupted(-1, knows=True)
    try:
        loop.run_until_complete(closed())
    finally:
        loop.close()


class Interrupting(logging.Filter):
    """Somebody presses Ctrl-C while it looks at its first record."""

    def __init__(self) -> None:
        super().__init__()
        self.waits = True

    def filter(self, record: logging.LogRecord) -> bool:
        if self.waits:
            self.waits = False
            signal.raise_signal(signal.SIGINT)
        return True


@pytest.fixture
def interrupting(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    interrupted = Interrupting()
    logger = logging.getLogger("greenapi_partner")
    caplog.set_level(logging.DEBUG, logger.name)
    # A job in the background starts with SIGINT ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    logger.addFilter(interrupted)
    yield
    logger.removeFilter(interrupted)
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interrupting")
def test_ctrl_c_while_a_record_is_written_ends_the_call(mock: MockServer, partner: PartnerClient) -> None:
    mock.faults("getInstances", {"status": 503, "times": -1})
    with pytest.raises(KeyboardInterrupt):
        partner.get_instances()
    assert len(mock.requests("getInstances")) == 1
    # It was raised, and is over: the next call knows nothing of it.
    mock.clear_faults()
    assert len(partner.get_instances()) == 0


@pytest.mark.usefixtures("interrupting")
def test_ctrl_c_while_a_client_is_made_that_warns_is_raised(mock: MockServer) -> None:
    with pytest.raises(KeyboardInterrupt):
        PartnerClient("no-partner-token", partner_api_url=mock.url)
