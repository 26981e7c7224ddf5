"""A dictionary that makes what it is first asked for, and keeps it: the tables that engines fill lazily."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Memo(dict[K, V], Generic[K, V]):
    """Values by key, each made by ``make`` when its key is first looked up.

    A key that ``make`` refuses by raising isn't kept, so strangers' questions don't make it grow.

    INVARIANT: ``make`` is a function of its key alone, so two threads that race store equal values.

    >>> from agentprov.engine.memo import Memo
    >>> squares = Memo(lambda number: number * number)
    >>> squares[12]
    144
    >>> squares
    {12: 144}
    """

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[K], V]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: K) -> V:
        value = self[key] = self._make(key)
        return value
