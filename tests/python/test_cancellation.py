"""A call that is cancelled ends at once, and frees its connection.

Nothing else would end a creation that is held: no try of it has a limit of its own.
"""

import asyncio
import logging
import time
from pathlib import Path

import pytest

from greenapi_partner import AsyncInstanceClient, AsyncPartnerClient
from greenapi_partner.testing import MockServer


async def test_cancelling_a_task_ends_its_request(async_partner: AsyncPartnerClient, mock: MockServer) -> None:
    mock.faults("createInstance", {"hold": True})
    task = asyncio.create_task(async_partner.create_instance(name="shop-42"))
    await asyncio.to_thread(mock.wait_for_requests, "createInstance", outcome="held")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.to_thread(mock.wait_for_requests, "createInstance", outcome="hung_up")
    await asyncio.to_thread(mock.wait_for_connections, 0)


async def test_wait_for_ends_the_request_of_its_time_out(async_partner: AsyncPartnerClient, mock: MockServer) -> None:
    mock.faults("createInstance", {"hold": True})
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(async_partner.create_instance(name="shop-42"), 0.2)
    await asyncio.to_thread(mock.wait_for_connections, 0)
    assert all(request["outcome"] == "hung_up" for request in mock.requests())


async def test_a_task_cancelled_before_it_began_sends_nothing(
    async_partner: AsyncPartnerClient, mock: MockServer
) -> None:
    task = asyncio.create_task(async_partner.create_instance(name="shop-42"))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert mock.requests() == []


async def test_one_cancelled_call_of_many_leaves_the_others_alone(
    async_partner: AsyncPartnerClient, mock: MockServer
) -> None:
    mock.faults("createInstance", {"hold": True, "times": 3})
    tasks = [asyncio.create_task(async_partner.create_instance(name="shop-42")) for _ in range(3)]
    await asyncio.to_thread(mock.wait_for_requests, "createInstance", count=3, outcome="held")
    tasks[1].cancel()
    await asyncio.to_thread(mock.wait_for_requests, "createInstance", outcome="hung_up")
    mock.release()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(outcome).__name__ for outcome in outcomes] == ["CreatedInstance", "CancelledError", "CreatedInstance"]


async def test_a_cancelled_create_that_was_sent_is_worth_a_warning(
    async_partner: AsyncPartnerClient, mock: MockServer, caplog: pytest.LogCaptureFixture
) -> None:
    mock.faults("createInstance", {"hold": True})
    task = asyncio.create_task(async_partner.create_instance(name="shop-42"))
    await asyncio.to_thread(mock.wait_for_requests, "createInstance", outcome="held")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    # The request is dropped, and the warning written, before the connection is closed.
    await asyncio.to_thread(mock.wait_for_requests, "createInstance", outcome="hung_up")
    warnings = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert [(record.operation, "look before repeating" in record.message) for record in warnings] == [  # type: ignore[attr-defined]
        ("createInstance", True)
    ]


async def test_a_cancelled_download_leaves_nothing_on_the_disk(
    async_shop: AsyncInstanceClient, mock: MockServer, tmp_path: Path
) -> None:
    mock.faults("downloadFile", {"hold": True})
    call = async_shop.download_file_to("79876543210@c.us", "3EB0C767", tmp_path / "a.pdf")
    task = asyncio.create_task(call)
    await asyncio.to_thread(mock.wait_for_requests, "downloadFile", outcome="held")
    assert [path.suffix for path in _held(tmp_path)] == [".part"]
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.to_thread(_until_empty, tmp_path)


def _held(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def _until_empty(folder: Path) -> None:
    while _held(folder):
        time.sleep(0)
