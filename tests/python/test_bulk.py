"""Runs that change many instances: what Python takes for their arguments, and how they are left."""

import asyncio
import pickle
import signal
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import child
import pytest
from conftest import of, until

from greenapi_partner import (
    AsyncBulkRun,
    AsyncPartnerClient,
    BulkItem,
    BulkRun,
    InvalidRequestError,
    LimitExceededError,
    PartnerClient,
    Table,
)
from greenapi_partner.testing import MockServer

IDS = [1101000001, 1101000002, 1101000003]


@pytest.fixture
def mock(mock: MockServer) -> MockServer:
    """Three instances."""
    for number in IDS:
        mock.add_instance(idInstance=number, name=f"shop-{number % 10}")
    return mock


class Index:
    """What a number of numpy is to us."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __index__(self) -> int:
        return self._number


WAYS: dict[str, Callable[[PartnerClient], Any]] = {
    "ints": lambda partner: IDS,
    "a generator": lambda partner: (number for number in IDS),
    "whatever is an index": lambda partner: tuple(Index(number) for number in IDS),
    "a list": lambda partner: partner.get_instances(),
    "a part of it": lambda partner: partner.get_instances()[:],
    "some of it": lambda partner: [one for one in partner.get_instances() if one.name],
    "inspections": lambda partner: sorted(partner.inspect(), key=lambda one: one.id_instance),
    "items": lambda partner: partner.reboot_instances(IDS, dry_run=True).collect(),
    "a bill's rows": lambda partner: partner.get_instances().billing().instances,
}


@pytest.mark.parametrize("way", WAYS)
def test_instances_are_named_in_many_ways(partner: PartnerClient, way: str) -> None:
    run = partner.delete_instance_accounts(WAYS[way](partner), dry_run=True, delete_all=True)
    assert isinstance(run, BulkRun)
    assert [(item.status, item.id_instance) for item in run] == [("planned", number) for number in IDS]


@pytest.mark.parametrize("way", WAYS)
def test_every_live_instance_is_not_deleted_however_it_is_named(
    mock: MockServer, partner: PartnerClient, way: str
) -> None:
    with pytest.raises(LimitExceededError, match="all 3 live instances"):
        partner.delete_instance_accounts(WAYS[way](partner)).collect()
    assert mock.requests("deleteInstanceAccount") == mock.requests("logout") == []


def test_a_column_of_a_data_frame_is_no_way_around_it(mock: MockServer, partner: PartnerClient) -> None:
    pytest.importorskip("pandas", reason="data frames are installed on one Python only")
    mock.add_instance(idInstance=1101000009, name="old", deleted=True)
    frame = partner.get_instances().to_pandas()
    for column in (frame["id_instance"], frame["id_instance"].tolist(), frame["id_instance"].to_numpy()):
        with pytest.raises(LimitExceededError):
            partner.delete_instance_accounts(column).collect()
    assert mock.requests("deleteInstanceAccount") == []


def test_items_and_new_instances_name_instances_too(partner: PartnerClient) -> None:
    created = partner.create_instance(name="new")
    items = partner.reboot_instances([created], dry_run=True).collect()
    assert [item.id_instance for item in partner.logout_instances(items, dry_run=True)] == [created.id_instance]
    assert [one.id_instance for one in partner.inspect([created])] == [created.id_instance]


@pytest.mark.parametrize("ids", ["1101000001", {"a": 1}, 1101000001, [True], [0], [1.0], ["a"], [None]])
def test_what_names_no_instances_is_refused_at_once(mock: MockServer, partner: PartnerClient, ids: Any) -> None:
    for begin in (partner.delete_instance_accounts, partner.reboot_instances, partner.inspect):
        with pytest.raises(InvalidRequestError):
            begin(ids)
    assert mock.requests() == []


def test_an_item_without_an_id_is_refused(mock: MockServer, partner: PartnerClient) -> None:
    mock.faults("createInstance", {"status": 403, "body": {"code": 403, "description": "no"}})
    failed = partner.create_instances(["new"]).collect()
    assert [(item.status, item.id_instance) for item in failed] == [("failed", None)]
    with pytest.raises(InvalidRequestError):
        partner.delete_instance_accounts(failed)


@pytest.mark.parametrize("specs", ["shop", {"name": "shop"}, 7, None, [7], [{"colour": "red"}], [["name", "shop"]]])
def test_a_slip_of_the_pen_creates_nothing(mock: MockServer, partner: PartnerClient, specs: Any) -> None:
    with pytest.raises(InvalidRequestError, match="specs"):
        partner.create_instances(specs)
    assert mock.requests() == []


def test_specs_are_names_or_keyword_arguments(mock: MockServer, partner: PartnerClient) -> None:
    specs = ["a", {"name": "b", "incoming_webhook": True, "extra": {"plan": "pro"}}]
    assert [item.status for item in partner.create_instances(iter(specs), concurrency=1)] == ["done", "done"]
    sent = [request["body"] for request in mock.requests("createInstance")]
    assert sent == [{"name": "a"}, {"name": "b", "incomingWebhook": "yes", "plan": "pro"}]


@pytest.mark.parametrize("price", [Decimal("0.1"), "0.1"])
def test_money_is_exact(mock: MockServer, partner: PartnerClient, price: Any) -> None:
    with pytest.raises(LimitExceededError):
        partner.create_instances(["a", "b", "c", "d"], max_cost="0.3", price_per_day=price).collect()
    assert mock.requests("createInstance") == []
    run = partner.create_instances(["a", "b", "c"], max_cost=Decimal("0.3"), price_per_day=price)
    assert [item.status for item in run] == ["done"] * 3


def test_whole_money_and_a_decimal_with_an_exponent_are_exact_too(partner: PartnerClient) -> None:
    run = partner.create_instances(["a", "b"], max_cost=Decimal("2E+1"), price_per_day=10, dry_run=True)
    assert [item.status for item in run] == ["planned"] * 2


@pytest.mark.parametrize("money", [0.3, True, Decimal("NaN"), Decimal("Infinity"), "cheap", [1], float("nan")])
def test_what_is_no_exact_money_is_refused(mock: MockServer, partner: PartnerClient, money: Any) -> None:
    with pytest.raises(InvalidRequestError, match="max_cost"):
        partner.create_instances(["a"], max_cost=money, price_per_day=1)
    assert mock.requests() == []


def test_a_float_is_refused_with_what_to_write(partner: PartnerClient) -> None:
    with pytest.raises(InvalidRequestError, match=r'a float is not exact, so write Decimal\("0.30"\)'):
        partner.create_instances(["a"], max_cost=0.3)  # type: ignore[arg-type]


def test_a_word_that_there_is_not_is_a_type_error(partner: PartnerClient) -> None:
    given: dict[str, Any] = {"max_new": 1}
    for begin in (partner.delete_instance_accounts, partner.reboot_instances, partner.logout_instances):
        with pytest.raises(TypeError, match="got an unexpected keyword argument 'max_new'"):
            begin(IDS, **given)
    with pytest.raises(TypeError, match=r"create_instances\(\) got an unexpected keyword argument 'logout'"):
        partner.create_instances(["a"], **{"logout": False})
    with pytest.raises(TypeError, match=r"watch\(\) got an unexpected keyword argument 'phone'"):
        partner.watch(**{"phone": True})  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"set_instances_settings\(\) got an unexpected keyword argument 'colour'"):
        partner.set_instances_settings(IDS, **{"colour": "red"})  # type: ignore[arg-type]


def test_settings_are_sent_and_options_are_not(mock: MockServer, partner: PartnerClient) -> None:
    run = partner.set_instances_settings(
        IDS[:1], incoming_webhook=True, webhook_url="", extra={"new": 1}, timeout=5, concurrency=1, link_preview=None
    )
    assert [item.status for item in run] == ["done"]
    (request,) = mock.requests("setSettings")
    assert request["body"] == {"incomingWebhook": "yes", "webhookUrl": "", "new": 1}


def test_a_journal_is_a_path(mock: MockServer, partner: PartnerClient, tmp_path: Path) -> None:
    journal = tmp_path / "shops.journal"
    for statuses in (["done"], ["skipped"]):
        assert [item.status for item in partner.create_instances(["new"], journal=journal)] == statuses
    assert [item.status for item in partner.create_instances(["new"], journal=str(journal))] == ["skipped"]
    assert len(mock.requests("createInstance")) == 1
    with pytest.raises(InvalidRequestError, match="journal"):
        partner.create_instances(["new"], journal=7)  # type: ignore[arg-type]


def statuses(report: Table[BulkItem]) -> list[str]:
    return [item.status for item in report]


def is_over(run: BulkRun | AsyncBulkRun) -> bool:
    """Whether what was sent has ended, and the rest is told."""
    return not {"waiting", "underWay"} & set(statuses(run.report()))


def test_the_report_says_how_each_item_stands(mock: MockServer, partner: PartnerClient) -> None:
    run = partner.create_instances(["a", "b"], concurrency=1)
    assert statuses(run.report()) == []
    first = next(run)
    assert (first.name, first.status) == ("a", "done")
    assert statuses(run.report())[0] == "done"
    assert run.collect()[-1] == run.report()[-1]
    assert [item.name for item in run.report()] == ["a", "b"]
    assert statuses(run.report()) == ["done", "done"]


def test_leaving_the_loop_begins_nothing_more(mock: MockServer, partner: PartnerClient) -> None:
    mock.faults("createInstance", {}, {"hold": True})
    run = partner.create_instances(["a", "b", "c", "d"], concurrency=1)
    for item in run:
        assert item.name == "a"
        mock.wait_for_requests("createInstance", count=2)
        break
    run.close()
    mock.release()
    until(lambda: is_over(run))
    assert statuses(run.report()) == ["done", "done", "skipped", "skipped"]
    assert len(mock.requests("createInstance")) == 2


def test_ctrl_c_stops_a_run_and_the_report_says_what_was_sent(mock: MockServer) -> None:
    mock.faults("createInstance", {"hold": True})
    code = """
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background starts with it ignored
    run = partner.create_instances(["a", "b", "c"], concurrency=1)
    try:
        next(run)
    except KeyboardInterrupt:
        print("interrupted;", run.report()[0].status, flush=True)
        while any(item.status in ("waiting", "underWay") for item in run.report()):
            pass
        print([(item.name, item.status) for item in run.report()], list(run))
    """
    with subprocess.Popen(child.program(code, mock), stdout=subprocess.PIPE, text=True) as program:
        mock.wait_for_requests("createInstance", outcome="held")
        program.send_signal(signal.SIGINT)
        assert program.stdout is not None
        assert program.stdout.readline() == "interrupted; underWay\n"
        mock.release()
        printed, _ = program.communicate(timeout=child.LONGEST)
    assert (program.returncode, printed) == (0, "[('a', 'done'), ('b', 'skipped'), ('c', 'skipped')] []\n")
    assert len(mock.requests("createInstance")) == 1


def test_the_end_of_a_with_begins_nothing_more_also_after_an_error(mock: MockServer, partner: PartnerClient) -> None:
    mock.faults("createInstance", {}, {"hold": True})
    run = partner.create_instances(["a", "b", "c"], concurrency=1)

    def fail() -> None:
        with run:
            next(run)
            mock.wait_for_requests("createInstance", count=2)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    mock.release()
    until(lambda: is_over(run))
    assert statuses(run.report()) == ["done", "done", "skipped"]


async def test_a_cancelled_task_stops_a_run_and_the_report_says_what_was_sent(
    async_partner: AsyncPartnerClient, mock: MockServer
) -> None:
    mock.faults("createInstance", {}, {"hold": True})
    run = async_partner.create_instances(["a", "b", "c"], concurrency=1)
    assert isinstance(run, AsyncBulkRun)
    task = asyncio.create_task(run.collect())
    await asyncio.to_thread(mock.wait_for_requests, "createInstance", count=2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert statuses(run.report())[:2] == ["done", "underWay"]
    mock.release()
    await asyncio.to_thread(until, lambda: is_over(run))
    assert statuses(run.report()) == ["done", "done", "skipped"]
    assert [item async for item in run] == []
    assert len(mock.requests("createInstance")) == 2


async def test_the_async_runs_are_not_awaited(async_partner: AsyncPartnerClient, mock: MockServer) -> None:
    async with async_partner.reboot_instances(IDS) as run:
        assert {item.status async for item in run} == {"done"}
    assert statuses(run.report()) == ["done"] * 3
    assert [item.status async for item in async_partner.logout_instances([])] == []
    assert [one.group async for one in async_partner.inspect(IDS[:1])] == ["starting"]


def test_a_run_of_a_closed_client_is_refused_when_it_begins(mock: MockServer) -> None:
    with PartnerClient(mock.partner_token, **of(mock)) as partner:
        run = partner.create_instances(["a"])
    with pytest.raises(Exception, match="closed"):
        next(run)
    assert mock.requests("createInstance") == []


def test_neither_run_nor_report_is_pickled(partner: PartnerClient) -> None:
    run = partner.reboot_instances(IDS, dry_run=True)
    run.collect()
    for thing in (run, run.report(), run.report()[0]):
        with pytest.raises(TypeError, match="pickled"):
            pickle.dumps(thing)
