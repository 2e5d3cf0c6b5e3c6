"""The pytest fixture, which installing the package is enough for."""

import pytest

from greenapi_partner import InvalidRequestError, PartnerClient
from greenapi_partner.testing import MockServer


def test_the_fixture_is_an_account_of_its_own(greenapi_mock: MockServer) -> None:
    with PartnerClient(greenapi_mock.partner_token, partner_api_url=greenapi_mock.url) as partner:
        partner.create_instance(name="shop-42")
    assert [one["name"] for one in greenapi_mock.instances()] == ["shop-42"]


def test_the_next_test_finds_it_empty(greenapi_mock: MockServer) -> None:
    with (
        PartnerClient(greenapi_mock.partner_token, partner_api_url=greenapi_mock.url) as partner,
        pytest.raises(InvalidRequestError),
    ):
        partner.create_instance()
    assert greenapi_mock.instances() == []
    assert greenapi_mock.requests() == []
