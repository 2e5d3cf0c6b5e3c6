"""Ctrl-C ends a blocking call, and the program lives on."""

import signal
import subprocess

import child

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
