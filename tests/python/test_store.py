"""Stores: one creation per name, whichever process asks, waited for or awaited."""

import asyncio
import pickle
import subprocess
from collections.abc import Iterator
from pathlib import Path

import child
import pytest

import greenapi_partner
from greenapi_partner import AsyncPartnerClient, ConfigurationError, PartnerClient, Store, UnavailableError
from greenapi_partner.testing import MockServer

SECRET = "hidden-4711"
AWAY = f"postgresql://ann:{SECRET}@127.0.0.1:1/shop"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "partner.sqlite"


@pytest.fixture
def worker(mock: MockServer, file: Path) -> Iterator[PartnerClient]:
    with PartnerClient(mock.partner_token, partner_api_url=mock.url, store=file) as client:
        yield client


WORKER = r"""
store = Store(sys.argv[1])
partner = PartnerClient(sys.argv[2], partner_api_url=sys.argv[3], store=store)
async_partner = AsyncPartnerClient(sys.argv[2], partner_api_url=sys.argv[3], store=store)
NAMES = [f"shop-{number}" for number in range(10)]

def told(name, ensured):
    sys.stdout.write(f"{name} {ensured.id_instance}\n")

def waited_for():
    ensure = lambda name: told(name, partner.ensure_instance(name=name))
    threads = [threading.Thread(target=ensure, args=[name]) for name in NAMES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

async def all_at_once():
    all_of_them = await asyncio.gather(*(async_partner.ensure_instance(name=name) for name in NAMES))
    for name, ensured in zip(NAMES, all_of_them):
        told(name, ensured)

waited_for() if sys.argv[4] == "waited_for" else asyncio.run(all_at_once())
"""


def test_four_processes_that_ask_at_once_create_each_name_once(mock: MockServer, file: Path) -> None:
    mock.faults("createInstance", {"delayMs": 150, "times": -1})
    code = f"{child.EVERYTHING}\nfrom greenapi_partner import AsyncPartnerClient, PartnerClient, Store\n{WORKER}"
    workers = [
        subprocess.Popen(
            [child.sys.executable, "-X", "dev", "-c", code, str(file), mock.partner_token, mock.url, kind],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for kind in ["waited_for", "awaited"] * 2
    ]
    answers = set()
    for process in workers:
        said, errors = process.communicate(timeout=child.LONGEST)
        assert process.returncode == 0, errors
        answers.update(said.splitlines())
    assert len(answers) == 10, "everybody got the same of each name"
    assert len(mock.requests("createInstance")) == 10


def test_a_known_name_is_answered_without_the_list(mock: MockServer, worker: PartnerClient, file: Path) -> None:
    created = worker.ensure_instance(name="shop-42")
    lists = len(mock.requests("getInstances"))

    async def known() -> int:
        async with AsyncPartnerClient(mock.partner_token, partner_api_url=mock.url, store=str(file)) as other:
            return (await other.ensure_instance(name="shop-42")).id_instance

    assert asyncio.run(known()) == created.id_instance
    assert len(mock.requests("getInstances")) == lists


def test_a_run_needs_no_journal(mock: MockServer, worker: PartnerClient, file: Path) -> None:
    names = ["shop-1", "shop-2"]
    assert [item.status for item in worker.create_instances(names).collect()] == ["done", "done"]
    with PartnerClient(mock.partner_token, partner_api_url=mock.url, store=Store(file)) as other:
        assert [item.status for item in other.create_instances(names).collect()] == ["skipped", "skipped"]
    assert len(mock.requests("createInstance")) == 2


def test_what_nobody_knows_is_sent_again_with_a_word(mock: MockServer, worker: PartnerClient) -> None:
    mock.faults("createInstance", {"cut": "after_request"})
    for _ in range(2):
        with pytest.raises(greenapi_partner.OutcomeUnknownError):
            worker.ensure_instance(name="shop-42", settle=0)
    assert len(mock.requests("createInstance")) == 1
    assert worker.ensure_instance(name="shop-42", retry_unknown=True).is_new


def test_a_store_shows_where_it_is_and_no_password() -> None:
    store = Store(AWAY, account="north")
    assert (store.address, store.account) == ("postgresql://127.0.0.1:1/shop", "north")
    assert SECRET not in repr(store) + str(store)
    with pytest.raises(TypeError):
        pickle.dumps(store)


def test_a_store_that_cannot_be_reached_is_told_before_anything_is_sent(mock: MockServer) -> None:
    with PartnerClient(mock.partner_token, partner_api_url=mock.url, store=AWAY) as client:
        with pytest.raises(UnavailableError) as refused:
            client.ensure_instance(name="shop-42", timeout=0.3)
        assert SECRET not in repr(refused.value) + str(refused.value) + repr(client)
    assert not mock.requests("createInstance")


@pytest.mark.parametrize("address", ["", "mysql://a/b", "/", "postgresql://ann@db/shop?sslmode=odd"])
def test_an_address_that_will_not_do_is_refused_at_once(mock: MockServer, address: str) -> None:
    for make in [
        lambda: Store(address),
        lambda: PartnerClient(mock.partner_token, store=address),
        lambda: AsyncPartnerClient(mock.partner_token, store=address),
    ]:
        with pytest.raises(ConfigurationError, match="address"):
            make()


def test_what_is_no_store_is_named() -> None:
    with pytest.raises(TypeError, match="address must be a path or a postgresql:// URL"):
        Store(1)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="store must be a Store, a path or a postgresql:// URL"):
        PartnerClient("gac.x", store=1)  # type: ignore[arg-type]
    for options in [{"account": ""}, {"schema": " "}, {"claim": 0.5}]:
        with pytest.raises(ConfigurationError):
            Store("partner.sqlite", **options)
    with pytest.raises(greenapi_partner.InvalidRequestError, match="fresh"):
        Store("partner.sqlite", fresh=-1)


def test_a_store_works_in_a_forked_child(mock: MockServer, file: Path) -> None:
    code = f"""
    from greenapi_partner import Store
    store = Store({str(file)!r})
    def ensured():
        client = PartnerClient({mock.partner_token!r}, partner_api_url={mock.url!r}, store=store)
        print(client.ensure_instance(name="shop-42").id_instance, flush=True)
    ensured()
    pid = os.fork()
    if pid == 0:
        signal.alarm(10)
        ensured()
        os._exit(0)
    print("child", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    """
    program = child.run(code, mock)
    first, second, ended = program.stdout.splitlines()
    assert (first == second, ended) == (True, "child 0"), program.stderr
