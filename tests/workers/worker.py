"""Worker: a process that has a store in common with others, and ensures the names that it is told.

It says that it is ready. Then a line of JSON comes in for each name, and one goes out with its instance's id, or with
the code of an error.
"""

import asyncio
import json
import os
import sys
import threading

from greenapi_partner import AsyncPartnerClient, GreenApiError, PartnerClient, Store

kind, address, schema, claim, url, token = sys.argv[1:]
store = Store(address, schema=schema, claim=int(claim))


def say(**what):
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def tell(name, what):
    say(name=name, got=str(what))


def client():
    return PartnerClient(token, partner_api_url=url, store=store)


def ensure(partner, order):
    try:
        tell(order["name"], partner.ensure_instance(**order).id_instance)
    except GreenApiError as error:
        tell(order["name"], error.code)


def waited_for():
    partner = client()
    say(ready=True)
    for line in sys.stdin:
        threading.Thread(target=ensure, args=[partner, json.loads(line)]).start()


def forked():
    """A child answers first, which was born with the store open, and its parent goes on."""
    partner = client()
    partner.ensure_instance(name="before")
    say(ready=True)
    child = os.fork()
    if child == 0:
        ensure(partner, json.loads(sys.stdin.readline()))
        os._exit(0)
    os.waitpid(child, 0)
    for line in sys.stdin:
        ensure(partner, json.loads(line))


async def awaited():
    partner = AsyncPartnerClient(token, partner_api_url=url, store=store)

    async def ensured(order):
        try:
            tell(order["name"], (await partner.ensure_instance(**order)).id_instance)
        except GreenApiError as error:
            tell(order["name"], error.code)

    say(ready=True)
    tasks = []
    while line := await asyncio.to_thread(sys.stdin.readline):
        tasks.append(asyncio.create_task(ensured(json.loads(line))))
    await asyncio.gather(*tasks)


if kind == "asyncio":
    asyncio.run(awaited())
elif kind == "forked":
    forked()
else:
    waited_for()
