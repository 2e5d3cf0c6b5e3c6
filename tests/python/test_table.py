"""A table: a sequence of models of one class that stays in Rust."""

import copy
import json
import pickle
import sys
from collections.abc import Collection, Iterable, Reversible
from typing import Any

import pytest

from greenapi_partner import Instances, PartnerClient, StateInstanceChanged, Table, parse_notification
from greenapi_partner.testing import MockServer

STATES = ["authorized", "starting", "notAuthorized", "<b>", None]


def told(state: str | None) -> Any:
    return parse_notification({"typeWebhook": "stateInstanceChanged", "stateInstance": state, "timestamp": 1})


@pytest.fixture
def table() -> Table[StateInstanceChanged]:
    return Table(told(state) for state in STATES)


def states(rows: Iterable[StateInstanceChanged]) -> list[str | None]:
    return [row.state_instance for row in rows]


def test_a_table_is_as_a_sequence_of_models_is(table: Table[StateInstanceChanged]) -> None:
    assert isinstance(table, Collection)
    assert isinstance(table, Reversible)
    assert (len(table), states(table), states(list(reversed(table)))) == (5, STATES, STATES[::-1])
    assert isinstance(table[0], StateInstanceChanged)
    assert (table[0], table[-1].state_instance) == (told("authorized"), None)
    assert told("starting") in table
    assert told("gone") not in table
    assert (table.index(told("<b>")), table.count(told("<b>"))) == (3, 1)
    with pytest.raises(ValueError, match="no such row"):
        table.index(told("gone"))


@pytest.mark.parametrize("bounds", [(1, 3), (None, None, 2), (None, None, -1), (-2, None), (3, 1), (10, 20)])
def test_a_slice_is_a_table(table: Table[StateInstanceChanged], bounds: tuple[int | None, ...]) -> None:
    part = table[slice(*bounds)]
    assert type(part) is Table
    assert states(part) == STATES[slice(*bounds)]


@pytest.mark.parametrize("index", [5, -6, 2**62, -(2**62)])
def test_an_index_beyond_it_is_an_index_error(table: Table[StateInstanceChanged], index: int) -> None:
    with pytest.raises(IndexError):
        table[index]


def test_what_is_filtered_is_a_table_of_the_same_columns(table: Table[StateInstanceChanged]) -> None:
    assert states(table.filter(lambda row: row.state_instance in {"starting", "<b>"})) == ["starting", "<b>"]
    nothing = table.filter(lambda row: False)
    assert (len(nothing), repr(nothing)) == (0, "<Table: 0 rows of StateInstanceChanged>")


def test_rows_of_two_classes_are_refused(table: Table[StateInstanceChanged]) -> None:
    other = parse_notification({"typeWebhook": "deviceInfo"})
    with pytest.raises(TypeError, match="of one class, not of StateInstanceChanged and DeviceInfo"):
        Table([*table, other])
    with pytest.raises(TypeError, match="not dict"):
        Table([{"a": 1}])  # type: ignore[type-var]


def test_equal_is_what_has_equal_rows(table: Table[StateInstanceChanged]) -> None:
    assert table == Table(table) == Table(list(table)) == table[:]
    assert table != table[:2]
    assert table != list(table)
    assert Table() == table[:0]


def test_dicts_are_json(table: Table[StateInstanceChanged]) -> None:
    dicts = table.to_dicts()
    assert json.loads(json.dumps(dicts)) == dicts
    assert dicts == [row.to_dict() for row in table]


def test_a_secret_is_in_a_dict_only_on_request(mock: MockServer, partner: PartnerClient) -> None:
    shop = mock.add_instance(settings={"webhookUrlToken": "hunter2-of-hooks"})
    settings = Table([partner.instance(shop["idInstance"], shop["apiTokenInstance"]).get_settings()])
    assert "hunter2" not in str(settings.to_dicts()) + repr(settings) + settings._repr_html_() + str(list(settings))
    assert settings.to_dicts(include_tokens=True)[0]["webhook_url_token"] == "hunter2-of-hooks"


def test_it_is_shown_to_people(table: Table[StateInstanceChanged]) -> None:
    lines = repr(table).splitlines()
    assert "state_instance" in lines[0]
    assert len(lines) == 1 + 5 + 1
    assert lines[-1] == "<Table: 5 rows of StateInstanceChanged>"
    assert repr(table[:1]).splitlines()[-1] == "<Table: 1 row of StateInstanceChanged>"
    assert repr(Table()) == "<Table: 0 rows>"
    page = table._repr_html_()
    assert "<th>state_instance</th>" in page
    assert "&lt;b&gt;" in page
    assert "<p>5 rows</p>" in page
    assert Table()._repr_html_() == ""


def test_it_may_be_copied_and_is_not_pickled(table: Table[StateInstanceChanged]) -> None:
    assert copy.copy(table) is copy.deepcopy(table) is table
    with pytest.raises(TypeError, match="to_dicts"):
        pickle.dumps(table)


def test_a_missing_library_is_named(
    table: Table[StateInstanceChanged], partner: PartnerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pandas", "polars", "pyarrow"):
        monkeypatch.setitem(sys.modules, name, None)
    instances: Instances = partner.get_instances()
    for rows in (table, instances):
        with pytest.raises(ImportError, match=r"to_pandas\(\) needs pandas and pyarrow: pip install pandas pyarrow"):
            rows.to_pandas()
        with pytest.raises(ImportError, match=r"to_polars\(\) needs polars: pip install polars"):
            rows.to_polars()


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_a_prompt_is_as_wide_as_its_terminal(
    mock: MockServer, partner: PartnerClient, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    mock.add_instance(name="n" * 300)
    inspected = partner.inspect().collect()
    for shown in (repr(partner.get_instances()), repr(inspected)):
        assert all(len(line) <= max(columns, 60) for line in shown.splitlines()), shown
        assert ("\u2026" in shown) is True
    assert ("expiration_date" in repr(partner.get_instances())) is False


def test_a_long_name_is_short_in_a_notebook_and_whole_under_the_pointer(
    mock: MockServer, partner: PartnerClient
) -> None:
    name = "shop <42> " + "n" * 300
    mock.add_instance(name=name)
    for page in (partner.get_instances()._repr_html_(), partner.inspect().collect()._repr_html_()):
        assert f'title="shop &lt;42&gt; {"n" * 300}"' in page
        assert "text-overflow:ellipsis" in page
        assert page.count("text-overflow") == 1
