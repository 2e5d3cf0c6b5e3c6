"""Pools of processes, however they begin, and forks with calls in flight: none hangs, and nothing is done twice."""

import os
import subprocess
import sys
from pathlib import Path

import child
import pytest

from greenapi_partner.testing import MockServer

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")

STARTS = ["fork", "spawn", "forkserver"]
POOLS = ["multiprocessing", "concurrent.futures"]
NAMES = [f"shop-{number}" for number in range(8)]

POOL = """
import asyncio, concurrent.futures, multiprocessing, os, sys
from greenapi_partner import AsyncPartnerClient, GreenApiError, PartnerClient

# Of the module: a process that is forked finds its parent's here, any other makes its own.
partner = PartnerClient()
async_partner = AsyncPartnerClient()

def create(name):
    created = partner.create_instance(name=name)
    (found,) = [one for one in asyncio.run(async_partner.get_instances()) if one.name == name]
    assert found.id_instance == created.id_instance
    return created.id_instance, os.getpid()

def refused(name):
    partner.delete_instance_account(7)

def pool_of(which, start):
    context = multiprocessing.get_context(start)
    if which == "multiprocessing":
        return context.Pool(2)
    return concurrent.futures.ProcessPoolExecutor(2, mp_context=context)

if __name__ == "__main__":
    # The parent has threads and connections when its children come.
    partner.get_instances(), asyncio.run(async_partner.get_instances())
    which, start, *names = sys.argv[1:]
    with pool_of(which, start) as pool:
        made = list(pool.map(create, names))
        try:
            list(pool.map(refused, names))
        except GreenApiError as error:
            print(type(error).__name__, error.code)
    print(len({id_instance for id_instance, _ in made}), os.getpid() in {process for _, process in made})
"""


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("which", POOLS)
def test_a_pool_of_processes(mock: MockServer, tmp_path: Path, which: str, start: str) -> None:
    file = tmp_path / "pool.py"
    file.write_text(POOL)
    environment = {
        **os.environ,
        "GREENAPI_PARTNER_TOKEN": mock.partner_token,
        "GREENAPI_PARTNER_API_URL": mock.url,
        "GREENAPI_API_URL": mock.url,
    }
    program = subprocess.run(
        [sys.executable, file, which, start, *NAMES],
        env=environment,
        capture_output=True,
        text=True,
        timeout=child.LONGEST,
        check=False,
    )
    assert (program.returncode, program.stdout) == (0, "NotFoundError not_found\n8 False\n"), program.stderr
    assert sorted(instance["name"] for instance in mock.instances()) == NAMES
    assert len(mock.requests("createInstance")) == len(NAMES)


FORK = (
    child.IN_CHILD
    + """
def held():
    # The mock answers nobody before this line.
    sys.stdin.readline()

def waited_for():
    print("waited for", partner.create_instance(name="child").type_instance)

def awaited():
    print("awaited", asyncio.run(async_partner.create_instance(name="child")).type_instance)
"""
)
THREAD = """
def call():
    print("parent", partner.create_instance(name="parent").type_instance)

thread = threading.Thread(target=call)
thread.start()
held()
in_child({childs})
print("go on", flush=True)
thread.join()
"""
LOOP = """
async def main():
    call = asyncio.create_task(async_partner.create_instance(name="parent"))
    await asyncio.to_thread(held)
    in_child({childs})
    print("go on", flush=True)
    print("parent", (await call).type_instance)

asyncio.run(main())
"""


def held(program: subprocess.Popen[str], lines: int) -> list[str]:
    """Tells a program that its call has come to the mock, and gives the next lines that it prints."""
    assert program.stdin is not None
    assert program.stdout is not None
    program.stdin.write("held\n")
    program.stdin.flush()
    return [program.stdout.readline().strip() for _ in range(lines)]


@pytest.mark.parametrize("parents", ["thread", "loop"])
@pytest.mark.parametrize("childs", ["waited_for", "awaited"])
def test_a_fork_with_a_call_in_flight(mock: MockServer, parents: str, childs: str) -> None:
    mock.faults("createInstance", {"hold": True})
    code = FORK + {"thread": THREAD, "loop": LOOP}[parents].format(childs=childs)
    with child.started(child.program(code, mock)) as program:
        mock.wait_for_requests("createInstance", outcome="held")
        childs_words = held(program, 3)
        mock.release()
        printed, said = program.communicate(timeout=child.LONGEST)
    words = {"waited_for": "waited for whatsapp", "awaited": "awaited whatsapp"}[childs]
    assert childs_words == [words, "child 0", "go on"], said
    assert (program.returncode, printed) == (0, "parent whatsapp\n"), said
    assert sorted(instance["name"] for instance in mock.instances()) == ["child", "parent"]
    assert len(mock.requests("createInstance")) == 2


def test_a_fork_in_the_middle_of_a_run_leaves_the_run_to_the_parent(mock: MockServer) -> None:
    mock.faults("createInstance", {"hold": True})
    code = """
    def childs():
        try:
            next(run)
        except RuntimeError as error:
            print(error)
        print("waited for", len(partner.get_instances()))

    run = partner.create_instances(["a", "b", "c"], concurrency=1)
    threading.Thread(target=held_then_forked, daemon=True).start()
    print([result.status for result in run])
    forked.wait()
    """
    begin = """
    forked = threading.Event()

    def held_then_forked():
        held()
        in_child(childs)
        print("go on", flush=True)
        forked.set()
    """
    lines = "\n".join(line[4:] for line in (begin + code).splitlines())
    with child.started(child.program(FORK + lines, mock)) as one:
        mock.wait_for_requests("createInstance", outcome="held")
        childs_words = held(one, 4)
        mock.release()
        printed, said = one.communicate(timeout=child.LONGEST)
    assert childs_words == [
        "an iteration does not go on in a forked child: begin a new one",
        "waited for 0",
        "child 0",
        "go on",
    ], said
    assert (one.returncode, printed) == (0, "['done', 'done', 'done']\n"), said
    assert len(mock.requests("createInstance")) == 3
