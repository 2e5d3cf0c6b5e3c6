"""Arguments of the caller: every value the right way in, or refused before anything is sent."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from greenapi_partner import (
    AsyncPartnerClient,
    ConfigurationError,
    InstanceClient,
    InvalidRequestError,
    PartnerClient,
    Store,
    __version__,
    verify_event,
)
from greenapi_partner.testing import MockServer

NO_TIMES: list[Any] = [0, -1, float("nan"), float("inf"), -0.0, 1e300, 10**400]


def test_an_unknown_keyword_is_pythons_own_error(mock: MockServer, partner: PartnerClient) -> None:
    with pytest.raises(TypeError) as raised:
        partner.create_instance(name="a", incomingWebhook=True)  # type: ignore[call-arg]
    # Python 3.13 adds what may have been meant.
    told = "PartnerClient.create_instance() got an unexpected keyword argument 'incomingWebhook'"
    assert str(raised.value).startswith(told)
    with pytest.raises(TypeError, match=r"missing .* required keyword-only argument: 'name'"):
        partner.ensure_instance(webhook_url="https://shop.example")  # type: ignore[call-arg]
    assert mock.requests() == []


@pytest.mark.parametrize("id_instance", [0, -1, 2**64, True, 1.5, "1101728004x", "", None, [], b"1"])
def test_what_is_no_id_is_refused(mock: MockServer, partner: PartnerClient, id_instance: Any) -> None:
    for method in (partner.get_instance, partner.delete_instance_account):
        with pytest.raises(InvalidRequestError, match="id_instance"):
            method(id_instance)
    assert mock.requests() == []


@pytest.mark.parametrize("ids", [b"\x01\x05", bytearray(b"\x01"), memoryview(b"\x01"), "15", {1: "a"}])
def test_bytes_and_texts_are_no_lists_of_ids(mock: MockServer, partner: PartnerClient, ids: Any) -> None:
    mock.add_instance(idInstance=1, name="shop-42")
    with pytest.raises(InvalidRequestError, match="ids must be a list of instances or ids"):
        partner.delete_instance_accounts(ids, delete_all=True).collect()
    assert mock.requests() == []


def test_a_length_of_time_is_no_bool(mock: MockServer, partner: PartnerClient, tmp_path: Path) -> None:
    arguments: dict[str, Any] = {"partner_api_url": mock.url, "timeout": True}
    for wrong in (
        lambda: PartnerClient("gac.x", **arguments),
        lambda: partner.get_instances(timeout=True),
        lambda: partner.instance(1, "token").get_state_instance(timeout=True),
        lambda: partner.ensure_instance(name="a", settle=True),
        lambda: next(iter(partner.watch(interval=True))),
        lambda: Store(tmp_path / "store", claim=True),
        lambda: verify_event(b"{}", {}, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", tolerance=True),
    ):
        with pytest.raises((TypeError, InvalidRequestError)):
            wrong()
    assert mock.requests() == []


def test_an_id_is_a_number_or_text_or_what_has_one(mock: MockServer, partner: PartnerClient) -> None:
    created = partner.create_instance(name="shop-42")
    listed = partner.get_instances()[0]
    for known in (created, listed, created.id_instance, str(created.id_instance)):
        assert partner.get_instance(known).name == "shop-42"
        assert partner.instance(known, "token").id_instance == created.id_instance
        assert [one.id_instance for one in partner.inspect([known])] == [created.id_instance]
    assert InstanceClient(str(created.id_instance), "token").id_instance == created.id_instance
    partner.delete_instance_account(created)
    assert mock.instances()[0]["deleted"]


def test_an_id_is_whatever_python_takes_for_an_index(mock: MockServer, partner: PartnerClient) -> None:
    class Numpy:
        def __index__(self) -> int:
            return 1101728004

    mock.add_instance(idInstance=1101728004, name="shop-42")
    assert partner.get_instance(Numpy()).name == "shop-42"


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"name": 1},
        {"name": "\ud800"},
        {"webhook_url": b"https://shop.example"},
        {"incoming_webhook": "yes"},
        {"incoming_webhook": 1},
        {"delay_send_messages_milliseconds": 499},
        {"delay_send_messages_milliseconds": 1000.0},
        {"delay_send_messages_milliseconds": 2**70},
        {"delay_send_messages_milliseconds": True},
        {"extra": [1]},
        {"extra": {1: 2}},
        {"extra": {"a": object}},
        {"extra": {"a": float("nan")}},
        {"name": "a", "extra": {"name": "b"}},
    ],
    ids=str,
)
def test_settings_that_will_not_do_are_refused(mock: MockServer, partner: PartnerClient, settings: Any) -> None:
    with pytest.raises(InvalidRequestError):
        partner.create_instance(**settings)
    assert mock.requests() == []


@pytest.mark.parametrize("settings", [{"name": "Shop \ud83d"}, {"name": "a", "extra": {"more": ["Shop \ud83d"]}}])
def test_a_text_that_is_cut_inside_an_emoji_is_refused(mock: MockServer, partner: PartnerClient, settings: Any) -> None:
    for create in (partner.create_instance, partner.ensure_instance, lambda **given: next(partner.onboard(**given))):
        with pytest.raises(InvalidRequestError, match="half a surrogate pair"):
            create(**settings)
    with pytest.raises(InvalidRequestError, match="half a surrogate pair"):
        partner.create_instances([settings]).collect()
    assert mock.requests() == []


def test_settings_are_sent_as_upstream_spells_them(mock: MockServer, partner: PartnerClient) -> None:
    partner.create_instance(
        name="café ☕",
        incoming_webhook=True,
        state_webhook=False,
        webhook_url=None,
        delay_send_messages_milliseconds=500,
        extra={"plan": {"days": (1, -2, 2.5), "trial": True, "note": None}},
    )
    assert mock.requests("createInstance")[0]["body"] == {
        "name": "café ☕",
        "incomingWebhook": "yes",
        "stateWebhook": "no",
        "delaySendMessagesMilliseconds": 500,
        "plan": {"days": [1, -2, 2.5], "trial": True, "note": None},
    }


@pytest.mark.parametrize("timeout", NO_TIMES)
def test_a_time_that_is_none_is_refused(mock: MockServer, partner: PartnerClient, timeout: Any) -> None:
    with pytest.raises(InvalidRequestError, match="timeout"):
        partner.get_instances(timeout=timeout)
    with pytest.raises(ConfigurationError, match="timeout"):
        PartnerClient(mock.partner_token, partner_api_url=mock.url, timeout=timeout)
    assert mock.requests() == []


@pytest.mark.parametrize("settle", [-1, float("nan"), float("inf")])
def test_a_settle_that_is_no_time_is_refused(mock: MockServer, partner: PartnerClient, settle: Any) -> None:
    with pytest.raises(InvalidRequestError, match="settle"):
        partner.ensure_instance(name="a", settle=settle)
    assert mock.requests() == []


def test_a_time_is_an_int_a_float_or_none(partner: PartnerClient) -> None:
    for timeout in (30, 30.0, None):
        assert len(partner.get_instances(timeout=timeout)) == 0
    with pytest.raises(TypeError):
        partner.get_instances(timeout="30")  # type: ignore[arg-type]


@pytest.mark.parametrize("client", [PartnerClient, AsyncPartnerClient])
@pytest.mark.parametrize(
    "options",
    [
        {"partner_token": None},
        {"partner_token": ""},
        {"partner_token": "gac.a b"},
        {"partner_api_url": ""},
        {"partner_api_url": "http://api.green-api.com"},
        {"max_retries": -1},
        {"max_retries": 10**30},
        {"max_response_size": 0},
        {"max_response_size": -(10**30)},
        {"ca_file": "/nowhere/ca.pem"},
        {"proxy": "::"},
    ],
    ids=str,
)
def test_a_client_that_cannot_be_is_a_configuration_error(client: Any, options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        client(**{"partner_token": "gac.1", **options})


def test_the_environment_is_read_where_nothing_is_given(mock: MockServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GREENAPI_PARTNER_TOKEN", mock.partner_token)
    monkeypatch.setenv("GREENAPI_PARTNER_API_URL", mock.url)
    partner = PartnerClient()
    assert partner.partner_api_url == mock.url
    assert len(partner.get_instances()) == 0


def test_a_ca_file_may_be_a_path(mock: MockServer, tmp_path: Path) -> None:
    broken = tmp_path / "ca.pem"
    broken.write_text("-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n")
    with pytest.raises(ConfigurationError):
        PartnerClient(mock.partner_token, partner_api_url=mock.url, ca_file=broken)


def test_upstream_is_told_which_python_calls(mock: MockServer, partner: PartnerClient) -> None:
    partner.get_instances()
    agent = mock.requests("getInstances")[0]["headers"]["user-agent"]
    version = ".".join(map(str, sys.version_info[:3]))
    assert agent == f"greenapi-partner/{__version__} python/{version}"


def test_a_closed_client_refuses_and_says_so(partner: PartnerClient) -> None:
    with partner as same:
        assert same is partner
        assert not partner.closed
    assert partner.closed
    with pytest.raises(ConfigurationError, match="closed"):
        partner.get_instances()
    assert repr(partner) == f"<PartnerClient of {partner.partner_api_url}, closed>"


async def test_a_closed_async_client_refuses_and_says_so(async_partner: AsyncPartnerClient) -> None:
    async with async_partner as same:
        assert same is async_partner
    assert async_partner.closed
    with pytest.raises(ConfigurationError, match="closed"):
        await async_partner.get_instances()


def test_what_has_no_end_or_is_nested_too_deeply_is_refused(mock: MockServer, partner: PartnerClient) -> None:
    endless: list[Any] = []
    endless.append({"again": endless})
    deep: Any = {}
    for _ in range(100_000):
        deep = {"inner": deep}
    shop = partner.instance(1101728004, "token", api_url=mock.url)
    for value in (endless, deep):
        for call in (
            lambda: partner.create_instance(name="a", extra={"more": value}),  # noqa: B023
            lambda: partner.create_instances([{"name": "a", "extra": {"more": value}}]).collect(),  # noqa: B023
            lambda: partner.set_instances_settings([1101728004], extra={"more": value}).collect(),  # noqa: B023
            lambda: shop.set_settings(extra={"more": value}),  # noqa: B023
            lambda: shop.call("sendPoll", json=value),  # noqa: B023
        ):
            with pytest.raises(InvalidRequestError, match="nested too deeply"):
                call()
    assert mock.requests() == []
    # Taken apart bit by bit: some versions of Python cannot drop it at once.
    while deep:
        deep = deep["inner"]


def test_what_is_nested_as_deeply_as_may_be_is_sent(mock: MockServer, partner: PartnerClient) -> None:
    deep: Any = 1
    for _ in range(100):
        deep = [deep]
    partner.create_instance(name="a", extra={"more": deep})
    (request,) = mock.requests("createInstance")
    assert request["body"]["more"] == deep


def test_a_wrong_argument_of_an_iteration_is_refused_by_the_call(mock: MockServer, partner: PartnerClient) -> None:
    shop = partner.instance(1101000001, "token")
    wrong: list[Callable[[], object]] = [
        lambda: partner.onboard(name=" "),
        lambda: partner.onboard(name="a", delay_send_messages_milliseconds=5),
        lambda: partner.onboard(name="a", webhook_url="ftp://shop.example"),
        lambda: partner.onboard(name="a", phone_number="abc"),
        lambda: partner.onboard(name="a", timeout=0),
        lambda: partner.onboard(name="a", verify_timeout=0),
        lambda: shop.authorize(phone_number="abc"),
        lambda: shop.authorize(timeout=0),
    ]
    for call in wrong:
        with pytest.raises(InvalidRequestError):
            call()
    assert mock.requests() == []
