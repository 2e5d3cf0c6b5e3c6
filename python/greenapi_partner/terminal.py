"""A flow for whoever sits at a terminal."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Coroutine, Iterator
from typing import Any, TextIO, overload

from ._native import QrCode, TerminalView
from .events import Authorized, Event

__all__ = ["show_in_terminal"]


@overload
def show_in_terminal(events: Iterator[Event], file: TextIO | None = None) -> Authorized | None: ...
@overload
def show_in_terminal(
    events: AsyncIterator[Event], file: TextIO | None = None
) -> Coroutine[Any, Any, Authorized | None]: ...
def show_in_terminal(
    events: Iterator[Event] | AsyncIterator[Event], file: TextIO | None = None
) -> Authorized | Coroutine[Any, Any, Authorized | None] | None:
    """Draws a flow to its end, the QR code too, and gives the `Authorized` event; None where the flow was closed.

    Each drawing replaces the one before where the stream is a terminal, and is appended where it is not. With the
    events of an asynchronous client, it is to be awaited.

    Args:
        events: What `onboard`, `authorize` or `scan_qr_code` gave.
        file: Where to draw. Defaults to `sys.stdout`.

    Raises:
        GreenApiError: what the iteration raises.

    Example:
        show_in_terminal(partner.onboard(name="shop-42"))
    """
    drawing = _Drawing(file or sys.stdout)
    return drawing.all_of(events) if isinstance(events, Iterator) else drawing.all_of_async(events)


class _Drawing:
    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._view = TerminalView(file.isatty())

    def all_of(self, events: Iterator[Event]) -> Authorized | None:
        last: Event | None = None
        for last in events:
            self._draw(last)
        return last if isinstance(last, Authorized) else None

    async def all_of_async(self, events: AsyncIterator[Event]) -> Authorized | None:
        last: Event | None = None
        async for last in events:
            self._draw(last)
        return last if isinstance(last, Authorized) else None

    def _draw(self, event: Event) -> None:
        self._file.write(self._view.draw(event if isinstance(event, QrCode) else event._record))
        self._file.flush()
