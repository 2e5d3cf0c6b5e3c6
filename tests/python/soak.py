"""Mixed traffic with faults, for so many rounds and so many seconds; after each round, what this process holds.

GREENAPI_PARTNER_TOKEN=… GREENAPI_PARTNER_API_URL=… GREENAPI_API_URL=… python soak.py ROUNDS SECONDS
"""

import asyncio
import contextlib
import ctypes
import gc
import itertools
import json
import os
import sys
import threading
import time
import urllib.request
from collections.abc import Awaitable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from greenapi_partner import AsyncPartnerClient, GreenApiError, PartnerClient

OPTIONS: dict[str, Any] = {"timeout": 1.0, "max_retries": 1, "pacing": False}
"""Of each client: the mock leaves some calls unanswered, and a wait soaks nothing."""
AT_ONCE = 32
NAMES = 6
ACCOUNT = 400
"""How many instances a list has: one that is kept is seen."""
ROUNDS_OF_A_LIFE = 100
"""After so many the mock forgets all that it knows."""
WEATHER = [
    {"share": share, "fault": fault}
    for share, fault in [
        (0.01, {"cut": "before_request"}),
        (0.01, {"cut": "after_request"}),
        (0.01, {"cut": "after_action"}),
        (0.01, {"cut": "truncated_body"}),
        (0.01, {"status": 500}),
        (0.01, {"named": "rate_limited", "retryAfter": "0"}),
        (0.01, {"named": "garbage"}),
        (0.01, {"named": "html_502"}),
        (0.02, {"drip": {"chunks": 4, "delayMs": 5}}),
        (0.05, {"delayMs": 20}),
        (0.001, {"hold": True}),
    ]
]


def main(rounds: int, seconds: float) -> None:
    """Runs rounds until there were enough. A failed call is a part of the traffic; anything else ends it all."""
    executor = ThreadPoolExecutor(4)
    loop = asyncio.new_event_loop()
    loop.set_default_executor(executor)
    end = time.monotonic() + seconds
    # These live as long as a service does; each round has others of its own besides.
    with PartnerClient(**OPTIONS) as partner:
        async_partner = AsyncPartnerClient(**OPTIONS)
        for number in itertools.count():
            if number >= rounds and time.monotonic() > end:
                break
            prepare(number)
            loop.run_until_complete(one_round(number, partner, async_partner))
            print(json.dumps(held()), flush=True)
        loop.run_until_complete(async_partner.aclose())
    executor.shutdown()
    loop.close()


def prepare(number: int) -> None:
    """What a round finds: an account of the same size, and weather. Ids never come again."""
    if number % ROUNDS_OF_A_LIFE == 0:
        control("reset", {})
        pool = 1101 + number // ROUNDS_OF_A_LIFE % 8000
        control("options", {"keepRequests": 100, "instanceRateLimits": False, "pool": pool})
        control("instances", {"count": ACCOUNT})
        control("weather", {"method": "*", "seed": number, "faults": WEATHER})
    # What was deleted in the rounds before is in no list any more.
    control("clock", {"advanceSeconds": 100 * 24 * 3600})


def control(path: str, body: dict[str, Any]) -> None:
    url = f"{os.environ['GREENAPI_PARTNER_API_URL']}/_mock/{path}"
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        answer.read()


def held() -> dict[str, int]:
    """What the system says of this process, without what it keeps although it is free."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":" in line)
    files = len(list(Path("/proc/self/fd").iterdir()))
    return {"memory": int(status["VmRSS"].split()[0]) * 1024, "files": files, "threads": int(status["Threads"])}


async def one_round(number: int, partner: PartnerClient, async_partner: AsyncPartnerClient) -> None:
    await asyncio.gather(
        asyncio.to_thread(one_by_one, f"one-{number}", partner),
        asyncio.to_thread(runs, f"run-{number}", partner),
        asyncio.to_thread(watched, f"watched-{number}", partner),
        async_runs(f"async-{number}", async_partner),
        of_a_new_client(f"new-{number}"),
    )
    with failing():
        left = [one for one in partner.get_instances() if not one.deleted and one.name.endswith(f"-{number}")]
        list(partner.delete_instance_accounts(left, progress=False))


def one_by_one(name: str, partner: PartnerClient) -> None:
    with failing():
        created = partner.create_instance(name=name)
        partner.get_instance(created.id_instance)
        partner.delete_instance_account(created)
    with failing():
        partner.ensure_instance(name=name, settle=0.2)
    with failing():
        partner.get_instances(timeout=0.001)


def runs(name: str, partner: PartnerClient) -> None:
    with failing():
        made = list(partner.create_instances(names(name), settle=0.2, progress=False))
        ids = [result.id_instance for result in made if result.id_instance]
        list(partner.inspect(ids, progress=False))
        list(partner.delete_instance_accounts(ids, progress=False))


def watched(name: str, partner: PartnerClient) -> None:
    with partner.watch(interval=0.01) as changes:
        looking = threading.Thread(target=of_a_watch, args=[changes])
        looking.start()
        with failing():
            partner.create_instance(name=name)
        changes.close()
        looking.join()


def of_a_watch(changes: Iterable[Any]) -> None:
    with failing():
        list(changes)


async def at_once(partner: AsyncPartnerClient) -> None:
    calls = [asyncio.create_task(partner.get_instances()) for _ in range(AT_ONCE)]
    calls += [asyncio.create_task(partner.get_instances(timeout=0.001)) for _ in range(4)]
    cancelled = [asyncio.create_task(partner.get_instances()) for _ in range(AT_ONCE // 4)]
    await asyncio.sleep(0)
    for call in cancelled:
        call.cancel()
    for ended in await asyncio.gather(*calls, *cancelled, return_exceptions=True):
        if isinstance(ended, BaseException) and not isinstance(ended, (GreenApiError, asyncio.CancelledError)):
            raise ended


async def async_runs(name: str, partner: AsyncPartnerClient) -> None:
    with failing():
        run = partner.create_instances(names(name), settle=0.2, progress=False)
        made = [result.id_instance async for result in run if result.id_instance]
        async for _ in partner.inspect(made, progress=False):
            break  # what is left of a run that nobody asks for
        async for _ in partner.delete_instance_accounts(made, progress=False):
            pass


def names(name: str) -> list[str]:
    return [f"{number}-{name}" for number in range(NAMES)]


async def of_a_new_client(name: str) -> None:
    async with AsyncPartnerClient(**OPTIONS) as partner:
        await asyncio.gather(at_once(partner), within(0.3, of_a_flow(name, partner)), of_an_instance(name, partner))


async def of_a_flow(name: str, partner: AsyncPartnerClient) -> None:
    async with partner.onboard(name=f"flow-{name}") as events:
        async for event in events:
            if event.type == "qrCode":
                break


async def of_an_instance(name: str, partner: AsyncPartnerClient) -> None:
    with failing():
        shop = partner.instance(await partner.create_instance(name=name))
        async with shop.scan_qr_code() as codes, shop.notifications(idle=0.01) as notifications:
            await asyncio.gather(within(0.3, anext(codes)), within(0.1, anext(notifications, None)))


async def within(seconds: float, work: Awaitable[Any]) -> None:
    """As long as it may take; a call that is given up is a part of the traffic."""
    with contextlib.suppress(asyncio.TimeoutError, GreenApiError, StopAsyncIteration):
        await asyncio.wait_for(work, seconds)


@contextlib.contextmanager
def failing() -> Iterator[None]:
    with contextlib.suppress(GreenApiError):
        yield


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
