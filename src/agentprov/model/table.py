"""An immutable, hashable mapping: the collections of a tenant, a user's overrides, anything keyed by an id.

A small table is one dictionary, and changing it copies that. A big one that has been changed is a tuple of about
sqrt(n) dictionaries, the shards, of which a change copies one. Two versions of it share all the others, so they are
compared in no time as well. See docs/decisions/0010-cheap-changes.md for the figures.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from itertools import chain
from typing import Any, Final, Generic, TypeVar, cast, overload
from zlib import crc32

K = TypeVar("K")
V = TypeVar("V")
D = TypeVar("D")

SMALL: Final = 2048
"""Up to so many entries a table is one dictionary: copying 2,048 takes as long as a change of 100,000 in shards."""

_SLACK: Final = 8
"""A table is sharded anew when it has so many times more, or fewer, entries than its number of shards was made for."""

_ABSENT: Final = object()


class Table(Mapping[K, V], Generic[K, V]):
    """A mapping that never changes. "Changing" one gives another; equality ignores order, as a dict's does.

    It is iterated in the order the entries were put. A table of more than 2,048 entries that has been changed has an
    order of its own, which is the same in every process as long as its keys are text or whole numbers.

    >>> from agentprov.model.table import Table
    >>> ages = Table({"asha": 31})
    >>> ages.put("ravi", 29)
    Table({'asha': 31, 'ravi': 29})
    >>> ages
    Table({'asha': 31})
    """

    __slots__ = ("_hash", "_items", "_sharded")

    _items: dict[K, V]
    _hash: int
    """Set when it is first asked for."""
    _sharded: _Sharded[K, V]
    """The same entries in shards, made at the first change of a big table and kept for the next."""

    def __new__(cls, items: Mapping[K, V] | Iterable[tuple[K, V]] = ()) -> Table[K, V]:
        """The table of these entries. What is a table already is itself, as for a tuple or a frozenset."""
        # By its exact type, here and below: for abstract classes `isinstance` takes as long as all the rest.
        if type(items) is Table or type(items) is _Sharded:
            return cast("Table[K, V]", items)
        return _table(dict(items))

    def put(self, key: K, value: V) -> Table[K, V]:
        """A table in which ``key`` has ``value``."""
        return self.edited({key: value})

    def drop(self, key: K) -> Table[K, V]:
        """A table without ``key``.

        Raises:
            KeyError: the key isn't there.
        """
        return self.edited({}, (key,))

    def edited(self, put: Mapping[K, V], drop: Iterable[K] = ()) -> Table[K, V]:
        """A table without the keys of ``drop`` and with the entries of ``put``, for the price of about one of them.

        Raises:
            KeyError: a key of ``drop`` isn't there.
        """
        if len(self._items) > SMALL:
            sharded = _sharded(self)
            if sharded is None:
                sharded = _shard(self._items)
                # INVARIANT: idempotent; two threads that race store equal tables.
                object.__setattr__(self, "_sharded", sharded)
            return sharded.edited(put, drop)
        items = self._items.copy()
        for key in drop:
            del items[key]
        items.update(put)
        return _table(items)

    def differing(self, other: Table[K, V]) -> frozenset[K]:
        """The keys whose values differ between the tables, or that one of them lacks.

        Quick where one table came from the other by few changes: what they share isn't looked at.
        """
        found: set[K] = set()
        for one, another in _pairs(self, other):
            for key, value in one.items():
                theirs = another.get(key, _ABSENT)
                # Identity first: comparing two equal objects field by field takes a hundred times as long.
                if theirs is not value and theirs != value:
                    found.add(key)
            found.update(another.keys() - one.keys())
        return frozenset(found)

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
        """The keys, in the table's order."""
        return self._items.keys()

    def values(self) -> ValuesView[V]:
        """The values, in the table's order."""
        return self._items.values()

    def items(self) -> ItemsView[K, V]:
        """Pairs of key and value, in the table's order."""
        return self._items.items()

    def __eq__(self, other: object) -> bool:
        if type(self) is Table and type(other) is Table:
            return self._items == other._items
        if not isinstance(other, Table):
            return NotImplemented
        theirs = cast("Table[K, V]", other)
        # Of shards that both have only the identity is looked at; a dictionary does the same for values.
        return len(self) == len(theirs) and all(one == another for one, another in _pairs(self, theirs))

    def __hash__(self) -> int:
        known: int | None = getattr(self, "_hash", None)
        if known is None:
            known = hash(frozenset(self.items()))
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
        return f"Table({_dict(self)!r})"

    def __reduce__(self) -> tuple[type[Table[K, V]], tuple[dict[K, V]]]:
        return (Table, (_dict(self),))

    def __copy__(self) -> Table[K, V]:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Table[K, V]:
        return self


def _table(items: dict[Any, Any]) -> Table[Any, Any]:
    """The table of a dictionary that nobody else holds."""
    return _new(items) if items else _EMPTY


def _new(items: dict[Any, Any]) -> Table[Any, Any]:
    table: Table[Any, Any] = object.__new__(Table)
    object.__setattr__(table, "_items", items)
    return table


_EMPTY: Final = _new({})
"""One for all: most users have several."""


