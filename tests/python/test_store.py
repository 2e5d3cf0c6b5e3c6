"""Stores: one creation per name, whichever process asks, waited for or awaited."""

import asyncio
import pickle
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import child
import pytest

import greenapi_partner
from greenapi_partner import (
    AsyncPartnerClient,
    ConfigurationError,
    InvalidRequestError,
    Ledger,
    PartnerClient,
    Store,
    UnavailableError,
)
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


def test_a_journal_in_a_store_goes_on_whichever_client_takes_it_up(
    mock: MockServer, partner: PartnerClient, file: Path
) -> None:
    mock.faults("createInstance", {}, {"status": 401})
    specs: list[dict[str, Any]] = [{}, {}]
    first = partner.create_instances(specs, journal=Store(file).journal("spring"), concurrency=1).collect()
    assert [(item.name, item.status) for item in first] == [("spring-1", "done"), ("spring-2", "failed")]

    async def taken_up() -> list[str]:
        async with AsyncPartnerClient(mock.partner_token, partner_api_url=mock.url) as other:
            run = other.create_instances(specs, journal=Store(str(file)).journal("spring"))
            return [item.status async for item in run]

    assert sorted(asyncio.run(taken_up())) == ["done", "skipped"]
    assert len(mock.requests("createInstance")) == 3
    assert not list(file.parent.glob("spring*")), "it is no file"


@pytest.mark.parametrize("client", [PartnerClient, AsyncPartnerClient])
def test_every_run_takes_a_journal_of_a_store(
    mock: MockServer, partner: PartnerClient, file: Path, client: Any
) -> None:
    shop = partner.ensure_instance(name="shop-42")
    journal = Store(file).journal("spring")

    async def refused(call: str, *arguments: Any, **options: Any) -> str:
        other = client(mock.partner_token, partner_api_url=mock.url)
        run = getattr(other, call)(*arguments, journal=journal, **options)
        try:
            run.collect() if client is PartnerClient else await run.collect()
        except InvalidRequestError as error:
            return str(error)
        return "nothing"

    partner.reboot_instances([shop], journal=journal).collect()
    others: dict[str, Any] = {"set_instances_settings": {"incoming_webhook": True}, "delete_instance_accounts": {}}
    for call, options in (others | {"logout_instances": {}}).items():
        told = asyncio.run(refused(call, [shop], **options))
        assert 'the journal "spring" in the store' in told, call
        assert "another kind of run" in told, call
    assert "another kind of run" in asyncio.run(refused("create_instances", ["shop-42"]))
    assert "over other items" in asyncio.run(refused("reboot_instances", [shop, 7]))
    assert not mock.requests("deleteInstanceAccount")


def test_one_run_has_a_journal_of_a_store_at_a_time(mock: MockServer, partner: PartnerClient, file: Path) -> None:
    other = PartnerClient(mock.partner_token, partner_api_url=mock.url)
    store, names = Store(file), [f"shop-{number}" for number in range(6)]
    with partner.create_instances(names, journal=store.journal("spring"), concurrency=1) as run:
        assert next(iter(run)).status == "done"
        with pytest.raises(InvalidRequestError, match="is in use: process"):
            other.create_instances(names, journal=Store(file).journal("spring")).collect()
        assert partner.create_instances(["cafe-1"], journal=store.journal("autumn")).collect()[0].status == "done"
        run.collect()
    assert {item.status for item in partner.create_instances(names, journal=store.journal("spring"))} == {"skipped"}


def test_a_ledger_in_a_store_has_many_writers_and_the_bill_of_a_file(
    mock: MockServer, partner: PartnerClient, file: Path
) -> None:
    for number in range(4):
        partner.ensure_instance(name=f"shop-{number}")
    instances = partner.get_instances()

    def recorded(_: int) -> None:
        with Ledger(Store(file)) as ledger:
            ledger.record(instances)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(recorded, range(8)))
    code = f"""
    from greenapi_partner import Ledger, Store
    with Ledger(Store({str(file)!r})) as ledger:
        ledger.record(partner.get_instances())
        ledger.record_inspections(partner.inspect(history=True))
    """
    program = child.run(code, mock)
    assert program.returncode == 0, program.stderr
    with Ledger(Store(file)) as stored, Ledger(":memory:") as local, Ledger(Store(file, account="other")) as other:
        local.record(instances)
        bills = [ledger.billing(price_per_day="0.30") for ledger in (stored, local)]
        assert [bill.total for bill in bills] == [bills[1].total] * 2
        assert bills[0].instances.to_dicts() == bills[1].instances.to_dicts()
        assert other.billing().total_days == 0, "another account's"


