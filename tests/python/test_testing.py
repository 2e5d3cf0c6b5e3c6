"""The mock server of `greenapi_partner.testing`, and the fixture that installing the package brings."""

import asyncio
import urllib.error
import urllib.request

import pytest

from greenapi_partner import (
    AsyncPartnerClient,
    InstanceClient,
    NoCapacityError,
    NotReadyError,
    PartnerClient,
    QrExpiredError,
    QuotaExceededError,
    RefusedError,
    UnauthorizedError,
)
from greenapi_partner.testing import MockServer


def test_it_ends_with_its_scope() -> None:
    with MockServer() as server:
        assert len(PartnerClient(server.partner_token, partner_api_url=server.url).get_instances()) == 0
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(server.url + "/_mock/")
    server.close()


def test_two_servers_are_two_accounts() -> None:
    with MockServer() as one, MockServer() as other:
        assert one.url != other.url
        assert one.partner_token != other.partner_token
        one.add_instances(3)
        assert (len(one.instances()), len(other.instances())) == (3, 0)


def test_it_takes_a_port_a_token_and_options() -> None:
    with MockServer(partner_token="gac.mine", list_format="2022") as server:
        port = int(server.url.rpartition(":")[2])
        server.add_instance(name="shop-42")
        partner = PartnerClient("gac.mine", partner_api_url=server.url)
        assert partner.get_instances()[0].is_free is None
    with MockServer(port=port) as again:
        assert again.url == server.url


def test_an_option_that_is_none_is_an_error() -> None:
    with pytest.raises(ValueError, match="listFormats"):
        MockServer(list_formats="2022")
    with pytest.raises(ValueError, match="1999"):
        MockServer(list_format="1999")


def test_a_taken_port_is_an_os_error(mock: MockServer) -> None:
    with pytest.raises(OSError, match="in use"):
        MockServer(port=int(mock.url.rpartition(":")[2]))


def test_it_is_told_what_to_do_and_tells_what_it_saw(mock: MockServer, partner: PartnerClient) -> None:
    mock.faults("createInstance", {"named": "no_capacity"})
    with pytest.raises(NoCapacityError):
        partner.create_instance(name="shop-42")
    (request,) = mock.requests()
    assert (request["method"], request["verb"], request["body"]) == ("createInstance", "POST", {"name": "shop-42"})
    mock.reset()
    assert mock.requests() == []


def test_its_faults_can_be_forgotten(mock: MockServer, partner: PartnerClient) -> None:
    mock.faults("*", {"named": "unauthorized", "times": -1})
    with pytest.raises(UnauthorizedError):
        partner.get_instances()
    mock.clear_faults()
    assert len(partner.get_instances()) == 0


def test_its_clock_moves(mock: MockServer, partner: PartnerClient) -> None:
    mock.set_clock("2026-11-22T10:00:00Z")
    created = partner.create_instance(name="shop-42")
    before = partner.get_instance(created.id_instance).expiration_date
    mock.advance_clock(86400)
    after = partner.get_instance(created.id_instance).expiration_date
    assert before is not None
    assert after is not None
    assert (after - before).days == 1


def test_it_counts_the_days_that_upstream_would_charge(mock: MockServer, partner: PartnerClient) -> None:
    mock.set_clock("2026-11-22T20:59:00Z")
    created = partner.create_instance(name="shop-42")
    mock.advance_clock(120)
    charges = mock.charges()
    (charged,) = charges["instances"]
    assert (charged["idInstance"], charged["days"]) == (created.id_instance, 2)
    assert charges["days"] == {"2026-11-22": 1, "2026-11-23": 1}
    assert charges["total"] == 2


def test_it_has_a_past_if_it_is_told_to(mock: MockServer, partner: PartnerClient) -> None:
    mock.set_clock("2026-11-22T10:00:00Z")
    mock.simulate(seed=7, days=30, instances=12, prefixes=["north", "south"])
    names = [instance.name for instance in partner.get_instances()]
    assert len(names) == 12
    assert {name.split("-")[0] for name in names if name} == {"north", "south"}
    mock.reset()
    mock.simulate()
    assert mock.charges()["total"] > 100


def test_it_has_weather(mock: MockServer) -> None:
    hasty = PartnerClient(mock.partner_token, partner_api_url=mock.url, max_retries=0)
    sequences = []
    for _ in range(2):
        mock.weather("createInstance", (0.5, {"named": "no_capacity"}), seed=1)
        codes = []
        for _ in range(12):
            try:
                hasty.create_instance(name="shop-42")
                codes.append("created")
            except NoCapacityError as error:
                codes.append(error.code)
        sequences.append(codes)
    assert sequences[0] == sequences[1]
    assert set(sequences[0]) == {"created", "no_capacity"}
    mock.clear_faults()
    for _ in range(12):
        hasty.create_instance(name="shop-42")


