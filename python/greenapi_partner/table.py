"""Many rows of one kind, for a loop or for a data frame."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Reversible
from typing import TYPE_CHECKING, Any, Generic, NoReturn, SupportsIndex, TypeVar, cast, final, overload

from ._model import Model
from ._native import TableHandle
from ._repr import never_fails

if TYPE_CHECKING:
    from datetime import tzinfo

    from pandas import DataFrame as _Pandas  # type: ignore[import-not-found,import-untyped,unused-ignore]
    from polars import DataFrame as _Polars  # type: ignore[import-not-found,unused-ignore]

__all__ = ["Table"]

M = TypeVar("M", bound=Model)


@final
class Table(Collection[M], Reversible[M], Generic[M]):
    """Rows of one class, which stay in Rust: a row's object is made when it is touched.

    It has a length, indices and slices, and whatever speaks Arrow takes it as it is: `polars.DataFrame(rows)`,
    `pyarrow.table(rows)`, DuckDB's `FROM rows`. There is a column for each field, times in UTC, money exact, an error
    by its code; what is secret has none.

    Args:
        rows: The rows, all of one class.

    Raises:
        TypeError: rows of several classes, or something that is no model.
    """

    __slots__ = ("__weakref__", "_handle")
    _handle: TableHandle

    def __init__(self, rows: Iterable[M] = ()) -> None:
        if isinstance(rows, Table):
            self._handle = rows._handle
            return
        models = list(rows)
        strange = [type(row).__name__ for row in models if not isinstance(row, Model)]
        if strange:
            del rows, models
            raise TypeError(f"a row of a table is a model, not {strange[0]}")
        self._handle = TableHandle([row._record for row in models])

    def __len__(self) -> int:
        return len(self._handle)

    @overload
    def __getitem__(self, index: SupportsIndex) -> M: ...
    @overload
    def __getitem__(self, index: slice) -> Table[M]: ...
    def __getitem__(self, index: SupportsIndex | slice) -> M | Table[M]:
        places = range(len(self))[index]
        return self._row(places) if isinstance(places, int) else self._of(places)

    def __iter__(self) -> Iterator[M]:
        return map(self._row, range(len(self)))

    def __reversed__(self) -> Iterator[M]:
        return map(self._row, reversed(range(len(self))))

    def __contains__(self, value: object) -> bool:
        return any(row == value for row in self)

    def index(self, value: object) -> int:
        """The place of the first row that is equal.

        Raises:
            ValueError: there is none.
        """
        for place, row in enumerate(self):
            if row == value:
                return place
        raise ValueError("there is no such row")

    def count(self, value: object) -> int:
        """How many rows are equal."""
        return sum(row == value for row in self)

    def filter(self, keep: Callable[[M], object]) -> Table[M]:
        """The rows that `keep` says something true of. It has the same columns, also when nothing is left."""
        return self._of(place for place, row in enumerate(self) if keep(row))

    def to_dicts(self, *, include_tokens: bool = False) -> list[dict[str, Any]]:
        """A dict for each row, as its `to_dict()` is: `json.dumps` takes them.

        Without `include_tokens` there is nothing secret in them.
        """
        return self._handle.to_dicts(include_tokens)

    def to_pandas(self, *, zone: str | tzinfo | None = None, include_tokens: bool = False) -> _Pandas:
        """The rows as pandas' data frame: a column for each field, times in UTC. Needs pandas and pyarrow.

        With `zone` (`"Europe/Moscow"`, or a tzinfo) times are that zone's, and naive: what `to_excel` takes. Money is
        `Decimal`, which Excel shows as a number. Without `include_tokens` there is nothing secret in it.
        """
        from ._frames import to_pandas

        return to_pandas(self._handle.columns(include_tokens), zone)

    def to_polars(self, *, include_tokens: bool = False) -> _Polars:
        """The rows as polars' data frame: a column for each field, times in UTC. Needs polars.

        Without `include_tokens` there is nothing secret in it.
        """
        from ._frames import to_polars

        return to_polars(self._handle.columns(include_tokens))

    def __arrow_c_schema__(self) -> object:
        return self._handle.columns(False).__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._handle.columns(False).__arrow_c_stream__(requested_schema)

    def __eq__(self, other: object) -> bool:
        return self._handle == other._handle if isinstance(other, Table) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    @never_fails
    def __repr__(self) -> str:
        return repr(self._handle)

    def _repr_html_(self) -> str:
        return self._handle.html()

    def __copy__(self) -> Table[M]:
        return self

    def __deepcopy__(self, memo: object) -> Table[M]:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("Table is not pickled: to_dicts() is plain JSON")

    def _row(self, place: int) -> M:
        return cast(M, self._handle.row(place))

    def _of(self, places: Iterable[int]) -> Table[M]:
        return Table[M]._over(self._handle.select(list(places)))

    @classmethod
    def _over(cls, handle: TableHandle) -> Table[M]:
        table = cls()
        table._handle = handle
        return table
