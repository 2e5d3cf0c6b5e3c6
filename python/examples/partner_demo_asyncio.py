"""The same service at once for many customers, on an event loop.

    GREENAPI_PARTNER_TOKEN=gac.… python partner_demo_asyncio.py

This creates three instances, which are billed, and deletes them. To try it for nothing, run `greenapi-partner-mock`
and set GREENAPI_PARTNER_TOKEN and GREENAPI_PARTNER_API_URL to what it prints.
"""

import asyncio

from greenapi_partner import AsyncPartnerClient


async def main() -> None:
    async with AsyncPartnerClient() as partner:
        shops = await asyncio.gather(*(partner.ensure_instance(name=f"shop-{n}") for n in range(3)))
        print(f"ready     {[shop.name for shop in shops]}")

        await asyncio.gather(*(partner.delete_instance_account(shop.id_instance) for shop in shops))
        instances = await partner.get_instances()
        print(f"deleted   {[shop.name for shop in instances.deleted]}")


if __name__ == "__main__":
    asyncio.run(main())
