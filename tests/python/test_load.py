"""Load: ten thousand calls at once, a server that stalls every connection, one that is killed and comes back."""

import asyncio
import contextlib
import resource
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import child
import pytest

from greenapi_partner import AsyncPartnerClient, GreenApiError, PartnerClient, UnavailableError
from greenapi_partner.testing import MockServer

CALLS = 10_000
THREADS = 512
STALLED = 200
LIST = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n[]"


@pytest.fixture
def many_files() -> Iterator[None]:
    """As many files as the system lets this process have: the mock has as many sockets as there are calls."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="it takes its time, on one Python only")
@pytest.mark.usefixtures("many_files")
def test_ten_thousand_creations_at_once_end_with_an_instance_each() -> None:
    mock = MockServer(keep_requests=2 * CALLS)
    mock.faults("createInstance", {"hold": True, "times": CALLS})
    # The other side of ten thousand sockets, in a process of its own.
    code = f"""
    import resource
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    async def main():
        created = [async_partner.create_instance(name=f"shop-{{number}}", timeout=300) for number in range({CALLS})]
        print(len({{one.id_instance for one in await asyncio.gather(*created)}}))

    asyncio.run(main())
    """
    # Not in development mode, in which asyncio keeps a stack for each task.
    command = [part for part in child.program(code, mock) if part not in ("-X", "dev")]
    with mock, child.started(command) as program:
        patiently(lambda: mock.wait_for_connections(CALLS))
        patiently(lambda: mock.wait_for_requests("createInstance", outcome="held", count=CALLS))
        mock.release()
        printed = program.communicate(timeout=2 * child.LONGEST)
        assert (program.returncode, *printed) == (0, f"{CALLS}\n", "")
        assert len(mock.instances()) == CALLS


@pytest.mark.usefixtures("many_files")
def test_512_threads_create_at_once(mock: MockServer, partner: PartnerClient) -> None:
    mock.faults("createInstance", {"hold": True, "times": THREADS})
    with ThreadPoolExecutor(THREADS) as pool:
        made = [pool.submit(partner.create_instance, name=f"shop-{number}") for number in range(THREADS)]
        mock.wait_for_connections(THREADS)
        mock.wait_for_requests("createInstance", count=THREADS)
        mock.release()
        assert len({call.result().id_instance for call in made}) == THREADS
    assert len(mock.instances()) == THREADS


class Gate:
    """A server that takes every connection and says nothing before it is opened; each gets an empty list then."""

    def __init__(self) -> None:
        self.opened = False
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=STALLED)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._sockets: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):  # it is closed
            while True:
                connection, _ = self._listener.accept()
                self._sockets.append(connection)
                if self.opened:
                    connection.recv(1 << 16)
                    connection.sendall(LIST)

    def close(self) -> None:
        # A thread that waits for a connection keeps the socket, until one comes.
        self._listener.shutdown(socket.SHUT_RDWR)
        for one in [self._listener, *self._sockets]:
            one.close()


@pytest.fixture
def gate() -> Iterator[Gate]:
    with contextlib.closing(Gate()) as gate:
        yield gate


async def test_a_server_that_stalls_every_connection_ends_every_awaited_call_in_time(gate: Gate) -> None:
    async with AsyncPartnerClient("gac.token", partner_api_url=gate.url, timeout=1) as partner:
        listed = [partner.get_instances() for _ in range(STALLED)]
        created = [partner.create_instance(name="shop-42") for _ in range(STALLED)]
        ended = await asyncio.gather(*listed, *created, return_exceptions=True)
        assert codes(ended[:STALLED]) == {"timeout"}
        # A creation that has not even got its connection in time was not sent.
        assert codes(ended[STALLED:]) <= {"outcome_unknown", "timeout"}
        gate.opened = True
        assert len(await partner.get_instances()) == 0


def test_a_server_that_stalls_every_connection_ends_every_thread_in_time(gate: Gate) -> None:
    with PartnerClient("gac.token", partner_api_url=gate.url, timeout=1) as partner:
        with ThreadPoolExecutor(64) as pool:
            calls = [pool.submit(partner.create_instance, name="shop-42") for _ in range(64)]
            assert codes([call.exception() for call in calls]) <= {"outcome_unknown", "timeout"}
        gate.opened = True
        assert len(partner.get_instances()) == 0


def patiently(wait: Callable[[], object]) -> None:
    """A wait of the mock is over after 30 seconds: too soon for so many, on a machine that is busy."""
    while True:
        with contextlib.suppress(TimeoutError):
            wait()
            return


def codes(ended: list[BaseException | None]) -> set[str]:
    """The different codes of these errors."""
    return {error.code if isinstance(error, GreenApiError) else repr(error) for error in ended}


class Place(NamedTuple):
    """A mock in a process of its own, which holds all creations but the first one."""

    process: subprocess.Popen[str]
    url: str
    token: str

    @classmethod
    def taken(cls, port: int = 0, token: str | None = None) -> "Place":
        options = {"port": port} | ({"partner_token": token} if token else {})
        code = f"""if True:
        from greenapi_partner.testing import MockServer
        mock = MockServer(**{options!r})
        mock.faults("createInstance", {{"headers": {{}}}}, {{"hold": True, "times": -1}})
        print(mock.url, mock.partner_token, flush=True)
        input()
        """
        pipe = subprocess.PIPE
        process = subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe, text=True)
        assert process.stdout is not None
        return cls(process, *process.stdout.readline().split())

    def again(self) -> "Place":
        return Place.taken(int(self.url.rpartition(":")[2]), self.token)

    def killed(self) -> None:
        with self.process:
            self.process.kill()


def test_a_server_that_is_killed_and_comes_back_is_found_again_and_nothing_is_created_twice() -> None:
    place = Place.taken()
    with PartnerClient(place.token, partner_api_url=place.url) as partner, ThreadPoolExecutor(16) as pool:
        partner.create_instance(name="before")
        for _ in range(3):
            calls = [pool.submit(partner.create_instance, name="lost") for _ in range(16)]
            held(place, 16)
            place.killed()
            assert codes([call.exception() for call in calls]) == {"outcome_unknown"}
            with pytest.raises(UnavailableError, match=r"nothing was sent$"):
                partner.create_instance(name="refused")
            place = place.again()
            created = partner.create_instance(name="shop-42")
            assert [one.id_instance for one in partner.get_instances()] == [created.id_instance]
        place.killed()


def held(place: Place, count: int) -> None:
    """Waits until the mock holds so many creations."""
    query = f"method=createInstance&outcome=held&count={count}"
    with socket.create_connection(("127.0.0.1", int(place.url.rpartition(":")[2]))) as connection:
        connection.sendall(
            f"GET /_mock/requests/wait?{query} HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n\r\n".encode()
        )
        with connection.makefile("rb") as answer:
            assert b" 200 " in answer.readline()
