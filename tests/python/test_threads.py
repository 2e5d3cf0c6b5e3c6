"""Threads share a client, and none holds up another."""

import threading
from concurrent.futures import ThreadPoolExecutor

from greenapi_partner import PartnerClient
from greenapi_partner.testing import MockServer

THREADS = 64


def test_64_threads_use_one_client_at_once(mock: MockServer, partner: PartnerClient) -> None:
    mock.faults("getInstances", {"hold": True, "times": THREADS})
    with ThreadPoolExecutor(THREADS) as pool:
        calls = [pool.submit(partner.get_instances) for _ in range(THREADS)]
        # All of them wait at the same time: none before another.
        mock.wait_for_requests("getInstances", count=THREADS, outcome="held")
        mock.release()
        assert [len(call.result()) for call in calls] == [0] * THREADS


def test_the_gil_is_released_while_a_call_waits(mock: MockServer, partner: PartnerClient) -> None:
    mock.faults("getInstances", {"hold": True})
    lengths: list[int] = []
    waiting = threading.Thread(target=lambda: lengths.append(len(partner.get_instances())))
    waiting.start()
    # This thread can only get here, and answer the other, if the other let go of the GIL.
    mock.wait_for_requests("getInstances", outcome="held")
    mock.release()
    waiting.join()
    assert lengths == [0]


def test_a_call_on_a_thread_that_is_not_the_main_one_ends_in_its_error(
    mock: MockServer, partner: PartnerClient
) -> None:
    with ThreadPoolExecutor(1) as pool:
        error = pool.submit(partner.get_instance, 7).exception()
    assert getattr(error, "code", None) == "not_found"
