"""Base of every model: an object of core, read field by field when touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, NoReturn, TypeVar, overload

from ._repr import never_fails

if TYPE_CHECKING:
    from typing_extensions import Self

    from ._native import Record

T = TypeVar("T")


class Field(Generic[T]):
    """A field of a model; None where upstream sent none."""

    def __init__(self, doc: str) -> None:
        self.__doc__ = doc

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, model: None, owner: type) -> Self: ...
    @overload
    def __get__(self, model: Model, owner: type) -> T | None: ...
    def __get__(self, model: Model | None, owner: type) -> Self | T | None:
        return self if model is None else model._record.get(self._name)

    def __set__(self, model: Model, value: NoReturn) -> NoReturn:
        raise AttributeError(f"{self._name} is read only")


class Given(Field[T]):
    """A field that is always there."""

    if TYPE_CHECKING:

        @overload
        def __get__(self, model: None, owner: type) -> Self: ...
        @overload
        def __get__(self, model: Model, owner: type) -> T: ...
        def __get__(self, model: Model | None, owner: type) -> Self | T: ...


class Model:
    """An object of read-only fields. Two are equal when all that was said of them is."""

    __slots__ = ("__weakref__", "_record")
    _record: Record
    _classes: ClassVar[dict[str, type[Model]]] = {}

    def __init_subclass__(cls) -> None:
        Model._classes[cls.__name__] = cls

    def __init__(self, record: Record) -> None:
        self._record = record

    def __eq__(self, other: object) -> bool:
        return self._record == other._record if isinstance(other, Model) else NotImplemented

    def __hash__(self) -> int:
        return hash(repr(self))

    @never_fails
    def __repr__(self) -> str:
        return repr(self._record)

    def _repr_html_(self) -> str:
        return self._record.html()

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} is not pickled: to_dict() is plain JSON")


class ModelWithExtra(Model):
    """A model that upstream may extend."""

    __slots__ = ()

    @property
    def extra(self) -> dict[str, Any]:
        """What upstream sent besides, by its own names."""
        return self._record.extra

    def to_dict(self, *, include_tokens: bool = False) -> dict[str, Any]:
        """The fields as a dict that `json.dumps` takes: times as text, what upstream sent besides under `extra`.

        Without `include_tokens` there is nothing secret in it.
        """
        return self._record.to_dict(include_tokens)
