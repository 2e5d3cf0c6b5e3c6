"""A run over many instances: its results as they come, how far it is, and how it is left."""

import asyncio
import copy
import io
import json
import pickle
import sys
from collections.abc import Iterable
from datetime import datetime, timezone
from types import SimpleNamespace
from typing import Any

import pytest

from greenapi_partner import (
    AsyncPartnerClient,
    AsyncRun,
    Inspection,
    Instance,
    InvalidRequestError,
    PartnerClient,
    Progress,
    Run,
    Table,
    UnauthorizedError,
)
from greenapi_partner.testing import MockServer

IDS = [1101000001, 1101000002, 1101000003]


@pytest.fixture
def mock(mock: MockServer) -> MockServer:
    """Three instances, of which one, whichever is asked first, does not want to tell its state."""
    mock.set_clock("2026-11-22T10:00:00Z")
    for number in IDS:
        mock.add_instance(idInstance=number, name=f"shop-{number % 10}")
    mock.faults("getStateInstance", {"status": 403, "body": {"message": "Forbidden"}})
    return mock


def inspect(partner: PartnerClient, **options: Any) -> Run[Inspection]:
    return partner.inspect(**options)


def ids(rows: Iterable[Inspection]) -> list[int]:
    return sorted(row.id_instance for row in rows)


def test_results_come_one_by_one(partner: PartnerClient) -> None:
    run = inspect(partner)
    assert isinstance(run, Run)
    assert repr(run) == "<Run: 0 of 0>"
    results = list(run)
    assert ids(results) == IDS
    assert all(type(result) is Inspection for result in results)
    assert list(run) == []
    assert repr(run) == "<Run: 3 of 3>"


def test_nothing_happens_before_the_first_is_asked_for(mock: MockServer, partner: PartnerClient) -> None:
    run = inspect(partner)
    assert mock.requests() == []
    next(run)
    assert mock.requests("getInstances") != []


def test_all_results_are_a_table(partner: PartnerClient) -> None:
    table = inspect(partner).collect()
    assert isinstance(table, Table)
    assert repr(table).splitlines()[-1] == "<Table: 3 rows of Inspection>"
    assert ids(table) == IDS


def test_what_is_still_to_come_is_collected(partner: PartnerClient) -> None:
    run = inspect(partner)
    first = next(run)
    assert ids([first, *run.collect()]) == IDS
    assert repr(run.collect()) == "<Table: 0 rows of Inspection>"


def test_values_have_pythons_own_types(mock: MockServer, partner: PartnerClient) -> None:
    rows = inspect(partner).collect()
    (broken,), (fine, _) = rows.filter(lambda row: row.error), rows.filter(lambda row: not row.error)
    assert (fine.error, fine.time_created) == (None, datetime(2026, 11, 22, 10, tzinfo=timezone.utc))
    assert isinstance(broken.error, UnauthorizedError)
    assert (broken.error.operation, broken.group) == ("getStateInstance", "unreachable")
    assert isinstance(fine.instance, Instance)
    assert fine.instance.name == fine.name
    assert fine.instance.id_instance == fine.id_instance
    assert "error=unauthorized" in repr(broken)
    assert f"instance={broken.id_instance}" in repr(broken)
    tokens = [instance["apiTokenInstance"] for instance in mock.instances()]
    shown = str(list(rows)) + rows._repr_html_() + str(rows.to_dicts())
    assert not any(token in shown for token in tokens)


def test_dicts_are_cores_json(mock: MockServer, partner: PartnerClient) -> None:
    broken = next(row for row in inspect(partner, instances=[IDS[1]]))
    shown = json.loads(json.dumps(broken.to_dict()))
    assert shown["error"] == {"code": "unauthorized", "message": str(broken.error)}
    assert broken.instance is not None
    assert shown["instance"] == broken.instance.to_dict()
    token = broken.instance.api_token_instance
    assert broken.to_dict(include_tokens=True)["instance"]["api_token_instance"] == token


def test_an_error_of_the_run_is_raised_and_ends_it(mock: MockServer, partner: PartnerClient) -> None:
    for take in (next, Run.collect):
        mock.faults("getInstances", {"status": 401})
        run = inspect(partner)
        with pytest.raises(UnauthorizedError):
            take(run)
        assert list(run) == []


def test_wrong_arguments_are_refused_at_once(mock: MockServer, partner: PartnerClient) -> None:
    with pytest.raises(InvalidRequestError, match="inspect: phone must be true or false"):
        inspect(partner, phone=1)
    with pytest.raises(TypeError, match=r"inspect\(\) got an unexpected keyword argument 'colour'"):
        inspect(partner, colour=1)
    assert mock.requests() == []


