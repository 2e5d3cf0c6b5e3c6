"""Every scenario holds in Python, waited for and awaited."""

from typing import Any

import pytest
import scenarios

from greenapi_partner import AsyncInstanceClient, AsyncPartnerClient, InstanceClient, PartnerClient
from greenapi_partner.testing import MockServer


@pytest.mark.parametrize("name", scenarios.files())
async def test_waited_for(name: str, mock: MockServer) -> None:
    scenario = scenarios.load(name)
    options = scenarios.prepare(scenario, mock)

    async def call(client: Any, method: str, arguments: dict[str, Any]) -> Any:
        return getattr(client, method)(**arguments)

    await scenarios.Play(scenario, mock, lambda: PartnerClient(**options), InstanceClient, call).run()
    scenarios.check_mock(scenario, mock)


@pytest.mark.parametrize("name", scenarios.files())
async def test_awaited(name: str, mock: MockServer) -> None:
    scenario = scenarios.load(name)
    options = scenarios.prepare(scenario, mock)

    async def call(client: Any, method: str, arguments: dict[str, Any]) -> Any:
        return await getattr(client, {"close": "aclose"}.get(method, method))(**arguments)

    await scenarios.Play(scenario, mock, lambda: AsyncPartnerClient(**options), AsyncInstanceClient, call).run()
    scenarios.check_mock(scenario, mock)
