"""Work on many instances, under way: leaving its `with`, or the loop over one that has no name, begins nothing more."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Generic, NoReturn, TypeVar, cast, final

from ._bar import Bar
from ._model import Model
from ._native import RunHandle
from ._repr import never_fails
from .fleet import BulkItem, Progress
from .table import Table

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["AsyncBulkRun", "AsyncRun", "BulkRun", "Run"]

M = TypeVar("M", bound=Model)


class Run(Iterator[M], Generic[M]):
    """The results of work on many instances, as they come. Nothing happens before the first is asked for.

    What goes wrong with one instance stands in its result; an exception is the run's own. Leaving the loop and dropping
    the run begins nothing more, and so does `close()` or the end of a `with`: what was sent ends by itself, unseen.
    At a terminal and in a notebook it shows a bar, if tqdm is installed.
    """

    __slots__ = ("__weakref__", "_bar", "_handle")

    def __init__(self, handle: RunHandle, progress: bool | None = None) -> None:
        self._handle = handle
        self._bar = Bar(progress)

    @property
    def progress(self) -> Progress:
        """How far it has come, at any time and from any thread."""
        return cast(Progress, self._handle.progress)

    def __next__(self) -> M:
        try:
            result = self._handle.next()
            self._show()
            if result is None:
                raise StopIteration
            return cast(M, result)
        except BaseException:
            self.close()
            raise

    def collect(self) -> Table[M]:
        """All results that are still to come, as a table, in the order in which they end."""
        try:
            while self._bar.is_shown and self._handle.gather():
                self._show()
            return Table[M]._over(self._handle.collect())
        finally:
            self.close()

    def stop(self) -> None:
        """Begins nothing more, also while another thread waits for its next result.

        A run that changes instances still tells what was sent, and the others as skipped.
        """
        self._handle.stop()

    def close(self) -> None:
        """Leaves it, also while another thread waits for its next result."""
        self._handle.close()
        self._bar.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @never_fails
    def __repr__(self) -> str:
        return _shown(self)

    def __reduce__(self) -> NoReturn:
        raise _not_picklable(self)

    def _show(self) -> None:
        if self._bar.is_shown:
            self._bar.show(self.progress)


@final
class BulkRun(Run[BulkItem]):
    """A run that changes something, and its report.

    After `stop()`, `close()` or Ctrl-C, nothing more is begun, and what was sent ends by itself:
    `report()` says how each item stands, as long as the program lives. What is raised in the body of a loop, Ctrl-C
    included, does not reach the run: while nobody reads its results, no more than `concurrency` twice is begun, and
    the end of a `with` stops it.
    """

    __slots__ = ()

    def report(self) -> Table[BulkItem]:
        """Every item as it stands, in the order in which they were given: at any time, also after the run was left."""
        return Table[BulkItem]._over(self._handle.report())


class AsyncRun(AsyncIterator[M], Generic[M]):
    """The results of work on many instances, as they come. Nothing happens before the first is asked for.

    What goes wrong with one instance stands in its result; an exception is the run's own. Leaving the loop and dropping
    the run begins nothing more, and so does cancelling the task, `aclose()` or the end of an `async with`: what was
    sent ends by itself, unseen. At a terminal and in a notebook it shows a bar, if tqdm is installed.
    """

    __slots__ = ("__weakref__", "_bar", "_handle")

    def __init__(self, handle: RunHandle, progress: bool | None = None) -> None:
        self._handle = handle
        self._bar = Bar(progress)

    @property
    def progress(self) -> Progress:
        """How far it has come, at any time and from any thread."""
        return cast(Progress, self._handle.progress)

    async def __anext__(self) -> M:
        try:
            result = await self._handle.next()
            self._show()
            if result is None:
                raise StopAsyncIteration
            return cast(M, result)
        except BaseException:
            self._close()
            raise

    async def collect(self) -> Table[M]:
        """All results that are still to come, as a table, in the order in which they end."""
        try:
            while self._bar.is_shown and await self._handle.gather():
                self._show()
            return Table[M]._over(await self._handle.collect())
        finally:
            self._close()

    def stop(self) -> None:
        """Begins nothing more, also while another task waits for its next result.

        A run that changes instances still tells what was sent, and the others as skipped.
        """
        self._handle.stop()

    async def aclose(self) -> None:
        """Leaves it, also while another task waits for its next result."""
        self._close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._close()

    @never_fails
    def __repr__(self) -> str:
        return _shown(self)

    def __reduce__(self) -> NoReturn:
        raise _not_picklable(self)

    def _show(self) -> None:
        if self._bar.is_shown:
            self._bar.show(self.progress)

    def _close(self) -> None:
        self._handle.close()
        self._bar.close()


@final
class AsyncBulkRun(AsyncRun[BulkItem]):
    """A run that changes something, and its report.

    After `stop()`, `aclose()` or cancelling the task, nothing more is begun, and what was sent ends by itself:
    `report()` says how each item stands, as long as the program lives. What is raised in the body of a loop does not
    reach the run, Ctrl-C included: use `async with`, whose end stops it.
    """

    __slots__ = ()

    def report(self) -> Table[BulkItem]:
        """Every item as it stands, in the order in which they were given: at any time, also after the run was left."""
        return Table[BulkItem]._over(self._handle.report())


def _shown(run: Run[M] | AsyncRun[M]) -> str:
    progress = run.progress
    return f"<{type(run).__name__}: {progress.total - progress.left} of {progress.total}>"


def _not_picklable(run: object) -> TypeError:
    return TypeError(f"{type(run).__name__} is under way and is not pickled or copied")