def test_progress_counts(partner: PartnerClient) -> None:
    run = inspect(partner)
    next(run)
    assert isinstance(run.progress, Progress)
    assert (run.progress.total, run.progress.unknown) == (3, 0)
    run.collect()
    done = run.progress
    assert (done.total, done.done + done.failed, done.left) == (3, 3, 0)


def test_a_stopped_run_tells_what_it_did_not_do(mock: MockServer, partner: PartnerClient) -> None:
    run = partner.reboot_instances(IDS)
    run.stop()
    rows = run.collect()
    assert [row.status for row in rows] == ["skipped"] * 3
    assert mock.requests("reboot") == []
    assert run.progress.skipped == 3


def test_leaving_it_begins_nothing_more(partner: PartnerClient) -> None:
    with inspect(partner) as run:
        next(run)
    assert list(run) == []
    assert repr(run.collect()) == "<Table: 0 rows of Inspection>"


def test_it_is_neither_pickled_nor_copied(partner: PartnerClient) -> None:
    run = inspect(partner)
    for attempt in (pickle.dumps, copy.copy):
        with pytest.raises(TypeError, match="Run is under way"):
            attempt(run)


async def test_the_same_is_awaited(mock: MockServer, async_partner: AsyncPartnerClient) -> None:
    def begin(**options: Any) -> AsyncRun[Inspection]:
        return async_partner.inspect(**options)

    assert ids([result async for result in begin()]) == IDS
    table = await begin().collect()
    assert (ids(table), repr(table).splitlines()[-1]) == (IDS, "<Table: 3 rows of Inspection>")
    async with begin() as run:
        await anext(run)
        assert run.progress.total == 3
    assert [result async for result in run] == []
    stopped = async_partner.reboot_instances(IDS)
    stopped.stop()
    assert [row.status async for row in stopped] == ["skipped"] * 3
    mock.faults("getInstances", {"status": 401})
    with pytest.raises(UnauthorizedError):
        await begin().collect()


async def test_a_cancelled_task_leaves_it(mock: MockServer, async_partner: AsyncPartnerClient) -> None:
    mock.faults("getInstances", {"hold": True})
    run = async_partner.inspect()
    task = asyncio.ensure_future(run.collect())
    await asyncio.to_thread(mock.wait_for_requests, "getInstances")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [result async for result in run] == []


class Bar:
    """What tqdm is for the run."""

    def __init__(self, **options: object) -> None:
        self.n, self.total, self.is_closed, self.problems = 0, 0, False, dict[str, int]()
        BARS.append(self)

    def update(self, step: int) -> None:
        self.n += step

    def set_postfix(self, problems: dict[str, int], refresh: bool) -> None:
        self.problems = problems

    def close(self) -> None:
        self.is_closed = True


BARS: list[Bar] = []


@pytest.fixture
def bars(monkeypatch: pytest.MonkeyPatch) -> list[Bar]:
    BARS.clear()
    monkeypatch.setitem(sys.modules, "tqdm", SimpleNamespace())
    monkeypatch.setitem(sys.modules, "tqdm.auto", SimpleNamespace(tqdm=Bar))
    return BARS


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("take", [list, Run.collect])
def test_a_terminal_shows_a_bar(
    partner: PartnerClient, bars: list[Bar], monkeypatch: pytest.MonkeyPatch, take: Any
) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    run = inspect(partner)
    assert bars == []
    assert ids(take(run)) == IDS
    (bar,) = bars
    failed = run.progress.failed
    assert (bar.n, bar.total, bar.is_closed, bar.problems) == (3, 3, True, {"failed": failed} if failed else {})


async def test_a_bar_is_shown_while_it_is_awaited(async_partner: AsyncPartnerClient, bars: list[Bar]) -> None:
    run = async_partner.inspect(progress=True)
    assert ids(await run.collect()) == IDS
    assert [(bar.n, bar.is_closed) for bar in bars] == [(3, True)]


def test_a_log_shows_none_unless_it_is_asked_for(
    partner: PartnerClient, bars: list[Bar], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    inspect(partner).collect()
    assert bars == []
    partner.inspect(progress=True).collect()
    assert len(bars) == 1
    monkeypatch.setattr(sys, "stderr", Terminal())
    partner.inspect(progress=False).collect()
    assert len(bars) == 1


def test_a_program_without_tqdm_gets_no_bar(partner: PartnerClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert ids(inspect(partner).collect()) == IDS
    with pytest.raises(ImportError, match="progress=True needs tqdm: pip install tqdm"):
        partner.inspect(progress=True)


def test_tqdm_draws_it(partner: PartnerClient, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("tqdm", reason="tqdm is installed on one Python only")
    partner.inspect(progress=True).collect()
    assert "3/3" in capsys.readouterr().err
