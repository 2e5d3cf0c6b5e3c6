"""An iterator holds one flow, and leaving it in any way ends that flow."""

import asyncio
import pickle
import signal
import subprocess
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import child
import pytest
import uvloop
from conftest import of, put_in

from greenapi_partner import (
    AlreadyAuthorizedError,
    AsyncEvents,
    AsyncInstanceClient,
    AsyncNotifications,
    AsyncPartnerClient,
    Authorized,
    Created,
    Events,
    InstanceClient,
    InvalidRequestError,
    Notifications,
    PartnerClient,
    QrCode,
    RequestTimeoutError,
)
from greenapi_partner.testing import MockServer


def test_leaving_the_loop_closes_the_socket(mock: MockServer, shop: InstanceClient) -> None:
    for event in shop.scan_qr_code():
        assert isinstance(event, QrCode)
        mock.wait_for_sockets(shop.id_instance, 1)
        break
    mock.wait_for_sockets(shop.id_instance, 0)


def test_the_end_of_a_with_closes_the_socket(mock: MockServer, shop: InstanceClient) -> None:
    with shop.authorize() as events:
        assert any(isinstance(event, QrCode) for event in events)
        mock.wait_for_sockets(shop.id_instance, 1)
    mock.wait_for_sockets(shop.id_instance, 0)
    assert list(events) == []


def test_nothing_is_sent_before_the_first_event_is_asked_for(mock: MockServer, partner: PartnerClient) -> None:
    partner.onboard(name="shop-42").close()
    assert mock.requests() == []


def test_after_an_error_it_is_over_for_good(mock: MockServer, shop: InstanceClient) -> None:
    mock.scan(shop.id_instance)
    events = shop.scan_qr_code()
    with pytest.raises(AlreadyAuthorizedError):
        next(events)
    assert list(events) == []
    assert len(mock.requests("scanQrCode")) == 1


def test_the_last_event_is_who_was_linked(mock: MockServer, partner: PartnerClient) -> None:
    events = partner.onboard(name="shop-42", incoming_webhook=True, interval=0.01)
    assert events.instance is None
    seen = []
    for event in events:
        seen.append(event)
        if isinstance(event, QrCode):
            assert events.instance is not None
            mock.scan(events.instance.id_instance, phone=79001234567)
    created, linked = seen[0], seen[-1]
    assert isinstance(created, Created)
    assert created.is_new
    assert isinstance(linked, Authorized)
    assert linked.to_json() == linked.to_dict()
    assert linked.to_dict() == {
        "type": "authorized",
        "wid": "79001234567@c.us",
        "phone": "79001234567",
        "name": "Mock phone",
    }


def test_the_time_of_a_flow_is_a_time_out_in_pythons_words_too(shop: InstanceClient) -> None:
    with pytest.raises(TimeoutError) as raised:
        list(shop.authorize(timeout=0.05, interval=0.01))
    assert isinstance(raised.value, RequestTimeoutError)


def test_another_thread_can_close_it(mock: MockServer, shop: InstanceClient) -> None:
    events = shop.scan_qr_code()
    next(events)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(list, events)
        mock.wait_for_sockets(shop.id_instance, 1)
        events.close()
        assert waiting.result() == []
    mock.wait_for_sockets(shop.id_instance, 0)


def test_threads_take_turns(mock: MockServer, shop: InstanceClient) -> None:
    events = shop.scan_qr_code()
    with ThreadPoolExecutor(8) as pool:
        firsts = [pool.submit(next, events, None) for _ in range(8)]
        mock.wait_for_sockets(shop.id_instance, 1)
        mock.scan(shop.id_instance)
        seen = [type(first.result()).__name__ for first in firsts]
    assert seen.count("Authorized") == 1
    assert mock.requests("scanQrCode")[1:] == []


