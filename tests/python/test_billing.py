"""Bills and ledgers in Python: what they take, what they give, and how a ledger is left."""

import copy
import os
import pickle
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import child
import pytest

from greenapi_partner import (
    AsyncPartnerClient,
    Billing,
    ConfigurationError,
    Instances,
    InvalidRequestError,
    Ledger,
    PartnerClient,
    Saving,
    Table,
)
from greenapi_partner.testing import MockServer

NOON = datetime(2026, 11, 25, 12, tzinfo=timezone.utc)
AT = {"until": NOON, "listed_at": NOON}
IDS = [1101000001, 1101000002]


@pytest.fixture
def mock(mock: MockServer) -> MockServer:
    """Two instances, of three days and of one, on two tariffs."""
    mock.set_clock("2026-11-25T12:00:00Z")
    mock.add_instance(idInstance=IDS[0], name="demo-1", createdAt="2026-11-23T08:00:00Z")
    mock.add_instance(idInstance=IDS[1], name="shop-1", createdAt="2026-11-25T08:00:00Z", tariff="PARTNER_24")
    return mock


@pytest.fixture
def instances(partner: PartnerClient) -> Instances:
    return partner.get_instances()


@pytest.mark.parametrize("price", [Decimal("1.50"), "1.50", {"PARTNER_23": "1.50", "PARTNER_24": Decimal("1.50")}])
def test_sums_are_exact(instances: Instances, price: Any) -> None:
    bill = instances.billing(price_per_day=price, **AT)
    assert isinstance(bill, Billing)
    assert (bill.total, bill.total_days, bill.unpriced_days) == (Decimal("6.00"), 4, 0)
    assert isinstance(bill.forecast, Decimal)
    assert bill.next_charge_at == datetime(2026, 11, 25, 21, tzinfo=timezone.utc)
    assert bill.complete_since is not None
    assert bill.complete_since.utcoffset() == timedelta(0)
    assert repr(bill) == "<Billing: 6.00 for 4 days, 0 of them without a price>"


def test_a_tariff_without_a_price_is_said(instances: Instances) -> None:
    bill = instances.billing(price_per_day={"PARTNER_23": 2}, **AT)
    assert (bill.total, bill.unpriced_days) == (Decimal(6), 1)
    assert bill.instances[1].cost is None
    assert "1 of them have no price" in bill._repr_html_()


def test_tables_have_pythons_own_types(instances: Instances) -> None:
    bill = instances.billing(price_per_day="1.50", **AT)
    for table in (bill.instances, bill.days, bill.months, bill.prefixes, bill.other, bill.waste(0)):
        assert isinstance(table, Table)
    assert [(day.date, day.instances, day.cost) for day in bill.days][-1] == (date(2026, 11, 25), 2, Decimal("3.00"))
    assert [(row.month, row.days) for row in bill.months] == [("2026-11", 4)]
    assert [(row.prefix, row.cost) for row in bill.prefixes] == [("demo", Decimal("4.50")), ("shop", Decimal("1.50"))]
    assert [row.why for row in bill.waste()] == ["unknown", "unknown"]
    assert [row.why for row in bill.waste(10**30)] == ["unknown", "unknown"]
    for days in (-1, -(10**30)):
        with pytest.raises(InvalidRequestError, match="idle_days must be a whole number from 0 up"):
            bill.waste(days)
    assert repr(bill.other) == "<Table: 0 rows of InstanceCost>"


def test_what_if_takes_ids_and_rows(instances: Instances) -> None:
    bill = instances.billing(price_per_day="1.50", **AT)
    saving = bill.if_deleted([IDS[0], 7])
    assert isinstance(saving, Saving)
    assert (saving.instances, saving.per_day, saving.ignored) == (1, Decimal("1.50"), [7])
    assert bill.if_deleted(bill.waste(0)) == bill.if_deleted(instances) == bill.if_deleted(IDS)
    with pytest.raises(InvalidRequestError, match="ids must be a list"):
        bill.if_deleted(str(IDS[0]))  # type: ignore[arg-type]


def test_since_is_a_day_and_the_rest_are_moments(instances: Instances) -> None:
    moscow = NOON.astimezone(timezone(timedelta(hours=3)))
    assert instances.billing(since=date(2026, 11, 25), until=moscow, listed_at=NOON).total_days == 2
    naive, words = datetime(2026, 11, 25), "2026-11-25T12:00:00Z"
    wrong: list[dict[str, Any]] = [
        {"since": NOON},
        {"since": "2026-11-25"},
        {"until": naive},
        {"listed_at": naive},
        {"until": words},
        {"until": date(2026, 11, 25)},
        {"price_per_day": 0.3},
        {"price_per_day": {"PARTNER_23": 0.3}},
        {"price_per_day": {"PARTNER_23": None}},
        {"price_per_day": {7: "1"}},
        {"price_per_day": "-1"},
        {"prefix_separator": ""},
    ]
    for options in wrong:
        with pytest.raises(InvalidRequestError, match=next(iter(options))):
            instances.billing(**options)
    with pytest.raises(TypeError, match="unexpected keyword argument 'price'"):
        instances.billing(**{"price": 1})  # type: ignore[arg-type]


