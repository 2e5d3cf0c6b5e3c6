"""A watch in Python: how it is left, and what it leaves behind."""

import asyncio
import pickle
import signal
import subprocess
import threading
from pathlib import Path
from typing import Any

import child
import pytest
from conftest import until

from greenapi_partner import (
    AsyncPartnerClient,
    AsyncWatch,
    Change,
    ConfigurationError,
    InvalidRequestError,
    Ledger,
    PartnerClient,
    UnauthorizedError,
    Watch,
)
from greenapi_partner.testing import MockServer

SOON = 0.02


def based(partner: PartnerClient) -> str:
    """The snapshot of the account as it is."""
    watch = partner.watch(interval=SOON)
    waiting = threading.Thread(target=lambda: list(watch))
    waiting.start()
    until(lambda: watch.snapshot() is not None)
    watch.close()
    waiting.join()
    snapshot = watch.snapshot()
    assert snapshot is not None
    return snapshot


def test_changes_come_from_a_snapshot_on(mock: MockServer, partner: PartnerClient) -> None:
    since = based(partner)
    made = mock.add_instance(name="shop-42")
    with partner.watch(interval=SOON, since=since) as changes:
        assert isinstance(changes, Watch)
        change = next(changes)
        assert isinstance(change, Change)
        assert (change.kind, change.id_instance, change.name) == ("created", made["idInstance"], "shop-42")
        assert change.instance is not None
        assert change.instance.api_token_instance == made["apiTokenInstance"]
        assert change.at.utcoffset() is not None
    assert list(changes) == []
    later = changes.snapshot()
    assert later is not None
    assert later != since
    assert made["apiTokenInstance"] not in later + repr(change) + str(change.to_dict()) + change._repr_html_()
    mock.rotate_token(made["idInstance"])
    assert next(partner.watch(interval=SOON, since=later)).kind == "tokenChanged"


def test_nothing_happens_before_a_change_is_asked_for(mock: MockServer, partner: PartnerClient) -> None:
    watch = partner.watch()
    assert watch.snapshot() is None
    watch.close()
    assert mock.requests() == []


def test_an_error_ends_it_for_good(mock: MockServer, partner: PartnerClient) -> None:
    mock.faults("getInstances", {"status": 401})
    watch = partner.watch(interval=SOON)
    with pytest.raises(UnauthorizedError):
        next(watch)
    assert list(watch) == []


def test_ctrl_c_ends_a_watch_and_its_snapshot_is_good(mock: MockServer) -> None:
    mock.faults("getInstances", {}, {"hold": True})
    code = """
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background starts with it ignored
    watch = partner.watch(interval=0.02)
    try:
        next(watch)
    except KeyboardInterrupt:
        print("interrupted;", list(watch), flush=True)
        print(next(partner.watch(interval=0.02, since=watch.snapshot())).name)
    """
    with subprocess.Popen(child.program(code, mock), stdout=subprocess.PIPE, text=True) as program:
        mock.wait_for_requests("getInstances", outcome="held")
        program.send_signal(signal.SIGINT)
        assert program.stdout is not None
        assert program.stdout.readline() == "interrupted; []\n"
        mock.add_instance(name="shop-42")
        printed, _ = program.communicate(timeout=child.LONGEST)
    assert (program.returncode, printed) == (0, "shop-42\n")


async def test_the_same_is_awaited(mock: MockServer, async_partner: AsyncPartnerClient) -> None:
    async with async_partner.watch(interval=SOON) as changes:
        assert isinstance(changes, AsyncWatch)
        first = asyncio.ensure_future(anext(changes))
        await asyncio.to_thread(until, lambda: changes.snapshot() is not None)
        mock.add_instance(name="shop-42")
        assert (await first).name == "shop-42"
    assert [change async for change in changes] == []
    waiting = async_partner.watch(interval=SOON)
    task = asyncio.ensure_future(anext(waiting, None))
    await asyncio.sleep(0)
    await waiting.aclose()
    assert await task is None


async def test_a_change_that_did_not_arrive_was_not_handed_out(
    mock: MockServer, async_partner: AsyncPartnerClient
) -> None:
    watch = async_partner.watch(interval=SOON)
    task = asyncio.ensure_future(anext(watch))
    await asyncio.to_thread(until, lambda: watch.snapshot() is not None)
    base = watch.snapshot()
    mock.add_instance(name="shop-42")
    # The loop stands still meanwhile: the change is on its way to a task that is cancelled before it gets there.
    until(lambda: watch.snapshot() != base)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.to_thread(until, lambda: watch.snapshot() == base)
    async with async_partner.watch(interval=SOON, since=base) as changes:
        assert (await anext(changes)).name == "shop-42"


def test_a_ledger_remembers_between_two_watches(mock: MockServer, partner: PartnerClient, tmp_path: Path) -> None:
    path = tmp_path / "instances.ledger"
    mock.add_instance(name="shop-1")
    with Ledger(path) as ledger:
        ledger.record(partner.get_instances())
    made = mock.add_instance(name="shop-2")
    with Ledger(path) as ledger, partner.watch(interval=SOON, ledger=ledger) as changes:
        assert [change.name for _, change in zip(range(1), changes, strict=False)] == ["shop-2"]
    assert made["apiTokenInstance"].encode() not in path.read_bytes()


async def test_both_clients_take_a_ledger(
    mock: MockServer, partner: PartnerClient, async_partner: AsyncPartnerClient
) -> None:
    with Ledger(":memory:") as ledger:
        ledger.record(partner.get_instances())
        mock.add_instance(name="shop-1")
        for change in partner.watch(interval=SOON, ledger=ledger):
            assert change.name == "shop-1"
            break
        async with async_partner.watch(interval=SOON, ledger=ledger) as changes:
            assert (await anext(changes)).kind == "created"


def test_wrong_arguments_are_refused_at_once(mock: MockServer, partner: PartnerClient) -> None:
    closed = Ledger(":memory:")
    closed.close()
    with pytest.raises(ConfigurationError, match="the ledger is closed"):
        partner.watch(ledger=closed)
    wrong: list[dict[str, Any]] = [{"interval": -1}, {"since": 7}, {"states": 1}, {"concurrency": "many"}]
    for options in wrong:
        with pytest.raises(InvalidRequestError, match=next(iter(options))):
            partner.watch(**options)
    with pytest.raises(TypeError):
        partner.watch(ledger="instances.ledger")  # type: ignore[arg-type]
    assert mock.requests() == []


def test_it_is_not_pickled(partner: PartnerClient, async_partner: AsyncPartnerClient) -> None:
    for watch in (partner.watch(), async_partner.watch()):
        with pytest.raises(TypeError, match="is under way and is not pickled"):
            pickle.dumps(watch)