def test_ctrl_c_ends_a_wait_for_an_event(mock: MockServer) -> None:
    id_instance, token = put_in(mock)
    code = f"""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    from greenapi_partner import InstanceClient
    events = InstanceClient({id_instance}, {token!r}, api_url={mock.url!r}).scan_qr_code()
    try:
        for event in events:
            print(event.type, flush=True)
    except KeyboardInterrupt:
        events.close()  # it may have been in the loop's body
        print("interrupted;", list(events))
    """
    with subprocess.Popen(child.program(code, mock), stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "qrCode\n"
        program.send_signal(signal.SIGINT)
        printed, _ = program.communicate(timeout=child.LONGEST)
    assert (program.returncode, printed) == (0, "interrupted; []\n")


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_an_iteration_stays_its_parents(mock: MockServer) -> None:
    id_instance, token = put_in(mock)
    code = f"""
    from greenapi_partner import InstanceClient
    shop = InstanceClient({id_instance}, {token!r}, api_url={mock.url!r})
    events = shop.scan_qr_code()
    print(next(events).type, flush=True)
    pid = os.fork()
    if pid == 0:
        signal.alarm(10)
        try:
            next(events)
        except RuntimeError as error:
            print(error, flush=True)
        events.close()
        print(next(shop.scan_qr_code()).type, flush=True)
        os._exit(0)
    print("child", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    async_partner  # the parent's socket is still open:
    import urllib.request
    shop.call("getStateInstance", retry="safe")
    urllib.request.urlopen({mock.url!r} + "/_mock/instances/{id_instance}/scan", data=b"{{}}")
    print([event.type for event in events][-1])
    """
    program = child.run(code, mock)
    words = [
        "qrCode",
        "an iteration does not go on in a forked child: begin a new one",
        "qrCode",
        "child 0",
        "authorized",
    ]
    assert program.stdout.splitlines() == words, program.stderr


def test_none_is_pickled_or_tells_a_secret(shop: InstanceClient) -> None:
    with shop.authorize() as events, shop.notifications() as notifications:
        for iterator in (events, notifications):
            with pytest.raises(TypeError, match="pickled"):
                pickle.dumps(iterator)
            assert (shop.api_token_instance in repr(iterator)) is False


# The asynchronous ones.

Run = Callable[[Coroutine[Any, Any, Any]], Any]


@pytest.fixture(params=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Run:
    return {"asyncio": asyncio.run, "uvloop": uvloop.run}[request.param]


def test_an_asynchronous_flow_on_any_loop(run: Run, mock: MockServer) -> None:
    options = of(mock)

    async def onboard() -> list[str]:
        async with AsyncPartnerClient(mock.partner_token, **options) as partner:
            events = partner.onboard(name="shop-42", interval=0.01)
            seen = []
            async for event in events:
                seen.append(event.type)
                if event.type == "qrCode":
                    assert isinstance(events.instance, AsyncInstanceClient)
                    mock.scan(events.instance.id_instance)
            assert [event async for event in events] == []
            return seen

    seen = run(onboard())
    assert (seen[0], seen[-1]) == ("created", "authorized")


async def test_leaving_an_asynchronous_loop_closes_the_socket(
    mock: MockServer, async_shop: AsyncInstanceClient
) -> None:
    async for _ in async_shop.scan_qr_code():
        break
    await asyncio.to_thread(mock.wait_for_sockets, async_shop.id_instance, 0)


async def test_the_end_of_an_async_with_closes_the_socket(mock: MockServer, async_shop: AsyncInstanceClient) -> None:
    async with async_shop.scan_qr_code() as events:
        await anext(events)
        await asyncio.to_thread(mock.wait_for_sockets, async_shop.id_instance, 1)
    await asyncio.to_thread(mock.wait_for_sockets, async_shop.id_instance, 0)
    assert [event async for event in events] == []


async def test_cancelling_the_task_closes_the_socket(mock: MockServer, async_shop: AsyncInstanceClient) -> None:
    events = async_shop.scan_qr_code()
    await anext(events)
    waiting = asyncio.ensure_future(anext(events))
    await asyncio.to_thread(mock.wait_for_sockets, async_shop.id_instance, 1)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    # The iterator is still held here: it is over all the same, as a generator would be.
    await asyncio.to_thread(mock.wait_for_sockets, async_shop.id_instance, 0)
    assert [event async for event in events] == []


async def test_another_task_can_close_it(mock: MockServer, async_shop: AsyncInstanceClient) -> None:
    events = async_shop.scan_qr_code()
    await anext(events)
    waiting = asyncio.ensure_future(anext(events, None))
    await asyncio.to_thread(mock.wait_for_sockets, async_shop.id_instance, 1)
    await events.aclose()
    assert await waiting is None


# Notifications.


def test_one_is_acknowledged_when_the_next_is_asked_for(mock: MockServer, shop: InstanceClient) -> None:
    mock.receive_message(shop.id_instance, text="one")
    mock.receive_message(shop.id_instance, text="two")
    with shop.notifications() as notifications:
        assert next(notifications).type_webhook == "incomingMessageReceived"
        assert len(mock.notifications(shop.id_instance)) == 2
        next(notifications)
        assert len(mock.notifications(shop.id_instance)) == 1
        notifications.ack()
        notifications.ack()
    assert mock.notifications(shop.id_instance) == []
    with pytest.raises(InvalidRequestError, match="over"):
        notifications.ack()


def test_one_that_was_not_dealt_with_comes_again(mock: MockServer, shop: InstanceClient) -> None:
    mock.receive_message(shop.id_instance, text="one")
    first = next(shop.notifications())
    assert next(shop.notifications()).receipt_id == first.receipt_id


async def test_one_is_acknowledged_by_a_task(mock: MockServer, async_shop: AsyncInstanceClient) -> None:
    mock.receive_message(async_shop.id_instance, text="one")
    async with async_shop.notifications() as notifications:
        async for notification in notifications:
            assert notification.id_instance == async_shop.id_instance
            await notifications.ack()
            break
    assert mock.notifications(async_shop.id_instance) == []


async def test_a_cancelled_wait_loses_no_notification(mock: MockServer, async_shop: AsyncInstanceClient) -> None:
    mock.faults("receiveNotification", {"hold": True})
    notifications = async_shop.notifications()
    waiting = asyncio.ensure_future(anext(notifications))
    await asyncio.to_thread(mock.wait_for_requests, "receiveNotification", outcome="held")
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await asyncio.to_thread(mock.wait_for_requests, "receiveNotification", outcome="hung_up")
    mock.receive_message(async_shop.id_instance, text="one")
    assert [notification async for notification in notifications] == []
    assert len(mock.notifications(async_shop.id_instance)) == 1


def test_a_thread_that_waits_for_a_notification_holds_up_none(mock: MockServer, shop: InstanceClient) -> None:
    mock.faults("receiveNotification", {"hold": True})
    notifications = shop.notifications()
    waiting = threading.Thread(target=lambda: list(notifications))
    waiting.start()
    mock.wait_for_requests("receiveNotification", outcome="held")
    assert shop.get_state_instance() == "notAuthorized"
    notifications.close()
    waiting.join()


class Interrupted:
    """A handle whose next item is on its way when the caller has to leave."""

    closed = False

    def __init__(self, leaving: type[BaseException]) -> None:
        self.leaving = leaving

    def close(self) -> None:
        self.closed = True


class Waited(Interrupted):
    def next(self) -> None:
        raise self.leaving


class Awaited(Interrupted):
    async def next(self) -> None:
        raise self.leaving


@pytest.mark.parametrize("kind", [Events, Notifications])
def test_an_item_that_was_on_its_way_ends_the_iteration(kind: Any) -> None:
    handle = Waited(KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        next(kind(handle))
    assert handle.closed


@pytest.mark.parametrize("kind", [AsyncEvents, AsyncNotifications])
async def test_an_item_that_was_on_its_way_to_a_task_ends_the_iteration(kind: Any) -> None:
    handle = Awaited(asyncio.CancelledError)
    with pytest.raises(asyncio.CancelledError):
        await anext(kind(handle))
    assert handle.closed
