"""The one set-up: a mock for each test, and a client of each kind on it."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from greenapi_partner import AsyncPartnerClient, PartnerClient
from greenapi_partner.testing import MockServer

pytest_plugins = ["pytester"]
pytest.register_assert_rewrite("scenarios")

TESTS = Path(__file__).resolve().parents[1]


@pytest.fixture
def mock(greenapi_mock: MockServer) -> MockServer:
    return greenapi_mock


@pytest.fixture
def partner(mock: MockServer) -> Iterator[PartnerClient]:
    with PartnerClient(mock.partner_token, partner_api_url=mock.url) as client:
        yield client


@pytest.fixture
async def async_partner(mock: MockServer) -> AsyncIterator[AsyncPartnerClient]:
    async with AsyncPartnerClient(mock.partner_token, partner_api_url=mock.url) as client:
        yield client


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GREENAPI_PARTNER_TOKEN", "GREENAPI_PARTNER_API_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def contract() -> dict[str, Any]:
    return json.loads((TESTS / "contract.json").read_text())
