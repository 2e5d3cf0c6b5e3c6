"""A program may end at any moment: no crash, no hang, no noise."""

import subprocess
import textwrap

import child
import pytest
from kinds import KINDS, is_over, prepare

from greenapi_partner.testing import MockServer


def test_a_program_may_end_with_a_call_under_way(mock: MockServer) -> None:
    mock.faults("getInstances", {"hold": True})
    code = """
    async def main():
        waiting = asyncio.create_task(async_partner.get_instances())
        await asyncio.to_thread(sys.stdin.readline)
    asyncio.run(main())
    print("ended")
    """
    pipe = subprocess.PIPE
    with subprocess.Popen(child.program(code, mock), stdin=pipe, stdout=pipe, stderr=pipe, text=True) as program:
        mock.wait_for_requests("getInstances", outcome="held")
        printed = program.communicate("go\n", timeout=child.LONGEST)
    assert (program.returncode, *printed) == (0, "ended\n", "")


@pytest.mark.parametrize("method", ["create_instance", "ensure_instance"])
def test_a_creation_that_was_sent_when_the_program_ended_is_told_of(mock: MockServer, method: str) -> None:
    mock.faults("createInstance", {"hold": True})
    code = f"""
    async def main():
        waiting, told = asyncio.create_task(async_partner.{method}(name="a")), asyncio.Event()
        asyncio.get_running_loop().add_reader(sys.stdin, told.set)
        await told.wait()
    asyncio.run(main())
    """
    pipe = subprocess.PIPE
    with subprocess.Popen(child.program(code, mock), stdin=pipe, stdout=pipe, stderr=pipe, text=True) as program:
        mock.wait_for_requests("createInstance", outcome="held")
        _, told = program.communicate("go\n", timeout=child.LONGEST)
    assert program.returncode == 0
    assert told.startswith("createInstance: cancelled after it was sent; it "), told
    assert told.count("\n") == 1, told


def test_a_program_may_end_with_a_thread_in_a_call(mock: MockServer) -> None:
    mock.faults("getInstances", {"hold": True})
    code = """
    threading.Thread(target=partner.get_instances, daemon=True).start()
    sys.stdin.readline()
    print("ended")
    """
    pipe = subprocess.PIPE
    with subprocess.Popen(child.program(code, mock), stdin=pipe, stdout=pipe, stderr=pipe, text=True) as program:
        mock.wait_for_requests("getInstances", outcome="held")
        printed = program.communicate("go\n", timeout=child.LONGEST)
    assert (program.returncode, *printed) == (0, "ended\n", "")


IN_A_FILTER = """
async def main():
    waiting = asyncio.create_task(async_partner.get_instances())
    await asyncio.to_thread(entered.wait)

asyncio.run(main())
"""
"""What leaves a thread in the filter that has set `entered`."""


def test_a_program_may_end_while_a_logging_filter_is_at_work(mock: MockServer) -> None:
    code = """
    import atexit, logging

    entered = threading.Event()
    go_on, goes_on = os.pipe()

    class Slow(logging.Filter):  # a handler would be waited for by logging itself
        def filter(self, record):
            entered.set()
            os.read(go_on, 1)
            for _ in range(500_000):  # gives the GIL away and wants it back, again and again, while the program ends
                pass
            return True

    logger = logging.getLogger("greenapi_partner")
    logger.setLevel(logging.DEBUG)
    logger.addFilter(Slow())
    """
    go_on = """
    atexit.register(os.write, goes_on, b"!")
    print("ended")
    """
    program = child.run(textwrap.dedent(code) + IN_A_FILTER + textwrap.dedent(go_on), mock)
    assert (program.returncode, program.stdout, program.stderr) == (0, "ended\n", "")


def test_a_program_ends_though_a_logging_filter_never_returns(mock: MockServer) -> None:
    code = """
    import logging

    entered = threading.Event()
    nothing_comes, kept_open = os.pipe()

    class Stuck(logging.Filter):
        def filter(self, record):
            entered.set()
            os.read(nothing_comes, 1)

    logger = logging.getLogger("greenapi_partner")
    logger.setLevel(logging.DEBUG)
    logger.addFilter(Stuck())
    """
    program = child.run(textwrap.dedent(code) + IN_A_FILTER + 'print("ended")\n', mock)
    assert (program.returncode, program.stdout, program.stderr) == (0, "ended\n", "")


def test_a_call_that_comes_too_late_is_refused_and_does_not_hang(mock: MockServer) -> None:
    code = """
    def late():
        try:
            asyncio.run(async_partner.get_instances())
        except RuntimeError as error:
            print(error)
        print("waited for", len(partner.get_instances()))

    partner.get_instances()
    """
    # Registered before the package is imported, and therefore run after it has said good-bye.
    program = child.run(code, mock, imports="import asyncio, atexit; atexit.register(lambda: late())")
    assert program.stdout.splitlines() == [
        "the interpreter is shutting down: nobody could tell the event loop",
        "waited for 0",
    ], program.stderr


IN_A_THREAD = """
threading.Thread(target=middle, daemon=True).start()
sys.stdin.readline()
"""
IN_A_LOOP = """
loop = asyncio.new_event_loop()
task = loop.create_task(asking())
loop.run_until_complete(asyncio.to_thread(sys.stdin.readline))
task._log_destroy_pending = False  # asyncio would say that the task is still pending
"""


IN_A_LOOP_TOO = ["a creation", "a run that creates", "a watch", "the socket of codes"]


@pytest.mark.parametrize(
    ("where", "kind"), [*[("thread", kind) for kind in KINDS], *[("loop", kind) for kind in IN_A_LOOP_TOO]]
)
def test_a_program_may_end_in_the_middle_of_anything(mock: MockServer, where: str, kind: str) -> None:
    begin, in_the_middle = prepare(mock, KINDS[kind])
    code = {"thread": KINDS[kind].sync_code() + IN_A_THREAD, "loop": KINDS[kind].async_code() + IN_A_LOOP}[where]
    # Not in development mode, which tells of every loop that is not closed.
    command = [part for part in child.program(begin + code, mock) if part not in ("-X", "dev")]
    with child.started(command) as program:
        in_the_middle()
        printed = program.communicate("go\n", timeout=child.LONGEST)
    assert (program.returncode, *printed) == (0, "", "")
    is_over(mock, KINDS[kind])
