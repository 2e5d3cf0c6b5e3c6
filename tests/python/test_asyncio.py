"""The async client is at home on every event loop."""

import asyncio
import gc
import inspect
import sys
import weakref
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
import uvloop
from conftest import until

from greenapi_partner import AsyncPartnerClient, NotFoundError, PartnerClient
from greenapi_partner.testing import MockServer

CALLS = 64
LOOPS = 100
CLOSED_LOOPS = 100

Run = Callable[[Coroutine[Any, Any, Any]], Any]


@pytest.fixture(params=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Run:
    return {"asyncio": asyncio.run, "uvloop": uvloop.run}[request.param]


@pytest.fixture
def client(mock: MockServer) -> AsyncPartnerClient:
    return AsyncPartnerClient(mock.partner_token, partner_api_url=mock.url)


def test_a_whole_life_on_a_loop(run: Run, client: AsyncPartnerClient) -> None:
    async def life() -> list[bool]:
        async with client:
            created = await client.create_instance(name="shop-42")
            ensured = await client.ensure_instance(name="shop-42")
            assert ensured.id_instance == created.id_instance
            await client.delete_instance_account(created.id_instance)
            with pytest.raises(NotFoundError):
                await client.get_instance(7)
            return [instance.deleted for instance in await client.get_instances()]

    assert run(life()) == [True]


def test_64_calls_at_once(run: Run, client: AsyncPartnerClient, mock: MockServer) -> None:
    mock.faults("getInstances", {"hold": True, "times": CALLS})

    async def all_at_once() -> list[int]:
        calls = [asyncio.create_task(client.get_instances()) for _ in range(CALLS)]
        await asyncio.to_thread(mock.wait_for_requests, "getInstances", count=CALLS, outcome="held")
        mock.release()
        return [len(instances) for instances in await asyncio.gather(*calls)]

    assert run(all_at_once()) == [0] * CALLS


def test_one_loop_after_the_other(run: Run, client: AsyncPartnerClient) -> None:
    assert [len(run(client.get_instances())) for _ in range(3)] == [0, 0, 0]


def test_a_loop_is_not_kept_alive(client: AsyncPartnerClient) -> None:
    loop = asyncio.new_event_loop()
    loop.run_until_complete(client.get_instances())
    loop.close()
    known = weakref.ref(loop)
    del loop
    gc.collect()
    assert known() is None


def test_loops_by_the_hundred_leave_nothing_open(run: Run, client: AsyncPartnerClient) -> None:
    async def both() -> int:
        return len(await client.get_instances()) + len(await client.get_instances())

    run(both())
    before = _open_files()
    assert [run(both()) for _ in range(LOOPS)] == [0] * LOOPS
    assert _open_files() == before


def test_loops_closed_by_the_hundred_with_a_call_in_flight_leave_nothing_open(
    client: AsyncPartnerClient, mock: MockServer
) -> None:
    asyncio.run(client.get_instances())
    before = _open_files()
    known = []
    mock.faults("createInstance", {"hold": True, "times": CLOSED_LOOPS})
    for number in range(CLOSED_LOOPS):
        loop = asyncio.new_event_loop()
        task = loop.create_task(client.create_instance(name="shop-42"))
        # One connection is that of the list.
        loop.run_until_complete(asyncio.to_thread(mock.wait_for_connections, number + 2))
        task._log_destroy_pending = False  # type: ignore[attr-defined]  # what asyncio says of such a task is its own affair
        loop.close()
        known.append(weakref.ref(loop))
    del loop, task
    mock.wait_for_requests("createInstance", count=CLOSED_LOOPS, outcome="held")
    mock.release()
    mock.wait_for_requests("createInstance", count=CLOSED_LOOPS, outcome="answered")
    assert len(asyncio.run(client.get_instances())) == CLOSED_LOOPS
    asyncio.run(client.aclose())
    mock.wait_for_connections(0)
    gc.collect()
    assert [loop() for loop in known if loop() is not None] == []
    # All but both ends of the list's connection: the mock is in this process too.
    assert _open_files() == before - 2


def in_flight(client: AsyncPartnerClient, mock: MockServer) -> asyncio.AbstractEventLoop:
    """A loop that is left while a call of it is held by the mock."""
    mock.faults("getInstances", {"hold": True})
    loop = asyncio.new_event_loop()
    task = loop.create_task(client.get_instances())
    loop.run_until_complete(asyncio.to_thread(mock.wait_for_requests, "getInstances", outcome="held"))
    task._log_destroy_pending = False  # type: ignore[attr-defined]  # what asyncio says of such a task is its own affair
    return loop


def test_a_loop_closed_with_an_answer_that_it_did_not_take_is_not_kept_alive(
    client: AsyncPartnerClient, mock: MockServer
) -> None:
    loop = in_flight(client, mock)
    mock.release()
    ready = loop._ready  # type: ignore[attr-defined]
    until(lambda: len(ready) > 0)
    loop.close()
    known = weakref.ref(loop)
    del loop
    # The next loop finds what the last one has left.
    assert len(asyncio.run(client.get_instances())) == 0
    gc.collect()
    assert known() is None


def test_a_loop_closed_with_a_call_in_flight_is_let_go_of_by_itself(
    client: AsyncPartnerClient, mock: MockServer
) -> None:
    loop = in_flight(client, mock)
    loop.close()
    known = weakref.ref(loop)
    del loop
    mock.release()
    until(lambda: gc.collect() >= 0 and known() is None)


async def test_a_loop_that_cannot_wait_for_sockets_gets_its_answers(
    async_partner: AsyncPartnerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> None:
        raise NotImplementedError

    monkeypatch.setattr(asyncio.get_running_loop(), "add_reader", none)
    assert len(await asyncio.gather(*(async_partner.get_instances() for _ in range(5)))) == 5


def test_loops_in_two_threads_at_once(client: AsyncPartnerClient, mock: MockServer) -> None:
    mock.faults("getInstances", {"hold": True, "times": 2})

    async def both() -> list[int]:
        calls = [asyncio.to_thread(asyncio.run, client.get_instances()) for _ in range(2)]
        together = asyncio.gather(*calls)
        await asyncio.to_thread(mock.wait_for_requests, "getInstances", count=2, outcome="held")
        mock.release()
        return [len(instances) for instances in await together]

    assert asyncio.run(both()) == [0, 0]


async def test_the_loop_runs_on_while_a_call_waits(async_partner: AsyncPartnerClient, mock: MockServer) -> None:
    mock.faults("getInstances", {"hold": True})
    waiting = asyncio.create_task(async_partner.get_instances())
    await asyncio.to_thread(mock.wait_for_requests, "getInstances", outcome="held")
    assert not waiting.done()
    mock.release()
    assert len(await waiting) == 0


async def test_the_sync_client_works_inside_a_running_loop(partner: PartnerClient) -> None:
    # A notebook's cell runs inside a loop.
    assert len(partner.get_instances()) == 0


async def test_a_call_is_a_coroutine(async_partner: AsyncPartnerClient) -> None:
    call = async_partner.get_instances()
    assert asyncio.iscoroutine(call)
    assert inspect.isawaitable(call)
    assert repr(call) == "<coroutine AsyncPartnerClient.get_instances>"
    task = asyncio.create_task(call)
    assert "AsyncPartnerClient.get_instances()" in repr(task)
    assert len(await task) == 0
    with pytest.raises(RuntimeError, match="already awaited"):
        await call


def test_a_call_that_is_not_awaited_sends_nothing_and_warns(client: AsyncPartnerClient, mock: MockServer) -> None:
    call = client.create_instance(name="shop-42")
    with pytest.warns(RuntimeWarning, match="never awaited"):
        del call
    assert mock.requests() == []


def test_a_closed_call_is_over(client: AsyncPartnerClient, mock: MockServer) -> None:
    call = client.create_instance(name="shop-42")
    call.close()
    with pytest.raises(RuntimeError, match="already awaited"):
        asyncio.run(call)
    assert mock.requests() == []


@pytest.mark.skipif(sys.version_info < (3, 11), reason="TaskGroup is of Python 3.11")
async def test_a_task_group_takes_a_call(async_partner: AsyncPartnerClient) -> None:
    async with asyncio.TaskGroup() as group:
        created = group.create_task(async_partner.create_instance(name="shop-42"))
    assert created.result().type_instance == "whatsapp"


def _open_files() -> int:
    gc.collect()
    return len(list(Path("/proc/self/fd").iterdir()))