def test_a_bill_is_shown_and_not_pickled(instances: Instances) -> None:
    bill = instances.billing(price_per_day="1.50", **AT)
    html = bill._repr_html_()
    assert "<td>2026-11</td>" in html
    assert "6.00 for 4 days" in html
    with pytest.raises(TypeError, match="Billing is not pickled"):
        pickle.dumps(bill)


def test_a_ledger_is_a_file_for_its_owner(mock: MockServer, partner: PartnerClient, tmp_path: Path) -> None:
    path = tmp_path / "instances.ledger"
    with Ledger(path) as ledger:
        ledger.record(partner.get_instances())
        ledger.record_inspections(partner.inspect(history=True))
        ledger.record_inspections(partner.inspect(history=True).collect())
        bill = ledger.billing(price_per_day="1.50", until=NOON)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (bill.total, len(bill.instances)) == (Decimal("6.00"), 2)
    assert {row.why for row in bill.waste(0)} == {"neverLinked"}
    with Ledger(str(path)) as again:
        assert again.billing(price_per_day="1.50", until=NOON).total == bill.total
    tokens = [instance["apiTokenInstance"].encode() for instance in mock.instances()]
    assert not any(token in path.read_bytes() for token in tokens)


async def test_a_ledger_takes_what_the_async_client_gave(async_partner: AsyncPartnerClient) -> None:
    with Ledger(":memory:") as ledger:
        ledger.record(await async_partner.get_instances())
        ledger.record_inspections(await async_partner.inspect(history=True).collect())
        assert ledger.billing(until=NOON).total_days == 4


def test_a_closed_ledger_says_so(partner: PartnerClient, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "a.ledger")
    assert not ledger.closed
    assert repr(ledger) == f"<Ledger {tmp_path}/a.ledger>"
    ledger.close()
    ledger.close()
    assert ledger.closed
    assert repr(ledger) == f"<Ledger {tmp_path}/a.ledger, closed>"
    for use in (lambda: ledger.record(partner.get_instances()), ledger.billing, lambda: ledger.record_inspections([])):
        with pytest.raises(ConfigurationError, match="the ledger is closed"):
            use()


def test_what_is_no_ledger_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("what is no ledger at all, and long enough to be looked at " * 10)
    with pytest.raises(InvalidRequestError):
        Ledger(other)
    with pytest.raises(ConfigurationError):
        Ledger(tmp_path / "no folder" / "a.ledger")
    assert os.listdir(tmp_path) == ["notes.txt"]


def test_only_inspections_are_inspections(partner: PartnerClient) -> None:
    with Ledger(":memory:") as ledger:
        items = partner.reboot_instances(IDS, dry_run=True).collect()
        for wrong in (items, [7], partner.get_instances()):
            with pytest.raises(TypeError, match="an Inspection is needed, not"):
                ledger.record_inspections(wrong)  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            ledger.record([])  # type: ignore[arg-type]


def test_many_threads_use_one_ledger(instances: Instances) -> None:
    with Ledger(":memory:") as ledger, ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: ledger.record(instances), range(32)))
        assert ledger.billing(until=NOON).total_days == 4


def test_a_ledger_is_neither_pickled_nor_copied() -> None:
    with Ledger(":memory:") as ledger:
        for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match="Ledger is open and is not pickled or copied"):
                attempt(ledger)


def test_a_ledger_does_not_go_on_in_a_forked_child(mock: MockServer, tmp_path: Path) -> None:
    code = f"""
    from greenapi_partner import Ledger
    ledger = Ledger({str(tmp_path / "a.ledger")!r})
    ledger.record(partner.get_instances())
    sys.stdout.flush()
    if os.fork() == 0:
        try:
            ledger.billing()
        except RuntimeError as error:
            print(error, flush=True)
        ledger.close()
        del ledger
        os._exit(0)
    os.wait()
    print(len(ledger.billing().instances))
    """
    done = child.run(code, mock)
    told = "a ledger does not go on in a forked child: open it there anew\n2\n"
    assert (done.returncode, done.stdout) == (0, told), done.stderr