def test_a_watch_remembers_in_a_ledger_of_a_store(mock: MockServer, partner: PartnerClient, file: Path) -> None:
    with Ledger(Store(file)) as ledger:
        ledger.record(partner.get_instances())
    shop = partner.ensure_instance(name="shop-42")
    with Ledger(Store(file)) as ledger, partner.watch(interval=0.01, ledger=ledger) as changes:
        change = next(iter(changes))
    assert (change.kind, change.id_instance) == ("created", shop.id_instance)


def test_what_is_in_a_store_shows_where_and_no_password() -> None:
    store = Store(AWAY, account="north")
    where = 'postgresql://127.0.0.1:1/shop, account "north"'
    journal = store.journal("spring")
    assert (journal.name, repr(journal)) == ("spring", f'<Journal "spring" in {where}>')
    with Ledger(store) as ledger:
        assert repr(ledger) == f"<Ledger in {where}>"
    assert repr(ledger) == f"<Ledger in {where}, closed>"
    with pytest.raises(ConfigurationError, match="the ledger is closed"):
        ledger.billing()
    for one in (journal, ledger):
        with pytest.raises(TypeError):
            pickle.dumps(one)


def test_what_is_no_journal_and_no_place_for_one_is_refused_before_anything_is_sent(
    mock: MockServer, partner: PartnerClient, tmp_path: Path
) -> None:
    store = Store(tmp_path / "partner.sqlite")
    with pytest.raises(TypeError):
        store.journal(7)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        greenapi_partner.Journal()
    with pytest.raises(TypeError, match="path must be a path or a Store, not int"):
        Ledger(7)  # type: ignore[arg-type]
    for wrong in (7, store):
        with pytest.raises(InvalidRequestError, match="journal must be a Journal, or a path"):
            partner.create_instances(["shop-1"], journal=wrong)  # type: ignore[arg-type]
    nowhere = Store(tmp_path / "no folder" / "partner.sqlite")
    with pytest.raises(ConfigurationError):
        partner.create_instances(["shop-1"], journal=nowhere.journal("spring")).collect()
    with pytest.raises(ConfigurationError), Ledger(nowhere) as ledger:
        ledger.record(partner.get_instances())
    with pytest.raises(UnavailableError) as away:
        partner.create_instances(["shop-1"], journal=Store(AWAY, claim=1).journal("spring")).collect()
    assert SECRET not in repr(away.value) + str(away.value)
    partner.ensure_instance(name="shop-42")
    partner.create_instances(["cafe-1"], journal=store.journal("spring")).collect()
    with MockServer() as elsewhere, PartnerClient(elsewhere.partner_token, partner_api_url=elsewhere.url) as other:
        with pytest.raises(InvalidRequestError, match="another partner account"):
            other.create_instances(["cafe-1"], journal=store.journal("spring")).collect()
        assert not elsewhere.requests("createInstance")
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
    journal = store.journal("spring")
    def ensured():
        client = PartnerClient({mock.partner_token!r}, partner_api_url={mock.url!r}, store=store)
        print(client.ensure_instance(name="shop-42").id_instance, flush=True)
        print(client.create_instances(["cafe-1"], journal=journal).collect()[0].status, flush=True)
    ensured()
    pid = os.fork()
    if pid == 0:
        signal.alarm(10)
        ensured()
        os._exit(0)
    print("child", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    """
    program = child.run(code, mock)
    first, done, second, skipped, ended = program.stdout.splitlines()
    assert (first == second, done, skipped, ended) == (True, "done", "skipped", "child 0"), program.stderr
