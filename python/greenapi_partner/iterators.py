"""The iterators: leaving one, by `break` or by an error, ends what it does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar, cast, final

from ._native import EventsHandle, NotificationsHandle
from ._repr import never_fails
from .notifications import AnyNotification

if TYPE_CHECKING:
    from .events import Event
    from .instance import InstanceClient
    from .instance_async import AsyncInstanceClient

__all__ = ["AsyncEvents", "AsyncNotifications", "Events", "Notifications"]

E = TypeVar("E")


@final
class Events(Iterator[E], Generic[E]):
    """The events of a flow, as they come. Nothing happens before the first is asked for.

    It ends after `Authorized`, or after an error; leaving the loop and dropping it ends the flow too, and so does
    `close()` or the end of a `with`. A notebook that displays it shows the flow, live.
    """

    __slots__ = ("__weakref__", "_handle")

    def __init__(self, handle: EventsHandle) -> None:
        self._handle = handle

    @property
    def instance(self) -> InstanceClient | None:
        """The client of the instance, once it is known: for passwords and codes."""
        return cast("InstanceClient | None", self._handle.instance)

    def __next__(self) -> E:
        try:
            event = self._handle.next()
            if event is None:
                raise StopIteration
            return cast(E, event)
        except BaseException:
            self._handle.close()
            raise

    def close(self) -> None:
        """Ends the flow, also while another thread waits for its next event."""
        self._handle.close()

    def __enter__(self) -> Events[E]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _ipython_display_(self) -> None:
        from ._display import show

        show(cast("Iterator[Event]", self))

    @never_fails
    def __repr__(self) -> str:
        return f"<Events{_of(self.instance)}>"

    def __reduce__(self) -> NoReturn:
        raise _not_picklable(self)


@final
class AsyncEvents(AsyncIterator[E], Generic[E]):
    """The events of a flow, as they come. Nothing happens before the first is asked for.

    It ends after `Authorized`, or after an error; leaving the loop and dropping it ends the flow too, and so does
    cancelling the task, `aclose()` or the end of an `async with`. A notebook that displays it shows the flow, live.
    """

    __slots__ = ("__weakref__", "_handle")

    def __init__(self, handle: EventsHandle) -> None:
        self._handle = handle

    @property
    def instance(self) -> AsyncInstanceClient | None:
        """The client of the instance, once it is known: for passwords and codes."""
        return cast("AsyncInstanceClient | None", self._handle.instance)

    async def __anext__(self) -> E:
        try:
            event = await self._handle.next()
            if event is None:
                raise StopAsyncIteration
            return cast(E, event)
        except BaseException:
            self._handle.close()
            raise

    async def aclose(self) -> None:
        """Ends the flow, also while another task waits for its next event."""
        self._handle.close()

    async def __aenter__(self) -> AsyncEvents[E]:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._handle.close()

    def _ipython_display_(self) -> None:
        from ._display import show_async

        show_async(cast("AsyncIterator[Event]", self))

    @never_fails
    def __repr__(self) -> str:
        return f"<AsyncEvents{_of(self.instance)}>"

    def __reduce__(self) -> NoReturn:
        raise _not_picklable(self)


@final
class Notifications(Iterator[AnyNotification]):
    """An iterator over notifications: each is acknowledged when the next is asked for, or by `ack()`."""

    __slots__ = ("__weakref__", "_handle")

    def __init__(self, handle: NotificationsHandle) -> None:
        self._handle = handle

    def __next__(self) -> AnyNotification:
        try:
            notification = self._handle.next()
            if notification is None:
                raise StopIteration
            return cast(AnyNotification, notification)
        except BaseException:
            self._handle.close()  # one that was on its way comes again
            raise

    def ack(self) -> None:
        """Acknowledges the last notification now: it does not come again. Without effect where that is done."""
        self._handle.ack()

    def close(self) -> None:
        """Ends it, also while another thread waits. The last notification is not acknowledged by that."""
        self._handle.close()

    def __enter__(self) -> Notifications:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __reduce__(self) -> NoReturn:
        raise _not_picklable(self)


@final
class AsyncNotifications(AsyncIterator[AnyNotification]):
    """An iterator over notifications: each is acknowledged when the next is asked for, or by `ack()`."""

    __slots__ = ("__weakref__", "_handle")

    def __init__(self, handle: NotificationsHandle) -> None:
        self._handle = handle

    async def __anext__(self) -> AnyNotification:
        try:
            notification = await self._handle.next()
            if notification is None:
                raise StopAsyncIteration
            return cast(AnyNotification, notification)
        except BaseException:
            self._handle.close()  # one that was on its way comes again
            raise

    async def ack(self) -> None:
        """Acknowledges the last notification now: it does not come again. Without effect where that is done."""
        await self._handle.ack()

    async def aclose(self) -> None:
        """Ends it, also while another task waits. The last notification is not acknowledged by that."""
        self._handle.close()

    async def __aenter__(self) -> AsyncNotifications:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._handle.close()

    def __reduce__(self) -> NoReturn:
        raise _not_picklable(self)


def _of(instance: Any) -> str:
    return "" if instance is None else f" of instance {instance.id_instance}"


def _not_picklable(iterator: object) -> TypeError:
    return TypeError(f"{type(iterator).__name__} is under way and is not pickled or copied")
