"""A journal belongs to one run, whatever its process and others do with the file: names are never created twice."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import child
import pytest
from conftest import until

from greenapi_partner import ConfigurationError, InvalidRequestError, PartnerClient
from greenapi_partner.testing import MockServer

NAMES = [f"shop-{number}" for number in range(8)]

# Python's SQLite takes no part in the locks of Windows' files, and a killed process has no signal there.
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the programs below are for POSIX")


def created(mock: MockServer) -> list[str]:
    return sorted(request["body"]["name"] for request in mock.requests("createInstance"))


@contextmanager
def running(mock: MockServer, journal: Path, code: str = "") -> Iterator[subprocess.Popen[str]]:
    """A process that has created one name and is about to create the second: `code` is run in its midst."""
    mock.faults("createInstance", {}, {"hold": True, "act": True})
    program = f"""
    import contextlib, sqlite3
    journal = {str(journal)!r}
    def look(path=journal):
        try:
            with contextlib.closing(sqlite3.connect(path, timeout=0)) as file:
                return dict(file.execute("SELECT state, count(*) FROM item GROUP BY state"))
        except sqlite3.OperationalError as error:
            return str(error)
    run = partner.create_instances({NAMES!r}, journal=journal, concurrency=1)
    next(run)
    while not any(item.status == "underWay" for item in run.report()):
        pass
{code}
    print("in its midst", flush=True)
    try:
        print(sorted({{item.status for item in run}}), flush=True)
    except Exception as error:
        print(type(error).__name__, error, flush=True)
    """
    with subprocess.Popen(child.program(program, mock), stdout=subprocess.PIPE, text=True) as process:
        try:
            mock.wait_for_requests("createInstance", count=1, outcome="held")
            yield process
        finally:
            process.kill()


def lines_before(process: subprocess.Popen[str], last: str = "in its midst") -> list[str]:
    """What it has printed before that."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        if line.rstrip() == last:
            return lines
        lines.append(line.rstrip())
    raise AssertionError(lines)


def end_of(process: subprocess.Popen[str]) -> str:
    printed, _ = process.communicate(timeout=child.LONGEST)
    return printed.rstrip()


@pytest.mark.parametrize(
    "code",
    [
        "    for _ in range(3): open(journal, 'rb').read()",
        "    import shutil; shutil.copy(journal, journal + '.backup')",
        "    look()",
        "    os.close(os.open(journal + '.lock', os.O_RDWR))",
    ],
    ids=["read", "copied", "looked at", "its lock opened"],
)
def test_a_process_that_opens_its_own_journal_keeps_it(
    mock: MockServer, partner: PartnerClient, tmp_path: Path, code: str
) -> None:
    journal = tmp_path / "shops.journal"
    with running(mock, journal, code) as process:
        lines_before(process)
        with pytest.raises(InvalidRequestError, match=rf"in use: process {process.pid} has it since 20\d\d-"):
            partner.create_instances(NAMES, journal=journal).collect()
        mock.release()
        assert end_of(process) == "['done']"
    assert {item.status for item in partner.create_instances(NAMES, journal=journal)} == {"skipped"}
    assert created(mock) == sorted(NAMES)
    assert not (tmp_path / "shops.journal.lock").exists()


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="no such locks there")
def test_sqlite_is_refused_while_a_run_has_the_journal_and_a_copy_tells_how_far_it_is(
    mock: MockServer, tmp_path: Path
) -> None:
    journal = tmp_path / "shops.journal"
    code = """
    print(look())
    import shutil
    for ending in ("", "-wal"):
        shutil.copy(journal + ending, journal + ".copy" + ending)
    print(look(journal + ".copy"))
"""
    with running(mock, journal, code) as process:
        looks = lines_before(process)
        assert looks == ["database is locked", str({"done": 1, "sent": 1, "waiting": len(NAMES) - 2})]
        outside = sqlite3.connect(journal, timeout=0)
        with closing(outside), pytest.raises(sqlite3.OperationalError, match="database is locked"):
            outside.execute("SELECT count(*) FROM item")
        mock.release()
        assert end_of(process) == "['done']"
    with closing(sqlite3.connect(journal)) as file:
        assert file.execute("SELECT state, count(*) FROM item").fetchall() == [("done", len(NAMES))]


