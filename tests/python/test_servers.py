"""The servers that programs run in: a client works in each of their processes, wherever it was made."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import child
import pytest
from conftest import until

from greenapi_partner.testing import MockServer

for server in ("gunicorn", "uvicorn", "celery"):
    pytest.importorskip(server, reason="servers are installed on one Python only")

WORKERS = 2

WSGI = """
import os
from greenapi_partner import PartnerClient

partner = PartnerClient()  # the token and the address are in the environment
partner.get_instances()  # threads and a connection, which a fork does not take along
made_in = os.getpid()

def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{len(partner.get_instances())} {made_in} {os.getpid()}".encode()]
"""

ASGI = """
import os
from greenapi_partner import AsyncPartnerClient

partner = AsyncPartnerClient()
made_in = os.getpid()

async def app(scope, receive, send):
    body = f"{len(await partner.get_instances())} {made_in} {os.getpid()}".encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})
"""

TASKS = """
import os
import uuid
from pathlib import Path
from celery import Celery
from kombu.transport.filesystem import Channel
from kombu.utils.json import dumps
from greenapi_partner import PartnerClient

def put(channel, queue, payload, **options):
    message = Path("outbox", f"{uuid.uuid4()}.{queue}.msg")
    message.write_text(dumps(payload))
    message.rename(Path("queue", message.name))

Channel._put = put  # its own lets others see a message of which nothing is written yet, and who reads that loses it

partner = PartnerClient()
partner.get_instances()  # before the fork

app = Celery(broker="filesystem://")
app.conf.broker_transport_options = {
    "data_folder_in": "queue", "data_folder_out": "queue", "control_folder": "control", "polling_interval": 0.01
}
app.conf.worker_lost_wait = 0.001  # 0 would be 10

@app.task(name="onboard", acks_late=True, reject_on_worker_lost=True)  # at least once, whatever dies
def onboard(name):
    Path("begun").write_text(str(os.getpid()))
    partner.ensure_instance(name=name)
    Path("done").touch()
"""


@pytest.fixture(autouse=True)
def a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def door() -> Iterator[socket.socket]:
    """Where a server is to listen. It is open already: who comes too early waits."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        yield door


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("preload", [True, False])
def test_each_process_of_gunicorn_makes_calls(
    mock: MockServer, door: socket.socket, threads: int, preload: bool
) -> None:
    Path("web.py").write_text(WSGI)
    command = ["gunicorn", "web:app", "--workers", f"{WORKERS}", "--keep-alive", "0", "--no-control-socket"]
    if threads > 1:  # a process takes as many requests as it has threads, and leaves the next one to another
        command += ["--worker-class", "gthread", "--threads", f"{threads}", "--worker-connections", f"{threads}"]
    if preload:
        command += ["--preload"]
    with running([*command, "--bind", f"fd://{door.fileno()}"], mock, door.fileno()) as gunicorn:
        mock.wait_for_requests("getInstances", count=1 if preload else WORKERS)  # what the program asks by itself
        everybody = threads * WORKERS
        mock.faults("getInstances", {"hold": True, "times": everybody})
        with ThreadPoolExecutor(everybody) as browsers:
            answers = [browsers.submit(ask, door) for _ in range(everybody)]
            mock.wait_for_requests("getInstances", count=everybody, outcome="held")
            mock.release()
        stop(gunicorn)
    found, made_in, answered_by = zip(*(answer.result() for answer in answers), strict=True)
    assert found == ("0",) * everybody
    assert [answered_by.count(process) for process in set(answered_by)] == [threads] * WORKERS
    assert set(made_in) == ({f"{gunicorn.pid}"} if preload else set(answered_by))


def test_each_process_of_uvicorn_makes_calls(mock: MockServer, door: socket.socket) -> None:
    Path("web.py").write_text(ASGI)
    command = ["uvicorn", "web:app", "--workers", f"{WORKERS}", "--lifespan", "off"]
    answered_by = set()
    with running([*command, "--fd", f"{door.fileno()}"], mock, door.fileno()) as uvicorn:
        while len(answered_by) < WORKERS:  # any of them may take a request
            found, made_in, process = ask(door)
            assert (found, made_in) == ("0", process)
            answered_by.add(process)
        stop(uvicorn)


def test_a_task_of_celery_whose_process_dies_creates_its_instance_once(mock: MockServer) -> None:
    Path("tasks.py").write_text(TASKS)
    for folder in "outbox", "queue", "control":
        Path(folder).mkdir()
    celery = ["celery", "--app", "tasks"]
    mock.faults("createInstance", {"hold": True, "act": True})
    with running([*celery, "call", "onboard", "--args", '["shop-42"]'], mock) as call:
        assert call.wait(child.LONGEST) == 0
    with running([*celery, "worker", "--pool", "prefork", "--concurrency", "1"], mock):
        mock.wait_for_requests("createInstance", outcome="held")  # it is created, and its task does not know that yet
        os.kill(int(Path("begun").read_text()), signal.SIGKILL)
        until(Path("done").exists)  # by the next process, which looks before it would create
    assert [made["name"] for made in mock.instances()] == ["shop-42"]
    assert len(mock.requests("createInstance")) == 1


@contextmanager
def running(command: list[str], mock: MockServer, *doors: int) -> Iterator[subprocess.Popen[str]]:
    """A program, and whatever it starts, until the end of the block."""
    account = {"GREENAPI_PARTNER_TOKEN": mock.partner_token, "GREENAPI_PARTNER_API_URL": mock.url}
    with subprocess.Popen(
        [sys.executable, "-m", *command],
        env={**os.environ, **account},
        pass_fds=doors,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as program:
        try:
            yield program
        finally:
            with suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)
            print(*program.communicate())


def stop(server: subprocess.Popen[str]) -> None:
    """Asks a server to end, which it and its workers do without a complaint."""
    server.terminate()
    said, _ = server.communicate(timeout=child.LONGEST)
    print(said)
    assert (server.returncode, "Traceback" in said, "ERROR" in said) == (0, False, False)


def ask(door: socket.socket) -> list[str]:
    """What a browser is answered."""
    with urllib.request.urlopen(f"http://127.0.0.1:{door.getsockname()[1]}", timeout=child.LONGEST) as answer:
        return answer.read().decode().split()
