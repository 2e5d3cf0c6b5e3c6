"""Data frames, of columns that speak Arrow. The libraries are the program's own, imported when one is asked for."""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pandas import DataFrame as _Pandas  # type: ignore[import-not-found,import-untyped,unused-ignore]
    from polars import DataFrame as _Polars  # type: ignore[import-not-found,unused-ignore]


def to_pandas(columns: Any, zone: Any = None) -> _Pandas:
    """The columns as pandas has them. Numbers and flags are of its nullable types: an id never becomes a float.

    In a zone times are naive: Excel knows no zones, and `to_excel` refuses times that have one.
    """
    try:
        import pandas  # type: ignore[import-not-found,import-untyped,unused-ignore]
        import pyarrow  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError as error:
        raise _missing("to_pandas", "pandas and pyarrow", error) from error
    # Before there is a frame: one that has tokens would be seen in an error's traceback.
    there = None if zone is None else _zone(zone)
    nullable = {pyarrow.uint64(): pandas.UInt64Dtype(), pyarrow.bool_(): pandas.BooleanDtype()}
    frame: _Pandas = pyarrow.table(columns).to_pandas(types_mapper=nullable.get)
    if there is not None:
        for name in frame.select_dtypes("datetimetz").columns:
            frame[name] = frame[name].dt.tz_convert(there).dt.tz_localize(None)
    return frame


def _zone(zone: Any) -> tzinfo:
    if isinstance(zone, tzinfo):
        return zone
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(zone)
    except (TypeError, ValueError, OSError, LookupError) as error:
        raise ValueError(f"zone must be a name as Europe/Moscow, or a tzinfo, not {zone!r}") from error


def to_polars(columns: Any) -> _Polars:
    """The columns as polars has them."""
    try:
        import polars  # type: ignore[import-not-found,unused-ignore]
    except ImportError as error:
        raise _missing("to_polars", "polars", error) from error
    return polars.DataFrame(columns)


def _missing(method: str, libraries: str, error: ImportError) -> ImportError:
    needed = libraries.replace(" and ", " ")
    return ImportError(f"{method}() needs {libraries}: pip install {needed} ({error})", name=error.name)
