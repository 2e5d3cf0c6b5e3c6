"""Models: a sequence of instances, each with its fields, none showing its token."""

import copy
import json
import pickle
from collections.abc import Collection, Iterable, Reversible
from datetime import datetime, timezone
from typing import Any

import pytest

from greenapi_partner import (
    CreatedInstance,
    Instance,
    InstanceClient,
    Instances,
    InvalidRequestError,
    PartnerClient,
    parse_notification,
)
from greenapi_partner.testing import MockServer


@pytest.fixture
def instances(mock: MockServer, partner: PartnerClient) -> Instances:
    for number in range(5):
        mock.add_instance(idInstance=1101000000 + number, name=f"shop-{number}", deleted=number == 3)
    return partner.get_instances()


def names(instances: Iterable[Instance]) -> list[str | None]:
    return [instance.name for instance in instances]


def test_a_list_is_as_a_sequence_is(instances: Instances) -> None:
    assert isinstance(instances, Collection)
    assert isinstance(instances, Reversible)
    assert len(instances) == 5
    assert names(instances) == ["shop-0", "shop-1", "shop-2", "shop-3", "shop-4"]
    assert names(list(reversed(instances))) == ["shop-4", "shop-3", "shop-2", "shop-1", "shop-0"]
    assert (instances[0].name, instances[-1].name) == ("shop-0", "shop-4")
    assert instances[2] in instances
    assert (instances.index(instances[2]), instances.count(instances[2])) == (2, 1)


@pytest.mark.parametrize(
    "bounds", [(1, 3), (None, None, 2), (None, None, -1), (-2, None), (3, 1), (10, 20), (4, 0, -3)]
)
def test_a_slice_is_a_list_of_its_own(instances: Instances, bounds: tuple[int | None, ...]) -> None:
    part = instances[slice(*bounds)]
    assert type(part) is Instances
    assert names(part) == names(list(instances)[slice(*bounds)])


@pytest.mark.parametrize("index", [5, -6, 2**62, -(2**62)])
def test_an_index_beyond_the_list_is_an_index_error(instances: Instances, index: int) -> None:
    with pytest.raises(IndexError):
        instances[index]


@pytest.mark.parametrize(("start", "stop"), [(3, None), (0, 2), (-2, None), (0, -3)])
def test_index_looks_between_its_bounds(instances: Instances, start: int, stop: int | None) -> None:
    with pytest.raises(ValueError, match="not in the list"):
        instances.index(instances[2], start, stop)


def test_a_list_is_split_and_searched(instances: Instances) -> None:
    assert names(instances.live) == ["shop-0", "shop-1", "shop-2", "shop-4"]
    assert names(instances.deleted) == ["shop-3"]
    found = instances.find(1101000001)
    assert found is not None
    assert found.name == "shop-1"
    assert instances.find(7) is None
    with pytest.raises(InvalidRequestError):
        instances.find(0)


def test_equal_is_what_says_the_same(instances: Instances, mock: MockServer, partner: PartnerClient) -> None:
    again = partner.get_instances()
    assert (again, again[1], hash(again[1])) == (instances, instances[1], hash(instances[1]))
    assert instances[0] != instances[1]
    mock.add_instance(name="one more")
    assert partner.get_instances() != instances


def test_times_are_aware(mock: MockServer, partner: PartnerClient) -> None:
    mock.set_clock("2026-11-22T10:00:00Z")
    created = partner.create_instance(name="shop-42")
    instance = partner.get_instance(created.id_instance)
    assert instance.time_created == datetime(2026, 11, 22, 10, tzinfo=timezone.utc)
    assert instance.time_deleted is None
    partner.delete_instance_account(created.id_instance)
    assert partner.get_instance(created.id_instance).time_deleted == datetime(2026, 11, 22, 10, tzinfo=timezone.utc)


def test_what_this_version_does_not_know_is_in_extra(mock: MockServer, partner: PartnerClient) -> None:
    item = {"idInstance": 7, "deleted": False, "region": "eu", "limits": {"a": [1, -1, 0.5, None, True, "x"]}}
    mock.faults("getInstances", {"body": [item]})
    instance = partner.get_instances()[0]
    assert instance.extra == {"region": "eu", "limits": {"a": [1, -1, 0.5, None, True, "x"]}}
    assert instance.to_dict()["extra"] == instance.extra


