"""A user's program, for the type checkers: nothing here is run."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from typing_extensions import assert_type

from greenapi_partner import (
    AsyncPartnerClient,
    CreatedInstance,
    GreenApiError,
    Instance,
    Instances,
    PartnerClient,
    RateLimitedError,
    RequestTimeoutError,
)
from greenapi_partner.testing import MockServer


def waited_for() -> None:
    with PartnerClient("gac.…", timeout=30, max_retries=0, ca_file=Path("ca.pem")) as partner:
        assert_type(partner, PartnerClient)
        created = partner.create_instance(name="shop-42", incoming_webhook=True, extra={"plan": "pro"}, timeout=5)
        assert_type(created, CreatedInstance)
        assert_type(created.id_instance, int)
        assert_type(created.api_token_instance, str)
        assert_type(created.api_url, str | None)

        instances = partner.get_instances()
        assert_type(instances, Instances)
        as_a_sequence: Sequence[Instance] = instances
        assert_type(instances[0], Instance)
        assert_type(instances[1:], Instances)
        assert_type(instances.live, Instances)
        assert_type(instances.find(7), Instance | None)
        assert_type([instance.name for instance in as_a_sequence], list[str | None])

        one = partner.ensure_instance(name="shop-42", settle=10)
        assert_type(one.time_created, datetime | None)
        assert_type(one.deleted, bool)
        assert_type(one.extra, dict[str, Any])
        assert_type(one.to_dict(include_tokens=True), dict[str, Any])
        partner.delete_instance_account(one.id_instance)
        assert_type(partner.closed, bool)


async def awaited() -> None:
    async with AsyncPartnerClient() as partner:
        assert_type(partner, AsyncPartnerClient)
        assert_type(await partner.create_instance(name="shop-42"), CreatedInstance)
        assert_type(await partner.get_instances(timeout=None), Instances)
        first, second = await asyncio.gather(partner.get_instance(1), partner.ensure_instance(name="a"))
        assert_type((first, second), tuple[Instance, Instance])
        task = asyncio.create_task(partner.get_instances())
        assert_type(await task, Instances)
        await partner.delete_instance_account(first.id_instance)


def refused(partner: PartnerClient) -> None:
    try:
        partner.get_instances()
    except RateLimitedError as error:
        assert_type(error.retry_after, float | None)
    except RequestTimeoutError as error:
        also: TimeoutError = error
        print(also)
    except GreenApiError as error:
        assert_type(error.code, str)
        assert_type(error.retryable, bool)
        assert_type(error.operation, str | None)
        assert_type(error.status, int | None)
        assert_type(error.description, str | None)


def tested(greenapi_mock: MockServer) -> None:
    PartnerClient(greenapi_mock.partner_token, partner_api_url=greenapi_mock.url)
    assert_type(greenapi_mock.requests("createInstance"), list[dict[str, Any]])


def wrong(partner: PartnerClient) -> None:
    partner.create_instance(nmae="shop-42")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    partner.create_instance(incoming_webhook="yes")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    partner.get_instance("1101728004")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    partner.ensure_instance()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    PartnerClient(token="gac.…")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    asyncio.run(main=partner.get_instances())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