def _dict(table: Table[K, V]) -> dict[K, V]:
    return dict(table.items())


# ---- big tables -----------------------------------------------------------------------------------------------------


def _home(key: object) -> int:
    """A number that says in which shard a key is. Not ``hash``: that of a text is another one in every process."""
    return crc32(key.encode("utf-8", "surrogatepass")) if isinstance(key, str) else hash(key)


class _Sharded(Table[K, V]):
    """A big table. INVARIANT: there are a power of two of shards, and every key is in the one that `_home` says."""

    __slots__ = ("_mask", "_shards", "_size")

    _shards: tuple[dict[K, V], ...]
    _mask: int
    _size: int

    def edited(self, put: Mapping[K, V], drop: Iterable[K] = ()) -> Table[K, V]:
        """A table without the keys of ``drop`` and with the entries of ``put``; only their shards are copied."""
        mask, size = self._mask, self._size
        shards = list(self._shards)
        copied: dict[int, dict[K, V]] = {}
        for key in drop:
            del _own(shards, copied, _home(key) & mask)[key]
            size -= 1
        for key, value in put.items():
            shard = _own(shards, copied, _home(key) & mask)
            size -= len(shard)
            shard[key] = value
            size += len(shard)
        if not len(shards) ** 2 < size * _SLACK < (len(shards) * _SLACK) ** 2:
            return _table({key: value for shard in shards for key, value in shard.items()})
        return _of_shards(tuple(shards), size)

    def __getitem__(self, key: K) -> V:
        return self._shards[_home(key) & self._mask][key]

    @overload
    def get(self, key: K, /) -> V | None: ...
    @overload
    def get(self, key: K, default: V | D, /) -> V | D: ...
    def get(self, key: K, default: V | D | None = None, /) -> V | D | None:
        """The value of ``key``, or ``default``."""
        return self._shards[_home(key) & self._mask].get(key, default)

    def __contains__(self, key: object) -> bool:
        return key in self._shards[_home(key) & self._mask]

    def __iter__(self) -> Iterator[K]:
        return chain.from_iterable(self._shards)

    def __len__(self) -> int:
        return self._size

    def keys(self) -> KeysView[K]:
        """The keys, in the table's order."""
        return KeysView(self)

    def values(self) -> ValuesView[V]:
        """The values, in the table's order."""
        return _Values(self)

    def items(self) -> ItemsView[K, V]:
        """Pairs of key and value, in the table's order."""
        return _Items(self)


class _Values(ValuesView[V]):
    """The values of a big table, without looking each up by its key."""

    _mapping: _Sharded[Any, V]

    def __iter__(self) -> Iterator[V]:
        return chain.from_iterable(shard.values() for shard in self._mapping._shards)  # noqa: SLF001  its own view


class _Items(ItemsView[K, V]):
    """The entries of a big table, without looking each up by its key."""

    _mapping: _Sharded[K, V]

    def __iter__(self) -> Iterator[tuple[K, V]]:
        return chain.from_iterable(shard.items() for shard in self._mapping._shards)  # noqa: SLF001  its own view


def _own(shards: list[dict[K, V]], copied: dict[int, dict[K, V]], place: int) -> dict[K, V]:
    """The shard at ``place``, copied once."""
    shard = copied.get(place)
    if shard is None:
        shard = copied[place] = shards[place] = shards[place].copy()
    return shard


def _shard(items: dict[K, V]) -> _Sharded[K, V]:
    """The same entries in about sqrt(n) shards: then copying one takes as long as copying the tuple of them."""
    count = 1 << (len(items).bit_length() // 2)
    shards: tuple[dict[K, V], ...] = tuple({} for _ in range(count))
    for key, value in items.items():
        shards[_home(key) & (count - 1)][key] = value
    return _of_shards(shards, len(items))


def _of_shards(shards: tuple[dict[K, V], ...], size: int) -> _Sharded[K, V]:
    table: _Sharded[K, V] = object.__new__(_Sharded)
    object.__setattr__(table, "_shards", shards)
    object.__setattr__(table, "_mask", len(shards) - 1)
    object.__setattr__(table, "_size", size)
    return table


def _pairs(one: Table[K, V], other: Table[K, V]) -> Iterator[tuple[Mapping[K, V], Mapping[K, V]]]:
    """The parts of two tables to compare with each other, without those that they share."""
    if one is other:
        return
    mine, theirs = _shards_of(one), _shards_of(other)
    if mine is None or theirs is None or len(mine) != len(theirs):
        yield _whole(one), _whole(other)
        return
    for here, there in zip(mine, theirs, strict=True):
        if here is not there:
            yield here, there


def _whole(table: Table[K, V]) -> dict[K, V]:
    return _dict(table) if type(table) is _Sharded else table._items  # noqa: SLF001  a table's own function


def _shards_of(table: Table[K, V]) -> tuple[dict[K, V], ...] | None:
    """The table's shards, or those it was given when it was first changed."""
    sharded = table if type(table) is _Sharded else _sharded(table)
    return None if sharded is None else sharded._shards  # noqa: SLF001  a table's own function


def _sharded(table: Table[K, V]) -> _Sharded[K, V] | None:
    return getattr(table, "_sharded", None)
