"""The worker of Python: `work.py PEER WORK URL COUNT CONCURRENCY`, which prints one line of JSON.

Each peer as its documentation recommends for speed: one client for all calls, connections kept alive, a pool as large
as the number of calls at once. `SSL_CERT_FILE` names the certificate of a server that speaks TLS.
"""

from __future__ import annotations

import asyncio
import functools
import importlib
import io
import itertools
import json
import os
import ssl
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

PEER, WORK, URL, COUNT, CONCURRENCY = *sys.argv[1:4], int(sys.argv[4]), int(sys.argv[5])
TOKEN = "gac.0000000000000000000000000000000000000000000000"
# Enough to open every connection.
WARM_UP = max(100, 4 * CONCURRENCY)
# How often a list is had for the time; the median counts.
TIMES = 5
CA = os.environ.get("SSL_CERT_FILE") if URL.startswith("https") else None


class Account(NamedTuple):
    """Where an account of so many instances is."""

    instances: int

    @property
    def base(self) -> str:
        """The server closes the connections of the work `cold` after each answer."""
        return f"{URL}/{self.instances}" + ("/close" if WORK.startswith("cold") else "")

    @property
    def create(self) -> str:
        """Where createInstance is posted to."""
        return f"{self.base}/partner/createInstance/{TOKEN}"

    @property
    def list(self) -> str:
        """Where getInstances is had."""
        return f"{self.base}/partner/getInstances/{TOKEN}"


class Client(NamedTuple):
    """What a peer can do: create one of a name and give its id; list, and give the ids; get the list as it comes."""

    create: Callable[[str], Any]
    ids: Callable[[], list[int]] | None = None
    body: Callable[[], bytes] | None = None


# Peers


def ours(account: Account) -> Client:
    """Ours."""
    from greenapi_partner import PartnerClient

    partner = PartnerClient(TOKEN, partner_api_url=account.base, api_url=account.base, ca_file=CA)
    return Client(lambda name: partner.create_instance(name=name).id_instance, Listing(partner))


class Listing:
    """The list of ours, which stays in Rust: kept, and one field of each read."""

    def __init__(self, partner: Any) -> None:
        self.partner = partner

    def __call__(self) -> Any:
        """One field of each."""
        self.kept = self.partner.get_instances()
        return (one.id_instance for one in self.kept)


def official(account: Account) -> Client:
    """GREEN-API's own client, on requests."""
    from whatsapp_api_client_python.API import GreenApiPartner

    partner = GreenApiPartner(TOKEN, host=account.base).partner
    return Client(
        lambda name: partner.createInstance({"name": name}).data["idInstance"],
        lambda: ids(partner.getInstances().data),
    )


def requests(account: Account) -> Client:
    """One session, whose pool has a connection for each thread."""
    from requests import Session
    from requests.adapters import HTTPAdapter

    session = Session()
    session.mount(URL, HTTPAdapter(pool_connections=1, pool_maxsize=CONCURRENCY))
    session.verify = CA or True
    return Client(
        lambda name: session.post(account.create, json={"name": name}).json()["idInstance"],
        lambda: ids(session.get(account.list).json()),
        lambda: session.get(account.list).content,
    )


def httpx(account: Account) -> Client:
    """One client."""
    import httpx

    client = httpx.Client(limits=httpx_limits(), verify=trust())
    return Client(
        lambda name: client.post(account.create, json={"name": name}).json()["idInstance"],
        lambda: ids(client.get(account.list).json()),
    )


def niquests(account: Account) -> Client:
    """One session, as of requests."""
    from niquests import Session

    session = Session(pool_connections=1, pool_maxsize=CONCURRENCY, verify=CA or True)
    return Client(
        lambda name: session.post(account.create, json={"name": name}).json()["idInstance"],
        lambda: ids(session.get(account.list).json()),
    )


def primp(account: Account) -> Client:
    """One client, which is itself in Rust."""
    from primp import Client as Primp

    client = Primp(ca_cert_file=CA)
    return Client(
        lambda name: client.post(account.create, json={"name": name}).json()["idInstance"],
        lambda: ids(client.get(account.list).json()),
        lambda: client.get(account.list).content,
    )


def pyreqwest(account: Account) -> Client:
    """One client, which is itself in Rust."""
    from pyreqwest.client import SyncClientBuilder

    client = pyreqwest_built(SyncClientBuilder())
    return Client(
        lambda name: client.post(account.create).body_json({"name": name}).build().send().json()["idInstance"],
        lambda: ids(client.get(account.list).build().send().json()),
    )


