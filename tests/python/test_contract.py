"""The package has exactly what the contract names: methods, arguments, defaults, errors, fields."""

import inspect
import re
from typing import Any, get_args

import pytest

import greenapi_partner
from greenapi_partner import (
    AsyncInstanceClient,
    AsyncPartnerClient,
    Billing,
    InstanceClient,
    Instances,
    Journal,
    Ledger,
    PartnerClient,
    Store,
    errors,
    events,
)

Contract = dict[str, Any]

CLIENTS = [PartnerClient, AsyncPartnerClient]
INSTANCE_CLIENTS = [InstanceClient, AsyncInstanceClient]
OUR_OWN = {"close", "aclose", "closed", "partner_api_url", "instance"}
OF_MODELS = {"extra", "to_dict", "to_json", "type"}
MODELS_OF_ARGUMENTS = {"CreateInstance"}


def public(kind: type) -> set[str]:
    return {name for name in dir(kind) if not name.startswith("_")}


def parameters(method: Any) -> dict[str, Any]:
    return {name: p.default for name, p in inspect.signature(method).parameters.items() if name != "self"}


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_has_every_operation_and_no_other(client: type, contract: Contract) -> None:
    operations = {operation["python"] for operation in contract["operations"]}
    assert public(client) - OUR_OWN == operations


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_takes_every_option_with_its_default(client: type, contract: Contract) -> None:
    options = {option["name"]: option["default"] for option in contract["options"]["client"]}
    # The default URL is what the environment does not say.
    assert parameters(client) == {**options, "partner_api_url": None}


@pytest.mark.parametrize("client", CLIENTS)
def test_an_operation_takes_every_argument_with_its_default(client: Any, contract: Contract) -> None:
    for operation in contract["operations"]:
        taken = [*operation["params"], *operation["beside"], *operation["call"]]
        expected = {one["name"]: inspect.Parameter.empty if one["required"] else one["default"] for one in taken}
        # The interval's default is core's.
        expected |= {"interval": None} if "reboot_after" in expected else {}
        expected |= {"extra": None} if operation["takes_extra"] else {}
        expected |= {"progress": None} if operation["shape"] == "run" else {}
        assert parameters(getattr(client, operation["python"])) == expected, operation["python"]


@pytest.mark.parametrize("client", CLIENTS)
def test_a_docstring_tells_what_the_contract_tells(client: Any, contract: Contract) -> None:
    settings = contract["models"]["CreateInstance"]
    for operation in contract["operations"]:
        doc = words(getattr(client, operation["python"]).__doc__)
        assert words(operation["prose"]["python"]) in doc
        assert operation.get("page", "https://green-api.com/en/docs/") in doc
    for field in settings:
        assert words(field["doc"]) in words(client.create_instance.__doc__)


def test_a_docstring_of_a_function_tells_what_the_contract_tells(contract: Contract) -> None:
    for function in contract["functions"]:
        assert words(function["prose"]["python"]) in words(getattr(greenapi_partner, function["python"]).__doc__)


@pytest.mark.parametrize("billed", [Instances, Ledger])
def test_a_bill_takes_every_option_with_its_default(billed: Any, contract: Contract) -> None:
    (bill,) = (one for one in contract["fleet"] if one["python"] == "billing")
    assert parameters(billed.billing) == {option["name"]: option["default"] for option in bill["beside"]}


def test_a_store_takes_every_option_with_its_default(contract: Contract) -> None:
    (store,) = (one for one in contract["fleet"] if one["python"] == "Store")
    options = {option["name"]: option["default"] for option in store["beside"]}
    assert parameters(Store) == {"address": inspect.Parameter.empty} | options
    assert all(words(option["doc"]) in words(Store.__doc__ or "") for option in store["beside"])


def test_bills_and_ledgers_tell_what_the_contract_tells(contract: Contract) -> None:
    told = {
        "billing": [Instances.billing, Ledger.billing],
        "waste": [Billing.waste],
        "if_deleted": [Billing.if_deleted],
        "Ledger": [Ledger],
        "Journal": [Journal],
        "Store": [Store],
    }
    prose = {one["python"]: words(one["prose"]["python"]) for one in contract["fleet"]}
    assert prose.keys() == told.keys()
    for name, things in told.items():
        assert all(prose[name] in words(thing.__doc__ or "") for thing in things), name


def test_a_model_has_every_field_and_no_other(contract: Contract) -> None:
    for name in contract["models"].keys() - MODELS_OF_ARGUMENTS:
        model = getattr(greenapi_partner, name)
        fields = {field["name"]: field["doc"] for field in contract["models"][name]}
        methods = {"QrCode": {"svg", "terminal"}, "Settings": {"settable"}}.get(name, set())
        methods |= {"content"} if issubclass(model, greenapi_partner.MessageNotification) else set()
        assert public(model) - (OF_MODELS - set(fields)) - methods == set(fields), name
        for field, doc in fields.items():
            assert inspect.getattr_static(model, field).__doc__ == doc, f"{name}.{field}"


def test_there_is_one_class_per_type_of_event_and_no_other(contract: Contract) -> None:
    assert {kind.type: kind.__name__ for kind in get_args(events.Event)} == contract["events"]


def test_there_is_one_class_per_type_of_notification(contract: Contract) -> None:
    for kind, name in contract["notifications"].items():
        notification = greenapi_partner.parse_notification({"typeWebhook": kind})
        assert (type(notification).__name__, notification.type_webhook) == (name, kind)
    assert type(greenapi_partner.parse_notification({"typeWebhook": "new"})).__name__ == "UnknownNotification"


def test_a_class_of_notifications_declares_its_types_for_type_checkers(contract: Contract) -> None:
    declared = {
        kind.__name__: set(re.findall(r"['\"](\w+)['\"]", kind.__annotations__["type_webhook"]))
        for kind in get_args(greenapi_partner.AnyNotification)
    }
    types: dict[str, set[str]] = {}
    for kind, name in contract["notifications"].items():
        types.setdefault(name, set()).add(kind)
    # Upstream was seen to send this one under another's name; and the last two have none of upstream's.
    types["QuotaExceeded"].add("incomingBlock")
    assert declared == {**types, "UnknownNotification": set(), "UnreadableNotification": {"unreadable"}}


def test_every_public_name_is_exported(contract: Contract) -> None:
    exported = set(greenapi_partner.__all__)
    assert {kind.__name__ for kind in [errors.GreenApiError, *errors.GreenApiError.__subclasses__()]} < exported
    assert {client.__name__ for client in CLIENTS + INSTANCE_CLIENTS} < exported
    assert contract["models"].keys() - MODELS_OF_ARGUMENTS < exported
    assert {function["python"] for function in contract["functions"]} < exported
    assert all(hasattr(greenapi_partner, name) for name in exported)
    assert sorted(errors.__all__) == sorted(name for name in exported if name.endswith("Error"))


def test_every_word_is_a_constant_and_of_its_type(contract: Contract) -> None:
    for name, facts in contract["words"].items():
        plural = f"{name}es" if name.endswith("s") else f"{name}s"
        constants = vars(getattr(greenapi_partner, plural))
        assert [value for key, value in constants.items() if key.isupper()] == facts["words"], name
        assert list(get_args(getattr(greenapi_partner, name))) == facts["words"], name