def test_a_dict_is_json_and_has_the_token_only_on_request(instances: Instances, mock: MockServer) -> None:
    instance, token = instances[0], mock.instances()[0]["apiTokenInstance"]
    shown = json.loads(json.dumps(instance.to_dict()))
    assert (shown["id_instance"], shown["name"], shown["deleted"]) == (1101000000, "shop-0", False)
    assert "api_token_instance" not in shown
    assert token not in str(shown)
    assert instance.to_dict(include_tokens=True)["api_token_instance"] == token == instance.api_token_instance


def test_a_created_instance_has_its_token_and_does_not_show_it(mock: MockServer, partner: PartnerClient) -> None:
    created = partner.create_instance(name="shop-42")
    token = mock.instances()[0]["apiTokenInstance"]
    assert created.api_token_instance == token == created.to_dict(include_tokens=True)["api_token_instance"]
    assert repr(created) == (
        f"CreatedInstance(id_instance={created.id_instance}, api_token_instance=***, type_instance='whatsapp')"
    )
    assert "api_token_instance" not in created.to_dict()


def test_a_repr_is_for_people(instances: Instances) -> None:
    lines = repr(instances).splitlines()
    assert lines[0].split() == ["id_instance", "name", "type_instance", "time_created", "deleted", "tariff"]
    assert lines[1].startswith("1101000000   shop-0 ")
    assert len(lines) == 1 + 5 + 1
    assert lines[-1] == "<Instances: 5, 4 live and 1 deleted>"
    assert "token" not in repr(instances)
    assert repr(instances[0]).startswith("Instance(id_instance=1101000000, name='shop-0', ")
    assert "api_token_instance=***" in repr(instances[0])


def test_jupyter_shows_tables_with_tokens_masked(
    instances: Instances, mock: MockServer, partner: PartnerClient
) -> None:
    mock.add_instance(idInstance=1101000009, name="<script>")
    created = partner.create_instance(name="x")
    shown = [partner.get_instances(), partner.get_instance(1101000009), created]
    for page in (value._repr_html_() for value in shown):
        assert page.startswith("<table>")
        assert "***" in page
        assert not any(instance["apiTokenInstance"] in page for instance in mock.instances())
        assert "<script>" not in page
    assert "&lt;script&gt;" in shown[0]._repr_html_()
    assert "&lt;script&gt;" in shown[1]._repr_html_()


def test_models_refuse_to_be_pickled_and_say_what_to_do(instances: Instances, partner: PartnerClient) -> None:
    created = partner.create_instance(name="shop-42")
    for model in (instances, instances[0], created):
        with pytest.raises(TypeError, match="to_dict"):
            pickle.dumps(model)


def test_models_may_be_copied(instances: Instances, partner: PartnerClient) -> None:
    created: CreatedInstance = partner.create_instance(name="shop-42")
    for model in (instances, instances[0], created):
        assert copy.copy(model) is model
        assert copy.deepcopy([model])[0] is model


def test_whatever_is_given_may_be_copied(shop: InstanceClient, partner: PartnerClient) -> None:
    bill = partner.get_instances().billing(price_per_day="1")
    table = partner.inspect().collect()
    values: list[Any] = [
        partner.ensure_instance(name="shop-42"),
        shop.get_settings(),
        next(shop.authorize()),
        shop.qr(),
        parse_notification({"typeWebhook": "stateInstanceChanged", "stateInstance": "authorized"}),
        parse_notification({"typeWebhook": "new"}),
        bill,
        bill.instances,
        bill.instances[0],
        table,
        table[0],
        next(partner.create_instances(["shop-43"])),
    ]
    for value in values:
        assert copy.copy(value) is value
        assert copy.deepcopy({"in": [value]})["in"][0] is value


def test_an_id_of_64_bits_is_exact(mock: MockServer, partner: PartnerClient) -> None:
    mock.add_instance(idInstance=2**63 - 1, name="big")
    assert partner.get_instance(2**63 - 1).id_instance == 2**63 - 1