def wreq(account: Account) -> Client:
    """One client, which is itself in Rust."""
    from wreq.blocking import Client as Wreq

    client = Wreq(pool_max_idle_per_host=CONCURRENCY, **wreq_trust())
    return Client(
        lambda name: client.post(account.create, json={"name": name}).json()["idInstance"],
        lambda: ids(client.get(account.list).json()),
    )


# Peers, asyncio: each gives a function that creates.

Create = Callable[[str], Awaitable[int]]


async def ours_async(account: Account) -> Create:
    """Ours."""
    from greenapi_partner import AsyncPartnerClient

    partner = AsyncPartnerClient(TOKEN, partner_api_url=account.base, ca_file=CA)

    async def create(name: str) -> int:
        return (await partner.create_instance(name=name)).id_instance

    return create


async def official_async(account: Account) -> Create:
    """GREEN-API's own, which opens a session of aiohttp for each call."""
    from whatsapp_api_client_python.API import GreenApiPartner

    partner = GreenApiPartner(TOKEN, host=account.base).partner

    async def create(name: str) -> int:
        return (await partner.createInstanceAsync({"name": name})).data["idInstance"]

    return create


async def httpx_async(account: Account) -> Create:
    """One client."""
    import httpx

    client = httpx.AsyncClient(limits=httpx_limits(), verify=trust())

    async def create(name: str) -> int:
        return (await client.post(account.create, json={"name": name})).json()["idInstance"]

    return create


async def aiohttp_async(account: Account) -> Create:
    """One session."""
    from aiohttp import ClientSession, TCPConnector

    session = ClientSession(connector=TCPConnector(limit=CONCURRENCY, ssl=trust()))

    async def create(name: str) -> int:
        async with session.post(account.create, json={"name": name}) as response:
            return (await response.json())["idInstance"]

    return create


async def niquests_async(account: Account) -> Create:
    """One session."""
    from niquests import AsyncSession

    session = AsyncSession(pool_connections=1, pool_maxsize=CONCURRENCY, verify=CA or True)

    async def create(name: str) -> int:
        return (await session.post(account.create, json={"name": name})).json()["idInstance"]

    return create


async def primp_async(account: Account) -> Create:
    """One client."""
    from primp import AsyncClient

    client = AsyncClient(ca_cert_file=CA)

    async def create(name: str) -> int:
        return (await client.post(account.create, json={"name": name})).json()["idInstance"]

    return create


async def pyreqwest_async(account: Account) -> Create:
    """One client."""
    from pyreqwest.client import ClientBuilder

    client = pyreqwest_built(ClientBuilder())

    async def create(name: str) -> int:
        return (await (await client.post(account.create).body_json({"name": name}).build().send()).json())["idInstance"]

    return create


async def wreq_async(account: Account) -> Create:
    """One client."""
    from wreq import Client as Wreq

    client = Wreq(pool_max_idle_per_host=CONCURRENCY, **wreq_trust())

    async def create(name: str) -> int:
        return (await (await client.post(account.create, json={"name": name})).json())["idInstance"]

    return create


# What several peers need


def ids(items: list[dict[str, Any]]) -> list[int]:
    """One field of each."""
    kept.append(items)
    return [item["idInstance"] for item in items]


def trust() -> Any:
    """Whom a peer on Python's own TLS trusts."""
    return ssl.create_default_context(cafile=CA) if CA else True


def httpx_limits() -> Any:
    """A pool that is large enough."""
    import httpx

    return httpx.Limits(max_connections=CONCURRENCY, max_keepalive_connections=CONCURRENCY)


def pyreqwest_built(builder: Any) -> Any:
    """A client with a pool that is large enough."""
    builder = builder.pool_max_idle_per_host(CONCURRENCY)
    return (builder.add_root_certificate_pem(Path(CA).read_bytes()) if CA else builder).build()


def wreq_trust() -> dict[str, Any]:
    """Whom it trusts."""
    return {"tls_verify": Path(CA)} if CA else {}


SYNC = {
    "greenapi_partner": ours,
    "whatsapp-api-client-python": official,
    "requests": requests,
    "httpx": httpx,
    "niquests": niquests,
    "primp": primp,
    "pyreqwest": pyreqwest,
    "wreq": wreq,
}
ASYNC = {
    "greenapi_partner": ours_async,
    "whatsapp-api-client-python": official_async,
    "httpx": httpx_async,
    "aiohttp": aiohttp_async,
    "niquests": niquests_async,
    "primp": primp_async,
    "pyreqwest": pyreqwest_async,
    "wreq": wreq_async,
}
# What was had is kept until the memory was looked at, as a program would.
kept: list[Any] = []


# Works


