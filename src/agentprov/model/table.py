"""An immutable, hashable mapping: the collections of a tenant, a user's overrides, anything keyed by an id."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from typing import Generic, TypeVar, overload

K = TypeVar("K")
V = TypeVar("V")
D = TypeVar("D")


class Table(Mapping[K, V], Generic[K, V]):
    """A mapping that never changes. "Changing" one gives another; equality ignores order, as a dict's does.

    >>> from agentprov.model.table import Table
    >>> ages = Table({"asha": 31})
    >>> ages.put("ravi", 29)
    Table({'asha': 31, 'ravi': 29})
    >>> ages
    Table({'asha': 31})
    """

    __slots__ = ("_hash", "_items")

    _items: dict[K, V]
    _hash: int | None

    def __init__(self, items: Mapping[K, V] | Iterable[tuple[K, V]] = ()) -> None:
        object.__setattr__(self, "_items", dict(items))
        object.__setattr__(self, "_hash", None)

    def put(self, key: K, value: V) -> Table[K, V]:
        """A table in which ``key`` has ``value``."""
        return Table({**self._items, key: value})

    def drop(self, key: K) -> Table[K, V]:
        """A table without ``key``.

        Raises:
            KeyError: the key isn't there.
        """
        items = dict(self._items)
        del items[key]
        return Table(items)

    def __getitem__(self, key: K) -> V:
        return self._items[key]

    @overload
    def get(self, key: K, /) -> V | None: ...
    @overload
    def get(self, key: K, default: V | D, /) -> V | D: ...
    def get(self, key: K, default: V | D | None = None, /) -> V | D | None:
        """The value of ``key``, or ``default``."""
        return self._items.get(key, default)

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def __iter__(self) -> Iterator[K]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def keys(self) -> KeysView[K]:
        """The keys, in the order they were put."""
        return self._items.keys()

    def values(self) -> ValuesView[V]:
        """The values, in the order they were put."""
        return self._items.values()

    def items(self) -> ItemsView[K, V]:
        """Pairs of key and value, in the order they were put."""
        return self._items.items()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Table):
            return self._items == other._items
        return NotImplemented

    def __hash__(self) -> int:
        known = self._hash
        if known is None:
            known = hash(frozenset(self._items.items()))
            # INVARIANT: idempotent; two threads that race store the same number.
            object.__setattr__(self, "_hash", known)
        return known

    def __setattr__(self, name: str, value: object) -> None:
        message = "a table never changes; use put() or drop()"
        raise AttributeError(message)

    def __delattr__(self, name: str) -> None:
        message = "a table never changes; use put() or drop()"
        raise AttributeError(message)

    def __repr__(self) -> str:
        return f"Table({self._items!r})"

    def __reduce__(self) -> tuple[type[Table[K, V]], tuple[dict[K, V]]]:
        return (Table, (self._items,))

    def __copy__(self) -> Table[K, V]:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Table[K, V]:
        return self
