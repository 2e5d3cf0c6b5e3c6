"""The mock server of `greenapi_partner.testing`, and the fixture that installing the package brings."""

import asyncio
import urllib.error
import urllib.request

import pytest

from greenapi_partner import AsyncPartnerClient, NoCapacityError, PartnerClient, UnauthorizedError
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
