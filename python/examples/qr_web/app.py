"""A page on which a customer of your product links a phone. Its events come from `onboard`, over SSE.

    GREENAPI_PARTNER_TOKEN=gac.… python app.py

It creates a real instance where GREENAPI_PARTNER_API_URL does not name a mock: its first day is charged.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from greenapi_partner import AsyncInstanceClient, AsyncPartnerClient, GreenApiError
from greenapi_partner.events import Event
from greenapi_partner.iterators import AsyncEvents

HERE = Path(__file__).parent
WORDS: dict[str, str] = json.loads((HERE / "errors.json").read_text())
PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
EVENT_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
Handler = Callable[[Request], Awaitable[Response]]

partner: AsyncPartnerClient  # The token stays here: the browser sees events, and none of them holds one.
phone_numbers: dict[str, str] = {}  # Whose phone is to be linked by number. Not in the URL: URLs are logged.


def instance_name(request: Request) -> str:
    """The name of the logged-in customer's instance.

    Take it from your session, and never from anything else that the browser sends: whoever may choose the name gets the
    QR code of another customer.
    """
    return "shop-42"


async def next_event(events: AsyncEvents[Event]) -> Event | None:
    """The next event; None at the end."""
    return await anext(events, None)


async def stream(name: str, phone_number: str | None) -> AsyncIterator[str]:
    yield "retry: 1000\n\n"
    try:
        # What is no phone number is refused here, before anything is asked.
        async with partner.onboard(name=name, incoming_webhook=True, phone_number=phone_number) as events:
            step = asyncio.create_task(next_event(events))
            try:
                while True:
                    while not (await asyncio.wait({step}, timeout=15))[0]:
                        yield ": still here\n\n"
                    event = step.result()
                    if event is None:
                        return
                    yield f"data: {json.dumps(event.to_json())}\n\n"
                    step = asyncio.create_task(next_event(events))
            finally:
                # The browser has gone, or it is over. An instance that is being created is finished all the same, and
                # whoever comes next finds it.
                step.cancel()
    except GreenApiError as error:
        yield f"event: error\ndata: {json.dumps(in_words(error))}\n\n"


async def find(name: str) -> AsyncInstanceClient | None:
    """The client of the customer's instance. Creates none."""
    live = (await partner.get_instances()).live
    return next((partner.instance(one) for one in live if one.name == name), None)


def in_words(error: GreenApiError) -> dict[str, str]:
    """An error for the customer: upstream's reason in our words, or what its code means."""
    return {
        "code": error.code,
        "message": WORDS.get(error.description or "") or WORDS.get(error.code) or WORDS["unknown"],
    }


async def connect(request: Request) -> Response:
    name = instance_name(request)
    phone_number = phone_numbers.get(name) if request.query_params.get("by") == "number" else None
    return StreamingResponse(stream(name, phone_number), media_type="text/event-stream", headers=EVENT_HEADERS)


async def connection(request: Request) -> Response:
    shop = await find(instance_name(request))
    return JSONResponse({"linked": shop is not None and await shop.get_state_instance() == "authorized"})


async def phone_number(request: Request) -> Response:
    phone_numbers[instance_name(request)] = str((await request.json())["phoneNumber"])
    return Response(status_code=204)


async def code(request: Request) -> Response:
    if shop := await find(instance_name(request)):
        await shop.send_authorization_code(str((await request.json())["code"]))
    return Response(status_code=204)


async def password(request: Request) -> Response:
    if shop := await find(instance_name(request)):
        await shop.send_authorization_password(str((await request.json())["password"]))
    return Response(status_code=204)


async def disconnect(request: Request) -> Response:
    """Unlinks the phone and keeps the instance, which is billed on. `partner.offboard` deletes it, for good."""
    if shop := await find(instance_name(request)):
        await shop.logout()
    return Response(status_code=204)


async def failed(request: Request, error: Exception) -> Response:
    assert isinstance(error, GreenApiError)
    return JSONResponse(in_words(error), status_code=502)


def ours(handler: Handler) -> Handler:
    """Only our own page may ask: another site could make a logged-in browser create an instance, which is billed."""

    async def guarded(request: Request) -> Response:
        if request.headers.get("sec-fetch-site") == "same-origin":
            return await handler(request)
        return JSONResponse({"code": "forbidden", "message": WORDS["unknown"]}, status_code=403)

    return guarded


def page(file: str) -> Handler:
    async def send(request: Request) -> Response:
        return FileResponse(HERE / "page" / file, headers=PAGE_HEADERS)

    return send


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    global partner
    # With a store, several processes create a name once.
    async with AsyncPartnerClient(store=os.environ.get("STORE")) as partner:
        yield


app = Starlette(
    routes=[
        Route("/", page("index.html")),
        Route("/page.css", page("page.css")),
        Route("/page.js", page("page.js")),
        Route("/connect", ours(connect)),
        Route("/connection", ours(connection)),
        Route("/connect/phone-number", ours(phone_number), methods=["POST"]),
        Route("/connect/code", ours(code), methods=["POST"]),
        Route("/connect/password", ours(password), methods=["POST"]),
        Route("/disconnect", ours(disconnect), methods=["POST"]),
    ],
    exception_handlers={GreenApiError: failed},
    lifespan=lifespan,
)

if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ.get("PORT", "8000")), access_log=False, timeout_graceful_shutdown=3)