def create() -> Measured:
    """One after another, or in so many threads."""
    client = SYNC[PEER](Account(0))
    names = itertools.count()

    def calls(count: int) -> None:
        for _ in range(count):
            assert client.create(f"shop-{next(names)}") > 0

    def all_calls(count: int) -> None:
        if CONCURRENCY == 1:
            return calls(count)
        shares = [count // CONCURRENCY + (place < count % CONCURRENCY) for place in range(CONCURRENCY)]
        for _ in threads.map(calls, shares):
            pass

    with ThreadPoolExecutor(CONCURRENCY) as threads:
        all_calls(WARM_UP)
        with Measured(COUNT) as measured:
            all_calls(COUNT)
    return measured


async def create_async() -> Measured:
    """One after another, or so many tasks."""
    create = await ASYNC[PEER](Account(0))

    async def calls(numbers: Any) -> None:
        for number in numbers:
            assert await create(f"shop-{number}") > 0

    async def all_calls(stem: str, count: int) -> None:
        numbers = iter([f"{stem}-{number}" for number in range(count)])
        if CONCURRENCY == 1:
            return await calls(numbers)
        await asyncio.gather(*(calls(numbers) for _ in range(CONCURRENCY)))

    await all_calls("warm", WARM_UP)
    with Measured(COUNT) as measured:
        await all_calls("work", COUNT)
    return measured


def list_all() -> Measured:
    """The list once, kept, for the memory; and five times for the time."""
    assert sum(SYNC[PEER](Account(100)).ids()) > 0
    kept.clear()
    client = SYNC[PEER](Account(COUNT))
    with Measured(COUNT) as measured:
        assert sum(client.ids()) > 0
    kept.clear()
    measured.seconds = median(lambda: sum(client.ids()))
    return measured


def frame() -> Measured:
    """A frame of a list: ours, or what json or the frames' own reader make of the bytes.

    From the server on, or (`columns-…`) of a list or of bytes that are there.
    """
    work, _, library = WORK.rpartition("-")
    frames = importlib.import_module(library)
    account = Account(COUNT)
    get = ours(account).ids.partner.get_instances if PEER == "greenapi_partner" else primp(account).body
    if work == "columns":
        get = functools.partial(lambda there: there, get())
    ways = {
        "greenapi_partner": lambda: getattr(get(), f"to_{library}")(),
        "json + DataFrame": lambda: frames.DataFrame(json.loads(get())),
        "read_json": lambda: frames.read_json(io.BytesIO(get())),
    }
    make = ways[PEER]
    assert len(make()) == COUNT
    with Measured(COUNT) as measured:
        make()
    measured.seconds = median(make)
    return measured


def bulk() -> Measured:
    """Many creations in one run."""
    partner, names = warm(Account(0)), [f"shop-{number}" for number in range(COUNT)]
    with Measured(COUNT) as measured:
        items = partner.create_instances(names, concurrency=CONCURRENCY).collect()
    assert len(items) == COUNT
    assert all(item.status == "done" for item in items)
    return measured


def inspect() -> Measured:
    """The list, and the state and the phone of each live instance."""
    partner = warm(Account(COUNT))
    with Measured(COUNT) as measured:
        found = partner.inspect(concurrency=CONCURRENCY).collect()
    assert all(one.phone for one in found)
    measured.count = 2 * len(found) + 1
    return measured


def warm(account: Account) -> Any:
    """A client of ours with its connections open."""
    partner = ours(account).ids.partner
    partner.create_instances([f"warm-{number}" for number in range(WARM_UP)], concurrency=CONCURRENCY).collect()
    return partner


# Measuring


class Measured:
    """The time and the memory of a block."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __enter__(self) -> Measured:
        # From now on the peak counts anew.
        Path("/proc/self/clear_refs").write_text("5")
        self.rss_before = memory("VmRSS:")
        self.began = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.perf_counter() - self.began
        self.rss_peak = memory("VmHWM:")


def median(work: Callable[[], object]) -> float:
    """The median of a work's times."""
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
        kept.clear()
    return statistics.median(times)


def memory(field: str) -> int:
    """This process's, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field))


def main() -> None:
    """Does the work."""
    works = {"create": create, "cold": create, "list": list_all, "bulk": bulk, "inspect": inspect}
    works |= {f"{work}-{library}": frame for work in ("frame", "columns") for library in ("polars", "pandas")}
    measured = asyncio.run(create_async()) if WORK.endswith("-async") else works[WORK]()
    figures = ("seconds", "count", "rss_before", "rss_peak")
    print(json.dumps({name: getattr(measured, name) for name in figures}), flush=True)
    # A peer's threads and open connections are not ours to wait for.
    os._exit(0)


if __name__ == "__main__":
    main()