def test_its_options_can_be_changed(mock: MockServer, partner: PartnerClient) -> None:
    mock.add_instance(name="shop-42")
    mock.set_options(list_format="2022")
    assert partner.get_instances()[0].messenger is None
    with pytest.raises(ValueError, match="partnerToken"):
        mock.set_options(partner_token="gac.other")


def test_it_counts_connections(mock: MockServer, partner: PartnerClient) -> None:
    partner.get_instances()
    partner.get_instances()
    assert mock.connections() == {"open": 1, "accepted": 1}


async def test_it_serves_async_code(mock: MockServer) -> None:
    async with AsyncPartnerClient(mock.partner_token, partner_api_url=mock.url) as partner:
        await asyncio.gather(*(partner.create_instance(name=f"shop-{number}") for number in range(3)))
    assert sorted(instance["name"] for instance in mock.instances()) == ["shop-0", "shop-1", "shop-2"]


@pytest.mark.parametrize("variable", ["http_proxy", "HTTPS_PROXY", "ALL_PROXY"])
def test_no_proxy_stands_between(mock: MockServer, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "http://127.0.0.1:1")
    partner = PartnerClient(mock.partner_token, partner_api_url=mock.url)
    assert len(partner.get_instances()) == 0
    assert len(mock.requests()) == 1


def test_the_fixture_is_there_for_a_users_own_suite(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from greenapi_partner import PartnerClient

        addresses = []

        def test_mine(greenapi_mock):
            partner = PartnerClient(greenapi_mock.partner_token, partner_api_url=greenapi_mock.url)
            partner.create_instance(name="shop-42")
            assert [instance["name"] for instance in greenapi_mock.instances()] == ["shop-42"]

        def test_another_starts_afresh(greenapi_mock):
            assert greenapi_mock.instances() == []
        """
    )
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=2)


def test_it_holds_the_customers_phone(mock: MockServer) -> None:
    mock.set_options(instance_rate_limits=False)
    made = mock.add_instance(name="shop-42")
    id = made["idInstance"]
    shop = InstanceClient(id, made["apiTokenInstance"], api_url=mock.url, pacing=False)
    before = mock.instance(id)["qrPayload"]
    assert mock.refresh_qr(id) != before
    assert mock.scan(id, phone=79001234567)["state"] == "authorized"
    shop.send_message("79876543210@c.us", "Hello")
    assert [message["body"]["message"] for message in mock.messages(id)] == ["Hello"]
    assert mock.unlink(id)["state"] == "notAuthorized"
    mock.set_state(id, "yellowCard")
    assert shop.get_state_instance() == "yellowCard"
    mock.set_state(id, None)
    with pytest.raises(NotReadyError):
        shop.get_state_instance()
    mock.set_state(id, "notAuthorized")
    assert mock.rotate_token(id) != shop.api_token_instance
    with pytest.raises(UnauthorizedError):
        shop.get_state_instance()


def test_it_plays_what_happens_to_a_qr_code(mock: MockServer) -> None:
    mock.set_options(instance_rate_limits=False)
    made = mock.add_instance(name="shop-42")
    id = made["idInstance"]
    shop = InstanceClient(id, made["apiTokenInstance"], api_url=mock.url, pacing=False)
    for happens, error in (
        (lambda: mock.fail_scan(id, "no"), RefusedError),
        (lambda: mock.expire_qr(id), QrExpiredError),
    ):
        with shop.scan_qr_code() as codes:
            next(codes)
            mock.wait_for_sockets(id, 1)
            happens()
            with pytest.raises(error):
                list(codes)
    with shop.scan_qr_code() as codes:
        next(codes)
        mock.drop_sockets(id)
        assert next(codes).type == "qrCode"


def test_it_plays_what_an_instance_is_told(mock: MockServer) -> None:
    mock.set_options(instance_rate_limits=False)
    made = mock.add_instance(name="shop-42", phone="79001234567", settings={"incomingWebhook": "yes"})
    id = made["idInstance"]
    shop = InstanceClient(id, made["apiTokenInstance"], api_url=mock.url, pacing=False)
    mock.receive_message(id, text="Hello", chat_id="79876543210@c.us", sender_name="Ann")
    mock.notify(id, {"typeWebhook": "deviceInfo"})
    first, second = mock.notifications(id)
    assert first["body"]["senderData"]["senderName"] == "Ann"
    assert second["body"]["typeWebhook"] == "deviceInfo"
    mock.set_quota(id, "checkWhatsapp", used=100, total=100)
    with pytest.raises(QuotaExceededError):
        shop.check_whatsapp(79001234567)


def test_it_enters_the_code_for_a_phone(mock: MockServer) -> None:
    made = mock.add_instance(name="shop-42")
    shop = InstanceClient(made["idInstance"], made["apiTokenInstance"], api_url=mock.url)
    assert shop.get_authorization_code(79001234567) == mock.instance(shop.id_instance)["phoneCode"]
    assert mock.enter_phone_code(shop.id_instance)["state"] == "authorized"
