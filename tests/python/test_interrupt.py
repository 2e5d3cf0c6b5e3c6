"""Ctrl-C ends whatever blocks, and the program lives on; SIGTERM ends the program. Nothing is created a second time."""

import signal
import subprocess

import child
import pytest
from kinds import KINDS, Kind, is_over, prepare

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
        printed, said = program.communicate(timeout=child.LONGEST)
    caught = {signal.SIGINT: "KeyboardInterrupt\n", signal.SIGTERM: "SystemExit\n"}[which]
    assert (program.returncode, printed) == (0, caught), said
    is_over(mock, kind)
