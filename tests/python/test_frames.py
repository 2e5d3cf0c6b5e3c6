"""Lists and tables as data frames: the same values in every library, and a token in none."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from greenapi_partner import Instances, PartnerClient, Table, parse_notification
from greenapi_partner.testing import MockServer

REASON = "data frames are tested on one Python only"
duckdb: Any = pytest.importorskip("duckdb", reason=REASON)
openpyxl: Any = pytest.importorskip("openpyxl", reason=REASON)
pandas: Any = pytest.importorskip("pandas", reason=REASON)
polars: Any = pytest.importorskip("polars", reason=REASON)
pyarrow: Any = pytest.importorskip("pyarrow", reason=REASON)

CREATED = datetime(2026, 11, 22, 10, tzinfo=timezone.utc)
BIG = 2**63 - 1
TOKEN = "hunter2-of-the-list"


def of_pandas(frame: Any) -> list[dict[str, Any]]:
    """The rows with Python's own values: pandas has several for nothing."""
    return [{name: None if pandas.isna(v) else v for name, v in row.items()} for row in frame.to_dict("records")]


def of_duckdb(rows: Any) -> list[dict[str, Any]]:
    found = duckdb.sql("FROM rows")
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


READERS: dict[str, Callable[[Any], list[dict[str, Any]]]] = {
    "pyarrow": lambda rows: pyarrow.table(rows).to_pylist(),
    "pyarrow.RecordBatchReader": lambda rows: pyarrow.RecordBatchReader.from_stream(rows).read_all().to_pylist(),
    "pandas.from_arrow": lambda rows: of_pandas(pandas.DataFrame.from_arrow(rows)),
    "to_pandas": lambda rows: of_pandas(rows.to_pandas()),
    "to_polars": lambda rows: rows.to_polars().to_dicts(),
    "polars.DataFrame": lambda rows: polars.DataFrame(rows).to_dicts(),
    "duckdb": of_duckdb,
}


@pytest.fixture
def instances(mock: MockServer, partner: PartnerClient) -> Instances:
    """What the libraries could get wrong: nothing at all, a deleted one, an id of 63 bits, text that is not ASCII."""
    listed = {"timeCreated": "2026-11-22T13:00:00", "apiTokenInstance": TOKEN, "isFree": False, "name": "кафе №1"}
    body = [
        {"idInstance": 1101000001, **listed},
        {"idInstance": 1101000002, "deleted": True, "timeDeleted": "2026-11-22T13:00:00", "isFree": True},
        {"idInstance": BIG},
    ]
    mock.faults("getInstances", {"body": body})
    return partner.get_instances()


def notifications() -> Table[Any]:
    data = {"idInstance": 1101000001, "wid": "79001234567@c.us", "typeInstance": "whatsapp"}
    told = {"typeWebhook": "stateInstanceChanged", "timestamp": 1_795_341_600, "instanceData": data}
    return Table([parse_notification(told | {"stateInstance": "authorized"}), parse_notification(told)])


@pytest.mark.parametrize("reader", READERS)
def test_a_list_has_the_same_values_in_every_library(instances: Instances, reader: str) -> None:
    if reader == "pandas.from_arrow":
        instances = instances[:2]  # Where a column has gaps, pandas alone makes floats of ids: to_pandas does not.
    rows = READERS[reader](instances)
    assert len(rows) == len(instances)
    for row, instance in zip(rows, instances, strict=True):
        assert list(row) == [name for name in instance.to_dict() if name != "extra"]
        assert row == {name: getattr(instance, name) for name in row}
    assert rows[0]["time_created"] == CREATED
    assert rows[0]["time_created"].tzinfo is not None


@pytest.mark.parametrize("reader", READERS)
def test_a_table_has_the_same_values_in_every_library(reader: str) -> None:
    rows = READERS[reader](notifications())
    assert [row["state_instance"] for row in rows] == ["authorized", None]
    assert [row["timestamp"] for row in rows] == [datetime(2026, 11, 22, 10, tzinfo=timezone.utc)] * 2
    assert [row["id_instance"] for row in rows] == [1101000001] * 2


@pytest.mark.parametrize("reader", READERS)
def test_a_part_of_it_is_only_that_part(instances: Instances, reader: str) -> None:
    read = READERS[reader]
    assert [row["id_instance"] for row in read(instances[1:2])] == [1101000002]
    assert [row["id_instance"] for row in read(instances.deleted)] == [1101000002]
    assert [row["state_instance"] for row in read(notifications()[::-1])] == [None, "authorized"]


@pytest.mark.parametrize("reader", READERS)
def test_no_rows_are_no_rows(instances: Instances, reader: str) -> None:
    assert READERS[reader](instances[:0]) == []
    assert READERS[reader](notifications()[:0]) == []


def test_no_rows_keep_their_columns(instances: Instances) -> None:
    for rows in (instances, notifications()):
        assert pyarrow.table(rows[:0]).schema == pyarrow.table(rows).schema == pyarrow.schema(rows)
        assert list(rows[:0].to_pandas()) == list(rows[:0].to_polars().columns) == pyarrow.schema(rows).names
    assert Table().to_pandas().shape == Table().to_polars().shape == (0, 0)


