"""The package has exactly what the contract names: methods, arguments, defaults, errors, fields."""

import inspect
from typing import Any

import pytest

import greenapi_partner
from greenapi_partner import AsyncPartnerClient, CreatedInstance, Instance, PartnerClient, errors

Contract = dict[str, Any]

CLIENTS = [PartnerClient, AsyncPartnerClient]
OUR_OWN = {"close", "aclose", "closed", "partner_api_url"}


def public(kind: type) -> set[str]:
    return {name for name in vars(kind) if not name.startswith("_")}


def parameters(method: Any) -> dict[str, Any]:
    return {name: p.default for name, p in inspect.signature(method).parameters.items() if name != "self"}


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_has_every_operation_and_no_other(client: type, contract: Contract) -> None:
    operations = {operation["python"] for operation in contract["operations"]}
    assert public(client) - OUR_OWN == operations


def test_both_clients_take_the_same_arguments(contract: Contract) -> None:
    for operation in contract["operations"]:
        name = operation["python"]
        waited_for, awaited = getattr(PartnerClient, name), getattr(AsyncPartnerClient, name)
        assert inspect.signature(waited_for) == inspect.signature(awaited), name


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_takes_every_option_with_its_default(client: type, contract: Contract) -> None:
    options = {option["name"]: option["default"] for option in contract["options"]["client"]}
    # The default URL is what the environment does not say.
    assert parameters(client) == {**options, "partner_api_url": None}


@pytest.mark.parametrize("client", CLIENTS)
def test_create_and_ensure_take_every_setting(client: Any, contract: Contract) -> None:
    settings = [field["name"] for field in contract["models"]["CreateInstance"]]
    common = [*settings, "extra", "timeout"]
    assert parameters(client.create_instance) == dict.fromkeys(common)
    settle = contract["options"]["ensure_instance"][0]["default"]
    expected = {**dict.fromkeys(common), "name": inspect.Parameter.empty, "settle": settle}
    assert parameters(client.ensure_instance) == expected


@pytest.mark.parametrize("client", CLIENTS)
def test_a_docstring_tells_what_the_contract_tells(client: Any, contract: Contract) -> None:
    settings = contract["models"]["CreateInstance"]
    for operation in contract["operations"]:
        doc = " ".join(getattr(client, operation["python"]).__doc__.split())
        assert " ".join(operation["prose"]["python"].split()) in doc
        assert operation.get("page", "https://green-api.com/en/docs/partners/") in doc
    for field in settings:
        assert " ".join(field["doc"].split()) in " ".join(client.create_instance.__doc__.split())


def test_there_is_one_class_per_code_and_no_other(contract: Contract) -> None:
    named = {error["class"]: (error["code"], error["retryable"]) for error in contract["errors"]}
    ours = {kind.__name__: (kind.code, kind.retryable) for kind in errors.GreenApiError.__subclasses__()}
    assert ours == named


def test_an_error_tells_when_it_happens_and_what_to_do(contract: Contract) -> None:
    for error in contract["errors"]:
        doc = " ".join(getattr(errors, error["class"]).__doc__.split()).casefold()
        assert " ".join(error["when"].split()).casefold() in doc, error["class"]
        assert f"What to do: {error['advice']}.".casefold() in doc, error["class"]


@pytest.mark.parametrize("model", [CreatedInstance, Instance])
def test_a_model_has_every_field_and_no_other(model: type, contract: Contract) -> None:
    fields = {field["name"]: field["doc"] for field in contract["models"][model.__name__]}
    assert public(model) - {"extra", "to_dict"} == set(fields)
    for name, doc in fields.items():
        assert getattr(model, name).__doc__ == doc, name


def test_every_public_name_is_exported() -> None:
    exported = set(greenapi_partner.__all__)
    assert {kind.__name__ for kind in [errors.GreenApiError, *errors.GreenApiError.__subclasses__()]} < exported
    assert {"PartnerClient", "AsyncPartnerClient", "CreatedInstance", "Instance", "Instances"} < exported
    assert all(hasattr(greenapi_partner, name) for name in exported)
    assert sorted(errors.__all__) == sorted(name for name in exported if name.endswith("Error"))
