"""The installed package under asyncio, against the mock that it brings along."""

import asyncio

from greenapi_partner import AsyncPartnerClient, UnauthorizedError
from greenapi_partner.testing import MockServer


async def main(mock: MockServer) -> None:
    async with AsyncPartnerClient(mock.partner_token, partner_api_url=mock.url) as partner:
        names = ["shop-1", "shop-2", "shop-3"]
        await asyncio.gather(*(partner.ensure_instance(name=name) for name in names))
        assert sorted(one.name for one in await partner.get_instances()) == names

    async with AsyncPartnerClient("gac.wrong", partner_api_url=mock.url) as stranger:
        try:
            await stranger.get_instances()
        except UnauthorizedError as error:
            assert error.operation == "getInstances"
        else:
            raise AssertionError("a wrong token was let in")


with MockServer() as mock:
    asyncio.run(main(mock))