def test_ids_and_flags_stay_what_they_are_beside_a_gap(instances: Instances) -> None:
    gap = parse_notification({"typeWebhook": "stateInstanceChanged"})
    frame = Table([*notifications(), gap]).to_pandas()
    assert str(frame.id_instance.dtype) == "UInt64"
    assert [None if pandas.isna(value) else value for value in frame.id_instance] == [1101000001, 1101000001, None]
    frame = instances.to_pandas()
    assert frame.id_instance.max() == BIG
    assert frame[frame.is_free].id_instance.tolist() == [1101000002]
    assert frame[~frame.deleted].id_instance.tolist() == [1101000001, BIG]


def test_each_kind_of_field_has_its_type(instances: Instances) -> None:
    types = {field.name: str(field.type) for field in pyarrow.schema(instances)}
    assert {types[name] for name in ("time_created", "time_deleted", "expiration_date")} == {"timestamp[us, tz=UTC]"}
    assert (types["id_instance"], types["name"], types["is_free"]) == ("uint64", "string", "bool")
    assert instances.to_polars().schema["time_created"] == polars.Datetime("us", "UTC")
    assert str(instances.to_pandas().time_created.dtype) == "datetime64[us, UTC]"


@pytest.mark.parametrize("reader", READERS)
def test_a_token_is_in_no_frame(instances: Instances, partner: PartnerClient, mock: MockServer, reader: str) -> None:
    rows = READERS[reader](instances)
    assert TOKEN not in str(rows)
    assert not any("token" in name for name in rows[0])
    hooks = {"webhookUrl": "https://a.example", "webhookUrlToken": TOKEN}
    shop = mock.add_instance(settings=hooks)
    settings = Table([partner.instance(shop["idInstance"], shop["apiTokenInstance"]).get_settings()])
    (row,) = READERS[reader](settings)
    assert TOKEN not in str(row)
    assert (row["webhook_url"], "webhook_url_token" in row) == ("https://a.example", False)


def test_a_token_is_in_a_frame_that_asks_for_it(instances: Instances) -> None:
    assert instances.to_pandas(include_tokens=True).api_token_instance[0] == TOKEN
    assert instances.to_polars(include_tokens=True)["api_token_instance"][0] == TOKEN
    assert (
        list(instances.to_polars(include_tokens=True).columns) == list(instances[0].to_dict(include_tokens=True))[:-1]
    )


def test_a_capsule_that_nobody_takes_is_freed(instances: Instances) -> None:
    for rows in (instances, notifications()):
        for _ in range(3):
            rows.__arrow_c_stream__()
            rows.__arrow_c_stream__(rows.__arrow_c_schema__())
        assert pyarrow.table(rows).num_rows == len(rows)


def test_times_of_a_zone_are_naive(instances: Instances) -> None:
    for zone in ("Europe/Moscow", timezone(timedelta(hours=3))):
        frame = instances.to_pandas(zone=zone)
        assert frame["time_created"][0].to_pydatetime() == datetime(2026, 11, 22, 13)
        assert frame["id_instance"][2] == BIG


@pytest.mark.parametrize("zone", ["Europe/Moskow", "", "../etc/passwd", 3, b"UTC"])
def test_a_zone_that_is_none_is_refused(instances: Instances, zone: Any) -> None:
    with pytest.raises(ValueError, match="zone must be a name as Europe/Moscow"):
        instances.to_pandas(zone=zone)


def test_a_list_and_a_bill_become_a_sheet(mock: MockServer, partner: PartnerClient, tmp_path: Path) -> None:
    mock.set_clock("2026-11-22T10:00:00Z")
    created = partner.create_instance(name="shop-42")
    listed = partner.get_instances()
    bill = listed.billing(price_per_day="4.505", until=datetime(2026, 11, 24, 10, tzinfo=timezone.utc))
    with pandas.ExcelWriter(tmp_path / "month.xlsx") as book:
        listed.to_pandas(zone="Europe/Moscow").to_excel(book, sheet_name="instances", index=False)
        bill.instances.to_pandas(zone="Europe/Moscow").to_excel(book, sheet_name="bill", index=False)
    read = openpyxl.load_workbook(tmp_path / "month.xlsx")
    instances, bills = (rows_of(read[name]) for name in ("instances", "bill"))
    assert instances[0]["id_instance"] == created.id_instance
    assert instances[0]["time_created"] == datetime(2026, 11, 22, 13)
    assert instances[0]["deleted"] is False
    assert "api_token_instance" not in instances[0]
    cost = bills[0]["cost"]
    assert isinstance(cost, float)
    assert cost == float(bill.total)
    with pytest.raises(ValueError, match="timezone"):
        listed.to_pandas().to_excel(tmp_path / "utc.xlsx")


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    names, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(names, row, strict=True)) for row in rows]