@pytest.mark.parametrize("looks", [0, 3])
def test_a_run_that_was_killed_goes_on_after_looks_before_and_after(
    mock: MockServer, partner: PartnerClient, tmp_path: Path, looks: int
) -> None:
    journal = tmp_path / "shops.journal"
    with running(mock, journal, f"    for _ in range({looks}): look()") as process:
        lines_before(process)
        process.kill()
        process.wait()
    for _ in range(looks):
        with closing(sqlite3.connect(journal)) as file:
            counts = dict(file.execute("SELECT state, count(*) FROM item GROUP BY state"))
            assert counts == {"done": 1, "sent": 1, "waiting": len(NAMES) - 2}
    mock.release()
    mock.wait_for_requests("createInstance", count=2)
    again = partner.create_instances(NAMES, journal=journal).collect()
    assert {item.status for item in again} == {"skipped", "done"}
    assert created(mock) == sorted(NAMES)


@pytest.mark.parametrize("ending", ["", "-wal", ".lock"])
def test_a_run_whose_file_is_deleted_ends_before_it_sends_more(
    mock: MockServer, partner: PartnerClient, tmp_path: Path, ending: str
) -> None:
    journal = tmp_path / "shops.journal"
    with running(mock, journal) as process:
        lines_before(process)
        os.unlink(f"{journal}{ending}")
        if ending != ".lock":
            with pytest.raises(InvalidRequestError, match=f"process {process.pid} "):
                partner.create_instances(NAMES, journal=journal).collect()
        mock.release()
        ended = end_of(process)
    assert ended.startswith(ConfigurationError.__name__), ended
    assert "deleted, moved or replaced" in ended
    assert "nothing more is sent" in ended
    assert created(mock) == NAMES[:2]
    statuses = {item.name: item.status for item in partner.create_instances(NAMES, journal=journal)}
    assert statuses[NAMES[-1]] == "done"
    assert created(mock) == sorted(NAMES)


FORKS = """
    pipe, outlet = os.pipe()
    print(os.getpid())
    sys.stdout.flush()
    orphan = os.fork()
    if orphan == 0:
        signal.alarm(30)
        os.close(outlet)
        os.read(pipe, 1)  # until its parent is dead
{first}
        print("child", os.getpid(), flush=True)
        signal.pause()
    os.close(pipe)
"""


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("uses", ["the library", "nothing"])
def test_a_child_that_outlives_a_killed_owner_does_not_hold_its_journal(
    mock: MockServer, partner: PartnerClient, tmp_path: Path, uses: str
) -> None:
    journal = tmp_path / "shops.journal"
    first = "        len(partner.get_instances())" if uses == "the library" else "        pass"
    with running(mock, journal, FORKS.format(first=first)) as process:
        (owner,) = lines_before(process)
        assert int(owner) == process.pid
        process.kill()
        process.wait()
        assert process.stdout is not None
        orphan = int(process.stdout.readline().split()[1])
        try:
            mock.release()
            mock.wait_for_requests("createInstance", count=2)
            for _ in range(2):
                again = partner.create_instances(NAMES, journal=journal).collect()
                assert {item.status for item in again} <= {"skipped", "done"}
        finally:
            os.kill(orphan, signal.SIGKILL)
    assert created(mock) == sorted(NAMES)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_child_that_ends_or_uses_the_library_leaves_the_hold_to_its_parent(
    mock: MockServer, partner: PartnerClient, tmp_path: Path
) -> None:
    journal = tmp_path / "shops.journal"
    code = """
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        len(partner.get_instances())
        del run
        os._exit(0)
    os.waitpid(child, 0)
"""
    with running(mock, journal, code) as process:
        lines_before(process)
        with pytest.raises(InvalidRequestError, match="in use"):
            partner.create_instances(NAMES, journal=journal).collect()
        mock.release()
        assert end_of(process) == "['done']"
    assert created(mock) == sorted(NAMES)


def test_a_program_that_the_owner_has_started_does_not_hold_its_journal(
    mock: MockServer, partner: PartnerClient, tmp_path: Path
) -> None:
    journal = tmp_path / "shops.journal"
    code = """
    import subprocess
    started = subprocess.Popen(["sleep", "60"], close_fds=False, stdout=subprocess.DEVNULL)
    print(started.pid)
"""
    with running(mock, journal, code) as process:
        (started,) = lines_before(process)
        try:
            process.kill()
            process.wait()
            mock.release()
            mock.wait_for_requests("createInstance", count=2)
            until(lambda: {item.status for item in partner.create_instances(NAMES, journal=journal)} >= {"skipped"})
        finally:
            os.kill(int(started), signal.SIGKILL)
    assert created(mock) == sorted(NAMES)
