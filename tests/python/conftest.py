"""The one set-up: a mock for each test, and a client of each kind on it."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from greenapi_partner import AsyncInstanceClient, AsyncPartnerClient, InstanceClient, PartnerClient
from greenapi_partner.testing import MockServer

pytest_plugins = ["pytester"]
pytest.register_assert_rewrite("scenarios")

TESTS = Path(__file__).resolve().parents[1]


@pytest.fixture
def mock(greenapi_mock: MockServer) -> MockServer:
    return greenapi_mock


@pytest.fixture
def partner(mock: MockServer) -> Iterator[PartnerClient]:
    with PartnerClient(mock.partner_token, **of(mock)) as client:
        yield client


@pytest.fixture
async def async_partner(mock: MockServer) -> AsyncIterator[AsyncPartnerClient]:
    async with AsyncPartnerClient(mock.partner_token, **of(mock)) as client:
        yield client


@pytest.fixture
def shop(mock: MockServer, partner: PartnerClient) -> InstanceClient:
    """An instance that waits for a phone."""
    return partner.instance(*put_in(mock))


@pytest.fixture
def async_shop(mock: MockServer, async_partner: AsyncPartnerClient) -> AsyncInstanceClient:
    return async_partner.instance(*put_in(mock))


def of(mock: MockServer) -> dict[str, Any]:
    """The options of a client of the mock that does not wait between its calls."""
    mock.set_options(instance_rate_limits=False)
    return {"partner_api_url": mock.url, "api_url": mock.url, "media_url": mock.url, "pacing": False}


def put_in(mock: MockServer, **fields: Any) -> tuple[int, str]:
    """Puts an instance into the mock's account, and gives its id and token."""
    notify = {"incomingWebhook": "yes", "stateWebhook": "yes"}
    made = mock.add_instance(**{"name": "shop-42", "settings": notify, **fields})
    return made["idInstance"], made["apiTokenInstance"]


def until(holds: Callable[[], bool]) -> None:
    """Looks until it is so; what never becomes so ends with the run of the tests."""
    while not holds():
        pass


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GREENAPI_PARTNER_TOKEN", "GREENAPI_PARTNER_API_URL", "GREENAPI_API_URL", "GREENAPI_MEDIA_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def contract() -> dict[str, Any]:
    return json.loads((TESTS / "contract.json").read_text())
