"""Connections of a client that waits: whoever waits works on them, and what happens between two calls is seen."""

import json
import queue
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from greenapi_partner import InstanceClient, PartnerClient, RequestTimeoutError
from greenapi_partner.testing import MockServer


def test_calls_one_after_another_share_a_connection(mock: MockServer, partner: PartnerClient) -> None:
    for number in range(5):
        partner.create_instance(name=f"shop-{number}")
    assert mock.connections() == {"open": 1, "accepted": 1}


@contextmanager
def that_closes_after_each_answer() -> Iterator[tuple[str, "queue.Queue[int]"]]:
    """A server that closes each connection after its answer without a word; it tells of each that is closed."""
    closed: queue.Queue[int] = queue.Queue()
    body = json.dumps({"idInstance": 1101000001, "apiTokenInstance": "d75b3a66374942c5b3c019c698abc2067e151558"})
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"

    def serve() -> None:
        while True:
            with server.accept()[0] as connection:
                received = b""
                while b"}" not in received:
                    part = connection.recv(4096)
                    if not part:
                        return
                    received += part
                connection.sendall((head + body).encode())
            closed.put(1)

    with socket.create_server(("127.0.0.1", 0)) as server:
        serving = threading.Thread(target=serve)
        serving.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", closed
        socket.create_connection(server.getsockname()).close()
        serving.join()


def test_a_creation_does_not_travel_on_a_connection_that_was_closed_meanwhile() -> None:
    with (
        that_closes_after_each_answer() as (url, closed),
        PartnerClient("gac." + "0" * 50, partner_api_url=url) as partner,
    ):
        for number in range(3):
            assert partner.create_instance(name=f"shop-{number}").id_instance == 1101000001
            closed.get(timeout=30)


def test_closing_closes_the_connections(mock: MockServer, partner: PartnerClient) -> None:
    partner.get_instances()
    partner.close()
    mock.wait_for_connections(0)


def test_a_client_that_is_forgotten_closes_its_connections(mock: MockServer, shop: InstanceClient) -> None:
    shop.get_state_instance()
    alone = InstanceClient(shop.id_instance, shop.api_token_instance, api_url=mock.url)
    alone.get_state_instance()
    before = mock.connections()["open"]
    del alone
    mock.wait_for_connections(before - 1)


def test_a_call_that_ran_out_of_time_lets_go_of_its_connection(mock: MockServer, partner: PartnerClient) -> None:
    mock.faults("getInstances", {"hold": True})
    with pytest.raises(RequestTimeoutError):
        partner.get_instances(timeout=0.1)
    mock.wait_for_connections(0)


def test_threads_that_wait_at_once_and_one_after_another_all_get_their_answers(
    mock: MockServer, partner: PartnerClient
) -> None:
    mock.faults("getInstances", {"hold": True})
    held = threading.Thread(target=partner.get_instances)
    held.start()
    mock.wait_for_requests("getInstances", outcome="held")
    created = [partner.create_instance(name=f"shop-{number}").id_instance for number in range(3)]
    assert len(set(created)) == 3
    mock.release()
    held.join()
    assert len(partner.get_instances()) == 3


def test_threads_one_after_another_share_a_connection(mock: MockServer, partner: PartnerClient) -> None:
    for _ in range(5):
        thread = threading.Thread(target=partner.get_instances)
        thread.start()
        thread.join()
    assert mock.connections() == {"open": 1, "accepted": 1}


def test_more_threads_at_once_than_have_a_connection_of_their_own_get_their_answers(
    mock: MockServer, partner: PartnerClient
) -> None:
    mock.faults("createInstance", {"hold": True, "act": True, "times": THREADS})
    with ThreadPoolExecutor(THREADS) as threads:
        created = [threads.submit(partner.create_instance, name=f"shop-{number}") for number in range(THREADS)]
        mock.wait_for_requests("createInstance", count=THREADS, outcome="held")
        mock.release()
        assert len({call.result().id_instance for call in created}) == THREADS
    partner.close()
    mock.wait_for_connections(0)


def test_a_connection_that_the_server_closes_between_two_calls_is_closed_without_another_call() -> None:
    """Nobody works on it then: somebody looks from time to time."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]"
    answered = threading.Event()
    closed = threading.Event()

    def serve() -> None:
        with server.accept()[0] as connection:
            connection.recv(4096)
            connection.sendall(answer)
            answered.wait()
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):
                pass
            closed.set()

    with socket.create_server(("127.0.0.1", 0)) as server:
        serving = threading.Thread(target=serve)
        serving.start()
        with PartnerClient("gac." + "0" * 50, partner_api_url=f"http://127.0.0.1:{server.getsockname()[1]}") as partner:
            assert len(partner.get_instances()) == 0
            answered.set()
            assert closed.wait(timeout=30)
        serving.join()


# More than there are of those that work on their own calls.
THREADS = 80
