"""Kinds of calls, and how a program comes into the middle of each: the mock does not answer, or a socket is open."""

from collections.abc import Callable
from typing import Any, NamedTuple

from greenapi_partner.testing import MockServer


class Kind(NamedTuple):
    """A kind of call, and when a program is in the middle of it."""

    code: str
    """What waits; `{}` is the partner, sync or async."""
    held: str | None
    """The method that the mock does not answer; without one, an open socket is the middle."""
    creations: int = 0
    """How often the mock was asked to create by then: there must not be more afterwards."""

    def sync_code(self) -> str:
        """Defines `middle`, which makes the call and waits for its end."""
        return f"""
def middle():
    call = {self.code.format("partner")}
    if hasattr(call, "__iter__"):
        list(call)
"""

    def async_code(self) -> str:
        """Defines `asking`, the same to be awaited."""
        return f"""
async def asking():
    call = {self.code.format("async_partner")}
    if hasattr(call, "__aiter__"):
        async for _ in call:
            pass
    else:
        await call
"""


KINDS = {
    "a creation": Kind("{}.create_instance(name='shop-42')", "createInstance", 1),
    "an ensured creation": Kind("{}.ensure_instance(name='shop-42')", "createInstance", 1),
    "a run that creates": Kind("{}.create_instances(['a', 'b', 'c'], concurrency=1)", "createInstance", 1),
    "a run that deletes": Kind("{}.delete_instance_accounts([SHOP], concurrency=1)", "deleteInstanceAccount"),
    "an inspection": Kind("{}.inspect()", "getStateInstance"),
    "a watch": Kind("{}.watch(interval=0.01)", "getInstances"),
    "a flow that creates": Kind("{}.onboard(name='shop-42')", "createInstance", 1),
    "a flow that shows codes": Kind("{}.instance(SHOP, TOKEN, URL).authorize()", None),
    "the socket of codes": Kind("{}.instance(SHOP, TOKEN, URL).scan_qr_code()", None),
    "a long poll": Kind("{}.instance(SHOP, TOKEN, URL).notifications()", "receiveNotification"),
}


def prepare(mock: MockServer, kind: Kind) -> tuple[str, Callable[[], Any]]:
    """Lets the mock not answer; gives the first lines of a program, and what waits until it is in the middle."""
    mock.set_options(instance_rate_limits=False)
    shop = mock.add_instance(name="shop-1")
    begin = f"SHOP, TOKEN, URL = {shop['idInstance']}, {shop['apiTokenInstance']!r}, {mock.url!r}\n"
    if kind.held is None:
        return begin, lambda: mock.wait_for_sockets(shop["idInstance"])
    mock.faults(kind.held, {"hold": True, "times": -1})
    return begin, lambda: mock.wait_for_requests(kind.held, outcome="held")


def is_over(mock: MockServer, kind: Kind) -> None:
    """Nothing of the program is connected any more, and nothing was created a second time."""
    mock.wait_for_connections(0)
    mock.wait_for_sockets(mock.instances()[0]["idInstance"], 0)
    assert len(mock.requests("createInstance")) == kind.creations
