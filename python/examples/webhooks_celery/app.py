"""A product whose customers talk to theirs: an instance on sign-up, its QR code, messages in and out, an end on churn.

    PUBLIC_URL=https://… WEBHOOK_TOKEN=… GREENAPI_PARTNER_TOKEN=gac.… python app.py

Here is what browsers and upstream ask for. It writes down what is wanted and what came in, and leaves the rest to the
worker (tasks.py).
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import store
import tasks
import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from greenapi_partner import (
    AsyncPartnerClient,
    GreenApiError,
    IncomingMessageReceived,
    InvalidRequestError,
    StateInstanceChanged,
    UnauthorizedError,
    parse_notification,
)
from greenapi_partner.events import Event
from greenapi_partner.iterators import AsyncEvents
from greenapi_partner.notifications import Notification

EVENT_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

partner: AsyncPartnerClient  # The tokens stay here: no answer, no event and no URL of ours holds one.


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    global partner
    async with AsyncPartnerClient(store=os.environ.get("STORE")) as partner:
        yield


app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)


def logged_in(request: Request) -> str:
    """The name of the logged-in customer.

    Take it from your session, and never from anything else that the browser sends: whoever may choose the name gets the
    QR code of another customer. And only our own pages may ask: another site could make a logged-in browser sign up.
    """
    if request.headers.get("sec-fetch-site") != "same-origin":
        raise HTTPException(403)
    return "shop-42"


Name = Annotated[str, Depends(logged_in)]


class ToSend(BaseModel):
    """A message to send. Who asks for it gives it an id, and the same one when he asks again."""

    id: str
    chat: str
    text: str


@app.post("/customer", status_code=202)
def sign_up(name: Name) -> None:
    """An instance is created, once however often this is asked for."""
    store.wish(name, True)
    tasks.settle.delay(name)


@app.delete("/customer", status_code=202)
def churn(name: Name) -> None:
    """The phone is logged out, and the instance deleted: it is charged no longer."""
    store.wish(name, False)
    tasks.settle.delay(name)


@app.get("/customer")
def look(name: Name) -> dict[str, Any]:
    """What the customer's page shows."""
    customer = store.customer(name)
    return {
        "signedUp": customer is not None and customer.wanted,
        "ready": customer is not None and customer.id_instance is not None,
        "state": customer and customer.state,
        "messages": store.messages(name),
    }


@app.post("/messages", status_code=202)
def say(name: Name, message: ToSend) -> None:
    """The message is sent, once however often this is asked for."""
    tasks.send.delay(store.goes_out(message.id, name, message.chat, message.text))


@app.get("/connect")
async def connect(name: Name) -> StreamingResponse:
    """QR codes until a phone has scanned one, as server-sent events."""
    return StreamingResponse(link(name), media_type="text/event-stream", headers=EVENT_HEADERS)


async def link(name: str) -> AsyncIterator[str]:
    """The events of the customer's instance, which the worker creates: a browser that asks twice creates nothing."""
    yield "retry: 1000\n\n"
    while (customer := await run_in_threadpool(store.customer, name)) and customer.wanted:
        if customer.id_instance is not None:
            break
        yield 'data: {"type": "waiting", "stateInstance": null}\n\n'
        await asyncio.sleep(1)
    else:
        yield 'event: error\ndata: {"code": "not_found"}\n\n'
        return
    try:
        shop = partner.instance(await partner.get_instance(customer.id_instance))
        async for line in lines(shop.authorize()):
            yield line
    except GreenApiError as error:
        yield f"event: error\ndata: {json.dumps({'code': error.code})}\n\n"


async def lines(events: AsyncEvents[Event]) -> AsyncIterator[str]:
    """Events as lines of SSE, with a sign of life every 15 seconds. The events end when the browser goes."""

    async def following() -> Event | None:
        return await anext(events, None)

    step = asyncio.create_task(following())
    try:
        while True:
            while not (await asyncio.wait({step}, timeout=15))[0]:
                yield ": still here\n\n"
            if (event := step.result()) is None:
                return
            yield f"data: {json.dumps(event.to_json())}\n\n"
            step = asyncio.create_task(following())
    finally:
        step.cancel()
        await events.aclose()


@app.post("/webhook")
async def webhook(request: Request) -> None:
    """What upstream has to tell. It is answered with 200 once it is written down, and comes again otherwise."""
    try:
        told = parse_notification(await request.body(), request.headers.get("authorization", ""), tasks.WEBHOOK_TOKEN)
    except UnauthorizedError:
        raise HTTPException(401) from None
    except InvalidRequestError:
        raise HTTPException(400) from None
    await run_in_threadpool(receive, told)


def receive(told: Notification) -> None:
    """Writes down what matters to us. What is told twice is there once; what is not ours is let go."""
    name = store.name_of(told.id_instance)
    if name is None:
        return
    if isinstance(told, StateInstanceChanged):
        store.has_state(told.id_instance, told.state_instance)
    elif isinstance(told, IncomingMessageReceived) and told.id_message and told.chat_id:
        store.came_in(told.id_message, name, told.chat_id, told.text)
        tasks.handle.delay(told.id_message)


if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ.get("PORT", "8000")), access_log=False, timeout_graceful_shutdown=3)
