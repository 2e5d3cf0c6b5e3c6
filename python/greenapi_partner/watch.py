"""Watch: the changes in an account, as they are noticed; leaving it, by `break` or by an error, ends it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from types import TracebackType
from typing import NoReturn, cast, final

from ._native import WatchHandle
from .fleet import Change

__all__ = ["AsyncWatch", "Watch"]


@final
class Watch(Iterator[Change]):
    """The changes of an account, as they are noticed. Nothing happens before one is asked for, nor between two.

    It ends after an error; `close()`, the end of a `with`, and Ctrl-C while it waits end it too. Its `snapshot()` is
    good also after that.
    """

    __slots__ = ("__weakref__", "_handle")

    def __init__(self, handle: WatchHandle) -> None:
        self._handle = handle

    def __next__(self) -> Change:
        try:
            change = self._handle.next()
            if change is None:
                raise StopIteration
            return cast(Change, change)
        except BaseException:
            self._handle.close()
            raise

    def snapshot(self) -> str | None:
        """What was handed out so far, as text without tokens, for the `since` of a later watch.

        None before the first list.
        """
        return self._handle.snapshot()

    def close(self) -> None:
        """Ends it, also while another thread waits for the next change."""
        self._handle.close()

    def __enter__(self) -> Watch:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __reduce__(self) -> NoReturn:
        raise _not_picklable(self)


@final
class AsyncWatch(AsyncIterator[Change]):
    """The changes of an account, as they are noticed. Nothing happens before one is asked for, nor between two.

    It ends after an error; `aclose()`, the end of an `async with`, and cancelling the task that waits end it too. Its
    `snapshot()` is good also after that.
    """

    __slots__ = ("__weakref__", "_handle")

    def __init__(self, handle: WatchHandle) -> None:
        self._handle = handle

    async def __anext__(self) -> Change:
        try:
            change = await self._handle.next()
            if change is None:
                raise StopAsyncIteration
            return cast(Change, change)
        except BaseException:
            self._handle.close()
            raise

    def snapshot(self) -> str | None:
        """What was handed out so far, as text without tokens, for the `since` of a later watch.

        None before the first list.
        """
        return self._handle.snapshot()

    async def aclose(self) -> None:
        """Ends it, also while another task waits for the next change."""
        self._handle.close()

    async def __aenter__(self) -> AsyncWatch:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._handle.close()

    def __reduce__(self) -> NoReturn:
        raise _not_picklable(self)


def _not_picklable(watch: object) -> TypeError:
    return TypeError(f"{type(watch).__name__} is under way and is not pickled or copied")
