"""The bar that people see while a run goes on: tqdm's, if the program has it, and never in a log."""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .fleet import Progress


class Bar:
    """A bar, or nothing: None shows one at a terminal and in a notebook, if tqdm is installed."""

    def __init__(self, wanted: bool | None) -> None:
        self._tqdm = None if wanted is False else _tqdm(wanted)
        self._bar: Any = None

    @property
    def is_shown(self) -> bool:
        return self._tqdm is not None

    def show(self, progress: Progress) -> None:
        if self._tqdm is None:
            return
        if self._bar is None:
            self._bar = self._tqdm(unit=" instances", total=progress.total)
        self._bar.total = progress.total
        problems = {"failed": progress.failed, "unknown": progress.unknown}
        self._bar.set_postfix({name: count for name, count in problems.items() if count}, refresh=False)
        self._bar.update(progress.total - progress.left - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


def _tqdm(wanted: bool | None) -> Any:
    """The class of the bar, where there is to be one."""
    if wanted is None and not (_in_notebook() or (sys.stderr is not None and sys.stderr.isatty())):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # A notebook without ipywidgets gets the bar of a terminal.
            from tqdm.auto import tqdm  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError as error:
        if wanted is None:
            return None
        raise ImportError(f"progress=True needs tqdm: pip install tqdm ({error})", name=error.name) from error
    return tqdm


def _in_notebook() -> bool:
    ipython: Any = sys.modules.get("IPython")
    return ipython is not None and type(ipython.get_ipython()).__name__ == "ZMQInteractiveShell"
