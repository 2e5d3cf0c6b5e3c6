"""A flow in a notebook: one output that shows the state, then the QR code, and at last who was linked.

The QR code is as secret as a password, and a notebook is saved with its outputs: whatever comes to an end replaces it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from html import escape

from .errors import GreenApiError
from .events import (
    AuthorizationCode,
    Authorized,
    Created,
    Event,
    PasskeyRequired,
    PasswordNeeded,
    QrCode,
    SettingsNotKept,
)
from .terminal import show_in_terminal


def show(events: Iterator[Event]) -> None:
    """Shows a flow to its end. An error is shown in words, and not raised."""
    if _at_a_terminal():
        show_in_terminal(events)
        return
    view = _View()
    try:
        for event in events:
            view.show(event)
        view.end()
    except GreenApiError as error:
        view.fail(error)
    finally:
        view.leave()


def show_async(events: AsyncIterator[Event]) -> None:
    """Begins to show a flow, on the event loop that is running."""
    view = _View()
    task = asyncio.get_running_loop().create_task(_follow(events, view))
    _TASKS.add(task)
    task.add_done_callback(_TASKS.discard)


async def _follow(events: AsyncIterator[Event], view: _View) -> None:
    try:
        async for event in events:
            view.show(event)
        view.end()
    except GreenApiError as error:
        view.fail(error)
    finally:
        view.leave()


_TASKS: set[asyncio.Task[None]] = set()
"""The loop itself keeps no task alive."""


class _View:
    """One output, replaced by each drawing."""

    def __init__(self) -> None:
        from IPython.display import DisplayHandle  # type: ignore[import-not-found,unused-ignore]

        self._heading = ""
        self._text = "Beginning …"
        self._shown: QrCode | AuthorizationCode | None = None
        self._role = "status"
        self._is_over = False
        self._handle = DisplayHandle()
        self._handle.display(self._drawn(), raw=True)

    def show(self, event: Event) -> None:
        if isinstance(event, Created):
            new = "created" if event.is_new else "found"
            self._heading = f"{event.name}: instance {event.id_instance}, {new}"
            self._update("")
        elif isinstance(event, QrCode):
            until = event.expires_at.strftime("%H:%M:%S UTC")
            self._update(f"Scan this code with the phone. Good until {until}, then it is replaced.", event)
        elif isinstance(event, AuthorizationCode) and event.code:
            self._update(f"Type this code into the phone {event.phone_number}: ", event)
        elif isinstance(event, AuthorizationCode):
            self._update(f"A code was sent to {event.phone_number}: hand it to send_authorization_code().")
        elif isinstance(event, PasswordNeeded):
            self._update("The account has a password: hand it to send_authorization_password().")
        elif isinstance(event, PasskeyRequired):
            # Without the link: it holds a token, and a notebook is saved with its outputs.
            self._update(f"{event.advice} Upstream says: {event.message}" if event.message else event.advice)
        elif isinstance(event, SettingsNotKept):
            self._update(f"Settings that are not in force: {', '.join(event.names)}")
        elif isinstance(event, Authorized):
            self._end(f"Linked: {event.phone or event.wid or 'a phone'}{f' ({event.name})' if event.name else ''}")
        else:
            self._update(f"Waiting: {event.state_instance or 'the instance is being created'}")

    def end(self) -> None:
        if not self._is_over:
            self._end("Closed before a phone was linked.")

    def fail(self, error: GreenApiError) -> None:
        self._end(f"{type(error).__name__}: {error}", role="alert")

    def leave(self) -> None:
        """Whatever ended it, no code stays."""
        if not self._is_over:
            self._end("Stopped before a phone was linked.")

    def _end(self, text: str, *, role: str = "status") -> None:
        self._is_over = True
        self._update(text, role=role)

    def _update(self, text: str, shown: QrCode | AuthorizationCode | None = None, *, role: str = "status") -> None:
        self._text, self._shown, self._role = text, shown, role
        self._handle.update(self._drawn(), raw=True)

    def _drawn(self) -> dict[str, str]:
        """The whole of it. The code is put in here and nowhere else: a frame that fails shows its locals."""
        shown = self._shown
        code = shown.code or "" if isinstance(shown, AuthorizationCode) else ""
        lines = [line for line in (self._heading, self._text + code) if line]
        html = "".join(f"<p>{escape(line)}</p>" for line in lines)
        if isinstance(shown, QrCode):
            html += f'<img src="{shown.data_url}" width="264" height="264" alt="QR code to scan">'
        return {"text/html": f'<div role="{self._role}">{html}</div>', "text/plain": "\n".join(lines)}


def _at_a_terminal() -> bool:
    from IPython import get_ipython  # type: ignore[import-not-found,unused-ignore]

    return type(get_ipython()).__name__ == "TerminalInteractiveShell"
